"""TODO"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, parameter, remember, set_parameter
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, count, day, n_, percent
from dashboard.words.sources import (
    error_sentence,
    kind_name,
    note_sentence,
    reach_sentence,
)
from data.settings import ROOT
from data.source_list import SourceHealth, ask_back, mark_own, remove_source, set_state
from data.usage import Usage
from sources.base import mask_secrets
from sources.collect import SOURCES

NEEDS_A_PERSON = {"no_credentials", "bad_credentials", "expired_token", "needs_account", "spend_cap"}


def source_state(row: SourceHealth) -> tuple[str, str]:
    """(words, colour) of a source's health."""
    source = row.source
    if source.kind == "demo":
        return _("Demo"), "violet"
    if source.state == "removed":
        return _("Not followed any more"), "gray"
    if source.kind == "import":
        return _("Imported file"), "blue"
    if source.state == "paused":
        return _("Paused"), "gray"
    if source.state == "gone":
        return _("Gone for good"), "red"
    if source.error_code:
        return (_("Needs you"), "orange") if source.error_code in NEEDS_A_PERSON else (_("Failing"), "red")
    if source.last_success is None:
        return _("Waiting for its first check"), "blue"
    if row.is_quiet:
        return _("Quieter than usual"), "orange"
    return _("Working"), "green"


PAGE = 20


def say(words: str) -> None:
    remember("sources-told", words)
    st.rerun()


def try_now(*ids: int) -> None:
    """Check sources in a process of its own; waits for one, lets many go on by themselves."""
    command = [sys.executable, "-m", "sources", "collect", *(f"--source={n}" for n in ids)]
    if len(ids) > 1:
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return
    with st.spinner(_("Checking…")):
        subprocess.run(command, cwd=ROOT, capture_output=True, timeout=180, check=False)


def shown_kind(kind: str, address: str) -> str:
    """The kind, and which of its lists where one place has several."""
    lists = {
        "releases": _("releases"),
        "issues": _("issues"),
        "discussions": _("discussions"),
        "new": _("new posts"),
        "top": _("top posts"),
        "comments": _("comments"),
    }
    which = address.rpartition("/")[2] if kind == "reddit" else address.partition(":")[0]
    return f"{kind_name(kind)} · {lists[which]}" if which in lists else kind_name(kind)


def facts_of(row: SourceHealth, configured: set[str], usage: Mapping[str, Usage]) -> list[str]:
    source = row.source
    facts = [
        kind_name(source.kind),
        n_("{n} post", "{n} posts", row.posts),
        _("{rate} a day").format(rate=count(row.per_day, 1)),
        _("last success: {when}").format(when=ago(source.last_success, now())),
    ]
    if source.kind in SOURCES and source.state == "active":
        facts.append(
            _("next check: {when}").format(when=ago(source.next_check, now()) if source.next_check else _("soon"))
        )
        service = SOURCES[source.kind].service
        if service:
            facts.append(_("with credentials") if service in configured else _("without credentials"))
            quota = usage.get(service)
            if quota is not None and quota.allowed:
                facts.append(_("quota used: {share}").format(share=percent(quota.used / quota.allowed)))
    if source.is_own:
        facts.append(_("ours"))
    return facts


def manage(row: SourceHealth) -> None:
    """What can be done with a source."""
    source = row.source
    if source.kind in SOURCES and source.state != "removed":
        if st.button(_("Try now"), key=f"try-{source.id}", icon=":material/refresh:", width="stretch"):
            try_now(source.id)
            st.rerun()
        paused = source.state != "active"
        if st.button(
            _("Resume") if paused else _("Pause"),
            key=f"pause-{source.id}",
            width="stretch",
            icon=":material/play_arrow:" if paused else ":material/pause:",
        ):
            set_state(cache.store(), source.id, "active" if paused else "paused")
            st.rerun()
        own = st.toggle(
            _("This is ours"),
            source.is_own,
            key=f"own-{source.id}",
            help=_("Our posts count as what we did; our replies count as answers to questions."),
        )
        if own != source.is_own:
            mark_own(cache.store(), source.id, own)
            st.rerun()
        reach = SOURCES[source.kind].reach
        st.caption(reach_sentence(reach))
        if reach != "feed":
            days = st.segmented_control(
                _("Read back"),
                [7, 30, 90, 365],
                key=f"days-{source.id}",
                label_visibility="collapsed",
                format_func=lambda n: n_("{n} day", "{n} days", n),
            )
            if st.button(_("Read back"), key=f"back-{source.id}", disabled=not days, width="stretch") and days:
                ask_back(cache.store(), source.id, now() - timedelta(days=days))
                say(_("The next checks read it back, piece by piece."))
        st.divider()
    st.caption(_("Remove: what should happen to its posts?"))
    if source.state != "removed" and st.button(_("Keep the posts"), key=f"keep-{source.id}", width="stretch"):
        remove_source(cache.store(), source.id, erase_posts=False)
        say(_("Removed; its posts are kept."))
    if st.button(_("Erase the posts"), key=f"erase-{source.id}", width="stretch"):
        erased = remove_source(cache.store(), source.id, erase_posts=True)
        say(n_("Removed; {n} post erased.", "Removed; {n} posts erased.", erased))


