"""Sharing a page: its link, a frozen copy, files of it; and the list of what is shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import streamlit as st

from dashboard.addresses import leads_here_only
from dashboard.charts import drawing
from dashboard.documents import differences as difference_sections
from dashboard.documents import of_page as of_page_sections
from dashboard.documents.frame import NotShareable
from dashboard.documents.of_report import edition
from dashboard.files import posts as post_files
from dashboard.files.pdf import OutputError
from dashboard.files.table import FILES, file_of
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import (
    all_parameters,
    forget,
    now,
    page_address,
    remember,
    remembered,
    set_parameter,
    whole_parameter,
)
from dashboard.views.mentions.triage import me
from dashboard.views.page import back, open_page
from dashboard.views.posts import card
from dashboard.words.labels import escape
from dashboard.words.language import _, ago, current, day, moment, n_
from data.sharing import snapshots
from data.sharing.document import Chart, Document
from data.sharing.reports import one_report
from data.sharing.snapshots import Snapshot

LASTS = {"1": 1, "7": 7, "30": 30, "90": 90, "": 0}  # days
FRESH = "fresh_share"


def who_names() -> dict[str, str]:
    return {
        "pseudonyms": _("Pseudonyms"),
        "names": _("The names that authors gave"),
        "none": _("Nobody is named"),
    }


def lasting_names() -> dict[str, str]:
    return {
        "1": n_("{n} day", "{n} days", 1),
        "7": n_("{n} day", "{n} days", 7),
        "30": n_("{n} day", "{n} days", 30),
        "90": n_("{n} day", "{n} days", 90),
        "": _("Until it is revoked"),
    }


def origin() -> str:
    """The address at which others reach this app, without a path: as it is set, else as it is opened now."""
    parts = urlsplit(str(st.context.url or ""))
    return cache.settings().public_url or (f"{parts.scheme}://{parts.netloc}" if parts.netloc else "")


def link_of(token: str, tail: str = "") -> str:
    """The whole address of a share."""
    return f"{origin()}/share/{token}{tail}"


def button(page: str) -> None:
    """The way to share the page that is shown; in the sidebar, so that it is everywhere."""
    if st.button(_("Share this page"), key="share-page", icon=":material/ios_share:", width="stretch"):
        forget(FRESH)
        _dialog(page)


def _dialog(page: str) -> None:
    @st.dialog(_("Share this page"), width="large")
    def opened() -> None:
        st.caption(_("A link to this view, for those who use Vigie: it holds the page, the period and all filters."))
        st.code(page_address(), language=None, wrap_lines=True)
        if page not in of_page_sections.SHAREABLE or not post_reads.content().posts:
            return
        frozen, files = st.tabs([_("A frozen copy for others"), _("Files")])
        with frozen:
            _freeze_form(page)
        with files:
            _files(page)

    opened()


def _made(page: str, title: str = "", note: str = "", names: str = "pseudonyms") -> Document | None:
    try:
        return of_page_sections.frozen(page, all_parameters(), now(), title=title, note=note, names=names)
    except NotShareable:
        st.info(
            _("This view holds settings, or something that is gone: there is nothing to freeze."),
            icon=":material/block:",
        )
        return None


def _freeze_form(page: str) -> None:
    link = remembered(FRESH)
    if link:
        fresh_link(link)
        return
    st.write(
        _(
            "Freezes what is on this page now. Whoever has the link sees exactly that, without an account and without "
            "the rest of Vigie, on a phone or a projector."
        )
    )
    with st.form("freeze", border=False):
        title = st.text_input(_("Title"), of_page_sections.page_titles().get(page, ""), max_chars=200)
        note = st.text_area(_("A word to those who open it"), max_chars=2_000, height=80)
        options = share_options("freeze")
        made = st.form_submit_button(_("Freeze and make a link"), type="primary", icon=":material/ac_unit:")
    if made:
        document = _made(page, title, note, str(options["names"]))
        if document is not None:
            keep(document, options, page=page, parameters=all_parameters())
            st.rerun(scope="fragment")


def share_options(key: str) -> dict[str, object]:
    """Widgets for who appears, how long, password, files."""
    who, lasts = who_names(), lasting_names()
    left, right = st.columns(2)
    with left:
        names = st.selectbox(
            _("Who appears"),
            list(who),
            format_func=lambda w: who[w],
            key=f"{key}-names",
            help=_("Links to posts stay either way: whoever opens one sees its author there."),
        )
        password = st.text_input(
            _("Password"), type="password", key=f"{key}-password", placeholder=_("none"), max_chars=200
        )
    with right:
        days = st.selectbox(_("Open for"), list(lasts), index=2, format_func=lambda d: lasts[d], key=f"{key}-days")
        download = st.toggle(_("Allow downloads"), value=True, key=f"{key}-download")
    return {"names": names, "password": password, "days": LASTS[days], "download": download}


def expiry_of(options: dict[str, object], at: datetime) -> datetime | None:
    days = int(str(options["days"]))
    return at + timedelta(days=days) if days else None


def keep(
    document: Document, options: dict[str, object], *, page: str, parameters: dict[str, str], report: int = 0
) -> None:
    """Keep a snapshot and remember its link for the one time that it is shown."""
    _number, token = snapshots.freeze(
        cache.store(),
        drawing.drawn(document),
        now(),
        names=str(options["names"]),
        who=me(),
        page=page,
        parameters={**parameters, "lang": current()},
        report=report,
        expires_at=expiry_of(options, now()),
        password=str(options["password"]),
        download=bool(options["download"]),
    )
    remember(FRESH, link_of(token))


def fresh_link(link: str) -> None:
    """A link just made; it cannot be shown again."""
    st.success(_("Frozen. This link opens it:"), icon=":material/check:")
    st.code(link, language=None, wrap_lines=True)
    st.caption(
        _("Copy it now: Vigie keeps only its fingerprint. “Shared links” under Reports makes a new one or revokes it.")
    )
    reach_hint(link)
    st.link_button(_("Open"), link, icon=":material/open_in_new:")


def reach_hint(link: str) -> None:
    """Says so where others could not open an address."""
    if leads_here_only(link):
        st.caption(
            ":material/info: "
            + _(
                "This address opens on this computer only. For others, put Vigie where they reach it and set "
                "`public_url`: docs/sharing.md says how."
            )
        )


def _files(page: str) -> None:
    who = who_names()
    names = st.selectbox(_("Who appears"), list(who), format_func=lambda w: who[w], key="files-names")
    document = _made(page, names=names)
    if document is None:
        return
    download_buttons(document, f"vigie-{page}")
    if page == "mentions":
        scope = of_page_sections.frame_of(all_parameters(), names, now())
        st.caption(_("The posts themselves, at most {n}:").format(n=post_files.MOST))
        with st.container(horizontal=True):
            for ending, maker, mime in (
                ("csv", post_files.as_csv, "text/csv"),
                ("jsonl", post_files.as_jsonl, "application/jsonl"),
            ):
                st.download_button(
                    ending.upper(),
                    lambda maker=maker: maker(post_files.rows_of(scope.scope, scope.author)),
                    f"vigie-posts.{ending}",
                    mime,
                    key=f"posts-{ending}",
                    on_click="ignore",
                    icon=":material/download:",
                )
    chart_buttons(document.charts())


def download_buttons(document: Document, name: str, kinds: Iterable[str] = FILES) -> None:
    """A document as files of these kinds, made when asked for."""
    with st.container(horizontal=True, gap="small"):
        for kind in kinds:
            st.download_button(
                FILES[kind].label,
                lambda kind=kind: _file(document, kind),
                f"{name}.{kind}",
                FILES[kind].mime,
                key=f"{name}-{kind}",
                on_click="ignore",
                icon=":material/download:",
            )


def _file(document: Document, kind: str) -> bytes:
    try:
        return file_of(document, kind)
    except OutputError as error:
        return str(error).encode()


def chart_buttons(charts: list[Chart]) -> None:
    if not charts:
        return
    lang = current()
    st.caption(_("Its charts:"))
    for place, chart in enumerate(charts):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(escape(chart.title), width="stretch")
            st.download_button(
                "SVG",
                lambda chart=chart: drawing.svg_of(chart, lang).encode(),
                f"vigie-chart-{place + 1}.svg",
                "image/svg+xml",
                key=f"svg-{place}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )
            st.download_button(
                "PNG",
                lambda chart=chart: drawing.png_of(chart, lang),
                f"vigie-chart-{place + 1}.png",
                "image/png",
                key=f"png-{place}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )


def shared_links() -> None:
    """Every share with its state; revoke, a new link, what changed since."""
    asked = whole_parameter("changed")
    if asked is not None:
        _changed(asked)
        return
    link = remembered(FRESH)
    if link:
        fresh_link(link)
    with cache.store().read() as connection:
        found = snapshots.snapshots(connection)
    if not found:
        st.info(
            _("Nothing is shared yet. “Share this page” in the sidebar freezes the page that you look at."),
            icon=":material/ios_share:",
        )
        return
    st.caption(_("A link opens one frozen document and nothing else. Vigie keeps no link, only its fingerprint."))
    for item in found:
        _shared(item)


def _shared(item: Snapshot) -> None:
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
        told = [
            _("made {when}").format(when=ago(item.made_at, at)) + (f" ({escape(item.who)})" if item.who else ""),
            n_("opened {n} time", "opened {n} times", item.views),
            _("last {when}").format(when=ago(item.viewed_at, at)) if item.viewed_at else "",
            _("open until {day}").format(day=day(item.expires_at.date())) if item.expires_at else _("no end"),
        ]
        st.caption(" · ".join(part for part in told if part))
        with st.container(horizontal=True, gap="small"):
            if (item.page in of_page_sections.SHAREABLE or item.report) and st.button(
                _("What changed since"), key=f"changed-{item.id}", type="tertiary", icon=":material/compare_arrows:"
            ):
                set_parameter("changed", str(item.id))
                st.rerun()
            if item.is_open(at):
                if st.button(
                    _("New link"),
                    key=f"renew-{item.id}",
                    type="tertiary",
                    icon=":material/link:",
                    help=_("The link before opens nothing any more."),
                ):
                    remember(FRESH, link_of(snapshots.renew(cache.store(), item.id)))
                    st.rerun()
                if st.button(_("Revoke"), key=f"revoke-{item.id}", type="tertiary", icon=":material/link_off:"):
                    snapshots.revoke(cache.store(), item.id, at)
                    forget(FRESH)
                    st.rerun()
            elif st.button(_("Remove"), key=f"remove-{item.id}", type="tertiary", icon=":material/delete:"):
                snapshots.remove(cache.store(), item.id)
                st.rerun()


def state_of(item: Snapshot, at: datetime) -> tuple[str, str]:
    """(words, colour)."""
    if item.revoked_at is not None:
        return _("Revoked"), "gray"
    return (_("Open"), "green") if item.is_open(at) else (_("Expired"), "gray")


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
    st.subheader(escape(item.title), anchor=False)
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
        st.subheader(_("Quoted now, not then"), anchor=False)
        for post in post_reads.by_id(tuple(sorted(fresh, reverse=True))[:5]):
            card(post, "changed")
