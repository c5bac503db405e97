"""Starter packs: curated lists of real public sources by theme, added with one click."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from data.actor import needs
from data.changes import note_change
from data.settings import REFERENCE
from data.source_list import add_source
from data.store import Store
from sources.collect import SOURCES

FILE = REFERENCE / "starter_packs.toml"


@dataclass(frozen=True, slots=True)
class Pack:
    """`entries` are (kind, address, title)."""

    key: str
    titles: dict[str, str]  # by language
    entries: tuple[tuple[str, str, str], ...]


@cache
def starter_packs() -> tuple[Pack, ...]:
    """Every pack, in the order of the file. Raises ValueError for a kind that does not exist."""
    with FILE.open("rb") as stream:
        content = tomllib.load(stream)
    packs = []
    for key, value in content.items():
        entries = tuple((str(e[0]), str(e[1]), str(e[2])) for e in value["sources"])
        for kind, address, _ in entries:
            if kind not in SOURCES:
                raise ValueError(f"{FILE}: {address}: unknown kind {kind}")
        packs.append(Pack(key, {"en": value["en"], "fr": value["fr"]}, entries))
    return tuple(packs)


@needs("administrator")
def add_pack(store: Store, pack: Pack, now: datetime) -> list[int]:
    """Follow everything in a pack; the ids of the sources that are new. They are due at once."""
    new = []
    with store.write() as connection:
        for kind, address, title in pack.entries:
            source, is_new = add_source(connection, kind, address, now, title=title)
            if is_new:
                new.append(source.id)
        note_change(connection, "source.pack", pack.key, after=f"{len(new)} of {len(pack.entries)} sources are new")
    return new
