"""The days of a chart: which are written below it, and how. No drawing library here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

WRITTEN = 8  # days below a chart, at most
LONG = 300  # days of a period from which on the year is said and the day is not


def tick_step(number: int, most: int = WRITTEN) -> int:
    """Every which of so many days is written."""
    return max(1, -(-number // most))


def ticks(days: Sequence[str], most: int = WRITTEN) -> list[date]:
    """The days that are written: days of the period alone, evenly spread."""
    return [date.fromisoformat(day) for day in days[:: tick_step(len(days), most)]]


def day_format(days: Sequence[str], lang: str) -> str:
    """How a day is written below a chart, in the format of strftime and of d3."""
    long = len(days) > 1 and (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days >= LONG
    if long:
        return "%m/%Y" if lang == "fr" else "%Y-%m"
    return "%d/%m" if lang == "fr" else "%b %d"


def days_written(days: Sequence[str], lang: str) -> list[str]:
    """Every day as it is written, for programs that take words."""
    from babel.dates import format_date

    pattern = {"%m/%Y": "MM/yyyy", "%Y-%m": "yyyy-MM", "%d/%m": "dd/MM", "%b %d": "MMM dd"}[day_format(days, lang)]
    return [format_date(date.fromisoformat(day), pattern, locale=lang) for day in days]
