"""What guests answer, where it is told: a brief to approve, the morning brief, a note, whose it is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.documents.frame import Frame, NotShareable
from dashboard.documents.morning import brief_of
from dashboard.documents.of_page import frozen, title_of
from dashboard.words.guests import as_note, signature
from dashboard.words.language import speaking
from data.content.calendar import Item, save_item
from data.scope import Scope
from data.sharing import guests, snapshots
from data.sharing.document import Comment
from data.store import Store
from tests.conftest import NOW


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty record, as the one that the app uses."""
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    return Store(f"sqlite:///{tmp_path / 'vigie.sqlite'}")


def test_an_item_of_the_calendar_is_shared_as_its_brief(store: Store) -> None:
    item = save_item(store, Item(0, "Ten years", drafts={"mastodon": "Our <b>words</b>"}, day=date(2026, 6, 20)), NOW)
    parameters = {"item": str(item)}
    with speaking("en"):
        assert title_of("calendar", parameters) == "Ten years"
        assert title_of("calendar", {}) == "Calendar"
        document = frozen("calendar", parameters, NOW, note="Please look")
        assert (document.title, document.subtitle, document.note) == ("Ten years", "Brief", "Please look")
        assert Comment("Our <b>words</b>") in list(document.blocks())
        assert frozen("calendar", {}, NOW).title == "Calendar"
        with pytest.raises(NotShareable):
            frozen("calendar", {"item": "99"}, NOW)


def test_the_morning_brief_tells_what_guests_answered(store: Store) -> None:
    with speaking("en"):
        document = frozen("calendar", {}, NOW)
    number, _token = snapshots.freeze(store, document, NOW, asks="approval")
    guests.leave(store, number, NOW - timedelta(hours=30), kind="comment", text="Earlier")
    guests.leave(store, number, NOW, kind="approved", name="Ana")
    hidden = guests.leave(store, number, NOW, kind="changes", text="No")
    guests.hide(store, hidden)
    frame = Frame(Scope(NOW.date(), NOW.date()), None, "names", NOW)
    with speaking("en"):
        lines = [line for line in brief_of(frame, NOW - timedelta(hours=3), 3).lines if line.kind == "guest"]
    assert [line.text for line in lines] == ["“Calendar”: 1 answer of guests, 1 approval."]
    assert (lines[0].page, lines[0].link) == ("reports", {"view": "shared", "answers": str(number)})
    with speaking("fr"):
        lines = [line for line in brief_of(frame, NOW - timedelta(days=2), 3).lines if line.kind == "guest"]
    assert "2 réponses d’invités, 1 validation" in lines[0].text
    with speaking("en"):
        assert not [line for line in brief_of(frame, NOW + timedelta(hours=1), 3).lines if line.kind == "guest"]


def test_whatever_the_name_it_is_a_guests(store: Store) -> None:
    with speaking("en"):
        assert signature("") == "guest"
        assert signature("Administrator") == "guest: Administrator"
        assert signature("{n} %s {name}") == "guest: {n} %s {name}"
        number, _token = snapshots.freeze(store, frozen("calendar", {}, NOW), NOW, asks="approval")
        guests.leave(store, number, NOW, kind="comment", text="Shorter.\nPlease.", name="Ana")
        guests.leave(store, number, NOW, kind="approved")
        with store.read() as connection:
            told = [as_note(answer) for answer in guests.answers(connection, number)]
    assert told == ["guest: Ana, Jun 15, 2026: Comment. Shorter.\nPlease.", "guest, Jun 15, 2026: Approved."]
    with speaking("fr"):
        assert signature("Ana") == "invité\xa0: Ana"
