"""Topics: BERTopic with our own parts, chosen by measurement (docs/design.md).

Vectors -> UMAP on exact neighbours -> k-means -> class-based TF-IDF (Grootendorst 2022). k-means in place
of density clustering leaves no post behind and neither collapses nor shatters; exact neighbours from one
matrix product make the layout several times faster than approximate ones at these sizes. A post far from
every centroid is left unassigned, and shown so.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.text import fold, phrases, tokens

FIT_POSTS = 50_000
MIN_POSTS = 12  # below this there is nothing to group
NEIGHBOURS = 30
DIMENSIONS = 5
EPOCHS = 200
UNASSIGNED_SHARE = 0.02  # of the posts of a fit, those furthest from their centroid
TEXT_LIMIT = 1_500
WORDS_PER_TOPIC = 10
CANDIDATES = 30
TOGETHER = 0.7  # what being said together counts against being typical

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """One topic of a fit. `terms` are ten words, strongest first, in the form people write them."""

    label: str
    terms: tuple[str, ...]
    representatives: tuple[int, ...]  # positions in the input, most central first


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit of n posts: `assigned` gives each post its topic's position, -1 for none."""

    topics: list[FoundTopic]
    centroids: Vectors  # topics x dimensions, unit length
    assigned: NDArray[np.int64]
    similarity: NDArray[np.float32]
    threshold: float


def unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


