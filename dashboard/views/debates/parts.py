"""What the list and the page of one debate both show: its heading, its camps, its score."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from dashboard.charts.debates import balance_chart
from dashboard.reads import cache
from dashboard.reads.debates import Listed
from dashboard.state import now, picked_mark, set_parameter
from dashboard.views.allowed import may, only, why_not
from dashboard.views.charts import show_chart
from dashboard.views.page import Colour, open_mentions
from dashboard.words.debates import part_help, part_names, place_and_time, side_names, state_names, trend_words
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_, percent
from data.debates import listing
from data.debates.findings import Camp
from data.debates.listing import Debate

HEATED = 0.4  # heat of the last posts from which it is said
SIDE_BADGES: dict[int, Colour] = {1: "blue", -1: "orange", 0: "gray"}


def this_hour() -> datetime:
    return now().replace(minute=0, second=0, microsecond=0)


def heading(listed: Listed, *, alone: bool = False) -> None:
    """The question, how controversial and how sure, where and since when; `alone` on a page of its own."""
    item = listed.debate
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _badges(item)
    words = escape(item.question) or _("No question was put in words")
    st.title(words, anchor=False) if alone else st.header(words, anchor=False)
    st.caption(escape(place_and_time(item)))
    pace = trend_words(listed.recent, listed.before)
    if item.heat is not None and item.heat >= HEATED:
        pace += " " + _("Its last posts are heated ({heat} of 100).").format(heat=count(100 * item.heat))
    st.caption(pace)


def elsewhere(listed: Listed, key: str) -> None:
    """The same question in other languages, each a way to its debate."""
    for item in listed.others:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_("The same question in another language: “{question}”").format(question=escape(item.question)))
            st.caption(escape(place_and_time(item)))
            if st.button(
                _("Open it"), key=f"elsewhere-{key}-{item.id}", type="tertiary", icon=":material/arrow_forward:"
            ):
                set_parameter("debate", str(item.id))
                st.rerun()


def _badges(item: Debate) -> None:
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
        who = _("somebody") if item.dismissed == listing.NOBODY else item.dismissed
        st.badge(_("Set aside by {who}").format(who=escape(who)), color="gray")
    if cache.settings().demo:
        st.badge(_("Demo"), color="violet")


def balance(item: Debate, key: str, *, legend: bool = False) -> None:
    """The camps as one bar; a click opens the posts of one."""
    event = show_chart(
        balance_chart(item.facts.camps, side_names(item), people=_("People"), posts=_("Posts"), legend=legend),
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
    since, until = item.began_at.date() - timedelta(days=1), item.last_at.date() + timedelta(days=1)
    open_mentions(since, until, debate=str(item.id), **{name: str(value) for name, value in narrowed.items()})


def camp_title(item: Debate, camp: Camp, key: str) -> None:
    """A camp's name and size, with the way to its posts, and the words of its side."""
    people = n_("{n} person", "{n} people", camp.people)
    posts = n_("{n} post", "{n} posts", camp.posts)
    if st.button(
        f"**{side_names(item)[camp.side]}** · {people} · {posts}",
        key=f"camp-{key}-{camp.side}",
        type="tertiary",
        help=_("{n} of them say so in words; the others are placed by whom and what they answer.").format(
            n=count(camp.speakers)
        ),
    ):
        open_posts(item, side=camp.side)
    if camp.words:
        st.caption(_("Words of this side: {words}").format(words=escape(", ".join(camp.words))))


def score_parts(item: Debate) -> None:
    """Each part of the score in a row, and what it means."""
    names, helps = part_names(), part_help()
    for name, value in item.facts.parts.by_name().items() if item.facts.parts else ():
        if value is None:
            st.caption(_("{part}: this network gives none.").format(part=names[name]))
        else:
            st.progress(value, text=f"**{names[name]}** {percent(value)} · {helps[name]}")
    st.caption(
        _("Together {score}, between {low} and {high}. The weights and sources are in docs/methods.md.").format(
            score=count(100 * item.score), low=count(100 * item.low), high=count(100 * item.high)
        )
    )


def set_aside(item: Debate) -> None:
    """A person says that this is none, or takes it back."""
    store = cache.store()
    if item.dismissed:
        if st.button(
            _("Bring it back"), key=f"back-{item.id}", type="tertiary", icon=":material/undo:", **only(listing.dismiss)
        ):
            listing.dismiss(store, item.id, False)
            st.rerun()
        return
    words = {"debate": _("Not a debate"), "lively": _("Set aside"), "criticism": _("Set aside")}[item.state]
    if st.button(
        words,
        key=f"aside-{item.id}",
        type="tertiary",
        icon=":material/block:",
        help=why_not(listing.dismiss) or _("It leaves this list; you find it under “Set aside”."),
        disabled=not may(listing.dismiss),
    ):
        listing.dismiss(store, item.id)
        set_parameter("debate", "")
        st.rerun()
