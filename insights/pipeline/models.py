"""The models that a refresh works with, opened once."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass

from data.settings import Settings
from data.store import Store
from data.topics.fits import ask_refit, note_missing_models
from insights.models.e5 import NAME as READING
from insights.models.e5 import ReadingModel, open_reading_model
from insights.models.hub import fetch_model
from insights.models.packaged import E5, USE, ModelError
from insights.models.sentences import Embedder
from insights.models.topic_vectors import TopicEmbedder, open_embedder
from insights.models.use import UseModel
from insights.pipeline.places import TextEmbedder

AUTO = "auto"
TAKEN_MODEL = "embedding_model"


@dataclass(frozen=True, slots=True)
class ModelNames:
    """What another process needs to open the same models: `wanted` as in the settings and the name of what that was
    (`grouping`), that of the reading model ("" for none), and the precisions that were measured here."""

    wanted: str
    grouping: str
    precision: str
    reading: str
    reading_precision: str


@dataclass(frozen=True, slots=True)
class Models:
    """`topics` groups posts, `asks` tells which inquiries ask the same thing, `reading` reads tone, kinds and attacks
    (None: posts are read by their words alone)."""

    topics: TextEmbedder
    asks: TextEmbedder
    reading: TextEmbedder | None = None
    names: ModelNames | None = None  # None: no other process can open them

    @classmethod
    def one(cls, model: TextEmbedder) -> Models:
        """One model for all but reading."""
        return cls(model, model)


def wanted_model(store: Store, settings: Settings) -> str:
    """The model that groups posts: that of the settings, else the one that was taken from the hub, else `auto`."""
    if settings.embedding_model != AUTO:
        return settings.embedding_model
    return store.get_meta(TAKEN_MODEL) or AUTO


def take_model(store: Store, name: str, progress: Callable[[int, int], None] | None = None) -> None:
    """Have the next refresh group posts with a model of the hub, which is fetched first, or with `auto`, the packaged
    ones. Raises ModelError."""
    if name != AUTO:
        fetch_model(name, progress)
    store.set_meta(TAKEN_MODEL, name)
    ask_refit(store)


def precision_key(name: str) -> str:
    """Where a record keeps in which numbers a model computes on this machine."""
    return f"precision {name} {platform.node()}"


def open_models(store: Store, settings: Settings) -> Models:
    """The models of the settings, each in the precision that was measured before on this machine: measuring takes
    seconds, and a busy moment says little. Raises ModelError."""
    wanted = wanted_model(store, settings)
    topics_key, reading_key = precision_key(wanted), precision_key(READING)
    topics = open_embedder(wanted, settings.threads, store.get_meta(topics_key) or "")
    reading = open_reading_model(store.get_meta(reading_key) or "")
    store.set_meta(topics_key, topics.precision.name)
    if reading is not None:
        store.set_meta(reading_key, reading.precision.name)
    grouping = isinstance(topics, TopicEmbedder) or wanted != AUTO
    note_missing_models(store, [*([] if grouping else [USE.name]), *([] if reading else [E5.name])])
    read, measured = (reading.name, reading.precision.name) if reading is not None else ("", "")
    return _models(topics, reading, ModelNames(wanted, topics.name, topics.precision.name, read, measured))


def open_named(names: ModelNames) -> Models:
    """The same models in another process, with one thread each: it is one of many. Raises ModelError."""
    reading = ReadingModel(names.reading_precision) if names.reading else None
    return _models(open_embedder(names.wanted, 1, names.precision), reading, names)


def _models(topics: Embedder | TopicEmbedder, reading: ReadingModel | None, names: ModelNames) -> Models:
    return Models(topics, topics.use if isinstance(topics, TopicEmbedder) else topics, reading, names)


def open_asking(store: Store, settings: Settings) -> TextEmbedder:
    """The model that tells what asks the same, alone: the one of `Models.asks`. Raises ModelError."""
    wanted = wanted_model(store, settings)
    if wanted != AUTO:
        return open_embedder(wanted, settings.threads)
    try:
        return UseModel(settings.threads)
    except ModelError:
        return open_embedder(wanted, settings.threads)
