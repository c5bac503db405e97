"""Trackers: which address names what, the form that is opened, and what each answers of an issue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from data.models import NewPost
from data.posts.ingest import add_posts
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from data.tickets.listing import make_ticket, save_ticket, tickets
from sources.errors import AddressError
from sources.http import Client
from sources.upkeep.trackers import (
    LONGEST_LINK,
    Outcome,
    Tracker,
    form_link,
    issue_of,
    read_due,
    read_issue,
    tracker_of,
)
from tests.conftest import NOW, Loopback


@pytest.mark.parametrize(
    ("address", "kind", "path"),
    [
        ("https://github.com/lumo/app", "github", "lumo/app"),
        ("https://github.com/lumo/app.git", "github", "lumo/app"),
        ("https://github.com/lumo/app/issues", "github", "lumo/app"),
        ("https://gitlab.com/lumo/apps/app/-/issues/new", "gitlab", "lumo/apps/app"),
        ("https://code.example/lumo/apps/app/-/issues", "gitlab", "lumo/apps/app"),
        ("https://codeberg.org/lumo/app/", "gitea", "lumo/app"),
    ],
)
def test_a_project_by_its_address(address: str, kind: str, path: str) -> None:
    found = tracker_of(address)
    assert (found.kind, found.path) == (kind, path)


@pytest.mark.parametrize(
    ("address", "kind", "path", "number"),
    [
        ("https://github.com/lumo/app/issues/12#issuecomment-1", "github", "lumo/app", 12),
        ("https://gitlab.com/lumo/apps/app/-/issues/7", "gitlab", "lumo/apps/app", 7),
        ("https://gitlab.com/lumo/apps/app/-/work_items/7", "gitlab", "lumo/apps/app", 7),
        ("https://code.example:8443/lumo/app/issues/3/", "gitea", "lumo/app", 3),
    ],
)
def test_an_issue_by_its_address(address: str, kind: str, path: str, number: int) -> None:
    tracker, found = issue_of(address)
    assert (tracker.kind, tracker.path, found) == (kind, path, number)


@pytest.mark.parametrize(
    "address", ["", "lumo/app", "https://github.com/lumo", "ftp://github.com/a/b", "https://me:pass@github.com/a/b"]
)
def test_what_is_no_project(address: str) -> None:
    with pytest.raises(AddressError):
        tracker_of(address)
    with pytest.raises(AddressError):
        issue_of(address)


def test_the_form_is_given_the_words_as_far_as_they_go() -> None:
    body = "> L’autonomie & le reste\n> — user-1 <https://a.example/1>"
    link, whole = form_link(Tracker("github", "https://github.com", "lumo/app"), "Battery & more", body)
    asked = parse_qs(urlsplit(link).query)
    assert whole
    assert asked == {"title": ["Battery & more"], "body": [body]}
    link, whole = form_link(Tracker("gitlab", "https://gitlab.com", "a/b/c"), "x", "\n".join(["é" * 90] * 100))
    assert not whole
    assert len(link) <= LONGEST_LINK
    assert link.startswith("https://gitlab.com/a/b/c/-/issues/new?")
    assert set(parse_qs(urlsplit(link).query)["issue[description]"][0]) == {"é", "\n"}


CLOSED = "2026-06-10T08:00:00Z"
SAID = {
    "/github/repos/lumo/app/issues/1": {"state": "open"},
    "/github/repos/lumo/app/issues/2": {
        "state": "closed",
        "closed_at": "2026-06-10T08:00:00Z",
        "state_reason": "completed",
    },
    "/github/repos/lumo/app/issues/3": {
        "state": "closed",
        "closed_at": "2026-06-10T08:00:00Z",
        "state_reason": "not_planned",
    },
    "/github/repos/lumo/app/issues/4": {"state": "sleeping"},
    "/gitlab/projects/lumo%2Fapps%2Fapp/issues/7": {"state": "closed", "closed_at": "2026-06-11T08:00:00.000Z"},
    "/gitea/repos/lumo/app/issues/3": {"state": "open"},
    "/enterprise/repos/lumo/app/issues/9": {"state": "closed", "closed_at": "2026-06-12T08:00:00Z"},
}


@pytest.fixture
def bases(serve: Callable[..., Loopback]) -> dict[str, str]:
    async def answer(request: web.Request) -> web.Response:
        if request.raw_path.endswith("/issues/5"):
            return web.Response(status=500)
        said = SAID.get(request.raw_path)
        return web.json_response(said) if said is not None else web.Response(status=404, text="{}")

    url = serve(answer).url
    return {
        "github": f"{url}/github",
        "gitlab@gitlab.com": f"{url}/gitlab",
        "gitea@code.example": f"{url}/gitea",
        "github@code.example": f"{url}/enterprise",
    }


DAY = datetime(2026, 6, 10, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("https://github.com/lumo/app/issues/1", Outcome("open")),
        ("https://github.com/lumo/app/issues/2", Outcome("done", DAY)),
        ("https://github.com/lumo/app/issues/3", Outcome("declined", DAY)),
        ("https://gitlab.com/lumo/apps/app/-/issues/7", Outcome("done", DAY.replace(day=11))),
        ("https://code.example/lumo/app/issues/3", Outcome("open")),
        (
            "https://code.example/lumo/app/issues/9",
            Outcome("done", DAY.replace(day=12)),
        ),  # GitHub's own server
    ],
)
def test_what_became_of_an_issue(address: str, outcome: Outcome, bases: dict[str, str], settings: Settings) -> None:
    async def read() -> Outcome:
        async with Client(settings, base_urls=bases) as client:
            return await read_issue(client, address, NOW)

    assert asyncio.run(read()) == outcome


def test_those_that_are_due_are_read_and_one_that_fails_stops_none(
    bases: dict[str, str], settings: Settings, store: Store
) -> None:
    with store.write() as connection:
        source, _is_new = add_source(connection, "feed", "https://a.example/feed", NOW)
        add_posts(connection, source.id, [NewPost("feed", "p", "It drains", None, published_at=NOW)], NOW)
        post = connection.exec_driver_sql("SELECT id FROM post").scalar_one()
    for number in (1, 2, 4, 5, 6):
        made = make_ticket(store, [post], f"Ticket {number}", NOW)
        with store.read() as connection:
            held = next(one for one in tickets(connection) if one.id == made)
        save_ticket(store, replace(held, url=f"https://github.com/lumo/app/issues/{number}"), held)
    given = replace(settings, base_urls=tuple(f"{name}={base}" for name, base in bases.items()))
    assert asyncio.run(read_due(store, given, lambda: NOW)) == 5
    with store.read() as connection:
        told = {one.title[-1]: (one.outcome, one.error) for one in tickets(connection)}
    assert told == {
        "1": ("open", ""),
        "2": ("done", ""),
        "4": ("", "bad_answer"),
        "5": ("", "server_error"),
        "6": ("gone", ""),
    }
