"""The calendar by month, by week and as a list; a new item; the calendar as files and as a feed."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st
from babel.dates import format_date, get_day_names

from dashboard.files import calendar as calendar_files
from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.state import forget, now, parameter, remember, remembered, set_parameter
from dashboard.views.allowed import only
from dashboard.views.mentions.triage import me
from dashboard.views.page import Colour, open_page
from dashboard.web import calendar_feed
from dashboard.words.ideas import content_channels, status_names
from dashboard.words.labels import escape, unseen
from dashboard.words.language import _, current, day, days, n_, zone
from data.content import calendar as calendar_store
from data.content.calendar import CalendarError, Item, clashes, gaps
from data.scope import date_of

COLOURS: dict[str, Colour] = {
    "idea": "gray",
    "draft": "blue",
    "ready": "green",
    "published": "violet",
    "dropped": "gray",
}


def _anchor() -> date:
    return date_of(parameter("at")) or now().date()


def _stretch(view: str, at: date) -> tuple[date, date]:
    if view == "week":
        first = at - timedelta(days=at.weekday())
        return first, first + timedelta(days=6)
    first = at.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first, after - timedelta(days=1)


def _move(view: str, first: date, last: date) -> None:
    words = format_date(first, "MMMM y", locale=current()) if view == "month" else days(first, last)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(unseen(_("Before")), key="before", icon=":material/chevron_left:", help=_("Before")):
            set_parameter("at", (first - timedelta(days=1)).isoformat())
            st.rerun()
        st.header(escape(words[:1].upper() + words[1:]), anchor=False, width="content")
        if st.button(unseen(_("After")), key="after", icon=":material/chevron_right:", help=_("After")):
            set_parameter("at", (last + timedelta(days=1)).isoformat())
            st.rerun()
        if not first <= now().date() <= last and st.button(_("Today"), key="today", type="tertiary"):
            set_parameter("at", "")
            st.rerun()


def show(view: str) -> None:
    """Items of a month or a week, or all of them."""
    _new()
    if view == "list":
        _list(idea_reads.all_items())
    else:
        _stretch_of_days(view)
    _files(idea_reads.all_items())


def _stretch_of_days(view: str) -> None:
    """A month or a week as a table of days, then what has no date."""
    first, last = _stretch(view, _anchor())
    _move(view, first, last)
    planned = idea_reads.items(first, last, True)
    dated = [item for item in planned if item.day is not None]
    _notes(dated, first, last)
    monday = first - timedelta(days=first.weekday())
    names = get_day_names("abbreviated", locale=current())
    for week in range((last - monday).days // 7 + 1):
        for place, column in enumerate(st.columns(7, gap="small")):
            when = monday + timedelta(days=7 * week + place)
            if first <= when <= last:
                with column:
                    _cell(when, names[place], [item for item in dated if item.day == when])
    waiting = [item for item in planned if item.day is None and item.status != "dropped"]
    if waiting:
        st.header(_("Without a date"), anchor=False)
        for item in waiting[:20]:
            _line(item)


def _cell(when: date, name: str, items: list[Item]) -> None:
    today = when == now().date()
    words = escape(f"{name} {when.day}")
    st.caption(f"**{words}**" if today else words)
    for item in items:
        label = " ".join(part for part in (f"{item.hour:02d}:00" if item.hour >= 0 else "", item.title) if part)
        if st.button(
            escape(label[:48]),
            key=f"cell-{item.id}",
            type="secondary",
            width="stretch",
            help=escape(f"{content_channels().get(item.channel, '')} · {status_names()[item.status]}"),
        ):
            _open(item.id)


def _open(item_id: int) -> None:
    set_parameter("item", str(item_id))
    st.rerun()


def _line(item: Item) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(status_names()[item.status], color=COLOURS[item.status])
        words = " · ".join(
            part
            for part in (day(item.day) if item.day else "", content_channels().get(item.channel, ""), item.title)
            if part
        )
        if st.button(escape(words), key=f"line-{item.id}", type="tertiary"):
            _open(item.id)


def _list(items: list[Item]) -> None:
    if not items:
        st.info(_("Nothing planned yet. Draft an idea, or add an item."), icon=":material/calendar_month:")
        if st.button(_("See the ideas"), key="see-ideas"):
            open_page("ideas")
        return
    for item in items[:100]:
        _line(item)
    if len(items) > 100:
        st.caption(n_("{n} more in the file", "{n} more in the file", len(items) - 100))


def _notes(dated: list[Item], first: date, last: date) -> None:
    """Clashes and gaps of the stretch that is shown."""
    for item_id, others in clashes(dated).items():
        if item_id < min(others):
            item = next(i for i in dated if i.id == item_id)
            st.caption(
                ":material/warning: "
                + _("{day}: several posts at once on {channel}.").format(
                    day=day(item.day) if item.day else "",
                    channel=escape(content_channels().get(item.channel, item.channel)),
                )
            )
    ahead = max(first, now().date())
    if dated and ahead <= last:
        for start, stop in gaps(dated, ahead, last):
            st.caption(
                ":material/hourglass_empty: "
                + _("Nothing from {first} to {last}.").format(first=day(start), last=day(stop))
            )


def _new() -> None:
    with st.popover(_("New item"), icon=":material/add:"), st.form("new-item", border=False, clear_on_submit=True):
        title = st.text_input(_("Title"), max_chars=300)
        when = st.date_input(_("Day"), value=None)
        channels = content_channels()
        channel = st.selectbox(_("Channel"), ["", *channels], format_func=lambda c: channels.get(c, "…"))
        if st.form_submit_button(_("Add"), **only(calendar_store.save_item)):
            try:
                made = calendar_store.save_item(
                    cache.store(), Item(0, title, channel=channel, day=when, owner=me(), lang=current()), now()
                )
            except CalendarError:
                st.error(_("Give it a title."))
            else:
                _open(made)


def _files(items: list[Item]) -> None:
    if not items:
        return
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("iCalendar"),
            calendar_files.as_ics(items, "Vigie", zone(), now()),
            "vigie.ics",
            "text/calendar",
            on_click="ignore",
            icon=":material/event:",
            help=_("For Outlook, Google Calendar, Apple Calendar and others."),
        )
        _feed()
        st.download_button(
            _("CSV"), calendar_files.as_csv(items), "vigie-calendar.csv", "text/csv", icon=":material/table:"
        )


def _feed() -> None:
    """The address that a calendar program reads: shown once, made anew or closed at will."""
    store = cache.store()
    with st.popover(_("Subscribe"), icon=":material/rss_feed:"):
        st.caption(_("An address for your calendar program. Whoever has it reads the calendar, and nothing else."))
        token = remembered("calendar_token")
        if token:
            base = str(st.context.url or "").split("/calendar")[0].rstrip("/")
            st.code(f"{base}/calendar-feed/{token}.ics", language=None)
            st.caption(_("It is shown only now: keep it."))
        is_open = calendar_feed.is_open(store)
        words = _("A new address (the old one closes)") if is_open else _("Make an address")
        if st.button(words, key="make-feed", **only(calendar_feed.new_token)):
            remember("calendar_token", calendar_feed.new_token(store))
            st.rerun()
        if is_open and st.button(_("Close it"), key="close-feed", type="tertiary", **only(calendar_feed.revoke)):
            calendar_feed.revoke(store)
            forget("calendar_token")
            st.rerun()
