"""A Mastodon instance on loopback that behaves as one: it accepts, refuses, slows down, takes a status and says
nothing, knows a key again, works on pictures; and it shows what it holds to whoever collects."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from aiohttp import web
from multidict import MultiDict

from tests.conftest import Loopback

TOKEN = "write-token"  # of a server on loopback
ACCEPT, REFUSE, SLOW_DOWN, SILENT, FAULT, DOWN, DROP = (
    "accept",  # 200
    "refuse",  # 422, nothing kept
    "slow down",  # 429, nothing kept
    "silent",  # kept, and no answer in time
    "fault",  # kept, and answered with 500
    "down",  # 503, nothing kept
    "drop",  # kept, and the connection is cut
)
KEY_FOR = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Status:
    number: int
    author: str
    text: str
    uri: str
    url: str
    at: datetime
    parent: int = 0
    media: Sequence[str] = ()
    visibility: str = "public"
    shown: datetime = field(default_factory=_now)


@dataclass
class Instance:
    """`plan` is how the next statuses are answered, then all are accepted. `honours_keys` False: as servers that know
    no Idempotency-Key. `shows_after`: seconds until a listing shows a new status."""

    clock: Callable[[], datetime] = _now
    honours_keys: bool = True
    shows_after: float = 0.0
    author: str = "us"
    plan: deque[str] = field(default_factory=deque)
    statuses: dict[int, Status] = field(default_factory=dict)
    keys: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)
    posted: int = 0  # requests that were to make a status

    def __post_init__(self) -> None:
        self.server = Loopback(self.answer)

    @property
    def url(self) -> str:
        return self.server.url

    def close(self) -> None:
        self.server.close()

    def ours(self) -> list[Status]:
        return [status for status in self.statuses.values() if status.author == self.author]

    def add(self, author: str, text: str, parent: int = 0, **more: Any) -> Status:
        number = 1_000 + len(self.statuses) + 1
        uri = f"{self.url}/users/{author}/statuses/{number}"
        at = self.clock()
        shown = at + timedelta(seconds=self.shows_after if author == self.author else 0)
        made = Status(number, author, text, uri, f"{self.url}/@{author}/{number}", at, parent, shown=shown, **more)
        self.statuses[number] = made
        return made

    def entity(self, status: Status) -> dict[str, Any]:
        said = re.sub(
            r"#(\w+)", rf'<a href="{self.url}/tags/\1" class="hashtag">#<span>\1</span></a>', escape(status.text)
        )
        return {
            "id": str(status.number),
            "uri": status.uri,
            "url": status.url,
            "created_at": status.at.isoformat(),
            "in_reply_to_id": str(status.parent) if status.parent else None,
            "content": f"<p>{said}</p>",
            "language": "en",
            "account": {"id": f"a-{status.author}", "acct": status.author, "url": f"{self.url}/@{status.author}"},
            "favourites_count": 0,
            "reblogs_count": 0,
            "replies_count": sum(other.parent == status.number for other in self.statuses.values()),
            "media_attachments": [{"id": one} for one in status.media],
            "visibility": status.visibility,
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path, method = request.path, request.method
        if path.startswith("/api/") and "timelines" not in path and "lookup" not in path and not self._knows(request):
            return web.json_response({"error": "The access token is invalid"}, status=401)
        for (wanted, pattern), handle in self._routes().items():
            if method == wanted and (match := re.fullmatch(pattern, path)):
                return await handle(request, *match.groups())
        return web.json_response({"error": "Record not found"}, status=404)

    def _knows(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bearer {TOKEN}" or request.path.endswith(
            f"a-{self.author}/statuses"
        )

    def _routes(self) -> dict[tuple[str, str], Any]:
        return {
            ("GET", "/api/v1/accounts/verify_credentials"): self._me,
            ("GET", "/api/v1/accounts/lookup"): self._lookup,
            ("GET", r"/api/v1/accounts/a-(\w+)/statuses"): self._of,
            ("GET", r"/api/v1/timelines/tag/(\w+)"): self._tag,
            ("GET", "/api/v2/search"): self._search,
            ("GET", r"/api/v1/statuses/(\d+)/source"): self._source,
            ("GET", r"/api/v1/statuses/(\d+)"): self._one,
            ("DELETE", r"/api/v1/statuses/(\d+)"): self._delete,
            ("POST", "/api/v1/statuses"): self._post,
            ("POST", "/api/v2/media"): self._upload,
            ("GET", r"/api/v1/media/(\w+)"): self._picture,
            ("POST", "/api/v1/reports"): self._report,
            ("GET", r"/@\w+/(\d+)"): self._page,
        }

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response({"id": f"a-{self.author}", "acct": self.author})

    async def _lookup(self, request: web.Request) -> web.Response:
        return web.json_response({"id": f"a-{request.query['acct']}"})

    async def _of(self, request: web.Request, author: str) -> web.Response:
        return self._listed(request, [s for s in self.statuses.values() if s.author == author])

    async def _tag(self, request: web.Request, tag: str) -> web.Response:
        mine = [s for s in self.statuses.values() if re.search(rf"#{tag}\b", s.text, re.IGNORECASE)]
        return self._listed(request, mine)

    def _listed(self, request: web.Request, found: list[Status]) -> web.Response:
        below, above = int(request.query.get("max_id") or 10**9), int(request.query.get("min_id") or 0)
        found = [s for s in found if above < s.number < below and s.shown <= self.clock()]
        found.sort(key=lambda s: s.number, reverse=not above)
        page = sorted(found[: int(request.query.get("limit", 20))], key=lambda s: -s.number)
        return web.json_response([self.entity(status) for status in page])

    async def _search(self, request: web.Request) -> web.Response:
        asked = request.query["q"]
        return web.json_response(
            {"statuses": [self.entity(s) for s in self.statuses.values() if asked in {s.uri, s.url}], "accounts": []}
        )

    async def _source(self, request: web.Request, number: str) -> web.Response:
        status = self.statuses[int(number)]
        return web.json_response({"id": number, "text": status.text, "spoiler_text": ""})

    async def _one(self, request: web.Request, number: str) -> web.Response:
        status = self.statuses.get(int(number))
        if status is None:
            return web.json_response({"error": "Record not found"}, status=404)
        return web.json_response(self.entity(status))

    async def _delete(self, request: web.Request, number: str) -> web.Response:
        status = self.statuses.pop(int(number), None)
        if status is None:
            return web.json_response({"error": "Record not found"}, status=404)
        return web.json_response(self.entity(status))

    async def _post(self, request: web.Request) -> web.StreamResponse:
        self.posted += 1
        given, key = await request.json(), request.headers.get("Idempotency-Key", "")
        kind = self.plan.popleft() if self.plan else ACCEPT
        if kind == DOWN:
            return web.json_response({"error": "down"}, status=503)
        if kind == SLOW_DOWN:
            return web.json_response({"error": "Too many requests"}, status=429, headers={"Retry-After": "120"})
        if kind == REFUSE or len(given["status"]) > 500:
            return web.json_response({"error": "Validation failed: character limit of 500 exceeded"}, status=422)
        made = self._known(key)
        if made is None:
            parent = int(given.get("in_reply_to_id") or 0)
            media = given.get("media_ids", [])
            made = self.add(
                self.author, given["status"], parent, media=media, visibility=given.get("visibility", "public")
            )
            self.keys[key] = (self.clock(), made.number)
        if kind == SILENT:
            await asyncio.sleep(60)
        if kind == DROP and request.transport is not None:
            request.transport.abort()
        if kind == FAULT:
            return web.json_response({"error": "fault"}, status=500)
        return web.json_response(self.entity(made))

    def _known(self, key: str) -> Status | None:
        at, number = self.keys.get(key, (None, 0))
        fresh = at is not None and self.clock() - at < KEY_FOR
        return self.statuses.get(number) if self.honours_keys and fresh else None

    async def _upload(self, request: web.Request) -> web.Response:
        form: MultiDict[Any] = MultiDict(await request.post())
        file, number = form["file"], str(len(self.media) + 1)
        self.media[number] = {"alt": form["description"], "bytes": file.file.read(), "looks": 0}
        return web.json_response({"id": number, "url": None}, status=202)

    async def _picture(self, request: web.Request, number: str) -> web.Response:
        picture = self.media[number]
        picture["looks"] += 1
        ready = picture["looks"] > 1
        return web.json_response({"id": number, "url": f"{self.url}/{number}.png" if ready else None})

    async def _page(self, request: web.Request, number: str) -> web.Response:
        there = any(status.url == f"{self.url}{request.path}" for status in self.statuses.values())
        return web.Response(text="<h1>A status</h1>", status=200 if there else 404)

    async def _report(self, request: web.Request) -> web.Response:
        self.reports.append(await request.json())
        return web.json_response({"id": str(len(self.reports))})
