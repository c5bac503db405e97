"""Posts as the reading model sees them: their vectors, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def readers_of_now() -> str:
    """The weights and rules that posts are read with, as a record notes them."""
    weights = [version_of(one.WEIGHTS) for one in (sentiment, toxicity, intents, questions)]
    return " ".join([*weights, f"attacks-{toxicity.RULES}"])


def read_again_after_training(store: Store) -> None:
    """Once after the weights of reading changed: posts that were read with those of before wait to be read anew."""
    version = readers_of_now()
    if store.get_meta(READERS) != version:
        with store.write() as connection:
            read_again(connection)
            put_meta(connection, READERS, version)


class Reader:
    """Reads with `model`; without one (no package for this machine) posts are read by their words alone. `kinds`: of
    the sources that posts come from, by their numbers."""

    def __init__(self, kinds: Mapping[int, str], model: TextEmbedder | None) -> None:
        self._kinds, self._model = kinds, model

    @classmethod
    def of_record(cls, store: Store, model: TextEmbedder | None) -> Reader:
        """One that knows the sources of a record."""
        with store.read() as connection:
            rows = connection.execute(select(source.c.id, source.c.kind)).tuples()
            return cls({number: kind for number, kind in rows if kind not in {"file", "demo"}}, model)

    def kinds_of(self, posts: Sequence[Waiting]) -> dict[int, str]:
        """The kinds of the sources of some posts, where they say something."""
        numbers = {post.source_id for post in posts}
        return {number: self._kinds[number] for number in sorted(numbers) if number in self._kinds}

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
