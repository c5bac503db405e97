"""Every post, searched and filtered, 25 cards a page, with what is done to one or to many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, parameter, put_scope, remember, remembered, set_parameter, ticked, untick
from dashboard.views.allowed import may, why_not
from dashboard.views.mentions.filters import filters
from dashboard.views.mentions.saved import keep_or_use
from dashboard.views.mentions.triage import act, me, triage_row
from dashboard.views.posts import card, cards
from dashboard.words.inbox import decision_names, narrowing_sentences
from dashboard.words.labels import intent_names, sentiment_names
from dashboard.words.language import _, language_name, n_
from dashboard.words.topics import by_name
from data.inbox.triage import ROLE_OF
from data.models import INTENTS, SENTIMENTS, Post
from data.scope import Scope

MOST_AT_ONCE = 5_000


def all_posts(scope: Scope) -> None:
    """The posts that the filters ask for."""
    ours = f"assigned:{me()}" if parameter("mine") == "yes" and me() else ""
    scope = replace(scope, state=ours) if ours else scope
    order, wanted = filters(scope)
    if wanted != scope or order != (parameter("order") or "newest"):
        _ask(wanted, ours)
        set_parameter("order", "" if order == "newest" else order)
        set_parameter("page_mentions", "")
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        _narrowings(scope)
        unfold = st.toggle(_("Show every copy"), parameter("copies") == "all", key="copies")
        set_parameter("copies", "all" if unfold else "")
        selecting = st.toggle(_("Select"), parameter("select") == "yes", key="select")
        set_parameter("select", "yes" if selecting else "")
        if wanted != scope.bare() and st.button(
            _("Remove all filters"), key="clear", type="tertiary", icon=":material/filter_alt_off:"
        ):
            _ask(scope.bare(), ours)
            set_parameter("page_mentions", "")
            st.rerun()
        keep_or_use()
    if selecting:
        _many(wanted)
    cards(wanted, "mentions", folded=not unfold, order=order, draw=lambda page: _page(page, selecting))


def _ask(wanted: Scope, ours: str) -> None:
    """Write a scope to the address. "Mine" stays a word of it and not a name: whoever opens it sees their own."""
    if ours and wanted.state == ours:
        wanted = replace(wanted, state="")
    else:
        set_parameter("mine", "")
    put_scope(wanted, now().date())


def _page(page: Sequence[Post], selecting: bool) -> None:
    states = inbox_reads.triage_states(tuple(post.id for post in page))
    for post in page:
        actions = triage_row(states[post.id], in_basket=inbox_reads.in_basket(post.id))
        if not selecting:
            card(post, "mentions", actions=actions)
            continue
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            st.checkbox(_("Select"), key=f"pick-{post.id}", label_visibility="collapsed", width="content")
            with st.container(width="stretch"):
                card(post, "mentions", actions=actions)


def _narrowings(scope: Scope) -> None:
    """Say which narrowing has no widget of its own."""
    watched = {item.id: item.words for item in topic_reads.watched()} if scope.watch is not None else {}
    for sentence in narrowing_sentences(scope, watched.get(scope.watch or 0, "")):
        st.caption(sentence)


def _many(scope: Scope) -> None:
    """Do one thing to the posts that are ticked, or to all that the search finds."""
    chosen = ticked("pick-")
    total, _cards = post_reads.counted(scope)
    actions: dict[str, tuple[str, str, str]] = {
        "handled": (_("Mark as handled"), "handled", "yes"),
        "seen": (_("Mark as seen"), "seen", "yes"),
        "starred": (_("Star"), "starred", "yes"),
        "snoozed": (_("Snooze for a week"), "snoozed", (now().date() + timedelta(days=7)).isoformat()),
        "assigned": (_("Assign to me"), "assigned", me()),
        "about": (_("Not about us"), "about", "no"),
        **{
            f"sentiment-{name}": (f"{_('Tone')}: {sentiment_names()[name]}", "sentiment", name)
            for name in SENTIMENTS[:3]
        },
        **{f"intents-{name}": (f"{_('Kind')}: {intent_names()[name]}", "intents", name) for name in INTENTS[:6]},
        **{f"lang-{c}": (f"{_('Language')}: {language_name(c)}", "lang", c) for c in post_reads.languages()},
        "topic": (_("Move to a topic"), "topic", ""),
        "decision": (f"{_('Decision')}: {decision_names()['fine']}", "decision", "fine"),
    }
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        which = st.radio(
            _("Which posts"),
            ["ticked", "all"],
            horizontal=True,
            format_func=lambda w: (
                n_("{n} ticked", "{n} ticked", len(chosen))
                if w == "ticked"
                else n_("{n} found by the search", "all {n} found by the search", min(total, MOST_AT_ONCE))
            ),
        )
        action = st.selectbox(_("Do"), list(actions), format_func=lambda a: actions[a][0], width=260)
        number = len(chosen) if which == "ticked" else min(total, MOST_AT_ONCE)
        _label, field, value = actions[action]
        if field == "topic":
            names = by_name(topic_reads.topic_names())
            value = str(st.selectbox(_("Topic"), list(names), format_func=lambda i: names[i], width=260) or "")
        if st.button(
            n_("Apply to {n} post", "Apply to {n} posts", number),
            type="primary",
            disabled=not number or not value or not may(ROLE_OF[field]),
            help=why_not(ROLE_OF[field]),
        ):
            ids = chosen if which == "ticked" else post_reads.ids_of(scope, MOST_AT_ONCE)
            untick("pick-")
            act(ids, field, value, since=remembered("many_known"))
        remember("many_known", inbox_reads.known())  # what this page shows: the next click is of it
