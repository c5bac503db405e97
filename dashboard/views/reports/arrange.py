"""How a report is arranged: its blocks in order, what it is of, and one's own words for each block."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.documents.of_report import report_blocks
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.state import forget, now, set_parameter
from dashboard.views.allowed import may, only, why_not
from dashboard.views.reports import sharing as share_views
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGES, _, current, n_
from data.sharing import reports, snapshots
from data.sharing.reports import MONTH, WEEK, Report


def period_names() -> dict[int, str]:
    return {WEEK: _("The last whole week"), MONTH: _("The last whole month"), 90: _("The last 90 days")}


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


def arrange(item: Report) -> None:
    """Blocks in order; then name, period, language, who appears."""
    names = _titles(item)
    for place, key in enumerate(item.blocks):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"block-{place}"):
            st.markdown(f"{place + 1}. {escape(names[key])}", width="stretch")
            _moves(item, place)
    missing = [key for key in names if key not in item.blocks]
    added = st.selectbox(
        _("Add a block"),
        missing,
        index=None,
        format_func=lambda k: names[k],
        placeholder=_("Add a block"),
        label_visibility="collapsed",
        key=f"add-block-{len(item.blocks)}",
        **only(reports.save_report),
    )
    if added:
        _save(replace(item, blocks=(*item.blocks, added)))
    _settings(item)
    with st.popover(_("Remove this report"), icon=":material/delete:", type="tertiary"):
        st.write(_("What was shared of it stays; nobody receives it by mail any more."))
        if st.button(_("Remove"), key="report-remove", **only(reports.remove_report)):
            reports.remove_report(cache.store(), item.id)
            set_parameter("report", "")
            st.rerun()


def _moves(item: Report, place: int) -> None:
    """Further up, further down, out."""
    last = len(item.blocks) - 1
    if st.button(
        "",
        key=f"up-{place}",
        icon=":material/arrow_upward:",
        type="tertiary",
        disabled=place == 0 or not may(reports.save_report),
        help=why_not(reports.save_report) or _("Further up"),
    ):
        _save(_swapped(item, place, place - 1))
    if st.button(
        "",
        key=f"down-{place}",
        icon=":material/arrow_downward:",
        type="tertiary",
        disabled=place == last or not may(reports.save_report),
        help=why_not(reports.save_report) or _("Further down"),
    ):
        _save(_swapped(item, place, place + 1))
    if st.button(
        "",
        key=f"out-{place}",
        icon=":material/close:",
        type="tertiary",
        help=why_not(reports.save_report) or _("Take it out"),
        disabled=not may(reports.save_report),
    ):
        _save(replace(item, blocks=item.blocks[:place] + item.blocks[place + 1 :]))


def _swapped(item: Report, one: int, other: int) -> Report:
    blocks = list(item.blocks)
    blocks[one], blocks[other] = blocks[other], blocks[one]
    return replace(item, blocks=tuple(blocks))


def _settings(item: Report) -> None:
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
        if st.form_submit_button(_("Keep"), type="primary", **only(reports.save_report)):
            kept = replace(item, name=name or item.name, days=days, brand=brand, lang=lang, names=shown)
            _save(kept)


def words(item: Report) -> None:
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
        if st.form_submit_button(_("Keep"), type="primary", **only(reports.save_report)):
            _save(replace(item, comments=comments, notes=notes))
