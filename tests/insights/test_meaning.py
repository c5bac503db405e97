"""Words, languages, tone, copies, brands: what is read from a post."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from insights.duplicates import Groups, is_copy, signatures, wording
from insights.evaluate.copies import evaluate_copies
from insights.evaluate.files import FileError
from insights.evaluate.reading import evaluate_sentiment
from insights.language import detect_languages
from insights.reading.scores import class_scores
from insights.reading.sentiment import LABELS, WEIGHTS, default_model
from insights.text import phrases, terms, tokens
from insights.topics.coherence import diversity, npmi


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GPT-5 and C++ with #IA by @x", ["GPT-5", "C++", "#IA", "@x"]),
        ("Next.js, Node.js v20", ["Next.js", "Node.js"]),
        ("see https://example.org/a?b=1 now", ["see", "now"]),
        ("l'opérateur d’Orange", ["opérateur", "Orange"]),
    ],
)
def test_names_keep_their_form(text: str, expected: list[str]) -> None:
    assert set(expected) <= set(tokens(text))


def test_terms_leave_out_what_names_no_subject() -> None:
    assert terms("Je ne sais pas si le planning est bon, @ana 2026") == ["planning"]
    assert "planning partage" in phrases("un planning partagé")
    assert terms("") == []


def test_languages() -> None:
    found = detect_languages(
        ["Bonjour, je cherche un planning", "Hello, I am looking for a rota", "🙂", ""], ["", "", "", "fr"]
    )
    assert found == ["fr", "en", "", "fr"]


@pytest.mark.parametrize(
    ("text", "lang", "label"),
    [
        ("I love this, thank you so much, excellent work!", "en", "positive"),
        ("Worst update ever, it is broken and support is useless", "en", "negative"),
        ("I don't like it, not good at all", "en", "negative"),
        ("The meeting is on Tuesday at 6pm in Leeds", "en", "neutral"),
        ("J'adore, merci beaucoup, c'est génial !", "fr", "positive"),
        ("Quelle honte, une catastrophe, c'est nul", "fr", "negative"),
        ("😍😍😍", "en", "positive"),
        ("😡", "fr", "negative"),
    ],
)
def test_plain_cases_of_tone(text: str, lang: str, label: str) -> None:
    assert LABELS[default_model().score([text], [lang]).probabilities[0].argmax()] == label


@pytest.mark.parametrize("text", ["", " ", "…", "\u200b\u200b", "x" * 100_000, "שלום", "12345", "<script>"])
def test_odd_posts_are_scored_without_error(text: str) -> None:
    scored = default_model().score([text], ["en"])
    assert scored.probabilities.shape == (1, 3)
    assert scored.labels[0] in (*LABELS, "unsure")
    if not text.strip(" …\u200b"):
        assert scored.labels == ["unsure"]


def test_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 1_500_000


def test_class_scores_by_hand() -> None:
    truth, found = ["negative", "negative", "neutral", "positive"], ["negative", "neutral", "neutral", "positive"]
    scores = class_scores(truth, found, LABELS)
    assert scores["macro_recall"] == pytest.approx((0.5 + 1 + 1) / 3, abs=1e-4)
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3, abs=1e-4)


def test_evaluate_reads_plain_and_gzipped_files(tmp_path: Path) -> None:
    rows = [
        {"text": "great, I love it", "label": "positive"},
        {"text": "nul, une honte", "label": "negative", "lang": "fr"},
    ]
    body = "\n".join(json.dumps(row) for row in rows).encode()
    (tmp_path / "a.jsonl").write_bytes(body)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(body))
    one = evaluate_sentiment(tmp_path / "a.jsonl", vectors=False)
    two = evaluate_sentiment(tmp_path / "b.jsonl.gz", vectors=False)
    assert (one["n"], one["macro_recall"], set(one["by_lang"])) == (2, 1.0, {"en", "fr"})
    assert one["macro_f1"] == two["macro_f1"]
    (tmp_path / "c.jsonl").write_text('{"text": "x"}\n')
    with pytest.raises(FileError, match="line 1: no 'label'"):
        evaluate_sentiment(tmp_path / "c.jsonl", vectors=False)
    (tmp_path / "d.jsonl").write_text('{"text": "x", "label": "sad"}\n')
    with pytest.raises(FileError, match="'sad'"):
        evaluate_sentiment(tmp_path / "d.jsonl", vectors=False)


@pytest.mark.corpora
def test_tone_on_labelled_posts(corpora: Path, tmp_path: Path) -> None:
    # These posts were trained on: this guards the weights against damage, it does not measure them.
    with gzip.open(corpora / "labelled" / "sentiment_train.jsonl.gz", "rt") as stream:
        lines = [line for index, line in enumerate(stream) if index % 40 == 0]
    (tmp_path / "part.jsonl").write_text("".join(lines))
    assert evaluate_sentiment(tmp_path / "part.jsonl", vectors=False)["macro_recall"] > 0.66


def test_copies_are_found_and_strangers_are_not() -> None:
    text = "The new planning view is out and it finally shows the whole season on one page, thank you."
    posts = [
        text,
        text + " (via the forum)",
        "Short.",
        "Something else entirely, about the choir and its summer tour in Porto.",
    ]
    values = signatures(posts)
    assert values[2] is None
    groups = Groups()
    assert values[0] is not None
    groups.add(1, values[0])
    assert groups.copies_of(2, values[1]) == [1]
    assert groups.copies_of(4, values[3]) == []


def test_templates_and_series_are_no_copies() -> None:
    found = evaluate_copies(Path(__file__).parent / "copies.jsonl")
    assert found["precision"] >= 0.95, found["wrong"]
    assert found["recall"] >= 0.9, found["missed"]
    assert found["alike"]["precision"] < 0.5  # what looks alike is mostly no copy


@pytest.mark.parametrize(
    ("one", "other", "one_hand", "copy"),
    [
        (
            "Open day on Friday in the old mill, all are welcome",
            "Open day on friday in the old mill, all are welcome!",
            False,
            True,
        ),
        ("Le chapitre 3 est en ligne sur le site", "Le chapitre 4 est en ligne sur le site", False, False),
        ("Lamps for the hall, set of two", "Lamps for the stairs, set of two", True, False),
        ("Lamps for the hall, set of two", "Lamps for the hall, set of two", True, True),
    ],
)
def test_what_makes_a_copy(one: str, other: str, one_hand: bool, copy: bool) -> None:
    assert is_copy(wording(one), wording(other), one_hand=one_hand) is copy
    assert is_copy(wording(other), wording(one), one_hand=one_hand) is copy


def test_coherence_and_diversity_by_hand() -> None:
    texts = ["red apple tree", "red apple pie", "blue whale sea", "blue whale song"]
    good, bad = npmi([["red", "apple"]], texts), npmi([["red", "whale"]], texts)
    assert good == pytest.approx(1.0)
    assert -1.0 < bad < -0.7
    assert diversity([["a", "b"], ["b", "c"]]) == 0.75


def test_vectors_are_faithful_to_the_plain_model() -> None:
    from insights.models.packaged import MINILM
    from insights.models.sentences import PACKAGED, Embedder

    texts = ["A short one.", "Une phrase en français, un peu plus longue que la première.", "", "A short one."]
    embedder = Embedder(PACKAGED)
    found = embedder.encode(texts)
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(MINILM.path().parent), device="cpu").encode([t or " " for t in texts])
    plain = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    assert (found * plain).sum(axis=1).min() >= 0.999
    assert np.array_equal(found[0], found[3])
    assert embedder.encode([]).shape == (0, 384)
