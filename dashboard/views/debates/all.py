"""The list of debates: a card each, with its camps, their best words, and how its score is made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard.charts import debates as debate_charts
from dashboard.reads import cache
from dashboard.reads import debates as debate_queries
from dashboard.reads import posts as post_reads
from dashboard.reads.debates import Listed
from dashboard.state import now, picked_mark, set_parameter
from dashboard.views.mentions.triage import me
from dashboard.views.page import open_page
from dashboard.words.debates import (
    part_help,
    part_names,
    place_and_time,
    side_names,
    state_names,
    trend_words,
    words_of,
)
from dashboard.words.labels import escape
from dashboard.words.language import _, count, day, moment, n_, percent
from data import debates as debates_store
from data.debates import Debate
from data.models import Post, Scope, web_link
from data.posts.quotes import passage

SHOWN = 20


def this_hour() -> Any:
    return now().replace(minute=0, second=0, microsecond=0)


def listed(view: str, scope: Scope) -> None:
    """Discussions of one state that are alive in the period, the most controversial first."""
    found = debate_queries.debates(view, scope.since, scope.until, view == "aside", this_hour())
    if view == "lively":
        st.caption(_("People contradict each other there, but who stands where cannot be told with confidence."))
    elif view == "criticism":
        st.caption(_("Many complain about one thing and nobody speaks for it: this is criticism, not a debate."))
    elif view == "debate" and found:
        st.caption(_("Ranked by controversy. A debate has at least two camps that people can be told to stand in."))
    if not found:
        words = {
            "debate": _("No debate in this period. Widen it, or look at the lively discussions."),
            "lively": _("No lively discussion in this period."),
            "criticism": _("No wave of criticism in this period."),
        }.get(view, _("Nothing was set aside."))
        st.info(words, icon=":material/forum:")
        return
    for item in found[:SHOWN]:
        _card(item)
    if len(found) > SHOWN:
        st.caption(
            n_("{n} more: narrow the period to see it", "{n} more: narrow the period to see them", len(found) - SHOWN)
        )


def _card(listed_one: Listed) -> None:
    item = listed_one.debate
    with st.container(border=True, key=f"debate-{item.id}"):
        heading(listed_one)
        if item.state == "debate":
            balance(item, f"balance-{item.id}")
            _camps(item)
            with st.expander(_("How this score is made"), icon=":material/functions:"):
                score_parts(item)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if item.state == "debate" and st.button(
                _("Open the debate"), key=f"open-debate-{item.id}", type="primary", icon=":material/arrow_forward:"
            ):
                set_parameter("debate", str(item.id))
                st.rerun()
            if st.button(_("Read the posts"), key=f"posts-{item.id}", type="tertiary", icon=":material/forum:"):
                open_posts(item)
            if item.opener and st.button(
                _("Thread"), key=f"thread-{item.id}", type="tertiary", icon=":material/account_tree:"
            ):
                open_page("mentions", post=str(item.opener))
            set_aside(item)


def heading(listed_one: Listed, *, alone: bool = False) -> None:
    """The question, how controversial and how sure, where and since when; `alone` on a page of its own."""
    item = listed_one.debate
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if item.state == "debate":
            st.badge(
                _("Controversy {score}").format(score=count(100 * item.score)),
                color="violet",
                help=_(
                    "From 0 to 100; nine times in ten between {low} and {high} if other people like these had spoken."
                ).format(low=count(100 * item.low), high=count(100 * item.high)),
            )
            st.badge(
                _("Camps {share} sure").format(share=percent(item.sure)),
                color="gray",
                help=_("How many posts can be placed, by what people say in words, without contradiction."),
            )
        else:
            st.badge(state_names()[item.state], color="orange" if item.state == "lively" else "red")
        if item.dismissed:
            st.badge(_("Set aside by {who}").format(who=item.dismissed), color="gray")
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
    words = escape(item.question) or _("No question was put in words")
    st.title(words, anchor=False) if alone else st.subheader(words, anchor=False)
    since = day(item.began_at.date())
    st.caption(escape(place_and_time(item, since, item.posts, item.people)))
    words = trend_words(listed_one.recent, listed_one.before)
    if item.heat is not None and item.heat >= 0.4:
        words += " " + _("Its last posts are heated ({heat} of 100).").format(heat=count(100 * item.heat))
    st.caption(words)


def balance(item: Debate, key: str, *, legend: bool = False) -> None:
    """The camps as one bar; a click opens the posts of one."""
    names = side_names(item)
    camps = item.facts["camps"]
    rows = [(camp["side"], camp["people"], camp["posts"]) for camp in camps]
    event = st.altair_chart(
        debate_charts.balance_chart(rows, names, people=_("People"), posts=_("Posts"), legend=legend),
        width="stretch",
        on_select="rerun",
        selection_mode="side",
        key=key,
        alt=_("People of each camp"),
    )
    side = picked_mark(event, "side")
    if side is not None:
        open_posts(item, side=int(side))


def open_posts(item: Debate, **narrowed: int) -> None:
    """The posts of a debate, of one of its camps or arguments."""
    target = {name: str(value) for name, value in narrowed.items()}
    since, until = item.began_at.date() - timedelta(days=1), item.last_at.date() + timedelta(days=1)
    open_mentions(since, until, debate=str(item.id), **target)


def open_mentions(since: date, until: date, **target: str) -> None:
    """Posts of these days, narrowed by what the URL says."""
    open_page("mentions", since=since.isoformat(), until=until.isoformat(), **target)


def _camps(item: Debate) -> None:
    camps = [camp for camp in item.facts["camps"] if camp["side"]]
    posts = posts_of([camp["arguments"][0]["passage"] for camp in camps if camp["arguments"]])
    for camp, column in zip(camps, st.columns(len(camps)), strict=True):
        with column:
            camp_title(item, camp, f"card-{item.id}")
            for argument in camp["arguments"][:1]:
                quote(argument["passage"], posts)


def camp_title(item: Debate, camp: dict[str, Any], key: str) -> None:
    """A camp's name and size, with the way to its posts; `low` people say it in words."""
    name = side_names(item)[camp["side"]]
    people = n_("{n} person", "{n} people", camp["people"])
    posts = n_("{n} post", "{n} posts", camp["posts"])
    if st.button(
        f"**{name}** · {people} · {posts}",
        key=f"camp-{key}-{camp['side']}",
        type="tertiary",
        help=_("{n} of them say so in words; the others are placed by whom and what they answer.").format(
            n=count(camp["low"])
        ),
    ):
        open_posts(item, side=camp["side"])
    words = words_of(camp)
    if words:
        st.caption(_("Words of this side: {words}").format(words=escape(words)))


