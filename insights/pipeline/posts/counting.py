"""Figures by day, counted again where posts changed."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures import mark_dirty, roll_up
from data.posts.scope_sql import current_fit
from data.store import Store
from insights.pipeline.places import Progress

BATCH = 50  # days in one write


def count_days(
    store: Store,
    days: Sequence[int],
    progress: Progress = lambda step, done, total: None,
    *,
    meanwhile: bool = False,
) -> None:
    """Count the posts of these days anew. `meanwhile`: others still wait, so their weeks are counted when all are read,
    once, and the days with them."""
    for start in range(0, len(days), BATCH):
        part = days[start : start + BATCH]
        with store.write() as connection:
            roll_up(connection, part, current_fit(connection), weeks=not meanwhile)
            if meanwhile:
                mark_dirty(connection, part)
        progress("count", start + len(part), len(days))
