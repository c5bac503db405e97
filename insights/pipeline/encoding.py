"""Texts as vectors, part by part: with the models at hand, or on workers that load the same ones once and keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from data.cluster.workers import Workers
from insights.models.packaged import ModelError
from insights.pipeline.models import ModelNames, Models, open_named
from insights.topics.fit import Vectors

_one_at_a_time = Lock()  # two batches in one process would fight over the same core
_held: dict[ModelNames, Models] = {}


@contextmanager
def held_models(names: ModelNames) -> Iterator[Models]:
    """The models of these names for one batch, loaded once in this process; others that it held before are let go.

    Raises ModelError where this machine has not the same.
    """
    with _one_at_a_time:
        if names not in _held:
            _held.clear()
            _held[names] = open_named(names)
        models = _held[names]
        have = (models.topics.name, models.reading.name if models.reading else "")
        if have != (names.grouping, names.reading):
            raise ModelError(f"This machine has the models {have}; {(names.grouping, names.reading)} are wanted.")
        yield models


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts whose vectors are wanted: of the model that groups posts, or of the one that tells what asks the same."""

    texts: Sequence[str]
    asks: bool
    names: ModelNames


def encode_elsewhere(part: Texts) -> Vectors:
    """The vectors of texts, on a worker."""
    with held_models(part.names) as models:
        return (models.asks if part.asks else models.topics).encode(part.texts)


class Encoder:
    """One model of a run, for texts in parts: each part is read as it would be here, whoever reads it."""

    def __init__(self, models: Models, workers: Workers, *, asks: bool) -> None:
        self._model, self._names, self._asks = models.asks if asks else models.topics, models.names, asks
        self._workers = workers
        self.name = self._model.name

    def each(self, parts: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """The vectors of each part, in their order."""
        names = self._names
        if names is None or not self._workers.far:
            return Workers().each(self._model.encode, parts)
        wanted = (Texts(part, self._asks, names) for part in parts)
        return self._workers.each(encode_elsewhere, wanted, lambda part: self._model.encode(part.texts))
