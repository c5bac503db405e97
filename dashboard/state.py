"""URL and widgets <-> Scope. The only user of session_state and query_params besides `language`.

The URL holds everything that decides what is shown, so any view is a link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.words.language import LANGUAGES
from data.models import INTENTS, SENTIMENTS, Scope, whole
from data.settings import Settings

PERIODS = (7, 30, 90)
DEFAULT_PERIOD = 30
MAX_DAYS = 3_660


def now() -> datetime:
    return datetime.now(UTC)


def midnight() -> datetime:
    """The start of today where the user is."""
    zone = ZoneInfo(str(remembered("zone", "UTC")))
    return datetime.combine(now().astimezone(zone).date(), time.min, zone)


def parameter(name: str) -> str:
    return str(st.query_params.get(name, ""))[:500]


def set_parameter(name: str, value: str) -> None:
    """Put a value in the URL, or take it out when it is empty."""
    if value:
        if st.query_params.get(name) != value:
            st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def page_number(text: str, last: int) -> int:
    """The page that a text asks for, from 1 to `last`; 1 where it asks for none."""
    return min(max(1, whole(text) or 1), max(1, last))


def whole_parameter(name: str) -> int | None:
    """A number of the URL, None where it is none."""
    return whole(parameter(name))


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


def scope_from_url(today: date) -> Scope:
    """What the URL asks for; anything in it that makes no sense is left out."""
    return scope_of(parameter, today)


def all_parameters() -> dict[str, str]:
    """Every parameter of the URL but the language."""
    return {name: parameter(name) for name in st.query_params if name != "lang"}


def page_address() -> str:
    """The address of the page that is shown, with all that decides what it shows."""
    base = str(st.context.url or "").split("?")[0].split("#")[0]
    return base + (f"?{urlencode(all_parameters())}" if all_parameters() else "")


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


def put_scope(scope: Scope, today: date) -> None:
    """Write a scope to the URL, keeping parameters that are not its own."""
    wanted = scope_to_parameters(scope, today)
    for name in (
        "days",
        "since",
        "until",
        "sources",
        "kinds",
        "langs",
        "sentiments",
        "brand",
        "topic",
        "part",
        "watch",
        "area",
        "author",
        "q",
        "intents",
        "state",
        "debate",
        "side",
        "argument",
        "tool",
        "idea",
    ):
        set_parameter(name, wanted.get(name, ""))


def choose_language(settings: Settings) -> None:
    """URL first, then the setting, then the browser."""
    asked = parameter("lang")
    if asked in LANGUAGES:
        st.session_state["lang"] = asked
    elif "lang" not in st.session_state:
        guess = settings.language
        if guess == "auto":
            guess = (st.context.locale or "en")[:2].lower()
        st.session_state["lang"] = guess if guess in LANGUAGES else "en"
    st.session_state["zone"] = (
        settings.timezone if settings.timezone != "UTC" else (st.context.timezone or settings.timezone)
    )


def remembered(name: str, default: Any = None) -> Any:
    return st.session_state.get(name, default)


def remember(name: str, value: Any) -> None:
    st.session_state[name] = value


def forget(*names: str) -> None:
    for name in names:
        st.session_state.pop(name, None)


def ticked(prefix: str) -> list[int]:
    """Ids of the posts whose checkbox, named `prefix` and the id, is ticked."""
    return [
        int(str(key).removeprefix(prefix))
        for key, on in st.session_state.items()
        if on is True and str(key).startswith(prefix)
    ]


def untick(prefix: str) -> None:
    forget(*[str(key) for key in st.session_state if str(key).startswith(prefix)])


def picked_mark(event: Any, name: str) -> Any:
    """The value of the mark that was clicked in a chart with a selection called `name`, None for none."""
    rows = getattr(getattr(event, "selection", None), name, None) or []
    return rows[0].get(name) if rows and isinstance(rows[0], dict) else None


def picked_day(event: Any, name: str) -> date | None:
    """The day of a mark that was clicked in a chart with a selection called `name`."""
    value = picked_mark(event, name)
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value / 1000, UTC).date()
    return date_of(str(value)[:10]) if value else None


def only_day(scope: Scope, picked: date | None) -> Scope:
    return scope if picked is None else replace(scope, since=picked, until=picked)
