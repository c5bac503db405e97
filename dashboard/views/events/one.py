"""One event: what it is, who came, its entries, its draw, texts to copy."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.state import now, parameter, set_parameter
from dashboard.views.allowed import only
from dashboard.views.events.all import COLOURS
from dashboard.views.events.draw import the_draw
from dashboard.views.events.entries import the_entries
from dashboard.views.events.form import event_form, leave
from dashboard.views.meanwhile import tell
from dashboard.views.mentions.triage import me
from dashboard.views.page import back, open_page
from dashboard.words.events.texts import consent_names, consents, rules_of
from dashboard.words.events.told import error_words, kind_names, limits, state_names, when, where
from dashboard.words.labels import escape
from dashboard.words.language import _, current, language_name, speaking, zone
from data.content import calendar as calendar_store
from data.content.calendar import Item
from data.events import events
from data.events.events import LANGS, Event, EventError, state_of
from data.models import whole


def show(name: str) -> None:
    """The whole page; "new" is the form of a new one."""
    back(_("All events"), "event", "edit", "thread", "shown", key="events-back", view="events")
    tell()
    held = idea_reads.one_event(whole(name) or 0) if name != "new" else None
    if name == "new":
        st.title(_("New event"), anchor=False)
        event_form(None)
        return
    if held is None:
        st.title(_("Events"), anchor=False)
        st.info(_("This event does not exist any more."), icon=":material/search_off:")
        return
    st.title(escape(held.title), anchor=False)
    if parameter("edit"):
        event_form(held)
        return
    _about(held)
    if held.prizes:
        the_draw(held)
    _texts(held)
    the_entries(held)


def _about(one: Event) -> None:
    state = state_of(one, now())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(kind_names()[one.kind], color="violet")
        st.badge(state_names()[state], color=COLOURS[state])
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
    st.caption(escape(" · ".join((when(one), where(one), limits(one)))))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(_("Edit"), key="event-edit", icon=":material/edit:", **only(events.save_event)):
            set_parameter("edit", "yes")
            st.rerun()
        if one.thread and st.button(_("The thread"), key="event-thread", type="tertiary", icon=":material/forum:"):
            open_page("mentions", post=str(one.thread))
        _in_calendar(one)
        if st.button(
            _("Remove"), key="event-remove", type="tertiary", icon=":material/delete:", **only(events.remove_event)
        ):
            try:
                events.remove_event(cache.store(), one.id)
            except EventError as error:
                st.error(error_words(error.code), icon=":material/error:")
            else:
                leave(0)
    if one.rules:
        with st.expander(_("Rules of the event"), icon=":material/gavel:"):
            st.text(one.rules)


def _in_calendar(one: Event) -> None:
    """Its first and its last day as items of the calendar, once."""
    subject = f"event:{one.id}"
    mine = [item for item in idea_reads.all_items() if item.subject == subject]
    if mine:
        day = next((item.day for item in mine if item.day is not None), None)
        if st.button(_("In the calendar"), key="event-days", type="tertiary", icon=":material/event_available:"):
            open_page("calendar", **({"at": day.isoformat()} if day is not None else {}))
        return
    if st.button(
        _("Put in the calendar"),
        key="event-plan",
        type="tertiary",
        icon=":material/calendar_add_on:",
        **only(calendar_store.save_item),
    ):
        for words, at in ((_("Begins: {title}"), one.starts), (_("Ends: {title}"), one.ends)):
            local = at.astimezone(zone())
            item = Item(0, words.format(title=one.title), subject=subject, owner=me(), lang=one.lang or current())
            calendar_store.save_item(cache.store(), replace(item, day=local.date(), hour=local.hour), now())
        st.toast(_("Its beginning and its end are in the calendar."))
        st.rerun()


def _texts(one: Event) -> None:
    """Rules and consents to copy, in the language that is chosen."""
    st.header(_("Texts to copy"), anchor=False)
    st.caption(
        _(
            "Written by us as a start; they are no legal advice. What stands in brackets is yours to fill in: have "
            "them read by somebody who knows the law of your country."
        )
    )
    lang = (
        st.segmented_control(
            _("Language"),
            LANGS,
            default=one.lang or current(),
            format_func=lambda code: escape(language_name(code)),
            key="event-texts",
            label_visibility="collapsed",
            required=True,
        )
        or current()
    )
    with speaking(lang, str(zone())):
        rules, asked = rules_of(one), consents(one)
    with st.expander(_("Rules of the event"), icon=":material/gavel:"):
        st.code(rules, language=None, wrap_lines=True)
    for name, what in consent_names().items():
        with st.expander(escape(_("Consent: {what}").format(what=what)), icon=":material/handshake:"):
            st.code(asked[name], language=None, wrap_lines=True)
