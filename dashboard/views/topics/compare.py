"""Two periods compared: which topics are new, gone, grew or shrank."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.reads import topics as topic_reads
from dashboard.reads.topics import Compared
from dashboard.state import PICK_A_ROW, now, picked_row, set_parameter
from dashboard.views.topics.one import open_topic
from dashboard.views.topics.themes import rows_key
from dashboard.words.language import _, colon, count, days, typed_days
from dashboard.words.topics import called, kinds_of_change
from data.scope import Scope, scope_to_parameters


def compare(scope: Scope) -> None:
    """Which topics are new, gone, grew or shrank between an earlier period and the one that is shown."""
    before = _earlier(scope)
    names = kinds_of_change()
    pairs = topic_reads.compared(before.since, before.until, scope.since, scope.until)
    kinds = [pair.kind for pair in pairs]
    st.caption(
        _("{before} against {now}").format(before=days(before.since, before.until), now=days(scope.since, scope.until))
        + " · "
        + " · ".join(f"{name}{colon()}{count(kinds.count(kind))}" for kind, name in names.items())
    )
    order = list(names)
    pairs.sort(key=lambda pair: (order.index(pair.kind), -pair.posts, -pair.before, pair.topic.id))
    picked = _table(pairs, before, scope)
    st.caption(_("Grew and shrank: the topic's share of all posts and its pace both changed by half, beyond chance."))
    if picked is not None:
        if not picked.still:  # gone: open it where its posts are
            for name, value in scope_to_parameters(replace(before, topic=picked.topic.id), now().date()).items():
                set_parameter(name, value)
        open_topic(picked.topic.id)


def _earlier(scope: Scope) -> Scope:
    """The period to compare with."""
    before = scope.earlier()
    chosen = st.date_input(
        _("Compare with"),
        (before.since, before.until),
        max_value=now().date(),
        format=typed_days(),
        key=f"compare-{scope.since}-{scope.until}-{scope.against}",
        help=_("The days that the page is compared with, unless you choose others."),
    )
    if isinstance(chosen, tuple) and len(chosen) == 2:
        before = replace(scope, since=chosen[0], until=chosen[1])
    return before


def _table(pairs: list[Compared], before: Scope, scope: Scope) -> Compared | None:
    """Topics with their posts then and now; gives the one that was clicked."""
    names = kinds_of_change()
    frame = pd.DataFrame(
        {
            "change": [names[pair.kind] for pair in pairs],
            "topic": [called(pair.topic.name) for pair in pairs],
            "before": [pair.before for pair in pairs],
            "after": [pair.posts for pair in pairs],
            "week_before": [round(pair.before / before.days * 7, 1) for pair in pairs],
            "week_after": [round(pair.posts / scope.days * 7, 1) for pair in pairs],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=min(760, 38 + 35 * max(1, len(frame))),
        column_config={
            "change": st.column_config.TextColumn(_("Change"), width=80),
            "topic": st.column_config.TextColumn(_("Topic"), width=330),
            "before": st.column_config.NumberColumn(_("Posts then"), width=90),
            "after": st.column_config.NumberColumn(_("Posts now"), width=95),
            "week_before": st.column_config.NumberColumn(_("A week, then"), width=110, format="%.1f"),
            "week_after": st.column_config.NumberColumn(_("A week, now"), width=110, format="%.1f"),
        },
        on_select="rerun",
        selection_mode=PICK_A_ROW,
        key=rows_key("compare-table", [pair.topic.id for pair in pairs]),
        alt=_("Two periods"),
    )
    row = picked_row(event, len(pairs))
    return None if row is None else pairs[row]
