"""What people change in topics: name, merge, split, hide, mark as noise; each change can be undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from data import changes
from data.actor import needs
from data.changes import check_seen
from data.figures import mark_dirty, roll_up
from data.models import to_epoch
from data.posts.scope_sql import current_fit, with_merged
from data.posts.vectors import vectors_of
from data.schema import IDS_PER_DAY, post_pin, post_topic, topic, topic_centroid, topic_change, topic_day, topic_fit
from data.store import Store
from data.topics.fits import note_change, set_first_seen


class EditError(ValueError):
    """A change that makes no sense; `code` is one of itself, already, too_few, gone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@needs("editor")
def rename_topic(store: Store, topic_id: int, name: str, now: datetime, seen: str | None = None) -> None:
    """Give a topic a name of one's own; an empty name goes back to the automatic one. Raises StaleError where
    somebody gave it another since `seen`."""
    wanted = " ".join(name.split())[:120]
    with store.write() as connection:
        before = connection.execute(select(topic.c.person_label).where(topic.c.id == topic_id)).scalar_one()
        check_seen(connection, f"topic {topic_id}", "name", seen, before, wanted)
        if wanted != before:
            connection.execute(update(topic).where(topic.c.id == topic_id).values(person_label=wanted))
            note_change(connection, now, "renamed", topic_id, by="person", before=before, after=wanted)


@needs("editor")
def merge_topics(store: Store, topic_id: int, target_id: int, now: datetime) -> None:
    """Count a topic with another from now on. Raises EditError for a topic merged into itself."""
    if topic_id == target_id:
        raise EditError("itself")
    with store.write() as connection:
        target = connection.execute(select(topic.c.merged_into).where(topic.c.id == target_id)).one()
        final = target.merged_into or target_id
        if final == topic_id:
            raise EditError("already")
        mine = (topic.c.id == topic_id) | (topic.c.merged_into == topic_id)
        before = dict(connection.execute(select(topic.c.id, topic.c.merged_into).where(mine)).tuples().all())
        connection.execute(update(topic).where(mine).values(merged_into=final))
        _untold(connection, final)
        note_change(connection, now, "merged", topic_id, final, by="person", before=before)


@needs("editor")
def unmerge_topic(store: Store, topic_id: int, now: datetime) -> None:
    """Take a merged topic apart again."""
    with store.write() as connection:
        before = connection.execute(select(topic.c.merged_into).where(topic.c.id == topic_id)).scalar()
        if before is not None:
            connection.execute(update(topic).where(topic.c.id == topic_id).values(merged_into=None))
            _untold(connection, topic_id, before)
            note_change(connection, now, "apart", topic_id, before, by="person", before=before)


def _untold(connection: Connection, *topics: int) -> None:
    """What was told of these topics was told of other posts: nothing is, until trends are told anew."""
    values = {"trend": "steady", "trend_facts": "{}"}
    connection.execute(update(topic).where(topic.c.id.in_(topics)).values(values))


@needs("editor")
def hide_topic(store: Store, topic_id: int, now: datetime, hidden: bool = True) -> None:
    """Leave a topic out of lists and charts, or show it again; its posts stay as they are."""
    with store.write() as connection:
        held = connection.execute(select(topic.c.hidden).where(topic.c.id == topic_id)).scalar()
        if held is None or held == hidden:
            return
        connection.execute(update(topic).where(topic.c.id == topic_id).values(hidden=hidden))
        was, told = ("hidden" if on else "shown" for on in (held, hidden))
        note_change(connection, now, "hidden" if hidden else "shown", topic_id, by="person", before=was, after=told)


@needs("editor")
def mark_noise(store: Store, topic_id: int, now: datetime, noise: bool = True) -> None:
    """Say that a topic is not worth grouping (spam, chatter): left out everywhere, for later posts too."""
    with store.write() as connection:
        held = connection.execute(select(topic.c.noise).where(topic.c.id == topic_id)).scalar()
        if held is None or held == noise:
            return
        connection.execute(update(topic).where(topic.c.id == topic_id).values(noise=noise))
        was, told = ("noise" if on else "signal" for on in (held, noise))
        note_change(connection, now, "noise" if noise else "signal", topic_id, by="person", before=was, after=told)
        _count_again(connection, select(topic_day.c.day).where(topic_day.c.topic_id == topic_id))


