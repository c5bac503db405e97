"""Near-duplicates among posts, whatever the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from data.cluster.workers import Workers
from data.posts.analysis import Waiting, texts_between, texts_of
from data.schema import IDS_PER_DAY
from data.store import Store
from insights.duplicates import Groups, Wording, is_copy, signatures, wording

WINDOW = 14  # days in which a copy is looked for
MOST_LATE = 20  # later copies of one post that are asked whether it is the one that they are most like
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
    is the same when the newest are read first, and when a run is killed and goes on.
    """

    def __init__(self, store: Store, workers: Workers | None = None) -> None:
        self._store, self._groups, self._workers = store, Groups(), workers or Workers()
        self._hands: dict[int, tuple[int, str]] = {}  # place and author of each post
        self._wordings: dict[int, Wording] = {}  # of those that look like another
        self._days: set[int] = set()  # whose posts are known
        self._told: set[int] = set()  # posts of which this run has told what they copy

    def of(self, batch: Sequence[Waiting], texts: Sequence[str]) -> list[Copied]:
        """What each post of a batch copies."""
        self._load({post.id // IDS_PER_DAY for post in batch})
        new = [(post.id, text) for post, text in zip(batch, texts, strict=True) if self._groups.get(post.id) is None]
        self._add([i for i, _ in new], [text for _, text in new])
        self._hands.update({post.id: (post.source_id, post.author) for post in batch})
        self._told |= {post.id for post in batch}
        return [self._copied(post.id) for post in batch]

    def _copied(self, post_id: int) -> Copied:
        alike = self._near(post_id)
        late = [other for other in alike if other > post_id and other not in self._told][:MOST_LATE]
        return Copied(_before(post_id, alike), tuple(i for i in late if _before(i, self._near(i)) == post_id))

    def _near(self, post_id: int) -> list[int]:
        """Posts within the window that say what a post says, most alike first."""
        sketch = self._groups.get(post_id)
        if sketch is None:
            return []
        here = post_id // IDS_PER_DAY
        alike = [i for i in self._groups.copies_of(post_id, sketch) if abs(i // IDS_PER_DAY - here) <= WINDOW]
        words = self._words_of([post_id, *alike[:COMPARED]])
        return [i for i in alike[:COMPARED] if i in words and self._same(post_id, i, words)]

    def _same(self, post_id: int, other: int, words: dict[int, Wording]) -> bool:
        one_hand = self._hands.get(post_id) == self._hands.get(other)
        return is_copy(words[post_id], words[other], one_hand=one_hand)

    def _words_of(self, ids: Sequence[int]) -> dict[int, Wording]:
        lacking = [i for i in ids if i not in self._wordings]
        if lacking and len(ids) > 1:
            with self._store.read() as connection:
                self._wordings.update({post.id: wording(post.text) for post in texts_of(connection, lacking)})
        return {i: self._wordings[i] for i in ids if i in self._wordings}

    def _load(self, days: Iterable[int]) -> None:
        """Make the posts of the two weeks around these days known, each once."""
        wanted = {day + step for day in days for step in range(-WINDOW, WINDOW + 1)} - self._days
        self._days |= wanted
        for first, last in _runs(sorted(wanted)):
            with self._store.read() as connection:
                posts = list(texts_between(connection, first * IDS_PER_DAY, (last + 1) * IDS_PER_DAY - 1))
            self._add([post.id for post in posts], [post.text for post in posts])
            self._hands.update({post.id: (post.source_id, post.author) for post in posts})

    def _add(self, ids: Sequence[int], texts: Sequence[str]) -> None:
        parts = (texts[start : start + PART] for start in range(0, len(texts), PART))
        sketches = chain.from_iterable(self._workers.each(signatures, parts))
        for post_id, sketch in zip(ids, sketches, strict=True):
            if sketch is not None:
                self._groups.add(post_id, sketch)


def _before(post_id: int, alike: Sequence[int]) -> int:
    return next((other for other in alike if other < post_id), 0)


def _runs(days: Sequence[int]) -> list[tuple[int, int]]:
    """Days in ascending order as stretches without a gap: (first, last) of each."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
