"""Names of months, days and zones, as dates of exports hold them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

# Names come from the Unicode locale data; no two of these languages name different months, or different days, alike.
LANGUAGES = ("en", "en_GB", "fr", "fr_CA", "de", "de_AT", "es", "it", "nl", "pt")
_MORE_MONTHS = {"maerz": 3, "fev": 2, "jul": 7, "aou": 8, "sept": 9, "mrz": 3, "jaen": 1, "jan": 1}
_MORE_DAYS = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3, "merc": 2, "segunda": 0, "terca": 1, "quarta": 2}

# Hours from UTC. Where a name has several meanings it has that of the tools exports come from, which are American or
# European: CST is Central and not China, BST is British and not Bangladesh, AST is Atlantic; IST is India, whose
# people are the most.
_HOURS: dict[str, float] = {
    **dict.fromkeys(("utc", "gmt", "z", "ut", "wet", "universal time", "coordinated universal time"), 0),
    **dict.fromkeys(("greenwich mean time", "temps universel coordonne", "heure moyenne de greenwich"), 0),
    **dict.fromkeys(("cet", "mez", "met", "bst", "west", "wat", "central european standard time"), 1),
    **dict.fromkeys(("british summer time", "heure normale d'europe centrale", "mitteleuropaische normalzeit"), 1),
    **dict.fromkeys(("cest", "mesz", "mest", "eet", "oez", "cat", "sast", "central european summer time"), 2),
    **dict.fromkeys(("heure d'ete d'europe centrale", "mitteleuropaische sommerzeit"), 2),
    **dict.fromkeys(("eest", "oesz", "msk", "trt", "eat"), 3),
    **{"gst": 4, "pkt": 5, "ist": 5.5, "npt": 5.75, "wib": 7, "ict": 7, "sgt": 8, "hkt": 8, "awst": 8, "pht": 8},
    **{"jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "acdt": 10.5, "aedt": 11, "nzst": 12, "nzdt": 13},
    **{"nst": -3.5, "ndt": -2.5, "ast": -4, "adt": -3, "brt": -3, "clt": -4},
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
    **{"akst": -9, "akdt": -8, "hst": -10},
    **{"eastern standard time": -5, "eastern daylight time": -4, "central standard time": -6},
    **{"central daylight time": -5, "mountain standard time": -7, "mountain daylight time": -6},
    **{"pacific standard time": -8, "pacific daylight time": -7},
}
# Names that mean summer or winter time as the day has it.
_PLACES = {
    **dict.fromkeys(("et", "eastern time", "eastern", "new york time", "heure de l'est"), "America/New_York"),
    **dict.fromkeys(("ct", "central time"), "America/Chicago"),
    **dict.fromkeys(("mt", "mountain time"), "America/Denver"),
    **dict.fromkeys(("pt", "pacific time", "heure du pacifique"), "America/Los_Angeles"),
    **dict.fromkeys(("uk time", "london time", "heure de londres"), "Europe/London"),
    **dict.fromkeys(
        ("paris time", "heure de paris", "heure d'europe centrale", "central european time"), "Europe/Paris"
    ),
    **dict.fromkeys(("mitteleuropaische zeit", "berlin time"), "Europe/Berlin"),
}


def fold(text: str) -> str:
    """Lower case, without accents, composed or not; digits and signs stay as they are."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


@lru_cache(maxsize=1)
def months() -> Mapping[str, int]:
    """The month, 1 to 12, of each folded name and abbreviation, without its point."""
    return {**_names("months"), **_MORE_MONTHS}


@lru_cache(maxsize=1)
def weekdays() -> Mapping[str, int]:
    """The day of the week, Monday 0, of each folded name and abbreviation, without its point."""
    return {**_names("days"), **_MORE_DAYS}


def _names(what: str) -> dict[str, int]:
    from babel import Locale  # here, for only dates in words need it

    found: dict[str, int] = {}
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = getattr(Locale.parse(language), what)[context][width]
                found |= {fold(name).strip(" ."): number for number, name in names.items()}
    return found


@lru_cache(maxsize=4_096)
def zone_of(name: str) -> tzinfo | None:
    """The zone of a folded name: an abbreviation, a name in words or a region as `europe/paris`; None where unknown."""
    name = " ".join(name.replace("\u2019", "'").split()).strip(" .")
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name])) if _HOURS[name] else UTC
    place = _PLACES.get(name) or (_regions().get(name) if "/" in name else None)
    return ZoneInfo(place) if place else None


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones()}
