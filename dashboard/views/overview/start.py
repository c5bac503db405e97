"""The first steps of a workspace: what is done ticks itself, what is left leads to its page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import start as start_reads
from dashboard.reads import workspace as workspace_reads
from dashboard.state import now, remembered
from dashboard.views.allowed import only
from dashboard.views.page import open_page
from dashboard.words.help.steps import done_sentence, to_do_sentence
from dashboard.words.labels import escape
from dashboard.words.language import _, count, current
from data.actor import actor
from data.identity import save_identity
from data.start.steps import Step, is_over, put_away, steps_for

# The page that each step leads to, with what its address says.
WAYS: dict[str, tuple[str, dict[str, str]]] = {
    "brand": ("reputation", {"view": "brands", "edit": "new"}),
    "sources": ("sources", {}),
    "ours": ("sources", {}),
    "language": ("settings", {}),
    "alerts": ("alerts", {"view": "channels", "channel": "new"}),
    "team": ("team", {}),
}


def _steps() -> list[Step]:
    """Those of the person in front of the page; none in the demo."""
    return [] if cache.settings().demo else steps_for(start_reads.facts(now()), actor())


def _done_of(steps: list[Step]) -> str:
    """How many are done, a few words."""
    done = sum(step.done for step in steps)
    return _("{done} of {all} done").format(done=count(done), all=count(len(steps)))


def first_steps() -> bool:
    """The list, until all is done or it is put away. Gives whether it leads to a first source."""
    steps = [] if start_reads.recorded().is_put_away else _steps()
    if is_over(steps):
        return False
    with st.container(border=True, key="first-steps", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.header(_("First steps"), anchor=False, width="content")
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
                st.badge(_done_of(steps), color="green" if any(step.done for step in steps) else "gray")
                if st.button(_("Put away"), key="start-away", type="tertiary", **only(put_away)):
                    put_away(cache.store(), True)
                    st.rerun()
        upcoming = next(step for step in steps if not step.done)
        middle = (len(steps) + 1) // 2
        for column, part in zip(st.columns(2, gap="small"), (steps[:middle], steps[middle:]), strict=True):
            with column:
                for step in part:
                    _row(step, step is upcoming)
    return any(step.key == "sources" and not step.done for step in steps)


def _row(step: Step, is_next: bool) -> None:
    """One step: ticked, or the way to it, which stands out where it is the next one."""
    if step.done:
        st.markdown(f":small[:green[:material/check_circle:] {escape(done_sentence(step.key))}]")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            escape(to_do_sentence(step.key, _zone())),
            key=f"start-{step.key}",
            type="primary" if is_next else "tertiary",
            icon=":material/radio_button_unchecked:",
        ):
            page, asked = WAYS[step.key]
            open_page(page, **asked)
        if step.key == "language" and st.button(_("Keep that"), key="start-keep-that", **only(save_identity)):
            held = workspace_reads.identity()
            wanted = replace(held, language=current(), zone=held.zone or _zone())
            save_identity(cache.store(), wanted, held)
            st.rerun()


def _zone() -> str:
    return str(remembered("zone", "UTC"))


def steps_again() -> None:
    """On Settings: how far they are, and the way back to them once they were put away."""
    steps = _steps()
    if not steps or not start_reads.recorded().is_put_away:
        return
    st.header(_("First steps"), anchor=False)
    st.caption(_done_of(steps))
    if st.button(_("Show them again"), key="start-again", **only(put_away)):
        put_away(cache.store(), False)
        open_page("overview")
