"""What will be read of a file: which of its parts, by which columns, with which form of dates, numbers and ids."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Any

from sources.errors import ContentError
from sources.files.dates import DateForm, Order, date_form
from sources.files.meaning.columns import COUNTS, Fields, Mapped, Why, fields_of_export, guess_fields
from sources.files.meaning.export import Export
from sources.files.meaning.exports import MARKS, known_export
from sources.files.meaning.identity import is_rounded, of_link
from sources.files.meaning.layout import Sheet, rows_of, sheet_of
from sources.files.meaning.wording import person_of, plain_value
from sources.files.numbers import NumberForm, number_form
from sources.files.parts import parts_of, read_part
from sources.files.rows import BadRow, Part

LOOKED_AT = 100_000  # rows whose dates, numbers and ids decide; beyond it is a file of a form that has shown itself
MOST_PARTS = 5_000
COLUMNS_OF = 50  # parts, of which a reading has the columns
PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """Parts of one form, and how they are read. `shared`: ids and links that rows with different words have, which
    identify none of them. `links`: whether links lead to the posts themselves."""

    sheets: tuple[Sheet, ...]
    export: Export | None
    fields: Fields
    dates: DateForm | None = None
    answer_dates: DateForm | None = None
    numbers: Mapping[str, NumberForm] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    rounded: bool = False
    links: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column for sheet in self.sheets[:COLUMNS_OF] for column in sheet.columns))


@dataclass(frozen=True, slots=True)
class Plan:
    """`readings`, the main one first; `ignored`: paths of parts that are not read; `people`: names by number;
    `print`: of the whole file, for rows that say too little to be told apart by it."""

    readings: tuple[Reading, ...]
    ignored: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    print: str = ""


def plan_of(stream: IO[bytes], name: str, now: datetime, mapped: Mapped | None = None) -> Plan:
    """What will be read of a file, and how; `mapped` is what a person says of its main part.

    Raises ContentError for a file that cannot be read, or that holds no rows.
    """
    parts = parts_of(stream, name)
    problems = [part for part in parts if part.around.get("problem")]
    sheets: list[Sheet] = []
    for part in parts[:MOST_PARTS]:
        if part.around.get("problem"):
            continue
        sheet = sheet_of(stream, name, part, MARKS, now)
        if sheet is not None:
            sheets.append(sheet)
    if not sheets:
        why = str(problems[0].around["problem"]) if problems else "it holds no readable row"
        raise ContentError("bad_file", name, why)
    readings = _chosen(_grouped(sheets, name), now, mapped)
    read = {sheet.part.path for reading in readings for sheet in reading.sheets}
    people = _people(stream, name, parts)
    order: Order = mapped.order if mapped is not None else ""
    return Plan(
        tuple(_decided(stream, name, one, now, "" if place else order) for place, one in enumerate(readings)),
        tuple(part.path for part in parts if part.path and part.path not in read),
        people,
        _print(stream),
    )


def _grouped(sheets: Sequence[Sheet], name: str) -> list[Reading]:
    """Parts of the same form together: of one export, or with the same columns."""
    groups: dict[tuple[str, ...], list[Sheet]] = {}
    exports: dict[tuple[str, ...], Export | None] = {}
    for sheet in sheets:
        one = known_export(sheet, name)
        key = ("export", one.name) if one is not None else ("columns", *sheet.columns)
        groups.setdefault(key, []).append(sheet)
        exports[key] = one
    return [Reading(tuple(group), exports[key], Fields({}, {})) for key, group in groups.items()]


def _chosen(groups: Sequence[Reading], now: datetime, mapped: Mapped | None) -> list[Reading]:
    """Those that are read: all of known exports; else the one whose rows say most."""
    known = [_with_fields(reading, now) for reading in groups if reading.export is not None]
    known = [one for one in known if one.fields.columns.get("text") or one.fields.columns.get("title")]
    if known:
        known.sort(key=lambda one: -sum(len(sheet.first) for sheet in one.sheets))
        chosen = known
    else:
        guessed = [_with_fields(reading, now) for reading in groups]
        chosen = [max(guessed, key=_weight)]
    return [_as_said(chosen[0], mapped), *chosen[1:]] if mapped is not None else chosen


def _with_fields(reading: Reading, now: datetime) -> Reading:
    if reading.export is not None:
        return replace(reading, fields=fields_of_export(reading.export, reading.columns))
    rows = [row for sheet in reading.sheets[:20] for row in sheet.first]
    return replace(reading, fields=guess_fields(reading.columns, rows, now))


def _weight(reading: Reading) -> tuple[bool, bool, float]:
    """How much the rows of a part say: a hidden sheet least, words above titles, many above few."""
    rows = [row for sheet in reading.sheets for row in sheet.first]
    columns = reading.fields.columns
    column = next(iter(columns.get("text", columns.get("title", ("",)))))
    said = sum(len(plain_value(row.get(column))) for row in rows)
    return not any(sheet.part.around.get("hidden") for sheet in reading.sheets), "text" in columns, said


def _as_said(reading: Reading, mapped: Mapped) -> Reading:
    """The columns that a person chose; where they left an export's choice, its other columns still follow."""
    before = reading.fields
    columns: dict[str, tuple[str, ...]] = {}
    why: dict[str, Why] = {}
    for name, column in mapped.columns.items():
        same = before.columns.get(name, ())[:1] == (column,)
        columns[name] = before.columns[name] if same else (column,)
        why[name] = before.why.get(name, "person") if same else "person"
    if reading.export is not None:  # what a person is not shown: threads, replies' authors
        hidden = {n: c for n, c in before.columns.items() if n not in mapped.columns and n in _UNSHOWN}
        columns |= hidden
        why |= dict.fromkeys(hidden, "export")
    return replace(reading, fields=Fields(columns, why))


