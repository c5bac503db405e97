"""Which sources hold a conversation, so that what is said in them is judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.inbox import moderation
from data.inbox.conversations import silent_sources
from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from insights.pipeline.models import Models
from insights.pipeline.refresh import refresh
from tests.store.test_inbox import WordVectors

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ATTACK = "You are a pathetic idiot, shut your mouth."


def brought(store: Store, kind: str, *titles: str, author: str = "Ana", parent: str = "") -> int:
    with store.write() as connection:
        source, _ = add_source(connection, kind, f"http://{kind}/{len(titles)}{titles[0]}{author}{parent}", NOW)
        posts = [
            NewPost(
                kind,
                f"{source.id}-{i}",
                ATTACK,
                None,
                published_at=NOW - timedelta(hours=i + 1),
                title=title,
                author=author,
                parent_id=parent,
                root_id=parent,
            )
            for i, title in enumerate(titles)
        ]
        add_posts(connection, source.id, posts, NOW)
    return source.id


def test_a_feed_is_silent_unless_its_posts_answer(store: Store) -> None:
    news = brought(store, "feed", "Storm over the coast", "A new bridge", "Real madrid wins", "Reply all: a history")
    comments = brought(store, "feed", "Comment on A new bridge by Ana", "Comment on A new bridge by Bo")
    french = brought(store, "feed", "Commentaires sur Le pont", "Commentaire sur Le pont de Ana", "RE: Le pont")
    forum = brought(store, "feed", "Which bike?", "My boots", author="/u/ana")
    answered = brought(store, "feed", "a", "b", parent="http://x")
    place = brought(store, "reddit", "Storm", "Bridge")
    with store.read() as connection:
        assert silent_sources(connection) == {news}
        assert silent_sources(connection, [comments, french, forum, answered, place]) == set()


@pytest.mark.parametrize(("kind", "judged"), [("feed", 0), ("reddit", 1)])
def test_nothing_of_a_silent_feed_is_judged(store: Store, settings: Settings, kind: str, judged: int) -> None:
    brought(store, kind, "Storm over the coast")
    refresh(store, settings, now=lambda: NOW, models=Models.one(WordVectors()))
    with store.read() as connection:
        cases, total = moderation.to_moderate(connection, NOW)
    assert total == judged
    assert all("shut your mouth" in case.reasons for case in cases)
