"""Whether 03/04 is 3 April or 4 March, from all dates of a column; nothing where that cannot be known.

What decides, strongest first:
1. rows that only one order can read (13/04), or whose day of the week only one order gives (Fri 03/04/2026);
2. what the export's form or a person says;
3. what all of these agree on, if any speaks: points between the numbers and times as 18h05 (the day is first), an order
   that alone puts posts into the future, one that alone has the rows in their order in time, one that alone has them on
   neighbouring days.
AM and PM decide nothing: Australia and India write them with the day first. A few rows against very many are taken for
errors of their own, and cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from sources.files.date_texts import Clock, Written, day_of

Order = Literal["day", "month", ""]  # which comes first in 03/04; "" where that cannot be known
Reason = Literal["", "given", "rows", "weekday", "dots", "language", "future", "sorted", "dense"]

FAR_MORE = 10  # times as many rows, for what they say to count against the others
MIN_STEPS = 4  # changes of date, all one way, that chance hardly gives
MIN_DAYS = 4  # neighbouring days, each with several posts
MAX_KEPT = 20_000  # different days and times kept
SOON = timedelta(days=2)  # beyond the clocks of other zones


def full_year(year: int, now: datetime) -> int:
    """The year of two digits that is at most next year."""
    return year + (2000 if year <= now.year % 100 + 1 else 1900)


@dataclass(slots=True)
class _Reading:
    """What speaks for one order."""

    alone: int = 0  # rows that only this order can read
    weekdays: int = 0  # rows whose day of the week only this order gives
    future: int = 0  # rows that only this order puts after now
    up: int = 0  # later than the row before
    down: int = 0
    last: tuple[date, Clock] | None = None
    days: set[date] = field(default_factory=set)

    def step(self, day: date, clock: Clock) -> None:
        moment = (day, clock)
        if self.last is not None:
            self.up += moment > self.last
            self.down += moment < self.last
        self.last = moment
        if len(self.days) < MAX_KEPT:
            self.days.add(day)

    def is_sorted(self) -> bool:
        return self.up + self.down >= MIN_STEPS and min(self.up, self.down) <= 0.01 * (self.up + self.down)

    def is_unsorted(self) -> bool:
        return min(self.up, self.down) > 0.1 * (self.up + self.down)

    def span(self) -> int:
        return (max(self.days) - min(self.days)).days + 1


@dataclass(slots=True)
class Evidence:
    """What the dates of a column, added in their order, say of their form."""

    now: datetime
    day: _Reading = field(default_factory=_Reading)
    month: _Reading = field(default_factory=_Reading)
    open: int = 0  # rows that are different days in the two orders
    dotted: int = 0
    european: int = 0
    scheduled: int = 0  # rows after now in both orders: such a file holds what is planned
    clocks: set[Clock] = field(default_factory=set)
    short: set[tuple[int, int, int]] = field(default_factory=set)  # the numbers of dates with two digits for the year

    def add(self, written: Written) -> None:
        """Take a date into account; those whose order is clear say nothing."""
        if written.ordered or written.year is None:
            return
        a, b, year = written.first, written.second, written.year
        if written.short:
            if len(self.short) < MAX_KEPT:
                self.short.add((a, b, year))
            year = full_year(year, self.now)
        self.dotted += written.dotted
        self.european += written.european
        as_day, as_month = day_of(year, b, a), day_of(year, a, b)
        if as_day is None or as_month is None:
            self.day.alone += as_day is not None
            self.month.alone += as_month is not None
        elif a != b:
            self._add_open(as_day, as_month, written)

    def _add_open(self, as_day: date, as_month: date, written: Written) -> None:
        self.open += 1
        if written.weekday is not None:
            right = (as_day.weekday() == written.weekday, as_month.weekday() == written.weekday)
            self.day.weekdays += right == (True, False)
            self.month.weekdays += right == (False, True)
        until = (self.now + SOON).date()
        self.scheduled += as_day > until and as_month > until
        self.day.future += as_day > until >= as_month
        self.month.future += as_month > until >= as_day
        clock = written.clock or (0, 0, 0, 0)
        if len(self.clocks) < MAX_KEPT:
            self.clocks.add(clock)
        self.day.step(as_day, clock)
        self.month.step(as_month, clock)

    def order(self, given: Order = "") -> tuple[Order, Reason]:
        """Which number is first and why; ("", "") where nothing decides. `given`: what is known of it otherwise."""
        counts: tuple[tuple[int, int, Reason], ...] = (
            (self.day.alone, self.month.alone, "rows"),
            (self.day.weekdays, self.month.weekdays, "weekday"),
        )
        for for_day, for_month, why in counts:
            if for_day > FAR_MORE * for_month:
                return "day", why
            if for_month > FAR_MORE * for_day:
                return "month", why
            if for_day or for_month:
                return given, "given" if given else ""
        if given:
            return given, "given"
        signs = self._signs()
        return signs[0] if len({order for order, _why in signs}) == 1 else ("", "")

    def _signs(self) -> list[tuple[Order, Reason]]:
        """Each sign that speaks, with the order it speaks for."""
        signs: list[tuple[Order, Reason]] = []
        if self.dotted:
            signs.append(("day", "dots"))
        if self.european:
            signs.append(("day", "language"))
        readings: tuple[tuple[Order, _Reading, _Reading], ...] = (
            ("day", self.day, self.month),
            ("month", self.month, self.day),
        )
        for order, this, other in readings:
            if other.future and not this.future and not self.scheduled:
                signs.append((order, "future"))
            if this.is_sorted() and other.is_unsorted():
                signs.append((order, "sorted"))
            if self._is_dense(this, other):
                signs.append((order, "dense"))
        return signs

    def _is_dense(self, this: _Reading, other: _Reading) -> bool:
        """Whether one order has the posts on neighbouring days, at many hours, and the other on as many days scattered
        over months. One post a day would not tell: a newsletter may come on the 11th of each month."""
        days = len(this.days)
        return (
            days >= MIN_DAYS
            and self.open >= 2 * days
            and len(self.clocks) >= days
            and this.span() <= 3 * days
            and other.span() >= 5 * this.span()
        )

    def is_year_first(self) -> bool:
        """Whether dates with two digits for the year are written 26/05/03: the first numbers are years that were, and
        the last ones cannot be, or change while the first ones do not."""
        this_year = self.now.year % 100
        if not self.short or any(not 1 <= b <= 12 or not 1 <= c <= 31 for _, b, c in self.short):
            return False
        firsts, lasts = {a for a, _, _ in self.short}, {c for _, _, c in self.short}
        if any(not 0 <= this_year + 1 - a <= 21 for a in firsts):
            return False
        if any(not 0 <= this_year + 1 - c <= 21 for c in lasts):
            return True
        return min(firsts) >= this_year - 1 and len(lasts) >= 3 and len(lasts) > len(firsts)
