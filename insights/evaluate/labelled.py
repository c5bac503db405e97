"""Measure on labelled posts: files in, one dictionary out. Needs no database and leaves nothing behind."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


class FileError(ValueError):
    """A file of labelled posts that cannot be used; the message names the line."""


def read_labelled(path: Path, wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows of a JSONL or JSONL.gz file. Raises FileError for a line that lacks one of the `wanted` fields."""
    with path.open("rb") as raw:
        stream = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == b"\x1f\x8b" else raw
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise FileError(f"{path.name}, line {number}: not JSON ({error})") from error
            missing = [name for name in wanted if not isinstance(row, dict) or name not in row]
            if missing:
                raise FileError(f"{path.name}, line {number}: no '{missing[0]}'")
            yield row


def class_scores(truth: Sequence[str], found: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Macro F1 and macro recall over the labels that occur in `truth`, as fractions of 1."""
    recalls, f1s = [], []
    for label in labels:
        actual = sum(t == label for t in truth)
        if not actual:
            continue
        hit = sum(t == label == f for t, f in zip(truth, found, strict=True))
        named = sum(f == label for f in found)
        recalls.append(hit / actual)
        f1s.append(2 * hit / (actual + named))
    count = max(1, len(recalls))
    return {"macro_f1": round(sum(f1s) / count, 4), "macro_recall": round(sum(recalls) / count, 4)}


@dataclass(frozen=True, slots=True)
class _Read:
    """Posts with what the models need of them."""

    texts: list[str]
    langs: list[str]
    found: Any
    vectors: Any
    vector_model: str


def evaluate_sentiment(path: Path, *, vectors: bool = True, model: str = "") -> dict[str, Any]:
    """Score `text` against `label`, by `lang` where given. "unsure" counts as its likeliest class.

    `model` names a transformers model to measure instead (see `insights.reading.transformer`).
    """
    from insights.reading.sentiment import LABELS, UNSURE_BELOW, default_model

    if model:
        from insights.reading.transformer import TransformerSentiment

        other = TransformerSentiment(model)
        return _evaluate(path, "label", LABELS, lambda read: other.probabilities(read.texts), False, UNSURE_BELOW)
    mine = default_model()
    return _evaluate(
        path,
        "label",
        LABELS,
        lambda read: mine.score(read.texts, read.langs, read.vectors, read.vector_model, read.found).probabilities,
        vectors,
        UNSURE_BELOW,
    )


def evaluate_toxicity(path: Path, *, vectors: bool = True) -> dict[str, Any]:
    """Score `text` against `toxic` (0 or 1)."""
    from insights.reading.toxicity import LABELS, default_model

    mine = default_model()
    return _evaluate(
        path,
        "toxic",
        LABELS,
        lambda read: mine.probabilities(read.found, read.langs, read.vectors, read.vector_model),
        vectors,
    )


def evaluate_kind(path: Path, *, vectors: bool = True) -> dict[str, Any]:
    """Score `text` against `kind` (bug, idea, other)."""
    from insights.reading.intents import KINDS, kind_probabilities

    return _evaluate(
        path,
        "kind",
        KINDS,
        lambda read: kind_probabilities(read.texts, read.langs, read.found, read.vectors, read.vector_model),
        vectors,
    )


def evaluate_questions(path: Path) -> dict[str, Any]:
    """Score `text` against `question` (0 or 1); `f1` is that of questions."""
    from insights.reading.questions import question_probabilities

    def asked(read: _Read) -> Any:
        sure = np.array(question_probabilities(read.texts), dtype=np.float32)
        return np.stack([1 - sure, sure], axis=1)

    return _evaluate(path, "question", ("other", "question"), asked, False)


def _truth(path: Path, rows: Sequence[dict[str, Any]], field: str, labels: Sequence[str]) -> list[str]:
    """The labels of rows; 0 and 1 stand for the first and second of two. Raises FileError for an unknown one."""
    found = []
    for number, row in enumerate(rows, start=1):
        value = row[field]
        if len(labels) == 2 and str(value) in {"0", "1", "False", "True"}:
            value = labels[str(value) in {"1", "True"}]
        if value not in labels:
            known = ", ".join(labels) if len(labels) > 2 else "0, 1"
            raise FileError(f"{path.name}, post {number}: {field} {value!r} is not one of {known}")
        found.append(str(value))
    return found


def _evaluate(
    path: Path,
    field: str,
    labels: Sequence[str],
    score: Callable[[_Read], Any],
    vectors: bool,
    unsure_below: float = 0.0,
) -> dict[str, Any]:
    from insights.language import detect_languages
    from insights.reading.features import features

    rows = list(read_labelled(path, ("text", field)))
    if not rows:
        raise FileError(f"{path.name}: no posts")
    truth = _truth(path, rows, field, labels)
    texts = [str(row["text"]) for row in rows]
    embedder = None
    if vectors:
        from insights.embeddings import PACKAGED, Embedder

        embedder = Embedder(PACKAGED)

    def read(some: Sequence[str], hints: Sequence[str], with_vectors: bool) -> _Read:
        langs = detect_languages(some, hints)
        held = embedder.encode(some) if with_vectors and embedder is not None else None
        return _Read(list(some), langs, features(some, langs), held, embedder.name if embedder else "")

    hints = [str(row.get("lang") or "") for row in rows]
    score(read(texts[:50], hints[:50], False))  # loading is not part of the pace
    started = time.perf_counter()
    plain = read(texts, hints, False)
    probabilities = score(plain)
    linear_seconds = time.perf_counter() - started
    seconds = linear_seconds
    if embedder is not None:
        started = time.perf_counter()
        probabilities = score(read(texts, hints, True))
        seconds = time.perf_counter() - started
    found = [labels[i] for i in probabilities.argmax(axis=1)]
    by_lang = {}
    for lang in sorted(set(plain.langs)):
        index = [i for i, value in enumerate(plain.langs) if value == lang]
        by_lang[lang or "unknown"] = {
            "n": len(index),
            **class_scores([truth[i] for i in index], [found[i] for i in index], labels),
        }
    confidence = np.asarray(probabilities.max(axis=1), dtype=float)
    right = np.array([a == b for a, b in zip(truth, found, strict=True)])
    order = np.argsort(-confidence, kind="stable")
    result = {
        "n": len(rows),
        **class_scores(truth, found, labels),
        "by_lang": by_lang,
        "docs_per_s": round(len(rows) / max(seconds, 1e-9), 1),
        "docs_per_s_without_vectors": round(len(rows) / max(linear_seconds, 1e-9), 1),
        "accuracy_at_coverage": {
            f"{share}%": round(float(right[order[: max(1, len(rows) * share // 100)]].mean()), 4)
            for share in (100, 60, 40)
        },
        "calibration_error": round(calibration_error(confidence, right), 4),
        "vectors": embedder.name if embedder is not None else None,
    }
    if unsure_below:
        result["unsure"] = round(float((confidence < unsure_below).mean()), 4)
    if len(labels) == 2:
        hit = sum(t == labels[1] == f for t, f in zip(truth, found, strict=True))
        result["f1"] = round(2 * hit / max(1, truth.count(labels[1]) + found.count(labels[1])), 4)
        result["precision"] = round(hit / max(1, found.count(labels[1])), 4)
        result["recall"] = round(hit / max(1, truth.count(labels[1])), 4)
    return result


def calibration_error(confidence: Any, right: Any, bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015) over equal-width bins of confidence."""
    place = np.minimum((np.asarray(confidence) * bins).astype(int), bins - 1)
    total = 0.0
    for index in range(bins):
        mask = place == index
        if mask.any():
            total += float(mask.mean()) * abs(
                float(np.asarray(confidence)[mask].mean() - np.asarray(right)[mask].mean())
            )
    return total


def plain_bertopic(texts: Sequence[str], vectors: Any, seed: int | None = None) -> tuple[list[int], list[list[str]]]:
    """Default BERTopic on the same vectors: what we compare with. Topics (-1: none) and their ten words."""
    from bertopic import BERTopic

    del seed  # its default has none
    model = BERTopic(embedding_model=None)
    found, _ = model.fit_transform(list(texts), embeddings=vectors)
    words = [[w for w, _ in (model.get_topic(t) or []) if w][:10] for t in sorted(set(found)) if t >= 0]
    return [int(t) for t in found], words


def nearest_topic(found: Sequence[int], vectors: Any) -> list[int]:
    """Posts without a topic put in the one whose centroid is nearest: what people do after a plain fit."""
    topics = sorted({t for t in found if t >= 0})
    if not topics:
        return list(found)
    labels = np.asarray(found)
    centroids = np.stack([vectors[labels == t].mean(axis=0) for t in topics])
    centroids /= np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-9)
    best = (np.asarray(vectors) @ centroids.T).argmax(axis=1)
    return [t if t >= 0 else topics[int(b)] for t, b in zip(found, best, strict=True)]


