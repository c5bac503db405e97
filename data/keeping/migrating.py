"""Bring the tables of a record to what this program knows.

A record that nobody is in changes at once, in one transaction. On a server others go on working in it, some of them of
the version before: there each step is a transaction of its own, kept short; indexes are built beside those who write,
and rows are filled in batches. A step that was broken off is gone on with by whoever opens the record next.

Each migration after `RULED` says `oldest`: the version whose program may still use the record after it. One that only
expands names that of the migration before; one that takes something away names a later one. It may say `indexes`
(statements that make one each) and `fill`, a function that fills one batch of rows and tells whether any are left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from data.keeping.standing import OLDEST, UNFINISHED, Standing, standing
from data.postgresql import of_schema

RULED = "0020"
MIGRATORS = 7_345_002  # the advisory lock of whoever changes the tables of a schema
SHORTLY = "2s"  # that a table is waited for while those behind wait too
TURNS = 60  # tries to get it
BETWEEN = 0.5  # seconds
R = TypeVar("R")
Begin = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: `oldest` is "" for those before the rule."""

    revision: str
    oldest: str = ""
    indexes: tuple[str, ...] = ()
    fill: Callable[[Connection], bool] | None = None

    @property
    def is_long(self) -> bool:
        """Something is left to do after its tables were changed."""
        return bool(self.indexes or self.fill)


class Migrations:
    """Those of a folder, in order."""

    def __init__(self, folder: Path) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(folder))
        self._scripts = ScriptDirectory.from_config(self._config)
        found = list(self._scripts.walk_revisions())
        self.steps = [_step(one.module) for one in reversed(found)]

    def knows(self, revision: str | None) -> bool:
        return revision is None or any(step.revision == revision for step in self.steps)

    def after(self, at: Standing) -> list[Step]:
        """What is still to do, the one that was broken off first."""
        return [s for s in self.steps if at.current is None or s.revision > at.current or s.revision == at.unfinished]

    def apply(self, connection: Connection, revision: str) -> None:
        """Bring a record to a version, through those before. As `alembic.command` does, which would read and run the
        file of every migration anew each time."""
        self._config.attributes["connection"] = connection
        scripts = self._scripts
        with EnvironmentContext(
            self._config, scripts, fn=lambda at, _context: scripts._upgrade_revs(revision, at), destination_rev=revision
        ):
            scripts.run_env()

    def stamp(self, connection: Connection, revision: str) -> None:
        self._config.attributes["connection"] = connection
        command.stamp(self._config, revision)


def _step(module: Any) -> Step:
    return Step(
        module.revision,
        getattr(module, "oldest", ""),
        tuple(getattr(module, "indexes", ())),
        getattr(module, "fill", None),
    )


def at_once(connection: Connection, migrations: Migrations) -> None:
    """All that is to do, within the transaction of the connection."""
    steps = migrations.after(standing(connection))
    for step in steps:
        if not step.oldest and not step.is_long and step is not steps[-1]:
            continue  # nothing is done after it: the next one takes it along
        migrations.apply(connection, step.revision)
        _note(connection, step)
        for statement in step.indexes:
            connection.exec_driver_sql(statement)
        while step.fill is not None and step.fill(connection):
            pass


def _note(connection: Connection, step: Step) -> None:
    if step.oldest:
        _put(connection, OLDEST, step.oldest)


def _put(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        text("INSERT INTO meta (key, value) VALUES (:k, :v) ON CONFLICT (key) DO UPDATE SET value = :v"),
        {"k": key, "v": value},
    )


def beside_others(engine: Engine, migrations: Migrations, begin: Begin) -> None:
    """All that is to do on a server where others read and write meanwhile. `begin` begins a transaction that writes.

    Raises DBAPIError where a table could not be had in `TURNS` tries; what was done by then stays done.
    """
    with _alone(engine):
        with engine.connect() as connection:
            at = standing(connection)
        for step in migrations.after(at):
            if step.revision != at.unfinished:
                _in_turn(engine, begin, partial(_change, migrations=migrations, step=step))
            for statement in step.indexes:
                _build(engine, statement)
            while step.fill is not None and _in_turn(engine, begin, step.fill):
                time.sleep(0.01)  # those who wait to write come first
            if step.is_long:
                _in_turn(engine, begin, lambda connection: _put(connection, UNFINISHED, ""))


def _change(connection: Connection, migrations: Migrations, step: Step) -> None:
    migrations.apply(connection, step.revision)
    _note(connection, step)
    if step.is_long:
        _put(connection, UNFINISHED, step.revision)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """While this is open nobody else changes these tables: a transaction that holds a lock and nothing else.

    The lock is asked for again and again: who waited for it within a statement would be waited for by an index that is
    built beside others. So would who goes on seeing what a statement saw, as one with parameters does.
    """
    with engine.connect() as connection:
        mine = text(f"SELECT pg_try_advisory_xact_lock({MIGRATORS}, hashtext(current_schema()))")
        while not connection.execute(mine).scalar_one():
            connection.rollback()
            time.sleep(BETWEEN)
        yield


def _in_turn(engine: Engine, begin: Begin, work: Callable[[Connection], R]) -> R:
    """One transaction, tried again where a table is in use for long: who stands in line for it holds up all readers
    that come after."""
    for turn in range(TURNS):
        with engine.connect() as connection:
            try:
                begin(connection)
                connection.execute(text(f"SET LOCAL lock_timeout = '{SHORTLY}'"))
                done = work(connection)
                connection.commit()
                return done
            except DBAPIError as error:
                connection.rollback()
                if "55P03" not in str(error) or turn == TURNS - 1:
                    raise
        time.sleep(BETWEEN)
    raise AssertionError


def _build(engine: Engine, statement: str) -> None:
    """An index, made beside those who write. What an earlier try left half built goes first."""
    made, table = statement.split(" ON ", 1)
    name = made.split()[-1]
    valid = text(
        "SELECT x.indisvalid FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid "
        "WHERE c.relname = :name AND c.relnamespace = current_schema()::regnamespace"
    )
    with engine.connect() as connection:
        found = connection.execute(valid, {"name": name}).scalar()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:  # without a transaction
        schema = of_schema(plain)
        if found is False:
            plain.exec_driver_sql(f"DROP INDEX CONCURRENTLY {schema}{name}")
        if not found:
            concurrently = made.replace("INDEX ", "INDEX CONCURRENTLY ", 1)
            plain.exec_driver_sql(f"{concurrently} ON {schema}{table}")
