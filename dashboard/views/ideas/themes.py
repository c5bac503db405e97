"""Themes to speak of and to stay out of, chosen here; they are used when ideas are next found."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import ideas as idea_reads
from dashboard.views.allowed import only
from dashboard.views.meanwhile import opened, saved
from dashboard.words.ideas import day_name
from dashboard.words.language import _, n_
from data.content.themes import FIELDS, LONGEST, MOST_WORDS, Themes, reference_themes, set_themes


def show() -> None:
    """The two lists: what we speak of, what we stay out of."""
    form = opened("themes", idea_reads.themes(), FIELDS)
    chosen = form.shown
    st.caption(
        _(
            "An idea is shown when it is near to your brand, to a place of yours or to a theme that you speak of. What "
            "touches a theme to stay out of is shown apart, as “in the news”, never as an idea."
        )
    )
    with st.form(form.key("themes")):
        key = form.key("themes-ours")
        ours = _words(_("We speak of"), chosen.ours, key, _("Words of your field: open source, cycling…"))
        known = {theme.key: day_name(theme.name) for theme in reference_themes()}
        kept = st.multiselect(
            _("We stay out of"),
            list(known),
            [key for key in known if key not in chosen.allowed],
            format_func=lambda key: known[key],
            placeholder=_("Nothing is left out"),
            key=form.key("themes-silent"),
            help=_("Take one out if it is your field: a hospital speaks of health."),
        )
        silent = _words(
            _("And of these words"),
            chosen.silent,
            form.key("themes-words"),
            _("A word with * stands for every ending."),
        )
        if st.form_submit_button(_("Save"), type="primary", **only(set_themes)):
            allowed = tuple(key for key in known if key not in kept)
            wanted = Themes(allowed, tuple(silent), tuple(ours))
            if saved(form, lambda seen: set_themes(cache.store(), wanted, seen)):
                st.toast(_("Saved. The next reading sorts the ideas anew."))
                st.rerun()


def _words(label: str, held: tuple[str, ...], key: str, help_: str) -> list[str]:
    return st.multiselect(
        label,
        list(held),
        list(held),
        accept_new_options=True,
        max_selections=MOST_WORDS,
        key=key,
        help=help_ + " " + n_("At most {n} letter each.", "At most {n} letters each.", LONGEST),
        placeholder=_("Type and press Enter"),
    )
