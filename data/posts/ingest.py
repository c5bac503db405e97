"""Posts as they come in: cleaned, added or corrected, counted again, noted as removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    func,
    insert,
    select,
    update,
)

from data.dialect import insert_new, insert_over
from data.models import NewPost, to_day, to_epoch
from data.posts.pseudonyms import author_salt, pseudonym
from data.schema import (
    IDS_PER_DAY,
    dirty_day,
    engagement_day,
    post,
    post_source,
    post_text,
)

TEXT_LIMIT = 200_000  # characters of one post that are kept; more is an attack or a book


SKEW = timedelta(days=2)  # a post dated further ahead than this has a broken clock


@dataclass(frozen=True, slots=True)
class Added:
    """What a batch changed: `new` posts, `changed` ones (edited at their source), `known` ones."""

    new: int = 0
    changed: int = 0
    known: int = 0


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
