"""The sources that are watched: add, list with their health, pause, remove, record a check."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal_column, or_, select, text, update

from data.actor import needs
from data.changes import StaleError, changed_by, check_seen, note_change
from data.credentials import forget_secret, names_in
from data.models import Source, from_epoch, moment_or_none, to_day, to_epoch
from data.posts.erasure import erase_source_posts
from data.schema import IDS_PER_DAY, outage, post, post_source, source
from data.settings import Settings
from data.store import Store

NOT_COLLECTED = ("demo", "import")
CLOCK_SLACK = 3_600  # seconds; a last check further in time to come was made before the clock was set back
LATELY = 300  # seconds in which the first look at a new source is awaited
# Errors that waiting does not heal.
NEEDS_A_PERSON = frozenset(
    {
        "no_credentials",
        "bad_credentials",
        "expired_token",
        "needs_account",
        "spend_cap",
        "needs_keys",
        "missing_permission",
        "page_unknown",
        "search_needs_account",
        "channel_closed",
        "not_in_channel",
        "no_message_content",
        "own_account_only",
    }
)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source with its recent activity. `per_day` is posts a day over the last 28 days.

    `recent` counts the last 3 days; `is_quiet` says that this is far less than usual.
    """

    source: Source
    posts: int
    per_day: float
    recent: int = 0
    is_quiet: bool = False

    @property
    def condition(self) -> str:
        """How it is: demo, removed, import, paused, gone, needs_a_person, failing, waiting, quiet or working."""
        state = self.source.state
        if self.source.kind == "demo" or (self.source.kind == "import" and state != "removed"):
            return self.source.kind
        if state in {"removed", "paused", "gone"}:
            return state
        if self.source.error_code:
            return "needs_a_person" if self.source.error_code in NEEDS_A_PERSON else "failing"
        if self.source.last_success is None:
            return "waiting"
        return "quiet" if self.is_quiet else "working"


def gone_quiet(recent: int, before: int, recent_days: int = 3, before_days: int = 25) -> bool:
    """Whether `recent` posts in `recent_days` are too few to be chance, given `before` posts in the days before.

    One-sided exact test of two Poisson rates (Przyborowski and Wilenski, 1940) at one in a thousand; a source
    that posts a few times a month is never called quiet.
    """
    if before < 10:
        return False
    share, total_posts = recent_days / (recent_days + before_days), recent + before
    chance = sum(math.comb(total_posts, k) * share**k * (1 - share) ** (total_posts - k) for k in range(recent + 1))
    return chance < 0.001


def _read(row: Any) -> Source:
    return Source(
        id=row.id,
        kind=row.kind,
        address=row.address,
        title=row.title,
        site=row.site,
        folder=row.folder,
        state=row.state,
        is_own=row.is_own,
        etag=row.etag,
        last_modified=row.last_modified,
        cursor=row.cursor,
        redirect_to=row.redirect_to,
        redirect_days=row.redirect_days,
        redirect_day=row.redirect_day,
        added_at=moment_or_none(row.added_at),
        next_check=moment_or_none(row.next_check),
        last_attempt=moment_or_none(row.last_attempt),
        last_success=moment_or_none(row.last_success),
        error_code=row.error_code,
        error_detail=row.error_detail,
        failures=row.failures,
        note=row.note,
        back_to=moment_or_none(row.back_to),
        reached=moment_or_none(row.reached),
        recounted_at=moment_or_none(row.recounted_at),
    )


def add_source(
    connection: Connection,
    kind: str,
    address: str,
    now: datetime,
    *,
    title: str = "",
    site: str = "",
    folder: str = "",
) -> tuple[Source, bool]:
    """The source and whether it is new. Adding one that is there already, even paused, is no error; one that is in no
    folder yet comes into the one given."""
    known = find_source(connection, kind, address)
    if known is not None:
        if folder and not known.folder:
            update_source(connection, known.id, folder=folder[:300])
        return known, False
    connection.execute(
        insert(source).values(
            kind=kind,
            address=address,
            title=title[:300],
            site=site[:2_000],
            folder=folder[:300],
            added_at=to_epoch(now),
        )
    )
    made = find_source(connection, kind, address)
    assert made is not None
    return made, True


