"""Numbers and dates of charts as a language writes them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel.dates import get_day_names, get_month_names
from babel.numbers import get_decimal_symbol, get_group_symbol


@lru_cache(maxsize=4)
def number_locale(lang: str) -> dict[str, Any]:
    """As d3-format takes it."""
    return {
        "decimal": get_decimal_symbol(lang),
        "thousands": get_group_symbol(lang),
        "grouping": [3],
        "currency": ["", ""],
        "percent": "%" if lang == "en" else "\N{NARROW NO-BREAK SPACE}%",
    }


@lru_cache(maxsize=4)
def time_locale(lang: str) -> dict[str, Any]:
    """As d3-time-format takes it."""
    return {
        "dateTime": "%x, %X",
        "date": "%d/%m/%Y",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": [get_day_names("wide", locale=lang)[(i + 6) % 7] for i in range(7)],
        "shortDays": [get_day_names("abbreviated", locale=lang)[(i + 6) % 7] for i in range(7)],
        "months": [get_month_names("wide", locale=lang)[i] for i in range(1, 13)],
        "shortMonths": [get_month_names("abbreviated", locale=lang)[i] for i in range(1, 13)],
    }


def spoken(chart: Any, lang: str) -> Any:
    """An Altair chart with its numbers and dates written in that language."""
    return chart.configure(locale={"number": number_locale(lang), "time": time_locale(lang)})
