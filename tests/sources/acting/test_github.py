"""GitHub: comments on issues and in discussions, hiding with a reason, deleting, locking, and servers of one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.settings import Settings
from sources.acting.base import Deed
from tests.sources.acting.conftest import Start
from tests.sources.acting.servers.github import COMMENT, DISCUSSION, REPLY, GitHubPlace
from tests.sources.acting.story import code_of, do, find, look, run, undo

ISSUE_COMMENT = "ours/app/comment/50"


def test_an_issue_is_opened_once_and_found_again(start: Start, settings: Settings) -> None:
    place = start(GitHubPlace)
    act = place.act(Deed.PUBLISH, "Steps:\n1. open\n2. close")
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    (said,) = place.said
    assert (said.title, said.text, said.id) == (act.title, act.text, done.id)
    assert run(place.client(settings), find(place, act)) == done
    assert code_of(place.client(settings), do(place, replace(act, place="ours/app"))).code == "place_unknown"


def test_an_answer_to_a_comment_goes_to_its_issue(start: Start, settings: Settings) -> None:
    place = start(GitHubPlace)
    act = place.act(target=ISSUE_COMMENT)
    assert run(place.client(settings), look(place, act)).text == place.parent
    done = run(place.client(settings), do(place, act))
    assert [(said.parent, said.id) for said in place.said] == [("ours/app#12", done.id)]
    assert run(place.client(settings), find(place, act)) == done


@pytest.mark.parametrize(("target", "above"), [(DISCUSSION, DISCUSSION), (COMMENT, COMMENT), (REPLY, COMMENT)])
def test_an_answer_in_a_discussion_stands_under_its_comment(
    start: Start, settings: Settings, target: str, above: str
) -> None:
    place = start(GitHubPlace)
    act = place.act(target=target)
    assert run(place.client(settings), look(place, act)).text == place.parent
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert [(said.parent, said.id, said.text) for said in place.said] == [(above, done.id, act.text)]
    assert run(place.client(settings), find(place, act)) == done
    run(place.client(settings), undo(place, act, done))
    assert place.said == []
    place.closed = True
    assert run(place.client(settings), look(place, act)).locked
    assert code_of(place.client(settings), do(place, act)).code == "locked"
    place.closed, place.mood = False, "forbidden"
    assert code_of(place.client(settings), do(place, act)).code == "may_not_write"
    place.gone = True
    assert run(place.client(settings), look(place, act)).gone


def test_a_discussion_is_opened_in_its_category(start: Start, settings: Settings) -> None:
    place = start(GitHubPlace)
    act = place.act(Deed.PUBLISH, "What do you think?", place="discussions:ours/app#Q&A")
    done = run(place.client(settings), do(place, act))
    assert [(said.parent, said.title) for said in place.said] == [("DIC_2", act.title)]
    assert run(place.client(settings), find(place, act)) == done
    unknown = replace(act, place="discussions:ours/app#Nothing")
    assert code_of(place.client(settings), do(place, unknown)).code == "place_unknown"


@pytest.mark.parametrize("target", [ISSUE_COMMENT, COMMENT])
def test_a_comment_is_hidden_with_a_reason_and_shown_again(start: Start, settings: Settings, target: str) -> None:
    place = start(GitHubPlace)
    assert isinstance(place, GitHubPlace)
    act = place.act(Deed.HIDE, "", target=target, reason="spam")
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert list(place.minimized.values()) == ["SPAM"]
    assert run(place.client(settings), find(place, act)) is not None
    run(place.client(settings), undo(place, act, done))
    assert place.minimized == {}
    run(place.client(settings), do(place, replace(act, reason="of our own")))
    assert list(place.minimized.values()) == ["OFF_TOPIC"]


@pytest.mark.parametrize("target", [ISSUE_COMMENT, COMMENT])
def test_a_comment_is_deleted_for_good(start: Start, settings: Settings, target: str) -> None:
    place = start(GitHubPlace)
    act = place.act(Deed.REMOVE, "", target=target)
    run(place.client(settings), do(place, act))
    assert run(place.client(settings), find(place, act)) is not None
    assert run(place.client(settings), look(place, act)).gone
    assert Deed.REMOVE not in place.network.can_undo


@pytest.mark.parametrize("target", ["ours/app#12", ISSUE_COMMENT, DISCUSSION, COMMENT])
def test_a_thread_is_locked_and_unlocked(start: Start, settings: Settings, target: str) -> None:
    place = start(GitHubPlace)
    assert isinstance(place, GitHubPlace)
    act = place.act(Deed.LOCK, "", target=target, reason="too heated")
    assert run(place.client(settings), find(place, act)) is None
    done = run(place.client(settings), do(place, act))
    assert run(place.client(settings), find(place, act)) is not None
    assert set(place.locked.values()) == ({"too heated"} if "/" in target else {""})
    run(place.client(settings), undo(place, act, done))
    assert run(place.client(settings), find(place, act)) is None


@pytest.mark.parametrize(("deed", "target"), [(Deed.HIDE, "ours/app#12"), (Deed.REMOVE, "ours/app#12")])
def test_an_issue_itself_is_neither_hidden_nor_deleted(
    start: Start, settings: Settings, deed: Deed, target: str
) -> None:
    place = start(GitHubPlace)
    assert code_of(place.client(settings), do(place, place.act(deed, "", target=target))).code == "not_offered"


def test_a_token_goes_to_its_own_server(start: Start, settings: Settings) -> None:
    place = start(GitHubPlace)
    before = len(place.requests)
    elsewhere = place.act(target="git.example/ours/app#12")
    assert code_of(place.client(settings), do(place, elsewhere)).code == "no_write_credentials"
    assert len(place.requests) == before
