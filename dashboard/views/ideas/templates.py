"""Templates of formats, changed here."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.views.allowed import only
from dashboard.words.ideas import format_names
from dashboard.words.language import _, language_name
from data.content import calendar as calendar_store


def show() -> None:
    """Templates of formats in both languages, changed here."""
    held = idea_reads.templates()
    names = format_names()
    first, second = st.columns(2)
    chosen = first.selectbox(_("Format"), list(calendar_store.FORMATS), format_func=lambda f: names[f])
    lang = second.selectbox(_("Language"), list(calendar_store.LANGS), format_func=language_name)
    words = st.text_area(
        _("Template"),
        held[chosen, lang],
        height=360,
        key=f"template-{chosen}-{lang}",
        help=_("Filled in: {slots}").format(slots="{hook} {points} {quotes} {question} {link} {tags} {brand}"),
    )
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Save"), key="save-format", type="primary", **only(calendar_store.set_template)):
            calendar_store.set_template(cache.store(), chosen, lang, words)
            st.toast(_("Saved."))
            st.rerun()
        changed = held[chosen, lang] != calendar_store.shipped_formats()[chosen, lang]
        if changed and st.button(
            _("Back to the one that came with Vigie"),
            key="reset-format",
            type="tertiary",
            **only(calendar_store.set_template),
        ):
            calendar_store.set_template(cache.store(), chosen, lang, "")
            st.rerun()
