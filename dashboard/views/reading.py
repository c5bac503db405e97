"""The line that says what is done to what is new, on every page while something is."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads.posts import AtWork
from dashboard.state import now
from dashboard.views.allowed import plain_view
from dashboard.words.labels import escape
from dashboard.words.sources import work_sentence

EVERY = 3.0  # seconds between two looks
SOON = 1.0  # while something starts, which takes seconds


def being_read() -> None:
    """A quiet line with a bar while new posts are fetched and read; nothing, and no look again, when none is."""
    work = post_reads.at_work(now())
    if work is not None:
        (_starting if work.step in {"fetch", "begin"} else _going)(_stage(work))


def _stage(work: AtWork | None) -> str:
    """What the figures of a page hang on: they are behind when it changes."""
    if work is None or work.step in {"fetch", "wait", "begin"}:
        return work.step if work is not None else ""
    return "begun" if work.step == "understand" and not work.done else "reading" if work.step == "understand" else "on"


@st.fragment(run_every=SOON)
@plain_view
def _starting(stage: str) -> None:
    _line(stage)


@st.fragment(run_every=EVERY)
@plain_view
def _going(stage: str) -> None:
    _line(stage)


def _line(stage: str) -> None:
    """`stage`: what was at work as the page was drawn."""
    work = post_reads.at_work(now())
    if work is None or _stage(work) != stage:
        st.rerun(scope="app")
    share = min(1.0, work.done / work.total) if work.total else 0.0
    st.progress(share, escape(work_sentence(work.step, work.done, work.total, work.left)))
