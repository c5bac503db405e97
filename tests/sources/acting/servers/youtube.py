"""YouTube's Data API with the parts that are written to, and Google's renewing of tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from aiohttp import web

from tests.sources.acting.servers.place import WAIT, Place, Said, stamp

OURS, VIDEO = "UC" + "o" * 22, "dQw4w9WgXcQ"


def error(status: int, reason: str, **headers: str) -> web.Response:
    told = {"error": {"code": status, "message": reason, "errors": [{"reason": reason, "domain": "youtube.comment"}]}}
    return web.json_response(told, status=status, headers=headers)


class YouTubePlace(Place):
    kind = "youtube"
    service = "youtube_write"
    keys: ClassVar = {"client_id": "app", "client_secret": "app-secret", "refresh_token": "refresh"}
    bases = ("youtube", "youtube_login")
    target = "UgxParentComment0000000AaABAg"
    target_url = f"https://www.youtube.com/watch?v={VIDEO}&lc={target}"

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[str, str] = {}
        self.renewals = 0
        self.refusals = {
            "may_not_write": error(403, "insufficientPermissions"),
            "too_many_requests": error(429, "slowDown", **{"Retry-After": str(WAIT)}),
            "quota": error(403, "quotaExceeded"),
            "locked": error(403, "commentsDisabled"),
            "not_found": error(404, "parentCommentNotFound"),
            "too_long": error(400, "commentTextTooLong"),
        }

    def is_write(self, request: web.Request) -> bool:
        return request.method != "GET" and request.path != "/token"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            given = {str(k): str(v) for k, v in (await request.post()).items()}
            if given.pop("grant_type") != "refresh_token" or given != dict(self.keys):
                return web.json_response({"error": "invalid_grant"}, status=400)
            self.renewals += 1
            return web.json_response({"access_token": "access", "expires_in": 3_599, "token_type": "Bearer"})
        if request.headers.get("Authorization") != "Bearer access":
            return error(401, "authError")
        if request.method == "GET":
            return web.json_response(self.read(request.path.strip("/"), request))
        return await self.write(request)

    def comment(self, one: Said) -> dict[str, Any]:
        who = OURS if one.author == "us" else "UC" + "t" * 22
        snippet = {
            "textOriginal": one.text,
            "textDisplay": one.text,
            "authorChannelId": {"value": who},
            "authorDisplayName": one.author,
            "publishedAt": stamp(one.at),
            "moderationStatus": self.states.get(one.id, "published"),
        }
        parent = {"parentId": one.parent} if one.parent.startswith("Ug") else {"videoId": VIDEO}
        return {"id": one.id, "snippet": {**snippet, **parent}}

    def read(self, method: str, request: web.Request) -> dict[str, Any]:
        if method == "channels":
            assert request.query["mine"] == "true"
            return {"items": [{"id": OURS}]}
        if method == "videos":
            snippet = {"title": "A video", "description": self.parent, "publishedAt": stamp(self.at)}
            return {"items": [] if self.gone else [{"kind": "youtube#video", "id": VIDEO, "snippet": snippet}]}
        if method == "commentThreads":
            threads = [one for one in self.said if one.parent == VIDEO]
            return {"items": [{"snippet": {"topLevelComment": self.comment(one)}} for one in threads]}
        if parent := request.query.get("parentId"):
            return {"items": [self.comment(one) for one in self.said if one.parent == parent]}
        theirs = [] if self.gone else [Said(self.target, self.parent, VIDEO, author="them")]
        asked = [one for one in [*theirs, *self.said] if one.id == request.query["id"]]
        return {"items": [self.comment(one) for one in asked if self.states.get(one.id) != "rejected"]}

    async def write(self, request: web.Request) -> web.Response:
        method = request.path.strip("/")
        if method == "comments/setModerationStatus":
            self.states[request.query["id"]] = request.query["moderationStatus"]
            return web.Response(status=204)
        if request.method == "DELETE":
            self.said = [one for one in self.said if one.id != request.query["id"]]
            return web.Response(status=204)
        snippet = (await request.json())["snippet"]
        if method == "commentThreads":
            said = snippet["topLevelComment"]["snippet"]["textOriginal"]
            self.said.append(Said(f"UgxMade{len(self.said):020}", said, snippet["videoId"]))
            return web.json_response({"snippet": {"topLevelComment": self.comment(self.said[-1])}})
        self.said.append(
            Said(f"{snippet['parentId']}.{len(self.said):020}", snippet["textOriginal"], snippet["parentId"])
        )
        return web.json_response(self.comment(self.said[-1]))
