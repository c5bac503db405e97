"""How each topic moves, told anew from the counts of days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from data.figures import days_of, topic_days
from data.models import from_epoch, to_day
from data.scope import Scope
from data.store import Store
from data.topics.fits import set_trends
from data.topics.listing import last_days_of_sources, topic_voices
from data.topics.trends import TrendFacts
from insights.topics.trends import QUIET_DAYS, Trend, classify_topics

TREND_DAYS = 400  # a year and a month: what comes back every year can be told


def tell_trends(store: Store, now: datetime) -> int:
    """Give every topic its trend as of now, and the figures behind it; gives how many topics there are."""
    last = to_day(now)
    first = last - TREND_DAYS + 1
    with store.read() as connection:
        rows = topic_days(connection, first, last)
        until = now.astimezone(UTC).date()
        total = [day.posts for day in days_of(connection, Scope(until - timedelta(days=TREND_DAYS - 1), until))]
    series: dict[int, list[int]] = {}
    for topic_id, days in rows.items():
        counts = [0] * TREND_DAYS
        for day in days:
            counts[day.day - first] = day.posts
        series[topic_id] = counts
    trends = classify_topics(series, total, weekday=from_epoch(first * 86_400).weekday())
    ends = _ends(store, trends, last)
    told: dict[int, tuple[str, TrendFacts]] = {}
    with store.read() as connection:
        spans = {(ends.get(t, last), trend.facts.recent_days) for t, trend in trends.items()}
        voices = {(end, span): topic_voices(connection, end - span + 1, end) for end, span in spans}
    for topic_id, trend in trends.items():
        end = ends.get(topic_id, last)
        authors, places = voices[end, trend.facts.recent_days].get(topic_id, (0, 0))
        facts = replace(trend.facts, authors=authors, places=places, until=ends.get(topic_id, 0))
        told[topic_id] = ("ended" if topic_id in ends else trend.name, facts)
    with store.write() as connection:
        set_trends(connection, told)
    return len(told)


def _ends(store: Store, trends: dict[int, Trend], last: int) -> dict[int, int]:
    """Topic -> the last day of its sources, of those that fell silent because their sources did: an archive that was
    imported is over, which says nothing of what it speaks of."""
    silent = [topic for topic, trend in trends.items() if trend.name in {"resolved", "ended"}]
    if not silent:
        return {}
    with store.read() as connection:
        ends = last_days_of_sources(connection, silent)
    return {t: day for t, day in ends.items() if day <= last - QUIET_DAYS or trends[t].name == "ended"}