@needs("editor")
def split_topic(store: Store, topic_id: int, posts: Sequence[int], name: str, now: datetime) -> int:
    """Make a topic of its own from chosen posts of a topic; they stay there whatever later fits find.

    New posts join it by its posts' mean vector. Gives its id. Raises EditError: too_few without a post of this
    topic, gone when the topic is no longer in the shown fit.
    """
    with store.write() as connection:
        fit = current_fit(connection)
        model = connection.execute(select(topic_fit.c.model).where(topic_fit.c.id == fit)).scalar()
        origin = connection.execute(select(topic).where(topic.c.id == topic_id)).one_or_none()
        if origin is None or model is None:
            raise EditError("gone")
        rows = connection.execute(
            select(post_topic.c.post_id, post_topic.c.topic_id).where(
                post_topic.c.fit_id == fit,
                post_topic.c.topic_id.in_(with_merged(topic_id)),
                post_topic.c.post_id.in_(list(posts)),
            )
        ).all()
        was = {int(row.post_id): int(row.topic_id) for row in rows}
        have, vectors = vectors_of(store).get(model, list(was))
        if not have:
            raise EditError("too_few")
        centre = vectors.mean(axis=0)
        centre = np.ascontiguousarray(centre / max(float(np.linalg.norm(centre)), 1e-9), dtype="<f4")
        label = " ".join(name.split())[:120]
        new_id = connection.execute(
            insert(topic)
            .values(
                label=origin.label,
                person_label=label,
                terms=origin.terms,
                first_terms=origin.terms,
                representatives="[]",
                first_fit=fit,
                made_by="person",
                theme=origin.theme,
            )
            .returning(topic.c.id)
        ).scalar_one()
        connection.execute(insert(topic_centroid).values(fit_id=fit, topic_id=new_id, vector=centre.tobytes()))
        connection.execute(delete(post_pin).where(post_pin.c.post_id.in_(list(was))))
        connection.execute(insert(post_pin), [{"post_id": p, "topic_id": new_id} for p in was])
        _move(connection, fit, dict.fromkeys(was, new_id))
        set_first_seen(connection, fit, new_id)
        _untold(connection, topic_id, new_id)
        note_change(connection, now, "split", new_id, topic_id, by="person", posts=was, after=label)
    return int(new_id)


def _move(connection: Connection, fit: int, places: dict[int, int]) -> None:
    """Put posts in other topics of a fit; their days are counted again."""
    for post_id, topic_id in places.items():
        connection.execute(
            update(post_topic)
            .where(post_topic.c.fit_id == fit, post_topic.c.post_id == post_id)
            .values(topic_id=topic_id, part=0)
        )
    # Counted at once: the page that asked shows it next.
    roll_up(connection, sorted({i // IDS_PER_DAY for i in places}), fit, weeks=False)


def _count_again(connection: Connection, days: Any) -> None:
    mark_dirty(connection, connection.execute(days).scalars())


@needs("editor")
def undo_change(store: Store, change_id: int, now: datetime) -> None:
    """Take back one change of a person; what was changed since by others stays. Raises EditError: gone."""
    with store.write() as connection:
        row = connection.execute(
            select(topic_change).where(
                topic_change.c.id == change_id, topic_change.c.made_by == "person", topic_change.c.undone_at.is_(None)
            )
        ).one_or_none()
        if row is None:
            raise EditError("gone")
        detail = json.loads(row.detail)
        mine = update(topic).where(topic.c.id == row.topic_id)
        if row.kind == "renamed":
            connection.execute(mine.values(person_label=detail["before"]))
        elif row.kind in ("hidden", "shown"):
            connection.execute(mine.values(hidden=row.kind == "shown"))
        elif row.kind in ("noise", "signal"):
            connection.execute(mine.values(noise=row.kind == "signal"))
            _count_again(connection, select(topic_day.c.day).where(topic_day.c.topic_id == row.topic_id))
        elif row.kind == "merged":
            for topic_id, before in detail["before"].items():
                connection.execute(update(topic).where(topic.c.id == int(topic_id)).values(merged_into=before))
        elif row.kind == "apart":
            connection.execute(mine.values(merged_into=detail["before"]))
        elif row.kind == "split":
            _join_again(connection, int(row.topic_id), int(row.other_id), detail["posts"])
        if row.kind in ("merged", "apart", "split"):
            _untold(connection, int(row.topic_id), int(row.other_id))
        connection.execute(update(topic_change).where(topic_change.c.id == change_id).values(undone_at=to_epoch(now)))
        told = (str(detail.get("after", row.kind)), str(detail.get("before", "")))
        changes.note_change(connection, "topic.undone", f"topic {row.topic_id}", *told)


def _join_again(connection: Connection, topic_id: int, origin: int, posts: dict[str, int]) -> None:
    """Undo a split: posts go back to the topic that they came from, those that joined since to the origin."""
    fit = current_fit(connection)
    alive = set(connection.execute(select(topic_centroid.c.topic_id).where(topic_centroid.c.fit_id == fit)).scalars())
    inside = connection.execute(
        select(post_topic.c.post_id).where(post_topic.c.fit_id == fit, post_topic.c.topic_id == topic_id)
    ).scalars()
    home = {int(p): posts.get(str(p), origin) for p in inside}
    connection.execute(delete(post_pin).where(post_pin.c.topic_id == topic_id))
    _move(connection, fit, {p: t if t in alive else origin for p, t in home.items()})
    connection.execute(
        delete(topic_centroid).where(topic_centroid.c.fit_id == fit, topic_centroid.c.topic_id == topic_id)
    )
    connection.execute(update(topic).where(topic.c.id == topic_id).values(became=origin))
