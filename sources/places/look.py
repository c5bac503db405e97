"""One look at a place, on a click: its rules, and how people behave by its newest posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.models import NewPost
from data.places.behaviour import Behaviour
from sources.discovery import look
from sources.errors import SourceError
from sources.http import Client
from sources.places.rules import Rules, read_rules

MOST_SAMPLED = 60  # posts whose words are kept until their tone is read
WORDS = 1_000  # characters of each
# Places that show nothing to who is no member: their rules are read by people, and pasted.
CLOSED = frozenset({"discord", "slack", "matrix", "group", "list"})
OLD_ENOUGH = timedelta(hours=12)  # a younger question may still be answered


@dataclass(frozen=True, slots=True)
class Look:
    """What a look brought. `problems` are why a part of it is missing, one for the posts, one for the rules."""

    there: Behaviour | None
    sample: tuple[str, ...]
    rules: Rules | None
    problems: tuple[SourceError, ...]


async def look_at_place(client: Client, kind: str, address: str, now: datetime) -> Look:
    """Read the rules of a place and its newest posts. No failure rises: what could not be read is told."""
    problems = []
    rules = found = None
    try:
        rules = await read_rules(client, kind, address, now)
    except SourceError as error:
        problems.append(error)
    if kind not in CLOSED:
        try:
            found = await look(client, address, now)
        except SourceError as error:
            problems.append(error)
    there = behaviour_in(found.posts, now) if found is not None and found.posts else None
    return Look(there, tuple(sampled(found.posts)) if found is not None else (), rules, tuple(problems))


def sampled(posts: Sequence[NewPost]) -> list[str]:
    """The words of the newest posts, of each its beginning."""
    dated = sorted(posts, key=lambda one: one.published_at.timestamp() if one.published_at else 0, reverse=True)
    texts = (f"{one.title}\n{one.plain if one.plain is not None else one.text}".strip() for one in dated[:MOST_SAMPLED])
    return [text[:WORDS] for text in texts if text]


def behaviour_in(posts: Sequence[NewPost], now: datetime) -> Behaviour:
    """How people behave by one page of newest posts. Whether who asks is new there cannot be told from it; the tone and
    most languages are read later."""
    moments = sorted(one.published_at for one in posts if one.published_at is not None and one.published_at <= now)
    days = (moments[-1] - moments[0]).total_seconds() / 86_400 if len(moments) > 1 else 0.0
    # The first post begins the time in which the others were written.
    recent = len(moments) - 1 if days > 0 else 0
    asked = [one for one in posts if _asks(one) and one.published_at and one.published_at <= now - OLD_ENOUGH]
    told = [one for one in asked if one.engagement.comments is not None]
    replied = {one.root_id for one in posts if one.parent_id}
    answered = sum(1 for one in told if (one.engagement.comments or 0) > 0 or one.native_id in replied)
    langs = Counter(one.lang for one in posts if one.lang)
    return Behaviour(
        "look",
        recent if days > 0 else len(posts),
        days,
        len({one.author for one in posts if one.author}),
        tuple(langs.most_common(3)),
        unread=True,
        questions=len(told),
        answered=answered,
    )


def _asks(post: NewPost) -> bool:
    """Whether a post that begins a thread asks something: its title, or its first lines, end with a question mark."""
    if post.parent_id:
        return False
    said = post.title or (post.plain if post.plain is not None else post.text)[:300]
    return "?" in said
