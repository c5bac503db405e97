"""Sentiment by a transformers model of one's choice, in place of the linear one: slower, and often better.

For instance `cardiffnlp/twitter-xlm-roberta-base-sentiment-multilingual` (setting `sentiment_model`). The model must
be in the cache of this machine or downloadable; its three classes are read from its own configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from insights.classifier import Matrix, softmax
from insights.embeddings import ModelError
from insights.features import MAX_CHARACTERS
from insights.sentiment import LABELS

BATCH = 32
TOKENS = 256
_NAMES = {
    "negative": "negative", "neg": "negative", "label_0": "negative",
    "neutral": "neutral", "neu": "neutral", "label_1": "neutral",
    "positive": "positive", "pos": "positive", "label_2": "positive",
}  # fmt: skip


class TransformerSentiment:
    """A sequence classifier with the classes negative, neutral and positive. Raises ModelError where it has others,
    or cannot be loaded."""

    def __init__(self, name: str) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(name)
        except (OSError, ValueError) as error:
            raise ModelError(f"The sentiment model {name} cannot be loaded: {str(error).splitlines()[0]}") from error
        labels = [_NAMES.get(str(self._model.config.id2label[i]).lower(), "") for i in range(self._model.num_labels)]
        if sorted(labels) != sorted(LABELS):
            raise ModelError(f"The model {name} has the classes {labels}, not negative, neutral and positive.")
        self._order = [labels.index(label) for label in LABELS]
        self._model.eval()
        self.version = f"transformers:{name}"

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """n x 3, in the order negative, neutral, positive. An empty text gets even thirds."""
        import torch

        result = np.full((len(texts), 3), 1 / 3, dtype=np.float32)
        rows = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            inputs = self._tokenizer(
                [texts[i][:MAX_CHARACTERS] for i in part],
                padding=True, truncation=True, max_length=TOKENS, return_tensors="pt",
            )  # fmt: skip
            with torch.inference_mode():
                scores = self._model(**inputs).logits.float().numpy()
            result[part] = softmax(scores[:, self._order])
        return result
