"""Posts that wait, understood batch by batch: what each says, of whom, how, and where it belongs.

Posts wait (`post.pending`) until everything about them is written at once, in one short transaction a batch: killed
anywhere, the next run goes on where this one stopped. The newest come first, and the figures of their days are counted
batch by batch, so that today can be read while older posts still wait. Nothing here hangs on that order; what does is
done in `settle`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from data.cluster.workers import Workers
from data.debates.discussions import save_stances
from data.inbox.ours import own_accounts, own_source_ids, set_by_us
from data.inbox.triage import labels_of
from data.models import OTHER_LANGUAGE, READ_LANGUAGES
from data.posts.analysis import (
    Understood,
    Waiting,
    save_aspects,
    save_understood,
    texts_of,
    understood_before,
    waiting_posts,
)
from data.posts.vectors import PostVectors
from data.reputation.brands import get_brands, named_in
from data.schema import IDS_PER_DAY
from data.store import Store
from data.topics.fits import Placed, add_assignments
from data.topics.listing import shown_fit, topics_of
from data.topics.watches import add_near
from insights.pipeline.models import Models
from insights.pipeline.places import Places, Progress
from insights.pipeline.posts.batch import Aspect, Named, Stances, Unread, Words, read_elsewhere, read_words
from insights.pipeline.posts.copies import Copied, Copies
from insights.pipeline.posts.counting import count_days
from insights.pipeline.posts.tones import Tones
from insights.pipeline.subjects import Subject, near, subjects_of
from insights.reading.intents import intents
from insights.reading.sentiment import Scored
from insights.topics.fit import Vectors, unit

BATCH = 512
FIRST = 64  # posts of the first batch: the newest can be read at once


@dataclass(frozen=True, slots=True)
class _Means:
    """What every batch is read with."""

    store: Store
    models: Models
    vectors: PostVectors
    tones: Tones
    copies: Copies
    places: Places
    subjects: list[Subject]
    accounts: set[str]
    own_sources: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read in a batch. `posts` to `copies` have an entry for each post."""

    posts: Sequence[Waiting]
    langs: list[str]
    scored: Scored
    named: list[list[int]]
    kinds: Sequence[tuple[tuple[str, float], ...]]
    toxic: Sequence[float]
    copies: list[Copied]
    placed: list[Placed]
    near: list[tuple[int, int, float]]
    aspects: Sequence[Aspect]
    stances: Stances

    @property
    def ids(self) -> list[int]:
        return [post.id for post in self.posts]


