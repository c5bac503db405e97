"""How well posts are grouped, on labelled posts, beside default BERTopic on the same vectors."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from insights.evaluate.files import FileError, read_labelled


def plain_bertopic(texts: Sequence[str], vectors: Any) -> tuple[list[int], list[list[str]]]:
    """Default BERTopic on the same vectors: what we compare with. Topics (-1: none) and their ten words."""
    from bertopic import BERTopic

    model = BERTopic(embedding_model=None)
    assigned, _ = model.fit_transform(list(texts), embeddings=vectors)
    words = [[w for w, _ in (model.get_topic(t) or []) if w][:10] for t in sorted(set(assigned)) if t >= 0]
    return [int(t) for t in assigned], words


def nearest_topic(assigned: Sequence[int], vectors: Any) -> list[int]:
    """Posts without a topic put in the one whose centroid is nearest: what people do after a plain fit."""
    topics = sorted({t for t in assigned if t >= 0})
    if not topics:
        return list(assigned)
    labels = np.asarray(assigned)
    centroids = np.stack([vectors[labels == t].mean(axis=0) for t in topics])
    centroids /= np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-9)
    best = (np.asarray(vectors) @ centroids.T).argmax(axis=1)
    return [t if t >= 0 else topics[int(b)] for t, b in zip(assigned, best, strict=True)]


def _measures(
    truth: Sequence[str], assigned: Sequence[int], words: Sequence[Sequence[str]], texts: Sequence[str]
) -> dict[str, Any]:
    from sklearn.metrics import adjusted_mutual_info_score

    from insights.topics.coherence import diversity, npmi

    return {
        "ami_all": round(float(adjusted_mutual_info_score(truth, assigned)), 4),
        "coverage": round(sum(t >= 0 for t in assigned) / len(assigned), 4),
        "topics": len({t for t in assigned if t >= 0}),
        "npmi": round(npmi(words, texts), 4),
        "diversity": round(diversity(words), 4),
    }


def _shown(truth: Sequence[str], assigned: Any, names: Sequence[str]) -> dict[str, Any]:
    """What is in topics: the share of posts, and the share of those whose label is the most frequent of their topic."""
    right = placed = 0
    topics = []
    for number, name in enumerate(names):
        labels = Counter(label for label, topic in zip(truth, assigned, strict=True) if topic == number)
        if labels:
            most, count = labels.most_common(1)[0]
            share = round(count / labels.total(), 3)
            topics.append({"topic": name, "posts": labels.total(), "label": most, "right": share})
            right, placed = right + count, placed + labels.total()
    return {
        "in_a_topic": round(placed / max(1, len(truth)), 4),
        "right": round(right / placed, 4) if placed else None,
        "topics": topics,
    }


def evaluate_topics(path: Path, *, seed: int = 0, plain: bool = True) -> dict[str, Any]:
    """Fit topics on `text`, compare with `label`; under `plain` the same for default BERTopic, same vectors."""
    from sklearn.metrics import adjusted_mutual_info_score

    from insights.language import detect_languages
    from insights.models.topic_vectors import open_embedder
    from insights.topics.fit import fit_topics

    rows = list(read_labelled(path, ("text", "label")))
    if len(rows) < 20:
        raise FileError(f"{path.name}: at least 20 posts are needed, it has {len(rows)}")
    texts = [str(row["text"]) for row in rows]
    truth = [str(row["label"]) for row in rows]
    embedder = open_embedder()
    vectors = embedder.encode(texts)
    _warm_up(vectors)
    started = time.perf_counter()
    fit = fit_topics(texts, vectors, langs=detect_languages(texts), seed=seed)
    seconds = time.perf_counter() - started
    # All posts in groups, as plain ways have them; then what is shown: posts that a topic is about.
    ours, groups = [topic.terms for topic in fit.topics], [int(t) for t in fit.groups]
    result: dict[str, Any] = {
        "n": len(rows),
        **_measures(truth, groups, ours, texts),
        "shown": _shown(truth, fit.assigned, [topic.label for topic in fit.topics]),
        "seconds": round(seconds, 2),
        "vectors": embedder.name,
        "translations_together": _together([str(row.get("id") or "") for row in rows], groups),
    }
    if plain:
        started = time.perf_counter()
        theirs, words = plain_bertopic(texts, vectors)
        seconds = time.perf_counter() - started
        result["plain"] = {**_measures(truth, theirs, words, texts), "seconds": round(seconds, 2)}
        everywhere = nearest_topic(theirs, vectors)
        result["plain"]["translations_together"] = _together([str(row.get("id") or "") for row in rows], everywhere)
        result["plain"]["ami_assigned"] = round(float(adjusted_mutual_info_score(truth, everywhere)), 4)
    return result


def _together(ids: Sequence[str], assigned: Sequence[int]) -> float | None:
    """Share of posts and their translations (two of one id) that are in one topic; None without such pairs."""
    seats: dict[str, list[int]] = {}
    for name, topic in zip(ids, assigned, strict=True):
        seats.setdefault(name, []).append(topic)
    pairs = [topics for name, topics in seats.items() if name and len(topics) == 2]
    return round(sum(a == b >= 0 for a, b in pairs) / len(pairs), 4) if pairs else None


def _warm_up(vectors: Any) -> None:
    """Compile UMAP's and HDBSCAN's functions before either side is timed."""
    import umap

    part = np.asarray(vectors[:200])
    if len(part) >= 60:
        umap.UMAP(n_neighbors=15, n_components=5, metric="cosine", n_epochs=5, random_state=0, n_jobs=1).fit(part)
        umap.UMAP(n_neighbors=15, n_components=5, metric="cosine", n_epochs=5).fit(part)