def exact_neighbours(vectors: Vectors, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k nearest of each unit vector by cosine, itself first, and their distances (both n x k)."""
    n = len(vectors)
    indices = np.empty((n, k), dtype=np.int32)
    distances = np.empty((n, k), dtype=np.float32)
    block = max(1, min(n, 50_000_000 // max(n, 1)))
    for start in range(0, n, block):
        similarity = vectors[start : start + block] @ vectors.T
        rows = np.arange(len(similarity))
        similarity[rows, rows + start] = 2.0  # itself first, whatever rounding says
        near = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        values = np.take_along_axis(similarity, near, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        indices[start : start + block] = np.take_along_axis(near, order, axis=1)
        distances[start : start + block] = 1.0 - np.take_along_axis(values, order, axis=1)
    distances[:, 0] = 0.0
    return indices, np.maximum(distances, 0.0)


class _Layout:
    """UMAP on exact neighbours, in the shape that BERTopic expects of a reducer."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.embedding_: Any = None

    def fit(self, vectors: Any, y: Any = None) -> _Layout:
        import umap

        n = len(vectors)
        k = min(NEIGHBOURS, n - 1)
        clean = unit(np.asarray(vectors, dtype=np.float32))
        self.embedding_ = umap.UMAP(
            n_neighbors=k,
            n_components=min(DIMENSIONS, max(2, n - 2)),
            min_dist=0.0,
            metric="cosine",
            n_epochs=EPOCHS,
            random_state=self._seed,
            n_jobs=1,
            init="spectral" if n > 4 * DIMENSIONS else "random",
            precomputed_knn=exact_neighbours(clean, k),
        ).fit_transform(clean)
        return self

    def transform(self, vectors: Any) -> Any:
        return self.embedding_


def choose_count(posts: int) -> int:
    """How many topics for so many posts: two thirds of the square root of half of them."""
    return max(2, min(round(0.65 * math.sqrt(posts / 2)), posts // 5))


def fit_topics(
    texts: Sequence[str],
    vectors: Vectors,
    *,
    seed: int = 0,
    count: int | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Fit:
    """Group posts. `vectors` are n x dimensions. The same input and seed give the same result.

    Fewer than 12 posts, or posts all alike, give a fit without topics. Takes minutes for 50,000 posts.
    """
    n = len(texts)
    distinct = len({row.tobytes() for row in vectors[:2_000]}) if n else 0
    if n < MIN_POSTS or distinct < MIN_POSTS:
        empty = np.full(n, -1, dtype=np.int64)
        return Fit([], np.zeros((0, vectors.shape[1] if n else 0), np.float32), empty, np.zeros(n, np.float32), 1.0)
    from bertopic import BERTopic
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import CountVectorizer

    vectors = unit(vectors)
    clipped = [text[:TEXT_LIMIT] or " " for text in texts]
    progress("group")
    model = BERTopic(
        language="multilingual",  # its "english" deletes every accented letter
        embedding_model=None,
        umap_model=_Layout(seed),
        hdbscan_model=KMeans(count or choose_count(n), n_init=4, random_state=seed),
        # min_df counts topics here, not posts: more than 1 would drop the very tool names we want.
        vectorizer_model=CountVectorizer(analyzer=phrases, min_df=1),
        ctfidf_model=ClassTfidfTransformer(),
        top_n_words=30,
        verbose=False,
    )
    # BERTopic's choice of representative documents re-reads every text; ours is by centroid below.
    model._save_representative_docs = lambda documents: None
    assigned = np.asarray(model.fit_transform(clipped, embeddings=vectors)[0], dtype=np.int64)
    progress("describe")
    kept = [t for t in sorted(set(assigned.tolist())) if t >= 0]
    position = {t: i for i, t in enumerate(kept)}
    assigned = np.array([position.get(t, -1) for t in assigned.tolist()], dtype=np.int64)
    centroids = unit(np.stack([vectors[assigned == i].mean(axis=0) for i in range(len(kept))]))
    similarity = np.einsum("ij,ij->i", vectors, centroids[np.maximum(assigned, 0)]).astype(np.float32)
    threshold = float(np.quantile(similarity, UNASSIGNED_SHARE))
    assigned[similarity < threshold] = -1
    forms = _written_forms(clipped)
    ten = ten_words(clipped, assigned, len(kept))
    topics = []
    for index, number in enumerate(kept):
        weighted = [(word, float(weight)) for word, weight in (model.get_topic(number) or []) if word and weight > 0]
        words = tuple(_written(word, forms) for word in ten[index])
        members = np.flatnonzero(assigned == index)
        central = members[np.argsort(-similarity[members], kind="stable")]
        topics.append(
            FoundTopic(_label(weighted, forms, [clipped[i] for i in central[:200]]), words, _readable(central, clipped))
        )
    return Fit(topics, centroids, assigned, similarity, threshold)


def assign(vectors: Vectors, centroids: Vectors, threshold: float) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The nearest centroid of each vector (position, cosine); -1 below the threshold."""
    if not len(centroids) or not len(vectors):
        return np.full(len(vectors), -1, dtype=np.int64), np.zeros(len(vectors), dtype=np.float32)
    scores = unit(vectors) @ centroids.T
    best = scores.argmax(axis=1)
    similarity = scores[np.arange(len(best)), best]
    return np.where(similarity >= threshold, best, -1).astype(np.int64), similarity.astype(np.float32)


def match_topics(
    old: dict[int, set[int]], new: list[set[int]], old_centroids: dict[int, Vectors], new_centroids: Vectors
) -> dict[int, int]:
    """New topic position -> old topic id, by shared posts (Hungarian), gated by centroid cosine >= .6."""
    if not old or not new:
        return {}
    from scipy.optimize import linear_sum_assignment

    ids = sorted(old)
    gain = np.zeros((len(new), len(ids)))
    for row, members in enumerate(new):
        for column, topic_id in enumerate(ids):
            shared = len(members & old[topic_id])
            cosine = float(new_centroids[row] @ old_centroids[topic_id]) if topic_id in old_centroids else 0.0
            if shared and cosine >= 0.6:
                gain[row, column] = shared / max(1, min(len(members), len(old[topic_id])))
    rows, columns = linear_sum_assignment(-gain)
    return {int(r): ids[c] for r, c in zip(rows, columns, strict=True) if gain[r, c] >= 0.3}


def _written_forms(texts: Sequence[str]) -> dict[str, str]:
    """Folded word -> the way people write it most: "node.js" -> "Node.js", "c++" -> "C++"."""
    seen: dict[str, Counter[str]] = {}
    for text in texts:
        words = tokens(text)
        shouted = sum(w.isupper() for w in words) > 0.6 * max(1, len(words))
        for index, word in enumerate(words):
            # A capital at the start of a text says nothing about a name.
            form = word.lower() if index == 0 or shouted else word
            seen.setdefault(fold(word), Counter())[form] += 1
    return {word: max(forms.items(), key=lambda f: (f[1], f[0]))[0] for word, forms in seen.items()}


def _written(term: str, forms: dict[str, str]) -> str:
    return " ".join(forms.get(word, word) for word in term.split())


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith(("s", "x")) else word


def ten_words(texts: Sequence[str], assigned: NDArray[np.int64], topics: int) -> list[list[str]]:
    """Ten folded words for each topic: frequent in it, rare elsewhere, and said together.

    A word's weight is its share of the topic's posts times the logarithm of its lift. Words are then taken one
    by one, each by its weight and its mean normalised pointwise mutual information (Bouma 2009) with those taken
    before, counted over posts: what never occurs in one post with the others does not help to say what the topic is.
    """
    inside: list[Counter[str]] = [Counter() for _ in range(topics)]
    size = [0] * topics
    holders: dict[str, set[int]] = {}
    for number, (text, topic) in enumerate(zip(texts, assigned.tolist(), strict=True)):
        words = {word for word in phrases(text) if " " not in word}
        for word in words:
            holders.setdefault(word, set()).add(number)
        if topic >= 0:
            inside[topic].update(words)
            size[topic] += 1
    posts = max(1, len(texts))
    found = []
    for topic in range(topics):
        weight = {
            word: count / size[topic] * math.log(count * posts / (size[topic] * len(holders[word])))
            for word, count in inside[topic].items()
            if count >= 2 or size[topic] < 2 * WORDS_PER_TOPIC
        }
        candidates: list[str] = []
        stems: set[str] = set()
        for word in sorted(weight, key=lambda w: (-weight[w], w)):
            if _stem(word) not in stems:
                stems.add(_stem(word))
                candidates.append(word)
            if len(candidates) == CANDIDATES:
                break
        found.append(_said_together(candidates, weight, holders, posts))
    return found


def _said_together(
    candidates: list[str], weight: dict[str, float], holders: dict[str, set[int]], posts: int
) -> list[str]:
    if not candidates:
        return []
    together = dict.fromkeys(candidates, 0.0)  # sum of the information shared with the words taken
    chosen = [candidates[0]]
    most = max(weight[candidates[0]], 1e-9)
    while len(chosen) < min(WORDS_PER_TOPIC, len(candidates)):
        last = holders[chosen[-1]]
        for word in candidates:
            joint = len(holders[word] & last) / posts
            if joint >= 1.0:
                together[word] += 1.0
            elif joint:
                mutual = math.log(joint * posts * posts / (len(holders[word]) * len(last)))
                together[word] += mutual / -math.log(joint)
            else:
                together[word] -= 1.0
        rest = [word for word in candidates if word not in chosen]
        chosen.append(
            max(rest, key=lambda w: (weight[w] / most + TOGETHER * together[w] / len(chosen), w))
        )  # fmt: skip
    return chosen


def _label(weighted: Sequence[tuple[str, float]], forms: dict[str, str], members: Sequence[str]) -> str:
    """Up to three terms that say what the topic is: typical of it, and in many of its posts."""
    counts: Counter[str] = Counter()
    for text in members:
        counts.update(set(phrases(text)))
    scored = [
        (weight * math.sqrt(counts[term] / max(1, len(members))) * (1.25 if " " in term else 1.0), term)
        for term, weight in weighted
    ]
    chosen: list[str] = []
    used: list[str] = []
    for _, term in sorted(scored, key=lambda s: (-s[0], s[1])):
        words = term.split()
        if any(word[:5] == other[:5] for word in words for other in used):
            continue  # another form of a word that is there already
        used += words
        chosen.append(_written(term, forms))
        if len(chosen) == 3:
            break
    label = ", ".join(chosen)
    plain = label.split(" ")[0].islower() if label else False
    return label[:1].upper() + label[1:] if plain else label


def _readable(central: NDArray[np.int64], texts: Sequence[str], wanted: int = 5) -> tuple[int, ...]:
    """The most central posts that can be read as a quote: of fair length, each text once."""
    chosen: list[int] = []
    seen: set[str] = set()
    for lower, upper in ((60, 400), (20, 1_500), (0, TEXT_LIMIT + 1)):
        for index in central[:200].tolist():
            key = texts[index][:80]
            if lower <= len(texts[index]) <= upper and key not in seen:
                seen.add(key)
                chosen.append(index)
                if len(chosen) == wanted:
                    return tuple(chosen)
    return tuple(chosen)
