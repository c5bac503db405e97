"""A part of 0020: which posts look alike, and which are ours. Frozen with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


def alike(op: Any, number: Any) -> None:
    """Numbers of sketches of the latest weeks, which the next refresh makes; an index of the posts that are ours."""
    key: dict[str, Any] = {"primary_key": True, "autoincrement": False}
    op.create_table(
        "sketch_band",
        *[sa.Column(name, number, **key) for name in ("week", "band", "post_id")],
        sqlite_with_rowid=False,
    )
    op.create_table("sketched_day", sa.Column("day", number, **key), sa.Column("last_post", number, nullable=False))
    op.execute("CREATE INDEX post_by_us ON post (id) WHERE by_us")
