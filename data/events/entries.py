"""Entries of an event: posts of the record with its hashtag or in its thread, which of them count and why others do
not. Found by indexes: words within the days of the event, and threads by their root."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from data.dialect import is_among
from data.events.events import Event, exclusions, marks
from data.inbox.threads import in_thread
from data.models import from_epoch, to_epoch
from data.posts.folding import folded
from data.posts.full_text import condition, words
from data.schema import IDS_PER_DAY, inquiry, post, post_intent, post_text

MOST = 10_000  # entries of an event that are looked at
OUT = ("ours", "removed", "nameless", "excluded", "more")
_PART = 500
_ASKS = re.compile(r"[?？؟]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A post that enters. `out` is why it does not count, one of OUT, "" where it does; `right` whether it is a right
    answer, None where there are none to give."""

    post: int
    kind: str
    author: str
    at: datetime
    native_id: str
    root: str
    out: str = ""
    right: bool | None = None
    asks: bool = False

    @property
    def person(self) -> tuple[str, str]:
        return self.kind, self.author


@dataclass(frozen=True, slots=True)
class Entries:
    """All that entered, the first one first. `more`: there are more than `MOST`, and the rest was not looked at."""

    all: tuple[Entry, ...]
    more: bool = False

    @property
    def counted(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.all if not one.out)

    def left_out(self, reason: str) -> tuple[Entry, ...]:
        return tuple(one for one in self.all if one.out == reason)

    def may_win(self, event: Event) -> tuple[Entry, ...]:
        """Those that a draw is among: what counts, and of a quiz what is right."""
        return tuple(one for one in self.counted if not event.judged or one.right)

    @property
    def present(self) -> tuple[Entry, ...]:
        """What people wrote who take part, those beyond the number that the rules allow among them."""
        return tuple(one for one in self.all if one.out in {"", "more"})


def entries_of(connection: Connection, event: Event) -> Entries:
    """What entered an event, as the record has it now."""
    rows: dict[int, Any] = {}
    more = False
    for where in _ways(connection, event):
        query = (
            select(post, post_text.c.title, post_text.c.plain)
            .join(post_text, post_text.c.post_id == post.c.id)
            .where(where, post.c.published_at >= to_epoch(event.starts), post.c.published_at < to_epoch(event.ends))
            .order_by(post.c.id)
            .limit(MOST + 1)
        )
        found = connection.execute(query).all()
        more = more or len(found) > MOST
        rows |= {row.id: row for row in found}
    hashtag, root = _hashtag(event.hashtag), _root(connection, event.thread)
    kept = [
        row
        for row in rows.values()
        if (root is not None and _replies(row, root, event.thread)) or (hashtag and hashtag.search(_bare(_said(row))))
    ]
    asking = _asking(connection, kept) if event.kind == "qa" else set()
    said = marks(connection, event.id) if event.judged else {}
    right = [folded(answer) for answer in event.answers]
    entries = [
        Entry(
            row.id,
            row.source_kind,
            row.author,
            from_epoch(row.published_at),
            row.native_id,
            row.root_id or row.native_id,
            "ours" if row.by_us else "removed" if row.removed_at is not None else "" if row.author else "nameless",
            _is_right(row, right, said) if event.judged else None,
            row.id in asking,
        )
        for row in sorted(kept, key=lambda row: (row.published_at, row.id))
    ]
    left = {(one.kind, one.author) for one in exclusions(connection, event.id)}
    return Entries(tuple(_within_rules(entries, left, event.most))[:MOST], more or len(entries) > MOST)


def _ways(connection: Connection, event: Event) -> list[ColumnElement[bool]]:
    """The posts that may enter, one condition for each index."""
    first, last = ((to_epoch(moment) // 86_400) for moment in (event.starts, event.ends))
    bounds = (first * IDS_PER_DAY, (last + 1) * IDS_PER_DAY - 1)
    ways: list[ColumnElement[bool]] = []
    asked = words(event.hashtag) if event.hashtag else None
    if asked is not None:
        sign = [column.contains(mark) for column in (post_text.c.title, post_text.c.plain) for mark in "#＃"]
        ways.append(post.c.id.between(*bounds) & condition(replace(asked, exact=""), post, bounds) & or_(*sign))
    root = _root(connection, event.thread)
    if root is not None:
        ways.append(in_thread(*root))
    return ways


def _root(connection: Connection, post_id: int) -> tuple[str, str] | None:
    """(network, root) of the thread that a post is in; None where there is no such post."""
    row = connection.execute(
        select(post.c.source_kind, post.c.root_id, post.c.native_id).where(post.c.id == post_id)
    ).one_or_none()
    return None if row is None else (row.source_kind, row.root_id or row.native_id)


def _replies(row: Any, root: tuple[str, str], thread: int) -> bool:
    return row.id != thread and row.native_id != root[1] and (row.source_kind, row.root_id) == root


def _said(row: Any) -> str:
    return f"{row.title}\n{row.plain}"


def _bare(text: str) -> str:
    """Small letters without accents; signs stay."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def _hashtag(name: str) -> re.Pattern[str] | None:
    """Where a hashtag stands in a bare text: whole, and not within an address."""
    return re.compile(rf"(?<![\w&/#])#{re.escape(_bare(name))}(?!\w)") if name else None


def _is_right(row: Any, answers: Sequence[tuple[str, ...]], said: dict[int, str]) -> bool:
    """What a person said of it, else whether one of the answers stands in it, word by word."""
    if row.id in said:
        return said[row.id] == "right"
    heard = folded(_said(row))
    return any(
        heard[start : start + len(answer)] == answer
        for answer in answers
        if answer
        for start in range(len(heard) - len(answer) + 1)
    )


def _within_rules(entries: Iterable[Entry], left: set[tuple[str, str]], most: int) -> Iterable[Entry]:
    """The same entries, those of people who are excluded and those beyond what one person may enter left out."""
    given: dict[tuple[str, str], int] = {}
    for one in entries:
        out = one.out or ("excluded" if one.person in left else "")
        if not out:
            given[one.person] = given.get(one.person, 0) + 1
            out = "more" if most and given[one.person] > most else ""
        yield replace(one, out=out)


def _asking(connection: Connection, rows: Sequence[Any]) -> set[int]:
    """Posts that ask something: as they were read, or by a question mark."""
    read = connection.execute(
        select(post_intent.c.post_id).where(
            post_intent.c.intent == "question", is_among(post_intent.c.post_id, [row.id for row in rows])
        )
    )
    return set(read.scalars()) | {row.id for row in rows if _ASKS.search(_said(row))}


def answers_to(connection: Connection, questions: Sequence[Entry]) -> dict[int, int]:
    """Question -> the post of ours that answers it, for those that we answered: under it, or as the inbox knows."""
    ids = [one.post for one in questions]
    known = connection.execute(
        select(inquiry.c.post_id, inquiry.c.answered_by).where(
            is_among(inquiry.c.post_id, ids), inquiry.c.answered_by != 0
        )
    )
    answered = {row.post_id: row.answered_by for row in known}
    asked = {(one.kind, one.native_id): one.post for one in questions}
    roots = sorted({one.root for one in questions})
    for start in range(0, len(roots), _PART):
        ours = connection.execute(
            select(post.c.id, post.c.source_kind, post.c.parent_id)
            # `!= ''` lets SQLite use the partial index
            .where(post.c.root_id.in_(roots[start : start + _PART]), post.c.root_id != "", post.c.by_us)
            .order_by(post.c.id)
        )
        for row in ours:
            question = asked.get((row.source_kind, row.parent_id))
            if question is not None:
                answered.setdefault(question, row.id)
    return answered
