"""Files beside the record: set aside, left over, backups that cannot be opened, secrets, room on the disk."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data import sqlite
from data.credentials import credentials_path
from data.keeping.backups import backup_folder, backups
from data.keeping.examined import look_at
from data.keeping.findings import Finding
from data.settings import Settings
from data.store import Store, StoreError
from data.whole import remove_part

LEFT_OVER = timedelta(hours=1)  # what is written now is younger
OLD = timedelta(days=7)
LEAST_ROOM = 200_000_000  # bytes


def files_told(store: Store, settings: Settings, now: datetime) -> Iterator[Finding]:
    yield from _credentials(settings)
    if store.is_server:
        return
    if store.is_read_only:
        yield Finding(f"{store.path} can only be read: nothing can be collected or noted there.", is_note=True)
    for path in _left_over(store, settings, now):
        yield Finding(
            f"{path} was left by a run that was cut short. 'python -m data doctor --mend' deletes it.", mends=True
        )
    for path in sorted(store.path.parent.glob("*.set-aside-*.sqlite")):
        yield Finding(
            f"{path} ({path.stat().st_size / 1e6:.1f} MB) was set aside by a restore, with all posts and names in it. "
            "Delete it once you are sure that nothing is missing.",
            is_note=True,
        )
    for path in sorted(store.path.parent.glob("*.damaged")):
        yield Finding(f"{path} was set aside because it was damaged. It can be deleted.", is_note=True)
    yield from _backups(store, settings, now)
    yield from _room(store)


def remove_left_over(store: Store, settings: Settings, now: datetime) -> None:
    """Delete parts of files that no run is writing any more."""
    for path in [] if store.is_server else _left_over(store, settings, now):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            remove_part(path)


def _left_over(store: Store, settings: Settings, now: datetime) -> list[Path]:
    folders = {store.path.parent, settings.data_path, backup_folder(settings)}
    endings = ("*.part", "*.restoring", "*.check")
    found = {path for folder in folders if folder.is_dir() for ending in endings for path in folder.glob(ending)}
    return sorted(path for path in found if now - _changed(path) > LEFT_OVER)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _credentials(settings: Settings) -> Iterator[Finding]:
    path = credentials_path(settings)
    if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(f"{path} can be read by others. Run: chmod 600 {path}")


def _backups(store: Store, settings: Settings, now: datetime) -> Iterator[Finding]:
    kept = backups(settings, store.path)
    for path in kept:
        try:
            look_at(path)
            problem = sqlite.damage(path, thorough=False)
        except StoreError as error:
            yield Finding(f"{error} Delete it, and make another with 'python -m data backup'.")
            continue
        except sqlite3.Error as error:
            problem = str(error)
        if problem:
            yield Finding(
                f"{path} is damaged ({problem}). Delete it, and make another with 'python -m data backup'.",
            )
    if not kept:
        yield Finding("There is no backup yet. 'python -m data backup' makes one.", is_note=True)
    elif now - _changed(kept[-1]) > OLD:
        days = (now - _changed(kept[-1])).days
        yield Finding(f"The last backup is {days} days old. 'python -m data backup' makes one.", is_note=True)


def _room(store: Store) -> Iterator[Finding]:
    free, size = shutil.disk_usage(store.path.parent).free, store.path.stat().st_size
    wanted = max(LEAST_ROOM, 3 * size)  # a restore holds the record three times
    if free < wanted:
        yield Finding(
            f"The disk that holds {store.path} has {free / 1e6:.0f} MB left, and a backup or restore may need "
            f"{wanted / 1e6:.0f} MB. Free some space.",
            is_note=True,
        )
