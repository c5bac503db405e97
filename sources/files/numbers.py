"""Counts as exports write them: 1,234, 1 234, 1.234, 1'234, 12,34,567, 1.2K, 1,2 k, 3.4M, 2 Mio.

A count is whole. So a single sign before three digits (3.400) parts thousands, unless the column shows elsewhere that
this sign is its decimal sign; and what has a fraction (1.5), a sign of a share or a price, a unit of time, or a bound
(<10) is no count. Numbers said to be rounded are read as they stand: 1.2K and 1,2E+03 are 1,200, and 1K+ is 1,000.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

Decimals = Literal["", ".", ",", "both"]
LONGEST = 40  # characters of a number
LARGEST = 10**15
FAR_MORE = 10  # times as many values, for what they show to count against the others

_TIMES = {
    **dict.fromkeys(("k", "tsd", "mille", "thousand"), 1_000),
    **dict.fromkeys(("m", "mn", "mio", "mill", "million", "millions", "millionen"), 1_000_000),
    **dict.fromkeys(("b", "bn", "md", "mds", "mrd", "billion", "billions", "milliard", "milliards"), 1_000_000_000),
    "\u4e07": 10_000,
}
# What is counted, as it may stand behind a number. Anything else there (h, min, s, %, EUR) is no count.
_COUNTED = re.compile(
    r"likes?|views?|comments?|(?:re)?shares?|followers?|repl(?:y|ies)|reactions?|(?:re)?posts?|retweets?|points?|(?:up)?votes?"
    r"|plays?|impressions?|times?|subscribers?|vues?|commentaires?|partages?|abonnés?|réponses?|réactions?|j'aime|fois"
    r"|aufrufe?|kommentare?|antwort(?:en)?|mal"
)
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_NUMBER = re.compile(
    r"(?:[~\u2248]|about |env\. |environ |ca\. |circa )? ?([+-]?)([0-9][0-9., ']*)(e[+-]?[0-9]{1,2})?"
    r" ?([a-z\u4e07]{1,9})?\.?(\+?)(?: ([a-z\u00c0-\u024f']{2,14}))?"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,. '])[0-9]{3})(?:\1[0-9]{3})*")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_WITH_FRACTION = re.compile(r"([0-9]+|[0-9]{1,3}(?:([,. '])[0-9]{3})(?:\2[0-9]{3})*)([.,])([0-9]+)")
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How one column writes its numbers. `decimal` is its decimal sign: "" where no value shows one, "both" where they
    disagree."""

    decimal: Decimals = ""


def number_form(values: Iterable[Any]) -> NumberForm:
    """The decimal sign of a column, from all its values."""
    shown: dict[str, int] = {".": 0, ",": 0}
    for value in values:
        if isinstance(value, str) and ("." in value or "," in value):
            sign = _decimal_sign(value)
            if sign:
                shown[sign] += 1
    points, commas = shown["."], shown[","]
    if points > FAR_MORE * commas:
        return NumberForm(".")
    if commas > FAR_MORE * points:
        return NumberForm(",")
    return NumberForm("both" if points else "")


def read_number(value: Any, form: NumberForm) -> int | None:
    """The whole number of a cell, negative ones too; None where it is no count."""
    if isinstance(value, str):
        return _read(value, form.decimal)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if abs(value) < LARGEST and value == int(value) else None


def _parts(text: str) -> tuple[str, str, int, int] | None:
    """Sign, digits with their signs, power of ten and factor of a text that is a number."""
    if len(text) > LONGEST:
        return None
    plain = _SPACES.sub(" ", text.strip().lower()).replace("\u2212", "-").replace("\u2019", "'")
    found = _NUMBER.fullmatch(plain)
    if found is None:
        return None
    sign, digits, power, unit, _more, counted = found.groups()
    times = _TIMES.get(unit, 0) if unit else 1
    if unit and not times and _COUNTED.fullmatch(unit) and not counted:
        times = 1
    if not times or (counted and not _COUNTED.fullmatch(counted)):
        return None
    return sign, digits.strip(), int(power[1:]) if power else 0, times


def _decimal_sign(text: str) -> str:
    """The decimal sign that one value shows; empty where it could as well part thousands."""
    parts = _parts(text)
    if parts is None or parts[3] != 1 or parts[2]:
        return ""
    digits = parts[1]
    if _AMBIGUOUS.fullmatch(digits):
        return ""
    grouped = _GROUPED.fullmatch(digits)
    if grouped or _INDIAN.fullmatch(digits):
        sign = grouped[1] if grouped else ","
        return {".": ",", ",": "."}.get(sign, "") if not digits.startswith("0") else sign
    fraction = _WITH_FRACTION.fullmatch(digits)
    return fraction[3] if fraction and fraction[2] != fraction[3] else ""


@lru_cache(maxsize=8_192)
def _read(text: str, decimal: Decimals) -> int | None:
    parts = _parts(text)
    if parts is None:
        return None
    sign, digits, power, times = parts
    number = _decimal(digits, decimal, rounded=times > 1 or bool(power))
    if number is None:
        return None
    number = number.scaleb(power) * times
    if number != int(number):
        if times == 1:
            return None
        number = Decimal(round(number))
    if abs(number) >= LARGEST:
        return None
    return -int(number) if sign == "-" else int(number)


def _decimal(digits: str, decimal: Decimals, *, rounded: bool) -> Decimal | None:
    """The number that digits with signs between them write; None where they write none, or one of two."""
    if digits.isdecimal():
        return Decimal(digits)
    ambiguous = _AMBIGUOUS.fullmatch(digits)
    if ambiguous:
        sign = ambiguous[1]
        if decimal == sign:
            return Decimal(digits.replace(",", "."))
        # 1.234K is 1,234 or 1,234,000
        return None if decimal == "both" or (rounded and not decimal) else Decimal(digits.replace(sign, ""))
    if not digits.startswith("0") and (_GROUPED.fullmatch(digits) or _INDIAN.fullmatch(digits)):
        return Decimal(re.sub("[^0-9]", "", digits))
    fraction = _WITH_FRACTION.fullmatch(digits)
    if fraction is None or fraction[2] == fraction[3]:
        return None
    return Decimal(f"{re.sub('[^0-9]', '', fraction[1])}.{fraction[4]}")
