"""The rows that the interface for programs gives, from the reads of the pages: plain values, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.documents import alerts as alert_sections
from dashboard.documents.frame import Frame
from dashboard.documents.sources import followed
from dashboard.files.posts import row_of
from dashboard.reads import debates as debate_reads
from dashboard.reads import ideas as idea_reads
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import tools as tool_reads
from dashboard.reads import topics as topic_reads
from dashboard.words.alerts import how_unusual
from dashboard.words.alerts import title_of as title_of_alert
from dashboard.words.ideas import title_of, why_now
from dashboard.words.topics import called
from data.models import day_to_date
from data.posts.reads import PAGE
from data.scope import page_number
from insights.reputation.estimates import Interval

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of an answer; `more` stands beside them: where a list has pages, which of how many."""

    rows: list[Row]
    more: Mapping[str, int] = field(default_factory=dict)


def interval_row(held: Interval) -> dict[str, float]:
    return {"value": round(held.value, 4), "low": round(held.low, 4), "high": round(held.high, 4)}


def posts(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    number = page_number(parameters.get("page", ""), 999_999)
    total, _shown = post_reads.counted(frame.scope)
    shown = post_reads.page(frame.scope, number, False, "newest")
    rows: list[Row] = [{"id": post.id, **row_of(post, frame.author(post))} for post in shown]
    return Listed(rows, {"total": total, "page": number, "pages": max(1, -(-total // PAGE))})


def days(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    return Listed(
        [
            {
                "day": day_to_date(d.day).isoformat(),
                "posts": d.posts,
                "negative": d.negative,
                "neutral": d.neutral,
                "positive": d.positive,
                "unsure": d.unsure,
                "unread": d.unread,
            }
            for d in post_reads.summary(frame.scope, None).days
        ]
    )


def topics(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    rows = topic_reads.topic_rows(frame.scope, False)
    return Listed(
        [
            {
                "id": r.topic.id,
                "label": called(r.topic.name),
                "trend": r.topic.trend,
                "posts": r.posts,
                "before": r.before,
                "negative": r.negative,
                "neutral": r.neutral,
                "positive": r.positive,
                "unsure": r.unsure,
                "unread": r.posts - r.negative - r.neutral - r.positive - r.unsure,
                "terms": list(r.topic.terms),
            }
            for r in rows
        ]
    )


def reputation(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    scope = frame.of_brand
    seen = reputation_reads.seen(scope)
    return Listed(
        [
            {
                "brand": scope.brand or 0,
                "posts": seen.posts,
                "posts_before": seen.posts_before,
                "net_sentiment": interval_row(seen.change.after.net),
                "net_sentiment_before": interval_row(seen.change.before.net),
                "negative": interval_row(seen.change.after.negative),
                "positive": interval_row(seen.change.after.positive),
                "verdict": seen.change.verdict,
                "cause": seen.cause.verdict,
                "agreement_of_labels": round(seen.errors.agreement, 4),
            }
        ]
    )


def voice(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    shares = reputation_reads.voice_shares(frame.scope.since, frame.scope.until)
    return Listed(
        [
            {
                "brand": v.brand.id,
                "name": v.brand.name,
                "is_own": v.brand.is_own,
                "posts": v.posts,
                "share": interval_row(v.share),
            }
            for v in (shares.voices if shares.posts else ())
        ]
    )


def debates(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    lively = debate_reads.debates("debate", frame.scope.since, frame.scope.until, False, frame.hour)
    return Listed(
        [
            {
                "id": one.debate.id,
                "question": one.debate.question,
                "place": one.debate.place,
                "controversy": {"value": one.debate.score, "low": one.debate.low, "high": one.debate.high},
                "posts": one.debate.posts,
                "people": one.debate.people,
                "began_at": one.debate.began_at.isoformat(),
                "last_at": one.debate.last_at.isoformat(),
                "same_question_in": [{"id": o.id, "lang": o.lang, "question": o.question} for o in one.others],
            }
            for one in lively
        ]
    )


def tools(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    named = tool_reads.tools(frame.scope.since, frame.scope.until, tool_reads.SHOWN)
    return Listed(
        [
            {
                "id": t.id,
                "name": t.name,
                "stage": t.stage,
                "first_at": t.first_at.isoformat(),
                "posts": t.posts,
                "sure_it_is_new": t.evidence,
            }
            for t in named
        ]
    )


def alerts(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    return Listed(
        [
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
        ]
    )


def ideas(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    placed = [i for i in idea_reads.ideas(("", "kept")) if i.place]
    return Listed(
        [
            {
                "id": i.id,
                "kind": i.kind,
                "title": title_of(i),
                "why_now": why_now(i),
                "score": round(i.score, 4),
                "posts": list(i.posts),
                "people": i.people,
            }
            for i in placed
        ]
    )


def verbatims(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    basket = inbox_reads.quotes(True)
    held = {p.id: p for p in post_reads.by_id(tuple(sorted({q.post for q in basket})))}
    return Listed(
        [
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
            for q in basket
            if q.post in held
        ]
    )


def sources(frame: Frame, parameters: Mapping[str, str]) -> Listed:
    return Listed(
        [
            {
                "id": r.source.id,
                "title": r.source.title,
                "kind": r.source.kind,
                "posts": r.posts,
                "state": r.source.state,
                "error": r.source.error_code,
                "last_read": r.source.last_success.isoformat() if r.source.last_success else None,
            }
            for r in followed(frame)
        ]
    )
