"""Which posts look alike, by numbers of their sketches: kept for the latest weeks, so that a new post is held against
those that share a number with it, and no text of before is read again.

A post whose text changed or that is gone may still be found by what it said: whoever asks reads the text anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, select

from data.dialect import insert_new, insert_over, is_among
from data.figures import week_of
from data.schema import IDS_PER_DAY, post, sketch_band, sketched_day


def sketched_until(connection: Connection, days: Sequence[int]) -> dict[int, int]:
    """Day -> the last post that was sketched, of the days of which some were."""
    rows = connection.execute(select(sketched_day).where(is_among(sketched_day.c.day, days)))
    return {int(row.day): int(row.last_post) for row in rows}


def posts_to_sketch(connection: Connection, day: int, after: int) -> list[int]:
    """Posts of a day that came after one was sketched (0: all)."""
    low = max(after, day * IDS_PER_DAY)
    query = select(post.c.id).where(post.c.id > low, post.c.id < (day + 1) * IDS_PER_DAY)
    return list(connection.execute(query.order_by(post.c.id)).scalars())


def keep_bands(connection: Connection, bands: Mapping[int, Sequence[int]], until: Mapping[int, int]) -> None:
    """Keep the numbers of posts, and the last post that was sketched of some days."""
    rows = [
        {"week": week_of(post_id // IDS_PER_DAY), "band": band, "post_id": post_id}
        for post_id, numbers in bands.items()
        for band in numbers
    ]
    if rows:
        connection.execute(insert_new(sketch_band), rows)
    if until:
        connection.execute(insert_over(sketched_day), [{"day": day, "last_post": last} for day, last in until.items()])


def sharing(connection: Connection, bands: Sequence[int], first_day: int, last_day: int) -> list[int]:
    """Posts of some days that share a number with these, each once."""
    weeks = range(week_of(first_day), week_of(last_day) + 1)
    query = select(sketch_band.c.post_id).where(
        sketch_band.c.week.in_(list(weeks)),
        sketch_band.c.band.in_(list(bands)),
        sketch_band.c.post_id >= first_day * IDS_PER_DAY,
        sketch_band.c.post_id < (last_day + 1) * IDS_PER_DAY,
    )
    return sorted(set(connection.execute(query).scalars()))


def keep_weeks(connection: Connection, days: Iterable[int], latest: int) -> None:
    """Let go what no post of these days, nor of the `latest` weeks, is held against."""
    weeks = {week_of(day) for day in days}
    known = set(connection.execute(select(sketched_day.c.day)).scalars())
    kept = weeks | set(sorted({week_of(day) for day in known})[-latest:])
    gone = {week_of(day) for day in known} - kept
    if gone:
        connection.execute(delete(sketch_band).where(sketch_band.c.week.in_(sorted(gone))))
        dropped = [day for day in known if week_of(day) in gone]
        connection.execute(delete(sketched_day).where(is_among(sketched_day.c.day, dropped)))


def forget_sketches(connection: Connection, ids: Sequence[int]) -> None:
    """Nothing is left of these posts."""
    weeks = sorted({week_of(i // IDS_PER_DAY) for i in ids})
    mine = (sketch_band.c.week.in_(weeks), is_among(sketch_band.c.post_id, ids))
    connection.execute(delete(sketch_band).where(*mine))
