"""Look after the record from the command line.

python -m data doctor [--mend]              what is wrong, and what to do; --mend: compute again what can be
python -m data backup [FILE]                copy the record, and the accounts beside it, while they are in use
python -m data restore [--house] [FILE]     go back to a backup (the newest when none is named), or of the accounts
python -m data export FILE.jsonl            every post, one JSON object a line
python -m data export --parquet FOLDER      every post as columns, a Parquet file a month, for DuckDB or pandas;
                                            with --pseudonyms under the names that reports give to authors
python -m data move URL                     accounts and every workspace to another database, compared row by row
python -m data upgrade [VERSION]            save everything, bring code and databases up to date, compare and check
python -m data go-back                      undo the last upgrade
python -m data migrate                      bring databases up to date with the code that is here
python -m data erase AUTHOR                 erase a person everywhere, and refuse them from now on
python -m data erase AUTHOR --backups       the same, in the backups too
python -m data about AUTHOR FILE.zip        all that is held about one person
python -m data replay                       erase again who was erased, after restoring a PostgreSQL record
python -m data retain                       let go of words that are kept no longer

Before the command, --workspace KEY names one of several workspaces.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from data.erasing.backups import erase_within, holding
from data.erasing.people import erase_person, replay_erasures
from data.erasing.person import write_about
from data.erasing.retention import let_go
from data.house.workspaces import chosen_settings
from data.keeping.backups import back_up
from data.keeping.doctor import examine, mend
from data.keeping.export import export
from data.keeping.moving import move
from data.keeping.parquet import export_parquet
from data.keeping.restore import restore
from data.posts.reads import total_posts
from data.settings import Settings, SettingsError
from data.store import Store, StoreError
from data.upgrading.upgrade import go_back, migrate, upgrade


def _say(words: str) -> None:
    print(words, flush=True)


def _erase(settings: Settings, author: str, *, backups: bool) -> None:
    """Erase a person and say what went, and which copies still hold what was erased."""
    store = Store(settings.store_url)
    done = erase_person(store, author)
    _say(f"{done.posts} posts erased")
    _say(f"{done.copies} frozen copies, {done.named} posts of others and {done.traces} other texts changed")
    if not done.clean:
        _say("The record is open elsewhere: close it and run the command again, so that its log is emptied.")
    for copy in holding(store):
        if backups and copy.posts >= 0:
            _say(f"{copy.path}: {erase_within(store, copy.path).posts} posts erased")
        else:
            _say(f"{copy.path} still holds {copy.posts if copy.posts >= 0 else 'what cannot be read'}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m data", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workspace", default="", metavar="KEY")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor").add_argument("--mend", action="store_true")
    commands.add_parser("backup").add_argument("file", type=Path, nargs="?")
    one = commands.add_parser("restore")
    one.add_argument("file", type=Path, nargs="?")
    one.add_argument("--house", action="store_true")
    exporting = commands.add_parser("export")
    exporting.add_argument("file", type=Path, metavar="FILE")
    exporting.add_argument("--parquet", action="store_true", help="FILE is a folder: one Parquet file a month in it")
    exporting.add_argument("--pseudonyms", action="store_true", help="authors under pseudonyms; with --parquet")
    commands.add_parser("move").add_argument("url", metavar="URL")
    commands.add_parser("upgrade").add_argument("version", nargs="?", default="", metavar="VERSION")
    commands.add_parser("go-back")
    commands.add_parser("migrate")
    erasing = commands.add_parser("erase")
    erasing.add_argument("author")
    erasing.add_argument("--backups", action="store_true")
    asking = commands.add_parser("about")
    asking.add_argument("author")
    asking.add_argument("file", type=Path)
    commands.add_parser("replay")
    commands.add_parser("retain")
    return parser


def _doctor(settings: Settings, now: datetime, mends: bool) -> int:
    store = Store(settings.store_url)
    if mends:
        mend(store, settings, now)
    with store.read() as connection:
        _say(f"{store.name}: {total_posts(connection)} posts, revision {store.revision()}")
    found = examine(store, settings, now)
    for finding in found:
        _say(f"{'note' if finding.is_note else 'problem'}: {finding.said}")
    if all(finding.is_note for finding in found):
        _say("No problem found.")
        return 0
    return 1


def _migrate(settings: Settings) -> int:
    wrong = migrate(settings, _say)
    for problem in wrong:
        print(f"Error: {problem}", file=sys.stderr)
    return 1 if wrong else 0


def _export(store: Store, given: argparse.Namespace) -> int:
    if given.parquet:
        return export_parquet(store, given.file, pseudonyms=given.pseudonyms)
    if given.pseudonyms:
        raise ValueError("--pseudonyms is for --parquet: a line of JSON holds each post as it came.")
    return export(store, given.file)


def _run(settings: Settings, given: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    match given.command:
        case "backup":
            for made in back_up(settings, now, given.file):
                _say(f"Backup in {made}")
        case "restore":
            done = restore(settings, now, given.file, house=given.house, told=_say)
            _say(f"Restored from {done.origin}")
        case "export":
            _say(f"{_export(Store(settings.store_url), given)} posts written to {given.file}")
        case "move":
            move(settings, given.url, _say)
            _say("Set VIGIE_DATABASE_URL to this address (docs/settings.md) and start Vigie again.")
        case "upgrade":
            upgrade(settings, now, given.version, _say)
            _say("Upgraded. 'make go-back' undoes it.")
        case "go-back":
            go_back(settings, now, _say)
        case "migrate":
            return _migrate(settings)
        case "erase":
            _erase(settings, given.author, backups=given.backups)
        case "about":
            _say(f"{write_about(Store(settings.store_url), given.author, given.file)} posts in {given.file}")
        case "replay":
            _say(f"{replay_erasures(Store(settings.store_url)).posts} posts erased again")
        case "retain":
            _say(f"{let_go(Store(settings.store_url), now)} posts lost their text and author")
        case _:
            return _doctor(settings, now, given.mend)
    return 0


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return _run(chosen_settings(given.workspace), given)
    except (StoreError, SettingsError, OSError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
