"""A draft of a reply."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now
from dashboard.views.allowed import only, plain_view
from dashboard.views.mentions.triage import act
from dashboard.words.labels import escape, intent_names
from dashboard.words.language import _, lasting, moment, n_
from data.inbox import replies
from data.inbox.triage import ROLE_OF
from data.models import Post, web_link


@plain_view
def draft(post: Post, kind: str, answers: Sequence[Post]) -> None:
    """A reply to start from, in the post's language; Vigie sends nothing."""
    with cache.store().read() as connection:
        templates = replies.templates(connection)
    tones = {"warm": _("Warm"), "plain": _("Short")}
    kinds = {name: intent_names()[name] for name in replies.KINDS[1:]}
    with st.container(horizontal=True):
        tone = st.segmented_control(_("Style"), list(tones), default="warm", format_func=lambda t: tones[t]) or "warm"
        chosen = st.selectbox(
            _("Reply to a"), list(kinds), index=list(kinds).index(kind), format_func=lambda k: kinds[k]
        )
    options: list[Post | None] = [*answers, None]
    basis = (
        st.radio(
            _("Built on"),
            range(len(options)),
            format_func=lambda i: (
                _("No earlier answer: blanks to fill in")
                if options[i] is None
                else _("Our answer of {day}, {age} ago: {start}").format(
                    day=moment(answers[i].published_at),
                    age=lasting((now() - answers[i].published_at).total_seconds()),
                    start=escape(answers[i].plain[:80]),
                )
            ),
        )
        if answers
        else len(options) - 1
    )
    answer = options[basis]
    if not answers:
        st.info(_("Nothing we said before fits. Fill in what stands in brackets."), icon=":material/edit_note:")
    text = replies.draft(post, chosen, tone, templates, answer)
    edited = st.text_area(_("Your reply"), text, height=160, key=f"reply-{post.id}-{tone}-{chosen}-{basis}")
    st.caption(n_("{n} character", "{n} characters", len(edited)) + " · " + _("Copy it with the button on the right:"))
    st.code(edited, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        if web_link(post.url):
            st.link_button(_("Open the post to reply"), post.url, icon=":material/open_in_new:", type="primary")
        if st.button(_("It is handled"), key="reply-done", icon=":material/check:", **only(ROLE_OF["handled"])):
            act([post.id], "handled", "yes")
    with st.expander(_("Change this template"), icon=":material/edit:"):
        key = ("answer" if answer is not None else chosen, tone, post.lang if post.lang in replies.LANGS else "en")
        with st.form("template", border=False):
            wanted = st.text_area(
                _("Template"),
                templates[key],
                height=140,
                help=_("{name}, {quote} and {link} are filled in. Leave it empty to go back to ours."),
            )
            if st.form_submit_button(_("Save"), **only(replies.set_template)):
                replies.set_template(cache.store(), *key, wanted)
                st.rerun()
