"""The calendar as an iCalendar feed for calendar programs: an address with a token, and nothing else behind it."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.files.calendar import as_ics
from dashboard.reads.cache import open_store
from data.actor import needs
from data.content import calendar as calendar_store
from data.settings import load_settings
from data.sharing.snapshots import digest_of
from data.store import Store, StoreError

META = "calendar_feed"


@needs("editor")
def new_token(store: Store) -> str:
    """A new token of 256 bits; only its digest is kept. The one before it opens nothing any more."""
    token = secrets.token_urlsafe(32)
    store.set_meta(META, digest_of(token))
    return token


@needs("editor")
def revoke(store: Store) -> None:
    store.set_meta(META, "")


def is_open(store: Store) -> bool:
    return bool(store.get_meta(META))


def feed(token: str) -> bytes | None:
    """The feed, None for a token that does not open it."""
    settings = load_settings()
    store = open_store(settings.store_url)
    held = store.get_meta(META)
    if not held or not hmac.compare_digest(held, digest_of(token)):
        return None
    with store.read() as connection:
        items = calendar_store.items(connection)
    return as_ics(items, "Vigie", ZoneInfo(settings.timezone), datetime.now(UTC))


async def answer(request: Request) -> Response:
    try:
        written = await run_in_threadpool(feed, str(request.path_params["token"])[:200])
    except (StoreError, OSError, ValueError):
        written = None
    if written is None:
        return Response("Not found", status_code=404, media_type="text/plain")
    return Response(
        written, media_type="text/calendar; charset=utf-8", headers={"cache-control": "private, max-age=900"}
    )


ROUTES = [Route("/calendar-feed/{token}.ics", answer)]
