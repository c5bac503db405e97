"""Posts that wait, understood batch by batch: what each says, of whom, how, and where it belongs.

Posts wait (`post.pending`) until everything about them is written at once, in one short transaction a batch: killed
anywhere, the next run goes on where this one stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import Connection

from data.debates.discussions import save_stances
from data.inbox.moderation import Case, HeatParts, save_cases, save_heat
from data.inbox.ours import own_accounts, own_source_ids, set_by_us
from data.inbox.threads import thread_posts
from data.inbox.triage import labels_of
from data.inbox.waiting import find_inquiries
from data.models import OTHER_LANGUAGE, READ_LANGUAGES, Brand
from data.posts.analysis import (
    Understood,
    Waiting,
    save_aspects,
    save_understood,
    texts_between,
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
from insights.debates.conflict import TIPS, Said, heat_of, risk_of
from insights.duplicates import Groups, signatures
from insights.language import detect_languages
from insights.pipeline.debates import StanceReader, find_debates, stances_to_save
from insights.pipeline.inquiries import relate
from insights.pipeline.models import Models
from insights.pipeline.places import Places, Progress, TextEmbedder
from insights.pipeline.subjects import Subject, near, subjects_of
from insights.pipeline.tones import Tones
from insights.pipeline.tools import keys_of_brands, note_names, tell_tools
from insights.reading.aspects import find_aspects, sentences
from insights.reading.features import features
from insights.reading.intents import intents, kind_probabilities
from insights.reading.questions import question_probabilities
from insights.reading.sentiment import Scored, default_model
from insights.reading.toxicity import default_model as toxicity_model
from insights.reading.toxicity import reasons, toxicity
from insights.topics.fit import Vectors, unit

BATCH = 512
COPY_WINDOW = 14  # days in which a copy is looked for


@dataclass(frozen=True, slots=True)
class _Means:
    """What every batch is read with."""

    store: Store
    embedder: TextEmbedder
    vectors: PostVectors
    tones: Tones
    copies: _Copies
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
    copies: list[int]
    placed: list[Placed]
    near: list[tuple[int, int, float]]

    @property
    def ids(self) -> list[int]:
        return [post.id for post in self.posts]


@dataclass(slots=True)
class _Followed:
    """What the batches leave to do once all were read."""

    understood: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    answered: bool = False
    tools: set[int] = field(default_factory=set)


def understand(
    store: Store,
    models: Models,
    vectors: PostVectors,
    total: int,
    progress: Progress,
    tones: Tones,
    reader: StanceReader | None,
) -> int:
    """Understand the posts that wait, about `total`; gives how many were."""
    if not total:
        return 0
    means, left = _means(store, models.topics, vectors, tones), _Followed()
    while True:
        with store.read() as connection:
            batch = waiting_posts(connection, BATCH)
            brands = get_brands(connection)
        if not batch:
            break
        _save(means, _not_read(_read_batch(means, batch, brands)), brands, left)
        progress("understand", len(left.understood), max(total, len(left.understood)))
    relate(store, models.asks, vectors, left.asked, left.answered)
    find_debates(store, left.understood, vectors, models.topics.name, reader)
    tell_tools(store, left.tools, keys_of_brands(brands))
    return len(left.understood)


def _means(store: Store, embedder: TextEmbedder, vectors: PostVectors, tones: Tones) -> _Means:
    with store.read() as connection:
        return _Means(
            store,
            embedder,
            vectors,
            tones,
            _Copies(store),
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
        toxic=toxicity(words, read),
        copies=means.copies.of(batch, texts),
        placed=means.places.of(ids, matrix, home) if means.places.model == model else [],
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
    have, rows = means.vectors.get(model, ids)
    with means.store.read() as connection:
        stale = understood_before(connection, ids)
    held = {i: row for i, row in zip(have, rows, strict=True) if i not in stale}
    lacking = [place for place, i in enumerate(ids) if i not in held]
    if lacking:
        fresh = means.embedder.encode([texts[place] for place in lacking])
        means.vectors.put(model, [ids[place] for place in lacking], fresh)
        held.update({ids[place]: row for place, row in zip(lacking, fresh, strict=True)})
    return unit(np.stack([held[i] for i in ids]))


class _Copies:
    """Near-duplicates among the posts of two weeks."""

    def __init__(self, store: Store) -> None:
        self._store, self._groups, self._loaded_until = store, Groups(), 0

    def of(self, batch: Sequence[Waiting], texts: Sequence[str]) -> list[int]:
        """For each post of a batch the earliest that it copies, 0 for none."""
        sketches = signatures(texts)
        self._load_before(batch)
        copies = []
        for post, sketch in zip(batch, sketches, strict=True):
            alike = self._groups.copies_of(post.id, sketch) if sketch is not None else []
            copies.append(next((other for other in alike if other < post.id), alike[0] if alike else 0))
            if sketch is not None:
                self._groups.add(post.id, sketch)
        return copies

    def _load_before(self, batch: Sequence[Waiting]) -> None:
        """Make the posts of the two weeks before a batch known, each once."""
        first = max(self._loaded_until, batch[0].id - COPY_WINDOW * IDS_PER_DAY)
        last = batch[-1].id
        mine = {post.id for post in batch}
        with self._store.read() as connection:
            posts = [post for post in texts_between(connection, first, last) if post.id not in mine]
        for post, sketch in zip(posts, signatures([post.text for post in posts]), strict=True):
            if sketch is not None:
                self._groups.add(post.id, sketch)
        self._loaded_until = max(self._loaded_until, last)


def _save(means: _Means, read: _Read, brands: Sequence[Brand], left: _Followed) -> None:
    """Write all of a batch at once, and note what it leaves to do."""
    ids = read.ids
    ours = [post.id for post in read.posts if _by_us(post, means.accounts, means.own_sources)]
    with means.store.write() as connection:
        save_understood(connection, _understood(read))
        set_by_us(connection, ours, sorted(set(ids) - set(ours)))
        _judge(connection, read)
        save_aspects(connection, ids, _aspects(read))
        save_stances(connection, ids, stances_to_save(ids, _read_texts(read)))
        left.tools |= note_names(connection, ids, read.texts, read.langs, keys_of_brands(brands))
        left.asked += find_inquiries(connection, ids)
        if read.placed:
            add_assignments(connection, means.places.fit, read.placed)
        add_near(connection, read.near)
    left.answered = left.answered or bool(ours)
    left.understood += ids


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
            copy,
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


def _judge(connection: Connection, read: _Read) -> None:
    """The heat of the threads that these posts are in, and which of the posts somebody should look at."""
    heats: dict[int, float] = {}
    for (kind, root), posts in thread_posts(connection, read.ids).items():
        heat = heat_of(
            [
                Said(p.at, p.author, p.plain, p.confidence if p.sentiment == "negative" else 0.15, p.toxicity)
                for p in posts
            ]
        )
        save_heat(connection, kind, root, heat.total, HeatParts(**heat.parts()), posts[-1].id)
        heats.update({p.id: heat.total for p in posts})
    # The score that finds 80% of the attacks in labelled posts; in a thread that tips, half of it.
    line = toxicity_model().held_out["threshold"]
    cases = []
    for post, text, lang, attack in zip(read.posts, read.texts, read.langs, read.toxic, strict=True):
        hot = heats.get(post.id, 0.0)
        if attack >= line or (hot >= TIPS and attack >= line / 2):
            cases.append(Case(post.id, risk_of(attack, hot), hot, reasons(text, lang)))
    save_cases(connection, read.ids, cases)


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
