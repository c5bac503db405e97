"""YouTube: comments under videos, what a channel's owner does with others', tokens, and the day's quota."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.settings import Settings
from sources.acting.base import Deed
from sources.errors import SourceError
from sources.http import Client
from tests.conftest import NOW
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.youtube import VIDEO, YouTubePlace
from tests.sources.acting.story import code_of, do, find, look, run, undo


def test_an_answer_under_a_video_is_a_comment_of_its_own(start: Start, settings: Settings) -> None:
    place = start(YouTubePlace)
    act = place.act(target=VIDEO, target_url=f"https://www.youtube.com/watch?v={VIDEO}")
    assert run(place.client(settings), look(place, act)).text == place.parent
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert [(said.parent, said.id) for said in place.said] == [(VIDEO, done.id)]
    assert done.url == f"https://www.youtube.com/watch?v={VIDEO}&lc={done.id}"
    assert run(place.client(settings), find(place, act)) == done


def test_an_answer_to_a_reply_goes_below_the_comment(start: Start, settings: Settings) -> None:
    place = start(YouTubePlace)
    act = place.act(target=f"{place.target}.reply0000000000000000", target_url="")
    done = run(place.client(settings), do(place, act))
    assert [said.parent for said in place.said] == [place.target]
    assert run(place.client(settings), find(place, act)) == done


@pytest.mark.parametrize(
    ("deed", "state"), [(Deed.HIDE, "heldForReview"), (Deed.REMOVE, "rejected"), (Deed.APPROVE, "published")]
)
def test_what_a_channels_owner_does_is_seen(start: Start, settings: Settings, deed: Deed, state: str) -> None:
    place = start(YouTubePlace)
    assert isinstance(place, YouTubePlace)
    act = place.act(deed, "")
    place.states[place.target] = "published" if deed is not Deed.APPROVE else "heldForReview"
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert place.states == {place.target: state}
    assert run(place.client(settings), find(place, act)) is not None
    if deed in place.network.can_undo:
        run(place.client(settings), undo(place, act, done))
        assert place.states == {place.target: "published"}


def test_the_quota_is_counted_before_it_is_spent(start: Start, settings: Settings) -> None:
    place = start(YouTubePlace)
    assert isinstance(place, YouTubePlace)
    tight = replace(settings, youtube_daily_quota=101)

    async def three(client: Client) -> list[str]:
        told = []
        for number in range(3):
            try:
                told.append((await place.network.do(client, place.act(text=f"No. {number}"), NOW)).id)
            except SourceError as error:
                told.append(error.code)
        return told

    told = run(place.client(tight), three)
    assert told[2] == "quota"
    assert (len(place.said), place.renewals) == (2, 1)  # 1 unit to know the channel, 50 for each comment


def test_a_token_that_was_taken_back_is_named(start: Start, settings: Settings) -> None:
    place = start(YouTubePlace)
    keys = {**place.keys, "refresh_token": "taken back"}
    assert code_of(place.client(settings, keys), look(place, place.act())).code == "expired_token"
