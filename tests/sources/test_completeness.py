"""Every post that a service offers is read, once, over as many checks as it takes, with a bounded number of requests.

The services are written by hand, with the habits of the real ones: pages, cursors, deleted posts, waits.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from data.credentials import Credentials
from data.models import Source
from data.settings import Settings
from sources.base import FetchResult
from sources.collect import SOURCES
from sources.errors import SourceError
from sources.http import Client
from tests.conftest import NOW, Loopback
from tests.replay import credentials

Serve = Callable[[Any], Loopback]


@dataclass
class Followed:
    """A source that is checked again and again, as `collect` would."""

    settings: Settings
    source: Source
    given: Credentials = field(default_factory=Credentials)
    bases: dict[str, str] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)  # how often each post was brought
    results: list[FetchResult] = field(default_factory=list)

    def check(self, now: datetime = NOW) -> FetchResult:
        async def run() -> FetchResult:
            async with Client(self.settings, self.given, base_urls=self.bases) as client:
                return await SOURCES[self.source.kind].fetch(client, self.source, now)

        result = asyncio.run(run())
        self.results.append(result)
        self.found.update(post.native_id for post in result.posts)
        kept = {k: v for k, v in result.changes.items() if k in {"cursor", "title", "etag", "note"}}
        back = {"back_to": None} if result.changes.get("back_to") == 0 else {}
        self.source = replace(self.source, **kept, **back)
        return result

    def until_done(self, most: int = 30) -> int:
        """Check until nothing is left to read; how many checks it took."""
        for number in range(1, most + 1):
            result = self.check()
            assert result.error is None
            if not result.more:
                return number
            assert result.changes.get("note", "reading") == "reading"
        raise AssertionError("it never ends")


def ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


# Discourse


class Forum:
    """A forum with one category. `topics` maps ids to hours since each post, the oldest first."""

    def __init__(self, topics: dict[int, list[float]]) -> None:
        self.topics = topics
        self.pinned: set[int] = set()
        self.private: set[int] = set()
        self.odd: dict[int, dict[str, Any]] = {}  # what is particular to single posts
        self.most = 1_000  # posts that one answer holds
        self.chunks: list[int] = []
        self.made: dict[tuple[int, int], list[dict[str, Any]]] = {}

    def posts(self, topic: int) -> list[dict[str, Any]]:
        key = (topic, len(self.topics[topic]))
        if key not in self.made:
            self.made[key] = self._make(topic)
        return self.made[key]

    def _make(self, topic: int) -> list[dict[str, Any]]:
        return [
            {
                "id": topic * 1_000 + n,
                "topic_id": topic,
                "topic_slug": "t",
                "post_number": n + 1,
                "post_type": 1,
                "username": "kim",
                "cooked": f"<p>Post {n} of {topic}</p>",
                "created_at": ago(hours),
                **self.odd.get(topic * 1_000 + n, {}),
            }
            for n, hours in enumerate(self.topics[topic])
        ]

    async def answer(self, request: web.Request) -> web.Response:
        parts = request.path.strip("/").split("/")
        if parts[0] in {"c", "tag"}:
            ranked = sorted(self.topics, key=lambda t: (t not in self.pinned, self.topics[t][-1]))
            page = int(request.query["page"])
            here = ranked[page * 30 : page * 30 + 30]
            rows = [{"id": t, "bumped_at": ago(self.topics[t][-1]), "pinned": t in self.pinned} for t in here]
            more = {"more_topics_url": "/c/x"} if ranked[page * 30 + 30 :] else {}
            return web.json_response({"topic_list": {"topics": rows, **more}})
        topic = int(parts[1].removesuffix(".json"))
        if topic in self.private:
            refusal = {"errors": ["You are not permitted"], "error_type": "invalid_access"}
            return web.json_response(refusal, status=403)
        if topic not in self.topics:
            return web.json_response({"error_type": "not_found"}, status=404)
        posts = self.posts(topic)
        if len(parts) == 2:
            stream = {"posts": posts[:20], "stream": [p["id"] for p in posts]}
            return web.json_response({"title": f"Topic {topic}", "views": 5, "post_stream": stream})
        asked = {int(i) for i in request.query.getall("post_ids[]")}
        self.chunks.append(len(asked))
        return web.json_response({"post_stream": {"posts": [p for p in posts if p["id"] in asked][: self.most]}})


def forum_of(settings: Settings, serve: Serve, forum: Forum, path: str) -> tuple[Followed, Loopback]:
    server = serve(forum.answer)
    return Followed(settings, Source(1, "discourse", f"{server.url}{path}")), server


def everything(forum: Forum, server: Loopback) -> set[str]:
    return {f"{server.url}/p/{p['id']}" for t in forum.topics if t not in forum.private for p in forum.posts(t)}


@pytest.mark.parametrize("path", ["/c/help/7", "/tag/pumps", "/c/home/garden/7"])
def test_a_category_is_read_topic_by_topic(path: str, settings: Settings, serve: Serve) -> None:
    forum = Forum({t: [t * 8 + 5.0, t * 8 + 4.0, t * 8 + 1.0] for t in range(1, 66)})
    forum.topics[40] = [700.0 - n for n in range(600)]  # a topic of 600 posts
    place, server = forum_of(settings, serve, forum, path)
    checks = place.until_done()
    assert set(place.found) == everything(forum, server)
    assert max(place.found.values()) == 1
    assert checks <= 2
    assert len(server.requests) <= 3 + 65 + 12 + 1
    assert max(forum.chunks) <= 50
    assert place.source.note == ""


def test_what_is_new_in_a_category_costs_little(settings: Settings, serve: Serve) -> None:
    forum = Forum({t: [t * 8 + 5.0, t * 8 + 1.0] for t in range(1, 66)})
    forum.pinned = {64}
    place, server = forum_of(settings, serve, forum, "/c/help/7")
    place.until_done()
    forum.topics[50] = [*forum.topics[50], 0.5, 0.25]  # an old topic goes on, and there is a new one
    forum.topics[66] = [0.2]
    server.requests.clear()
    result = place.check()
    assert set(place.found) == everything(forum, server)
    assert not result.more
    assert len(server.requests) <= 6


def test_a_long_topic_has_a_middle(settings: Settings, serve: Serve) -> None:
    forum = Forum({9: [2_000.0 - n for n in range(600)]})
    place, server = forum_of(settings, serve, forum, "/t/long/9")
    place.until_done()
    assert set(place.found) == everything(forum, server)
    assert len(server.requests) == 1 + 12
    forum.topics[9] += [0.1] * 70
    server.requests.clear()
    place.until_done()
    assert set(place.found) == everything(forum, server)
    assert len(server.requests) <= 4


def test_a_topic_longer_than_a_check_is_gone_on_with(settings: Settings, serve: Serve) -> None:
    forum = Forum({9: [20_000.0 - n for n in range(5_130)]})
    place, server = forum_of(settings, serve, forum, "/t/9")
    assert place.until_done() == 2
    assert set(place.found) == everything(forum, server)
    assert place.results[0].changes["note"] == "reading"


def test_answers_that_hold_fewer_posts_than_asked(settings: Settings, serve: Serve) -> None:
    forum = Forum({9: [500.0 - n for n in range(95)]})
    forum.most = 20
    place, server = forum_of(settings, serve, forum, "/t/9")
    place.until_done()
    assert set(place.found) == everything(forum, server)


def test_what_says_nothing_is_left_out_and_counted(settings: Settings, serve: Serve) -> None:
    forum = Forum({3: [50.0 - n for n in range(40)], 4: [3.0], 5: [2.0]})
    forum.odd = {
        3_001: {"hidden": True},
        3_002: {"post_type": 3, "cooked": ""},
        3_003: {"post_type": 4},
        3_030: {"user_deleted": True},
        3_031: {"post_type": 2, "cooked": "<p>A word of the staff</p>"},
    }
    forum.private = {4}
    place, server = forum_of(settings, serve, forum, "/c/help/7")
    place.until_done()
    left_out = {f"{server.url}/p/{i}" for i in (3_001, 3_002, 3_003, 3_030)}
    assert set(place.found) == everything(forum, server) - left_out
    assert place.results[0].left_out == 3
    assert place.results[0].removed == (f"{server.url}/p/3030",)
    assert place.source.note == "closed 1"


def test_a_forum_for_members_says_so(settings: Settings, serve: Serve) -> None:
    async def members_only(request: web.Request) -> web.Response:
        return web.json_response({"errors": ["You need to be logged in"], "error_type": "not_logged_in"}, status=403)

    for path in ("", "/c/help/7", "/t/9"):
        place = Followed(settings, Source(1, "discourse", serve(members_only).url + path))
        with pytest.raises(SourceError) as raised:
            place.check()
        assert raised.value.code == "login_needed"


def test_a_forums_newest_posts_go_on_past_a_window_that_is_not_public(settings: Settings, serve: Serve) -> None:
    public = [*range(1, 30), *range(400, 440)]

    async def answer(request: web.Request) -> web.Response:
        before = int(request.query.get("before", "440"))
        ids = [i for i in reversed(public) if before - 50 < i <= before]
        rows = [
            {"id": i, "topic_id": 1, "post_number": 2, "post_type": 1, "cooked": "x", "created_at": ago(500 - i)}
            for i in ids
        ]
        return web.json_response({"latest_posts": rows})

    server = serve(answer)
    place = Followed(settings, Source(1, "discourse", server.url, cursor='{"newest": 1}'))
    place.until_done()
    assert {int(i.rpartition("/")[2]) for i in place.found} == set(public)
    assert place.source.note == ""


# Stack Exchange


class Questions:
    """A site whose questions have `answers` each. It may ask to be left alone with every answer."""

    def __init__(self, answers: dict[int, int], backoff: int = 0) -> None:
        self.answers, self.backoff = answers, backoff
        self.active = {q: float(q) for q in answers}  # hours since
        self.at_first = dict(answers)
        self.tags: set[str] = set()

    async def answer(self, request: web.Request) -> web.Response:
        page, size = int(request.query["page"]), int(request.query["pagesize"])
        latest = int(request.query.get("max", "9" * 12))
        if page > 25:
            refusal = {"error_id": 403, "error_name": "access_denied", "error_message": "page above 25 requires a key"}
            return web.json_response(refusal, status=400)
        rows: list[dict[str, Any]] = []
        if request.path.endswith("/answers"):
            for q in (int(i) for i in request.path.split("/")[2].split(";")):
                rows += [
                    {"answer_id": q * 10_000 + n, "question_id": q, "body": "a", "creation_date": self.said(q, n)}
                    for n in range(self.answers[q])
                ]
            rows.sort(key=lambda row: -row["creation_date"])
            rows = [row for row in rows if row["creation_date"] <= latest]
        else:
            self.tags.add(request.query.get("tagged", ""))
            for q in sorted(self.answers, key=self.time, reverse=True):
                row = {"question_id": q, "title": "t", "body": "q", "answer_count": self.answers[q]}
                rows.append({**row, "creation_date": self.time(q) - 90_000, "last_activity_date": self.time(q)})
            rows = [row for row in rows if row["last_activity_date"] <= latest]
        start = (page - 1) * size
        wrapper = {"has_more": len(rows) > start + size, "quota_max": 300, "quota_remaining": 200}
        asked = {"backoff": self.backoff} if self.backoff else {}
        return web.json_response({"items": rows[start : start + size], **wrapper, **asked})

    def time(self, question: int) -> int:
        return int(NOW.timestamp() - self.active[question] * 3_600)

    def said(self, question: int, number: int) -> int:
        """Answers that came later are as young as what happened last."""
        is_new = number >= self.at_first[question]
        return self.time(question) if is_new else int(NOW.timestamp()) - question * 3_600 - number * 60

    @property
    def ids(self) -> set[str]:
        found = {f"meta/q/{q}" for q in self.answers}
        return found | {f"meta/a/{q * 10_000 + n}" for q, count in self.answers.items() for n in range(count)}


@pytest.mark.parametrize(
    ("answers", "backoff", "requests"),
    [
        ({1: 120, 2: 90, 3: 90}, 0, 4),
        ({1: 120, 2: 90, 3: 90}, 15, 4),
        (dict.fromkeys(range(1, 251), 1), 0, 6),
        ({1: 2_700}, 0, 29),  # more than the 25 pages that are given without a key
        ({1: 0, 2: 0}, 0, 1),
    ],
)
def test_all_answers_of_all_questions(
    answers: dict[int, int], backoff: int, requests: int, settings: Settings, serve: Serve
) -> None:
    site = Questions(answers, backoff)
    server = serve(site.answer)
    place = Followed(settings, Source(1, "stackexchange", "meta:tag:x"), bases={"stackexchange": server.url})
    checks = place.until_done()
    assert set(place.found) == site.ids
    assert len(server.requests) <= requests
    if backoff:
        assert checks == requests  # one request, then it waits as it was asked to
        assert {result.wait for result in place.results} == {15}
    server.requests.clear()
    site.active[1] = 0.1  # a new answer to an old question
    site.answers[1] += 1
    place.until_done()
    assert set(place.found) == site.ids
    assert len(server.requests) <= (5 if backoff else 3)


def test_a_wait_that_another_source_was_told_of_is_no_failure(settings: Settings, serve: Serve) -> None:
    server = serve(Questions({1: 3}, backoff=30).answer)
    first, second = (Source(n, "stackexchange", f"meta:tag:{n}") for n in (1, 2))

    async def run() -> list[FetchResult]:
        async with Client(settings, base_urls={"stackexchange": server.url}) as client:
            return [await SOURCES["stackexchange"].fetch(client, source, NOW) for source in (first, second)]

    asked, waits = asyncio.run(run())
    assert (asked.error, waits.error, waits.more, waits.wait) == (None, None, True, 30)
    assert len(server.requests) == 1


@pytest.mark.parametrize("tag", ["c++", "c#", "f#;.net", "objective-c++", "über"])
def test_tags_with_signs_are_asked_for_as_they_are(tag: str, settings: Settings, serve: Serve) -> None:
    site = Questions({1: 0})
    place = Followed(
        settings, Source(1, "stackexchange", f"meta:tag:{tag}"), bases={"stackexchange": serve(site.answer).url}
    )
    place.check()
    assert site.tags == {tag}


# Lemmy


class Instance:
    """A Lemmy instance of either version, with `comments` of which some are deleted, blanked or missing from a page."""

    def __init__(self, version: str, comments: int, deleted: set[int], missing: set[int]) -> None:
        self.version, self.count, self.deleted, self.missing = version, comments, deleted, missing

    async def answer(self, request: web.Request) -> web.Response:
        api, *method = request.path.removeprefix("/api/").split("/")
        if api != ("v4" if self.version.startswith("1") else "v3"):
            return web.json_response({"error": "unknown"}, status=404)
        if method == ["site"]:
            return web.json_response({"version": self.version})
        if method == ["post", "list"]:
            return web.json_response({"items" if api == "v4" else "posts": []})
        start = (
            int(request.query.get("page_cursor", "0"))
            if api == "v4"
            else (int(request.query.get("page", "1")) - 1) * 50
        )
        views = [
            {
                "comment": {
                    "id": n,
                    "content": "" if n in self.deleted else f"Comment {n}",
                    "ap_id": f"https://ici.example/comment/{n}",
                    "path": f"0.{n}",
                    "published" if api == "v3" else "published_at": ago(n),
                    "deleted": n in self.deleted,
                },
                "post": {"ap_id": "https://ici.example/post/1"},
            }
            for n in range(start, min(start + 50, self.count))
            if n not in self.missing
        ]
        if api == "v3":
            return web.json_response({"comments": views})
        onward = str(start + 50) if start + 50 < self.count else None
        return web.json_response({"items": views, "next_page": onward})


@pytest.mark.parametrize("version", ["0.19.12", "1.0.1"])
@pytest.mark.parametrize(
    ("deleted", "missing"),
    [
        ({7}, set()),
        ({3, 60, 61, 199}, set()),
        (set(), {12, 13}),  # the instance gives short pages
        (set(range(50, 100)), set()),  # a whole page of deleted ones
    ],
)
def test_comments_past_deleted_ones(
    version: str, deleted: set[int], missing: set[int], settings: Settings, serve: Serve
) -> None:
    instance = Instance(version, 200, deleted, missing)
    server = serve(instance.answer)
    place = Followed(settings, Source(1, "lemmy", f"{server.url}/c/jardin"))
    place.until_done()
    wanted = {f"https://ici.example/comment/{n}" for n in range(200) if n not in deleted | missing}
    assert set(place.found) == wanted
    assert max(place.found.values()) == 1
    assert sum(result.left_out for result in place.results) == len(deleted)
    assert len(server.requests) <= 2 + 1 + 5
    assert place.source.note == ""


# GitHub


def node(ident: str, hours: float, **more: Any) -> dict[str, Any]:
    return {"id": ident, "body": f"Body of {ident}", "createdAt": ago(hours), "author": {"login": "kim"}, **more}


def connection(nodes: list[dict[str, Any]], after: str | None, size: int) -> dict[str, Any]:
    start = int(after or 0)
    here, more = nodes[start : start + size], start + size < len(nodes)
    return {"totalCount": len(nodes), "nodes": here, "pageInfo": {"hasNextPage": more, "endCursor": str(start + size)}}


class Discussions:
    """GitHub's GraphQL: discussions of a repository by their last change, each a list of counts of replies."""

    def __init__(self, discussions: dict[str, list[int]]) -> None:
        self.discussions = discussions
        self.changed = {d: float(n * 9 + 1) for n, d in enumerate(discussions)}
        self.repositories: list[dict[str, Any]] = []
        self.paths: list[str] = []

    def replies(self, comment: str, count: int, after: str | None, size: int) -> dict[str, Any]:
        return connection([node(f"{comment}r{n}", 1, replyTo={"id": comment}) for n in range(count)], after, size)

    def comments(self, ident: str, after: str | None) -> dict[str, Any]:
        made = [
            node(f"{ident}c{n}", 600, replies=self.replies(f"{ident}c{n}", count, None, 20))
            for n, count in enumerate(self.discussions[ident])
        ]
        return connection(made, after, 50)

    async def answer(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        asked = (await request.json())["variables"]
        after, ident = asked.get("after"), asked.get("id", "")
        if asked.get("login"):
            data: dict[str, Any] = {"organization": {"repositories": connection(self.repositories, after, 100)}}
        elif "c" in ident:
            count = self.discussions[ident.partition("c")[0]][int(ident.partition("c")[2])]
            data = {"node": {"replies": self.replies(ident, count, after, 100)}}
        elif ident:
            data = {"node": {"comments": self.comments(ident, after)}}
        else:
            ranked = sorted(self.discussions, key=lambda d: self.changed[d])
            made = [
                node(d, 900, title=d, updatedAt=ago(self.changed[d]), comments=self.comments(d, None)) for d in ranked
            ]
            data = {"repository": {"discussions": connection(made, after, 25)}}
        return web.json_response({"data": data})

    @property
    def ids(self) -> set[str]:
        found = set(self.discussions)
        for d, counts in self.discussions.items():
            found |= {f"{d}c{n}" for n in range(len(counts))}
            found |= {f"{d}c{n}r{r}" for n, count in enumerate(counts) for r in range(count)}
        return found


TOKEN = credentials({"github": {"token": "token-of-mine"}})


def test_replies_within_discussions_and_what_is_new_in_old_ones(settings: Settings, serve: Serve) -> None:
    github = Discussions({f"D{n}": [1, 0, 2] for n in range(60)})
    github.discussions["D7"] = [0] * 130  # more comments than an answer holds
    github.discussions["D9"] = [250, 21]  # and more replies
    server = serve(github.answer)
    place = Followed(settings, Source(1, "github", "discussions:acme/tool"), TOKEN, {"github": server.url})
    place.until_done()
    assert set(place.found) == github.ids
    assert len(server.requests) <= 3 + 2 + 3 + 1
    posts = {post.native_id: post for result in place.results for post in result.posts}
    assert (posts["D9c0r200"].parent_id, posts["D9c0r200"].root_id) == ("D9c0", "D9")
    assert (posts["D7c129"].parent_id, posts["D7"].parent_id) == ("D7", "")
    server.requests.clear()
    github.discussions["D55"][2] += 1
    github.changed["D55"] = 0.1
    place.until_done()
    assert set(place.found) == github.ids
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("base", "graphql"), [("", "/graphql"), ("/api/v3", "/api/graphql"), ("/mirror", "/mirror/graphql")]
)
def test_graphql_is_beside_the_rest_interface(base: str, graphql: str, settings: Settings, serve: Serve) -> None:
    github = Discussions({"D1": [1]})
    server = serve(github.answer)
    place = Followed(settings, Source(1, "github", "discussions:acme/tool"), TOKEN, {"github": server.url + base})
    place.until_done()
    assert set(github.paths) == {graphql}


