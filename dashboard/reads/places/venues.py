"""Places to go to, as pages read them."""

from __future__ import annotations

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.models import date_to_day
from data.places import listing
from data.places.listing import Step, Venue
from data.schema import IDS_PER_DAY
from data.scope import Scope
from data.source_list import all_sources
from sources.places.gather import known_servers
from sources.places.named import place_of_source


def _ids(scope: Scope) -> tuple[int, int]:
    """First and last id of the posts of a period."""
    return date_to_day(scope.since) * IDS_PER_DAY, (date_to_day(scope.until) + 1) * IDS_PER_DAY - 1


@cached(20)
def venues(connection: Connection, scope: Scope) -> list[Venue]:
    """Every place, with the posts of the period that lead there."""
    return listing.venues(connection, *_ids(scope))


@cached()
def leading(connection: Connection, number: int, scope: Scope) -> list[int]:
    """Ids of the posts of the period that lead to a place, the newest first."""
    return listing.posts_of(connection, number, listing.LEADS, *_ids(scope))


@cached()
def posts_there(connection: Connection, number: int, role: str) -> list[int]:
    """Ids of a place's questions, of what we wrote there, or of the answers to it."""
    return listing.posts_of(connection, number, (role,))


@cached()
def steps(connection: Connection, number: int) -> list[Step]:
    return listing.steps_of(connection, number)


@cached(20)
def followed(connection: Connection) -> dict[str, list[int]]:
    """Address of a place -> numbers of the sources that stand there."""
    found: dict[str, list[int]] = {}
    for one in all_sources(connection):
        place = place_of_source(one.kind, one.address, one.site, one.title) if one.state != "removed" else None
        if place is not None:
            found.setdefault(place.address, []).append(one.id)
    return found


@cached(20)
def servers(connection: Connection) -> dict[str, list[str]]:
    """Servers that are known from the record, by network."""
    return known_servers(connection)
