"""One report: an edition looked at, then shared, presented or taken as files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard.charts import drawing
from dashboard.documents.of_report import edition
from dashboard.reads import cache
from dashboard.state import now, parameter, remember, remembered, set_parameter, shows
from dashboard.views.allowed import may, only, why_not
from dashboard.views.reports import arrange
from dashboard.views.reports import document as document_views
from dashboard.views.reports import sharing as share_views
from dashboard.words.labels import escape, unseen
from dashboard.words.language import _, days, zone
from data.scope import date_of
from data.sharing import reports, snapshots
from data.sharing.document import Document
from data.sharing.reports import Report

PRESENTED = timedelta(hours=12)  # that a presentation's link lives


def today() -> date:
    return now().astimezone(zone()).date()


def _period(item: Report) -> tuple[date, date]:
    """The edition that is looked at: the newest, or the one that ends on the day of the URL."""
    newest = reports.period_of(item.days, today())
    last = date_of(parameter("last"))
    return reports.period_of(item.days, last + timedelta(days=1)) if last and last <= newest[1] else newest


def show(item: Report) -> None:
    """One report: an edition of it, ways to give it to others, and how it is arranged."""
    first, last = _period(item)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(escape(item.name), anchor=False, width="content")
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
    _editions(item, first, last)
    document = edition(item, now(), (first, last))
    _ways_out(item, document, (first, last))
    parts = {"preview": _("Preview"), "arrange": _("Arrange"), "words": _("Your words")}
    active = parameter("part") if parameter("part") in parts else "preview"
    chosen = st.segmented_control(
        _("Part"),
        list(parts),
        required=True,
        format_func=lambda p: parts[p],
        label_visibility="collapsed",
        **shows("report-part", active),
    )
    if chosen and chosen != active:
        set_parameter("part", "" if chosen == "preview" else chosen)
        st.rerun()
    if active == "arrange":
        arrange.arrange(item)
    elif active == "words":
        arrange.words(item)
    else:
        document_views.draw(document)


def _editions(item: Report, first: date, last: date) -> None:
    """The period that is shown, and the way to the ones before and after."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        before = _("The edition before")
        if st.button(unseen(before), key="edition-before", icon=":material/chevron_left:", help=before):
            set_parameter("last", (first - timedelta(days=1)).isoformat())
            st.rerun()
        st.markdown(escape(days(first, last)), width="content")
        newest = reports.period_of(item.days, today())[1]
        if st.button(
            unseen(_("The edition after")),
            key="edition-after",
            icon=":material/chevron_right:",
            help=_("The edition after"),
            disabled=last >= newest,
        ):
            after = reports.period_of(item.days, last + timedelta(days=(last - first).days + 2))[1]
            set_parameter("last", "" if after >= newest else after.isoformat())
            st.rerun()


def _ways_out(item: Report, document: Document, period: tuple[date, date]) -> None:
    """Share, present, files."""
    link = remembered(share_views.FRESH)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        # Another key once a link is made: the form closes, or it would cover the link.
        with st.popover(_("Freeze and share"), icon=":material/ac_unit:", key=f"freeze-{hash(link) % 10_000}"):
            st.caption(_("Freezes this edition, with your words, and makes a link to it."))
            with st.form("report-share-form", border=False):
                options = share_views.share_options("report")
                asked = st.form_submit_button(
                    _("Make a link"), key="report-share", type="primary", **only(snapshots.freeze)
                )
            if asked:
                shared = replace(item, names=options.names)
                made = edition(shared, now(), period)
                share_views.keep(made, options, page="report", parameters={}, report=item.id)
                st.rerun()
        if st.button(
            _("Present"),
            key="present",
            icon=":material/slideshow:",
            help=why_not(snapshots.freeze) or _("Full-screen slides with your notes, from a frozen copy of its own."),
            disabled=not may(snapshots.freeze),
        ):
            remember("presented", _present(item, document, now()))
        with st.popover(_("Files"), icon=":material/download:"):
            share_views.download_buttons(document, f"vigie-report-{period[1].isoformat()}")
            share_views.chart_buttons(document.charts())
    if link:
        share_views.fresh_link(link)
    shown = remembered("presented")
    if shown:
        st.link_button(_("Open the slides"), shown, icon=":material/open_in_new:", type="primary")
        st.caption(
            _("Arrow keys to go on, F for full screen, P for your notes in a second window. It lives for 12 hours.")
        )


def _present(item: Report, document: Document, at: datetime) -> str:
    snapshots.forget_presentations(cache.store(), at)
    _number, token = snapshots.freeze(
        cache.store(),
        drawing.drawn(document),
        at,
        names=item.names,
        page="report",
        report=item.id,
        expires_at=at + PRESENTED,
        download=False,
        presenting=True,
    )
    return share_views.link_of(token, "/slides")
