"""Look after the record from the command line.

python -m data doctor [--mend]              what is wrong, and what to do; --mend: compute again what can be
python -m data backup [FILE]                copy the record, and the accounts beside it, while they are in use
python -m data restore [--house] [FILE]     go back to a backup (the newest when none is named), or of the accounts
python -m data export FILE.jsonl            every post, one JSON object a line
python -m data erase AUTHOR                 erase everything that one author wrote

Before the command, --workspace KEY names one of several workspaces.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from data.house.workspaces import chosen_settings
from data.keeping.backups import back_up
from data.keeping.doctor import examine, mend
from data.keeping.export import export
from data.keeping.restore import restore
from data.posts.erasure import erase_author
from data.posts.reads import total_posts
from data.settings import Settings, SettingsError
from data.store import Store, StoreError


def _say(words: str) -> None:
    print(words, flush=True)


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
    commands.add_parser("export").add_argument("file", type=Path)
    commands.add_parser("erase").add_argument("author")
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
            _say(f"{export(Store(settings.store_url), given.file)} posts written to {given.file}")
        case "erase":
            _say(f"{erase_author(Store(settings.store_url), given.author)} posts erased")
        case _:
            return _doctor(settings, now, given.mend)
    return 0


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return _run(chosen_settings(given.workspace), given)
    except (StoreError, SettingsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
