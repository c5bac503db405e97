"""Copies of a record that still hold who was erased: backups, records set aside or damaged."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from data import sqlite
from data.actor import needs
from data.erasing.people import Erased, replay_erasures
from data.erasing.refusal import author_digests
from data.erasing.remembered import digest, list_beside
from data.keeping.locks import lock_path
from data.store import Store, StoreError

_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a record: how many `posts` of erased people or erased one by one it holds, -1 where it cannot be
    read."""

    path: Path
    posts: int


def copies_of(store: Store) -> list[Path]:
    """Other SQLite records in the folder of a record and in its backups, by name. None on a server."""
    if store.is_server:
        return []
    folder, stem = store.path.parent, store.path.stem
    found = [*folder.glob(f"{stem}.*"), *folder.glob(f"{stem}-*"), *(folder / "backups").glob(f"{stem}*")]
    own = {store.path, store.vector_path, list_beside(store.path).path}
    return sorted(path for path in found if path not in own and path.is_file() and _is_record(path))


def _is_record(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(16) == _SQLITE


def holding(store: Store) -> list[Copy]:
    """The copies that still hold who or what was erased, each opened read-only and looked through."""
    if store.is_server:
        return []
    held = list_beside(store.path)
    key = held.key()
    found: list[Copy] = []
    for path in copies_of(store) if key is not None else ():
        assert key is not None
        try:
            posts: dict[bytes, set[str]] = {}
            for kind, native, author in _people(path):
                for one in (digest(key, "post", kind, native), *author_digests(key, kind, author)):
                    posts.setdefault(one, set()).add(f"{kind}\0{native}")
            gone: set[str] = set().union(*(posts[one] for one in held.among(posts)))
            if gone:
                found.append(Copy(path, len(gone)))
        except sqlite3.Error:
            found.append(Copy(path, -1))
    return found


def _people(path: Path) -> Iterator[tuple[str, str, str]]:
    log = path.with_name(path.name + "-wal")
    still = "" if log.exists() and log.stat().st_size else "&immutable=1"  # leaves no file beside it
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{still}", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'post'").fetchone():
            return
        yield from connection.execute("SELECT source_kind, native_id, author FROM post")


@needs("administrator")
def erase_within(store: Store, path: Path) -> Erased:
    """Erase within a copy, in place: a new file is made beside it, and takes its place only when whole.

    Raises StoreError where the copy cannot be opened: it is then as it was.
    """
    part = path.with_name(path.name + ".part")
    try:
        sqlite.copy(path, part)  # with what its log holds
        copy = Store(f"sqlite:///{part}")
        done = replay_erasures(copy, list_beside(store.path))
        copy.close()
        lock_path(part).unlink(missing_ok=True)
        os.chmod(part, path.stat().st_mode & 0o777)
        part.replace(path)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise StoreError("unreadable", f"{path}: {error}.") from error
    finally:
        for left in part.parent.glob(part.stem + ".*"):
            if left.name.startswith(part.name) or left.name == Path(part.name).with_suffix(".vectors.sqlite").name:
                left.unlink(missing_ok=True)
    return done
