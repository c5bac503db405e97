"""Several facts at once: pasted, from a file, from a site of ours; each looked at before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.state import forget, now, remember, remembered, set_parameter
from dashboard.views.allowed import only
from dashboard.views.facts.one import look_again
from dashboard.views.mentions.triage import me
from dashboard.words.facts.told import file_words, kind_names, problem_words
from dashboard.words.labels import escape
from dashboard.words.language import LANGUAGES, _, current, language_name, n_
from data.facts import facts
from data.facts.facts import KINDS, QUESTIONS, TEXT, Fact, FactError
from data.scope import Scope
from sources.errors import SourceError
from sources.known.files import FORMS, MOST_BYTES, passages_in, passages_pasted
from sources.known.passages import Passage

FOUND = "facts-found"
LATEST = 50  # posts of a site of ours that are looked at


def add(way: str) -> None:
    """Where they come from, then what was found."""
    titles = {"paste": _("Paste several"), "file": _("From a file"), "site": _("From a site of ours")}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(titles[way], anchor=False, width="content")
        if st.button(_("Back to the list"), key="facts-back", type="tertiary", icon=":material/arrow_back:"):
            _leave()
    found = {"paste": _pasted, "file": _from_file, "site": _from_site}[way]()
    if found is not None:
        _look(found)


def _leave() -> None:
    forget(FOUND)
    set_parameter("add", "")
    st.rerun()


@dataclass(frozen=True, slots=True)
class _Found:
    """Passages, and what they were found in: another thing has other widgets."""

    key: str
    passages: tuple[Passage, ...]
    ticked: bool = False  # whether all are to be kept at first; else those with a question or a heading


def _pasted() -> _Found | None:
    text = st.text_area(
        _("Text"),
        key="facts-pasted",
        height=220,
        max_chars=200_000,
        placeholder=_("Questions with their answers, Markdown, or a paragraph for each fact"),
    )
    if st.button(_("Look at it"), key="facts-look", type="primary") and text.strip():
        remember(FOUND, _Found(f"paste-{hash(text)}", tuple(passages_pasted(text)), ticked=True))
    held = remembered(FOUND)
    return held if isinstance(held, _Found) and held.key == f"paste-{hash(text)}" else None


def _from_file() -> _Found | None:
    upload = st.file_uploader(
        _("A list of questions, a guide, a document: {forms}").format(forms=", ".join(FORMS)),
        type=list(FORMS),
        key="facts-file",
        max_upload_size=MOST_BYTES // 1_000_000,
    )
    if upload is None:
        forget(FOUND)
        return None
    key = f"file-{upload.file_id}"
    held = remembered(FOUND)
    if isinstance(held, _Found) and held.key == key:
        return held
    try:
        with st.spinner(_("Reading…")):
            found = _Found(key, tuple(passages_in(upload.getvalue(), upload.name)))
    except SourceError as error:
        st.error(escape(file_words(error.detail)), icon=":material/error:")
        return None
    remember(FOUND, found)
    return found


def _from_site() -> _Found | None:
    """What sites and feeds of ours published, as Vigie collected it."""
    ours = {one.id: one for one in inbox_reads.own_sources()}
    if not ours:
        st.info(
            _("No source is marked as yours: do so on the Sources page, with the feed or the sitemap of your site."),
            icon=":material/badge:",
        )
        return None
    chosen = st.selectbox(
        _("Site"), list(ours), format_func=lambda i: escape(ours[i].title or ours[i].address), key="facts-site"
    )
    whole = Scope(date(1970, 1, 1), now().date(), sources=(chosen,))
    posts = post_reads.some_posts(whole, LATEST)
    return _Found(f"site-{chosen}", tuple(Passage(p.title[:300], p.plain[:TEXT], p.url) for p in posts if p.plain))


def _look(found: _Found) -> None:
    """What was found, a row each: kept or left out, and changed as one likes."""
    if not found.passages:
        st.info(_("Nothing was found in it."), icon=":material/search_off:")
        return
    st.caption(
        n_("{n} passage was found.", "{n} passages were found.", len(found.passages))
        + " "
        + _("Tick what is to be kept, and change its words where they need it. Nothing is written before you say so.")
    )
    rows = pd.DataFrame(
        {
            "keep": [found.ticked or bool(one.question) for one in found.passages],
            "question": [one.question for one in found.passages],
            "text": [one.text for one in found.passages],
            "place": [one.place for one in found.passages],
        }
    )
    edited = st.data_editor(
        rows,
        hide_index=True,
        key=f"facts-rows-{found.key}",
        disabled=["place"],
        column_config={
            "keep": st.column_config.CheckboxColumn(_("Keep"), width="small"),
            "question": st.column_config.TextColumn(_("Question"), max_chars=QUESTIONS, width="medium"),
            "text": st.column_config.TextColumn(_("What we know"), max_chars=TEXT, width="large"),
            "place": st.column_config.TextColumn(_("Source"), width="small"),
        },
    )
    _keep(edited)


def _keep(rows: pd.DataFrame) -> None:
    kinds = kind_names()
    with st.form("facts-several", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.selectbox(_("Kind"), KINDS, format_func=lambda name: kinds[name])
            langs = list(LANGUAGES)
            lang = st.selectbox(_("Language"), langs, langs.index(current()), format_func=language_name)
            until = st.date_input(_("Valid until"), None, help=_("Empty: they have no end."))
            owner = st.text_input(_("Who keeps them right"), me(), max_chars=80)
        wanted = [
            Fact(
                0,
                str(row.text or ""),
                (str(row.question),) if row.question else (),
                kind,
                lang,
                None,
                until,
                str(row.place or ""),
                owner,
            )
            for row in rows.itertuples()
            if row.keep and str(row.text or "").strip()
        ]
        if st.form_submit_button(
            n_("Keep {n} fact", "Keep {n} facts", len(wanted)), type="primary", **only(facts.add_facts)
        ):
            _write(wanted)


def _write(wanted: Sequence[Fact]) -> None:
    try:
        made, known = facts.add_facts(cache.store(), wanted, now())
    except FactError as error:
        st.error(problem_words(error.code), icon=":material/error:")
        return
    look_again()
    told = n_("{n} fact was kept.", "{n} facts were kept.", len(made))
    if known:
        told += " " + n_("{n} was there already.", "{n} were there already.", known)
    st.toast(told, icon=":material/check:")
    _leave()
