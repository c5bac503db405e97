"""Days that come back every year: a reference calendar of France and the world, with one's own changes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import Connection, delete, select

from data.actor import needs
from data.changes import StaleError, changed_by, note_change
from data.dialect import insert_over
from data.schema import own_occasion
from data.settings import REFERENCE
from data.store import Store


@dataclass(frozen=True, slots=True)
class YearlyDay:
    """A day of every year. `words`: a post with one of them speaks of it. `day` is MM-DD, or a rule as "easter+39",
    "mon3-06" (the third Monday of June; 5 is the last one)."""

    key: str
    day: str
    name: dict[str, str]
    words: tuple[str, ...]
    area: str  # fr | world | own
    hidden: bool = False


@lru_cache(maxsize=1)
def reference_days() -> tuple[YearlyDay, ...]:
    held = tomllib.loads((REFERENCE / "occasions.toml").read_text(encoding="utf-8"))["days"]
    return tuple(
        YearlyDay(d["key"], d["day"], {"en": d["en"], "fr": d["fr"]}, tuple(d.get("words", ())), d["area"])
        for d in held
    )


def yearly_days(connection: Connection) -> list[YearlyDay]:
    """The reference calendar with what people changed: days of their own, days that are not wanted."""
    own = {row.key: row for row in connection.execute(select(own_occasion))}
    days = [
        YearlyDay(d.key, d.day, d.name, d.words, d.area, hidden=d.key in own and not own[d.key].name)
        for d in reference_days()
    ]
    known = {d.key for d in reference_days()}
    days += [
        YearlyDay(key, row.day, {"en": row.name, "fr": row.name}, tuple(w for w in row.words.split(",") if w), "own")
        for key, row in sorted(own.items())
        if key not in known and row.name
    ]
    return days


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_in(rule: str, year: int) -> date | None:
    """The date of a day in a year; None where the year has none (29 February) or the rule cannot be read."""
    try:
        match = re.fullmatch(r"easter([+-]\d{1,3})", rule)
        if match is not None:
            return easter(year) + timedelta(days=int(match[1]))
        match = re.fullmatch(r"(mon|tue|wed|thu|fri|sat|sun)([1-5])-(\d\d)", rule)
        if match is not None:
            weekday, rank, month = _WEEKDAYS.index(match[1]), int(match[2]), int(match[3])
            first = date(year, month, 1)
            days = [first + timedelta(days=n) for n in range(31)]
            days = [d for d in days if d.month == month and d.weekday() == weekday]
            return days[min(rank, len(days)) - 1] if rank < 5 else days[-1]
        return date(year, int(rule[:2]), int(rule[3:])) if re.fullmatch(r"\d\d-\d\d", rule) else None
    except ValueError:
        return None


def coming(days: Sequence[YearlyDay], today: date, ahead: int) -> list[tuple[date, YearlyDay]]:
    """Days of the next `ahead` days, today among them, in order."""
    near = []
    for item in days:
        if item.hidden:
            continue
        for year in (today.year, today.year + 1):
            when = day_in(item.day, year)
            if when is not None and today <= when <= today + timedelta(days=ahead):
                near.append((when, item))
    return sorted(near, key=lambda pair: (pair[0], pair[1].key))


@needs("editor")
def set_own_day(store: Store, key: str, day: str, name: str, words: str, seen: str | None = None) -> None:
    """Add or change a day of one's own; `seen` "" where it is a new one.

    Raises ValueError for a day that no year has, or no name, StaleError for a new one that there is already.
    """
    clean = " ".join(name.split())[:120]
    if day_in(day, 2028) is None or not clean or not re.fullmatch(r"[\w-]{1,60}", key):
        raise ValueError("day" if clean else "name")
    kept = ",".join(w.strip() for w in words.split(",") if w.strip())[:300]
    with store.write() as connection:
        held = connection.execute(select(own_occasion).where(own_occasion.c.key == key)).first()
        told = f"{day} {clean}: {kept}"
        was = f"{held.day} {held.name}: {held.words}" if held is not None else ""
        if seen == "" and held is not None and was != told:  # a new day, where somebody made one of that name
            raise StaleError([changed_by(connection, clean, "day", was)], was)
        note_change(connection, "day.set", clean, was, told)
        connection.execute(insert_over(own_occasion).values(key=key, day=day, name=clean, words=kept))


@needs("editor")
def hide_day(store: Store, key: str, hidden: bool) -> None:
    """Take a day of the reference calendar out, or back in; a day of one's own goes for good."""
    with store.write() as connection:
        held = connection.execute(select(own_occasion).where(own_occasion.c.key == key)).first()
        was = "" if held is None else f"{held.day} {held.name}: {held.words}" if held.name else "hidden"
        note_change(connection, "day.hidden" if hidden else "day.shown", key, was, "hidden" if hidden else "")
        if hidden and key in {d.key for d in reference_days()}:
            connection.execute(insert_over(own_occasion).values(key=key, day="", name="", words=""))
        else:
            connection.execute(delete(own_occasion).where(own_occasion.c.key == key))
