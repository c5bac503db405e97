"""What others do with the posts of a page while it is open: said on their cards, without anything being drawn anew."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.reads import inbox as inbox_reads
from dashboard.state import forget, remember, remembered
from dashboard.views.allowed import plain_view
from dashboard.words.inbox import event_words
from dashboard.words.labels import escape
from dashboard.words.language import _
from data.actor import actor
from data.inbox.triage import Known

EVERY = 2.0  # seconds between two looks, each a look at the record's revision unless something changed
PLACES, SEEN = "live_places", "live_seen"


def begin() -> None:
    """At the start of a page, before its posts are read: what is changed while it is drawn is news too."""
    remember(SEEN, inbox_reads.known())


def seen() -> Known:
    """What the page that is shown knows of changes."""
    known: Known | None = remembered(SEEN)
    return known or inbox_reads.known()


def place(post_id: int) -> None:
    """Here, on its card, stands what others do with a post."""
    places = remembered(PLACES, {})
    places.setdefault(post_id, []).append(st.empty())
    remember(PLACES, places)


def watch() -> None:
    """At the end of a page: look from now on, for who has signed in. Nobody else is there on this computer alone."""
    places = remembered(PLACES, {})
    forget(PLACES)
    if places and actor().account:
        _on_cards(places, seen())


def watch_one(post_id: int, known: Known) -> None:
    """Here, in a box of its own, stands what others did with its post since it was opened."""
    if actor().account:
        _here(post_id, known)


@st.fragment(run_every=EVERY)
@plain_view
def _on_cards(places: dict[int, list[DeltaGenerator]], known: Known) -> None:
    told = _told(tuple(places), known)
    for post_id, spots in places.items():
        for spot in spots:
            if post_id in told:
                spot.caption(told[post_id])
            else:
                spot.empty()  # a fragment may write later where it wrote as the page was drawn


@st.fragment(run_every=EVERY)
@plain_view
def _here(post_id: int, known: Known) -> None:
    for line in _told((post_id,), known).values():
        st.caption(line)


def _told(ids: tuple[int, ...], known: Known) -> dict[int, str]:
    lines: dict[int, list[str]] = {}
    for event in inbox_reads.by_others(ids, known, actor().account):
        lines.setdefault(event.post, []).append(escape(event_words(event)))
    words = _("Just now: {what}")
    return {post_id: f":material/group: {words.format(what='; '.join(some))}" for post_id, some in lines.items()}
