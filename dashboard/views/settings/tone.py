"""How the house speaks in its replies: tu or vous, the signature."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.views.allowed import only
from dashboard.views.meanwhile import opened, saved
from dashboard.words.language import _
from data.inbox.tone import ADDRESSES, FIELDS, SIGNATURE, HouseTone, set_house_tone


def house_tone() -> None:
    """A form; drafts of replies follow it from then on."""
    st.header(_("How we speak"), anchor=False)
    st.caption(_("Drafts of replies follow it. Their words are changed under “Change this template”, beside a draft."))
    form = opened("house-tone", inbox_reads.house_tone(), FIELDS)
    held = form.shown
    addresses = {name: name for name in ADDRESSES} | {"asker": _("as the asker writes")}
    with st.form(form.key("house-tone")):
        address = st.segmented_control(
            _("In French, we say"),
            list(addresses),
            default=held.address,
            format_func=lambda name: addresses[name],
            key=form.key("tone-address"),
        )
        english = st.text_input(
            _("Signature in English"), held.signature_en, max_chars=SIGNATURE, key=form.key("tone-en")
        )
        french = st.text_input(
            _("Signature in French"), held.signature_fr, max_chars=SIGNATURE, key=form.key("tone-fr")
        )
        if st.form_submit_button(_("Keep"), **only(set_house_tone)):
            wanted = HouseTone(address or held.address, english, french)
            if saved(form, lambda seen: set_house_tone(cache.store(), wanted, seen)):
                st.toast(_("Kept."), icon=":material/check:")
                st.rerun()
