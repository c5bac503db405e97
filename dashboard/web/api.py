"""A read-only interface for other programs: the queries of the pages as JSON, described by OpenAPI.

The same limits as a share: a token of its own, pseudonyms unless it was made with names, revocable, counted, slowed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from dashboard.reads import cache
from dashboard.reads.cache import open_store
from dashboard.web.guard import PRIVATE, Throttle, wrong_token
from data.settings import SettingsError, load_settings
from data.sharing import tokens as access
from data.store import StoreError

calls = Throttle(120, 60.0)  # of one token in a minute
TEXT, NUMBER, WHOLE, FLAG = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "boolean"}
MAYBE = {"type": ["number", "null"]}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
INTERVAL = {
    "type": "object",
    "properties": {"value": NUMBER, "low": NUMBER, "high": NUMBER},
    "required": ["value", "low", "high"],
}
SCOPE = {
    "since": (DAY, "First day, inclusive."),
    "until": (DAY, "Last day, inclusive; today by default."),
    "days": (WHOLE, "Days up to `until`, in place of `since`; 30 by default."),
    "brand": (WHOLE, "Only posts that name this brand or watch."),
    "topic": (WHOLE, "Only posts of this topic."),
    "sources": (TEXT, "Numbers of sources, separated by commas."),
    "kinds": (TEXT, "Kinds of sources, by commas."),
    "langs": (TEXT, "Languages, as fr,en."),
    "sentiments": (TEXT, "Of negative, neutral, positive, unsure."),
    "intents": (TEXT, "Of question, complaint, praise, idea, bug, other, unsure."),
    "q": (TEXT, "Words to search."),
}
PERIOD = {name: SCOPE[name] for name in ("since", "until", "days")}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of answer: `items` describes each of its rows, `read` makes them from a frame and the parameters."""

    summary: str
    parameters: Mapping[str, tuple[dict[str, Any], str]]
    items: Mapping[str, dict[str, Any]]
    read: Callable[[Any, Mapping[str, str]], tuple[list[dict[str, Any]], dict[str, Any]]]


def _interval(found: Any) -> dict[str, float]:
    return {"value": round(found.value, 4), "low": round(found.low, 4), "high": round(found.high, 4)}


