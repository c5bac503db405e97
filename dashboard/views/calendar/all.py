"""The calendar by month, by week and as a list; a new item; the calendar as files and as a feed."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st
from babel.dates import format_date

from dashboard.files import calendar as calendar_files
from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.state import forget, now, parameter, remember, remembered, set_parameter
from dashboard.views.allowed import only, plain_callback, plain_view
from dashboard.views.calendar import days
from dashboard.views.calendar.days import COLOURS, Asked, Stretch, asked_of, drawn, stretch_of
from dashboard.views.meanwhile import tell, written
from dashboard.views.mentions.triage import me
from dashboard.views.page import open_page
from dashboard.web import calendar_feed
from dashboard.words.ideas import content_channels, status_names
from dashboard.words.labels import escape, unseen
from dashboard.words.language import _, current, day, in_quotes, n_, typed_days, zone
from dashboard.words.language import days as span
from data.content import calendar as calendar_store
from data.content.calendar import CalendarError, Item, clashes, gaps
from data.scope import date_of

DAYS, MOVED, NEW, TURN = "calendar-days", "calendar-moved", "calendar-new", "calendar-turn"


def _anchor() -> date:
    return date_of(parameter("at")) or now().date()


def _turn(stretch: Stretch) -> None:
    """The name of the month or the week, the ways to those before and after, and what was moved last."""
    view, first, last = stretch.view, stretch.first, stretch.last
    words = format_date(first, "MMMM y", locale=current()) if view == "month" else span(first, last)
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
        _new()
        _moved()


def show(view: str) -> None:
    """Items of a month or a week, or all of them."""
    if view == "list":
        _new()
        _list(idea_reads.all_items())
    else:
        _stretch_of_days(view)
    _files(idea_reads.all_items())


def _stretch_of_days(view: str) -> None:
    """A month or a week, and what has no date."""
    at = _anchor()
    stretch = stretch_of(view, at)
    tell()
    _turn(stretch)
    planned = idea_reads.items(stretch.monday, stretch.sunday, True)
    dated = [item for item in planned if item.day is not None]
    _notes([item for item in dated if item.day and stretch.first <= item.day <= stretch.last], stretch)
    with st.container(key=f"calendar-{view}"):
        days.show(drawn(stretch, planned, at, now().date()) | {"turn": remembered(TURN, 0)}, DAYS, _asked)
    if len(dated) > days.SHOWN:
        left = len(dated) - days.SHOWN
        st.caption(n_("{n} more in the file", "{n} more in the file", left))
    with st.container(horizontal=True, gap="small"):
        for status, name in status_names().items():
            st.badge(name, color=COLOURS[status])
    wanted = remembered(NEW)
    if wanted is not None:
        forget(NEW)
        st.dialog(_("New item"))(_form)(wanted)


@plain_callback
def _asked() -> None:
    """What somebody did with the days that are shown."""
    remember(TURN, int(remembered(TURN, 0)) + 1)  # what was refused is drawn anew where it was
    asked = asked_of((remembered(DAYS) or {}).get("asked"), now().date())
    if asked is None:
        st.toast(_("This value is not possible here."), icon=":material/error:")
        return
    forget(MOVED)
    if asked.what == "open":
        set_parameter("item", str(asked.item))
    elif asked.what == "new":
        remember(NEW, asked.day)
    elif written(calendar_store.move_item, cache.store(), asked.item, asked.day, asked.seen, now()):
        remember(MOVED, asked)


def _moved() -> None:
    """What was moved last, with the way back, as long as it is there."""
    last: Asked | None = remembered(MOVED)
    item = idea_reads.one_item(last.item) if last is not None else None
    if last is None or item is None or item.day != last.day:
        return
    title = in_quotes(item.title if len(item.title) <= 40 else item.title[:40] + "…")
    words = _("{title} moved to {day}.") if item.day else _("{title} has no date any more.")
    st.caption(escape(words.format(title=title, day=day(item.day) if item.day else "")), width="content")
    st.button(
        _("Undo"),
        key="undo-move",
        type="tertiary",
        icon=":material/undo:",
        on_click=_undo,
        args=(last,),
        **only(calendar_store.move_item),
    )


@plain_callback
def _undo(last: Asked) -> None:
    forget(MOVED)
    written(calendar_store.move_item, cache.store(), last.item, last.seen, last.day, now())


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


def _notes(dated: list[Item], stretch: Stretch) -> None:
    """Clashes and gaps of the stretch that is shown."""
    first, last = stretch.first, stretch.last
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
    with st.popover(_("New item"), icon=":material/add:"):
        _form(None)


@plain_view
def _form(when: date | None) -> None:
    """A new item, on a day where one was chosen."""
    key = f"-{when}" if when else ""
    with st.form(f"new-item{key}", border=False, clear_on_submit=True):
        title = st.text_input(_("Title"), max_chars=300, key=f"new-title{key}")
        on = st.date_input(_("Day"), value=when, format=typed_days(), key=f"new-day{key}")
        channels = content_channels()
        channel = st.selectbox(
            _("Channel"), ["", *channels], format_func=lambda c: channels.get(c, "…"), key=f"new-channel{key}"
        )
        if st.form_submit_button(_("Add"), **only(calendar_store.save_item)):
            try:
                made = calendar_store.save_item(
                    cache.store(), Item(0, title, channel=channel, day=on, owner=me(), lang=current()), now()
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
