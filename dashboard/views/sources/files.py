"""Files of posts and lists of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.reads import cache
from dashboard.state import now
from dashboard.words.labels import escape
from dashboard.words.language import _, n_
from dashboard.words.sources import (
    error_sentence,
    row_problem,
)
from data.source_list import SourceHealth
from sources.collect import SOURCES
from sources.errors import SourceError, mask_secrets
from sources.files.columns import FIELDS, Mapped
from sources.files.imports import Imported, import_file
from sources.files.posts import Preview, preview
from sources.opml import Added, add_list, feed_of, read_opml, write_opml


def import_posts() -> None:
    """A file of posts: which column holds what, then the import."""
    st.caption(
        _("Exports of LinkedIn, TikTok, X, YouTube and Meta Business Suite are recognised; any other table works too.")
    )
    upload = st.file_uploader(_("A file of posts"), type=["csv", "tsv", "jsonl", "ndjson", "xlsx"], key="posts-file")
    if upload is None:
        return
    try:
        seen = preview(upload, upload.name)
    except SourceError as error:
        st.error(error_sentence(error.code), title=_("This file cannot be imported"))
        st.text(error.detail)
        return
    mapped = _mapping(seen, upload.name)
    if mapped.problem():
        st.warning(_("Choose the column that holds the text of the posts."))
    elif st.button(_("Import"), type="primary", key="import"):
        _import(upload, mapped)


def _mapping(seen: Preview, name: str) -> Mapped:
    """Which column of a file holds what: the guess, as a person corrects it."""
    if seen.guess.export:
        st.success(_("Recognised: {name}").format(name=escape(seen.guess.export)), icon=":material/check:")
    else:
        st.caption(_("Check which column holds what. The guess is made from the names and from what they hold."))
    st.dataframe(pd.DataFrame([{k: str(v)[:200] for k, v in row.items()} for row in seen.rows[:8]]), hide_index=True)
    labels = {
        "text": _("Text"),
        "date": _("Date"),
        "author": _("Author"),
        "title": _("Title"),
        "url": _("Link"),
        "id": _("Identifier"),
        "lang": _("Post language"),
        "community": _("Community"),
        "score": _("Likes or points"),
        "comments": _("Replies"),
        "shares": _("Shares"),
        "views": _("Views"),
        "parent": _("Reply to"),
    }
    columns: dict[str, str] = {}
    grid = st.columns(4)
    for index, field in enumerate(FIELDS):
        options = ["", *seen.columns]
        default = seen.guess.columns.get(field, "")
        with grid[index % 4]:
            picked = st.selectbox(
                labels[field],
                options,
                index=options.index(default) if default in options else 0,
                format_func=lambda c: c or "–",
                key=f"column-{field}-{name}",
            )
        if picked:
            columns[field] = picked
    day_first = st.toggle(_("03/04 is 3 April"), seen.guess.day_first, key="day-first")
    return replace(seen.guess, columns=columns, day_first=day_first)


def _import(upload: UploadedFile, mapped: Mapped) -> None:
    """Import the file and say what came of it."""
    bar = st.progress(0.0, _("Importing…"))

    def progress(done: Imported) -> None:
        bar.progress(0.5, n_("{n} row read", "{n} rows read", done.rows))

    done = import_file(
        cache.store(),
        cache.settings(),
        upload,
        upload.name,
        mapped,
        zone=ZoneInfo(cache.settings().timezone),
        progress=progress,
    )
    bar.empty()
    st.success(
        n_("{n} post added", "{n} posts added", done.new)
        + ", "
        + n_("{n} known already", "{n} known already", done.known + done.changed)
    )
    if done.bad_count:
        st.warning(n_("{n} row was left out:", "{n} rows were left out:", done.bad_count))
        for bad in done.bad[:20]:
            st.text(_("Row {row}: {reason}").format(row=bad.row, reason=row_problem(bad.code)))


def opml(rows: Sequence[SourceHealth]) -> None:
    """Lists of feeds of other readers, in and out."""
    listed = st.file_uploader(_("A list of feeds from another reader"), type=["opml", "xml"], key="opml-file")
    if listed is not None and st.button(_("Add these feeds"), type="primary", key="import-opml"):
        try:
            outlines = read_opml(listed.getvalue())
        except SourceError as error:
            st.error(error_sentence(error.code), title=_("This list cannot be read"))
            st.text(error.detail)
        else:
            _told_of_list(add_list(cache.store(), cache.settings(), outlines, now()))
    followed = [row.source for row in rows if row.source.kind in SOURCES and row.source.state != "removed"]
    if any(feed_of(source) for source in followed):
        st.download_button(
            _("Export my feeds"),
            write_opml(followed),
            "vigie.opml",
            "text/x-opml",
            icon=":material/download:",
        )
    without = sum(not feed_of(source) for source in followed)
    if without:
        st.caption(
            n_(
                "{n} source has no feed and is not in the list",
                "{n} sources have no feed and are not in the list",
                without,
            )
        )


def _told_of_list(added: Added) -> None:
    """What came of a list: what is new and known, and what was left out, each with its reason."""
    told = [n_("{n} feed added", "{n} feeds added", len(added.new))]
    if added.known:
        told.append(n_("{n} followed already", "{n} followed already", added.known))
    st.success(", ".join(told))
    if not added.left_out:
        return
    st.warning(n_("{n} entry was left out:", "{n} entries were left out:", len(added.left_out)))
    for line in added.left_out[:20]:
        what = mask_secrets(" · ".join(filter(None, (line.title, line.url))))
        st.text(_("{what}: {why}").format(what=what, why=error_sentence(line.problem)))
    if len(added.left_out) > 20:
        st.caption(n_("and {n} more", "and {n} more", len(added.left_out) - 20))
