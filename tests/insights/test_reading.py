"""What a post is: questions, kinds, toxicity, heat of threads, words that people set, layers learned from them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.settings import REFERENCE, ROOT
from insights.debates.conflict import TIPS, Said, heat_of, risk_of
from insights.evaluate.files import FileError
from insights.evaluate.reading import evaluate_kind, evaluate_questions, evaluate_toxicity
from insights.models.packaged import ModelError
from insights.reading.classifier import Classifier
from insights.reading.features import features
from insights.reading.inquiries import same_inquiries
from insights.reading.intents import intents, kind_probabilities
from insights.reading.local_model import LocalLayer, try_layer
from insights.reading.questions import question_probabilities, question_probability
from insights.reading.sentiment import LABELS, default_model
from insights.reading.toxicity import reasons, toxicity
from insights.reading.word_tones import with_tones, without_words
from insights.topics.fit import unit

ODD = [
    "",
    " ",
    "…",
    "\u200b\u200b",
    "😀😀😡",
    "مرحبا كيف الحال؟",
    "混在 mixed текст 123",
    "x" * 100_000,
    "a " * 50_000,
    "def f(x):\n    return x",
    "https://example.org/a?b=c",
    "\ud83d",
    "\x00\x01",
    "?!" * 5_000,
]


def read(texts: list[str], lang: str = "en") -> list[dict[str, float]]:
    langs = [lang] * len(texts)
    found = features(texts, langs)
    tones = default_model().score(texts, langs, rows=found).probabilities
    kinds = kind_probabilities(texts, langs, found)
    asked = question_probabilities(texts)
    return [dict(item) for item in intents(texts, kinds, tones, [True] * len(texts), asked)]


@pytest.mark.parametrize(
    "text",
    [
        "How do I export my data",
        "Anyone know why sync fails",
        "is there a way to mute a channel",
        "I can't figure out how to install the plugin.",
        "Hi all, can you help me please",
        "What time is the call",
        "Does it work on Windows?",
        "> quoted\nBut does it?",
        "hi all, wondering if there's a linux build",
        "Quelqu'un sait comment exporter en PDF",
        "comment faire pour annuler",
        "Peut-on limiter les créneaux",
        "je ne trouve pas où changer le mot de passe",
        "Bonjour, est-ce que ça marche hors ligne",
        "Où trouver les factures ?",
        "J'aimerais savoir si c'est possible",
        "Pourquoi ça plante toujours",
    ],
)
def test_questions_with_and_without_a_mark(text: str) -> None:
    assert question_probability(text) >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "What a day!",
        "What we did today was great.",
        "How the new planner changed my life.",
        "It works, thanks!",
        "When I open the app it crashes.",
        "https://a.example/c?d=e",
        "> Does it work?\nYes it does.",
        "Merci, c'est réglé.",
        "Comment dire... c'est nul",
        "Quand je clique, ça plante.",
        "Quel bonheur !",
        "",
        "May the best team win",
    ],
)
def test_what_is_no_question(text: str) -> None:
    assert question_probability(text) < 0.5


@pytest.mark.parametrize(
    ("text", "lang", "kind"),
    [
        ("The app crashes every time I open the calendar, error 500.", "en", "bug"),
        ("Please add a dark mode, it would be great to have.", "en", "idea"),
        ("L'application plante au démarrage, écran noir.", "fr", "bug"),
        ("Il faudrait pouvoir trier par nom, ce serait pratique.", "fr", "idea"),
        ("Unacceptable. I have been waiting for weeks and nobody answers, worst support ever.", "en", "complaint"),
        ("C'est une honte, je suis très déçue, service inadmissible.", "fr", "complaint"),
        ("I love this app, thank you so much, great work!", "en", "praise"),
        ("J'adore, merci, un service parfait !", "fr", "praise"),
    ],
)
def test_kinds(text: str, lang: str, kind: str) -> None:
    (found,) = read([text], lang)
    assert kind in found
    assert found[kind] >= 0.5


def test_several_kinds_may_hold_and_unsure_is_one() -> None:
    (found,) = read(["The export crashes on my phone, when will it be fixed?"])
    assert {"bug", "question"} <= set(found)
    (nothing,) = read(["ok"])
    assert set(nothing) in ({"other"}, {"unsure"})


@pytest.mark.parametrize("text", ODD)
def test_odd_posts_are_read_without_error(text: str) -> None:
    (found,) = read([text])
    assert found
    assert all(0 <= value <= 1 for value in found.values())
    (attack,) = toxicity(features([text], ["en"]))
    assert 0 <= attack <= 1
    assert len(reasons(text, "en")) <= 5


@pytest.mark.parametrize(
    ("bad", "good", "lang"),
    [
        ("Shut up you stupid idiot", "Thank you for the quick answer", "en"),
        ("Ferme ta gueule espèce d'abruti", "Merci pour votre réponse rapide", "fr"),
    ],
)
def test_toxicity_ranks_and_says_why(bad: str, good: str, lang: str) -> None:
    attack, thanks = toxicity(features([bad, good], [lang, lang]))
    assert attack > 0.8 > 0.3 > thanks
    words = reasons(bad, lang)
    assert words
    assert all(word in bad for word in words)


def test_a_thread_tips_when_two_people_attack_each_other() -> None:
    def said(step: int, author: str, text: str, negative: float, toxic: float) -> Said:
        return Said(60 * 5 * step, author, text, negative, toxic)

    calm = [said(i, "ab"[i % 2], "you are right, thanks", 0.1, 0.05) for i in range(8)]
    fight = [said(i, "ab"[i % 2], "you never listen", 0.2 + 0.1 * i, 0.1 * i) for i in range(9)]
    crowd = [said(i, f"p{i}", "the service is down", 0.9, 0.1) for i in range(9)]
    assert heat_of(fight).total >= TIPS > heat_of(crowd).total > heat_of(calm).total
    assert heat_of(fight[:2]).total == 0
    assert heat_of([said(i, "a", "you", 0.9, 0.9) for i in range(9)]).total == 0
    assert set(heat_of(fight).parts()) == {"tone", "address", "turns", "pace", "attack"}
    assert risk_of(0.4, 0.0) == pytest.approx(0.4)
    assert 0.4 < risk_of(0.4, 0.8) < 1


def test_the_same_question_is_found_once() -> None:
    rng = np.random.default_rng(1)
    base = unit(rng.normal(size=(3, 64)).astype(np.float32))
    near = unit(base[[0, 0, 1]] + 0.03 * rng.normal(size=(3, 64)).astype(np.float32))
    found = same_inquiries([11, 12, 13], near, [(1, 1), (2, 2), (3, 1)], base[[0, 1, 2]])
    assert found == {11: 1, 12: 1, 13: 2}
    alone = same_inquiries([5, 6], base[:2], [], np.zeros((0, 64), np.float32))
    assert alone == {5: 5, 6: 6}


def test_words_that_people_set() -> None:
    texts = ["Killer is out", "killers are bad", "this Sick update", "nothing"]
    words = {"killer": "neutral", "sick": "positive"}
    assert without_words(texts, words) == ["  is out", "killers are bad", "this   update", "nothing"]
    even = np.full((4, 3), 1 / 3, np.float32)
    moved = with_tones(even, texts, words)
    assert moved[2].argmax() == LABELS.index("positive")
    assert np.allclose(moved[[0, 1, 3]], 1 / 3)
    assert np.allclose(moved.sum(axis=1), 1)
    assert without_words(texts, {}) == texts


def test_a_layer_is_adopted_only_where_it_is_better() -> None:
    rng = np.random.default_rng(2)
    labels = ["negative", "positive", "neutral"] * 40
    truth = np.array([LABELS.index(label) for label in labels])
    vectors = unit((np.eye(3)[truth] @ rng.normal(size=(3, 32)) + 0.3 * rng.normal(size=(120, 32))).astype(np.float32))
    useless = np.full((120, 3), 1 / 3, np.float32) + 0.01 * rng.random((120, 3)).astype(np.float32)
    trial = try_layer(useless, vectors, labels)
    assert trial is not None
    assert trial.better
    assert trial.after > 0.9
    layer = LocalLayer(trial.weights)
    assert (layer.probabilities(useless, vectors).argmax(axis=1) == truth).mean() > 0.9
    assert np.array_equal(layer.probabilities(useless, vectors[:, :5]), useless)  # of another model
    perfect = np.full((120, 3), 0.05, np.float32) + 0.85 * np.eye(3, dtype=np.float32)[truth]
    noise = unit(rng.normal(size=(120, 32)).astype(np.float32))
    trial = try_layer(perfect, noise, labels)
    assert trial is not None
    assert not trial.better
    assert try_layer(perfect[:59], noise[:59], labels[:59]) is None
    assert try_layer(perfect[:60], noise[:60], ["negative"] * 58 + ["positive"] * 2) is None
    two = try_layer(perfect[:80], noise[:80], ["negative", "positive"] * 40)
    assert two is not None
    assert LocalLayer(two.weights).probabilities(perfect[:80], noise[:80])[:, 1].max() < 0.01


def test_all_weights_are_small() -> None:
    assert sum(path.stat().st_size for path in REFERENCE.glob("*.npz")) < 3_000_000
    for name in ("sentiment", "toxicity", "kind", "questions"):
        assert Classifier(REFERENCE / f"{name}.npz").version.startswith("linear-")
    assert Classifier(REFERENCE / "toxicity.npz").held_out["recall"] == 0.8


def test_label_files_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "It crashes", "kind": "bug"}\n{"text": "x", "kind": "crash"}\n')
    with pytest.raises(FileError, match="post 2: kind 'crash' is not one of bug, idea, other"):
        evaluate_kind(file, vectors=False)
    file.write_text('{"text": "a", "toxic": 2}\n')
    with pytest.raises(FileError, match="toxic 2 is not one of 0, 1"):
        evaluate_toxicity(file, vectors=False)
    file.write_text('{"text": "How?", "question": 1}\n{"text": "So.", "question": 0}\n')
    result = evaluate_questions(file, vectors=False)
    assert (result["f1"], result["n"]) == (1.0, 2)
    assert set(result["accuracy_at_coverage"]) == {"100%", "60%", "40%"}
    out = subprocess.run(
        [sys.executable, "-m", "insights", "evaluate", "questions", str(file), "--without-vectors"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(out.stdout)["f1"] == 1.0


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A real transformers classifier with a handful of words, learned in a second."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "table"]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=300,
        id2label={0: "Positive", 1: "NEG", 2: "neutral"},
        label2id={"Positive": 0, "NEG": 1, "neutral": 2},
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertForSequenceClassification(config)
    inputs = fast(["good", "bad", "table"], return_tensors="pt")
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        loss = model(**inputs, labels=torch.tensor([0, 1, 2])).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def test_a_transformers_model_by_name(tiny: Path, tmp_path: Path) -> None:
    from insights.evaluate.reading import evaluate_sentiment
    from insights.reading.transformer import TransformerSentiment

    model = TransformerSentiment(str(tiny))
    found = model.probabilities(["bad", "", "good", "table", "bad " * 5_000])
    assert [LABELS[i] for i in found[[0, 2, 3]].argmax(axis=1)] == ["negative", "positive", "neutral"]
    assert np.allclose(found[1], 1 / 3)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "good", "label": "positive"}\n{"text": "bad", "label": "negative"}\n')
    assert evaluate_sentiment(file, model=str(tiny))["macro_recall"] == 1.0
    config = json.loads((tiny / "config.json").read_text())
    other = tmp_path / "other"
    other.mkdir()
    for path in tiny.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    (other / "config.json").write_text(json.dumps({**config, "id2label": {"0": "a", "1": "b", "2": "c"}}))
    with pytest.raises(ModelError, match="not negative, neutral and positive"):
        TransformerSentiment(str(other))
    with pytest.raises(ModelError, match="cannot be loaded"):
        TransformerSentiment(str(tmp_path / "nothing"))


def test_a_stance_model_by_name(tiny: Path, tmp_path: Path) -> None:
    from insights.reading.transformer import TransformerStance

    config = json.loads((tiny / "config.json").read_text())
    other = tmp_path / "nli"
    other.mkdir()
    for path in tiny.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    names = {"0": "ENTAILMENT", "1": "contradiction", "2": "neutral"}
    (other / "config.json").write_text(json.dumps({**config, "id2label": names}))
    values = TransformerStance(str(other)).values(["good", "bad", ""], ["en", "fr", "en"], "table")
    assert all(-1 <= value <= 1 for value in values)
    assert values[0] > values[1]
    assert values[2] == 0
    with pytest.raises(ModelError, match="not entailment, neutral and contradiction"):
        TransformerStance(str(tiny))
