"""Posts: find, page through, count; whose voices they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
)

from data.models import Engagement, Post, TopicName, date_to_day, from_epoch
from data.posts.full_text import Node, condition
from data.posts.scope_sql import REACH, conditions_by_moment, conditions_of, current_fit, first_of_group, is_everything
from data.reputation.returning import authors_by_day, authors_of_days, days_behind
from data.schema import (
    IDS_PER_DAY,
    brand_day,
    inquiry,
    post,
    post_intent,
    post_text,
    post_topic,
    source,
    topic,
    triage,
)
from data.scope import Scope
from data.topics.names import name_of

K = TypeVar("K", int, str)
PAGE = 25
MOST_BEHIND = 40  # days that are counted one by one
ORDERS = ("newest", "oldest", "engagement", "waiting")
NEWEST = (post.c.published_at.desc(), post.c.id.desc())
REACHED: ColumnElement[int] = literal_column(f"({REACH.replace('p.', 'post.')})", Integer)


def matching_ids(connection: Connection, asked: Node, first_id: int, limit: int) -> list[int]:
    """The latest posts since a post id that a query finds."""
    rows = connection.execute(
        select(post.c.id).where(post.c.id >= first_id, condition(asked, post)).order_by(post.c.id.desc()).limit(limit)
    )
    return [int(i) for i in rows.scalars()]


def count_posts(connection: Connection, scope: Scope, *, folded: bool = False) -> int:
    """How many posts a scope holds; `folded` counts near-duplicates once."""
    if folded:
        return count_cards(connection, scope)[1]
    if is_everything(scope):
        return _count_days(connection, date_to_day(scope.since), date_to_day(scope.until))
    conditions = conditions_of(scope, post, current_fit(connection))
    return int(connection.execute(select(func.count()).select_from(post).where(*conditions)).scalar_one())


def count_cards(connection: Connection, scope: Scope) -> tuple[int, int]:
    """(posts of a scope, the same with near-duplicates counted once)."""
    conditions = conditions_of(scope, post, current_fit(connection))
    groups = func.count(func.nullif(post.c.group_id, 0).distinct())
    if is_everything(scope):  # copies are few, and an index holds them alone
        query = select(func.count(), groups).where(*conditions, post.c.group_id != 0)
        copies, kept = connection.execute(query).one()
        posts = count_posts(connection, scope)
        return posts, posts - int(copies) + int(kept)
    alone = func.count().filter(post.c.group_id == 0)
    posts, cards = connection.execute(select(func.count(), alone + groups).where(*conditions)).one()
    return int(posts), int(cards)


def _count_days(connection: Connection, first: int, last: int) -> int:
    """Posts between two days: as they were counted, but for the days in which something waits to be read or counted,
    whose posts are counted now."""
    within = post.c.id >= first * IDS_PER_DAY, post.c.id < (last + 1) * IDS_PER_DAY
    behind = days_behind(connection, first, last)
    if len(behind) > MOST_BEHIND:
        return int(connection.execute(select(func.count()).select_from(post).where(*within)).scalar_one())
    noted = brand_day.c.brand_id == 0, brand_day.c.day.between(first, last), brand_day.c.day.not_in(behind)
    number = int(connection.execute(select(func.coalesce(func.sum(brand_day.c.posts), 0)).where(*noted)).scalar_one())
    for one in behind:
        its = post.c.id >= one * IDS_PER_DAY, post.c.id < (one + 1) * IDS_PER_DAY
        number += int(connection.execute(select(func.count()).select_from(post).where(*its)).scalar_one())
    return number


def _columns(fit: int) -> Select[Any]:
    twin = post.alias("twin")
    alike = select(func.count()).select_from(twin).where(twin.c.group_id == post.c.group_id).scalar_subquery()
    group_size = case((post.c.group_id == 0, 1), else_=alike)  # 0 is no group, and most posts are of it
    kept = topic.alias("kept_topic")
    return (
        select(
            post,
            post_text.c.title,
            post_text.c.plain,
            post_text.c.url,
            source.c.title.label("source_title"),
            source.c.address.label("source_address"),
            source.c.is_own.label("is_own"),
            group_size.label("group_size"),
            func.coalesce(kept.c.merged_into, kept.c.id).label("topic_id"),
        )
        .join(post_text, post_text.c.post_id == post.c.id)
        .join(source, source.c.id == post.c.source_id)
        .outerjoin(post_topic, and_(post_topic.c.post_id == post.c.id, post_topic.c.fit_id == fit))
        .outerjoin(kept, kept.c.id == post_topic.c.topic_id)
    )


def _read(connection: Connection, rows: Iterable[Any]) -> list[Post]:
    rows = list(rows)
    wanted = {row.topic_id for row in rows if row.topic_id is not None}
    labels: dict[int, TopicName] = {}
    if wanted:
        for named in connection.execute(select(topic).where(topic.c.id.in_(wanted))):
            labels[named.id] = name_of(named)
    kinds: dict[int, list[tuple[str, float]]] = {}
    for start in range(0, len(rows), 500):
        part = [row.id for row in rows[start : start + 500]]
        query = select(post_intent).where(post_intent.c.post_id.in_(part)).order_by(post_intent.c.confidence.desc())
        for kind in connection.execute(query):
            kinds.setdefault(kind.post_id, []).append((kind.intent, kind.confidence))
    return [
        Post(
            id=row.id,
            source_kind=row.source_kind,
            native_id=row.native_id,
            source_id=row.source_id,
            source_title=row.source_title or row.source_address,
            published_at=from_epoch(row.published_at),
            author=row.author,
            title=row.title,
            plain=row.plain,
            url=row.url,
            lang=row.lang,
            sentiment=row.sentiment,
            sentiment_confidence=row.sentiment_confidence,
            is_demo=row.is_demo,
            root_id=row.root_id,
            parent_id=row.parent_id,
            community=row.community,
            group_id=row.group_id,
            group_size=row.group_size,
            topic_id=row.topic_id,
            topic_name=labels.get(row.topic_id, TopicName("")),
            engagement=Engagement(row.score, row.comments, row.views, row.shares, row.ratio),
            accepted=row.accepted,
            is_own=row.is_own,
            removed_at=from_epoch(row.removed_at) if row.removed_at else None,
            dropped_at=from_epoch(row.dropped_at) if row.dropped_at else None,
            by_us=row.by_us,
            intents=tuple(kinds.get(row.id, ())),
            toxicity=row.toxicity,
        )
        for row in rows
    ]


def page_of_posts(
    connection: Connection, scope: Scope, page: int = 1, *, folded: bool = True, order: str = "newest"
) -> list[Post]:
    """Page `page` (from 1) of at most 25 posts; `order` is one of `ORDERS`. `waiting`: first what waits for an answer
    of ours, the oldest on top, then all others, the newest first."""
    fit = current_fit(connection)
    # What is ordered by reach is read whole: by ids, which lie together. Else the index of moments gives the order.
    conditions = (conditions_of if order == "engagement" else conditions_by_moment)(scope, post, fit)
    if folded:
        conditions.append(first_of_group(scope, fit))
    start = PAGE * max(0, page - 1)
    # Two steps: the narrow table gives the 25 ids, only then is the text read.
    if order == "waiting":
        return posts_by_id(connection, _waiting_first(connection, conditions, start))
    ordering: Any = {
        "newest": NEWEST,
        "oldest": (post.c.published_at, post.c.id),
        "engagement": (REACHED.is_(None), REACHED.desc(), *NEWEST),
    }[order]
    query = select(post.c.id).where(*conditions).order_by(*ordering).limit(PAGE).offset(start)
    return posts_by_id(connection, list(connection.execute(query).scalars()))


def waiting_first(conditions: Sequence[ColumnElement[bool]]) -> tuple[Select[Any], Select[Any]]:
    """Ids of what waits for an answer of ours, the oldest first, and of all others, the newest first. What waits is
    few and read by itself: the order of all others is an index's."""
    waits = (
        select(inquiry.c.post_id)
        .outerjoin(triage, triage.c.post_id == inquiry.c.post_id)
        .where(inquiry.c.answered_by == 0, func.coalesce(triage.c.handled, "") == "")
    )
    mine = select(post.c.id).where(*conditions, post.c.id.in_(waits), post.c.removed_at.is_(None))
    rest = select(post.c.id).where(*conditions, post.c.id.not_in(waits) | post.c.removed_at.is_not(None))
    return mine.order_by(post.c.published_at, post.c.id), rest.order_by(*NEWEST)


