"""From SQLite to PostgreSQL and back: everything arrives, nothing is altered, nothing is half there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from data import schema
from data.house import schema as house_schema
from data.house.store import House
from data.house.workspaces import make_workspace, workspaces
from data.keeping import locks
from data.keeping.moving import move
from data.models import Brand, NewPost
from data.posts.ingest import add_posts
from data.posts.reads import total_posts
from data.posts.vectors import vectors_of
from data.reputation.brands import save_brand
from data.settings import Settings
from data.source_list import add_source
from data.store import Store, StoreError
from tests.conftest import NOW, Postgres
from tests.dashboard.web.test_gate import make_team

WORDS = "“Æ” 👩‍🚀 \u202e\n\t'; -- {x} \\"


def rows(store: Store) -> dict[str, list[str]]:
    metadata = house_schema.metadata if isinstance(store, House) else schema.metadata
    with store.read() as connection:
        return {
            table.name: sorted(
                repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
                for row in connection.execute(select(table))
            )
            for table in metadata.sorted_tables
            if table.name != "vector"
        }


def filled(store: Store, words: str = WORDS) -> None:
    save_brand(store, Brand(0, "Acme", True))
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://a.example/feed", NOW, title="A blog")
        some = [
            NewPost("feed", str(n), "", f"{words} {n}", author=f"Ann {n}", published_at=NOW - timedelta(hours=n))
            for n in range(5)
        ]
        add_posts(connection, made.id, some, NOW)


def test_everything_arrives_and_comes_back(
    demo_today: Callable[[str], Path], postgres: Postgres, tmp_path: Path
) -> None:
    settings = replace(Settings(data_dir=str(demo_today("moving"))), demo=True)
    make_team(settings.home)
    key = make_workspace(settings, "Client", NOW)
    filled(Store(settings.for_workspace(key).store_url))
    url = postgres.make()
    there = replace(settings, database_url=url)
    moved = move(settings, url)
    assert len(moved) == 3
    assert all(sum(one.rows.values()) for one in moved)
    for workspace in ("demo", key):
        before, after = (Store(one.for_workspace(workspace).store_url) for one in (settings, there))
        assert after.is_server
        assert rows(after) == rows(before)
        for model in vectors_of(before).models():
            (one, held), (other, arrived) = (next(vectors_of(store).all(model)) for store in (before, after))
            assert one == other
            assert np.array_equal(held, arrived)
    assert rows(House(there.house_url)) == rows(House(settings.house_url))
    assert {one.key for one in workspaces(there)} == {"demo", key}
    with Store(there.store_url).read() as connection:  # its search finds what came
        assert total_posts(connection)
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM post_text WHERE search @@ to_tsquery('simple', 'brimelo')"
        )
        assert found.scalar_one() > 100
    client = Store(there.for_workspace(key).store_url)
    assert save_brand(client, Brand(0, "Other", True)) == 2  # new rows go on counting

    back = replace(settings, data_dir=str(tmp_path / "back"))
    move(replace(there, data_dir=back.data_dir), f"sqlite:///{tmp_path}/back/demo.sqlite")
    assert rows(Store(f"sqlite:///{tmp_path}/back/demo.sqlite")) == rows(Store(settings.store_url))
    assert rows(Store(back.for_workspace(key).store_url)) == rows(client)
    assert rows(House(back.house_url)) == rows(House(settings.house_url))
    with pytest.raises(StoreError, match="holds rows of 'account' already"):
        move(settings, url)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("post_text SET title = 'a' || char(0) WHERE post_id = ?", "'title' of post_text {} holds a character"),
        # A file takes any value in any column, and a server does not.
        ("post SET score = 'many' WHERE id = ?", "'score' of post {} is no integer"),
    ],
)
def test_what_cannot_be_kept_is_named_and_nothing_arrives(
    settings: Settings, postgres: Postgres, change: str, named: str
) -> None:
    store, url = Store(settings.store_url), postgres.make()
    filled(store)
    with store.write() as connection:
        number = connection.exec_driver_sql("SELECT min(id) FROM post").scalar_one()
        connection.exec_driver_sql(f"UPDATE {change}", (number,))
    with pytest.raises(StoreError, match=named.format(number)):
        move(settings, url)
    assert not any(rows(Store(url))[name] for name in ("post", "source", "brand"))


def test_nobody_works_meanwhile(settings: Settings, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.keeping.moving.WAIT", 0.2)
    store, url = Store(settings.store_url), postgres.make()
    filled(store)
    with locks.shared(store.path, 1), pytest.raises(StoreError, match="Stop Vigie"):
        move(settings, url)
    with pytest.raises(StoreError, match="from SQLite to PostgreSQL or back"):
        move(settings, f"sqlite:///{settings.home}/other.sqlite")


def test_what_arrives_otherwise_is_not_kept(settings: Settings, postgres: Postgres) -> None:
    """A server whose trigger alters what it is given: an odd one, as a stand-in for what nobody thought of."""
    store, url = Store(settings.store_url), postgres.make()
    filled(store)
    with Store(url).write() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.title := 'odd'; RETURN NEW; END $$"
        )
        connection.exec_driver_sql("CREATE TRIGGER odd BEFORE INSERT ON source FOR EACH ROW EXECUTE FUNCTION odd()")
    with pytest.raises(StoreError, match="'source' arrived otherwise"):
        move(settings, url)
    assert rows(Store(url))["source"] == []


# Texts that a line of COPY, or a quoted value, would take for something else.
HOSTILE = (
    "a\tb",
    "a\nb\r\n",
    "\\",
    "\\N",
    "\\.",
    "\\x00",
    "PGCOPY\n\xff\r\n",
    "%s %% %",
    '"',
    "'",
    "{}",
    "",
    " ",
    "é\u0301\U0001f469",
)


def hostile(store: Store) -> None:
    """A record with what is likely to arrive otherwise: such texts, JSON of them, nothing, numbers at their ends."""
    filled(store)
    with store.write() as connection:
        for number, words in enumerate(HOSTILE):
            connection.execute(insert(schema.habit).values(viewer=f"v{number}", name=words, value=words))
        connection.execute(
            insert(schema.action).values(
                kind="post",
                title="\\N",
                at=2**62,
                url="",
                note=json.dumps(HOSTILE),
                who="",
                made_at=-(2**62),
                effect="{}",
            )
        )
        ids = list(connection.execute(select(schema.post.c.id)).scalars())
        for number, ratio in zip(ids, (0.1, -1e-5, 1e-300, 1.7976931348623157e308, None), strict=True):
            given = {"ratio": ratio, "score": None, "ours": None, "accepted": True, "removed_at": 253402300799}
            connection.execute(update(schema.post).where(schema.post.c.id == number).values(given))
        connection.execute(
            insert(schema.local_model).values(
                made_at=1, labels=1, before=0.5, after=1 / 3, state="kept", base="x", weights=bytes(range(256)) + b"\\x"
            )
        )


def test_every_value_arrives_as_it_was(settings: Settings, postgres: Postgres, tmp_path: Path) -> None:
    store, url = Store(settings.store_url), postgres.make()
    hostile(store)
    (moved,) = move(settings, url)
    there = Store(url)
    assert rows(there) == rows(store)
    assert moved.rows["habit"] == len(HOSTILE)
    move(
        replace(settings, database_url=url, data_dir=str(tmp_path / "back")), f"sqlite:///{tmp_path}/back/vigie.sqlite"
    )
    back = Store(f"sqlite:///{tmp_path}/back/vigie.sqlite")
    assert rows(back) == rows(store)


def made(store: Store) -> set[str]:
    """Keys, constraints and indexes of a record on a server."""
    kept = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    )
    with store.read() as connection:
        return {str(tuple(row)) for query in kept for row in connection.exec_driver_sql(query)}


def test_rows_are_packed_as_a_server_keeps_them(postgres: Postgres) -> None:
    """The kinds of `data.keeping.packed`, and the search that a server keeps by itself."""
    types = (
        "SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name <> 'alembic_version'"
    )
    with Store(postgres.make(template="template")).read() as connection:
        found = set(connection.exec_driver_sql(types).scalars())
    assert found == {"bigint", "double precision", "boolean", "text", "bytea", "tsvector"}


def test_keys_and_indexes_are_as_before(settings: Settings, postgres: Postgres) -> None:
    """They are taken away for the rows to come, and are there again: after a move, and after one that failed."""
    store, url, failed = Store(settings.store_url), postgres.make(), postgres.make()
    filled(store)
    wanted = made(Store(postgres.make(template="template")))
    assert len(wanted) > 200
    move(settings, url)
    assert made(Store(url)) == wanted
    with pytest.raises(StoreError, match="post_text_post_id_fkey"), Store(url).write() as connection:
        connection.exec_driver_sql("INSERT INTO post_text (post_id) VALUES (1)")
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE source SET title = 'a' || char(0)")
    with pytest.raises(StoreError, match="holds a character"):
        move(settings, failed)
    assert made(Store(failed)) == wanted


def test_a_move_that_is_cut_off_leaves_nothing(settings: Settings, postgres: Postgres) -> None:
    """The server ends the connection in the midst of the rows."""
    store, url = Store(settings.store_url), postgres.make()
    filled(store)
    with Store(url).write() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$"
        )
        connection.exec_driver_sql("CREATE TRIGGER cut BEFORE INSERT ON post FOR EACH ROW EXECUTE FUNCTION cut()")
    with pytest.raises(StoreError):
        move(settings, url)
    assert not any(rows(Store(url))[name] for name in ("post", "source", "brand"))
