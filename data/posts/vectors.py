"""Sentence vectors of posts, float16. Beside a SQLite record they lie in a file of their own: they can be
computed again, posts cannot. On PostgreSQL they are a table, so that every machine that works on it has them.

Vectors of different models are never mixed: every read names its model.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select

from data.dialect import insert_over, is_among
from data.schema import vector
from data.sqlite import BUSY_MS, is_read_only, open_to_read
from data.store import Store, explain


class VectorFile:
    """Vectors keyed by model and post. A damaged file is set aside and begun anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if is_read_only(path):
            return
        try:
            self._create()
        except sqlite3.DatabaseError as error:
            if "malformed" not in str(error) and "not a database" not in str(error):
                raise explain(error, str(path)) from error
            path.replace(path.with_suffix(".damaged"))
            self._create()

    def _create(self) -> None:
        with self._open() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vector (model TEXT NOT NULL, post_id INTEGER NOT NULL, "
                "v BLOB NOT NULL, PRIMARY KEY (model, post_id)) WITHOUT ROWID"
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        writes = not is_read_only(self.path)
        connection = sqlite3.connect(self.path, timeout=BUSY_MS / 1000) if writes else open_to_read(self.path)
        try:
            if writes:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
            with connection:
                yield connection
        finally:
            connection.close()

    def models(self) -> list[str]:
        """The models that there are vectors of."""
        with self._open() as connection:
            return [str(row[0]) for row in connection.execute("SELECT DISTINCT model FROM vector ORDER BY model")]

    def put(self, model: str, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Store `vectors` (n x dimensions) of posts `ids`, in one transaction."""
        half = np.ascontiguousarray(vectors, dtype="<f2")
        with self._open() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                ((model, int(i), row.tobytes()) for i, row in zip(ids, half, strict=True)),
            )

    def get(self, model: str, ids: Sequence[int]) -> tuple[list[int], NDArray[np.float32]]:
        """The ids that have a vector, in ascending order, and their vectors (n x dimensions, float32)."""
        wanted = sorted(int(i) for i in ids)
        have: list[int] = []
        blobs: list[bytes] = []
        with self._open() as connection:
            if len(wanted) > 20_000:
                keep = set(wanted)
                rows: Iterable[tuple[int, bytes]] = (
                    row
                    for row in connection.execute(
                        "SELECT post_id, v FROM vector WHERE model = ? AND post_id BETWEEN ? AND ? ORDER BY post_id",
                        (model, wanted[0], wanted[-1]),
                    )
                    if row[0] in keep
                )
                for post_id, blob in rows:
                    have.append(post_id)
                    blobs.append(blob)
            else:
                for start in range(0, len(wanted), 500):
                    part = wanted[start : start + 500]
                    marks = ",".join("?" * len(part))
                    for post_id, blob in connection.execute(
                        f"SELECT post_id, v FROM vector WHERE model = ? AND post_id IN ({marks}) ORDER BY post_id",
                        (model, *part),
                    ):
                        have.append(post_id)
                        blobs.append(blob)
        return _matrix(list(zip(have, blobs, strict=True)))

    def all(self, model: str, block: int = 20_000) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Every vector of a model in blocks of (ids ascending, n x dimensions): memory stays that of one block."""
        last = -1
        with self._open() as connection:
            while True:
                rows = connection.execute(
                    "SELECT post_id, v FROM vector WHERE model = ? AND post_id > ? ORDER BY post_id LIMIT ?",
                    (model, last, block),
                ).fetchall()
                if not rows:
                    return
                yield _matrix(rows)
                last = rows[-1][0]

    def forget(self, ids: Iterable[int]) -> None:
        with self._open() as connection:
            connection.executemany("DELETE FROM vector WHERE post_id = ?", ((int(i),) for i in ids))


class VectorTable:
    """The same on a PostgreSQL record."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def models(self) -> list[str]:
        with self._store.read() as connection:
            return list(connection.execute(select(vector.c.model).distinct().order_by(vector.c.model)).scalars())

    def put(self, model: str, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        half = np.ascontiguousarray(vectors, dtype="<f2")
        rows = [{"model": model, "post_id": int(i), "v": row.tobytes()} for i, row in zip(ids, half, strict=True)]
        if rows:
            with self._store.write(counts=False) as connection:
                connection.execute(insert_over(vector), rows)

    def get(self, model: str, ids: Sequence[int]) -> tuple[list[int], NDArray[np.float32]]:
        mine = select(vector.c.post_id, vector.c.v).where(vector.c.model == model, is_among(vector.c.post_id, ids))
        with self._store.read() as connection:
            return _matrix(connection.execute(mine.order_by(vector.c.post_id)).tuples().all())

    def all(self, model: str, block: int = 20_000) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        last = -1
        while True:
            query = select(vector.c.post_id, vector.c.v).where(vector.c.model == model, vector.c.post_id > last)
            with self._store.read() as connection:
                rows = connection.execute(query.order_by(vector.c.post_id).limit(block)).tuples().all()
            if not rows:
                return
            yield _matrix(rows)
            last = rows[-1][0]

    def forget(self, ids: Iterable[int]) -> None:
        with self._store.write(counts=False) as connection:
            connection.execute(delete(vector).where(is_among(vector.c.post_id, ids)))


PostVectors = VectorFile | VectorTable


def vectors_of(store: Store) -> PostVectors:
    """The vectors of a record."""
    return VectorTable(store) if store.is_server else VectorFile(store.vector_path)


def _matrix(rows: Sequence[tuple[int, bytes]]) -> tuple[list[int], NDArray[np.float32]]:
    if not rows:
        return [], np.zeros((0, 0), dtype=np.float32)
    matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").reshape(len(rows), -1)
    return [int(row[0]) for row in rows], matrix.astype(np.float32)
