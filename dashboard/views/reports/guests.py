"""What guests of shared links answered: how many, one link's in full, and what is asked of them."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, set_parameter
from dashboard.views.allowed import may, only, why_not
from dashboard.views.page import back, open_page
from dashboard.views.reports import sharing as share_views
from dashboard.words.guests import as_note, kind_names, signature, whole_document
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, count, n_
from data.sharing import guests, snapshots
from data.sharing.document import Section
from data.sharing.guests import Answer, AnswerError, Answers
from data.sharing.snapshots import Snapshot

COLOURS: dict[str, Literal["gray", "green", "orange"]] = {"comment": "gray", "approved": "green", "changes": "orange"}


def with_new(label: str) -> str:
    """A label with how many answers nobody has looked at."""
    with cache.store().read() as connection:
        fresh = sum(found.new for found in guests.counts(connection).values())
    return f"{label} ({count(fresh)})" if fresh else label


def switch() -> None:
    """Whether links take answers at all."""
    with cache.store().read() as connection:
        allowed = guests.are_allowed(connection)
    chosen = st.toggle(
        _("Guests may answer"),
        allowed,
        key=f"guests-allowed-{allowed}",
        disabled=not may(guests.allow),
        help=why_not(guests.allow)
        or _("Off: no link takes a comment or an approval, whatever it asks for. What was answered stays."),
    )
    if chosen != allowed:
        guests.allow(cache.store(), chosen)
        st.rerun()


def badges(answers: Answers) -> None:
    """What guests decided, and how much of it is new."""
    if answers.new:
        st.badge(n_("{n} new answer", "{n} new answers", answers.new), color="blue", icon=":material/mark_chat_unread:")
    if answers.approved:
        st.badge(n_("{n} approval", "{n} approvals", answers.approved), color="green")
    if answers.changes:
        st.badge(n_("{n} asks for changes", "{n} ask for changes", answers.changes), color="orange")


def way(item: Snapshot, answers: Answers) -> None:
    """The way to what guests answered, and to what they are asked."""
    told = n_("{n} answer", "{n} answers", answers.all) if answers.all or item.asks else _("Ask guests")
    if st.button(told, key=f"answers-{item.id}", type="tertiary", icon=":material/chat:"):
        set_parameter("answers", str(item.id))
        st.rerun()


def show(snapshot_id: int) -> None:
    """What guests of one link answered, the latest first. Looking at it makes it seen."""
    back(_("All shared links"), "answers", key="all-answered")
    with cache.store().read() as connection:
        item = snapshots.one_snapshot(connection, snapshot_id)
        found = guests.answers(connection, snapshot_id)
        allowed = guests.are_allowed(connection)
        sections = _sections(item)
    if item is None or item.presenting:
        st.info(_("This share does not exist any more."), icon=":material/search_off:")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(escape(item.title), anchor=False, width="content")
        state, colour = share_views.state_of(item, now())
        st.badge(state, color=colour)
    if not allowed:
        st.info(_("Guests may not answer: that is switched off for all links."), icon=":material/block:")
    _asked(item)
    if not found:
        st.caption(_("Nobody has answered yet."))
    for answer in reversed(found):
        _one(item, answer, sections)
    if may(guests.hide) and any(answer.state == "new" for answer in found):
        guests.note_seen(cache.store(), item.id)


def _sections(item: Snapshot | None) -> tuple[Section, ...]:
    """The parts that an answer can be about; none where the copy is damaged."""
    if item is None:
        return ()
    with cache.store().read() as connection:
        try:
            return snapshots.document_of(connection, item.id).sections
        except (KeyError, ValueError):
            return ()


def _asked(item: Snapshot) -> None:
    """What is asked, to change."""
    with st.form(f"asked-{item.id}"):
        asks, question = share_views.asked_of_guests(f"asked-{item.id}", item.asks, item.question)
        mutual = st.toggle(
            _("Guests see one another's answers"),
            item.mutual,
            key=f"mutual-{item.id}",
            help=_("On the page of the link, signed. What you hide is not shown."),
        )
        if st.form_submit_button(_("Save"), **only(guests.ask)):
            guests.ask(cache.store(), item.id, asks, question, mutual=mutual)
            st.toast(_("Saved."))
            st.rerun()


def _one(item: Snapshot, answer: Answer, sections: tuple[Section, ...]) -> None:
    hidden = answer.state == "hidden"
    with st.container(border=True, key=f"guest-answer-{answer.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(signature(answer.name))}**", width="content")
            if answer.kind != "comment":
                st.badge(kind_names()[answer.kind], color=COLOURS[answer.kind])
            if answer.state == "new":
                st.badge(_("New answer"), color="blue")
            if hidden:
                st.badge(_("Hidden"), color="gray", icon=":material/visibility_off:")
        about = sections[answer.section - 1].title if 0 < answer.section <= len(sections) else whole_document()
        st.caption(escape(f"{ago(answer.at, now())} · {about}"))
        if answer.text:
            st.text(answer.text)
        if may(guests.hide):
            _handled(item, answer, hidden)


def _handled(item: Snapshot, answer: Answer, hidden: bool) -> None:
    """What an editor may do with an answer."""
    with st.container(horizontal=True, gap="small"):
        if guests.item_of(item.parameters, item.page) is not None:
            _take(item, answer)
        label, icon = (_("Show again"), ":material/visibility:") if hidden else (_("Hide"), ":material/visibility_off:")
        if st.button(label, key=f"hide-answer-{answer.id}", type="tertiary", icon=icon, **only(guests.hide)):
            guests.hide(cache.store(), answer.id, not hidden)
            st.rerun()
        with st.popover(_("Erase"), icon=":material/delete:", type="tertiary", key=f"erase-{answer.id}"):
            st.caption(
                _(
                    "The words and the name are erased, in the history of changes too. What was added to a calendar "
                    "item stays there. This cannot be undone."
                )
            )
            if st.button(_("Erase it"), key=f"erase-answer-{answer.id}", type="primary", **only(guests.erase)):
                guests.erase(cache.store(), answer.id)
                st.rerun()


def _take(item: Snapshot, answer: Answer) -> None:
    """The way into the item of the calendar that a link is of."""
    approves = answer.kind == "approved"
    label = _("Approve the calendar item") if approves else _("Add to the calendar item's note")
    help_ = (
        _("The item becomes ready, and its note says who approved it.") if approves else _("Signed, under its note.")
    )
    if st.button(
        label,
        key=f"take-answer-{answer.id}",
        type="tertiary",
        icon=":material/event_note:",
        help=why_not(guests.take_into_item) or help_,
        disabled=not may(guests.take_into_item),
    ):
        try:
            guests.take_into_item(cache.store(), answer.id, as_note(answer), now())
        except AnswerError as error:
            gone = _("This calendar item does not exist any more.")
            st.error({"long": _("The note of the item is full: shorten it first.")}.get(error.code, gone))
        else:
            open_page("calendar", item=item.parameters["item"])
