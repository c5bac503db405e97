"""Camps of a thread: who stands where, from what posts say of the question and of each other.

Each post and each author has a position from -1 to 1. A cue towards the question pulls a post to one side; a reply
that agrees (or disagrees) pulls two posts together (or apart); an author's posts hold together; posts with nearly the
same content lean the same way. The positions are those that satisfy all of this best: the solution of a signed
Laplacian system (Kunegis et al. 2010, "Spectral analysis of signed graphs"; Zhu et al. 2003 for the pull of known
labels). Where nobody speaks of the question itself, its smallest eigenvector parts the thread, as in Murakami &
Raymond 2010, "Support or oppose?".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from insights.debates.stance import EITHER, QUESTION, Stance

Matrix = NDArray[np.float32]

PLACED = 0.22  # a position at least this far from the middle is on a side
CUE = 0.5  # a cue at least this sure is explicit
_HOLD = 0.15  # pull to the middle: what hangs by a thread stays unsure
_AUTHOR, _ALIKE, _TONE = 1.2, 0.35, 0.12
_NEAR = 0.62  # cosine from which content leans the same way


@dataclass(frozen=True, slots=True)
class Voice:
    """One post of a discussion. `parent` is its place in the sequence, -1 for none; `tone` from -1 to 1; `said` is a
    person's correction: -1, 0 (no side) or 1, None for none. `divides`, from 0 to 1: see
    `insights.debates.divisive`."""

    post: int
    author: str
    at: int
    parent: int
    stance: Stance
    tone: float = 0.0
    negative: bool = False
    complains: bool = False
    score: int | None = None
    said: int | None = None
    divides: float = 0.0


@dataclass(frozen=True, slots=True)
class Camps:
    """Positions of posts, and how well they are founded."""

    positions: NDArray[np.float64]  # -1 to 1, by post; nan for the post that opened the discussion
    agreement: float  # share of explicit cues that the positions satisfy
    explicit: int  # explicit cues
    by_question: bool  # sides are for and against; else only two sides

    def sides(self) -> NDArray[np.int64]:
        """1, -1, or 0 where a post is on no side."""
        known = np.nan_to_num(self.positions)
        return np.where(known >= PLACED, 1, np.where(known <= -PLACED, -1, 0)).astype(np.int64)


@dataclass(slots=True)
class _Pull:
    """Terms of the system: towards a side (`a` alone), or between two nodes."""

    a: int
    b: int  # -1: towards a side
    value: float  # sign and certainty
    weight: float
    cue: bool


def _pulls(voices: Sequence[Voice], opener: int, asks: bool) -> list[_Pull]:
    pulls: list[_Pull] = []
    for k, voice in enumerate(voices):
        if k == opener:
            if not asks:
                pulls.append(_Pull(k, -1, 1.0, 1.0, False))
            continue
        if voice.said is not None:
            pulls.append(_Pull(k, -1, float(voice.said), 12.0, False))
        cue, sure = np.sign(voice.stance.value), abs(voice.stance.value)
        explicit = sure >= CUE
        if cue and voice.said is None:
            to_opener = voice.parent < 0 or voice.parent == opener
            if voice.stance.target == QUESTION or to_opener:
                pulls.append(_Pull(k, -1, cue, 1.6 * sure, explicit))
            else:
                if voice.stance.target == EITHER and asks:
                    pulls.append(_Pull(k, -1, cue, 0.5 * sure, False))
                if voices[voice.parent].author != voice.author or not voice.author:
                    pulls.append(_Pull(k, voice.parent, cue, sure, explicit))
        if asks and abs(voice.tone) > 0.2 and not cue:
            pulls.append(_Pull(k, -1, np.sign(voice.tone), _TONE * abs(voice.tone), False))
    return pulls


def _alike(vectors: Matrix | None, opener: int) -> list[_Pull]:
    if vectors is None or len(vectors) < 4:
        return []
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    if opener >= 0:
        near[opener], near[:, opener] = -1, -1
    pulls = []
    for k in range(len(near)):
        for other in np.argsort(-near[k], kind="stable")[:4]:
            if near[k, other] >= _NEAR:
                pulls.append(_Pull(k, int(other), 1.0, _ALIKE * float(near[k, other]), False))
    return pulls


def _solve(size: int, pulls: Sequence[_Pull]) -> tuple[NDArray[np.float64], bool]:
    system, right = np.eye(size) * _HOLD, np.zeros(size)
    for pull in pulls:
        system[pull.a, pull.a] += pull.weight
        if pull.b < 0:
            right[pull.a] += pull.weight * pull.value
        else:
            system[pull.b, pull.b] += pull.weight
            system[pull.a, pull.b] -= pull.weight * pull.value
            system[pull.b, pull.a] -= pull.weight * pull.value
    pulled = float(np.abs(right).sum())
    opposed = sum(pull.weight for pull in pulls if pull.b >= 0 and pull.value < 0)
    if pulled >= 0.5 * opposed or not opposed:
        return np.asarray(np.linalg.solve(system, right), dtype=np.float64), True
    # Parts of the thread that nothing joins cannot be compared with each other: the largest is parted, the rest unsure.
    _, part_of = connected_components(system != 0, directed=False)
    largest = np.flatnonzero(part_of == np.bincount(part_of).argmax())
    _, vectors = np.linalg.eigh(system[np.ix_(largest, largest)])
    side = np.zeros(size)
    side[largest] = vectors[:, 0]
    turn = np.sign(side @ right) or 1.0
    strongest = float(np.abs(side).max()) or 1.0
    return np.asarray(turn * side / strongest, dtype=np.float64), False


def find_camps(voices: Sequence[Voice], vectors: Matrix | None = None, *, opener: int = -1, asks: bool = True) -> Camps:
    """Positions of the posts of one discussion, oldest first.

    `vectors` are n x d of unit length, in the same order. `opener` is the place of the post that opened it (-1: none),
    `asks` whether that post asks instead of taking a side.
    """
    count = len(voices)
    names = sorted({voice.author for k, voice in enumerate(voices) if voice.author and not (asks and k == opener)})
    seat = {name: count + place for place, name in enumerate(names)}
    pulls = _pulls(voices, opener, asks)
    pulls += [
        _Pull(k, seat[voice.author], 1.0, _AUTHOR, False)
        for k, voice in enumerate(voices)
        if voice.author in seat and not (asks and k == opener)
    ]
    pulls += _alike(vectors, opener)
    solved, by_question = _solve(count + len(names), pulls)
    positions = np.clip(solved, -1, 1)
    cues = [pull for pull in pulls if pull.cue]
    met = sum(
        np.sign(positions[pull.a]) == pull.value * (1 if pull.b < 0 else np.sign(positions[pull.b])) for pull in cues
    )
    of_posts = positions[:count].copy()
    if opener >= 0 and asks:
        of_posts[opener] = np.nan
    return Camps(of_posts, met / len(cues) if cues else 0.0, len(cues), by_question)
