"""Discourse: keys of both sorts, topics with pictures, messages, flags, what staff does, and posts that wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.settings import Settings
from sources.acting.base import Deed, Picture
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.discourse import DiscoursePlace
from tests.sources.acting.story import code_of, do, find, look, run, undo

PICTURES = (Picture("a.png", "image/png", b"\x89PNG", "A [red]\ndoor | wide"), Picture("b.gif", "image/gif", b"gif"))


def test_a_topic_goes_out_with_its_pictures_and_is_found_again(start: Start, settings: Settings) -> None:
    place = start(DiscoursePlace)
    act = place.act(Deed.PUBLISH, "Version 9 is here.\n\nRead on.", pictures=PICTURES)
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert (said.title, said.state["category"], said.id) == (act.title, 5, done.id)
    assert said.text.startswith(act.text + "\n\n![A red door wide|3x2](upload://0abc.png)")
    assert said.pictures == [("image/png", b"\x89PNG", "A red door wide"), ("image/gif", b"gif", "")]
    found = run(place.client(settings), find(place, act))
    assert found is not None
    assert found.id == done.id
    assert run(place.client(settings), find(place, replace(act, text="Version 10"))) is None
    run(place.client(settings), undo(place, act, done))
    assert place.said == []


def test_a_key_goes_to_its_own_forum_and_to_no_other(start: Start, settings: Settings) -> None:
    place = start(DiscoursePlace)
    of_user = {"key": "u" * 32, "username": "us"}
    run(place.client(settings, of_user), do(place, place.act()))
    assert len(place.said) == 1
    elsewhere = place.act(target="https://elsewhere.example/p/11")
    for keys in (None, of_user):
        assert code_of(place.client(settings, keys), do(place, elsewhere)).code == "no_write_credentials"
    assert code_of(place.client(settings), look(place, place.act(target="p/11"))).code == "bad_address"


def test_a_post_that_must_be_approved_first_is_done(start: Start, settings: Settings) -> None:
    place = start(DiscoursePlace)
    assert isinstance(place, DiscoursePlace)
    place.approves = True
    act = place.act()
    done = run(place.client(settings), do(place, act))
    assert place.waiting == [act.text]
    assert (done.id, done.url) == ("https://forum.example/review/5", place.target_url)


@pytest.mark.parametrize("deed", [Deed.HIDE, Deed.REMOVE, Deed.LOCK, Deed.REPORT])
def test_what_staff_does_is_seen_and_taken_back(start: Start, settings: Settings, deed: Deed) -> None:
    place = start(DiscoursePlace)
    act = place.act(deed, "Not about us", reason="off_topic" if deed is Deed.REPORT else "")
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert run(place.client(settings), find(place, act)) is not None
    if deed in place.network.can_undo:
        run(place.client(settings), undo(place, act, done))
        assert run(place.client(settings), find(place, act)) is None
    told = {Deed.HIDE: [("11 ", "4")], Deed.REPORT: [("11 ", "3")]}
    assert place.reports == told.get(deed, [])


def test_a_hidden_post_is_shown_again_when_approved(start: Start, settings: Settings) -> None:
    place = start(DiscoursePlace)
    assert isinstance(place, DiscoursePlace)
    place.hidden.add(11)
    act = place.act(Deed.APPROVE)
    assert run(place.client(settings), look(place, place.act())).gone
    assert run(place.client(settings), look(place, act)).text == place.collected
    assert run(place.client(settings), find(place, act)) is None
    run(place.client(settings), do(place, act))
    assert place.hidden == set()
    assert run(place.client(settings), find(place, act)) is not None


def test_a_warning_goes_to_the_author_alone(start: Start, settings: Settings) -> None:
    place = start(DiscoursePlace)
    act = place.act(Deed.WARN, "Please stay on topic, thank you.", title="", rule="Be kind")
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert (said.whom, said.title, said.text) == ("them", "Be kind", act.text)
    found = run(place.client(settings), find(place, act))
    assert found is not None
    assert found.id == done.id
    public = place.act(Deed.PUBLISH, act.text)
    assert run(place.client(settings), find(place, public)) is None