def followed_source(row: SourceHealth, configured: set[str], usage: Mapping[str, Usage]) -> None:
    source = row.source
    words, colour = source_state(row)
    with st.container(border=True, key=f"source-{source.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{escape(source.title or mask_secrets(source.address))}**", width="content")
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
                st.badge(words, color=colour)
                with st.popover(_("Manage"), type="tertiary"):
                    manage(row)
        if "://" in source.address and source.title != source.address:
            st.text(mask_secrets(source.address))
        st.caption(" · ".join(escape(fact) for fact in facts_of(row, configured, usage)))
        if source.error_code:
            st.caption(":material/error: " + escape(error_sentence(source.error_code)))
        if source.note:
            st.caption(":material/info: " + escape(note_sentence(source.note)))
        if row.is_quiet:
            st.caption(
                ":material/trending_down: "
                + _("{n} in three days, against {rate} a day usually.").format(
                    n=n_("{n} post", "{n} posts", row.recent), rate=count(row.per_day, 1)
                )
            )
        if source.back_to is not None:
            reached = source.reached or source.added_at or now()
            whole = max((now() - source.back_to).days, 1)
            st.progress(
                min(1.0, max(0.0, (now() - reached).days / whole)),
                _("Reading back to {goal}; now at {reached}.").format(
                    goal=day(source.back_to.date()), reached=day(reached.date())
                ),
            )


def followed(rows: Sequence[SourceHealth], configured: set[str], usage: Mapping[str, Usage]) -> None:
    st.subheader(_("Followed"), anchor=False)
    if not rows:
        st.info(_("No source yet. Add a site above to begin."), icon=":material/rss_feed:")
        return
    failing = [row for row in rows if row.source.error_code and row.source.state in {"active", "gone"}]
    quiet = [row for row in rows if row.is_quiet]
    choices = {"": _("All") + f" ({count(len(rows))})"}
    if failing:
        choices["failing"] = _("Failing") + f" ({count(len(failing))})"
    if quiet:
        choices["quiet"] = _("Quieter than usual") + f" ({count(len(quiet))})"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(_("Find a source"), key="find-source", max_chars=200, icon=":material/search:")
        asked = parameter("health") if parameter("health") in choices else ""
        if len(choices) > 1:
            chosen = st.segmented_control(
                _("Which"),
                list(choices),
                default=asked,
                format_func=lambda k: choices[k],
                label_visibility="collapsed",
                key=f"which-{asked}",
            )
            if (chosen or "") != asked:
                set_parameter("health", chosen or "")
                st.rerun()
    attention = {row.source.id: (0 if row in failing else 1 if row in quiet else 2) for row in rows}
    everything = sorted(rows, key=lambda row: (attention[row.source.id], row.source.kind in {"demo", "import"}))
    shown = {"failing": failing, "quiet": quiet}.get(asked, everything)
    if words.strip():
        shown = [r for r in shown if words.strip().lower() in f"{r.source.title} {r.source.address}".lower()]
    pages = max(1, -(-len(shown) // PAGE))
    number = min(st.number_input(_("Page"), 1, pages, 1, key="source-page") if pages > 1 else 1, pages)
    for row in shown[(number - 1) * PAGE : number * PAGE]:
        followed_source(row, configured, usage)
    if not shown:
        st.caption(_("No source matches."))
