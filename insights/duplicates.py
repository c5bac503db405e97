"""Near-duplicates: MinHash with locality-sensitive hashing (Broder 1997) on 4-character shingles.

Nothing is deleted: copies are grouped and shown as one card with the number of places.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.6
PERMUTATIONS = 128
SHINGLE = 4
MIN_CHARACTERS = 40  # "Thanks!" twice is not a copy
MAX_CHARACTERS = 3_000
Signature = NDArray[np.generic]
_SPACES = re.compile(r"\W+")


def _hash(value: bytes) -> int:
    return zlib.crc32(value)


def _sketch(values: Signature | None = None) -> Any:
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=_hash, hashvalues=values, scheme="affine32")


def signatures(texts: Sequence[str]) -> list[Signature | None]:
    """The MinHash values of each text (128 numbers), None for a text too short to compare."""
    sketches: list[Signature | None] = []
    for text in texts:
        folded = _SPACES.sub(" ", text[:MAX_CHARACTERS].lower()).strip()
        if len(folded) < MIN_CHARACTERS:
            sketches.append(None)
            continue
        shingles = {folded[i : i + SHINGLE].encode() for i in range(len(folded) - SHINGLE + 1)}
        sketch = _sketch()
        sketch.update_batch(list(shingles))
        sketches.append(np.array(sketch.hashvalues))
    return sketches


class Groups:
    """Posts seen so far; tells which earlier post a new one copies."""

    def __init__(self) -> None:
        from datasketch import MinHashLSH

        self._index: Any = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
        self._known: dict[int, Signature] = {}

    def add(self, post_id: int, values: Signature) -> None:
        if post_id not in self._known:
            self._known[post_id] = values
            self._index.insert(post_id, _sketch(values))

    def get(self, post_id: int) -> Signature | None:
        return self._known.get(post_id)

    def copies_of(self, post_id: int, values: Signature) -> list[int]:
        """Known posts with an estimated Jaccard similarity of at least .6, most alike first."""
        candidates: Iterable[int] = self._index.query(_sketch(values))
        scored = [
            (float((self._known[c] == values).mean()), -c) for c in candidates if c != post_id and c in self._known
        ]
        return [-negated for similarity, negated in sorted(scored, reverse=True) if similarity >= THRESHOLD]
