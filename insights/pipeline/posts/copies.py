"""Near-duplicates among posts, whatever the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from data.cluster.workers import Workers
from data.posts.analysis import Waiting, texts_of
from data.posts.sketches import keep_bands, keep_weeks, posts_to_sketch, sharing, sketched_until
from data.schema import IDS_PER_DAY
from data.store import Store
from insights.duplicates import Signature, Wording, bands, is_copy, most_alike, signatures, wording

WINDOW = 14  # days in which a copy is looked for
LATEST = 4  # weeks whose sketches are kept: posts come up to a week late
MOST_LATE = 20  # later copies of one post that are asked whether it is the one that they are most like
HELD = 50_000  # posts whose sketches and words are kept in memory
PART = 512  # texts that are sketched at once
COMPARED = 200  # posts that look most like one, whose words are compared with its own


@dataclass(frozen=True, slots=True)
class Copied:
    """`of`: the earlier post that a post is most like, 0 for none; `by`: later ones that are most like this one, and
    that another run may have read before it came."""

    of: int
    by: tuple[int, ...] = ()


class Copies:
    """Copies among the posts of two weeks, those that were not read yet among them.

    A post copies the earlier one that it is most like: this can be told as soon as the texts are there, so the answer
    is the same when the newest are read first, and when a run is killed and goes on. Each post is sketched once, when
    it came; what a post is held against are those whose sketches share a number with its own.
    """

    def __init__(self, store: Store, workers: Workers | None = None) -> None:
        self._store, self._workers = store, workers or Workers()
        self._sketches: dict[int, Signature | None] = {}  # of posts that were held against each other
        self._hands: dict[int, tuple[int, str]] = {}  # place and author of each of them
        self._wordings: dict[int, Wording] = {}
        self._days: set[int] = set()  # whose posts are sketched
        self._told: set[int] = set()  # posts of which this run has told what they copy

    def of(self, batch: Sequence[Waiting], texts: Sequence[str]) -> list[Copied]:
        """What each post of a batch copies."""
        if len(self._sketches) > HELD:
            for held in (self._sketches, self._hands, self._wordings):
                held.clear()  # what is needed of them is read again
        self._sketch_days({post.id // IDS_PER_DAY for post in batch})
        self._sketch([post.id for post in batch], texts)
        self._hands.update({post.id: (post.source_id, post.author) for post in batch})
        with self._store.write(counts=False) as connection:  # a text may have changed since its day was sketched
            keep_bands(connection, self._bands([post.id for post in batch]), {})
        self._told |= {post.id for post in batch}
        return [self._copied(post.id) for post in batch]

    def _copied(self, post_id: int) -> Copied:
        alike = self._near(post_id)
        late = [other for other in alike if other > post_id and other not in self._told][:MOST_LATE]
        return Copied(_before(post_id, alike), tuple(i for i in late if _before(i, self._near(i)) == post_id))

    def _near(self, post_id: int) -> list[int]:
        """Posts within the window that say what a post says, most alike first."""
        sketch, here = self._sketches.get(post_id), post_id // IDS_PER_DAY
        if sketch is None:
            return []
        with self._store.read() as connection:
            found = sharing(connection, bands(sketch), here - WINDOW, here + WINDOW)
            lacking = [i for i in found if i not in self._sketches]
            posts = texts_of(connection, lacking)
        self._sketch([post.id for post in posts], [post.text for post in posts])
        self._hands.update({post.id: (post.source_id, post.author) for post in posts})
        held = {i: self._sketches.get(i) for i in found if i != post_id}
        alike = most_alike(sketch, {i: values for i, values in held.items() if values is not None})[:COMPARED]
        words = self._words_of([post_id, *alike])
        return [i for i in alike if i in words and self._same(post_id, i, words)]

    def _same(self, post_id: int, other: int, words: dict[int, Wording]) -> bool:
        one_hand = self._hands.get(post_id) == self._hands.get(other)
        return is_copy(words[post_id], words[other], one_hand=one_hand)

    def _words_of(self, ids: Sequence[int]) -> dict[int, Wording]:
        lacking = [i for i in ids if i not in self._wordings]
        if lacking and len(ids) > 1:
            with self._store.read() as connection:
                self._wordings.update({post.id: wording(post.text) for post in texts_of(connection, lacking)})
        return {i: self._wordings[i] for i in ids if i in self._wordings}

    def _sketch_days(self, days: Iterable[int]) -> None:
        """Sketch the posts of the two weeks around these days that came since the last time."""
        around = {day + step for day in days for step in range(-WINDOW, WINDOW + 1)}
        wanted = sorted(around - self._days)
        if not wanted:
            return
        with self._store.read() as connection:
            until = sketched_until(connection, wanted)
        for day in wanted:
            self._sketch_day(day, until.get(day, 0))
        self._days |= set(wanted)
        with self._store.write(counts=False) as connection:
            keep_weeks(connection, around, LATEST)

    def _sketch_day(self, day: int, after: int) -> None:
        with self._store.read() as connection:
            ids = posts_to_sketch(connection, day, after)
        for start in range(0, len(ids), PART):
            with self._store.read() as connection:
                posts = texts_of(connection, ids[start : start + PART])
            made = self._signatures([post.text for post in posts])
            found = {post.id: bands(one) for post, one in zip(posts, made, strict=True) if one is not None}
            with self._store.write(counts=False) as connection:
                keep_bands(connection, found, {day: ids[start : start + PART][-1]})

    def _sketch(self, ids: Sequence[int], texts: Sequence[str]) -> None:
        self._sketches.update(zip(ids, self._signatures(texts), strict=True))

    def _signatures(self, texts: Sequence[str]) -> list[Signature | None]:
        parts = (texts[start : start + PART] for start in range(0, len(texts), PART))
        return list(chain.from_iterable(self._workers.each(signatures, parts)))

    def _bands(self, ids: Sequence[int]) -> dict[int, list[int]]:
        sketches = ((i, self._sketches.get(i)) for i in ids)
        return {i: bands(sketch) for i, sketch in sketches if sketch is not None}


def _before(post_id: int, alike: Sequence[int]) -> int:
    return next((other for other in alike if other < post_id), 0)
