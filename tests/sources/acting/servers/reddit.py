"""Reddit's API as PRAW asks it: signing in, things by name, comments, posts, messages, and what moderators do."""

from __future__ import annotations

import base64
import json
from typing import Any, ClassVar

from aiohttp import web

from tests.conftest import NOW
from tests.sources.acting.servers.place import Place, Said

RATE = "Looks like you've been doing that a lot. Take a break for 37 seconds before trying again."
REASON = {"id": "110ni21zo23ql", "title": "Off topic", "message": "This is not about us."}


def errors(kind: str, message: str = "no") -> web.Response:
    return web.json_response({"json": {"errors": [[kind, message, "text"]]}})


class RedditPlace(Place):
    kind = "reddit"
    service = "reddit_write"
    keys: ClassVar = {"client_id": "app", "client_secret": "app-secret", "refresh_token": "refresh"}
    bases = ("reddit", "reddit_login")
    target = "t1_parent"
    target_url = "https://www.reddit.com/r/ours/comments/root/-/parent/"
    place = "r/ours"

    def __init__(self) -> None:
        super().__init__()
        self.locked: set[str] = set()
        self.removed: dict[str, dict[str, Any]] = {}
        self.approved: set[str] = set()
        self.refusals = {
            "may_not_write": web.json_response({"message": "Forbidden", "error": 403}, status=403),
            "too_many_requests": errors("RATELIMIT", RATE),
            "locked": errors("THREAD_LOCKED"),
            "too_long": errors("TOO_LONG"),
            "not_found": errors("DELETED_COMMENT", "that comment has been deleted"),
            "server_error": web.json_response({}, status=503),
        }

    def is_write(self, request: web.Request) -> bool:
        return request.method == "POST" and not request.path.endswith("access_token")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path, form = request.path.rstrip("/"), {str(k): str(v) for k, v in (await request.post()).items()}
        if path == "/api/v1/access_token":
            return self.sign_in(request, form)
        if request.headers.get("Authorization") != "bearer access":
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        if request.method == "GET":
            return web.json_response(self.read(path, request.query.get("id", "")))
        return web.json_response(self.write(path.removeprefix("/api/"), form))

    def sign_in(self, request: web.Request, form: dict[str, str]) -> web.Response:
        app = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        by_token = form.get("grant_type") == "refresh_token" and form.get("refresh_token") == "refresh"
        by_name = form.get("grant_type") == "password" and (form.get("username"), form.get("password")) == (
            "us",
            "pass",
        )
        if app != "app:app-secret":
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        if not (by_token or by_name):
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": "access", "token_type": "bearer", "expires_in": 3_600, "scope": "*"})

    def things(self) -> list[dict[str, Any]]:
        shown = [] if self.gone else [self.thing(Said(self.target, self.parent, "t3_root", author="them"))]
        return shown + [self.thing(one) for one in self.said if one.id[:2] in {"t1", "t3"}]

    def thing(self, said: Said) -> dict[str, Any]:
        kind, _, short = said.id.partition("_")
        removed = self.removed.get(said.id)
        data = {
            "id": short,
            "name": said.id,
            "author": said.author,
            "subreddit": "ours",
            "permalink": f"/r/ours/comments/root/-/{short}/",
            "created_utc": said.at.timestamp(),
            "locked": said.id in self.locked or (said.id == self.target and self.closed),
            "approved": said.id in self.approved,
            "removed": removed is not None,
            "banned_by": "us" if removed is not None else None,
            "score": 1,
        }
        if kind == "t3":
            data |= {"title": said.title, "selftext": said.text, "num_comments": 0, "url": "https://www.reddit.com/x"}
        else:
            data |= {"body": said.text, "link_id": "t3_root", "parent_id": said.parent}
        return {"kind": kind, "data": data}

    def read(self, path: str, asked: str) -> Any:
        if path == "/api/info":
            found = [thing for thing in self.things() if thing["data"]["name"] in asked.split(",")]
        elif path == "/api/v1/me":
            return {"name": "us", "id": "us"}
        elif path in {"/user/us/comments", "/user/us/submitted"}:
            kind = "t1" if path.endswith("comments") else "t3"
            of_us = [thing for thing in self.things() if thing["data"]["author"] == "us" and thing["kind"] == kind]
            found = list(reversed(of_us))
        elif path == "/message/sent":
            found = [
                {
                    "kind": "t4",
                    "data": {"id": one.id[3:], "name": one.id, "body": one.text, "dest": one.whom}
                    | {
                        "subject": one.title,
                        "author": "us",
                        "subreddit": None,
                        "replies": "",
                        "created_utc": one.at.timestamp(),
                    },
                }
                for one in self.said
                if one.id.startswith("t4")
            ]
        elif path == "/api/v1/ours/removal_reasons":
            return {"data": {REASON["id"]: REASON}, "order": [REASON["id"]]}
        else:
            raise AssertionError(path)
        return {"kind": "Listing", "data": {"after": None, "dist": len(found), "children": found}}

    def write(self, method: str, form: dict[str, str]) -> Any:
        name, done = form.get("id", ""), {"json": {"errors": []}}
        if method == "comment":
            made = Said(f"t1_made{len(self.said)}", form["text"], form["thing_id"], at=NOW)
            self.said.append(made)
            return {"json": {"errors": [], "data": {"things": [self.thing(made)]}}}
        if method == "submit":
            made = Said(f"t3_made{len(self.said)}", form["text"], form["sr"], form["title"], at=NOW)
            self.said.append(made)
            address = f"https://www.reddit.com/r/ours/comments/{made.id[3:]}/"
            return {"json": {"errors": [], "data": {"url": address, "id": made.id[3:], "name": made.id}}}
        if method == "compose":
            made = Said(f"t4_made{len(self.said)}", form["text"], title=form["subject"], whom=form["to"], at=NOW)
            self.said.append(made)
        elif method == "report":
            self.reports.append((name, form["reason"]))
        elif method == "remove":
            self.removed[name] = {"reason": "", "note": ""}
        elif method == "v1/modactions/removal_reasons":
            told = json.loads(form["json"])
            for one in told["item_ids"]:
                self.removed[one] = {"reason": told["reason_id"], "note": told["mod_note"]}
        elif method == "approve":
            self.approved.add(name)
            self.removed.pop(name, None)
        elif method in {"lock", "unlock"}:
            (self.locked.add if method == "lock" else self.locked.discard)(name)
        elif method == "del":
            self.said = [one for one in self.said if one.id != name]
        else:
            raise AssertionError(method)
        return done
