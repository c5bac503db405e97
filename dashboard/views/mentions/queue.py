"""What the two queues share: how many items a page shows, and the one that the keyboard acts on."""

from __future__ import annotations

import streamlit as st

from dashboard.state import remember, remembered
from dashboard.words.language import _

SHOWN = 10  # groups or cases on a page


def focus(number: int, keys: str) -> int:
    """Which item has the keyboard; J and K move it, `keys` says what others do."""
    place = min(max(0, int(remembered("focus", 0))), max(0, number - 1))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(_("Next one"), key="focus-next", type="tertiary", shortcut="j", disabled=place >= number - 1):
            remember("focus", place + 1)
            st.rerun()
        if st.button(_("Previous one"), key="focus-back", type="tertiary", shortcut="k", disabled=place == 0):
            remember("focus", place - 1)
            st.rerun()
        st.caption(keys)
    return place
