"""Reports: documents that come back every week or month, what is shared, who receives what, other programs."""

import streamlit as st

from dashboard import share_views
from dashboard.components import choose_view
from dashboard.language import _

st.title(_("Reports"), anchor=False)
view = choose_view({"reports": _("Reports"), "shared": _("Shared links")}, "report", "changed")
if view == "shared":
    share_views.shared_links()
