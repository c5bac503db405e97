"""The tone of posts as this record wants it: the model, then what people taught, then the words they set.

Meets the store: it reads corrections and words from there, and writes the layers that it tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sparse

from data.inbox.learning import adopted_layer, labels_tried, save_layer, tone_labels, word_tones
from data.models import READ_LANGUAGES
from data.posts.analysis import texts_of
from data.posts.vectors import PostVectors
from data.store import Store
from insights.language import detect_languages
from insights.pipeline.posts.reading import Reader
from insights.reading.classifier import Matrix, Read
from insights.reading.local_model import LocalLayer, try_layer
from insights.reading.sentiment import Scored, default_model, scored
from insights.reading.word_tones import with_tones, without_words
from insights.topics.fit import unit

RETRY = 10  # more labels than at the last trial: try again


@dataclass(frozen=True, slots=True)
class Untaught:
    """The tone model before anything that people taught it: `words` are those whose tone they set, `name` that of a
    transformers model used instead of our own, if any."""

    words: Mapping[str, str]
    name: str = ""

    @property
    def version(self) -> str:
        return str(_transformer(self.name).version) if self.name else default_model().version

    def of(
        self,
        texts: Sequence[str],
        langs: Sequence[str],
        read: Read | None = None,
        rows: sparse.csr_matrix | None = None,
    ) -> Matrix:
        """Probabilities (n x 3) of posts, read without the words whose tone people set. `rows` are their features where
        they are at hand."""
        plain = without_words(texts, self.words)
        changed = [i for i, (a, b) in enumerate(zip(texts, plain, strict=True)) if a != b]
        if self.name:
            return np.asarray(_transformer(self.name).probabilities(plain), dtype=np.float32)
        probabilities = default_model().score(texts, langs, read, rows).probabilities
        if changed:
            some, their_langs = [plain[i] for i in changed], [langs[i] for i in changed]
            again = read.rows(changed) if read is not None else None
            probabilities[changed] = default_model().score(some, their_langs, again).probabilities
        return probabilities


@lru_cache(maxsize=1)
def _transformer(name: str) -> Any:
    from insights.reading.transformer import TransformerSentiment

    return TransformerSentiment(name)


class Tones:
    """Scores posts for one record. `name` is a transformers model used instead of our own, if any."""

    def __init__(self, store: Store, reader: Reader, name: str = "") -> None:
        self.reader = reader
        with store.read() as connection:
            self.untaught = Untaught(word_tones(connection), name)
            self.base = self.untaught.version
            layer = adopted_layer(connection, self.base)
        self._layer = LocalLayer(layer) if layer is not None else None

    def taught(self, probabilities: Matrix, texts: Sequence[str], vectors: Matrix) -> Scored:
        """The tone of posts from what the model says of them (`Untaught.of`): `vectors` are those of the topics, which
        what people taught goes by."""
        if self._layer is not None:
            probabilities = self._layer.probabilities(probabilities, vectors)
        return scored(with_tones(probabilities, texts, self.untaught.words))

    def learn(self, store: Store, vectors: PostVectors, model: str, now: datetime) -> bool:
        """Try a layer where enough corrections came since the last trial; True where it was adopted."""
        with store.read() as connection:
            labels, tried = tone_labels(connection), labels_tried(connection)
        if len(labels) < tried + RETRY:
            return False
        have, rows = vectors.get(model, sorted(labels))
        if not have:
            return False
        with store.read() as connection:
            posts = {post.id: post for post in texts_of(connection, have)}
        kept = [i for i in have if i in posts]
        matrix = unit(rows[[i in posts for i in have]])
        texts = [posts[i].text for i in kept]
        langs = detect_languages(texts, [posts[i].lang for i in kept])
        read = self.reader.of([posts[i] for i in kept], langs)
        trial = try_layer(self.untaught.of(texts, langs, read), matrix, [labels[i] for i in kept])
        if trial is None:
            return False
        with store.write() as connection:
            save_layer(connection, now, trial.labels, trial.before, trial.after, trial.better, self.base, trial.weights)
        return trial.better


def preview(
    store: Store, reader: Reader, vectors: PostVectors, model: str, ids: Sequence[int], word: str, tone: str
) -> list[tuple[int, str, str]]:
    """(post, tone now, tone then) of the posts among `ids` whose tone a word would change."""
    now, then = Tones(store, reader), Tones(store, reader)
    words = {k: v for k, v in now.untaught.words.items() if k != word} | ({word: tone} if tone else {})
    then.untaught = replace(now.untaught, words=words)
    have, rows = vectors.get(model, list(ids))
    with store.read() as connection:
        posts = {post.id: post for post in texts_of(connection, have)}
    kept = [i for i in have if i in posts]
    if not kept:
        return []
    matrix = unit(rows[[i in posts for i in have]])
    texts, hints = [posts[i].text for i in kept], [posts[i].lang for i in kept]
    langs = detect_languages(texts, hints)
    read = reader.of([posts[i] for i in kept], langs)
    before, after = (tones.taught(tones.untaught.of(texts, langs, read), texts, matrix).labels for tones in (now, then))
    changed = zip(kept, langs, before, after, strict=True)
    return [(i, a, b) for i, lang, a, b in changed if a != b and lang in READ_LANGUAGES]
