"""Exports of networks that show nothing to programs, recognised by their columns.

Column names as the networks write them, in English and where known in French; compared folded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Export:
    """`marks` are columns that only this export has together; `columns` maps fields to its column names."""

    network: str
    name: str
    marks: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]


EXPORTS = (
    Export(
        "linkedin",
        "LinkedIn: page posts",
        ("post title", "post link", "created date"),
        {
            "text": ("post title",),
            "url": ("post link",),
            "date": ("created date",),
            "author": ("posted by",),
            "views": ("impressions",),
            "score": ("likes",),
            "comments": ("comments",),
            "shares": ("reposts",),
        },
    ),
    Export(
        "linkedin",
        "LinkedIn: my shares",
        ("share link", "share commentary"),
        {"text": ("share commentary",), "url": ("share link",), "date": ("date",)},
    ),
    Export(
        "tiktok",
        "TikTok: videos",
        ("video title", "video link", "post time"),
        {
            "text": ("video title",),
            "url": ("video link",),
            "date": ("post time",),
            "score": ("total likes",),
            "comments": ("total comments",),
            "shares": ("total shares",),
            "views": ("total views",),
        },
    ),
    Export(
        "instagram",
        "Meta Business Suite: Instagram",
        ("post id", "account username", "publish time", "permalink"),
        {
            "text": ("description",),
            "url": ("permalink",),
            "date": ("publish time",),
            "id": ("post id",),
            "author": ("account username",),
            "community": ("account name",),
            "score": ("likes", "reactions"),
            "comments": ("comments",),
            "shares": ("shares",),
            "views": ("views", "impressions", "reach"),
        },
    ),
    Export(
        "facebook",
        "Meta Business Suite: Facebook",
        ("post id", "page name", "publish time", "permalink"),
        {
            "text": ("description", "title"),
            "title": ("title",),
            "url": ("permalink",),
            "date": ("publish time",),
            "id": ("post id",),
            "author": ("page name",),
            "community": ("page name",),
            "score": ("reactions", "likes"),
            "comments": ("comments",),
            "shares": ("shares",),
            "views": ("views", "impressions", "reach"),
        },
    ),
    Export(
        "x",
        "X: post analytics",
        ("post id", "post text", "post link"),
        {
            "text": ("post text",),
            "url": ("post link",),
            "date": ("date",),
            "id": ("post id",),
            "score": ("likes",),
            "comments": ("replies",),
            "shares": ("reposts", "retweets"),
            "views": ("impressions",),
        },
    ),
    Export(
        "x",
        "Twitter: tweet activity",
        ("tweet id", "tweet permalink", "tweet text"),
        {
            "text": ("tweet text",),
            "url": ("tweet permalink",),
            "date": ("time",),
            "id": ("tweet id",),
            "score": ("likes",),
            "comments": ("replies",),
            "shares": ("retweets",),
            "views": ("impressions",),
        },
    ),
    Export(
        "youtube",
        "YouTube: my comments",
        ("comment id", "comment text", "comment create timestamp"),
        {
            "text": ("comment text",),
            "date": ("comment create timestamp",),
            "id": ("comment id",),
            "parent": ("parent comment id",),
        },
    ),
    Export(
        "threads",
        "Threads: posts",
        ("threads post id", "text"),
        {
            "text": ("text",),
            "id": ("threads post id",),
            "date": ("publish time", "date"),
            "url": ("permalink",),
            "score": ("likes",),
            "comments": ("replies",),
            "shares": ("reposts",),
            "views": ("views",),
        },
    ),
)


def known_export(folded: Iterable[str]) -> Export | None:
    """The export whose marks are all among these folded column names; the one with most marks wins."""
    names = set(folded)
    exports = [export for export in EXPORTS if names.issuperset(export.marks)]
    return max(exports, key=lambda export: len(export.marks), default=None)
