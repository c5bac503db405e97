"""What the pages of debates and of new tools read together, on the demo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dashboard.documents.frame import Frame
from dashboard.reads import cache
from dashboard.reads import debates as debate_reads
from dashboard.reads import tools as tool_reads
from dashboard.reads.passages import posts_by_id, posts_of
from data.posts.passages import Passage
from data.scope import Scope
from data.store import Store


@pytest.fixture
def frame(demo_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Frame:
    monkeypatch.setattr(cache, "store", lambda: demo_store)
    return Frame(Scope(now.date() - timedelta(days=89), now.date()), None, "names", now)


def listed(frame: Frame) -> list[debate_reads.Listed]:
    return debate_reads.debates("debate", frame.scope.since, frame.scope.until, False, frame.hour)


def test_main_arguments_and_grants_are_exact_words(frame: Frame) -> None:
    item = listed(frame)[0].debate
    said = debate_reads.first_arguments(item)
    assert set(said) >= {1, -1}
    for camp in item.facts.sided:
        (post,) = posts_of([camp.arguments[0].passage]).values()
        assert said[camp.side].removesuffix(" […]") in post.plain
    assert set(debate_reads.first_grants(item)) == {camp.side for camp in item.facts.camps if camp.grants}
    gone = replace(item.facts.camps[0], grants=(Passage(10**14, 0, 5),))
    assert debate_reads.first_grants(replace(item, facts=replace(item.facts, camps=(gone,)))) == {}
    assert posts_by_id([]) == {}


def test_a_debate_in_two_languages_is_listed_once(frame: Frame) -> None:
    shown = listed(frame)
    assert len(shown) == 2
    for one in shown:
        (other,) = one.others
        assert {one.debate.lang, other.lang} == {"en", "fr"}
        opened = debate_reads.one_debate(other.id, frame.hour)
        assert opened is not None
        assert [item.id for item in opened.others] == [one.debate.id]


def test_newcomers_joined_in_the_last_days_of_an_older_debate(frame: Frame) -> None:
    item = listed(frame)[0].debate
    rows = debate_reads.positioned(item.id)
    young = debate_reads.newcomers(replace(item, began_at=item.last_at), rows)
    assert young == debate_reads.Newcomers((), 0)
    since = item.last_at - timedelta(days=debate_reads.NEW_DAYS)
    old = debate_reads.newcomers(replace(item, began_at=since - timedelta(days=1)), rows)
    assert len({row.author for row in old.posts}) == len(old.posts)
    assert all(row.at >= since and row.author for row in old.posts)
    assert 0 <= old.new_here <= len(old.posts)


def test_a_definition_is_read_from_the_title_on(frame: Frame) -> None:
    items = tool_reads.tools(frame.scope.since, frame.scope.until, tool_reads.SHOWN)
    defined = tool_reads.definitions(items)
    assert set(defined) == {item.id for item in items if item.story.definition}
    for item in items:
        if item.id in defined:
            assert item.name.lower() in defined[item.id].words.lower()


def test_the_weekly_note_holds_what_was_first_seen_then(frame: Frame) -> None:
    noted = tool_reads.first_seen(frame.scope.until - timedelta(days=29), frame.scope.until)
    assert noted
    assert all(item.tool.first_at.date() >= frame.scope.until - timedelta(days=29) for item in noted)
    assert all(not item.link or item.link.startswith("http") for item in noted)
    assert tool_reads.first_seen(date(2019, 1, 1), date(2019, 1, 7)) == []
