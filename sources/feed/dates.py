"""Dates as feeds write them, without guessing: what names no day is no date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LONGEST = 80  # characters of a date
LANGUAGES = ["en", "fr", "de", "es", "it", "nl", "pt"]  # of month and day names
_MIDNIGHT = re.compile(r"(?<![:\d])24:00(:00)?\b")
_REGION = re.compile(r"\s([A-Z][a-z]+(?:/[A-Z][A-Za-z_]+)+)$")
_RFC_822 = re.compile(
    r"[A-Za-z]{3}, +(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d:\d\d:\d\d) (?:([+-]\d{4})|GMT|UTC?|Z)", re.ASCII
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBER_OF = {name: f"{number:02}" for number, name in enumerate(_MONTHS, 1)}
_NO_YEAR = re.compile(r"(?<![+\-\d:.])00\d\d(?![\d:])")  # what a program writes for "never"
_NUMBERS = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b")


def moment_of(text: str, *, month_first: bool = False) -> datetime | None:
    """The moment, in UTC, that a text names; None where it names no day of a year from 1970 to 2200. A time without a
    zone is taken as UTC. `month_first` says how to read 04/05/2026."""
    moment = _usual(text)
    if moment is None:
        text = " ".join(text.replace('"', " ").split())
        moment = _unusual(text, month_first) if 6 <= len(text) <= LONGEST and any(c.isdigit() for c in text) else None
    return moment if moment is not None and 1970 <= moment.year <= 2200 else None


def first_moment(texts: Iterable[str], *, month_first: bool = False) -> datetime | None:
    """The moment that the first readable of these texts names."""
    for text in texts:
        if (moment := moment_of(text, month_first=month_first)) is not None:
            return moment
    return None


def _usual(text: str) -> datetime | None:
    """ISO 8601 and RFC 822, which nearly all feeds write."""
    found = _RFC_822.fullmatch(text)
    if found is not None:
        day, month, year, time, zone = found.groups()
        text = f"{year}-{_NUMBER_OF.get(month.lower())}-{day.zfill(2)}T{time}{zone or 'Z'}"
    try:
        return _utc(datetime.fromisoformat(text)) if not text.isdecimal() else None
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=10_000)
def _unusual(text: str, month_first: bool) -> datetime | None:
    """A date in words, with the end of a day as its hour, or with a region as its zone."""
    if _NO_YEAR.search(text):
        return None
    if _MIDNIGHT.search(text):
        start = moment_of(_MIDNIGHT.sub(r"00:00\1", text), month_first=month_first)
        return start + timedelta(days=1) if start is not None else None
    region = _REGION.search(text)
    if region is not None:
        return _in_region(text[: region.start()], region[1], month_first)
    return _usual(text) or _in_words(text, month_first)


def _in_words(text: str, month_first: bool) -> datetime | None:
    """Any other form that holds a day, a month and a year, in one of the languages."""
    import dateparser  # here, for it takes half a second and few feeds need it

    chosen = {
        "STRICT_PARSING": True,
        "PARSERS": ["timestamp", "absolute-time"],
        "DATE_ORDER": "MDY" if month_first else "DMY",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "TIMEZONE": "UTC",
        "TO_TIMEZONE": "UTC",
    }
    try:
        moment = dateparser.parse(text, languages=LANGUAGES, settings=chosen)
    except (ValueError, OverflowError, TypeError, re.error):
        return None
    return _utc(moment) if moment is not None else None


def _in_region(text: str, name: str, month_first: bool) -> datetime | None:
    local = moment_of(text, month_first=month_first)
    try:
        return _utc(local.replace(tzinfo=ZoneInfo(name))) if local is not None else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def is_month_first(texts: Iterable[str]) -> bool:
    """Whether dates written in numbers have the month first: some day above 12 stands second, and none first."""
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _NUMBERS.match(text.strip()))]
    return any(second > 12 for _first, second in pairs) and not any(first > 12 for first, _second in pairs)
