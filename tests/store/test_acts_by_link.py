"""Approval of acts by a link: of these words alone, once, by somebody else than who asked; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.acting import acts, by_link, kept
from data.acting.acts import ActError, Wish
from data.acting.kept import KeptAct
from data.acting.policy import Policy, save_policy
from data.actor import Actor, RefusedError, acting
from data.sharing import guests, snapshots
from data.sharing.document import Comment, Document, Section
from data.sharing.guests import AnswerError
from data.store import Store
from tests.conftest import NOW

ANA, BEN, MIA = Actor(1, "Ana", "editor"), Actor(2, "Ben", "editor"), Actor(3, "Mia", "member")


def page(held: KeptAct) -> Document:
    return Document("To approve", "", "en", "now", (Section("", "Words", (Comment(held.text),)),))


@pytest.fixture
def asked(store: Store) -> KeptAct:
    save_policy(store, Policy(on=True, second=True, by_link=True))
    with acting(ANA):
        return acts.ask(store, Wish("k" * 20, "answer", "mastodon", target="1", text="Hold it."), NOW)


def link(store: Store, held: KeptAct, who: Actor = BEN) -> int:
    with acting(who):
        token = by_link.make_link(store, held, page(held), 3, NOW)
    with store.read() as connection:
        found = snapshots.find(connection, token, NOW)
    assert found is not None
    assert found.expires_at == NOW + timedelta(days=3)
    return found.id


def now_held(store: Store, number: int) -> KeptAct:
    with store.read() as connection:
        found = kept.one_act(connection, number)
    assert found is not None
    return found


def refused(store: Store, share: int, code: str = "closed", **more: str) -> None:
    with pytest.raises(AnswerError) as error:
        guests.leave(store, share, NOW, **({"kind": "approved"} | more))  # type: ignore[arg-type]
    assert error.value.code == code


def trail(store: Store) -> list[tuple[str, ...]]:
    with store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT who, action, after FROM change WHERE action LIKE 'act.%' OR action LIKE 'share.%' ORDER BY id"
        )
        return [tuple(row) for row in rows]


def test_a_guest_approves_once_and_the_audit_names_them_and_the_link(store: Store, asked: KeptAct) -> None:
    share = link(store, asked)
    guests.leave(store, share, NOW, kind="approved", name="Zoé")
    held = now_held(store, asked.id)
    assert (held.state, held.approved_by, held.approved_account) == ("ready", f"share {share}", 0)
    assert trail(store)[-2:] == [
        ("guest Zoé", "share.approved", ""),
        ("guest Zoé", "act.approved", f"ready (share {share}, answer 1)"),
    ]
    refused(store, share)  # it is used up
    with store.read() as connection:
        one = snapshots.one_snapshot(connection, share)
    assert one is not None
    assert not one.is_open(NOW)
    guests.erase(store, 1)
    assert not [row for row in trail(store) if "Zoé" in row[0]]


def test_a_guest_sends_it_back_with_words(store: Store, asked: KeptAct) -> None:
    share = link(store, asked)
    refused(store, share, "empty", kind="changes")
    words = "Please name the button. " * 40
    guests.leave(store, share, NOW, kind="changes", text=words)
    held = now_held(store, asked.id)
    assert (held.state, held.detail) == ("draft", words.strip())
    refused(store, share)


def test_who_asked_makes_no_link_and_no_member_does(store: Store, asked: KeptAct) -> None:
    with pytest.raises(ActError) as error:
        link(store, asked, ANA)
    assert error.value.code == "own"
    with pytest.raises(RefusedError):
        link(store, asked, MIA)
    share = link(store, asked)
    with acting(ANA), pytest.raises(ValueError, match="act"):
        snapshots.renew(store, share)  # nor does one come by a link of another's


@pytest.mark.parametrize("meanwhile", ["worded", "approved", "cancelled", "off", "guests off", "late"])
def test_a_link_is_of_these_words_while_they_wait(store: Store, asked: KeptAct, meanwhile: str) -> None:
    share, later = link(store, asked), NOW
    if meanwhile == "worded":
        with acting(ANA):
            acts.revise(store, asked.id, "n" * 20, "Buy now!", NOW)
    elif meanwhile == "approved":
        with acting(BEN):
            acts.approve(store, asked.id, NOW)
    elif meanwhile == "cancelled":
        acts.cancel(store, asked.id, NOW)
    elif meanwhile == "off":
        save_policy(store, Policy(on=True, second=True))
    elif meanwhile == "guests off":
        guests.allow(store, False)
    else:
        later = NOW + timedelta(days=3)
    before = now_held(store, asked.id)
    with pytest.raises(AnswerError) as error:
        guests.leave(store, share, later, kind="approved")
    assert error.value.code == "closed"
    assert now_held(store, asked.id) == before
    with store.read() as connection:
        assert guests.answers(connection, share) == []  # nothing of it is left half done


def test_a_link_of_other_words_is_not_made(store: Store, asked: KeptAct) -> None:
    with acting(ANA):
        acts.revise(store, asked.id, "n" * 20, "Other words", NOW)
    with pytest.raises(ActError) as error:
        link(store, asked)
    assert error.value.code == "state"
    save_policy(store, Policy(on=True, second=True))
    with pytest.raises(ActError) as error:
        link(store, now_held(store, asked.id))
    assert error.value.code == "link"
