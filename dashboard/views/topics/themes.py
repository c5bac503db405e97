"""Themes: topics near in meaning, joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.reads.topics import TopicRow
from dashboard.state import PICK_A_ROW, picked_row, set_parameter
from dashboard.words.language import _, hundredths
from dashboard.words.posts import earlier_words
from dashboard.words.topics import called
from data.scope import Scope


def by_theme(rows: Sequence[TopicRow]) -> dict[int, list[TopicRow]]:
    """Theme -> its topics, most posts first."""
    members: dict[int, list[TopicRow]] = {}
    for row in rows:
        members.setdefault(row.topic.theme, []).append(row)
    return members


def theme_name(members: Sequence[TopicRow]) -> str:
    """The name of a theme: those of its two largest topics."""
    return " · ".join(called(row.topic.name) for row in members[:2])


def growth(now_posts: int, before: int) -> int | None:
    """In per cent; None where there was nothing before."""
    return None if not before else round(100 * (now_posts - before) / before)


def rows_key(table: str, rows: Iterable[int]) -> str:
    """The key of a table of those rows in that order: a click counts though figures changed since it was drawn,
    and is dropped where its row would be another."""
    return f"{table}-{hash(tuple(rows))}"


def series_columns(growth_help: str) -> dict[str, ColumnConfig]:
    """The columns that a table of topics and one of themes have in common."""
    return {
        "posts": st.column_config.NumberColumn(_("Posts"), width=70),
        "growth": st.column_config.NumberColumn(
            _("Growth"),
            format=hundredths("+"),
            width="small",
            help=growth_help,
        ),
        "series": st.column_config.AreaChartColumn(_("Posts a day"), width=100, y_min=0),
    }


def themes(rows: Sequence[TopicRow], scope: Scope) -> None:
    """Topics joined to themes; a click shows the topics of one."""
    members = by_theme(rows)
    posts = {theme: sum(row.posts for row in mine) for theme, mine in members.items()}
    before = {theme: sum(row.before for row in mine) for theme, mine in members.items()}
    order = sorted(members, key=lambda theme: -posts[theme])
    frame = pd.DataFrame(
        {
            "theme": [theme_name(members[theme]) for theme in order],
            "topics": [len(members[theme]) for theme in order],
            "posts": [posts[theme] for theme in order],
            "growth": [growth(posts[theme], before[theme]) for theme in order],
            "series": [[sum(v) for v in zip(*(row.series for row in members[t]), strict=True)] for t in order],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "theme": st.column_config.TextColumn(_("Theme"), width=460),
            "topics": st.column_config.NumberColumn(_("Topics"), width="small"),
            **series_columns(_("Compared with {earlier}.").format(earlier=earlier_words(scope))),
        },
        on_select="rerun",
        selection_mode=PICK_A_ROW,
        placeholder="",
        key=rows_key("theme-table", order),
        alt=_("Themes"),
    )
    st.caption(_("A theme joins topics that are near in meaning, and is named after its two largest. Click to open."))
    row = picked_row(event, len(order))
    if row is not None:
        set_parameter("theme", str(order[row]))
        set_parameter("view", "")
        st.rerun()
