"""Whether a file is a backup to go back to: told by its own name, looked at in a copy, so that nothing is left."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from data import sqlite
from data.house.store import House
from data.store import Store, StoreError

HEADER = b"SQLite format 3\0"
_MARKS = {Store: {"post", "post_text", "source"}, House: {"account", "membership", "workspace"}}


def look_at(path: Path) -> None:
    """What the first page and the size tell. Raises StoreError: missing, empty, no SQLite file, cut short."""
    if not path.is_file():
        raise StoreError("missing", f"There is no file {path}.")
    size = path.stat().st_size
    if not size:
        raise StoreError("corrupt", f"{path} is empty: it is no backup.")
    with path.open("rb") as stream:
        head = stream.read(100)
    if not head.startswith(HEADER):
        raise StoreError("corrupt", f"{path} is not a database: it is no backup.")
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    if size < pages * (65_536 if page == 1 else page) and not _log_of(path).exists():
        raise StoreError("corrupt", f"{path} is damaged: its end is missing.")


def look_through(path: Path, name: Path, kind: type[Store]) -> str:
    """Read a whole copy of the backup `name`; gives the day of the demo that it is of, "" for one's own posts.

    Raises StoreError (corrupt) where it is damaged, or of another program, or of the other `kind` of database.
    """
    other = next(one for one in _MARKS if one is not kind)
    connection = sqlite3.connect(path)
    try:
        if problem := sqlite.damage(path):
            raise StoreError("corrupt", f"{name} is damaged: {problem}.")
        tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables >= _MARKS[other]:
            what = "the accounts: restore it with --house" if other is House else "a record: restore it without --house"
            raise StoreError("corrupt", f"{name} holds {what}.")
        if not tables >= {*_MARKS[kind], "alembic_version", "meta"}:
            raise StoreError("corrupt", f"{name} is a database of another program.")
        row = connection.execute("SELECT value FROM meta WHERE key = 'demo_day'").fetchone()
        return str(row[0]) if row else ""
    except sqlite3.Error as error:
        raise StoreError("corrupt", f"{name} is damaged: {error}.") from error
    finally:
        connection.close()


def examined(chosen: Path, folder: Path, kind: type[Store], *, demo: bool) -> Store:
    """A copy of a backup in `folder`, brought up to date and whole, ready to become the record.

    Raises StoreError with the backup's own name: it is missing, empty, damaged, of another program, of a newer Vigie,
    or of the demo where one's own posts are meant (and the other way round).
    """
    look_at(chosen)
    staged = folder / "staged.sqlite"
    shutil.copyfile(chosen, staged)
    log = _log_of(chosen)  # beside a file copied by hand
    if log.is_file():
        shutil.copyfile(log, _log_of(staged))
    of_demo = bool(look_through(staged, chosen, kind))
    if kind is Store and of_demo != demo:
        is_of, shown = ("the demo", "your own posts") if of_demo else ("your own posts", "the demo")
        raise StoreError("corrupt", f"{chosen} is of {is_of}, and Vigie shows {shown}. Nothing was changed.")
    try:
        store = kind(f"sqlite:///{staged}")
        _with_its_index(store)
    except StoreError as error:
        if error.code == "newer":
            raise StoreError(
                "newer", f"{chosen} was made by a newer Vigie. Update the program to restore it."
            ) from error
        raise StoreError(error.code, str(error).replace(str(staged), str(chosen))) from error
    return store


def _with_its_index(store: Store) -> None:
    """The search index can be made again from the posts: a backup is not refused for it."""
    if isinstance(store, House):
        return
    try:
        with store.write(counts=False) as connection:
            sqlite.check_index(connection)
    except StoreError:
        with store.write(counts=False) as connection:
            sqlite.make_index_anew(connection)


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")
