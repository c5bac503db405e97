"""One ticket: its words, its posts, where it was written, and whom to tell once it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboard.documents import frame as frames
from dashboard.documents.building.ticket import as_issue, document_of
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import now, set_parameter
from dashboard.views.allowed import only
from dashboard.views.meanwhile import clicked, opened, saved, tell
from dashboard.views.page import back, box_done, box_key
from dashboard.views.posts import card
from dashboard.words.building.tickets import about, fixed_words, outcome_names, outcome_of
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, n_
from dashboard.words.sources import error_sentence
from data.models import Post, web_link
from data.tickets import listing
from data.tickets.listing import FIELDS, Ticket
from sources.errors import AddressError
from sources.upkeep.trackers import form_link, issue_of, tracker_of

SHOWN = 25  # posts, and people to tell, of one ticket


def one_ticket(ticket: Ticket | None) -> None:
    back(_("All that was passed on"), "ticket", key="tickets-back")
    tell()
    if ticket is None:
        st.info(_("This ticket was removed."), icon=":material/delete:")
        return
    posts = post_reads.by_id(ticket.posts)
    st.header(escape(ticket.title), anchor=False)
    st.caption(escape(f"{outcome_names()[outcome_of(ticket)]} · {about(ticket)}"))
    if ticket.error:
        st.warning(escape(error_sentence(ticket.error)), icon=":material/sync_problem:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if web_link(ticket.url):
            st.link_button(_("Open the issue"), ticket.url, icon=":material/open_in_new:")
        with st.popover(_("Edit"), type="tertiary", key=box_key(f"ticket-{ticket.id}"), icon=":material/edit:"):
            _form(ticket)
        if st.button(
            _("Remove"), key="ticket-remove", type="tertiary", icon=":material/delete:", **only(listing.remove_ticket)
        ):
            listing.remove_ticket(cache.store(), ticket.id)
            set_parameter("ticket", "")
            st.rerun()
    if ticket.outcome == "done":
        _tell_them(ticket, posts)
    _issue(ticket, posts)
    st.header(n_("{n} post asks for it", "{n} posts ask for it", len(posts)), anchor=False)
    for post in posts[:SHOWN]:
        card(post, "ticket")
        st.button(
            _("This one asks for something else"),
            key=f"ticket-drop-{post.id}",
            type="tertiary",
            icon=":material/close:",
            on_click=clicked,
            args=(listing.take_from_ticket, cache.store(), ticket.id, post.id),
            **only(listing.take_from_ticket),
        )
    if len(posts) > SHOWN:
        st.caption(n_("{n} more post", "{n} more posts", len(posts) - SHOWN))


def _issue(ticket: Ticket, posts: Sequence[Post]) -> None:
    """The issue as it would stand at its tracker, and the ways to take it there."""
    demo = any(post.is_demo for post in posts)
    body = as_issue(document_of(ticket, posts, post_reads.pseudonym_of, demo=demo, look=frames.look()))
    words = body.partition("\n")[2].strip()  # its title stands in a field of its own
    with st.container(horizontal=True, vertical_alignment="center"):
        if ticket.tracker and not ticket.url:
            try:
                link, whole = form_link(tracker_of(ticket.tracker), ticket.title, words)
            except AddressError as error:
                st.warning(escape(error_sentence(error.code)), icon=":material/link_off:")
            else:
                st.link_button(_("Write it there"), link, type="primary", icon=":material/open_in_new:")
                if not whole:
                    st.caption(_("The form takes the beginning; the file below holds all of it."))
        st.download_button(
            _("File"), body, f"ticket-{ticket.id}.md", "text/markdown", icon=":material/download:", key="ticket-file"
        )
    if not ticket.url:
        st.caption(
            _(
                "Vigie writes nothing there by itself. Once the issue is there, enter its address under “Edit”: its "
                "state is read every day."
            )
        )
    elif ticket.checked_at is not None:
        st.caption(escape(_("Its tracker was read {ago}.").format(ago=ago(ticket.checked_at, now()))))
    with st.expander(_("The issue, word for word"), expanded=not ticket.url):
        st.code(words, language=None, wrap_lines=True)


def _form(ticket: Ticket) -> None:
    form = opened(f"ticket-{ticket.id}", ticket, FIELDS)
    shown = form.shown
    with st.form(form.key("ticket"), border=False):
        title = st.text_input(_("What is to be built or mended"), shown.title, max_chars=200)
        note = st.text_area(_("What we know of it"), shown.note, max_chars=4_000)
        tracker = st.text_input(
            _("Repository or project"),
            shown.tracker,
            placeholder="https://github.com/owner/name",
            help=_("At GitHub, GitLab, Gitea, Forgejo or Codeberg."),
        )
        url = st.text_input(_("Address of the issue"), shown.url, placeholder="https://github.com/owner/name/issues/12")
        if not st.form_submit_button(_("Save"), type="primary", **only(listing.save_ticket)):
            return
        wrong = _wrong(title, tracker, url)
        if wrong:
            st.warning(wrong)
            return
        wanted = replace(shown, title=title, note=note, tracker=tracker.strip(), url=url.strip())
        if saved(form, lambda seen: listing.save_ticket(cache.store(), wanted, seen)):
            box_done(f"ticket-{ticket.id}", _("Saved."))


def _wrong(title: str, tracker: str, url: str) -> str:
    if not title.strip():
        return _("Say in a few words what is to be built or mended.")
    try:
        if tracker.strip():
            tracker_of(tracker)
    except AddressError:
        return _("This is no address of a repository or project, as https://github.com/owner/name.")
    try:
        if url.strip():
            issue_of(url)
    except AddressError:
        return _("This is no address of an issue, as https://github.com/owner/name/issues/12.")
    return ""


def _tell_them(ticket: Ticket, posts: Sequence[Post]) -> None:
    """Those who asked, each with a message in their language to start from; Vigie sends nothing."""
    people: dict[tuple[str, str], Post] = {}
    for post in posts:
        if not post.by_us and not post.removed_at and post.author:
            people[post.source_kind, post.author] = post  # the latest of each
    if not people:
        return
    st.header(n_("{n} person to tell", "{n} people to tell", len(people)), anchor=False)
    st.caption(_("It is done. Each message is in the language of their post; fill in what stands in brackets."))
    for post in list(people.values())[:SHOWN]:
        with st.container(border=True, gap="small", key=f"told-{post.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.write(escape(f"{post.author}, {post.community or post.source_title}"))
                if web_link(post.url):
                    st.link_button(_("Open the post"), post.url, type="tertiary", icon=":material/open_in_new:")
            st.code(fixed_words(ticket, post), language=None, wrap_lines=True)
    if len(people) > SHOWN:
        st.caption(n_("{n} more person", "{n} more people", len(people) - SHOWN))
