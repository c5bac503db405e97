"""A part of 0020: posts of each language by day. Frozen with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

TONES = ("posts", "negative", "neutral", "positive", "unsure")


def languages(op: Any, number: Any) -> None:
    """What is counted by source and language, by language alone."""
    op.create_table(
        "brand_lang_day",
        sa.Column("brand_id", number, primary_key=True, autoincrement=False),
        sa.Column("day", number, primary_key=True, autoincrement=False),
        sa.Column("lang", sa.Text, primary_key=True),
        *[sa.Column(name, number, nullable=False) for name in TONES],
        sqlite_with_rowid=False,
    )
    sums = ", ".join(f"sum({name})" for name in TONES)
    op.execute(
        f"INSERT INTO brand_lang_day SELECT brand_id, day, lang, {sums} FROM brand_source_day "
        "GROUP BY brand_id, day, lang"
    )
