"""What waits for an answer of ours."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import midnight, now, parameter, remember, set_parameter
from dashboard.views.allowed import only
from dashboard.views.mentions.draft import draft
from dashboard.views.mentions.queue import SHOWN, focus
from dashboard.views.mentions.triage import me, note_change, triage_row
from dashboard.views.page import pager
from dashboard.views.posts import card
from dashboard.words.labels import escape, intent_names
from dashboard.words.language import _, lasting, n_, percent
from data.inbox.triage import ROLE_OF
from data.inbox.waiting import Asked
from data.models import Post, Triage
from data.scope import Scope, page_number


def to_answer(scope: Scope) -> None:
    """Questions and complaints to us that nobody of us answered."""
    kind, mine, order = _chosen()
    hour = now().replace(minute=0, second=0, microsecond=0)
    asked, older = inbox_reads.to_answer(hour, scope.since, me() if mine else "", kind, order)
    posts = sum(len(item.posts) for item in asked)
    st.caption(
        n_("{n} post waits for an answer", "{n} posts wait for an answer", posts)
        + " · "
        + n_("{n} thing asked", "{n} things asked", len(asked))
        + " · "
        + n_("{n} done today", "{n} done today", inbox_reads.done_since(midnight()))
        + (" · " + n_("{n} older one", "{n} older ones", older) if older else "")
    )
    if not asked:
        st.success(_("Nothing of this period waits for an answer."), icon=":material/done_all:")
    if not inbox_reads.own_accounts():
        _no_account(alone=not asked)
    if not asked:
        return
    pages = -(-len(asked) // SHOWN)
    number = page_number(parameter("page_answer"), pages)
    shown = asked[(number - 1) * SHOWN : number * SHOWN]
    firsts = {post.id: post for post in post_reads.by_id(tuple(item.posts[0] for item in shown))}
    states = inbox_reads.triage_states(tuple(firsts))
    place = focus(len(shown), _("Keys act on the marked one: E handled, S star, D draft."))
    for index, item in enumerate(shown):
        post = firsts.get(item.posts[0])
        if post is not None:
            _asked(item, post, states[post.id], index == place)
    pager("page_answer", number, pages)


def _chosen() -> tuple[str, bool, str]:
    """(question, complaint or "" for both; whether only what is assigned to oneself; the order), from the URL and the
    widgets."""
    orders = {"newest": _("Newest first"), "reached": _("Most reached first")}
    before = parameter("by") if parameter("by") in orders else "newest"
    names = {"": _("All"), "question": _("Questions"), "complaint": _("Complaints")}
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = (
            st.segmented_control(
                _("Kind"),
                list(names),
                default=parameter("kind") if parameter("kind") in names else "",
                format_func=lambda k: names[k],
                label_visibility="collapsed",
            )
            or ""
        )
        order = (
            st.segmented_control(
                _("Order"),
                list(orders),
                default=before,
                format_func=lambda o: orders[o],
                label_visibility="collapsed",
            )
            or before
        )
        mine = st.toggle(_("Only mine"), parameter("mine") == "yes", disabled=not me())
    if kind != parameter("kind") or mine != (parameter("mine") == "yes") or order != before:
        set_parameter("kind", kind)
        set_parameter("by", "" if order == "newest" else order)
        set_parameter("mine", "yes" if mine else "")
        set_parameter("page_answer", "")
        remember("focus", 0)
        st.rerun()
    return kind, mine, order


def _no_account(*, alone: bool) -> None:
    """Say that Vigie knows none of one's accounts; `alone` where the page shows nothing else."""
    if alone:
        st.info(
            _(
                "Vigie knows none of your accounts yet. Mark your sources as yours on the Sources page, or an "
                "author as one of you under “More” on a post: then it sees what you answered and what is said to "
                "you."
            ),
            icon=":material/badge:",
        )
    else:
        st.caption(
            ":material/badge: "
            + _("Vigie knows none of your accounts, so it can't see what you answered: mark an author under “More”.")
        )


def _asked(item: Asked, post: Post, state: Triage, focused: bool) -> None:
    """One thing that is asked: how long it waits, its first post, who else asks, what we answered before."""
    with st.container(border=True, key=f"asked-{post.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if focused:
                st.badge(_("Here"), icon=":material/arrow_right:", color="blue")
            st.badge(intent_names()[item.kind], color="blue" if item.kind == "question" else "red")
            words = [_("waiting for {time}").format(time=lasting((now() - item.since).total_seconds()))]
            if item.people > 1:
                words = [
                    n_("{n} person", "{n} people", item.people),
                    *words,
                    n_("{n} place", "{n} places", item.places),
                ]
            st.markdown("**" + escape(" · ".join(words)) + "**")
        held = inbox_reads.in_basket(post.id)
        card(post, "asked", actions=triage_row(state, shortcuts=focused, in_basket=held))
        if len(item.posts) > 1:
            with st.expander(_("Everyone who asks"), icon=":material/group:"):
                st.caption(_("Near in words or in meaning. The oldest ten are shown."))
                for other in post_reads.by_id(item.posts[1:SHOWN]):
                    card(other, "alike")
        answers = inbox_reads.past_answers(post.id)
        if answers:
            with st.expander(_("What we answered before"), icon=":material/history_edu:"):
                for answer, near in answers:
                    age = lasting((now() - answer.published_at).total_seconds())
                    st.caption(_("{share} near, said {age} ago").format(share=percent(near), age=age))
                    card(answer, f"answer-{post.id}")
        else:
            st.caption(_("Nothing we said before fits."))
        with st.container(horizontal=True):
            if st.button(
                _("Draft a reply"),
                key=f"draft-{post.id}",
                icon=":material/edit_note:",
                type="primary" if focused else "secondary",
                shortcut="d" if focused else None,
            ):
                # Made here, not where it is written: its title is in the language of this session.
                st.dialog(_("Draft a reply"), width="large")(draft)(post, item.kind, answers)
            label = n_("All {n} are handled", "All {n} are handled", len(item.posts)) if len(item.posts) > 1 else ""
            if label:
                st.button(
                    label,
                    key=f"all-{post.id}",
                    icon=":material/done_all:",
                    on_click=note_change,
                    args=(item.posts, "handled", "yes", None, inbox_reads.known()),
                    **only(ROLE_OF["handled"]),
                )
