"""Which addresses Vigie answers at, and which pages may send it something.

A name of somebody else's that leads to this machine (DNS rebinding) is refused before anything reads the request, and
so is what a page of another site sends. A program sends no Origin, and is no page of another site.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.files.html import message_page
from dashboard.web.guard import lang_of, private_page
from dashboard.words.language import _, speaking

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"http": 80, "https": 443}
READS = frozenset({"GET", "HEAD", "OPTIONS"})
CLOSED = ("/_stcore/metrics", "/_stcore/agent")  # of Streamlit: figures of the process, an interface for programs


class KnownHosts:
    """Lets through what is addressed to this computer or to the host of `public_url`, from that host's own pages."""

    def __init__(self, app: ASGIApp, public_url: str = "") -> None:
        self.app = app
        self._hosts = HERE | {urlsplit(public_url).hostname or "localhost"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refused(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = _authority(headers.getlist("host"))
        if host is None or host.hostname not in self._hosts:
            return _unknown_host(Request({**scope, "type": "http"}))
        sends = scope["type"] == "websocket" or scope["method"] not in READS
        if sends and not _from_here(headers.getlist("origin"), host):
            return PlainTextResponse("This was sent by a page of another site.", 403)
        if any(scope["path"] == path or scope["path"].startswith(f"{path}/") for path in CLOSED):
            return PlainTextResponse("Not found", 404)
        return None


def _authority(named: list[str]) -> SplitResult | None:
    """The one host that a request names; None for none, several, or what is no host."""
    if len(named) != 1:
        return None
    try:
        parts = urlsplit(f"//{named[0]}")
        known = parts.port is None or parts.port > 0
    except ValueError:
        return None
    plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    return parts if known and plain and parts.netloc == named[0] else None


def _from_here(origins: Iterable[str], host: SplitResult) -> bool:
    """Whether every origin is the host and port that the request is addressed to."""
    for origin in origins:
        try:
            parts = urlsplit(origin)
            usual = PORTS.get(parts.scheme)
            if usual is None or (parts.hostname, parts.port or usual) != (host.hostname, host.port or usual):
                return False
        except ValueError:
            return False
    return True


def _unknown_host(request: Request) -> Response:
    lang = lang_of(request)
    with speaking(lang):
        title = _("Vigie does not answer at this address")
        words = _(
            "It answers on its own computer (localhost), and at the address that its settings name. For others to "
            'reach it, write that address in vigie.toml, as public_url = "https://vigie.example.com", and start '
            "Vigie again."
        )
        return private_page(message_page(lang, title, words), 421)
