"""Go back to a backup: the record is set aside whole, and nobody sees anything between the two."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data import sqlite
from data.changes import note_change
from data.erasing.people import replay_erasures
from data.erasing.remembered import list_beside
from data.house.store import House
from data.keeping import locks
from data.keeping.backups import backups, free_name, house_path, record_path
from data.keeping.carried import carry_over, go_on_counting, sign_out
from data.keeping.examined import examined
from data.keeping.whole import remove_part, whole_file
from data.models import to_epoch
from data.settings import Settings
from data.store import Store, StoreError, explain

WAIT = 5.0  # seconds for writes that are being made
Said = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `set_aside` is the record as it was, None where there was none."""

    origin: Path
    set_aside: Path | None
    revision: int


def restore(
    settings: Settings,
    now: datetime,
    origin: Path | None = None,
    *,
    house: bool = False,
    told: Said = lambda words: None,
) -> Restored:
    """Put a backup (the newest when none is named) in place of the record, or of the `house`.

    The record is first set aside under a name with the time, with all that its log held. Then the backup's content is
    written into it in one transaction, so that an app that has it open goes on with the restored one; a record that
    is damaged is replaced as a file. Killed at any moment, the record is the one before or the restored one.

    Raises StoreError: there is no backup, it cannot be used (by its own name), somebody works on the record, the disk
    is full. Nothing is changed then, and nothing is left behind.
    """
    path = house_path(settings) if house else record_path(settings)
    chosen = origin or next(iter(backups(settings, path)[-1:]), None)
    if chosen is None:
        raise StoreError("missing", "There is no backup. 'python -m data backup' makes one.")
    if path.exists() and chosen.exists() and chosen.samefile(path):
        raise StoreError("missing", f"{chosen} is what is in use, not a backup of it.")
    try:
        with _alone(path), _room(path) as folder:
            staged = examined(chosen, folder, House if house else Store, demo=settings.demo)
            told(f"{chosen} is whole.")
            return _exchange(settings, staged, path, chosen, now, told)
    except OSError as error:
        raise _in_words(error, path) from error
    except sqlite3.Error as error:
        raise explain(error, str(path)) from error


def _exchange(settings: Settings, staged: Store, path: Path, chosen: Path, now: datetime, told: Said) -> Restored:
    """Set the record aside and put what was examined in its place."""
    aside, sound = set_aside(path, staged.path.parent, now)
    known = _revision_of(path)
    try:
        if aside is not None:
            told(f"What was there before is in {aside}.")
        if isinstance(staged, House):
            sign_out(staged)
        else:
            carry_over(staged, aside if sound else None, settings, to_epoch(now))
            replay_erasures(staged, list_beside(path))  # before anybody sees it
            with staged.write(counts=False) as connection:
                note_change(connection, "record.restored", chosen.name)
        revision = go_on_counting(staged, known if sound or aside is None else None)
        staged.close()
        put_in_place(staged.path, path, sound=sound)
    except (sqlite3.Error, OSError, StoreError):
        if aside is not None and sound:  # nothing was changed: no copy is needed
            remove_part(aside)
        raise
    return Restored(chosen, aside, revision)


def _in_words(error: OSError, path: Path) -> StoreError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return explain(error, str(path))
    return StoreError("unreadable", f"{error.filename or path}: {error.strerror}.")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    try:
        with locks.alone(path, WAIT):
            yield
    except locks.TakenError as error:
        raise StoreError(
            "locked",
            f"{path} is being worked on{_by_whom(path)}. Wait until that has ended, or stop Vigie, then restore again: "
            "nothing was changed.",
        ) from error


def _by_whom(path: Path) -> str:
    """Which runs work, in brackets, as far as the record can tell."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            kinds = [row[0] for row in connection.execute("SELECT DISTINCT kind FROM job WHERE state = 'running'")]
    except sqlite3.Error:
        return ""
    return f" ({', '.join(sorted(kinds))})" if kinds else ""


@contextmanager
def _room(path: Path) -> Iterator[Path]:
    """A folder to work in, gone at the end. What a killed restore left in it goes first: only one works at a time."""
    folder = path.with_suffix(".restoring")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _revision_of(path: Path) -> int | None:
    """The revision of the record, read as it lies: it may be of another version. None where it cannot be read."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(path)) as connection:
            return int(connection.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])
    except (sqlite3.Error, TypeError, ValueError):
        return None


def set_aside(path: Path, room: Path, now: datetime) -> tuple[Path | None, bool]:
    """Copy what is in use beside itself; gives (the copy or None, whether it is sound)."""
    if not path.exists():
        return None, False
    aside = free_name(path.parent, f"{path.stem}.set-aside-", now)
    log, held = path.with_name(path.name + "-wal"), room / "log"
    if log.exists():
        shutil.copyfile(log, held)  # SQLite deletes the log of what it cannot read
    try:
        with whole_file(aside) as part:
            sqlite.copy(path, part)
        return aside, not sqlite.damage(aside, thorough=False)
    except sqlite3.DatabaseError as error:
        code = explain(error, str(path)).code
        if code not in {"corrupt", "unreadable"}:
            raise explain(error, str(aside if code == "full" else path)) from error
    # Damaged: kept byte for byte, with its log, for who wants to save more of it.
    if held.exists():
        with whole_file(aside.with_name(aside.name + "-wal")) as part:
            shutil.copyfile(held, part)
    with whole_file(aside) as part:
        shutil.copyfile(path, part)
    return aside, False


def put_in_place(staged: Path, path: Path, *, sound: bool) -> None:
    """Make a record what `staged` holds; one that is not `sound` is replaced as a file."""
    if sound:
        sqlite.copy(staged, path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    # The old log first: with a new file it would be taken for its own. Its content is in what was set aside.
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    staged.replace(path)
