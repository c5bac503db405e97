"""What the refresh reads and writes: posts that wait, what was understood of them, brand mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal_column, or_, select, text, update

from data.dialect import ids_parameter, insert_new, is_among
from data.figures import mark_dirty
from data.inbox.triage import labels_of
from data.models import OTHER_LANGUAGE, SENTIMENTS, UNREAD
from data.schema import (
    IDS_PER_DAY,
    brand,
    brand_day,
    erased_post,
    mention,
    post,
    post_aspect,
    post_intent,
    post_text,
    unsettled_post,
)

# As its partial index says it: "pending = 1", which the column becomes on SQLite, reads every post.
WAITS: ColumnElement[bool] = literal_column("post.pending")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that has not been understood yet, or whose text changed."""

    id: int
    title: str
    plain: str
    lang: str
    source_id: int
    author: str = ""
    parent_id: str = ""
    ours: bool | None = None

    @property
    def text(self) -> str:
        """Title and body as one text; the title is left out where the body starts with it."""
        if not self.title or self.plain.startswith(self.title):
            return self.plain
        return f"{self.title}\n{self.plain}".strip()


@dataclass(frozen=True, slots=True)
class Understood:
    """What was found about one post."""

    post_id: int
    source_id: int
    lang: str
    sentiment: str
    confidence: float
    brands: tuple[int, ...]
    copies_of: int = 0  # the earlier near-duplicate that is most like it, 0 for none
    copied_by: tuple[int, ...] = ()  # later ones that this post is most like
    intents: tuple[tuple[str, float], ...] = ()
    toxicity: float = 0.0


def _read(row: object) -> Waiting:
    return Waiting(*row)  # type: ignore[misc]


_COLUMNS = (
    post.c.id,
    post_text.c.title,
    post_text.c.plain,
    post.c.lang,
    post.c.source_id,
    post.c.author,
    post.c.parent_id,
    post.c.ours,
)


def erased_posts(connection: Connection) -> list[int]:
    """Posts erased since their vectors were last tidied."""
    return list(connection.execute(select(erased_post.c.post_id)).scalars())


def forget_erased(connection: Connection, ids: Sequence[int]) -> None:
    """Their vectors are gone: nothing is left of these posts."""
    connection.execute(delete(erased_post).where(is_among(erased_post.c.post_id, ids)))


def count_waiting(connection: Connection) -> int:
    """Posts to read: those that nobody has read, and those to be read anew."""
    return int(connection.execute(select(func.count()).select_from(post).where(WAITS)).scalar_one())


def count_unread(connection: Connection) -> int:
    """Posts that nobody has read yet; told by an index alone."""
    unread = select(func.count()).select_from(post).where(WAITS, post.c.sentiment == UNREAD)
    return int(connection.execute(unread).scalar_one())


def waiting_posts(connection: Connection, limit: int) -> list[Waiting]:
    """The newest posts that wait, the newest first: before those to be read anew, those that nobody has read."""
    ids = _waiting_with(connection, UNREAD, limit)
    # One tone after the other, as the index of those that wait has them: by "any other" SQLite would walk all posts.
    again = [i for tone in (*SENTIMENTS, OTHER_LANGUAGE) for i in _waiting_with(connection, tone, limit - len(ids))]
    ids += sorted(again, reverse=True)[: limit - len(ids)]
    held = {item.id: item for item in texts_of(connection, ids)}
    return [held[i] for i in ids if i in held]


def _waiting_with(connection: Connection, tone: str, limit: int) -> list[int]:
    query = select(post.c.id).where(WAITS, post.c.sentiment == tone).order_by(post.c.id.desc())
    return list(connection.execute(query.limit(limit)).scalars())


def latest_between(connection: Connection, first_id: int, last_id: int, limit: int) -> list[Waiting]:
    """The latest posts with first_id <= id <= last_id, at most `limit`, in order."""
    query = select(post.c.id).where(post.c.id >= first_id, post.c.id <= last_id).order_by(post.c.id.desc())
    return texts_of(connection, list(connection.execute(query.limit(limit)).scalars()))


