"""How people behave in a place: how much is written, in which languages and tone, what becomes of questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, func, select

from data.models import to_day, to_epoch
from data.schema import IDS_PER_DAY, post, post_intent

DAYS = 28  # that what is followed is judged by
MOST_QUESTIONS = 200


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`by` is where it is known from: "record", the posts that are collected, or "look", the newest that were read
    once. `posts` were written in `days`; `langs` are (language, posts), the most first. `negative`, `neutral` and
    `positive` count those with a clear tone, `unread` is true before tones were read. `newcomers` asked their first
    question there, `helped` of them were answered by somebody else. `hours` is the median until the first answer."""

    by: str
    posts: int = 0
    days: float = 0.0
    people: int = 0
    langs: tuple[tuple[str, int], ...] = ()
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    unread: bool = False
    questions: int = 0
    answered: int = 0
    newcomers: int = 0
    helped: int = 0
    hours: float | None = None
    newcomers_known: bool = False

    @property
    def a_day(self) -> float | None:
        """Posts a day; None where too little is known."""
        return self.posts / self.days if self.days > 0 else None

    @property
    def lang(self) -> str:
        """The language of most posts, "" where it is not known."""
        return self.langs[0][0] if self.langs else ""


def behaviour_text(there: Behaviour) -> str:
    return json.dumps(asdict(there))


def behaviour_from(text: str) -> Behaviour | None:
    if not text:
        return None
    held = json.loads(text)
    return Behaviour(**{**held, "langs": tuple((str(lang), int(n)) for lang, n in held["langs"])})


def behaviour_of(connection: Connection, sources: Sequence[int], now: datetime) -> tuple[Behaviour, list[int]]:
    """How people behaved in followed sources in the last DAYS days, and the questions that were looked at (ids)."""
    first = (to_day(now) - DAYS) * IDS_PER_DAY
    here = (post.c.source_id.in_(sources), post.c.id >= first, post.c.removed_at.is_(None), ~post.c.by_us)
    told = connection.execute(
        select(func.count(), func.count(post.c.author.distinct()), func.min(post.c.published_at)).where(*here)
    ).one()
    langs = connection.execute(
        select(post.c.lang, func.count().label("n")).where(*here, post.c.lang != "").group_by(post.c.lang)
    ).all()
    counted = connection.execute(select(post.c.sentiment, func.count()).where(*here).group_by(post.c.sentiment))
    tones = {str(tone): int(number) for tone, number in counted}
    questions = connection.execute(
        select(post.c.id, post.c.source_kind, post.c.native_id, post.c.author, post.c.published_at)
        .join(post_intent, (post_intent.c.post_id == post.c.id) & (post_intent.c.intent == "question"))
        .where(*here, post.c.parent_id == "")
        .order_by(post.c.id.desc())
        .limit(MOST_QUESTIONS)
    ).all()
    waits: list[float | None] = []
    newcomers = helped = 0
    for asked in questions:
        wait = _answered_after(connection, asked.native_id, asked.source_kind, asked.author, asked.published_at)
        waits.append(wait)
        if asked.author and _is_first(connection, sources, asked.author, asked.id):
            newcomers += 1
            helped += wait is not None
    hours = [wait for wait in waits if wait is not None]
    began = max(0.0, (to_epoch(now) - int(told[2])) / 86_400) if told[0] else 0.0
    return (
        Behaviour(
            "record",
            int(told[0]),
            min(float(DAYS), max(1.0, began)) if told[0] else 0.0,
            int(told[1]),
            tuple(sorted(((str(row.lang), int(row.n)) for row in langs), key=lambda pair: (-pair[1], pair[0]))[:3]),
            tones.get("negative", 0),
            tones.get("neutral", 0),
            tones.get("positive", 0),
            questions=len(questions),
            answered=len(hours),
            newcomers=newcomers,
            helped=helped,
            hours=median(hours) if hours else None,
            newcomers_known=True,
        ),
        [int(row.id) for row in questions],
    )


def _answered_after(connection: Connection, native_id: str, kind: str, author: str, asked_at: int) -> float | None:
    """Hours until somebody else answered; None where nobody did."""
    first = connection.execute(
        select(func.min(post.c.published_at)).where(
            post.c.root_id == native_id,
            post.c.source_kind == kind,
            post.c.native_id != native_id,
            post.c.author != author,
            post.c.removed_at.is_(None),
            post.c.published_at >= asked_at,
        )
    ).scalar()
    return None if first is None else (int(first) - asked_at) / 3_600


def _is_first(connection: Connection, sources: Sequence[int], author: str, post_id: int) -> bool:
    """Whether nothing earlier by this author is known there."""
    earlier = select(post.c.id).where(post.c.author == author, post.c.id < post_id, post.c.source_id.in_(sources))
    return connection.execute(earlier.limit(1)).first() is None


def ours_there(connection: Connection, sources: Sequence[int], now: datetime) -> tuple[list[int], list[int]]:
    """(posts of ours in these sources, answers to them by others), ids of a year, the newest first."""
    first = to_day(now - timedelta(days=365)) * IDS_PER_DAY
    ours = connection.execute(
        select(post.c.id, post.c.native_id, post.c.source_kind)
        .where(post.c.source_id.in_(sources), post.c.by_us, post.c.id >= first)
        .order_by(post.c.id.desc())
        .limit(100)
    ).all()
    natives = {row.native_id for row in ours}
    threads = connection.execute(
        select(post.c.root_id).where(post.c.id.in_([row.id for row in ours]), post.c.root_id != "")
    )
    roots = natives.union(threads.scalars())
    answers = connection.execute(
        select(post.c.id, post.c.parent_id, post.c.root_id)
        .where(post.c.root_id.in_(roots), ~post.c.by_us, post.c.removed_at.is_(None), post.c.id >= first)
        .order_by(post.c.id.desc())
        .limit(1_000)
    ).all()
    told = [row.id for row in answers if row.parent_id in natives or row.root_id in natives]
    return [row.id for row in ours], told[:200]


def any_of_ours(connection: Connection, sources: Sequence[int]) -> bool:
    """Whether one of our accounts ever wrote there."""
    asked = select(post.c.id).where(post.c.source_id.in_(sources), post.c.by_us)
    return connection.execute(asked.limit(1)).first() is not None
