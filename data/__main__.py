"""Look after the record from the command line.

python -m data doctor                what is wrong, and what to do
python -m data backup [FILE]         copy the record while it is in use
python -m data restore [FILE]        go back to a backup (the newest when none is named)
python -m data export FILE.jsonl     every post, one JSON object a line
python -m data erase AUTHOR          erase everything that one author wrote
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from data.erasing.people import erase_author
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
    return chosen


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
    commands.add_parser("erase").add_argument("author")
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
            print(f"{erase_author(Store(settings.store_url), given.author)} posts erased")
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
    except (StoreError, SettingsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
