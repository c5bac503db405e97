"""A file of posts: what it was taken for and why, what will become of it, and what its import did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.reads import cache
from dashboard.state import forget, now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.page import open_mentions
from dashboard.words.files import (
    field_names,
    file_problem,
    left_out_words,
    order_names,
    row_line,
    span_words,
    taken_by,
)
from dashboard.words.labels import escape
from dashboard.words.language import _, colon, count, moment, n_
from dashboard.words.sources import error_sentence, kind_name
from data.models import NewPost
from data.scope import DEFAULT_PERIOD
from sources.errors import SourceError
from sources.files.dates import Order
from sources.files.imports import Imported, import_file
from sources.files.meaning.columns import FIELDS, Mapped
from sources.files.posts import Preview, preview

FORMS = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "js", "xlsx", "zip", "gz"]
SHOWN_CHARACTERS = 300  # of a post before it is imported
_SLASHED = re.compile(r"\b(0?[1-9]|1[0-2])[/.-](0?[1-9]|1[0-2])[/.-](\d{4}|\d{2})\b")


def import_posts() -> None:
    """From a file to its posts: a first look, what a person corrects, the import."""
    st.caption(
        _(
            "Exports of listening tools, networks, chats and shops for apps are recognised; any other table of posts "
            "is read too: CSV, Excel, JSON, text, or all of them in a ZIP."
        )
    )
    upload = st.file_uploader(_("A file of posts"), type=FORMS, key="posts-file")
    if upload is None:
        forget("file-seen", "file-first", "file-imported")
    elif (remembered("file-imported") or ("",))[0] == upload.file_id:
        _imported(remembered("file-imported")[1])
    else:
        _file(upload)


def _file(upload: UploadedFile) -> None:
    first = _seen(upload, None, "file-first")
    if first is None:
        return
    _recognised(first)
    mapped = _as_said(first, upload.file_id)
    seen = first if mapped == first.guess else _seen(upload, mapped, "file-seen")
    if seen is None:
        return
    _what_it_becomes(seen)
    if mapped.problem():
        st.warning(_("Choose the column that holds the text of the posts."))
    elif first.guess.asks and not mapped.order:
        st.warning(_("Say first how the dates of this file are to be read."))
    elif seen.found and st.button(
        n_("Import {n} post", "Import {n} posts", seen.found) if seen.counted_all else _("Import"),
        type="primary",
        key="import",
        **only(import_file),
    ):
        _import(upload, mapped)


def _seen(upload: UploadedFile, mapped: Mapped | None, name: str) -> Preview | None:
    """What a file holds, remembered as long as neither it nor the choices change; None, said in words, where it
    cannot be read."""
    key = (upload.file_id, repr(mapped))
    known = remembered(name)
    if known is not None and known[0] == key:
        return known[1]  # type: ignore[no-any-return]
    try:
        with st.spinner(_("Reading the file…")):
            seen = preview(upload, upload.name, mapped, zone=_zone(), now=now())
    except SourceError as error:
        _refused(error)
        if error.subject != upload.name:
            st.text(error.subject)
        return None
    remember(name, (key, seen))
    return seen


def _refused(error: SourceError) -> None:
    st.error(
        escape((file_problem(error.detail) if error.code == "bad_file" else "") or error_sentence(error.code)),
        title=_("This file cannot be imported"),
    )


def _zone() -> ZoneInfo:
    """Where the user is: times that name no zone are taken for local ones."""
    return ZoneInfo(str(remembered("zone", "UTC")))


def _recognised(seen: Preview) -> None:
    if seen.guess.export:
        st.success(_("Recognised: {name}").format(name=escape(seen.guess.export)), icon=":material/check:")
    else:
        st.caption(_("Check which column holds what. The guess is made from the names and from what they hold."))
    if seen.ignored:
        names = ", ".join(escape(path) for path in seen.ignored[:8]) + ("…" if len(seen.ignored) > 8 else "")
        st.caption(
            n_("{n} part is not read: {names}", "{n} parts are not read: {names}", len(seen.ignored)).replace(
                "{names}", names
            )
        )
    rows = [
        {
            "column": taken.column,
            "field": field_names()[taken.field] if taken.field else "–",
            "why": taken_by(taken.why) if taken.field else "",
            "example": _example(seen, taken.column),
        }
        for taken in sorted(seen.taken, key=lambda taken: not taken.field)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=min(36 * len(rows) + 40, 320),
        column_config={
            "column": _("Column"),
            "field": _("Taken for"),
            "why": _("Because"),
            "example": st.column_config.TextColumn(_("For example"), width="large"),
        },
    )


def _example(seen: Preview, column: str) -> str:
    """The first thing that a column holds."""
    values = (str(row[column]) for row in seen.rows if row.get(column) not in (None, "", []))
    return " ".join(next(values, "").split())[:200]


def _as_said(first: Preview, file_id: str) -> Mapped:
    """The guess, as a person corrects it."""
    guess = first.guess
    with st.expander(_("Change what the columns are"), expanded=bool(guess.problem()), icon=":material/tune:"):
        columns = _columns(first, file_id)
    order = _order(first, file_id)
    ours = st.toggle(
        _("This is ours"),
        first.ours,
        key=f"ours-{file_id}",
        help=_("Our posts count as what we did; our replies count as answers to questions."),
    )
    if columns == dict(guess.columns) and order == guess.order and ours == first.ours:
        return guess
    return replace(guess, columns=columns, order=order, ours=ours)


def _columns(first: Preview, file_id: str) -> dict[str, str]:
    names = field_names()
    columns: dict[str, str] = {}
    grid = st.columns(4)
    for index, field in enumerate(FIELDS):
        options = ["", *first.columns]
        default = first.guess.columns.get(field, "")
        with grid[index % 4]:
            picked = st.selectbox(
                names[field],
                options,
                index=options.index(default) if default in options else 0,
                format_func=lambda c: c or "–",
                key=f"column-{field}-{file_id}",
            )
        if picked:
            columns[field] = picked
    return columns


def _order(first: Preview, file_id: str) -> Order:
    """Whether the day or the month comes first: asked where the rows do not say, and never taken for granted."""
    guess = first.guess
    if not (guess.asks or guess.order):
        return guess.order
    names = order_names(_slashed(first))
    if guess.asks:
        st.info(
            _("Nothing in this file says whether its dates begin with the day or with the month."),
            icon=":material/calendar_month:",
        )
    orders: list[Order] = ["day", "month"]
    chosen = st.segmented_control(
        _("Dates"),
        orders,
        default=guess.order or None,
        format_func=lambda order: names[order],
        key=f"order-{file_id}",
    )
    return chosen or guess.order


def _slashed(first: Preview) -> tuple[int, int, int] | None:
    """A date of the file that can be read both ways, as its three numbers."""
    column = first.guess.columns.get("date", "")
    for row in first.rows:
        match = _SLASHED.search(str(row.get(column) or ""))
        if match and match[1] != match[2]:
            return int(match[1]), int(match[2]), int(match[3]) % 100 + 2000
    return None


def _what_it_becomes(seen: Preview) -> None:
    """The first posts as they will be, and what is left out of the whole file."""
    told = n_("{n} post", "{n} posts", seen.found) + (" +" if not seen.counted_all else "")
    st.caption(" · ".join(part for part in (told, span_words(seen.oldest, seen.newest)) if part))
    if seen.undated and (seen.guess.order or not seen.guess.asks):
        st.caption(
            n_(
                "The date of {n} post could not be read: it stands at the moment it was collected.",
                "The dates of {n} posts could not be read: they stand at the moment they were collected.",
                seen.undated,
            )
        )
    for post in seen.posts:
        _draft(post)
    _left_out(seen.left_out, [row_line(bad) for bad in seen.examples], before=True)


def _draft(post: NewPost) -> None:
    with st.container(border=True, gap="small"):
        counts = zip(
            (_("Likes or points"), _("Replies"), _("Views"), _("Shares")),
            (post.engagement.score, post.engagement.comments, post.engagement.views, post.engagement.shares),
            strict=True,
        )
        where = [
            kind_name(post.source_kind) if post.source_kind != "import" else "",
            post.community,
            post.author,
            moment(post.published_at) if post.published_at else _("no date"),
            *(f"{name} {count(number)}" for name, number in counts if number is not None),
        ]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if post.ours:
                st.badge(_("Ours"), color="blue")
            st.caption(escape(" · ".join(dict.fromkeys(part for part in where if part))))
        if post.title:
            st.text(post.title)
        words = post.plain if post.plain is not None else post.text
        st.text(words[:SHOWN_CHARACTERS] + ("…" if len(words) > SHOWN_CHARACTERS else ""))


def _left_out(reasons: Mapping[str, int], lines: list[str], *, before: bool) -> None:
    if not reasons:
        return
    number = sum(reasons.values())
    told = (
        n_("{n} row will be left out", "{n} rows will be left out", number)
        if before
        else n_("{n} row was left out", "{n} rows were left out", number)
    )
    with st.expander(f"{told}{colon()}{left_out_words(reasons)}", icon=":material/filter_alt_off:"):
        for line in lines[:10]:
            st.text(line)
        if number > 10:
            st.caption(_("These are the first ten."))


def _import(upload: UploadedFile, mapped: Mapped) -> None:
    """Import the file, and remember what came of it."""
    bar = st.progress(0.0, _("Importing…"))

    def progress(done: Imported) -> None:
        bar.progress(0.5, n_("{n} row read", "{n} rows read", done.rows))

    try:
        done = import_file(
            cache.store(), cache.settings(), upload, upload.name, mapped, now=now, zone=_zone(), progress=progress
        )
    except SourceError as error:
        bar.empty()
        _refused(error)
        return
    bar.empty()
    remember("file-imported", (upload.file_id, done))
    st.rerun()


def _imported(done: Imported) -> None:
    """What an import did, with the way to its posts."""
    with st.container(border=True, key="imported"):
        told = [n_("{n} post added", "{n} posts added", done.new)]
        if done.changed:
            told.append(n_("{n} corrected", "{n} corrected", done.changed))
        if done.known:
            told.append(n_("{n} known already", "{n} known already", done.known))
        if done.refused:
            told.append(n_("{n} refused: erased here", "{n} refused: erased here", done.refused))
        st.success(", ".join(told), icon=":material/check:")
        st.caption(span_words(done.oldest, done.newest))
        _left_out(done.reasons, [row_line(bad) for bad in done.bad], before=False)
        if done.oldest is not None and done.newest is not None:
            if done.newest < now() - timedelta(days=DEFAULT_PERIOD):
                st.info(
                    _(
                        "All are older than the {n} days that pages show. The button below opens their own period."
                    ).format(n=DEFAULT_PERIOD),
                    icon=":material/history:",
                )
            _read_them(done, done.oldest, done.newest)


def _read_them(done: Imported, oldest: datetime, newest: datetime) -> None:
    if st.button(_("Read these posts"), type="primary", key="read-imported", icon=":material/arrow_forward:"):
        until = now().date() if done.undated else newest.astimezone(_zone()).date()
        open_mentions(oldest.astimezone(_zone()).date(), until, sources=str(done.source_id))