def understand(
    store: Store,
    models: Models,
    vectors: PostVectors,
    total: int,
    progress: Progress,
    tones: Tones,
    workers: Workers | None = None,
) -> int:
    """Understand the posts that wait, about `total`; gives how many were."""
    if not total:
        return 0
    workers = workers if workers is not None and models.names is not None else Workers()
    means, done = _means(store, models, vectors, tones, workers), 0
    progress("understand", 0, total)
    while True:
        known = done
        for batch, words in _words(means, workers, known):
            _save(means, _not_read(_read(means, batch, words)))
            done += len(batch.posts)
            if total > BATCH:
                count_days(store, sorted({post.id // IDS_PER_DAY for post in batch.posts}), meanwhile=True)
            progress("understand", done, max(total, done))
        if done == known:
            return done


def _means(store: Store, models: Models, vectors: PostVectors, tones: Tones, workers: Workers) -> _Means:
    with store.read() as connection:
        return _Means(
            store,
            models,
            vectors,
            tones,
            Copies(store, workers),
            Places(shown_fit(connection), vectors),
            subjects_of(connection, models.topics.name),
            set(own_accounts(connection)),
            own_source_ids(connection),
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """Posts on their way, and the vectors that they have already."""

    posts: Sequence[Waiting]
    held: dict[int, Vectors]
    unread: Unread


def _words(means: _Means, workers: Workers, done: int) -> Iterator[tuple[_Batch, Words]]:
    """Batches of what waits, the newest first, each with what its words say. Those that are under way are not taken
    again; each must be written before the next is asked for."""
    sent: deque[_Batch] = deque()

    def batches() -> Iterator[_Batch]:
        taken = done
        while True:
            under_way = {post.id for batch in sent for post in batch.posts}
            size = min(BATCH, max(FIRST, taken))
            with means.store.read() as connection:
                newest = waiting_posts(connection, size + len(under_way))
            posts = [post for post in newest if post.id not in under_way][:size]
            if not posts:
                return
            taken += len(posts)
            sent.append(_batch(means, posts))
            yield sent[-1]

    def elsewhere() -> Iterator[Words]:
        names = means.models.names
        if not workers.far or names is None:
            return workers.each(read_here, batches())
        return workers.each(read_elsewhere, (Named(b.unread, names) for b in batches()), read_named)

    def read_here(batch: _Batch) -> Words:
        return read_words(batch.unread, means.models)

    def read_named(batch: Named) -> Words:
        return read_words(batch.unread, means.models)

    for words in elsewhere():
        yield sent[0], words
        sent.popleft()


def _batch(means: _Means, posts: Sequence[Waiting]) -> _Batch:
    """What of a batch is to be read: all, but vectors that there are. Those of posts whose text changed are made
    anew."""
    ids = [post.id for post in posts]
    with means.store.read() as connection:
        stale = understood_before(connection, ids)
        said = labels_of(connection, ids)
    if stale:
        means.vectors.forget(stale)  # of all models
    held = dict(zip(*means.vectors.get(means.models.topics.name, ids), strict=True))
    unread = Unread(
        [replace(post, author="") for post in posts],
        [said.get(i, {}).get("lang", "") for i in ids],
        [place for place, i in enumerate(ids) if i not in held],
        means.tones.reader.kinds_of(posts),
        means.tones.untaught,
    )
    return _Batch(posts, held, unread)


def _read(means: _Means, batch: _Batch, words: Words) -> _Read:
    """What a batch says, and what that is in this record; nothing is written but its vectors."""
    posts, ids, texts = batch.posts, [post.id for post in batch.posts], [post.text for post in batch.posts]
    matrix = _matrix(means, batch, words)
    scored = means.tones.taught(words.tones, texts, matrix)
    with means.store.read() as connection:
        brands = get_brands(connection)
        named = named_in(connection, brands, ids)
        homes = topics_of(connection, means.places.fit, ids)
    own = {brand.id for brand in brands if brand.is_own}
    ours = [bool(own & set(brand_ids)) for brand_ids in named]
    home = [homes.get(i, 0) for i in ids] if homes else None
    grouped = means.places.model == means.models.topics.name
    return _Read(
        posts=posts,
        langs=words.langs,
        scored=scored,
        named=named,
        kinds=intents(texts, words.kinds, scored.probabilities, ours, words.asked),
        toxic=words.attacks,
        copies=means.copies.of(posts, texts),
        placed=means.places.of(ids, matrix, texts.__getitem__, home) if grouped else [],
        near=near(means.subjects, ids, matrix, texts),
        aspects=words.aspects,
        stances=words.stances,
    )


def _not_read(read: _Read) -> _Read:
    """Nothing is said of posts in languages that are not read but what they are about: no tone, kind or attack."""
    told = [lang in READ_LANGUAGES for lang in read.langs]
    return replace(
        read,
        scored=replace(
            read.scored,
            labels=[label if t else OTHER_LANGUAGE for label, t in zip(read.scored.labels, told, strict=True)],
        ),
        kinds=[kinds if t else () for kinds, t in zip(read.kinds, told, strict=True)],
        toxic=[attack if t else 0.0 for attack, t in zip(read.toxic, told, strict=True)],
    )


def _matrix(means: _Means, batch: _Batch, words: Words) -> Vectors:
    """The vectors of a batch: those there were, and the new ones, which are kept."""
    ids, held = [post.id for post in batch.posts], dict(batch.held)
    if words.vectors is not None:
        lacking = [ids[place] for place in batch.unread.lacking]
        means.vectors.put(means.models.topics.name, lacking, words.vectors)
        held.update(zip(lacking, words.vectors, strict=True))
    return unit(np.stack([held[i] for i in ids]))


def _save(means: _Means, read: _Read) -> None:
    """Write all of a batch at once. Posts that were changed or erased while they were read are left out: those that
    are still there go on waiting."""
    with means.store.write() as connection:
        same = _unchanged(connection, read.posts)
        if len(same) < len(read.posts):
            means.vectors.forget(set(read.ids) - {read.posts[place].id for place in same})
            read = _some(read, same)
        ids = read.ids
        ours = [post.id for post in read.posts if _by_us(post, means.accounts, means.own_sources)]
        save_understood(connection, _understood(read))
        set_by_us(connection, ours, sorted(set(ids) - set(ours)))
        save_aspects(connection, ids, _aspects(read))
        save_stances(connection, ids, read.stances)
        if read.placed:
            add_assignments(connection, means.places.fit, read.placed)
        add_near(connection, read.near)


def _unchanged(connection: Connection, posts: Sequence[Waiting]) -> list[int]:
    """Places of the posts whose words are as they were read."""
    now = {post.id: post.text for post in texts_of(connection, [post.id for post in posts])}
    return [place for place, post in enumerate(posts) if now.get(post.id) == post.text]


def _some(read: _Read, places: Sequence[int]) -> _Read:
    """What was read of some posts of a batch."""
    seat = {place: number for number, place in enumerate(places)}
    ids = {read.posts[place].id for place in places}
    return _Read(
        [read.posts[i] for i in places],
        [read.langs[i] for i in places],
        Scored([read.scored.labels[i] for i in places], read.scored.probabilities[list(places)]),
        [read.named[i] for i in places],
        [read.kinds[i] for i in places],
        [read.toxic[i] for i in places],
        [read.copies[i] for i in places],
        [placed for placed in read.placed if placed.post_id in ids],
        [item for item in read.near if item[1] in ids],
        [replace(aspect, post=seat[aspect.post]) for aspect in read.aspects if aspect.post in seat],
        [stance for stance in read.stances if stance[0] in ids],
    )


def _understood(read: _Read) -> list[Understood]:
    return [
        Understood(
            post.id,
            post.source_id,
            lang,
            label,
            sure if label != OTHER_LANGUAGE else 0.0,
            tuple(brand_ids),
            copy.of,
            copy.by,
            kinds,
            attack,
        )
        for post, lang, label, sure, brand_ids, copy, kinds, attack in zip(
            read.posts,
            read.langs,
            read.scored.labels,
            read.scored.confidence,
            read.named,
            read.copies,
            read.kinds,
            read.toxic,
            strict=True,
        )
    ]


def _by_us(post: Waiting, accounts: set[str], own_sources: dict[int, str]) -> bool:
    if post.author and post.author in accounts:
        return True
    if post.ours is not None:
        return post.ours
    rule = own_sources.get(post.source_id)
    return rule == "all" or (rule == "roots" and not post.parent_id)


def _aspects(read: _Read) -> list[tuple[str, int, str, int, int]]:
    """(aspect, post, tone of the sentence, its place) of a batch."""
    labels = read.scored.labels
    return [(a.name, read.posts[a.post].id, a.tone or labels[a.post], a.start, a.stop) for a in read.aspects]
