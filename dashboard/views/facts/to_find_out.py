"""Questions that nothing we know answers: how many people ask, their posts, and the answer to write."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import set_parameter
from dashboard.views.allowed import only
from dashboard.views.page import open_page
from dashboard.views.posts import card
from dashboard.words.facts.told import asked_sentence, find_out_words
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from data.facts import facts

SHOWN = 25
POSTS = 10  # of one question


def show(unknown: Sequence[inbox_reads.Unknown]) -> None:
    """What most people ask first."""
    if not unknown:
        st.success(_("Everything that waits for an answer is known."), icon=":material/done_all:")
        return
    st.caption(
        _("Questions of the last ninety days that wait for an answer and that no valid fact answers, asked alike once.")
    )
    for item in unknown[:SHOWN]:
        _one(item)
    if len(unknown) > SHOWN:
        st.caption(n_("And {n} other.", "And {n} others.", len(unknown) - SHOWN))


def _one(item: inbox_reads.Unknown) -> None:
    post = item.first
    with st.container(border=True, key=f"find-{post.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(asked_sentence(post))}**", width="content")
            st.space("stretch")
            with st.popover(
                find_out_words(item.asked.people, item.asked.places),
                type="tertiary",
                icon=":material/group:",
                key=f"find-posts-{post.id}",
            ):
                for other in post_reads.by_id(item.asked.posts[:POSTS]):
                    card(other, f"find-{post.id}")
            if st.button(
                _("Write the answer"), key=f"find-write-{post.id}", icon=":material/edit:", **only(facts.save_fact)
            ):
                set_parameter("asked", str(post.id))
                set_parameter("fact", "new")
                st.rerun()
        for one in item.expired:
            if st.button(
                _("Renew the fact that expired: {title}").format(title=escape(one.title)),
                key=f"find-renew-{post.id}-{one.id}",
                type="tertiary",
                icon=":material/update:",
                **only(facts.save_fact),
            ):
                open_page("mentions", view="facts", fact=str(one.id))
