"""URL and widgets <-> Scope; what a session remembers. Nothing else reads `session_state`.

The URL holds everything that decides what is shown, so any view is a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.words.language import LANGUAGES, Spoken, follow_session
from data.models import whole
from data.scope import PARAMETERS, Scope, date_of, scope_of, scope_to_parameters

PERIODS = (7, 30, 90)
OF_THE_PERSON = {"lang", "lang_chosen", "zone", "my_name", "look"}  # what is remembered in every workspace


def _session() -> Spoken:
    lang, zone, region = (str(st.session_state.get(name, "")) for name in ("lang", "zone", "region"))
    return Spoken(lang or "en", zone or "UTC", region)


follow_session(_session)


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


def set_parameters(wanted: Mapping[str, str]) -> None:
    """Put these in the URL in place of all others but the language."""
    st.query_params.from_dict({**({"lang": parameter("lang")} if parameter("lang") else {}), **wanted})


def whole_parameter(name: str) -> int | None:
    """A number of the URL, None where it is none."""
    return whole(parameter(name))


def scope_from_url(today: date) -> Scope:
    """What the URL asks for; anything in it that makes no sense is left out."""
    return scope_of(parameter, today)


def all_parameters() -> dict[str, str]:
    """Every parameter of the URL but the language and the workspace."""
    return {name: parameter(name) for name in st.query_params if name not in {"lang", "ws"}}


def page_address() -> str:
    """The address of the page that is shown, with all that decides what it shows."""
    base = str(st.context.url or "").split("?")[0].split("#")[0]
    said = {**({"ws": parameter("ws")} if parameter("ws") else {}), **all_parameters()}
    return base + (f"?{urlencode(said)}" if said else "")


def put_scope(scope: Scope, today: date) -> None:
    """Write a scope to the URL, keeping parameters that are not its own."""
    wanted = scope_to_parameters(scope, today)
    for name in PARAMETERS:
        set_parameter(name, wanted.get(name, ""))


def choose_language(language: str, zone: str) -> None:
    """URL first, then what was chosen, then the setting (auto, en or fr), then the browser. The zone is the browser's
    where it is UTC."""
    asked = parameter("lang")
    if asked in LANGUAGES:
        st.session_state["lang"] = asked
        st.session_state["lang_chosen"] = True
    elif not st.session_state.get("lang_chosen"):
        guess = language
        if guess == "auto":
            guess = (st.context.locale or "en")[:2].lower()
        st.session_state["lang"] = guess if guess in LANGUAGES else "en"
    speaks, _, region = str(st.context.locale or "").replace("_", "-").partition("-")
    st.session_state["region"] = region[-2:].upper() if speaks.lower() == st.session_state["lang"] else ""
    st.session_state["zone"] = zone if zone != "UTC" else (st.context.timezone or zone)


def remembered(name: str, default: Any = None) -> Any:
    return st.session_state.get(name, default)


def remember(name: str, value: Any) -> None:
    st.session_state[name] = value


def forget(*names: str) -> None:
    for name in names:
        st.session_state.pop(name, None)


def show(key: str, value: Any) -> None:
    """Let a field show a value from here on. Nothing is said to a field that shows it already, several choices in
    whatever order: what somebody chooses next meanwhile stays."""
    held = st.session_state.get(key)
    same = sorted(map(str, held)) == sorted(map(str, value)) if isinstance(held, list) else held == value
    if key not in st.session_state or not same:
        st.session_state[key] = value


def shows(key: str, value: Any) -> dict[str, Any]:
    """The key and the callback of a field that shows `value`, which the address says, until somebody changes it: from
    then on what it gives is theirs, until the address says something else. The field stays the same one on the page: a
    new one in its place would stand beside the old one for a moment, and move all below."""
    began = f"{key}-began"
    if key not in st.session_state or st.session_state.get(began, began) != value:
        forget(began)
        show(key, value)
    return {"key": key, "on_change": remember, "args": (began, value)}


def leave_record() -> None:
    """Forget everything that was remembered of a record: what is ticked, written, found, chosen, undone."""
    forget(*[str(key) for key in st.session_state if key not in OF_THE_PERSON])


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


# A row is picked by a click on any of its cells, or by its tick box from the keyboard.
PICK_A_ROW: tuple[Literal["single-row"], Literal["single-cell"]] = ("single-row", "single-cell")


def picked_row(event: Any, rows: int) -> int | None:
    """The row of a table made with `PICK_A_ROW` that was picked, of so many; None for none."""
    selection = getattr(event, "selection", None)
    ticked, cells = (getattr(selection, name, None) or [] for name in ("rows", "cells"))
    row = int(cells[0][0]) if cells else int(ticked[0]) if ticked else -1
    return row if 0 <= row < rows else None


def picked_day(event: Any, name: str) -> date | None:
    """The day of a mark that was clicked in a chart with a selection called `name`."""
    value = picked_mark(event, name)
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value / 1000, UTC).date()
    return date_of(str(value)[:10]) if value else None


def only_day(scope: Scope, picked: date | None) -> Scope:
    return scope if picked is None else replace(scope, since=picked, until=picked)
