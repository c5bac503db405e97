"""Runs of collect, refresh and import: a lease so that only one works, and a list people can read."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, text, update

from data.dialect import insert_over
from data.models import Job, from_epoch, moment_or_none, to_epoch
from data.schema import habit, job, lease, visit
from data.store import Store, StoreError

STALE_AFTER = timedelta(minutes=2)  # a running job beats at least this often
LONGEST_LEASE = 600  # seconds; one that ends later was taken before the clock was set back
KEEP = 200
LONGEST_HABIT = 200  # characters


def _here() -> str:
    """This machine, or this container of it: where a number names one process."""
    try:
        numbers = os.readlink("/proc/self/ns/pid")
    except OSError:
        numbers = ""
    return f"{socket.gethostname()}/{''.join(filter(str.isdigit, numbers))}"


def holder_name() -> str:
    return f"{_here()}:{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Its process was one of this machine and has ended. False where that cannot be known."""
    where, _, number = holder.rpartition(":")
    known = where == _here() and not where.endswith("/") and number.isdigit()
    return known and not Path(f"/proc/{number}").exists()


def _holds(row: Any, now: datetime) -> bool:
    """Whether a lease is valid: not run out, and its holder not known to be gone."""
    return bool(0 < row.expires_at - to_epoch(now) <= LONGEST_LEASE and not is_dead(row.holder))


def take_lease(store: Store, name: str, holder: str, now: datetime, seconds: int = 60) -> bool:
    """Take or renew a lease of at most LONGEST_LEASE `seconds`. False while another holder's is still valid."""
    with store.write(counts=False) as connection:
        row = connection.execute(select(lease).where(lease.c.name == name)).one_or_none()
        if row is not None and row.holder != holder and _holds(row, now):
            return False
        connection.execute(
            text(
                "INSERT INTO lease (name, holder, expires_at) VALUES (:n, :h, :e) "
                "ON CONFLICT (name) DO UPDATE SET holder = :h, expires_at = :e"
            ),
            {"n": name, "h": holder, "e": to_epoch(now) + seconds},
        )
        return True


def release_lease(store: Store, name: str, holder: str) -> None:
    with store.write(counts=False) as connection:
        connection.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))


def lease_holder(store: Store, name: str, now: datetime) -> str:
    """Who holds a valid lease; empty when nobody does."""
    with store.read() as connection:
        row = connection.execute(select(lease).where(lease.c.name == name)).one_or_none()
    return str(row.holder) if row is not None and _holds(row, now) else ""


def idle_leases(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """(name, holder) of leases that hold nobody back: their holder has ended, or their time is over."""
    rows = connection.execute(select(lease).order_by(lease.c.name)).all()
    return [(str(row.name), str(row.holder)) for row in rows if not _holds(row, now)]


def release_idle(connection: Connection, now: datetime) -> None:
    for name, holder in idle_leases(connection, now):
        connection.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))


def _read(row: Any) -> Job:
    return Job(
        row.id,
        row.kind,
        row.state,
        from_epoch(row.started_at),
        from_epoch(row.finished_at) if row.finished_at else None,
        row.done,
        row.total,
        row.message,
        row.error,
        from_epoch(row.step_at) if row.step_at else None,
    )


def _beats(now: datetime) -> ColumnElement[bool]:
    """It beat lately. A beat to come is one of before the clock was set back."""
    return job.c.beat_at.between(to_epoch(now - STALE_AFTER), to_epoch(now + STALE_AFTER))


def hanging_jobs(connection: Connection, now: datetime) -> list[int]:
    """Runs that are said to be running and no longer beat."""
    query = select(job.c.id).where(job.c.state == "running", ~_beats(now))
    return [int(found) for found in connection.execute(query).scalars()]


def give_up_hanging(connection: Connection, now: datetime) -> None:
    """Mark them as interrupted, at their last beat."""
    connection.execute(
        update(job).where(job.c.state == "running", ~_beats(now)).values(state="interrupted", finished_at=job.c.beat_at)
    )


