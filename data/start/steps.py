"""The first steps of a workspace: which are done is told by its record, and by who is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, exists, select
from sqlalchemy.sql.selectable import FromClause

from data.actor import Actor, needs
from data.changes import note_change
from data.identity import identity_of
from data.posts.scope_sql import current_fit
from data.schema import (
    alert_channel,
    brand,
    meta,
    own_account,
    post_source,
    source,
    subscription,
    topic_centroid,
)
from data.store import Store, put_meta

META = "start"
AWAY = "put away"
# In the order in which one takes them, each with the least role that may.
STEPS = {
    "brand": "editor",
    "sources": "administrator",
    "ours": "administrator",
    "language": "administrator",
    "alerts": "administrator",
    "team": "administrator",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record says of each step. `team` is None where nobody signs in: there is no step then."""

    brand: bool = False
    sources: bool = False
    ours: bool = False
    language: bool = False
    alerts: bool = False
    team: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One of STEPS, and whether it is done."""

    key: str
    done: bool


def steps_for(facts: Facts, who: Actor) -> list[Step]:
    """The steps that this person may take, in their order. None for who may take none."""
    told = ((key, getattr(facts, key)) for key, role in STEPS.items() if who.may(role))
    return [Step(key, done) for key, done in told if done is not None]


def is_over(steps: Sequence[Step]) -> bool:
    """Nothing is left to do."""
    return all(step.done for step in steps)


def facts_of(connection: Connection) -> Facts:
    """What the record itself says. Of the settings and of the team it knows nothing."""
    says = identity_of(connection)
    brought = select(post_source.c.post_id).where(
        post_source.c.source_id.in_(select(source.c.id).where(source.c.kind != "demo"))
    )
    return Facts(
        brand=_any(connection, select(brand.c.id).where(brand.c.is_own)),
        sources=_any(connection, brought),
        ours=_any(connection, select(own_account.c.author))
        or _any(connection, select(source.c.id).where(source.c.is_own)),
        language=bool(says.language),
        alerts=_any(connection, _on(alert_channel)) or _any(connection, _on(subscription)),
    )


def _on(table: FromClause) -> Select[tuple[int]]:
    return select(table.c.id).where(table.c.state == "on")


def _any(connection: Connection, rows: Select[tuple[int]] | Select[tuple[str]]) -> bool:
    return bool(connection.execute(select(exists(rows.limit(1)))).scalar_one())


def has_topics(connection: Connection) -> bool:
    """Whether there is a topic: before, pages show the newest posts."""
    return _any(connection, select(topic_centroid.c.topic_id).where(topic_centroid.c.fit_id == current_fit(connection)))


def is_put_away(connection: Connection) -> bool:
    return bool(connection.execute(select(meta.c.value).where(meta.c.key == META)).scalar())


@needs("administrator")
def put_away(store: Store, away: bool) -> None:
    """Show the first steps no more, for nobody in this workspace; or show them again."""
    with store.write() as connection:
        before, after = ("hidden" if is_put_away(connection) else "shown", "hidden" if away else "shown")
        if before != after:
            put_meta(connection, META, AWAY if away else "")
            note_change(connection, "workspace.setting", "start", before, after)
