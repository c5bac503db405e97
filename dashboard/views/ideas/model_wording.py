"""What a language model may word, where one is set: asked for by a button, marked, never needed."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, remember, remembered
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_
from data.models import Post
from data.usage import Meter
from insights.ideas.language_model import SERVICE, ModelUnavailable, Source, Written, is_on, write


def problem_words(code: str) -> str:
    return {
        "cap": _("The cap of this month is reached: the template stays."),
        "time": _("It took too long: the template stays."),
        "refused": _("The model's address refused: check its key and its name. The template stays."),
        "unreachable": _("The model's address does not answer. The template stays."),
        "private": _("The model's address is inside a private network, which the settings do not allow."),
        "answer": _("Nothing in its answer was borne out by the posts: the template stays."),
    }.get(code, _("No model is set."))


def reason_words(reason: str) -> str:
    return {
        "source": _("names no post"),
        "inexact": _("not what the post says, letter by letter"),
        "markup": _("holds code or hidden signs"),
        "address": _("names an address that its posts do not"),
        "quote": _("puts words between quotation marks that its posts do not hold"),
        "figure": _("gives a figure or a day that its posts do not"),
        "name": _("gives a name that its posts do not"),
        "negation": _("says the opposite of its posts"),
        "certain": _("states what its posts ask, wish or expect"),
        "how_many": _("says of many or of all what its posts do not"),
    }.get(reason, _("says more than its posts"))


def ask(task: str, key: str, posts: list[Post], lang: str, about: str, words: str) -> Written | None:
    """A button that has the model word something over these posts; what it wrote, None while it was not asked.

    Nothing shows where no model is set.
    """
    return ask_over(task, key, [Source(post.id, post.plain) for post in posts], lang, about, words)


def ask_over(task: str, key: str, sources: list[Source], lang: str, about: str, words: str) -> Written | None:
    """The same over any texts: what these do not bear out is dropped."""
    settings = cache.settings()
    if not is_on(settings) or not sources:
        return None
    name = f"written-{task}-{key}"
    if st.button(
        words,
        key=name,
        type="tertiary",
        icon=":material/auto_awesome:",
        help=_("By {model}, from these posts. What they do not bear out is dropped, and shown as dropped.").format(
            model=escape(settings.llm_model)
        ),
    ):
        try:
            with st.spinner(_("The model writes…")):
                remember(
                    name + "-held", write(settings, Meter(cache.store()), now(), task, sources, lang=lang, about=about)
                )
        except ModelUnavailable as error:
            st.warning(problem_words(error.code), icon=":material/cloud_off:")
    written = remembered(name + "-held")
    return written if isinstance(written, Written) else None


def show(written: Written, key: str) -> None:
    """What the model wrote, marked as such, with its exact quotes and what it cost."""
    with st.container(border=True, key=f"model-{key}"):
        st.badge(
            _("Written by {model}").format(model=escape(written.model)), color="violet", icon=":material/auto_awesome:"
        )
        st.text(written.text)
        for _post, words in written.quotes:
            st.text(f"“{words}”")
        if written.left_out:
            with st.expander(_("What was dropped"), icon=":material/delete_sweep:"):
                for part in written.left_out:
                    st.caption(_("Dropped: {reason}").format(reason=reason_words(part.reason)))
                    st.text(part.text)
        told = n_("{n} part was dropped", "{n} parts were dropped", written.dropped) if written.dropped else ""
        used = Meter(cache.store()).used(SERVICE, f"{now().year:04d}-{now().month:02d}")
        spent = _("{n} tokens; {used} this month").format(n=count(written.tokens), used=count(used))
        st.caption(escape(" · ".join(part for part in (told, spent) if part)))
