"""How a debate went: its posts over time, how positions moved, who changed sides, who joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from dashboard.charts.debates import SIDE_COLOURS, share_chart, weeks_chart
from dashboard.reads.debates import newcomers
from dashboard.reads.passages import posts_by_id
from dashboard.state import picked_mark
from dashboard.views.charts import show_chart
from dashboard.views.debates.parts import open_posts
from dashboard.views.posts import card
from dashboard.words.debates import side_names
from dashboard.words.labels import escape
from dashboard.words.language import _, date_format, day, n_, zone
from data.debates.listing import Debate, Positioned
from insights.debates.course import shares

BY_WEEK = 45  # days from which on posts are counted by week
JOINED = 8  # newcomers that are named

Moments = Sequence[tuple[date, Positioned]]


def show(item: Debate, rows: Sequence[Positioned]) -> None:
    moments = [(row.at.astimezone(zone()).date(), row) for row in rows]
    _posts(item, moments)
    _positions(item, moments)
    _moves(item)
    _newcomers(item, rows)


def _lasted(moments: Moments) -> int:
    """Days from the first of them to the last."""
    return (moments[-1][0] - moments[0][0]).days if moments else 0


def _posts(item: Debate, moments: Moments) -> None:
    by_week = _lasted(moments) > BY_WEEK
    counted = Counter((_monday(when) if by_week else when, row.side) for when, row in moments)
    st.header(_("Posts a week") if by_week else _("Posts a day"), anchor=False)
    event = show_chart(
        weeks_chart(
            [(when, side, number) for (when, side), number in sorted(counted.items())],
            side_names(item),
            posts=_("Posts"),
            date_format=date_format(_lasted(moments)),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="side",
        key="debate-weeks",
        alt=_("Posts over time"),
    )
    side = picked_mark(event, "side")
    if side is not None:
        open_posts(item, side=int(side))


def _monday(value: date) -> date:
    return value - timedelta(days=value.weekday())


def _positions(item: Debate, moments: Moments) -> None:
    side = side_names(item)[1]
    st.header(_("How positions moved"), anchor=False)
    show_chart(
        share_chart(
            shares(moments),
            colour=SIDE_COLOURS[1],
            share=side,
            range_=_("Between"),
            people=_("People so far"),
            date_format=date_format(_lasted(moments)),
        ),
        width="stretch",
        key="debate-share",
        alt=_("How positions moved"),
    )
    st.caption(
        _(
            "Share of “{side}” among the people with a side who had spoken by then, with the band that holds it nine "
            "times in ten."
        ).format(side=side)
    )


def _moves(item: Debate) -> None:
    if not item.facts.moves:
        st.caption(_("Nobody changed sides in words."))
    for move in item.facts.moves:
        posts = posts_by_id((move.before, move.after))
        with st.expander(_("{name} took one side, then the other").format(name=escape(move.author))):
            for post_id in (move.before, move.after):
                if post_id in posts:
                    card(posts[post_id], f"move-{post_id}")


def _newcomers(item: Debate, rows: Sequence[Positioned]) -> None:
    """People who joined it in its last week, those who had never written here before among them."""
    st.header(_("Newcomers"), anchor=False)
    recent = newcomers(item, rows)
    if not recent.posts:
        st.caption(_("Nobody new in its last seven days."))
        return
    joined = n_(
        "{n} person joined in its last seven days.", "{n} people joined in its last seven days.", len(recent.posts)
    )
    new = n_("{n} had never written here before.", "{n} had never written here before.", recent.new_here)
    st.write(f"{joined} {new}")
    names = side_names(item)
    for row in recent.posts[:JOINED]:
        words = f"{escape(row.author)} · {names[row.side]} · {escape(day(row.at.date()))}"
        if st.button(words, key=f"new-{row.post}", type="tertiary"):
            open_posts(item, side=row.side)
