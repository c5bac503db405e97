"""Near-duplicates: MinHash with locality-sensitive hashing (Broder 1997) on 4-character shingles, and then what two
texts that look alike do not share: a template filled with another name, or the next number of a series, is no copy.

Nothing is deleted: copies are grouped and shown as one card with the number of places.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.text import HANDLE, STOP_WORDS, URL, fold

THRESHOLD = 0.6
PERMUTATIONS = 128
# Parts of a sketch, and numbers in each: of all ways to cut it, the one that misses and adds least at the threshold.
BANDS, ROWS = 18, 7
SHINGLE = 4
MIN_CHARACTERS = 40  # "Thanks!" twice is not a copy
MAX_CHARACTERS = 3_000
WHOLE = 25  # shared words that make two texts the same news, whatever few names differ
OTHER_NAMES = 0.25  # of the names of the text with fewer: above it, it speaks of something else
TYPO = 0.75  # share of letters in which two spellings of one word agree
Signature = NDArray[np.generic]
_SPACES = re.compile(r"\W+")
_WORDS = re.compile(r"\w+")
_STOP = frozenset(fold(word) for word in STOP_WORDS) | {"rt", "via"}  # passing on adds nothing


def _hash(value: bytes) -> int:
    return zlib.crc32(value)


@lru_cache(maxsize=1)
def _permutations() -> Any:
    """Drawn once: drawing them anew for each text takes longer than reading the text."""
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=_hash, scheme="affine32").permutations


def _sketch(values: Signature | None = None) -> Any:
    from datasketch import MinHash

    return MinHash(
        num_perm=PERMUTATIONS,
        seed=1,
        hashfunc=_hash,
        hashvalues=values,
        permutations=_permutations(),
        scheme="affine32",
    )


def _plain(text: str) -> str:
    return HANDLE.sub(" ", URL.sub(" ", text[:MAX_CHARACTERS]))


def signatures(texts: Sequence[str]) -> list[Signature | None]:
    """The MinHash values of each text (128 numbers), None for a text too short to compare."""
    sketches: list[Signature | None] = []
    for text in texts:
        folded = _SPACES.sub(" ", _plain(text).lower()).strip()
        if len(folded) < MIN_CHARACTERS:
            sketches.append(None)
            continue
        shingles = {folded[i : i + SHINGLE].encode() for i in range(len(folded) - SHINGLE + 1)}
        sketch = _sketch()
        sketch.update_batch(list(shingles))
        sketches.append(np.array(sketch.hashvalues))
    return sketches


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text, folded and in order, addresses and @names left out; `names` are those that are written
    with a capital or a digit."""

    words: tuple[str, ...]
    names: frozenset[str]


def wording(text: str) -> Wording:
    """The words by which a text is compared with another."""
    words, names = [], set()
    for token in _WORDS.findall(_plain(text)):
        word = fold(token)
        words.append(word)
        if word not in _STOP and (not token.islower() or not word.isalpha()):
            names.add(word)
    return Wording(tuple(words), frozenset(names))


def is_copy(a: Wording, b: Wording, *, one_hand: bool = False) -> bool:
    """Whether two texts that look alike say the same.

    They do when neither puts a name, a number or a word of its own where the other has another: a line filled with
    somebody else's name, or the next number of a series, is no copy. Words that are only added make it none either,
    unless they are names. In a long text that both share a few names may differ, as in one report told by two papers.
    `one_hand`: both are by one author in one place, who says the same again only in the same words.
    """
    if a.words == b.words:
        return True
    ours, theirs = Counter(a.words) - Counter(b.words), Counter(b.words) - Counter(a.words)
    own, other = _telling(ours), _telling(theirs)
    if one_hand:
        added = other or own
        return not (own and other) and bool(added) and not added & (a.names | b.names)
    if not own or not other:
        return not ((own or other) & (a.names | b.names)) or _shared(a, b) >= WHOLE
    own, other = _not_spelt_alike(own, other)
    if not own or not other:
        return True
    if _shared(a, b) < WHOLE:
        return False
    return min(len(own & a.names), len(other & b.names)) <= OTHER_NAMES * max(1, min(len(a.names), len(b.names)))


def _shared(a: Wording, b: Wording) -> int:
    return sum((Counter(a.words) & Counter(b.words)).values())


def _telling(words: Iterable[str]) -> set[str]:
    return {word for word in words if word not in _STOP}


def _not_spelt_alike(own: set[str], other: set[str]) -> tuple[set[str], set[str]]:
    """Without the words that are another spelling of one on the other side; numbers have none."""

    def left(words: set[str], others: set[str]) -> set[str]:
        return {w for w in words if not any(_spelt_alike(w, o) for o in others)}

    if len(own) * len(other) > 400:
        return own, other
    return left(own, other), left(other, own)


def _spelt_alike(word: str, other: str) -> bool:
    if not (word.isalpha() and other.isalpha()) or min(len(word), len(other)) < 4:
        return False
    return SequenceMatcher(None, word[:40], other[:40], autojunk=False).ratio() >= TYPO


def bands(values: Signature) -> list[int]:
    """The numbers of a sketch, of 64 bits with a sign: texts that are alike share one, nearly surely."""
    parts = np.asarray(values).astype("<u8").reshape(-1)[: BANDS * ROWS].reshape(BANDS, ROWS)
    return [
        int.from_bytes(blake2b(bytes([place]) + part.tobytes(), digest_size=8).digest(), "big", signed=True)
        for place, part in enumerate(parts)
    ]


def most_alike(values: Signature, others: Mapping[int, Signature]) -> list[int]:
    """Those with an estimated Jaccard similarity of at least .6, most alike first: `is_copy` tells which of them say
    the same."""
    scored = [(float((theirs == values).mean()), -i) for i, theirs in others.items()]
    return [-negated for similarity, negated in sorted(scored, reverse=True) if similarity >= THRESHOLD]


class Groups:
    """Posts seen so far; tells which of them a new one looks like."""

    def __init__(self) -> None:
        self._known: dict[int, Signature] = {}
        self._sharing: dict[int, set[int]] = {}

    def add(self, post_id: int, values: Signature) -> None:
        self._known[post_id] = values
        for band in bands(values):
            self._sharing.setdefault(band, set()).add(post_id)

    def copies_of(self, post_id: int, values: Signature) -> list[int]:
        """Known posts that look alike, most alike first."""
        near = set().union(*(self._sharing.get(band, ()) for band in bands(values))) - {post_id}
        return most_alike(values, {i: self._known[i] for i in near})
