"""How a report is arranged: its blocks in order, what it is of, and one's own words for each block."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.documents.of_report import report_blocks
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.state import forget, now, remember, remembered, set_parameter
from dashboard.views.allowed import may, only, plain_callback
from dashboard.views.meanwhile import Opened, clicked, opened, saved, tell
from dashboard.views.reports import sharing as share_views
from dashboard.words.labels import escape, unseen
from dashboard.words.language import LANGUAGES, _, current, n_
from data.sharing import reports, snapshots
from data.sharing.reports import MONTH, WEEK, Report


def period_names() -> dict[int, str]:
    return {WEEK: _("The last whole week"), MONTH: _("The last whole month"), 90: _("The last 90 days")}


@plain_callback
def _arranged(item: Report, blocks: tuple[str, ...]) -> None:
    """Meant for `on_click`: the report is the one that was shown."""
    clicked(reports.save_report, cache.store(), replace(item, blocks=blocks), now(), item)
    forget("presented", share_views.FRESH)


def _save(form: Opened[Report], item: Report) -> None:
    if saved(form, lambda seen: reports.save_report(cache.store(), item, now(), seen)):
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
    tell()
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
        _arranged(item, (*item.blocks, added))
        st.rerun()
    _settings(item)
    with st.popover(_("Remove this report"), icon=":material/delete:", type="tertiary"):
        st.write(_("What was shared of it stays; nobody receives it by mail any more."))
        if st.button(_("Remove"), key="report-remove", **only(reports.remove_report)):
            clicked(reports.remove_report, cache.store(), item.id, item)
            set_parameter("report", "")
            st.rerun()


def _moves(item: Report, place: int) -> None:
    """Further up, further down, out."""
    last = len(item.blocks) - 1
    blocks = item.blocks
    st.button(
        unseen(_("Further up")),
        key=f"up-{place}",
        icon=":material/arrow_upward:",
        type="tertiary",
        disabled=(place == 0) or not may(reports.save_report),
        help=_("Further up"),
        on_click=_arranged,
        args=(item, _swapped(blocks, place, max(0, place - 1))),
    )
    st.button(
        unseen(_("Further down")),
        key=f"down-{place}",
        icon=":material/arrow_downward:",
        type="tertiary",
        disabled=(place == last) or not may(reports.save_report),
        help=_("Further down"),
        on_click=_arranged,
        args=(item, _swapped(blocks, place, min(last, place + 1))),
    )
    st.button(
        unseen(_("Take it out")),
        key=f"out-{place}",
        icon=":material/close:",
        type="tertiary",
        help=_("Take it out"),
        on_click=_arranged,
        args=(item, blocks[:place] + blocks[place + 1 :]),
        disabled=not may(reports.save_report),
    )


def _swapped(blocks: tuple[str, ...], one: int, other: int) -> tuple[str, ...]:
    moved = list(blocks)
    moved[one], moved[other] = moved[other], moved[one]
    return tuple(moved)


def _settings(item: Report) -> None:
    form = opened(f"report-settings-{item.id}", item, ("name", "days", "brand", "lang", "names"))
    item = form.shown
    with st.form(form.key("report-settings")):
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
            _save(form, kept)


def words(item: Report) -> None:
    """A comment and the presenter's notes for each block, kept as one leaves each field."""
    st.caption(
        _(
            "Comments stand at the head of their block, in this edition and the next ones until you change them. "
            "Notes are for you alone: only your slides show them."
        )
    )
    st.caption(":material/cloud_done: " + _("What you write is kept as soon as you leave its field."))
    names = _titles(item)
    for key in item.blocks:
        if key == "method":
            continue
        st.markdown(f"**{escape(names[key])}**")
        left, right = st.columns(2)
        with left:
            _field(item, "comments", key, _("Comment"), item.comments.get(key, ""))
        with right:
            _field(item, "notes", key, _("Presenter's notes"), item.notes.get(key, ""))


def _field(item: Report, part: str, block: str, label: str, held: str) -> None:
    """One's own words for a block. They are kept in the very run in which they arrive: whoever leaves the page by a
    click has left the field first."""
    key = f"{part}-{item.id}-{block}"
    refused = f"{key}-refused"  # (their words, one's own), where somebody else wrote there meanwhile

    @plain_callback
    def keep() -> None:
        mine, before = str(remembered(key, "")), str(remembered(f"{key}-from", ""))
        try:
            reports.set_words(cache.store(), item.id, part, block, mine, before, now())
        except reports.OtherWords as error:
            remember(refused, (error.held, mine))
            return
        remember(f"{key}-from", mine)
        forget(refused, "presented", share_views.FRESH)

    other = remembered(refused)
    if other is not None and remembered(key) is None:
        remember(key, other[1])
    elif other is None and remembered(key) in {None, remembered(f"{key}-from")}:
        remember(f"{key}-from", held)
        remember(key, held)
    st.text_area(
        label,
        key=key,
        height=90,
        max_chars=reports.LONGEST_COMMENT,
        on_change=keep,
        **only(reports.set_words),
    )
    other = remembered(refused)
    if other is not None:
        st.warning(_("Somebody else wrote here meanwhile, and yours is not kept yet:"), icon=":material/sync_problem:")
        st.text(other[0])
        mine, theirs = st.columns(2)
        if mine.button(_("Keep mine"), key=f"{key}-mine", **only(reports.set_words)):
            remember(f"{key}-from", other[0])
            keep()
            st.rerun()
        if theirs.button(_("Take theirs"), key=f"{key}-theirs"):
            forget(key, refused)
            st.rerun()
