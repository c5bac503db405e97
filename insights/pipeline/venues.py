"""Tone and languages of the posts that looks at places brought: read, counted, and their words let go."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from data.places.listing import keep_reading, waiting_samples
from data.store import Store
from insights.language import UNKNOWN, detect_languages
from insights.reading.sentiment import default_model

READ = ("en", "fr")  # languages in which tone is read


def read_samples(store: Store) -> int:
    """Read what waits; gives how many places."""
    with store.read() as connection:
        waiting = waiting_samples(connection)
    for number, there, texts in waiting:
        langs = detect_languages(texts)
        readable = [(text, lang) for text, lang in zip(texts, langs, strict=True) if lang in READ]
        labels: Counter[str] = Counter()
        if readable:
            labels.update(default_model().score([text for text, _ in readable], [lang for _, lang in readable]).labels)
        known = Counter(lang for lang in langs if lang not in {"", UNKNOWN})
        keep_reading(
            store,
            number,
            replace(
                there,
                langs=tuple(known.most_common(3)),
                negative=labels["negative"],
                neutral=labels["neutral"],
                positive=labels["positive"],
                unread=False,
            ),
        )
    return len(waiting)
