"""The lists that the interface for programs gives: what each takes and what its rows hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.documents.frame import Frame
from dashboard.web import rows
from dashboard.web.rows import Listed
from data.scope import FIELDS, NAMED_PERIODS

Schema = dict[str, object]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MAYBE: Schema = {"type": ["number", "null"]}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
INTERVAL: Schema = {
    "type": "object",
    "properties": {"value": NUMBER, "low": NUMBER, "high": NUMBER},
    "required": ["value", "low", "high"],
}
PERIOD: Mapping[str, tuple[Schema, str]] = {
    "since": (DAY, "First day, inclusive."),
    "until": (DAY, "Last day, inclusive; today by default."),
    "days": (WHOLE, "Days up to `until`, in place of `since`; 30 by default."),
    "period": (
        {"type": "string", "enum": [*NAMED_PERIODS]},
        "Days of the calendar, in place of `since`, `until`, `days`.",
    ),
    "against": (
        {"type": "string", "enum": ["year"]},
        "Compare with the same days last year, not with the days before.",
    ),
}
SCOPE = {**PERIOD, **{one.parameter: (WHOLE if one.is_number else TEXT, one.help) for one in FIELDS if one.help}}


@dataclass(frozen=True, slots=True)
class List:
    """A list that the interface gives. `items` describes each of its rows; `read` makes them from a frame and the
    parameters."""

    summary: str
    parameters: Mapping[str, tuple[Schema, str]]
    items: Mapping[str, Schema]
    read: Callable[[Frame, Mapping[str, str]], Listed]


TONES = dict.fromkeys(("posts", "negative", "neutral", "positive", "unsure", "unread"), WHOLE)
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
IDS: Schema = {"type": "array", "items": WHOLE}
WORDS: Schema = {"type": "array", "items": TEXT}
TWINS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"id": WHOLE, "lang": TEXT, "question": TEXT},
        "required": ["id", "lang", "question"],
    },
}
LISTS: dict[str, List] = {
    "posts": List(
        "Posts, the newest first, 25 a page; texts are exact.", {**SCOPE, "page": (WHOLE, "From 1.")}, POST, rows.posts
    ),
    "days": List(
        "Posts a day by tone; `unread` have none yet.", SCOPE, {"day": DAY, **TONES, "unread": WHOLE}, rows.days
    ),
    "topics": List(
        "Topics with their trend, most posts first.",
        PERIOD,
        {"id": WHOLE, "label": TEXT, "trend": TEXT, "before": WHOLE, **TONES, "terms": WORDS},
        rows.topics,
    ),
    "reputation": List(
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
        rows.reputation,
    ),
    "share-of-voice": List(
        "Shares of the posts that name you or a competitor, with 90% intervals.",
        PERIOD,
        {"brand": WHOLE, "name": TEXT, "is_own": FLAG, "posts": WHOLE, "share": INTERVAL},
        rows.voice,
    ),
    "debates": List(
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
            "same_question_in": TWINS,
        },
        rows.debates,
    ),
    "tools": List(
        "Tools that people began to name.",
        PERIOD,
        {"id": WHOLE, "name": TEXT, "stage": TEXT, "first_at": MOMENT, "posts": WHOLE, "sure_it_is_new": NUMBER},
        rows.tools,
    ),
    "alerts": List(
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
        rows.alerts,
    ),
    "ideas": List(
        "Ideas of what to publish, with the posts behind.",
        {},
        {"id": WHOLE, "kind": TEXT, "title": TEXT, "why_now": TEXT, "score": NUMBER, "posts": IDS, "people": WHOLE},
        rows.ideas,
    ),
    "verbatims": List(
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
        rows.verbatims,
    ),
    "sources": List(
        "What is followed, and when it was last read.",
        {},
        {
            "id": WHOLE,
            "title": TEXT,
            "kind": TEXT,
            "posts": WHOLE,
            "state": TEXT,
            "error": TEXT,
            "last_read": MAYBE_MOMENT,
        },
        rows.sources,
    ),
}