@pytest.mark.parametrize("host", ["git.acme.example", "ghe", "git.acme.example:8443"])
def test_a_server_of_ones_own_gets_its_own_token(host: str, settings: Settings, serve: Serve) -> None:
    seen: list[str] = []
    github = Discussions({"D1": [1]})

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return await github.answer(request)

    server = serve(answer)
    source = Source(1, "github", f"discussions:{host}/acme/tool")
    bases = {f"github@{host}": server.url + "/api/v3"}
    with pytest.raises(SourceError) as raised:  # the token of github.com is not for others
        Followed(settings, source, TOKEN, bases).check()
    assert raised.value.code == "no_credentials"
    place = Followed(settings, source, credentials({"github": {"token": "its-own"}}, host), bases)
    place.until_done()
    assert seen == ["Bearer its-own"]
    assert set(github.paths) == {"/api/graphql"}
    assert set(place.found) == {f"{host}/{i}" for i in github.ids}


def test_discussions_of_an_organisation_are_in_one_of_its_repositories(settings: Settings, serve: Serve) -> None:
    github = Discussions({"D1": [1], "D2": []})
    here, other = "https://github.com/orgs/acme/discussions/4", "https://github.com/acme/tool/discussions/9"
    github.repositories = [{"name": f"r{n}", "discussions": {"nodes": []}} for n in range(120)]
    github.repositories[3]["discussions"] = {"nodes": [{"url": other}]}
    github.repositories[110]["discussions"] = {"nodes": [{"url": here}]}
    server = serve(github.answer)
    place = Followed(settings, Source(1, "github", "discussions:orgs/acme"), TOKEN, {"github": server.url})
    place.until_done()
    assert set(place.found) == github.ids
    assert place.source.title == "acme/r110 discussions"
    github.repositories = []
    with pytest.raises(SourceError) as raised:
        place.check()
    assert raised.value.code == "not_found"


