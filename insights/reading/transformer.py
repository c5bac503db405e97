"""Transformers models of one's choice, by name: for the tone of posts, and for where posts stand in a debate.

For instance `cardiffnlp/twitter-xlm-roberta-base-sentiment-multilingual` (setting `sentiment_model`) in place of the
linear model, and `MoritzLaurer/mDeBERTa-v3-base-mnli-xnli` (setting `stance_model`) for posts whose words show no side.
A model must be in the cache of this machine or downloadable; its classes are read from its own configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from insights.models.packaged import ModelError
from insights.reading.classifier import Matrix, softmax
from insights.reading.features import MAX_CHARACTERS
from insights.reading.sentiment import LABELS

BATCH = 32
TOKENS = 256
_NAMES = {
    "negative": "negative",
    "neg": "negative",
    "label_0": "negative",
    "neutral": "neutral",
    "neu": "neutral",
    "label_1": "neutral",
    "positive": "positive",
    "pos": "positive",
    "label_2": "positive",
}


_INFERENCE = {
    "entailment": "entailment",
    "entail": "entailment",
    "neutral": "neutral",
    "contradiction": "contradiction",
    "contradict": "contradiction",
}
INFERRED = ("entailment", "neutral", "contradiction")
HYPOTHESES = {"en": "The author is in favour: {question}", "fr": "L'auteur est pour : {question}"}


class _Classifier:
    """A sequence classifier with three known classes. Raises ModelError where it has others, or cannot be loaded."""

    def __init__(self, name: str, what: str, names: dict[str, str], wanted: Sequence[str]) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(name)
        except (OSError, ValueError) as error:
            raise ModelError(f"The {what} model {name} cannot be loaded: {str(error).splitlines()[0]}") from error
        labels = [names.get(str(self._model.config.id2label[i]).lower(), "") for i in range(self._model.num_labels)]
        if sorted(labels) != sorted(wanted):
            raise ModelError(
                f"The model {name} has the classes {labels}, not {wanted[0]}, {wanted[1]} and {wanted[2]}."
            )
        self._order = [labels.index(label) for label in wanted]
        self._model.eval()
        self.version = f"transformers:{name}"

    def _probabilities(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> Matrix:
        """n x 3 in the order of the wanted classes. An empty text gets even thirds."""
        import torch

        result = np.full((len(texts), 3), 1 / 3, dtype=np.float32)
        rows = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            inputs = self._tokenizer(
                [texts[i][:MAX_CHARACTERS] for i in part],
                *([[pairs[i] for i in part]] if pairs is not None else []),
                padding=True,
                truncation=True,
                max_length=TOKENS,
                return_tensors="pt",
            )
            with torch.inference_mode():
                scores = self._model(**inputs).logits.float().numpy()
            result[part] = softmax(scores[:, self._order])
        return result


class TransformerSentiment(_Classifier):
    """The tone of posts."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "sentiment", _NAMES, LABELS)

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """n x 3, in the order negative, neutral, positive."""
        return self._probabilities(texts)


class TransformerStance(_Classifier):
    """Where posts stand towards a question, by natural language inference (Yin et al. 2019, "Benchmarking zero-shot
    text classification")."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "stance", _INFERENCE, INFERRED)

    def values(self, texts: Sequence[str], langs: Sequence[str], question: str) -> list[float]:
        """From -1 (against) to 1 (for), of each text."""
        asked = [HYPOTHESES.get(lang, HYPOTHESES["en"]).format(question=question[:300]) for lang in langs]
        entailed = self._probabilities(texts, asked)
        return [round(float(row[0] - row[2]), 3) for row in entailed]
