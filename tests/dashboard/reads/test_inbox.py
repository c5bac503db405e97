"""Reads of the inbox, on the demo community."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from data.inbox.moderation import HeatParts, hot_threads, save_heat
from data.store import Store
from tests.conftest import NOW


@pytest.fixture
def demo(demo_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(cache, "store", lambda: demo_store)
    return demo_store


def test_older_posts_wait_too(demo: Store) -> None:
    long, older = inbox_reads.to_answer(NOW, NOW.date() - timedelta(days=89), "", "")
    short, more = inbox_reads.to_answer(NOW, NOW.date() - timedelta(days=6), "", "")
    assert sum(len(item.posts) for item in long) + older == sum(len(item.posts) for item in short) + more
    assert more > older
    questions, _ = inbox_reads.to_answer(NOW, NOW.date() - timedelta(days=89), "", "question")
    assert {item.kind for item in questions} == {"question"}
    assert inbox_reads.to_answer(NOW, NOW.date(), "nobody", "")[0] == []


def test_past_answers_are_posts_of_ours_the_likeliest_first(demo: Store) -> None:
    asked, _ = inbox_reads.to_answer(NOW, NOW.date() - timedelta(days=89), "", "")
    answers = [inbox_reads.past_answers(item.posts[0]) for item in asked[:30]]
    assert any(answers)
    for ranked in answers:
        assert all(post.by_us for post, _near in ranked)
        assert [near for _post, near in ranked] == sorted((near for _post, near in ranked), reverse=True)


def test_the_queue_is_ranked_by_risk_and_paged(demo: Store) -> None:
    since = NOW.date() - timedelta(days=89)
    first, total = inbox_reads.to_moderate(NOW, since, False, 1, 5)
    second, _ = inbox_reads.to_moderate(NOW, since, False, 2, 5)
    risks = [case.risk for case in [*first, *second]]
    assert total > 5
    assert risks == sorted(risks, reverse=True)
    assert not {case.post for case in first} & {case.post for case in second}
    assert inbox_reads.to_moderate(NOW, since, True, 1, 10) == ([], 0)


def test_the_planted_quarrel_is_the_hottest_thread_and_says_why(demo: Store) -> None:
    hottest = inbox_reads.hot_threads(NOW.date() - timedelta(days=119), 0.55)[0]
    assert max(hottest.parts.tone, hottest.parts.turns, hottest.parts.attack) > 0.3
    assert inbox_reads.heat_of_thread(hottest.source_kind, hottest.root_id) == hottest
    assert inbox_reads.heat_of_thread(hottest.source_kind, "no such thread") is None
    posts = post_reads.by_id(tuple(inbox_reads.thread(hottest.last_post)))
    assert {post.root_id or post.native_id for post in posts} == {hottest.root_id}


def test_heat_that_was_stored_with_fewer_parts_is_still_read(store: Store) -> None:
    with store.write() as connection:
        save_heat(connection, "forum", "r", 0.9, HeatParts(tone=0.5), 1)
        connection.exec_driver_sql('UPDATE thread_heat SET parts = \'{"tone": 0.5, "a part of old": 1}\'')
        assert hot_threads(connection, 0, 0.0)[0].parts == HeatParts(tone=0.5)


def test_the_queue_says_how_good_its_order_is() -> None:
    figures = inbox_reads.queue_figures()
    assert {f.lang for f in figures} == {"en", "fr"}
    for one in figures:
        assert 0 < one.right <= min(one.shown, one.attacks) <= one.posts
