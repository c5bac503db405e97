"""One item of the calendar: its drafts, date, status and format, what it brought, the brief for its makers."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.documents import frame as frames
from dashboard.documents.of_calendar_item import QUOTES, as_markdown, document_of
from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now, set_parameter
from dashboard.views.allowed import only
from dashboard.views.calendar import guests, published
from dashboard.views.calendar.days import COLOURS
from dashboard.views.calendar.publishing import publishing
from dashboard.views.ideas import drafts as draft_views
from dashboard.views.ideas.subject import subject_of
from dashboard.views.meanwhile import Opened, opened, saved
from dashboard.views.page import back, open_page
from dashboard.views.reports.sharing import download_buttons
from dashboard.words.ideas import content_channels, format_names, status_names, title_of
from dashboard.words.labels import escape
from dashboard.words.language import _, language_name, typed_days
from data.content import calendar as calendar_store
from data.content.calendar import CalendarError, Item


def show(item_id: int) -> None:
    """The whole page."""
    back(_("The calendar"), "item", key="all-items")
    item = idea_reads.one_item(item_id)
    if item is None:
        st.title(_("Calendar"), anchor=False)
        st.info(_("This item does not exist any more."), icon=":material/search_off:")
        return
    st.title(escape(item.title), anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(status_names()[item.status], color=COLOURS[item.status])
        if item.channel:
            st.badge(escape(content_channels().get(item.channel, item.channel)), color="blue")
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
        _subject(item)
    published.brought(item)
    form = opened(f"item-{item.id}", item, calendar_store.FIELDS)
    left, right = st.columns([3, 2])
    with left:
        drafts = _drafts(form)
    with right:
        _settings(form, drafts)
        publishing(item)
        _for_makers(item)
        guests.answered(item)


def _subject(item: Item) -> None:
    """The ways to what it is about, and to the idea that it comes from."""
    about = subject_of(item.subject)
    if about is not None and st.button(
        _("What it is about"), key="subject", type="tertiary", icon=":material/arrow_forward:"
    ):
        open_page(about.page, **about.parameters)
    idea = idea_reads.one_idea(item.idea) if item.idea else None
    if idea is not None and st.button(
        _("Its idea: {title}").format(title=escape(title_of(idea))),
        key="its-idea",
        type="tertiary",
        icon=":material/lightbulb:",
    ):
        open_page("ideas", idea=str(idea.id))


def _drafts(form: Opened[Item]) -> dict[str, str]:
    item = form.shown
    st.header(_("Draft"), anchor=False)
    channel = item.channel if item.channel in content_channels() else ""
    if not channel:
        held = item.drafts.get(item.channel, "")
        words = st.text_area(_("Draft"), held, height=260, key=form.key(f"draft-{item.id}"))
        return {item.channel: words}
    with st.container(border=True):
        words = draft_views.one_channel(
            channel, item.drafts.get(channel, ""), item.title, item.url, form.key(f"item-{item.id}")
        )
    return {channel: words}


def _settings(form: Opened[Item], drafts: dict[str, str]) -> None:
    item = form.shown
    with st.container(border=True):
        kept = {name: words for name, words in drafts.items() if words or name in item.drafts}
        changed = replace(_form(form), drafts={**item.drafts, **kept})
        with st.container(horizontal=True, gap="small"):
            if st.button(
                _("Save"), key="save-item", type="primary", **only(calendar_store.role_for(item.status, changed.status))
            ):
                _save(form, changed)
            if st.button(
                _("Remove"),
                key="remove-item",
                type="tertiary",
                icon=":material/delete:",
                **only(calendar_store.role_for(item.status)),
            ) and saved(form, lambda seen: calendar_store.remove_item(cache.store(), item.id, seen)):
                set_parameter("item", "")
                st.rerun()


def _form(form: Opened[Item]) -> Item:
    """The item as the form says it."""
    item = form.shown
    names, langs = status_names(), {"": "…", **{code: language_name(code) for code in calendar_store.LANGS}}
    title = st.text_input(_("Title"), item.title, max_chars=300, key=form.key(f"title-{item.id}"))
    status = st.segmented_control(
        _("Status"), list(names), default=item.status, format_func=lambda s: names[s], key=form.key(f"status-{item.id}")
    )
    first, second = st.columns(2)
    when = first.date_input(_("Day"), value=item.day, format=typed_days(), key=form.key(f"day-{item.id}"))
    hours = [-1, *range(24)]
    hour = second.selectbox(
        _("Hour"),
        hours,
        hours.index(item.hour),
        format_func=lambda h: "…" if h < 0 else f"{h:02d}:00",
        key=form.key(f"hour-{item.id}"),
    )
    with first:
        channel = _one_of(_("Channel"), {"": "…", **content_channels()}, item.channel, form.key(f"channel-{item.id}"))
    with second:
        kind = _one_of(_("Format"), {"": "…", **format_names()}, item.format, form.key(f"format-{item.id}"))
    owner = first.text_input(_("Who does it"), item.owner, max_chars=80, key=form.key(f"owner-{item.id}"))
    with second:
        lang = _one_of(_("Language"), langs, item.lang, form.key(f"lang-{item.id}"))
    url = st.text_input(
        _("Its address, once published"),
        item.url,
        key=form.key(f"url-{item.id}"),
        max_chars=2_000,
        help=_("By it, or by its first words, it is found again among your own posts."),
    )
    note = st.text_area(_("Note"), item.note, key=form.key(f"note-{item.id}"), max_chars=4_000)
    return replace(
        item,
        title=title,
        status=status or item.status,
        day=when,
        hour=int(hour),
        channel=channel,
        format=kind,
        owner=owner,
        lang=lang,
        url=url.strip(),
        note=note,
    )


def _one_of(label: str, names: dict[str, str], chosen: str, key: str) -> str:
    """One of some names, "" for none of them."""
    options = list(names)
    start = options.index(chosen) if chosen in names else 0
    return st.selectbox(label, options, start, format_func=lambda name: names[name], key=key)


def _save(form: Opened[Item], item: Item) -> None:
    try:
        written = saved(form, lambda seen: calendar_store.save_item(cache.store(), item, now(), seen))
    except CalendarError as error:
        words = {
            "title": _("Give it a title."),
            "url": _("An address begins with http:// or https://."),
        }
        st.error(words.get(error.code, _("This value is not possible here.")))
    else:
        if written:
            st.toast(_("Saved."))
            st.rerun()


def _for_makers(item: Item) -> None:
    """The brief for whoever makes it. A download does not run the page again: that would write the file anew,
    and take away the one that the browser is still fetching."""
    idea = idea_reads.one_idea(item.idea) if item.idea else None
    posts = post_reads.by_id(idea.posts[:QUOTES]) if idea is not None else []
    names = {post.id: post_reads.pseudonym_of(post.author) if post.author else _("no name given") for post in posts}
    document = document_of(item, idea, posts, names, demo=cache.settings().demo, look=frames.look())
    with st.container(border=True):
        st.markdown("**" + _("Brief") + "**")
        st.caption(_("For the designer, the developer or the writer; authors under pseudonyms."))
        name = f"vigie-brief-{item.id}"
        download_buttons(document, name, ("pdf", "docx", "html"))
        st.download_button(
            "Markdown",
            as_markdown(document),
            f"{name}.md",
            "text/markdown",
            on_click="ignore",
            icon=":material/download:",
        )
