"""Watched subjects: words that a person wrote, and the posts near them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from data.actor import needs
from data.changes import StaleError, changed_by, check_seen, note_change
from data.dialect import insert_over
from data.models import Watch, to_epoch
from data.schema import watch, watch_post
from data.store import Store

KEPT = 5_000  # nearest posts of the past that a subject keeps


@needs("editor")
def add_watch(store: Store, words: str, now: datetime) -> int:
    """Watch a subject from now on and back in time; the next refresh looks for its posts. Raises ValueError
    for no words."""
    wanted = " ".join(words.split())[:300]
    if not wanted:
        raise ValueError("Say in a few words what to watch.")
    with store.write() as connection:
        known = connection.execute(select(watch.c.id).where(watch.c.words == wanted)).scalar()
        if known is not None:
            return int(known)
        made = insert(watch).values(words=wanted, made_at=to_epoch(now)).returning(watch.c.id)
        number = int(connection.execute(made).scalar_one())
        note_change(connection, "watch.added", f"watch {number}: {wanted}", after=wanted)
        return number


@needs("editor")
def set_threshold(store: Store, watch_id: int, threshold: float, seen: float | None = None) -> None:
    """From which similarity (0 to 1) a post counts. Raises StaleError where the subject is gone, or somebody set
    another since `seen`."""
    about, wanted = f"watch {watch_id}", min(1.0, max(0.0, threshold))
    with store.write() as connection:
        held = connection.execute(select(watch).where(watch.c.id == watch_id)).one_or_none()
        if held is None:
            raise StaleError([changed_by(connection, about, "", "")])
        before, after = f"{held.threshold:.2f}", f"{wanted:.2f}"
        check_seen(connection, about, "threshold", None if seen is None else f"{seen:.2f}", before, after)
        if held.threshold != wanted:
            note_change(connection, "watch.threshold", f"{about}: {held.words}", before, after)
            connection.execute(update(watch).where(watch.c.id == watch_id).values(threshold=wanted))


@needs("editor")
def remove_watch(store: Store, watch_id: int) -> None:
    with store.write() as connection:
        held = connection.execute(select(watch).where(watch.c.id == watch_id)).one_or_none()
        if held is None:
            return
        note_change(connection, "watch.removed", f"watch {watch_id}: {held.words}", held.words)
        connection.execute(delete(watch_post).where(watch_post.c.watch_id == watch_id))
        connection.execute(delete(watch).where(watch.c.id == watch_id))


def watches(connection: Connection) -> list[Watch]:
    """All watched subjects with their posts, oldest first."""
    counts: dict[int, int] = dict(
        connection.execute(
            select(watch.c.id, func.count(watch_post.c.post_id))
            .join(watch_post, (watch_post.c.watch_id == watch.c.id) & (watch_post.c.similarity >= watch.c.threshold))
            .group_by(watch.c.id)
        )
        .tuples()
        .all()
    )
    return [
        Watch(row.id, row.words, row.threshold, bool(row.model), counts.get(row.id, 0))
        for row in connection.execute(select(watch).order_by(watch.c.id))
    ]


def watch_vectors(connection: Connection, model: str) -> list[tuple[int, str, bytes | None]]:
    """(id, words, vector) of all subjects; the vector is None where it is to be made with this model."""
    return [
        (row.id, row.words, row.vector if row.model == model else None)
        for row in connection.execute(select(watch).order_by(watch.c.id))
    ]


def any_unready(connection: Connection) -> bool:
    """A subject's posts have not been looked for yet."""
    return bool(connection.execute(select(func.count()).select_from(watch).where(watch.c.model == "")).scalar_one())


def save_watch(
    connection: Connection,
    watch_id: int,
    model: str,
    vector: bytes,
    threshold: float,
    near: Sequence[tuple[int, float]],
) -> None:
    """What the search through all posts found for a subject: (post, similarity) of the nearest."""
    connection.execute(delete(watch_post).where(watch_post.c.watch_id == watch_id))
    connection.execute(
        update(watch).where(watch.c.id == watch_id).values(model=model, vector=vector, threshold=threshold)
    )
    add_near(connection, [(watch_id, post, similarity) for post, similarity in near])


def add_near(connection: Connection, rows: Sequence[tuple[int, int, float]]) -> None:
    """(subject, post, similarity) of new posts."""
    if rows:
        connection.execute(
            insert_over(watch_post),
            [{"watch_id": w, "post_id": p, "similarity": s} for w, p, s in rows],
        )


def similarities(connection: Connection, watch_id: int) -> list[float]:
    """Of all posts kept for a subject, highest first: what a change of its threshold lets in."""
    rows = connection.execute(select(watch_post.c.similarity).where(watch_post.c.watch_id == watch_id))
    return sorted((float(value) for value in rows.scalars()), reverse=True)


def around(connection: Connection, watch_id: int, threshold: float, wanted: int = 3) -> tuple[list[int], list[int]]:
    """Ids of the posts nearest to a threshold: the last that it lets in, the first that it leaves out."""
    mine = select(watch_post.c.post_id).where(watch_post.c.watch_id == watch_id).limit(wanted)
    value = watch_post.c.similarity
    inside = connection.execute(mine.where(value >= threshold).order_by(value)).scalars()
    outside = connection.execute(mine.where(value < threshold).order_by(value.desc())).scalars()
    return list(inside), list(outside)