def texts_of(connection: Connection, ids: Sequence[int]) -> list[Waiting]:
    """Posts by id, in ascending order."""
    texts: list[Waiting] = []
    ordered = sorted(ids)
    for start in range(0, len(ordered), 500):
        rows = connection.execute(
            select(*_COLUMNS)
            .join(post_text, post_text.c.post_id == post.c.id)
            .where(post.c.id.in_(ordered[start : start + 500]))
            .order_by(post.c.id)
        )
        texts += [_read(row) for row in rows]
    return texts


def all_ids(connection: Connection) -> list[int]:
    return list(connection.execute(select(post.c.id).order_by(post.c.id)).scalars())


def ids_before(connection: Connection, post_id: int, limit: int) -> list[int]:
    """Ids of about `limit` posts before one, spread evenly over those before it: found by how many there are of each
    day, so that the others are not read."""
    counted = select(brand_day.c.day, brand_day.c.posts).where(
        brand_day.c.brand_id == 0, brand_day.c.day <= post_id // IDS_PER_DAY
    )
    days = connection.execute(counted.order_by(brand_day.c.day)).tuples().all()
    total, seen, wanted = sum(number for _, number in days), 0, []
    step = max(1, total // max(1, limit))
    for day, number in days:
        places = range(-seen % step, number, step)
        wanted += [day * IDS_PER_DAY + 1 + place for place in places]
        seen += number
    # Where one was erased, the next of its day stands for it.
    near = text(
        "SELECT DISTINCT (SELECT min(p.id) FROM post p WHERE p.id >= d.value AND p.id < :post) FROM json_each(:ids) d"
    )
    found = connection.execute(near, {"ids": ids_parameter(wanted), "post": post_id}).scalars()
    return sorted(int(i) for i in found if i is not None)


def authors_of(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Post id -> author."""
    rows = connection.execute(select(post.c.id, post.c.author).where(is_among(post.c.id, ids)))
    return {int(row[0]): str(row[1]) for row in rows}


def groups_of(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Post id -> its group of near-duplicates; posts without one are left out."""
    rows = connection.execute(select(post.c.id, post.c.group_id).where(post.c.group_id != 0, is_among(post.c.id, ids)))
    return {int(row[0]): int(row[1]) for row in rows}


def toxicity_of(connection: Connection, ids: Sequence[int]) -> dict[int, float]:
    """Post id -> how much of an attack it is, from 0 to 1."""
    rows = connection.execute(select(post.c.id, post.c.toxicity).where(is_among(post.c.id, ids)))
    return {int(row[0]): float(row[1]) for row in rows}


def moments_of(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Post id -> when it was published, in seconds."""
    rows = connection.execute(select(post.c.id, post.c.published_at).where(is_among(post.c.id, ids)))
    return {int(row[0]): int(row[1]) for row in rows}


def understood_before(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of `ids` that already have a label: their text has changed since."""
    rows = connection.execute(
        select(post.c.id).where(
            post.c.id.in_(list(ids)), (post.c.sentiment_confidence > 0) | (post.c.sentiment == OTHER_LANGUAGE)
        )
    )
    return set(rows.scalars())


def _corrected(item: Understood, said: dict[str, str], ours: set[int]) -> Understood:
    changes: dict[str, Any] = {}
    if said.get("sentiment"):
        changes |= {"sentiment": said["sentiment"], "confidence": 1.0}
    if said.get("lang"):
        changes["lang"] = said["lang"]
    if said.get("intents"):
        changes["intents"] = tuple((name, 1.0) for name in said["intents"].split(","))
    if said.get("about"):
        changes["brands"] = tuple(b for b in item.brands if b not in ours)
    return replace(item, **changes)


def save_understood(connection: Connection, understood: Sequence[Understood]) -> None:
    """Write a batch: labels, mentions, groups of copies; marks its days for recounting.

    What people said of a post (`data.inbox.triage.LABELS`) wins over what was found.
    """
    ids = [item.post_id for item in understood]
    for start in range(0, len(ids), 500):
        connection.execute(delete(mention).where(mention.c.post_id.in_(ids[start : start + 500])))
        connection.execute(delete(post_intent).where(post_intent.c.post_id.in_(ids[start : start + 500])))
    said = labels_of(connection, ids)
    ours = set(connection.execute(select(brand.c.id).where(brand.c.is_own)).scalars())
    understood = [_corrected(item, said[item.post_id], ours) if item.post_id in said else item for item in understood]
    for item in understood:
        connection.execute(
            update(post)
            .where(post.c.id == item.post_id)
            .values(
                pending=False,
                lang=item.lang,
                sentiment=item.sentiment,
                sentiment_confidence=item.confidence,
                toxicity=item.toxicity,
                group_id=_group(connection, item),
            )
        )
    kinds = [
        {"intent": name, "post_id": item.post_id, "confidence": value}
        for item in understood
        for name, value in item.intents
    ]
    if kinds:
        connection.execute(insert(post_intent), kinds)
    rows = [
        {
            "brand_id": brand_id,
            "day": item.post_id // IDS_PER_DAY,
            "post_id": item.post_id,
            "sentiment": item.sentiment,
            "lang": item.lang,
            "source_id": item.source_id,
        }
        for item in understood
        for brand_id in item.brands
    ]
    if rows:
        connection.execute(insert(mention), rows)
    mark_dirty(connection, (i // IDS_PER_DAY for i in ids))
    if ids:
        connection.execute(insert_new(unsettled_post), [{"post_id": i} for i in ids])


def _group(connection: Connection, item: Understood) -> int:
    """The group of copies that a post is in, which bears the id of its earliest post; 0 for none.

    Whatever the order in which posts are read: copies of a post that came or were read before it follow it into the
    group of the post that it copies itself.
    """
    group = 0
    if item.copies_of:
        group = connection.execute(select(post.c.group_id).where(post.c.id == item.copies_of)).scalar() or 0
        if not group:
            group = item.copies_of
            connection.execute(update(post).where(post.c.id == group).values(group_id=group))
    heads: list[int] = []
    if item.copied_by:
        alone = or_(post.c.group_id == 0, post.c.group_id == post.c.id)  # those in another group stay there
        heads += connection.execute(select(post.c.id).where(post.c.id.in_(item.copied_by), alone)).scalars()
    gathered = or_(post.c.group_id.in_([item.post_id, *heads]), post.c.id.in_(heads))
    moved = connection.execute(
        update(post).where(gathered, post.c.id != item.post_id).values(group_id=group or item.post_id)
    ).rowcount
    return group or (item.post_id if moved else 0)


def unsettled_posts(connection: Connection) -> list[int]:
    """Posts that were read, and whose thread, inquiry and tools are still to be looked at, the oldest first."""
    return list(connection.execute(select(unsettled_post.c.post_id).order_by(unsettled_post.c.post_id)).scalars())


def settled(connection: Connection, ids: Sequence[int]) -> None:
    """All that these posts touch was looked at."""
    connection.execute(delete(unsettled_post).where(is_among(unsettled_post.c.post_id, ids)))


def save_aspects(connection: Connection, ids: Sequence[int], aspects: Sequence[tuple[str, int, str, int, int]]) -> None:
    """Replace what posts `ids` say of aspects: (aspect, post, tone, start, stop)."""
    connection.execute(delete(post_aspect).where(is_among(post_aspect.c.post_id, ids)))
    if aspects:
        names = ("aspect", "post_id", "sentiment", "start", "stop")
        connection.execute(insert(post_aspect), [dict(zip(names, row, strict=True)) for row in aspects])
