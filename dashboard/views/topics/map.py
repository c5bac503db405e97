"""The map of topics: posts in two dimensions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.charts import topics as charts
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.views.charts import show_chart
from dashboard.views.posts import card, cards
from dashboard.words.language import _, current, n_
from data.scope import Scope


def topic_map(scope: Scope) -> None:
    """Posts in two dimensions; a box around some, or a click on one, opens them."""
    drawn = topic_reads.topic_map(scope.since, scope.until)
    if not drawn.marks:
        st.info(_("No post of this period has a place on the map yet."), icon=":material/map:")
        return
    event = show_chart(
        charts.topic_map(
            drawn.marks, drawn.cells, lang=current(), topic=_("Topic"), others=_("Other topics"), posts=_("Posts")
        ),
        width="stretch",
        on_select="rerun",
        selection_mode=["area", "mark"],
        key=f"map-{scope.since}-{scope.until}",
        alt=_("Map of posts by topic"),
    )
    words = n_("{n} post with a topic", "{n} posts with a topic", drawn.posts)
    if drawn.posts > len(drawn.marks):
        words += ", " + n_("of which {n} is drawn", "of which {n} are drawn", len(drawn.marks))
        words += _("; the grey ground shows all of them")
    st.caption(
        words
        + ". "
        + _("Posts that lie together speak of the same thing; the axes have no meaning of their own.")
        + " "
        + _("Drag a box around posts, or click one, to read them.")
    )
    selection: dict[str, Any] = dict(event.selection or {})
    box, marks = selection.get("area") or {}, selection.get("mark") or []
    if box.get("x") and box.get("y"):
        (left, right), (low, high) = sorted(box["x"]), sorted(box["y"])
        st.header(_("Posts in the box"), anchor=False)
        cards(replace(scope, area=(float(left), float(right), float(low), float(high))), "map")
    elif marks:
        st.header(_("The post that you clicked"), anchor=False)
        for post in post_reads.by_id((int(marks[0]["post"]),)):
            card(post, "mark")
