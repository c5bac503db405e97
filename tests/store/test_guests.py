"""What guests of a link write: kept as text, bounded, signed as a guest's, refused where nothing is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from data.actor import Actor, RefusedError, acting
from data.content.calendar import Item, one_item, save_item
from data.erasing.people import erase_author
from data.schema import snapshot
from data.sharing import guests, snapshots
from data.sharing.document import Document, Section, Words
from data.sharing.guests import AnswerError, Answers
from data.store import Store
from tests.conftest import NOW, Postgres, record_of

DOCUMENT = Document(
    "Launch", "June", "en", "made", (Section("a", "First", (Words("One"),)), Section("b", "Second", (Words("Two"),)))
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> Store:
    if request.param == "sqlite":
        return Store(f"sqlite:///{tmp_path / 'vigie.sqlite'}")
    server: Postgres = request.getfixturevalue("postgres")
    return Store(server.make(template="template"))


def share(store: Store, asks: str = "approval", **more: Any) -> int:
    return snapshots.freeze(store, DOCUMENT, NOW, asks=asks, question="Is it right?", **more)[0]


def changes(store: Store) -> list[tuple[str, ...]]:
    with store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT who, action, subject, before, after FROM change WHERE action != 'share.made' ORDER BY id"
        )
        return [tuple(row) for row in rows]


def refused(code: str, leave: Callable[[], object]) -> None:
    with pytest.raises(AnswerError) as found:
        leave()
    assert found.value.code == code


def test_a_guest_comments_and_approves(store: Store) -> None:
    number = share(store)
    comment = guests.leave(store, number, NOW, kind="comment", text="Too long.\r\nCut it.", name="Ana", section=2)
    guests.leave(store, number, NOW, kind="approved", name="Ben")
    guests.leave(store, number, NOW, kind="changes", text="A better title")
    with store.read() as connection:
        held = snapshots.one_snapshot(connection, number)
        assert held is not None
        assert (held.asks, held.question, held.mutual) == ("approval", "Is it right?", False)
        found = guests.answers(connection, number)
        assert [(a.section, a.kind, a.name, a.text, a.state) for a in found] == [
            (2, "comment", "Ana", "Too long.\nCut it.", "new"),
            (0, "approved", "Ben", "", "new"),
            (0, "changes", "", "A better title", "new"),
        ]
        assert found[0].at == NOW
        assert guests.counts(connection) == {number: Answers(3, 3, 1, 1)}
        assert guests.counts(connection, NOW + timedelta(seconds=1)) == {}
    assert [(who, action) for who, action, *_rest in changes(store)] == [
        ("guest Ben", "share.approved"),
        ("guest", "share.changes"),
    ]
    guests.note_seen(store, number)
    guests.hide(store, comment)
    with store.read() as connection:
        assert guests.counts(connection) == {number: Answers(2, 0, 1, 1)}
        assert [a.id for a in guests.answers(connection, number, hidden=False)] == [comment + 1, comment + 2]
    guests.hide(store, comment, hidden=False)
    with store.read() as connection:
        assert guests.answers(connection, number)[0].state == "seen"


def test_what_is_erased_leaves_no_name_behind(store: Store) -> None:
    number = share(store)
    mine = guests.leave(store, number, NOW, kind="approved", text="Fine by me", name="Zoé Quartz")
    other = guests.leave(store, number, NOW, kind="approved", name="Ben")
    guests.erase(store, mine)
    guests.erase(store, mine)  # again: nothing to do
    with store.read() as connection:
        assert [a.id for a in guests.answers(connection, number)] == [other]
    assert "Quartz" not in str(changes(store))
    assert [who for who, action, *_rest in changes(store) if action == "share.approved"] == ["guest", "guest Ben"]
    snapshots.remove(store, number)
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM guest_answer").scalar() == 0


def test_an_erased_author_is_not_named_by_guests(store: Store) -> None:
    number = share(store)
    guests.leave(store, number, NOW, kind="comment", text="Ask Ana-Lima, or @Ana (not Anatole): Ana.", name="Ana")
    guests.leave(store, number, NOW, kind="comment", text="Banana")
    erase_author(store, "Ana")
    with store.read() as connection:
        found = guests.answers(connection, number)
    assert [(a.name, a.text) for a in found] == [
        ("[…]", "Ask […]-Lima, or @[…] (not Anatole): […]."),
        ("", "Banana"),
    ]


def test_links_that_take_no_answer(store: Store) -> None:
    def comment(number: int, at: Any = NOW, **more: Any) -> Callable[[], object]:
        return lambda: guests.leave(store, number, at, **{"kind": "comment", "text": "Hello", **more})

    silent, asked = share(store, ""), share(store, "comments", expires_at=NOW + timedelta(days=1))
    refused("closed", comment(silent))
    refused("closed", comment(99))
    refused("closed", comment(asked, NOW + timedelta(days=2)))  # expired
    refused("kind", comment(asked, kind="approved"))
    refused("kind", comment(asked, kind="owner"))
    refused("section", comment(asked, section=3))
    refused("section", comment(asked, section=-1))
    refused("empty", comment(asked, text=" \n\u202e\0 "))
    refused("long", comment(asked, text="x" * (guests.LONGEST_TEXT + 1)))
    refused("name", comment(asked, name="x" * (guests.LONGEST_NAME + 1)))
    guests.leave(store, asked, NOW, kind="comment", text="é" * guests.LONGEST_TEXT, name="x" * guests.LONGEST_NAME)
    guests.ask(store, asked, "")  # switched off, and on again
    refused("closed", comment(asked))
    guests.ask(store, asked, "comments", "And now?", mutual=True)
    comment(asked)()
    guests.allow(store, False)  # for all
    refused("closed", comment(asked))
    guests.allow(store, True)
    comment(asked)()
    with store.write() as connection:
        connection.execute(update(snapshot).where(snapshot.c.id == asked).values(body=b"x"))  # damaged
    refused("closed", comment(asked))
    revoked = share(store)
    snapshots.revoke(store, revoked, NOW)
    refused("closed", comment(revoked))
    with pytest.raises(ValueError, match="asks"):
        snapshots.freeze(store, DOCUMENT, NOW, presenting=True, asks="comments")
    with pytest.raises(ValueError, match="asks"):
        snapshots.freeze(store, DOCUMENT, NOW, asks="money")
    shown, _token = snapshots.freeze(store, DOCUMENT, NOW, presenting=True)
    refused("closed", comment(shown))
    for wrong in ((asked, "money"), (shown, "comments"), (99, "comments")):
        with pytest.raises(ValueError, match="asks"):
            guests.ask(store, *wrong)


def test_a_link_holds_so_many_answers_and_no_more_however_they_come(store: Store) -> None:
    number = share(store)
    with store.write() as connection:
        for place in range(guests.MOST - 3):
            connection.exec_driver_sql(
                f"INSERT INTO guest_answer (snapshot_id, kind, text, at) VALUES ({number}, 'comment', '{place}', 0)"
            )

    def leave(place: int) -> str:
        try:
            guests.leave(store, number, NOW, kind="comment", text=f"at once {place}")
        except AnswerError as error:
            return error.code
        return "kept"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(leave, range(12)))
    assert sorted(told) == ["full"] * 9 + ["kept"] * 3
    with store.read() as connection:
        assert len(guests.answers(connection, number)) == guests.MOST


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\0b\x07c\x1b[31md\x7f", "abc[31md"),
        ("\u202eevil\u202c \u2066x\u2069 \u202dy", "evil x y"),
        ("zero\u200bwidth\ufeff\u2060", "zerowidth"),
        ("a\r\nb\rc\u2028d\u2029e\tf", "a\nb\nc\nd\ne\tf"),
        (
            "👩\u200d👩\u200d👧 می\u200cخواهم \u200fאב",
            "👩\u200d👩\u200d👧 می\u200cخواهم \u200fאב",
        ),  # writing needs these
        ("<script>alert(1)</script> **b** [x](http://y)", "<script>alert(1)</script> **b** [x](http://y)"),
        ("\U0001fae8 e\u0301", "\U0001fae8 e\u0301"),  # a sign younger than this Python's tables
        ("\ud800x", "x"),
        ("tag \U000e0041\U000e0042", "tag"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(given: str, kept: str) -> None:
    assert guests.plain(given) == kept
    assert "\n" not in guests.plain(given, lines=False)


def test_no_sign_that_acts_on_its_surroundings_survives() -> None:
    every = "".join(chr(number) for number in range(0x110000))
    left = {unicodedata.category(c) for c in guests.plain(every) if c not in "\n\t\u200c\u200d\u200e\u200f\u061c"}
    assert not left & {"Cc", "Cf", "Cs"}


def test_a_name_never_passes_for_an_account(store: Store) -> None:
    number = share(store)
    guests.leave(store, number, NOW, kind="approved", name="Administrator\n\x00account: 1")
    with store.read() as connection:
        assert guests.answers(connection, number)[0].name == "Administrator account: 1"
        row = connection.exec_driver_sql("SELECT who, account FROM change WHERE action != 'share.made'").one()
    assert tuple(row) == ("guest Administrator account: 1", 0)


def test_an_answer_becomes_a_note_and_an_approval_of_the_calendar(store: Store) -> None:
    item = save_item(store, Item(0, "A post", status="draft", day=date(2026, 6, 20), note="Mine"), NOW)
    number = share(store, page="calendar", parameters={"item": str(item), "lang": "en"})
    comment = guests.leave(store, number, NOW, kind="comment", text="Shorter", name="Ana")
    approved = guests.leave(store, number, NOW, kind="approved", name="Ana")
    for _ in range(2):
        guests.take_into_item(store, comment, "guest: Ana: Shorter", NOW)
    with store.read() as connection:
        held = one_item(connection, item)
        assert held is not None
        assert (held.note, held.status) == ("Mine\n\nguest: Ana: Shorter", "draft")
        assert [s.id for s in guests.snapshots_of_item(connection, item)] == [number]
        assert guests.snapshots_of_item(connection, item + 1) == []
    guests.take_into_item(store, approved, "guest: Ana: approved", NOW)
    with store.read() as connection:
        held = one_item(connection, item)
        assert held is not None
        assert held.status == "ready"
    told = ("calendar.approved", f"item {item}: A post", "draft", f"ready (share {number}, answer {approved})")
    assert changes(store)[-1][1:] == told
    refused("long", lambda: guests.take_into_item(store, comment, "x" * guests.LONGEST_NOTE, NOW))
    save_item(store, replace(held, status="published"), NOW)
    guests.take_into_item(store, approved, "guest: Ana: approved", NOW)
    with store.read() as connection:
        held = one_item(connection, item)
        assert held is not None
        assert held.status == "published"  # nothing goes back
    elsewhere = guests.leave(store, share(store), NOW, kind="approved")
    refused("closed", lambda: guests.take_into_item(store, elsewhere, "x", NOW))
    refused("closed", lambda: guests.take_into_item(store, 999, "x", NOW))


def test_only_an_editor_handles_answers(store: Store) -> None:
    number = share(store)
    answer = guests.leave(store, number, NOW, kind="comment", text="Hello")
    writes: list[Callable[[], object]] = [
        lambda: guests.ask(store, number, ""),
        lambda: guests.allow(store, False),
        lambda: guests.note_seen(store, number),
        lambda: guests.hide(store, answer),
        lambda: guests.erase(store, answer),
        lambda: guests.take_into_item(store, answer, "x", NOW),
    ]
    for write in writes:
        with acting(Actor(7, "Mia", "member")), pytest.raises(RefusedError):
            write()
    with acting(Actor(8, "Eli", "editor")):
        guests.hide(store, answer)
    assert changes(store)[-1][0] == "Eli"


def test_a_record_of_before_takes_guests_and_its_links_ask_nothing(tmp_path: Any) -> None:
    url = record_of(
        "0016",
        tmp_path / "old.sqlite",
        (
            "INSERT INTO snapshot (digest, title, made_at, names, body, download) VALUES (?, 'Old', 0, 'none', ?, 1)",
            (snapshots.digest_of("t"), b""),
        ),
    )
    with Store(url).read() as connection:
        held = snapshots.find(connection, "t", NOW)
        assert held is not None
        assert (held.asks, held.question, held.mutual) == ("", "", False)


def test_a_record_that_replaces_another_takes_answers_along(tmp_path: Any) -> None:
    old, new = Store(f"sqlite:///{tmp_path / 'old.sqlite'}"), Store(f"sqlite:///{tmp_path / 'new.sqlite'}")
    number = share(old)
    guests.leave(old, number, NOW, kind="comment", text="Hello")
    guests.allow(old, False)
    snapshots.carry_over(old, new)
    with new.read() as connection:
        assert [a.text for a in guests.answers(connection, number)] == ["Hello"]
        assert not guests.are_allowed(connection)
