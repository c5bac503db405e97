"""Runs of collect, refresh and import: a lease so that only one works, and a list people can read."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text, update

from data.models import Job, from_epoch, to_epoch
from data.schema import job, lease, visit
from data.store import Store, StoreError

STALE_AFTER = timedelta(minutes=2)  # a running job beats at least this often
KEEP = 200


def holder_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def take_lease(store: Store, name: str, holder: str, now: datetime, seconds: int = 60) -> bool:
    """Take or renew a lease. False while another holder's is still valid."""
    with store.write(counts=False) as connection:
        row = connection.execute(select(lease).where(lease.c.name == name)).one_or_none()
        if row is not None and row.holder != holder and row.expires_at > to_epoch(now):
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
    return str(row.holder) if row is not None and row.expires_at > to_epoch(now) else ""


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


def done_by_running(store: Store, kind: str, step: str, now: datetime) -> int | None:
    """How many a run of this kind that works now has done of a step; None where none is at it."""
    with store.read() as connection:
        query = select(job.c.done).where(
            job.c.kind == kind,
            job.c.state == "running",
            job.c.message == step,
            job.c.beat_at >= to_epoch(now - STALE_AFTER),
        )
        done = connection.execute(query.order_by(job.c.id.desc()).limit(1)).scalar()
    return None if done is None else int(done)


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

    `now` is a function that gives the time. Runs that stopped beating are marked interrupted first.
    """
    started = to_epoch(now())
    with store.write(counts=False) as connection:
        connection.execute(
            update(job)
            .where(job.c.state == "running", job.c.beat_at < started - int(STALE_AFTER.total_seconds()))
            .values(state="interrupted", finished_at=job.c.beat_at)
        )
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
        log._set(state=state, finished_at=to_epoch(now()), error=words[:500])
        raise
    log._set(state="done", finished_at=to_epoch(now()))


def note_visit(store: Store, viewer: str, now: datetime, gap: timedelta = timedelta(minutes=30)) -> datetime:
    """Remember that somebody looks, and tell when they last looked before this visit.

    A visit ends after `gap` without a look. The first visit ever counts from a day before.
    """
    stamp = to_epoch(now)
    with store.read() as connection:
        row = connection.execute(select(visit).where(visit.c.viewer == viewer)).one_or_none()
    if row is not None and stamp - row.seen_at < 60:
        return from_epoch(row.previous_at)
    if row is None:
        current, previous = stamp, stamp - 86_400
    elif stamp - row.seen_at > gap.total_seconds():
        current, previous = stamp, row.seen_at
    else:
        current, previous = row.current_at, row.previous_at
    with store.write(counts=False) as connection:
        connection.execute(
            text(
                "INSERT INTO visit (viewer, current_at, previous_at, seen_at) VALUES (:v, :c, :p, :s) "
                "ON CONFLICT (viewer) DO UPDATE SET current_at = :c, previous_at = :p, seen_at = :s"
            ),
            {"v": viewer, "c": current, "p": previous, "s": stamp},
        )
    return from_epoch(previous)


def visited_since(store: Store, moment: datetime) -> bool:
    """Whether anybody has looked at the record since."""
    with store.read() as connection:
        return connection.execute(select(visit.c.viewer).where(visit.c.seen_at > to_epoch(moment))).first() is not None
