"""Asking for an act at the place of a post: exactly what will stand there, with which account, and one click."""

from __future__ import annotations

import secrets
import subprocess
from dataclasses import replace

import streamlit as st

from dashboard.reads import cache
from dashboard.state import forget, now, remember, remembered
from dashboard.views.acts.keys import accounts_for, ask_for_key
from dashboard.views.allowed import may, only, plain_view
from dashboard.words.acts.told import deed_names, heading, problem_sentence, state_words
from dashboard.words.labels import escape
from dashboard.words.language import _
from dashboard.words.sources import kind_name
from data.acting import acts
from data.acting.acts import ActError, Wish
from data.acting.kept import KeptAct, acts_of
from data.acting.policy import Policy, policy_of
from data.models import Post, web_link
from data.settings import ROOT
from sources.acting.base import MODERATION, Deed, Network
from sources.acting.mastodon import addressed
from sources.acting.networks import NETWORKS, REASONS


def act_now() -> None:
    """Have what is due done at once, in a process of its own: the worker would come to it within seconds."""
    nothing = subprocess.DEVNULL
    subprocess.Popen(cache.command("sources.acting"), cwd=ROOT, stdin=nothing, stdout=nothing, stderr=nothing)


def network_for(post: Post, deed: Deed) -> Network | None:
    """The network of a post where that can be done there; None where it cannot."""
    network = NETWORKS.get(post.source_kind)
    return network if network is not None and deed in network.deeds else None


def opening(post: Post, text: str) -> str:
    """A reply as it begins at its network: on Mastodon with the name of whom it answers."""
    named = post.source_kind == "mastodon" and not cache.settings().pseudonymise_authors
    return addressed(text, post.author) if named else text


def post_answer(post: Post, text: str) -> None:
    """Under a reply: as it will stand, and the button that posts it; nothing where the network takes none from here."""
    network = network_for(post, Deed.ANSWER)
    if network is None or post.is_demo:
        return
    held = _about(post)
    st.markdown("**" + _("Post it from here") + "**")
    policy = _policy()
    if not policy.on:
        st.caption(problem_sentence("off"))
        return
    account = choose_account(network.service, f"answer-{post.id}")
    if account is None:
        return
    _preview(post, account, text)
    length = network.length(text)
    if network.longest and length > network.longest:
        told = _("{n} of {most} characters: too long for this place.")
        st.warning(escape(told.format(n=length, most=network.longest)))
        return
    again = any(one.deed == "answer" and one.state not in {"undone", "rehearsed"} for one in held)
    if again and not st.checkbox(_("Post a second answer all the same"), key=f"again-{post.id}"):
        return
    wish = replace(_wish(post, "answer", account), text=text)
    if st.button(
        way(policy, _("Post this answer")),
        key=f"post-answer-{post.id}",
        type="primary",
        icon=":material/send:",
        **only(acts.ask),
    ):
        _ask(wish, again=again)


def _about(post: Post) -> list[KeptAct]:
    """What was asked for about this post before, told."""
    with cache.store().read() as connection:
        held = acts_of(connection, [post.id]).get(post.id, [])
    for one in held:
        st.caption(escape(f"{heading(one)} · {state_words(one)}"))
        if one.state == "done" and web_link(one.url):
            st.link_button(_("See it there"), one.url, icon=":material/open_in_new:", type="tertiary")
    return held


def _policy() -> Policy:
    with cache.store().read() as connection:
        return policy_of(connection)


def choose_account(service: str, key: str) -> str | None:
    """With which account to act; None while no key is there, which is asked for."""
    accounts = accounts_for(service)
    if not accounts:
        ask_for_key(service, key)
        return None
    if len(accounts) == 1:
        return accounts[0]
    return st.selectbox(_("With the account of"), accounts, key=f"account-{key}")


def _preview(post: Post, account: str, text: str) -> None:
    """Exactly what will stand there."""
    with st.container(border=True, key=f"preview-{post.id}"):
        where = " · ".join(filter(None, (kind_name(post.source_kind), account, post.author)))
        st.caption(_("So it will stand, under the post:") + " " + escape(where))
        st.text(text)


def _wish(post: Post, deed: str, account: str) -> Wish:
    """What is asked for, under the key that was made as its form opened: two clicks are one act."""
    name = f"act-key-{deed}-{post.id}"
    key = remembered(name) or secrets.token_hex(16)
    remember(name, key)
    return Wish(
        key,
        deed,
        post.source_kind,
        account,
        post.source_kind,
        post.id,
        target=post.native_id,
        target_url=post.url,
        place=post.community,
        lang=post.lang,
        seen=post.plain,
    )


def way(policy: Policy, at_once: str) -> str:
    """What the one click says, and beside it what comes of it: it goes out, is rehearsed, or waits for somebody."""
    if policy.rehearse:
        st.caption(_("Acts are only rehearsed at the moment: everything is looked at, and nothing is sent."))
    if may(acts.approve) and not policy.second:
        return at_once
    st.caption(_("Another editor approves it before it goes out.") if policy.second else _("An editor approves it."))
    return _("Ask for approval")


def _ask(wish: Wish, *, again: bool = False) -> None:
    try:
        kept = acts.ask(cache.store(), wish, now(), again=again)
    except ActError as error:
        st.error(problem_sentence(error.code), icon=":material/error:")
        return
    forget(f"act-key-{wish.deed}-{wish.post}")
    if kept.state == "ready":
        act_now()
    st.toast(state_words(kept), icon=":material/send:")
    st.rerun()


def moderation_of(post: Post) -> list[str]:
    """What can be done with a post at its network, but answering it."""
    network = NETWORKS.get(post.source_kind)
    return (
        [] if network is None or post.is_demo else [name for name in deed_names() if name in network.deeds & MODERATION]
    )


@plain_view
def moderate_there(post: Post) -> None:
    """Do something with a post at its place, with the reason and the rule of the house that it is about."""
    network = NETWORKS[post.source_kind]
    policy = _policy()
    if not policy.on:
        st.caption(problem_sentence("off"))
        return
    _about(post)
    account = choose_account(network.service, f"moderate-{post.id}")
    if account is None:
        return
    names = deed_names()
    deed = st.selectbox(_("What to do"), moderation_of(post), format_func=lambda name: names[name], key="deed")
    rule = st.selectbox(
        _("Rule of the house"),
        policy.rules,
        index=None,
        accept_new_options=True,
        placeholder=_("Which rule it is about"),
    )
    listed = REASONS.get((post.source_kind, Deed(deed)))
    reason = st.selectbox(_("Reason"), listed) if listed else st.text_input(_("Reason"), max_chars=acts.SHORT)
    text = st.text_area(_("Your message"), max_chars=2_000) if deed == "warn" else ""
    if text:
        _preview(post, account, text)
    wish = replace(_wish(post, deed, account), text=text, rule=rule or "", reason=reason or "")
    if st.button(
        way(policy, _("Have it done")),
        key=f"moderate-{post.id}",
        type="primary",
        icon=":material/send:",
        **only(acts.ask),
    ):
        _ask(wish)
