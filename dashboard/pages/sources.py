"""Sources: add, import, export; the health of each; pause, try now, remove."""

import asyncio
import subprocess
import sys
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from dashboard import queries
from dashboard.components import escape, key_url, source_state, when
from dashboard.language import _, count, n_
from dashboard.sentences import error_sentence, row_problem
from dashboard.state import forget, now, remember, remembered
from data.settings import ROOT
from data.source_list import add_source, remove_source, set_state
from sources.base import SourceError
from sources.discovery import FoundFeed, discover_feed
from sources.files import FIELDS, Mapped, preview
from sources.http import Client
from sources.imports import Imported, import_file
from sources.opml import read_opml, write_opml

settings, store = queries.settings(), queries.store()
url, revision = key_url(), queries.revision()
st.title(_("Sources"), anchor=False)
told = remembered("sources-told")
if told:
    st.success(told)
    forget("sources-told")


async def discover(address: str) -> FoundFeed:
    async with Client(settings) as client:
        return await discover_feed(client, address, now())


def say(words: str) -> None:
    remember("sources-told", words)
    st.rerun()


def try_now(source_id: int) -> None:
    """Check one source in a process of its own and wait for it."""
    with st.spinner(_("Checking…")):
        subprocess.run(
            [sys.executable, "-m", "sources", "collect", "--source", str(source_id)],
            cwd=ROOT, capture_output=True, timeout=120, check=False,
        )  # fmt: skip


tabs = st.tabs([_("Add a site or feed"), _("Hacker News"), _("Import posts"), _("Lists of feeds (OPML)")])
with tabs[0]:
    with st.form("add-feed", border=False):
        address = st.text_input(
            _("Address of a site or of its feed"), placeholder="https://example.org", max_chars=2_000
        )
        asked = st.form_submit_button(_("Look"), type="primary")
    if asked and address.strip():
        forget("found-feed")
        try:
            with st.spinner(_("Looking for a feed…")):
                remember("found-feed", asyncio.run(discover(address)))
        except SourceError as error:
            st.error(error_sentence(error.code), title=_("Nothing was added"))
            st.text(error.subject)
    found = remembered("found-feed")
    if found is not None:
        with st.container(border=True):
            st.subheader(escape(found.title or found.url), anchor=False)
            st.text(found.url)
            for post in found.newest:
                st.text("· " + (post.title or " ".join(post.text.split())[:120]))
            if st.button(_("Follow this feed"), type="primary", key="follow"):
                with store.write() as connection:
                    made, is_new = add_source(connection, "feed", found.url, now(), title=found.title, site=found.site)
                forget("found-feed")
                try_now(made.id)
                say(_("Added.") if is_new else _("This feed is followed already."))
with tabs[1], st.form("add-hn", border=False):
    words = st.text_input(_("Words to search for; empty for the front page"), max_chars=200)
    if st.form_submit_button(_("Follow"), type="primary"):
        words = words.strip()
        with store.write() as connection:
            made, is_new = add_source(
                connection, "hackernews", f"search:{words}" if words else "front_page", now(),
                title=f"Hacker News: {words}" if words else "Hacker News", site="https://news.ycombinator.com/",
            )  # fmt: skip
        try_now(made.id)
        say(_("Added.") if is_new else _("This search is followed already."))
