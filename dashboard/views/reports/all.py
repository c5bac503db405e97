"""Reports: the list of them, made from templates."""

from __future__ import annotations

import streamlit as st

from dashboard.documents.of_report import TEMPLATES, template_blocks
from dashboard.reads import cache
from dashboard.state import now, set_parameter, whole_parameter
from dashboard.views.allowed import only
from dashboard.views.page import back
from dashboard.views.reports import one
from dashboard.views.reports.one import today
from dashboard.words.labels import escape
from dashboard.words.language import _, current, days, n_
from data.sharing import reports
from data.sharing.reports import Report


def template_names() -> dict[str, str]:
    return {"weekly": _("Weekly report"), "monthly": _("Monthly report")}


def show() -> None:
    """The list of reports, or one of them."""
    asked = whole_parameter("report")
    with cache.store().read() as connection:
        held = reports.reports(connection)
    if asked is not None:
        back(_("All reports"), "report", "part", "last", key="all-reports")
        item = next((r for r in held if r.id == asked), None)
        if item is None:
            st.info(_("This report does not exist any more."), icon=":material/search_off:")
            return
        one.show(item)
        return
    st.write(
        _(
            "A report puts the findings of a week or a month in order, with your own words, which stay from one "
            "edition to the next. It becomes a link, slides, PDF, PowerPoint, Word or Excel."
        )
    )
    with st.container(horizontal=True, gap="small"):
        for key, label in template_names().items():
            if st.button(
                label,
                key=f"new-{key}",
                icon=":material/add:",
                type="primary" if not held else "secondary",
                **only(reports.save_report),
            ):
                name = _unused(label, [r.name for r in held])
                made = Report(0, name, TEMPLATES[key], lang=current(), blocks=template_blocks(key))
                set_parameter("report", str(reports.save_report(cache.store(), made, now())))
                st.rerun()
    for item in held:
        _row(item)


def _row(item: Report) -> None:
    with st.container(border=True, key=f"report-{item.id}", horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape(item.name)}**", width="content")
        first, last = reports.period_of(item.days, today())
        st.caption(escape(days(first, last) + " · " + n_("{n} block", "{n} blocks", len(item.blocks))))
        st.space("stretch")
        if st.button(_("Open"), key=f"open-report-{item.id}", type="tertiary", icon=":material/arrow_forward:"):
            set_parameter("report", str(item.id))
            st.rerun()


def _unused(name: str, taken: list[str]) -> str:
    number, wanted = 2, name
    while wanted in taken:
        wanted, number = f"{name} {number}", number + 1
    return wanted
