"""What waits for an answer of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import midnight, now, parameter, remember, set_parameter
from dashboard.views.allowed import only
from dashboard.views.mentions import live
from dashboard.views.mentions.draft import draft
from dashboard.views.mentions.look import Look, choose_look
from dashboard.views.mentions.many import MOST_AT_ONCE, follow_up, many, select_toggle, ticking
from dashboard.views.mentions.queue import SHOWN, choose_order, focus, marked, standing
from dashboard.views.mentions.triage import me, queue_row
from dashboard.views.mentions.undo import note_change
from dashboard.views.page import pager
from dashboard.views.posts import brief_card, card, line
from dashboard.words.help.keys import KEYS
from dashboard.words.inbox import line_words, order_words
from dashboard.words.labels import escape, intent_names, unseen
from dashboard.words.language import _, lasting, n_, percent
from data.inbox.triage import ROLE_OF
from data.inbox.waiting import Asked
from data.models import Post, Triage
from data.scope import Scope, page_number


def to_answer(scope: Scope) -> None:
    """Questions and complaints to us that nobody of us answered."""
    chosen = _chosen()
    hour = now().replace(minute=0, second=0, microsecond=0)
    asked, older = inbox_reads.to_answer(hour, scope.since, me() if chosen.mine else "", chosen.kind, chosen.order)
    pages = max(1, -(-len(asked) // SHOWN))
    number = page_number(parameter("page_answer"), pages)
    part = asked[(number - 1) * SHOWN : number * SHOWN]
    shown = standing("answer", part, lambda item: item.posts[0])
    firsts = {post.id: post for post in post_reads.by_id(tuple(item.posts[0] for item in shown))}
    shown = [item for item in shown if item.posts[0] in firsts]
    waiting = {item.posts[0] for item in part}
    posts = {item.posts[0]: item.posts for item in asked}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="counted"):
        place = focus([item.posts[0] in waiting for item in shown])
        st.caption(_counted(asked, older))
        selecting = select_toggle()
    if chosen.order == "reached":
        st.caption(order_words("reached"))
    if selecting:
        total = sum(map(len, posts.values()))
        words = n_("{n} that waits", "all {n} that wait", min(total, MOST_AT_ONCE))
        many(
            follow_up(),
            total,
            words,
            lambda: [i for some in posts.values() for i in some][:MOST_AT_ONCE],
            lambda ticked: [i for first in ticked for i in posts.get(first, ())],
        )
    if not asked:
        st.success(_("Nothing of this period waits for an answer."), icon=":material/done_all:")
    if not inbox_reads.own_accounts():
        _no_account(alone=not asked)
    states = inbox_reads.triage_states(tuple(firsts))
    known = inbox_reads.answered_by_facts(tuple(firsts), now().date())
    with st.container(gap=2 if chosen.look.compact else "small"):
        for index, item in enumerate(shown):
            first = item.posts[0]
            row = _Row(item, firsts[first], states[first], index == place, chosen.look, first in known)
            ticking(first, selecting, row.draw)
    pager("page_answer", number, pages)


def _counted(asked: Sequence[Asked], older: int) -> str:
    posts, done = sum(len(item.posts) for item in asked), inbox_reads.done_since(midnight())
    return (
        n_("{n} post waits for an answer", "{n} posts wait for an answer", posts)
        + " · "
        + n_("{n} thing asked", "{n} things asked", len(asked))
        + (" · " + n_("{n} done today", "{n} done today", done) if done else "")
        + (" · " + n_("{n} older one", "{n} older ones", older) if older else "")
    )


@dataclass(frozen=True, slots=True)
class _Chosen:
    """`kind`: question, complaint or "" for both; `mine`: only what is assigned to oneself."""

    kind: str
    mine: bool
    order: str
    look: Look


def _chosen() -> _Chosen:
    """What the address and the widgets ask for."""
    names = {"": _("All"), "question": _("Questions"), "complaint": _("Complaints")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="choices"):
        look = choose_look()
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
        order = choose_order(("newest", "reached", "waiting"), "page_answer")
        mine = st.toggle(_("Only mine"), parameter("mine") == "yes", disabled=not me())
    if kind != parameter("kind") or mine != (parameter("mine") == "yes"):
        set_parameter("kind", kind)
        set_parameter("mine", "yes" if mine else "")
        set_parameter("page_answer", "")
        remember("focus", 0)
        st.rerun()
    return _Chosen(kind, mine, order, look)


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


@dataclass(frozen=True, slots=True)
class _Row:
    """One thing that is asked: how long it waits, its first post, who else asks, what we answered before."""

    item: Asked
    post: Post
    state: Triage
    focused: bool
    look: Look
    known: bool  # a fact surely answers it

    def draw(self) -> None:
        actions = queue_row(self.post, self.state, self._ways, focused=self.focused, compact=self.look.compact)
        if self.look.compact:
            shown = self.look.columns
            line(self.post, "asked", line_words(self.post, self.state, shown), shown, actions=actions, head=self._head)
        else:
            brief_card(self.post, "asked", actions=actions, head=self._head)

    def _head(self) -> None:
        item = self.item
        if self.focused:
            marked()
        if item.kind not in {name for name, _sure in self.post.intents}:
            st.badge(intent_names()[item.kind], color="blue" if item.kind == "question" else "red")
        if len(item.posts) > 1:
            people = n_("{n} person", "{n} people", item.people)
            with st.popover(
                people,
                type="tertiary",
                icon=":material/group:",
                key=f"others-{self.post.id}",
                help=_("Everyone who asks"),
            ):
                self._others()
        if self.known:
            st.badge(_("We know this"), color="green", icon=":material/lightbulb:")
        words = [_("waiting for {time}").format(time=lasting((now() - item.since).total_seconds()))]
        if item.people > 1 and not self.look.compact:
            words.append(n_("{n} place", "{n} places", item.places))
        st.markdown("**" + escape(" · ".join(words)) + "**", width="content")

    def _ways(self) -> None:
        """The draft, and what we answered before."""
        item, post = self.item, self.post
        answers = inbox_reads.past_answers(post.id)
        if st.button(
            unseen(_("Draft a reply")),
            key=f"draft-{post.id}",
            icon=":material/edit_note:",
            type="primary" if self.focused else "secondary",
            shortcut=KEYS["draft"] if self.focused else None,
            help=_("Draft a reply"),
        ):
            # Made here, not where it is written: its title is in the language of this session.
            st.dialog(_("Draft a reply"), width="large")(draft)(post, item.kind, answers)
        if answers:
            said = _("What we answered before")
            with st.popover(
                unseen(said), type="tertiary", key=f"before-{post.id}", icon=":material/history_edu:", help=said
            ):
                for answer, near in answers:
                    age = lasting((now() - answer.published_at).total_seconds())
                    st.caption(_("{share} near, said {age} ago").format(share=percent(near), age=age))
                    card(answer, f"answer-{post.id}")

    def _others(self) -> None:
        """The others who ask it; all handled at once."""
        item = self.item
        st.caption(_("Near in words or in meaning. The oldest ten are shown."))
        st.button(
            n_("All {n} are handled", "All {n} are handled", len(item.posts)),
            key=f"all-{self.post.id}",
            icon=":material/done_all:",
            on_click=note_change,
            args=(item.posts, "handled", "yes", None, live.seen()),
            **only(ROLE_OF["handled"]),
        )
        for other in post_reads.by_id(item.posts[1:SHOWN]):
            card(other, f"alike-{self.post.id}")
