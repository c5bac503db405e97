"""Runs of collect, refresh and import, as they go."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import now
from dashboard.views.allowed import plain_view
from dashboard.views.page import Colour
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, colon, count, moment, n_, percent
from dashboard.words.sources import job_name, job_state, left_words, step_name
from data.jobs import lease_holder, recent_jobs
from data.models import Job
from data.topics.fits import missing_models

STATE_COLOURS: dict[str, Colour] = {"running": "blue", "done": "green", "failed": "red", "interrupted": "orange"}


@st.fragment(run_every=3.0)
@plain_view
def activity() -> None:
    """What the record holds, whether a worker runs, and the latest runs."""
    content = post_reads.content()
    told = [n_("{n} post in store", "{n} posts in store", content.posts)]
    if content.waiting:
        told.append(n_("{n} waits to be read", "{n} wait to be read", content.waiting))
    worker = lease_holder(cache.store(), "worker", now())
    told.append(_("collecting and reading are on") if worker else _("collecting and reading have stopped"))
    st.caption(" · ".join(told))
    missing = missing_models(cache.store())
    if missing:
        st.warning(
            _(
                "Missing on this machine: {models}. Posts are read and grouped without, less well, above all French "
                "ones. Install the requirements again (make run); where there is no package for this machine, the "
                "rest works."
            ).format(models=escape(missing)),
            icon=":material/extension_off:",
        )
    jobs = recent_jobs(cache.store(), 25)
    if not jobs:
        st.info(_("Nothing has run yet. Add a source, and its first check shows here."), icon=":material/history:")
    for job in jobs:
        _job(job)


def _job(job: Job) -> None:
    """One run: its state, how far it is, what went wrong."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(job_name(job.kind))}**", width="content")
            st.badge(escape(job_state(job.state)), color=STATE_COLOURS.get(job.state, "gray"))
            st.caption(f"{escape(moment(job.started_at))} ({escape(ago(job.started_at, now()))})")
        if job.state == "running" and job.total:
            share = min(1.0, job.done / job.total)
            words = f"{escape(step_name(job.message))}{colon()}{percent(share)}"
            left = job.remaining(now())
            st.progress(share, words if left is None else f"{words} · {left_words(left)}")
        elif job.done:
            size = _("{n} MB").format(n=count(job.done))
            st.caption(size if job.kind == "model" else n_("{n} item", "{n} items", job.done))
        if job.error:
            st.text(job.error)
