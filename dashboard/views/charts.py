"""The one way from a chart to the page: drawn in the language of the session."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.charts.spoken import spoken
from dashboard.words.language import current


def show_chart(chart: Any, *, alt: str, **options: Any) -> Any:
    """As `st.altair_chart`; gives what was picked in it. `alt` is read aloud in its place."""
    return st.altair_chart(spoken(chart, current()), alt=alt, **options)
