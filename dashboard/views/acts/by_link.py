"""A link to an act, for who approves it without an account: made once, shown once."""

from __future__ import annotations

import streamlit as st

from dashboard.documents.acts.one import document_of
from dashboard.documents.frame import look
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.state import now, remember, remembered
from dashboard.views.allowed import only, plain_callback
from dashboard.views.reports.sharing import link_of, reach_hint
from dashboard.words.acts.told import problem_sentence
from dashboard.words.language import _, n_
from data.acting import by_link
from data.acting.acts import ActError
from data.acting.kept import KeptAct
from data.acting.pictures import pictures_of


def ask_by_link(kept: KeptAct) -> None:
    """A popover that makes the link to an act that waits for approval."""
    with st.popover(_("By a link"), icon=":material/link:", key=f"link-{kept.id}"):
        st.caption(
            _(
                "Whoever has the link sees this act word for word, and approves it or sends it back, without an "
                "account. It takes one answer. Worded anew, it needs another link."
            )
        )
        days = st.segmented_control(
            _("Open for"),
            by_link.DAYS,
            default=by_link.DAYS[1],
            format_func=lambda d: n_("{n} day", "{n} days", d),
            key=f"link-days-{kept.id}",
            required=True,
        )
        st.button(
            _("Make a link"),
            key=f"link-make-{kept.id}",
            icon=":material/add_link:",
            on_click=_make,
            args=(kept, int(days or by_link.DAYS[1])),
            **only(by_link.make_link),
        )
        made = remembered(f"act-link-{kept.key}")
        if made:
            st.code(made, language=None, wrap_lines=True)
            st.caption(_("Copy it now: it cannot be shown again. “Shared links” under Reports revokes it."))
            reach_hint(made)


@plain_callback
def _make(kept: KeptAct, days: int) -> None:
    post = next(iter(post_reads.by_id((kept.post,))), None) if kept.post else None
    with cache.store().read() as connection:
        pictures = pictures_of(connection, kept.item) if kept.item else []
    document = document_of(kept, post, pictures, look=look())
    try:
        remember(f"act-link-{kept.key}", link_of(by_link.make_link(cache.store(), kept, document, days, now())))
    except ActError as error:
        st.toast(problem_sentence(error.code), icon=":material/error:")
