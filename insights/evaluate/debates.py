"""How well the division of statements is guessed from text alone, on conversations with votes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.debates.divisive import FEATURES, MIN_VOTES, divisiveness, split_of, statement_features
from insights.evaluate.files import read_statements

DRAWS = 1_000


def evaluate_debates(path: Path, *, seed: int = 0) -> dict[str, Any]:
    """Rank correlation of our divisiveness with the observed split of votes, with 95% intervals, and baselines.

    CSV with `conversation`, `text`, `agrees`, `disagrees`; statements with at least 10 votes are measured, all read.
    Conversations that the weights were learned from are scored by weights that have not seen them.
    """
    from insights.models.topic_vectors import TopicEmbedder
    from insights.topics.fit import unit

    rows = read_statements(path)
    embedder = TopicEmbedder()
    vectors = unit(embedder.encode([row["text"] for row in rows])).astype(np.float64)
    names = sorted({row["conversation"] for row in rows})
    where = np.array([names.index(row["conversation"]) for row in rows])
    agrees, disagrees = (np.array([row[side] for row in rows]) for side in ("agrees", "disagrees"))
    known = agrees + disagrees >= MIN_VOTES
    if known.sum() < 3:
        raise ValueError(f"{path.name}: fewer than three statements with {MIN_VOTES} votes")
    split = split_of(agrees, disagrees)
    ours = np.zeros(len(rows))
    plain = {name: np.zeros(len(rows)) for name in ("length", "negative_tone", "unlike_the_rest")}
    for number, name in enumerate(names):
        mine = np.flatnonzero(where == number)
        texts = [rows[i]["text"] for i in mine]
        ours[mine] = divisiveness(texts, vectors[mine], embedder.name, name)
        features = dict(zip(FEATURES, statement_features(texts, vectors[mine]).T, strict=True))
        plain["length"][mine] = features["words"]
        plain["negative_tone"][mine] = features["negative"]
        plain["unlike_the_rest"][mine] = -features["central"]
    rng = np.random.default_rng(seed)
    measured = _correlation(ours[known], split[known], rng)
    by_conversation = {
        name: {"statements": int(some.sum()), "spearman": round(_spearman(ours[some], split[some]), 3)}
        for number, name in enumerate(names)
        if (some := known & (where == number)).sum() >= 10
    }
    baselines = {name: _correlation(values[known], split[known], rng) for name, values in plain.items()}
    within = [item["spearman"] for item in by_conversation.values()]
    everything = {"ours": measured, **baselines}
    return {
        **measured,
        "statements": int(known.sum()),
        "within_conversations": round(float(np.mean(within)), 3) if within else None,
        "conversations": by_conversation,
        "baselines": baselines,
        "above_chance": [name for name, value in everything.items() if value["interval"][0] > 0],
        "not_above_chance": [name for name, value in everything.items() if value["interval"][0] <= 0],
    }


def _spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    from scipy.stats import rankdata

    left, right = rankdata(a), rankdata(b)
    if left.std() == 0 or right.std() == 0:
        return 0.0
    return float(np.corrcoef(left, right)[0, 1])


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64], rng: np.random.Generator) -> dict[str, Any]:
    """Spearman's correlation with its 95% interval: statements drawn anew, with replacement."""
    drawn = []
    for _ in range(DRAWS):
        chosen = rng.integers(0, len(a), len(a))
        drawn.append(_spearman(a[chosen], b[chosen]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"spearman": round(_spearman(a, b), 3), "interval": [round(float(low), 3), round(float(high), 3)]}
