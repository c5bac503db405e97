"""What a view of reputation is about, and the way from a figure to its posts."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import sources as source_reads
from dashboard.state import now, parameter, put_scope, set_parameter
from dashboard.words.labels import escape
from dashboard.words.language import _, language_name
from data.scope import Scope, scope_to_parameters


def about(scope: Scope) -> Scope:
    """Which brand, sources and languages the view is about; the choice is kept in the URL."""
    brands = {0: _("All posts"), **{brand.id: brand.name for brand in reputation_reads.brands()}}
    own = reputation_reads.own_brand()
    usual = own.id if own is not None and not parameter("brand") else 0
    active = scope.brand if scope.brand in brands else usual
    minute = now().replace(second=0, microsecond=0)
    sources = {r.source.id: r.source.title or r.source.address for r in source_reads.sources(minute)}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("Brand or watch"),
            list(brands),
            index=list(brands).index(active),
            format_func=lambda b: brands[b],
            label_visibility="collapsed",
            width=220,
        )
        with st.popover(_("Filter"), icon=":material/filter_alt:"):
            places = st.multiselect(
                _("Sources"),
                list(sources),
                [s for s in scope.sources if s in sources],
                format_func=lambda s: escape(sources[s]),
                placeholder=_("All sources"),
            )
            langs = st.multiselect(
                _("Languages"),
                list(dict.fromkeys((*post_reads.languages(), *scope.langs))),
                list(scope.langs),
                format_func=language_name,
                placeholder=_("All languages"),
            )
    if chosen != active or tuple(places) != scope.sources or tuple(langs) != scope.langs:
        put_scope(replace(scope, brand=chosen or None, sources=tuple(places), langs=tuple(langs)), now().date())
        set_parameter("brand", str(chosen))
        st.rerun()
    if own is None:
        st.info(_("Say under “Brands” what your name is, and this page is about you."), icon=":material/badge:")
    return replace(scope.bare(), sources=tuple(places), langs=tuple(langs), brand=active or None)


def posts_of(scope: Scope, **more: str) -> dict[str, str]:
    """URL parameters of the posts behind a figure."""
    return {**scope_to_parameters(scope, now().date()), **more}
