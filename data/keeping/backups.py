"""Backups: copies of a record, or of the house, made while it is in use."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from data.house.store import House
from data.settings import Settings
from data.store import Store, StoreError

KEPT_BACKUPS = 10
_STAMP = r"(\d{8}-\d{6})(?:-(\d+))?"


def record_path(settings: Settings) -> Path:
    """The file of the record. Raises StoreError where it is on a server."""
    if not settings.store_url.startswith("sqlite:"):
        raise StoreError(
            "unreadable", "This record is on PostgreSQL: back it up with pg_dump, restore it with pg_restore."
        )
    return Path(settings.store_url.removeprefix("sqlite:///"))


def house_path(settings: Settings) -> Path:
    """The file of the accounts and workspaces. Raises StoreError where it is on a server."""
    record_path(settings)
    return Path(settings.house_url.removeprefix("sqlite:///"))


def backup_folder(settings: Settings) -> Path:
    return settings.data_path / "backups"


def backups(settings: Settings, of: Path) -> list[Path]:
    """Backups that were made of a file, oldest first: those named as `back_up` names them, whatever else lies there."""
    named = re.compile(rf"{re.escape(of.stem)}-{_STAMP}\.sqlite")
    found = [(named.fullmatch(path.name), path) for path in backup_folder(settings).glob("*.sqlite")]
    return [path for _, path in sorted(((m[1], int(m[2] or 1)), path) for m, path in found if m)]


def free_name(folder: Path, start: str, now: datetime) -> Path:
    """A name with the time in it that no file has yet: `start-20261129-101500.sqlite`, `-2` within the same second."""
    stamp = f"{start}{now:%Y%m%d-%H%M%S}"
    for number in range(1, 10_000):
        path = folder / f"{stamp}{f'-{number}' if number > 1 else ''}.sqlite"
        if not path.exists():
            return path
    raise StoreError("unreadable", f"{folder} holds too many files of this second.")


def back_up(settings: Settings, now: datetime, target: Path | None = None) -> list[Path]:
    """Copy the record, and the house where there is one, to `backups` in the data folder, where the latest KEPT_BACKUPS
    of each are kept; or the record alone to `target`, which must not be there yet. Gives the files made. Of a record
    that an earlier Vigie made, the copy is one of that version: nothing is brought up to date.

    Raises StoreError: there is no record, it is damaged, the disk is full, the record is on a server.
    """
    record, house = record_path(settings), house_path(settings)
    if not record.is_file():
        raise StoreError("missing", f"There is no record at {record} to back up.")
    if target is not None:
        if target.exists():
            raise StoreError("unreadable", f"{target} is there already. Name another file, or take it away first.")
        Store(settings.store_url, as_it_is=True).backup(target)
        return [target]
    made = [_back_up(settings, Store(settings.store_url, as_it_is=True), now)]
    if house.is_file():
        made.append(_back_up(settings, House(settings.house_url, as_it_is=True), now))
    return made


def _back_up(settings: Settings, store: Store, now: datetime) -> Path:
    made = free_name(backup_folder(settings), f"{store.path.stem}-", now)
    store.backup(made)
    kept = backups(settings, store.path)
    for old in kept[: max(0, len(kept) - KEPT_BACKUPS)]:
        if old != made:  # by name the oldest, where the clock was set back
            old.unlink()
    return made
