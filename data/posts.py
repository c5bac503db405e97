"""Posts: add, find, page through, erase."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    column,
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from data.content_schema import idea
from data.dialect import insert_new, insert_over
from data.full_text import Node, condition, typed
from data.models import Engagement, NewPost, Post, Scope, date_to_day, from_epoch, to_day, to_epoch
from data.schema import (
    IDS_PER_DAY,
    debate,
    debate_post,
    dirty_day,
    engagement_day,
    erased_post,
    inquiry,
    map_mark,
    member_week,
    mention,
    meta,
    moderation,
    own_account,
    past_answer,
    post,
    post_aspect,
    post_intent,
    post_label,
    post_pin,
    post_source,
    post_stance,
    post_text,
    post_topic,
    source,
    tone_check,
    tool,
    tool_post,
    topic,
    triage,
    triage_event,
    verbatim,
    watch,
    watch_post,
)
from data.sharing_schema import snapshot_post
from data.snapshots import erase_from_snapshots
from data.store import Store

PAGE = 25
TEXT_LIMIT = 200_000  # characters of one post that are kept; more is an attack or a book
SKEW = timedelta(days=2)  # a post dated further ahead than this has a broken clock


@dataclass(frozen=True, slots=True)
class Added:
    """What a batch changed: `new` posts, `changed` ones (edited at their source), `known` ones."""

    new: int = 0
    changed: int = 0
    known: int = 0


def pseudonym(author: str, salt: str) -> str:
    """A stable name that does not lead back to the author without the salt kept in the record."""
    return "user-" + hashlib.blake2b(f"{salt}\0{author}".encode(), digest_size=5).hexdigest()


def author_salt(connection: Connection, make: bool = False) -> str:
    """The salt of this record's pseudonyms; with `make`, made where there is none yet."""
    salt = str(connection.execute(select(meta.c.value).where(meta.c.key == "salt")).scalar() or "")
    if not salt and make:
        import secrets

        salt = secrets.token_hex(16)
        connection.execute(insert(meta).values(key="salt", value=salt))
    return salt


def _clip(value: str, limit: int = TEXT_LIMIT) -> str:
    """Bounded, and free of the lone surrogates and NULs that a database refuses."""
    value = value[:limit].replace("\0", "")
    return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value


def _plain(item: NewPost, to_plain: Callable[[str], str]) -> str:
    return _clip(to_plain(_clip(item.text)) if item.plain is None else item.plain)


