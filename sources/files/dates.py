"""Dates as exports write them: how a column writes its dates, decided once from all its values, then each cell.

A cell names a moment only if it says a day and nothing else. Never guessed: which number of 03/04 is the month (see
`date_order`), that a plain number is a date (a header must say so, and most of its numbers fall within the last twenty
years), a zone whose name is not known. Without a year, a day is the last such day; without a time, its midnight. A time
that a change of clocks leaves out is read as the clock before the change, one that comes twice as the first.
No post is older than 1980 or more than a year ahead (calendars hold what is planned): such dates are zeros and typing
errors, and none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sources.files.date_order import Evidence, Order, Reason, full_year
from sources.files.date_texts import Clock, Written, day_of, latest_day, plain, read_text, split_clock, zone_and_rest

__all__ = ["DateForm", "Order", "Reason", "date_form", "read_date"]

NAMED, UNNAMED = 0.5, 0.8  # the share of a column's values that must be dates, where its header says date and where not
RECENT_YEARS = 20
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=366)
LOOK = 1_000  # values after which a column of words is given up
MIN_CELLS = 6  # days in cells, for a spreadsheet to be found to have turned them round
_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of Excel's calendar, in the file's own zone
_UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000}
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_NUMBER = re.compile(r"[0-9]{1,17}(?:[.,][0-9]{1,12})?")
_EMPTY = {"", "-", "--", "\u2013", "\u2014", "n/a", "na", "none", "null", "nan", "nat", "never", "unknown", "?"}


@dataclass(frozen=True, slots=True)
class DateForm:
    """How one column writes its dates, and why it was taken so."""

    order: Order  # of the two first numbers of 03/04/2026
    asks: bool = False  # some dates need an order and nothing decides it: a person must say
    why: Reason = ""  # what decided the order
    serial: bool = False  # plain numbers are Excel's days since 1900
    epoch: str = ""  # "s", "ms" or "us": plain numbers count from 1970
    compact: bool = False  # plain numbers are 20260503
    year_first: bool = False  # 26/05/03
    swapped: bool = False  # a spreadsheet of the other order read 03/04 as 4 March, and left 13/04 as text


@dataclass(slots=True)
class _Cells:
    """What the cells of a column that already are dates say."""

    days: set[date] = field(default_factory=set)
    late: bool = False  # some day after the 12th

    def add(self, cell: date) -> None:
        self.late = self.late or cell.day > 12
        if not self.late:
            self.days.add(date(cell.year, cell.month, cell.day))

    def are_swapped(self, evidence: Evidence) -> bool:
        """Whether a spreadsheet took the day for the month where it could: all its days are 12 or less, and what it
        left as text cannot be read in the order it used."""
        left = sorted((evidence.day.alone, evidence.month.alone))
        return not self.late and len(self.days) >= MIN_CELLS and left[0] == 0 < left[1] and evidence.open == 0


def date_form(values: Iterable[Any], *, now: datetime, named_date: bool, order: Order = "") -> DateForm | None:
    """How a column writes its dates, from all its values in their order; None where it does not hold dates: fewer than
    half of its values are, or than 0.8 where no header says so (`named_date`). `order` is what the export's form or a
    person says; it decides unless the rows make it impossible."""
    evidence, cells = Evidence(now), _Cells()
    total = written = numbers = 0
    kinds: dict[str, int] = dict.fromkeys(("serial", "s", "ms", "us", "compact"), 0)
    for value in values:
        if _is_empty(value):
            continue
        total += 1
        if not named_date and total > LOOK and written < NAMED * total:
            return None
        if isinstance(value, date):
            written += _is_possible(value.year, now)
            cells.add(value)
            continue
        number = _number(value)
        if number is not None:
            numbers += 1
            kind = _kind(number, now)
            if kind:
                kinds[kind] += 1
            continue
        said = read_text(value) if isinstance(value, str) else None
        if said is not None and (named_date or said.year is not None):
            written += said.year is None or said.short or _is_possible(said.year, now)
            evidence.add(said)
    kind = max(kinds, key=lambda name: kinds[name])
    counted = named_date and 2 * kinds[kind] > numbers
    dates = written + (kinds[kind] if counted else 0)
    if dates == 0 or dates < (NAMED if named_date else UNNAMED) * total:
        return None
    found, why = evidence.order(order)
    return DateForm(
        found,
        asks=not found and evidence.open > 0,
        why=why,
        serial=counted and kind == "serial",
        epoch=kind if counted and kind in _UNITS else "",
        compact=counted and kind == "compact",
        year_first=evidence.is_year_first(),
        swapped=cells.are_swapped(evidence),
    )


def read_date(value: Any, form: DateForm, *, zone: tzinfo, now: datetime, hour: Any = "") -> datetime | None:
    """The moment of a cell, in UTC; None where it names none. What is written without a zone is in `zone`; `hour` is
    the cell of a separate hour column, and counts where the date has no time of its own."""
    try:
        local = _local(value, form, zone, now)
        if local is None:
            return None
        if not _is_empty(hour) and (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
            local = _at_hour(local, hour)
        moment = (local if local.tzinfo is not None else local.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, OSError):
        return None
    return moment if EARLIEST <= moment <= now + AHEAD else None


def _is_empty(value: Any) -> bool:
    if value is None:
        return True
    return value.strip().lower() in _EMPTY if isinstance(value, str) and len(value) < 8 else value != value  # NaN, NaT


def _is_possible(year: int, now: datetime) -> bool:
    return EARLIEST.year <= year <= now.year + 1


def _number(value: Any) -> float | int | None:
    """A cell that is a plain number, or a text that is nothing else."""
    if isinstance(value, str):
        value = value.strip()
        if not _NUMBER.fullmatch(value):
            return None
        return int(value) if value.isdecimal() else float(value.replace(",", "."))
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _kind(number: float | int, now: datetime) -> str:
    """Of which form a number is a date of the last twenty years (or of the year to come); the forms exclude each
    other."""
    first, last = now - timedelta(days=RECENT_YEARS * 365.25), now + AHEAD
    for kind in ("serial", "s", "ms", "us", "compact"):
        moment = _of_number(number, kind)
        if moment is not None and first <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) <= last:
            return kind
    return ""


def _of_number(number: float | int, kind: str) -> datetime | None:
    """The moment of a number: UTC where it counts from 1970, without a zone where it is a day of a calendar."""
    try:
        if kind == "serial":
            if not 0 < number < 100_000:
                return None
            return _SERIAL_START + timedelta(seconds=round(number * 86_400))
        if kind == "compact":
            digits = str(number) if isinstance(number, int) else str(int(number)) if number == int(number) else ""
            written = _COMPACT.get(len(digits))
            return datetime.strptime(digits, written) if written else None  # noqa: DTZ007 - in the file's own zone
        unit = _UNITS[kind]
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(number * (1_000_000 // unit)))
    except (ValueError, OverflowError):
        return None


def _local(value: Any, form: DateForm, zone: tzinfo, now: datetime) -> datetime | None:
    """The moment of a cell, without a zone where none is said."""
    if isinstance(value, date):
        cell = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        return cell.replace(month=cell.day, day=cell.month) if form.swapped and cell.day <= 12 else cell
    kind = form.epoch or ("serial" if form.serial else "compact" if form.compact else "")
    number = _number(value) if kind else None
    if number is not None:
        return _of_number(number, kind)
    said = read_text(value) if isinstance(value, str) else None
    return _of_written(said, form, zone, now) if said is not None else None


def _of_written(said: Written, form: DateForm, zone: tzinfo, now: datetime) -> datetime | None:
    clock = said.clock or (0, 0, 0, 0)
    if said.year is None:
        return _of_this_year(said, clock, said.zone or zone, now)
    day = _day(said, said.year, form, now)
    return _at(day, clock, said.zone) if day is not None else None


def _day(said: Written, year: int, form: DateForm, now: datetime) -> date | None:
    if said.ordered:
        return day_of(full_year(year, now) if said.short else year, said.first, said.second)
    if said.short:
        if form.year_first:
            return day_of(full_year(said.first, now), said.second, year)
        year = full_year(year, now)
    if form.order == "day":
        return day_of(year, said.second, said.first)
    if form.order == "month":
        return day_of(year, said.first, said.second)
    as_day, as_month = day_of(year, said.second, said.first), day_of(year, said.first, said.second)
    return as_day or as_month if as_day == as_month or as_day is None or as_month is None else None


def _of_this_year(said: Written, clock: Clock, zone: tzinfo, now: datetime) -> datetime | None:
    """The last such moment that is not after now."""
    until = now.astimezone(zone).date()
    for _ in range(2):
        day = latest_day(said.first, said.second, until)
        if day is None:
            return None
        moment = _at(day, clock, zone)
        if moment <= now:
            return moment
        until = day - timedelta(days=1)
    return None


def _at(day: date, clock: Clock, zone: tzinfo | None) -> datetime:
    hour, minute, second, micro = clock
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    return datetime(day.year, day.month, day.day, hour, minute, second, micro, zone)


def _at_hour(day: datetime, hour: Any) -> datetime:
    """A day at the time of another cell; at midnight where that cell says no time."""
    clock, zone = _clock(hour)
    return _at(day.date(), clock, zone or day.tzinfo) if clock is not None else day


def _clock(cell: Any) -> tuple[Clock | None, tzinfo | None]:
    """The time of day of a cell of hours: 23:40, 11:40 PM, 23h40, 2340, 23, 0.986 (a share of the day)."""
    if isinstance(cell, (datetime, time)):
        return (cell.hour, cell.minute, cell.second, cell.microsecond), None
    if isinstance(cell, timedelta):
        return _of_seconds(cell.total_seconds()), None
    number = _number(cell)
    if number is not None:
        if number < 1 and not isinstance(number, int):
            return _of_seconds(round(number * 86_400)), None
        whole = int(number) if number == int(number) else -1
        hours, minutes = (whole, 0) if whole < 100 else divmod(whole, 100)
        return ((hours, minutes, 0, 0) if 0 <= hours < 24 and minutes < 60 else None), None
    if not isinstance(cell, str) or len(cell) > 40:
        return None, None
    parts = split_clock(plain(cell))
    if parts is not None and parts[0] is not None and not parts[1].strip():
        zone, rest = zone_and_rest(parts[2])
        if not rest.strip():
            return parts[0], zone
    said = read_text(cell)
    return (said.clock, said.zone) if said is not None else (None, None)


def _of_seconds(seconds: float) -> Clock | None:
    whole = int(seconds)
    return (whole // 3_600, whole // 60 % 60, whole % 60, 0) if 0 <= whole < 86_400 else None
