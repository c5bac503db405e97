"""The one gate before everything that Vigie serves: pages, the socket, files, uploads, components and routes.

What is not named as open here needs a session. Where nobody has an account yet, all is open on this computer alone;
where others reach it, only the way of the first administrator is.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.addresses import leads_here_only
from dashboard.reads.house import has_accounts, house
from dashboard.web import door_pages
from dashboard.web.guard import PRIVATE
from dashboard.web.seat import HEADER, OPEN, Seat, sealed
from data.house.arrivals import Claims, Welcome, arrive_from_provider, arrive_from_proxy
from data.house.passwords import HouseError
from data.house.sessions import LASTS, account_in, digest_of, note_use
from data.settings import Settings, SettingsError, load_settings
from data.store import StoreError

COOKIE, NEXT_COOKIE = "vigie_session", "vigie_next"
LONGEST = 2_000  # characters of an address that is kept over signing in
# Each of these asks for a token of its own, or lets nobody in. The shared links come from `dashboard.web.share`.
ALWAYS = re.compile(r"/_stcore/health|/livez|/readyz(/worker)?|/join/[^/]+")
# Streamlit's own program files are the same everywhere; a page that has just been signed out still loads some.
UNSIGNED = re.compile(
    r"/static/(js|css|media)/[^/]+|/signin|/signout|/openid|/auth/login|/oauth2callback|/share/.+|/api/v1/[^/]+|/metrics|/feed/[^/]+|/calendar-feed/[^/]+"
)


class Provider(Protocol):
    """Where people sign in elsewhere; `dashboard.openid` is one."""

    def login_path(self) -> str: ...

    def claims(self, cookies: list[str]) -> Claims | None: ...


@dataclass(frozen=True, slots=True)
class Doors:
    """How Vigie can be reached. `address` is what its server listens on, None where that is every address."""

    address: str | None
    provider: Provider | None = None

    @property
    def is_local(self) -> bool:
        """Whether the server listens to this computer alone."""
        address = self.address or "every"
        return leads_here_only(f"http://[{address}]" if ":" in address else f"http://{address}")

    def lead_outside(self, settings: Settings) -> bool:
        """Whether others than the person at this computer may come."""
        elsewhere = bool(settings.public_url) and not leads_here_only(settings.public_url)
        return not self.is_local or elsewhere or bool(settings.proxy_header or settings.openid_metadata_url)

    def state(self, settings: Settings) -> str:
        """open: nobody signs in. first: only the first administrator may come. closed: everybody signs in."""
        if has_accounts(settings):
            return "closed"
        return "first" if self.lead_outside(settings) and not settings.open_to_everybody else "open"


def wanted_next(address: str) -> str:
    """A page of ours that an address leads to; the first page for any other address."""
    good = re.fullmatch(r"/(?![/\\])[^\s\\]*", address) and address.isprintable() and len(address) <= LONGEST
    return address if good and not re.match(r"/(signin|signout|join|openid|auth)\b", address) else "/"


def is_https(request: Request, settings: Settings) -> bool:
    return request.url.scheme == "https" or settings.public_url.startswith("https:")


def keep_session(answer: Response, token: str, *, secure: bool) -> None:
    """Give a browser its session. Nothing but our own server can read it back."""
    seconds = int(LASTS.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


class Gate:
    """Lets in who may come in, and tells the app who that is."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self.app, self.doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        try:
            settings = load_settings()
        except SettingsError as error:
            if self.doors.is_local:
                await self.app(scope, receive, send)  # the page says what is wrong, and shows nothing else
            else:
                await _refuse(scope, receive, send, door_pages.broken(Request(_as_http(scope)), error))
            return
        from_proxy = _comes_from(scope, settings.proxy_addresses)
        own = {"vigie.settings": settings, "headers": _own_headers(scope, settings, keep=from_proxy)}
        believing = ProxyHeadersMiddleware(self._enter, list(settings.proxy_addresses))  # type: ignore[arg-type]
        await believing({**scope, **own}, receive, send)  # type: ignore[arg-type]

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        settings: Settings = scope["vigie.settings"]
        try:
            state, seat = await run_in_threadpool(self._look, scope, settings)
        except StoreError as error:
            await _refuse(scope, receive, send, door_pages.broken(Request(_as_http(scope)), error))
            return
        path = str(scope["path"])
        allowed = seat is not None or (scope["type"] == "http" and _is_open(path, state))
        if not allowed:
            await _refuse(scope, receive, send, _answer(Request(_as_http(scope)), state))
            return
        if seat is not None and scope["type"] == "websocket":
            receive = _while_signed_in(receive, send, lambda: self._look(scope, settings)[1] == seat)
        if seat is not None:
            scope["headers"] = [*scope["headers"], (HEADER.encode(), sealed(seat).encode())]
        if self.doors.provider is not None and path == "/oauth2callback":
            await self._arrive(self.doors.provider, settings, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _look(self, scope: Scope, settings: Settings) -> tuple[str, Seat | None]:
        state = self.doors.state(settings)
        return state, _seat_of(scope, settings) if state == "closed" else OPEN if state == "open" else None

    async def _arrive(self, provider: Provider, settings: Settings, scope: Scope, receive: Receive, send: Send) -> None:
        """Make a session of ours from what the provider said. Its own cookies, good for a month, never go out."""
        given: list[str] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                given.extend(Headers(raw=message["headers"]).getlist("set-cookie"))

        await self.app(scope, receive, keep)
        request, now = Request(scope), datetime.now(UTC)
        claims = provider.claims(given)
        if claims is None:
            await RedirectResponse("/signin?failed=1", 303, PRIVATE)(scope, receive, send)
            return
        welcome = Welcome(settings.newcomer_role, settings.openid_domains)
        browser = request.headers.get("user-agent", "")
        try:
            token = await run_in_threadpool(arrive_from_provider, house(settings), claims, welcome, browser, now)
        except HouseError:
            await door_pages.not_invited(request, claims.email)(scope, receive, send)
            return
        answer = RedirectResponse(wanted_next(request.cookies.get(NEXT_COOKIE, "/")), 303, PRIVATE)
        keep_session(answer, token, secure=is_https(request, settings))
        answer.delete_cookie(NEXT_COOKIE, path="/")
        await answer(scope, receive, send)


def _comes_from(scope: Scope, addresses: tuple[str, ...]) -> bool:
    """Whether a request was sent by one of these proxies. The server has already put the address that a proxy on
    this machine speaks of in the place of that proxy's own: without a port, or with the one that is spoken of too."""
    host, port = scope.get("client") or ("", 1)
    told = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).replace(" ", "").split(",")
    replaced = port == 0 or f"{host}:{port}" in told or f"[{host}]:{port}" in told
    try:
        peer = ipaddress.ip_address("127.0.0.1" if replaced else host)
    except ValueError:
        return False
    return any(peer in ipaddress.ip_network(address) for address in addresses)


