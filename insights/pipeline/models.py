"""The models that a refresh works with, opened once."""

from __future__ import annotations

import platform
from dataclasses import dataclass

from data.settings import Settings
from data.store import Store
from insights.models.e5 import NAME as READING
from insights.models.e5 import open_reading_model
from insights.models.topic_vectors import TopicEmbedder, open_embedder
from insights.pipeline.places import TextEmbedder


@dataclass(frozen=True, slots=True)
class Models:
    """`topics` groups posts, `asks` tells which inquiries ask the same thing, `reading` reads tone, kinds and attacks
    (None: posts are read by their words alone)."""

    topics: TextEmbedder
    asks: TextEmbedder
    reading: TextEmbedder | None = None

    @classmethod
    def one(cls, model: TextEmbedder) -> Models:
        """One model for all but reading."""
        return cls(model, model)


def open_models(store: Store, settings: Settings) -> Models:
    """The models of the settings, each in the precision that was measured before on this machine: measuring takes
    seconds, and a busy moment says little. Raises ModelError."""
    topics_key, reading_key = (f"precision {name} {platform.node()}" for name in (settings.embedding_model, READING))
    topics = open_embedder(settings.embedding_model, settings.threads, store.get_meta(topics_key) or "")
    reading = open_reading_model(store.get_meta(reading_key) or "")
    store.set_meta(topics_key, topics.precision.name)
    if reading is not None:
        store.set_meta(reading_key, reading.precision.name)
    return Models(topics, topics.use if isinstance(topics, TopicEmbedder) else topics, reading)
