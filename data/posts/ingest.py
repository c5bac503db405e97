"""Posts as they come in: cleaned, added or corrected, counted again, noted as removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    delete,
    insert,
    select,
    text,
    update,
)

from data.acting.again import link_new
from data.dialect import ids_parameter, insert_new, insert_over
from data.erasing.refusal import not_erased
from data.inbox.ours import own_source_ids
from data.models import UNREAD, NewPost, to_day, to_epoch
from data.posts.known import COUNTERS, ID_LIMIT, clip, marks_of, recognised, stored_id
from data.posts.links import pages_of
from data.posts.pseudonyms import author_salt, pseudonym
from data.schema import (
    IDS_PER_DAY,
    dirty_day,
    engagement_day,
    post,
    post_link,
    post_source,
    post_text,
)

TEXT_LIMIT = 200_000  # characters of one post that are kept; more is an attack or a book
TITLE_LIMIT = 2_000
HIGHEST = (
    f"SELECT d.value, (SELECT max(p.id) FROM post p WHERE p.id >= d.value * {IDS_PER_DAY} "
    f"AND p.id < (d.value + 1) * {IDS_PER_DAY}) FROM json_each(:ids) d"
)
SKEW = timedelta(days=2)  # a post dated further ahead than this has a broken clock


@dataclass(frozen=True, slots=True)
class Added:
    """What a batch changed: `new` posts, `changed` ones (edited at their source), `known` ones, and those `refused`
    because they or their authors were erased."""

    new: int = 0
    changed: int = 0
    known: int = 0
    refused: int = 0


def _clip(value: str, limit: int = TEXT_LIMIT) -> str:
    return clip(value, limit)


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

    The same post twice is one row (`data.posts.known` says when it is the same). Its first source alone may correct
    its text; counters are refreshed by any source and sampled once a day. A date missing or more than two days ahead
    becomes `now`.
    `to_plain` makes the readable text of posts that have none yet.
    """
    offered = [item for item in {(p.source_kind, p.native_id): p for p in posts}.values() if item.native_id]
    if not offered:
        return Added()
    salt = author_salt(connection, make=True) if pseudonymise else ""
    posts = not_erased(connection, offered, author_salt(connection))
    refused = len(offered) - len(posts)
    batch = _Batch(connection, source_id, now, is_demo, salt, to_plain)
    found = recognised(connection, source_id, posts, batch.named)
    batch.make_room([item for item, row in found if row is None])
    for item, row in found:
        if row is None:
            batch.add(item)
        else:
            batch.refresh(item, row)
    batch.write()
    batch.know_acts()
    return Added(batch.new, batch.changed, len(posts) - batch.new - batch.changed, refused)


