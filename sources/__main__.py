"""Bring posts in from the command line.

python -m sources collect [--source ID ...]   check what is due (or these sources) now
python -m sources add THING... [--own]        follow addresses, r/name, @user@instance, #tag, hn: words...
python -m sources list                        every source with its health
python -m sources check [THING...]            what this is, without adding it; alone: whether credentials work
python -m sources read THING [--base URL] [--ours] [--day-first | --month-first]
                                              the posts of a file or address as JSON lines, nothing stored
python -m sources import FILE [--column field=name ...] [--ours | --not-ours] [--day-first | --month-first]
                                              an export or table of posts, or a list of feeds (OPML)
python -m sources export FILE                 every feed, as OPML
python -m sources back ID DAYS                read a source back that many days, piece by piece
python -m sources packs [NAME]                starter packs; with a name: follow everything in it
python -m sources suggest                     places that the posts mention and that are not followed
python -m sources own ID | not-own ID         whether what it brings is said by us
python -m sources pause ID | resume ID | remove ID [--erase-posts]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from data.credentials import CredentialsError, load_credentials
from data.house.workspaces import chosen_settings
from data.jobs import holder_name, release_lease, run_job, take_lease
from data.models import NewPost
from data.settings import Settings, SettingsError
from data.source_list import (
    all_sources,
    ask_back,
    get_source,
    mark_own,
    remove_source,
    set_state,
    sources_with_health,
)
from data.store import Store, StoreError
from data.suggestions import open_suggestions
from data.usage import Meter, latest_usage
from sources.addresses.pasted import MOST_THINGS, things_in
from sources.collect import SOURCES, Outcome, collect
from sources.credential_checks import check_all_credentials
from sources.discovery import Looked, follow, look_at_each
from sources.errors import MESSAGES, SourceError, mask_secrets
from sources.files.imports import Imported, import_file
from sources.files.posts import preview
from sources.files.rows import BadRow
from sources.http import Client
from sources.opml import MAX_BYTES, add_list, feed_of, read_opml, write_opml
from sources.packs import add_pack, starter_packs
from sources.places.gather import refresh_places
from sources.read_out import WHICH_FIRST, Said, line_of, of_address, of_file, reason
from sources.suggest import refresh_suggestions

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
        if outcome.added.refused:
            result += f" ({outcome.added.refused} refused: erased here)"
        if outcome.left_out:
            result += f" ({outcome.left_out} left out: hidden, deleted or notices of the service)"
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


def _things(given: Sequence[str]) -> tuple[str, ...]:
    """What was given, each thing by itself. Raises ValueError for more than are taken at once."""
    several = things_in("\n".join(given))
    if several.left_out:
        raise ValueError(f"At most {MOST_THINGS} things at once; {several.left_out} more were given.")
    return several.things or ("",)


async def _look(settings: Settings, store: Store | None, things: Sequence[str]) -> list[Looked]:
    meter = Meter(store) if store is not None else None
    async with Client(settings, load_credentials(settings), meter, preview=True) as client:
        return await look_at_each(client, things, _now())


def _add(store: Store, settings: Settings, given: Sequence[str], own: bool) -> int:
    looked = asyncio.run(_look(settings, store, _things(given)))
    for one in looked:
        if one.found is None:
            print(f"Error: {one.problem}", file=sys.stderr)
            continue
        source, is_new = follow(store, settings, one.found, _now())
        if own:
            mark_own(store, source.id, True)
        said = "Added" if is_new else "Already followed"
        _say(f"{said}: [{source.id}] {source.kind} {source.title or source.address}")
        for other in one.found.others:
            _say(f"  also there: {other.kind} {other.address}")
    return int(any(one.found is None for one in looked))


def _list(store: Store) -> int:
    with store.read() as connection:
        rows = sources_with_health(connection, _now())
        usage = latest_usage(connection)
    for row in rows:
        s = row.source
        seen = s.last_success.strftime("%Y-%m-%d %H:%M") if s.last_success else "never"
        marks = [s.note] if s.note else []
        marks += ["ours"] if s.is_own else []
        marks += ["quieter than usual"] if row.is_quiet else []
        if s.back_to:
            reached = s.reached.strftime("%Y-%m-%d") if s.reached else "now"
            marks.append(f"reading back to {s.back_to:%Y-%m-%d}, at {reached}")
        error = f"  error: {MESSAGES.get(s.error_code, s.error_code)}" if s.error_code else ""
        _say(
            f"[{s.id}] {s.state:8} {row.posts:6} posts {row.per_day:6.1f} a day  last success {seen}  "
            f"{s.kind} {s.title or mask_secrets(s.address)}" + (f"  ({', '.join(marks)})" if marks else "") + error
        )
    for one in usage.values():
        if "T" not in one.period:
            _say(f"{one.service} {one.period}: {one.used} of {one.allowed if one.allowed is not None else 'unlimited'}")
    return 0


def _check(settings: Settings, given: Sequence[str]) -> int:
    if not given:
        return asyncio.run(_check_credentials(settings))
    looked = asyncio.run(_look(settings, None, _things(given)))
    for one in looked:
        found = one.found
        if found is None:
            print(f"Error: {one.problem}", file=sys.stderr)
            continue
        _say(f"{found.kind}: {found.address}\n{found.title}" + (f"\n({found.note})" if found.note else ""))
        for post in found.newest:
            day = post.published_at.strftime("%Y-%m-%d") if post.published_at else "no date"
            _say(f"  {day}  {post.title or ' '.join((post.plain or post.text).split())[:80]}")
    return int(any(one.found is None for one in looked))


async def _check_credentials(settings: Settings) -> int:
    async with Client(settings, load_credentials(settings)) as client:
        for one in await check_all_credentials(client, _now()):
            state = "no credentials" if not one.configured else f"error: {one.error}" if one.error else "works"
            _say(f"{one.service} {one.account}: {state}".replace(" :", ":"))
    return 0


def _read(settings: Settings, thing: str, base: str, said: Said) -> int:
    if not Path(thing).is_file():
        for post in asyncio.run(_read_address(settings, thing)):
            _say(line_of(post, bool(said.ours)))
        return 0
    if Path(thing).suffix.lower() == ".opml":
        return _read_list(Path(thing))
    zone = ZoneInfo(settings.timezone)
    found = asyncio.run(of_file(Path(thing), base, settings.max_import_bytes, zone, said, _now()))
    if found.export:
        _warn(f"Recognised: {found.export}")
    for part in found.ignored:
        _warn(f"not read: {part}")
    if found.asks:
        _warn(WHICH_FIRST)
    for row, item in found.items:
        if isinstance(item, BadRow):
            _warn(f"row {row}: left out: {reason(item.code, item.detail)}")
            continue
        _say(line_of(item, found.ours))
        if found.dated and item.published_at is None:
            _warn(f"row {row}: kept without a date, for it cannot be read")
    return 0


def _warn(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _read_list(path: Path) -> int:
    """What a list of feeds holds, one line each."""
    for line in read_opml(path.read_bytes()):
        if line.problem:
            _warn(f"left out: {line.url}: {MESSAGES[line.problem]}")
        else:
            _say(f"{line.url}  {line.title}".rstrip())
    return 0


async def _read_address(settings: Settings, pasted: str) -> list[NewPost]:
    async with Client(settings, load_credentials(settings), preview=True) as client:
        return [post for thing in _things([pasted]) for post in await of_address(client, thing, _now())]


def _packs(store: Store, name: str) -> int:
    packs = {pack.key: pack for pack in starter_packs()}
    if not name:
        for pack in packs.values():
            _say(f"{pack.key}: {pack.titles['en']}, {len(pack.entries)} sources")
        return 0
    if name not in packs:
        _say(f"There is no pack {name}. Packs: {', '.join(packs)}.")
        return 2
    _say(f"{len(add_pack(store, packs[name], _now()))} sources added.")
    return 0


def _suggest(store: Store) -> int:
    refresh_suggestions(store, _now())
    _say(f"{refresh_places(store, _now())} places to go to.")
    with store.read() as connection:
        for one in open_suggestions(connection, 50):
            _say(f"{one.posts} posts by {one.authors} authors: {one.kind} {one.address}")
    return 0


def _import(store: Store, settings: Settings, path: Path, columns: list[str], said: Said) -> int:
    zone = ZoneInfo(settings.timezone)
    with path.open("rb") as stream:
        seen = preview(stream, path.name, zone=zone, now=_now())
        mapped = said.of(seen.guess)
        if columns:
            pairs = dict(item.split("=", 1) for item in columns)
            mapped = replace(mapped, columns={**mapped.columns, **pairs})
        if mapped.export:
            _say(f"Recognised: {mapped.export}")
        _say("Columns: " + ", ".join(f"{field} <- {column}" for field, column in mapped.columns.items()))
        for part in seen.ignored:
            _say(f"Not read: {part}")
        if mapped.asks and not mapped.order:
            raise ValueError(WHICH_FIRST)

        def told(done: Imported) -> None:
            _say(f"{done.rows} rows read, {done.new} posts added")

        done = import_file(store, settings, stream, path.name, mapped, now=_now, zone=zone, progress=told)
    for bad in done.bad:
        _say(f"row {bad.row}: left out: {reason(bad.code, bad.detail)}")
    if done.undated:
        _say(f"{done.undated} posts have no date that can be read; they are kept without one.")
    if done.oldest and done.newest:
        _say(f"From {done.oldest:%Y-%m-%d} to {done.newest:%Y-%m-%d}.")
    refused = f", {done.refused} refused: erased here" if done.refused else ""
    _say(f"{done.new} new, {done.changed} changed, {done.known} known{refused}, {done.bad_count} rows left out.")
    return 0


def _opml_in(store: Store, settings: Settings, path: Path) -> int:
    with path.open("rb") as stream:
        added = add_list(store, settings, read_opml(stream.read(MAX_BYTES + 1)), _now())
    for line in added.left_out:
        _say(f"left out: {mask_secrets(line.title or line.url)} ({mask_secrets(line.url)}): {MESSAGES[line.problem]}")
    _say(f"{len(added.new)} feeds added, {added.known} known, {len(added.left_out)} left out.")
    return 0


def _opml_out(store: Store, path: Path) -> int:
    with store.read() as connection:
        sources = [item for item in all_sources(connection) if item.state != "removed" and item.kind in SOURCES]
    path.write_bytes(write_opml(sources))
    for item in sources:
        if not feed_of(item):
            _say(f"no feed: {item.kind} {mask_secrets(item.title or item.address)}")
    return 0


def _change(store: Store, settings: Settings, given: argparse.Namespace) -> int:
    """What is asked for one source that is followed already."""
    with store.read() as connection:
        if get_source(connection, given.id) is None:
            _say(f"There is no source {given.id}. 'python -m sources list' shows them.")
            return 2
    if given.command == "remove":
        _say(f"Removed; {remove_source(store, settings, given.id, erase_posts=given.erase_posts)} posts erased.")
    elif given.command == "back":
        if given.days < 1:
            raise ValueError("Write a number of days of at least 1.")
        ask_back(store, given.id, _now() - timedelta(days=given.days))
        _say("The next checks read it back, piece by piece; 'python -m sources list' shows how far.")
    elif given.command in {"own", "not-own"}:
        mark_own(store, given.id, given.command == "own")
    else:
        set_state(store, given.id, "paused" if given.command == "pause" else "active")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sources", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workspace", default="", metavar="KEY", help="one of several workspaces")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("collect")
    one.add_argument("--source", type=int, action="append")
    commands.add_parser("list")
    commands.add_parser("suggest")
    one = commands.add_parser("add")
    one.add_argument("thing", nargs="+")
    one.add_argument("--own", action="store_true")
    commands.add_parser("check").add_argument("thing", nargs="*", default=[])
    commands.add_parser("packs").add_argument("name", nargs="?", default="")
    one = commands.add_parser("read")
    one.add_argument("thing")
    one.add_argument("--base", default="")
    _about_file(one)
    one = commands.add_parser("import")
    one.add_argument("file", type=Path)
    one.add_argument("--column", action="append", default=[])
    _about_file(one)
    commands.add_parser("export").add_argument("file", type=Path)
    for name in ("pause", "resume", "remove", "back", "own", "not-own"):
        one = commands.add_parser(name)
        one.add_argument("id", type=int)
        if name == "remove":
            one.add_argument("--erase-posts", action="store_true")
        if name == "back":
            one.add_argument("days", type=int)
    return parser


def _about_file(one: argparse.ArgumentParser) -> None:
    whose, first = one.add_mutually_exclusive_group(), one.add_mutually_exclusive_group()
    whose.add_argument("--ours", action="store_true", default=None)
    whose.add_argument("--not-ours", action="store_false", dest="ours", default=None)
    first.add_argument("--day-first", action="store_const", const="day", dest="order", default="")
    first.add_argument("--month-first", action="store_const", const="month", dest="order", default="")


def _run(settings: Settings, given: argparse.Namespace) -> int:
    if given.command == "check":
        return _check(settings, given.thing)
    if given.command == "read":
        return _read(settings, given.thing, given.base, Said(given.ours, given.order))
    store = Store(settings.store_url)
    match given.command:
        case "collect":
            return _collect(store, settings, given.source)
        case "list":
            return _list(store)
        case "add":
            return _add(store, settings, given.thing, given.own)
        case "import" if given.file.suffix.lower() in {".opml", ".xml"}:
            return _opml_in(store, settings, given.file)
        case "import":
            return _import(store, settings, given.file, given.column, Said(given.ours, given.order))
        case "export":
            return _opml_out(store, given.file)
        case "packs":
            return _packs(store, given.name)
        case "suggest":
            return _suggest(store)
    return _change(store, settings, given)


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return _run(chosen_settings(given.workspace), given)
    except (SourceError, StoreError, SettingsError, CredentialsError, ValueError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
