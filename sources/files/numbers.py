"""Counts as exports write them: 1,234, 1 234, 1.2K, 3.400, 1,2 k."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How one column writes its numbers. `decimal`: "." or ",", "" where no value shows it, "both" where they disagree."""

    decimal: str = ""


def number_form(values: Iterable[Any]) -> NumberForm:
    """The decimal sign of a column, from all its values."""
    return NumberForm()


def read_number(value: Any, form: NumberForm) -> int | None:
    """The whole number of a cell, negative ones too; None where it is no count: a fraction, a share, a price, a duration."""
    words = re.sub(r"[\s\u00a0\u202f,]", "", str(value if value is not None else ""))
    match = re.fullmatch(r"(-?\d{1,15})(?:\.0*)?", words)
    return int(match[1]) if match else None
