"""Activity: what runs now, what ran, and what went wrong."""

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import now
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, moment, n_, percent
from dashboard.words.sources import job_name, job_state, step_name
from data.jobs import lease_holder, recent_jobs

st.title(_("Activity"), anchor=False)
store = cache.store()


@st.fragment(run_every=3.0)
def jobs() -> None:
    content = post_reads.content()
    words = [n_("{n} post in store", "{n} posts in store", content.posts)]
    if content.waiting:
        words.append(n_("{n} waits to be read", "{n} wait to be read", content.waiting))
    worker = lease_holder(store, "worker", now())
    words.append(_("the worker is running") if worker else _("no worker is running"))
    st.caption(" · ".join(words))
    found = recent_jobs(store, 25)
    if not found:
        st.info(_("Nothing has run yet. Add a source, and its first check shows here."), icon=":material/history:")
    for job in found:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{job_name(job.kind)}**", width="content")
                state, colour = job_state(job.state)
                st.badge(state, color=colour)
                st.caption(f"{escape(moment(job.started_at))} ({escape(ago(job.started_at, now()))})")
            if job.state == "running" and job.total:
                share = min(1.0, job.done / job.total)
                words = f"{escape(step_name(job.message))}: {percent(share)}"
                left = job.remaining(now())
                if left is not None and left >= 60:
                    words += " · " + n_("about {n} minute left", "about {n} minutes left", round(left / 60))
                elif left is not None:
                    words += " · " + _("less than a minute left")
                st.progress(share, words)
            elif job.done:
                st.caption(n_("{n} item", "{n} items", job.done))
            if job.error:
                st.text(job.error)


jobs()
