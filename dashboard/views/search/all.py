"""The page of a search: names first, then the posts; help and documents open in place."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import search as search_reads
from dashboard.reads.search import words_of_document
from dashboard.state import now, parameter, set_parameter
from dashboard.views.page import back, open_page
from dashboard.views.posts import cards
from dashboard.views.search.found import Found, found, meant, name_of_part
from dashboard.words.help.keys import KEYS
from dashboard.words.labels import escape
from dashboard.words.language import _, current, n_
from data.scope import MAX_DAYS, scope_of, scope_to_parameters

LONGEST = 120  # characters of what stands beside a name


def button() -> None:
    """In the sidebar, and under the key that opens a search nearly everywhere."""
    if st.button(
        _("Search everywhere"), key="search-all", icon=":material/search:", shortcut=KEYS["search"], width="stretch"
    ):
        open_page("search")


def everywhere() -> None:
    """The box, what it finds, and what may have been meant."""
    read = search_reads.document(parameter("read"), current())
    if read is not None:
        _document(read)
        return
    query = st.text_input(
        _("Search everywhere"),
        parameter("q"),
        max_chars=200,
        icon=":material/search:",
        placeholder=_("Posts, topics, people, debates, tools, ideas, reports, help"),
        label_visibility="collapsed",
        key=f"everywhere-{parameter('q')}",
    ).strip()
    if query != parameter("q"):
        set_parameter("q", query)
        st.rerun()
    if not query:
        st.caption(_("Write what you look for."))
        return
    kinds = found(query)
    scope = scope_of(lambda name: {"q": query, "days": str(MAX_DAYS)}.get(name, ""), now().date())
    known = post_reads.counted_so_far(scope)
    posts = known.posts
    if not kinds and not posts:
        st.info(_("Nothing has these words."), icon=":material/search_off:")
    if not posts or not kinds:
        _ask(meant(query))
    for kind in kinds:
        st.header(escape(kind.title), anchor=False)
        for place, one in enumerate(kind.found):
            _row(one, f"{kind.title}-{place}")
        if kind.more:
            st.caption(n_("and {n} more", "and {n} more", kind.more))
    if posts:
        st.header(_("Posts"), anchor=False)
        words = _("Read these posts") if known.more else n_("Read {n} post", "Read {n} posts", posts)
        if st.button(words, key="all-found", icon=":material/forum:"):
            open_page("mentions", **scope_to_parameters(scope, now().date()))
        cards(scope, "search")


def _document(part: search_reads.Part) -> None:
    """A part of a document that comes with this version; its links open others, in the same language and workspace."""
    back(_("Back to the list"), "read", key="document-back")
    st.header(escape(name_of_part(part)), anchor=False)
    if part.lang != current():
        st.caption(_("There is no version of this document in your language yet."))
    kept = urlencode({name: parameter(name) for name in ("lang", "ws") if parameter(name)})
    st.markdown(words_of_document(part.key, current(), kept))


def _ask(words: str) -> None:
    if words and st.button(_("Did you mean “{words}”?").format(words=escape(words)), key="meant", type="tertiary"):
        set_parameter("q", words)
        st.rerun()


def _row(one: Found, key: str) -> None:
    """A name that opens what it is the name of; a meaning is read here."""
    about = one.about if len(one.about) <= LONGEST else one.about[:LONGEST] + "…"
    if one.page == "search" and not one.parameters:
        st.markdown(f"**{escape(one.name)}**: {escape(one.about)}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"found-{key}"):
        if st.button(
            escape(one.name) or "–", key=f"found-button-{key}", type="tertiary", icon=":material/arrow_forward:"
        ):
            open_page(one.page, **one.parameters)
        if one.page != "search":
            st.caption(escape(" ".join(about.split())))
