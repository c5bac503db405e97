"""What was assigned is put down to be told, once, in the transaction that assigns it; on both databases."""

from __future__ import annotations

from datetime import timedelta

from data.actor import Actor, acting
from data.inbox import notices, triage
from data.models import NewPost
from data.posts.erasure import erase_source_posts
from data.posts.ingest import add_posts
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW

ANA, BEN = Actor(1, "Ana", "member"), Actor(2, "Ben", "member")
LATER = NOW + notices.GATHER


def posts(store: Store, number: int = 2) -> list[int]:
    """So many posts; gives their ids."""
    words = "Where is order {}?"
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "http://127.0.0.1/feed", NOW)
        new = [NewPost("feed", str(n), words.format(n), words.format(n), published_at=NOW) for n in range(number)]
        add_posts(connection, made.id, new, NOW)
        return [int(i) for i in connection.exec_driver_sql("SELECT id FROM post ORDER BY id").scalars()]


def assign(store: Store, by: Actor, ids: list[int], name: str) -> None:
    with acting(by):
        triage.change(store, ids, "assigned", name, NOW)


def waiting(store: Store, name: str = "Ben") -> list[int]:
    return [one.post for one in notices.due_notices(store, LATER).get(name, [])]


def test_only_what_another_assigned_is_told_and_gathered(store: Store) -> None:
    one, two = posts(store)
    assign(store, ANA, [one], "Ana")  # her own
    triage.change(store, [two], "assigned", "Ana", NOW)  # nobody signs in
    with store.read() as connection:
        assert not notices.any_notice_due(connection, LATER)
    assign(store, ANA, [one, two], "Ben")
    with store.read() as connection:
        assert not notices.any_notice_due(connection, LATER - timedelta(seconds=1))
        assert notices.any_notice_due(connection, LATER)
    assert waiting(store) == [one, two]


def test_what_was_taken_back_handled_or_erased_is_not_told(store: Store) -> None:
    one, two, three, four = posts(store, 4)
    assign(store, ANA, [one, two, three, four], "Ben")
    with acting(ANA):
        triage.change(store, [one], "assigned", "", NOW)
        triage.change(store, [two], "handled", "Ana", NOW)
        triage.change(store, [three], "assigned", "Cleo", NOW)
    assert waiting(store) == [four]
    assert [one.post for one in notices.due_notices(store, LATER)["Cleo"]] == [three]
    assign(store, ANA, [four], "")
    assign(store, BEN, [four], "Ben")  # he takes it himself
    assert waiting(store) == []
    assign(store, ANA, [one], "Ben")
    assert waiting(store) == [one]
    with store.write() as connection:
        source = connection.exec_driver_sql("SELECT id FROM source").scalar_one()
        erase_source_posts(connection, source)
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM assignment_notice").scalar_one() == 0


def test_what_is_claimed_is_claimed_once_and_never_told_again(store: Store) -> None:
    (one,) = posts(store, 1)
    assign(store, ANA, [one], "Ben")
    (item,) = notices.due_notices(store, LATER)["Ben"]
    assert notices.claim(store, [item.id], LATER)
    assert not notices.claim(store, [item.id], LATER)
    assert waiting(store) == []
    with store.read() as connection:
        assert not notices.failed_notices(connection)
        assert notices.any_notice_due(connection, LATER + notices.CLAIM)  # nobody came back to mark it
    assert notices.due_notices(store, LATER + notices.CLAIM) == {}
    with store.read() as connection:
        assert [found.error for found in notices.failed_notices(connection)] == [notices.CUT_OFF]
        assert not notices.any_notice_due(connection, LATER + 9 * notices.CLAIM)


def test_what_changed_before_the_claim_is_not_claimed(store: Store) -> None:
    one, two = posts(store)
    assign(store, ANA, [one, two], "Ben")
    ids = [item.id for item in notices.due_notices(store, LATER)["Ben"]]
    with acting(BEN):
        triage.change(store, [two], "handled", "Ben", NOW)
    assert not notices.claim(store, ids, LATER)
    assert waiting(store) == [one]


def test_nobody_is_told_of_what_is_old(store: Store) -> None:
    (one,) = posts(store, 1)
    assign(store, ANA, [one], "Ben")
    assert notices.due_notices(store, NOW + notices.LATE + timedelta(seconds=1)) == {}
    with store.read() as connection:
        assert not notices.any_notice_due(connection, NOW + notices.LATE + timedelta(seconds=1))
