"""Ideas: what to publish, from what people say; kept, dismissed, days that come, templates."""

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.state import whole_parameter
from dashboard.views.ideas import all as idea_views
from dashboard.views.ideas import days as day_views
from dashboard.views.ideas import drafts as draft_views
from dashboard.views.ideas import templates as template_views
from dashboard.views.ideas import themes as theme_views
from dashboard.views.page import choose_view, empty_state, page_title
from dashboard.words.language import _

asked = whole_parameter("idea")
if asked is not None:
    draft_views.show(asked)
    st.stop()
page_title(_("Ideas"), "ideas")
if not post_reads.content().posts:
    empty_state()
    st.stop()
views = {
    "found": _("Ideas"),
    "kept": _("Kept"),
    "dismissed": _("Dismissed"),
    "themes": _("Themes"),
    "days": _("Days of the year"),
    "templates": _("Templates"),
}
view = choose_view(views)
if view == "days":
    day_views.show()
elif view == "themes":
    theme_views.show()
elif view == "templates":
    template_views.show()
else:
    idea_views.listed(view)
