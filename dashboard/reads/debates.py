"""Reads of the debates page, cached by store revision as in `dashboard.reads.cache`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from dashboard.reads.passages import posts_of
from data.debates import listing
from data.debates.listing import Debate, Positioned
from data.inbox.triage import labels_of
from data.models import date_to_day, to_epoch
from data.posts.passages import Passage
from data.posts.quotes import passage
from data.schema import IDS_PER_DAY

NEW_DAYS = 7
MOST_AUTHORS = 400  # of a debate whose first post is looked up


@dataclass(frozen=True, slots=True)
class Listed:
    """A debate of the list, with its posts of the last seven days and of the seven before. `others` are on the same
    question in other languages."""

    debate: Debate
    recent: int
    before: int
    others: tuple[Debate, ...] = ()


@dataclass(frozen=True, slots=True)
class Newcomers:
    """First posts of the people who joined a debate in its last days; `new_here` of them had never written before."""

    posts: tuple[Positioned, ...]
    new_here: int


@cached()
def debates(
    connection: Connection, state: str, since: date, until: date, dismissed: bool, hour: datetime, lang: str = ""
) -> list[Listed]:
    """Discussions of one state that are alive in the period; of those on one question that in `lang` stands first."""
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    states = listing.STATES if dismissed else [state]
    alive = listing.debates(connection, states, first, last, dismissed=dismissed)
    pace = listing.activity(connection, [item.id for item in alive], to_epoch(hour))
    return [Listed(item, *pace.get(item.id, (0, 0)), others) for item, others in listing.together(alive, lang)]


@cached()
def one_debate(connection: Connection, debate_id: int, hour: datetime) -> Listed | None:
    item = listing.one_debate(connection, debate_id)
    if item is None:
        return None
    pace = listing.activity(connection, [debate_id], to_epoch(hour))
    return Listed(item, *pace.get(debate_id, (0, 0)), tuple(listing.on_same_question(connection, item)))


@cached()
def positioned(connection: Connection, debate_id: int) -> list[Positioned]:
    return listing.positioned(connection, debate_id)


@cached()
def first_days(connection: Connection, debate_id: int, network: str) -> dict[str, int]:
    """Author -> the day of that person's first post in the record, for the people of a debate."""
    names = sorted({row.author for row in positioned(debate_id) if row.author})[:MOST_AUTHORS]
    first_posts = listing.first_posts(connection, [(network, name) for name in names])
    return {name: post // IDS_PER_DAY for (_, name), post in first_posts.items()}


@cached()
def stances(connection: Connection, ids: tuple[int, ...]) -> dict[int, str]:
    """What people said of where posts stand."""
    return {i: held.get("stance", "") for i, held in labels_of(connection, list(ids)).items()}


def newcomers(item: Debate, rows: Sequence[Positioned]) -> Newcomers:
    """People who joined in its last seven days, if it is older than these. `rows` are its posts in order of time."""
    first_of: dict[str, Positioned] = {}
    for row in rows:
        if row.author:
            first_of.setdefault(row.author, row)
    since = item.last_at - timedelta(days=NEW_DAYS)
    if item.began_at >= since:
        return Newcomers((), 0)
    joined = tuple(row for row in first_of.values() if row.at >= since)
    days = first_days(item.id, item.where.source_kind) if joined else {}
    return Newcomers(joined, sum(days.get(row.author, 0) >= date_to_day(since.date()) for row in joined))


def first_arguments(item: Debate) -> dict[int, str]:
    """Side -> the main argument of its camp in exact words."""
    return _words_of({camp.side: camp.arguments[0].passage for camp in item.facts.camps if camp.arguments})


def first_grants(item: Debate) -> dict[int, str]:
    """Side -> the first thing that its camp grants to the other, in exact words."""
    return _words_of({camp.side: camp.grants[0] for camp in item.facts.camps if camp.grants})


def _words_of(parts: dict[int, Passage]) -> dict[int, str]:
    posts = posts_of(parts.values())
    return {
        side: passage(posts[part.post].plain, part.start, part.stop)
        for side, part in parts.items()
        if part.post in posts
    }
