"""What each kind of alert rule finds: a look is one function from a stretch of time (Unix seconds) to findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from data.alerts.alerts import AlertFacts, Finding
from data.alerts.rules import AlertRule
from data.inbox.moderation import hot_threads
from data.inbox.threads import in_thread
from data.posts.full_text import condition
from data.posts.query_language import QueryError, parse
from data.posts.scope_sql import current_fit
from data.schema import IDS_PER_DAY, brand_source_day, mention, post, source, topic
from data.source_list import gone_quiet
from data.topics.names import name_of
from insights.alerts.bursts import WARM_UP, detect
from insights.alerts.naming import thing_of
from insights.alerts.onset import QUIET
from insights.debates.conflict import TIPS
from insights.pipeline.event_posts import DAY, HOUR, TO_READ, posts_between, voices_of, what_is_said
from insights.pipeline.series_looks import competitor_in_trouble, more_posts, worse_tone

THREADS = 10_000
EVENT_POSTS = 30_000
TOPIC_POSTS, TOPIC_SHARE = 8, 0.3  # about the brand, of a new topic
RECORD = 28  # days; in a younger record everything is new


def _event(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Words that suddenly fill many posts: something new is being said."""
    read = posts_between(connection, rule.brand, since - 14 * DAY, until, limit=EVENT_POSTS)
    if len(read) < WARM_UP:
        return []
    ids = [item.id for item in read]
    query = select(post.c.id, post.c.published_at).where(post.c.id.between(min(ids), max(ids)))
    times: dict[int, int] = dict(connection.execute(query).tuples().all())
    findings = []
    for event in detect((times[item.id], item.text) for item in read):
        if event.at > until + HOUR or event.at < since:
            continue
        first = event.posts[0]
        members = [read[place] for place in event.posts]
        earlier = [item for item in read[:first] if times[item.id] >= event.at - 14 * DAY]
        thing = thing_of(event.words, voices_of(connection, members), voices_of(connection, earlier))
        if thing is None:
            continue
        members = [item for item in members if item.id in thing.posts]
        _, origin, to_read = what_is_said(connection, members, [])
        held = [times[item.id] for item in members]
        facts = AlertFacts(window=2, count=len(members), words=thing.words, people=thing.voices, places=thing.places)
        key = f"event:{','.join(sorted(thing.words[:3]))}"
        noticed = min(event.at, until)
        findings.append(Finding(key, min(held), noticed, max(held), to_read, origin or members[0].id, facts))
    return findings


