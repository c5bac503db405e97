"""Models trained on a few posts: what is written is what is read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from insights.debates.divisive import divisiveness
from insights.evaluate.train_debates import train_divisive
from insights.evaluate.train_reading import Examples, Task, train
from insights.reading.classifier import Classifier, Read
from insights.reading.features import features
from insights.reading.origins import Origin

GOOD = ("I love this, it works great", "Wonderful release, thank you", "J'adore, c'est parfait", "Bravo, très réussi")
BAD = ("I hate this, it crashes", "Terrible release, it is broken", "C'est nul, ça plante", "Quelle honte, rien ne va")
LANGS = ["en", "en", "fr", "fr"]


def test_a_classifier_learns_its_classes_and_keeps_what_held_out_posts_were_taken_for(tmp_path: Path) -> None:
    texts = [f"{text} {n}" for n in range(5) for text in (*GOOD, *BAD)]
    labels = [label for _ in range(5) for label in ["good"] * 4 + ["bad"] * 4]
    langs = LANGS * 10
    vectors = np.array([[1.0, 0.0] * 32 if label == "good" else [0.0, 1.0] * 32 for label in labels], np.float32)
    target = tmp_path / "weights.npz"
    status = Origin("status")
    examples = Examples(
        texts, labels, langs, [status] * 40, ["a set"] * 40, np.zeros(40, dtype=bool), np.ones(40, dtype=np.float64)
    )
    found = train(examples, vectors, "given", target, Task(("bad", "good"), target, 2.0, 0.5))
    assert found == {}  # too few of each language to say anything of them
    model = Classifier(target)
    assert model.labels == ("bad", "good")
    unseen = ["I love it, great", "It crashes, I hate it", "C'est parfait, j'adore", "C'est nul, ça plante encore"]
    rows = features(unseen, LANGS[::2] + LANGS[2:])
    plain = model.probabilities(rows)
    assert plain.argmax(axis=1).tolist() == [1, 0, 1, 0]
    np.testing.assert_allclose(plain.sum(axis=1), 1.0, rtol=1e-5)
    # Vectors speak where they come from the model it was trained with, and are passed over where they do not.
    good, bad = ([[1.0, 0.0] * 32] * 4, [[0.0, 1.0] * 32] * 4)
    read = Read(np.array(bad, np.float32), "given", LANGS, [status] * 4)
    lifted = model.probabilities(rows, replace(read, vectors=np.array(good, np.float32)))
    assert (model.probabilities(rows, read)[:, 1] < lifted[:, 1]).all()
    np.testing.assert_array_equal(model.probabilities(rows, replace(read, model="another")), plain)
    for lang, posts in (("en", 20), ("fr", 20)):
        assert np.array(model.held_out["errors"][lang]).shape == (2, 3)
        assert np.array(model.held_out["errors"][lang]).sum() == posts
    assert model.held_out["recall"] == 0.8


def test_statements_that_split_votes_are_told_from_those_that_unite(tmp_path: Path) -> None:
    rows = [
        {
            "conversation": f"c{c}",
            "text": "We should ban and tax this?" if n % 2 else "I am glad that it rains more",
            "agrees": 10.0 if n % 2 else 20.0,
            "disagrees": 10.0 if n % 2 else 0.0,
        }
        for c in range(3)
        for n in range(12)
    ]
    vectors = np.array([[1.0, 0.0] if n % 2 else [0.0, 1.0] for _ in range(3) for n in range(12)])
    target = tmp_path / "divisive.npz"
    train_divisive(rows, vectors, "given", target)
    texts = ["We should ban and tax it?", "I am glad that it is more"]
    for conversation in ("", "c1"):  # with all weights, and with those that have not seen this conversation
        split, united = divisiveness(texts, np.eye(2), "given", conversation, target)
        assert split > united
