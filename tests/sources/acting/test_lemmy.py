"""Lemmy: posts of other instances, pictures, messages, reports, and what moderators do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.settings import Settings
from sources.acting.base import Deed, Picture
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.lemmy import LemmyPlace
from tests.sources.acting.servers.place import Said
from tests.sources.acting.story import code_of, do, find, look, run, undo


def test_a_jwt_is_enough(start: Start, settings: Settings) -> None:
    place = start(LemmyPlace)
    run(place.client(settings, {"jwt": "jwt"}), do(place, place.act()))
    assert len(place.said) == 1
    assert not [path for path in place.requests if "login" in path]


def test_a_post_goes_to_a_community_of_another_instance_with_its_pictures(start: Start, settings: Settings) -> None:
    place = start(LemmyPlace)
    pictures = (Picture("a.png", "image/png", b"\x89PNG", "A red door"), Picture("b.png", "image/png", b"2", "Blue"))
    act = place.act(Deed.PUBLISH, "Version 9 is here.", pictures=pictures)
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert (said.title, said.id) == (act.title, done.id)
    assert said.text == f"{act.text}\n\n![Blue]({place.url}/pictrs/image/2.png)"
    assert said.pictures == [("image/png", b"\x89PNG", "A red door")]
    assert run(place.client(settings), find(place, act)) == done
    assert run(place.client(settings), find(place, replace(act, title="Another"))) is None
    unknown = replace(act, place="https://lemmy.example/c/nobody")
    assert code_of(place.client(settings), do(place, unknown)).code == "place_unknown"
    run(place.client(settings), undo(place, act, done))
    assert place.said == []


def test_an_answer_elsewhere_in_the_thread_is_another(start: Start, settings: Settings) -> None:
    place = start(LemmyPlace)
    act = place.act()
    place.said.append(Said("https://lemmy.example/comment/90", act.text, "https://other.example/post/10"))
    assert run(place.client(settings), find(place, act)) is None


@pytest.mark.parametrize("deed", [Deed.REMOVE, Deed.LOCK])
def test_what_moderators_do_is_seen_and_taken_back(start: Start, settings: Settings, deed: Deed) -> None:
    place = start(LemmyPlace)
    assert isinstance(place, LemmyPlace)
    act = place.act(deed, "", reason="Off topic")
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert run(place.client(settings), find(place, act)) is not None
    if deed is Deed.REMOVE:
        assert place.removed == {place.target: "Off topic"}
        assert run(place.client(settings), look(place, act)).gone
    run(place.client(settings), undo(place, act, done))
    assert run(place.client(settings), find(place, act)) is None


def test_a_report_and_a_warning(start: Start, settings: Settings) -> None:
    place = start(LemmyPlace)
    run(place.client(settings), do(place, place.act(Deed.REPORT, "", reason="Spam")))
    assert place.reports == [(place.target, "Spam")]
    act = place.act(Deed.WARN, "Please be kind.")
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert (place.said[0].whom, place.said[0].text) == ("2", act.text)
    assert run(place.client(settings), find(place, act)) == done
