"""How often the 90% intervals of reputation hold the truth, on labelled tweets that the program was not trained on.

    python -m tests.bench.intervals [POSTS]

A model is trained on one half of the labelled tweets with the usual command's code, which also measures its errors
there; samples with random shares of tones are drawn from the other half. The plain way beside it takes the
labels as they are, with the interval of a share.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from pathlib import Path

import numpy as np

from data.settings import ROOT
from insights.embeddings import PACKAGED, Embedder
from insights.evaluate.files import read_labelled
from insights.evaluate.train_reading import train
from insights.language import detect_languages
from insights.reading.classifier import Classifier
from insights.reading.features import features
from insights.reading.sentiment import LABELS, UNSURE_BELOW
from insights.reputation.estimates import change, error_model, estimates

TRIALS = 400


def main() -> None:
    corpora = Path(os.environ.get("VIGIE_CORPORA", ROOT.parent / "shared" / "corpora"))
    rows = list(read_labelled(corpora / "labelled" / "sentiment_train.jsonl.gz", ("text", "label", "lang")))
    random.Random(1).shuffle(rows)
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 12_000
    rows = [row for row in rows if row["lang"] == "en"][:wanted] + [row for row in rows if row["lang"] == "fr"]
    random.Random(2).shuffle(rows)
    texts = [str(row["text"]) for row in rows]
    langs = detect_languages(texts, [str(row["lang"]) for row in rows])
    labels = [str(row["label"]) for row in rows]
    vectors = Embedder(PACKAGED).encode(texts)
    cut = len(rows) // 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npz"
        train(
            texts[:cut],
            labels[:cut],
            langs[:cut],
            vectors[:cut],
            PACKAGED,
            path,
            classes=LABELS,
            unsure_below=UNSURE_BELOW,
        )
        model = Classifier(path)
    held_langs, found = langs[cut:], features(texts[cut:], langs[cut:])
    probabilities = model.probabilities(found, held_langs, vectors[cut:], PACKAGED)
    french = [i for i, lang in enumerate(held_langs) if lang == "fr"]
    probabilities[french] = model.probabilities(found[french], ["fr"] * len(french))
    taken = np.where(probabilities.max(axis=1) >= UNSURE_BELOW, probabilities.argmax(axis=1), 3)
    truth = np.array([LABELS.index(label) for label in labels[cut:]])
    rng = np.random.default_rng(3)
    for lang in ("en", "fr"):
        here = np.array([code == lang for code in held_langs])
        pools = [taken[here & (truth == t)] for t in range(3)]
        errors = error_model(model.held_out["errors"], {lang: 1}, {})
        for posts in (50, 200, 1_000):
            net = move = plain = 0
            for _ in range(TRIALS):
                samples, nets = [], []
                for _ in range(2):
                    shares = rng.dirichlet([2, 4, 2])
                    drawn = np.concatenate(
                        [rng.choice(pools[t], n) for t, n in enumerate(rng.multinomial(posts, shares))]
                    )
                    samples.append(np.bincount(drawn, minlength=4))
                    nets.append(shares[2] - shares[0])
                (one,) = estimates([samples[1]], errors)
                net += one.net.low <= nets[1] <= one.net.high
                moved = change(samples[0], samples[1], errors).move
                move += moved.low <= nets[1] - nets[0] <= moved.high
                clear = samples[1][:3] / max(1, samples[1][:3].sum())
                spread = 1.645 * np.sqrt(
                    (clear[2] + clear[0] - (clear[2] - clear[0]) ** 2) / max(1, samples[1][:3].sum())
                )
                plain += abs(clear[2] - clear[0] - nets[1]) <= spread
            print(
                f"{lang}, {posts:5} posts: net sentiment held in {net / TRIALS:.1%}, its move in {move / TRIALS:.1%}; "
                f"labels as they are {plain / TRIALS:.1%}"
            )


if __name__ == "__main__":
    main()
