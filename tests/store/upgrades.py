"""An installation of every version of the record, with rows in it; and the code as a repository of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Integer, LargeBinary, MetaData, insert, make_url, text
from sqlalchemy.types import Boolean, Float

from data import postgresql
from data.house.store import House
from data.settings import ROOT, Settings
from data.store import Store

VERSIONS = [f"{number:04}" for number in range(1, 21)]
ROWS = 3
# Texts that a migration or a check reads as what they are.
NOT_PLAIN = {"fit", "meta", "alembic_version"}


def made_at(store: Store, version: str) -> Store:
    """Bring an empty database to a version of its migrations, as the Vigie of that version did, and fill it."""
    config = Config()
    config.set_main_option("script_location", str(store.migrations))
    with store.engine.connect() as connection:
        if store.is_server:
            postgresql.make_room(connection, postgresql.schema_of(make_url(store.url)))
        store._begin(connection, writes=True)
        config.attributes["connection"] = connection
        if store.is_server and store.starts_from_schema:
            postgresql.make_schema(connection)
            command.stamp(config, postgresql.START)
        command.upgrade(config, version)
        if store.is_server or connection.in_transaction():
            connection.commit()
    return store


def fill(store: Store) -> None:
    """ROWS sources with a post each, and as many rows of every table that takes plain ones."""
    tables = MetaData()
    with store.read() as connection:
        tables.reflect(connection)
    with store.write(counts=False) as connection:
        for table in tables.sorted_tables:
            if table.name in NOT_PLAIN or "_fts" in table.name:
                continue
            if connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one():
                continue  # the version itself wrote some
            for number in range(1, ROWS + 1):
                connection.execute(insert(table).values(_row(table, number)))


def _row(table: Any, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.c:
        if column.computed is not None or column.name == "search":
            continue
        needed = not column.nullable and column.server_default is None
        if column.primary_key or column.foreign_keys or needed:
            kind = column.type
            if isinstance(kind, Boolean):
                row[column.name] = False
            elif isinstance(kind, (Integer, Float)):
                row[column.name] = number
            else:
                row[column.name] = b"x" if isinstance(kind, LargeBinary) else f"x{number}"
    return row


def content(store: Store, *without: str) -> dict[str, str]:
    """Every table by a digest of all its rows, but for those named."""
    tables = MetaData()
    held = {}
    with store.read() as connection:
        tables.reflect(connection)
        for name in sorted(set(tables.tables) - set(without)):
            if "_fts" not in name:
                held[name] = _digest(connection, name)
    return held


def _digest(connection: Connection, name: str) -> str:
    rows = sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"')))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def installation(settings: Settings, versions: list[str]) -> dict[str, Store]:
    """The house, of its first version, and a workspace for each version of the record: key -> its database."""
    house = made_at(House(settings.house_url, as_it_is=True), "0001")
    with house.write(counts=False) as connection:
        for number, version in enumerate(versions, 1):
            connection.execute(
                text("INSERT INTO workspace (id, key, name, made_at) VALUES (:n, :k, :k, 1)"),
                {"n": number, "k": f"v{version}"},
            )
    held: dict[str, Store] = {"": house}
    for version in versions:
        key = f"v{version}"
        held[key] = made_at(Store(settings.for_workspace(key).store_url, as_it_is=True), version)
        fill(held[key])
    return held


def code_in(folder: Path) -> Path:
    """The code that the tests run, without a repository: what an upgrade starts processes of."""
    ignored = shutil.ignore_patterns("local", "__pycache__", "*.npz")
    shutil.copytree(ROOT / "data", folder / "data", ignore=ignored)
    (folder / "Makefile").write_text(".venv/.run:\n\t@echo installed >>installed\n", encoding="utf-8")
    (folder / ".gitignore").write_text("__pycache__/\ninstalled\n", encoding="utf-8")
    return folder


def git(folder: Path, *arguments: str) -> str:
    named = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false")
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *named, *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
