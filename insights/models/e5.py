"""multilingual-e5-small (Wang et al. 2024): vectors of about a hundred languages, for reading tone, attacks and kinds.

The weights come in a package, four bits each, in blocks of 32 with one scale (Q4_0 of llama.cpp) behind a header with
the pieces of its tokenizer. Its own engine is slow and built for one Python, so the file is read here once into a
folder of sentence-transformers in the cache of this machine; the vectors are those of its engine (cosine .9998).

Posts are read better from the inside: the means of the eighth and tenth of its twelve layers tell the tone of real
posts better than its last one, which was trained for retrieval (docs/benchmarks.md), and cost less.
"""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insights.models.packaged import E5, ModelError
from insights.models.precision import SAMPLE, Precision, Vectors, choose
from insights.models.sentences import Told, batches, once_each

NAME = "multilingual-e5-small:8,10"
LAYERS = (8, 10)
DIMENSIONS = 2 * 384
PREFIX = "query: "  # what the model was trained with for texts that are compared with each other
TOKENS_PER_BATCH = 2_048
MAX_TOKENS = 192
MAX_CHARACTERS = 1_200
_FORM = 1  # of the folder: a later version makes its own
_BLOCK = 32


def cache_folder() -> Path:
    """Where models that were made on this machine are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "vigie"


@dataclass(frozen=True, slots=True)
class _Content:
    """What the file holds: sizes of the network, pieces of the tokenizer with their scores, tensors by name."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float16]]


def _content(path: Path) -> _Content:
    data: Any = np.memmap(path, dtype=np.uint8, mode="r")
    at = 4  # behind the mark "E5S1"

    def take(form: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize("<" + form)
        return values

    _, hidden, layers, heads, inner, vocabulary, positions, types, epsilon, _ = take("I7ifi")
    count, *_, length = take("5iQ")
    offsets = np.frombuffer(data, "<u4", count + 1, at).tolist()
    scores = np.frombuffer(data, "<f4", count, at + 4 * (count + 1)).tolist()
    at += 4 * (count + 1) + 4 * count
    letters = bytes(data[at : at + length])
    pieces = [(letters[a:b].decode(), score) for a, b, score in zip(offsets, offsets[1:], scores, strict=False)]
    at += length
    _, folded = take("iI")
    at += folded  # a table of characters: NFKC, which the tokenizers library has
    tensors = {}
    for _ in range(take("i")[0]):
        (size,) = take("H")
        name = bytes(data[at : at + size]).decode()
        at += size
        quantised, numbers, offset, _ = take("BIQQ")
        tensors[name] = _halves(data, quantised, numbers, offset)
    return _Content(hidden, layers, heads, inner, vocabulary, positions, types, epsilon, pieces, tensors)


def _halves(data: Any, quantised: int, numbers: int, offset: int) -> NDArray[np.float16]:
    """A tensor, flat. In a block the low halves of its sixteen bytes come first; a number is (half - 8) x scale."""
    if not quantised:
        return np.frombuffer(data, "<f4", numbers, offset).astype(np.float16)
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("q", "u1", 16)]), numbers // _BLOCK, offset)
    values = np.empty((len(blocks), _BLOCK), np.float16)
    scale = blocks["scale"][:, None]
    values[:, :16] = ((blocks["q"] & 15).astype(np.int8) - 8) * scale
    values[:, 16:] = ((blocks["q"] >> 4).astype(np.int8) - 8) * scale
    return values.reshape(-1)


_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    made.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    ends = [("<s>", 0), ("</s>", 2)]
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ends
    )
    signs = {"bos": "<s>", "eos": "</s>", "cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>"}
    named = {f"{name}_token": sign for name, sign in signs.items()}
    return PreTrainedTokenizerFast(tokenizer_object=made, model_max_length=512, **named)


