"""Reports: made from a template, arranged, commented, looked at, then shared, presented or sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard.charts import drawing
from dashboard.documents import of_report as report_building
from dashboard.documents.of_report import TEMPLATES, report_blocks, template_blocks
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.state import forget, now, parameter, remember, remembered, set_parameter, whole_parameter
from dashboard.views.mentions.triage import me
from dashboard.views.page import back
from dashboard.views.reports import document as document_views
from dashboard.views.reports import sharing as share_views
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGES, _, current, day, n_, zone
from data.scope import date_of
from data.sharing import reports, snapshots
from data.sharing.document import Document
from data.sharing.reports import MONTH, WEEK, Report

PRESENTED = timedelta(hours=12)  # that a presentation's link lives


def template_names() -> dict[str, str]:
    return {"weekly": _("Weekly report"), "monthly": _("Monthly report")}


def period_names() -> dict[int, str]:
    return {WEEK: _("The last whole week"), MONTH: _("The last whole month"), 90: _("The last 90 days")}


def show() -> None:
    """The list of reports, or one of them."""
    asked = whole_parameter("report")
    with cache.store().read() as connection:
        found = reports.reports(connection)
    if asked is not None:
        back(_("All reports"), "report", "part", "last", key="all-reports")
        item = next((r for r in found if r.id == asked), None)
        if item is None:
            st.info(_("This report does not exist any more."), icon=":material/search_off:")
            return
        _one(item)
        return
    st.write(
        _(
            "A report puts the findings of a week or a month in order, with your own words, which stay from one "
            "edition to the next. It becomes a link, slides, PDF, PowerPoint, Word or Excel."
        )
    )
    with st.container(horizontal=True, gap="small"):
        for key, label in template_names().items():
            if st.button(label, key=f"new-{key}", icon=":material/add:", type="primary" if not found else "secondary"):
                name = _unused(label, [r.name for r in found])
                made = Report(0, name, TEMPLATES[key], lang=current(), blocks=template_blocks(key))
                set_parameter("report", str(reports.save_report(cache.store(), made, now())))
                st.rerun()
    for item in found:
        with st.container(border=True, key=f"report-{item.id}", horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(item.name)}**", width="content")
            first, last = reports.period_of(item.days, _today())
            st.caption(escape(f"{day(first)} – {day(last)} · " + n_("{n} block", "{n} blocks", len(item.blocks))))
            st.space("stretch")
            if st.button(_("Open"), key=f"open-report-{item.id}", type="tertiary", icon=":material/arrow_forward:"):
                set_parameter("report", str(item.id))
                st.rerun()


def _today() -> date:
    return now().astimezone(zone()).date()


def _unused(name: str, taken: list[str]) -> str:
    number, wanted = 2, name
    while wanted in taken:
        wanted, number = f"{name} {number}", number + 1
    return wanted


def _period(item: Report) -> tuple[date, date]:
    """The edition that is looked at: the newest, or the one that ends on the day of the URL."""
    newest = reports.period_of(item.days, _today())
    last = date_of(parameter("last"))
    return reports.period_of(item.days, last + timedelta(days=1)) if last and last <= newest[1] else newest


def _one(item: Report) -> None:
    first, last = _period(item)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.header(escape(item.name), anchor=False, width="content")
        if cache.settings().demo:
            st.badge(_("Demo"), color="violet")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("", key="edition-before", icon=":material/chevron_left:", help=_("The edition before")):
            set_parameter("last", (first - timedelta(days=1)).isoformat())
            st.rerun()
        st.markdown(escape(f"{day(first)} – {day(last)}"), width="content")
        newest = reports.period_of(item.days, _today())[1]
        if st.button(
            "",
            key="edition-after",
            icon=":material/chevron_right:",
            help=_("The edition after"),
            disabled=last >= newest,
        ):
            after = reports.period_of(item.days, last + timedelta(days=(last - first).days + 2))[1]
            set_parameter("last", "" if after >= newest else after.isoformat())
            st.rerun()
    document = report_building.edition(item, now(), (first, last))
    _ways_out(item, document, (first, last))
    parts = {"preview": _("Preview"), "arrange": _("Arrange"), "words": _("Your words")}
    active = parameter("part") if parameter("part") in parts else "preview"
    chosen = st.segmented_control(
        _("Part"),
        list(parts),
        default=active,
        format_func=lambda p: parts[p],
        label_visibility="collapsed",
        key=f"report-part-{active}",
    )
    if chosen and chosen != active:
        set_parameter("part", "" if chosen == "preview" else chosen)
        st.rerun()
    if active == "arrange":
        _arrange(item)
    elif active == "words":
        _words(item)
    else:
        document_views.draw(document)


def _ways_out(item: Report, document: Document, period: tuple[date, date]) -> None:
    """Share, present, files."""
    link = remembered(share_views.FRESH)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        # Another key once a link is made: the form closes, or it would cover the link.
        with st.popover(_("Freeze and share"), icon=":material/ac_unit:", key=f"freeze-{hash(link) % 10_000}"):
            st.caption(_("Freezes this edition, with your words, and makes a link to it."))
            options = share_views.share_options("report")
            if st.button(_("Make a link"), key="report-share", type="primary"):
                shared = replace(item, names=str(options["names"]))
                made = report_building.edition(shared, now(), period)
                share_views.keep(made, options, page="report", parameters={}, report=item.id)
                st.rerun()
        if st.button(
            _("Present"),
            key="present",
            icon=":material/slideshow:",
            help=_("Full-screen slides with your notes, from a frozen copy of its own."),
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
    with cache.store().write(counts=False) as connection:
        snapshots.forget_presentations(connection, at)
    _number, token = snapshots.freeze(
        cache.store(),
        drawing.drawn(document),
        at,
        names=item.names,
        who=me(),
        page="report",
        report=item.id,
        expires_at=at + PRESENTED,
        download=False,
        presenting=True,
    )
    return share_views.link_of(token, "/slides")


def _save(item: Report) -> None:
    reports.save_report(cache.store(), item, now())
    forget("presented", share_views.FRESH)
    st.rerun()


def _titles(item: Report) -> dict[str, str]:
    """Block -> its name, shared copies by their titles."""
    names = {key: block.title for key, block in report_blocks().items()}
    with cache.store().read() as connection:
        for shared in snapshots.snapshots(connection):
            names[f"snapshot:{shared.id}"] = _("Shared copy: {title}").format(title=shared.title)
    for key in item.blocks:
        names.setdefault(key, _("A shared copy that was removed"))
    return names


def _arrange(item: Report) -> None:
    """Name, period, language, who appears; blocks in order."""
    names = _titles(item)
    for place, key in enumerate(item.blocks):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"block-{place}"):
            st.markdown(f"{place + 1}. {escape(names[key])}", width="stretch")
            blocks = list(item.blocks)
            if st.button(
                "",
                key=f"up-{place}",
                icon=":material/arrow_upward:",
                type="tertiary",
                disabled=place == 0,
                help=_("Further up"),
            ):
                blocks[place - 1], blocks[place] = blocks[place], blocks[place - 1]
                _save(replace(item, blocks=tuple(blocks)))
            if st.button(
                "",
                key=f"down-{place}",
                icon=":material/arrow_downward:",
                type="tertiary",
                disabled=place == len(blocks) - 1,
                help=_("Further down"),
            ):
                blocks[place + 1], blocks[place] = blocks[place], blocks[place + 1]
                _save(replace(item, blocks=tuple(blocks)))
            if st.button("", key=f"out-{place}", icon=":material/close:", type="tertiary", help=_("Take it out")):
                _save(replace(item, blocks=tuple(b for b in blocks if b != key)))
    missing = [key for key in names if key not in item.blocks]
    added = st.selectbox(
        _("Add a block"),
        missing,
        index=None,
        format_func=lambda k: names[k],
        placeholder=_("Add a block"),
        label_visibility="collapsed",
        key=f"add-block-{len(item.blocks)}",
    )
    if added:
        _save(replace(item, blocks=(*item.blocks, added)))
    with st.form("report-settings"):
        name = st.text_input(_("Name"), item.name, max_chars=120)
        periods = {**period_names(), item.days: period_names().get(item.days, n_("{n} day", "{n} days", item.days))}
        days = st.selectbox(
            _("Period"), list(periods), list(periods).index(item.days), format_func=lambda d: periods[d]
        )
        brands = {
            0: _("Your own brand"),
            **{b.id: b.name for b in reputation_reads.brands()},
        }
        brand = st.selectbox(
            _("Brand or watch"),
            list(brands),
            list(brands).index(item.brand) if item.brand in brands else 0,
            format_func=lambda b: brands[b],
        )
        lang = st.selectbox(
            _("Language"),
            list(LANGUAGES),
            list(LANGUAGES).index(item.lang or current()),
            format_func=lambda code: LANGUAGES[code],
        )
        who = share_views.who_names()
        shown = st.selectbox(_("Who appears"), list(who), list(who).index(item.names), format_func=lambda w: who[w])
        if st.form_submit_button(_("Keep"), type="primary"):
            kept = replace(item, name=name or item.name, days=days, brand=brand, lang=lang, names=shown)
            _save(kept)
    with st.popover(_("Remove this report"), icon=":material/delete:", type="tertiary"):
        st.write(_("What was shared of it stays; nobody receives it by mail any more."))
        if st.button(_("Remove"), key="report-remove"):
            reports.remove_report(cache.store(), item.id)
            set_parameter("report", "")
            st.rerun()


def _words(item: Report) -> None:
    """A comment and the presenter's notes for each block."""
    st.caption(
        _(
            "Comments stand at the head of their block, in this edition and the next ones until you change them. "
            "Notes are for you alone: only your slides show them."
        )
    )
    names = _titles(item)
    with st.form("report-words"):
        comments, notes = dict(item.comments), dict(item.notes)
        for key in item.blocks:
            if key == "method":
                continue
            st.markdown(f"**{escape(names[key])}**")
            left, right = st.columns(2)
            with left:
                comments[key] = st.text_area(
                    _("Comment"),
                    item.comments.get(key, ""),
                    key=f"comment-{item.id}-{key}",
                    height=90,
                    max_chars=reports.LONGEST_COMMENT,
                )
            with right:
                notes[key] = st.text_area(
                    _("Presenter's notes"),
                    item.notes.get(key, ""),
                    key=f"notes-{item.id}-{key}",
                    height=90,
                    max_chars=reports.LONGEST_COMMENT,
                )
        if st.form_submit_button(_("Keep"), type="primary"):
            _save(replace(item, comments=comments, notes=notes))
