"""Bluesky: posts with pictures, links that lead somewhere, reports, and threads of ours that are closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.settings import Settings
from sources.acting.base import Deed, Picture
from sources.acting.bluesky import post_key
from sources.kinds.bluesky import parse_post
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.bluesky import DID, GATE, POST, THEIRS, BlueskyPlace
from tests.sources.acting.story import code_of, do, find, look, run, undo

ROOT = f"at://{DID}/{POST}/3kours"
PICTURES = (Picture("a.png", "image/png", b"\x89PNG one", "A red door"), Picture("b.jpg", "image/jpeg", b"two", ""))


def test_a_post_goes_out_with_its_pictures_and_what_collecting_reads_is_what_was_written(
    start: Start, settings: Settings
) -> None:
    place = start(BlueskyPlace)
    assert isinstance(place, BlueskyPlace)
    text = (
        "Été ! Version 9 est là : https://ours.example/9?a=1&b=2. #Nouveauté #9 merci @them.example et @nobody.example"
    )
    act = place.act(Deed.PUBLISH, text, pictures=PICTURES, lang="fr")
    assert run(place.client(settings), look(place, act)).text == ""
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert said.pictures == [("image/png", b"\x89PNG one", "A red door"), ("image/jpeg", b"two", "")]
    record = said.state["record"]
    assert record["langs"] == ["fr"]
    shown = {}
    for facet in record["facets"]:
        start_, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        (feature,) = facet["features"]
        shown[text.encode()[start_:end].decode()] = feature.get("uri") or feature.get("tag") or feature.get("did")
    assert shown == {
        "https://ours.example/9?a=1&b=2": "https://ours.example/9?a=1&b=2",
        "#Nouveauté": "Nouveauté",
        "@them.example": THEIRS,
    }
    view = place.view(done.id)
    assert view is not None
    collected = parse_post(view)
    assert collected is not None
    assert (collected.text, collected.native_id, collected.lang) == (text, done.id, "fr")


def test_a_second_create_of_the_same_act_is_refused_and_becomes_the_first(start: Start, settings: Settings) -> None:
    place = start(BlueskyPlace)
    act = place.act()
    first = run(place.client(settings), do(place, act))
    assert run(place.client(settings), do(place, act)).id == first.id
    assert len(place.said) == 1
    changed = replace(act, text="Other words under the same key")
    assert code_of(place.client(settings), do(place, changed)).code == "duplicate"


def test_the_key_of_a_post_is_a_valid_one_and_its_own() -> None:
    keys = {post_key(f"act-{number}") for number in range(5_000)}
    assert len(keys) == 5_000
    assert all(len(key) == 13 and key[0] in "234567abcdefghij" for key in keys)
    assert all(set(key) <= set("234567abcdefghijklmnopqrstuvwxyz") for key in keys)
    assert max(keys) < "3n"  # of the time before it was written, as every key is
    assert post_key("act-1") == post_key("act-1")


def test_length_is_what_is_seen_not_what_is_stored(start: Start, settings: Settings) -> None:
    place = start(BlueskyPlace)
    family = "👩‍👩‍👧"  # one sign of 18 bytes
    assert place.network.length(family * 166) == 166
    run(place.client(settings), do(place, place.act(text=family * 166)))
    assert code_of(place.client(settings), do(place, place.act(text=family * 167, key="b"))).code == "too_long"
    assert len(place.said) == 1


@pytest.mark.parametrize(
    "pictures",
    [
        PICTURES[:1] * 5,
        (Picture("big.png", "image/png", b"x" * 1_000_001),),
        (Picture("a.svg", "image/svg+xml", b"<svg/>"),),
    ],
)
def test_pictures_that_are_too_many_or_too_large_stop_the_post(
    start: Start, settings: Settings, pictures: tuple[Picture, ...]
) -> None:
    place = start(BlueskyPlace)
    act = place.act(Deed.PUBLISH, "Look", pictures=pictures)
    assert code_of(place.client(settings), do(place, act)).code == "bad_picture"
    assert place.said == []


def test_a_session_is_held_and_renewed_once_it_is_over(start: Start, settings: Settings) -> None:
    place = start(BlueskyPlace)
    assert isinstance(place, BlueskyPlace)
    for number in range(3):
        run(place.client(settings), do(place, place.act(text=f"No. {number}", key=f"k{number}")))
    assert place.sessions == 1
    place.token = "of another"
    run(place.client(settings), do(place, place.act(text="After", key="k9")))
    assert (place.sessions, len(place.said)) == (2, 4)


def test_closing_and_hiding_are_for_threads_of_ours(start: Start, settings: Settings) -> None:
    place = start(BlueskyPlace)
    assert isinstance(place, BlueskyPlace)
    for deed in (Deed.HIDE, Deed.LOCK):
        assert code_of(place.client(settings), do(place, place.act(deed))).code == "may_not_write"
    place.root = ROOT
    place.records[(GATE, "3kours")] = {"cid": "c0", "value": {"$type": GATE, "post": ROOT, "hiddenReplies": ["at://x"]}}
    hide, lock = place.act(Deed.HIDE), place.act(Deed.LOCK)
    for act in (hide, lock):
        assert run(place.client(settings), find(place, act)) is None
        done = run(place.client(settings), do(place, act))
        assert run(place.client(settings), find(place, act)) is not None
        assert done.id == place.target
    assert place.gate("3kours")["hiddenReplies"] == ["at://x", place.target]
    assert place.gate("3kours")["allow"] == []
    for act in (hide, lock):
        run(place.client(settings), undo(place, act, done))
        assert run(place.client(settings), find(place, act)) is None
    assert place.gate("3kours")["hiddenReplies"] == ["at://x"]
    assert "allow" not in place.gate("3kours")


def test_a_report_names_the_post_and_the_reason(start: Start, settings: Settings) -> None:
    place = start(BlueskyPlace)
    run(place.client(settings), do(place, place.act(Deed.REPORT, "", reason="Spam", rule="No adverts")))
    assert place.reports == [(place.target, "com.atproto.moderation.defs#reasonSpam No adverts")]


def test_who_is_blocked_does_not_answer(start: Start, settings: Settings) -> None:
    place = start(BlueskyPlace)
    assert isinstance(place, BlueskyPlace)
    place.closed = True
    assert code_of(place.client(settings), do(place, place.act())).code == "locked"
    place.closed, place.gone = False, True
    assert code_of(place.client(settings), do(place, place.act())).code == "not_found"
    assert place.said == []
