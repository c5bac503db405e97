"""Which posts are meant: the fields of a scope, each with how an address, the interface and a title tell it.

A new filter is one field here and one condition in `data.posts.scope_sql`; parsing, links, titles of documents and the
read-only interface follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

from data.models import INTENTS, OTHER_LANGUAGE, SENTIMENTS, whole

DEFAULT_PERIOD = 30  # days, where an address names none
MAX_DAYS = 3_660
YEAR = timedelta(days=364)  # whole weeks, so that weekends meet weekends


def _days_of_month(day: date, months: int) -> date:
    """The same day some months earlier, or the last one of a shorter month."""
    month = day.year * 12 + day.month - 1 - months
    first = date(month // 12, month % 12 + 1, 1)
    after = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))


def _week(today: date) -> tuple[date, date]:
    return today - timedelta(days=today.weekday()), today


def _last_week(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _quarter(today: date) -> tuple[date, date]:
    return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today


# Periods that have a name, each with its first and last day. They move with the day that they are asked for on.
NAMED_PERIODS: Mapping[str, Callable[[date], tuple[date, date]]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - timedelta(days=1), today - timedelta(days=1)),
    "week": _week,
    "last-week": _last_week,
    "month": lambda today: (today.replace(day=1), today),
    "last-month": _last_month,
    "quarter": _quarter,
}


@dataclass(frozen=True, slots=True)
class Field:
    """How a field of a scope is told. `read` takes what an address says and gives the field's default for nonsense;
    `write` is its inverse. `help` describes it to other programs, "" where these cannot ask for it. `named` says what a
    title calls a value by: brand, source, kind, lang, words, author; "" where a title leaves it out."""

    name: str
    parameter: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    is_number: bool
    help: str
    named: str


def _told(
    default: Any,
    read: Callable[[str], Any],
    write: Callable[[Any], str] = str,
    *,
    parameter: str = "",
    is_number: bool = False,
    help: str = "",
    named: str = "",
) -> Any:
    told = {"parameter": parameter, "read": read, "write": write, "is_number": is_number, "help": help, "named": named}
    return field(default=default, metadata=told)


def _one(**told: Any) -> Any:
    """A number, None for any."""
    return _told(None, whole, is_number=True, **told)


def _several(read: Callable[[str], Any], **told: Any) -> Any:
    """Values that `read` understands one by one, empty for any."""

    def read_all(text: str) -> tuple[Any, ...]:
        return tuple(value for value in map(read, text.split(",")) if value is not None)

    return _told((), read_all, lambda values: ",".join(map(str, values)), **told)


def _among(known: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda text: text if text in known else None


def _text(**told: Any) -> Any:
    return _told("", str, **told)


def _read_area(text: str) -> tuple[float, float, float, float] | None:
    """A part of the map, "left,right,low,high" in thousandths."""
    parts = [whole(part) for part in text.split(",")]
    if len(parts) != 4:
        return None
    left, right, low, high = (min(1_000, part or 0) / 1_000 for part in parts)
    return (left, right, low, high) if left <= right and low <= high else None


def _write_area(area: tuple[float, float, float, float]) -> str:
    return ",".join(str(round(1_000 * value)) for value in area)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts a page is about. Days are inclusive. What is empty or None narrows nothing."""

    since: date
    until: date
    brand: int | None = _one(help="Only posts that name this brand or watch.", named="brand")
    sources: tuple[int, ...] = _several(whole, help="Numbers of sources, separated by commas.", named="source")
    kinds: tuple[str, ...] = _several(
        lambda kind: kind if kind.replace("_", "").isalnum() else None,
        help="Kinds of sources, by commas.",
        named="kind",
    )
    langs: tuple[str, ...] = _several(
        lambda code: code if code.isalpha() and len(code) in {2, 3} else None, help="Languages, as fr,en.", named="lang"
    )
    sentiments: tuple[str, ...] = _several(
        _among((*SENTIMENTS, OTHER_LANGUAGE)), help="Of negative, neutral, positive, unsure, other_language."
    )
    intents: tuple[str, ...] = _several(
        _among(INTENTS), help="Of question, complaint, praise, idea, bug, other, unsure."
    )
    topic: int | None = _one(help="Only posts of this topic.")
    part: int | None = _one()  # a sub-topic of `topic`
    area: tuple[float, float, float, float] | None = _told(
        None, _read_area, _write_area
    )  # left, right, low, high on the map of topics
    watch: int | None = _one()  # a subject in a person's words
    query: str = _text(parameter="q", help="Words to search.", named="words")
    author: str = _text(named="author")
    state: str = _text()  # open | starred | handled | snoozed | assigned:NAME
    debate: int | None = _one()
    side: int | None = _told(None, {"1": 1, "-1": -1, "0": 0}.get)  # of `debate`: 1, -1, or 0 for neither
    argument: int | None = _one()  # of a side of `debate`
    tool: int | None = _one()
    idea: int | None = _one()  # the evidence of an idea
    period: str = ""  # the name that the days were asked for by, of NAMED_PERIODS
    against: str = ""  # year: compared with the same days of last year; else with the period before

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def bare(self) -> Scope:
        """The same days, compared with the same, of all posts."""
        return Scope(self.since, self.until, period=self.period, against=self.against)

    def earlier(self) -> Scope:
        """What this period is compared with: the same days of last year where that is asked for; else the days before
        it, as many, or as a calendar has them for a week, a month or a quarter."""
        if self.against == "year":
            return replace(self, since=self.since - YEAR, until=self.until - YEAR, period="", against="")
        if self.period in {"week", "last-week"}:
            days = (self.since - timedelta(days=7), self.until - timedelta(days=7))
        elif self.period == "last-month":
            days = _last_month(self.since)
        elif self.period in {"month", "quarter"}:
            months = 1 if self.period == "month" else 3
            days = (_days_of_month(self.since, months), _days_of_month(self.until, months))
        else:
            days = (self.since - timedelta(days=self.days), self.since - timedelta(days=1))
        return replace(self, since=days[0], until=days[1], period="", against="")

    def narrows(self, name: str) -> bool:
        """Whether a field leaves posts out."""
        return getattr(self, name) not in (None, "", ())