def _chunks(values: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def add_posts(
    connection: Connection,
    source_id: int,
    posts: Sequence[NewPost],
    now: datetime,
    *,
    is_demo: bool = False,
    pseudonymise: bool = False,
    to_plain: Callable[[str], str] = str.strip,
) -> Added:
    """Insert or refresh posts inside the caller's transaction.

    The same post twice is one row. Its first source alone may correct its text; counters are refreshed
    by any source and sampled once a day. A date missing or more than two days ahead becomes `now`.
    `to_plain` makes the readable text of posts that have none yet.
    """
    posts = [item for item in {(p.source_kind, p.native_id): p for p in posts}.values() if item.native_id]
    if not posts:
        return Added()
    salt = author_salt(connection, make=True) if pseudonymise else ""
    known: dict[tuple[str, str], Any] = {}
    by_kind: dict[str, list[str]] = {}
    for item in posts:
        by_kind.setdefault(item.source_kind, []).append(_clip(item.native_id, 2_000))
    for kind, ids in by_kind.items():
        for part in _chunks(ids):
            rows = connection.execute(
                select(
                    post.c.id,
                    post.c.native_id,
                    post.c.source_id,
                    post.c.score,
                    post.c.comments,
                    post.c.views,
                    post.c.shares,
                    post.c.ratio,
                    post.c.accepted,
                    post_text.c.title,
                    post_text.c.received,
                )
                .join(post_text, post_text.c.post_id == post.c.id)
                .where(post.c.source_kind == kind, post.c.native_id.in_(part))
            )
            known.update({(kind, row.native_id): row for row in rows})

    today, next_id = to_day(now), {}
    rows_post: list[dict[str, Any]] = []
    rows_text: list[dict[str, Any]] = []
    links: list[dict[str, int]] = []
    samples: list[dict[str, Any]] = []
    days: set[int] = set()
    changed = 0
    for item in posts:
        native_id = _clip(item.native_id, 2_000)
        counters = {
            "score": item.engagement.score,
            "comments": item.engagement.comments,
            "views": item.engagement.views,
            "shares": item.engagement.shares,
        }
        row = known.get((item.source_kind, native_id))
        if row is not None:
            links.append({"source_id": source_id, "post_id": row.id})
            fresh: dict[str, Any] = {k: v for k, v in counters.items() if v is not None}
            moved = any(getattr(row, k) != v for k, v in fresh.items())
            if item.engagement.ratio is not None:
                fresh["ratio"] = item.engagement.ratio
            fresh["accepted"] = item.accepted
            if any(getattr(row, k) != v for k, v in fresh.items()):
                connection.execute(update(post).where(post.c.id == row.id).values(**fresh))
            if moved:
                samples.append({"post_id": row.id, "day": today, **counters})
            title, received = _clip(item.title, 2_000), _clip(item.text)
            if row.source_id == source_id and (row.received != received or row.title != title):
                connection.execute(
                    update(post_text)
                    .where(post_text.c.post_id == row.id)
                    .values(title=title, received=received, plain=_plain(item, to_plain))
                )
                connection.execute(update(post).where(post.c.id == row.id).values(pending=True))
                days.add(row.id // IDS_PER_DAY)
                changed += 1
            continue
        moment = item.published_at or now
        if moment > now + SKEW or moment.year < 1970:
            moment = now
        day = to_day(moment)
        if day not in next_id:
            top = connection.execute(
                select(func.max(post.c.id)).where(post.c.id >= day * IDS_PER_DAY, post.c.id < (day + 1) * IDS_PER_DAY)
            ).scalar()
            next_id[day] = (top or day * IDS_PER_DAY) + 1
        post_id = next_id[day]
        next_id[day] += 1
        days.add(day)
        author = _clip(item.author, 300)
        if pseudonymise and author:
            author = pseudonym(author, salt)
        rows_post.append(
            {
                "id": post_id,
                "source_kind": item.source_kind,
                "native_id": native_id,
                "source_id": source_id,
                "published_at": to_epoch(moment),
                "collected_at": to_epoch(now),
                "author": author,
                "community": _clip(item.community, 300),
                "lang": item.lang[:2].lower(),
                "root_id": _clip(item.root_id, 2_000),
                "parent_id": _clip(item.parent_id, 2_000),
                "is_demo": is_demo,
                "ratio": item.engagement.ratio,
                "accepted": item.accepted,
                **counters,
            }
        )
        rows_text.append(
            {
                "post_id": post_id,
                "title": _clip(item.title, 2_000),
                "received": _clip(item.text),
                "plain": _plain(item, to_plain),
                "url": _clip(item.url, 4_000),
            }
        )
        links.append({"source_id": source_id, "post_id": post_id})
        if any(value is not None for value in counters.values()):
            samples.append({"post_id": post_id, "day": today, **counters})
    if rows_post:
        connection.execute(insert(post), rows_post)
        connection.execute(insert(post_text), rows_text)
    if links:
        connection.execute(insert_new(post_source), links)
    if samples:
        connection.execute(insert_over(engagement_day), samples)
    if days:
        connection.execute(insert_new(dirty_day), [{"day": day} for day in days])
    return Added(new=len(rows_post), changed=changed, known=len(posts) - len(rows_post) - changed)


# Counters move most when a post is young: each is read again at these ages, in seconds.
RECOUNT_AGES = (3_600, 4 * 3_600, 12 * 3_600, 86_400, 3 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400)


def due_recounts(
    connection: Connection, source_id: int, last: datetime | None, now: datetime, limit: int = 100
) -> list[str]:
    """Native ids of posts that reached one of `RECOUNT_AGES` since `last`, the youngest first.

    Needs no column: a post is due when its birth plus an age lies between the last count and now.
    """
    end, start = to_epoch(now), to_epoch(last) if last else to_epoch(now) - 86_400
    found: dict[str, None] = {}
    for age in RECOUNT_AGES:
        low, high = start - age, end - age
        rows = connection.execute(
            select(post.c.native_id)
            .where(
                post.c.source_id == source_id,
                post.c.id >= (low // 86_400) * IDS_PER_DAY,
                post.c.id < (high // 86_400 + 1) * IDS_PER_DAY,
                post.c.published_at > low,
                post.c.published_at <= high,
                post.c.removed_at.is_(None),
            )
            .order_by(post.c.id.desc())
            .limit(limit)
        )
        found.update(dict.fromkeys(rows.scalars()))
    return list(found)[:limit]


def mark_removed(connection: Connection, kind: str, native_ids: Sequence[str], now: datetime) -> int:
    """Note that posts are no longer on their network. What they said is kept as it was read."""
    return sum(
        connection.execute(
            update(post)
            .where(post.c.source_kind == kind, post.c.native_id.in_(part), post.c.removed_at.is_(None))
            .values(removed_at=to_epoch(now))
        ).rowcount
        for part in _chunks(list(native_ids))
    )


def _matches(scope: Scope, table: Any, fit: int) -> list[ColumnElement[bool]]:
    """The conditions that a scope puts on a post table or its alias."""
    low, high = date_to_day(scope.since), date_to_day(scope.until)
    found: list[ColumnElement[bool]] = [
        table.c.id >= low * IDS_PER_DAY,
        table.c.id < (high + 1) * IDS_PER_DAY,
    ]
    if scope.sources:
        found.append(exists().where(post_source.c.post_id == table.c.id, post_source.c.source_id.in_(scope.sources)))
    if scope.kinds:
        found.append(table.c.source_kind.in_(scope.kinds))
    if scope.langs:
        found.append(table.c.lang.in_(scope.langs))
    if scope.sentiments:
        found.append(table.c.sentiment.in_(scope.sentiments))
    if scope.author:
        found.append(table.c.author == scope.author)
    if scope.brand is not None:
        found.append(
            table.c.id.in_(
                select(mention.c.post_id).where(
                    mention.c.brand_id == scope.brand, mention.c.day >= low, mention.c.day <= high
                )
            )
        )
    if scope.topic is not None or scope.area is not None:
        kept = topic.alias("kept")
        placed = [
            post_topic.c.fit_id == fit,
            post_topic.c.post_id >= low * IDS_PER_DAY,
            post_topic.c.post_id < (high + 1) * IDS_PER_DAY,
        ]
        if scope.topic is not None:
            placed.append(or_(post_topic.c.topic_id == scope.topic, kept.c.merged_into == scope.topic))
        if scope.part is not None:
            placed += [post_topic.c.part == scope.part, post_topic.c.topic_id == scope.topic]
        if scope.area is not None:
            left, right, bottom, top = scope.area
            placed += [post_topic.c.x.between(left, right), post_topic.c.y.between(bottom, top), ~kept.c.noise]
        of_topic = select(post_topic.c.post_id).join(kept, kept.c.id == post_topic.c.topic_id).where(*placed)
        found.append(table.c.id.in_(of_topic))
    if scope.intents:
        found.append(table.c.id.in_(select(post_intent.c.post_id).where(post_intent.c.intent.in_(scope.intents))))
    if scope.state:
        found.append(_in_state(scope.state, table))
    if scope.watch is not None:
        near = (
            select(watch_post.c.post_id)
            .join(watch, watch.c.id == watch_post.c.watch_id)
            .where(watch_post.c.watch_id == scope.watch, watch_post.c.similarity >= watch.c.threshold)
        )
        found.append(table.c.id.in_(near))
    if scope.debate is not None:
        said = select(debate_post.c.post_id).where(debate_post.c.debate_id == scope.debate)
        if scope.side is not None:
            said = said.where(debate_post.c.side == scope.side)
        if scope.argument is not None:
            said = said.where(debate_post.c.argument == scope.argument)
        found.append(table.c.id.in_(said))
    if scope.tool is not None:
        found.append(table.c.id.in_(select(tool_post.c.post_id).where(tool_post.c.tool_id == scope.tool)))
    if scope.idea is not None:
        held = text("SELECT j.value FROM idea i, json_each(i.posts) j WHERE i.id = :idea").bindparams(idea=scope.idea)
        found.append(table.c.id.in_(held.columns(column("value", Integer))))
    if scope.query.strip():
        asked = typed(scope.query)
        found.append(false() if asked is None else condition(asked, table))
    return found


def _in_state(state: str, table: Any) -> ColumnElement[bool]:
    """The condition that a triage state puts on posts: open, starred, handled, snoozed, or assigned:NAME."""
    post_id: ColumnElement[int] = table.c.id
    touched = select(triage.c.post_id)
    if state == "open":
        return post_id.not_in(touched.where(triage.c.handled != ""))
    if state.startswith("assigned:"):
        return post_id.in_(touched.where(triage.c.assigned == state.removeprefix("assigned:")))
    if state in {"starred", "handled", "snoozed"}:
        return post_id.in_(touched.where(triage.c[state] != ""))
    return false()


def current_fit(connection: Connection) -> int:
    """The topic model that pages show; 0 when there is none yet."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == "topic_fit")).scalar() or 0)


def _first_of_group(scope: Scope, fit: int) -> ColumnElement[bool]:
    """True for a post that no earlier near-duplicate in the same scope stands for."""
    other = post.alias("other")
    earlier = exists().where(
        and_(other.c.group_id == post.c.group_id, other.c.id < post.c.id, *_matches(scope, other, fit))
    )
    return or_(post.c.group_id == 0, ~earlier)


def matching_ids(connection: Connection, asked: Node, first_id: int, limit: int) -> list[int]:
    """The latest posts since a post id that a query finds."""
    rows = connection.execute(
        select(post.c.id).where(post.c.id >= first_id, condition(asked, post)).order_by(post.c.id.desc()).limit(limit)
    )
    return [int(i) for i in rows.scalars()]


def count_posts(connection: Connection, scope: Scope, *, folded: bool = False) -> int:
    """How many posts a scope holds; `folded` counts near-duplicates once."""
    fit = current_fit(connection)
    conditions = _matches(scope, post, fit)
    if folded:
        conditions.append(_first_of_group(scope, fit))
    return int(connection.execute(select(func.count()).select_from(post).where(*conditions)).scalar_one())


def _columns(fit: int) -> Select[Any]:
    twin = post.alias("twin")
    group_size = select(func.count()).select_from(twin).where(twin.c.group_id == post.c.group_id).scalar_subquery()
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
    labels: dict[int, str] = {}
    if wanted:
        for found in connection.execute(select(topic).where(topic.c.id.in_(wanted))):
            labels[found.id] = found.person_label or found.label
    kinds: dict[int, list[tuple[str, float]]] = {}
    for start in range(0, len(rows), 500):
        part = [row.id for row in rows[start : start + 500]]
        query = select(post_intent).where(post_intent.c.post_id.in_(part)).order_by(post_intent.c.confidence.desc())
        for found in connection.execute(query):
            kinds.setdefault(found.post_id, []).append((found.intent, found.confidence))
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
            group_size=row.group_size if row.group_id else 1,
            topic_id=row.topic_id,
            topic_label=labels.get(row.topic_id, ""),
            engagement=Engagement(row.score, row.comments, row.views, row.shares, row.ratio),
            accepted=row.accepted,
            is_own=row.is_own,
            removed_at=from_epoch(row.removed_at) if row.removed_at else None,
            by_us=row.by_us,
            intents=tuple(kinds.get(row.id, ())),
            toxicity=row.toxicity,
        )
        for row in rows
    ]


def page_of_posts(
    connection: Connection, scope: Scope, page: int = 1, *, folded: bool = True, order: str = "newest"
) -> list[Post]:
    """Page `page` (from 1) of at most 25 posts; `order` is newest, oldest or engagement."""
    fit = current_fit(connection)
    conditions = _matches(scope, post, fit)
    if folded:
        conditions.append(_first_of_group(scope, fit))
    loud = func.coalesce(post.c.score, 0) + 2 * func.coalesce(post.c.comments, 0)
    ordering: Any = {
        "newest": (post.c.id.desc(),),
        "oldest": (post.c.id.asc(),),
        "engagement": (loud.desc(), post.c.id.desc()),
    }[order]
    # Two steps: the narrow table gives the 25 ids, only then is the text read.
    ids = list(
        connection.execute(
            select(post.c.id).where(*conditions).order_by(*ordering).limit(PAGE).offset(PAGE * max(0, page - 1))
        ).scalars()
    )
    return posts_by_id(connection, ids)


def ids_of(connection: Connection, scope: Scope, limit: int) -> list[int]:
    """Ids of a scope's posts, the newest first."""
    conditions = _matches(scope, post, current_fit(connection))
    return list(
        connection.execute(select(post.c.id).where(*conditions).order_by(post.c.id.desc()).limit(limit)).scalars()
    )


def posts_by_id(connection: Connection, ids: Sequence[int]) -> list[Post]:
    """Posts in the order of `ids`; ids that no longer exist are left out."""
    if not ids:
        return []
    rows = connection.execute(_columns(current_fit(connection)).where(post.c.id.in_(ids)))
    found = {item.id: item for item in _read(connection, rows)}
    return [found[i] for i in ids if i in found]


def group_of(connection: Connection, group_id: int, limit: int = 50) -> list[Post]:
    """The near-duplicates of one group, oldest first."""
    rows = connection.execute(
        _columns(current_fit(connection)).where(post.c.group_id == group_id).order_by(post.c.id).limit(limit)
    )
    return _read(connection, rows)


def received_text(connection: Connection, post_id: int) -> str:
    """The post exactly as its source gave it."""
    return str(connection.execute(select(post_text.c.received).where(post_text.c.post_id == post_id)).scalar() or "")


def daily_counts(connection: Connection, scope: Scope) -> list[tuple[int, str, int]]:
    """(day, sentiment, posts) for any scope, by counting its posts."""
    day: ColumnElement[int] = literal_column(f"post.id / {IDS_PER_DAY}").label("day")
    rows = connection.execute(
        select(day, post.c.sentiment, func.count())
        .where(*_matches(scope, post, current_fit(connection)))
        .group_by(day, post.c.sentiment)
    )
    return [(int(a), str(b), int(c)) for a, b, c in rows]


def count_intents(connection: Connection, scope: Scope) -> dict[str, int]:
    """Kind -> posts of a scope that are of it; a post may be of several."""
    rows = connection.execute(
        select(post_intent.c.intent, func.count())
        .join(post, post.c.id == post_intent.c.post_id)
        .where(*_matches(scope, post, current_fit(connection)))
        .group_by(post_intent.c.intent)
    )
    return {str(name): int(number) for name, number in rows}


def count_authors(connection: Connection, scope: Scope) -> int:
    """Distinct named authors in a scope."""
    return int(
        connection.execute(
            select(func.count(post.c.author.distinct())).where(
                post.c.author != "", *_matches(scope, post, current_fit(connection))
            )
        ).scalar_one()
    )


def daily_authors(connection: Connection, scope: Scope) -> list[int]:
    """Distinct named authors of each day of the scope, in order."""
    day: ColumnElement[int] = literal_column(f"post.id / {IDS_PER_DAY}")
    rows = connection.execute(
        select(day, func.count(post.c.author.distinct()))
        .where(post.c.author != "", *_matches(scope, post, current_fit(connection)))
        .group_by(day)
    )
    found = {int(number): int(authors) for number, authors in rows}
    first = date_to_day(scope.since)
    return [found.get(first + index, 0) for index in range(scope.days)]


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
    """The voices of a scope. Reads its posts once each: meant for a topic or a brand, not for everything."""
    conditions = _matches(scope, post, current_fit(connection))
    number = func.count().label("number")

    def top(column: Any, *more: ColumnElement[bool]) -> list[tuple[Any, int]]:
        query = select(column, number).where(*conditions, *more).group_by(column).order_by(number.desc(), column)
        return [(value, int(n)) for value, n in connection.execute(query.limit(most))]

    grouped = connection.execute(
        select(func.count(), func.count(post.c.group_id.distinct())).where(*conditions, post.c.group_id != 0)
    ).one()
    # A literal, not a parameter: PostgreSQL must see that it groups by what it selects.
    place = func.coalesce(func.nullif(post.c.community, literal_column("''")), source.c.title)
    places = connection.execute(
        select(place, number)
        .join(source, source.c.id == post.c.source_id)
        .where(*conditions)
        .group_by(place)
        .order_by(number.desc(), place)
    ).all()
    listed = connection.execute(
        select(post.c.source_id, source.c.title, number)
        .join(source, source.c.id == post.c.source_id)
        .where(*conditions)
        .group_by(post.c.source_id, source.c.title)
        .order_by(number.desc(), post.c.source_id)
        .limit(most)
    ).all()
    named = top(post.c.author, post.c.author != "")
    return Voices(
        posts=count_posts(connection, scope),
        authors=count_authors(connection, scope),
        loudest=named[0] if named else ("", 0),
        copies=int(grouped[0]) - int(grouped[1]),
        places=tuple((str(name or ""), int(n)) for name, n in places),
        langs=tuple(top(post.c.lang)),
        sources=tuple((int(i), str(title), int(n)) for i, title, n in listed),
    )


def day_bounds(connection: Connection) -> tuple[int, int] | None:
    """First and last day that have posts."""
    low, high = connection.execute(select(func.min(post.c.id), func.max(post.c.id))).one()
    return None if low is None else (low // IDS_PER_DAY, high // IDS_PER_DAY)


def total_posts(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(post)).scalar_one())


_erased = Table("erased", MetaData(), Column("id", Integer, primary_key=True))  # temporary, per connection


def _erase_ids(connection: Connection, ids: Select[Any]) -> int:
    """Erase posts and everything said about them. Their days are recounted at the next refresh."""
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS erased (id BIGINT PRIMARY KEY)")
    connection.exec_driver_sql("DELETE FROM erased")
    connection.execute(insert(_erased).from_select(["id"], ids))
    mine = select(_erased.c.id)
    anything = _erased.c.id > 0  # "SELECT ... ON CONFLICT" needs a WHERE before it
    connection.execute(
        insert_new(dirty_day).from_select(
            ["day"],
            select(literal_column(f"erased.id / {IDS_PER_DAY}")).distinct().select_from(_erased).where(anything),
        )
    )
    connection.execute(insert_new(erased_post).from_select(["post_id"], mine.where(anything)))
    for table in (
        post_source, engagement_day, mention, post_topic, map_mark, post_pin, watch_post, post_intent, inquiry,
        past_answer, moderation, triage, triage_event, post_label, verbatim, post_aspect, tone_check, post_stance,
        post_text,
    ):  # fmt: skip
        connection.execute(delete(table).where(table.c.post_id.in_(mine)))
    connection.execute(delete(past_answer).where(past_answer.c.answer_id.in_(mine)))
    quoted = connection.execute(select(snapshot_post.c.post_id).distinct().where(snapshot_post.c.post_id.in_(mine)))
    erase_from_snapshots(connection, list(quoted.scalars()))
    _erase_findings(connection, mine)
    return connection.execute(delete(post).where(post.c.id.in_(mine))).rowcount


def _erase_findings(connection: Connection, mine: Select[Any]) -> None:
    """Findings that name erased posts or their authors go; what other posts say of them is found again."""
    about = select(debate_post.c.debate_id).where(debate_post.c.post_id.in_(mine))
    debates = select(debate.c.id).where(or_(debate.c.id.in_(about), debate.c.opener.in_(mine)))
    tools = select(tool_post.c.tool_id).where(tool_post.c.post_id.in_(mine))
    others = select(debate_post.c.post_id).where(debate_post.c.debate_id.in_(debates))
    again = others.union(select(tool_post.c.post_id).where(tool_post.c.tool_id.in_(tools)))
    connection.execute(update(post).where(post.c.id.in_(again)).values(pending=True))
    ids = list(connection.execute(debates).scalars())
    connection.execute(delete(debate_post).where(debate_post.c.debate_id.in_(ids)))
    connection.execute(delete(debate).where(debate.c.id.in_(ids)))
    kept = list(connection.execute(tools.distinct()).scalars())
    connection.execute(delete(tool_post).where(tool_post.c.post_id.in_(mine)))
    connection.execute(update(tool).where(tool.c.id.in_(kept)).values(facts="{}"))
    alone = tool.c.id.not_in(select(tool_post.c.tool_id))
    connection.execute(delete(tool).where(tool.c.id.in_(kept), alone))


def erase_source_posts(connection: Connection, source_id: int) -> int:
    """Erase the posts that only this source brought; those seen elsewhere too pass to the other source."""
    connection.execute(delete(post_source).where(post_source.c.source_id == source_id))
    heir = select(func.min(post_source.c.source_id)).where(post_source.c.post_id == post.c.id).scalar_subquery()
    connection.execute(
        update(post)
        .where(post.c.source_id == source_id, exists().where(post_source.c.post_id == post.c.id))
        .values(source_id=heir)
    )
    return _erase_ids(connection, select(post.c.id).where(post.c.source_id == source_id))


def erase_author(store: Store, author: str) -> int:
    """Erase every post of one author, everywhere. Vectors go at the next refresh. Returns how many."""
    with store.write() as connection:
        connection.execute(delete(own_account).where(own_account.c.author == author))
        connection.execute(delete(member_week).where(member_week.c.author == author))
        connection.execute(delete(idea).where(idea.c.key == f"member:{author}"))
        salt = author_salt(connection)
        erase_from_snapshots(connection, (), {author, pseudonym(author, salt)} if author else ())
        return _erase_ids(connection, select(post.c.id).where(post.c.author == author))
