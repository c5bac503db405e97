"""The Graph API of Meta: a page with its posts and comments, and the Instagram account that belongs to it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from aiohttp import web

from tests.sources.acting.servers.place import WAIT, Place, Said, stamp

PAGE = "1000"


def error(code: int, status: int = 400, sub: int | None = None, message: str = "no", **headers: str) -> web.Response:
    told = {"code": code, "message": message, "type": "OAuthException"}
    told |= {"error_subcode": sub} if sub else {}
    return web.json_response({"error": told}, status=status, headers=headers)


class FacebookPlace(Place):
    kind = "facebook"
    service = "facebook_write"
    account = "our.page"
    keys: ClassVar = {"token": "page-token"}
    bases = ("facebook",)
    target = "77_88"
    target_url = "https://www.facebook.com/our.page/posts/77?comment_id=88"
    place = "our.page"

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[str] = set()
        self.photos: dict[str, tuple[str, bytes, str]] = {}
        self.refusals = {
            "may_not_write": error(200, 403, message="(#200) Requires pages_manage_engagement"),
            "too_many_requests": error(32, 403, **{"Retry-After": str(WAIT)}),
            "duplicate": error(506, message="Duplicate status message"),
            "expired_token": error(190, 401, 463),
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != "Bearer page-token":
            return error(190, 401, message="Invalid OAuth access token")
        path = request.path.strip("/")
        if request.method == "GET":
            return self.read(path, request.query.get("fields", ""))
        if request.method == "DELETE":
            self.said = [one for one in self.said if one.id != path]
            self.gone = self.gone or path == self.target
            return web.json_response({"success": True})
        form = await request.post()
        if path.endswith("/photos"):
            file, name = form["source"], f"photo{len(self.photos)}"
            assert isinstance(file, web.FileField)
            assert form["published"] == "false"
            self.photos[name] = (file.content_type, file.file.read(), str(form.get("alt_text_custom", "")))
            return web.json_response({"id": name})
        return self.write(path, {str(k): str(v) for k, v in form.items()})

    @property
    def texts(self) -> dict[str, Said]:
        theirs = {} if self.gone else {self.target: Said(self.target, self.parent, "77", author="them")}
        return {f"{PAGE}_77": Said(f"{PAGE}_77", self.parent), **theirs, **{one.id: one for one in self.said}}

    def shown(self, one: Said) -> dict[str, Any]:
        is_post = one.id.startswith(f"{PAGE}_")
        author = {"id": PAGE, "name": "Our page"} if one.author == "us" else {"id": "5", "name": one.author}
        told = {"id": one.id, "message": one.text, "created_time": stamp(one.at), "from": author}
        told["permalink_url"] = f"https://www.facebook.com/our.page/posts/{one.id}"
        return told if is_post else {**told, "can_comment": not self.closed, "is_hidden": one.id in self.hidden}

    def read(self, path: str, fields: str) -> web.Response:
        if path == "me":
            return web.json_response({"id": PAGE, "name": "Our page"})
        if path == f"{PAGE}/feed":
            posts = [one for one in self.said if one.id.startswith(f"{PAGE}_")]
            return web.json_response({"data": [self.shown(one) for one in reversed(posts)]})
        if path.endswith("/comments"):
            below = [one for one in self.said if one.parent == path.removesuffix("/comments")]
            return web.json_response({"data": [self.shown(one) for one in reversed(below)]})
        if path not in self.texts:
            return error(100, 400, 33, "Object does not exist")
        shown = self.shown(self.texts[path])
        if "can_comment" in fields and "can_comment" not in shown:
            return error(100, 400, message="(#100) Tried accessing nonexisting field (can_comment) on node type (Post)")
        return web.json_response(shown)

    def write(self, path: str, form: dict[str, str]) -> web.Response:
        number = 900 + len(self.said)
        if path.endswith("/comments"):
            made = Said(f"77_{number}", form["message"], path.removesuffix("/comments"))
        elif path == f"{PAGE}/feed":
            made = Said(f"{PAGE}_{number}", form["message"])
            media = [json.loads(value)["media_fbid"] for key, value in sorted(form.items()) if "attached" in key]
            made.pictures = [self.photos[name] for name in media]
        else:
            (self.hidden.add if form["is_hidden"] == "true" else self.hidden.discard)(path)
            return web.json_response({"success": True})
        self.said.append(made)
        return web.json_response({"id": made.id})


class InstagramPlace(FacebookPlace):
    kind = "instagram"
    account = "our.account"
    target = "17880000000000001"
    target_url = "https://www.instagram.com/p/abc/"
    media = "17870000000000009"

    def shown(self, one: Said) -> dict[str, Any]:
        told = {"id": one.id, "timestamp": stamp(one.at), "username": one.author}
        if one.id == self.media:
            return {**told, "caption": one.text, "permalink": self.target_url, "is_comment_enabled": not self.closed}
        media: dict[str, Any] = {"id": self.media, "permalink": self.target_url, "username": "us"}
        media |= {"is_comment_enabled": not self.closed}
        return {**told, "text": one.text, "hidden": one.id in self.hidden, "media": media}

    @property
    def texts(self) -> dict[str, Said]:
        theirs = {} if self.gone else {self.target: Said(self.target, self.parent, author="them")}
        return {self.media: Said(self.media, self.parent), **theirs, **{one.id: one for one in self.said}}

    def read(self, path: str, fields: str) -> web.Response:
        if path == "me":
            return web.json_response({"id": PAGE, "instagram_business_account": {"id": "178", "username": "us"}})
        parent, _, edge = path.partition("/")
        if edge:
            assert edge == ("comments" if parent == self.media else "replies")
            return web.json_response({"data": [self.shown(one) for one in self.said if one.parent == parent]})
        if parent not in self.texts:
            return error(100, 400, 33, "Object does not exist")
        shown = self.shown(self.texts[parent])
        if "text" in fields.split(",") and "text" not in shown:
            return error(100, 400, message="(#100) Tried accessing nonexisting field (text) on node type (IGMedia)")
        return web.json_response(shown)

    def write(self, path: str, form: dict[str, str]) -> web.Response:
        parent, _, edge = path.partition("/")
        if edge:
            assert edge == ("comments" if parent == self.media else "replies")
            self.said.append(Said(f"1789{len(self.said):013}", form["message"], parent))
            return web.json_response({"id": self.said[-1].id})
        (self.hidden.add if form["hide"] == "true" else self.hidden.discard)(path)
        return web.json_response({"success": True})