def _measures(
    truth: Sequence[str], found: Sequence[int], words: Sequence[Sequence[str]], texts: Sequence[str]
) -> dict[str, Any]:
    from sklearn.metrics import adjusted_mutual_info_score

    from insights.topics.coherence import diversity, npmi

    return {
        "ami_all": round(float(adjusted_mutual_info_score(truth, found)), 4),
        "coverage": round(sum(t >= 0 for t in found) / len(found), 4),
        "topics": len({t for t in found if t >= 0}),
        "npmi": round(npmi(words, texts), 4),
        "diversity": round(diversity(words), 4),
    }


def evaluate_topics(path: Path, *, seed: int = 0, plain: bool = True) -> dict[str, Any]:
    """Fit topics on `text`, compare with `label`; under `plain` the same for default BERTopic, same vectors."""
    from sklearn.metrics import adjusted_mutual_info_score

    from insights.embeddings import Embedder
    from insights.topics.fit import fit_topics

    rows = list(read_labelled(path, ("text", "label")))
    if len(rows) < 20:
        raise FileError(f"{path.name}: at least 20 posts are needed, it has {len(rows)}")
    texts = [str(row["text"]) for row in rows]
    truth = [str(row["label"]) for row in rows]
    embedder = Embedder()
    vectors = embedder.encode(texts)
    _warm_up(vectors)
    started = time.perf_counter()
    fit = fit_topics(texts, vectors, seed=seed)
    seconds = time.perf_counter() - started
    found = [int(t) for t in fit.assigned]
    result: dict[str, Any] = {
        "n": len(rows),
        **_measures(truth, found, [topic.terms for topic in fit.topics], texts),
        "seconds": round(seconds, 2),
        "vectors": embedder.name,
    }
    if plain:
        started = time.perf_counter()
        theirs, words = plain_bertopic(texts, vectors)
        seconds = time.perf_counter() - started
        result["plain"] = {**_measures(truth, theirs, words, texts), "seconds": round(seconds, 2)}
        everywhere = nearest_topic(theirs, vectors)
        result["plain"]["ami_assigned"] = round(float(adjusted_mutual_info_score(truth, everywhere)), 4)
    return result


