"""What we know, compared with what is asked of us: in the worker, or in a process of its own once facts are written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.facts.matches import ITSELF, Wording, fact_vectors, forget_matches, keep_vectors, lacking, save_matches
from data.inbox.waiting import open_inquiries
from data.posts.analysis import texts_of
from data.posts.vectors import PostVectors
from data.store import Store
from insights.facts.matching import LOOK, Known, Question, answering, asking
from insights.language import detect_languages
from insights.pipeline.places import TextEmbedder
from insights.pipeline.posts.inquiries import ASKED
from insights.topics.fit import Vectors, unit

BATCH = 256
LIKELY = 0.45  # cosine from which a fact is shown to whoever looks for it
MOST_LIKE = 10


def match_facts(store: Store, embedder: TextEmbedder, vectors: PostVectors) -> int:
    """Find for every open inquiry the facts that may answer it; gives for how many there are some. Inquiries without a
    vector of what they ask wait until they have one."""
    some, rows = _vectors(store, embedder)
    if not some:
        forget_matches(store)
        return 0
    asks = np.array([one.place != ITSELF for one in some])
    known, rows = _known([one for one in some if one.place != ITSELF]), rows[asks]
    with store.read() as connection:
        waiting = [post for post, _first in open_inquiries(connection)]
    held, asked = vectors.get(embedder.name + ASKED, waiting)
    near = _near(unit(asked), rows) if known and held else np.zeros(0, np.float32)
    candidates = [post for post, value in zip(held, near, strict=False) if value >= LOOK]
    found: dict[int, list[tuple[int, float, bool]]] = {post: [] for post in waiting}
    for start in range(0, len(candidates), BATCH):
        found |= _of_posts(store, embedder, candidates[start : start + BATCH], known, rows)
    with store.write() as connection:
        save_matches(connection, found)
    return sum(map(bool, found.values()))


def facts_like(store: Store, embedder: TextEmbedder, words: str) -> list[tuple[int, float]]:
    """(fact, cosine) of facts that are near to what somebody looks for, by their questions or by what they say."""
    some, rows = _vectors(store, embedder)
    if not some:
        return []
    near = rows @ unit(embedder.encode([words]))[0]
    best: dict[int, float] = {}
    for one, value in zip(some, near, strict=True):
        best[one.fact] = max(best.get(one.fact, 0.0), float(value))
    likely = [pair for pair in best.items() if pair[1] >= LIKELY]
    return sorted(likely, key=lambda pair: (-pair[1], pair[0]))[:MOST_LIKE]


def _vectors(store: Store, embedder: TextEmbedder) -> tuple[list[Wording], Vectors]:
    """What facts ask and say, with unit vectors; those that lack one get it first."""
    with store.read() as connection:
        new = lacking(connection, embedder.name)
    if new:
        keep_vectors(store, embedder.name, new, embedder.encode([one.text for one in new]))
    with store.read() as connection:
        some, rows = fact_vectors(connection, embedder.name)
    return some, unit(rows)


def _known(some: Sequence[Wording]) -> list[Known]:
    langs = detect_languages([one.text for one in some])
    return [Known(one.fact, Question(one.text, lang)) for one, lang in zip(some, langs, strict=True)]


def _near(asked: Vectors, rows: Vectors) -> Vectors:
    """How near each row of `asked` is to the nearest question."""
    parts = [(asked[start : start + BATCH] @ rows.T).max(axis=1) for start in range(0, len(asked), BATCH)]
    return np.concatenate(parts)


def _of_posts(
    store: Store, embedder: TextEmbedder, posts: Sequence[int], known: Sequence[Known], rows: Vectors
) -> dict[int, list[tuple[int, float, bool]]]:
    """Post -> the facts that may answer it, sentence by sentence."""
    with store.read() as connection:
        read = texts_of(connection, posts)
    said = [(post.id, post.lang, sentence) for post in read for sentence in asking(post.text)]
    if not said:
        return {}
    langs = detect_languages([sentence for _id, _lang, sentence in said], [lang for _id, lang, _sentence in said])
    encoded = unit(embedder.encode([sentence for _id, _lang, sentence in said]))
    found = {}
    for post in read:
        mine = [place for place, (post_id, _lang, _sentence) in enumerate(said) if post_id == post.id]
        questions = [Question(said[place][2], langs[place]) for place in mine]
        found[post.id] = answering(questions, encoded[mine], known, rows)
    return found
