"""What people teach: words with a tone, who writes for us, and what was learned from corrections."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import forget, now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.meanwhile import clicked, tell
from dashboard.views.posts import SENTIMENT_COLOURS
from dashboard.words.labels import escape
from dashboard.words.language import _, count, moment, n_, percent
from data.inbox import learning
from data.inbox.ours import set_own_account


def words_and_learning() -> None:
    """Words whose tone people set, and what was learned from corrections."""
    tones = {"neutral": _("Neutral"), "negative": _("Negative"), "positive": _("Positive")}
    st.header(_("Your words"), anchor=False)
    st.caption(
        _(
            "A product called “Killer”, slang that praises, the name of a trouble: say what it means here. All posts "
            "that hold it are read again, the old ones too."
        )
    )
    with st.form("word", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        word = st.text_input(_("Word or phrase"), max_chars=80)
        tone = st.selectbox(_("Its tone"), list(tones), format_func=lambda t: tones[t], width=180)
        if st.form_submit_button(_("See what changes"), icon=":material/preview:") and word.strip():
            remember("word_asked", (word.strip(), tone, inbox_reads.word_tones().get(word.strip().lower(), "")))
    tell()
    asked = remembered("word_asked")
    if asked:
        _preview(asked[0], asked[1], tones)
    for word, tone in inbox_reads.word_tones().items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(tones[tone], color=SENTIMENT_COLOURS[tone])
            st.caption(escape(word))
            st.button(
                _("Forget"),
                key=f"forget-{word}",
                type="tertiary",
                icon=":material/close:",
                on_click=clicked,
                args=(learning.set_word_tone, cache.store(), word, "", now(), tone),
                **only(learning.set_word_tone),
            )
    _our_accounts()
    _lessons()


def _lessons() -> None:
    """What was learned from corrections, and whether it is in use."""
    st.header(_("What it learned from you"), anchor=False)
    labels, tried = inbox_reads.lessons()
    st.caption(
        n_("You corrected the tone of {n} post.", "You corrected the tone of {n} posts.", labels)
        + " "
        + _("From about 60, Vigie learns from them, and keeps what it learned only if it is right more often.")
    )
    states = {
        "adopted": _("In use"),
        "refused": _("Not better, not used"),
        "replaced": _("Replaced"),
        "rolled_back": _("Taken back"),
    }
    for lesson in tried:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.badge(states[lesson.state], color="green" if lesson.state == "adopted" else "gray")
            st.caption(
                escape(moment(lesson.made_at))
                + " · "
                + _("{n} corrections: {before} right before, {after} after, on those it had not seen").format(
                    n=count(lesson.labels), before=percent(lesson.before), after=percent(lesson.after)
                )
            )
            if lesson.state == "adopted" and st.button(
                _("Take it back"), key=f"roll-{lesson.id}", type="tertiary", **only(learning.roll_back)
            ):
                learning.roll_back(cache.store())
                st.rerun()


def _our_accounts() -> None:
    """Authors that write for us: what they reply counts as our answer."""
    st.header(_("Who writes for you"), anchor=False)
    st.caption(_("What these authors reply counts as your answer. The name as it stands on the network."))
    with st.form("account", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        author = st.text_input(_("Author"), max_chars=300)
        if st.form_submit_button(_("Add"), icon=":material/person_add:", **only(set_own_account)) and author.strip():
            set_own_account(cache.store(), author)
            st.rerun()
    for name in inbox_reads.own_accounts():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(escape(name))
            if st.button(
                _("Remove"), key=f"account-{name}", type="tertiary", icon=":material/close:", **only(set_own_account)
            ):
                set_own_account(cache.store(), name, ours=False)
                st.rerun()


def _preview(word: str, tone: str, tones: dict[str, str]) -> None:
    """What a word would change, before it is saved."""
    with st.spinner(_("Reading the posts that hold it…")):
        preview = inbox_reads.word_preview(word, tone)
    with st.container(border=True):
        st.markdown(f"**{escape(word)}** · {tones[tone]}")
        st.caption(
            n_("{n} post holds it", "{n} posts hold it", preview.posts)
            + " · "
            + n_("{n} changes its tone", "{n} change their tone", len(preview.changes))
            + (" · " + _("of the latest 300") if preview.posts > 300 else "")
        )
        names = {**tones, "unsure": _("Unsure")}
        changes = {change.post: change for change in preview.changes[:5]}
        for post in post_reads.by_id(tuple(changes)):
            st.caption(f"{names[changes[post.id].before]} → {names[changes[post.id].after]}")
            st.text(post.plain[:300])
        with st.container(horizontal=True):
            if st.button(_("Save"), key="save-word", type="primary", **only(learning.set_word_tone)):
                seen = remembered("word_asked")[2]
                clicked(learning.set_word_tone, cache.store(), word, tone, now(), seen)
                forget("word_asked")
                st.toast(_("Saved. The next refresh reads these posts again."))
                st.rerun()
            if st.button(_("Leave it"), key="drop-word"):
                forget("word_asked")
                st.rerun()