def test_comments_of_issues_beyond_the_first_page(settings: Settings, serve: Serve) -> None:
    used = {"n": 40}

    async def answer(request: web.Request) -> web.Response:
        used["n"] += 1
        page, size = int(request.query.get("page", "1")), int(request.query["per_page"])
        is_comment = request.path.endswith("/comments")
        rows: list[dict[str, Any]] = []
        for n in range((page - 1) * size, min(page * size, 430 if is_comment else 30)):
            row = {"id": n, "body": "b", "created_at": ago(n), "user": {"login": "kim"}, "html_url": ""}
            issue = {"issue_url": f"https://api.github.com/repos/a/b/issues/{n % 30}"}
            rows.append({**row, **(issue if is_comment else {"number": n, "title": "t"})})
        left = max(0, 44 - used["n"])
        headers = {"X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": str(int(NOW.timestamp()) + 1_200)}
        if is_comment and page < 5:
            headers["Link"] = f'<https://api.github.com/x?page={page + 1}>; rel="next"'
        if left == 0:
            used["n"] = 0  # an hour has passed when it is asked again
        return web.json_response(rows, headers=headers)

    server = serve(answer)
    place = Followed(settings, Source(1, "github", "issues:a/b"), bases={"github": server.url})
    place.until_done()
    assert len(place.found) == 430 + 30
    assert place.results[0].wait == 1_200  # the limit was reached: it waits, and has not failed


