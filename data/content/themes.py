"""Themes that a brand speaks of, and those that it stays out of: defaults in both languages, changed by people."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from data.actor import needs
from data.changes import note_edit, reconciled
from data.schema import meta
from data.settings import REFERENCE
from data.store import Store, put_meta

KEY = "themes"
OWN = "own"  # the theme of words that people stay out of
MOST_WORDS, LONGEST = 60, 60  # words that people add, characters of each


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme to stay out of. A word that ends in * stands for every ending; case and accents are set aside."""

    key: str
    name: dict[str, str]
    words: tuple[str, ...]


FIELDS = ("allowed", "silent", "ours")


@dataclass(frozen=True, slots=True)
class Themes:
    """What people chose: default themes they speak of after all, words they stay out of, words they speak of."""

    allowed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def reference_themes() -> tuple[Theme, ...]:
    """The themes to stay out of where nobody chose."""
    held = tomllib.loads((REFERENCE / "themes.toml").read_text(encoding="utf-8"))["themes"]
    return tuple(Theme(t["key"], {"en": t["en"], "fr": t["fr"]}, tuple(t["words"])) for t in held)


def themes(connection: Connection) -> Themes:
    """What people chose; the defaults where they did not."""
    written = connection.execute(select(meta.c.value).where(meta.c.key == KEY)).scalar()
    held: dict[str, Any] = json.loads(written) if written else {}
    return Themes(*(tuple(str(word) for word in held.get(name, ())) for name in ("allowed", "silent", "ours")))


@needs("editor")
def set_themes(store: Store, chosen: Themes, seen: Themes | None = None) -> None:
    """Keep what people chose. Words are cut to `LONGEST` characters, `MOST_WORDS` of each list are kept. Raises
    StaleError where somebody chose otherwise since `seen`."""
    known = {theme.key for theme in reference_themes()}
    kept = Themes(tuple(sorted(known & set(chosen.allowed))), cleaned_words(chosen.silent), cleaned_words(chosen.ours))
    with store.write() as connection:
        before = themes(connection)
        kept = reconciled(connection, "themes", seen, before, kept, FIELDS)
        note_edit(connection, "themes.set", "themes", before, kept, FIELDS)
        put_meta(connection, KEY, json.dumps(asdict(kept), ensure_ascii=False))


def cleaned_words(words: Sequence[str]) -> tuple[str, ...]:
    """Words as they are kept: spaces tidied, each once, none without a letter or digit."""
    tidy = (" ".join(word.split())[:LONGEST] for word in words)
    return tuple(dict.fromkeys(word for word in tidy if any(c.isalnum() for c in word)))[:MOST_WORDS]


def silent_themes(chosen: Themes) -> list[Theme]:
    """Themes to stay out of: the defaults without those allowed, then one of people's own words."""
    held = [theme for theme in reference_themes() if theme.key not in chosen.allowed]
    if chosen.silent:
        held.append(
            Theme("own", {"en": ", ".join(chosen.silent[:3]), "fr": ", ".join(chosen.silent[:3])}, chosen.silent)
        )
    return held
