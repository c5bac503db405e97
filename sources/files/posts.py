"""The posts of a file: what it will become at a first look, then each row as a post."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import IO, Any

from data.models import NewPost
from sources.files.meaning.columns import Mapped, Why
from sources.files.meaning.entry import Entry
from sources.files.meaning.exports import is_ours
from sources.files.meaning.identity import digest
from sources.files.meaning.layout import rows_of
from sources.files.meaning.plan import LOOKED_AT, Plan, Reading, plan_of
from sources.files.rows import BadRow

SHOWN_ROWS = 20
SHOWN_POSTS = 5
SHOWN_LEFT_OUT = 10
REMEMBERED_LEFT_OUT = 200
COUNTED_ROWS = 20_000  # of a first look: what is left out of a larger file is told after its import


@dataclass(slots=True)
class Tally:
    """What becomes of rows. `bad` lists the first ones left out; `bad_count` counts them all, `reasons` by code.

    `undated` posts are kept without a date of their own; `oldest` and `newest` span those that have one.
    """

    rows: int = 0
    bad_count: int = 0
    bad: list[BadRow] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    undated: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None

    def count(self, item: NewPost | BadRow) -> None:
        """Note what became of one row."""
        self.rows += 1
        if isinstance(item, BadRow):
            self.bad_count += 1
            self.reasons[item.code] += 1
            if len(self.bad) < REMEMBERED_LEFT_OUT:
                self.bad.append(item)
        elif item.published_at is None:
            self.undated += 1
        else:
            self.oldest = min(item.published_at, self.oldest or item.published_at)
            self.newest = max(item.published_at, self.newest or item.published_at)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a column was taken for, and by what: `why` is export, name, contents, person or none."""

    column: str
    field: str
    why: Why


@dataclass(frozen=True, slots=True)
class Preview:
    """A first look at a file. `guess` is what will be read of its main part, `taken` says it column by column.

    `posts`: the first as they will be stored; `found` and `left_out` count all of them, and what is no post by reason
    (`undated` ones are posts), up to `COUNTED_ROWS` (`counted_all`). `ignored`: parts, sheets for instance, not read.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    guess: Mapped
    taken: tuple[Taken, ...] = ()
    posts: tuple[NewPost, ...] = ()
    found: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[BadRow, ...] = ()
    undated: int = 0
    counted_all: bool = True
    oldest: datetime | None = None
    newest: datetime | None = None
    ours: bool = False
    parts: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def preview(
    stream: IO[bytes], name: str, mapped: Mapped | None = None, *, zone: tzinfo = UTC, now: datetime | None = None
) -> Preview:
    """What a file holds and will become, as guessed or as a person says with `mapped`.

    Raises ContentError for a file that cannot be read.
    """
    now = now or datetime.now(UTC)
    plan = plan_of(stream, name, now, mapped)
    main = plan.readings[0]
    guess = _mapped(main, mapped)
    posts: list[NewPost] = []
    tally = Tally()
    for _, item in itertools.islice(_posts(stream, name, plan, zone, now), COUNTED_ROWS):
        tally.count(item)
        if isinstance(item, NewPost) and len(posts) < SHOWN_POSTS:
            posts.append(item)
    first = [row for sheet in main.sheets[:SHOWN_ROWS] for row in sheet.first[:SHOWN_ROWS]]
    return Preview(
        main.columns,
        tuple(first[:SHOWN_ROWS]),
        guess,
        _taken(main),
        tuple(posts),
        tally.rows - tally.bad_count,
        dict(tally.reasons),
        tuple(tally.bad[:SHOWN_LEFT_OUT]),
        tally.undated,
        tally.rows < COUNTED_ROWS,
        tally.oldest,
        tally.newest,
        is_ours(guess),
        tuple(sheet.part.path for reading in plan.readings for sheet in reading.sheets),
        plan.ignored,
    )


def _mapped(main: Reading, said: Mapped | None) -> Mapped:
    one = main.export
    return Mapped(
        {field: columns[0] for field, columns in main.fields.columns.items() if not field.startswith("_")},
        main.dates.order if main.dates is not None and said is None else said.order if said is not None else "",
        one.network if one is not None else "",
        one.name if one is not None else "",
        dict(main.fields.why),
        main.dates is not None and main.dates.asks,
        said.ours if said is not None else one.ours if one is not None else False,
    )


def _taken(main: Reading) -> tuple[Taken, ...]:
    by_column: dict[str, tuple[str, Why]] = {}
    for field_name, columns in main.fields.columns.items():
        for column in columns[:1]:
            by_column.setdefault(column, (field_name, main.fields.why.get(field_name, "none")))
    return tuple(Taken(column, *by_column.get(column, ("", "none"))) for column in main.columns)


def posts_of(
    stream: IO[bytes], name: str, mapped: Mapped, zone: tzinfo = UTC, now: datetime | None = None
) -> Iterator[tuple[int, NewPost | BadRow]]:
    """(row number, post or why it was left out) of every row; an answer in the row of a review comes after it.

    Raises ContentError when the file as a whole is unreadable.
    """
    now = now or datetime.now(UTC)
    plan = plan_of(stream, name, now, mapped)
    yield from _posts(stream, name, plan, zone, now)


def _posts(
    stream: IO[bytes], name: str, plan: Plan, zone: tzinfo, now: datetime
) -> Iterator[tuple[int, NewPost | BadRow]]:
    for reading in plan.readings:
        entry = Entry(reading, plan, zone, now)
        parents = _by_number(stream, name, reading, entry) if entry.numbers_parents else {}
        seen: dict[str, int] = {}
        for number, row in itertools.chain.from_iterable(rows_of(stream, name, sheet) for sheet in reading.sheets):
            made: Sequence[NewPost | BadRow] = [row] if isinstance(row, BadRow) else entry.posts(row, number, parents)
            for item in made:
                yield number, _once(item, number, seen)


def _once(item: NewPost | BadRow, number: int, seen: dict[str, int]) -> NewPost | BadRow:
    """A post that was not there yet. One with the identity of another but other words is a post of its own."""
    if isinstance(item, BadRow):
        return item
    said = hash((item.title, item.text))
    known = seen.get(item.native_id)
    if known is None:
        seen[item.native_id] = said
        return item
    if known == said:
        return BadRow(number, "duplicate")
    return replace(item, native_id=digest(item.native_id, item.title, item.text))


def _by_number(stream: IO[bytes], name: str, reading: Reading, entry: Entry) -> dict[str, str]:
    """The identity of each row by the number that it has in its file, so that replies find what they answer."""
    found: dict[str, str] = {}
    for sheet in reading.sheets:
        for number, row in rows_of(stream, name, sheet):
            if isinstance(row, BadRow) or len(found) > LOOKED_AT:
                continue
            made = entry.posts(row, number, {})
            if made and isinstance(made[0], NewPost):
                found.setdefault(entry.number_of(row), made[0].native_id)
    found |= dict.fromkeys(reading.shared & found.keys(), "")  # one number of several rows: nobody can tell which
    found.pop("", None)
    entry.forget()
    return found
