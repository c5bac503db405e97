"""Places asked of their networks: loopback servers that answer, refuse, ask to wait, answer too much, or nonsense.

None of these was ever run against the live services.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from data.credentials import Credentials
from data.settings import Settings
from sources.errors import AddressError
from sources.http import Client
from sources.places.look import Look, behaviour_in, look_at_place
from sources.places.rules import read_rules, rules_link, words_of_page
from sources.places.search import Answered, search_places, server_of
from tests.conftest import NOW, Loopback
from tests.replay import credentials

Serve = Callable[[Any], Loopback]
LEMMY = {
    "communities": [
        {
            "community": {
                "name": "Clubs",
                "actor_id": "https://lemmy.ml/c/Clubs",
                "description": "# <script>alert(1)</script>Clubs and [their](javascript:x) tools",
            },
            "counts": {"subscribers": 120, "users_active_month": 14},
        },
        {"community": {"name": "gone", "actor_id": "https://lemmy.ml/c/gone", "removed": True}},
        {"community": {"name": "adult", "actor_id": "https://lemmy.ml/c/adult", "nsfw": True}},
        {"community": {"name": "bad", "actor_id": "javascript:alert(1)"}},
    ]
}
TAGS = {
    "hashtags": [
        {"name": "clubs", "history": [{"day": "1", "uses": "12", "accounts": "7"}]},
        {"name": "clubsolo", "history": [{"day": "1", "uses": "90", "accounts": "1"}]},
        {"name": "clubsdead", "history": []},
        {"name": ["no"], "history": "no"},
    ]
}
CATEGORIES = {
    "category_list": {
        "categories": [
            {"id": 4, "name": "Clubs", "slug": "clubs", "description": "<b>Tools</b> of clubs", "topics_month": 9},
            {"id": 5, "name": "Staff clubs", "slug": "staff", "read_restricted": True},
            {"id": 6, "name": "Cooking", "slug": "cooking", "subcategory_list": [{"id": 7, "name": "Clubs of cooks"}]},
        ]
    }
}


class Server:
    """One server of any of the networks. `mood`: "" answers, refuse, wait, huge, broken, or wrong (another form)."""

    def __init__(self, mood: str = "") -> None:
        self.mood = mood
        self.pages: dict[str, Any] = {
            "/api/v3/site": {"version": "0.19.5", "site_view": {"site": {"sidebar": "No ads on this server."}}},
            "/api/v3/search": LEMMY,
            "/api/v2/search": TAGS,
            "/api/v1/trends/tags": [{"name": "BookClubs", "history": [{"uses": "30", "accounts": "20"}]}],
            "/categories.json": CATEGORIES,
        }

    async def __call__(self, request: web.Request) -> web.Response:
        if self.mood == "refuse":
            return web.Response(status=403)
        if self.mood == "wait":
            return web.Response(status=429, headers={"Retry-After": "40"})
        if self.mood == "huge":
            return web.Response(body=b"[" + b"1," * 2_000_000)
        if self.mood == "broken":
            return web.Response(body=b'{"hashtags": [')
        if self.mood == "wrong":
            return web.json_response(["something", "else"])
        page = self.pages.get(request.path)
        if isinstance(page, str):
            return web.Response(text=page, content_type="text/html")
        return web.json_response(page) if page is not None else web.Response(status=404)


def asked(settings: Settings, network: str, server: str, given: Credentials | None = None, **bases: str) -> Answered:
    async def run() -> list[Answered]:
        async with Client(settings, given or Credentials(), base_urls=bases) as client:
            return await search_places(client, "clubs", {network: [server]}, NOW)

    (answer,) = asyncio.run(run())
    return answer


def looked(settings: Settings, kind: str, address: str) -> Look:
    async def run() -> Look:
        async with Client(settings, preview=True) as client:
            return await look_at_place(client, kind, address, NOW)

    return asyncio.run(run())


def test_communities_of_lemmy_that_can_be_gone_to(serve: Serve, settings: Settings) -> None:
    answer = asked(settings, "lemmy", serve(Server()).url)
    (found,) = answer.results
    assert (found.place.address, found.place.title) == ("https://lemmy.ml/c/clubs", "!Clubs@lemmy.ml")
    assert (found.members, found.lately) == (120, 14)
    assert found.about == "# Clubs and [their](javascript:x) tools"  # words: `escape` makes them harmless


def test_hashtags_that_several_people_use(serve: Serve, settings: Settings) -> None:
    here = serve(Server())
    answer = asked(settings, "mastodon", here.url)
    assert [(one.place.title, one.lately) for one in answer.results] == [("#BookClubs", 30), ("#clubs", 12)]
    assert answer.results[1].place.address == f"{here.url}/tags/clubs"


def test_categories_of_a_forum_that_speak_of_the_theme(serve: Serve, settings: Settings) -> None:
    server = Server()
    here = serve(server)
    answer = asked(settings, "discourse", here.url)
    assert [one.place.address for one in answer.results] == [f"{here.url}/c/clubs/4", f"{here.url}/c/-/7"]
    assert answer.results[0].about == "Tools of clubs"
    # A forum that keeps its list of categories tells them with the site.
    del server.pages["/categories.json"]
    server.pages["/site.json"] = {"categories": CATEGORIES["category_list"]["categories"]}
    assert len(asked(settings, "discourse", here.url).results) == 2


@pytest.mark.parametrize("network", ["lemmy", "mastodon", "discourse"])
@pytest.mark.parametrize(
    ("mood", "code"),
    [
        ("refuse", "forbidden"),
        ("wait", "too_many_requests"),
        ("huge", "too_large"),
        ("broken", "bad_answer"),
        ("wrong", "bad_answer"),
    ],
)
def test_a_server_that_does_not_answer_says_why(
    network: str, mood: str, code: str, serve: Serve, settings: Settings
) -> None:
    answer = asked(replace(settings, max_feed_bytes=1_000_000), network, serve(Server(mood)).url)
    assert answer.results == ()
    assert answer.problem is not None
    assert answer.problem.code == code


def test_a_server_that_is_down_keeps_no_other_waiting(serve: Serve, settings: Settings) -> None:
    down = serve(Server())
    down.close()

    async def run() -> list[Answered]:
        async with Client(settings) as client:
            return await search_places(client, "clubs", {"lemmy": [down.url, serve(Server()).url]}, NOW)

    first, second = asyncio.run(run())
    assert first.problem is not None
    assert first.problem.code == "unreachable"
    assert len(second.results) == 1


KEYS = credentials({"reddit": {"client_id": "us", "client_secret": "secret"}})
SUBREDDITS = [
    {"display_name": "SmallClubs", "public_description": "Clubs", "subscribers": 800, "subreddit_type": "public"},
    {"display_name": "secretclubs", "subreddit_type": "private", "subscribers": 3},
    {"display_name": "adultclubs", "over18": True, "subreddit_type": "public"},
]
RULES = [{"short_name": "No self-promotion", "description": "Ask **first**.", "kind": "all", "violation_reason": "x"}]


class Reddit:
    """Reddit as PRAW meets it. `mood` as of Server."""

    def __init__(self, mood: str = "") -> None:
        self.mood = mood

    async def __call__(self, request: web.Request) -> web.Response:
        if request.path.endswith("access_token"):
            return web.json_response({"access_token": "t", "expires_in": 3600, "scope": "*", "token_type": "bearer"})
        if self.mood == "refuse":
            return web.Response(status=403)
        if self.mood == "wait":
            return web.Response(status=429, headers={"Retry-After": "40"})
        if self.mood == "broken":
            return web.Response(text="<html>", content_type="application/json")
        if request.path.endswith("/about/rules"):
            return web.json_response({"rules": RULES, "site_rules": []})
        children = [
            {"kind": "t5", "data": {"id": f"a{n}", "name": f"t5_a{n}", **one}} for n, one in enumerate(SUBREDDITS)
        ]
        return web.json_response({"kind": "Listing", "data": {"children": children, "after": None}})


def test_subreddits_by_theme_and_their_rules(serve: Serve, settings: Settings) -> None:
    here = serve(Reddit())
    bases = {"reddit": here.url, "reddit_login": here.url}
    (found,) = asked(settings, "reddit", "", KEYS, **bases).results
    assert (found.place.address, found.members) == ("https://www.reddit.com/r/smallclubs", 800)

    async def rules() -> str:
        async with Client(settings, KEYS, base_urls=bases) as client:
            return (await read_rules(client, "reddit", found.place.address, NOW)).text

    assert asyncio.run(rules()) == "1. No self-promotion\nAsk **first**."


@pytest.mark.parametrize(
    ("mood", "code"), [("refuse", "forbidden"), ("wait", "too_many_requests"), ("broken", "bad_answer")]
)
def test_reddit_that_does_not_answer_says_why(mood: str, code: str, serve: Serve, settings: Settings) -> None:
    here = serve(Reddit(mood))
    answer = asked(settings, "reddit", "", KEYS, reddit=here.url, reddit_login=here.url)
    assert answer.problem is not None
    assert answer.problem.code == code


def test_reddit_is_not_asked_without_credentials(serve: Serve, settings: Settings) -> None:
    here = serve(Reddit())
    answer = asked(settings, "reddit", "", reddit=here.url, reddit_login=here.url)
    assert answer.problem is not None
    assert answer.problem.code == "no_credentials"
    assert here.requests == []


def test_rules_where_each_network_keeps_them(serve: Serve, settings: Settings) -> None:
    server = Server()
    here = serve(server)
    server.pages |= {
        "/api/v3/community": {"community_view": {"community": {"description": "Be kind. No spam."}}},
        "/api/v1/instance/rules": [{"id": "1", "text": "No advertising", "hint": "Not even once"}, {"text": None}],
        "/guidelines": "<nav>Menu</nav><div id='main-outlet'><h1>Rules</h1><p>No ads.</p><script>x()</script></div>",
    }
    told = {
        ("lemmy", f"{here.url}/c/clubs"): "Be kind. No spam.\n\nNo ads on this server.",
        ("hashtag", f"{here.url}/tags/clubs"): "1. No advertising\nNot even once",
        ("discourse", f"{here.url}/c/clubs/4"): "Rules\nNo ads.",
    }
    for (kind, address), words in told.items():
        seen = looked(settings, kind, address)
        assert seen.rules is not None, kind
        assert seen.rules.text == words


def test_rules_are_found_by_a_link_of_the_home_page_and_robots_are_obeyed(serve: Serve, settings: Settings) -> None:
    server = Server()
    here = serve(server)
    server.pages |= {
        "/": '<a href="https://elsewhere.example/rules">Rules</a> <a href="/charte">La charte du forum</a>',
        "/charte": "<main>Pas de publicité.</main>",
    }
    seen = looked(settings, "forum", here.url)
    assert seen.rules is not None
    assert (seen.rules.text, seen.rules.url) == ("Pas de publicité.", f"{here.url}/charte")
    server.pages["/robots.txt"] = "User-agent: *\nDisallow: /charte"
    seen = looked(settings, "forum", here.url)
    assert seen.rules is None
    assert "robots" in {one.code for one in seen.problems}


@pytest.mark.parametrize("kind", ["discord", "slack", "matrix", "group"])
def test_closed_places_are_not_asked(kind: str, serve: Serve, settings: Settings) -> None:
    here = serve(Server())
    assert [one.code for one in looked(settings, kind, here.url).problems] == ["closed_network"]
    assert here.requests == []


def test_hostile_pages_of_rules(serve: Serve, settings: Settings) -> None:
    assert words_of_page(b"<div>" * 100_000 + b"<p>Be kind</p>") is not None
    assert words_of_page("Sois aimable, s’il te plaît".encode()) == "Sois aimable, s’il te plaît"
    assert rules_link(b"<a href='javascript:alert(1)'>Rules</a>", "https://a.example/") == ""
    server = Server()
    here = serve(server)
    server.pages["/guidelines"] = "<main>" + "No ads. " * 100_000 + "</main>"
    seen = looked(settings, "discourse", here.url)
    assert seen.rules is not None
    assert len(seen.rules.text) == 20_000


def test_a_look_reads_the_pace_and_what_becomes_of_questions(serve: Serve, settings: Settings) -> None:
    server = Server()
    here = serve(server)

    def view(number: int, title: str, comments: int, hours: int) -> dict[str, Any]:
        return {
            "post": {
                "id": number,
                "name": title,
                "ap_id": f"{here.url}/post/{number}",
                "published": (NOW - timedelta(hours=hours)).isoformat(),
            },
            "creator": {"name": f"person{number % 3}", "actor_id": f"{here.url}/u/p"},
            "community": {"name": "clubs", "title": "Clubs"},
            "counts": {"score": 1, "comments": comments},
        }

    server.pages["/api/v3/post/list"] = {
        "posts": [
            view(1, "Which tool?", 0, 2),  # too young to say that nobody answers
            view(2, "Which tool for dues?", 4, 24),
            view(3, "Anybody there?", 0, 48),
            view(4, "Our autumn fair", 0, 74),
        ]
    }
    seen = looked(settings, "lemmy", f"{here.url}/c/clubs")
    assert seen.there is not None
    assert (seen.there.posts, seen.there.days, seen.there.people) == (3, 3.0, 3)
    assert seen.there.a_day == 1.0
    assert (seen.there.questions, seen.there.answered) == (2, 1)
    assert seen.there.unread
    assert seen.sample[0] == "Which tool?"
    assert [one.code for one in seen.problems] == ["not_found"]  # its rules, which cost the posts nothing


def test_one_post_tells_no_pace() -> None:
    assert behaviour_in((), NOW).a_day is None


def test_what_a_person_types_as_a_server() -> None:
    assert server_of(" lemmy.world/ ") == "https://lemmy.world"
    for wrong in ("ftp://a.example", "a b", "https://me:secret@"):
        with pytest.raises(AddressError):
            server_of(wrong)


def test_nothing_reaches_a_private_network(settings: Settings, serve: Serve) -> None:
    here = serve(Server())
    guarded = replace(settings, allow_private_network=False)
    answer = asked(guarded, "lemmy", here.url)
    assert answer.problem is not None
    assert answer.problem.code == "private_address"
    assert here.requests == []


def test_an_answer_is_bounded(serve: Serve, settings: Settings) -> None:
    server = Server()
    many = [
        {"community": {"name": f"clubs{n}", "actor_id": f"https://lemmy.ml/c/clubs{n}", "description": "x" * 9_000}}
        for n in range(300)
    ]
    server.pages["/api/v3/search"] = json.loads(json.dumps({"communities": many}))
    answer = asked(settings, "lemmy", serve(server).url)
    assert len(answer.results) == 20
    assert max(len(one.about) for one in answer.results) == 300
