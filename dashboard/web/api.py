"""A read-only interface for other programs: the queries of the pages as JSON, described by OpenAPI.

The same limits as a share: a token of its own, pseudonyms unless it was made with names, revocable, counted, slowed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame
from dashboard.reads import cache
from dashboard.reads import workspace as workspace_reads
from dashboard.web.filters import wrong_filter
from dashboard.web.guard import PRIVATE, Throttle, granted, wrong_token
from dashboard.web.lists import LISTS
from dashboard.web.openapi import openapi
from dashboard.words.language import speaking
from data.scope import scope_of
from data.settings import SettingsError
from data.sharing import tokens
from data.store import StoreError

calls = Throttle(120, 60.0)  # of one token in a minute


def _json(content: Mapping[str, object], status: int = 200, **headers: str) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, {**PRIVATE, **headers}, media_type="application/json")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, what is said as JSON, and the seconds to wait where it is too early."""

    status: int
    content: Mapping[str, object]
    wait: int = 0


def _refused(status: int, error: str, wait: int = 0, **more: list[str]) -> Answer:
    return Answer(status, {"error": error, **more}, wait)


def read(name: str, token: str, parameters: Mapping[str, str], now: datetime) -> Answer:
    """What a request is answered."""
    opens = granted("api", token, now)
    if opens is None:
        return _refused(401, "No token, or one that opens nothing.")
    store, held = opens
    moment = time.monotonic()
    counted = f"{store.name} {held.id}"
    seconds = calls.wait(counted, moment)
    if seconds:
        return _refused(429, "Too many requests.", seconds)
    calls.failed(counted, moment)
    tokens.note_use(store, held.id, now)
    asked = LISTS.get(name)
    if asked is None:
        return _refused(404, "No such list.", lists=list(LISTS))
    wrong = wrong_filter(parameters, asked.parameters)
    if wrong:
        return _refused(400, wrong, parameters=list(asked.parameters))
    with cache.one_record(store.url), speaking(held.lang or "en", workspace_reads.zone()):
        scope = scope_of(lambda key: parameters.get(key, ""), now.date())
        listed = asked.read(Frame(scope, frames.own_brand(), held.names, now), parameters)
        demo = cache.settings().demo
    period = {"since": scope.since.isoformat(), "until": scope.until.isoformat()}
    return Answer(200, {"items": listed.rows, **period, "demo": demo, **listed.more})


async def answer(request: Request) -> Response:
    name = str(request.path_params["name"])
    if name == "openapi.json":
        return _json(openapi())
    scheme, _, token = str(request.headers.get("authorization", ""))[:300].partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    repeated = [key for key in request.query_params if len(request.query_params.getlist(key)) > 1]
    try:
        said = await run_in_threadpool(read, name, token, dict(request.query_params), datetime.now(UTC))
    except (StoreError, SettingsError, OSError):
        return _json({"error": "The record cannot be read now."}, 503, **{"retry-after": "60"})
    if repeated and said.status == 200:
        said = _refused(400, f"{repeated[0][:80]}: it is given twice.")
    if said.status == 401:
        wait = wrong_token(request)
        if wait:
            return _json({"error": "Too many attempts."}, 429, **{"retry-after": str(wait)})
        return _json(said.content, 401, **{"www-authenticate": "Bearer"})
    return _json(said.content, said.status, **({"retry-after": str(said.wait)} if said.wait else {}))


ROUTES = [Route("/api/v1/{name}", answer)]
