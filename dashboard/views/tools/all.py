"""New tools as a radar, as a table, and as a weekly note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.charts.tools import Blip, radar_chart
from dashboard.reads import cache
from dashboard.reads import tools as tool_reads
from dashboard.reads import topics as topic_reads
from dashboard.state import PICK_A_ROW, now, parameter, picked_mark, picked_row, set_parameter
from dashboard.views.charts import show_chart
from dashboard.views.page import open_page
from dashboard.views.passages import quoted_words
from dashboard.words.labels import escape
from dashboard.words.language import _, colon, day, hundredths, n_
from dashboard.words.tools import stage_help, stage_names, weekly_note
from dashboard.words.topics import by_name
from data.scope import Scope
from data.tools.listing import Tool

SECTORS = 5
ON_RADAR = 40
QUOTED = 8  # tools under the radar, each with the sentence that says what it is


def _nothing(scope: Scope) -> None:
    st.info(_("No new tool was named in this period. Widen it to see earlier ones."), icon=":material/radar:")
    if scope.days < 90 and st.button(_("Look at 90 days"), key="widen"):
        set_parameter("days", "90")
        st.rerun()


def open_tool(tool_id: int) -> None:
    set_parameter("tool", str(tool_id))
    st.rerun()


def themes_of(items: Sequence[Tool]) -> tuple[dict[int, int], list[tuple[int, str]]]:
    """(tool -> sector; (topic, name) of each sector): the topics in which most tools are named, 0 for the rest."""
    labels = by_name(topic_reads.topic_names())
    counted = Counter(item.topic for item in items if item.topic in labels)
    largest = [topic for topic, _n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:SECTORS]]
    names = [(topic, labels[topic]) for topic in largest]
    rest = any(item.topic not in largest for item in items)
    sector_of = {item.id: largest.index(item.topic) if item.topic in largest else len(largest) for item in items}
    return sector_of, [*names, *([(0, _("Other subjects"))] if rest else [])]


def radar(scope: Scope) -> None:
    """Rings by stage, sectors by subject; a click opens a tool."""
    items = tool_reads.tools(scope.since, scope.until, tool_reads.SHOWN)
    if not items:
        _nothing(scope)
        return
    shown = items[:ON_RADAR]  # those with the best evidence
    sector_of, names = themes_of(shown)
    blips = [
        Blip(item.id, item.name, item.stage, sector_of[item.id], item.posts, day(item.first_at.date()))
        for item in shown
    ]
    event = show_chart(
        radar_chart(
            blips,
            [name for _topic, name in names],
            stage_names(),
            posts=_("Posts"),
            first_seen=_("First seen"),
            stage=_("Stage"),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="tool",
        key="radar",
        alt=_("Radar of new tools"),
    )
    chosen = picked_mark(event, "tool")
    if chosen is not None:
        open_tool(int(chosen))
    _sectors(names)
    told = n_("{n} new tool", "{n} new tools", len(items))
    st.caption(
        told + " · " + _("nearer to the middle, more people use it; sectors are the subjects where it is named.")
    )
    if len(items) > len(shown):
        st.caption(n_("{n} more in the table", "{n} more in the table", len(items) - len(shown)))
    _left_out(scope.since, scope)
    _quoted(shown)
    with st.expander(_("What the stages mean"), icon=":material/help:"):
        for stage, name in stage_names().items():
            st.markdown(f"**{name}**: {stage_help()[stage]}")


def _left_out(since: date, scope: Scope) -> None:
    """How many names are not shown, and why."""
    waiting = tool_reads.waiting(since, scope.until)
    if waiting:
        told = n_("{n} other name is left out", "{n} other names are left out", waiting)
        why = _(
            "too little says that they are tools: it takes a link, a sentence that says so, or people in two places."
        )
        st.caption(f"{told}{colon()}{why}")


def _quoted(items: Sequence[Tool]) -> None:
    """The surest tools, each with the sentence that says what it is."""
    said = tool_reads.definitions(items[:QUOTED])
    if not said:
        return
    st.header(_("What says that they are tools"), anchor=False)
    for item in items[:QUOTED]:
        if item.id in said:
            if st.button(escape(item.name), key=f"said-{item.id}", type="tertiary"):
                open_tool(item.id)
            quoted_words(said[item.id].words, said[item.id].post)


def _sectors(names: Sequence[tuple[int, str]]) -> None:
    """Numbers of the sectors with their names, each the way to its topic."""
    with st.container(horizontal=True, gap="small"):
        for number, (topic, name) in enumerate(names, start=1):
            if not topic:
                st.caption(f"{number} · {escape(name)}")
            elif st.button(f"{number} · {escape(name)}", key=f"sector-{topic}", type="tertiary"):
                open_page("topics", topic=str(topic))


def table(scope: Scope, view: str) -> None:
    """The same in a table; a click on a row opens one."""
    decisions = {"aside": tool_reads.ASIDE, "followed": ("follow",)}.get(view, tool_reads.SHOWN)
    since = scope.since if view == "table" else scope.until - timedelta(days=3_600)
    items = tool_reads.tools(since, scope.until, decisions)
    if not items:
        if view == "table":
            _nothing(scope)
        else:
            st.info(_("None yet: choose on the page of a tool."), icon=":material/bookmark:")
        return
    event = st.dataframe(
        _frame(items),
        hide_index=True,
        width="stretch",
        height=min(700, 38 + 35 * len(items)),
        column_config=_columns(),
        on_select="rerun",
        selection_mode=PICK_A_ROW,
        key=f"tools-{view}-{parameter('days')}",
        alt=_("New tools"),
    )
    st.caption(_("Click a row to open the tool.") + " " + _("Those with the best evidence come first."))
    if view == "table":
        _left_out(since, scope)
    row = picked_row(event, len(items))
    if row is not None:
        open_tool(items[row].id)


def _frame(items: Sequence[Tool]) -> pd.DataFrame:
    stages = stage_names()
    said = tool_reads.definitions(items)
    return pd.DataFrame(
        {
            "name": [item.name for item in items],
            "said": [" ".join(said[item.id].words.split()) if item.id in said else "" for item in items],
            "stage": [stages[item.stage] for item in items],
            "first": [item.first_at.date() for item in items],
            "posts": [item.posts for item in items],
            "recent": [item.recent for item in items],
            "before": [item.before for item in items],
            "people": [item.story.authors for item in items],
            "places": [item.story.places for item in items],
            "negative": [100 * item.negative / max(1, item.posts) for item in items],
            "sure": [100 * item.evidence for item in items],
            "test": [item.to_test for item in items],
            "assigned": [item.assigned for item in items],
        }
    )


def _columns() -> dict[str, ColumnConfig]:
    column = st.column_config
    return {
        "name": column.TextColumn(_("Tool"), pinned=True),
        "said": column.TextColumn(
            _("What says so"), width="large", help=_("The sentence that says that it is a tool.")
        ),
        "stage": column.TextColumn(_("Stage"), width=90),
        "first": column.DateColumn(_("First seen"), format="D MMM YYYY", width=100),
        "posts": column.NumberColumn(_("Posts"), width="small"),
        "recent": column.NumberColumn(_("Last 7 days"), width=95),
        "before": column.NumberColumn(_("7 days before"), width=110),
        "people": column.NumberColumn(_("People"), width="small"),
        "places": column.NumberColumn(_("Places"), width="small"),
        "negative": column.ProgressColumn(_("Negative"), format=hundredths(), min_value=0, max_value=100),
        "sure": column.ProgressColumn(
            _("Sure it is a tool"),
            format=hundredths(),
            min_value=0,
            max_value=100,
            help=_("What people said of it, added up over three of them who speak in different places."),
        ),
        "test": column.CheckboxColumn(_("To test"), width="small"),
        "assigned": column.TextColumn(_("Assigned"), width="small"),
    }


def week(scope: Scope) -> None:
    """What was first seen in the last seven days of the period, ready to share."""
    first_day = scope.until - timedelta(days=6)
    noted = tool_reads.first_seen(first_day, scope.until)
    note = partial(weekly_note, noted, day(first_day), day(scope.until), demo=cache.settings().demo)
    text = note()
    st.caption(n_("{n} tool first seen in these seven days", "{n} tools first seen in these seven days", len(noted)))
    with st.container(border=True):
        st.markdown(note(shown=True))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            _("Download"),
            text,
            f"vigie-tools-{now().date().isoformat()}.md",
            "text/markdown",
            icon=":material/download:",
        )
        with st.popover(_("Copy the text"), icon=":material/content_copy:"):
            st.code(text, language=None, wrap_lines=True)
