"""Texts -> unit vectors with a sentence-transformers model, as fast as this machine allows without changing them.

Texts are sorted by length and cut into batches of about equal work, and equal texts are read once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from insights.models.packaged import MINILM, ModelError
from insights.models.precision import SAMPLE, Precision, Vectors, choose

MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
PACKAGED = MINILM.name
TOKENS_PER_BATCH = 2_048
MAX_TOKENS = 256
MAX_CHARACTERS = 4_000  # the models read 256 tokens at most

Told = Callable[[int, int], None]


def is_cached(name: str) -> bool:
    """Whether a model of the hub is on this machine."""
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(name, "config.json"), str)


class Embedder:
    """A loaded sentence-transformers model. Loading takes seconds and some hundred MB.

    `wanted` is a name of the hub, a folder, or the packaged English model; `precision` what was measured on this
    machine before (`bfloat16`, `float32`), else it is measured. Raises ModelError.
    """

    def __init__(self, wanted: str = PACKAGED, threads: int = 0, precision: str = "") -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self.name = wanted
        packaged = wanted == PACKAGED
        self._source = str(MINILM.path().parent) if packaged else wanted
        self._offline = packaged or is_cached(wanted) or Path(wanted).is_dir()
        import torch

        if threads:
            torch.set_num_threads(threads)
        self._model: Any = self._load()
        self.precision = Precision(precision, 1.0, 1.0) if precision else self._measure()
        if self.precision.name == "bfloat16":
            self._model.to(torch.bfloat16)

    def _load(self) -> Any:
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self._source, device="cpu", local_files_only=self._offline).eval()
        except Exception as error:
            raise ModelError(f"The embedding model {self.name} cannot be loaded: {error}") from error

    def _measure(self) -> Precision:
        import torch

        full, half = self._model, self._load().to(torch.bfloat16)

        def with_model(model: Any) -> Vectors:
            self._model = model
            return self._encode(SAMPLE)

        found = choose(lambda: with_model(full), lambda: with_model(half))
        self._model = full
        return found

    def _encode(self, texts: Sequence[str], progress: Told | None = None) -> Vectors:
        import torch

        # The documented steps of SentenceTransformer.encode, with batches of equal work.
        ids = self._model.tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]
        lengths = [len(tokens) for tokens in ids]
        vectors: Vectors | None = None
        done = 0
        with torch.inference_mode():
            for part in batches(lengths, TOKENS_PER_BATCH):
                features = self._model.preprocess([texts[i] for i in part])
                embedded = self._model(features)["sentence_embedding"].float()
                rows = torch.nn.functional.normalize(embedded, dim=1).numpy()
                if vectors is None:
                    vectors = np.empty((len(texts), rows.shape[1]), dtype=np.float32)
                vectors[part] = rows
                done += len(part)
                if progress is not None:
                    progress(done, len(texts))
        assert vectors is not None
        return vectors

    def encode(self, texts: Sequence[str], progress: Told | None = None) -> Vectors:
        """Unit vectors (n x dimensions, float32) in the order of `texts`. An empty text gets the vector of a space."""
        if not texts:
            return np.zeros((0, int(self._model.get_embedding_dimension() or 0)), dtype=np.float32)
        return once_each([text[:MAX_CHARACTERS] for text in texts], lambda some: self._encode(some, progress))


def batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Positions in order of length, in batches whose padded size is at most `budget` tokens, one text at least."""
    found: list[list[int]] = []
    for position in np.argsort(lengths, kind="stable").tolist():
        if not found or (len(found[-1]) + 1) * lengths[position] > budget:
            found.append([])
        found[-1].append(position)
    return found


def once_each(texts: Sequence[str], encode: Callable[[list[str]], Vectors]) -> Vectors:
    """The vectors of texts, equal ones read once; an empty one is read as a space, half a sign as a question mark."""
    place: dict[str, int] = {}
    prepared = [text.encode(errors="replace").decode() or " " for text in texts]
    for text in prepared:
        place.setdefault(text, len(place))
    vectors = encode(list(place))
    return vectors[[place[text] for text in prepared]]
