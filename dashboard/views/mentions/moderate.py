"""What is to be judged: posts that may be attacks, and threads that start to tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import midnight, now, parameter, set_parameter
from dashboard.views.acts.asking import moderate_there, moderation_of
from dashboard.views.allowed import only
from dashboard.views.mentions.look import Look, choose_look
from dashboard.views.mentions.many import MOST_AT_ONCE, decisions, follow_up, many, select_toggle, ticking
from dashboard.views.mentions.queue import SHOWN, choose_order, focus, marked, standing
from dashboard.views.mentions.triage import queue_row
from dashboard.views.mentions.undo import note_change
from dashboard.views.page import pager
from dashboard.views.posts import LINE_CHARACTERS, brief_card, first_words, highlighted, line
from dashboard.words.help.keys import KEYS
from dashboard.words.inbox import (
    TOLD,
    aim_words,
    decision_names,
    heat_words,
    left_out_words,
    line_words,
    order_words,
    queue_words,
)
from dashboard.words.labels import escape, unseen
from dashboard.words.language import _, moment, n_, percent
from data.inbox.moderation import ORDERS, Case, HotThread
from data.inbox.triage import ROLE_OF
from data.models import Post, Triage
from data.posts.quotes import passage
from data.scope import Scope, page_number
from insights.reading.attacks import find_aims

NAMED = 0.4  # heat from which a thread is named
ENOUGH = 20  # posts judged from which it is said how many were not fine


def to_moderate(scope: Scope) -> None:
    """Posts that somebody should look at, and threads that start to tip."""
    _barometer(inbox_reads.hot_threads(scope.since, NAMED))
    under_watch, order, look = _chosen()
    asked = page_number(parameter("page_moderate"), 10_000)

    def page(number: int, size: int) -> tuple[list[Case], int]:
        today = now().replace(minute=0, second=0, microsecond=0)
        return inbox_reads.to_moderate(today, scope.since, under_watch, number, size, order)

    cases, total = page(asked, SHOWN)
    number = page_number(str(asked), max(1, -(-total // SHOWN)))
    if number != asked:  # the last page may be gone once its posts are judged
        cases, total = page(number, SHOWN)
    waiting = {case.post for case in cases}
    shown = standing("moderate", cases, lambda case: case.post)
    posts = {post.id: post for post in post_reads.by_id(tuple(case.post for case in shown))}
    shown = [case for case in shown if case.post in posts]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="counted"):
        place = focus([case.post in waiting for case in shown])
        st.caption(
            n_("{n} post in this period", "{n} posts in this period", total)
            + " · "
            + n_("{n} done today", "{n} done today", inbox_reads.done_since(midnight()))
        )
        selecting = select_toggle()
    if order == "engagement":
        st.caption(order_words(order))
    _how_sure(scope)
    if selecting:
        words = n_("{n} that waits", "all {n} that wait", min(total, MOST_AT_ONCE))
        found = lambda: [case.post for case in page(1, MOST_AT_ONCE)[0]]  # noqa: E731
        many({**decisions(), **follow_up()}, total, words, found)
    if not shown:
        st.success(_("Nothing to judge."), icon=":material/done_all:")
        return
    states = inbox_reads.triage_states(tuple(posts))
    with st.container(gap=2 if look.compact else "small"):
        for index, case in enumerate(shown):
            row = _Row(case, posts[case.post], states[case.post], index == place, look)
            ticking(case.post, selecting, row.draw)
    pager("page_moderate", number, -(-total // SHOWN))


def _chosen() -> tuple[bool, str, Look]:
    """(whether those under watch are asked for, the order, the look)."""
    before = parameter("watched") == "yes"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="choices"):
        look = choose_look()
        under_watch = st.segmented_control(
            _("Show"),
            [False, True],
            default=before,
            format_func=lambda w: _("Under watch") if w else _("To judge"),
            label_visibility="collapsed",
        )
        order = choose_order(tuple(ORDERS), "page_moderate")
    if bool(under_watch) != before:
        set_parameter("watched", "yes" if under_watch else "")
        set_parameter("page_moderate", "")
        st.rerun()
    return before, order, look


def _how_sure(scope: Scope) -> None:
    """How far the queue can be trusted, and what is left out of it: one line, the rest behind it."""
    judged, attacks = inbox_reads.judged()
    left = left_out_words(inbox_reads.not_judged(scope.since))
    mine = _("Of {n} that you judged here, {share} were not fine.")
    told = [
        escape(queue_words(inbox_reads.queue_figures())),
        left,
        mine.format(n=judged, share=percent(attacks / judged)) if judged >= ENOUGH else "",
    ]
    st.caption(" ".join(words for words in told if words))


def _barometer(threads: Sequence[HotThread]) -> None:
    """Threads that heat up, with what makes them hot."""
    if not threads:
        return
    st.header(_("Conflict barometer"), anchor=False)
    for thread in threads:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
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
                            _("thread heat {share}").format(share=percent(thread.heat)),
                        ]
                    ),
                    width="content",
                )
                if st.button(
                    _("Read the thread"), key=f"hot-{thread.last_post}", type="tertiary", icon=":material/forum:"
                ):
                    set_parameter("post", str(thread.last_post))
                    st.rerun()


@dataclass(frozen=True, slots=True)
class _Row:
    """A post to judge, with what was said around it."""

    case: Case
    post: Post
    state: Triage
    focused: bool
    look: Look

    def draw(self) -> None:
        actions = queue_row(self.post, self.state, self._decide, focused=self.focused, compact=self.look.compact)
        around, place = self._around()
        before = () if self.look.compact else tuple(around[max(0, place - 2) : place])
        with st.container(key=f"case-{self.post.id}", gap="xsmall", border=bool(before)):
            if self.look.compact:
                shown = self.look.columns
                line(
                    self.post,
                    "case",
                    line_words(self.post, self.state, shown),
                    shown,
                    actions=actions,
                    body=lambda: highlighted(first_words(self.post), self.case.reasons, LINE_CHARACTERS),
                    head=self._head,
                )
                return
            for said in post_reads.by_id(before):
                st.caption(escape(f"{said.author or _('no name given')}: "))
                st.text(passage(said.plain, stop=400))
            brief_card(
                self.post,
                "case",
                actions=actions,
                body=lambda: highlighted(self.post.plain, self.case.reasons),
                head=self._head,
            )

    def _head(self) -> None:
        if self.focused:
            marked()
        st.badge(
            escape(aim_words(find_aims(self.post.plain, self.post.lang))),
            color="orange",
            help=_("Marked: the words that made it stand out. They may be harmless together.")
            if self.case.reasons
            else None,
        )
        if self.case.heat >= TOLD:
            st.badge(_("thread heat {share}").format(share=percent(self.case.heat)), color="gray")

    def _around(self) -> tuple[list[int], int]:
        """(the thread, the place of the post in it)."""
        around = inbox_reads.thread(self.post.id)
        return around, around.index(self.post.id) if self.post.id in around else 0

    def _there(self) -> None:
        """What can be done with it at its place."""
        there = _("Act at its place")
        if moderation_of(self.post) and st.button(
            unseen(there), key=f"there-{self.post.id}", type="tertiary", icon=":material/gavel:", help=there
        ):
            # Made here, not where it is written: its title is in the language of this session.
            st.dialog(there, width="medium")(moderate_there)(self.post)

    def _decide(self) -> None:
        self._there()
        around, place = self._around()
        after = around[place + 1 : place + 3]
        if after and not self.look.compact:
            with st.popover(_("What followed"), type="tertiary", key=f"after-{self.post.id}", icon=":material/forum:"):
                for later in post_reads.by_id(tuple(after)):
                    st.caption(escape(f"{later.author or _('no name given')}: "))
                    st.text(later.plain[:400])
        # Together: where there is no room for all in the row, none is left behind in it.
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
            for name, label in decision_names().items():
                st.button(
                    label,
                    key=f"decide-{name}-{self.post.id}",
                    type="primary" if self.state.decision == name else "secondary",
                    shortcut=KEYS[name] if self.focused else None,
                    on_click=note_change,
                    args=([self.post.id], "decision", name, {self.post.id: self.state.decision}),
                    **only(ROLE_OF["decision"]),
                )
