"""Posts as the reading model sees them: their vectors, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import select

from data.inbox.learning import read_again
from data.models import READ_LANGUAGES
from data.posts.analysis import Waiting
from data.schema import source
from data.store import Store, put_meta
from insights.pipeline.places import TextEmbedder
from insights.reading import intents, questions, sentiment, toxicity
from insights.reading.classifier import Read, version_of
from insights.reading.origins import Origin, origin_of

READERS = "readers"


def read_again_after_training(store: Store) -> None:
    """Once after the weights of reading changed: posts that were read with those of before wait to be read anew."""
    weights = [version_of(one.WEIGHTS) for one in (sentiment, toxicity, intents, questions)]
    version = " ".join([*weights, f"attacks-{toxicity.RULES}"])
    if store.get_meta(READERS) != version:
        with store.write() as connection:
            read_again(connection)
            put_meta(connection, READERS, version)


class Reader:
    """Reads with `model`; without one (no package for this machine) posts are read by their words alone."""

    def __init__(self, store: Store, model: TextEmbedder | None) -> None:
        self._model = model
        with store.read() as connection:
            rows = connection.execute(select(source.c.id, source.c.kind)).tuples()
            self._kinds = {number: kind for number, kind in rows if kind not in {"file", "demo"}}

    def origins(self, posts: Sequence[Waiting]) -> list[Origin]:
        return [
            origin_of(
                post.text, self._kinds.get(post.source_id, ""), reply=bool(post.parent_id), titled=bool(post.title)
            )
            for post in posts
        ]

    def of(self, posts: Sequence[Waiting], langs: Sequence[str]) -> Read | None:
        """What the models read of posts; those of other languages than French and English cost nothing."""
        if self._model is None or not posts:
            return None
        mine = [place for place, lang in enumerate(langs) if lang in READ_LANGUAGES]
        found = self._model.encode([posts[place].text for place in mine])
        vectors = np.zeros((len(posts), found.shape[1]), dtype=np.float32)
        vectors[mine] = found
        return Read(vectors, self._model.name, langs, self.origins(posts))
