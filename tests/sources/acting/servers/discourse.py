"""A Discourse forum: posts and topics, uploads, flags, messages, and what its staff does."""

from __future__ import annotations

import html
from typing import Any, ClassVar

from aiohttp import web

from tests.conftest import NOW
from tests.sources.acting.servers.place import WAIT, Place, Said, stamp

KEY = "k" * 64


class DiscoursePlace(Place):
    kind = "discourse"
    service = "discourse_write"
    account = "forum.example"
    keys: ClassVar = {"key": KEY, "username": "us"}
    bases = ("discourse@forum.example",)
    target = "https://forum.example/p/11"
    target_url = "https://forum.example/t/does-it-run/7/2"
    place = "https://forum.example/c/help/5"
    approves = False  # posts before they are shown

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[int] = set()
        self.deleted: set[int] = set()
        self.waiting: list[str] = []
        self.uploads: dict[str, tuple[str, bytes]] = {}
        limit = {"errors": ["You've performed this action too many times."], "error_type": "rate_limit"}
        self.refusals = {
            "may_not_write": web.json_response({"errors": ["no"], "error_type": "invalid_access"}, status=403),
            "too_many_requests": web.json_response(limit, status=429, headers={"Retry-After": str(WAIT)}),
            "too_short": web.json_response({"errors": ["Body is too short (minimum is 20 characters)"]}, status=422),
            "duplicate": web.json_response({"errors": ["Body is too similar to what you recently posted"]}, status=422),
            "locked": web.json_response({"errors": ["That topic is closed."]}, status=422),
        }

    @property
    def collected(self) -> str:
        return f"<p>{html.escape(self.parent, quote=False)}</p>"

    @property
    def texts(self) -> dict[int, Said]:
        """Posts of topic 7 and of the topics and messages that were made, by number."""
        held = {10: Said("10", "First", title="Does it run?", author="them")}
        held |= {} if self.gone else {11: Said("11", self.parent, author="them")}
        return held | {int(one.id.rpartition("/")[2]): one for one in self.said}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if not self.knows(request):
            told = {"errors": ["The API username or key is invalid."], "error_type": "invalid_access"}
            return web.json_response(told, status=403)
        path = request.path.removesuffix(".json").strip("/").split("/")
        if path[0] == "posts" and request.method == "POST":
            return self.create(await request.json())
        if path[0] == "uploads":
            return await self.upload(request)
        if path[0] == "post_actions":
            return self.flag({str(k): str(v) for k, v in (await request.post()).items()})
        if path[0] == "posts":
            return self.of_post(int(path[1]), path[2:], request)
        if path[0] == "t":
            return await self.of_topic(int(path[1]), path[2:], request)
        if path[0] == "topics":
            is_message = path[1] == "private-messages-sent"
            made = [one for one in self.said if one.title and bool(one.whom) is is_message]
            topics = [{"id": one.state["topic"], "title": one.title, "created_at": stamp(one.at)} for one in made]
            return web.json_response({"topic_list": {"topics": topics}})
        return web.json_response({"user": {"username": path[1]}})

    def knows(self, request: web.Request) -> bool:
        names = request.headers.get("Api-Key"), request.headers.get("Api-Username")
        return names == (KEY, "us") or request.headers.get("User-Api-Key") == "u" * 32

    def shown(self, number: int) -> dict[str, Any]:
        said = self.texts[number]
        topic = said.state.get("topic", 7)
        return {
            "id": number,
            "topic_id": topic,
            "topic_slug": "does-it-run",
            "post_number": said.state.get("order", {10: 1, 11: 2}.get(number, 3)),
            "reply_to_post_number": said.state.get("above"),
            "username": said.author,
            "created_at": stamp(said.at),
            "raw": said.text,
            "cooked": f"<p>{html.escape(said.text, quote=False)}</p>",
            "hidden": number in self.hidden,
            "deleted_at": stamp(NOW) if number in self.deleted else None,
            "post_type": 1,
            "actions_summary": [{"id": int(kind), "acted": True} for _, kind in self.reports],
        }

    def create(self, given: dict[str, Any]) -> web.Response:
        if self.approves:
            self.waiting.append(given["raw"])
            return web.json_response({"success": True, "action": "enqueued", "pending_post": {"id": 5}})
        number = 100 + len(self.said)
        made = Said(f"https://forum.example/p/{number}", given["raw"], title=given.get("title", ""))
        made.whom = given.get("target_recipients", "")
        if made.title:
            made.state = {"topic": number + 1_000, "order": 1, "category": given.get("category")}
        else:
            above = given.get("reply_to_post_number")
            made.state = {"topic": given["topic_id"], "order": 3 + len(self.said), "above": above}
            made.parent = self.target if above == 2 else "https://forum.example/p/10"
        made.pictures = [(*self.uploads[name], alt) for alt, name in _pictures(made.text)]
        self.said.append(made)
        return web.json_response(self.shown(number))

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        assert form["type"] == "composer"
        name = f"upload://{len(self.uploads)}abc.png"
        self.uploads[name] = (file.content_type, file.file.read())
        return web.json_response({"id": 1, "short_url": name, "width": 3, "height": 2})

    def flag(self, form: dict[str, str]) -> web.Response:
        self.reports.append((form["id"] + " " + form.get("message", ""), form["post_action_type_id"]))
        if form.get("take_action") == "true":
            self.hidden.add(int(form["id"]))
        return web.json_response(self.shown(int(form["id"])))

    def of_post(self, number: int, rest: list[str], request: web.Request) -> web.Response:
        if number not in self.texts:
            return web.json_response({"errors": ["not found"], "error_type": "not_found"}, status=404)
        if request.method == "DELETE":
            self.deleted.add(number)
            self.said = [one for one in self.said if one.id != f"https://forum.example/p/{number}"]
            return web.json_response(None)
        if request.method == "PUT":
            (self.hidden if rest == ["unhide"] else self.deleted).discard(number)
        return web.json_response(self.shown(number))

    async def of_topic(self, topic: int, rest: list[str], request: web.Request) -> web.Response:
        if rest == ["status"]:
            form = await request.post()
            assert form["status"] == "closed"
            self.closed = form["enabled"] == "true"
            return web.json_response({"success": "OK"})
        if request.method == "DELETE":
            self.said = [one for one in self.said if one.state.get("topic") != topic]
            return web.json_response(None)
        numbers = [number for number, said in self.texts.items() if said.state.get("topic", 7) == topic]
        if rest == ["posts"]:
            asked = [int(i) for i in request.query.getall("post_ids[]")]
            posts = [self.shown(i) for i in numbers if i in asked]
            return web.json_response({"post_stream": {"posts": posts}})
        stream = {"stream": numbers, "posts": [self.shown(i) for i in numbers[:20]]}
        return web.json_response({"id": topic, "closed": self.closed, "archived": False, "post_stream": stream})


def _pictures(raw: str) -> list[tuple[str, str]]:
    lines = [line for line in raw.split("\n") if line.startswith("![") and "(upload://" in line]
    return [(line[2:].partition("]")[0].partition("|")[0], line.partition("](")[2][:-1]) for line in lines]
