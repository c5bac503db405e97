"""Words are kept for as long as was chosen; what was counted stays counted. And all about one person in one file."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from data.__main__ import main
from data.actor import Actor, RefusedError, acting
from data.erasing.person import about, file_about
from data.erasing.register import register
from data.erasing.retention import due, keep_for, kept_since, let_go, months_kept
from data.figures import roll_up
from data.inbox.verbatims import add_verbatim, quotes
from data.models import NewPost
from data.posts.full_text import condition, words
from data.posts.ingest import add_posts
from data.posts.reads import posts_by_id
from data.schema import IDS_PER_DAY, brand_day, brand_hour, brand_source_day, member_week, metadata, post
from data.source_list import add_source
from data.store import Store
from tests.store.test_erasing import MINE, NAME, RARE, frozen, told

OLD = NewPost("reddit", "t3_old", "An archaeoptery of words from long ago", None, author="Old_Hand9")


def filled(store: Store, now: datetime) -> tuple[int, int]:
    """(an old post, a new one)"""
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "r/x", now)
        old = NewPost(**{f: getattr(OLD, f) for f in OLD.__slots__} | {"published_at": now - timedelta(days=100)})
        add_posts(connection, made.id, [old, MINE[0]], now)
        first, second = sorted(connection.execute(select(post.c.id)).scalars())
        connection.execute(post.update().values(pending=False, sentiment="neutral"))
        roll_up(connection, [first // IDS_PER_DAY, second // IDS_PER_DAY], 0)
    return first, second


def rollups(store: Store) -> list[object]:
    with store.read() as connection:
        return [sorted(map(tuple, connection.execute(select(t)))) for t in (brand_day, brand_hour, brand_source_day)]


def test_words_go_and_counts_stay(store: Store, now: datetime) -> None:
    old, new = filled(store, now)
    add_verbatim(store, old, now)
    frozen_one = frozen(store, now)
    before = rollups(store)
    assert before[0]
    assert let_go(store, now) == 0  # for ever, until somebody chooses
    keep_for(store, 3)
    with store.read() as connection:
        assert (months_kept(connection), due(connection, 3, now)) == (3, 1)
    assert let_go(store, now) == 1
    assert let_go(store, now) == 0
    assert rollups(store) == before
    with store.write() as connection:
        shown, kept = posts_by_id(connection, [old, new])[:2]
        shown, kept = (shown, kept) if shown.id == old else (kept, shown)
        assert (shown.plain, shown.title, shown.url, shown.author) == ("", "", "", "")
        assert shown.dropped_at == now
        assert (kept.plain, kept.dropped_at) == (MINE[0].text, None)
        assert quotes(connection) == []
        asked = words("archaeoptery")
        assert asked is not None
        assert connection.execute(select(post.c.id).where(condition(asked))).first() is None
        roll_up(connection, [old // IDS_PER_DAY], 0)  # its day is counted again
        assert register(connection).dropped == 1
        add_posts(connection, shown.source_id, [OLD], now)  # it comes again: its words do not
        assert posts_by_id(connection, [old])[0].plain == ""
    assert rollups(store) == before
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM snapshot").scalar() == 1
    assert frozen_one


def test_no_byte_holds_what_was_let_go(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    filled(sqlite_store, now)
    with sqlite_store.write() as connection:
        values = {c.name: 1 for c in member_week.columns if c.server_default is None}
        connection.execute(
            insert(member_week).values(**values | {"source_kind": "reddit", "community": "", "author": "Old_Hand9"})
        )
    keep_for(sqlite_store, 1)
    assert told(tmp_path, "archaeoptery", "Old_Hand9") == {"vigie.sqlite"} | (
        {"vigie.sqlite-wal"} & told(tmp_path, "archaeoptery")
    )
    let_go(sqlite_store, now)
    assert told(tmp_path, "archaeoptery", "Old_Hand9") == set()
    assert "vigie.sqlite" in told(tmp_path, RARE[0])


def test_how_long_is_bounded_and_an_administrators_choice(store: Store, now: datetime) -> None:
    for months in (-1, 121):
        with pytest.raises(ValueError, match="months"):
            keep_for(store, months)
    with acting(Actor(2, "Ed", "editor")), pytest.raises(RefusedError):
        keep_for(store, 1)
    keep_for(store, 6)
    keep_for(store, 0)
    with store.read() as connection:
        rows = connection.exec_driver_sql("SELECT action, before, after FROM change ORDER BY id").all()
    assert [tuple(row) for row in rows] == [("retention.chosen", "0", "6"), ("retention.chosen", "6", "0")]
    assert kept_since(1, datetime(2026, 3, 31, 9, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)
    assert kept_since(12, datetime(2024, 2, 29, tzinfo=UTC)) == datetime(2023, 2, 28, tzinfo=UTC)
    assert kept_since(2, datetime(2026, 2, 1, tzinfo=UTC)) == datetime(2025, 12, 1, tzinfo=UTC)


def test_all_about_one_person(store: Store, now: datetime) -> None:
    _, new = filled(store, now)
    add_verbatim(store, new, now)
    number = frozen(store, now)
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "r/y", now)
        other = NewPost("reddit", "o", f"<b>@{NAME}</b> is right", f"@{NAME} is right", author="Ben")
        add_posts(connection, made.id, [other], now)
        note = {"id": 5, "kind": "x", "title": f"Ask {NAME}", "at": 1, "made_at": 1}
        connection.execute(insert(metadata.tables["action"]).values(**note))
    with zipfile.ZipFile(io.BytesIO(file_about(store, NAME))) as archive:
        assert sorted(archive.namelist()) == ["about.html", "about.json", "posts.csv"]
        held = json.loads(archive.read("about.json"))
        page, table = archive.read("about.html").decode(), archive.read("posts.csv").decode("utf-8-sig")
    assert [row["plain"] for row in held["posts"]] == [MINE[0].text]
    assert [row["text"] for row in held["named"]] == [f"@{NAME} is right"]
    assert [row["id"] for row in held["copies"]] == [number]
    assert len(held["quotes"]) == 1
    assert {"action.title", "snapshot.title"} <= {row["where"] for row in held["texts"]}
    assert MINE[0].text in page
    assert MINE[0].text in table
    assert "Old_Hand9" not in json.dumps(held)
    with store.read() as connection:
        assert about(connection, "Nobody_at_all").is_empty
        with pytest.raises(ValueError, match="Name"):
            about(connection, " ")
    with acting(Actor(2, "Ed", "editor")), pytest.raises(RefusedError):
        file_about(store, NAME)


def test_markup_and_formulas_of_posts_stay_text(store: Store, now: datetime) -> None:
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "r/y", now)
        add_posts(connection, made.id, [NewPost("reddit", "o", "x", "=1+1<script>", author="Mal_1")], now)
    with zipfile.ZipFile(io.BytesIO(file_about(store, "Mal_1"))) as archive:
        assert "<script>" not in archive.read("about.html").decode()
        assert "'=1+1" in archive.read("posts.csv").decode()


def test_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    store = Store(f"sqlite:///{tmp_path / 'vigie.sqlite'}")
    filled(store, now)
    assert main(["about", NAME, str(tmp_path / "all.zip")]) == 0
    assert zipfile.is_zipfile(tmp_path / "all.zip")
    (tmp_path / "all.zip").unlink()
    assert main(["backup"]) == 0
    capsys.readouterr()
    assert main(["erase", NAME]) == 0
    said = capsys.readouterr().out
    assert "1 posts erased" in said
    assert "still holds 1" in said
    assert main(["restore"]) == 0
    assert told(tmp_path, NAME) == {path.name for path in (tmp_path / "backups").glob("*.sqlite")}
    assert main(["erase", NAME, "--backups"]) == 0
    assert told(tmp_path, NAME) == set()
    assert main(["erase", " "]) == 1
    assert main(["retain"]) == 0
