"""What spreads: how fast posts are shared, as far as their networks count it, and who carries them on, as far as posts
that lead to the same page, or say the same words, are here.

A number of shares that was read twice tells a pace between the two; one that was read once only an average since the
post was published. Nothing is taken for zero that is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from data.dialect import CHOSEN, ids_parameter, is_among
from data.models import from_epoch, to_epoch
from data.schema import engagement_day, inquiry, post, post_intent, triage

ORDERS = ("pace", "reach", "carried")
FEW = 2  # shares, or people who carry it on, from which a post spreads
MOST = 500  # posts and pages that are looked at, the most shared or carried first
RECENT = timedelta(days=3)  # in which a post was published, shared or carried on that still spreads
SHOWN = 60  # posts of a page that are told
DAY, HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class Carrier:
    """A post that leads to the same page as another (link) or says the same words (copy), and when."""

    post: int
    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Shares or posts an hour. `kind`: between (two readings of the count, of the days `since` and `until`), average
    (one reading: since it was published), seen (nobody counts shares: posts here that carry it on, since the first)."""

    an_hour: float
    kind: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Worth:
    """Why a post is worth answering now: what it asks of us (question, complaint), and how sure that is."""

    kind: str
    sure: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A post that spreads. `shares` and `views` are None where its network counts none; `people` are those who carry
    it on in `carriers`, the first first, itself left out."""

    post: int
    shares: int | None
    views: int | None
    pace: Pace
    people: int = 0
    carriers: tuple[Carrier, ...] = ()
    worth: Worth | None = None


def spreading(connection: Connection, first_id: int, past_id: int, now: datetime, order: str = "pace") -> list[Spread]:
    """What spreads among the posts from one id to before another. `order`: the fastest first, the most seen (posts
    without a count of views last), or what most people carry on."""
    carried = _carried(connection, first_id, past_id)
    counted = _counted(connection, first_id, past_id, [origin for origin, _people, _posts in carried])
    paces = _paces(connection, list(counted.values()), now)
    found: dict[int, Spread] = {}
    for row in counted.values():
        if (row.shares or 0) >= FEW:
            found[row.id] = Spread(row.id, row.shares, row.views, paces[row.id])
    for origin, people, posts in carried:
        row, before = counted[origin], found.get(origin)
        pace = before.pace if before else _seen(people, posts[0].at, now)
        if before is None or people > before.people:
            found[origin] = Spread(origin, row.shares, row.views, pace, people, tuple(posts))
    worth = _worth(connection, [s.post for s in found.values() if _still(s, counted[s.post].published_at, now)])
    return sorted(
        (Spread(s.post, s.shares, s.views, s.pace, s.people, s.carriers, worth.get(s.post)) for s in found.values()),
        key=lambda s: _place(s, order),
    )


def _still(spread: Spread, published: int, now: datetime) -> bool:
    """Whether it spreads now: it is new, others carried it on lately, or its shares grew lately."""
    grew = spread.pace.kind == "between" and spread.pace.an_hour > 0
    last = [from_epoch(published), *(one.at for one in spread.carriers), *([spread.pace.until] if grew else [])]
    return max(last) >= now - RECENT


def _place(spread: Spread, order: str) -> tuple[float, ...]:
    pace = (-spread.pace.an_hour, -spread.people, -spread.post)
    if order == "reach":
        return (-(spread.views if spread.views is not None else -1), -(spread.shares or 0), *pace)
    return (-spread.people, *pace) if order == "carried" else pace


_FALSE = "(1 = 0)"  # on either database
# A person is an author at a network; of feeds the site, whose writers all link to one another's pages.
_PERSON = """CASE WHEN p.source_kind IN ('feed', 'page') OR p.author = '' THEN 'site ' || p.source_id
    ELSE p.source_kind || ' ' || p.author END"""


def carried_sql() -> str:
    """Pages that several people lead to, most of them first: read by the index of links of these posts."""
    return f"""
        SELECT l.page, count(DISTINCT {_PERSON}) AS people FROM post_link l JOIN post p ON p.id = l.post_id
        WHERE l.post_id >= :first AND l.post_id < :past AND p.removed_at IS NULL
        GROUP BY l.page HAVING count(DISTINCT {_PERSON}) >= :few ORDER BY people DESC, l.page LIMIT :most
    """


def copied_sql() -> str:
    """Groups of posts that say the same words by several people: read by the index of those alone."""
    return f"""
        SELECT p.group_id, count(DISTINCT {_PERSON}) AS people FROM post p
        WHERE p.group_id != 0 AND p.id >= :first AND p.id < :past AND p.removed_at IS NULL
        GROUP BY p.group_id HAVING count(DISTINCT {_PERSON}) >= :few ORDER BY people DESC, p.group_id LIMIT :most
    """


def counted_sql() -> str:
    """Posts that were shared, the most shared first: read by the index of those alone."""
    return """
        SELECT id FROM post WHERE shares > 0 AND id >= :first AND id < :past AND removed_at IS NULL
        ORDER BY shares DESC, id LIMIT :most
    """


def _carried(connection: Connection, first_id: int, past_id: int) -> list[tuple[int, int, list[Carrier]]]:
    """(the post that is carried on, by how many others, their posts) of pages that several people lead to, and of words
    that several say. It is the page's own post where that is here, else the first."""
    bounds = {"first": first_id, "past": past_id, "few": FEW, "most": MOST}
    pages = list(connection.execute(text(carried_sql()), bounds).scalars())
    rows = connection.execute(
        text(f"""
            SELECT l.page, l.own, p.id, p.published_at, {_PERSON} AS person
            FROM post_link l JOIN post p ON p.id = l.post_id
            WHERE l.page IN ({CHOSEN}) AND l.post_id < :past AND p.removed_at IS NULL
            ORDER BY l.page, p.published_at, p.id
        """),
        {"ids": ids_parameter(pages), "past": past_id},
    )
    of_page: dict[int, list[Any]] = {}
    for row in rows:
        of_page.setdefault(row.page, []).append(row)
    groups = list(connection.execute(text(copied_sql()), bounds).scalars())
    alike = text(f"""
        SELECT -p.group_id AS page, {_FALSE} AS own, p.id, p.published_at, {_PERSON} AS person FROM post p
        WHERE p.group_id IN ({CHOSEN}) AND p.id < :past AND p.removed_at IS NULL
        ORDER BY p.group_id, p.published_at, p.id
    """)
    for row in connection.execute(alike, {"ids": ids_parameter(groups), "past": past_id}):
        of_page.setdefault(row.page, []).append(row)  # below 0: no number of a page
    return _origins(of_page, first_id)


