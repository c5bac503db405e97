"""Topics of a document, over the demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dashboard.documents.frame import Frame
from dashboard.documents.topics import moves_words, moving, topic, topics
from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.words.language import speaking
from dashboard.words.topics import trend_sentence
from data.scope import Scope
from data.sharing.document import Chart, Table, Words
from data.store import Store
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def of_the_demo(demo_store: Store) -> Iterator[None]:
    with cache.one_record(demo_store.url):
        yield


def frame(days: int = 30, ago: int = 0) -> Frame:
    until = NOW.date() - timedelta(days=ago)
    return Frame(Scope(until - timedelta(days=days - 1), until), None, "pseudonyms", NOW)


def test_up_to_today_a_topic_has_its_trend_and_an_older_period_its_own() -> None:
    now, then = frame(), frame(ago=60)
    rows = topic_reads.topic_rows(now.scope, False)
    with speaking("en"):
        moves = moving(now, rows)
        assert {key: move.why for key, move in moves.items()} == {r.topic.id: trend_sentence(r.facts) for r in rows}
        old_rows = topic_reads.topic_rows(then.scope, False)
        for row in old_rows:
            move = moving(then, old_rows)[row.topic.id]
            assert move.name in {"New", "Grew", "As before", "Shrank", "Gone", "No clear change", "Too few to say"}
            assert move.why.endswith(" the 30 days before.")


def test_moves_are_told_in_the_order_that_is_asked() -> None:
    held = frame()
    rows = topic_reads.topic_rows(held.scope, False)
    with speaking("fr"):
        moves = moving(held, rows)
        told = moves_words(moves, rows, ("steady", "new"), 100)
        names = [moves[r.topic.id].name for trend in ("steady", "new") for r in rows if r.topic.trend == trend]
        assert [words.text.split("\xa0: ")[0] for words in told] == names
        assert len(moves_words(moves, rows, ("steady",), 1)) <= 1


def test_the_section_holds_the_figures_of_the_page() -> None:
    held = frame()
    rows = [r for r in topic_reads.topic_rows(held.scope, False) if r.posts]
    with speaking("en"):
        section = topics(held)
        (chart,) = [block for block in section.blocks if isinstance(block, Chart)]
        assert chart.series[0][1] == tuple(float(r.posts) for r in rows[:10])
        (table,) = [block for block in section.blocks if isinstance(block, Table)]
        assert [row[:1] + row[2:4] for row in table.rows] == [
            (r.topic.name.name_in("en"), r.posts, r.before) for r in rows[:20]
        ]
        one = topic(held, rows[0])
        assert one.title == rows[0].topic.name.name_in("en")
        days = next(block for block in one.blocks if isinstance(block, Chart) and block.kind == "days")
        assert sum(value or 0 for value in days.series[0][1]) == rows[0].posts


def test_a_period_without_topics_says_so() -> None:
    with speaking("fr"):
        section = topics(frame(days=7, ago=3_000))
    assert len(section.blocks) == 1
    assert isinstance(section.blocks[0], Words)
    assert "cinquantaine" in section.blocks[0].text


def test_typical_posts_are_of_the_period_and_of_the_topic(demo_store: Store) -> None:
    now, then = frame(), frame(7, ago=42)
    for held in (now, then):
        for row in topic_reads.topic_rows(held.scope, False)[:6]:
            ids = topic_reads.typical(row.topic, held.scope.since, held.scope.until, 3)
            posts = post_reads.by_id(tuple(ids))
            assert len(ids) == len(set(ids)) <= 3
            assert bool(ids) == bool(row.posts)
            assert all(held.within(post) for post in posts)
            assert {post.topic_id for post in posts} <= {row.topic.id}
