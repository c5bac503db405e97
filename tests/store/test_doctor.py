"""`python -m data doctor` finds what pages do not show, each in a sentence, and mends what can be computed again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import delete, insert, update

from data import schema
from data.credentials import credentials_path, keep_channel_secret
from data.figures import dirty_days, roll_up
from data.jobs import holder_name, take_lease
from data.keeping.backups import back_up
from data.keeping.doctor import examine, mend
from data.models import NewPost, to_epoch
from data.posts.ingest import add_posts
from data.posts.vectors import vectors_of
from data.settings import ROOT, Settings
from data.source_list import add_source
from data.store import Store


@pytest.fixture
def sound(store: Store, settings: Settings, now: datetime) -> Store:
    """Three posts, read and counted."""
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        posts = [NewPost("feed", str(n), f"words {n}", f"words {n}", published_at=now) for n in range(3)]
        add_posts(connection, source.id, posts, now)
        connection.execute(update(schema.post).values(pending=False, sentiment="neutral"))
        roll_up(connection, dirty_days(connection), 0)
        ids = list(connection.execute(schema.post.select()).scalars())
    vectors_of(store).put("model", ids, np.ones((3, 4), dtype=np.float32))
    return store


def one_post(store: Store) -> int:
    with store.read() as connection:
        return int(connection.execute(schema.post.select()).scalars().first() or 0)


def rows(*statements: object) -> Callable[[Store], None]:
    def spoil(store: Store) -> None:
        with store.write() as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    return spoil


def without_text(store: Store) -> None:
    with store.write() as connection:
        connection.execute(delete(schema.post_text).where(schema.post_text.c.post_id == one_post(store)))


def miscounted(store: Store) -> None:
    with store.write() as connection:
        connection.execute(update(schema.post).where(schema.post.c.id == one_post(store)).values(sentiment="negative"))


def strange_vector(store: Store) -> None:
    vectors_of(store).put("model", [77], np.ones((1, 4), dtype=np.float32))


def lost_vector(store: Store) -> None:
    vectors_of(store).forget([one_post(store)])


def damaged_share(store: Store) -> None:
    values = {"digest": "d", "title": "May", "made_at": 1, "names": "names", "body": b"not a document"}
    rows(insert(schema.snapshot).values(**values))(store)


FOUND = {
    "a post without text": (without_text, "have no text", False),
    "a mention of no post": (
        rows(insert(schema.post_intent).values(post_id=5, intent="praise", confidence=1.0)),
        "rows of 'post_intent' name a post that is not there",
        True,
    ),
    "a quote of no post": (
        rows(insert(schema.verbatim).values(post_id=5, start=0, stop=1, digest="d", who="Ann", at=1)),
        "rows of 'verbatim' name a post",
        False,
    ),
    "a damaged share": (damaged_share, "'May', is damaged", False),
    "figures that differ": (miscounted, "figures of 1 days differ", True),
    "days never counted": (rows(insert(schema.dirty_day).values(day=20_000)), "wait to be counted", True),
    "a vector of no post": (strange_vector, "belong to no post", True),
    "a post without a vector": (lost_vector, "have no vector", True),
    "a clock set back": (
        rows(update(schema.post).values(collected_at=2_000_000_000)),
        "may have been set back",
        False,
    ),
}


@pytest.mark.parametrize("case", FOUND, ids=str)
def test_what_is_wrong_is_told_and_mended_where_it_can_be(
    case: str, sound: Store, settings: Settings, now: datetime
) -> None:
    spoil, words, mends = FOUND[case]
    later = now + timedelta(days=2)
    assert [finding.said for finding in examine(sound, settings, later) if not finding.is_note] == []
    spoil(sound)
    problems = [finding for finding in examine(sound, settings, later) if not finding.is_note]
    assert [words in finding.said for finding in problems] == [True]
    assert problems[0].mends is mends
    mend(sound, settings, later)
    left = [finding for finding in examine(sound, settings, later) if not finding.is_note]
    assert left == ([] if mends else problems)


def test_the_search_index_is_compared_with_the_posts(sqlite_store: Store, settings: Settings, now: datetime) -> None:
    with sqlite_store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        add_posts(connection, source.id, [NewPost("feed", "1", "words", "words")], now)
        connection.exec_driver_sql("INSERT INTO post_fts(post_fts) VALUES ('delete-all')")
    assert sqlite_store.check() == ["The search index does not match the posts."]
    (problem,) = [one for one in examine(sqlite_store, settings, now) if not one.is_note]
    assert problem.mends
    mend(sqlite_store, settings, now)
    assert sqlite_store.check() == []


def test_runs_and_leases_of_the_dead_are_notes(sound: Store, settings: Settings, now: datetime) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    here = holder_name().rpartition(":")[0]
    assert here.startswith(socket.gethostname())
    take_lease(sound, "collect", f"{here}:{int(ended.stdout)}", now)
    take_lease(sound, "worker", holder_name(), now)
    beat = to_epoch(now) - 600
    with sound.write() as connection:
        connection.execute(insert(schema.job).values(kind="import", state="running", started_at=beat, beat_at=beat))
    said = " ".join(finding.said for finding in examine(sound, settings, now) if finding.is_note and finding.mends)
    assert "1 runs" in said
    assert "'collect'" in said
    assert "'worker'" not in said
    mend(sound, settings, now)
    assert not any(finding.mends for finding in examine(sound, settings, now))


def test_files_beside_the_record_are_looked_at(sqlite_store: Store, settings: Settings, now: datetime) -> None:
    back_up(settings, now)
    (kept,) = back_up(settings, now)
    kept.write_bytes(kept.read_bytes()[:-9_000])
    folder = settings.data_path
    old, young = folder / "old.sqlite.part", folder / "young.sqlite.part"
    room = folder / "vigie.restoring"
    room.mkdir()
    for path in (old, young):
        path.touch()
    hours_ago = to_epoch(now) - 3 * 3_600
    for path in (old, room):
        os.utime(path, (hours_ago, hours_ago))
    os.utime(young, (to_epoch(now), to_epoch(now)))
    (folder / "vigie.set-aside-20260101-000000.sqlite").write_bytes(b"x")
    keep_channel_secret(settings, "json://127.0.0.1")
    credentials_path(settings).chmod(0o644)
    said = [finding.said for finding in examine(sqlite_store, settings, now)]

    def told(words: str) -> list[str]:
        return [one for one in said if words in one]

    assert len(told("chmod 600")) == 1
    assert kept.name in told("its end is missing")[0]
    assert {Path(one.split(" was left")[0]) for one in told("cut short.")} == {old, room}
    assert len(told("set aside by a restore")) == 1
    mend(sqlite_store, settings, now)
    assert not old.exists()
    assert not room.exists()
    assert young.exists()
    assert kept.exists()  # of a damaged backup a person decides


def test_the_command_tells_and_ends_with_1(sqlite_store: Store, settings: Settings, now: datetime) -> None:
    environ = {**os.environ, "VIGIE_DATA_DIR": settings.data_dir, "VIGIE_DEMO": "false"}

    def doctor(*more: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "data", "doctor", *more]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert doctor()[0] == 0
    rows(insert(schema.post_intent).values(post_id=5, intent="praise", confidence=1.0))(sqlite_store)
    code, words = doctor()
    assert code == 1
    assert "problem: 1 rows of 'post_intent'" in words
    assert doctor("--mend")[0] == 0
    assert doctor()[0] == 0
