"""What is shared: every link with its state, and what changed since each was frozen."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.documents import differences as difference_sections
from dashboard.documents import of_page as of_page_sections
from dashboard.documents.frame import NotShareable
from dashboard.documents.of_report import edition
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import (
    forget,
    now,
    remember,
    remembered,
    set_parameter,
    whole_parameter,
)
from dashboard.views.allowed import may, only, why_not
from dashboard.views.page import back, open_page
from dashboard.views.posts import card
from dashboard.views.reports import guests as guest_views
from dashboard.views.reports.sharing import FRESH, fresh_link, link_of, state_of
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, current, day, moment, n_
from data.sharing import guests, snapshots
from data.sharing.document import Document
from data.sharing.guests import Answers
from data.sharing.reports import one_report
from data.sharing.snapshots import Snapshot


def show() -> None:
    """Every share with its state; revoke, a new link, what changed since, what guests answered."""
    answered = whole_parameter("answers")
    if answered is not None:
        guest_views.show(answered)
        return
    asked = whole_parameter("changed")
    if asked is not None:
        _changed(asked)
        return
    link = remembered(FRESH)
    if link:
        fresh_link(link)
    with cache.store().read() as connection:
        shares = snapshots.snapshots(connection)
        answers = guests.counts(connection)
    if not shares:
        st.info(
            _("Nothing is shared yet. “Share this page” in the sidebar freezes the page that you look at."),
            icon=":material/ios_share:",
        )
        return
    st.caption(_("A link opens one frozen document and nothing else. Vigie keeps no link, only its fingerprint."))
    guest_views.switch()
    for item in shares:
        _shared(item, answers.get(item.id, guests.NONE))


def _shared(item: Snapshot, answers: Answers) -> None:
    at = now()
    with st.container(border=True, key=f"shared-{item.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(item.title)}**", width="content")
            state, colour = state_of(item, at)
            st.badge(state, color=colour)
            if item.has_password:
                st.badge(_("Password"), color="gray", icon=":material/lock:")
            if item.names == "names":
                st.badge(_("With names"), color="orange")
            guest_views.badges(answers)
        told = [
            _("made {when}").format(when=ago(item.made_at, at)) + (f" ({escape(item.who)})" if item.who else ""),
            n_("opened {n} time", "opened {n} times", item.views),
            _("last {when}").format(when=ago(item.viewed_at, at)) if item.viewed_at else "",
            _("open until {day}").format(day=day(item.expires_at.date())) if item.expires_at else _("no end"),
        ]
        st.caption(" · ".join(part for part in told if part))
        with st.container(horizontal=True, gap="small"):
            guest_views.way(item, answers)
            if (item.page in of_page_sections.SHAREABLE or item.report) and st.button(
                _("What changed since"), key=f"changed-{item.id}", type="tertiary", icon=":material/compare_arrows:"
            ):
                set_parameter("changed", str(item.id))
                st.rerun()
            if item.is_open(at):
                if item.page != snapshots.ACT and st.button(
                    _("New link"),
                    key=f"renew-{item.id}",
                    type="tertiary",
                    icon=":material/link:",
                    help=why_not(snapshots.renew) or _("The link before opens nothing any more."),
                    disabled=not may(snapshots.renew),
                ):
                    remember(FRESH, link_of(snapshots.renew(cache.store(), item.id)))
                    st.rerun()
                if st.button(
                    _("Revoke"),
                    key=f"revoke-{item.id}",
                    type="tertiary",
                    icon=":material/link_off:",
                    **only(snapshots.revoke),
                ):
                    snapshots.revoke(cache.store(), item.id, at)
                    forget(FRESH)
                    st.rerun()
            elif st.button(
                _("Remove"),
                key=f"remove-{item.id}",
                type="tertiary",
                icon=":material/delete:",
                **only(snapshots.remove),
            ):
                snapshots.remove(cache.store(), item.id)
                st.rerun()


def as_of_now(item: Snapshot) -> Document:
    """What a snapshot would hold if it was made now: its page today, or its report's latest edition. Raises
    NotShareable where that is gone."""
    if not item.report:
        return of_page_sections.frozen(item.page, item.parameters, now(), title=item.title, names=item.names)
    with cache.store().read() as connection:
        report = one_report(connection, item.report)
    if report is None:
        raise NotShareable
    return edition(replace(report, names=item.names), now())


def _changed(snapshot_id: int) -> None:
    """A snapshot against its page as it is today."""
    back(_("All shared links"), "changed", key="all-shared")
    with cache.store().read() as connection:
        item = snapshots.one_snapshot(connection, snapshot_id)
        before = snapshots.document_of(connection, snapshot_id) if item is not None else None
    if item is None or before is None:
        st.info(_("This share does not exist any more."), icon=":material/search_off:")
        return
    st.header(escape(item.title), anchor=False)
    against = (
        _("Frozen on {moment}, against the latest edition of the report.")
        if item.report
        else _("Frozen on {moment}, against the same page now.")
    )
    st.caption(against.format(moment=escape(moment(item.made_at))))
    if item.parameters.get("lang", current()) != current():
        st.caption(_("It was frozen in another language: switch to that one to compare names too."))
    try:
        after = as_of_now(item)
    except NotShareable:
        st.info(_("What it showed is gone."), icon=":material/search_off:")
        return
    table = difference_sections.differences(before, after)
    if not table.rows:
        st.success(_("Nothing has changed."), icon=":material/check:")
    else:
        names = [name for name, _kind in table.columns]
        st.dataframe(
            {name: [row[i] for row in table.rows] for i, name in enumerate(names)}, hide_index=True, width="stretch"
        )
    parameters = {k: v for k, v in item.parameters.items() if k != "lang"}
    if item.report and st.button(_("Open the report"), key="open-report-now", icon=":material/arrow_forward:"):
        open_page("reports", report=str(item.report))
    if not item.report and st.button(_("Open the page"), key="open-page-now", icon=":material/arrow_forward:"):
        open_page(item.page, **parameters)
    fresh = {q.post for q in after.quotes()} - {q.post for q in before.quotes()}
    if fresh:
        st.header(_("Quoted now, not then"), anchor=False)
        for post in post_reads.by_id(tuple(sorted(fresh, reverse=True))[:5]):
            card(post, "changed")
