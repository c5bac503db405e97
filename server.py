"""What `make run` starts: the Streamlit app with safe response headers, and the worker beside it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.openid import auth_section, provider_of
from dashboard.reads.house import house
from dashboard.web import api, calendar_feed, doors, guests, share, syndication
from dashboard.web.at_once import send_at_once
from dashboard.web.first_page import FirstPage, first_page
from dashboard.web.gate import Doors, Gate
from dashboard.web.hosts import KnownHosts
from dashboard.web.outgoing import PublicSignIn
from dashboard.web.policy import app_policy
from dashboard.web.programs import Packed, Programs
from dashboard.web.watching import health, metrics
from data.house.invitations import first_link
from data.running import logs
from data.running.memory import give_back_now_and_then
from data.running.presence import running
from data.settings import Settings, SettingsError, load_settings
from data.store import StoreError

ROOT = Path(__file__).parent
FIRST_PAGE = Path(st.__file__).parent / "static" / "index.html"
PROGRAMS = Programs(FIRST_PAGE.parent / "static")
FIRST_PAGES = first_page(FIRST_PAGE.read_text(encoding="utf-8"), PROGRAMS)
HEADERS = {
    "content-security-policy": app_policy(FIRST_PAGES["en"]),
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


def known_settings() -> Settings | None:
    """The settings; None where they cannot be used, which the page says."""
    try:
        return load_settings()
    except SettingsError:
        return None


def look_at_doors(doors: Doors) -> None:
    """Say at the start who may come in. Ends the program where others could reach it and that cannot be known."""
    try:
        settings = load_settings()
        state = doors.state(settings)
        if state == "first":
            link = first_link(house(settings), datetime.now(UTC))
            base = settings.public_url or f"http://localhost:{st.get_option('server.port')}"
            elsewhere = "From another computer, put this one's name in place of localhost.\n"
            print(  # as it is: whoever starts Vigie must read it, and whoever reads its log may come in
                "\nOthers reach this Vigie, and nobody has an account yet: it shows nothing to anybody.\n"
                f"Make the first administrator here, within a day:\n\n  {base}/join/{link}\n\n"
                f"{'' if settings.public_url else elsewhere}"
                "To show everything to everybody instead, set open_to_everybody (docs/team.md says why not to).\n",
                file=sys.__stdout__,
                flush=True,
            )
        elif state == "open" and doors.lead_outside(settings):
            logs.subject("app").critical("DANGER: open_to_everybody is set. Whoever reaches this Vigie owns all of it.")
    except (SettingsError, StoreError, OSError) as error:
        if not doors.is_local:
            logs.subject("app").critical("Vigie does not start: others could reach it. %s", error)
            os._exit(1)


@asynccontextmanager
async def with_worker(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Start the worker on the embedded default; it stops with the app."""
    settings, held = known_settings(), ExitStack()
    log = logs.configure("app", settings.log_form if settings else "line")
    try:
        if settings:
            held.enter_context(running(settings.home))
    except StoreError as error:
        log.critical("Vigie does not start: %s", error)
        os._exit(1)
    look_at_doors(DOORS)
    send_at_once()
    worker = None
    if settings and settings.worker:  # without settings the page says what is wrong
        worker = subprocess.Popen([sys.executable, str(ROOT / "worker.py")], cwd=ROOT, stdin=subprocess.PIPE)
    log.info("started")
    memory = asyncio.create_task(give_back_now_and_then())
    try:
        yield {}
    finally:
        memory.cancel()
        held.close()
        if worker is not None:
            worker.terminate()
            try:
                worker.wait(timeout=10)
            except subprocess.TimeoutExpired:
                worker.kill()


SETTINGS = known_settings()
DOORS = Doors(st.get_option("server.address"), provider_of(SETTINGS) if SETTINGS else None)
ROUTES = [
    *calendar_feed.ROUTES,
    *share.ROUTES,
    *guests.ROUTES,
    *syndication.ROUTES,
    *api.ROUTES,
    *health.ROUTES,
    *metrics.ROUTES,
    *doors.routes(DOORS.provider),
]


app = st.App(
    "streamlit_app.py",
    middleware=[
        Middleware(SafeHeaders),
        Middleware(KnownHosts, public_url=SETTINGS.public_url if SETTINGS else ""),
        Middleware(ClosedLinks),
        Middleware(Gate, doors=DOORS),
        Middleware(Packed, programs=PROGRAMS),
        Middleware(FirstPage, page=FIRST_PAGE.read_bytes(), made=FIRST_PAGES, programs=PROGRAMS),
        Middleware(PublicSignIn, allow_private=bool(SETTINGS and SETTINGS.allow_private_network)),
    ],
    lifespan=with_worker,
    routes=ROUTES,
    secrets=auth_section(SETTINGS) if SETTINGS else {},
)
