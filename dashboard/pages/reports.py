"""Reports: documents that come back every week or month, what is shared, who receives what, other programs."""

import streamlit as st

from dashboard import access_views, queries, report_views, share_views, subscription_views
from dashboard.components import choose_view, empty_state, key_url
from dashboard.language import _

st.title(_("Reports"), anchor=False)
views = {
    "reports": _("Reports"),
    "shared": _("Shared links"),
    "recipients": _("Recipients"),
    "programs": _("Other programs"),
}
view = choose_view(views, "report", "part", "last", "changed", "recipient")
if view == "reports" and not queries.content(key_url(), queries.revision()).posts:
    empty_state(queries.settings())  # links and tokens can be revoked without posts too
    st.stop()
{
    "reports": report_views.show,
    "shared": share_views.shared_links,
    "recipients": subscription_views.show,
    "programs": access_views.show,
}[view]()
