"""What one written date says, before it is known whether its day or its month comes first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

from sources.files.date_words import fold, months, weekdays, zone_of

LONGEST = 80  # characters of a date
_AROUND = " \t\r\n\u00a0\u202f\ufeff='\""  # a spreadsheet's signs for "this is text", too
MOST_WORDS = 7  # beside those that only join others
Clock = tuple[int, int, int, int]  # hour (24 is the day's end), minute, second, microsecond


class Written(NamedTuple):
    """A date as it is written. With `ordered` `first` is the month and `second` the day; `year` is None where there is
    none, and has two digits where `short`."""

    first: int
    second: int
    year: int | None
    ordered: bool
    clock: Clock | None = None
    zone: tzinfo | None = None
    short: bool = False
    dotted: bool = False
    weekday: int | None = None
    european: bool = False  # words or a time that only languages write in which the day is first


_USUAL = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?)?", re.ASCII)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t\r\n", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u5e74\u6708\ub144\uc6d4", "-"),  # the signs for year and month in Chinese, Japanese, Korean
        **dict.fromkeys('\u65e5\uc77c"[]\u00b7\u2022|', " "),
        **dict.fromkeys("\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff", ""),
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **{"\uff0f": "/", "\uff1a": ":", "\u2019": "'"},
    }
)
_T = re.compile(r"(?<=\d)t(?=\d\d)")
_HALF = r"(?: ?(?P<half>[ap])\.? ?m\b\.?)"
_CLOCKS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?<![\w:./+-])(?P<h>\d{1,2}):(?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,:](?P<f>\d{1,9}))?)?(?!\d)"
        + _HALF
        + "?(?: ?(?P<word>uhr|hrs|h)\\b)?",
        r"(?<![\w:./+-])(?P<h>\d{1,2}) ?(?P<word>h)(?: ?(?P<m>\d\d)(?: ?m(?:in)?\b)?(?: ?(?P<s>\d\d) ?s\b)?)?(?![\w:])",
        r"(?<![\w:./+-])(?P<h>\d{1,2})" + _HALF,
        r"(?<![\w:./+-])(?P<h>\d{1,2})(?:\.(?P<m>\d\d)(?:\.(?P<s>\d\d))?)? ?(?P<word>uhr)\b",
        r"(?<=[\d,] )(?P<h>\d{1,2})\.(?P<m>\d\d)(?:\.(?P<s>\d\d))?$",
    )
)
_OFFSET = re.compile(
    r" ?\(?(?:(?:utc|gmt) ?([+-])(\d{1,2})(?::?(\d\d))?|([+-])(\d\d)(?::?(\d\d))?)(?![\d:/])\)?", re.ASCII
)
_ZONE_WORDS = re.compile(r" ?\(?([a-z][a-z_/' .-]*)\)?")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_FILLERS = {
    "a",
    "at",
    "um",
    "le",
    "the",
    "on",
    "am",
    "den",
    "de",
    "of",
    "del",
    "alle",
    "las",
    "om",
    "op",
    "-",
    "el",
    "il",
}
_EUROPEAN = {"a", "um", "le", "den", "alle", "las", "om", "op", "el", "il"}
_NUMBERS = re.compile(r"(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d\d)\.?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{1,2})\.?", re.ASCII)
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:er|st|nd|rd|th|[.eo\u00ba\u00aa])?[ /.-]*([a-z]{3,12})\.?(?:[ /.-]*(\d{4}|(?<=[-/ ])'?\d\d))?",
    re.ASCII,
)
# "May 26" is a day, and "May-26" a month of 2026 in a spreadsheet
_MONTH_DAY = re.compile(
    r"([a-z]{3,12})(?:\.? |\.|[/.-](?=.*\d{4}))(\d{1,2})(?:st|nd|rd|th|\.)?(?:[ /.-]+(\d{4}))?", re.ASCII
)
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[ /.-]+([a-z]{3,12})\.?[ /.-]*(\d{1,2})\.?", re.ASCII)


def read_text(text: str) -> Written | None:
    """What a text of at most LONGEST characters says; None where it is not a date and nothing but a date."""
    text = text.strip(_AROUND)
    if not 4 <= len(text) <= LONGEST:
        return None
    if text[-1] == "]" and text[10:11] in ("T", "t"):  # Java says the region beside the offset
        text = text.partition("[")[0]
    usual = _USUAL.fullmatch(text)
    if usual:
        a, sign, b, year, hour, minute, second = usual.groups()
        clock = _checked(int(hour), int(minute), int(second or 0), 0) if hour else None
        if hour and clock is None:
            return None
        return Written(int(a), int(b), int(year), False, clock, None, False, sign == ".")
    return _iso(text) or _general(text)


def _iso(text: str) -> Written | None:
    if not ((text[4:5] == "-" and text[10:11] in ("", "T", "t", " ")) or text[8:9] == "T") or "W" in text[:8]:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    clock = (moment.hour, moment.minute, moment.second, moment.microsecond) if len(text) > 10 else None
    return Written(moment.month, moment.day, moment.year, True, clock, moment.tzinfo)


def _general(text: str) -> Written | None:
    """A date in numbers or words with its time, zone and day of the week around it, in any place."""
    said = split_clock(plain(text))
    if said is None:
        return None
    clock, before, after, word = said
    frame = _frame(before, after, word)
    return frame._replace(clock=clock) if frame is not None and clock is not None else frame


def plain(text: str) -> str:
    """Folded, with common spaces and signs."""
    if not text.isascii() or "[" in text or '"' in text or "|" in text:
        text = text.translate(_SIGNS)
    return _T.sub(" ", fold(" ".join(text.split())))


def split_clock(folded: str) -> tuple[Clock | None, str, str, str] | None:
    """The time of day in a folded text, what stands before and after it, and the word it is said with (`h`, `uhr`).
    Without a time all stands before; None where the time is none, as 25:00."""
    for pattern in _CLOCKS:
        found = pattern.search(folded)
        if found:
            break
    else:
        return None, folded, "", ""
    said = found.groupdict()
    hour, half = int(said["h"]), said.get("half")
    if half:
        if hour > 12 and half == "a":
            return None
        hour = hour % 12 + (12 if half == "p" else 0) if hour <= 12 else hour
    fraction = int(((said.get("f") or "") + "000000")[:6])
    clock = _checked(hour, int(said.get("m") or 0), int(said.get("s") or 0), fraction)
    return (clock, folded[: found.start()], folded[found.end() :], said.get("word") or "") if clock else None


@lru_cache(maxsize=8_192)  # of many moments of a day, only the time differs
def _frame(before: str, after: str, word: str) -> Written | None:
    """The date that stands around a time, without the time."""
    zone, rest = zone_and_rest(after) if after else _zone_at_end(before)
    words = [w for w in (f"{before} {rest}" if after else rest).replace(",", " ").split() if w]
    kept = [w for w in words if w not in _FILLERS]
    if not 1 <= len(kept) <= MOST_WORDS:
        return None
    european = word in ("h", "uhr") or any(w in _EUROPEAN for w in words)
    whole = _date(" ".join(kept))
    if whole is None and len(kept) > 1:
        # "mar" is a day of the week in French and a month in English: the month is tried first
        for name, others in ((kept[0], kept[1:]), (kept[-1], kept[:-1])):
            day = weekdays().get(name.strip("().")) if name[0] > "9" or name[0] == "(" else None
            whole = _date(" ".join(others)) if day is not None else None
            if whole is not None:
                whole = whole._replace(weekday=day)
                break
    return whole._replace(zone=zone, european=european) if whole is not None else None


def _checked(hour: int, minute: int, second: int, micro: int) -> Clock | None:
    second = 59 if second == 60 else second  # a leap second
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second or micro)):
        return None
    return hour, minute, second, micro


def zone_and_rest(after: str) -> tuple[tzinfo | None, str]:
    """The zone that a text begins with, and the rest."""
    offset = _OFFSET.match(after)
    if offset:
        sign = offset[1] or offset[4]
        minutes = 60 * int(offset[2] or offset[5]) + int(offset[3] or offset[6] or 0)
        if minutes <= 14 * 60 and int(offset[3] or offset[6] or 0) < 60:
            zone = timezone(timedelta(minutes=-minutes if sign == "-" else minutes)) if minutes else UTC
            return zone, _IN_BRACKETS.sub(" ", after[offset.end() :], count=1)
    words = _ZONE_WORDS.match(after)
    if words:
        whole = words[1]
        named = zone_of(whole)
        if named is not None:
            return named, after[words.end() :]
        first = whole.split()[0]
        named = zone_of(first)
        if named is not None:
            return named, after[words.start(1) + len(first) :]
    return None, after


def _zone_at_end(folded: str) -> tuple[tzinfo | None, str]:
    before, _, last = folded.rpartition(" ")
    return (UTC, before) if before and last in ("utc", "gmt", "z", "(utc)", "(gmt)") else (None, folded)


def _date(text: str) -> Written | None:
    """A date of which nothing but the date is left."""
    found = _NUMBERS.fullmatch(text)
    if found:
        short = len(found[4]) == 2
        return Written(int(found[1]), int(found[3]), int(found[4]), False, short=short, dotted=found[2] == ".")
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _valid(int(found[3]), int(found[4]), int(found[1]))
    for pattern, (day, month, year) in ((_DAY_MONTH, (1, 2, 3)), (_MONTH_DAY, (2, 1, 3)), (_YEAR_MONTH_DAY, (3, 2, 1))):
        found = pattern.fullmatch(text)
        number = months().get(found[month]) if found else None
        if found and number:
            said = found[year]
            return _valid(number, int(found[day]), int(said.strip("'")) if said else None, bool(said) and len(said) < 4)
    return None


def _valid(month: int, day: int, year: int | None, short: bool = False) -> Written | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Written(month, day, year, True, short=short)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def latest_day(month: int, day: int, until: date) -> date | None:
    """The last such day that is not after `until`."""
    days: Iterator[date | None] = (day_of(until.year - back, month, day) for back in range(9))  # 29 February
    return next((found for found in days if found is not None and found <= until), None)
