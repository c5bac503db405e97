"""Ideas: what to publish, from what people say; kept, dismissed, days that come, templates."""

import streamlit as st

from dashboard import draft_views, idea_views, queries
from dashboard.components import choose_view, empty_state, key_url
from dashboard.language import _
from dashboard.state import whole_parameter

url, revision = key_url(), queries.revision()
asked = whole_parameter("idea")
if asked is not None:
    draft_views.show(asked)
    st.stop()
st.title(_("Ideas"), anchor=False)
if not queries.content(url, revision).posts:
    empty_state(queries.settings())
    st.stop()
views = {
    "found": _("Ideas"),
    "kept": _("Kept"),
    "dismissed": _("Dismissed"),
    "days": _("Days of the year"),
    "templates": _("Templates"),
}
view = choose_view(views)
if view == "days":
    idea_views.days_of_the_year()
elif view == "templates":
    idea_views.templates()
else:
    idea_views.listed(view)
