"""Bring posts in from the command line.

python -m sources collect [--source ID ...]   check what is due (or these sources) now
python -m sources add URL|hn:QUERY|hn         follow a feed, a site, or Hacker News
python -m sources list                        every source with its health
python -m sources check URL                   what is at this address, without adding it
python -m sources import FILE [--column field=name ...]
python -m sources import-opml FILE | export-opml FILE
python -m sources pause ID | resume ID | remove ID [--erase-posts]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from data.jobs import holder_name, release_lease, run_job, take_lease
from data.settings import Settings, SettingsError, load_settings
from data.source_list import add_source, all_sources, get_source, remove_source, set_state, sources_with_health
from data.store import Store, StoreError
from sources.base import MESSAGES, SourceError
from sources.collect import Outcome, collect
from sources.discovery import FoundFeed, discover_feed
from sources.files import Mapped, preview
from sources.http import Client
from sources.imports import Imported, import_file
from sources.opml import read_opml, write_opml

LEASE = "collect"


def _now() -> datetime:
    return datetime.now(UTC)


def _say(words: str) -> None:
    print(words, flush=True)


def _collect(store: Store, settings: Settings, only: list[int] | None) -> int:
    holder = holder_name()
    if not take_lease(store, LEASE, holder, _now(), seconds=120):
        _say("Another run is collecting already; nothing to do.")
        return 0

    def told(done: int, total: int, outcome: Outcome) -> None:
        name = outcome.source.title or outcome.source.address
        if outcome.error is not None:
            result = f"error: {outcome.error}"
        elif outcome.unchanged:
            result = "unchanged"
        else:
            result = f"{outcome.added.new} new, {outcome.added.changed} changed"
        _say(f"[{done}/{total}] {name}: {result}")
        if done % 20 == 0 or done == total:
            take_lease(store, LEASE, holder, _now(), seconds=120)
            job.progress(done, total, name)

    try:
        with run_job(store, "collect", _now) as job:
            outcomes = asyncio.run(collect(store, settings, now=_now, only=only, progress=told))
    finally:
        release_lease(store, LEASE, holder)
    new = sum(o.added.new for o in outcomes)
    failed = sum(o.error is not None for o in outcomes)
    _say(f"{len(outcomes)} sources checked, {new} new posts, {failed} with an error.")
    return 0


async def _discover(settings: Settings, url: str) -> FoundFeed:
    async with Client(settings) as client:
        return await discover_feed(client, url, _now())


def _add(store: Store, settings: Settings, address: str) -> int:
    if address == "hn" or address.startswith("hn:"):
        query = address[3:].strip()
        kind, address, title, site = (
            "hackernews",
            f"search:{query}" if query else "front_page",
            f"Hacker News: {query or 'front page'}",
            "https://news.ycombinator.com/",
        )
    else:
        found = asyncio.run(_discover(settings, address))
        kind, address, title, site = "feed", found.url, found.title, found.site
    with store.write() as connection:
        source, is_new = add_source(connection, kind, address, _now(), title=title, site=site)
    _say(f"{'Added' if is_new else 'Already followed'}: [{source.id}] {source.title or source.address}")
    return 0


def _list(store: Store) -> int:
    with store.read() as connection:
        rows = sources_with_health(connection, _now())
    for row in rows:
        s = row.source
        seen = s.last_success.strftime("%Y-%m-%d %H:%M") if s.last_success else "never"
        error = f"  error: {MESSAGES.get(s.error_code, s.error_code)}" if s.error_code else ""
        _say(
            f"[{s.id}] {s.state:8} {row.posts:6} posts {row.per_day:6.1f} a day  last success {seen}  "
            f"{s.kind} {s.title or s.address}{error}"
        )
    return 0


def _check(settings: Settings, url: str) -> int:
    found = asyncio.run(_discover(settings, url))
    _say(f"{found.url}\n{found.title}")
    for post in found.newest:
        day = post.published_at.strftime("%Y-%m-%d") if post.published_at else "no date"
        _say(f"  {day}  {post.title or post.text[:80]}")
    return 0


def _import(store: Store, settings: Settings, path: Path, columns: list[str]) -> int:
    with path.open("rb") as stream:
        mapped = preview(stream, path.name).guess
        if columns:
            pairs = dict(item.split("=", 1) for item in columns)
            mapped = Mapped({**mapped.columns, **pairs}, mapped.day_first)
        _say("Columns: " + ", ".join(f"{field} <- {column}" for field, column in mapped.columns.items()))

        def told(done: Imported) -> None:
            _say(f"{done.rows} rows read, {done.new} posts added")

        done = import_file(store, settings, stream, path.name, mapped, now=_now, progress=told)
    for bad in done.bad:
        _say(f"row {bad.row}: left out ({bad.code} {bad.detail})".replace(" )", ")"))
    _say(f"{done.new} new, {done.changed} changed, {done.known} known, {done.bad_count} rows left out.")
    return 0


def _opml_in(store: Store, path: Path) -> int:
    outlines = read_opml(path.read_bytes())
    new = 0
    with store.write() as connection:
        for line in outlines:
            if line.problem:
                _say(f"left out: {line.url}: {MESSAGES[line.problem]}")
                continue
            new += add_source(connection, "feed", line.url, _now(), title=line.title, site=line.site)[1]
    _say(f"{new} feeds added, {len(outlines) - new} known or left out.")
    return 0


def _opml_out(store: Store, path: Path) -> int:
    with store.read() as connection:
        path.write_bytes(write_opml(all_sources(connection)))
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sources", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("collect")
    one.add_argument("--source", type=int, action="append")
    commands.add_parser("list")
    for name in ("add", "check"):
        commands.add_parser(name).add_argument("address")
    one = commands.add_parser("import")
    one.add_argument("file", type=Path)
    one.add_argument("--column", action="append", default=[])
    for name in ("import-opml", "export-opml"):
        commands.add_parser(name).add_argument("file", type=Path)
    for name in ("pause", "resume", "remove"):
        one = commands.add_parser(name)
        one.add_argument("id", type=int)
        if name == "remove":
            one.add_argument("--erase-posts", action="store_true")
    given = parser.parse_args(arguments)
    try:
        settings = load_settings()
        if given.command == "check":
            return _check(settings, given.address)
        store = Store(settings.store_url)
        if given.command == "collect":
            return _collect(store, settings, given.source)
        if given.command == "list":
            return _list(store)
        if given.command == "add":
            return _add(store, settings, given.address)
        if given.command == "import":
            return _import(store, settings, given.file, given.column)
        if given.command == "import-opml":
            return _opml_in(store, given.file)
        if given.command == "export-opml":
            return _opml_out(store, given.file)
        with store.read() as connection:
            if get_source(connection, given.id) is None:
                _say(f"There is no source {given.id}. 'python -m sources list' shows them.")
                return 2
        if given.command == "remove":
            _say(f"Removed; {remove_source(store, given.id, erase_posts=given.erase_posts)} posts erased.")
        else:
            set_state(store, given.id, "paused" if given.command == "pause" else "active")
        return 0
    except (SourceError, StoreError, SettingsError, ValueError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
