"""The keys of the page that is shown: a button in the menu, which "?" presses."""

from __future__ import annotations

import streamlit as st

from dashboard.state import parameter
from dashboard.views.allowed import plain_view
from dashboard.words.help.keys import keys_of
from dashboard.words.labels import escape
from dashboard.words.language import _


def button(page: str) -> None:
    """`page`: its path in the address."""
    if st.button(_("Keys"), key="keys", icon=":material/keyboard:", type="tertiary"):
        # Made here, not where it is written: its title is in the language of this session.
        st.dialog(_("Keys"))(_listed)(page)


@plain_view
def _listed(page: str) -> None:
    mine, everywhere = keys_of(page, parameter("view"))
    for title, keys in ((_("On this page"), mine), (_("On every page"), everywhere)):
        if keys:
            st.markdown(f"**{title}**")
            st.markdown("\n".join(f"- **{escape(key)}** · {escape(words)}" for key, words in keys))
    st.caption(_("They rest while you type in a field."))
