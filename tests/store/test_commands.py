"""`python -m data`: backup, restore after damage, export, erase, doctor."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.__main__ import main
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.reads import total_posts
from data.source_list import add_source
from data.store import Store


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    store = Store(f"sqlite:///{tmp_path / 'vigie.sqlite'}")
    now = datetime.now(UTC)
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        add_posts(connection, source.id, [NewPost("feed", "1", "<b>Été</b>", "Été", author="Ann")], now)
    return store


def test_damage_then_restore(filled: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["restore"]) == 1
    assert "no backup" in capsys.readouterr().err
    assert main(["backup"]) == 0
    filled.path.write_bytes(b"broken" * 4_000)
    for left in tmp_path.glob("vigie.sqlite-*"):
        left.unlink()
    assert main(["doctor"]) == 1
    assert "restore" in capsys.readouterr().err
    assert main(["restore"]) == 0
    with Store(f"sqlite:///{filled.path}").read() as connection:
        assert total_posts(connection) == 1
    assert main(["doctor"]) == 0
    assert len(list(tmp_path.glob("vigie.set-aside-*.sqlite"))) == 1


def test_export_then_erase(filled: Store, tmp_path: Path) -> None:
    assert main(["export", str(tmp_path / "out.jsonl")]) == 0
    (row,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert (row["text"], row["plain"], row["author"]) == ("<b>Été</b>", "Été", "Ann")
    assert main(["erase", "Ann"]) == 0
    with filled.read() as connection:
        assert total_posts(connection) == 0
