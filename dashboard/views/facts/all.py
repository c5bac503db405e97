"""What we know: facts with their state, found by words or by meaning, and questions that nothing we know answers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.state import forget, now, parameter, remember, remembered, set_parameter
from dashboard.views.allowed import only
from dashboard.views.facts import several, to_find_out
from dashboard.views.facts.one import one_fact
from dashboard.views.page import choose_view, pager
from dashboard.words.facts.told import STATE_COLOURS, beside_words, kind_names, state_names
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_, percent
from data.facts import facts
from data.facts.facts import Asked, Fact, state_of
from data.models import web_link, whole
from data.scope import page_number
from data.settings import ROOT

SIZE = 25
WAYS = ("paste", "file", "site")
LIKE = "facts-like"


def what_we_know() -> None:
    """One fact, facts that come in, or the lists."""
    if parameter("fact"):
        one_fact(parameter("fact"))
        return
    if parameter("add") in WAYS:
        several.add(parameter("add"))
        return
    _ways_in()
    hour = now().replace(minute=0, second=0, microsecond=0)
    unknown = inbox_reads.to_find_out(hour, (hour - timedelta(days=89)).date())
    _asked_and_expired(unknown)
    names = {
        "known": _("What we know"),
        "find": _("To find out") + (f" · {count(len(unknown))}" if unknown else ""),
    }
    if choose_view(names, "page_facts", name="facts") == "find":
        to_find_out.show(unknown)
    else:
        _list()


def _ways_in() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="fact-ways"):
        if st.button(_("Write a fact"), key="new-fact", type="primary", icon=":material/add:", **only(facts.save_fact)):
            set_parameter("fact", "new")
            st.rerun()
        for way, label, icon in (
            ("paste", _("Paste several"), ":material/content_paste:"),
            ("file", _("From a file"), ":material/upload_file:"),
            ("site", _("From a site of ours"), ":material/language:"),
        ):
            if st.button(label, key=f"add-{way}", icon=icon, type="tertiary", **only(facts.add_facts)):
                set_parameter("add", way)
                st.rerun()


def _asked_and_expired(unknown: Sequence[inbox_reads.Unknown]) -> None:
    """Facts that expired and are asked for: no draft uses them until they are renewed."""
    past = {one.id: one for item in unknown for one in item.expired}
    if past:
        st.warning(
            n_(
                "{n} fact that people ask for has expired: no draft uses it until it is renewed.",
                "{n} facts that people ask for have expired: no draft uses them until they are renewed.",
                len(past),
            ),
            icon=":material/event_busy:",
        )
        for one in list(past.values())[:5]:
            _row(one, place="asked")


def _list() -> None:
    today = now().date()
    asked = _chosen()
    number = max(1, whole(parameter("page_facts")) or 1)
    found, total = inbox_reads.facts(asked, today, number)
    pages = max(1, -(-total // SIZE))
    if not sum(inbox_reads.fact_states(today).values()):
        st.info(
            _(
                "Nothing is written here yet. Write what people ask you again and again, or take it from your list of "
                "questions: drafts of replies quote it word for word, with its link and its date."
            ),
            icon=":material/lightbulb:",
        )
        return
    st.caption(n_("{n} fact", "{n} facts", total))
    for one in found:
        _row(one)
    if asked.words:
        _by_meaning(asked.words, {one.id for one in found})
    pager("page_facts", page_number(parameter("page_facts"), pages), pages)


def _chosen() -> Asked:
    """What the address and the widgets ask for."""
    states, kinds = {"": _("Any state"), **state_names()}, {"": _("Any kind"), **kind_names()}
    numbers = inbox_reads.fact_states(now().date())

    def state_label(state: str) -> str:
        return states[state] + (f" ({count(numbers[state])})" if state else "")

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            _("Search"),
            parameter("fq"),
            max_chars=200,
            placeholder=_("Words, “a phrase”, -not this"),
            icon=":material/search:",
        )
        state = st.selectbox(
            _("State"),
            list(states),
            list(states).index(parameter("fstate")) if parameter("fstate") in states else 0,
            format_func=state_label,
        )
        kind = st.selectbox(
            _("Kind"),
            list(kinds),
            list(kinds).index(parameter("fkind")) if parameter("fkind") in kinds else 0,
            format_func=lambda name: kinds[name],
        )
    wanted = {"fq": words.strip(), "fstate": state, "fkind": kind}
    if any(parameter(name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            set_parameter(name, value)
        set_parameter("page_facts", "")
        forget(LIKE)
        st.rerun()
    return Asked(words, state, kind)


def _row(one: Fact, head: str = "", place: str = "list") -> None:
    """A fact in a list; `place` tells apart rows of one fact on a page, `head` stands beside its state."""
    today = now().date()
    state = state_of(one, today)
    with st.container(border=True, key=f"fact-{place}-{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(one.title)}**", width="content")
            st.badge(kind_names()[one.kind], color="gray")
            st.badge(state_names()[state], color=STATE_COLOURS[state])  # type: ignore[arg-type]
            if head:
                st.caption(head)
            st.space("stretch")
            if web_link(one.source):
                st.link_button(_("Source"), one.source, type="tertiary", icon=":material/open_in_new:")
            if st.button(
                _("Renew") if state == "expired" else _("Edit"),
                key=f"fact-edit-{place}-{one.id}",
                type="tertiary",
                icon=":material/edit:",
                **only(facts.save_fact),
            ):
                set_parameter("fact", str(one.id))
                st.rerun()
        if one.questions:
            st.text(one.text if len(one.text) <= 400 else one.text[:400] + "…")
        st.caption(beside_words(one, today))


def _by_meaning(words: str, shown: set[int]) -> None:
    """Facts that are near in meaning, in both languages. The model stays out of the app's process."""
    if (remembered(LIKE) or ("",))[0] != words:
        if st.button(_("Search by meaning too"), key="facts-like", type="tertiary", icon=":material/hub:"):
            with st.spinner(_("Looking…")):
                remember(LIKE, (words, like(words)))
            st.rerun()
        return
    near = {i: value for i, value in remembered(LIKE)[1] if i not in shown}
    st.markdown("**" + _("Near in meaning") + "**")
    if not near:
        st.caption(_("Nothing else is near."))
    for one in inbox_reads.facts_by_id(tuple(near)):
        _row(one, _("{share} near").format(share=percent(near[one.id])), "near")


def like(words: str) -> list[tuple[int, float]]:
    """(fact, how near) by meaning, from a process of its own; nothing where it cannot be told."""
    command = cache.command("insights", "facts", f"--like={words}")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        st.warning(_("The model for both languages is missing on this machine: Activity says more."))
        return []
    return [(int(i), float(value)) for i, value in json.loads(done.stdout.splitlines()[-1])["facts"]]