def _posts(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.files.posts import row_of
    from dashboard.reads import posts as post_reads
    from data.posts.reads import PAGE
    from data.scope import page_number

    number = page_number(parameters.get("page", ""), 999_999)
    total, _shown = post_reads.counted(frame.scope)
    found = post_reads.page(frame.scope, number, False, "newest")
    rows = [{"id": post.id, **row_of(post, frame.author(post))} for post in found]
    return rows, {"total": total, "page": number, "pages": max(1, -(-total // PAGE))}


def _days(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import posts as post_reads
    from data.models import day_to_date

    days = post_reads.summary(frame.scope, None).days
    return [
        {
            "day": day_to_date(d.day).isoformat(),
            "posts": d.posts,
            "negative": d.negative,
            "neutral": d.neutral,
            "positive": d.positive,
            "unsure": d.unsure,
        }
        for d in days
    ], {}


def _topics(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import topics as topic_reads

    rows = topic_reads.topic_rows(frame.scope.since, frame.scope.until, False)
    return [
        {
            "id": r.topic.id,
            "label": r.topic.label,
            "trend": r.topic.trend,
            "posts": r.posts,
            "before": r.before,
            "negative": r.negative,
            "neutral": r.neutral,
            "positive": r.positive,
            "unsure": r.unsure,
            "terms": list(r.topic.terms),
        }
        for r in rows
    ], {}


def _reputation(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dataclasses import replace

    from dashboard.reads import reputation as reputation_reads

    scope = frame.scope
    if scope.brand is None and frame.brand is not None:
        scope = replace(scope, brand=frame.brand.id)
    seen = reputation_reads.seen(scope)
    return [
        {
            "brand": scope.brand or 0,
            "posts": seen.posts,
            "posts_before": seen.posts_before,
            "net_sentiment": _interval(seen.change.after.net),
            "net_sentiment_before": _interval(seen.change.before.net),
            "negative": _interval(seen.change.after.negative),
            "positive": _interval(seen.change.after.positive),
            "verdict": seen.change.verdict,
            "cause": seen.cause.verdict,
            "agreement_of_labels": round(seen.errors.agreement, 4),
        }
    ], {}


def _voice(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import reputation as reputation_reads

    shares = reputation_reads.voice_shares(frame.scope.since, frame.scope.until)
    return [
        {
            "brand": v.brand.id,
            "name": v.brand.name,
            "is_own": v.brand.is_own,
            "posts": v.posts,
            "share": _interval(v.share),
        }
        for v in (shares.voices if shares.posts else ())
    ], {}


def _debates(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import debates as debate_queries

    found = debate_queries.debates("debate", frame.scope.since, frame.scope.until, False, frame.hour)
    return [
        {
            "id": one.debate.id,
            "question": one.debate.question,
            "place": one.debate.place,
            "controversy": {"value": one.debate.score, "low": one.debate.low, "high": one.debate.high},
            "posts": one.debate.posts,
            "people": one.debate.people,
            "began_at": one.debate.began_at.isoformat(),
            "last_at": one.debate.last_at.isoformat(),
        }
        for one in found
    ], {}


def _tools(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import tools as tool_queries

    found = tool_queries.tools(frame.scope.since, frame.scope.until, tool_queries.SHOWN)
    return [
        {
            "id": t.id,
            "name": t.name,
            "stage": t.stage,
            "first_at": t.first_at.isoformat(),
            "posts": t.posts,
            "sure_it_is_new": t.evidence,
        }
        for t in found
    ], {}


def _alerts(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.documents import alerts as alert_sections
    from dashboard.words.alerts import how_unusual
    from dashboard.words.alerts import title_of as title_of_alert

    return [
        {
            "id": a.id,
            "kind": a.rule.kind,
            "title": title_of_alert(a),
            "open": a.is_open,
            "words": how_unusual(a.rule.kind, a.facts),
            "began_at": a.began_at.isoformat(),
            "noticed_at": a.noticed_at.isoformat(),
            "posts": list(a.posts),
        }
        for a in alert_sections.alerts_of(frame)
    ], {}


def _ideas(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import ideas as idea_queries
    from dashboard.words.ideas import title_of, why_now

    found = [i for i in idea_queries.ideas(("", "kept")) if i.place]
    return [
        {
            "id": i.id,
            "kind": i.kind,
            "title": title_of(i),
            "why_now": why_now(i),
            "score": round(i.score, 4),
            "posts": list(i.posts),
            "people": i.people,
        }
        for i in found
    ], {}


def _verbatims(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import inbox as inbox_reads
    from dashboard.reads import posts as post_reads

    found = inbox_reads.quotes(True)
    held = {p.id: p for p in post_reads.by_id(tuple(sorted({q.post for q in found})))}
    return [
        {
            "quote": q.shown,
            "author": frame.author(held[q.post]),
            "place": q.place,
            "link": q.url,
            "language": q.lang,
            "published_at": q.published_at.isoformat(),
            "post": q.post,
            "tags": list(q.tags),
        }
        for q in found
        if q.post in held
    ], {}


def _sources(frame: Any, parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    from dashboard.reads import sources as source_reads

    minute = frame.now.replace(second=0, microsecond=0)
    found = [r for r in source_reads.sources(minute) if r.source.state != "removed"]
    return [
        {
            "id": r.source.id,
            "title": r.source.title,
            "kind": r.source.kind,
            "posts": r.posts,
            "state": r.source.state,
            "error": r.source.error_code,
            "last_read": r.source.last_success.isoformat() if r.source.last_success else None,
        }
        for r in found
    ], {}


_TONES = dict.fromkeys(("posts", "negative", "neutral", "positive", "unsure"), WHOLE)
POST = {
    "id": WHOLE,
    "text": TEXT,
    "title": TEXT,
    "author": TEXT,
    "place": TEXT,
    "network": TEXT,
    "published_at": MOMENT,
    "language": TEXT,
    "sentiment": TEXT,
    "sentiment_confidence": NUMBER,
    "kinds": TEXT,
    "topic": TEXT,
    "score": MAYBE,
    "replies": MAYBE,
    "shares": MAYBE,
    "views": MAYBE,
    "link": TEXT,
    "is_demo": FLAG,
}
IDS = {"type": "array", "items": WHOLE}
WORDS = {"type": "array", "items": TEXT}
ENDPOINTS: dict[str, Endpoint] = {
    "posts": Endpoint(
        "Posts, the newest first, 25 a page; texts are exact.", {**SCOPE, "page": (WHOLE, "From 1.")}, POST, _posts
    ),
    "days": Endpoint("Posts a day by tone.", SCOPE, {"day": DAY, **_TONES}, _days),
    "topics": Endpoint(
        "Topics with their trend, most posts first.",
        PERIOD,
        {"id": WHOLE, "label": TEXT, "trend": TEXT, "before": WHOLE, **_TONES, "terms": WORDS},
        _topics,
    ),
    "reputation": Endpoint(
        "Net sentiment of a brand (your own by default), corrected for the measured error, with 90% intervals.",
        SCOPE,
        {
            "brand": WHOLE,
            "posts": WHOLE,
            "posts_before": WHOLE,
            "net_sentiment": INTERVAL,
            "net_sentiment_before": INTERVAL,
            "negative": INTERVAL,
            "positive": INTERVAL,
            "verdict": TEXT,
            "cause": TEXT,
            "agreement_of_labels": NUMBER,
        },
        _reputation,
    ),
    "share-of-voice": Endpoint(
        "Shares of the posts that name you or a competitor, with 90% intervals.",
        PERIOD,
        {"brand": WHOLE, "name": TEXT, "is_own": FLAG, "posts": WHOLE, "share": INTERVAL},
        _voice,
    ),
    "debates": Endpoint(
        "Debates with two camps.",
        PERIOD,
        {
            "id": WHOLE,
            "question": TEXT,
            "place": TEXT,
            "controversy": INTERVAL,
            "posts": WHOLE,
            "people": WHOLE,
            "began_at": MOMENT,
            "last_at": MOMENT,
        },
        _debates,
    ),
    "tools": Endpoint(
        "Tools that people began to name.",
        PERIOD,
        {"id": WHOLE, "name": TEXT, "stage": TEXT, "first_at": MOMENT, "posts": WHOLE, "sure_it_is_new": NUMBER},
        _tools,
    ),
    "alerts": Endpoint(
        "Alerts, the latest first.",
        PERIOD,
        {
            "id": WHOLE,
            "kind": TEXT,
            "title": TEXT,
            "open": FLAG,
            "words": TEXT,
            "began_at": MOMENT,
            "noticed_at": MOMENT,
            "posts": IDS,
        },
        _alerts,
    ),
    "ideas": Endpoint(
        "Ideas of what to publish, with the posts behind.",
        {},
        {"id": WHOLE, "kind": TEXT, "title": TEXT, "why_now": TEXT, "score": NUMBER, "posts": IDS, "people": WHOLE},
        _ideas,
    ),
    "verbatims": Endpoint(
        "The basket of quotes, exact.",
        {},
        {
            "quote": TEXT,
            "author": TEXT,
            "place": TEXT,
            "link": TEXT,
            "language": TEXT,
            "published_at": MOMENT,
            "post": WHOLE,
            "tags": WORDS,
        },
        _verbatims,
    ),
    "sources": Endpoint(
        "What is followed, and when it was last read.",
        {},
        {
            "id": WHOLE,
            "title": TEXT,
            "kind": TEXT,
            "posts": WHOLE,
            "state": TEXT,
            "error": TEXT,
            "last_read": {"type": ["string", "null"], "format": "date-time"},
        },
        _sources,
    ),
}


def openapi() -> dict[str, Any]:
    """The description of the interface (OpenAPI 3.1)."""
    paths = {}
    for name, endpoint in ENDPOINTS.items():
        row = {"type": "object", "properties": dict(endpoint.items), "required": list(endpoint.items)}
        more: dict[str, Any] = {"items": {"type": "array", "items": row}, "since": DAY, "until": DAY, "demo": FLAG}
        required = ["items", "since", "until", "demo"]
        if name == "posts":
            more |= {"total": WHOLE, "page": WHOLE, "pages": WHOLE}
            required += ["total", "page", "pages"]
        parameters = [
            {"name": key, "in": "query", "required": False, "schema": schema, "description": words}
            for key, (schema, words) in endpoint.parameters.items()
        ]
        paths[f"/api/v1/{name}"] = {
            "get": {
                "operationId": name.replace("-", "_"),
                "summary": endpoint.summary,
                "parameters": parameters,
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {
                            "application/json": {"schema": {"type": "object", "properties": more, "required": required}}
                        },
                    },
                    "401": {"description": "No token, or one that opens nothing."},
                    "429": {"description": "Too many requests; see Retry-After."},
                },
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vigie",
            "version": "1",
            "description": "Read only. Scores come with what is known of their error.",
        },
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }


def _json(content: Any, status: int = 200, **headers: str) -> Response:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, {**PRIVATE, **headers}, media_type="application/json")


def read(name: str, token: str, parameters: Mapping[str, str], now: datetime) -> tuple[int, Any, int]:
    """(status, answer, seconds to wait) of a request."""
    settings = load_settings()
    store = open_store(settings.store_url)
    with store.read() as connection:
        held = access.find(connection, "api", token, now)
    if held is None:
        return 401, {"error": "No token, or one that opens nothing."}, 0
    moment = time.monotonic()
    seconds = calls.wait(str(held.id), moment)
    if seconds:
        return 429, {"error": "Too many requests."}, seconds
    calls.failed(str(held.id), moment)
    access.note_use(store, held.id, now)
    endpoint = ENDPOINTS.get(name)
    if endpoint is None:
        return 404, {"error": "No such list.", "lists": list(ENDPOINTS)}, 0
    unknown = sorted(set(parameters) - set(endpoint.parameters))
    if unknown:
        known = list(endpoint.parameters)
        return 400, {"error": f"Unknown parameter: {unknown[0][:80]}.", "parameters": known}, 0
    from dashboard.documents import frame as frames
    from dashboard.documents.frame import Frame
    from dashboard.words.language import speaking
    from data.scope import date_of, scope_of

    for key in ("since", "until"):
        if key in parameters and date_of(parameters[key]) is None:
            return 400, {"error": f"{key}: write a day as 2026-03-31."}, 0

    with cache.one_record(store.url), speaking(held.lang or "en", settings.timezone):
        scope = scope_of(lambda key: parameters.get(key, "")[:500], now.date())
        frame = Frame(scope, frames.own_brand(), held.names, now)
        rows, more = endpoint.read(frame, parameters)
    return (
        200,
        {
            "items": rows,
            "since": scope.since.isoformat(),
            "until": scope.until.isoformat(),
            "demo": settings.demo,
            **more,
        },
        0,
    )


async def answer(request: Any) -> Response:
    name = str(request.path_params["name"])
    if name == "openapi.json":
        return _json(openapi())
    scheme, _, token = str(request.headers.get("authorization", ""))[:300].partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    try:
        status, content, seconds = await run_in_threadpool(
            read, name, token, dict(request.query_params), datetime.now(UTC)
        )
    except (StoreError, SettingsError, OSError):
        return _json({"error": "The record cannot be read now."}, 503, **{"retry-after": "60"})
    if status == 401:
        wait = wrong_token(request)
        if wait:
            return _json({"error": "Too many attempts."}, 429, **{"retry-after": str(wait)})
        return _json(content, 401, **{"www-authenticate": "Bearer"})
    return _json(content, status, **({"retry-after": str(seconds)} if seconds else {}))


ROUTES = [Route("/api/v1/{name}", answer)]
