"""Acts: what waits for approval, what waits for a person and why, what is on its way, what was done."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import now, whole_parameter
from dashboard.views.acts.asking import act_now
from dashboard.views.acts.by_link import ask_by_link
from dashboard.views.allowed import only, plain_callback
from dashboard.views.meanwhile import tell, written
from dashboard.views.page import Colour
from dashboard.views.posts import card
from dashboard.words.acts.told import heading, problem_sentence, reason_sentence, state_words, try_words
from dashboard.words.labels import escape, unseen
from dashboard.words.language import _, moment
from data.acting import acts
from data.acting.acts import ActError
from data.acting.kept import OPEN, KeptAct, listed, tries
from data.acting.policy import policy_of
from data.models import web_link
from data.store import Store
from sources.acting.networks import NETWORKS

SHOWN = 50  # of those that are over
# Nobody can judge an answer without what it answers: its post stands above it. Elsewhere it is a click away.
WAITS_FOR_SOMEBODY = frozenset({"asked", "draft", "refused"})


def acts_view() -> None:
    """Everything that was asked for: first what waits for somebody."""
    tell()
    with cache.store().read() as connection:
        policy = policy_of(connection)
        waiting = listed(connection, OPEN)
        over = listed(connection, ("done", "rehearsed", "undone", "cancelled"), SHOWN)
    if not policy.on:
        st.info(problem_sentence("off"), icon=":material/power_settings_new:")
    elif policy.rehearse:
        st.info(_("Acts are only rehearsed: everything is looked at, and nothing is sent."), icon=":material/theaters:")
    asked = [one for one in waiting if one.state in {"asked", "draft"}]
    refused = [one for one in waiting if one.state == "refused"]
    going = [one for one in waiting if one.state in {"ready", "trying", "waits"}]
    _section(_("Waits for approval"), asked, policy.by_link)
    _section(_("Waits for you"), refused)
    _section(_("On its way"), going)
    _section(_("What was done"), over)
    if not waiting and not over:
        st.caption(_("Nothing was asked for yet. Answers are posted from “To answer”, moderation from “To judge”."))


def _section(title: str, found: Sequence[KeptAct], by_link: bool = False) -> None:
    if not found:
        return
    st.header(title, anchor=False)
    one = whole_parameter("act")
    for kept in sorted(found, key=lambda kept: kept.id != one):
        _act(kept, by_link, here=kept.id == one)


def _act(kept: KeptAct, by_link: bool, *, here: bool) -> None:
    """One act: what will stand there, how far it is, what can be done."""
    with st.container(border=True, key=f"act-{kept.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(state_words(kept), color=_colour(kept))
            if here:
                st.badge(_("Here"), icon=":material/arrow_right:", color="blue")
            st.caption(escape(heading(kept)))
        if kept.error:
            st.warning(reason_sentence(kept.error), icon=":material/error:")
        if kept.detail and kept.state == "draft":
            st.caption(_("To be changed:"))
            st.text(kept.detail)
        if kept.state in WAITS_FOR_SOMEBODY:
            _post(kept)
        for words in (kept.rule, kept.reason, kept.title, kept.text):
            if words:
                st.text(words)
        if kept.state == "waits":
            st.caption(_("Tried again {moment}").format(moment=escape(moment(kept.due_at))))
        elif kept.state == "ready" and kept.due_at > now():
            st.caption(_("Goes out {moment}").format(moment=escape(moment(kept.due_at))))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _buttons(kept, by_link)


def _post(kept: KeptAct) -> None:
    """The post that an act is about, as its author wrote it."""
    for post in post_reads.by_id((kept.post,)) if kept.post else ():
        card(post, f"act-{kept.id}")


def _colour(kept: KeptAct) -> Colour:
    colours: dict[str, Colour] = {"done": "green", "refused": "red", "asked": "orange", "waits": "yellow"}
    return colours.get(kept.state, "gray")


def _buttons(kept: KeptAct, by_link: bool) -> None:
    if kept.state == "asked":
        st.button(
            _("Approve"),
            key=f"act-approve-{kept.id}",
            icon=":material/check:",
            type="primary",
            on_click=_changed,
            args=(acts.approve, kept.id),
            **only(acts.approve),
        )
        _send_back(kept)
        if by_link:
            ask_by_link(kept)
    if kept.state in {"waits", "refused", "rehearsed"} and kept.aim == "do":
        st.button(
            _("Do it now") if kept.state == "rehearsed" else _("Try again now"),
            key=f"act-retry-{kept.id}",
            icon=":material/refresh:",
            on_click=_changed,
            args=(acts.retry, kept.id),
            **only(acts.retry),
        )
    if kept.state in {"draft", "asked", "refused"} and kept.text and not kept.maybe:
        _reword(kept)
    if kept.state in OPEN and kept.state != "trying" and kept.aim == "do":
        st.button(
            _("Give it up"),
            key=f"act-cancel-{kept.id}",
            icon=":material/close:",
            on_click=_changed,
            args=(acts.cancel, kept.id),
            **only(acts.cancel),
        )
    network = NETWORKS.get(kept.network)
    if kept.state == "done" and network is not None and kept.deed in network.can_undo:
        st.button(
            _("Take it back"),
            key=f"act-undo-{kept.id}",
            icon=":material/undo:",
            on_click=_changed,
            args=(acts.take_back, kept.id),
            **only(acts.take_back),
        )
    for name, url in ((_("See it there"), kept.url), (_("Open the post"), kept.target_url)):
        if web_link(url):
            st.link_button(name, url, type="tertiary", icon=":material/open_in_new:")
    _around(kept)


@plain_callback
def _changed(write: Callable[..., None], act_id: int) -> None:
    """Change an act as its button says; what is due is done at once."""
    try:
        if written(write, cache.store(), act_id, now()):
            act_now()
    except ActError as error:
        st.toast(problem_sentence(error.code), icon=":material/error:")


def _send_back(kept: KeptAct) -> None:
    with (
        st.popover(_("Send it back"), icon=":material/reply:", key=f"back-{kept.id}"),
        st.form(f"send-back-{kept.id}", border=False),
    ):
        words = st.text_area(_("What is to be changed"), max_chars=acts.SHORT)
        if st.form_submit_button(_("Send it back"), **only(acts.send_back)):
            written(acts.send_back, cache.store(), kept.id, words)
            st.rerun()


def _reword(kept: KeptAct) -> None:
    with (
        st.popover(_("Say it otherwise"), icon=":material/edit:", key=f"reword-{kept.id}"),
        st.form(f"reword-form-{kept.id}", border=False),
    ):
        words = st.text_area(_("Your words"), kept.text, height=160, max_chars=acts.LONGEST)
        if st.form_submit_button(_("Ask for it"), **only(acts.revise)):
            _revise(cache.store(), kept.id, words)
            st.rerun()


def _revise(store: Store, act_id: int, words: str) -> None:
    try:
        if written(acts.revise, store, act_id, secrets.token_hex(16), words, now()):
            act_now()
    except ActError as error:
        st.toast(problem_sentence(error.code), icon=":material/error:")


def _around(kept: KeptAct) -> None:
    """The post that it is about, what was tried, and the address to give to who shall approve it."""
    with st.popover(unseen(_("More about it")), icon=":material/more_horiz:", type="tertiary", key=f"about-{kept.id}"):
        if kept.state not in WAITS_FOR_SOMEBODY:
            _post(kept)
        with cache.store().read() as connection:
            tried = tries(connection, kept.id)
        for one in tried:
            st.caption(escape(try_words(one)))
        st.caption(_("The address of this act, for who shall approve it:"))
        st.code(f"{cache.settings().public_url}/mentions?view=acts&act={kept.id}", language=None)
