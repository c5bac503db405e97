"""A conversation as a tree."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.views.allowed import only
from dashboard.views.mentions.triage import triage_row
from dashboard.views.page import back, open_page
from dashboard.views.posts import card
from dashboard.words.inbox import TOLD, heat_words
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from data.events import events
from data.inbox.threads import MOST, in_reading_order


def thread_page(post_id: int) -> None:
    """A conversation as a tree: our replies marked, removed posts shown as removed."""
    back(_("Back"), "post", key="leave-thread")
    ids = inbox_reads.thread(post_id)
    posts = post_reads.by_id(tuple(ids))
    if not posts:
        st.info(_("This post is not in the record any more."), icon=":material/search_off:")
        return
    st.header(_("Thread"), anchor=False)
    people = len({post.author for post in posts if post.author})
    st.caption(
        n_("{n} post", "{n} posts", len(posts))
        + " · "
        + n_("{n} person", "{n} people", people)
        + (" · " + _("only those nearest to the post are shown") if len(posts) == MOST else "")
    )
    heat = inbox_reads.heat_of_thread(posts[0].source_kind, posts[0].root_id or posts[0].native_id)
    if heat is not None and heat.heat >= TOLD:
        st.caption(":material/thermostat: " + escape(heat_words(heat)))
    if st.button(
        _("Make an event of it"),
        key="thread-event",
        type="tertiary",
        icon=":material/celebration:",
        **only(events.save_event),
    ):
        open_page("calendar", event="new", thread=str(ids[0]))
    states = inbox_reads.triage_states(tuple(ids))
    for post, depth, missing in in_reading_order(posts):
        with st.container(horizontal=True, gap="small"):
            if depth:
                st.space(12 * min(depth, 8))
            with st.container(width="stretch"):
                if missing:
                    st.caption(":material/block: " + _("The post that it replies to is not in the record."))
                if post.removed_at is not None:
                    st.caption(":material/delete: " + _("Removed from its network, shown as it was read:"))
                card(post, "thread", actions=triage_row(states[post.id]), here=post.id == post_id)
