"""What is said in a debate: a map of arguments, what both sides grant, who speaks with both."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import streamlit as st

from dashboard.charts.debates import ArgumentMark, argument_map
from dashboard.reads.passages import posts_by_id, posts_of
from dashboard.state import picked_mark
from dashboard.views.charts import show_chart
from dashboard.views.debates.parts import camp_title, open_posts
from dashboard.views.passages import quote
from dashboard.views.posts import card
from dashboard.words.debates import side_names
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from data.debates.listing import Debate, Positioned
from data.models import Post
from data.posts.quotes import passage

OF_A_CAMP, GRANTED = 4, 2  # arguments, and what is granted, that are quoted


def show(item: Debate, rows: Sequence[Positioned]) -> None:
    posts = posts_of(argument.passage for camp in item.facts.camps for argument in camp.arguments)
    st.header(_("Map of arguments"), anchor=False)
    _map(item, _marks(item, rows, posts))
    st.caption(
        _(
            "Posts that say nearly the same are one argument: higher with more people, larger with more posts. "
            "Click one."
        )
    )
    camps = item.facts.camps
    for camp, column in zip(camps, st.columns(len(camps)), strict=True):
        with column:
            camp_title(item, camp, "detail")
            for number, argument in enumerate(camp.arguments[:OF_A_CAMP]):
                quote(argument.passage, posts)
                people = n_("{n} person says so", "{n} people say so", argument.people)
                key = f"argument-{camp.side}-{number}"
                if st.button(people, key=key, type="tertiary", icon=":material/groups:"):
                    open_posts(item, side=camp.side, argument=number)
    _common_ground(item)
    _bridges(item)


def _marks(item: Debate, rows: Sequence[Positioned], posts: dict[int, Post]) -> list[ArgumentMark]:
    """Arguments whose posts are still there, each at the mean of where these stand."""
    marks = []
    for camp in item.facts.camps:
        for number, argument in enumerate(camp.arguments):
            places = [row.position for row in rows if row.side == camp.side and row.argument == number]
            post = posts.get(argument.passage.post)
            if places and post is not None:
                said = passage(post.plain, argument.passage.start, argument.passage.stop)[:140]
                marks.append(ArgumentMark(camp.side, number, fmean(places), argument.people, argument.posts, said))
    return marks


def _map(item: Debate, marks: Sequence[ArgumentMark]) -> None:
    names = side_names(item)
    event = show_chart(
        argument_map(
            marks,
            {camp.side: names[camp.side] for camp in item.facts.camps},
            people=_("People"),
            posts=_("Posts"),
            left=names[-1],
            right=names[1],
            said=_("In their words"),
        ),
        width="stretch",
        on_select="rerun",
        selection_mode="key",
        key="argument-map",
        alt=_("Map of arguments"),
    )
    picked = picked_mark(event, "key")
    if picked is not None:
        side, number = str(picked).split(":")
        open_posts(item, side=int(side), argument=int(number))


def _common_ground(item: Debate) -> None:
    names = side_names(item)
    st.header(_("Common ground"), anchor=False)
    granting = [camp for camp in item.facts.sided if camp.grants]
    posts = posts_of(part for camp in granting for part in camp.grants)
    if not granting:
        st.caption(_("Nobody has granted anything to the other side yet."))
    elif len(granting) == 1:
        st.caption(_("Only one side has granted something so far: {side}.").format(side=names[granting[0].side]))
    for camp in granting:
        for part in camp.grants[:GRANTED]:
            quote(part, posts, names[camp.side])
    if item.facts.common:
        st.caption(_("Both sides speak of: {words}").format(words=escape(", ".join(item.facts.common))))


def _bridges(item: Debate) -> None:
    if not item.facts.bridges:
        return
    st.header(_("Who speaks with both sides"), anchor=False)
    posts = posts_by_id(bridge.post for bridge in item.facts.bridges)
    for bridge in item.facts.bridges:
        words = n_("{n} sign of it", "{n} signs of it", bridge.signs)
        with st.expander(f"{escape(bridge.author)} · {words}"):
            st.caption(_("Grants a point, agrees with somebody of the other side, or has the agreement of both."))
            if bridge.post in posts:
                card(posts[bridge.post], f"bridge-{bridge.post}")
