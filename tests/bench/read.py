"""Reading posts (tone, kinds, attacks, questions) without vectors, against the plain way: two TF-IDF pipelines a task."""

from __future__ import annotations

import gzip
import json
import os
import time
import warnings
from pathlib import Path

from data.settings import ROOT
from insights.reading import intents, questions, sentiment, toxicity
from insights.reading.features import features

POSTS = 6_000


def ours(texts: list[str]) -> None:
    langs = ["en"] * len(texts)
    found = features(texts, langs)
    tones = sentiment.default_model().score(texts, langs, rows=found)
    kinds = intents.kind_probabilities(texts, langs, found)
    intents.intents(texts, kinds, tones.probabilities, [False] * len(texts), questions.question_probabilities(texts))
    toxicity.toxicity(found)


def main() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    warnings.filterwarnings("ignore")
    corpora = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora")) / "labelled"
    for name, file, longest in (
        ("tweets", "sentiment_train", 300),
        ("posts of up to 600 characters", "topics_20newsgroups", 600),
    ):
        with gzip.open(corpora / f"{file}.jsonl.gz", "rt") as stream:
            texts = [json.loads(line)["text"][:longest] for line, _ in zip(stream, range(POSTS), strict=False)]
        ours(texts[:50])
        started = time.perf_counter()
        ours(texts)
        seconds = time.perf_counter() - started
        # Labels do not matter for the pace: words and pairs, and character n-grams, for each of three tasks.
        kinds = (
            {"ngram_range": (1, 2), "max_features": 100_000},
            {"analyzer": "char_wb", "ngram_range": (3, 5), "max_features": 100_000},
        )
        plain = [
            make_pipeline(TfidfVectorizer(**kind), LogisticRegression(max_iter=10)).fit(
                texts[:1_000], [i % 3 for i in range(1_000)]
            )
            for kind in kinds * 3
        ]
        started = time.perf_counter()
        for model in plain:
            model.predict(texts)
        other = time.perf_counter() - started
        print(f"{name}: {len(texts) / seconds:.0f} a second, {other / seconds:.2f} times the plain way's pace")


if __name__ == "__main__":
    main()
