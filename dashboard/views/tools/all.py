"""New tools as a radar, as a table, and as a weekly note."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard.charts import tools as tool_charts
from dashboard.charts.tools import Blip
from dashboard.reads import cache
from dashboard.reads import tools as tool_queries
from dashboard.reads import topics as topic_reads
from dashboard.state import now, parameter, picked_mark, set_parameter
from dashboard.views.debates import all as debate_views
from dashboard.views.page import open_page
from dashboard.words.labels import escape
from dashboard.words.language import _, day, n_
from dashboard.words.tools import stage_help, stage_names, weekly_note
from data.models import Scope
from data.tools import Tool, full_text

SECTORS = 5
ON_RADAR = 40


def _found(scope: Scope, decisions: tuple[str, ...] = tool_queries.SHOWN) -> list[Tool]:
    return tool_queries.tools(scope.since, scope.until, decisions)


def _nothing(scope: Scope) -> None:
    st.info(_("No new tool was named in this period. Widen it to see earlier ones."), icon=":material/radar:")
    if scope.days < 90 and st.button(_("Look at 90 days"), key="widen"):
        set_parameter("days", "90")
        st.rerun()


def open_tool(tool_id: int) -> None:
    set_parameter("tool", str(tool_id))
    st.rerun()


def themes_of(found: list[Tool]) -> tuple[dict[int, int], list[tuple[int, str]]]:
    """(tool -> sector; (topic, name) of each sector): the topics in which most tools are named, 0 for the rest."""
    labels = topic_reads.topic_names()
    counted = Counter(item.topic for item in found if item.topic in labels)
    largest = [topic for topic, _n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:SECTORS]]
    names = [(topic, labels[topic]) for topic in largest]
    rest = any(item.topic not in largest for item in found)
    sector_of = {item.id: largest.index(item.topic) if item.topic in largest else len(largest) for item in found}
    return sector_of, [*names, *([(0, _("Other subjects"))] if rest else [])]


def radar(scope: Scope) -> None:
    """Rings by stage, sectors by subject; a click opens a tool."""
    found = _found(scope)
    if not found:
        _nothing(scope)
        return
    shown = sorted(found, key=lambda item: (-item.posts, item.id))[:ON_RADAR]
    sector_of, names = themes_of(shown)
    blips = [
        Blip(item.id, item.name, item.stage, sector_of[item.id], item.posts, day(item.first_at.date()))
        for item in shown
    ]
    event = st.altair_chart(
        tool_charts.radar_chart(
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
    with st.container(horizontal=True, gap="small"):
        for number, (topic, name) in enumerate(names, start=1):
            if not topic:
                st.caption(f"{number} · {name}")
            elif st.button(f"{number} · {escape(name)}", key=f"sector-{topic}", type="tertiary"):
                open_page("topics", topic=str(topic))
    told = n_("{n} new tool", "{n} new tools", len(found))
    st.caption(
        told + " · " + _("nearer to the middle, more people use it; sectors are the subjects where it is named.")
    )
    if len(found) > len(shown):
        st.caption(n_("{n} more in the table", "{n} more in the table", len(found) - len(shown)))
    with st.expander(_("What the stages mean"), icon=":material/help:"):
        for stage, name in stage_names().items():
            st.markdown(f"**{name}**: {stage_help()[stage]}")


def table(scope: Scope, view: str) -> None:
    """The same in a table; a click on a row opens one."""
    decisions = {"aside": tool_queries.ASIDE, "followed": ("follow",)}.get(view, tool_queries.SHOWN)
    wide = scope if view == "table" else replace(scope, since=scope.until - timedelta(days=3_600))
    found = _found(wide, decisions)
    if not found:
        if view == "table":
            _nothing(scope)
        else:
            st.info(_("None yet: choose on the page of a tool."), icon=":material/bookmark:")
        return
    frame = pd.DataFrame(
        {
            "name": [item.name for item in found],
            "stage": [stage_names()[item.stage] for item in found],
            "first": [item.first_at.date() for item in found],
            "posts": [item.posts for item in found],
            "recent": [item.recent for item in found],
            "before": [item.before for item in found],
            "people": [item.facts.get("authors", 0) for item in found],
            "places": [item.facts.get("places", 0) for item in found],
            "negative": [100 * item.negative / max(1, item.posts) for item in found],
            "sure": [100 * item.evidence for item in found],
            "test": [item.to_test for item in found],
            "assigned": [item.assigned for item in found],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        height=min(700, 38 + 35 * max(1, len(frame))),
        column_config={
            "name": st.column_config.TextColumn(_("Tool"), pinned=True),
            "stage": st.column_config.TextColumn(_("Stage"), width="small"),
            "first": st.column_config.DateColumn(_("First seen"), format="D MMM YYYY", width="small"),
            "posts": st.column_config.NumberColumn(_("Posts"), width="small"),
            "recent": st.column_config.NumberColumn(_("Last 7 days"), width="small"),
            "before": st.column_config.NumberColumn(_("7 days before"), width="small"),
            "people": st.column_config.NumberColumn(_("People"), width="small"),
            "places": st.column_config.NumberColumn(_("Places"), width="small"),
            "negative": st.column_config.ProgressColumn(_("Negative"), format="%d %%", min_value=0, max_value=100),
            "sure": st.column_config.ProgressColumn(
                _("Sure it is new"),
                format="%d %%",
                min_value=0,
                max_value=100,
                help=_("What people said of it, added up over three of them."),
            ),
            "test": st.column_config.CheckboxColumn(_("To test"), width="small"),
            "assigned": st.column_config.TextColumn(_("Assigned"), width="small"),
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"tools-{view}-{parameter('days')}",
        alt=_("New tools"),
    )
    st.caption(_("Click a row to open the tool."))
    if event.selection.rows:
        open_tool(found[event.selection.rows[0]].id)


def week(scope: Scope) -> None:
    """What was first seen in the last seven days of the period, ready to share."""
    last = replace(scope, since=scope.until - timedelta(days=6))
    first_day = last.since
    found = [item for item in _found(last) if item.first_at.date() >= first_day]
    posts = debate_views.posts_of([d for item in found if (d := item.facts.get("definition"))])
    rows = []
    for item in found:
        part = item.facts.get("definition")
        post = posts.get(int(part[0])) if part else None
        words = full_text(post.title, post.plain)[int(part[1]) : int(part[2])] if post is not None else ""
        links = item.facts.get("links", [])
        link = str(links[0][0]) if links else (post.url if post is not None else "")
        rows.append((item, words, post.author if post is not None else "", link if link.startswith("http") else ""))
    text = weekly_note(rows, day(first_day), day(scope.until), demo=cache.settings().demo)
    st.caption(n_("{n} tool first seen in these seven days", "{n} tools first seen in these seven days", len(found)))
    with st.container(border=True):
        st.markdown(text)
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
