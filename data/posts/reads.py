"""Posts: find, page through, count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

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

from data.models import (
    INTENTS,
    OTHER_LANGUAGE,
    SENTIMENTS,
    Engagement,
    Post,
    TopicName,
    date_to_day,
    day_to_date,
    from_epoch,
)
from data.posts.scope_sql import (
    FEW,
    REACH,
    conditions_by_moment,
    conditions_of,
    current_fit,
    first_of_group,
    ids_of_days,
    is_counted,
    is_everything,
)
from data.reputation.returning import authors_by_day, authors_of_days, days_behind
from data.schema import (
    IDS_PER_DAY,
    brand_day,
    brand_lang_day,
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

PAGE = 25
MOST_BEHIND = 40  # days that are counted one by one
LAST_DAYS = 2  # of a period, that are looked through first for its newest posts
ORDERS = ("newest", "oldest", "engagement", "waiting")
NEWEST = (post.c.published_at.desc(), post.c.id.desc())
REACHED: ColumnElement[int] = literal_column(f"({REACH.replace('p.', 'post.')})", Integer)


def count_posts(connection: Connection, scope: Scope, *, folded: bool = False) -> int:
    """How many posts a scope holds; `folded` counts near-duplicates once."""
    if folded:
        return count_cards(connection, scope)[1]
    if not is_counted(scope):
        return _count_now(connection, scope)
    first, last = date_to_day(scope.since), date_to_day(scope.until)
    behind = days_behind(connection, first, last)
    if len(behind) > MOST_BEHIND:
        return _count_now(connection, scope)
    # As they were counted, but for the days in which something waits to be read or counted.
    number = _count_noted(connection, scope, first, last, behind)
    for day in behind:
        number += _count_now(connection, replace(scope, since=day_to_date(day), until=day_to_date(day)))
    return number


def _count_now(connection: Connection, scope: Scope) -> int:
    conditions = conditions_of(scope, post, current_fit(connection))
    return int(connection.execute(select(func.count()).select_from(post).where(*conditions)).scalar_one())


def _count_noted(connection: Connection, scope: Scope, first: int, last: int, without: set[int]) -> int:
    """Posts of a scope that `is_counted` between two days, as they were counted, some days left out."""
    table = brand_lang_day if scope.langs else brand_day
    noted = [table.c.brand_id == (scope.brand or 0), table.c.day.between(first, last), table.c.day.not_in(without)]
    if scope.langs:
        noted.append(table.c.lang.in_(scope.langs))
    number: Any = table.c.posts
    if scope.sentiments:
        number = sum(table.c[tone] for tone in SENTIMENTS if tone in scope.sentiments)
        if OTHER_LANGUAGE in scope.sentiments:
            number += table.c.posts - sum(table.c[tone] for tone in SENTIMENTS)
    return int(connection.execute(select(func.coalesce(func.sum(number), 0)).where(*noted)).scalar_one())


def count_cards(connection: Connection, scope: Scope) -> tuple[int, int]:
    """(posts of a scope, the same with near-duplicates counted once)."""
    fit = current_fit(connection)
    if is_counted(scope):  # copies are few, and an index holds them alone
        groups = func.count(FEW.c.group_id.distinct())
        query = select(func.count(), groups).where(*conditions_of(scope, FEW, fit), FEW.c.group_id != 0)
        copies, kept = connection.execute(query).one()
        posts = count_posts(connection, scope)
        return posts, posts - int(copies) + int(kept)
    groups = func.count(func.nullif(post.c.group_id, 0).distinct())
    alone = func.count().filter(post.c.group_id == 0)
    query = select(func.count(), alone + groups).where(*conditions_of(scope, post, fit))
    posts, cards = connection.execute(query).one()
    return int(posts), int(cards)


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
    start = PAGE * max(0, page - 1)
    # Two steps: the narrow table gives the 25 ids, only then is the text read.
    if order == "newest":
        return posts_by_id(connection, _newest_first(connection, scope, fit, start, folded))
    if order == "engagement":
        return posts_by_id(connection, loudest_ids(connection, scope, PAGE, start, folded=folded))
    conditions = conditions_by_moment(scope, post, fit)
    if folded:
        conditions.append(first_of_group(scope, fit))
    if order == "waiting":
        return posts_by_id(connection, _waiting_first(connection, conditions, start))
    query = select(post.c.id).where(*conditions).order_by(post.c.published_at, post.c.id).limit(PAGE).offset(start)
    return posts_by_id(connection, list(connection.execute(query).scalars()))


def loudest_ids(connection: Connection, scope: Scope, limit: int, start: int = 0, *, folded: bool = True) -> list[int]:
    """Ids of the posts of a scope that drew most, from the place `start` on."""
    fit = current_fit(connection)
    # They are read whole: by ids, which lie together.
    conditions = conditions_of(scope, post, fit)
    if folded:
        conditions.append(first_of_group(scope, fit))
    query = select(post.c.id).where(*conditions).order_by(REACHED.is_(None), REACHED.desc(), *NEWEST)
    return list(connection.execute(query.limit(limit).offset(start)).scalars())


def _newest_first(connection: Connection, scope: Scope, fit: int, start: int, folded: bool) -> list[int]:
    """25 ids from the place `start` on: of the last days, and of ever more of them until the page is full, so that
    what a scope is narrowed by is looked for in few days."""
    days = scope.days if is_everything(scope) else LAST_DAYS
    while True:
        late = replace(scope, since=max(scope.since, scope.until - timedelta(days=days - 1)))
        conditions = conditions_by_moment(late, post, fit)
        if folded:  # the copy that stands for others may be older
            conditions.append(first_of_group(scope, fit))
        query = select(post.c.id).where(*conditions).order_by(*NEWEST).limit(PAGE).offset(start)
        ids = list(connection.execute(query).scalars())
        if len(ids) == PAGE or late.since == scope.since:
            return ids
        days *= 4


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
    if is_everything(scope):  # told by the key of kinds: no post is looked at
        first, past = ids_of_days(scope)
        kind = post_intent.c.intent
        days = kind.in_(INTENTS), post_intent.c.post_id >= first, post_intent.c.post_id < past
        every = connection.execute(select(kind, func.count()).where(*days).group_by(kind)).tuples()
        return {str(name): int(number) for name, number in every}
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


def day_bounds(connection: Connection) -> tuple[int, int] | None:
    """First and last day that have posts."""
    # Each by its own select, from one end of the key: asked together, both read every post.
    first, last = (select(end(post.c.id)).scalar_subquery() for end in (func.min, func.max))
    low, high = connection.execute(select(first, last)).one()
    return None if low is None else (low // IDS_PER_DAY, high // IDS_PER_DAY)


def total_posts(connection: Connection) -> int:
    bounds = day_bounds(connection)
    return 0 if bounds is None else count_posts(connection, Scope(day_to_date(bounds[0]), day_to_date(bounds[1])))
