"""Filters that other programs send: one that makes no sense is told by its name, and never read as "everything"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from babel import Locale

from data.models import whole
from data.scope import FIELDS, MAX_DAYS, NAMED_PERIODS, Field, date_of

LONGEST = 500  # characters of one
LANGUAGES = frozenset(Locale.parse("en").languages)
_CHOICES: Mapping[str, tuple[str, ...]] = {"period": tuple(NAMED_PERIODS), "against": ("year",)}
_FIELDS = {one.parameter: one for one in FIELDS}


def wrong_filter(parameters: Mapping[str, str], known: Iterable[str]) -> str:
    """What is wrong with the first filter that makes no sense, its name first; "" where all do."""
    allowed = set(known)
    for name, value in parameters.items():
        if name not in allowed:
            return f"Unknown parameter: {name[:80]}."
        wrong = _wrong(name, value)
        if wrong:
            return f"{name}: {wrong}"
    if "days" in parameters and "since" in parameters:
        return "days: give it or since, not both."
    if "period" in parameters and {"since", "until", "days"} & parameters.keys():
        return "period: give it or other days, not both."
    if "since" in parameters and "until" in parameters and parameters["since"] > parameters["until"]:
        return "since: it is after until."
    return ""


def _wrong(name: str, value: str) -> str:
    if not value.strip():
        return "it is empty; leave it out instead."
    if len(value) > LONGEST:
        return f"it is longer than {LONGEST} characters."
    if name in {"since", "until"}:
        return "" if date_of(value) else "write a day as 2026-03-31."
    if name == "days":
        return "" if 1 <= (whole(value) or 0) <= MAX_DAYS else f"write a number of days from 1 to {MAX_DAYS}."
    if name in _CHOICES:
        known = ", ".join(_CHOICES[name])
        return "" if value in _CHOICES[name] else f"{value[:80]!r} is none of {known}."
    if name == "page":
        return "" if (whole(value) or 0) >= 1 else "write the number of a page, from 1."
    return _wrong_field(_FIELDS[name], value)


def _wrong_field(field: Field, value: str) -> str:
    read = field.read(value)
    if field.is_number:
        return "" if read is not None else "write a number."
    if not isinstance(read, tuple):
        return ""
    parts = value.split(",")
    known = _known(field.name)
    strange = [part for part in parts if not field.read(part) or (known is not None and part not in known)]
    return f"{strange[0][:80]!r} is none. {field.help}" if strange else ""


def _known(name: str) -> frozenset[str] | None:
    """What a field may hold; None where anything may stand."""
    if name == "langs":
        return LANGUAGES
    if name == "kinds":
        from sources.collect import KINDS  # all that fetches: only this question asks

        return KINDS
    return None