# Hacker News


class Algolia:
    """The search of Hacker News: at most 1,000 hits to a query, comments that may share their second."""

    def __init__(self, comments: dict[int, list[int]]) -> None:
        self.comments = comments  # of each story, the hours or seconds since, newest first
        self.front: list[int] = []

    async def answer(self, request: web.Request) -> web.Response:
        tags, size = request.query["tags"], int(request.query["hitsPerPage"])
        if tags == "front_page" or tags.startswith("story,"):
            ids = self.front if tags == "front_page" else [int(tags.rpartition("_")[2])]
            hits = [{"objectID": str(i), "title": "t", "created_at_i": int(NOW.timestamp()) - 90_000} for i in ids]
            return web.json_response({"hits": hits})
        latest = int(request.query.get("numericFilters", "created_at_i<=" + "9" * 12).rpartition("=")[2])
        hits = [
            {
                "objectID": f"{story}{n:05}",
                "comment_text": "c",
                "story_id": story,
                "parent_id": story,
                "created_at_i": at,
            }
            for story, times in self.comments.items()
            if f"story_{story}" in tags.replace(")", ",").replace("(", ",").split(",")
            for n, at in ((n, int(NOW.timestamp()) - seconds) for n, seconds in enumerate(reversed(times)))
            if at <= latest
        ]
        hits.sort(key=lambda hit: -int(hit["created_at_i"]))
        start = int(request.query.get("page", "0")) * size
        return web.json_response({"hits": hits[:1_000][start : start + size]})

    @property
    def ids(self) -> set[str]:
        return {f"{story}{n:05}" for story, times in self.comments.items() for n in range(len(times))}


