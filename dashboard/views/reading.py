"""The line that says that new posts are being read, on every page while some wait."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import now
from dashboard.words.posts import reading_words

EVERY = 3.0  # seconds between two looks


def being_read() -> None:
    """A quiet line with a bar while new posts wait to be read; nothing, and no look again, when none does."""
    if post_reads.unread(now()) is not None:
        _line()


@st.fragment(run_every=EVERY)
def _line() -> None:
    unread = post_reads.unread(now())
    if unread is None:
        st.rerun(scope="app")  # the figures below are behind, and this line goes
    st.progress((unread.done or 0) / unread.total, reading_words(unread.done, unread.total))
