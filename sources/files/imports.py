"""Store a file of posts under a source of its own, in batches, with every bad row reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from data.jobs import run_job
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source, update_source
from data.store import Store
from sources.errors import ContentError
from sources.files.columns import Mapped
from sources.files.posts import posts_of
from sources.files.rows import BadRow

BATCH = 1_000
SHOWN_BAD_ROWS = 200


@dataclass(slots=True)
class Imported:
    """What an import did. `bad` lists the first rows left out; `bad_count` counts them all."""

    source_id: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    bad_count: int = 0
    bad: list[BadRow] = field(default_factory=list)


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
    size = stream.seek(0, 2)
    if size > settings.max_import_bytes:
        raise ContentError(
            "too_large", name, f"{size // 1_000_000} MB; at most {settings.max_import_bytes // 1_000_000}"
        )
    label = Path(name).name[:200]
    done = Imported()
    with run_job(store, "import", now) as job:
        with store.write() as connection:
            source, _ = add_source(connection, "import", label, now(), title=label)
            done.source_id = source.id
        batch: list[NewPost] = []

        def flush() -> None:
            with store.write() as connection:
                added = add_posts(connection, source.id, batch, now(), pseudonymise=settings.pseudonymise_authors)
                update_source(connection, source.id, last_attempt=now(), last_success=now(), state="active")
            batch.clear()
            done.new, done.changed, done.known = (
                done.new + added.new,
                done.changed + added.changed,
                done.known + added.known,
            )
            job.progress(done.rows, 0, label)
            progress(done)

        for _, item in posts_of(stream, name, mapped, zone):
            done.rows += 1
            if isinstance(item, BadRow):
                done.bad_count += 1
                if len(done.bad) < SHOWN_BAD_ROWS:
                    done.bad.append(item)
                continue
            batch.append(item)
            if len(batch) >= BATCH:
                flush()
        flush()
    return done
