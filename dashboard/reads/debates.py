"""Reads of the debates pages, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data import debates as debates_store
from data.debates import Debate, Positioned
from data.inbox.triage import labels_of
from data.models import date_to_day, to_epoch
from data.schema import IDS_PER_DAY


@dataclass(frozen=True, slots=True)
class Listed:
    """A debate of the list, with its posts of the last seven days and of the seven before."""

    debate: Debate
    recent: int
    before: int


@cached()
def debates(
    connection: Connection, state: str, since: date, until: date, dismissed: bool, hour: datetime
) -> list[Listed]:
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    states = debates_store.STATES if dismissed else [state]
    found = debates_store.debates(connection, states, first, last, dismissed=dismissed)
    pace = debates_store.activity(connection, [item.id for item in found], to_epoch(hour))
    return [Listed(item, *pace.get(item.id, (0, 0))) for item in found]


@cached()
def one_debate(connection: Connection, debate_id: int, hour: datetime) -> Listed | None:
    found = debates_store.one_debate(connection, debate_id)
    if found is None:
        return None
    pace = debates_store.activity(connection, [debate_id], to_epoch(hour))
    return Listed(found, *pace.get(debate_id, (0, 0)))


@cached()
def positioned(connection: Connection, debate_id: int) -> list[Positioned]:
    return debates_store.positioned(connection, debate_id)


@cached()
def first_days(connection: Connection, debate_id: int, network: str) -> dict[str, int]:
    """Author -> the day of that person's first post in the record, for the people of a debate."""
    rows = positioned(debate_id)
    names = sorted({row.author for row in rows if row.author})[:400]
    found = debates_store.first_posts(connection, [(network, name) for name in names])
    return {name: post // IDS_PER_DAY for (_, name), post in found.items()}


@cached()
def stances(connection: Connection, ids: tuple[int, ...]) -> dict[int, str]:
    """What people said of where posts stand."""
    return {i: held.get("stance", "") for i, held in labels_of(connection, list(ids)).items()}
