"""The calendar as an iCalendar feed for calendar programs: an address with a token, and nothing else behind it."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.files.calendar import as_ics
from dashboard.reads import cache
from dashboard.reads import workspace as workspace_reads
from dashboard.web.guard import PRIVATE, holder, too_many, wrong_token
from data.actor import needs
from data.changes import note_change
from data.content import calendar as calendar_store
from data.schema import meta
from data.sharing.snapshots import digest_of
from data.store import Store, StoreError, put_meta

META = "calendar_feed"


@needs("editor")
def new_token(store: Store) -> str:
    """A new token of 256 bits; only its digest is kept. The one before it opens nothing any more."""
    token = secrets.token_urlsafe(32)
    with store.write() as connection:
        _keep(connection, digest_of(token), "a token")
    return token


@needs("editor")
def revoke(store: Store) -> None:
    with store.write() as connection:
        _keep(connection, "", "")


def _keep(connection: Connection, digest: str, told: str) -> None:
    held = connection.execute(select(meta.c.value).where(meta.c.key == META)).scalar()
    note_change(connection, "calendar.feed", "feed", "a token" if held else "", told)
    put_meta(connection, META, digest)


def is_open(store: Store) -> bool:
    return bool(store.get_meta(META))


def feed(token: str) -> bytes | None:
    """The feed, None for a token that does not open it."""
    digest = digest_of(token)

    def opens(store: Store) -> bool | None:
        return hmac.compare_digest(store.get_meta(META), digest) or None

    opened = holder(opens)
    if opened is None:
        return None
    store = opened[0]
    with store.read() as connection:
        items = calendar_store.items(connection)
    with cache.one_record(store.url):
        return as_ics(items, "Vigie", ZoneInfo(workspace_reads.zone()), datetime.now(UTC))


async def answer(request: Request) -> Response:
    try:
        written = await run_in_threadpool(feed, str(request.path_params["token"])[:200])
    except (StoreError, OSError, ValueError):
        written = None
    if written is None:
        seconds = wrong_token(request)
        if seconds:
            return too_many(request, seconds)
        return Response("Not found", 404, PRIVATE, media_type="text/plain")
    return Response(written, headers=PRIVATE, media_type="text/calendar; charset=utf-8")


ROUTES = [Route("/calendar-feed/{token}.ics", answer)]
