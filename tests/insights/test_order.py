"""The newest posts are read first: what is found is the same as when they are read oldest first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from data.demo_community import TEAM, demo_posts
from data.inbox.ours import set_own_account
from data.models import NewPost
from data.posts.analysis import count_waiting
from data.posts.ingest import add_posts
from data.posts.vectors import vectors_of
from data.reputation.brands import keep_settings_brands
from data.schema import (
    debate,
    debate_post,
    inquiry,
    mention,
    moderation,
    past_answer,
    post,
    post_aspect,
    post_intent,
    post_stance,
    thread_heat,
    tool,
    tool_post,
)
from data.source_list import add_source
from data.store import Store
from insights.pipeline.demo import KeptVectors
from insights.pipeline.settle import settle
from insights.pipeline.tones import Tones
from insights.pipeline.understand import understand
from tests.conftest import NOW

TABLES = (
    post_intent,
    mention,
    post_aspect,
    post_stance,
    inquiry,
    past_answer,
    moderation,
    thread_heat,
    debate,
    debate_post,
)


def silent(step: str, done: int, total: int) -> None:
    pass


def filled(folder: Path, posts: list[NewPost]) -> Store:
    store = Store(f"sqlite:///{folder}/here.sqlite")
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(connection, source.id, posts, NOW)
        keep_settings_brands(connection, [("Brimelo", True, ())])
    for name in TEAM.values():
        set_own_account(store, name)
    return store


def read(store: Store) -> int:
    with store.read() as connection:
        total = count_waiting(connection)
    return understand(store, KeptVectors(), vectors_of(store), total, silent, Tones(store, ""))


def found(store: Store) -> dict[str, list[Any]]:
    """Everything that was found, row by row, without the ids that tables give by themselves."""
    with store.read() as connection:
        columns = (post.c.id, post.c.sentiment, post.c.lang, post.c.group_id, post.c.by_us, post.c.toxicity)
        rows: dict[str, list[Any]] = {"post": sorted(map(tuple, connection.execute(select(*columns))))}
        for table in TABLES:
            own = [c for c in table.c if c.name not in {"id", "debate_id"}]
            rows[table.name] = sorted(map(tuple, connection.execute(select(*own))), key=repr)
        named = select(tool.c.key, tool_post.c.post_id, tool_post.c.cue, tool_post.c.tone).join(tool_post)
        rows["tools"] = sorted(map(tuple, connection.execute(named)))
        rows["told"] = sorted(map(tuple, connection.execute(select(tool.c.key, tool.c.state, tool.c.first_post))))
    return rows


def test_the_order_of_reading_changes_nothing(tmp_path: Path) -> None:
    posts = [replace(item, source_kind="feed") for _, item in demo_posts(NOW)]
    for name in ("newest", "oldest"):
        (tmp_path / name).mkdir()
    newest, oldest = filled(tmp_path / "newest", posts), filled(tmp_path / "oldest", posts)
    assert read(newest) == len(posts)
    with oldest.read() as connection:
        ids = list(connection.execute(select(post.c.id).order_by(post.c.id)).scalars())
    for first in range(0, len(ids), 300):
        with oldest.write() as connection:
            connection.execute(update(post).values(pending=post.c.id.in_(ids[first : first + 300])))
        read(oldest)
    for store in (newest, oldest):
        assert settle(store, KeptVectors.name, vectors_of(store), None, silent) == len(posts)
        assert settle(store, KeptVectors.name, vectors_of(store), None, silent) == 0
    a, b = found(newest), found(oldest)
    for name, rows in a.items():
        assert rows, name
        assert rows == b[name], name
