"""Counts of posts by tone that the reputation page shows: by brand, day, source, language, topic and aspect.

All from daily rollups. Counts are (negative, neutral, positive, unsure): posts in languages whose tone is not read are
in none of them, and counted apart.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from data.actor import actor, needs
from data.changes import note_change
from data.dialect import insert_over
from data.models import OTHER_LANGUAGE, READ_LANGUAGES, SENTIMENTS, Post, date_to_day, to_epoch
from data.posts.reads import PAGE, loudest_ids, posts_by_id
from data.posts.scope_sql import current_fit
from data.schema import (
    IDS_PER_DAY,
    brand_aspect_day,
    brand_day,
    brand_lang_day,
    brand_source_day,
    brand_topic_day,
    mention,
    post,
    post_aspect,
    post_label,
    tone_check,
    topic,
    topic_day,
)
from data.scope import Scope
from data.store import Store
from data.topics.listing import merged_into

Tones = tuple[int, int, int, int]
MOST = 100  # posts of one tone that are looked through for quotes
SENTENCES = 200  # sentences on one aspect


def _days(scope: Scope) -> tuple[int, int]:
    return date_to_day(scope.since), date_to_day(scope.until)


def _sums(table: Any) -> list[Any]:
    return [func.coalesce(func.sum(table.c[name]), 0) for name in SENTIMENTS]


def _tones(row: Sequence[Any]) -> Tones:
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def _of_scope(scope: Scope, table: Any) -> list[Any]:
    """The conditions of a scope on a rollup; sources and languages only where the rollup has them."""
    conditions = [table.c.brand_id == (scope.brand or 0), table.c.day.between(*_days(scope))]
    if scope.sources and table is brand_source_day:
        conditions.append(table.c.source_id.in_(scope.sources))
    if scope.langs and table in (brand_source_day, brand_lang_day):
        conditions.append(table.c.lang.in_(scope.langs))
    return conditions


def _table(scope: Scope) -> Any:
    if scope.sources:
        return brand_source_day
    return brand_lang_day if scope.langs else brand_day


def _table_of_langs(scope: Scope) -> Any:
    return brand_source_day if scope.sources else brand_lang_day


def tones_of(connection: Connection, scope: Scope) -> Tones:
    """Posts of a scope by tone; its brand, period, sources and languages count, nothing else."""
    table = _table(scope)
    return _tones(connection.execute(select(*_sums(table)).where(*_of_scope(scope, table))).one())


def posts_by_day(connection: Connection, scope: Scope) -> list[int]:
    """All posts for every day of the scope, whatever their language."""
    table = _table(scope)
    query = select(table.c.day, func.sum(table.c.posts)).where(*_of_scope(scope, table)).group_by(table.c.day)
    posts = {int(day): int(number) for day, number in connection.execute(query)}
    low, high = _days(scope)
    return [posts.get(day, 0) for day in range(low, high + 1)]


def posts_in_other_languages(connection: Connection, scope: Scope) -> int:
    """Posts of a scope in languages whose tone is not read, those that a person gave a tone left out."""
    table = _table_of_langs(scope)
    others = [*_of_scope(scope, table), table.c.lang.not_in(READ_LANGUAGES)]
    posts, *tones = connection.execute(
        select(func.coalesce(func.sum(table.c.posts), 0), *_sums(table)).where(*others)
    ).one()
    return int(posts) - sum(_tones(tones))


def tones_by_day(connection: Connection, scope: Scope) -> list[Tones]:
    """One entry for every day of the scope."""
    table = _table(scope)
    query = select(table.c.day, *_sums(table)).where(*_of_scope(scope, table)).group_by(table.c.day)
    tones = {int(row[0]): _tones(row[1:]) for row in connection.execute(query)}
    low, high = _days(scope)
    return [tones.get(day, (0, 0, 0, 0)) for day in range(low, high + 1)]


def tones_by(connection: Connection, scope: Scope, what: str) -> dict[Any, Tones]:
    """Posts by tone for each source, lang, topic or aspect of a scope. Topics count with what they were merged into;
    topics and aspects are those of all sources and languages. Groups without any post whose tone is read are
    left out."""
    if what in {"source", "lang"}:
        table: Any = _table_of_langs(scope) if what == "lang" else brand_source_day
        column = table.c.lang if what == "lang" else table.c.source_id
        query = select(column, *_sums(table)).where(*_of_scope(scope, table)).group_by(column)
    elif what == "topic":
        table = brand_topic_day if scope.brand else topic_day
        column, shown = table.c.topic_id, select(topic.c.id).where(~topic.c.noise)
        mine = [table.c.fit_id == current_fit(connection), table.c.day.between(*_days(scope)), column.in_(shown)]
        mine += [table.c.brand_id == scope.brand] if scope.brand else []
        query = select(column, *_sums(table)).where(*mine).group_by(column)
    elif what == "aspect":
        column = brand_aspect_day.c.aspect
        query = select(column, *_sums(brand_aspect_day)).where(*_of_scope(scope, brand_aspect_day)).group_by(column)
    else:
        raise ValueError(what)
    tones = {row[0]: _tones(row[1:]) for row in connection.execute(query) if any(row[1:])}
    return _with_merged(tones, merged_into(connection)) if what == "topic" else tones


def _with_merged(tones: Mapping[int, Tones], merged: Mapping[int, int]) -> dict[int, Tones]:
    """Topics with what was merged into them."""
    whole: dict[int, Tones] = {}
    for key, counted in tones.items():
        into = merged.get(key, key)
        a, b, c, d = whole.get(into, (0, 0, 0, 0))
        whole[into] = (a + counted[0], b + counted[1], c + counted[2], d + counted[3])
    return whole


def voices_of_brands(connection: Connection, since: int, until: int) -> dict[int, int]:
    """Brand -> posts that name it between two days."""
    rows = connection.execute(
        select(brand_day.c.brand_id, func.sum(brand_day.c.posts))
        .where(brand_day.c.brand_id != 0, brand_day.c.day.between(since, until))
        .group_by(brand_day.c.brand_id)
    )
    return {int(b): int(n) for b, n in rows}


def first_day(connection: Connection, brand_id: int) -> int | None:
    """The first day with posts that name a brand (0: any post)."""
    query = select(func.min(brand_day.c.day)).where(brand_day.c.brand_id == brand_id)
    day = connection.execute(query).scalar()
    return None if day is None else int(day)


def loudest(connection: Connection, scope: Scope, tone: str) -> Iterator[Post]:
    """The posts of a scope with this tone, those that drew most first; a few hundred at most, read as they are asked
    for."""
    narrowed = Scope(
        scope.since,
        scope.until,
        sources=scope.sources,
        kinds=scope.kinds,
        langs=scope.langs,
        sentiments=(tone,),
        brand=scope.brand,
        topic=scope.topic,
    )
    ids = loudest_ids(connection, narrowed, MOST)
    for at in range(0, len(ids), PAGE):
        yield from posts_by_id(connection, ids[at : at + PAGE])


def aspect_quotes(
    connection: Connection, scope: Scope, aspect: str, tone: str, limit: int = SENTENCES
) -> Iterator[tuple[Post, int, int]]:
    """(post, start, stop) of sentences of this tone on an aspect in posts of the same tone that name the scope's brand,
    those that drew most first; their posts are read as they are asked for."""
    low, high = _days(scope)
    loud = func.coalesce(post.c.score, 0) + 2 * func.coalesce(post.c.comments, 0)
    rows = connection.execute(
        select(post_aspect.c.post_id, post_aspect.c.start, post_aspect.c.stop)
        .join(mention, mention.c.post_id == post_aspect.c.post_id)
        .join(post, post.c.id == post_aspect.c.post_id)
        .where(
            post_aspect.c.aspect == aspect,
            post_aspect.c.sentiment == tone,
            post.c.sentiment == tone,
            post_aspect.c.post_id.between(low * IDS_PER_DAY, (high + 1) * IDS_PER_DAY - 1),
            mention.c.brand_id == (scope.brand or 0),
            mention.c.day.between(low, high),
        )
        .order_by(loud.desc(), post_aspect.c.post_id.desc())
        .limit(limit)
    ).all()
    for part in (rows[:PAGE], rows[PAGE:]):
        held = {item.id: item for item in posts_by_id(connection, [int(row[0]) for row in part])}
        for i, start, stop in part:
            if int(i) in held:
                yield held[int(i)], int(start), int(stop)


def posts_to_check(connection: Connection, scope: Scope, limit: int, seed: int) -> list[int]:
    """Random posts of a scope that were read, in languages whose tone is, and that nobody gave a tone yet; those of its
    brand where there is one. The same seed gives the same posts."""
    low, high = _days(scope)
    names = {
        "low": low,
        "high": high,
        "brand": scope.brand or 0,
        "first": low * IDS_PER_DAY,
        "last": (high + 1) * IDS_PER_DAY - 1,
    }
    mine = (
        "SELECT p.id FROM mention m JOIN post p ON p.id = m.post_id WHERE m.brand_id = :brand "
        "AND m.day BETWEEN :low AND :high AND p.sentiment != ''"
        if scope.brand
        else "SELECT id FROM post WHERE id BETWEEN :first AND :last AND sentiment != ''"
    )
    ids = list(connection.execute(text(mine), names).scalars())
    done = set(connection.execute(select(tone_check.c.post_id)).scalars())
    between = post.c.id.between(names["first"], names["last"])
    done |= set(connection.execute(select(post.c.id).where(between, post.c.sentiment == OTHER_LANGUAGE)).scalars())
    done |= set(connection.execute(select(post_label.c.post_id).where(post_label.c.field == "sentiment")).scalars())
    left = sorted(set(ids) - done)
    return random.Random(seed).sample(left, min(limit, len(left)))


@needs("member")
def check_tone(store: Store, post_id: int, actual: str, now: datetime) -> None:
    """Note what a person says of a random post, beside what the program had said. Raises ValueError for no tone."""
    if actual not in SENTIMENTS[:3]:
        raise ValueError(actual)
    with store.write() as connection:
        row = connection.execute(
            select(post.c.sentiment, post.c.lang, tone_check.c.predicted, tone_check.c.actual)
            .outerjoin(tone_check, tone_check.c.post_id == post.c.id)
            .where(post.c.id == post_id)
        ).one_or_none()
        if row is None or not (row.predicted or row.sentiment):  # gone, or not read yet
            return
        values = {
            "post_id": post_id,
            "predicted": row.predicted or row.sentiment,
            "actual": actual,
            "lang": row.lang,
            "who": actor().name[:80],
            "at": to_epoch(now),
        }
        subject = f"post {post_id}: {values['predicted']}"
        note_change(connection, "tone.checked", subject, row.actual or "", actual)
        connection.execute(insert_over(tone_check).values(**values))


def tone_checks(connection: Connection) -> dict[tuple[int, int], int]:
    """(true tone, label of the program) -> posts that people checked, as places in `SENTIMENTS`."""
    rows = connection.execute(
        select(tone_check.c.actual, tone_check.c.predicted, func.count())
        .where(tone_check.c.predicted.in_(SENTIMENTS))
        .group_by(tone_check.c.actual, tone_check.c.predicted)
    )
    return {(SENTIMENTS.index(a), SENTIMENTS.index(p)): int(n) for a, p, n in rows}


@needs("editor")
def forget_checks(store: Store) -> None:
    """Begin the measure anew."""
    with store.write() as connection:
        held = connection.execute(select(func.count()).select_from(tone_check)).scalar_one()
        note_change(connection, "tone.checks_forgotten", "tone", str(held), "0")
        connection.execute(tone_check.delete())