def _waiting_first(connection: Connection, conditions: Sequence[ColumnElement[bool]], start: int) -> list[int]:
    """25 ids from the place `start` on."""
    oldest, rest = waiting_first(conditions)
    first = list(connection.execute(oldest.limit(PAGE).offset(start)).scalars())
    if len(first) == PAGE:
        return first
    mine = oldest.order_by(None).subquery()
    number = int(connection.execute(select(func.count()).select_from(mine)).scalar_one())
    rest = rest.limit(PAGE - len(first)).offset(max(0, start - number))
    return [*first, *connection.execute(rest).scalars()]


def ids_of(connection: Connection, scope: Scope, limit: int) -> list[int]:
    """Ids of a scope's posts, the newest first."""
    conditions = conditions_by_moment(scope, post, current_fit(connection))
    return list(connection.execute(select(post.c.id).where(*conditions).order_by(*NEWEST).limit(limit)).scalars())


def posts_by_id(connection: Connection, ids: Sequence[int]) -> list[Post]:
    """Posts in the order of `ids`; ids that no longer exist are left out."""
    if not ids:
        return []
    rows = connection.execute(_columns(current_fit(connection)).where(post.c.id.in_(ids)))
    posts = {item.id: item for item in _read(connection, rows)}
    return [posts[i] for i in ids if i in posts]


def group_of(connection: Connection, group_id: int, limit: int = 50) -> list[Post]:
    """The near-duplicates of one group, oldest first."""
    oldest = (post.c.published_at, post.c.id)
    rows = connection.execute(
        _columns(current_fit(connection)).where(post.c.group_id == group_id).order_by(*oldest).limit(limit)
    )
    return _read(connection, rows)


