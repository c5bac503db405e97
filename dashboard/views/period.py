"""The days that a page is about, and those that it is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from dashboard.state import PERIODS, now, put_scope, remembered, show
from dashboard.views.allowed import plain_callback
from dashboard.words.language import _, days, n_, typed_days
from dashboard.words.posts import period_names
from data.scope import NAMED_PERIODS, Scope


def choose_period(scope: Scope) -> None:
    """7, 30 or 90 days at a click; behind one more, the days of a calendar, any two dates, and what to compare with."""
    today = now().date()
    labels = {n: n_("{n} day", "{n} days", n) for n in PERIODS}
    active = scope.days if not scope.period and scope.until == today and scope.days in PERIODS else None
    with st.container(horizontal=True, width="content", vertical_alignment="center"):
        show("period", active)
        st.segmented_control(
            _("Period"),
            PERIODS,
            format_func=lambda n: labels[n],
            label_visibility="collapsed",
            key="period",
            on_change=_chosen,
            args=(scope,),
        )
        named = period_names().get(scope.period) or (_("Dates") if active is None else _("Other periods"))
        with st.popover(named, key="other-periods"):
            _of_the_calendar(scope, today)
            _between(scope, today)
            _against(scope)


@plain_callback
def _chosen(scope: Scope) -> None:
    chosen, today = remembered("period"), now().date()
    if chosen:
        put_scope(replace(scope, since=today - timedelta(days=chosen - 1), until=today, period=""), today)


def _put(scope: Scope, since: date, until: date, name: str = "") -> None:
    put_scope(replace(scope, since=since, until=until, period=name), now().date())
    st.rerun()


def _of_the_calendar(scope: Scope, today: date) -> None:
    names = period_names()
    chosen = st.pills(
        _("Of the calendar"),
        list(NAMED_PERIODS),
        default=scope.period or None,
        format_func=lambda name: names[name],
        key=f"calendar-{scope.since}-{scope.until}-{scope.period}",
    )
    if chosen and chosen != scope.period:
        _put(scope, *NAMED_PERIODS[chosen](today), name=chosen)


def _between(scope: Scope, today: date) -> None:
    dates = st.date_input(
        _("From and to"),
        (scope.since, scope.until),
        max_value=today + timedelta(days=1),
        format=typed_days(),
        key=f"dates-{scope.since}-{scope.until}",
    )
    if isinstance(dates, tuple) and len(dates) == 2 and dates != (scope.since, scope.until):
        _put(scope, *dates)


def _against(scope: Scope) -> None:
    names = {"": _("The period before"), "year": _("Last year")}
    chosen = st.segmented_control(
        _("Compare with"),
        list(names),
        default=scope.against,
        format_func=lambda name: names[name],
        key=f"against-{scope.against}",
        help=_("The same days of last year are taken by whole weeks, so that weekends meet weekends."),
    )
    if chosen is not None and chosen != scope.against:
        put_scope(replace(scope, against=chosen), now().date())
        st.rerun()


def period_line(scope: Scope, compares: bool) -> str:
    """The days that are shown and, where the page compares, those that they are compared with."""
    shown = days(scope.since, scope.until)
    if not compares:
        return shown
    before = scope.earlier()
    return _("{days} · compared with {before}").format(days=shown, before=days(before.since, before.until))