def _warm_up(vectors: Any) -> None:
    """Compile UMAP's and HDBSCAN's functions before either side is timed."""
    import umap

    part = np.asarray(vectors[:200])
    if len(part) >= 60:
        umap.UMAP(n_neighbors=15, n_components=5, metric="cosine", n_epochs=5, random_state=0, n_jobs=1).fit(part)
        umap.UMAP(n_neighbors=15, n_components=5, metric="cosine", n_epochs=5).fit(part)


def read_events(path: Path) -> tuple[list[int], list[str], list[str]]:
    """Times (Unix seconds), texts and events of a CSV(.gz) with id, time, text, event; sorted by time.

    A row that is cut short is passed over. Raises FileError for a file without these columns, or when more than
    one row in twenty has no time that can be read.
    """
    import csv
    import io
    from datetime import UTC, datetime

    csv.field_size_limit(10_000_000)
    rows: list[tuple[int, str, str]] = []
    bad: list[int] = []
    with path.open("rb") as raw:
        plain: Any = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == b"\x1f\x8b" else raw
        lines = io.TextIOWrapper(plain, encoding="utf-8", errors="replace", newline="")
        reader = csv.DictReader(line.replace("\0", "") for line in lines)
        missing = {"time", "text", "event"} - set(reader.fieldnames or [])
        if missing:
            raise FileError(f"{path.name}: no column '{min(missing)}'")
        for number, row in enumerate(reader, start=2):
            try:
                moment = datetime.fromisoformat(str(row["time"]).strip().replace("Z", "+00:00"))
            except ValueError:
                bad.append(number)
                continue
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            rows.append((int(moment.timestamp()), row["text"] or "", (row["event"] or "").strip()))
    if len(bad) > 0.05 * (len(rows) + len(bad)):
        raise FileError(f"{path.name}, row {bad[0]}: the time cannot be read; write it as 2026-03-31T12:00:00Z")
    rows.sort(key=lambda r: r[0])
    return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]


