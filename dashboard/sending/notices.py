"""Tell people of the team by mail what others assigned to them, and which acts wait for their approval: once, or not
at all, never twice.

It goes from the mail server of the channel that an administrator marked for it, to the address of the person's account.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from dashboard.files.letter import Letter, assignments_html
from dashboard.files.text import Line, assignments_text
from dashboard.reads import cache
from dashboard.sending.alerts import QUOTE, masked, revealed
from dashboard.sending.alerts import service as mail_service
from dashboard.sending.letters import NotTakenError, UnknownError, hand_over, takes_html
from dashboard.sending.services import reason_in
from dashboard.words.acts.told import deed_names
from dashboard.words.language import _, in_quotes, n_, speaking
from dashboard.words.sources import kind_name
from data.acting.kept import one_act
from data.actor import Actor
from data.alerts.destinations import Destination, sends_notices
from data.house.accounts import OWN, Account, accounts, named_in, roles
from data.house.workspaces import house_of
from data.inbox.notices import Notice, claim, due_notices, end_notices, name_approvers, note_notices
from data.network import noting_private, public_only
from data.posts.quotes import cut_at, passage, quote_of
from data.posts.reads import posts_by_id
from data.settings import Settings
from data.store import Store

_LOG = logging.getLogger(__name__)
MOST_QUOTED = 10  # posts of a message; of the others it says how many they are


def send_notices(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Tell everybody what is due; gives (messages sent, messages that failed)."""
    name_approvers(store, approvers(settings), now)
    sent = failed = 0
    for name, found in due_notices(store, now).items():
        outcome = _tell(store, settings, name, found, now)
        sent, failed = sent + (outcome == "sent"), failed + (outcome == "failed")
    return sent, failed


def approvers(settings: Settings) -> list[str]:
    """The names of those who may approve acts in a workspace."""
    house = house_of(settings)
    if house is None:
        return []
    with house.read() as connection:
        held = roles(connection, OWN if settings.is_built_in else settings.key)
        able = {number for number, role in held.items() if Actor(number, "", role).may("editor")}
        return [one.name for one in accounts(connection) if one.is_open and one.id in able]


def _tell(store: Store, settings: Settings, name: str, found: Sequence[Notice], now: datetime) -> str:
    """Tell one person; gives sent, failed, or "" where there was nobody, or nothing, to tell."""
    with store.read() as connection:
        channel = sends_notices(connection)
    person = person_named(settings, name)
    mine = [one for one in found if person is not None and one.account != person.id]
    rest = [one.id for one in found if one not in mine]
    ids = [one.id for one in mine]
    if channel is None or person is None or not person.email or not person.notices:
        rest, ids = [one.id for one in found], []
    if rest:
        end_notices(store, rest)
    if not ids or channel is None or person is None:
        return ""
    with cache.one_record(store.url), store.read() as connection:
        letter = written(connection, mine, person, channel, settings.public_url)
    try:
        if not _hand(channel, settings, person.email, letter, partial(claim, store, ids, now)):
            return ""  # taken back, handled or sent by another process: looked at again
    except UnknownError:
        end_notices(store, ids, "unknown")
        return "failed"
    except NotTakenError as error:
        note_notices(store, ids, now, str(error))
        return "failed"
    note_notices(store, ids, now)
    return "sent"


def person_named(settings: Settings, name: str) -> Account | None:
    """The one account of that name in the workspace; None where nobody has it, or two, of whom nobody knows which."""
    house = house_of(settings)
    if house is None:
        return None
    with house.read() as connection:
        found = named_in(connection, name, OWN if settings.is_built_in else settings.key)
    return found[0] if len(found) == 1 else None


def written(
    connection: Connection, found: Sequence[Notice], person: Account, channel: Destination, base: str = ""
) -> Letter:
    """The letter to a person: who assigned what, the first words of each post exactly, and where it is in Vigie."""
    with speaking(person.lang or channel.lang, channel.zone):
        by = {one.post: one.who for one in found if one.post}
        asked = [one for one in found if one.act]
        posts = posts_by_id(connection, list(by)[:MOST_QUOTED])
        lines = [
            Line(
                "assigned",
                _("{name} assigned this post to you.").format(name=by[post.id]),
                "mentions",
                {"post": str(post.id)},
                quote_of(post, 0, cut_at(post.plain, QUOTE), author=""),
            )
            for post in posts
        ]
        lines = [_asked_line(connection, one) for one in asked] + lines
        left = len(by) - len(posts)
        more = n_("{n} more post is yours in Vigie.", "{n} more posts are yours in Vigie.", left) if left else ""
        names = set(by.values())
        title = n_("{n} post assigned to you", "{n} posts assigned to you", len(by))
        if len(by) == 1:
            title = _("{name} assigned a post to you").format(name=names.pop())
        if asked:
            waits = n_("{n} act waits for your approval", "{n} acts wait for your approval", len(asked))
            title = f"{waits}, {title}" if by else waits
        title = f"Vigie: {title}"
        return Letter(title, assignments_text(lines, more, base), assignments_html(title, lines, more, base))


def _asked_line(connection: Connection, one: Notice) -> Line:
    """That an act waits, with its first words exactly."""
    kept = one_act(connection, one.act)
    deed = f"{deed_names().get(kept.deed, kept.deed)}, {kind_name(kept.network)}" if kept is not None else ""
    words = (kept.text or kept.reason or kept.rule) if kept is not None else ""
    told = _("{name} asks for your approval: {act}.").format(name=one.who, act=deed)
    if words:
        told += " " + in_quotes(passage(words, stop=cut_at(words, QUOTE)))
    return Line("approval", told, "mentions", {"view": "acts", "act": str(one.act)})


def _hand(channel: Destination, settings: Settings, to: str, letter: Letter, claims: Callable[[], bool]) -> bool:
    """Give a letter to the mail server of a channel. Raises NotTakenError with the reason in one word, UnknownError."""
    address = revealed(channel.address, settings)
    service: Any = mail_service(address)
    if service is None or not takes_html(service):
        raise NotTakenError("unknown_service" if address else "no_address")
    private = settings.allow_private_network
    with noting_private() if private else public_only() as guard:
        try:
            return hand_over(service, to, letter, claims)
        except NotTakenError as error:
            _LOG.warning("a notice was not taken: %s", masked(str(error), f"{address},{to}"))
            if guard.refused:
                raise NotTakenError("not_taken" if private else "private_address") from None
            raise NotTakenError(reason_in(str(error))) from None