class _Batch:
    """The posts of one batch: rows are gathered and written at its end, each table in one statement.

    `salt` makes pseudonyms of authors, "" keeps their names.
    """

    def __init__(
        self,
        connection: Connection,
        source_id: int,
        now: datetime,
        is_demo: bool,
        salt: str,
        to_plain: Callable[[str], str],
    ) -> None:
        self._connection, self._source_id, self._now = connection, source_id, now
        self._is_demo, self._salt, self._to_plain = is_demo, salt, to_plain
        self._own = own_source_ids(connection).get(source_id, "")
        self._posts: list[dict[str, Any]] = []
        self._texts: list[dict[str, Any]] = []
        self._links: list[dict[str, int]] = []
        self._pages: list[dict[str, Any]] = []
        self._samples: list[dict[str, Any]] = []
        self._days: set[int] = set()
        self._next_id: dict[int, int] = {}  # by day
        self.changed = 0

    @property
    def new(self) -> int:
        return len(self._posts)

    def named(self, author: str) -> str:
        """An author's name as it is kept."""
        name = _clip(author, 300)
        return pseudonym(name, self._salt) if self._salt and name else name

    def make_room(self, items: Sequence[NewPost]) -> None:
        """Ask for the first free id of each day on which posts will be added."""
        days = {to_day(self._moment(item)) for item in items}
        for day, highest in self._connection.execute(text(HIGHEST), {"ids": ids_parameter(days)}) if days else ():
            self._next_id[day] = (highest or day * IDS_PER_DAY) + 1

    def _moment(self, item: NewPost) -> datetime:
        moment = item.published_at or self._now
        return self._now if moment > self._now + SKEW or moment.year < 1970 else moment

    def add(self, item: NewPost) -> None:
        """A post that was not there, on a day that `make_room` was told of."""
        moment = self._moment(item)
        post_id = self._free_id(to_day(moment))
        counters = _counters(item)
        self._posts.append(
            {
                "id": post_id,
                "source_kind": item.source_kind,
                "native_id": stored_id(item),
                "source_id": self._source_id,
                "published_at": to_epoch(moment),
                "collected_at": to_epoch(self._now),
                "author": self.named(item.author),
                "community": _clip(item.community, 300),
                "lang": _language(item),
                "root_id": _clip(item.root_id, ID_LIMIT),
                "parent_id": _clip(item.parent_id, ID_LIMIT),
                "is_demo": self._is_demo,
                "ratio": item.engagement.ratio,
                "accepted": item.accepted,
                "ours": item.ours,
                "by_us": self._is_ours(item),
                **counters,
            }
        )
        self._texts.append(
            {
                "post_id": post_id,
                "title": _clip(item.title, TITLE_LIMIT),
                "received": _clip(item.text),
                "plain": self._plain(item),
                "url": _clip(item.url, 4_000),
            }
        )
        said = self._texts[-1]
        self._pages += _pages(post_id, said["received"], said["plain"], said["url"])
        self._link(post_id, item)
        if any(value is not None for value in counters.values()):
            self._sample(post_id, counters)

    def refresh(self, item: NewPost, row: Any) -> None:
        """A post that is there, as `row`: its counters, and its text where this source brought it first."""
        self._link(row.id, item)
        counters = _counters(item)
        fresh: dict[str, Any] = {name: value for name, value in counters.items() if value is not None}
        if any(getattr(row, name) != value for name, value in fresh.items()):
            self._sample(row.id, counters)
        if item.engagement.ratio is not None:
            fresh["ratio"] = item.engagement.ratio
        fresh["accepted"] = item.accepted
        fresh |= self._whose(item, row)
        if any(getattr(row, name, None) != value for name, value in fresh.items()):
            self._connection.execute(update(post).where(post.c.id == row.id).values(**fresh))
        title, received = _clip(item.title, TITLE_LIMIT), _clip(item.text)
        if row.dropped_at:
            return  # its words were kept long enough
        if row.source_id == self._source_id and (row.received != received or row.title != title):
            self._connection.execute(
                update(post_text)
                .where(post_text.c.post_id == row.id)
                .values(title=title, received=received, plain=self._plain(item))
            )
            self._connection.execute(delete(post_link).where(post_link.c.post_id == row.id))
            self._pages += _pages(row.id, received, self._plain(item), row.url)
            # What was read of the words that were there does not hold for these, nor their language.
            anew = {"pending": True, "sentiment": UNREAD, "lang": _language(item)}
            self._connection.execute(update(post).where(post.c.id == row.id).values(**anew))
            here = post_source.c.source_id == self._source_id, post_source.c.post_id == row.id
            link, said = marks_of(item)
            self._connection.execute(update(post_source).where(*here).values(link=link, said=said))
            self._days.add(row.id // IDS_PER_DAY)
            self.changed += 1

    def write(self) -> None:
        """Write what was gathered."""
        if self._posts:
            self._connection.execute(insert(post), self._posts)
            self._connection.execute(insert(post_text), self._texts)
        if self._links:
            self._connection.execute(insert_new(post_source), self._links)
        if self._pages:
            self._connection.execute(insert_new(post_link), self._pages)
        if self._samples:
            self._connection.execute(insert_over(engagement_day), self._samples)
        if self._days:
            self._connection.execute(insert_new(dirty_day), [{"day": day} for day in self._days])

    def know_acts(self) -> None:
        """Posts that came in and are what we did at their places: they are ours."""
        by_kind: dict[str, list[str]] = {}
        for row in self._posts:
            by_kind.setdefault(row["source_kind"], []).append(row["native_id"])
        for kind, ids in by_kind.items():
            link_new(self._connection, kind, ids)

    def _free_id(self, day: int) -> int:
        """The next id of a day that no post has."""
        self._next_id[day] += 1
        self._days.add(day)
        return self._next_id[day] - 1

    def _whose(self, item: NewPost, row: Any) -> dict[str, Any]:
        """What this delivery adds on whose words a known post is. Ours counts for what another source had brought."""
        is_first = row.source_id == self._source_id
        if self._is_ours(item) and not row.ours and (item.ours or (row.ours is None and not is_first)):
            return {"ours": True, "by_us": True, "pending": True}
        if item.ours is False and row.ours is None and is_first:
            return {"ours": False, "pending": True}
        return {}

    def _is_ours(self, item: NewPost) -> bool:
        if item.ours is not None:
            return item.ours
        return self._own == "all" or (self._own == "roots" and not item.parent_id)

    def _plain(self, item: NewPost) -> str:
        return _clip(self._to_plain(_clip(item.text)) if item.plain is None else item.plain)

    def _link(self, post_id: int, item: NewPost) -> None:
        link, said = marks_of(item)
        self._links.append({"source_id": self._source_id, "post_id": post_id, "link": link, "said": said})

    def _sample(self, post_id: int, counters: dict[str, int | None]) -> None:
        self._samples.append({"post_id": post_id, "day": to_day(self._now), **counters})


def _pages(post_id: int, received: str, plain: str, url: str) -> list[dict[str, Any]]:
    return [{"page": page, "post_id": post_id, "own": own} for page, own in pages_of(received, plain, url).items()]


def _language(item: NewPost) -> str:
    """The code of the language that a source declares, "" for none."""
    return item.lang.lower().replace("_", "-").partition("-")[0][:3]


def _counters(item: NewPost) -> dict[str, int | None]:
    return {name: getattr(item.engagement, name) for name in COUNTERS}


# Counters move most when a post is young: each is read again at these ages, in seconds.
RECOUNT_AGES = (3_600, 4 * 3_600, 12 * 3_600, 86_400, 3 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400)


def due_recounts(
    connection: Connection, source_id: int, last: datetime | None, now: datetime, limit: int = 100
) -> list[str]:
    """Native ids of posts that reached one of `RECOUNT_AGES` since `last`, the youngest first.

    Needs no column: a post is due when its birth plus an age lies between the last count and now.
    """
    end, start = to_epoch(now), to_epoch(last) if last else to_epoch(now) - 86_400
    due: dict[str, None] = {}
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
        due.update(dict.fromkeys(rows.scalars()))
    return list(due)[:limit]


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
