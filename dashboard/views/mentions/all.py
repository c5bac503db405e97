"""Every post, searched and filtered, 25 cards a page, with what is done to one or to many of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import sources as source_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, parameter, put_scope, set_parameter, ticked, untick
from dashboard.views.mentions.triage import act, decision_names, last_change, me, triage_row
from dashboard.views.page import page_start
from dashboard.views.posts import card, cards
from dashboard.words.labels import escape, intent_names, sentiment_names
from dashboard.words.language import LANGUAGE_NAMES, _, count, n_
from data.models import INTENTS, SENTIMENTS, Post, Scope

MOST_AT_ONCE = 5_000


def show(choose_view: Callable[[str], None]) -> None:
    """The whole view."""
    scope = page_start(_("Mentions"))
    choose_view("all")
    last_change()
    order, wanted = _filters(scope)
    if wanted != scope or order != (parameter("order") or "newest"):
        put_scope(wanted, now().date())
        set_parameter("order", "" if order == "newest" else order)
        set_parameter("page_mentions", "")
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        _narrowings(scope)
        unfold = st.toggle(_("Show every copy"), parameter("copies") == "all", key="copies")
        set_parameter("copies", "all" if unfold else "")
        selecting = st.toggle(_("Select"), parameter("select") == "yes", key="select")
        set_parameter("select", "yes" if selecting else "")
        if wanted != Scope(scope.since, scope.until) and st.button(
            _("Remove all filters"), key="clear", type="tertiary", icon=":material/filter_alt_off:"
        ):
            put_scope(Scope(scope.since, scope.until), now().date())
            set_parameter("page_mentions", "")
            st.rerun()
    if selecting:
        _many(wanted)
    cards(wanted, "mentions", folded=not unfold, order=order, draw=lambda page: _page(page, selecting))


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


def _filters(scope: Scope) -> tuple[str, Scope]:
    """Widgets of the filters; (order, the scope that they ask for)."""
    brands = {brand.id: brand.name for brand in reputation_reads.brands()}
    held_topics = topic_reads.topic_rows(scope.since, scope.until, True)
    topics = {row.topic.id: row.topic.label for row in held_topics}
    if scope.topic is not None:
        topics.setdefault(scope.topic, _("Topic {id}").format(id=scope.topic))
    rows = source_reads.sources(now().replace(second=0, microsecond=0))
    names = {row.source.id: row.source.title or row.source.address for row in rows}
    query = st.text_input(
        _("Search"),
        scope.query,
        placeholder=_('Words, "an exact phrase", -without this word'),
        icon=":material/search:",
        max_chars=300,
        key=f"query-{scope.query}",
        label_visibility="collapsed",
    )
    held = post_reads.intent_counts(scope)
    intents = st.pills(
        _("Kind"),
        INTENTS,
        selection_mode="multi",
        default=scope.intents,
        key=f"intents-{scope.intents}",
        format_func=lambda name: f"{intent_names()[name]} {count(held.get(name, 0))}",
        label_visibility="collapsed",
    )
    first, second, third = st.columns((5, 3, 3))
    with first:
        sentiments = st.pills(
            _("Tone"),
            SENTIMENTS,
            selection_mode="multi",
            default=scope.sentiments,
            format_func=lambda name: sentiment_names()[name],
            key=f"tone-{scope.sentiments}",
        )
    with second:
        choices = sorted({*LANGUAGE_NAMES, *scope.langs})
        langs = st.pills(
            _("Post language"),
            choices,
            selection_mode="multi",
            default=scope.langs,
            format_func=lambda code: LANGUAGE_NAMES.get(code, code),
            key=f"langs-{scope.langs}",
        )
    with third:
        options = {"newest": _("Newest first"), "oldest": _("Oldest first"), "engagement": _("Most reactions first")}
        asked = parameter("order") if parameter("order") in options else "newest"
        order = st.selectbox(
            _("Order"),
            list(options),
            index=list(options).index(asked),
            format_func=lambda o: options[o],
            key=f"order-{asked}",
        )
    with st.expander(_("More filters"), icon=":material/tune:", expanded=_more(scope)):
        first, second = st.columns(2)
        with first:
            brand = st.selectbox(
                _("Names"),
                [None, *brands],
                index=[None, *brands].index(scope.brand if scope.brand in brands else None),
                format_func=lambda i: _("Any brand or none") if i is None else brands[i],
                key=f"brand-{scope.brand}",
            )
            topic = st.selectbox(
                _("Topic"),
                [None, *topics],
                index=[None, *topics].index(scope.topic),
                format_func=lambda i: _("Any topic") if i is None else topics[i],
                key=f"topic-{scope.topic}",
            )
        with second:
            chosen = st.multiselect(
                _("Sources"),
                list(names),
                default=[i for i in scope.sources if i in names],
                format_func=lambda i: names[i],
                placeholder=_("All sources"),
                key=f"sources-{scope.sources}",
            )
            states = state_names()
            if scope.state and scope.state not in states:
                states[scope.state] = scope.state
            state = st.selectbox(
                _("Follow up"),
                list(states),
                index=list(states).index(scope.state),
                format_func=lambda s: states[s],
                key=f"state-{scope.state}",
            )
    wanted = replace(
        scope,
        query=query.strip(),
        sentiments=tuple(sentiments or ()),
        langs=tuple(langs or ()),
        brand=brand,
        topic=topic,
        sources=tuple(chosen),
        intents=tuple(intents or ()),
        state=state,
    )
    return order, wanted


def _more(scope: Scope) -> bool:
    """Whether a filter that is folded away is in use."""
    return bool(scope.sources or scope.state or scope.brand is not None or scope.topic is not None)


def state_names() -> dict[str, str]:
    """States of follow-up, one's own posts among them."""
    found = {
        "": _("Any state"),
        "open": _("Not handled"),
        "starred": _("Starred"),
        "snoozed": _("Snoozed"),
        "handled": _("Handled"),
    }
    for name in inbox_reads.people():
        found[f"assigned:{name}"] = _("Assigned to {name}").format(name=name)
    return found


def _narrowings(scope: Scope) -> None:
    """Say which narrowing has no widget of its own."""
    if scope.author:
        st.caption(_("Only posts by {author}").format(author=escape(scope.author)))
    if scope.watch is not None:
        watched = {item.id: item.words for item in topic_reads.watched()}
        name = watched.get(scope.watch, "")
        st.caption(_("Only posts near the watched subject “{name}”").format(name=escape(name)))
    if scope.part is not None:
        st.caption(_("Only a sub-topic"))
    if scope.debate is not None:
        st.caption(_("Only posts of a debate") if scope.side is None else _("Only posts of one side of a debate"))
    if scope.tool is not None:
        st.caption(_("Only posts that name a tool"))
    if scope.idea is not None:
        st.caption(_("Only the evidence of an idea"))
    if scope.area is not None:
        st.caption(_("Only a part of the map"))


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
        **{f"lang-{code}": (f"{_('Language')}: {name}", "lang", code) for code, name in LANGUAGE_NAMES.items()},
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
            names = topic_reads.topic_names()
            value = str(st.selectbox(_("Topic"), list(names), format_func=lambda i: names[i], width=260) or "")
        if st.button(
            n_("Apply to {n} post", "Apply to {n} posts", number), type="primary", disabled=not number or not value
        ):
            ids = chosen if which == "ticked" else post_reads.ids_of(scope, MOST_AT_ONCE)
            untick("pick-")
            act(ids, field, value)
