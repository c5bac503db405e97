"""Figures by day, counted again where posts changed."""

from __future__ import annotations

from collections.abc import Sequence

from data.figures import roll_up
from data.posts.scope_sql import current_fit
from data.store import Store
from insights.pipeline.places import Progress

BATCH = 50  # days in one write


def count_days(store: Store, days: Sequence[int], progress: Progress = lambda step, done, total: None) -> None:
    """Count the posts of these days anew."""
    for start in range(0, len(days), BATCH):
        part = days[start : start + BATCH]
        with store.write() as connection:
            roll_up(connection, part, current_fit(connection))
        progress("count", start + len(part), len(days))