def daily_counts(connection: Connection, scope: Scope) -> list[tuple[int, str, int]]:
    """(day, sentiment, posts) for any scope, by counting its posts."""
    day: ColumnElement[int] = literal_column(f"post.id / {IDS_PER_DAY}").label("day")
    rows = connection.execute(
        select(day, post.c.sentiment, func.count())
        .where(*conditions_of(scope, post, current_fit(connection)))
        .group_by(day, post.c.sentiment)
    )
    return [(int(a), str(b), int(c)) for a, b, c in rows]


def count_intents(connection: Connection, scope: Scope) -> dict[str, int]:
    """Kind -> posts of a scope that are of it; a post may be of several."""
    rows = connection.execute(
        select(post_intent.c.intent, func.count())
        .join(post, post.c.id == post_intent.c.post_id)
        .where(*conditions_of(scope, post, current_fit(connection)))
        .group_by(post_intent.c.intent)
    )
    return {str(name): int(number) for name, number in rows}


def count_authors(connection: Connection, scope: Scope) -> int:
    """Distinct named authors in a scope."""
    first, last = date_to_day(scope.since), date_to_day(scope.until)
    if is_everything(scope) and not days_behind(connection, first, last):
        return authors_of_days(connection, first, last)
    return int(
        connection.execute(
            select(func.count(post.c.author.distinct())).where(
                post.c.author != "", *conditions_of(scope, post, current_fit(connection))
            )
        ).scalar_one()
    )


def daily_authors(connection: Connection, scope: Scope) -> list[int]:
    """Distinct named authors of each day of the scope, in order."""
    first, last = date_to_day(scope.since), date_to_day(scope.until)
    if is_everything(scope) and not days_behind(connection, first, last):
        by_day = authors_by_day(connection, first, last)
        return [by_day.get(day, 0) for day in range(first, last + 1)]
    day: ColumnElement[int] = literal_column(f"post.id / {IDS_PER_DAY}")
    rows = connection.execute(
        select(day, func.count(post.c.author.distinct()))
        .where(post.c.author != "", *conditions_of(scope, post, current_fit(connection)))
        .group_by(day)
    )
    by_day = {int(number): int(authors) for number, authors in rows}
    return [by_day.get(number, 0) for number in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Voices:
    """Who says it, and where: how balanced a figure is.

    `loudest` is the author with most posts, with how many; `copies` are posts beyond the first of a group of
    near-duplicates; `places` and `langs` are (name or code, posts), most posts first; `sources` (id, title, posts).
    """

    posts: int
    authors: int
    loudest: tuple[str, int]
    copies: int
    places: tuple[tuple[str, int], ...]
    langs: tuple[tuple[str, int], ...]
    sources: tuple[tuple[int, str, int], ...]


def voices_of(connection: Connection, scope: Scope, most: int = 8) -> Voices:
    """The voices of a scope. Reads its posts: meant for a topic or a brand, not for everything."""
    conditions = conditions_of(scope, post, current_fit(connection))
    number = func.count().label("number")
    # Places, languages and sources are few together: counted once, summed here.
    p, titles = post.c, dict(connection.execute(select(source.c.id, source.c.title)).tuples().all())
    groups = connection.execute(
        select(p.source_id, p.community, p.lang, number).where(*conditions).group_by(p.source_id, p.community, p.lang)
    )
    places, langs, sources = Counter[str](), Counter[str](), Counter[int]()
    for source_id, community, lang, posts in groups:
        places[str(community or titles.get(source_id) or "")] += int(posts)
        langs[str(lang)] += int(posts)
        sources[int(source_id)] += int(posts)
    alike = (func.count(), func.count(p.group_id.distinct()))
    grouped = connection.execute(select(*alike).where(*conditions, p.group_id != 0)).one()
    named = select(p.author, number).where(*conditions, p.author != "").group_by(p.author).subquery()
    authors = connection.execute(
        select(named.c.author, named.c.number, func.count().over()).order_by(named.c.number.desc(), named.c.author)
    ).first()
    return Voices(
        posts=sum(sources.values()),
        authors=0 if authors is None else int(authors[2]),
        loudest=("", 0) if authors is None else (str(authors[0]), int(authors[1])),
        copies=int(grouped[0]) - int(grouped[1]),
        places=tuple(_most(places)),
        langs=tuple(_most(langs)[:most]),
        sources=tuple((i, str(titles.get(i)), n) for i, n in _most(sources)[:most]),
    )


def _most(counted: Counter[K]) -> list[tuple[K, int]]:
    """Most posts first, then by name."""
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def day_bounds(connection: Connection) -> tuple[int, int] | None:
    """First and last day that have posts."""
    # Each by its own select, from one end of the key: asked together, both read every post.
    first, last = (select(end(post.c.id)).scalar_subquery() for end in (func.min, func.max))
    low, high = connection.execute(select(first, last)).one()
    return None if low is None else (low // IDS_PER_DAY, high // IDS_PER_DAY)


def total_posts(connection: Connection) -> int:
    bounds = day_bounds(connection)
    return 0 if bounds is None else _count_days(connection, *bounds)