def running_job(store: Store, kind: str, now: datetime) -> Job | None:
    """The run of this kind that works now; None where none does."""
    with store.read() as connection:
        query = select(job).where(job.c.kind == kind, job.c.state == "running", _beats(now))
        row = connection.execute(query.order_by(job.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _read(row)


def recent_jobs(store: Store, limit: int = 50) -> list[Job]:
    with store.read() as connection:
        return [_read(r) for r in connection.execute(select(job).order_by(job.c.id.desc()).limit(limit))]


class JobLog:
    """What one run tells about itself. Every call is one short write."""

    def __init__(self, store: Store, job_id: int, now: Any) -> None:
        self._store, self.id, self._now = store, job_id, now
        self._step = ""

    def progress(self, done: int, total: int, message: str = "") -> None:
        """`done` of `total` of the step that `message` names; the clock of a new step starts."""
        began = {"step_at": to_epoch(self._now())} if message != self._step else {}
        self._step = message
        self._set(done=done, total=total, message=message[:300], **began)

    def _set(self, **values: Any) -> None:
        with self._store.write(counts=False) as connection:
            connection.execute(update(job).where(job.c.id == self.id).values(beat_at=to_epoch(self._now()), **values))


@contextmanager
def run_job(store: Store, kind: str, now: Any) -> Iterator[JobLog]:
    """Record a run: done when the block ends, failed with the reason when it raises.

    `now` is a function that gives the time. Runs that stopped beating are marked interrupted first. The record is not
    restored while a run works.
    """
    with store.at_work():
        started = to_epoch(now())
        with store.write(counts=False) as connection:
            give_up_hanging(connection, from_epoch(started))
            job_id = connection.execute(
                insert(job).values(kind=kind, state="running", started_at=started, beat_at=started).returning(job.c.id)
            ).scalar_one()
            connection.execute(delete(job).where(job.c.id <= job_id - KEEP))
        log = JobLog(store, job_id, now)
        try:
            yield log
        except BaseException as error:
            state = "failed" if isinstance(error, Exception) else "interrupted"
            words = str(error) if isinstance(error, (StoreError, ValueError, OSError, RuntimeError)) else repr(error)
            with suppress(StoreError):  # where the record itself is out of reach, what happened is told all the same
                log._set(state=state, finished_at=to_epoch(now()), error=words[:500])
            raise
        log._set(state="done", finished_at=to_epoch(now()))


def note_visit(store: Store, viewer: str, now: datetime, gap: timedelta = timedelta(minutes=30)) -> datetime | None:
    """Remember that somebody looks, and tell when they last looked before this visit; None on the first one.

    A visit ends after `gap` without a look. A last look that has not come yet, because the clock was set back, counts
    as one a day ago. Of a record that can only be read nothing is remembered.
    """
    stamp = to_epoch(now)
    with store.read() as connection:
        row = connection.execute(select(visit).where(visit.c.viewer == viewer)).one_or_none()
    if row is not None and 0 <= stamp - row.seen_at < 60:
        return moment_or_none(row.previous_at)
    if row is None:
        current, previous = stamp, 0
    elif row.seen_at > stamp:
        current, previous = stamp, stamp - 86_400
    elif stamp - row.seen_at > gap.total_seconds():
        current, previous = stamp, row.seen_at
    else:
        current, previous = row.current_at, row.previous_at
    if store.is_read_only:
        return moment_or_none(previous)
    with store.write(counts=False) as connection:
        connection.execute(
            text(
                "INSERT INTO visit (viewer, current_at, previous_at, seen_at) VALUES (:v, :c, :p, :s) "
                "ON CONFLICT (viewer) DO UPDATE SET current_at = :c, previous_at = :p, seen_at = :s"
            ),
            {"v": viewer, "c": current, "p": previous, "s": stamp},
        )
    return moment_or_none(previous)


def habit_of(store: Store, viewer: str, name: str) -> str:
    """What this person chose last of `name`, "" where nothing is kept."""
    with store.read() as connection:
        found = select(habit.c.value).where(habit.c.viewer == viewer, habit.c.name == name)
        return connection.execute(found).scalar_one_or_none() or ""


def keep_habit(store: Store, viewer: str, name: str, value: str) -> None:
    """Keep what this person chose, for their next visit; of a record that can only be read nothing is kept."""
    if store.is_read_only:
        return
    with store.write(counts=False) as connection:
        connection.execute(insert_over(habit).values(viewer=viewer, name=name, value=value[:LONGEST_HABIT]))


def visited_since(store: Store, moment: datetime) -> bool:
    """Whether anybody has looked at the record since."""
    with store.read() as connection:
        return connection.execute(select(visit.c.viewer).where(visit.c.seen_at > to_epoch(moment))).first() is not None
