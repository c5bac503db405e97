"""The menu: pages under titles, what waits beside their names, and the way to what is assigned to oneself."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads.inbox import Waiting
from dashboard.state import now, parameter
from dashboard.words.language import _, count, n_
from data.actor import Actor
from data.house.workspaces import has_record
from data.scope import scope_of
from data.settings import ROOT, Settings
from data.store import StoreError

PAGES = ROOT / "dashboard" / "pages"


def waiting(settings: Settings, me: Actor) -> Waiting:
    """What waits in the last thirty days, for all and for who that is; nothing where the record is missing or
    cannot be read, which the page says."""
    with suppress(StoreError):
        if has_record(settings):
            hour = now().replace(minute=0, second=0, microsecond=0)
            since = scope_of(lambda _name: "", now().date()).since
            with cache.one_record():
                return inbox_reads.waiting_now(hour, since, me)
    return Waiting()


def _titled(title: str, number: int) -> str:
    return f"{title} · {count(number)}" if number else title


def pages(me: Actor, waits: Waiting) -> dict[str, list[Any]]:
    """The pages of the menu that this person may open, under their titles; some are reached by other ways alone."""

    def page(name: str, title: str, icon: str, *, default: bool = False) -> Any:
        path = "" if default else name
        return st.Page(
            PAGES / f"{name}.py", title=title, icon=f":material/{icon}:", url_path=path or None, default=default
        )

    def hidden(name: str, title: str) -> Any:
        return st.Page(PAGES / f"{name}.py", title=title, url_path=name, visibility="hidden")

    return {
        _("Watch"): [
            page("overview", _("Overview"), "home", default=True),
            page("mentions", _titled(_("Mentions"), waits.answer + waits.judge + waits.approve), "forum"),
            page("alerts", _titled(_("Alerts"), waits.alerts), "notifications"),
        ],
        _("Understand"): [
            page("topics", _("Topics"), "category"),
            page("debates", _("Debates"), "balance"),
            page("tools", _("New tools"), "radar"),
            page("reputation", _("Reputation"), "verified"),
            page("people", _("People"), "groups"),
        ],
        _("Act"): [page("ideas", _("Ideas"), "lightbulb"), page("calendar", _("Calendar"), "calendar_month")],
        _("Share"): [page("reports", _("Reports"), "summarize")],
        _("Set up"): [
            page("sources", _("Sources"), "rss_feed"),
            page("activity", _("Activity"), "history"),
            page("settings", _("Settings"), "settings"),
            *([page("team", _("Team"), "group_add")] if me.may("administrator") else []),
            hidden("search", _("Search")),
            *([hidden("account", _("My account"))] if me.account else []),
        ],
    }


def mine(waits: Waiting) -> None:
    """In the sidebar: the ways to what waits for one's approval, and to what is assigned to oneself, with the number of
    those that are not handled yet."""
    kept = {"lang": parameter("lang")} if parameter("lang") else {}
    if waits.approve:
        st.page_link(
            "dashboard/pages/mentions.py",
            label=n_("{n} act waits for your approval", "{n} acts wait for your approval", waits.approve),
            icon=":material/how_to_reg:",
            query_params={**kept, "view": "acts"},
        )
    if not waits.mine:
        return
    words = n_("{n} assigned to you", "{n} assigned to you", waits.mine)
    undone = n_("{n} to do", "{n} to do", waits.mine_undone)
    st.page_link(
        "dashboard/pages/mentions.py",
        label=words + (f" :blue-badge[{undone}]" if waits.mine_undone else ""),
        icon=":material/assignment_ind:",
        query_params={**kept, "mine": "yes"},
    )
