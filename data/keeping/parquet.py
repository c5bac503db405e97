"""Every post as columns, a file a month: for DuckDB, pandas, a spreadsheet that reads Parquet."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, select

from data.models import from_epoch
from data.posts.pseudonyms import author_salt, pseudonym
from data.posts.scope_sql import current_fit
from data.schema import brand, mention, post, post_intent, post_text, post_topic, source
from data.store import Store, StoreError, explain
from data.topics.listing import topic_labels

if TYPE_CHECKING:
    import pyarrow

BATCH = 20_000  # rows held at once
MARK = "vigie-export.json"  # by which a folder is known as one of ours
POSTS = "posts"


def export_parquet(store: Store, folder: Path, *, pseudonyms: bool = False) -> int:
    """Write all posts below `folder`, as posts/month=YYYY-MM/posts.parquet (months in UTC), in the place of an earlier
    export that is there; gives how many. With `pseudonyms` authors stand under the names that reports give them.

    A folder that is begun and not ended never takes the place of a whole one. Raises StoreError where the disk is full,
    and where `folder` holds anything but an export.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file())):
        raise StoreError("unreadable", f"{folder} holds other things: name a new folder, or one of an earlier export.")
    part, before = (folder.with_name(f"{folder.name}.{end}") for end in ("part", "before"))
    try:
        for left in (part, before):
            shutil.rmtree(left, ignore_errors=True)
        part.mkdir(parents=True)
        with store.write() as connection:
            salt = author_salt(connection, make=True) if pseudonyms else ""
        with store.read() as connection:
            number = _write(connection, part / POSTS, salt)
        (part / MARK).write_text(json.dumps({"posts": number, "pseudonyms": pseudonyms}) + "\n", encoding="utf-8")
        if folder.exists():
            folder.replace(before)
        part.replace(folder)
    except OSError as error:
        raise explain(error, str(folder)) from error
    finally:
        for left in (part, before):
            shutil.rmtree(left, ignore_errors=True)
    return number


def schema() -> pyarrow.Schema:
    """The columns. Moments are in UTC; a tone, topic or brand that is not known is null or an empty list."""
    import pyarrow as pa

    text, count, share = pa.string(), pa.int64(), pa.float32()
    some, moment = pa.list_(pa.string()), pa.timestamp("s", tz="UTC")
    kinds = {
        "id": count, "kind": text, "native_id": text, "source": text, "published_at": moment, "collected_at": moment,
        "removed_at": moment, "author": text, "community": text, "thread": text, "parent": text, "lang": text,
        "title": text, "text": text, "plain": text, "url": text, "sentiment": text, "sentiment_confidence": share,
        "toxicity": share, "intents": some, "topic_id": count, "topic": text, "brands": some, "score": count,
        "comments": count, "views": count, "shares": count, "by_us": pa.bool_(), "demo": pa.bool_(),
    }  # fmt: skip
    return pa.schema(list(kinds.items()))


def _write(connection: Connection, folder: Path, salt: str) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    written: dict[str, int] = defaultdict(int)
    number = 0
    parts = ((month, list(rows)) for batch in _posts(connection, salt) for month, rows in groupby(batch, key=_month))
    for month, batches in groupby(parts, key=itemgetter(0)):
        # Ids follow the days: a month that comes again, of a post dated anew, gets a further file.
        target = folder / f"month={month}" / f"posts{f'-{written[month]}' if written[month] else ''}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        with parquet.ParquetWriter(target, schema(), compression="zstd") as writer:
            for _month_of, batch in batches:
                writer.write_table(pa.Table.from_pylist(batch, schema()))
                number += len(batch)
        written[month] += 1
    return number


def _month(row: dict[str, Any]) -> str:
    moment: datetime = row["published_at"]
    return f"{moment:%Y-%m}"


def _posts(connection: Connection, salt: str) -> Iterator[list[dict[str, Any]]]:
    sources = {
        row.id: row.title or row.address
        for row in connection.execute(select(source.c.id, source.c.title, source.c.address))
    }
    topics = {number: name.name_in("") for number, name in topic_labels(connection).items()}
    fit, after = current_fit(connection), -1
    chosen = select(post, *(post_text.c[name] for name in ("title", "received", "plain", "url"))).join(
        post_text, post_text.c.post_id == post.c.id
    )
    while rows := connection.execute(chosen.where(post.c.id > after).order_by(post.c.id).limit(BATCH)).all():
        after = rows[-1].id
        within = (rows[0].id, after)
        intents = _several(
            connection, select(post_intent.c.post_id, post_intent.c.intent), post_intent.c.post_id, within
        )
        named = select(mention.c.post_id, brand.c.name).join(brand, brand.c.id == mention.c.brand_id)
        brands = _several(connection, named, mention.c.post_id, within)
        grouped = select(post_topic.c.post_id, post_topic.c.topic_id).where(post_topic.c.fit_id == fit)
        of_topic = {
            post_id: some[0] for post_id, some in _several(connection, grouped, post_topic.c.post_id, within).items()
        }
        yield [
            {
                **_line(row, salt),
                "source": sources.get(row.source_id, ""),
                "intents": sorted(intents.get(row.id, ())),
                "brands": sorted(brands.get(row.id, ())),
                "topic_id": of_topic.get(row.id),
                "topic": topics.get(of_topic.get(row.id, 0)),
            }
            for row in rows
        ]


def _several(connection: Connection, chosen: Select[Any], column: Any, within: tuple[int, int]) -> dict[int, list[Any]]:
    """Post -> what it has of this, for the posts from the first id to the last."""
    found: dict[int, list[Any]] = defaultdict(list)
    for post_id, value in connection.execute(chosen.where(column.between(*within))):
        found[post_id].append(value)
    return found


def _line(row: Any, salt: str) -> dict[str, Any]:
    same: Sequence[str] = (
        "id", "native_id", "community", "lang", "title", "plain", "url", "sentiment", "sentiment_confidence",
        "toxicity", "score", "comments", "views", "shares", "by_us",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in same},
        "kind": row.source_kind,
        "published_at": from_epoch(row.published_at),
        "collected_at": from_epoch(row.collected_at),
        "removed_at": from_epoch(row.removed_at) if row.removed_at else None,
        "author": pseudonym(row.author, salt) if salt and row.author else row.author,
        "thread": row.root_id,
        "parent": row.parent_id,
        "text": row.received,
        "demo": row.is_demo,
    }
