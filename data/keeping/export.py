"""Every post as one line of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data.models import from_epoch
from data.schema import post, post_text
from data.store import Store, explain
from data.whole import whole_file


def export(store: Store, target: Path) -> int:
    """Write every post as received; a partial file never takes the place of a whole one. Gives how many.

    Raises StoreError where the disk is full.
    """
    number = 0
    try:
        with store.read() as connection, whole_file(target) as part, part.open("w", encoding="utf-8") as stream:
            rows = connection.execute(
                select(post, post_text.c.title, post_text.c.received, post_text.c.plain, post_text.c.url)
                .join(post_text, post_text.c.post_id == post.c.id)
                .order_by(post.c.id)
            )
            for row in rows:
                number += 1
                stream.write(json.dumps(_line(row), ensure_ascii=False) + "\n")
    except OSError as error:
        raise explain(error, str(target)) from error
    return number


def _line(row: Any) -> dict[str, Any]:
    return {
        "id": row.native_id,
        "kind": row.source_kind,
        "date": from_epoch(row.published_at).isoformat(),
        "author": row.author,
        "community": row.community,
        "lang": row.lang,
        "title": row.title,
        "text": row.received,
        "plain": row.plain,
        "url": row.url,
        "sentiment": row.sentiment,
        "parent": row.parent_id,
        "demo": row.is_demo,
    }
