"""Looks at the hours of a brand: far more posts than usual, a fall of tone, a competitor in trouble."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from data.alerts.alerts import AlertFacts, Finding
from data.alerts.rules import AlertRule
from data.models import day_to_date
from data.reputation.counts import tones_by
from data.schema import brand_hour
from data.scope import Scope
from insights.alerts.onset import HISTORY, Unusual, spikes, tone_falls
from insights.pipeline.event_posts import DAY, HOUR, posts_between, what_is_said
from insights.reputation.estimates import decompose


def _hours(connection: Connection, brand: int, first: int, last: int) -> tuple[list[int], list[int], list[int]]:
    """Posts, negative ones and those with a tone, of every hour from `first` to `last`."""
    rows = connection.execute(
        select(brand_hour).where(brand_hour.c.brand_id == brand, brand_hour.c.hour.between(first, last))
    )
    length = last - first + 1
    posts, negative, clear = [0] * length, [0] * length, [0] * length
    for row in rows:
        place = row.hour - first
        posts[place], negative[place] = row.posts, row.negative
        clear[place] = row.negative + row.neutral + row.positive
    return posts, negative, clear


def _series_start(connection: Connection, brand: int, since: int) -> int:
    """The first hour that is read: enough before `since` to know what is usual, but none before the first post."""
    query = select(func.min(brand_hour.c.hour)).where(brand_hour.c.brand_id == brand)
    known = connection.execute(query).scalar()
    wanted = since // HOUR - HISTORY - 24
    return max(wanted, (int(known) // 24) * 24) if known is not None else wanted


@dataclass(frozen=True, slots=True)
class _Spikes:
    """Unusual stretches that lasted into the time that is looked at, as places in series that begin at hour `first`."""

    first: int
    negative: list[int]
    clear: list[int]
    events: list[Unusual]


def _spikes(connection: Connection, rule: AlertRule, since: int, until: int) -> _Spikes:
    first = _series_start(connection, rule.brand, since)
    counts, negative, clear = _hours(connection, rule.brand, first, until // HOUR)
    everything, _, _ = _hours(connection, 0, first, until // HOUR)
    events = spikes(counts, first, rule.sensitivity, everything)
    return _Spikes(first, negative, clear, [e for e in events if (first + e.last + 1) * HOUR >= since])


def more_posts(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Far more posts than usual at this time of the week."""
    seen = _spikes(connection, rule, since, until)
    return [_described(connection, rule, event, seen.first, until, f"volume:{rule.brand}") for event in seen.events]


def worse_tone(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """A far larger share of negative posts than before, and whether places or opinions moved it."""
    first = _series_start(connection, rule.brand, since)
    _, negative, clear = _hours(connection, rule.brand, first, until // HOUR)
    findings = []
    for event in tone_falls(negative, clear, rule.sensitivity):
        if (first + event.last + 1) * HOUR < since:
            continue
        item = _described(connection, rule, event, first, until, f"tone:{rule.brand}", tone="negative")
        day = item.noticed // DAY
        length = max(1, event.window // 24)
        cause = decompose(
            tones_by(connection, _days(day - length - 27, day - length, rule.brand), "source"),
            tones_by(connection, _days(day - length + 1, day, rule.brand), "source"),
        )
        findings.append(replace(item, facts=replace(item.facts, cause=cause.verdict)))
    return findings


def _days(first: int, last: int, brand: int) -> Scope:
    return Scope(day_to_date(first), day_to_date(last), brand=brand or None)


def competitor_in_trouble(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Far more posts than usual on a competitor, more of them negative than before."""
    seen = _spikes(connection, rule, since, until)
    findings = []
    for event in seen.events:
        inside = slice(event.began, event.last + 1)
        before = slice(max(0, event.began - 28 * 24), event.began)
        share = sum(seen.negative[inside]) / max(1, sum(seen.clear[inside]))
        usual = sum(seen.negative[before]) / max(1, sum(seen.clear[before]))
        if share > usual:
            item = _described(connection, rule, event, seen.first, until, f"competitor:{rule.brand}", tone="negative")
            shares = replace(item.facts, share=round(share, 3), usual_share=round(usual, 3))
            findings.append(replace(item, facts=shares))
    return findings


def _described(
    connection: Connection, rule: AlertRule, event: Unusual, first: int, until: int, key: str, tone: str = ""
) -> Finding:
    """An unusual stretch with its words, its first post and the posts to read. A stretch that goes on is known only
    up to `until`."""
    began, noticed = (first + event.began) * HOUR, min((first + event.noticed + 1) * HOUR, until)
    last = min((first + event.last + 1) * HOUR, until)
    inside = posts_between(connection, rule.brand, began, noticed, newest=False)
    before = posts_between(connection, rule.brand, began - 28 * DAY, began - 1)
    words, origin, to_read = what_is_said(connection, inside, before, tone)
    facts = AlertFacts(
        window=event.window,
        count=round(float(event.count), 3),
        expected=round(float(event.expected), 3),
        chance=float(f"{event.chance:.3g}"),
        words=tuple(words),
    )
    return Finding(key, began, noticed, last, to_read, origin, facts)