def _conflict(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Threads that tip; with a brand, those in which it is named or that are in a place of ours."""
    findings = []
    for thread in hot_threads(connection, (since // DAY) * IDS_PER_DAY, TIPS, THREADS):
        kind, root, last = thread.source_kind, thread.root_id, thread.last_post
        rows = connection.execute(
            select(post.c.id, post.c.published_at, source.c.is_own)
            .join(source, source.c.id == post.c.source_id)
            .where(in_thread(kind, root))
            .order_by(post.c.published_at, post.c.id)
        ).all()
        ids = [row.id for row in rows]
        if rule.brand and not any(row.is_own for row in rows) and not _names(connection, rule.brand, ids):
            continue
        moment = {row.id: row.published_at for row in rows}
        if rows and since <= moment.get(last, 0) <= until:
            to_read = tuple(dict.fromkeys([ids[0], *ids[-(TO_READ - 1) :]]))
            facts = AlertFacts(heat=round(thread.heat, 2), count=len(ids))
            tipped = moment[last]
            key = f"conflict:{kind}:{root}"
            findings.append(Finding(key, rows[0].published_at, tipped, tipped, to_read, ids[0], facts))
    return findings


def _names(connection: Connection, brand: int, ids: list[int]) -> bool:
    """Whether one of these posts names a brand."""
    named = select(mention.c.post_id).where(mention.c.brand_id == brand, mention.c.post_id.in_(ids))
    return connection.execute(named.limit(1)).scalar() is not None


def _topic(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Topics that began in this time and of which a good share is about the brand."""
    fit = current_fit(connection)
    born = connection.execute(
        select(topic.c.id, topic.c.label, topic.c.person_label, topic.c.wordings, topic.c.first_seen).where(
            topic.c.first_seen.between(since, until), ~topic.c.noise, topic.c.merged_into.is_(None)
        )
    ).all()
    recorded = connection.execute(select(func.min(post.c.published_at))).scalar() or 0
    findings = []
    for row in born:
        if row.first_seen < recorded + RECORD * DAY:
            continue
        members = connection.execute(
            text(
                "SELECT p.id, p.published_at, CASE WHEN m.post_id IS NULL THEN 0 ELSE 1 END AS about "
                "FROM post_topic t JOIN post p ON p.id = t.post_id LEFT JOIN mention m ON m.post_id = p.id "
                "AND m.brand_id = :brand WHERE t.fit_id = :fit AND t.topic_id = :topic ORDER BY p.published_at, p.id"
            ),
            {"fit": fit, "topic": row.id, "brand": rule.brand},
        ).all()
        ours = [m for m in members if m.about]
        if len(ours) < TOPIC_POSTS or len(ours) < TOPIC_SHARE * len(members):
            continue
        noticed, last = ours[TOPIC_POSTS - 1].published_at, ours[-1].published_at
        words = tuple(word.strip().lower() for word in row.label.split(","))
        facts = AlertFacts(name=name_of(row).name_in(""), count=len(ours), words=words)
        to_read = tuple(m.id for m in ours[:TO_READ])
        findings.append(Finding(f"topic:{row.id}", row.first_seen, noticed, last, to_read, members[0].id, facts))
    return findings


def _quiet(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Sources that brought far less for three days than in the weeks before."""
    last = until // DAY - 1  # today is not over
    table = brand_source_day.c
    rows = connection.execute(
        select(table.source_id, table.day, func.sum(table.posts))
        .where(table.brand_id == 0, table.day.between(since // DAY - 28, last))
        .group_by(table.source_id, table.day)
    )
    series: dict[int, Counter[int]] = {}
    for source_id, day, number in rows:
        series.setdefault(int(source_id), Counter())[int(day)] = int(number)
    active = select(source.c.id, source.c.title, source.c.address).where(source.c.state == "active")
    names = {int(row.id): row.title or row.address for row in connection.execute(active)}
    return [
        finding
        for source_id, days in series.items()
        if source_id in names
        for finding in _silences(connection, source_id, names[source_id], days, since // DAY, last)
    ]


def _silences(
    connection: Connection, source_id: int, name: str, days: Counter[int], first: int, last: int
) -> list[Finding]:
    """Each time that a source of these posts a day fell silent between two days."""
    findings: list[Finding] = []
    silent = False
    for day in range(max(first, min(days) + 28), last + 1):
        recent = sum(days[d] for d in range(day - 2, day + 1))
        # The five loudest days are set aside: an uproar is not what is usual.
        before = round(sum(sorted(days[d] for d in range(day - 27, day - 2))[:20]) * 25 / 20)
        over = (day + 1) * DAY
        if recent < before * 3 / 50 and gone_quiet(recent, before):
            if silent:
                findings[-1] = replace(findings[-1], last=over)
                continue
            silent = True
            query = select(post.c.id).where(post.c.source_id == source_id, post.c.id < (day - 2) * IDS_PER_DAY)
            last_post = int(connection.execute(query.order_by(post.c.id.desc()).limit(1)).scalar() or 0)
            to_read = (last_post,) if last_post else ()
            facts = AlertFacts(name=name, count=recent, expected=round(before * 3 / 25, 1))
            findings.append(Finding(f"quiet:{source_id}", (day - 2) * DAY, over, over, to_read, last_post, facts))
        elif silent and recent > before * 3 / 50:
            silent = False
    return findings


def _keyword(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Posts that a query finds; those with less than two days between them are one event."""
    try:
        node = parse(rule.query)
    except QueryError:
        return []
    bounds = ((since // DAY) * IDS_PER_DAY, (until // DAY + 1) * IDS_PER_DAY - 1)
    rows = connection.execute(
        select(post.c.id, post.c.published_at)
        .where(post.c.id.between(*bounds), post.c.published_at.between(since, until), condition(node, post, bounds))
        .order_by(post.c.published_at, post.c.id)
        .limit(20_000)
    ).all()
    groups: list[list[Row[Any, Any]]] = []
    for row in rows:
        if groups and row.published_at - groups[-1][-1].published_at <= QUIET * HOUR:
            groups[-1].append(row)
        else:
            groups.append([row])
    return [
        Finding(
            f"keyword:{rule.query}",
            group[0].published_at,
            group[0].published_at,
            group[-1].published_at,
            tuple(row.id for row in group[:TO_READ]),
            group[0].id,
            AlertFacts(count=len(group)),
        )
        for group in groups
    ]


LOOKS: dict[str, Callable[[Connection, AlertRule, int, int], list[Finding]]] = {
    "volume": more_posts,
    "tone": worse_tone,
    "event": _event,
    "conflict": _conflict,
    "topic": _topic,
    "competitor": competitor_in_trouble,
    "quiet": _quiet,
    "keyword": _keyword,
}
