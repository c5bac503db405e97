"""Sentence vectors of posts, float16, in a file of their own: they can be computed again, posts cannot.

Vectors of different models are never mixed: every read names its model.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.store import BUSY_MS, explain


class VectorFile:
    """Vectors keyed by model and post. A damaged file is set aside and begun anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
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
        connection = sqlite3.connect(self.path, timeout=BUSY_MS / 1000)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            with connection:
                yield connection
        finally:
            connection.close()

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
        found: list[int] = []
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
                    found.append(post_id)
                    blobs.append(blob)
            else:
                for start in range(0, len(wanted), 500):
                    part = wanted[start : start + 500]
                    marks = ",".join("?" * len(part))
                    for post_id, blob in connection.execute(
                        f"SELECT post_id, v FROM vector WHERE model = ? AND post_id IN ({marks}) ORDER BY post_id",
                        (model, *part),
                    ):
                        found.append(post_id)
                        blobs.append(blob)
        if not found:
            return [], np.zeros((0, 0), dtype=np.float32)
        matrix = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(found), -1)
        return found, matrix.astype(np.float32)

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
                matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2").reshape(len(rows), -1)
                yield [row[0] for row in rows], matrix.astype(np.float32)
                last = rows[-1][0]

    def forget(self, ids: Iterable[int]) -> None:
        with self._open() as connection:
            connection.executemany("DELETE FROM vector WHERE post_id = ?", ((int(i),) for i in ids))
