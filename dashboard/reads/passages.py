"""The posts that findings point into."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.reads import posts as post_reads
from data.models import Post
from data.posts.passages import Passage


def posts_by_id(ids: Iterable[int]) -> dict[int, Post]:
    """Those of these posts that are still there, by their id."""
    return {post.id: post for post in post_reads.by_id(tuple(sorted(set(ids))))}


def posts_of(passages: Iterable[Passage]) -> dict[int, Post]:
    return posts_by_id(part.post for part in passages)