def find_source(connection: Connection, kind: str, address: str) -> Source | None:
    row = connection.execute(select(source).where(source.c.kind == kind, source.c.address == address)).one_or_none()
    return None if row is None else _read(row)


def get_source(connection: Connection, source_id: int) -> Source | None:
    row = connection.execute(select(source).where(source.c.id == source_id)).one_or_none()
    return None if row is None else _read(row)


def all_sources(connection: Connection) -> list[Source]:
    return [_read(row) for row in connection.execute(select(source).order_by(source.c.title, source.c.id))]


def _counts(connection: Connection, first_id: int) -> dict[int, int]:
    # Not by the column itself: SQLite would go through all posts in the order of their sources, to group as it goes.
    by = post_source.c.source_id + literal_column("0")
    rows = connection.execute(select(by, func.count()).where(post_source.c.post_id >= first_id).group_by(by))
    return {int(source_id): int(number) for source_id, number in rows}


def sources_with_health(connection: Connection, now: datetime) -> list[SourceHealth]:
    """Every source with its number of posts and posts a day over 28 days (or since it was added)."""
    total = _counts(connection, 0)
    month = _counts(connection, (to_day(now) - 27) * IDS_PER_DAY)
    recent = _counts(connection, (to_day(now) - 2) * IDS_PER_DAY)
    rows = []
    for item in all_sources(connection):
        late, all_month = recent.get(item.id, 0), month.get(item.id, 0)
        known_days = (now - item.added_at).days if item.added_at else 0
        quiet = known_days >= 3 and item.state == "active" and gone_quiet(min(late, 300), min(all_month - late, 700))
        rows.append(SourceHealth(item, total.get(item.id, 0), all_month / 28, late, quiet))
    return rows


def due_sources(connection: Connection, now: datetime) -> list[Source]:
    """Active sources whose next check has come, the longest waiting first. One that was checked in time to come, before
    the clock was set back, does not wait until then."""
    stamp = to_epoch(now)
    is_due = or_(source.c.next_check <= stamp, source.c.last_attempt > stamp + CLOCK_SLACK)
    rows = connection.execute(
        select(source)
        .where(source.c.state == "active", source.c.kind.not_in(NOT_COLLECTED), is_due)
        .order_by(source.c.next_check, source.c.id)
    )
    return [_read(row) for row in rows]


def count_unseen(connection: Connection, now: datetime) -> int:
    """Sources that were added lately and have not been looked at yet."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(source)
            .where(source.c.state == "active", source.c.kind.not_in(NOT_COLLECTED), source.c.last_attempt.is_(None))
            .where(source.c.added_at.between(to_epoch(now) - LATELY, to_epoch(now) + LATELY))
        ).scalar_one()
    )


def update_source(connection: Connection, source_id: int, **values: Any) -> None:
    """Set columns by name; datetimes are stored as seconds."""
    plain = {key: (to_epoch(value) if isinstance(value, datetime) else value) for key, value in values.items()}
    connection.execute(update(source).where(source.c.id == source_id).values(**plain))


def note_check(connection: Connection, item: Source, failed: bool, now: datetime) -> None:
    """Open or close the outage of a source after a check: what the figures could not see."""
    if failed:
        open_now = connection.execute(
            select(func.count()).where(outage.c.source_id == item.id, outage.c.ended_at.is_(None))
        ).scalar_one()
        if not open_now:
            began = item.last_success or now
            connection.execute(insert(outage).values(source_id=item.id, began_at=to_epoch(began)))
    elif item.failures:
        connection.execute(
            update(outage)
            .where(outage.c.source_id == item.id, outage.c.ended_at.is_(None))
            .values(ended_at=to_epoch(now))
        )


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A source that brought nothing from `began` to `ended` (None: still) because it failed."""

    source: Source
    began: datetime
    ended: datetime | None


