"""Templates of formats, changed here."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.views.allowed import only
from dashboard.views.meanwhile import opened, saved
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
    form = opened(f"template-{chosen}-{lang}", held[chosen, lang])
    with st.form(form.key(f"template-form-{chosen}-{lang}"), border=False):
        words = st.text_area(
            _("Template"),
            form.shown,
            height=360,
            key=form.key(f"template-{chosen}-{lang}"),
            help=_("Filled in: {slots}").format(slots="{hook} {points} {quotes} {question} {link} {tags} {brand}"),
        )
        asked = st.form_submit_button(_("Save"), key="save-format", type="primary", **only(calendar_store.set_template))
    if asked and saved(form, lambda seen: calendar_store.set_template(cache.store(), chosen, lang, words, seen)):
        st.toast(_("Saved."))
        st.rerun()
    changed = held[chosen, lang] != calendar_store.shipped_formats()[chosen, lang]
    if (
        changed
        and st.button(
            _("Back to the one that came with Vigie"),
            key="reset-format",
            type="tertiary",
            **only(calendar_store.set_template),
        )
        and saved(form, lambda seen: calendar_store.set_template(cache.store(), chosen, lang, "", seen))
    ):
        st.rerun()
