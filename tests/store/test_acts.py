"""Acts: asked, approved, held back, taken by one worker, tried, waited for; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from data.acting import acts, kept, running
from data.acting.acts import ActError, Wish
from data.acting.kept import KeptAct
from data.acting.policy import Policy, policy_of, save_policy
from data.acting.running import Ending
from data.actor import Actor, RefusedError, acting
from data.changes import StaleError
from data.erasing.people import erase_author
from data.jobs import holder_name
from data.models import NewPost
from data.posts.ingest import add_posts
from data.source_list import add_source
from data.store import Store

ANA = Actor(1, "Ana", "editor")
BEN = Actor(2, "Ben", "editor")
MIA = Actor(3, "Mia", "member")
OTHER = "elsewhere/1:7"  # another machine's worker
URI = "https://far.example/users/zoe/statuses/1"


@pytest.fixture
def open_store(store: Store, now: datetime) -> Store:
    """A workspace that acts, with one question in it."""
    save_policy(store, Policy(on=True))
    with store.write() as connection:
        source, _ = add_source(connection, "mastodon", "https://far.example/tags/acme", now)
        asked = NewPost(
            "mastodon", URI, "How do I reset it?", "How do I reset it?", author="zoe@far.example", published_at=now
        )
        add_posts(connection, source.id, [asked], now)
    return store


def wish(key: str = "k" * 20, **more: object) -> Wish:
    made = Wish(key, "answer", "mastodon", "home.example", target=URI, text="Hold it for ten seconds.")
    return replace(made, **more)  # type: ignore[arg-type]


def post_id(store: Store) -> int:
    with store.read() as connection:
        return int(connection.exec_driver_sql("SELECT min(id) FROM post").scalar_one())


def held(store: Store, act_id: int) -> KeptAct:
    with store.read() as connection:
        found = kept.one_act(connection, act_id)
    assert found is not None
    return found


def claimed(store: Store, act_id: int, now: datetime, holder: str = OTHER) -> KeptAct:
    taken = running.claim(store, act_id, holder, now)
    assert taken is not None
    return taken


def test_acting_is_off_until_somebody_turns_it_on(store: Store, now: datetime) -> None:
    with store.read() as connection:
        assert policy_of(connection) == Policy()
    with pytest.raises(ActError, match="off"):
        acts.ask(store, wish(), now)


def test_two_clicks_make_one_act(open_store: Store, now: datetime) -> None:
    with ThreadPoolExecutor(4) as many:
        made = list(many.map(lambda _: acts.ask(open_store, wish(), now).id, range(8)))
    assert len(set(made)) == 1
    with open_store.read() as connection:
        assert len(kept.listed(connection, kept.STATES)) == 1


def test_an_editor_has_it_done_and_a_member_waits_for_one(open_store: Store, now: datetime) -> None:
    with acting(ANA):
        mine = acts.ask(open_store, wish("a" * 20), now)
    with acting(MIA):
        theirs = acts.ask(open_store, wish("b" * 20), now)
        with pytest.raises(RefusedError):
            acts.approve(open_store, theirs.id, now)
    assert (mine.state, mine.approved_by, theirs.state, theirs.asked_by) == ("ready", "Ana", "asked", "Mia")
    with acting(ANA):
        acts.approve(open_store, theirs.id, now)
    assert (held(open_store, theirs.id).state, held(open_store, theirs.id).approved_by) == ("ready", "Ana")


def test_a_second_person_is_another_than_who_asked(open_store: Store, now: datetime) -> None:
    save_policy(open_store, Policy(on=True, second=True))
    with acting(ANA):
        made = acts.ask(open_store, wish(), now)
        assert made.state == "asked"
        with pytest.raises(ActError, match="own"):
            acts.approve(open_store, made.id, now)
    with acting(BEN):
        acts.approve(open_store, made.id, now)
        with pytest.raises(StaleError):  # somebody was faster
            acts.approve(open_store, made.id, now)
    assert held(open_store, made.id).state == "ready"


def test_who_revises_is_who_asks(open_store: Store, now: datetime) -> None:
    save_policy(open_store, Policy(on=True, second=True))
    with acting(ANA):
        made = acts.ask(open_store, wish(), now)
    with acting(BEN):
        acts.send_back(open_store, made.id, "Say which button.")
        acts.revise(open_store, made.id, "n" * 20, "Hold the red button.", now)
        with pytest.raises(ActError, match="own"):  # else one person could write and approve
            acts.approve(open_store, made.id, now)
    after = held(open_store, made.id)
    assert (after.key, after.text, after.state) == ("n" * 20, "Hold the red button.", "asked")


def test_a_second_answer_to_a_post_is_asked_for_twice(open_store: Store, now: datetime) -> None:
    about = post_id(open_store)
    first = acts.ask(open_store, wish("a" * 20, post=about), now)
    with pytest.raises(ActError, match="answered"):
        acts.ask(open_store, wish("b" * 20, post=about), now)
    acts.ask(open_store, wish("b" * 20, post=about), now, again=True)
    acts.cancel(open_store, first.id, now)
    assert held(open_store, first.id).state == "cancelled"


def test_what_was_edited_while_it_was_answered_is_told(open_store: Store, now: datetime) -> None:
    about = post_id(open_store)
    made = acts.ask(open_store, wish("a" * 20, post=about, seen="How do I reset it?"), now)
    assert made.seen == "How do I reset it?"
    acts.cancel(open_store, made.id, now)
    with pytest.raises(ActError, match="edited"):
        acts.ask(open_store, wish("b" * 20, post=about, seen="How do I set it?"), now)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "  "}, "words"),
        ({"target": ""}, "deed"),
        ({"deed": "shout"}, "deed"),
        ({"deed": "remove"}, "rule"),
        ({"key": "short"}, "key"),
        ({"text": "x" * 20_001}, "words"),
    ],
)
def test_what_makes_no_sense_is_not_kept(open_store: Store, now: datetime, change: dict[str, str], code: str) -> None:
    with pytest.raises(ActError, match=code):
        acts.ask(open_store, wish(**change), now)


def test_of_two_workers_one_gets_it(open_store: Store, now: datetime) -> None:
    made = acts.ask(open_store, wish(), now)
    with ThreadPoolExecutor(4) as many:
        taken = list(many.map(lambda n: running.claim(open_store, made.id, f"there/1:{n}", now), range(8)))
    assert len([one for one in taken if one is not None]) == 1
    assert held(open_store, made.id).attempts == 1


def test_a_moment_to_come_is_waited_for(open_store: Store, now: datetime) -> None:
    later = now + timedelta(hours=2)
    made = acts.ask(open_store, wish(due_at=later), now)
    with open_store.read() as connection:
        assert not running.any_act_due(connection, now)
        assert running.any_act_due(connection, later)
        assert running.due_acts(connection, later) == [made.id]
    save_policy(open_store, Policy())
    with open_store.read() as connection:
        assert not running.any_act_due(connection, later)


def test_what_a_killed_worker_had_begun_is_left_alone_for_a_minute(open_store: Store, now: datetime) -> None:
    made = acts.ask(open_store, wish(), now)
    dead = f"{holder_name().rpartition(':')[0]}:999999999"
    taken = claimed(open_store, made.id, now, dead)
    assert running.claim(open_store, made.id, OTHER, now) is not None  # nothing was sent yet: at once
    taken = claimed(open_store, made.id, now + timedelta(minutes=6), dead)
    at = now + timedelta(minutes=6)
    assert running.begin(open_store, taken, "do", at)
    assert running.claim(open_store, made.id, OTHER, at + timedelta(seconds=59)) is None
    again = claimed(open_store, made.id, at + timedelta(seconds=60))
    assert again.maybe
    assert not running.note_done(open_store, taken, "1", "https://home.example/1", at, at)  # it is not theirs any more
    assert running.note_done(open_store, again, "1", "https://home.example/1", at, at)


def test_another_machines_worker_is_waited_for_until_its_time_is_over(open_store: Store, now: datetime) -> None:
    made = acts.ask(open_store, wish(), now)
    claimed(open_store, made.id, now)
    assert running.claim(open_store, made.id, "yonder/1:9", now + timedelta(minutes=4)) is None
    assert running.claim(open_store, made.id, "yonder/1:9", now + timedelta(minutes=5)) is not None


def test_waits_grow_and_end_with_a_person(open_store: Store, now: datetime) -> None:
    made = acts.ask(open_store, wish(), now)
    waited = []
    for _ in range(running.TRIES):
        taken = claimed(open_store, made.id, now)
        running.begin(open_store, taken, "do", now)
        running.note_ending(open_store, taken, Ending("timeout", certain=False), now)
        after = held(open_store, made.id)
        waited.append((after.due_at - now).total_seconds())
        now = after.due_at
    assert waited[:5] == list(running.WAITS)
    assert (after.state, after.error, after.maybe) == ("refused", "timeout", True)
    with pytest.raises(ActError, match="state"):  # it may stand there: other words could make two
        acts.revise(open_store, made.id, "n" * 20, "Other words", now)
    acts.retry(open_store, made.id, now)
    assert claimed(open_store, made.id, now + timedelta(minutes=1)).maybe


def test_the_wait_that_a_place_asks_for_is_kept(open_store: Store, now: datetime) -> None:
    made = acts.ask(open_store, wish(), now)
    taken = claimed(open_store, made.id, now)
    running.note_ending(open_store, taken, Ending("too_many_requests", wait=900), now)
    after = held(open_store, made.id)
    assert (after.due_at, after.state, after.maybe) == (now + timedelta(seconds=900), "waits", False)


def test_one_that_may_have_arrived_is_looked_for_before_it_is_given_up(open_store: Store, now: datetime) -> None:
    made = acts.ask(open_store, wish(), now)
    taken = claimed(open_store, made.id, now)
    running.begin(open_store, taken, "do", now)
    with pytest.raises(StaleError):  # it is being done
        acts.cancel(open_store, made.id, now)
    running.note_ending(open_store, taken, Ending("timeout", certain=False), now)
    acts.cancel(open_store, made.id, now)
    after = held(open_store, made.id)
    assert (after.state, after.aim, after.due_at) == ("waits", "stop", now + timedelta(minutes=1))


def test_a_done_answer_handles_its_post_and_one_taken_back_opens_it(open_store: Store, now: datetime) -> None:
    about = post_id(open_store)
    with acting(ANA):
        made = acts.ask(open_store, wish(post=about), now)
    taken = claimed(open_store, made.id, now)
    running.begin(open_store, taken, "do", now)
    running.note_done(open_store, taken, "https://home.example/2", "https://home.example/@us/2", now, now)
    assert running.settle(open_store, now) == 1
    assert running.settle(open_store, now) == 0

    def handled() -> tuple[str, str]:
        with open_store.read() as connection:
            row = connection.exec_driver_sql("SELECT after, who FROM triage_event ORDER BY id DESC").first()
        assert row is not None
        return row.after, row.who

    assert handled() == ("yes", "Ana")
    acts.take_back(open_store, made.id, now)
    taken = claimed(open_store, made.id, now)
    assert taken.aim == "undo"
    running.note_undone(open_store, taken, now)
    running.settle(open_store, now)
    assert handled() == ("", "Ana")


@pytest.mark.parametrize("first", ["act", "collect"])
def test_our_answer_is_known_again_whichever_comes_first(open_store: Store, now: datetime, first: str) -> None:
    mine = "https://home.example/users/us/statuses/2"
    made = acts.ask(open_store, wish(post=post_id(open_store)), now)
    taken = claimed(open_store, made.id, now)
    running.begin(open_store, taken, "do", now)

    def collect() -> None:
        found = NewPost(
            "mastodon", mine, "Hold it", "Hold it", author="us@home.example", published_at=now, parent_id="far/77"
        )
        with open_store.write() as connection:
            add_posts(connection, 1, [found], now)

    def done() -> None:
        running.note_done(open_store, taken, mine, mine, now, now)

    for step in (done, collect) if first == "act" else (collect, done):
        step()
    with open_store.read() as connection:
        row = connection.exec_driver_sql(
            f"SELECT id, by_us, parent_id, root_id FROM post WHERE native_id = '{mine}'"
        ).one()
    assert (bool(row.by_us), row.parent_id, row.root_id) == (True, URI, URI)
    assert held(open_store, made.id).reply == row.id


def test_of_an_erased_person_nothing_stays_and_nothing_is_sent(open_store: Store, now: datetime) -> None:
    made = acts.ask(open_store, wish(post=post_id(open_store), seen="How do I reset it?"), now)
    erase_author(open_store, "zoe@far.example")
    after = held(open_store, made.id)
    assert (after.state, after.seen, after.target, after.text) == ("cancelled", "", "", "")