def evaluate_events(path: Path) -> dict[str, Any]:
    """Replay posts in time; how many events are noticed, how late, and how many alarms are about nothing.

    An alarm is about an event when most of its posts carry its label and they are more than by chance would be.
    """
    from insights.alerts.bursts import detect
    from insights.evaluate.alarms import ewma_alarms, spike_alarms, threshold_alarms, volume_alarms

    times, texts, labels = read_events(path)
    if not times:
        raise FileError(f"{path.name}: no posts")
    started = time.perf_counter()
    ours = detect(zip(times, texts, strict=True))
    seconds = time.perf_counter() - started
    return {
        "n": len(times),
        "events": len({label for label in labels if label}),
        **_alarm_scores(ours, times, labels),
        "posts_per_s": round(len(times) / max(seconds, 1e-9), 1),
        "volume_alert": _alarm_scores(spike_alarms(times), times, labels),
        "both_alerts": _alarm_scores(_either(ours, spike_alarms(times)), times, labels),
        "baselines": {
            "fixed_threshold": _alarm_scores(threshold_alarms(times), times, labels),
            "counts": _alarm_scores(volume_alarms(times), times, labels),
            "ewma": _alarm_scores(ewma_alarms(times), times, labels),
        },
    }


def _either(*alarms: Sequence[Any]) -> list[Any]:
    """What two rules tell together: an alarm within two days of one before it, on posts of the same time, is one."""
    found: list[Any] = []
    for alarm in sorted((a for some in alarms for a in some), key=lambda a: a.at):
        if not any(set(alarm.posts) & set(old.posts) for old in found if alarm.at - old.at < 172_800):
            found.append(alarm)
    return found


def _alarm_scores(alarms: Sequence[Any], times: Sequence[int], labels: Sequence[str]) -> dict[str, Any]:
    first: dict[str, int] = {}
    for moment, label in zip(times, labels, strict=True):
        if label:
            first.setdefault(label, moment)
    noticed: dict[str, int] = {}
    false = 0
    for alarm in alarms:
        counts: dict[str, int] = {}
        for number in alarm.posts:
            counts[labels[number]] = counts.get(labels[number], 0) + 1
        label = max(counts, key=lambda name: (counts[name], name)) if counts else ""
        if label:
            noticed.setdefault(label, alarm.at)
        else:
            false += 1
    delays = sorted((noticed[label] - first[label]) / 3_600 for label in noticed)
    days = len({moment // 86_400 for moment in times})
    return {
        "recall": round(len(noticed) / max(1, len(first)), 4),
        "delay_hours": round(float(np.median(delays)), 2) if delays else None,
        "false_alarms_per_day": round(false / max(1, days), 3),
        "alarms": len(alarms),
    }
