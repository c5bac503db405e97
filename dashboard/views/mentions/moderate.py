"""What is to be judged: posts that may be attacks, and threads that start to tip."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import midnight, now, parameter, set_parameter
from dashboard.views.allowed import only
from dashboard.views.mentions.queue import SHOWN, focus
from dashboard.views.mentions.triage import note_change, triage_row
from dashboard.views.page import pager
from dashboard.views.posts import card, highlighted
from dashboard.words.inbox import (
    TOLD,
    aim_words,
    decision_names,
    heat_words,
    left_out_words,
    queue_words,
)
from dashboard.words.labels import escape
from dashboard.words.language import _, moment, n_, percent
from data.inbox.moderation import Case, HotThread
from data.inbox.triage import ROLE_OF
from data.models import Post, Triage
from data.posts.quotes import passage
from data.scope import Scope, page_number
from insights.reading.attacks import find_aims

NAMED = 0.4  # heat from which a thread is named
ENOUGH = 20  # posts judged from which it is said how many were not fine


def to_moderate(scope: Scope) -> None:
    """Posts that somebody should look at, and threads that start to tip."""
    today = now().replace(minute=0, second=0, microsecond=0)
    _barometer(inbox_reads.hot_threads(scope.since, NAMED))
    under_watch = st.segmented_control(
        _("Show"),
        [False, True],
        default=parameter("watched") == "yes",
        format_func=lambda w: _("Under watch") if w else _("To judge"),
        label_visibility="collapsed",
    )
    if bool(under_watch) != (parameter("watched") == "yes"):
        set_parameter("watched", "yes" if under_watch else "")
        set_parameter("page_moderate", "")
        st.rerun()
    number = page_number(parameter("page_moderate"), 10_000)
    cases, total = inbox_reads.to_moderate(today, scope.since, bool(under_watch), number, SHOWN)
    st.caption(
        n_("{n} post in this period", "{n} posts in this period", total)
        + " · "
        + n_("{n} done today", "{n} done today", inbox_reads.done_since(midnight()))
        + ". "
        + escape(queue_words(inbox_reads.queue_figures()))
    )
    left = left_out_words(inbox_reads.not_judged(scope.since))
    if left:
        st.caption(left)
    judged, attacks = inbox_reads.judged()
    if judged >= ENOUGH:
        st.caption(
            _("Of {n} that you judged here, {share} were not fine.").format(n=judged, share=percent(attacks / judged))
        )
    if not cases:
        st.success(_("Nothing to judge."), icon=":material/done_all:")
        return
    posts = {post.id: post for post in post_reads.by_id(tuple(case.post for case in cases))}
    states = inbox_reads.triage_states(tuple(posts))
    place = focus(len(cases), _("Keys act on the marked one: 1 to 5 decide, E handled, S star."))
    for index, case in enumerate(cases):
        if case.post in posts:
            _case(case, posts[case.post], states[case.post], index == place)
    pager("page_moderate", number, -(-total // SHOWN))


def _barometer(threads: Sequence[HotThread]) -> None:
    """Threads that heat up, with what makes them hot."""
    if not threads:
        return
    st.header(_("Conflict barometer"), anchor=False)
    for thread in threads:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            rising = thread.heat > thread.before + 0.02
            st.badge(
                _("Tipping") if rising else _("Heated"),
                color="red" if rising else "orange",
                icon=":material/thermostat:",
                help=heat_words(thread),
            )
            first = post_reads.by_id((thread.last_post,))
            if first:
                st.caption(
                    " · ".join(
                        [
                            escape(first[0].community or first[0].source_title),
                            escape(moment(first[0].published_at)),
                            n_("{n} post", "{n} posts", thread.posts),
                            escape(heat_words(thread)),
                        ]
                    )
                )
                if st.button(
                    _("Read the thread"), key=f"hot-{thread.last_post}", type="tertiary", icon=":material/forum:"
                ):
                    set_parameter("post", str(thread.last_post))
                    st.rerun()


def _case(case: Case, post: Post, state: Triage, focused: bool) -> None:
    with st.container(border=True, key=f"case-{post.id}"):
        around = inbox_reads.thread(post.id)
        place = around.index(post.id) if post.id in around else 0
        for before in post_reads.by_id(tuple(around[max(0, place - 2) : place])):
            st.caption(escape(f"{before.author or _('no name given')}: "))
            st.text(passage(before.plain, stop=400))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if focused:
                st.badge(_("Here"), icon=":material/arrow_right:", color="blue")
            st.badge(escape(aim_words(find_aims(post.plain, post.lang))), color="orange")
            if case.heat >= TOLD:
                st.badge(_("thread heat {share}").format(share=percent(case.heat)), color="gray")
        held = inbox_reads.in_basket(post.id)
        card(
            post,
            "case",
            actions=triage_row(state, shortcuts=focused, in_basket=held),
            body=lambda: highlighted(post.plain, case.reasons),
        )
        if case.reasons:
            st.caption(_("Marked: the words that made it stand out. They may be harmless together."))
        after = around[place + 1 : place + 3]
        if after:
            with st.expander(_("What followed"), icon=":material/forum:"):
                for later in post_reads.by_id(tuple(after)):
                    st.caption(escape(f"{later.author or _('no name given')}: "))
                    st.text(later.plain[:400])
        with st.container(horizontal=True):
            for index, (name, label) in enumerate(decision_names().items(), start=1):
                st.button(
                    label,
                    key=f"decide-{name}-{post.id}",
                    type="primary" if state.decision == name else "secondary",
                    shortcut=str(index) if focused else None,
                    on_click=note_change,
                    args=([post.id], "decision", name, {post.id: state.decision}),
                    **only(ROLE_OF["decision"]),
                )
