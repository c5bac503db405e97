"""Charts as pages draw them: not held against the grammar of charts each time, which was most of what one cost.

The tests hold every chart against it.
"""

from __future__ import annotations

from typing import Any

import altair as alt
from altair.utils import schemapi

schemapi.disable_debug_mode()  # nor is each part of a chart, as it is made


def where_picked(channel: Any, picked: Any, on: float, off: float) -> Any:
    """`alt.condition` as a value of its channel: to find out by itself whose it is, Altair goes through the whole
    grammar."""
    return channel(off, condition=alt.condition(picked, alt.value(on), alt.value(off))["condition"])


class Unchecked:
    """A chart as `st.altair_chart` asks it what it is."""

    def __init__(self, chart: Any) -> None:
        self._chart = chart

    def to_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = self._chart.to_dict(validate=False)
        return told
