"""Days with what is planned on them, as a month or a week: dragged, carried with the keyboard, opened by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from babel.dates import format_date, format_skeleton, get_day_names
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from dashboard.views.allowed import why_not
from dashboard.views.page import Colour
from dashboard.words.ideas import content_channels, status_names
from dashboard.words.language import _, n_, region
from data.content import calendar as calendar_store
from data.content.calendar import Item
from data.scope import date_of

DRAWN = Path(__file__).parent / "drawn"  # all that is in it is served
PACKAGE, NAME = "vigie", "days"
MOST = 4  # items of a day in a month before the rest are one button
SHOWN, UNDATED = 400, 50  # items of a stretch, and of those without a date
REACH = timedelta(days=3_660)  # how far from today an item can be put
COLOURS: dict[str, Colour] = {
    "idea": "gray",
    "draft": "blue",
    "ready": "green",
    "published": "violet",
    "dropped": "gray",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month or a week of the calendar. `monday` and `sunday` are the ends of its whole weeks."""

    view: str
    first: date
    last: date

    @property
    def monday(self) -> date:
        return self.first - timedelta(days=self.first.weekday())

    @property
    def sunday(self) -> date:
        return self.last + timedelta(days=6 - self.last.weekday())

    def days(self) -> list[date]:
        return [self.monday + timedelta(days=number) for number in range((self.sunday - self.monday).days + 1)]


def stretch_of(view: str, at: date) -> Stretch:
    """The month, or the week, in which a day is."""
    if view == "week":
        monday = at - timedelta(days=at.weekday())
        return Stretch(view, monday, monday + timedelta(days=6))
    first = at.replace(day=1)
    return Stretch(view, first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody did with the days: `what` is open, new or move. `day` is None for no date."""

    what: str
    item: int = 0
    day: date | None = None
    seen: date | None = None


def asked_of(told: Any, today: date) -> Asked | None:
    """What a browser asks for, None where it makes no sense: anybody can send anything."""
    if not isinstance(told, dict):
        return None
    what, item = told.get("what"), told.get("item", 0)
    if not isinstance(item, int) or isinstance(item, bool) or not 0 <= item < 2**63:
        return None
    held = {name: told.get(name, "") for name in ("day", "seen")}
    if not all(isinstance(value, str) and (not value or date_of(value)) for value in held.values()):
        return None
    day, seen = (date_of(value) for value in held.values())
    if day is not None and abs(day - today) > REACH:
        return None
    match what:
        case "open" if item:
            return Asked("open", item)
        case "new" if day is not None:
            return Asked("new", day=day)
        case "move" if item:
            return Asked("move", item, day, seen)
    return None


def drawn(stretch: Stretch, items: Sequence[Item], at: date, today: date) -> dict[str, Any]:
    """What `drawn/days.js` draws of items, with and without a date."""
    add = why_not(calendar_store.save_item) is None
    on: dict[date, list[Item]] = {}
    for item in items[:SHOWN]:
        if item.day is not None:
            on.setdefault(item.day, []).append(item)
    told = [_day(stretch, day, on.get(day, []), today, add=add) for day in stretch.days()]
    undated = [item for item in items if item.day is None and item.status != "dropped"][:UNDATED]
    return {
        "view": stretch.view,
        "from": stretch.monday.isoformat(),
        "today": today.isoformat(),
        "reach": [(today - REACH).isoformat(), (today + REACH).isoformat()],
        "chosen": max(0, (at - stretch.monday).days // 7),
        "most": MOST if stretch.view == "month" else SHOWN,
        "names": [str(get_day_names("abbreviated", locale=region())[number]) for number in range(7)],
        "weeks": [
            {"name": _week_name(stretch.monday + timedelta(days=start)), "days": told[start : start + 7]}
            for start in range(0, len(told), 7)
        ],
        "undated": {"day": "", "label": _("Without a date"), "items": [_chip(item) for item in undated], "takes": add},
        "words": _words(add=add),
    }


def _week_name(monday: date) -> str:
    """A week by its first and last day, without the year."""
    sunday = monday + timedelta(days=6)
    first = str(monday.day) if monday.month == sunday.month else str(format_skeleton("MMMd", monday, locale=region()))
    return f"{first} – {format_skeleton('MMMd', sunday, locale=region())}"


def _day(stretch: Stretch, day: date, items: list[Item], today: date, *, add: bool) -> dict[str, Any]:
    label = str(format_date(day, "full", locale=region()))
    rest = len(items) - MOST + 1
    return {
        "day": day.isoformat(),
        "number": str(day.day),
        "name": str(get_day_names("abbreviated", locale=region())[day.weekday()]),
        "label": label,
        "within": stretch.first <= day <= stretch.last,
        "today": day == today,
        "add": _("{day}: new item").format(day=label) if add else "",
        "more": n_("+{n} more", "+{n} more", rest) if rest > 1 and stretch.view == "month" else "",
        "items": [_chip(item) for item in items],
    }


def _chip(item: Item) -> dict[str, Any]:
    names = (status_names()[item.status], content_channels().get(item.channel, item.channel))
    return {
        "id": item.id,
        "rank": item.hour,
        "hour": f"{item.hour:02d}:00" if item.hour >= 0 else "",
        "title": item.title[:300],
        "told": " · ".join(name for name in names if name),
        "colour": COLOURS[item.status],
        "dropped": item.status == "dropped",
        "closed": why_not(calendar_store.role_for(item.status)) or "",
    }


def _words(*, add: bool) -> dict[str, str]:
    return {
        "grid": _("Calendar"),
        "weeks": _("Week"),
        "fewer": _("Show fewer"),
        "undated": _("Without a date"),
        "none": _("Drag an item here to take its date away."),
        "move": _("Move to another day:"),
        "choose": _("Move to another day"),
        "day": _("Day"),
        "put": _("Move it"),
        "no_day": _("No date"),
        "cancel": _("Cancel"),
        "mouse": _(
            "Drag an item to another day. With the keyboard: arrows go from day to day, Shift and an arrow take the "
            "item along, M chooses a day."
        )
        if add
        else "",
        "touch": _("The three dots of an item move it to another day."),
    }


@lru_cache(maxsize=1)
def _style() -> str:
    return (DRAWN / "days.css").read_text(encoding="utf-8")


def show(told: dict[str, Any], key: str, on_asked: Callable[[], None]) -> None:
    """Draw the days; what is asked for is `asked` of what is remembered under `key`, while `on_asked` runs.

    The program is a file that the app serves itself: written into the page it would be a text run as code, which the
    policy of the app forbids.
    """
    manager = get_bidi_component_manager()
    name = f"{PACKAGE}.{NAME}"
    if manager.get_component_asset_root(name) is None:
        manifest = ComponentManifest(PACKAGE, "1", [ComponentConfig(NAME, DRAWN.name)])
        manager.register_from_manifest(manifest, DRAWN.parent)
    component = st.components.v2.component(name, css=_style(), js="days.js")
    component(key=key, data=told, on_asked_change=on_asked)
