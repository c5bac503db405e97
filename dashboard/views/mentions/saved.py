"""Saved views: kept from the filters of a page, listed in the sidebar with their new posts, followed by a feed."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import views as view_reads
from dashboard.state import all_parameters, forget, now, parameter, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.reports import sharing as share_views
from dashboard.words.labels import escape
from dashboard.words.language import _, count, current
from data.actor import actor
from data.jobs import note_visit
from data.sharing import saved_views, tokens
from data.sharing.saved_views import KEPT, SavedView, ViewError, viewer_of

FRESH = "fresh_view_feed"


def menu() -> None:
    """In the sidebar: each view leads to its posts, with the number that came since this person looked."""
    found = view_reads.waiting(actor().viewer, now().date())
    if not found:
        return
    st.caption(_("Saved views"))
    kept = {"lang": parameter("lang")} if parameter("lang") else {}
    for one in found:
        new = _("{n} or more").format(n=count(one.new)) if one.many else count(one.new)
        st.page_link(
            "dashboard/pages/mentions.py",
            label=escape(one.view.name) + (f" · **{new}**" if one.new else ""),
            query_params={**kept, **one.view.parameters},
        )


def _asked() -> dict[str, str]:
    """What the address asks for that a view keeps."""
    return {name: value for name, value in all_parameters().items() if name in KEPT and value}


def keep_or_use() -> None:
    """Beside the filters: keep them under a name, or what can be done with the view that they are."""
    asked = _asked()
    shown = next((one for one in view_reads.saved_views() if dict(one.parameters) == asked), None)
    if shown is None:
        _keep(asked)
        return
    note_visit(cache.store(), viewer_of(shown.id, actor().viewer), now())
    with st.popover(escape(shown.name), icon=":material/bookmark:", key=f"view-{shown.id}"):
        _use(shown)


def _keep(asked: dict[str, str]) -> None:
    with (
        st.popover(_("Save this view"), icon=":material/bookmark_add:", key=f"new-view-{hash(tuple(asked.items()))}"),
        st.form("new-view", border=False),
    ):
        st.caption(
            _("The filters of this page under a name, in the menu of all the team, with the posts that are new.")
        )
        name = st.text_input(_("Name"), max_chars=60)
        if st.form_submit_button(_("Save"), type="primary", **only(saved_views.save_view)):
            try:
                saved_views.save_view(cache.store(), name, asked, now())
            except ViewError as error:
                st.error(_problem(error.code))
            else:
                st.rerun()


def _problem(code: str) -> str:
    return {
        "name": _("Give it a name."),
        "taken": _("There is a view of that name already."),
        "many": _("There are {n} views already: remove one first.").format(n=saved_views.MOST),
        "all": _("Choose a filter first: this page shows all posts."),
    }[code]


def _use(view: SavedView) -> None:
    fresh = remembered(FRESH)
    if fresh and fresh[0] == view.id:
        st.write(_("New posts of this view, for a feed reader. The address is shown once: whoever has it reads them."))
        st.code(f"{share_views.origin()}/feed/{fresh[1]}.atom", language=None, wrap_lines=True)
        share_views.reach_hint(share_views.origin())
    elif st.button(
        _("Subscribe"), key=f"view-feed-{view.id}", icon=":material/rss_feed:", width="stretch", **only(tokens.grant)
    ):
        token = tokens.grant(cache.store(), "feed", view.name, now(), lang=current(), view=view.id)
        remember(FRESH, (view.id, token))
        st.rerun()
    if st.button(
        _("Remove this view"),
        key=f"view-remove-{view.id}",
        icon=":material/delete:",
        width="stretch",
        **only(saved_views.remove_view),
    ):
        saved_views.remove_view(cache.store(), view.id)
        forget(FRESH)
        st.rerun()
