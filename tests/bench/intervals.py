"""How often the 90% intervals of net sentiment hold the truth, on posts of another origin than what was learned from.

    python -m tests.bench.intervals [en|fr]

A model is learned from tweets and one half of the posts that were read by hand (feeds, forums, comments), with the
usual command's code, which also measures its errors. Samples are drawn from the feeds and forums of the other half, the
tones mixed in four ways: as they come, mostly negative, mostly positive, mostly neutral. The plain way beside it takes
the labels as they are, with the interval of a share.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from data.settings import ROOT
from insights.evaluate.files import read_labelled
from insights.evaluate.train_reading import TASKS, examples_of, train
from insights.models.e5 import ReadingModel
from insights.reading.classifier import Classifier, Read
from insights.reading.features import features
from insights.reading.sentiment import LABELS, UNSURE_BELOW
from insights.reputation.estimates import ErrorModel, change, error_model, estimates

TRIALS = 400
TWEETS = 6_000
MIXES = {
    "as they come": None,
    "mostly negative": (0.6, 0.3, 0.1),
    "mostly positive": (0.1, 0.3, 0.6),
    "mostly neutral": (0.08, 0.84, 0.08),
}


def halves(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Posts read by hand in two halves that share no feed and no forum: each language's places are dealt in turn, and
    the half with more of its posts is the second one, which is measured on."""
    learned: set[str] = set()
    dealt: set[str] = set()
    for lang in ("fr", "en"):  # French has the fewer places
        posts = Counter(_place(row) for row in rows if row["lang"] == lang and _place(row) not in dealt)
        places = sorted(posts)
        dealt |= set(posts)
        random.Random(4).shuffle(places)
        learned |= set(min(places[::2], places[1::2], key=lambda half: sum(posts[place] for place in half)))
    return [r for r in rows if _place(r) in learned], [r for r in rows if _place(r) not in learned]


def _place(row: dict[str, Any]) -> str:
    return ":".join(str(row["id"]).split(":")[:2]) if row["origin"] == "feed" else str(row["origin"])


def trials(taken: Any, truth: Any, shares: Any, posts: int, errors: ErrorModel) -> Iterator[tuple[bool, bool, bool]]:
    """Whether net sentiment, its move, and the plain interval held, for each of 400 samples."""
    rng = np.random.default_rng(3)
    pools = [taken[truth == t] for t in range(3)]
    for _ in range(TRIALS):
        samples, nets = [], []
        for _ in range(2):
            mix = rng.dirichlet(40 * np.asarray(shares))
            drawn = np.concatenate([rng.choice(pools[t], n) for t, n in enumerate(rng.multinomial(posts, mix))])
            samples.append(np.bincount(drawn, minlength=4))
            nets.append(mix[2] - mix[0])
        (one,) = estimates([samples[1]], errors)
        moved = change(samples[0], samples[1], errors).move
        clear = samples[1][:3] / max(1, samples[1][:3].sum())
        spread = 1.645 * np.sqrt((clear[2] + clear[0] - (clear[2] - clear[0]) ** 2) / max(1, samples[1][:3].sum()))
        yield (
            one.net.low <= nets[1] <= one.net.high,
            moved.low <= nets[1] - nets[0] <= moved.high,
            abs(clear[2] - clear[0] - nets[1]) <= spread,
        )


def main() -> None:
    labelled = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora")) / "labelled"
    tweets = list(read_labelled(labelled / "sentiment_train.jsonl.gz", ("text", "label", "lang")))
    random.Random(1).shuffle(tweets)
    tweets = [row for row in tweets if row["lang"] == "en"][:TWEETS] + [row for row in tweets if row["lang"] == "fr"]
    learned, held = halves(list(read_labelled(labelled / "read_by_hand.jsonl.gz", ("text", "tone"))))
    model, task = ReadingModel(), TASKS["sentiment"]
    examples, unseen = examples_of("sentiment", [*tweets, *learned], LABELS), examples_of("sentiment", held, LABELS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npz"
        train(examples, model.encode(examples.texts), model.name, path, replace(task, target=path))
        weights = Classifier(path)
    read = Read(model.encode(unseen.texts), model.name, unseen.langs, unseen.origins)
    probabilities = weights.probabilities(features(unseen.texts, unseen.langs), read)
    taken = np.where(probabilities.max(axis=1) >= UNSURE_BELOW, probabilities.argmax(axis=1), 3)
    truth = np.array([LABELS.index(label) for label in unseen.labels])
    for lang in sys.argv[1:] or ("en", "fr"):
        here = np.array([code == lang for code in unseen.langs])
        errors = error_model(weights.held_out["errors"], {lang: 1}, {})
        natural = np.bincount(truth[here], minlength=3) / here.sum()
        for name, shares in MIXES.items():
            for posts in (50, 200, 1_000):
                found = np.array(
                    list(trials(taken[here], truth[here], natural if shares is None else shares, posts, errors))
                )
                net, move, plain = found.mean(axis=0)
                print(
                    f"{lang}, {name}, {posts:5} posts: net sentiment held in {net:.0%}, its move in {move:.0%}; "
                    f"labels as they are {plain:.0%}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
