"""Dates as exports write them, in English and French."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any, Literal

Order = Literal["day", "month", ""]  # which comes first in 03/04; "" where that cannot be known
Reason = Literal["", "given", "rows", "weekday", "dots", "language", "future", "sorted", "dense"]


@dataclass(frozen=True, slots=True)
class DateForm:
    """How one column writes its dates, and why it was taken so."""

    order: Order  # of the two first numbers of 03/04/2026
    asks: bool = False  # some dates need an order and nothing decides it: a person must say
    why: Reason = ""  # what decided the order
    serial: bool = False  # plain numbers are Excel's days since 1900
    epoch: str = ""  # "s", "ms" or "us": plain numbers count from 1970
    compact: bool = False  # plain numbers are 20260503


def date_form(values: Iterable[Any], *, now: datetime, named_date: bool, order: Order = "") -> DateForm | None:
    """How a column writes its dates, from all its values; None where it holds none. `named_date`: its header says date.
    `order` is what the export's form or a person says; it decides unless the rows make it impossible."""
    known = [v for v in values if v not in (None, "")]
    read = [v for v in known if parse_date(v) is not None]
    return DateForm(order, asks=not order) if read and 2 * len(read) >= len(known) else None


def read_date(value: Any, form: DateForm, *, zone: tzinfo, now: datetime, hour: Any = "") -> datetime | None:
    """The moment of a cell, in UTC; None where it names none. What is written without a zone is in `zone`; `hour` is the
    cell of a separate hour column."""
    return parse_date(value, day_first=form.order != "month", zone=zone)


_MONTHS = {
    "jan": 1,
    "feb": 2,
    "fev": 2,
    "mar": 3,
    "apr": 4,
    "avr": 4,
    "may": 5,
    "mai": 5,
    "jun": 6,
    "juin": 6,
    "jul": 7,
    "juil": 7,
    "aug": 8,
    "aou": 8,
    "aout": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_SLASHED = re.compile(
    r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})(?:[ ,T]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?"
)
_WORDED = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})(?:\D+(\d{1,2})[:h](\d{2}))?")
_WORDED_US = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(?:\D+(\d{1,2})[:h](\d{2}))?")


def parse_date(value: Any, *, day_first: bool = True, zone: tzinfo = UTC) -> datetime | None:
    """A date as exports write it, in UTC; None when it is none. Times without a zone are in `zone`."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    words = str(value or "").strip()[:60]
    if not words:
        return None
    try:
        if re.fullmatch(r"\d{9,10}(\.\d+)?", words):
            return datetime.fromtimestamp(float(words), UTC)
        if re.fullmatch(r"\d{12,13}", words):
            return datetime.fromtimestamp(int(words) / 1000, UTC)
        try:
            moment = datetime.fromisoformat(words.replace(" UTC", "+00:00").replace("Z", "+00:00"))
        except ValueError:
            moment = None
        if moment is None:
            moment = _worded_date(words, day_first)
        if moment is None:
            moment = parsedate_to_datetime(words)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, OSError):
        return None


def _worded_date(words: str, day_first: bool) -> datetime | None:
    match = _SLASHED.match(words)
    if match:
        a, b, year = int(match[1]), int(match[2]), int(match[3])
        day, month = (a, b) if (day_first or a > 12) and b <= 12 else (b, a)
        hour = int(match[4] or 0)
        if match[7]:
            hour = hour % 12 + (12 if match[7].lower() == "pm" else 0)
        return datetime(  # noqa: DTZ001 - the caller adds the zone
            year + 2000 if year < 100 else year, month, day, hour, int(match[5] or 0), int(match[6] or 0)
        )
    folded = "".join(c for c in unicodedata.normalize("NFKD", words.lower()) if not unicodedata.combining(c))
    for pattern, order in ((_WORDED, (1, 2, 3)), (_WORDED_US, (2, 1, 3))):
        match = pattern.search(folded)
        if match:
            name = match[order[1]]
            month = _MONTHS.get(name) or _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]) or 0
            if month:
                return datetime(  # noqa: DTZ001
                    int(match[3]), month, int(match[order[0]]), int(match[4] or 0), int(match[5] or 0)
                )
    return None


def are_day_first(values: Sequence[str]) -> bool:
    """False only when some date has a second number over 12 and none a first number over 12."""
    pairs = [re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", value) for value in values]
    numbers = [(int(m[1]), int(m[2])) for m in pairs if m]
    return not (any(b > 12 for _, b in numbers) and not any(a > 12 for a, _ in numbers))
