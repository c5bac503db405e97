"""Posts that wait, understood batch by batch: what each says, of whom, how, and where it belongs.

Posts wait (`post.pending`) until everything about them is written at once, in one short transaction a batch: killed
anywhere, the next run goes on where this one stopped. The newest come first, and the figures of their days are counted
batch by batch, so that today can be read while older posts still wait. Nothing here hangs on that order; what does is
done in `settle`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.debates.discussions import save_stances
from data.inbox.ours import own_accounts, own_source_ids, set_by_us
from data.inbox.triage import labels_of
from data.models import OTHER_LANGUAGE, READ_LANGUAGES, Brand
from data.posts.analysis import (
    Understood,
    Waiting,
    save_aspects,
    save_understood,
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
from insights.language import detect_languages
from insights.pipeline.debates import stances_to_save
from insights.pipeline.places import Places, Progress, TextEmbedder
from insights.pipeline.posts.copies import Copied, Copies
from insights.pipeline.posts.counting import count_days
from insights.pipeline.posts.tones import Tones
from insights.pipeline.subjects import Subject, near, subjects_of
from insights.reading.aspects import find_aspects, sentences
from insights.reading.features import features
from insights.reading.intents import intents, kind_probabilities
from insights.reading.questions import question_probabilities
from insights.reading.sentiment import Scored, default_model
from insights.reading.toxicity import attack_probabilities
from insights.topics.fit import Vectors, unit

BATCH = 512
FIRST = 64  # posts of the first batch: the newest can be read at once


@dataclass(frozen=True, slots=True)
class _Means:
    """What every batch is read with."""

    store: Store
    embedder: TextEmbedder
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
    texts: list[str]
    langs: list[str]
    scored: Scored
    named: list[list[int]]
    kinds: Sequence[tuple[tuple[str, float], ...]]
    toxic: Sequence[float]
    copies: list[Copied]
    placed: list[Placed]
    near: list[tuple[int, int, float]]

    @property
    def ids(self) -> list[int]:
        return [post.id for post in self.posts]


def understand(
    store: Store,
    embedder: TextEmbedder,
    vectors: PostVectors,
    total: int,
    progress: Progress,
    tones: Tones,
) -> int:
    """Understand the posts that wait, about `total`; gives how many were."""
    if not total:
        return 0
    means, done = _means(store, embedder, vectors, tones), 0
    progress("understand", 0, total)
    while True:
        with store.read() as connection:
            batch = waiting_posts(connection, min(BATCH, max(FIRST, done)))
            brands = get_brands(connection)
        if not batch:
            return done
        _save(means, _not_read(_read_batch(means, batch, brands)))
        done += len(batch)
        if total > BATCH:
            count_days(store, sorted({post.id // IDS_PER_DAY for post in batch}))
        progress("understand", done, max(total, done))


def _means(store: Store, embedder: TextEmbedder, vectors: PostVectors, tones: Tones) -> _Means:
    with store.read() as connection:
        return _Means(
            store,
            embedder,
            vectors,
            tones,
            Copies(store),
            Places(shown_fit(connection), vectors),
            subjects_of(connection, embedder.name),
            set(own_accounts(connection)),
            own_source_ids(connection),
        )


def _read_batch(means: _Means, batch: Sequence[Waiting], brands: Sequence[Brand]) -> _Read:
    """Everything that is read in a batch; nothing is written but its vectors."""
    ids, texts = [post.id for post in batch], [post.text for post in batch]
    model = means.embedder.name
    matrix = _matrix(means, ids, texts)
    langs = _languages(means.store, batch)
    words = features(texts, langs)
    read = means.tones.reader.of(batch, langs)
    scored = means.tones.score(texts, langs, matrix, read, words)
    with means.store.read() as connection:
        named = named_in(connection, brands, ids)
        homes = topics_of(connection, means.places.fit, ids)
    own = {brand.id for brand in brands if brand.is_own}
    kinds = kind_probabilities(texts, langs, words, read)
    asked = question_probabilities(texts, words, read)
    home = [homes.get(i, 0) for i in ids] if homes else None
    return _Read(
        posts=batch,
        texts=texts,
        langs=langs,
        scored=scored,
        named=named,
        kinds=intents(texts, kinds, scored.probabilities, [bool(own & set(brand_ids)) for brand_ids in named], asked),
        toxic=attack_probabilities(texts, langs, words, read),
        copies=means.copies.of(batch, texts),
        placed=means.places.of(ids, matrix, texts.__getitem__, home) if means.places.model == model else [],
        near=near(means.subjects, ids, matrix, texts),
    )


def _languages(store: Store, batch: Sequence[Waiting]) -> list[str]:
    """The language of each post: what a person said, else what it reads as."""
    with store.read() as connection:
        said = labels_of(connection, [post.id for post in batch])
    found = detect_languages([post.text for post in batch], [post.lang for post in batch])
    return [said.get(post.id, {}).get("lang") or lang for post, lang in zip(batch, found, strict=True)]


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


def _matrix(means: _Means, ids: Sequence[int], texts: Sequence[str]) -> Vectors:
    """The vectors of a batch: those there are, and new ones for new posts and those whose text changed."""
    model = means.embedder.name
    with means.store.read() as connection:
        stale = understood_before(connection, ids)
    if stale:
        means.vectors.forget(stale)  # of all models
    held = dict(zip(*means.vectors.get(model, ids), strict=True))
    lacking = [place for place, i in enumerate(ids) if i not in held]
    if lacking:
        fresh = means.embedder.encode([texts[place] for place in lacking])
        means.vectors.put(model, [ids[place] for place in lacking], fresh)
        held.update({ids[place]: row for place, row in zip(lacking, fresh, strict=True)})
    return unit(np.stack([held[i] for i in ids]))


def _save(means: _Means, read: _Read) -> None:
    """Write all of a batch at once."""
    ids = read.ids
    ours = [post.id for post in read.posts if _by_us(post, means.accounts, means.own_sources)]
    with means.store.write() as connection:
        save_understood(connection, _understood(read))
        set_by_us(connection, ours, sorted(set(ids) - set(ours)))
        save_aspects(connection, ids, _aspects(read))
        save_stances(connection, ids, stances_to_save(ids, _read_texts(read)))
        if read.placed:
            add_assignments(connection, means.places.fit, read.placed)
        add_near(connection, read.near)


def _read_texts(read: _Read) -> list[str]:
    """The text of each post, "" in a language that is not read."""
    return [p.plain if lang in READ_LANGUAGES else "" for p, lang in zip(read.posts, read.langs, strict=True)]


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
    """(aspect, post, tone of the sentence, its place) of a batch. A sentence is read without vectors, which were made
    of whole posts; a post of one sentence has the tone of the post."""
    aspects: list[tuple[str, int, str, int, int]] = []
    parts: list[tuple[int, str, str]] = []
    for post, text, lang, label in zip(read.posts, _read_texts(read), read.langs, read.scored.labels, strict=True):
        whole = len(sentences(text)) == 1
        for item in find_aspects(text, lang):
            if not whole:
                parts.append((len(aspects), text[item.start : item.stop], lang))
            aspects.append((item.aspect, post.id, label, item.start, item.stop))
    if parts:
        scored = default_model().score([text for _, text, _ in parts], [lang for _, _, lang in parts])
        for (place, _, _), label in zip(parts, scored.labels, strict=True):
            aspect, post_id, _, start, stop = aspects[place]
            aspects[place] = (aspect, post_id, label, start, stop)
    return aspects
