"""Posts as columns: each once, word for word, a file a month, read by DuckDB and pandas; the notebook runs on them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from data.erasing.people import erase_author
from data.keeping import parquet
from data.keeping.parquet import export_parquet
from data.models import Brand, NewPost
from data.posts.analysis import Understood, save_understood
from data.posts.ingest import add_posts
from data.reputation.brands import save_brand
from data.settings import ROOT
from data.source_list import add_source
from data.store import Store, StoreError
from tests.conftest import NOW

WORDS = "Æ “exact” \u202e 👩‍🚀\n\tline\x00two <b>, ''; --"


@pytest.fixture
def filled(store: Store) -> Store:
    """Sixty posts over the turn of a year, one at the last second of it, by three people."""
    brand = save_brand(store, Brand(0, "Acme", True))
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a.example/feed", NOW, title="A blog")
        moments = [
            datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC),
            *(datetime(2026, 1, 1 + n // 2, n % 24, tzinfo=UTC) for n in range(59)),
        ]
        some = [
            NewPost("feed", str(n), "", f"{WORDS} {n}", author=f"Ann {n % 3}", published_at=moment, lang="en")
            for n, moment in enumerate(moments)
        ]
        add_posts(connection, made.id, some, NOW)
        ids = [int(row[0]) for row in connection.exec_driver_sql("SELECT id FROM post ORDER BY id")]
    with store.write() as connection:
        save_understood(
            connection, [Understood(ids[3], made.id, "en", "negative", 0.9, (brand,), intents=(("complaint", 0.8),))]
        )
    return store


def read(folder: Path) -> list[dict[str, Any]]:
    found = duckdb.connect().sql(f"SELECT * FROM read_parquet('{folder}/posts/*/*.parquet') ORDER BY id")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_every_post_is_there_once_word_for_word(filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BATCH", 7)
    folder = tmp_path / "out"
    assert export_parquet(filled, folder) == 60
    rows = read(folder)
    assert sorted(int(row["native_id"]) for row in rows) == list(range(60))
    with filled.read() as connection:
        held = {
            str(native): words
            for native, words in connection.exec_driver_sql(
                "SELECT native_id, received FROM post JOIN post_text ON post_id = id"
            )
        }
    assert {row["native_id"]: row["text"] for row in rows} == held
    assert sorted(path.parent.name for path in folder.glob("posts/*/*")) == ["month=2025-12", "month=2026-01"]
    (one,) = [row for row in rows if row["brands"]]
    assert (one["brands"], one["intents"], one["sentiment"], one["source"]) == (
        ["Acme"],
        ["complaint"],
        "negative",
        "A blog",
    )
    table = pd.read_parquet(folder / "posts")
    assert table.groupby("month", observed=True).size().to_dict() == {"2025-12": 1, "2026-01": 59}
    assert str(table["published_at"].dt.tz) == "UTC"


def test_an_earlier_export_is_replaced_and_nothing_else(filled: Store, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_parquet(filled, folder)
    erase_author(filled, "Ann 1")
    assert export_parquet(filled, folder, pseudonyms=True) == 40
    rows = read(folder)
    assert len(rows) == 40
    assert all(row["author"].startswith("user-") for row in rows)
    assert len({row["author"] for row in rows}) == 2
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("out")) == ["out"]
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(StoreError, match="holds other things"):
        export_parquet(filled, other)
    assert (other / "thesis.txt").read_text() == "mine"


def test_the_notebook_runs_on_an_export(demo_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    number = export_parquet(demo_store, folder)
    monkeypatch.setenv("VIGIE_EXPORT", str(folder))
    said: dict[str, Any] = {}
    notebook = json.loads((ROOT / "docs/notebooks/posts.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)  # nobody's posts in it
            exec("".join(cell["source"]), said)
    assert int(said["months"]["posts"].sum()) == number
    assert len(said["table"]) == number
    assert set(said["tone"]["brand"]) >= {"Brimelo"}
    assert (said["tone"]["negative"].dropna() <= 1).all()
    with demo_store.read() as connection:
        words = {row[0] for row in connection.exec_driver_sql("SELECT received FROM post_text")}
    assert set(said["behind"]["text"]) <= words
    assert len(said["behind"]) == 20


def test_it_is_a_command(demo_today: Any, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "data", "export", "--parquet", "--pseudonyms", str(tmp_path / "out")],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "VIGIE_DATA_DIR": str(demo_today("parquet")), "VIGIE_DEMO": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{len(read(tmp_path / 'out'))} posts written" in run.stdout
