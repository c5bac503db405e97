"""Whether this workspace acts at networks at all, who must agree, and the rules of the house that moderation names."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from data.actor import needs
from data.changes import note_edit, reconciled
from data.schema import meta
from data.store import Store, put_meta

KEY = "acting"
FIELDS = ("on", "second", "rehearse", "rules", "by_link")
MOST_RULES, LONGEST = 60, 200  # rules, and characters of each


@dataclass(frozen=True, slots=True)
class Policy:
    """`on`: acts go out. `second`: another editor than the one who asked must approve. `rehearse`: everything is looked
    at and nothing is sent. `rules` of the house, as moderation invokes them. `by_link`: whoever holds the link to an
    act may approve it, without an account."""

    on: bool = False
    second: bool = False
    rehearse: bool = False
    rules: tuple[str, ...] = ()
    by_link: bool = False


def policy_of(connection: Connection) -> Policy:
    """What the workspace chose; acting is off until somebody does."""
    written = connection.execute(select(meta.c.value).where(meta.c.key == KEY)).scalar()
    held: dict[str, Any] = json.loads(written) if written else {}
    return Policy(
        held.get("on") is True,
        held.get("second") is True,
        held.get("rehearse") is True,
        tuple(str(rule) for rule in held.get("rules", ())),
        held.get("by_link") is True,
    )


@needs("administrator")
def save_policy(store: Store, chosen: Policy, seen: Policy | None = None) -> None:
    """Keep what the workspace chose. Raises StaleError where somebody chose otherwise since `seen`."""
    rules = tuple(dict.fromkeys(" ".join(rule.split())[:LONGEST] for rule in chosen.rules if rule.strip()))[:MOST_RULES]
    kept = replace(chosen, rules=rules)
    with store.write() as connection:
        before = policy_of(connection)
        kept = reconciled(connection, KEY, seen, before, kept, FIELDS)
        note_edit(connection, "act.policy", KEY, before, kept, FIELDS)
        put_meta(connection, KEY, json.dumps(asdict(kept), ensure_ascii=False))
