"""The model that tells which posts are alike: which one it is, another from the hub, and the way back."""

from __future__ import annotations

import subprocess
from datetime import date

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import now
from dashboard.views.allowed import only, plain_view
from dashboard.words.labels import escape
from dashboard.words.language import _, percent
from data.actor import needs
from data.jobs import recent_jobs
from data.scope import Scope
from data.settings import ROOT

PACKAGED = "minilm-use-1"
ENGLISH_ALONE = "all-MiniLM-L6-v2"


def model_note() -> None:
    """Say what the English model alone cannot do, where there are French posts."""
    if topic_reads.topic_model() != ENGLISH_ALONE:
        return
    today = now().date()
    if post_reads.counted(Scope(date(today.year - 1, 1, 1), today, langs=("fr",)))[0]:
        st.caption(
            ":material/translate: "
            + _(
                "Posts are compared with a model made for English, as the one for both languages is missing on this "
                "machine: French and English posts on the same thing stay in separate topics. Activity says what is "
                "missing; until then, merge such topics by hand."
            )
        )


@st.fragment(run_every=3.0)
@plain_view
def model_choice() -> None:
    """The model in use, and a button that fetches the multilingual one or goes back."""
    used = topic_reads.topic_model()
    running = next((job for job in recent_jobs(cache.store(), 5) if job.kind == "model"), None)
    if running is not None and running.state == "running":
        share = min(1.0, running.done / running.total) if running.total else 0.0
        st.progress(share, _("Fetching the model: {share}").format(share=percent(share)))
        return
    if running is not None and running.state == "failed":
        st.warning(escape(running.error))
    if used in ("", PACKAGED, ENGLISH_ALONE):
        st.caption(
            _(
                "Posts are compared with the models that come with Vigie. Where there is a network, another one for "
                "fifty languages can be fetched (about 480 MB, from huggingface.co); all posts are then grouped anew, "
                "names and links stay. It was not compared with ours on your posts: the way back is here."
            )
        )
        if st.button(_("Fetch the multilingual model"), key="fetch-model", icon=":material/download:", **only(_start)):
            _start("")
    else:
        st.caption(_("Posts are compared with {model}.").format(model=escape(used)))
        if st.button(
            _("Back to the models that come with Vigie"), key="packaged-model", icon=":material/undo:", **only(_start)
        ):
            _start("auto")


@needs("administrator")
def _start(name: str) -> None:
    """In a process of its own: the job that it writes is what is shown."""
    command = cache.command("insights", "model", *([name] if name else []))
    subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    st.toast(_("Started. Activity shows how far it is."))