def _origins(of_page: Mapping[int, Sequence[Any]], first_id: int) -> list[tuple[int, int, list[Carrier]]]:
    """Of each page the post that others carry on, where enough do, and one of them since `first_id`."""
    found: dict[int, tuple[int, int, list[Carrier]]] = {}
    for page, rows_of_it in of_page.items():
        origin = next((row for row in rows_of_it if row.own), rows_of_it[0])
        others = [row for row in rows_of_it if row.person != origin.person and row.published_at >= origin.published_at]
        people = len({row.person for row in others})
        recent = any(row.id >= first_id for row in others)
        if recent and people >= (1 if origin.own else FEW) and people > found.get(origin.id, (0, 0, []))[1]:
            carriers = [
                Carrier(row.id, from_epoch(row.published_at), "link" if page >= 0 else "copy") for row in others
            ]
            found[origin.id] = (origin.id, people, carriers[:SHOWN])
    return list(found.values())


def _counted(connection: Connection, first_id: int, past_id: int, more: Iterable[int]) -> dict[int, Any]:
    bounds = {"first": first_id, "past": past_id, "most": MOST}
    ids = {*connection.execute(text(counted_sql()), bounds).scalars(), *more}
    columns = (post.c.id, post.c.published_at, post.c.shares, post.c.views)
    return {row.id: row for row in connection.execute(select(*columns).where(is_among(post.c.id, sorted(ids))))}


def _paces(connection: Connection, rows: Sequence[Any], now: datetime) -> dict[int, Pace]:
    """Of posts whose shares are counted. A reading is of a day, at no known hour: it counts as of the day's end."""
    read: dict[int, list[tuple[int, int]]] = {}
    counted = {row.id: row for row in rows if row.shares is not None}
    mine = is_among(engagement_day.c.post_id, sorted(counted)) & engagement_day.c.shares.is_not(None)
    columns = (engagement_day.c.post_id, engagement_day.c.day, engagement_day.c.shares)
    for number, day, shares in connection.execute(
        select(*columns).where(mine).order_by(engagement_day.c.post_id, engagement_day.c.day)
    ):
        read.setdefault(number, []).append((day, shares))
    return {number: _pace(row, read.get(number, []), to_epoch(now)) for number, row in counted.items()}


def _pace(row: Any, readings: Sequence[tuple[int, int]], stamp: int) -> Pace:
    ends = [(min(stamp, (day + 1) * DAY), shares) for day, shares in readings]
    if len(ends) > 1:
        (before, fewer), (after, shares) = ends[-2:]
        hours = max(1.0, (after - before) / HOUR)
        return Pace(max(0, shares - fewer) / hours, "between", from_epoch(before), from_epoch(after))
    end = ends[-1][0] if ends else stamp
    hours = max(1.0, (end - row.published_at) / HOUR)
    return Pace(row.shares / hours, "average", from_epoch(row.published_at), from_epoch(end))


def _seen(people: int, first: datetime, now: datetime) -> Pace:
    return Pace(people / max(1.0, (now - first).total_seconds() / HOUR), "seen", first, now)


def _worth(connection: Connection, found: Iterable[int]) -> dict[int, Worth]:
    """Those of these posts that ask something of us or complain to us, that nobody of us answered or handled."""
    sure = func.coalesce(
        select(func.max(post_intent.c.confidence))
        .where(post_intent.c.post_id == inquiry.c.post_id, post_intent.c.intent.in_(("question", "complaint", "bug")))
        .scalar_subquery(),
        0.0,
    )
    rows = connection.execute(
        select(inquiry.c.post_id, inquiry.c.kind, sure)
        .outerjoin(triage, triage.c.post_id == inquiry.c.post_id)
        .where(
            is_among(inquiry.c.post_id, sorted(found)),
            inquiry.c.answered_by == 0,
            func.coalesce(triage.c.handled, "") == "",
        )
    )
    return {number: Worth(kind, float(confidence)) for number, kind, confidence in rows}
