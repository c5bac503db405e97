"""What waits, what was done and what was taught, as pages read it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime

import numpy as np
import streamlit as st

from dashboard.reads import cache
from dashboard.reads.cache import MAX_ENTRIES
from data.inbox import learning, triage, verbatims
from data.inbox import moderation as inbox_moderation
from data.inbox import ours as inbox_ours
from data.inbox import threads as inbox_threads
from data.inbox import waiting as inbox
from data.models import Post, Triage, date_to_day
from data.posts import reads as posts
from data.posts.quotes import Quote
from data.schema import IDS_PER_DAY
from data.settings import REFERENCE, ROOT


@st.cache_data(max_entries=20, show_spinner=False)
def people(url: str, revision: int) -> list[str]:
    """Names that changes are noted under, or posts assigned to."""
    with cache.store().read() as connection:
        return triage.people(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def own_accounts(url: str, revision: int) -> list[str]:
    with cache.store().read() as connection:
        return inbox_ours.own_accounts(connection)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def triage_states(ids: tuple[int, ...], url: str, revision: int) -> dict[int, Triage]:
    with cache.store().read() as connection:
        return triage.triage_of(connection, ids)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def in_basket(post_id: int, url: str, revision: int) -> bool:
    with cache.store().read() as connection:
        return bool(verbatims.basket_posts(connection, (post_id,)))


@st.cache_data(max_entries=20, show_spinner=False)
def quotes(names: bool, url: str, revision: int) -> list[Quote]:
    """The basket, with names or pseudonyms of its authors."""
    with cache.store().read() as connection:
        return verbatims.quotes(connection, names=names)


@st.cache_data(max_entries=50, show_spinner=False)
def to_answer(
    hour: datetime, since: date, who: str, kind: str, url: str, revision: int
) -> tuple[list[inbox.Asked], int]:
    """(what waits for an answer since a day, how many older posts wait)."""
    with cache.store().read() as connection:
        first = date_to_day(since) * IDS_PER_DAY
        return inbox.to_answer(connection, hour, first_id=first, who=who, kind=kind)


@st.cache_data(max_entries=50, show_spinner=False)
def answered(since: date, until: date, url: str, revision: int) -> list[tuple[int, int]]:
    """(what was asked of us, our answer) for the answers of a period, the latest first."""
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    with cache.store().read() as connection:
        return inbox.answered(connection, first, last)


@st.cache_data(max_entries=50, show_spinner=False)
def done_since(midnight: datetime, url: str, revision: int) -> int:
    """Posts handled or decided upon since a moment."""
    with cache.store().read() as connection:
        return triage.done_since(connection, midnight)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def past_answers(post_id: int, url: str, revision: int) -> list[tuple[Post, float]]:
    """Posts of ours that may answer an inquiry."""
    with cache.store().read() as connection:
        found = inbox.past_answers(connection, post_id)
        held = {post.id: post for post in posts.posts_by_id(connection, [i for i, _ in found])}
        return [(held[i], near) for i, near in found if i in held]


@st.cache_data(max_entries=50, show_spinner=False)
def to_moderate(
    today: datetime, since: date, watched: bool, number: int, size: int, url: str, revision: int
) -> tuple[list[inbox_moderation.Case], int]:
    with cache.store().read() as connection:
        first = date_to_day(since) * IDS_PER_DAY
        return inbox_moderation.to_moderate(connection, today, first_id=first, watched=watched, page=number, size=size)


@st.cache_data(max_entries=50, show_spinner=False)
def hot_threads(since: date, least: float, url: str, revision: int) -> list[inbox_moderation.HotThread]:
    with cache.store().read() as connection:
        return inbox_moderation.hot_threads(connection, date_to_day(since) * IDS_PER_DAY, least)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def heat_of_thread(kind: str, root: str, url: str, revision: int) -> inbox_moderation.HotThread | None:
    with cache.store().read() as connection:
        return inbox_moderation.heat_of_thread(connection, kind, root)


@st.cache_data(max_entries=MAX_ENTRIES, show_spinner=False)
def thread(post_id: int, url: str, revision: int) -> list[int]:
    with cache.store().read() as connection:
        return inbox_threads.thread_of(connection, post_id)


@st.cache_data(max_entries=20, show_spinner=False)
def judged(url: str, revision: int) -> tuple[int, int]:
    """(posts judged, those that were not fine) in the moderation queue."""
    with cache.store().read() as connection:
        return inbox_moderation.judged(connection)


@st.cache_resource(show_spinner=False)
def toxicity_figures() -> dict[str, float]:
    """Precision and recall of the queue on labelled posts, kept with the weights."""
    with np.load(REFERENCE / "toxicity.npz") as stored:
        return dict(json.loads(str(stored["held_out"])))


@st.cache_data(max_entries=20, show_spinner=False)
def word_tones(url: str, revision: int) -> dict[str, str]:
    with cache.store().read() as connection:
        return learning.word_tones(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def lessons(url: str, revision: int) -> tuple[int, list[learning.Learned]]:
    """(tone labels that people gave, layers that were tried)."""
    with cache.store().read() as connection:
        return len(learning.tone_labels(connection)), learning.learned(connection)


@st.cache_data(max_entries=20, show_spinner=False)
def word_preview(word: str, tone: str, url: str, revision: int) -> tuple[int, list[tuple[int, str, str]]]:
    """(posts that hold a word, (post, tone now, tone then) of those that would change). The models stay out of the
    app's process: another one reads the posts."""
    command = [sys.executable, "-m", "insights", "word", tone, "--", word]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    found = json.loads(done.stdout)
    return int(found["posts"]), [(int(i), a, b) for i, a, b in found["changes"]]
