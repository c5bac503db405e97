"""French and English: every interface string, number and date goes through here."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LANGUAGES = {"en": "English", "fr": "Français"}
LOCALE = Path(__file__).parent.parent / "locale"


@lru_cache(maxsize=4)
def translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled from its .po file on first use."""
    if lang == "en":
        return gettext.NullTranslations()
    with (LOCALE / lang / "LC_MESSAGES" / "vigie.po").open("rb") as stream:
        catalogue = read_po(stream, locale=lang)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


_spoken: ContextVar[tuple[str, str] | None] = ContextVar("spoken", default=None)
_session: list[Callable[[], tuple[str, str]]] = [lambda: ("en", "UTC")]


def follow_session(ask: Callable[[], tuple[str, str]]) -> None:
    """Where nothing else is spoken, speak the (language, time zone) that `ask` gives: those of a person's session."""
    _session[0] = ask


def _now_spoken() -> tuple[str, str]:
    return _spoken.get() or _session[0]()


@contextmanager
def speaking(lang: str, zone_name: str = "UTC") -> Iterator[None]:
    """Speak a language outside of a session: for what is sent."""
    token = _spoken.set((lang, zone_name))
    try:
        yield
    finally:
        _spoken.reset(token)


def current() -> str:
    """The language that is spoken: of a session, or of what is sent."""
    lang = _now_spoken()[0]
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
    return " : " if current() == "fr" else ": "


def count(number: float, digits: int = 0) -> str:
    return str(format_decimal(round(number, digits), locale=current()))


def percent(share: float) -> str:
    return str(format_percent(round(share, 2), locale=current()))


def zone() -> tzinfo:
    try:
        return ZoneInfo(_now_spoken()[1])
    except (KeyError, ValueError, OSError):
        return UTC


def day(value: date) -> str:
    return str(format_date(value, "d MMM y" if current() == "fr" else "MMM d, y", locale=current()))


def moment(value: datetime) -> str:
    pattern = "d MMM y, HH:mm" if current() == "fr" else "MMM d, y, HH:mm"
    return str(format_datetime(value.astimezone(zone()), pattern, locale=current()))


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


def date_format() -> str:
    return "%d/%m" if current() == "fr" else "%b %d"
