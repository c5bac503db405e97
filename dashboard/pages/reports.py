"""Reports: documents that come back every week or month, what is shared, who receives what, other programs."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.views.page import choose_view, empty_state, page_title
from dashboard.views.reports import all as every_report
from dashboard.views.reports import guests as guest_views
from dashboard.views.reports import recipients, shared, tokens
from dashboard.words.language import _

page_title(_("Reports"), "reports")
views = {
    "reports": _("Reports"),
    "shared": guest_views.with_new(_("Shared links")),
    "recipients": _("Recipients"),
    "programs": _("Other programs"),
}
view = choose_view(views, "report", "part", "last", "changed", "answers", "recipient")
if view == "reports" and not post_reads.content().posts:
    empty_state()  # links and tokens can be revoked without posts too
    st.stop()
{
    "reports": every_report.show,
    "shared": shared.show,
    "recipients": recipients.show,
    "programs": tokens.show,
}[view]()
