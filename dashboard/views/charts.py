"""The one way from a chart to the page: drawn in the language of the session."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.charts.spoken import spoken
from dashboard.charts.unchecked import Unchecked
from dashboard.words.language import current


def show_chart(chart: Any, *, alt: str, **options: Any) -> Any:
    """As `st.altair_chart`; gives what was picked in it. `alt` is read aloud in its place.

    A chart with a key has its room from the start, in whole hundreds of pixels (`web/first_page.css`): it is drawn a
    moment after what stands below it.
    """
    high = getattr(chart, "height", None)
    key = options.get("key")
    room = st.container(key=f"room-{high // 100}-{key}") if key and isinstance(high, int) and high >= 100 else st
    drawn: Any = Unchecked(spoken(chart, current()))
    return room.altair_chart(drawn, alt=alt, **options)
