"""The calendar by month, by week and as a list; one item with its date, status, drafts, brief and what it brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import streamlit as st
from babel.dates import format_date, get_day_names

from dashboard.documents import of_calendar_item as brief
from dashboard.files import calendar as calendar_files
from dashboard.reads import cache
from dashboard.reads import ideas as idea_queries
from dashboard.reads import posts as post_reads
from dashboard.state import forget, now, parameter, remember, remembered, set_parameter
from dashboard.views.calendar import published
from dashboard.views.ideas import drafts as draft_views
from dashboard.views.mentions.triage import me
from dashboard.views.page import back, open_page
from dashboard.views.reports import sharing as share_views
from dashboard.web import calendar_feed
from dashboard.words.ideas import content_channels, format_names, status_names, title_of
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGE_NAMES, _, current, day, n_, zone
from data.content import calendar as calendar_store
from data.content.calendar import CalendarError, Item, clashes, gaps
from data.scope import date_of

COLOURS = {"idea": "gray", "draft": "blue", "ready": "green", "published": "violet", "dropped": "gray"}


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
    words = format_date(first, "MMMM y", locale=current()) if view == "month" else f"{day(first)} – {day(last)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("", key="before", icon=":material/chevron_left:", help=_("Before")):
            set_parameter("at", (first - timedelta(days=1)).isoformat())
            st.rerun()
        st.subheader(words[:1].upper() + words[1:], anchor=False, width="content")
        if st.button("", key="after", icon=":material/chevron_right:", help=_("After")):
            set_parameter("at", (last + timedelta(days=1)).isoformat())
            st.rerun()
        if not first <= now().date() <= last and st.button(_("Today"), key="today", type="tertiary"):
            set_parameter("at", "")
            st.rerun()


def show(view: str) -> None:
    """Items of a month or a week, or all of them."""
    _new()
    if view == "list":
        found = idea_queries.all_items()
        _list(found)
        _files(found)
        return
    first, last = _stretch(view, _anchor())
    _move(view, first, last)
    found = idea_queries.items(first, last, True)
    dated = [item for item in found if item.day is not None]
    _notes(dated, first, last)
    start = first - timedelta(days=first.weekday())
    names = get_day_names("abbreviated", locale=current())
    weeks = [[start + timedelta(days=7 * w + d) for d in range(7)] for w in range(((last - start).days // 7) + 1)]
    for week in weeks:
        if view == "month" and not any(first <= d <= last for d in week):
            continue
        columns = st.columns(7, gap="small")
        for place, (when, column) in enumerate(zip(week, columns, strict=True)):
            with column:
                _cell(when, names[place], [i for i in dated if i.day == when], inside=first <= when <= last)
    waiting = [item for item in found if item.day is None and item.status != "dropped"]
    if waiting:
        st.subheader(_("Without a date"), anchor=False)
        for item in waiting[:20]:
            _line(item)
    _files(idea_queries.all_items())


def _cell(when: date, name: str, found: list[Item], *, inside: bool) -> None:
    if not inside:
        return
    today = when == now().date()
    st.caption(f"**{name} {when.day}**" if today else f"{name} {when.day}")
    for item in found:
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


def _list(found: list[Item]) -> None:
    if not found:
        st.info(_("Nothing planned yet. Draft an idea, or add an item."), icon=":material/calendar_month:")
        if st.button(_("See the ideas"), key="see-ideas"):
            open_page("ideas")
        return
    for item in found[:100]:
        _line(item)
    if len(found) > 100:
        st.caption(n_("{n} more in the file", "{n} more in the file", len(found) - 100))


def _notes(dated: list[Item], first: date, last: date) -> None:
    """Clashes and gaps of the stretch that is shown."""
    for item_id, others in clashes(dated).items():
        if item_id < min(others):
            item = next(i for i in dated if i.id == item_id)
            st.caption(
                ":material/warning: "
                + _("{day}: several posts at once on {channel}.").format(
                    day=day(item.day) if item.day else "", channel=content_channels().get(item.channel, item.channel)
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
        if st.form_submit_button(_("Add")):
            try:
                made = calendar_store.save_item(
                    cache.store(), Item(0, title, channel=channel, day=when, owner=me(), lang=current()), now()
                )
            except CalendarError:
                st.error(_("Give it a title."))
            else:
                _open(made)


def _files(found: list[Item]) -> None:
    if not found:
        return
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("iCalendar"),
            calendar_files.as_ics(found, "Vigie", zone(), now()),
            "vigie.ics",
            "text/calendar",
            on_click="ignore",
            icon=":material/event:",
            help=_("For Outlook, Google Calendar, Apple Calendar and others."),
        )
        _feed()
        st.download_button(
            _("CSV"), calendar_files.as_csv(found), "vigie-calendar.csv", "text/csv", icon=":material/table:"
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
        if st.button(words, key="make-feed"):
            remember("calendar_token", calendar_feed.new_token(store))
            st.rerun()
        if is_open and st.button(_("Close it"), key="close-feed", type="tertiary"):
            calendar_feed.revoke(store)
            forget("calendar_token")
            st.rerun()


def item(item_id: int) -> None:
    """One item."""
    back(_("The calendar"), "item", key="all-items")
    found = idea_queries.one_item(item_id)
    if found is None:
        st.title(_("Calendar"), anchor=False)
        st.info(_("This item does not exist any more."), icon=":material/search_off:")
        return
    st.title(escape(found.title), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(status_names()[found.status], color=COLOURS[found.status])
        if found.channel:
            st.badge(content_channels().get(found.channel, found.channel), color="blue")
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
        _subject(found)
    published.brought(found)
    left, right = st.columns([3, 2])
    with left:
        drafts = _drafts(found)
    with right:
        _settings(found, drafts)
        _brief(found)


def _subject(found: Item) -> None:
    kind, _sep, number = found.subject.partition(":")
    page = {"topic": "topics", "wishes": "topics", "debate": "debates", "tool": "tools"}.get(kind)
    if (
        page
        and number.isdecimal()
        and st.button(_("What it is about"), key="subject", type="tertiary", icon=":material/arrow_forward:")
    ):
        open_page(page, **{{"topics": "topic", "debates": "debate", "tools": "tool"}[page]: number})
    if found.idea:
        idea = idea_queries.one_idea(found.idea)
        if idea is not None and st.button(
            _("Its idea: {title}").format(title=escape(title_of(idea))),
            key="its-idea",
            type="tertiary",
            icon=":material/lightbulb:",
        ):
            open_page("ideas", idea=str(idea.id))


def _drafts(found: Item) -> dict[str, str]:
    st.subheader(_("Draft"), anchor=False)
    channel = found.channel if found.channel in content_channels() else ""
    if not channel:
        held = found.drafts.get(found.channel, "")
        words = st.text_area(_("Draft"), held, height=260, key=f"draft-{found.id}")
        return {found.channel: words}
    with st.container(border=True):
        words = draft_views.one_channel(
            channel, found.drafts.get(channel, ""), found.title, found.url, f"item-{found.id}"
        )
    return {channel: words}


def _settings(found: Item, drafts: dict[str, str]) -> None:
    names, channels, formats = status_names(), content_channels(), {"": "…", **format_names()}
    with st.container(border=True):
        title = st.text_input(_("Title"), found.title, max_chars=300, key=f"title-{found.id}")
        status = st.segmented_control(
            _("Status"), list(names), default=found.status, format_func=lambda s: names[s], key=f"status-{found.id}"
        )
        first, second = st.columns(2)
        when = first.date_input(_("Day"), value=found.day, key=f"day-{found.id}")
        hours = [-1, *range(24)]
        hour = second.selectbox(
            _("Hour"),
            hours,
            hours.index(found.hour),
            format_func=lambda h: "…" if h < 0 else f"{h:02d}:00",
            key=f"hour-{found.id}",
        )
        options = ["", *channels]
        channel = first.selectbox(
            _("Channel"),
            options,
            options.index(found.channel) if found.channel in options else 0,
            format_func=lambda c: channels.get(c, "…"),
            key=f"channel-{found.id}",
        )
        kind = second.selectbox(
            _("Format"),
            list(formats),
            list(formats).index(found.format) if found.format in formats else 0,
            format_func=lambda f: formats[f],
            key=f"format-{found.id}",
        )
        owner = first.text_input(_("Who does it"), found.owner, max_chars=80, key=f"owner-{found.id}")
        langs = ["", *LANGUAGE_NAMES]
        lang = second.selectbox(
            _("Language"),
            langs,
            langs.index(found.lang) if found.lang in langs else 0,
            format_func=lambda code: LANGUAGE_NAMES.get(code, "…"),
            key=f"lang-{found.id}",
        )
        url = st.text_input(
            _("Its address, once published"),
            found.url,
            key=f"url-{found.id}",
            max_chars=2_000,
            help=_("By it, or by its first words, it is found again among your own posts."),
        )
        note = st.text_area(_("Note"), found.note, key=f"note-{found.id}", max_chars=4_000)
        with st.container(horizontal=True, gap="small"):
            if st.button(_("Save"), key="save-item", type="primary"):
                try:
                    calendar_store.save_item(
                        cache.store(),
                        replace(
                            found,
                            title=title,
                            status=status or found.status,
                            day=when,
                            hour=int(hour),
                            channel=channel,
                            format=kind,
                            owner=owner,
                            lang=lang,
                            url=url.strip(),
                            note=note,
                            drafts={**found.drafts, **drafts},
                        ),
                        now(),
                    )
                except CalendarError as error:
                    words = {
                        "title": _("Give it a title."),
                        "url": _("An address begins with http:// or https://."),
                    }
                    st.error(words.get(error.code, _("This value is not possible here.")))
                else:
                    st.toast(_("Saved."))
                    st.rerun()
            if st.button(_("Remove"), key="remove-item", type="tertiary", icon=":material/delete:"):
                calendar_store.remove_item(cache.store(), found.id)
                set_parameter("item", "")
                st.rerun()


def _brief(found: Item) -> None:
    """The brief for whoever makes it. A download does not run the page again: that would write the file anew,
    and take away the one that the browser is still fetching."""
    idea = idea_queries.one_idea(found.idea) if found.idea else None
    posts = post_reads.by_id(idea.posts[: brief.QUOTES]) if idea is not None else []
    names = {post.id: post_reads.pseudonym_of(post.author) if post.author else _("no name given") for post in posts}
    document = brief.document_of(found, idea, posts, names, demo=cache.settings().demo)
    with st.container(border=True):
        st.markdown("**" + _("Brief") + "**")
        st.caption(_("For the designer, the developer or the writer; authors under pseudonyms."))
        name = f"vigie-brief-{found.id}"
        share_views.download_buttons(document, name, ("pdf", "docx", "html"))
        st.download_button(
            "Markdown",
            brief.as_markdown(document),
            f"{name}.md",
            "text/markdown",
            on_click="ignore",
            icon=":material/download:",
        )
