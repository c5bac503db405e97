"""Reads of a start: the steps that settings and team tell of, and what is at work on what is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dashboard.reads import cache
from dashboard.reads import start as start_reads
from dashboard.reads.posts import AtWork, at_work, work_of
from data.house import accounts, invitations
from data.house.workspaces import open_house
from data.jobs import run_job
from data.models import Job, NewPost
from data.posts.analysis import Understood, save_understood, waiting_posts
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source, update_source
from data.store import Store

Read = Callable[[Settings], start_reads.Facts]


@pytest.fixture
def facts(settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Read:
    def read(given: Settings) -> start_reads.Facts:
        monkeypatch.setattr(cache, "settings", lambda: given)
        return start_reads.facts(now)

    return read


def test_settings_take_steps_too(store: Store, settings: Settings, facts: Read) -> None:
    assert facts(settings) == start_reads.Facts()
    assert facts(replace(settings, brand_name="Mira")) == start_reads.Facts(brand=True)
    assert facts(replace(settings, language="fr")) == start_reads.Facts(language=True)


def test_colleagues_are_a_step_where_people_sign_in(
    store: Store, settings: Settings, facts: Read, now: datetime
) -> None:
    house = open_house(settings.house_url)
    with house.write() as connection:
        accounts.put_account(connection, "Ana", "ana", "administrator", now, secret="x")
    assert facts(settings).team is False
    assert facts(replace(settings.for_workspace("client"))).team is False  # nobody was asked into that one
    invitations.invite(house, "Bo", "member", now)
    assert facts(settings).team is True
    assert facts(settings.for_workspace("client")).team is False
    with house.write() as connection:
        accounts.put_account(connection, "Cy", "cy", "reader", now, secret="x")
    assert facts(settings).team is True


def test_what_is_at_work_from_the_address_to_the_first_topics(
    store: Store, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "settings", lambda: settings)
    assert at_work(now) is None
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
    assert at_work(now) == AtWork("fetch", total=1)
    assert at_work(now + timedelta(minutes=10)) is None  # nobody collects: no bar stands for ever
    with store.write() as connection:
        said = [NewPost("feed", f"n{n}", "Hello", "Hello", published_at=now) for n in range(4)]
        add_posts(connection, source.id, said, now)
        update_source(connection, source.id, last_attempt=now)
    assert at_work(now) == AtWork("wait", total=4)
    clock = now

    def later(seconds: int) -> datetime:
        nonlocal clock
        clock += timedelta(seconds=seconds)
        return clock

    with run_job(store, "refresh", lambda: clock) as job:
        for step in ("", "brands", "count"):
            job.progress(1, 2, step)
            assert at_work(clock) == AtWork("begin", total=4)
        job.progress(0, 4, "understand")
        assert at_work(later(8)) == AtWork("understand", 0, 4)
        for left, seconds in ((2, 8), (0, 0)):
            with store.write() as connection:
                read = [Understood(post.id, 1, "en", "unsure", 0.4, ()) for post in waiting_posts(connection, 2)]
                save_understood(connection, read)
            job.progress(4 - left, 4, "understand")
            assert at_work(clock) == AtWork("understand", 4 - left, 4, seconds)
        job.progress(0, 1_000, "topics")
        job.progress(250, 1_000, "topics")
        assert at_work(later(10)) == AtWork("topics", 250, 1_000, 30)
    assert at_work(clock) is None


def test_posts_that_come_while_others_are_grouped_wait_their_turn(now: datetime) -> None:
    job = Job(1, "refresh", "running", now, None, 1, 4, "settle", "", now)
    assert work_of(2, 0, True, job, now) == AtWork("settle", 1, 4, 0)
    assert work_of(2, 0, False, job, now) == AtWork("wait", total=2)
    assert work_of(0, 0, False, job, now) is None
    assert work_of(0, 3, False, job, now) == AtWork("fetch", total=3)
