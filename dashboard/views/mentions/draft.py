"""A draft of a reply."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import now, set_parameter
from dashboard.views.acts.asking import opening, post_answer
from dashboard.views.allowed import only, plain_view
from dashboard.views.meanwhile import Opened, opened, saved
from dashboard.views.mentions.undo import act
from dashboard.views.page import written_area
from dashboard.views.posts import card
from dashboard.words.labels import escape, intent_names
from dashboard.words.language import _, lasting, moment, n_, percent
from data.inbox import replies
from data.inbox.threads import in_reading_order
from data.inbox.triage import ROLE_OF
from data.models import Post, web_link

AROUND = 3  # posts of a thread that are shown before and after the one that is answered


@plain_view
def draft(post: Post, kind: str, answers: Sequence[tuple[Post, float]]) -> None:
    """A reply to start from, in the post's language, beside what it answers; nothing is sent without a click.
    `answers`: what we said before, each with how near it is (0 to 1)."""
    left, right = st.columns(2)
    with left:
        _what_it_answers(post, answers)
    with right:
        _reply(post, kind, [answer for answer, _near in answers])


def _what_it_answers(post: Post, answers: Sequence[tuple[Post, float]]) -> None:
    """The post in its thread, then what we said before."""
    thread = in_reading_order(post_reads.by_id(tuple(inbox_reads.thread(post.id))))
    place = next((n for n, (other, _depth, _missing) in enumerate(thread) if other.id == post.id), None)
    st.markdown("**" + (_("The question in its thread") if len(thread) > 1 else _("What you answer")) + "**")
    if place is None:
        card(post, "draft-post")
    else:
        first = max(0, min(place - AROUND, len(thread) - 2 * AROUND - 1))
        shown = thread[first : first + 2 * AROUND + 1]
        for other, _depth, _missing in shown:
            card(other, "draft-thread", here=other.id == post.id and len(thread) > 1)
        if len(shown) < len(thread) and st.button(
            n_("Open the thread of {n} post", "Open the thread of {n} posts", len(thread)),
            key="draft-open-thread",
            type="tertiary",
            icon=":material/forum:",
        ):
            set_parameter("post", str(post.id))
            st.rerun()
    st.markdown("**" + _("What we answered before") + "**")
    if not answers:
        st.caption(_("Nothing we said before fits."))
    for answer, near in answers:
        st.caption(_said_before(answer, near))
        card(answer, "draft-answer")


def _said_before(answer: Post, near: float) -> str:
    age = lasting((now() - answer.published_at).total_seconds())
    return _("{share} near, said {age} ago").format(share=percent(near), age=age)


def _basis(answers: Sequence[Post]) -> Post | None:
    """The answer that a reply is built on, None for blanks to fill in."""
    if not answers:
        st.info(_("Nothing we said before fits. Fill in what stands in brackets."), icon=":material/edit_note:")
        return None
    options: list[Post | None] = [*answers, None]

    def said(place: int) -> str:
        answer = options[place]
        if answer is None:
            return _("No earlier answer: blanks to fill in")
        age = lasting((now() - answer.published_at).total_seconds())
        return _("Our answer of {day}, {age} ago: {start}").format(
            day=moment(answer.published_at), age=age, start=escape(answer.plain[:80])
        )

    return options[st.radio(_("Built on"), range(len(options)), format_func=said)]


def _reply(post: Post, kind: str, answers: Sequence[Post]) -> None:
    """The reply: how it is built, its words, what to do with them."""
    with cache.store().read() as connection:
        templates = replies.templates(connection)
    tones = {"warm": _("Warm"), "plain": _("Short")}
    kinds = {name: intent_names()[name] for name in replies.KINDS[1:]}
    with st.container(horizontal=True):
        tone = st.segmented_control(_("Style"), list(tones), default="warm", format_func=lambda t: tones[t]) or "warm"
        chosen = st.selectbox(
            _("Reply to a"), list(kinds), index=list(kinds).index(kind), format_func=lambda k: kinds[k]
        )
    answer = _basis(answers)
    text = opening(post, replies.draft(post, chosen, tone, templates, answer))
    basis = answer.id if answer is not None else 0
    edited = written_area(_("Your reply"), text, f"reply-{post.id}-{tone}-{chosen}-{basis}", height=220)
    st.caption(n_("{n} character", "{n} characters", len(edited)))
    with st.container(horizontal=True):
        if web_link(post.url):
            st.link_button(_("Open the post to reply"), post.url, icon=":material/open_in_new:", type="primary")
        with st.popover(_("Copy the text"), icon=":material/content_copy:"):
            st.code(edited, language=None, wrap_lines=True)
        if st.button(_("It is handled"), key="reply-done", icon=":material/check:", **only(ROLE_OF["handled"])):
            act([post.id], "handled", "yes")
    post_answer(post, edited)
    with st.expander(_("Change this template"), icon=":material/edit:"):
        key = ("answer" if answer is not None else chosen, tone, post.lang if post.lang in replies.LANGS else "en")
        form = opened(f"reply-{'-'.join(key)}", templates[key])
        with st.form(form.key("template"), border=False):
            wanted = st.text_area(
                _("Template"),
                form.shown,
                height=140,
                help=_("{name}, {quote} and {link} are filled in. Leave it empty to go back to ours."),
            )
            if st.form_submit_button(_("Save"), **only(replies.set_template)):
                _keep_template(form, key, wanted)


def _keep_template(form: Opened[str], key: tuple[str, str, str], words: str) -> None:
    if saved(form, lambda seen: replies.set_template(cache.store(), *key, words, seen)):
        st.rerun()
