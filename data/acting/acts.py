"""Acts as people ask for them, approve, hold back and take back; what the worker makes of them is in `running`.

    draft -> asked (waits for approval) -> ready -> trying -> done | waits (tried again) | refused (waits for a person)

A rehearsed act went all the way but the last step. What may have arrived at the place (`maybe`) is never written anew:
it is looked for there first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from data.acting.kept import KeptAct, about, act_of_key, one_act
from data.acting.policy import policy_of
from data.actor import actor, needs, require
from data.changes import StaleError, changed_by, note_change
from data.dialect import insert_new
from data.inbox.notices import note_asked
from data.models import to_epoch, web_link
from data.schema import act, post_text
from data.store import Store

MODERATION = ("hide", "remove", "lock", "approve", "report", "warn")
DEEDS = ("answer", "publish", *MODERATION)
WITH_WORDS = ("answer", "publish", "warn")
LONGEST = 20_000  # characters of a text
SHORT = 500  # of a title, a reason, a rule, a place
KEY_LENGTH = 8  # characters at least


class ActError(ValueError):
    """An act that cannot be: `code` is one of off, deed, key, words, rule, answered, edited, own, state,
    gone, link."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. `key` is made when the form opens, so that two clicks make one act. `due_at` None: at
    once. `seen`: the words of the post as who asks saw them. The rest as in `KeptAct`."""

    key: str
    deed: str
    network: str
    account: str = ""
    source_kind: str = ""
    post: int = 0
    item: int = 0
    target: str = ""
    target_url: str = ""
    place: str = ""
    title: str = ""
    text: str = ""
    reason: str = ""
    rule: str = ""
    lang: str = ""
    seen: str = ""
    due_at: datetime | None = None


@needs("member")
def ask(store: Store, wish: Wish, now: datetime, *, again: bool = False) -> KeptAct:
    """Keep what somebody asks for; the same key twice is one act, and gives the first.

    Who is an editor has it done where no second person is needed; else it waits for approval. Raises ActError: `off`
    where the workspace does not act, `answered` for a second answer to one post unless `again`, else what is wrong.
    """
    _check(wish)
    who, stamp = actor(), to_epoch(now)
    with store.write() as connection:
        policy = policy_of(connection)
        if not policy.on:
            raise ActError("off")
        if (held := act_of_key(connection, wish.key)) is not None:
            return held
        if wish.deed == "answer" and not again and connection.execute(_other_answers(wish.post)).first():
            raise ActError("answered")
        ready = who.may("editor") and not policy.second
        values = _values(wish) | {
            "seen": _as_received(connection, wish),
            "state": "ready" if ready else "asked",
            "asked_account": who.account,
            "asked_by": who.name[:80],
            "asked_at": stamp,
            "due_at": max(stamp, to_epoch(wish.due_at or now)),
        }
        if ready:
            values |= {"approved_account": who.account, "approved_by": who.name[:80], "approved_at": stamp}
        connection.execute(insert_new(act).values(**values))
        kept = act_of_key(connection, wish.key)
        assert kept is not None
        note_change(connection, "act.asked", about(kept), "", kept.text or kept.reason or kept.target_url or kept.key)
        if not ready:
            note_asked(connection, kept.id, who, now)
        return kept


def _other_answers(post_id: int) -> Any:
    alive = act.c.state.not_in(("cancelled", "undone", "rehearsed"))
    return select(act.c.id).where(act.c.post_id == post_id, act.c.post_id != 0, act.c.deed == "answer", alive).limit(1)


def _check(wish: Wish) -> None:
    if wish.deed not in DEEDS or not wish.network:
        raise ActError("deed")
    if not KEY_LENGTH <= len(wish.key) <= 80 or not wish.key.isascii() or not wish.key.isalnum():
        raise ActError("key")
    if len(wish.text) > LONGEST or (wish.deed in WITH_WORDS and not wish.text.strip()):
        raise ActError("words")
    if wish.deed != "publish" and not wish.target:
        raise ActError("deed")
    if wish.deed in MODERATION and wish.deed != "approve" and not wish.rule.strip():
        raise ActError("rule")


def _values(wish: Wish) -> dict[str, Any]:
    short = {name: getattr(wish, name).replace("\0", "")[:SHORT] for name in ("title", "reason", "rule", "place")}
    return short | {
        "key": wish.key,
        "deed": wish.deed,
        "network": wish.network[:40],
        "account": wish.account[:200],
        "source_kind": wish.source_kind[:40] or wish.network[:40],
        "post_id": wish.post,
        "item_id": wish.item,
        "target": wish.target,
        "target_url": web_link(wish.target_url)[:2_000],
        "text": wish.text.replace("\0", ""),
        "lang": wish.lang[:3],
    }


def _as_received(connection: Connection, wish: Wish) -> str:
    """The words of its post as its place gave them, to be compared with those that stand there when it is done. Raises
    ActError edited where they are others by now than those that were seen."""
    here = select(post_text.c.received, post_text.c.plain).where(post_text.c.post_id == wish.post)
    row = connection.execute(here).one_or_none() if wish.post else None
    if row is None:
        return wish.seen.replace("\0", "")
    if wish.seen and row.plain != wish.seen:
        raise ActError("edited")
    return str(row.received)


def _change(connection: Connection, act_id: int, states: Sequence[str], values: dict[str, Any], action: str) -> KeptAct:
    """Change an act that is in one of these states, with its line of the audit. Raises ActError gone, StaleError where
    somebody else, or the worker, changed it meanwhile."""
    before = one_act(connection, act_id)
    if before is None:
        raise ActError("gone")
    here: list[ColumnElement[bool]] = [act.c.id == act_id, act.c.state.in_(states)]
    changed = connection.execute(update(act).where(*here).values(**values).returning(act.c.id)).first()
    if changed is None:
        raise StaleError([changed_by(connection, f"act {act_id}", "state", before.state)], before.state)
    after = one_act(connection, act_id)
    assert after is not None
    note_change(connection, action, about(after), _said(before), _said(after))
    return after


def _said(kept: KeptAct) -> str:
    return kept.state if kept.aim == "do" else f"{kept.state} ({kept.aim})"


@needs("editor")
def approve(store: Store, act_id: int, now: datetime) -> None:
    """Have it done. Raises ActError `own` where a second person is needed and who acts is the one who asked,
    StaleError where it waits for approval no longer."""
    who = actor()
    with store.write() as connection:
        held = one_act(connection, act_id)
        if held is None:
            raise ActError("gone")
        if policy_of(connection).second and held.asked_account == who.account:
            raise ActError("own")
        stamp = to_epoch(now)
        given = {"approved_account": who.account, "approved_by": who.name[:80], "approved_at": stamp}
        due = {"due_at": max(stamp, to_epoch(held.due_at))}
        _change(connection, act_id, ("asked",), {"state": "ready"} | given | due, "act.approved")


@needs("editor")
def send_back(store: Store, act_id: int, words: str) -> None:
    """Give it back to the one who asked, as a draft, with what is to be changed."""
    with store.write() as connection:
        values = {"state": "draft", "detail": words.replace("\0", "")[:SHORT]}
        _change(connection, act_id, ("asked",), values, "act.sent_back")


@needs("member")
def revise(store: Store, act_id: int, key: str, words: str, now: datetime) -> None:
    """Other words for an act that certainly left nothing at its place: a draft, one that waits for approval, one that
    was refused. It is asked for anew, by who acts, under another key. Raises ActError `state` where it may have arrived
    after all, StaleError where it is in another state by now."""
    who, stamp = actor(), to_epoch(now)
    with store.write() as connection:
        held = one_act(connection, act_id)
        if held is None:
            raise ActError("gone")
        if held.maybe:
            raise ActError("state")
        wish = Wish(key, held.deed, held.network, target=held.target or "-", text=words, rule=held.rule or "-")
        _check(wish)
        ready = who.may("editor") and not policy_of(connection).second
        values: dict[str, Any] = {
            "key": key,
            "text": words.replace("\0", ""),
            "state": "ready" if ready else "asked",
            "asked_account": who.account,
            "asked_by": who.name[:80],
            "asked_at": stamp,
            "approved_account": who.account if ready else 0,
            "approved_by": who.name[:80] if ready else "",
            "approved_at": stamp if ready else 0,
            "due_at": max(stamp, to_epoch(held.due_at)),
            "attempts": 0,
            "first_try": 0,
            "error": "",
            "detail": "",
        }
        _change(connection, act_id, ("draft", "asked", "refused"), values, "act.revised")
        if not ready:
            note_asked(connection, act_id, who, now)


@needs("member")
def cancel(store: Store, act_id: int, now: datetime) -> None:
    """Do it no more. One of which a try may have arrived is looked for at its place first. Who is no editor may only
    cancel what waits for approval. Raises StaleError where it is being done just now, or is over."""
    with store.write() as connection:
        held = one_act(connection, act_id)
        if held is None:
            raise ActError("gone")
        if held.state not in {"draft", "asked"}:
            require("editor", "data.acting.acts.cancel")
        states = ("draft", "asked", "ready", "waits", "refused")
        if held.maybe and held.error != "cannot_tell":
            values: dict[str, Any] = {"state": "waits", "aim": "stop", "due_at": max(_shown_at(held), to_epoch(now))}
        else:
            values = {"state": "cancelled"}
        _change(connection, act_id, states, values, "act.cancelled")


def _shown_at(held: KeptAct) -> int:
    """When its place shows what a try left there: a minute after it."""
    return to_epoch(held.tried_at) + 60 if held.tried_at is not None else 0


@needs("editor")
def retry(store: Store, act_id: int, now: datetime) -> None:
    """Try again now what waits or was refused, or do what was rehearsed. What the target says by now counts as read
    only where its words are as they were."""
    with store.write() as connection:
        held = one_act(connection, act_id)
        if held is None:
            raise ActError("gone")
        looked = held.error == "cannot_tell"  # its place does not say whether it arrived: the person looked there
        due = max(to_epoch(now), _shown_at(held) if held.maybe and not looked else 0)
        values = {"state": "ready", "due_at": due, "error": "", "detail": "", "attempts": min(held.attempts, 1)}
        values |= {"maybe": False, "attempts": 0} if looked else {}
        _change(connection, act_id, ("waits", "refused", "rehearsed"), values, "act.again")


@needs("editor")
def take_back(store: Store, act_id: int, now: datetime) -> None:
    """Have what was done taken back at its place."""
    with store.write() as connection:
        values = {"state": "ready", "aim": "undo", "due_at": to_epoch(now), "error": "", "detail": "", "attempts": 0}
        _change(connection, act_id, ("done",), values, "act.undo")
