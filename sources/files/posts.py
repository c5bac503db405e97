"""The posts of a file: what it will become at a first look, then each row as a post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import chain, islice
from typing import IO, Any

from data.cluster.workers import Workers
from data.models import NewPost
from sources.files.meaning.columns import Mapped, Why
from sources.files.meaning.entry import Entry, Made, Numbered
from sources.files.meaning.exports import is_ours
from sources.files.meaning.identity import digest
from sources.files.meaning.layout import Sheet, rows_of
from sources.files.meaning.plan import COLUMNS_OF, LOOKED_AT, Plan, Reading, plan_of
from sources.files.rows import BadRow, Part

SHOWN_ROWS = 20
SHOWN_POSTS = 5
SHOWN_LEFT_OUT = 10
REMEMBERED_LEFT_OUT = 200
PART = 500  # rows that go to a worker together
MOST_NAMES = 2_000  # of an archive's people: with more, its rows are read here
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
    for _, item in islice(_posts(stream, name, plan, zone, now, Workers()), COUNTED_ROWS):
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
    stream: IO[bytes],
    name: str,
    mapped: Mapped,
    zone: tzinfo = UTC,
    now: datetime | None = None,
    workers: Workers | None = None,
) -> Iterator[tuple[int, NewPost | BadRow]]:
    """(row number, post or why it was left out) of every row; an answer in the row of a review comes after it.

    Raises ContentError when the file as a whole is unreadable.
    """
    now = now or datetime.now(UTC)
    plan = plan_of(stream, name, now, mapped)
    yield from _posts(stream, name, plan, zone, now, workers or Workers())


Row = tuple[int, Mapping[str, Any] | BadRow]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a file, and how they are read. `parents`: identities by number, of those that these rows answer."""

    rows: Sequence[Row]
    reading: Reading
    plan: Plan
    zone: tzinfo
    now: datetime
    parents: Mapping[str, str]


def made_of(part: Rows) -> list[tuple[int, Made]]:
    """What each of these rows is: on a worker, or here."""
    entry = Entry(part.reading, part.plan, part.zone, part.now)
    return [(number, _made(entry, number, row, part.parents)) for number, row in part.rows]


def _made(entry: Entry, number: int, row: Mapping[str, Any] | BadRow, parents: Mapping[str, str]) -> Made:
    return Made((row,)) if isinstance(row, BadRow) else entry.made(row, number, parents)


def _posts(
    stream: IO[bytes], name: str, plan: Plan, zone: tzinfo, now: datetime, workers: Workers
) -> Iterator[tuple[int, NewPost | BadRow]]:
    for reading in plan.readings:
        entry = Entry(reading, plan, zone, now)
        parents = _by_number(stream, name, reading, entry) if entry.numbers_parents else {}
        seen: dict[str, int] = {}
        numbered = Numbered()
        rows = chain.from_iterable(rows_of(stream, name, sheet) for sheet in reading.sheets)
        if workers.far and len(plan.people) <= MOST_NAMES:
            parts = _parts(rows, entry, Rows((), _light(reading), replace(plan, readings=()), zone, now, parents))
            all_made: Iterator[tuple[int, Made]] = chain.from_iterable(workers.each(made_of, parts))
        else:
            all_made = ((number, _made(entry, number, row, parents)) for number, row in rows)
        for number, made in all_made:
            for item in numbered.of(made):
                yield number, _once(item, number, seen)


def _parts(rows: Iterator[Row], entry: Entry, how: Rows) -> Iterator[Rows]:
    """Rows in parts that may travel, each with the parents that it names."""
    while some := list(islice(rows, PART)):
        named = {entry.parent_number(row) for _, row in some if not isinstance(row, BadRow)} if how.parents else set()
        yield replace(how, rows=some, parents={number: how.parents[number] for number in named & how.parents.keys()})


def _light(reading: Reading) -> Reading:
    """The same for rows that are at hand: its sheets are their columns."""
    return replace(reading, sheets=tuple(Sheet(Part("", ""), sheet.columns) for sheet in reading.sheets[:COLUMNS_OF]))


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
    numbered = Numbered()
    for sheet in reading.sheets:
        for number, row in rows_of(stream, name, sheet):
            if isinstance(row, BadRow) or len(found) > LOOKED_AT:
                continue
            first = numbered.of(entry.made(row, number, {}))[0]
            if isinstance(first, NewPost):
                found.setdefault(entry.number_of(row), first.native_id)
    found |= dict.fromkeys(reading.shared & found.keys(), "")  # one number of several rows: nobody can tell which
    found.pop("", None)
    return found
