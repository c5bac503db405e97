"""Posts of a scope as files: CSV for spreadsheets, JSON Lines for programs. Texts are exact."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from dashboard.reads import posts as post_reads
from dashboard.words.topics import called
from data.models import Post, web_link
from data.posts.quotes import guarded
from data.posts.reads import PAGE
from data.scope import Scope

MOST = 10_000  # posts in a file
COLUMNS = (
    "text",
    "title",
    "author",
    "place",
    "network",
    "published_at",
    "language",
    "sentiment",
    "sentiment_confidence",
    "kinds",
    "topic",
    "score",
    "replies",
    "shares",
    "views",
    "link",
    "is_demo",
)


def row_of(post: Post, author: str) -> dict[str, Any]:
    """A post as a flat row; `author` is how its author appears."""
    numbers = post.engagement
    return {
        "text": post.plain,
        "title": post.title,
        "author": author,
        "place": post.community or post.source_title,
        "network": post.source_kind,
        "published_at": post.published_at.isoformat(),
        "language": post.lang,
        "sentiment": post.sentiment,
        "sentiment_confidence": round(post.sentiment_confidence, 3),
        "kinds": ", ".join(name for name, _sure in post.intents),
        "topic": called(post.topic_name),
        "score": numbers.score,
        "replies": numbers.comments,
        "shares": numbers.shares,
        "views": numbers.views,
        "link": web_link(post.url),
        "is_demo": post.is_demo,
    }


def rows_of(scope: Scope, name: Callable[[Post], str]) -> list[dict[str, Any]]:
    """The newest posts of a scope, at most MOST. `name` says how the author of a post appears."""
    rows: list[dict[str, Any]] = []
    for number in range(1, MOST // PAGE + 1):
        page = post_reads.page(scope, number, False, "newest")
        rows += [row_of(post, name(post)) for post in page]
        if len(page) < PAGE:
            break
    return rows


def as_csv(rows: Iterable[dict[str, Any]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it; cells that a spreadsheet would run are guarded."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    for row in rows:
        writer.writerow({k: guarded(v) if isinstance(v, str) else v for k, v in row.items()})
    return stream.getvalue().encode("utf-8-sig")


def as_jsonl(rows: Iterable[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
