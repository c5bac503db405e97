"""`/metrics`: figures in the text form of Prometheus, for a token that an administrator made for it, of its workspace
alone; without accounts, of all workspaces, for this computer alone."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.reads.cache import open_store
from dashboard.web.guard import PRIVATE, Throttle, granted, wrong_token
from dashboard.web.seat import HEADER, OPEN, unsealed
from data.house.workspaces import settings_of_each, settings_of_record
from data.running.measures import Figure, exposition, of_installation, of_record
from data.settings import SettingsError, load_settings
from data.sharing import tokens
from data.store import Store, StoreError

TYPE = "text/plain; version=0.0.4; charset=utf-8"
HERE = {"127.0.0.1", "::1"}
calls = Throttle(60, 60.0)  # of one who asks, in a minute


def _refused(status: int, words: str, **more: str) -> Response:
    return PlainTextResponse(words, status, {**PRIVATE, **more})


def _told(stores: Iterable[tuple[str, Store]], now: datetime) -> str:
    settings = load_settings()
    figures: dict[str, list[Figure]] = {"": list(of_installation(settings, now))}
    for key, store in stores:
        try:
            figures[key] = list(of_record(store, now))
        except StoreError:
            continue  # one that cannot be read hides no other
    return exposition(figures)


def read(token: str, now: datetime, *, here: bool) -> tuple[int, str, int]:
    """(status, what is said, seconds to wait). `here`: who asks needs no token."""
    moment, settings = time.monotonic(), load_settings()
    if token:
        opens = granted("metrics", token, now)
        if opens is None:
            return 401, "No token, or one that opens nothing.", 0
        store, held = opens
        counted = f"{store.name} {held.id}"
        stores = [(settings_of_record(settings, store.url).key, store)]
    elif here:
        counted = "here"
        stores = [(one.key, open_store(one.store_url)) for one in settings_of_each(settings)]
    else:
        return 401, "No token, or one that opens nothing.", 0
    if seconds := calls.wait(counted, moment):
        return 429, "Too many requests.", seconds
    calls.failed(counted, moment)
    if token:
        tokens.note_use(store, held.id, now)
    return 200, _told(stores, now), 0


async def answer(request: Request) -> Response:
    scheme, _, given = str(request.headers.get("authorization", ""))[:300].partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else ""
    seat = unsealed(request.headers.get(HEADER, ""))
    here = seat == OPEN and request.client is not None and request.client.host in HERE
    try:
        status, said, wait = await run_in_threadpool(read, token, datetime.now(UTC), here=here)
    except (StoreError, SettingsError, OSError):
        return _refused(503, "The record cannot be read now.", **{"retry-after": "60"})
    if status == 401:
        if seconds := wrong_token(request):
            return _refused(429, "Too many attempts.", **{"retry-after": str(seconds)})
        return _refused(401, said, **{"www-authenticate": "Bearer"})
    if status != 200:
        return _refused(status, said, **{"retry-after": str(wait)})
    return Response(said, 200, {**PRIVATE, "content-type": TYPE})


ROUTES = [Route("/metrics", answer)]
