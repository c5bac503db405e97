"""What an upgrade saves before it changes anything: every database as its version left it, and what it held."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, make_url, text

from data import sqlite
from data.credentials import credentials_path
from data.house.store import House
from data.house.workspaces import has_record
from data.keeping.whole import remove_part, whole_file
from data.settings import BUILT_IN, Settings
from data.store import Store, StoreError
from data.upgrading import dumps

KEPT = 3  # upgrades whose copies stay
NAME = "upgrade-"  # of the list of what was saved, in `backups` of the data folder


@dataclass(frozen=True, slots=True)
class Item:
    """One database: the record of workspace `key`, or the house (""). `copy` is the file it was copied to, `version`
    that of its tables, `rows` how many each table held."""

    key: str
    url: str
    copy: str
    version: str
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Saved:
    """What one upgrade saved. `state` is saved, done or back; `commit` and `branch` are the code's, "" where that is
    in no git repository."""

    path: Path
    at: str
    commit: str
    branch: str
    state: str
    items: tuple[Item, ...]


def databases(settings: Settings) -> Iterator[tuple[str, Store]]:
    """Every database that there is, once and as it is: ("", the house), then (key, its record) of each workspace."""
    there = settings.database_url.startswith("postgresql") or (settings.home / "house.sqlite").exists()
    house = House(settings.house_url, as_it_is=True) if there else None
    if house is not None and house.version():
        yield "", house
    keys = [settings.key] if settings.database_url else list(BUILT_IN)
    told = set()
    for key in dict.fromkeys((*keys, *(_workspaces_in(house) if house is not None else ()))):
        one = settings.for_workspace(key)
        if not has_record(one) or one.store_url in told:  # an address of a database names one record
            continue
        told.add(one.store_url)
        record = Store(one.store_url, as_it_is=True)
        if record.version():
            yield key, record


def _workspaces_in(house: House) -> list[str]:
    with house.read() as connection:
        if not inspect(connection).has_table("workspace"):
            return []
        return [str(key) for key in connection.execute(text("SELECT key FROM workspace ORDER BY id")).scalars()]


def rows_in(store: Store) -> dict[str, int]:
    """How many rows each table holds; of a search index its posts are counted instead."""
    with store.read() as connection:
        names = [name for name in inspect(connection).get_table_names() if "_fts" not in name]
        return {
            name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in sorted(names)
        }


def url_of(settings: Settings, key: str) -> str:
    return settings.for_workspace(key).store_url if key else settings.house_url


def save(settings: Settings, now: datetime, commit: str, branch: str) -> Saved:
    """Copy every database, the credentials beside it, and write the list of them last: without it nothing was saved.

    Raises StoreError: one is damaged, the disk is full, a program that copies is missing.
    """
    stamp = f"{now:%Y%m%d-%H%M%S}"
    items = tuple(_save_one(settings, key, store, stamp) for key, store in databases(settings))
    for key in {item.key for item in items if item.key}:
        secrets = credentials_path(settings.for_workspace(key))
        if secrets.is_file():
            with whole_file(secrets.parent / "backups" / f"credentials.before-upgrade-{stamp}.toml") as part:
                part.touch(mode=0o600)
                part.write_bytes(secrets.read_bytes())
    path = settings.home / "backups" / f"{NAME}{stamp}.json"
    return note(Saved(path, now.isoformat(timespec="seconds"), commit, branch, "saved", items))


def _save_one(settings: Settings, key: str, store: Store, stamp: str) -> Item:
    version, rows = store.version(), rows_in(store)
    if store.is_server:
        schema = dumps.schema_in(store)
        copy = settings.home / "backups" / f"{schema}.before-upgrade-{stamp}.dump"
        dumps.dump(store.url, schema, copy)
    else:
        copy = store.path.parent / "backups" / f"{store.path.stem}.before-upgrade-{stamp}.sqlite"
        store.backup(copy)
        copy.chmod(store.path.stat().st_mode & 0o777)
        if problem := sqlite.damage(copy, thorough=False):
            raise StoreError("corrupt", f"{store.name} is damaged ({problem}). Run 'python -m data restore' first.")
    return Item(key, make_url(store.url).render_as_string(hide_password=True), str(copy), version, rows)


def note(saved: Saved, state: str = "") -> Saved:
    """Write down what was saved, and how far the upgrade is."""
    saved = replace(saved, state=state or saved.state)
    with whole_file(saved.path) as part:
        part.write_text(json.dumps({**asdict(saved), "path": ""}, indent=1), encoding="utf-8")
    return saved


def all_saved(settings: Settings) -> list[Saved]:
    """Those that there are, oldest first. A list that cannot be read is passed over."""
    found = []
    for path in sorted((settings.home / "backups").glob(f"{NAME}*.json")):
        with suppress(ValueError, KeyError, TypeError):
            held = json.loads(path.read_text(encoding="utf-8"))
            items = tuple(Item(**item) for item in held.pop("items"))
            found.append(Saved(**{**held, "path": path, "items": items}))
    return found


def latest(settings: Settings, *states: str) -> Saved | None:
    """The last upgrade, where it is in one of these states."""
    last = next(iter(all_saved(settings)[-1:]), None)
    return last if last is not None and last.state in states else None


def forget_old(settings: Settings) -> None:
    """Copies of upgrades before the latest KEPT."""
    for saved in all_saved(settings)[:-KEPT]:
        stamp = saved.path.stem.removeprefix(NAME)
        for item in saved.items:
            copy = Path(item.copy)
            remove_part(copy)
            (copy.parent / f"credentials.before-upgrade-{stamp}.toml").unlink(missing_ok=True)
        saved.path.unlink()


def room(settings: Settings) -> None:
    """Raise StoreError where the disk cannot hold what will be saved, and as much again for the work."""
    sizes = [store.path.stat().st_size for _key, store in databases(settings) if not store.is_server]
    settings.home.mkdir(parents=True, exist_ok=True)
    wanted, free = 2 * sum(sizes), shutil.disk_usage(settings.home).free
    if free < wanted:
        raise StoreError(
            "full", f"An upgrade needs {wanted / 1e6:.0f} MB beside {settings.home}, and {free / 1e6:.0f} MB are free."
        )
