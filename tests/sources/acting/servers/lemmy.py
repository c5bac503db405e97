"""An instance of Lemmy (version 3 of its API): posts, comments, messages, pictures, and what moderators do."""

from __future__ import annotations

from typing import Any, ClassVar

from aiohttp import web

from tests.sources.acting.servers.place import WAIT, Place, Said, stamp

US = {"id": 1, "name": "us", "actor_id": "https://lemmy.example/u/us"}
THEM = {"id": 2, "name": "them", "actor_id": "https://other.example/u/them"}


class LemmyPlace(Place):
    kind = "lemmy"
    service = "lemmy_write"
    account = "lemmy.example"
    keys: ClassVar = {"name": "us", "password": "pass"}
    bases = ("lemmy@lemmy.example",)
    target = "https://other.example/comment/20"
    target_url = target
    place = "https://lemmy.example/c/ours@other.example"

    def __init__(self) -> None:
        super().__init__()
        self.locked, self.removed = set[str](), dict[str, str]()
        self.pictures: list[tuple[str, bytes]] = []
        self.refusals = {
            "may_not_write": web.json_response({"error": "person_is_banned_from_community"}, status=400),
            "too_many_requests": web.json_response(
                {"error": "rate_limit_error"}, status=400, headers={"Retry-After": str(WAIT)}
            ),
            "locked": web.json_response({"error": "locked"}, status=400),
            "words_refused": web.json_response({"error": "slurs"}, status=400),
            "too_long": web.json_response({"error": "invalid_body_field"}, status=400),
            "blocked": web.json_response({"error": "person_is_blocked"}, status=400),
        }

    def is_write(self, request: web.Request) -> bool:
        return request.method != "GET" and not request.path.endswith("login")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/pictrs/image":
            return await self.upload(request)
        if not request.path.startswith("/api/v3/"):
            return web.json_response({}, status=404)
        method = request.path.removeprefix("/api/v3/")
        is_known = request.headers.get("Authorization") == "Bearer jwt"
        if method == "user/login":
            given = await request.json()
            if given != {"username_or_email": "us", "password": "pass"}:
                return web.json_response({"error": "incorrect_login"}, status=401)
            return web.json_response({"jwt": "jwt"})
        if method == "site":
            own = {"local_user_view": {"person": US}} if is_known else None
            return web.json_response({"version": "0.19.8", "my_user": own})
        if not is_known:
            return web.json_response({"error": "not_logged_in"}, status=401)
        if request.method == "GET":
            return self.read(method, request)
        return self.write(method, await request.json())

    def view(self, said: Said) -> dict[str, Any]:
        post = {"id": 10, "name": "Does it run?", "ap_id": "https://other.example/post/10", "body": "See title"}
        post |= {"locked": self.closed or "https://other.example/post/10" in self.locked, "published": stamp(said.at)}
        community = {"id": 3, "name": "ours", "title": "Ours"}
        creator = {"us": US, "them": THEM}.get(said.author, THEM)
        view: dict[str, Any] = {"creator": creator, "community": community, "counts": {"score": 1, "comments": 0}}
        number = int(said.id.rpartition("/")[2])
        flags = {"removed": said.id in self.removed, "deleted": False, "published": stamp(said.at)}
        if said.title:
            post = {**post, "id": number, "name": said.title, "ap_id": said.id, "body": said.text, **flags}
            return view | {"post": post}
        above = "0.20" if said.parent == self.target else "0"
        path = "0.20" if number == 20 else f"{above}.{number}"
        comment = {"id": number, "ap_id": said.id, "content": said.text, "path": path, **flags}
        return view | {"post": post, "comment": comment}

    @property
    def texts(self) -> dict[str, Said]:
        held = {} if self.gone else {self.target: Said(self.target, self.parent, author="them")}
        return held | {one.id: one for one in self.said}

    def read(self, method: str, request: web.Request) -> web.Response:
        if method == "resolve_object":
            said = self.texts.get(request.query["q"])
            if said is None:
                return web.json_response({"error": "couldnt_find_object"}, status=404)
            view = self.view(said)
            return web.json_response({"comment" if "comment" in view else "post": view})
        if method == "user":
            views = [self.view(one) for one in reversed(self.said) if one.author == "us" and not one.whom]
            comments, posts = ([v for v in views if ("comment" in v) is kind] for kind in (True, False))
            return web.json_response({"comments": comments, "posts": posts})
        if method == "private_message/list":
            return web.json_response({"private_messages": [self.message(one) for one in self.said if one.whom]})
        if method == "community":
            if request.query["name"] != "ours@other.example":
                return web.json_response({"error": "couldnt_find_community"}, status=404)
            return web.json_response({"community_view": {"community": {"id": 3}}})
        raise AssertionError(method)

    def message(self, one: Said) -> dict[str, Any]:
        told = {"id": 1, "content": one.text, "ap_id": one.id, "published": stamp(one.at)}
        return {"private_message": told, "creator": US, "recipient": {"id": one.whom}}

    def write(self, method: str, given: dict[str, Any]) -> web.Response:
        number = 100 + len(self.said)
        if method == "comment":
            parent = self.target if given.get("parent_id") == 20 else "https://other.example/post/10"
            made = Said(f"https://lemmy.example/comment/{number}", given["content"], parent)
        elif method == "post":
            made = Said(f"https://lemmy.example/post/{number}", given["body"], title=given["name"])
            made.pictures = [(*self.pictures[0], given["alt_text"])] if "url" in given else []
        elif method == "private_message":
            made = Said(f"https://lemmy.example/private_message/{number}", given["content"])
            made.whom = str(given["recipient_id"])
        else:
            return self.moderate(method, given)
        self.said.append(made)
        kind = {"comment": "comment_view", "post": "post_view"}.get(method, "private_message_view")
        return web.json_response({kind: self.message(made) if made.whom else self.view(made)})

    def moderate(self, method: str, given: dict[str, Any]) -> web.Response:
        kind, _, deed = method.partition("/")
        number = given[f"{kind}_id"]
        name = next(
            (i for i in self.texts if i.endswith(f"/{kind}/{number}")), f"https://other.example/{kind}/{number}"
        )
        if deed == "report":
            self.reports.append((name, given["reason"]))
        elif deed == "lock":
            (self.locked.add if given["locked"] else self.locked.discard)(name)
        elif deed == "delete":
            assert given["deleted"] is True
            self.said = [one for one in self.said if one.id != name]
        elif given["removed"]:
            self.removed[name] = given["reason"]
        else:
            self.removed.pop(name, None)
        return web.json_response({"success": True})

    async def upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["images[]"]
        assert isinstance(file, web.FileField)
        assert request.headers["Authorization"] == "Bearer jwt"
        self.pictures.append((file.content_type, file.file.read()))
        return web.json_response({"msg": "ok", "files": [{"file": f"{len(self.pictures)}.png"}]}, status=201)
