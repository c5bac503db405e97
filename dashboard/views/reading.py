"""The line that says that new posts are being read, on every page while some wait."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import now
from dashboard.views.allowed import plain_view
from dashboard.words.posts import reading_words

EVERY = 3.0  # seconds between two looks


def being_read() -> None:
    """A quiet line with a bar while new posts wait to be read; nothing, and no look again, when none does."""
    unread = post_reads.unread(now())
    if unread is not None:
        _line(bool(unread.done))


@st.fragment(run_every=EVERY)
@plain_view
def _line(begun: bool) -> None:
    """`begun`: the page was drawn when some had been read."""
    unread = post_reads.unread(now())
    if unread is None or (unread.done and not begun):
        st.rerun(scope="app")  # the figures below are behind: the first were read, or the last, when this line goes
    st.progress((unread.done or 0) / unread.total, reading_words(unread.done, unread.total))
