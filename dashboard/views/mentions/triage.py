"""What people do with a post: star, handle, snooze, assign, note, correct, quote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import forget, now, remember, remembered, set_parameter
from dashboard.views import page
from dashboard.views.allowed import may, only, plain_view, why_not
from dashboard.views.mentions import live
from dashboard.views.mentions.undo import act, note, note_change, undo_beside
from dashboard.words.help.keys import KEYS
from dashboard.words.inbox import conflict_sentence, event_words, followup_words
from dashboard.words.labels import escape, intent_names, sentiment_names, unseen
from dashboard.words.language import _, language_name, n_
from dashboard.words.topics import by_name, called
from data.actor import actor
from data.inbox import triage, verbatims
from data.inbox.ours import set_own_account
from data.models import INTENTS, SENTIMENTS, Post, Triage, TriageEvent

SNOOZES = (1, 3, 7)


def me() -> str:
    """Whose name stands under a change that is made now."""
    return actor().name


def who_am_i() -> None:
    """Ask for the name that changes are noted under; who has signed in has one."""
    if actor().account:
        return
    with (
        st.popover(escape(me()) or _("Your name"), icon=":material/person:", type="tertiary", key=page.box_key("who")),
        st.form("who", border=False),
    ):
        name = st.text_input(_("Your name"), me(), max_chars=80, help=_("Changes are noted under it."))
        if st.form_submit_button(_("Save"), **only(triage.ROLE_OF["topic"])):
            remember("my_name", name.strip())
            page.box_done("who", _("Saved."))


def choose_view(views: dict[str, str]) -> str:
    """The view of the page; whose name stands under changes is asked in the menu."""
    with st.sidebar:
        who_am_i()
    return page.choose_view(views)


def triage_row(
    state: Triage, *, shortcuts: bool = False, in_basket: bool = False, followup: bool = True
) -> Callable[[Post, str], None]:
    """The buttons under a post; with `shortcuts`, keys handle and star it. `followup`: what is noted of it beside."""

    def draw(post: Post, key: str) -> None:
        st.button(
            unseen(_("Star")) if not state.starred else _("Starred"),
            key=f"star-{key}-{post.id}",
            type="tertiary",
            icon=":material/star:",
            help=why_not(triage.ROLE_OF["starred"]) or (_("Take the star away") if state.starred else _("Star")),
            disabled=not may(triage.ROLE_OF["starred"]),
            shortcut=KEYS["starred"] if shortcuts else None,
            on_click=note_change,
            args=([post.id], "starred", "" if state.starred else "yes", {post.id: state.starred}),
        )
        st.button(
            unseen(_("Handled")) if not state.handled else _("Handled"),
            key=f"done-{key}-{post.id}",
            type="tertiary",
            icon=":material/check_circle:" if state.handled else ":material/check:",
            help=why_not(triage.ROLE_OF["handled"]) or (_("Open it again") if state.handled else _("Handled")),
            disabled=not may(triage.ROLE_OF["handled"]),
            shortcut=KEYS["handled"] if shortcuts else None,
            on_click=note_change,
            args=([post.id], "handled", "" if state.handled else "yes", {post.id: state.handled}),
        )
        if st.button(
            unseen(_("Add to the basket of quotes")),
            key=f"quote-{key}-{post.id}",
            type="tertiary",
            icon=":material/format_quote:",
            help=why_not(verbatims.add_verbatim)
            or (_("In the basket of quotes") if in_basket else _("Add to the basket of quotes")),
            disabled=in_basket or not may(verbatims.add_verbatim),
        ):
            verbatims.add_verbatim(cache.store(), post.id, now())
            st.toast(_("Added to the quotes."), icon=":material/format_quote:")
            st.rerun()
        way, rest = unseen(_("Thread")), unseen(_("More"))
        if st.button(way, key=f"thread-{key}-{post.id}", type="tertiary", icon=":material/forum:", help=_("Thread")):
            set_parameter("post", str(post.id))
            st.rerun()
        if st.button(rest, key=f"more-{key}-{post.id}", type="tertiary", icon=":material/more_horiz:", help=_("More")):
            # Made here, not where it is written: its title is in the language of this session.
            forget(_told(post.id))
            with cache.store().read() as connection:
                said = triage.labels_of(connection, [post.id]).get(post.id, {})
            st.dialog(_("What about this post?"), width="medium")(details)(post, state, said, live.seen())
        told = followup_words(state) if followup else ""
        if told:
            st.caption(escape(told))
        live.place(post.id)
        undo_beside(post.id, key)

    return draw


def queue_row(
    post: Post, state: Triage, more: Callable[[], None], *, focused: bool, compact: bool
) -> Callable[[Post, str], None]:
    """The buttons of a post in a queue: those of every post, then what the queue itself asks for."""
    row = triage_row(state, shortcuts=focused, in_basket=inbox_reads.in_basket(post.id), followup=not compact)

    def draw(shown: Post, key: str) -> None:
        row(shown, key)
        more()

    return draw


@plain_view
def details(post: Post, state: Triage, said: dict[str, str], known: triage.Known) -> None:
    """Snooze, assign, note; corrections; history. `state`, `said` and `known` are of when it was opened."""
    live.watch_one(post.id, known)
    first, second, third = st.tabs([_("Follow up"), _("Correct"), _("History")])
    with first:
        _follow_up(post.id, state)
    with second:
        _corrections(post, said)
    with third:
        _history(post.id)


def _follow_up(post_id: int, state: Triage) -> None:
    """Snooze, assign, note."""
    today = now().date()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Snooze for"))
        for days in SNOOZES:
            if st.button(n_("{n} day", "{n} days", days), key=f"snooze-{days}", **only(triage.ROLE_OF["snoozed"])):
                act([post_id], "snoozed", (today + timedelta(days=days)).isoformat(), {post_id: state.snoozed})
        if state.snoozed and st.button(_("Wake up"), key="wake", **only(triage.ROLE_OF["snoozed"])):
            act([post_id], "snoozed", "", {post_id: state.snoozed})
    with st.form("assign", border=False):
        names = ["", *inbox_reads.people()]
        name = st.selectbox(
            _("Assign to"),
            names,
            index=names.index(state.assigned) if state.assigned in names else 0,
            accept_new_options=True,
            placeholder=_("A name"),
            **only(triage.ROLE_OF["assigned"]),
        )
        note = st.text_area(_("Note"), state.note, max_chars=triage.NOTE_LIMIT)
        if st.form_submit_button(_("Save"), type="primary", **only(triage.ROLE_OF["note"])):
            _save(post_id, state, {"note": note, "assigned": (name or "").strip()})


def _told(post_id: int) -> str:
    return f"told-{post_id}"


def _save(post_id: int, state: Triage, wanted: dict[str, str]) -> None:
    """Write what was typed. Where somebody was faster, say so and keep the words in their box: saved once more, they
    replace what was told."""
    told: dict[str, str] = dict(remembered(_told(post_id), {}))
    conflicts: list[TriageEvent] = []
    for field, value in wanted.items():
        seen = told.get(field, getattr(state, field))
        if value == seen:
            continue
        done = triage.change(cache.store(), [post_id], field, value, now(), {post_id: seen})
        conflicts += done.conflicts
        if done.posts:
            note(done, [post_id], field, value)
            told[field] = value
    if not conflicts:
        forget(_told(post_id), "conflicts")
        st.rerun()
    remember(_told(post_id), told | {event.field: event.after for event in conflicts})
    for event in conflicts:
        st.warning(conflict_sentence(event), icon=":material/group:")
    st.caption(_("What you typed is still here. Save again to replace what they wrote."))


def _history(post_id: int) -> None:
    """What was done with a post, the latest first."""
    with cache.store().read() as connection:
        events = triage.history(connection, post_id)
    if not events:
        st.caption(_("Nothing was done with it yet."))
    for event in events:
        st.caption(escape(event_words(event)))


def _corrections(post: Post, said: dict[str, str]) -> None:
    """One click puts right what the program got wrong; what people say wins from then on."""

    def button(label: str, field: str, value: str) -> None:
        on = said.get(field) == value
        colour: Literal["primary", "secondary"] = "primary" if on else "secondary"
        if st.button(label, key=f"fix-{field}-{value}", type=colour, **only(triage.ROLE_OF[field])):
            act([post.id], field, "" if on else value, {post.id: said.get(field, "")})

    st.caption(_("Tone"))
    with st.container(horizontal=True):
        for name in SENTIMENTS[:3]:
            button(sentiment_names()[name], "sentiment", name)
    st.caption(_("Kind"))
    held = [name for name in said.get("intents", "").split(",") if name]
    with st.form("kinds", border=False):
        chosen = st.pills(
            _("Kind"),
            INTENTS[:6],
            selection_mode="multi",
            label_visibility="collapsed",
            default=held or [name for name, _sure in post.intents if name in INTENTS[:6]],
            format_func=lambda name: intent_names()[name],
        )
        if st.form_submit_button(_("Save"), **only(triage.ROLE_OF["intents"])) and chosen:
            act([post.id], "intents", ",".join(chosen), {post.id: said.get("intents", "")})
    st.caption(_("Language"))
    with st.container(horizontal=True):
        for code in post_reads.languages():
            button(escape(language_name(code)), "lang", code)
    with st.form("topic", border=False):
        rows = by_name(topic_reads.topic_names())
        topic = st.selectbox(
            _("Topic"),
            list(rows),
            index=None,
            format_func=lambda i: rows[i],
            placeholder=called(post.topic_name) or _("None"),
        )
        if st.form_submit_button(_("Save"), **only(triage.ROLE_OF["topic"])) and topic is not None:
            act([post.id], "topic", str(topic), {post.id: said.get("topic", "")})
    button(_("Not about us"), "about", "no")
    if (
        post.author
        and not post.by_us
        and st.button(_("This author writes for us"), key="ours", **only(set_own_account))
    ):
        set_own_account(cache.store(), post.author)
        st.toast(_("Noted. The next refresh finds what they answered."))
        st.rerun()
