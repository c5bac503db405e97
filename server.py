"""What `make run` starts: the Streamlit app with safe response headers, and the worker beside it."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web import api, calendar_feed, share, syndication
from dashboard.web.hosts import KnownHosts
from dashboard.web.outgoing import PublicSignIn
from dashboard.web.policy import app_policy
from data.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parent
FIRST_PAGE = Path(st.__file__).parent / "static" / "index.html"
HEADERS = {
    "content-security-policy": app_policy(FIRST_PAGE.read_text(encoding="utf-8")),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class SafeHeaders:
    """Adds the headers above to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                known = {name.lower() for name, _value in given}  # a stricter answer keeps its own
                more = ((name.encode(), value.encode()) for name, value in HEADERS.items())
                message["headers"] = [*given, *((name, value) for name, value in more if name not in known)]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class ClosedLinks:
    """Gives addresses that cannot be a shared link the answer of a closed one, before anything else reads them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["path"].startswith("/share/")
        if asked and not share.PATH.fullmatch(scope["path"]):
            await share.closed(Request(scope))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@asynccontextmanager
async def with_worker(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Start the worker on the embedded default; it stops with the app."""
    worker = None
    try:
        wanted = load_settings().worker
    except SettingsError:
        wanted = False  # the page says what is wrong
    if wanted:
        worker = subprocess.Popen([sys.executable, str(ROOT / "worker.py")], cwd=ROOT, stdin=subprocess.PIPE)
    try:
        yield {}
    finally:
        if worker is not None:
            worker.terminate()
            try:
                worker.wait(timeout=10)
            except subprocess.TimeoutExpired:
                worker.kill()


def at_start() -> Settings:
    """The settings; a start that has none answers on this computer only."""
    try:
        return load_settings()
    except SettingsError:
        return Settings()  # the page says what is wrong


ROUTES = [*calendar_feed.ROUTES, *share.ROUTES, *syndication.ROUTES, *api.ROUTES]


SETTINGS = at_start()
app = st.App(
    "streamlit_app.py",
    middleware=[
        Middleware(SafeHeaders),
        Middleware(KnownHosts, public_url=SETTINGS.public_url),
        Middleware(ClosedLinks),
        Middleware(PublicSignIn, allow_private=SETTINGS.allow_private_network),
    ],
    lifespan=with_worker,
    routes=ROUTES,
)
