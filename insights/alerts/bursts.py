"""Events as they begin: words that suddenly fill many posts. Pure; reads posts in the order of time.

Every half hour the posts of the last two hours are compared with two memories that fade by the calendar, one
within weeks and one within years: what people always say is no event after a gap in collecting. A word bursts when
its posts are far more than the memories let expect (Poisson, false-discovery rate held over all words; Benjamini
and Hochberg 1995) and a good share of all. Bursting words that stand in the same posts are one event; while it
lasts, what belongs to it is not told again.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from insights.alerts.naming import names_a_thing
from insights.text import phrases

STEP = 1_800  # seconds between looks
WINDOW = 7_200
HALF_LIVES = (7 * 86_400, 365 * 86_400)
PRIOR_POSTS = 300.0  # weight of "a word never seen stands in one post of a thousand"
PRIOR_SHARE = 0.001
MIN_POSTS = 12
MIN_SHARE = 0.05
COLD_SHARE = 0.1  # while the memory is young
COLD_POSTS = 2_000
WARM_UP = 300.0  # posts of before: without any, nothing can be unusual
MIN_LIFT = 8.0
FALSE_DISCOVERY = 1e-6
QUIET = 36 * 3_600  # an event not heard of for so long is over
TOGETHER = 0.3  # of the rarer word's posts hold the other
SAME = 0.5  # of a burst's posts hold words of an event that goes on: it is part of that


@dataclass(frozen=True, slots=True)
class Event:
    """`at` (Unix seconds) is when it was noticed; `words` strongest first; `posts` are positions in the input."""

    at: int
    words: tuple[str, ...]
    posts: tuple[int, ...]


def words_in(text: str) -> frozenset[str]:
    """The words of a post that a burst can be made of."""
    return frozenset(w for w in phrases(text[:1_000]) if " " not in w and len(w) > 2 and names_a_thing(w))


@dataclass(slots=True)
class _Episode:
    words: set[str]
    heard: int


def poisson_tail(count: int, expected: float) -> float:
    """log10 of P(X >= count), X Poisson with this mean; the Chernoff bound, exact enough far out."""
    if count <= expected:
        return 0.0
    return -(count * math.log(count / expected) - count + expected) / math.log(10)


class Detector:
    """Feed it posts in order of time; it gives each event once, when it is noticed."""

    def __init__(self) -> None:
        self._window: deque[tuple[int, int, frozenset[str]]] = deque()
        self._now: Counter[str] = Counter()
        self._memories: list[dict[str, float]] = [{} for _ in HALF_LIVES]
        self._posts = [0.0 for _ in HALF_LIVES]
        self._faded_at = 0
        self._next = 0
        self._episodes: list[_Episode] = []

    def read(self, number: int, moment: int, text: str) -> Iterator[Event]:
        """One post: its position, its time in Unix seconds, its text."""
        if not self._next:
            self._next, self._faded_at = moment + STEP, moment
        if moment >= self._next:
            yield from self._look(self._next)
            self._next += STEP * (1 + (moment - self._next) // STEP)
        self._forget(moment)
        words = words_in(text)
        self._window.append((number, moment, words))
        self._now.update(words)

    def finish(self) -> Iterator[Event]:
        """Look a last time, once all posts are read."""
        yield from self._look(self._next)

    def _forget(self, moment: int) -> None:
        """Posts that leave the window enter the memory, which fades by the calendar."""
        if moment - self._faded_at >= 6 * 3_600:
            for index, half_life in enumerate(HALF_LIVES):
                keep = 0.5 ** ((moment - self._faded_at) / half_life)
                kept = ((word, value * keep) for word, value in self._memories[index].items())
                self._memories[index] = {word: value for word, value in kept if value > 0.05}
                self._posts[index] *= keep
            self._faded_at = moment
        while self._window and self._window[0][1] <= moment - WINDOW:
            _, _, words = self._window.popleft()
            self._now.subtract(words)
            for index, memory in enumerate(self._memories):
                self._posts[index] += 1
                for word in words:
                    memory[word] = memory.get(word, 0.0) + 1.0

    def _usual(self, word: str) -> float:
        """Share of all posts that hold a word, by the memory that knows it better."""
        return max(
            (memory.get(word, 0.0) + PRIOR_POSTS * PRIOR_SHARE) / (posts + PRIOR_POSTS)
            for memory, posts in zip(self._memories, self._posts, strict=True)
        )

    def _bursts(self) -> dict[str, float]:
        total = len(self._window)
        tested = {word: count for word, count in self._now.items() if count >= MIN_POSTS}
        if not tested:
            return {}
        scores = []
        least = MIN_SHARE if self._posts[-1] >= COLD_POSTS else COLD_SHARE
        for word, count in tested.items():
            expected = total * self._usual(word)
            if count >= least * total and count >= MIN_LIFT * expected:
                scores.append((poisson_tail(count, expected), word))
        scores.sort()
        tests = max(1, sum(count > 1 for count in self._now.values()))
        strengths: dict[str, float] = {}
        for rank, (log_p, word) in enumerate(scores, start=1):
            if log_p <= math.log10(FALSE_DISCOVERY * rank / tests):
                strengths[word] = -log_p
        return strengths

    def _look(self, moment: int) -> Iterator[Event]:
        if self._posts[-1] < WARM_UP:
            return
        self._episodes = [e for e in self._episodes if moment - e.heard <= QUIET]
        strength = self._bursts()
        if not strength:
            return
        holders = {word: {number for number, _, words in self._window if word in words} for word in strength}
        groups: list[list[str]] = []
        for word in sorted(strength, key=lambda w: (-strength[w], w)):
            for group in groups:
                first = holders[group[0]]
                if len(holders[word] & first) >= TOGETHER * min(len(holders[word]), len(first)):
                    group.append(word)
                    break
            else:
                groups.append([word])
        for group in groups:
            numbers = set().union(*(holders[word] for word in group))
            inside = [words for number, _, words in self._window if number in numbers]
            heard = [
                episode
                for episode in self._episodes
                if sum(bool(words & episode.words) for words in inside) >= SAME * len(inside)
            ]
            if heard:
                for episode in heard:
                    episode.words.update(group[:5])
                    episode.heard = moment
                continue
            self._episodes.append(_Episode(set(group[:5]), moment))
            yield Event(moment, tuple(group[:8]), tuple(sorted(numbers)))


def detect(posts: Iterable[tuple[int, str]]) -> list[Event]:
    """Every event in posts given as (Unix seconds, text) in order of time."""
    detector = Detector()
    events: list[Event] = []
    for number, (moment, text) in enumerate(posts):
        events += detector.read(number, moment, text)
    events += detector.finish()
    return events
