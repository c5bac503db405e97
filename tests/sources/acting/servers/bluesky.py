"""A personal data server of Bluesky with the parts that are written to, and the views of the network behind it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from aiohttp import web

from tests.sources.acting.servers.place import WAIT, Place, Said, stamp

DID, THEIRS = "did:plc:ours", "did:plc:theirs"
POST, GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"


class BlueskyPlace(Place):
    kind = "bluesky"
    service = "bluesky_write"
    keys: ClassVar = {"handle": "us.example", "app_password": "abcd-efgh"}
    bases = ("bluesky_login",)
    target = f"at://{THEIRS}/{POST}/3kparent"
    target_url = "https://bsky.app/profile/them.example/post/3kparent"

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.blobs: dict[str, tuple[str, bytes]] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.sessions = 0
        self.token = "token-0"
        self.refusals = {
            "may_not_write": web.json_response({"error": "Forbidden", "message": "no"}, status=403),
            "too_many_requests": web.json_response(
                {"error": "RateLimitExceeded"}, status=429, headers={"Retry-After": str(WAIT)}
            ),
            "words_refused": web.json_response({"error": "InvalidRecord", "message": "Invalid"}, status=400),
        }

    def is_write(self, request: web.Request) -> bool:
        return request.method == "POST" and not request.path.endswith("createSession")

    def view(self, uri: str) -> dict[str, Any] | None:
        """A post as the network shows it, to us."""
        if uri == self.target:
            if self.gone:
                return None
            record = {"$type": POST, "text": self.parent, "createdAt": stamp(self.at)}
            record |= {"reply": {"root": {"uri": self.root, "cid": "cidroot"}}} if self.root else {}
            viewer = {"replyDisabled": True} if self.closed else {}
            handle = "them.example"
        elif (collection := uri.split("/")[3]) and (held := self.records.get((collection, uri.split("/")[4]))):
            record, viewer, handle = held["value"], {}, "us.example"
        else:
            return None
        author = {"did": uri.split("/")[2], "handle": handle}
        return {"uri": uri, "cid": "cid" + uri[-4:], "author": author, "record": record, "viewer": viewer}

    root = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession":
            given = await request.json()
            if given != {"identifier": self.keys["handle"], "password": self.keys["app_password"]}:
                return web.json_response({"error": "AuthenticationRequired", "message": "Invalid"}, status=401)
            self.sessions += 1
            self.token = f"token-{self.sessions}"
            return web.json_response({"accessJwt": self.token, "did": DID, "handle": "us.example"})
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"error": "ExpiredToken", "message": "Token has expired"}, status=400)
        if request.method == "GET":
            return self.read(method, request)
        if method == "com.atproto.repo.uploadBlob":
            name = f"blob{len(self.blobs)}"
            self.blobs[name] = (request.content_type, await request.read())
            return web.json_response({"blob": {"$type": "blob", "ref": {"$link": name}, "size": 1}})
        return self.write(method, await request.json())

    def read(self, method: str, request: web.Request) -> web.Response:
        if method == "app.bsky.feed.getPosts":
            views = [self.view(uri) for uri in request.query.getall("uris")]
            return web.json_response({"posts": [view for view in views if view is not None]})
        if method == "com.atproto.repo.getRecord":
            held = self.records.get((request.query["collection"], request.query["rkey"]))
            if held is None or request.query["repo"] != DID:
                return web.json_response({"error": "RecordNotFound", "message": "Could not locate record"}, status=400)
            return web.json_response(held)
        if method == "com.atproto.identity.resolveHandle":
            if request.query["handle"] != "them.example":
                return web.json_response({"error": "InvalidRequest", "message": "Unable to resolve"}, status=400)
            return web.json_response({"did": THEIRS})
        return web.json_response({"error": "MethodNotImplemented"}, status=501)

    def write(self, method: str, given: dict[str, Any]) -> web.Response:
        if method == "com.atproto.moderation.createReport":
            self.reports.append((given["subject"]["uri"], given["reasonType"] + " " + given["reason"]))
            return web.json_response({"id": len(self.reports)})
        key = (given["collection"], given["rkey"])
        uri = f"at://{given['repo']}/{key[0]}/{key[1]}"
        if method == "com.atproto.repo.deleteRecord":
            self.records.pop(key, None)
            self.said = [one for one in self.said if one.id != uri]
            return web.json_response({})
        if method == "com.atproto.repo.createRecord":
            if key in self.records:  # as the official server does
                message = f"There is already a value at key: {key[0]}/{key[1]}"
                return web.json_response({"error": "InternalServerError", "message": message}, status=500)
            record = given["record"]
            pictures = [
                (*self.blobs[one["image"]["ref"]["$link"]], one["alt"])
                for one in record.get("embed", {}).get("images", [])
            ]
            parent = record.get("reply", {}).get("parent", {}).get("uri", "")
            self.said.append(Said(uri, record["text"], parent, pictures=pictures, state={"record": record}))
        elif method == "com.atproto.repo.putRecord":
            held = self.records.get(key, {}).get("cid")
            if given.get("swapRecord") != held:
                return web.json_response({"error": "InvalidSwap", "message": "Record was at"}, status=400)
        self.records[key] = {"uri": uri, "cid": f"cid{len(self.records)}", "value": given["record"]}
        return web.json_response({"uri": uri, "cid": self.records[key]["cid"]})

    def gate(self, rkey: str) -> Any:
        return json.loads(json.dumps(self.records.get((GATE, rkey), {}).get("value", {})))
