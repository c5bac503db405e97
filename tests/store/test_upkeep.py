"""What is kept of looks at our own places: since when, how often, what people said of it, what is usual."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from data.changes import StaleError
from data.models import to_epoch
from data.schema import source
from data.store import Store
from data.upkeep.findings import (
    Finding,
    OwnPlace,
    PlaceLook,
    answered,
    findings,
    forget_others,
    note_look,
    own_places,
    set_finding_state,
    usual_seconds,
)

HOME = "https://ours.example/"
LINK = Finding("link_broken", "https://a.example/x", "not_found", HOME)
EMPTY = Finding("feed_empty", "https://ours.example/feed", "0")


def look(*found: Finding, checked: str = "site feed link", seconds: float | None = 0.5) -> PlaceLook:
    return PlaceLook(HOME, found, frozenset(checked.split()), seconds)


def held(store: Store) -> dict[str, tuple[datetime, bool, str]]:
    with store.read() as connection:
        return {one.finding.code: (one.found, one.gone is not None, one.state) for one in findings(connection)}


def test_only_what_was_looked_at_can_be_mended(store: Store, now: datetime) -> None:
    note_look(store, look(LINK, EMPTY), now)
    note_look(store, look(EMPTY, checked="site feed"), now + timedelta(days=1))
    assert held(store) == {"link_broken": (now, False, ""), "feed_empty": (now, False, "")}
    note_look(store, look(EMPTY), now + timedelta(days=2))
    assert held(store)["link_broken"] == (now, True, "")
    # What comes back is new, whatever was said of it before.
    with store.read() as connection:
        number = next(one.id for one in findings(connection) if one.finding == LINK)
    set_finding_state(store, number, "ignored", "")
    again = now + timedelta(days=3)
    note_look(store, look(LINK, EMPTY), again)
    assert held(store)["link_broken"] == (again, False, "")
    # What was mended long ago is let go.
    note_look(store, look(), now + timedelta(days=4))
    note_look(store, look(), now + timedelta(days=40))
    assert held(store) == {}


def test_a_state_is_not_changed_over_another_s(store: Store, now: datetime) -> None:
    note_look(store, look(EMPTY), now)
    with store.read() as connection:
        (found,) = findings(connection)
    set_finding_state(store, found.id, "handed", "")
    with pytest.raises(StaleError):
        set_finding_state(store, found.id, "ignored", "")
    with pytest.raises(StaleError):
        set_finding_state(store, found.id + 1, "ignored")
    with pytest.raises(ValueError, match="lost"):
        set_finding_state(store, found.id, "lost")
    assert held(store)["feed_empty"][2] == "handed"


def test_usual_is_known_from_five_looks_on(store: Store, now: datetime) -> None:
    for number, seconds in enumerate([0.4, 9.0, 0.5, None, 0.6, 0.7]):
        with store.read() as connection:
            assert usual_seconds(connection, HOME, now + timedelta(days=number)) is None
        note_look(store, look(seconds=seconds), now + timedelta(days=number))
    with store.read() as connection:
        assert usual_seconds(connection, HOME, now + timedelta(days=6)) == 0.6
        (last,) = answered(connection, now + timedelta(days=6))
    assert (last.place, last.seconds, last.usual) == (HOME, 0.7, 0.6)


def test_places_are_sites_of_sources_of_ours(store: Store, now: datetime) -> None:
    rows = [
        ("feed", "https://ours.example/feed", "https://ours.example/", True),
        ("feed", "https://ours.example/news.xml", "https://ours.example/", True),
        ("feed", "https://bare.example/feed", "", True),
        ("feed", "https://secret.example/{secret:0123456789ab}", "https://secret.example/", True),
        ("discourse", "https://forum.example/latest", "", True),
        ("mastodon", "https://social.example/@ours", "", True),
        ("feed", "https://theirs.example/feed", "https://theirs.example/", False),
    ]
    with store.write() as connection:
        for kind, address, site, is_own in rows:
            values = {"kind": kind, "address": address, "site": site, "is_own": is_own, "added_at": to_epoch(now)}
            connection.execute(insert(source).values(**values))
    with store.read() as connection:
        places = own_places(connection)
    assert places == [
        OwnPlace("https://bare.example/feed", ("https://bare.example/feed",)),
        OwnPlace("https://forum.example/"),
        OwnPlace("https://ours.example/", ("https://ours.example/feed", "https://ours.example/news.xml")),
    ]
    note_look(store, look(EMPTY), now)
    forget_others(store, ["https://forum.example/latest"])
    assert held(store) == {}