PERIOD = ("since", "until", "days", "period", "against")  # parameters of an address that give the days
FIELDS = tuple(
    Field(
        one.name,
        one.metadata["parameter"] or one.name,
        one.metadata["read"],
        one.metadata["write"],
        one.metadata["is_number"],
        one.metadata["help"],
        one.metadata["named"],
    )
    for one in fields(Scope)
    if one.metadata
)
PARAMETERS = (*PERIOD, *(one.parameter for one in FIELDS))


def page_number(text: str, last: int) -> int:
    """The page that a text asks for, from 1 to `last`; 1 where it asks for none."""
    return min(max(1, whole(text) or 1), max(1, last))


def date_of(text: str) -> date | None:
    """The day that a text is, as 2026-03-31; None where it is none, or one that no post and no plan is of."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1971 <= day.year <= 2100 else None


def scope_of(parameter: Callable[[str], str], today: date) -> Scope:
    """The scope that parameters ask for; `parameter` gives the value of one, empty for none."""
    against = "year" if parameter("against") == "year" else ""
    narrowed = {one.name: one.read(parameter(one.parameter)) for one in FIELDS}
    named = parameter("period")
    if named in NAMED_PERIODS:
        return Scope(*NAMED_PERIODS[named](today), **narrowed, period=named, against=against)
    until = min(date_of(parameter("until")) or today, today + timedelta(days=1))
    since = date_of(parameter("since"))
    if since is None:
        days = whole(parameter("days")) or DEFAULT_PERIOD
        since = until - timedelta(days=min(days, MAX_DAYS) - 1)
    since = max(min(since, until), until - timedelta(days=MAX_DAYS))
    return Scope(since, until, **narrowed, against=against)


def scope_to_parameters(scope: Scope, today: date) -> dict[str, str]:
    """The parameters of a scope; defaults are left out so that links stay short."""
    parameters: dict[str, str] = {}
    if scope.period and NAMED_PERIODS[scope.period](today) == (scope.since, scope.until):
        parameters = {"period": scope.period}
    elif scope.until != today:
        parameters = {"since": scope.since.isoformat(), "until": scope.until.isoformat()}
    elif scope.days != DEFAULT_PERIOD:
        parameters = {"days": str(scope.days)}
    if scope.against:
        parameters["against"] = scope.against
    narrowed = (one for one in FIELDS if scope.narrows(one.name))
    return parameters | {one.parameter: one.write(getattr(scope, one.name)) for one in narrowed}
