"""Facebook and Instagram: answers under posts and comments, posts with pictures, hiding, deleting, one page's token."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.settings import Settings
from sources.acting.base import Deed, Picture
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.facebook import FacebookPlace, InstagramPlace
from tests.sources.acting.servers.place import Place
from tests.sources.acting.story import code_of, do, find, look, run, undo


def test_a_post_of_the_page_has_its_pictures_with_their_words(start: Start, settings: Settings) -> None:
    place = start(FacebookPlace)
    pictures = (Picture("a.png", "image/png", b"\x89PNG", "A red door"), Picture("b.jpg", "image/jpeg", b"2"))
    act = place.act(Deed.PUBLISH, "Version 9 is here.", pictures=pictures)
    assert run(place.client(settings), look(place, act)).text == ""
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert said.pictures == [("image/png", b"\x89PNG", "A red door"), ("image/jpeg", b"2", "")]
    assert (said.id, done.url) == (done.id, f"https://www.facebook.com/our.page/posts/{done.id}")
    found = run(place.client(settings), find(place, act))
    assert found is not None
    assert found.id == done.id
    run(place.client(settings), undo(place, act, done))
    assert place.said == []
    big = replace(act, pictures=(Picture("c.png", "image/png", b"x" * 4_000_001),))
    assert code_of(place.client(settings), do(place, big)).code == "bad_picture"


@pytest.mark.parametrize(("kind", "post"), [(FacebookPlace, "1000_77"), (InstagramPlace, InstagramPlace.media)])
def test_an_answer_under_the_post_itself(start: Start, settings: Settings, kind: type[Place], post: str) -> None:
    place = start(kind)
    act = place.act(target=post)
    assert run(place.client(settings), look(place, act)).text == place.parent
    done = run(place.client(settings), do(place, act))
    assert [(said.parent, said.id) for said in place.said] == [(post, done.id)]
    found = run(place.client(settings), find(place, act))
    assert found is not None
    assert found.id == done.id


@pytest.mark.parametrize("kind", [FacebookPlace, InstagramPlace])
def test_a_comment_is_hidden_shown_and_deleted(start: Start, settings: Settings, kind: type[Place]) -> None:
    place = start(kind)
    assert isinstance(place, FacebookPlace)
    hide, remove = place.act(Deed.HIDE, ""), place.act(Deed.REMOVE, "")
    assert run(place.client(settings), find(place, hide)) is None
    done = run(place.client(settings), do(place, hide))
    assert place.hidden == {place.target}
    assert run(place.client(settings), find(place, hide)) is not None
    run(place.client(settings), undo(place, hide, done))
    assert place.hidden == set()
    assert run(place.client(settings), find(place, remove)) is None
    run(place.client(settings), do(place, remove))
    assert run(place.client(settings), look(place, remove)).gone
    assert run(place.client(settings), find(place, remove)) is not None


@pytest.mark.parametrize("kind", [FacebookPlace, InstagramPlace])
def test_the_token_of_one_page_is_not_lent_to_another(start: Start, settings: Settings, kind: type[Place]) -> None:
    place = start(kind)
    other = place.act(account="another.page")
    assert code_of(place.client(settings), do(place, other)).code == "no_write_credentials"
    assert code_of(place.client(settings), look(place, place.act(target="../me"))).code == "bad_address"
    assert place.requests == []
