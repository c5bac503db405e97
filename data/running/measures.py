"""Figures for who watches over Vigie, in the text form of Prometheus. Each is read by an index or from a small table,
and none names a person: labels are keys of workspaces, kinds of runs and codes of errors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from data.jobs import STALE_AFTER
from data.models import to_epoch
from data.running.health import is_ready, worker_seen
from data.schema import act, assignment_notice, brand_day, delivery, dirty_day, job, mailing, source
from data.settings import Settings
from data.source_list import NOT_COLLECTED
from data.store import Store

MOST = 100_000  # rows that are counted one by one


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge: `values` by the labels that tell them apart."""

    name: str
    help: str
    values: Sequence[tuple[Mapping[str, str], float]]


def _count(connection: Connection, what: str) -> int:
    return int(
        connection.execute(text(f"SELECT count(*) FROM (SELECT 1 FROM {what} LIMIT {MOST}) AS counted")).scalar_one()
    )


def _by(connection: Connection, query: object) -> list[tuple[str, float]]:
    return [(str(name), float(number)) for name, number in connection.execute(query)]  # type: ignore[call-overload]


def of_record(store: Store, now: datetime) -> Iterator[Figure]:
    """What one workspace's record tells."""
    stamp = to_epoch(now)
    with store.read() as connection:
        active = (source.c.state == "active") & source.c.kind.not_in(NOT_COLLECTED)
        due = connection.execute(select(func.min(source.c.next_check)).where(active)).scalar()
        first = connection.execute(select(func.min(source.c.added_at)).where(active, source.c.next_check == 0)).scalar()
        oldest = first if due == 0 else due
        lag = 0 if oldest is None else max(0, stamp - int(oldest))
        yield _one("vigie_collect_lag_seconds", "How long the source that waits longest has been due.", lag)
        states = select(source.c.state, func.count()).group_by(source.c.state)
        yield _each("vigie_sources", "Sources by state.", "state", _by(connection, states))
        failing = active & (source.c.error_code != "")
        codes = select(source.c.error_code, func.count()).where(failing).group_by(source.c.error_code)
        yield _each(
            "vigie_sources_failing", "Sources whose last look failed, by error.", "code", _by(connection, codes)
        )
        posts = select(func.coalesce(func.sum(brand_day.c.posts), 0)).where(brand_day.c.brand_id == 0)
        yield _one("vigie_posts", "Posts in the figures of all days.", connection.execute(posts).scalar_one())
        yield _one("vigie_posts_pending", "Posts to be read.", _count(connection, "post WHERE pending"))
        yield _one("vigie_posts_unsettled", "Posts read whose thread is not.", _count(connection, "unsettled_post"))
        days = connection.execute(select(func.count()).select_from(dirty_day)).scalar_one()
        yield _one("vigie_days_dirty", "Days whose figures are to be counted again.", days)
        yield _each("vigie_waiting", "What waits to be sent or done.", "what", _waiting(connection))
        yield from _runs(connection, stamp)
        yield _one("vigie_store_bytes", "Size of the record, with its vectors and logs.", _size(store, connection))


def _waiting(connection: Connection) -> list[tuple[str, float]]:
    wanted = (
        ("alerts", delivery.c.state == "waiting"),
        ("mailings", mailing.c.state == "waiting"),
        ("notices", assignment_notice.c.state == "waiting"),
        ("acts", act.c.state.in_(("ready", "waits", "trying"))),
    )
    return [
        (name, float(connection.execute(select(func.count()).where(condition)).scalar_one()))
        for name, condition in wanted
    ]


def _runs(connection: Connection, stamp: int) -> Iterator[Figure]:
    """From the list of runs, which is kept short."""
    beats = job.c.beat_at > stamp - int(STALE_AFTER.total_seconds())
    running = select(job.c.kind, func.count()).where(job.c.state == "running", beats).group_by(job.c.kind)
    yield _each("vigie_jobs_running", "Runs that work now, by kind.", "kind", _by(connection, running))
    failed = select(job.c.kind, func.count()).where(job.c.state == "failed").group_by(job.c.kind)
    yield _each("vigie_jobs_failed", "Runs that failed, of those remembered.", "kind", _by(connection, failed))
    last = select(func.max(job.c.id)).where(job.c.state == "done").group_by(job.c.kind)
    rows = connection.execute(select(job.c.kind, job.c.started_at, job.c.finished_at).where(job.c.id.in_(last))).all()
    ended = [(str(row.kind), float(row.finished_at)) for row in rows]
    took = [(str(row.kind), float(row.finished_at - row.started_at)) for row in rows]
    yield _each("vigie_last_run_timestamp_seconds", "When the last run that succeeded ended.", "kind", ended)
    yield _each("vigie_last_run_duration_seconds", "How long that run took.", "kind", took)


def _size(store: Store, connection: Connection) -> int:
    if store.is_server:
        size = (
            "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        return int(connection.execute(text(size)).scalar_one())
    files = [path.with_name(path.name + end) for path in (store.path, store.vector_path) for end in ("", "-wal")]
    return sum(path.stat().st_size for path in files if path.is_file())


def of_installation(settings: Settings, now: datetime) -> Iterator[Figure]:
    """What all workspaces share, and this process."""
    yield _one("vigie_ready", "Whether pages can be shown.", is_ready(settings))
    yield _one("vigie_worker_seen", "Whether a worker was seen lately.", worker_seen(settings, now))
    with open("/proc/self/statm", encoding="ascii") as stream:
        pages = int(stream.read().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE")
    yield _one("process_resident_memory_bytes", "Memory of the app's process.", memory)


def _one(name: str, words: str, value: float) -> Figure:
    return Figure(name, words, [({}, float(value))])


def _each(name: str, words: str, label: str, values: Iterable[tuple[str, float]]) -> Figure:
    return Figure(name, words, [({label: value}, number) for value, number in values])


def exposition(figures: Mapping[str, Iterable[Figure]]) -> str:
    """Figures of each workspace (its key; "" for the installation) as Prometheus reads them, each name once."""
    held: dict[str, tuple[str, list[str]]] = {}
    for key, those in figures.items():
        for figure in those:
            _words, lines = held.setdefault(figure.name, (figure.help, []))
            for labels, value in figure.values:
                lines.append(figure.name + _labels({"workspace": key, **labels} if key else labels) + f" {value:.17g}")
    parts = (
        f"# HELP {name} {_escaped(words)}\n# TYPE {name} gauge\n" + "".join(f"{one}\n" for one in lines)
        for name, (words, lines) in held.items()
    )
    return "".join(parts)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")


def _labels(labels: Mapping[str, str]) -> str:
    inside = ",".join(
        f'{name}="{_escaped(value).replace(chr(34), chr(92) + chr(34))}"' for name, value in labels.items()
    )
    return f"{{{inside}}}" if inside else ""