def blind_spots(
    connection: Connection, since: datetime, until: datetime, ids: tuple[int, ...] = (), *, at_least: float = 21_600.0
) -> list[BlindSpot]:
    """Outages of `at_least` seconds that touch a period, of these sources or of all that are watched."""
    end = func.coalesce(outage.c.ended_at, to_epoch(until))
    query = (
        select(source, outage.c.began_at, outage.c.ended_at)
        .join(outage, outage.c.source_id == source.c.id)
        .where(
            outage.c.began_at < to_epoch(until),
            end > to_epoch(since),
            end - outage.c.began_at >= at_least,
            source.c.state.in_(("active", "gone")),
        )
        .order_by(outage.c.began_at)
        .limit(200)
    )
    if ids:
        query = query.where(source.c.id.in_(ids))
    return [
        BlindSpot(_read(row), from_epoch(row.began_at), moment_or_none(row.ended_at))
        for row in connection.execute(query)
    ]


def _held(connection: Connection, source_id: int) -> Any:
    """A source's row. Raises StaleError where it is gone."""
    row = connection.execute(select(source).where(source.c.id == source_id)).one_or_none()
    if row is None:
        raise StaleError([changed_by(connection, f"source {source_id}", "", "")])
    return row


def _about(row: Any) -> str:
    return f"source {row.id}: {row.title or row.kind}"


@needs("administrator")
def ask_back(store: Store, source_id: int, back_to: datetime) -> None:
    """Ask that a source be read back to a day; the next checks do it, piece by piece."""
    with store.write() as connection:
        held = _held(connection, source_id)
        was = from_epoch(held.back_to).date().isoformat() if held.back_to else ""
        note_change(connection, "source.back", _about(held), was, back_to.date().isoformat())
        update_source(connection, source_id, back_to=back_to, next_check=0)


@needs("administrator")
def mark_own(store: Store, source_id: int, is_own: bool) -> None:
    """Whether what a source brings is said by us: our posts are actions, our replies are answers.

    What it brought before is read again at the next refresh.
    """
    with store.write() as connection:
        held = _held(connection, source_id)
        note_change(
            connection, "source.own", _about(held), "ours" if held.is_own else "others", "ours" if is_own else "others"
        )
        update_source(connection, source_id, is_own=is_own)
        connection.execute(update(post).where(post.c.source_id == source_id).values(pending=True))


@needs("administrator")
def set_state(store: Store, source_id: int, state: str, seen: str | None = None) -> None:
    """Pause ('paused') or resume ('active'). A resumed source is due at once. Raises StaleError where it is gone, or
    in another state than was `seen`."""
    with store.write() as connection:
        held = _held(connection, source_id)
        check_seen(connection, f"source {source_id}", "state", seen, held.state, state)
        note_change(connection, "source.state", _about(held), held.state, state)
        update_source(connection, source_id, state=state, next_check=0, failures=0)


@needs("administrator")
def remove_source(store: Store, settings: Settings, source_id: int, *, erase_posts: bool) -> int:
    """Stop watching, and forget the secrets of its address. Its posts are erased, or kept under a source that is no
    longer checked; gives how many were erased."""
    with store.write() as connection:
        held = _held(connection, source_id)
        erased = _remove(connection, held, erase_posts=erase_posts)
    for name in names_in(held.address):
        forget_secret(store, settings, "address", name)
    return erased


def _remove(connection: Connection, held: Source, *, erase_posts: bool) -> int:
    told = "with its posts" if erase_posts else "its posts stay"
    note_change(connection, "source.removed", _about(held), f"{held.kind}, {held.state}", told)
    if not erase_posts:
        has_posts = connection.execute(select(func.count()).where(post_source.c.source_id == held.id)).scalar_one()
        if has_posts:
            update_source(connection, held.id, state="removed")
            return 0
    erased = erase_source_posts(connection, held.id)
    connection.execute(delete(outage).where(outage.c.source_id == held.id))
    connection.execute(delete(source).where(source.c.id == held.id))
    connection.execute(text("DELETE FROM post_source WHERE source_id = :i"), {"i": held.id})
    return erased
