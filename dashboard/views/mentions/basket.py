"""The basket of quotes: exact, tagged, shortened, exported."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.state import now, parameter, set_parameter
from dashboard.views.allowed import only
from dashboard.views.meanwhile import Opened, opened, saved
from dashboard.views.page import box_done, box_key
from dashboard.words.labels import escape
from dashboard.words.language import _, language_name, moment, n_
from data.inbox import verbatims
from data.inbox.verbatims import QuoteError
from data.posts.quotes import Quote


def basket() -> None:
    """Quotes for a report: exact, with who, where, when and the link beside."""
    names = parameter("names") == "yes"
    quotes = inbox_reads.quotes(names)
    if not quotes:
        st.info(
            _("No quotes yet. The quotation mark under a post puts it here, word for word."),
            icon=":material/format_quote:",
        )
        return
    tags = sorted({tag for quote in quotes for tag in quote.tags})
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.pills(_("Tags"), tags, format_func=escape, label_visibility="collapsed") if tags else None
        wanted = st.toggle(_("With authors' names"), names, help=_("Otherwise each author has a stable pseudonym."))
    if wanted != names:
        set_parameter("names", "yes" if wanted else "")
        st.rerun()
    shown = [quote for quote in quotes if chosen is None or chosen in quote.tags]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(n_("{n} quote", "{n} quotes", len(shown)))
        for label, name, data, mime in (
            ("CSV", "verbatims.csv", verbatims.as_csv(shown), "text/csv"),
            ("JSON", "verbatims.jsonl", verbatims.as_jsonl(shown), "application/jsonl"),
            (_("Text"), "verbatims.txt", verbatims.as_text(shown), "text/plain"),
        ):
            st.download_button(label, data, name, mime, key=f"save-{name}", icon=":material/download:", type="tertiary")
    for quote in shown[:50]:
        _one(quote, tags)


def _one(quote: Quote, tags: list[str]) -> None:
    """A quote with its tags and what is done to it; `tags` are those that any has."""
    with st.container(border=True, key=f"quote-{quote.id}"):
        st.text(quote.shown)
        parts = [quote.author or _("no name given"), quote.place, moment(quote.published_at)]
        st.caption(escape(" · ".join([*parts, language_name(quote.lang)])))
        if quote.is_demo:
            st.badge(_("Demo"), color="violet")
        if quote.edited:
            st.caption(":material/edit: " + _("The post was edited since: this is what it says now, as a whole."))
        with st.container(horizontal=True, vertical_alignment="center"):
            form = opened(f"tags-{quote.id}", quote.tags)
            given = st.multiselect(
                _("Tags"),
                sorted({*tags, *form.shown, *quote.tags}),
                list(form.shown),
                accept_new_options=True,
                key=form.key(f"tags-{quote.id}"),
                label_visibility="collapsed",
                placeholder=_("Tags"),
                **only(verbatims.set_tags),
                width=320,
            )
            if sorted(given) != sorted(form.shown):
                _tag(form, quote.id, given)
            if quote.url:
                st.link_button(_("Open"), quote.url, type="tertiary", icon=":material/open_in_new:")
            with st.popover(
                _("Shorten"), type="tertiary", icon=":material/content_cut:", key=box_key(f"shorten-{quote.id}")
            ):
                _shorten(quote)
            if st.button(
                _("Remove"),
                key=f"drop-{quote.id}",
                type="tertiary",
                icon=":material/close:",
                **only(verbatims.remove_verbatim),
            ):
                verbatims.remove_verbatim(cache.store(), quote.id)
                st.rerun()


def _tag(form: Opened[tuple[str, ...]], quote_id: int, given: list[str]) -> None:
    """Tags are kept as they are chosen; where somebody chose others, once more is asked for."""
    told = form.seen != form.shown
    if told and not st.button(_("Save"), key=form.key(f"tag-{quote_id}")):
        return
    if saved(form, lambda seen: verbatims.set_tags(cache.store(), quote_id, given, seen)):
        st.rerun()


def _shorten(quote: Quote) -> None:
    """Keep a passage only: it must stand in the post exactly so."""
    with st.form(f"shorten-{quote.id}", border=False):
        wanted = st.text_area(_("Keep only these words"), quote.text, help=_("Copied from the post, unchanged."))
        if st.form_submit_button(_("Save"), **only(verbatims.add_verbatim)) and wanted != quote.text:
            try:
                verbatims.add_verbatim(cache.store(), quote.post, now(), wanted, quote.tags)
            except QuoteError:
                st.warning(_("The post does not hold these words exactly so. Copy them from it."))
            else:
                verbatims.remove_verbatim(cache.store(), quote.id)
                box_done(f"shorten-{quote.id}", _("Saved."))
