"""GitHub: issues and comments by REST, discussions by GraphQL, of one repository; hiding, deleting and locking."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from aiohttp import web

from tests.conftest import NOW
from tests.sources.acting.servers.place import WAIT, Place, Said, stamp

SITE = "https://github.com/ours/app"
DISCUSSION, COMMENT, REPLY = "D_kwDOdiscussion", "DC_kwDOcomment", "DC_kwDOreply"


class GitHubPlace(Place):
    kind = "github"
    service = "github_write"
    keys: ClassVar = {"token": "ghp_write"}
    bases = ("github", "github@git.example")
    target = "ours/app#12"
    target_url = f"{SITE}/issues/12"
    place = "issues:ours/app"

    def __init__(self) -> None:
        super().__init__()
        self.minimized: dict[str, str] = {}
        self.locked: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.refusals = {
            "may_not_write": web.json_response({"message": "Resource not accessible by token"}, status=403),
            "too_many_requests": web.json_response(
                {"message": "You have exceeded a secondary rate limit."}, status=403, headers={"Retry-After": str(WAIT)}
            ),
            "locked": web.json_response({"message": "Unable to create comment because issue is locked."}, status=403),
            "words_refused": web.json_response({"message": "Validation Failed"}, status=422),
            "not_offered": web.json_response({"message": "Issues are disabled for this repo"}, status=410),
        }

    def is_write(self, request: web.Request) -> bool:
        return request.method != "GET" and not request.path.endswith("/graphql")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer ghp_write":
            return web.json_response({"message": "Bad credentials"}, status=401)
        if request.path == "/user":
            return web.json_response({"login": "us"})
        if request.path.endswith("/graphql"):
            given = await request.json()
            return web.json_response(self.ask(given["query"], given["variables"]))
        path = request.path.removeprefix("/repos/ours/app/issues").strip("/")
        body = await request.json() if request.can_read_body else {}
        if request.method == "GET":
            return self.read(path, request)
        return self.write(request.method, path, body)

    def issue(self) -> dict[str, Any]:
        return {
            "id": 1,
            "node_id": "I_12",
            "number": 12,
            "title": "Does it run?",
            "body": self.parent,
            "html_url": self.target_url,
            "locked": self.closed or "12" in self.locked,
            "user": {"login": "them"},
            "created_at": stamp(self.at),
        }

    def comment(self, said: Said) -> dict[str, Any]:
        number = said.id.rpartition("/")[2]
        return {
            "id": int(number),
            "node_id": f"IC_{number}",
            "body": said.text,
            "html_url": f"{SITE}/issues/12#issuecomment-{number}",
            "issue_url": "https://api.github.com/repos/ours/app/issues/12",
            "user": {"login": said.author},
            "created_at": stamp(said.at),
        }

    def read(self, path: str, request: web.Request) -> web.Response:
        comments = [one for one in self.said if "/comment/" in one.id]
        if path == "12":
            return web.json_response(self.issue(), status=200) if not self.gone else _missing()
        if path == "12/comments":
            return web.json_response([self.comment(one) for one in comments if stamp(one.at) >= request.query["since"]])
        if match := re.fullmatch(r"comments/(\d+)", path):
            theirs = Said("ours/app/comment/50", self.parent, author="them")
            held = {one.id.rpartition("/")[2]: one for one in [theirs, *comments]}
            found = held.get(match[1]) if match[1] not in self.deleted else None
            return web.json_response(self.comment(found)) if found is not None else _missing()
        assert request.query["creator"] == "us"
        made = [one for one in self.said if "#" in one.id]
        return web.json_response([self.made(one) for one in made if one.author == "us"])

    def made(self, said: Said) -> dict[str, Any]:
        number = int(said.id.partition("#")[2])
        told = {"number": number, "html_url": f"{SITE}/issues/{number}", "title": said.title, "body": said.text}
        return {"id": number, "created_at": stamp(said.at), **told}

    def write(self, method: str, path: str, body: dict[str, Any]) -> web.Response:
        number = 100 + len(self.said)
        if path == "12/comments":
            self.said.append(Said(f"ours/app/comment/{number}", body["body"], self.target))
            return web.json_response(self.comment(self.said[-1]), status=201)
        if path == "":
            self.said.append(Said(f"ours/app#{number}", body["body"], title=body["title"]))
            return web.json_response(self.made(self.said[-1]), status=201)
        if path == "12/lock":
            self.locked = {"12": body.get("lock_reason", "")} if method == "PUT" else {}
            return web.Response(status=204)
        assert method == "DELETE"
        native = path.removeprefix("comments/")
        self.deleted.add(native)
        self.said = [one for one in self.said if one.id != f"ours/app/comment/{native}"]
        return web.Response(status=204)

    def node(self, native: str) -> dict[str, Any] | None:
        post = {
            "body": self.parent,
            "createdAt": stamp(NOW),
            "author": {"login": "them"},
            "url": f"{SITE}/discussions/3",
        }
        locked = {"locked": self.closed or DISCUSSION in self.locked}
        if self.gone or native in self.deleted:
            return None
        if native == DISCUSSION:
            said = [self.reply(one) for one in self.said if one.parent == DISCUSSION]
            return {"__typename": "Discussion", "id": native, **post, **locked, "comments": {"nodes": said}}
        if native.startswith("IC_"):
            return {"id": native, "isMinimized": native in self.minimized}
        if native in {COMMENT, REPLY}:
            above = {"id": COMMENT} if native == REPLY else None
            told = {"replyTo": above, "discussion": {"id": DISCUSSION, **locked}}
            replies = {"nodes": [self.reply(one) for one in self.said if one.parent == native]}
            return {"id": native, **post, **told, "isMinimized": native in self.minimized, "replies": replies}
        return None

    def reply(self, one: Said) -> dict[str, Any]:
        told = {"id": one.id, "body": one.text, "createdAt": stamp(one.at), "author": {"login": one.author}}
        return {**told, "title": one.title, "url": f"{SITE}/discussions/3#{one.id}"}

    def ask(self, query: str, given: dict[str, Any]) -> dict[str, Any]:
        if self.mood == "forbidden" and query.startswith("mutation"):
            return {"data": None, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible"}]}
        native = given.get("id", "")
        if "addDiscussionComment" in query:
            if self.closed:
                return {"data": None, "errors": [{"type": "UNPROCESSABLE", "message": "The discussion is locked"}]}
            self.said.append(Said(f"DC_made{len(self.said)}", given["body"], given["to"] or native))
            return {"data": {"addDiscussionComment": {"comment": self.reply(self.said[-1])}}}
        if "createDiscussion" in query:
            self.said.append(Said(f"D_made{len(self.said)}", given["body"], given["category"], given["title"]))
            return {"data": {"createDiscussion": {"discussion": self.reply(self.said[-1])}}}
        if "unminimizeComment" in query:
            self.minimized.pop(native, None)
        elif "minimizeComment" in query:
            self.minimized[native] = given["why"]
        elif "unlockLockable" in query:
            self.locked.pop(native, None)
        elif "lockLockable" in query:
            self.locked[native] = ""
        elif "deleteDiscussionComment" in query:
            self.deleted.add(native)
            self.said = [one for one in self.said if one.id != native]
        elif "repository(" in query:
            kinds = [
                {"id": "DIC_1", "name": "General", "slug": "general"},
                {"id": "DIC_2", "name": "Q&A", "slug": "q-a"},
            ]
            made = {"nodes": [self.reply(one) for one in self.said if one.title]}
            told = {"id": "R_1", "discussionCategories": {"nodes": kinds}, "discussions": made}
            return {"data": {"viewer": {"login": "us"}, "repository": told}}
        elif (node := self.node(native)) is not None:
            return {"data": {"viewer": {"login": "us"}, "node": node}}
        else:
            return {"data": {"node": None}, "errors": [{"type": "NOT_FOUND", "message": "Could not resolve"}]}
        return {"data": {}}


def _missing() -> web.Response:
    return web.json_response({"message": "Not Found"}, status=404)
