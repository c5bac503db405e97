"""The filters of all posts: widgets that ask for a scope."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import sources as source_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now, parameter, shows
from dashboard.words.inbox import followup_names, order_names
from dashboard.words.labels import escape, intent_names, sentiment_names
from dashboard.words.language import _, count, language_name
from dashboard.words.topics import called
from data.models import INTENTS, OTHER_LANGUAGE, READ_LANGUAGES, SENTIMENTS
from data.posts.reads import ORDERS
from data.scope import Scope


def filters(scope: Scope) -> tuple[str, Scope]:
    """Widgets of the filters; (order, the scope that they ask for)."""
    scope = _query_and_kinds(scope)
    with st.container(key="tones", horizontal=True, vertical_alignment="center", gap="small"):
        scope = _tone(scope)
        order = _order()
        # Named by its key, that it stays open while its own fields change how many are in use.
        folded, name = _folded(scope), _("More filters")
        with st.popover(f"{name} · {folded}" if folded else name, icon=":material/tune:", key="more-filters"):
            scope = _language(scope)
            scope = _brand_and_topic(scope)
            scope = _sources_and_state(scope)
    return order, scope


def _query_and_kinds(scope: Scope) -> Scope:
    query = st.text_input(
        _("Search"),
        placeholder=_('Words, "an exact phrase", -without this word'),
        icon=":material/search:",
        max_chars=300,
        **shows("query", scope.query),
        label_visibility="collapsed",
    )
    held = post_reads.intent_counts(scope)
    intents = st.pills(
        _("Kind"),
        INTENTS,
        selection_mode="multi",
        **shows("intents", list(scope.intents)),
        format_func=lambda name: intent_names()[name] + (f" {count(held.get(name, 0))}" if held is not None else ""),
        label_visibility="collapsed",
    )
    return replace(scope, query=query.strip(), intents=tuple(intents or ()))


def _tone(scope: Scope) -> Scope:
    others = set(post_reads.languages()) - set(READ_LANGUAGES) or OTHER_LANGUAGE in scope.sentiments
    sentiments = st.pills(
        _("Tone"),
        (*SENTIMENTS, OTHER_LANGUAGE) if others else SENTIMENTS,
        selection_mode="multi",
        format_func=lambda name: sentiment_names()[name],
        label_visibility="collapsed",
        **shows("tone", list(scope.sentiments)),
    )
    return replace(scope, sentiments=tuple(sentiments or ()))


def _order() -> str:
    names = order_names()
    asked = parameter("order") if parameter("order") in ORDERS else "newest"
    order: str = st.selectbox(
        _("Order"),
        ORDERS,
        format_func=lambda name: names[name],
        label_visibility="collapsed",
        width=190,
        **shows("order", asked),
    )
    return order


def _language(scope: Scope) -> Scope:
    langs = st.pills(
        _("Post language"),
        list(dict.fromkeys((*post_reads.languages(), *scope.langs))),
        selection_mode="multi",
        format_func=lambda code: escape(language_name(code)),
        **shows("langs", list(scope.langs)),
    )
    return replace(scope, langs=tuple(langs or ()))


def _brand_and_topic(scope: Scope) -> Scope:
    brands = {brand.id: brand.name for brand in reputation_reads.brands()}
    topics = {row.topic.id: called(row.topic.name) for row in topic_reads.topic_rows(scope, True)}
    if scope.topic is not None:
        topics.setdefault(scope.topic, _("Topic {id}").format(id=scope.topic))
    brand = st.selectbox(
        _("Names"),
        [None, *brands],
        format_func=lambda i: _("Any brand or none") if i is None else brands[i],
        placeholder=_("Any brand or none"),
        **shows("brand", scope.brand if scope.brand in brands else None),
    )
    topic = st.selectbox(
        _("Topic"),
        [None, *topics],
        format_func=lambda i: _("Any topic") if i is None else topics[i],
        placeholder=_("Any topic"),
        **shows("topic", scope.topic),
    )
    return replace(scope, brand=brand, topic=topic)


def _sources_and_state(scope: Scope) -> Scope:
    rows = source_reads.sources(now().replace(second=0, microsecond=0))
    names = {row.source.id: row.source.title or row.source.address for row in rows}
    chosen = st.multiselect(
        _("Sources"),
        list(names),
        format_func=lambda i: names[i],
        placeholder=_("All sources"),
        **shows("sources", [i for i in scope.sources if i in names]),
    )
    states = followup_names(inbox_reads.people())
    if scope.state:
        states.setdefault(scope.state, scope.state)
    state = st.selectbox(
        _("Follow up"),
        list(states),
        format_func=lambda name: states[name],
        **shows("state", scope.state),
    )
    return replace(scope, sources=tuple(chosen), state=state)


def _folded(scope: Scope) -> int:
    """How many kinds of filters that are folded away are in use."""
    return sum(map(bool, (scope.langs, scope.sources, scope.state, scope.brand is not None, scope.topic is not None)))
