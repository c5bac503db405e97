"""Who did what, when, from what to what: for administrators, to be filtered and taken along."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.files.audit import as_csv
from dashboard.reads import audit as reads
from dashboard.state import midnight, parameter, set_parameter
from dashboard.views.page import pager
from dashboard.words.changes.told import told_subject, told_value
from dashboard.words.language import _, count, moment, n_
from dashboard.words.team import done_words, subject_names
from data.actor import Actor, actor
from data.audit import SUBJECTS, Asked, Audited

DAYS = (1, 7, 30, 90, 365)
PAGE = 100
PAGES = 20


def who_did_what() -> None:
    """The table with its filters, which live in the address."""
    me = actor()
    if not me.may("administrator"):
        st.info(_("Administrators see here who did what."), icon=":material/lock:")
        return
    asked = _asked(me)
    number = max(1, min(PAGES, int(parameter("page_audit")) if parameter("page_audit").isdecimal() else 1))
    found = reads.changes(asked, me.account, PAGE * PAGES + 1)
    shown = found[PAGE * (number - 1) : PAGE * number]
    st.caption(
        n_("{n} change", "{n} changes", len(found))
        if len(found) <= PAGE * PAGES
        else _("More than {n} changes").format(n=count(PAGE * PAGES))
    )
    if not shown:
        st.info(_("Nothing was changed then."), icon=":material/search_off:")
        return
    _table(shown)
    pager("page_audit", number, -(-min(len(found), PAGE * PAGES) // PAGE))
    st.download_button(
        _("CSV"),
        data=lambda: as_csv(reads.changes(asked, me.account, reads.MOST)),
        file_name="vigie-audit.csv",
        mime="text/csv",
        on_click="ignore",
    )


def _asked(me: Actor) -> Asked:
    """What the filters say."""
    first, second, third, fourth = st.columns([1, 1, 1, 2])
    days = int(parameter("since_days")) if parameter("since_days") in {str(n) for n in DAYS} else 30
    chosen = first.selectbox(_("Period"), DAYS, DAYS.index(days), format_func=lambda n: n_("{n} day", "{n} days", n))
    people = ["", *reads.names(me.account)]
    named = parameter("by") if parameter("by") in people else ""
    who = second.selectbox(_("Who"), people, people.index(named), format_func=lambda name: name or _("Everybody"))
    subjects = ["", *SUBJECTS]
    held = parameter("about") if parameter("about") in subjects else ""
    names = {"": _("Everything"), **subject_names()}
    about = third.selectbox(_("About"), subjects, subjects.index(held), format_func=names.__getitem__)
    words = fourth.text_input(_("With these words"), parameter("words"), max_chars=200)
    wanted = {"since_days": str(chosen) if chosen != 30 else "", "by": who, "about": about, "words": words.strip()}
    if any(parameter(name) != value for name, value in wanted.items()):
        for name, value in {**wanted, "page_audit": ""}.items():
            set_parameter(name, value)
        st.rerun()
    until = midnight() + timedelta(days=1)
    return Asked(until - timedelta(days=chosen), until, who, about, words)


def _table(shown: list[Audited]) -> None:
    """As a table: its cells read no markup."""
    st.dataframe(
        [
            {
                _("When"): moment(one.at),
                _("Who"): one.who or _("no name given"),
                _("What"): done_words(one.action) + (f" ({_('undone')})" if one.undone else ""),
                _("About"): told_subject(one.subject),
                _("Before"): told_value(one.action, one.before),
                _("After"): told_value(one.action, one.after),
            }
            for one in shown
        ],
        hide_index=True,
        width="stretch",
    )
