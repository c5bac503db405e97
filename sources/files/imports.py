"""Store a file of posts under a source of its own, in batches, with all that was left out and why."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from data.actor import needs
from data.changes import note_change
from data.cluster.chosen import open_workers
from data.cluster.workers import Workers
from data.jobs import run_job
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source, find_source, update_source
from data.store import Store
from sources.errors import ContentError
from sources.files.meaning.columns import Mapped
from sources.files.meaning.exports import is_ours
from sources.files.posts import Tally, posts_of

BATCH = 1_000
WORTH = 500_000  # bytes of a file from which its rows go to the workers, if there are any


@dataclass(slots=True)
class Imported(Tally):
    """What an import did."""

    source_id: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    refused: int = 0  # they, or their authors, were erased


@needs("administrator")
def import_file(
    store: Store,
    settings: Settings,
    stream: IO[bytes],
    name: str,
    mapped: Mapped,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    zone: tzinfo = UTC,
    progress: Callable[[Imported], None] = lambda done: None,
) -> Imported:
    """Import every usable row. Each batch is safe once `progress` hears of it; running it again is harmless.

    Raises ValueError when the mapping has no text column, ContentError when the file is unreadable.
    """
    if mapped.problem():
        raise ValueError("Choose the column that holds the text of the posts.")
    size = _size(stream, settings, name)
    label = Path(name).name[:200]
    done = Imported()
    ours = is_ours(mapped)
    with run_job(store, "import", now) as job:
        with store.write() as connection:
            source, is_new = add_source(connection, "import", _address(connection, label, ours), now(), title=label)
            if is_new and ours:
                update_source(connection, source.id, is_own=True)
            done.source_id = source.id
            subject = f"source {source.id}: {label}"
            note_change(connection, "source.file", subject, after="begun")
        batch: list[NewPost] = []

        def flush() -> None:
            with store.write() as connection:
                added = add_posts(connection, source.id, batch, now(), pseudonymise=settings.pseudonymise_authors)
                update_source(connection, source.id, last_attempt=now(), last_success=now(), state="active")
            batch.clear()
            done.new, done.changed, done.known, done.refused = (
                done.new + added.new,
                done.changed + added.changed,
                done.known + added.known,
                done.refused + added.refused,
            )
            job.progress(done.rows, 0, label)
            progress(done)

        with open_workers(settings) if size >= WORTH else nullcontext(Workers()) as workers:
            for _, item in posts_of(stream, name, mapped, zone, now(), workers):
                done.count(item)
                if isinstance(item, NewPost):
                    batch.append(item)
                if len(batch) >= BATCH:
                    flush()
        flush()
        with store.write(counts=False) as connection:
            told = f"{done.new} new, {done.changed} changed, {done.known} known, {done.refused} refused"
            note_change(connection, "source.file", subject, "begun", told)
    return done


def _size(stream: IO[bytes], settings: Settings, name: str) -> int:
    """Bytes of a file. Raises ContentError for more than the settings allow."""
    size = stream.seek(0, 2)
    if size > settings.max_import_bytes:
        raise ContentError(
            "too_large", name, f"{size // 1_000_000} MB; at most {settings.max_import_bytes // 1_000_000}"
        )
    return size


def _address(connection: Connection, label: str, ours: bool) -> str:
    """The address of the source of a file: its name; another where a source of that name holds other people's words
    (or ours), so that what is said of one file is never said of another."""
    known = find_source(connection, "import", label)
    return label if known is None or known.is_own == ours else f"{label} ({'ours' if ours else 'others'})"
