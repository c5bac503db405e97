"""Make a database again what it was before an upgrade. What it was last is set aside, and what is lost is told."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from data.house.store import House
from data.keeping import locks
from data.keeping.carried import carry_over, go_on_counting, sign_out
from data.keeping.restore import put_in_place, set_aside
from data.models import to_epoch
from data.settings import Settings
from data.store import Store, explain
from data.upgrading import dumps
from data.upgrading.saved import Item, rows_in

Said = Callable[[str], None]
WORTH_TELLING = {"post": "posts", "change": "changes by people", "snapshot": "shared copies", "account": "accounts"}


def put_back(settings: Settings, item: Item, held: Store | None, now: datetime, told: Said) -> None:
    """Put one copy in place of its database; `held` is that as it is, None where it is gone."""
    store = held or (Store(settings.store_url, as_it_is=True) if item.key else House(settings.house_url, as_it_is=True))
    if held is not None:
        _tell_lost(item, held, told)
    try:
        _on_server(settings, item, store, now, told) if store.is_server else _as_file(settings, item, store, now, told)
    except (sqlite3.Error, OSError) as error:
        raise explain(error, store.name) from error
    told(f"{store.name} is of version {item.version} again, as it was.")


def _tell_lost(item: Item, held: Store, told: Said) -> None:
    """What came after the upgrade and is not in what it goes back to."""
    there = rows_in(held)
    more = {words: there.get(name, 0) - item.rows.get(name, 0) for name, words in WORTH_TELLING.items()}
    lost = ", ".join(f"{number} {words}" for words, number in more.items() if number > 0)
    told(f"{held.name}: {lost or 'nothing'} came since, and is lost but for what is set aside.")


def _on_server(settings: Settings, item: Item, store: Store, now: datetime, told: Said) -> None:
    schema = dumps.schema_in(store)
    aside = settings.home / "backups" / f"{schema}.set-aside-{now:%Y%m%d-%H%M%S}.dump"
    dumps.dump(store.url, schema, aside)
    told(f"What was there is in {aside}.")
    dumps.put_back(store.url, schema, Path(item.copy))
    store.engine.dispose()


def _as_file(settings: Settings, item: Item, store: Store, now: datetime, told: Said) -> None:
    path = store.path
    with locks.alone(path, 5.0), tempfile.TemporaryDirectory(suffix=".restoring", dir=path.parent) as folder:
        aside, sound = set_aside(path, Path(folder), now)
        if aside is not None:
            told(f"What was there is in {aside}.")
        staged = Path(folder, "staged.sqlite")
        shutil.copyfile(item.copy, staged)
        copied = Store(f"sqlite:///{staged}", as_it_is=True)
        if item.key:
            try:
                carry_over(copied, aside if sound else None, settings, to_epoch(now))
            except sqlite3.Error:
                shutil.copyfile(item.copy, staged)
                told("What was sent since cannot be told from its record: it may be sent once more.")
        else:
            sign_out(copied)
            told("Accounts and roles are those of then. Everybody signs in again, and open invitations are void.")
        go_on_counting(copied, None)
        copied.close()
        put_in_place(staged, path, sound=sound)
