"""Reddit: both ways to sign in, posts, moderating with the subreddit's own reasons, warnings, nothing sent twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from data.settings import Settings
from sources.acting.base import Deed, Picture
from tests.conftest import NOW
from tests.replay import cassette
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.place import Said
from tests.sources.acting.servers.reddit import REASON, RedditPlace
from tests.sources.acting.story import code_of, do, find, look, run, undo


def test_a_script_app_signs_in_with_name_and_password(start: Start, settings: Settings) -> None:
    place = start(RedditPlace)
    keys = {"client_id": "app", "client_secret": "app-secret", "username": "us", "password": "pass"}
    run(place.client(settings, keys), do(place, place.act()))
    assert len(place.said) == 1
    lacking = {"client_id": "app", "client_secret": "app-secret", "username": "us"}
    assert code_of(place.client(settings, lacking), do(place, place.act())).code == "no_write_credentials"


def test_a_post_of_a_subreddit_is_found_by_its_place_title_and_words(start: Start, settings: Settings) -> None:
    place = start(RedditPlace)
    act = place.act(Deed.PUBLISH, "**Version 9** is here.\n\n* one\n* two")
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert (said.parent, said.title, said.text, said.id) == ("ours", act.title, act.text, done.id)
    for found, other in (
        (True, act),
        (False, replace(act, title="Another title")),
        (False, replace(act, place="r/elsewhere")),
        (False, replace(act, text="Other words")),
    ):
        assert (run(place.client(settings), find(place, other)) is not None) is found
    run(place.client(settings), undo(place, act, done))
    assert place.said == []
    picture = replace(act, pictures=(Picture("a.png", "image/png", b"x", "alt"),))
    assert code_of(place.client(settings), do(place, picture)).code == "not_offered"
    assert code_of(place.client(settings), do(place, replace(act, place="no such/place"))).code == "place_unknown"
    assert place.said == []


@pytest.mark.parametrize("deed", [Deed.LOCK, Deed.APPROVE, Deed.REMOVE])
def test_what_moderators_do_is_seen_and_taken_back(start: Start, settings: Settings, deed: Deed) -> None:
    place = start(RedditPlace)
    assert isinstance(place, RedditPlace)
    act = place.act(deed, "", reason="off topic")
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert run(place.client(settings), find(place, act)) is not None
    if deed is Deed.REMOVE:
        assert place.removed == {place.target: {"reason": REASON["id"], "note": ""}}
        run(place.client(settings), do(place, replace(act, reason="Something of our own")))
        assert place.removed[place.target]["note"] == "Something of our own"
    if deed in place.network.can_undo:
        run(place.client(settings), undo(place, act, done))
        assert run(place.client(settings), find(place, act)) is None


def test_a_warning_goes_to_the_author_alone_and_is_found_among_those_sent(start: Start, settings: Settings) -> None:
    place = start(RedditPlace)
    act = place.act(Deed.WARN, "Please stay on topic.", rule="Be kind", title="")
    run(place.client(settings), do(place, act))
    (said,) = place.said
    assert (said.whom, said.title, said.text) == ("them", "Be kind", "Please stay on topic.")
    assert run(place.client(settings), find(place, act)) is not None
    run(place.client(settings), do(place, place.act(Deed.REPORT, "", reason="x" * 150)))
    assert place.reports == [(place.target, "x" * 100)]


def test_a_fault_of_the_server_is_not_sent_again(start: Start, settings: Settings) -> None:
    place = start(RedditPlace)
    place.mood = "server_error"
    assert code_of(place.client(settings), do(place, place.act())).code == "server_error"
    assert len([path for path in place.requests if path.startswith("/api/comment")]) == 1


def test_the_comment_before_ours_is_another(start: Start, settings: Settings) -> None:
    place = start(RedditPlace)
    act = place.act()
    place.said.append(Said("t1_x", act.text, "t1_elsewhere"))
    assert run(place.client(settings), find(place, act)) is None
    place.said.append(Said("t1_y", act.text + "  \n", place.target))
    found = run(place.client(settings), find(place, act))
    assert found is not None
    assert (found.id, found.at) == ("t1_y", NOW)
    place.said.append(Said("t3_z", "A post", title="Of ours"))
    post = replace(act, target="t3_z")
    assert run(place.client(settings), look(place, post)).text == "A post"


@pytest.mark.corpora
@pytest.mark.parametrize(
    ("recording", "deed", "target"),
    [
        ("TestComment.test_report", Deed.REPORT, "t1_d0335z3"),
        ("TestCommentModeration.test_lock", Deed.LOCK, "t1_da2g6ne"),
    ],
)
def test_what_was_recorded_of_the_service_is_understood(
    start: Start, settings: Settings, corpora: Path, recording: str, deed: Deed, target: str
) -> None:
    """The recordings hold what was sent and answered; only the look at the thing, which they lack, is ours."""
    place = start(RedditPlace)
    replayed = cassette(corpora / "reddit_cassettes" / f"{recording}.json")
    recorded = json.loads((corpora / "reddit_cassettes" / f"{recording}.json").read_text(encoding="utf-8"))
    sent: list[tuple[str, dict[str, str]]] = []

    async def answer(request: web.Request) -> Any:
        if request.path.rstrip("/") == "/api/info":
            thing = place.thing(Said(target, "Words", "t3_root", author="them"))  # type: ignore[attr-defined]
            return web.json_response({"kind": "Listing", "data": {"children": [thing], "after": None}})
        sent.append((request.path, {str(k): str(v) for k, v in (await request.post()).items()}))
        return await replayed(request)

    place.answer = answer  # type: ignore[method-assign]
    act = place.act(deed, "", reason="custom", target=target)
    assert run(place.client(settings), do(place, act)).id == target
    ours = sent[-1]
    theirs = recorded["interactions"][-1]["request"]
    assert theirs["uri"].partition("?")[0].endswith(ours[0])
    assert "&".join(sorted(f"{k}={v}" for k, v in ours[1].items())) == "&".join(sorted(theirs["body"].split("&")))
