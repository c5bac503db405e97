"""People and communities as pages read them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from data.reputation import members as members_store
from data.reputation.crowd import Crowd
from data.reputation.crowd import crowd as crowd_of
from data.scope import Scope

PAGE = 50  # people that are shown


@cached(50)
def crowd(connection: Connection, scope: Scope, group: str = "", figure: str = "posts", most: int = PAGE) -> Crowd:
    return crowd_of(connection, scope, group, figure, most)


@cached(50)
def members(connection: Connection, scope: Scope, among: tuple[tuple[str, str], ...]) -> list[members_store.Member]:
    """These (network, author), most posts first."""
    return members_store.members(connection, scope, among)


def everybody(scope: Scope) -> Callable[[], list[members_store.Member]]:
    """What reads all of them, ours left out, when it is called: also where no page is drawn any more."""
    url = cache.record()[0]

    def read() -> list[members_store.Member]:
        with cache.open_store(url).read() as connection:
            return [member for member in members_store.members(connection, scope) if not member.by_us]

    return read


@cached(50)
def posts_of(connection: Connection, scope: Scope, people: tuple[tuple[str, str], ...]) -> dict[tuple[str, str], int]:
    return members_store.posts_of(connection, scope, people)


@cached(50)
def named_like(connection: Connection, words: str) -> list[tuple[str, str]]:
    return members_store.named_like(connection, words)


@cached(50)
def how_many_wrote(connection: Connection, scope: Scope) -> int:
    return members_store.how_many_wrote(connection, scope)


@cached(20)
def places(connection: Connection, scope: Scope) -> list[members_store.Place]:
    return members_store.places(connection, scope)


@cached(50)
def hours_of_week(connection: Connection, scope: Scope, network: str, name: str) -> list[int]:
    return members_store.hours_of_week(connection, scope, network, name)


@cached(20)
def shared_members(
    connection: Connection, scope: Scope, chosen: tuple[tuple[str, str], ...]
) -> list[members_store.Shared]:
    return members_store.shared_members(connection, scope, chosen)


@cached(20)
def our_topics(connection: Connection, scope: Scope) -> list[int]:
    return members_store.our_topics(connection, scope)
