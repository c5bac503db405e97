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
    r"[A-Za-z]{3}, +(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:([+-])(\d\d)(\d\d)|GMT|UTC?|Z)", re.ASCII
)
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
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


def _usual(text: str) -> datetime | None:
    """ISO 8601 and RFC 822, which nearly all feeds write."""
    try:
        found = _RFC_822.fullmatch(text)
        if found is None:
            return _utc(datetime.fromisoformat(text)) if not text.isdecimal() else None
        day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
        moment = datetime(
            int(year), _MONTHS.get(month.lower(), 0), int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
        if sign is None:
            return moment
        behind = timedelta(hours=int(sign + hours), minutes=int(sign + minutes))
        return moment - behind if abs(behind) < timedelta(days=1) else None
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
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def is_month_first(texts: Iterable[str]) -> bool:
    """Whether dates written in numbers have the month first: some day above 12 stands second, and none first."""
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _NUMBERS.match(text.strip()))]
    return any(second > 12 for _first, second in pairs) and not any(first > 12 for first, _second in pairs)