def _own_headers(scope: Scope, settings: Settings, *, keep: bool) -> list[tuple[bytes, bytes]]:
    """The headers without those that only the gate and a known proxy may write."""
    kept = {HEADER.encode()}
    if settings.proxy_header and not keep:
        kept.add(settings.proxy_header.lower().encode())
    spelled = {name.replace(b"-", b"_") for name in kept}
    return [(name, value) for name, value in scope["headers"] if name.lower().replace(b"-", b"_") not in spelled]


def _token(scope: Scope) -> str:
    """What a browser holds of its session."""
    cookies = SimpleCookie()
    try:
        cookies.load("; ".join(Headers(scope=scope).getlist("cookie"))[:16_000])
    except CookieError:
        return ""
    return cookies[COOKIE].value[:200] if COOKIE in cookies else ""


def _seat_of(scope: Scope, settings: Settings) -> Seat | None:
    """Who a request comes from: the one whom the proxy names, else the one whose session it brings."""
    now, here = datetime.now(UTC), house(settings)
    named = Headers(scope=scope).get(settings.proxy_header, "") if settings.proxy_header else ""
    if named:
        try:
            return Seat("proxy", str(arrive_from_proxy(here, named, settings.newcomer_role, now)))
        except HouseError:
            return None
    token = _token(scope)
    if not token:
        return None
    digest = digest_of(token)
    number = account_in(here, digest, now)
    if number and scope["type"] == "websocket":
        note_use(here, digest, now)
    return Seat("session", digest) if number else None


def _while_signed_in(receive: Receive, send: Send, still: Callable[[], bool]) -> Receive:
    """What a socket brings, until a moment after its session has ended: the app answers one more message, by saying
    so, and the next one finds the socket closed."""
    ended = False

    async def received() -> Message:
        nonlocal ended
        message = await receive()
        if ended and message["type"] == "websocket.receive":
            await send({"type": "websocket.close", "code": 1008})
            return {"type": "websocket.disconnect", "code": 1008}
        if message["type"] == "websocket.receive":
            try:
                ended = not await run_in_threadpool(still)
            except StoreError:
                ended = True
        return message

    return received


def _is_open(path: str, state: str) -> bool:
    return bool(ALWAYS.fullmatch(path) or (state != "first" and UNSIGNED.fullmatch(path)))


def _as_http(scope: Scope) -> Scope:
    return {**scope, "type": "http", "method": scope.get("method", "GET")}


def _answer(request: Request, state: str) -> Response:
    """What somebody gets who may not come in: pages lead to the door, everything else says no."""
    reads = request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")
    if not reads:
        return PlainTextResponse("Sign in first.", 401, PRIVATE)
    if state == "first":
        return door_pages.nobody_yet(request)
    asked = wanted_next(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    return RedirectResponse("/signin" + (f"?next={quote(asked, safe='')}" if asked != "/" else ""), 303, PRIVATE)


async def _refuse(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    """Give an answer; a socket is closed before it opens, which the server tells as 403."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(scope, receive, send)
