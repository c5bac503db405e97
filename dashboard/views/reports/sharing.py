"""Sharing a page: its link, a frozen copy, files of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

import streamlit as st

from dashboard.addresses import leads_here_only
from dashboard.charts import drawing
from dashboard.documents import of_page as of_page_sections
from dashboard.documents.frame import Frame, NotShareable
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
)
from dashboard.views.allowed import only, plain_view
from dashboard.words.guests import asks_names
from dashboard.words.labels import escape
from dashboard.words.language import _, count, current, n_
from data.sharing import snapshots
from data.sharing.document import Chart, Document
from data.sharing.guests import plain
from data.sharing.snapshots import Snapshot
from data.sharing.tokens import Token

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


def state_of(item: Snapshot | Token, at: datetime) -> tuple[str, Literal["green", "gray"]]:
    """What a link or a token does now: (words, colour)."""
    if item.revoked_at is not None:
        return _("Revoked"), "gray"
    return (_("Active"), "green") if item.is_open(at) else (_("Expired"), "gray")


def button(page: str) -> None:
    """The way to share the page that is shown; in the sidebar, so that it is everywhere."""
    if st.button(_("Share this page"), key="share-page", icon=":material/ios_share:", width="stretch"):
        open_dialog(page)


def open_dialog(page: str, asks: str = "") -> None:
    """The ways to share the page that is shown; `asks` is what a frozen copy asks of its guests unless changed."""
    forget(FRESH)

    @st.dialog(_("Share this page"), width="large")
    @plain_view
    def opened() -> None:
        st.caption(_("A link to this view, for those who use Vigie: it holds the page, the period and all filters."))
        st.code(page_address(), language=None, wrap_lines=True)
        if page not in of_page_sections.SHAREABLE or not post_reads.content().posts:
            return
        frozen, files = st.tabs([_("A frozen copy for others"), _("Files")])
        with frozen:
            _freeze_form(page, asks)
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


def _freeze_form(page: str, asks: str) -> None:
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
        title = st.text_input(_("Title"), of_page_sections.title_of(page, all_parameters()), max_chars=200)
        note = st.text_area(_("A word to those who open it"), max_chars=2_000, height=80)
        options = share_options("freeze", asks)
        made = st.form_submit_button(
            _("Freeze and make a link"), type="primary", icon=":material/ac_unit:", **only(snapshots.freeze)
        )
    if made:
        document = _made(page, title, note, options.names)
        if document is not None:
            keep(document, options, page=page, parameters=all_parameters())
            st.rerun(scope="fragment")


@dataclass(frozen=True, slots=True)
class ShareOptions:
    """How something is shared: who appears, for how many days (0: until it is revoked), with what password, and what
    its guests are asked."""

    names: str
    days: int
    password: str
    download: bool
    asks: str = ""
    question: str = ""

    def expiry(self, at: datetime) -> datetime | None:
        return at + timedelta(days=self.days) if self.days else None


def share_options(key: str, asks: str = "") -> ShareOptions:
    """Widgets for who appears, how long, password, files, and what guests are asked, `asks` unless changed."""
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
    asks, question = asked_of_guests(key, asks)
    return ShareOptions(names, LASTS[days], password, download, asks, question)


def asked_of_guests(key: str, asks: str = "", question: str = "") -> tuple[str, str]:
    """Widgets for (what guests are asked, the question put to them)."""
    kinds = asks_names()
    left, right = st.columns([1, 2])
    chosen = left.selectbox(
        _("Ask for"),
        list(kinds),
        list(kinds).index(asks),
        format_func=lambda kind: kinds[kind],
        key=f"{key}-asks-{asks}",
        help=_("Whoever has the link can then answer on its page, without an account, signed “guest”."),
    )
    words = right.text_input(
        _("What do you want to know?"),
        question,
        max_chars=snapshots.LONGEST_QUESTION,
        key=f"{key}-question",
        placeholder=_("Is the tone right for our customers?"),
    )
    return chosen, words


def keep(document: Document, options: ShareOptions, *, page: str, parameters: dict[str, str], report: int = 0) -> None:
    """Keep a snapshot and remember its link for the one time that it is shown."""
    _number, token = snapshots.freeze(
        cache.store(),
        drawing.drawn(document),
        now(),
        names=options.names,
        page=page,
        parameters={**parameters, "lang": current()},
        report=report,
        expires_at=options.expiry(now()),
        password=options.password,
        download=options.download,
        asks=options.asks,
        question=plain(options.question, lines=False),
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
        frame = of_page_sections.frame_of(all_parameters(), names, now())
        st.caption(_("The posts themselves, at most {n}:").format(n=count(post_files.MOST)))
        with st.container(horizontal=True):
            for ending, maker, mime in (
                ("csv", post_files.as_csv, "text/csv"),
                ("jsonl", post_files.as_jsonl, "application/jsonl"),
            ):
                st.download_button(
                    ending.upper(),
                    partial(_posts_file, frame, maker),
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
                escape(FILES[kind].label),
                partial(_file, document, kind),
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


def _posts_file(frame: Frame, maker: Callable[[Iterable[dict[str, Any]]], bytes]) -> bytes:
    return maker(post_files.rows_of(frame.scope, frame.author))


def _svg(chart: Chart, lang: str) -> bytes:
    return drawing.svg_of(chart, lang).encode()


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
                partial(_svg, chart, lang),
                f"vigie-chart-{place + 1}.svg",
                "image/svg+xml",
                key=f"svg-{place}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )
            st.download_button(
                "PNG",
                partial(drawing.png_of, chart, lang),
                f"vigie-chart-{place + 1}.png",
                "image/png",
                key=f"png-{place}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
            )