_UNSHOWN = ("thread", "video", "code", "addressed", "reply_author")


def _decided(stream: IO[bytes], name: str, reading: Reading, now: datetime, order: Order) -> Reading:
    """The same with what only all rows can tell: the order of day and month, decimals, ids that identify nothing."""
    one, columns = reading.export, reading.fields.columns
    dates: list[Any] = []
    answered: list[Any] = []
    counts: dict[str, list[Any]] = {field: [] for field in COUNTS if field in columns}
    names, links, rounded = _Shared(), _Shared(), Counter[bool]()
    resolved = total = 0
    for _, row in _all_rows(stream, name, reading):
        dates.append(first_of(row, columns.get("date", ())))
        answered.append(first_of(row, columns.get("reply_date", ())))
        for counter, values in counts.items():
            values.append(first_of(row, columns[counter]))
        said = "\0".join(plain_value(first_of(row, columns.get(part, ()))) for part in ("title", "text", "author"))
        number = plain_value(first_of(row, columns.get("id", ()))).strip()
        if number:
            names.add(number, said)
            rounded[is_rounded(number)] += len(number) > 11
        link = plain_value(first_of(row, columns.get("url", ()))).strip()
        if link:
            total += 1
            found = of_link(link)
            resolved += found is not None
            if found is not None:
                links.add(found[1], said)
    chat = any(sheet.day_first for sheet in reading.sheets)
    wanted: Order = order or (one.order if one is not None else "") or ("day" if chat else "")
    form = date_form(dates, now=now, named_date=True, order=wanted) if "date" in columns else None
    return replace(
        reading,
        dates=form,
        answer_dates=date_form(answered, now=now, named_date=True, order=form.order if form is not None else wanted),
        numbers={field: number_form(values) for field, values in counts.items()},
        shared=frozenset(names.shared | links.shared),
        rounded=rounded[True] > 0 and rounded[True] >= 0.5 * rounded.total(),
        links=total > 0 and resolved >= 0.8 * total,
    )


class _Shared:
    """Which ids rows with different words have in common."""

    def __init__(self) -> None:
        self._said: dict[str, int] = {}
        self.shared: set[str] = set()

    def add(self, name: str, said: str) -> None:
        if self._said.setdefault(name, hash(said)) != hash(said):
            self.shared.add(name)


def _all_rows(stream: IO[bytes], name: str, reading: Reading) -> Iterator[tuple[int, Mapping[str, Any]]]:
    left = LOOKED_AT
    for sheet in reading.sheets:
        for number, row in rows_of(stream, name, sheet):
            if not isinstance(row, BadRow):
                yield number, row
                left -= 1
            if left <= 0:
                return


def first_of(row: Mapping[str, Any], columns: Sequence[str]) -> Any:
    """The first value that is there of these columns."""
    for column in columns:
        value = row.get(column)
        if value is not None and value != "" and value != []:
            return value
    return None


def _people(stream: IO[bytes], name: str, parts: Sequence[Part]) -> dict[str, str]:
    """Names of those whom an archive calls by number; under "account" whose archive it is; answers by their id."""
    found: dict[str, str] = {}
    for part in parts:
        member, _, inner = part.path.partition(":")
        last = member.rpartition("/")[2]
        if last not in {"users.json", "account.js"} and (inner or part.path) != "included":
            continue
        for _, record in read_part(stream, name, part):
            if not isinstance(record, Mapping) or len(found) > PEOPLE:
                continue
            account, attributes = record.get("account"), record.get("attributes")
            if last == "account.js" and isinstance(account, Mapping):
                found["account"] = str(account.get("username", ""))
            elif last == "users.json" and record.get("id"):
                found[str(record["id"])] = person_of(record)
            elif isinstance(attributes, Mapping) and attributes.get("responseBody"):
                found[f"answer:{record.get('id')}"] = str(attributes["responseBody"])
                found[f"answered:{record.get('id')}"] = str(attributes.get("lastModifiedDate", ""))
    return found


def _print(stream: IO[bytes]) -> str:
    """A digest of the whole file."""
    stream.seek(0)
    made = hashlib.sha256()
    while block := stream.read(1_000_000):
        made.update(block)
    return made.hexdigest()[:16]