def write_folder(target: Path) -> None:
    """Read the package's weights into a folder that sentence-transformers loads. Takes about ten seconds."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers import models as modules
    from transformers import BertConfig, BertModel

    held = _content(E5.path())
    config = BertConfig(
        vocab_size=held.vocabulary,
        hidden_size=held.hidden,
        num_hidden_layers=held.layers,
        num_attention_heads=held.heads,
        intermediate_size=held.inner,
        max_position_embeddings=held.positions,
        type_vocab_size=held.types,
        layer_norm_eps=held.epsilon,
        pad_token_id=1,
    )
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    for layer in range(held.layers):
        for short, long in _PARTS.items():
            for end, whole in (("w", "weight"), ("b", "bias")):
                names[f"l{layer}.{short}.{end}"] = f"encoder.layer.{layer}.{long}.{whole}"
    with torch.device("meta"):
        model = BertModel(config, add_pooling_layer=False)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    state = {long: torch.from_numpy(held.tensors[short].reshape(shapes[long]).copy()) for short, long in names.items()}
    model.load_state_dict(state, assign=True, strict=False)
    model.save_pretrained(target / "bert")
    _tokenizer(held.pieces).save_pretrained(target / "bert")
    words = modules.Transformer(str(target / "bert"), max_seq_length=512)
    SentenceTransformer(modules=[words, modules.Pooling(held.hidden, "mean"), modules.Normalize()], device="cpu").save(
        str(target)
    )
    shutil.rmtree(target / "bert")


def folder() -> Path:
    """The folder in the cache, made at the first call. Raises ModelError where it cannot be."""
    target = cache_folder() / f"{E5.name}-{E5.sha256[:12]}-{_FORM}"
    if (target / "modules.json").exists():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="making-", dir=target.parent))
        try:
            write_folder(fresh)
            fresh.rename(target)  # whole or not at all; another process may have been first
        except OSError:
            if not (target / "modules.json").exists():
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise ModelError(f"The model {E5.name} cannot be kept in {target.parent}: {error}") from error
    return target


def open_reading_model(precision: str = "") -> ReadingModel | None:
    """The model that posts are read with; None where this machine has no package of it."""
    try:
        return ReadingModel(precision)
    except ModelError:
        return None


class ReadingModel:
    """What posts are read with, about 450 MB loaded: the means of two layers, as they are (not of unit length)."""

    name = NAME

    def __init__(self, precision: str = "") -> None:
        import torch
        from transformers import BertModel, PreTrainedTokenizerFast
        from transformers.utils import logging

        place = folder()
        shown = logging.get_verbosity()
        logging.set_verbosity_error()  # it reports the layers that are left out
        try:
            self._tokenizer: Any = PreTrainedTokenizerFast.from_pretrained(place)
            self._model: Any = BertModel.from_pretrained(
                place, add_pooling_layer=False, num_hidden_layers=max(LAYERS), dtype=torch.float32
            ).eval()
        except (OSError, ValueError) as error:
            raise ModelError(f"The model {E5.name} in {place} cannot be loaded; delete that folder: {error}") from error
        finally:
            logging.set_verbosity(shown)
        self.precision = Precision(precision, 1.0, 1.0) if precision else self._measure()
        if self.precision.name == "bfloat16":
            self._model.encoder.to(torch.bfloat16)

    def _measure(self) -> Precision:
        import copy

        import torch

        full = self._model.encoder
        half = copy.deepcopy(full).to(torch.bfloat16)

        def with_encoder(encoder: Any) -> Vectors:
            self._model.encoder = encoder
            vectors = self._encode([PREFIX + text for text in SAMPLE])
            return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

        found = choose(lambda: with_encoder(full), lambda: with_encoder(half))
        self._model.encoder = full
        return found

    def _encode(self, texts: list[str], progress: Told | None = None) -> Vectors:
        import torch

        ids = self._tokenizer(texts, truncation=True, max_length=MAX_TOKENS)["input_ids"]
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        done = 0
        kind = next(self._model.encoder.parameters()).dtype
        with torch.inference_mode():
            for part in batches([len(tokens) for tokens in ids], TOKENS_PER_BATCH):
                given = self._tokenizer.pad({"input_ids": [ids[i] for i in part]}, return_tensors="pt")
                mask = given["attention_mask"]
                words = self._model.embeddings(input_ids=given["input_ids"]).to(kind)
                # A mask that is added to the scores, as the encoder takes it.
                hidden = (1.0 - mask[:, None, None, :].to(kind)) * torch.finfo(kind).min
                weight = (mask / mask.sum(dim=1, keepdim=True)).unsqueeze(-1)
                means = []
                for number, layer in enumerate(self._model.encoder.layer, start=1):
                    words = layer(words, hidden)
                    if number in LAYERS:
                        means.append((words.float() * weight).sum(dim=1))
                vectors[part] = torch.cat(means, dim=1).numpy()
                done += len(part)
                if progress is not None:
                    progress(done, len(texts))
        return vectors

    def encode(self, texts: Sequence[str], progress: Told | None = None) -> Vectors:
        """n x 768, float32, in the order of `texts`: title and lead of each, up to 192 tokens."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        prepared = [PREFIX + text[:MAX_CHARACTERS] for text in texts]
        return once_each(prepared, lambda some: self._encode(some, progress))
