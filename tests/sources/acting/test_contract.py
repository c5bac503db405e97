"""The contract of every network that can be written to: one story, told at each of them through the real client."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from data.credentials import BY_SERVER, SERVICES, WRITING
from data.settings import Settings
from sources.acting.base import Deed, Target
from sources.acting.networks import NETWORKS
from sources.credential_checks import check_all_credentials
from sources.errors import NetworkError
from sources.http import Client
from tests.conftest import NOW
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.bluesky import BlueskyPlace
from tests.sources.acting.servers.discourse import DiscoursePlace
from tests.sources.acting.servers.facebook import FacebookPlace, InstagramPlace
from tests.sources.acting.servers.github import GitHubPlace
from tests.sources.acting.servers.lemmy import LemmyPlace
from tests.sources.acting.servers.place import WAIT, Place
from tests.sources.acting.servers.reddit import RedditPlace
from tests.sources.acting.servers.youtube import YouTubePlace
from tests.sources.acting.story import code_of, do, find, look, run, undo

PLACES: dict[str, type[Place]] = {
    place.kind: place
    for place in (
        BlueskyPlace,
        RedditPlace,
        DiscoursePlace,
        LemmyPlace,
        GitHubPlace,
        YouTubePlace,
        FacebookPlace,
        InstagramPlace,
    )
}
EVERY = pytest.mark.parametrize("kind", PLACES)


def test_every_network_of_the_table_is_told_here() -> None:
    assert set(PLACES) == set(NETWORKS) - {"mastodon"}
    assert all(network.service in WRITING and network.deeds >= network.can_undo for network in NETWORKS.values())


@EVERY
def test_an_answer_stands_under_its_post_and_is_found_again(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    act = place.act()
    assert run(place.client(settings), look(place, act)) == Target(place.collected)
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert (said.text, said.parent, said.id) == (act.text, place.target, done.id)
    assert done.url.startswith("http")
    found = run(place.client(settings), find(place, act))
    assert found is not None
    assert found.id == done.id
    other = replace(act, text="Something else", key="act-0002")
    assert run(place.client(settings), find(place, other)) is None


@EVERY
def test_an_answer_that_was_lost_on_the_way_is_found_and_not_doubled(
    kind: str, start: Start, settings: Settings
) -> None:
    place = start(PLACES[kind])
    act, place.mood = place.act(), "silent"
    error = code_of(place.client(settings), do(place, act))
    assert isinstance(error, NetworkError), error
    assert error.code == "timeout"
    place.mood = ""
    done = run(place.client(settings), find(place, act))
    assert done is not None
    assert [said.id for said in place.said] == [done.id]


@EVERY
def test_what_somebody_else_or_an_earlier_day_said_is_not_ours(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    act = place.act()
    run(place.client(settings), do(place, act))
    place.said[0].author = "somebody"
    if kind != "bluesky":  # whose records lie in one's own repository, under the act's key
        assert run(place.client(settings), find(place, act)) is None
    place.said[0].author, place.said[0].at = "us", NOW - timedelta(days=1)
    if kind != "bluesky":
        assert run(place.client(settings), find(place, act)) is None


@EVERY
def test_each_refusal_is_named_and_leaves_nothing(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    act = place.act()
    assert {"may_not_write", "too_many_requests"} <= place.refusals.keys()
    for mood in place.refusals:
        place.mood = mood
        error = code_of(place.client(settings), do(place, act))
        assert error.code == mood, error
        if mood == "too_many_requests":
            assert error.retry_after == WAIT
    assert place.said == []
    place.mood = ""
    assert run(place.client(settings), find(place, act)) is None


@EVERY
def test_bad_credentials_and_those_for_reading_write_nothing(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    act = place.act()
    wrong = dict.fromkeys(place.keys, "wrong" * 3)
    for work in (look, do):
        error = code_of(place.client(settings, wrong), work(place, act))
        assert error.code in {"bad_credentials", "expired_token"}, error
        assert all(value not in str(error) for value in wrong.values())
    before = len(place.requests)
    reading = place.service.removesuffix("_write")
    for_reading = dict.fromkeys(SERVICES.get(reading, ("token",)), "of reading")
    for work in (look, find, do):
        error = code_of(place.client(settings, for_reading, reading), work(place, act))
        assert error.code == "no_write_credentials"
    assert len(place.requests) == before
    assert place.said == []


@EVERY
def test_a_target_that_was_edited_closed_or_removed_is_seen(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    act = place.act()
    before = run(place.client(settings), look(place, act)).text
    place.parent = "I have changed my mind <b>é</b> & more"
    after = run(place.client(settings), look(place, act)).text
    assert after == place.collected != before
    if kind != "youtube":  # which tells of comments that are closed only when one is written
        place.closed = True
        assert run(place.client(settings), look(place, act)).locked
    place.closed, place.gone = False, True
    assert run(place.client(settings), look(place, act)).gone


@EVERY
def test_what_is_not_offered_or_too_long_is_not_sent(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    network = place.network
    assert network.longest
    assert network.length("a" * network.longest) == network.longest
    long = place.act(text="a" * (network.longest + 1))
    assert code_of(place.client(settings), do(place, long)).code == "too_long"
    for deed in sorted(set(Deed) - network.deeds):
        assert code_of(place.client(settings), do(place, place.act(deed))).code == "not_offered"
    assert place.said == []


@EVERY
def test_an_answer_can_be_taken_back(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    act = place.act()
    done = run(place.client(settings), do(place, act))
    run(place.client(settings), undo(place, act, done))
    assert place.said == []
    assert run(place.client(settings), find(place, act)) is None


@EVERY
@pytest.mark.corpora
def test_words_arrive_as_they_are(kind: str, start: Start, settings: Settings, corpora: Path) -> None:
    place = start(PLACES[kind])
    naughty = json.loads((corpora / "hostile" / "blns.json").read_text(encoding="utf-8"))
    payloads = (corpora / "hostile" / "xss.txt").read_text(encoding="utf-8").splitlines()
    texts = [text for text in [*naughty[::24], *payloads[::150]] if text.strip() and len(text) < 250]
    texts += ["Ça marche 👩‍👩‍👧 : « oui »\n\n- un\n- deux\n", "a" * 200 + "é"]

    async def written(client: Client, first: int) -> None:
        for number, text in enumerate(texts[first : first + 8], first):
            act = place.act(text=text, key=f"act-{number}")
            done = await place.network.do(client, act, NOW)
            found = await place.network.find(client, replace(act, first_try=NOW), NOW) if number % 5 == 0 else done
            assert found == done or (found is not None and found.id == done.id), text

    for first in range(0, len(texts), 8):  # a client paces itself: one alone would wait for its turn
        run(place.client(settings), partial(written, first=first))
    assert [said.text for said in place.said] == texts
    assert len(texts) > 20


def test_services_by_server_name_one() -> None:
    assert {service for service in BY_SERVER if service in WRITING} == {
        "mastodon_write",
        "discourse_write",
        "lemmy_write",
    }


@EVERY
def test_signing_in_is_checked_without_writing(kind: str, start: Start, settings: Settings) -> None:
    place = start(PLACES[kind])
    for given, code in ((None, ""), (dict.fromkeys(place.keys, "wrong" * 3), "refused")):
        checks = run(place.client(settings, given), lambda client: check_all_credentials(client, NOW))
        (check,) = [one for one in checks if one.service == place.service and one.configured]
        assert check.account == place.account
        assert ("refused" if check.error else "") == code, check.error
        assert not check.error or check.error.code in {"bad_credentials", "expired_token"}
    assert place.said == []
