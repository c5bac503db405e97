"""Whether this workspace acts at networks, who must agree, and the rules of the house."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.views.allowed import only
from dashboard.views.meanwhile import opened, saved
from dashboard.words.language import _
from data.acting.policy import FIELDS, Policy, policy_of, save_policy


def acting_policy() -> None:
    """A form to administrators, what holds to others."""
    with cache.store().read() as connection:
        held = policy_of(connection)
    st.caption(
        _("Answers, publications and moderation go out from here only on a person's click. Off, nothing goes out.")
    )
    form = opened("acting-policy", held, FIELDS)
    held = form.shown
    with st.form(form.key("acting")):
        on = st.toggle(_("Act at networks"), held.on)
        second = st.toggle(_("A second person approves each act"), held.second)
        by_link = st.toggle(
            _("Approval by a link counts"),
            held.by_link,
            help=_(
                "Whoever holds the link to an act may approve it, without an account: a client, say. Editors make it."
            ),
        )
        rehearse = st.toggle(_("Rehearse: look at everything, send nothing"), held.rehearse)
        rules = st.text_area(_("Rules of the house, one a line"), "\n".join(held.rules), height=140)
        if st.form_submit_button(_("Keep"), type="primary", **only(save_policy)):
            wanted = Policy(on, second, rehearse, tuple(rules.splitlines()), by_link)
            if saved(form, lambda seen: save_policy(cache.store(), wanted, seen)):
                st.rerun()