with tabs[2]:
    upload = st.file_uploader(_("A file of posts"), type=["csv", "tsv", "jsonl", "ndjson", "xlsx"], key="posts-file")
    if upload is not None:
        try:
            seen = preview(upload, upload.name)
        except SourceError as error:
            st.error(error_sentence(error.code), title=_("This file cannot be imported"))
            st.text(error.detail)
            seen = None
        if seen is not None:
            st.caption(_("Check which column holds what. The guess is made from the names and from what they hold."))
            st.dataframe(
                pd.DataFrame([{k: str(v)[:200] for k, v in row.items()} for row in seen.rows[:8]]), hide_index=True
            )
            labels = {
                "text": _("Text"), "date": _("Date"), "author": _("Author"), "title": _("Title"), "url": _("Link"),
                "id": _("Identifier"), "lang": _("Post language"), "community": _("Community"), 
                "score": _("Likes or points"),
                "comments": _("Replies"), "shares": _("Shares"), "views": _("Views"), "parent": _("Reply to"),
            }  # fmt: skip
            columns: dict[str, str] = {}
            grid = st.columns(4)
            for index, field in enumerate(FIELDS):
                options = ["", *seen.columns]
                default = seen.guess.columns.get(field, "")
                with grid[index % 4]:
                    picked = st.selectbox(
                        labels[field], options, index=options.index(default) if default in options else 0,
                        format_func=lambda c: c or "–", key=f"column-{field}-{upload.name}",
                    )  # fmt: skip
                if picked:
                    columns[field] = picked
            day_first = st.toggle(_("03/04 is 3 April"), seen.guess.day_first, key="day-first")
            mapped = Mapped(columns, day_first)
            if mapped.problem():
                st.warning(_("Choose the column that holds the text of the posts."))
            elif st.button(_("Import"), type="primary", key="import"):
                bar = st.progress(0.0, _("Importing…"))

                def progress(done: Imported) -> None:
                    bar.progress(0.5, n_("{n} row read", "{n} rows read", done.rows))

                done = import_file(
                    store, settings, upload, upload.name, mapped, zone=ZoneInfo(settings.timezone), progress=progress
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
with tabs[3]:
    listed = st.file_uploader(_("A list of feeds from another reader"), type=["opml", "xml"], key="opml-file")
    if listed is not None and st.button(_("Add these feeds"), type="primary", key="import-opml"):
        try:
            outlines = read_opml(listed.getvalue())
        except SourceError as error:
            st.error(error_sentence(error.code), title=_("This list cannot be read"))
            st.text(error.detail)
        else:
            new = 0
            with store.write() as connection:
                for line in outlines:
                    if not line.problem:
                        new += add_source(connection, "feed", line.url, now(), title=line.title, site=line.site)[1]
            bad = [line for line in outlines if line.problem]
            st.success(n_("{n} feed added", "{n} feeds added", new))
            for line in bad[:20]:
                st.text(f"{line.url}: {error_sentence(line.problem)}")
    rows = queries.sources(url, revision, now().replace(second=0, microsecond=0))
    if any(row.source.kind == "feed" for row in rows):
        st.download_button(
            _("Export my feeds"),
            write_opml([row.source for row in rows]),
            "vigie.opml",
            "text/x-opml",
            icon=":material/download:",
        )

st.subheader(_("Followed"), anchor=False)
rows = queries.sources(url, revision, now().replace(second=0, microsecond=0))
if not rows:
    st.info(_("No source yet. Add a site above to begin."), icon=":material/rss_feed:")
for row in rows:
    source = row.source
    words, colour = source_state(row)
    with st.container(border=True, key=f"source-{source.id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{escape(source.title or source.address)}**", width="content")
            st.badge(words, color=colour)
        if source.kind not in {"demo", "import"}:
            st.text(source.address)
        facts = [
            n_("{n} post", "{n} posts", row.posts),
            _("{rate} a day").format(rate=count(row.per_day, 1)),
            _("last success: {when}").format(when=when(source.last_success)),
        ]
        if source.kind not in {"demo", "import"} and source.state == "active":
            facts.append(
                _("next check: {when}").format(when=when(source.next_check) if source.next_check else _("soon"))
            )
        st.caption(" · ".join(escape(fact) for fact in facts))
        if source.error_code:
            st.caption(":material/error: " + escape(error_sentence(source.error_code)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if source.kind not in {"demo", "import"} and source.state != "removed":
                if st.button(_("Try now"), key=f"try-{source.id}", type="tertiary", icon=":material/refresh:"):
                    try_now(source.id)
                    st.rerun()
                paused = source.state != "active"
                if st.button(
                    _("Resume") if paused else _("Pause"), key=f"pause-{source.id}", type="tertiary",
                    icon=":material/play_arrow:" if paused else ":material/pause:",
                ):  # fmt: skip
                    set_state(store, source.id, "active" if paused else "paused")
                    st.rerun()
            with st.popover(_("Remove"), type="tertiary", icon=":material/delete:"):
                st.write(_("What should happen to its posts?"))
                if source.state != "removed" and st.button(_("Keep the posts"), key=f"keep-{source.id}"):
                    remove_source(store, source.id, erase_posts=False)
                    say(_("Removed; its posts are kept."))
                if st.button(_("Erase the posts"), key=f"erase-{source.id}"):
                    erased = remove_source(store, source.id, erase_posts=True)
                    say(n_("Removed; {n} post erased.", "Removed; {n} posts erased.", erased))
