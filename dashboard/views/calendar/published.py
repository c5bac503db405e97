"""What a published item brought: found again among our posts, measured as an action."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.reads import reputation as reputation_reads
from dashboard.state import now
from dashboard.views.page import open_page
from dashboard.words.actions import effect_sentence
from dashboard.words.labels import escape
from dashboard.words.language import _
from data.content.calendar import Item


def brought(item: Item) -> None:
    """Nothing while it was not found again."""
    if not item.post:
        return
    st.success(_("Found again among your posts."), icon=":material/done_all:")
    if st.button(_("Its thread"), key=f"its-thread-{item.id}", type="tertiary", icon=":material/account_tree:"):
        open_page("mentions", post=str(item.post))
    since = (item.day or now().date()) - timedelta(days=3)
    done = reputation_reads.actions(since, now().date())
    action = next((a for a in done if a.id == item.action), None)
    effects = action.measured.effects if action is not None else ()
    for effect in effects:
        st.write(escape(effect_sentence(effect)))
    if not effects:
        st.caption(_("What it brought is measured from the third day on."))
