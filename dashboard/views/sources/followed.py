"""The sources that are followed: the health of each, and what can be done with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import forget, now, parameter, remember, remembered, set_parameter, shows
from dashboard.views.allowed import may, only, why_not
from dashboard.views.meanwhile import clicked, tell
from dashboard.views.page import Colour, open_page
from dashboard.words.labels import escape
from dashboard.words.language import _, count, day, n_
from dashboard.words.sources import (
    activity_words,
    checking_words,
    condition_name,
    error_sentence,
    note_sentence,
    quiet_sentence,
    reach_sentence,
)
from data.actor import needs
from data.settings import ROOT
from data.source_list import SourceHealth, ask_back, mark_own, remove_source, set_state
from data.usage import Usage
from sources.collect import SOURCES
from sources.errors import mask_secrets

PAGE = 20
CONDITION_COLOURS: dict[str, Colour] = {
    "demo": "violet",
    "removed": "gray",
    "import": "blue",
    "paused": "gray",
    "gone": "red",
    "needs_a_person": "orange",
    "failing": "red",
    "waiting": "blue",
    "quiet": "orange",
    "working": "green",
}


def say(words: str) -> None:
    """Draw the page again, with these words at its top."""
    remember("sources-told", words)
    st.rerun()


def told() -> None:
    """The words that were left for the top of the page, once."""
    words = remembered("sources-told")
    if words:
        st.success(escape(words))
        forget("sources-told")


@needs("administrator")
def try_now(source: int) -> None:
    """Check a source in a process of its own, and wait for what comes of it."""
    with st.spinner(_("Checking…")):
        subprocess.run(
            cache.command("sources", "collect", f"--source={source}"),
            cwd=ROOT,
            capture_output=True,
            timeout=180,
            check=False,
        )


def read_now(*ids: int) -> None:
    """Collect sources and read what they bring, at once, in a process of its own: the line above every page says how
    far it is."""
    command = [sys.executable, str(ROOT / "worker.py"), "now", cache.settings().key, *map(str, ids)]
    subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def followed_now(ids: Sequence[int], words: str) -> None:
    """New sources are collected and read at once; who has no post yet is taken to where the first ones show."""
    if ids:
        read_now(*ids)
    if ids and not post_reads.content().posts:
        open_page("overview")
    say(words)


def _facts(row: SourceHealth, configured: set[str], usage: Mapping[str, Usage]) -> list[str]:
    """What is known of a source, in the order in which it is shown."""
    source = row.source
    facts = activity_words(row, now())
    if source.kind in SOURCES and source.state == "active":
        service = SOURCES[source.kind].service
        facts += checking_words(row, now(), service, service in configured, usage.get(service))
    if source.folder:
        facts.append(_("folder: {name}").format(name=source.folder))
    if source.is_own:
        facts.append(_("ours"))
    return facts


def _manage(row: SourceHealth) -> None:
    """What can be done with a source."""
    source = row.source
    tell()
    if source.kind in SOURCES and source.state != "removed":
        if st.button(_("Try now"), key=f"try-{source.id}", icon=":material/refresh:", width="stretch", **only(try_now)):
            try_now(source.id)
            st.rerun()
        paused = source.state != "active"
        if st.button(
            _("Resume") if paused else _("Pause"),
            key=f"pause-{source.id}",
            width="stretch",
            icon=":material/play_arrow:" if paused else ":material/pause:",
            **only(set_state),
        ):
            clicked(set_state, cache.store(), source.id, "active" if paused else "paused", source.state)
            st.rerun()
        own = st.toggle(
            _("This is ours"),
            source.is_own,
            key=f"own-{source.id}",
            help=why_not(mark_own) or _("Our posts count as what we did; our replies count as answers to questions."),
            disabled=not may(mark_own),
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
            if (
                st.button(
                    _("Read back"),
                    key=f"back-{source.id}",
                    disabled=not days or not may(ask_back),
                    width="stretch",
                    help=why_not(ask_back),
                )
                and days
            ):
                ask_back(cache.store(), source.id, now() - timedelta(days=days))
                say(_("The next checks read it back, piece by piece."))
        st.divider()
    st.caption(_("Remove: what should happen to its posts?"))
    if source.state != "removed" and st.button(
        _("Keep the posts"), key=f"keep-{source.id}", width="stretch", **only(remove_source)
    ):
        remove_source(cache.store(), cache.settings(), source.id, erase_posts=False)
        say(_("Removed; its posts are kept."))
    if st.button(_("Erase the posts"), key=f"erase-{source.id}", width="stretch", **only(remove_source)):
        erased = remove_source(cache.store(), cache.settings(), source.id, erase_posts=True)
        say(n_("Removed; {n} post erased.", "Removed; {n} posts erased.", erased))


def _followed_source(row: SourceHealth, configured: set[str], usage: Mapping[str, Usage]) -> None:
    source = row.source
    with st.container(border=True, key=f"source-{source.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{escape(source.title or mask_secrets(source.address))}**", width="content")
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
                st.badge(condition_name(row.condition), color=CONDITION_COLOURS[row.condition])
                with st.popover(_("Manage"), type="tertiary"):
                    _manage(row)
        if "://" in source.address and source.title != source.address:
            st.text(mask_secrets(source.address))
        st.caption(" · ".join(escape(fact) for fact in _facts(row, configured, usage)))
        if source.error_code:
            st.caption(":material/error: " + escape(error_sentence(source.error_code)))
        if source.note:
            st.caption(":material/info: " + escape(note_sentence(source.note)))
        if row.is_quiet:
            st.caption(":material/trending_down: " + quiet_sentence(row))
        if source.back_to is not None:
            reached = source.reached or source.added_at or now()
            whole = max((now() - source.back_to).days, 1)
            st.progress(
                min(1.0, max(0.0, (now() - reached).days / whole)),
                _("Reading back to {goal}; now at {reached}.").format(
                    goal=day(source.back_to.date()), reached=day(reached.date())
                ),
            )


def _folder(rows: Sequence[SourceHealth]) -> str:
    """The folder whose sources are asked for, where lists of feeds have brought any; a folder holds those within."""
    parts = [row.source.folder.split(" / ") for row in rows if row.source.folder]
    folders = sorted({" / ".join(part[:depth]) for part in parts for depth in range(1, len(part) + 1)})
    if not folders:
        return ""
    names = {"": _("All folders"), **{name: name for name in folders}}
    return str(st.selectbox(_("Folder"), list(names), format_func=lambda key: names[key], key="source-folder"))


def followed(rows: Sequence[SourceHealth], configured: set[str], usage: Mapping[str, Usage]) -> None:
    st.header(_("Followed"), anchor=False)
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
        folder = _folder(rows)
        asked = parameter("health") if parameter("health") in choices else ""
        if len(choices) > 1:
            chosen = st.segmented_control(
                _("Which"),
                list(choices),
                format_func=lambda k: choices[k],
                label_visibility="collapsed",
                **shows("which", asked),
            )
            if (chosen or "") != asked:
                set_parameter("health", chosen or "")
                st.rerun()
    attention = {row.source.id: (0 if row in failing else 1 if row in quiet else 2) for row in rows}
    everything = sorted(rows, key=lambda row: (attention[row.source.id], row.source.kind in {"demo", "import"}))
    shown = {"failing": failing, "quiet": quiet}.get(asked, everything)
    if folder:
        shown = [r for r in shown if r.source.folder == folder or r.source.folder.startswith(f"{folder} / ")]
    if words.strip():
        shown = [r for r in shown if words.strip().lower() in f"{r.source.title} {r.source.address}".lower()]
    pages = max(1, -(-len(shown) // PAGE))
    number = min(st.number_input(_("Page"), 1, pages, 1, key="source-page") if pages > 1 else 1, pages)
    for row in shown[(number - 1) * PAGE : number * PAGE]:
        _followed_source(row, configured, usage)
    if not shown:
        st.caption(_("No source matches."))
