"""French and English: every interface string, number and date goes through here."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LANGUAGES = {"en": "English", "fr": "Français"}
LONG = 300  # days of a chart from which on years are written
LOCALE = Path(__file__).parent.parent / "locale"


_UNBROKEN = re.compile(r"(?<=«) | (?=[»:;?!%])")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=\w|[«“{(*`])")


def typeset(words: str) -> str:
    """French as it is printed: no line breaks inside quotation marks, before high signs or within a number, and the
    apostrophe is that of print."""
    held = _UNBROKEN.sub("\N{NO-BREAK SPACE}", words)
    return _APOSTROPHE.sub("’", _THOUSANDS.sub("\N{NARROW NO-BREAK SPACE}", held))


@lru_cache(maxsize=4)
def translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled from its .po file on first use."""
    if lang == "en":
        return gettext.NullTranslations()
    with (LOCALE / lang / "LC_MESSAGES" / "vigie.po").open("rb") as stream:
        catalogue = read_po(stream, locale=lang)
    for message in catalogue:
        said = message.string
        message.string = typeset(said) if isinstance(said, str) else tuple(map(typeset, said))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language, a time zone by name, and the region whose dates are written, as GB; "" for the language's own."""

    lang: str
    zone: str = "UTC"
    region: str = ""


_spoken: ContextVar[Spoken | None] = ContextVar("spoken", default=None)
_session: list[Callable[[], Spoken]] = [lambda: Spoken("en")]


def follow_session(ask: Callable[[], Spoken]) -> None:
    """Where nothing else is spoken, speak what `ask` gives: that of a person's session."""
    _session[0] = ask


def _now_spoken() -> Spoken:
    return _spoken.get() or _session[0]()


@contextmanager
def speaking(lang: str, zone_name: str = "UTC", region_code: str = "") -> Iterator[None]:
    """Speak a language outside of a session: for what is sent."""
    token = _spoken.set(Spoken(lang, zone_name, region_code))
    try:
        yield
    finally:
        _spoken.reset(token)


def current() -> str:
    """The language that is spoken: of a session, or of what is sent."""
    lang = _now_spoken().lang
    return lang if lang in LANGUAGES else "en"


def language_name(code: str) -> str:
    """What a language of posts is called in the one that is spoken; its code where it has no name, "" for none."""
    name = str(Locale(current()).languages.get(code, ""))
    return name[:1].upper() + name[1:] or code


def _(message: str) -> str:
    return translations(current()).gettext(message)


def n_(one: str, many: str, number: int) -> str:
    """The form for `number`, with {n} replaced by it."""
    return translations(current()).ngettext(one, many, number).replace("{n}", count(number))


def in_quotes(words: str) -> str:
    """A name or a few words between the quotation marks of the language."""
    return _("“{words}”").replace("{words}", words)


def colon() -> str:
    """A colon with its space, as the language sets it."""
    return "\N{NO-BREAK SPACE}: " if current() == "fr" else ": "


def count(number: float, digits: int = 0) -> str:
    return _signed(format_decimal(round(number, digits), locale=current()))


def _signed(number: str) -> str:
    """A number with a sign as wide as a plus, below no line that a hyphen would break."""
    return number.replace("-", "−")


def fixed(number: float, digits: int) -> str:
    """A number with just so many decimals: figures that stand together are as long as one another."""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return _signed(format_decimal(round(number, digits), pattern, locale=current()))


def percent(share: float) -> str:
    return _signed(format_percent(round(share, 2), locale=current()))


def gained(now: float, before: float) -> str:
    """By how much a figure grew, as a share of what it was (above 0), with its sign."""
    share = (now - before) / before
    return ("+" if round(share, 2) > 0 else "") + percent(share)


def hundredths(sign: str = "") -> str:
    """How a column of a table writes shares in hundredths, in the letters of printf; `sign` "+" says gains too."""
    return f"%{sign}d%%" if current() == "en" else f"%{sign}d\N{NO-BREAK SPACE}%%"


def zone() -> tzinfo:
    try:
        return ZoneInfo(_now_spoken().zone)
    except (KeyError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=64)
def _written(lang: str, region: str) -> Locale:
    try:
        return Locale.parse(f"{lang}_{region}") if region else Locale(lang)
    except (UnknownLocaleError, ValueError):
        return Locale(lang)


def region() -> Locale:
    """How dates are written: in the language that is spoken, as in the reader's region."""
    return _written(current(), _now_spoken().region)


def day(value: date) -> str:
    return str(format_date(value, "medium", locale=region()))


def typed_days() -> Literal["DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD"]:
    """How a day is typed in a field: the day first, or as the reader's region has it."""
    written = region()
    if written.territory == "US":
        return "MM/DD/YYYY"
    return "YYYY-MM-DD" if written.territory == "CA" else "DD/MM/YYYY"


def days(first: date, last: date) -> str:
    """From one day to another, each part said once."""
    return str(format_interval(first, last, "yMMMd", locale=region()))


def moment(value: datetime) -> str:
    local = value.astimezone(zone())
    return f"{day(local.date())}, {format_time(local, 'HH:mm', locale=region())}"


def ago(value: datetime | None, now: datetime) -> str:
    """How long since (or until) a moment, in words."""
    if value is None:
        return _("never")
    seconds = (now - value).total_seconds()
    if abs(seconds) < 90:
        return _("in a minute") if seconds < 0 else _("just now")
    return (_("in {time}") if seconds < 0 else _("{time} ago")).format(time=lasting(abs(seconds)))


def lasting(seconds: float) -> str:
    """A length of time in words, in its largest fitting unit."""
    if seconds < 5_400:
        return n_("{n} minute", "{n} minutes", round(seconds / 60))
    if seconds < 129_600:
        return n_("{n} hour", "{n} hours", round(seconds / 3_600))
    return n_("{n} day", "{n} days", round(seconds / 86_400))


def date_format(days: int = 0) -> str:
    """How a chart of so many days writes one, in the letters of d3-time-format: with its year where there are some."""
    year = days >= LONG
    if current() == "fr":
        return "%d/%m/%Y" if year else "%d/%m"
    if region().territory in {None, "US"}:
        return "%b %d, %Y" if year else "%b %d"
    return "%d %b %Y" if year else "%d %b"