def posts_of(passages: list[list[int]]) -> dict[int, Post]:
    """The posts that passages (post, start, stop) are in."""
    ids = tuple(sorted({int(part[0]) for part in passages}))
    return {post.id: post for post in post_reads.by_id(ids)}


def quote(part: list[int], posts: dict[int, Post], note: str = "") -> None:
    """Exact words of a post, with who said them, when, and where to read on."""
    post = posts.get(int(part[0]))
    if post is None:
        return
    with st.container(border=True):
        st.text(passage(post.plain, int(part[1]), int(part[2])))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            told = [escape(post.author) or _("no name given"), escape(moment(post.published_at)), note]
            st.caption(" · ".join(word for word in told if word))
            if web_link(post.url):
                st.link_button(_("Open"), post.url, type="tertiary", icon=":material/open_in_new:")


def score_parts(item: Debate) -> None:
    """Each part of the score in a row, and what it means."""
    names, helps = part_names(), part_help()
    for name, value in item.facts["parts"].items():
        if name not in names:
            continue
        if value is None:
            st.caption(_("{part}: this network gives none.").format(part=names[name]))
            continue
        st.progress(float(value), text=f"**{names[name]}** {percent(value)} · {helps[name]}")
    st.caption(
        _("Together {score}, between {low} and {high}. The weights and sources are in docs/methods.md.").format(
            score=count(100 * item.score), low=count(100 * item.low), high=count(100 * item.high)
        )
    )


def set_aside(item: Debate) -> None:
    """A person says that this is none, or takes it back."""
    store = cache.store()
    if item.dismissed:
        if st.button(_("Bring it back"), key=f"back-{item.id}", type="tertiary", icon=":material/undo:"):
            debates_store.dismiss(store, item.id, "")
            st.rerun()
        return
    words = {"debate": _("Not a debate"), "lively": _("Set aside"), "criticism": _("Set aside")}[item.state]
    if st.button(
        words,
        key=f"aside-{item.id}",
        type="tertiary",
        icon=":material/block:",
        help=_("It leaves this list; you find it under “Set aside”."),
    ):
        debates_store.dismiss(store, item.id, me() or _("somebody"))
        set_parameter("debate", "")
        st.rerun()


def first_day_of_week(value: date) -> date:
    return value - timedelta(days=value.weekday())
