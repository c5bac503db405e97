"""How long words are kept: after so many months a post loses its text and its author, and goes on being counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, or_, select, update

from data.acting.again import forget_targets
from data.actor import needs
from data.changes import note_change
from data.dialect import insert_new, is_among
from data.erasing.bytes import scrub
from data.erasing.traces import Traces, walk_tables
from data.figures import week_of
from data.models import to_day, to_epoch
from data.reputation.returning import count_day, forget_before
from data.schema import (
    IDS_PER_DAY,
    alert,
    assignment_notice,
    debate,
    debate_post,
    delivery,
    erased_post,
    fact_match,
    meta,
    past_answer,
    post,
    post_link,
    post_stance,
    post_text,
    tool,
    triage,
    triage_event,
    verbatim,
)
from data.store import Store, put_meta

KEY = "retention"
MOST_MONTHS = 120
STEP = 2_000  # posts in one write


def months_kept(connection: Connection) -> int:
    """For how many months words are kept; 0 is for ever."""
    held = connection.execute(select(meta.c.value).where(meta.c.key == KEY)).scalar()
    return int(held) if held else 0


@needs("administrator")
def keep_for(store: Store, months: int) -> None:
    """Choose for how long; 0 is for ever. Raises ValueError out of 0 to MOST_MONTHS."""
    if not 0 <= months <= MOST_MONTHS:
        raise ValueError(f"Keep posts for 0 (for ever) to {MOST_MONTHS} months.")
    with store.write() as connection:
        note_change(connection, "retention.chosen", "posts", str(months_kept(connection)), str(months))
        put_meta(connection, KEY, str(months))


def kept_since(months: int, now: datetime) -> datetime:
    """Midnight UTC of the day so many months ago: what is older is let go. Raises ValueError for no month."""
    if months < 1:
        raise ValueError(months)
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    first = datetime(year, month + 1, 1, tzinfo=UTC)
    after = datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=UTC)
    return min(first + timedelta(days=now.day - 1), after - timedelta(days=1))


def due(connection: Connection, months: int, now: datetime) -> int:
    """How many posts would lose their words at the next run."""
    if not months:
        return 0
    asked = select(func.count()).select_from(post).where(post.c.id < _first_kept(months, now))
    return int(connection.execute(asked.where(post.c.dropped_at.is_(None))).scalar_one())


def _first_kept(months: int, now: datetime) -> int:
    return to_day(kept_since(months, now)) * IDS_PER_DAY


def let_go(store: Store, now: datetime) -> int:
    """Drop the words and authors of all posts that are kept no longer, in steps of STEP; gives how many.

    Quotes of them in the basket, drafts and findings go too; frozen copies keep theirs until they expire.
    """
    with store.read() as connection:
        months = months_kept(connection)
    if not months:
        return 0
    total, last = 0, -1
    while True:
        with store.write() as connection:
            chosen = select(post.c.id).where(post.c.id > last, post.c.id < _first_kept(months, now))
            chosen = chosen.where(post.c.dropped_at.is_(None)).order_by(post.c.id).limit(STEP)
            ids = list(connection.execute(chosen).scalars())
            if ids:
                _drop(connection, ids, now)
        if not ids:
            break
        total, last = total + len(ids), ids[-1]
    with store.write() as connection:
        if _forget_old(connection, kept_since(months, now)) or total:
            note_change(connection, "retention.applied", "posts", after=str(total))
    if total:
        scrub(store)
    return total


def _drop(connection: Connection, ids: list[int], now: datetime) -> None:
    traces = Traces(frozenset(), ids=frozenset(ids))
    words = select(post_text.c.title, post_text.c.plain).where(is_among(post_text.c.post_id, ids))
    for row in connection.execute(words):
        traces.learn(row.title, row.plain)
    for table in (post_link, verbatim, past_answer, fact_match, triage, triage_event, assignment_notice):
        connection.execute(delete(table).where(is_among(table.c.post_id, ids)))
    connection.execute(delete(past_answer).where(is_among(past_answer.c.answer_id, ids)))
    forget_targets(connection, select(post.c.id).where(is_among(post.c.id, ids)))
    bare = {"title": "", "received": "", "plain": "", "url": ""}
    connection.execute(update(post_text).where(is_among(post_text.c.post_id, ids)).values(**bare))
    connection.execute(update(post_stance).where(is_among(post_stance.c.post_id, ids)).values(grants="[]"))
    gone = {"author": "", "dropped_at": to_epoch(now), "pending": False}
    connection.execute(update(post).where(is_among(post.c.id, ids)).values(**gone))
    for day in sorted({i // IDS_PER_DAY for i in ids}):
        count_day(connection, day)
    connection.execute(insert_new(erased_post), [{"post_id": i} for i in ids])
    walk_tables(connection, traces)


def _forget_old(connection: Connection, since: datetime) -> int:
    """What was found in posts that are kept no longer, with the names of their authors."""
    first = to_day(since) * IDS_PER_DAY
    old = list(connection.execute(select(debate.c.id).where(debate.c.last_post < first)).scalars())
    about = or_(debate.c.opener.between(1, first - 1), debate.c.id.in_(old))
    debates = list(connection.execute(select(debate.c.id).where(about)).scalars())
    connection.execute(delete(debate_post).where(is_among(debate_post.c.debate_id, debates)))
    connection.execute(delete(debate).where(is_among(debate.c.id, debates)))
    alerts = list(connection.execute(select(alert.c.id).where(alert.c.last_at < to_epoch(since))).scalars())
    connection.execute(delete(delivery).where(is_among(delivery.c.alert_id, alerts)))
    connection.execute(delete(alert).where(is_among(alert.c.id, alerts)))
    connection.execute(update(tool).where(tool.c.first_post < first, tool.c.facts != "{}").values(facts="{}"))
    return len(debates) + len(alerts) + forget_before(connection, week_of(to_day(since)))
