"""Find what pages do not show, and mend what can be computed again. Every finding is a sentence with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, case, func, literal_column, select

from data import sqlite
from data.figures import dirty_days, mark_dirty, roll_up
from data.jobs import give_up_hanging, hanging_jobs, idle_leases, release_idle
from data.keeping.files import files_told, remove_left_over
from data.keeping.findings import Finding
from data.keeping.orphans import orphans, remove_found_again
from data.keeping.vector_check import forget_strangers, vectors_told
from data.models import SENTIMENTS, day_to_date, from_epoch, to_epoch
from data.posts.scope_sql import current_fit
from data.schema import IDS_PER_DAY, author_day, brand_day, brand_lang_day, job, post, post_text, snapshot
from data.settings import Settings
from data.sharing.document import unpacked
from data.store import Store

SLACK = timedelta(hours=1)  # that a clock may differ
DAYS_AT_ONCE = 50


def examine(store: Store, settings: Settings, now: datetime) -> list[Finding]:
    """Everything that is found, problems first. Reads all posts: for the command line, never for a page."""
    found = [*_damage(store)]
    looks: tuple[Callable[[Connection, datetime], Iterator[Finding]], ...] = (
        _without_text,
        _orphans,
        _snapshots,
        _figures,
        _waiting_days,
        _hanging,
        _clock,
    )
    with store.read() as connection:
        for look in looks:
            found += look(connection, now)
    found += vectors_told(store)
    found += files_told(store, settings, now)
    return sorted(found, key=lambda finding: finding.is_note)


def mend(store: Store, settings: Settings, now: datetime) -> None:
    """Compute again what is told to be mended so: the search index, figures, orphans of what is found again, vectors,
    runs and leases of the dead, parts of files. Nothing that people or sources wrote is touched."""
    with store.write() as connection:
        if not store.is_server:
            sqlite.make_index_anew(connection)
        remove_found_again(connection)
        give_up_hanging(connection, now)
        release_idle(connection, now)
        mark_dirty(connection, _miscounted(connection))
    with store.read() as connection:
        days = dirty_days(connection)
    for start in range(0, len(days), DAYS_AT_ONCE):
        with store.write() as connection:
            roll_up(connection, days[start : start + DAYS_AT_ONCE], current_fit(connection))
    forget_strangers(store)
    remove_left_over(store, settings, now)


def _damage(store: Store) -> Iterator[Finding]:
    with store.read() as connection:
        broken = [] if store.is_server else sqlite.check(connection)
    for problem in broken:
        yield Finding(f"The record is damaged ({problem}). Run 'python -m data restore'.")
    if broken:
        return
    if wrong := store.index_problem():
        yield Finding(f"{wrong} 'python -m data doctor --mend' makes the index again.", mends=True)


def _without_text(connection: Connection, now: datetime) -> Iterator[Finding]:
    lost = connection.execute(
        select(func.count()).select_from(post).where(post.c.id.not_in(select(post_text.c.post_id)))
    ).scalar_one()
    if lost:
        yield Finding(f"{lost} posts have no text. Run 'python -m data restore', or erase their authors.")


def _orphans(connection: Connection, now: datetime) -> Iterator[Finding]:
    for found in orphans(connection):
        what = f"{found.number} rows of '{found.table.name}' name a {found.named.table.name} that is not there."
        if found.is_found_again:
            yield Finding(f"{what} 'python -m data doctor --mend' takes them away.", mends=True)
        else:
            yield Finding(f"{what} A backup may hold what they name: 'python -m data restore' goes back to one.")


def _snapshots(connection: Connection, now: datetime) -> Iterator[Finding]:
    query = select(snapshot.c.id, snapshot.c.title, snapshot.c.body).where(snapshot.c.revoked_at == 0)
    for row in connection.execute(query):
        try:
            unpacked(bytes(row.body))
        except (ValueError, KeyError):
            yield Finding(f"The shared copy {row.id}, '{row.title}', is damaged. Close its link and share it again.")


def _miscounted(connection: Connection) -> list[int]:
    """Days whose figures differ from their posts, but for those that wait to be counted again."""
    day = post.c.id // literal_column(str(IDS_PER_DAY))
    tones = [func.sum(case((post.c.sentiment == name, 1), else_=0)) for name in SENTIMENTS]
    by_lang = select(day, post.c.lang, func.count(), *tones).group_by(day, post.c.lang)
    langs = {(int(row[0]), str(row[1])): tuple(map(int, row[2:])) for row in connection.execute(by_lang)}
    real: dict[int, tuple[int, ...]] = {}
    for (one, _lang), counted in langs.items():
        real[one] = tuple(a + b for a, b in zip(real.get(one, (0,) * 5), counted, strict=True))
    told = {int(row[0]): tuple(row[1:]) for row in connection.execute(_noted(brand_day, brand_day.c.day))}
    differ = {one for one in real.keys() | told.keys() if real.get(one) != told.get(one)}
    noted_langs = connection.execute(_noted(brand_lang_day, brand_lang_day.c.day, brand_lang_day.c.lang))
    told_langs = {(int(row[0]), str(row[1])): tuple(row[2:]) for row in noted_langs}
    differ |= {one[0] for one in langs.keys() | told_langs.keys() if langs.get(one) != told_langs.get(one)}
    names = select(day, func.count(post.c.author.distinct())).where(post.c.author != "", ~post.c.pending).group_by(day)
    wrote = {int(row[0]): int(row[1]) for row in connection.execute(names)}
    noted = select(author_day.c.day, func.count()).group_by(author_day.c.day)
    told_authors = {int(row[0]): int(row[1]) for row in connection.execute(noted)}
    differ |= {one for one in wrote.keys() | told_authors.keys() if wrote.get(one) != told_authors.get(one)}
    return sorted(differ - set(dirty_days(connection)))


def _noted(table: Table, *keys: Column[Any]) -> Select[Any]:
    """What is noted of all posts together."""
    return select(*keys, *(table.c[name] for name in ("posts", *SENTIMENTS))).where(table.c.brand_id == 0)


def _days(days: Sequence[int]) -> str:
    shown = ", ".join(day_to_date(one).isoformat() for one in days[:3])
    return shown if len(days) <= 3 else f"{shown} and {len(days) - 3} more"


def _figures(connection: Connection, now: datetime) -> Iterator[Finding]:
    if days := _miscounted(connection):
        yield Finding(
            f"The figures of {len(days)} days differ from their posts ({_days(days)}). "
            "'python -m data doctor --mend' counts them again.",
            mends=True,
        )


def _waiting_days(connection: Connection, now: datetime) -> Iterator[Finding]:
    days = dirty_days(connection)
    done = select(func.max(job.c.finished_at)).where(job.c.kind == "refresh", job.c.state == "done")
    last = connection.execute(done).scalar() or connection.execute(select(func.min(post.c.collected_at))).scalar()
    if days and to_epoch(now) - (last or 0) > 86_400:
        yield Finding(
            f"{len(days)} days wait to be counted again, and no refresh has ended for a day. "
            "Run 'python -m insights refresh', or see on the Activity page why it fails.",
            mends=True,
        )


def _hanging(connection: Connection, now: datetime) -> Iterator[Finding]:
    if hanging := hanging_jobs(connection, now):
        yield Finding(
            f"{len(hanging)} runs are said to be running and do not move. The next run, or "
            "'python -m data doctor --mend', marks them as interrupted.",
            mends=True,
            is_note=True,
        )
    for name, holder in idle_leases(connection, now):
        yield Finding(
            f"The lease '{name}' is held by {holder}, which has ended or whose time is over. The next run takes it.",
            mends=True,
            is_note=True,
        )


def _clock(connection: Connection, now: datetime) -> Iterator[Finding]:
    latest = connection.execute(select(func.max(post.c.collected_at))).scalar() or 0
    if latest > to_epoch(now + SLACK):
        yield Finding(
            f"Posts were collected at {from_epoch(latest):%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M} now. "
            "Look at the clock of this computer: it may have been set back."
        )
