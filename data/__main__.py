"""Look after the record from the command line.

python -m data doctor                what is wrong, and what to do
python -m data backup [FILE]         copy the record while it is in use
python -m data restore [FILE]        go back to a backup (the newest when none is named)
python -m data export FILE.jsonl     every post, one JSON object a line
python -m data erase AUTHOR          erase a person everywhere, and refuse them from now on
python -m data erase AUTHOR --backups   the same, in the backups too
python -m data about AUTHOR FILE.zip    all that is held about one person
python -m data replay                erase again who was erased, after restoring a PostgreSQL record
python -m data retain                let go of words that are kept no longer
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from data.erasing.backups import erase_within, holding
from data.erasing.people import erase_person, replay_erasures
from data.erasing.person import write_about
from data.erasing.retention import let_go
from data.models import from_epoch
from data.posts.reads import total_posts
from data.schema import post, post_text
from data.settings import Settings, SettingsError, load_settings
from data.store import Store, StoreError

KEPT_BACKUPS = 10


def backups(settings: Settings) -> list[Path]:
    """Backups of the record in use, oldest first."""
    stem = Path(settings.store_url.removeprefix("sqlite:///")).stem
    return sorted((settings.data_path / "backups").glob(f"{stem}-*.sqlite"))


def _needs_file(settings: Settings) -> None:
    if not settings.store_url.startswith("sqlite:"):
        raise StoreError(
            "unreadable", "This record is on PostgreSQL: back it up with pg_dump, restore it with pg_restore."
        )


def backup(settings: Settings, target: Path | None) -> Path:
    _needs_file(settings)
    store = Store(settings.store_url)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    path = target or settings.data_path / "backups" / f"{store.path.stem}-{stamp}.sqlite"
    store.backup(path)
    for old in backups(settings)[:-KEPT_BACKUPS]:
        old.unlink()
    return path


def restore(settings: Settings, origin: Path | None) -> Path:
    """Put a backup in place of the record, which is set aside, not deleted."""
    _needs_file(settings)
    chosen = origin or next(iter(backups(settings)[-1:]), None)
    if chosen is None or not chosen.is_file():
        raise StoreError("missing", "There is no backup. 'python -m data backup' makes one.")
    path = Path(settings.store_url.removeprefix("sqlite:///"))
    check = chosen.with_suffix(".check")
    shutil.copyfile(chosen, check)
    problems = Store(f"sqlite:///{check}").check()
    for left in check.parent.glob(check.name + "*"):
        left.unlink()
    check.with_suffix(".vectors.sqlite").unlink(missing_ok=True)
    if problems:
        raise StoreError("corrupt", f"{chosen} is damaged too: {problems[0]}")
    if path.exists():
        path.replace(path.with_suffix(".set-aside"))
    for suffix in ("-wal", "-shm"):
        Path(str(path) + suffix).unlink(missing_ok=True)
    part = path.with_suffix(".part")
    shutil.copyfile(chosen, part)
    part.replace(path)
    replay_erasures(Store(settings.store_url))
    return chosen


def erase(settings: Settings, author: str, *, backups: bool) -> None:
    """Erase a person and say what went, and which copies still hold what was erased."""
    store = Store(settings.store_url)
    done = erase_person(store, author)
    print(f"{done.posts} posts erased")
    print(f"{done.copies} frozen copies, {done.named} posts of others and {done.traces} other texts changed")
    if not done.clean:
        print("The record is open elsewhere: close it and run the command again, so that its log is emptied.")
    for copy in holding(store):
        if backups and copy.posts >= 0:
            print(f"{copy.path}: {erase_within(store, copy.path).posts} posts erased")
        else:
            print(f"{copy.path} still holds {copy.posts if copy.posts >= 0 else 'what cannot be read'}")


def export(settings: Settings, target: Path) -> int:
    """Write every post as received; a partial file never takes the place of a whole one."""
    store = Store(settings.store_url)
    part = target.with_suffix(target.suffix + ".part")
    number = 0
    with store.read() as connection, part.open("w", encoding="utf-8") as stream:
        rows = connection.execute(
            select(post, post_text.c.title, post_text.c.received, post_text.c.plain, post_text.c.url)
            .join(post_text, post_text.c.post_id == post.c.id)
            .order_by(post.c.id)
        )
        for row in rows:
            number += 1
            line = {
                "id": row.native_id,
                "kind": row.source_kind,
                "date": from_epoch(row.published_at).isoformat(),
                "author": row.author,
                "community": row.community,
                "lang": row.lang,
                "title": row.title,
                "text": row.received,
                "plain": row.plain,
                "url": row.url,
                "sentiment": row.sentiment,
                "parent": row.parent_id,
                "demo": row.is_demo,
            }
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    part.replace(target)
    return number


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m data", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("doctor")
    for name in ("backup", "restore"):
        commands.add_parser(name).add_argument("file", type=Path, nargs="?")
    commands.add_parser("export").add_argument("file", type=Path)
    erasing = commands.add_parser("erase")
    erasing.add_argument("author")
    erasing.add_argument("--backups", action="store_true")
    asking = commands.add_parser("about")
    asking.add_argument("author")
    asking.add_argument("file", type=Path)
    commands.add_parser("replay")
    commands.add_parser("retain")
    given = parser.parse_args(arguments)
    try:
        settings = load_settings()
        if given.command == "backup":
            print(f"Backup in {backup(settings, given.file)}")
        elif given.command == "restore":
            print(f"Restored from {restore(settings, given.file)}")
        elif given.command == "export":
            print(f"{export(settings, given.file)} posts written to {given.file}")
        elif given.command == "erase":
            erase(settings, given.author, backups=given.backups)
        elif given.command == "about":
            print(f"{write_about(Store(settings.store_url), given.author, given.file)} posts in {given.file}")
        elif given.command == "replay":
            print(f"{replay_erasures(Store(settings.store_url)).posts} posts erased again")
        elif given.command == "retain":
            print(f"{let_go(Store(settings.store_url), datetime.now(UTC))} posts lost their text and author")
        else:
            store = Store(settings.store_url)
            problems = store.check()
            with store.read() as connection:
                print(f"{store.name}: {total_posts(connection)} posts, revision {store.revision()}")
            for problem in problems:
                print(f"problem: {problem}")
            print("Run 'python -m data restore'." if problems else "No problem found.")
            return 1 if problems else 0
        return 0
    except (StoreError, SettingsError, OSError, ValueError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
