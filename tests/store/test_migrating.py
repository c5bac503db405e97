"""Migrations while others work: the version before goes on, nothing is lost, and who cannot follow is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import Engine

from data import postgresql
from data.house.store import House
from data.keeping import migrating, standing
from data.settings import ROOT
from data.store import HEAD, Store, StoreError
from tests.conftest import Postgres
from tests.store.conftest import Later

RULED = {True: "0020", False: "0002"}  # the last ones before the rule, of a record and of the house


def length_of_each(store: Store) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(text("SELECT length FROM post WHERE native_id NOT LIKE 'on%'")).scalars())


def test_an_app_works_on_while_a_newer_one_migrates(
    postgres: Postgres, demo_store: Store, later: Later, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.holding("demo_june", demo_store.path.parent)
    working = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writing_on", url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert working.stdout is not None
    assert working.stdout.readline() == "ready\n"
    newer = later("0021")(url)
    older = Store(url)  # of today's version: it opens, and works
    older.set_meta("still", "here")
    said, _ = working.communicate(timeout=60)
    told = json.loads(said)
    assert told["wrong"] == []
    assert told["wrote"] > 0
    with newer.read() as connection:
        written = connection.execute(text("SELECT count(*) FROM post WHERE native_id LIKE 'on%'")).scalar_one()
        whole = text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'post_by_length'::regclass")
        assert connection.execute(whole).scalar_one()
    assert written == told["wrote"]
    assert all(length_of_each(newer))
    with capsys.disabled():
        print(f"\n{told['wrote']} posts written during a migration; the slowest took {told['slowest']:.2f} s")
    later("0022")(url)
    with pytest.raises(StoreError, match="made by a newer Vigie") as raised:
        Store(url)
    assert raised.value.code == "newer"


def test_what_was_broken_off_is_gone_on_with(
    postgres: Postgres, demo_store: Store, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, program = postgres.holding("demo_june", demo_store.path.parent), later("0021")

    def broken(*_given: object) -> None:
        raise RuntimeError("the power went")

    build = migrating._build
    monkeypatch.setattr(migrating, "_build", broken)
    with pytest.raises(RuntimeError):
        program(url)
    monkeypatch.setattr(migrating, "_build", build)
    with Store(url).read() as connection:
        assert standing.standing(connection) == standing.Standing("0021", "0020", "0021")
    assert all(length_of_each(program(url)))
    with Store(url).read() as connection:
        assert standing.standing(connection) == standing.Standing("0021", "0020", "")


def test_on_sqlite_an_older_program_opens_what_was_only_added_to(sqlite_store: Store, later: Later) -> None:
    later("0021")(sqlite_store.url)
    Store(sqlite_store.url).set_meta("still", "here")
    later("0022")(sqlite_store.url)
    with pytest.raises(StoreError, match="made by a newer Vigie"):
        Store(sqlite_store.url)


TAKES_AWAY = re.compile(r"\b(DROP (TABLE|COLUMN|VIEW)|RENAME|ALTER COLUMN|SET NOT NULL|TYPE )\b", re.IGNORECASE)
ADDED = re.compile(r"ALTER TABLE \w+ ADD COLUMN \w+ [^,]*NOT NULL(?!.*DEFAULT)", re.IGNORECASE)
INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX .* ON (\w+)", re.IGNORECASE)
MADE = re.compile(r"CREATE TABLE (\w+)", re.IGNORECASE)
ROWS = re.compile(r"^\s*(UPDATE|DELETE)\b(?! alembic_version)", re.IGNORECASE)


def breaches(step: migrating.Step, before: migrating.Step, asked: list[str]) -> list[str]:
    """What a migration does against the rule for its authors in docs/design.md, by what it asks of a server."""
    if not step.oldest:
        return [f"{step.revision} does not say which version may still use the record (oldest)"]
    told, made = [], {found[1] for one in asked if (found := MADE.search(one))}
    expands = step.oldest == (before.oldest or before.revision)
    if step.oldest > before.revision or step.oldest < before.oldest:
        told.append(f"{step.revision}: no version before it could use the record")
    told += [f"{step.revision} takes away: {one}" for one in asked if expands and TAKES_AWAY.search(one)]
    told += [f"{step.revision}: older programs do not fill it: {one}" for one in asked if ADDED.search(one)]
    told += [
        f"{step.revision} makes an index while others wait, name it in `indexes`: {one}"
        for one in asked
        if (found := INDEX.search(one)) and found[1] not in made
    ]
    told += [
        f"{step.revision} changes rows while others wait, do it in `fill`: {one}" for one in asked if ROWS.match(one)
    ]
    return told


def asked_by(kind: type[Store], url: str) -> dict[str, list[str]]:
    """What each migration of a folder asks of a server that holds the version before it."""
    found: dict[str, list[str]] = {}
    migrations, engine = migrating.Migrations(kind.migrations), postgresql.open_engine(make_url(url))
    with engine.connect() as connection:
        postgresql.make_room(connection, postgresql.schema_of(make_url(url)))
        if kind.starts_from_schema:
            postgresql.make_schema(connection)
            migrations.stamp(connection, postgresql.START)
        migrations.apply(connection, RULED[kind.starts_from_schema])
        connection.commit()
    for step in migrations.steps:
        if step.revision <= RULED[kind.starts_from_schema]:
            continue
        said = found.setdefault(step.revision, [])

        def hear(_c: Any, _cursor: Any, statement: str, *_given: Any, said: list[str] = said) -> None:
            said.append(" ".join(statement.split()))

        event.listen(Engine, "before_cursor_execute", hear)
        with engine.connect() as connection:
            migrations.apply(connection, step.revision)
            connection.commit()
        event.remove(Engine, "before_cursor_execute", hear)
    return found


@pytest.mark.parametrize("kind", [Store, House])
def test_every_migration_says_who_may_still_use_the_record(kind: type[Store], postgres: Postgres) -> None:
    steps = migrating.Migrations(kind.migrations).steps
    asked = asked_by(kind, postgres.make() + ("" if kind is Store else "?schema=house"))
    told = []
    for before, step in pairwise(steps):
        if step.revision > RULED[kind.starts_from_schema]:
            told += breaches(step, before, asked[step.revision])
    assert told == []


@pytest.mark.parametrize(
    ("oldest", "asked", "is_told"),
    [
        ("0020", ["ALTER TABLE post ADD COLUMN length BIGINT"], ""),
        ("0020", ["CREATE TABLE more (id BIGINT)", "CREATE INDEX more_by ON more (id)"], ""),
        ("", ["ALTER TABLE post ADD COLUMN length BIGINT"], "oldest"),
        ("0020", ["ALTER TABLE post DROP COLUMN toxicity"], "takes away"),
        ("0020", ["ALTER TABLE post ADD COLUMN length BIGINT NOT NULL"], "do not fill"),
        ("0020", ["CREATE INDEX post_by_length ON post (length)"], "`indexes`"),
        ("0020", ["UPDATE post SET length = 0"], "`fill`"),
        ("0022", ["ALTER TABLE post DROP COLUMN toxicity"], "no version before"),
    ],
)
def test_a_migration_against_the_rule_is_told(oldest: str, asked: list[str], is_told: str) -> None:
    told = breaches(migrating.Step("0021", oldest), migrating.Step("0020"), asked)
    assert bool(told) == bool(is_told)
    assert all(is_told in one for one in told)


def test_those_to_come_keep_the_rule(postgres: Postgres, later: Later) -> None:
    kind = later("0022")
    asked = asked_by(kind, postgres.make())
    steps = migrating.Migrations(kind.migrations).steps[-3:]
    assert breaches(steps[1], steps[0], asked["0021"]) == []
    assert breaches(steps[2], steps[1], asked["0022"]) == []


def test_the_rule_begins_after_the_head_of_its_day() -> None:
    assert RULED[True] == migrating.RULED <= HEAD