@pytest.mark.parametrize(
    "times",
    [
        list(range(0, 2_350 * 60, 60)),
        [40 * 86_400 + n * 30 for n in range(1_250)],  # a story of last month
        [5_000] * 450 + [9_000] * 20,  # many in one second
    ],
)
def test_all_comments_of_a_long_story(times: list[int], settings: Settings, serve: Serve) -> None:
    algolia = Algolia({71: times})
    server = serve(algolia.answer)
    place = Followed(settings, Source(1, "hackernews", "item:71"), bases={"hackernews": server.url})
    place.until_done()
    assert set(place.found) == algolia.ids | {"71"}
    assert len(server.requests) <= len(times) / 99 + 8
    assert place.source.note == ""


def test_a_story_that_reaches_the_front_page_brings_its_older_comments(settings: Settings, serve: Serve) -> None:
    algolia = Algolia({71: list(range(100, 40_000, 30)), 72: list(range(20_000, 30_000, 100)), 73: []})
    algolia.front = [71, 73]
    server = serve(algolia.answer)
    place = Followed(settings, Source(1, "hackernews", "discussions"), bases={"hackernews": server.url})
    place.until_done()
    algolia.front = [72, 71]
    algolia.comments[71] = [10, *algolia.comments[71]]
    server.requests.clear()
    place.until_done()
    assert set(place.found) >= {i for i in algolia.ids if i.startswith("72")}
    assert set(place.found) == algolia.ids | {"71", "72", "73"}
    assert len(server.requests) <= 6
