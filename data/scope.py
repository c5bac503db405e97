"""A scope as the parameters of an address, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from data.models import INTENTS, SENTIMENTS, Scope, whole

DEFAULT_PERIOD = 30


MAX_DAYS = 3_660


def page_number(text: str, last: int) -> int:
    """The page that a text asks for, from 1 to `last`; 1 where it asks for none."""
    return min(max(1, whole(text) or 1), max(1, last))


def date_of(text: str) -> date | None:
    """The day that a text is, as 2026-03-31; None where it is none, or one that no post and no plan is of."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1971 <= found.year <= 2100 else None


def _area(text: str) -> tuple[float, float, float, float] | None:
    """A part of the map, "left,right,low,high" in thousandths."""
    parts = [whole(part) for part in text.split(",")]
    if len(parts) != 4:
        return None
    left, right, low, high = (min(1_000, part or 0) / 1_000 for part in parts)
    return (left, right, low, high) if left <= right and low <= high else None


def scope_of(parameter: Callable[[str], str], today: date) -> Scope:
    """The scope that parameters ask for; `parameter` gives the value of one, empty for none."""
    until = min(date_of(parameter("until")) or today, today + timedelta(days=1))
    since = date_of(parameter("since"))
    if since is None:
        days = whole(parameter("days")) or DEFAULT_PERIOD
        since = until - timedelta(days=min(days, MAX_DAYS) - 1)
    since = max(min(since, until), until - timedelta(days=MAX_DAYS))
    return Scope(
        since=since,
        until=until,
        sources=tuple(n for n in map(whole, parameter("sources").split(",")) if n is not None),
        kinds=tuple(k for k in parameter("kinds").split(",") if k.isalnum()),
        langs=tuple(code for code in parameter("langs").split(",") if code.isalpha() and len(code) == 2),
        sentiments=tuple(s for s in parameter("sentiments").split(",") if s in SENTIMENTS),
        brand=whole(parameter("brand")),
        topic=whole(parameter("topic")),
        author=parameter("author"),
        query=parameter("q"),
        part=whole(parameter("part")),
        watch=whole(parameter("watch")),
        area=_area(parameter("area")),
        intents=tuple(name for name in parameter("intents").split(",") if name in INTENTS),
        state=parameter("state"),
        debate=whole(parameter("debate")),
        side={"1": 1, "-1": -1, "0": 0}.get(parameter("side")),
        argument=whole(parameter("argument")),
        tool=whole(parameter("tool")),
        idea=whole(parameter("idea")),
    )


def scope_to_parameters(scope: Scope, today: date) -> dict[str, str]:
    """The URL parameters of a scope; defaults are left out so that links stay short."""
    found: dict[str, str] = {}
    if scope.until == today:
        if scope.days != DEFAULT_PERIOD:
            found["days"] = str(scope.days)
    else:
        found["since"], found["until"] = scope.since.isoformat(), scope.until.isoformat()
    for name, values in (
        ("sources", scope.sources),
        ("kinds", scope.kinds),
        ("langs", scope.langs),
        ("sentiments", scope.sentiments),
        ("intents", scope.intents),
    ):
        if values:
            found[name] = ",".join(str(v) for v in values)
    for name, value in (
        ("brand", scope.brand),
        ("topic", scope.topic),
        ("part", scope.part),
        ("watch", scope.watch),
        ("debate", scope.debate),
        ("side", scope.side),
        ("argument", scope.argument),
        ("tool", scope.tool),
        ("idea", scope.idea),
    ):
        if value is not None:
            found[name] = str(value)
    if scope.area is not None:
        found["area"] = ",".join(str(round(1_000 * value)) for value in scope.area)
    if scope.author:
        found["author"] = scope.author
    if scope.state:
        found["state"] = scope.state
    if scope.query:
        found["q"] = scope.query
    return found
