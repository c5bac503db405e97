"""Activity: what runs now, what ran, and what went wrong; what is kept about people."""

from dashboard.views.activity.all import activity
from dashboard.views.activity.audit import who_did_what
from dashboard.views.activity.kept import what_is_kept
from dashboard.views.page import choose_view, page_title
from dashboard.words.language import _

page_title(_("Activity"), "activity")
view = choose_view({"runs": _("Runs"), "audit": _("Who did what"), "kept": _("What is kept")})
if view == "audit":
    who_did_what()
elif view == "kept":
    what_is_kept()
else:
    activity()
