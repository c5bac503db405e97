"""Mentions: every post, searched and filtered, 25 cards a page."""

from dataclasses import replace

import streamlit as st

from dashboard import queries
from dashboard.components import (
    LANGUAGE_NAMES,
    cards,
    empty_state,
    escape,
    key_url,
    page_start,
    sentiment_names,
)
from dashboard.language import _
from dashboard.state import now, parameter, put_scope, set_parameter
from data.models import SENTIMENTS

url, revision = key_url(), queries.revision()
if not queries.content(url, revision).posts:
    st.title(_("Mentions"), anchor=False)
    empty_state(queries.settings())
    st.stop()

scope = page_start(_("Mentions"))
today = now().date()
brands = {brand.id: brand.name for brand in queries.brands(url, revision)}
topics = {row.topic.id: row.topic.label for row in queries.topic_rows(scope.since, scope.until, True, url, revision)}
if scope.topic is not None:
    topics.setdefault(scope.topic, _("Topic {id}").format(id=scope.topic))
rows = queries.sources(url, revision, now().replace(second=0, microsecond=0))
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
first, second, third = st.columns(3)
with first:
    sentiments = st.pills(
        _("Tone"), SENTIMENTS, selection_mode="multi", default=scope.sentiments,
        format_func=lambda name: sentiment_names()[name], key=f"tone-{scope.sentiments}",
    )  # fmt: skip
with second:
    choices = sorted({*LANGUAGE_NAMES, *scope.langs})
    langs = st.pills(
        _("Post language"), choices, selection_mode="multi", default=scope.langs,
        format_func=lambda code: LANGUAGE_NAMES.get(code, code), key=f"langs-{scope.langs}",
    )  # fmt: skip
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
first, second, third = st.columns(3)
with first:
    brand = st.selectbox(
        _("Names"), [None, *brands], index=[None, *brands].index(scope.brand if scope.brand in brands else None),
        format_func=lambda i: _("Any brand or none") if i is None else brands[i], key=f"brand-{scope.brand}",
    )  # fmt: skip
with second:
    topic = st.selectbox(
        _("Topic"), [None, *topics], index=[None, *topics].index(scope.topic),
        format_func=lambda i: _("Any topic") if i is None else topics[i], key=f"topic-{scope.topic}",
    )  # fmt: skip
with third:
    chosen = st.multiselect(
        _("Sources"), list(names), default=[i for i in scope.sources if i in names],
        format_func=lambda i: names[i], placeholder=_("All sources"), key=f"sources-{scope.sources}",
    )  # fmt: skip

wanted = replace(
    scope, query=query.strip(), sentiments=tuple(sentiments or ()), langs=tuple(langs or ()), brand=brand,
    topic=topic, sources=tuple(chosen),
)  # fmt: skip
if wanted != scope or order != asked:
    put_scope(wanted, today)
    set_parameter("order", "" if order == "newest" else order)
    set_parameter("page_mentions", "")
    st.rerun()

with st.container(horizontal=True, vertical_alignment="center"):
    if scope.author:
        st.caption(_("Only posts by {author}").format(author=escape(scope.author)))
    watched = {item.id: item.words for item in queries.watched(url, revision)}
    if scope.watch is not None:
        name = watched.get(scope.watch, "")
        st.caption(_("Only posts near the watched subject “{name}”").format(name=escape(name)))
    if scope.part is not None:
        st.caption(_("Only a sub-topic"))
    if scope.area is not None:
        st.caption(_("Only a part of the map"))
    unfold = st.toggle(_("Show every copy"), parameter("copies") == "all", key="copies")
    set_parameter("copies", "all" if unfold else "")
    filtered = wanted != type(scope)(scope.since, scope.until)
    if filtered and st.button(_("Remove all filters"), key="clear", type="tertiary", icon=":material/filter_alt_off:"):
        put_scope(type(scope)(scope.since, scope.until), today)
        set_parameter("page_mentions", "")
        st.rerun()

cards(wanted, "mentions", folded=not unfold, order=order)
