"""What alert rules find in the record, now and in the past: a rehearsal and a watch are the same look.

Each kind of rule is one function from a stretch of time to findings; `watch` runs the rules over what is new.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from data.alerts.alerts import AlertFacts, Finding, keep_finding
from data.alerts.channels import queue_deliveries
from data.alerts.rules import AlertRule, alert_rules, make_usual_rules, note_looked
from data.inbox.moderation import hot_threads
from data.inbox.threads import in_thread
from data.models import Scope, day_to_date, from_epoch, to_epoch
from data.posts.analysis import Waiting, texts_of
from data.posts.full_text import condition
from data.posts.query_language import QueryError, parse
from data.posts.scope_sql import current_fit
from data.reputation.counts import tones_by
from data.schema import IDS_PER_DAY, brand_hour, brand_source_day, mention, post, source, topic
from data.source_list import gone_quiet
from data.store import Store
from insights.alerts.bursts import WARM_UP, detect
from insights.alerts.onset import HISTORY, QUIET, Unusual, spikes, telling_words, tone_falls
from insights.debates.conflict import TIPS
from insights.reputation.estimates import decompose
from insights.text import terms

HOUR, DAY = 3_600, 86_400
STALE = 7 * DAY  # an event that ended before is closed when a rule first looks
LOOK_BACK = timedelta(days=90)  # of a rule's first look, and of a rehearsal
AGAIN = timedelta(hours=QUIET)  # before the last look, so that what goes on is seen from its beginning
READ = 600  # posts of an event that are read, and of the time before it
EVENT_POSTS = 30_000
THREADS = 10_000
TOPIC_POSTS, TOPIC_SHARE = 8, 0.3
FIVE = 5


def rehearse(connection: Connection, rule: AlertRule, since: datetime, until: datetime) -> list[Finding]:
    """Everything that a rule would have told between two moments, in order."""
    look = LOOKS[rule.kind]
    found = look(connection, rule, to_epoch(since), to_epoch(until))
    inside = [item for item in found if to_epoch(since) <= item.noticed <= to_epoch(until)]
    return sorted(inside, key=lambda item: item.noticed)


def watch(store: Store, now: datetime) -> list[int]:
    """Run every rule over what is new since it last looked; gives the ids of new alerts, which are on their way to
    the channels. A rule that looks for the first time fills the list with what it would have told before."""
    made: list[int] = []
    with store.write(counts=False) as connection:
        make_usual_rules(connection, now)
    with store.read() as connection:
        rules = [rule for rule in alert_rules(connection) if rule.is_on]
    for rule in rules:
        first = not rule.looked_at
        since = now - LOOK_BACK if first else from_epoch(rule.looked_at) - AGAIN
        with store.read() as connection:
            found = rehearse(connection, rule, since, now)
        with store.write(counts=bool(found)) as connection:
            new = []
            for item in found:
                past = first and item.last < to_epoch(now) - STALE
                if not first and item.noticed <= rule.looked_at - int(AGAIN.total_seconds()) // 2:
                    continue  # told then, or begun before the rule was changed
                alert_id = keep_finding(connection, rule, item, old=past)
                if alert_id and not first:  # what was there before the rule is in the list, nobody is woken for it
                    new.append(alert_id)
            queue_deliveries(connection, new, now)
            note_looked(connection, rule.id, to_epoch(now))
        made += new
    return made


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


def _volume(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    seen = _spikes(connection, rule, since, until)
    return [_described(connection, rule, event, seen.first, until, f"volume:{rule.brand}") for event in seen.events]


def _tone(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    first = _series_start(connection, rule.brand, since)
    _, negative, clear = _hours(connection, rule.brand, first, until // HOUR)
    found = []
    for event in tone_falls(negative, clear, first, rule.sensitivity):
        if (first + event.last + 1) * HOUR < since:
            continue
        item = _described(connection, rule, event, first, until, f"tone:{rule.brand}", tone="negative")
        day = item.noticed // DAY
        length = max(1, event.window // 24)
        cause = decompose(
            tones_by(connection, _days(day - length - 27, day - length, rule.brand), "source"),
            tones_by(connection, _days(day - length + 1, day, rule.brand), "source"),
        )
        found.append(replace(item, facts=replace(item.facts, cause=cause.verdict)))
    return found


def _days(first: int, last: int, brand: int) -> Scope:
    return Scope(day_to_date(first), day_to_date(last), brand=brand or None)


def _competitor(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Far more posts than usual on a competitor, more of them negative than before."""
    seen = _spikes(connection, rule, since, until)
    found = []
    for event in seen.events:
        inside = slice(event.began, event.last + 1)
        before = slice(max(0, event.began - 28 * 24), event.began)
        share = sum(seen.negative[inside]) / max(1, sum(seen.clear[inside]))
        usual = sum(seen.negative[before]) / max(1, sum(seen.clear[before]))
        if share > usual:
            item = _described(connection, rule, event, seen.first, until, f"competitor:{rule.brand}", tone="negative")
            shares = replace(item.facts, share=round(share, 3), usual_share=round(usual, 3))
            found.append(replace(item, facts=shares))
    return found


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


def posts_between(
    connection: Connection, brand: int, began: int, ended: int, *, limit: int = READ, newest: bool = True
) -> list[Waiting]:
    """At most `limit` posts between two moments that name a brand (0: any), in order of time."""
    low, high = (began // DAY) * IDS_PER_DAY, (ended // DAY + 1) * IDS_PER_DAY - 1
    query = select(post.c.id).where(post.c.id.between(low, high), post.c.published_at.between(began, ended))
    if brand:
        mine = select(mention.c.post_id).where(
            mention.c.brand_id == brand, mention.c.day.between(began // DAY, ended // DAY)
        )
        query = query.where(post.c.id.in_(mine))
    order = (post.c.published_at.desc(), post.c.id.desc()) if newest else (post.c.published_at, post.c.id)
    ids = list(connection.execute(query.order_by(*order).limit(limit)).scalars())
    held = {item.id: item for item in texts_of(connection, ids)}
    return [held[i] for i in (reversed(ids) if newest else ids) if i in held]


def what_is_said(
    connection: Connection, inside: Sequence[Waiting], before: Sequence[Waiting], tone: str = ""
) -> tuple[list[str], int, tuple[int, ...]]:
    """(the words that set posts apart from those before, the first post that is about them, five posts to read)."""
    if not inside:
        return [], 0, ()
    said = {item.id: terms(item.text) for item in inside}
    words = telling_words(list(said.values()), [terms(item.text) for item in before])
    strength = {word: len(words) - place for place, word in enumerate(words)}
    weight = {i: sum(strength.get(word, 0) for word in set(held)) for i, held in said.items()}
    needed = 2 if len(words) > 3 else 1
    about = [item.id for item in inside if len(set(words) & set(said[item.id])) >= needed]
    if not about:
        about = [item.id for item in inside]
    facts = {
        int(row.id): row
        for row in connection.execute(
            select(post.c.id, post.c.score, post.c.comments, post.c.sentiment, post.c.group_id).where(
                post.c.id.in_(about)
            )
        )
    }

    def rank(i: int) -> tuple[float, int]:
        row = facts[i]
        loud = math.log1p((row.score or 0) + 2 * (row.comments or 0))
        return (-(weight[i] / (1 + sum(strength.values())) * 10 + loud + (2 if row.sentiment == tone else 0)), i)

    to_read: list[int] = [about[0]]
    groups = {facts[about[0]].group_id} - {0}
    for i in sorted((i for i in about[1:] if i in facts), key=rank):
        if len(to_read) == FIVE:
            break
        if facts[i].group_id not in groups:
            to_read.append(i)
            groups |= {facts[i].group_id} - {0}
    return words, about[0], tuple(to_read)


def _event(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Words that suddenly fill many posts: something new is being said."""
    read = posts_between(connection, rule.brand, since - 14 * DAY, until, limit=EVENT_POSTS)
    if len(read) < WARM_UP:
        return []
    ids = [item.id for item in read]
    query = select(post.c.id, post.c.published_at).where(post.c.id.between(min(ids), max(ids)))
    times: dict[int, int] = dict(connection.execute(query).tuples().all())
    found = []
    for event in detect((times[item.id], item.text) for item in read):
        if event.at > until + HOUR or event.at < since:
            continue
        members = [read[place] for place in event.posts]
        words, origin, to_read = what_is_said(connection, members, [])
        held = [times[item.id] for item in members]
        found.append(
            Finding(
                f"event:{','.join(sorted(event.words[:3]))}",
                min(held),
                min(event.at, until),
                max(held),
                to_read,
                origin or members[0].id,
                AlertFacts(window=2, count=len(members), words=event.words or tuple(words)),
            )
        )
    return found


def _conflict(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Threads that tip; with a brand, those in which it is named or that are in a place of ours."""
    found = []
    for thread in hot_threads(connection, (since // DAY) * IDS_PER_DAY, TIPS, THREADS):
        kind, root, last = thread.source_kind, thread.root_id, thread.last_post
        rows = connection.execute(
            select(post.c.id, post.c.published_at, source.c.is_own)
            .join(source, source.c.id == post.c.source_id)
            .where(in_thread(kind, root))
            .order_by(post.c.published_at, post.c.id)
        ).all()
        ids = [row.id for row in rows]
        if rule.brand and not any(row.is_own for row in rows):
            named = select(mention.c.post_id).where(mention.c.brand_id == rule.brand, mention.c.post_id.in_(ids))
            if connection.execute(named.limit(1)).scalar() is None:
                continue
        moment = {row.id: row.published_at for row in rows}
        if rows and since <= moment.get(last, 0) <= until:
            loud = ids[-(FIVE - 1) :]
            to_read = tuple(dict.fromkeys([ids[0], *loud]))
            found.append(
                Finding(
                    f"conflict:{kind}:{root}",
                    rows[0].published_at,
                    moment[last],
                    moment[last],
                    to_read,
                    ids[0],
                    AlertFacts(heat=round(thread.heat, 2), count=len(ids)),
                )
            )
    return found


def _topic(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Topics that began in this time and of which a good share is about the brand."""
    fit = current_fit(connection)
    born = connection.execute(
        select(topic.c.id, topic.c.label, topic.c.person_label, topic.c.first_seen).where(
            topic.c.first_seen.between(since, until), ~topic.c.noise, topic.c.merged_into.is_(None)
        )
    ).all()
    recorded = connection.execute(select(func.min(post.c.published_at))).scalar() or 0
    found = []
    for row in born:
        if row.first_seen < recorded + 28 * DAY:
            continue  # the record itself is young: everything in it is new
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
        moment = ours[TOPIC_POSTS - 1].published_at
        found.append(
            Finding(
                f"topic:{row.id}",
                row.first_seen,
                moment,
                ours[-1].published_at,
                tuple(m.id for m in ours[:FIVE]),
                members[0].id,
                AlertFacts(
                    name=row.person_label or row.label,
                    count=len(ours),
                    words=tuple(w.strip().lower() for w in row.label.split(",")),
                ),
            )
        )
    return found


def _quiet(connection: Connection, rule: AlertRule, since: int, until: int) -> list[Finding]:
    """Sources that brought far less for three days than in the weeks before."""
    first, last = since // DAY - 28, until // DAY - 1  # today is not over
    table = brand_source_day.c
    rows = connection.execute(
        select(table.source_id, table.day, func.sum(table.posts))
        .where(table.brand_id == 0, table.day.between(first, last))
        .group_by(table.source_id, table.day)
    )
    series: dict[int, Counter[int]] = {}
    for source_id, day, number in rows:
        series.setdefault(int(source_id), Counter())[int(day)] = int(number)
    names = {
        int(row.id): row.title or row.address
        for row in connection.execute(
            select(source.c.id, source.c.title, source.c.address).where(source.c.state == "active")
        )
    }
    found = []
    for source_id, days in series.items():
        if source_id not in names:
            continue
        began = 0
        for day in range(max(since // DAY, min(days) + 28), last + 1):
            recent = sum(days[d] for d in range(day - 2, day + 1))
            # The five loudest days are set aside: an uproar is not what is usual.
            before = round(sum(sorted(days[d] for d in range(day - 27, day - 2))[:20]) * 25 / 20)
            quiet = recent < before * 3 / 50 and gone_quiet(recent, before)
            if quiet and not began:
                began = day
                last_post = connection.execute(
                    select(post.c.id)
                    .where(post.c.source_id == source_id, post.c.id < (day - 2) * IDS_PER_DAY)
                    .order_by(post.c.id.desc())
                    .limit(1)
                ).scalar()
                found.append(
                    Finding(
                        f"quiet:{source_id}",
                        (day - 2) * DAY,
                        (day + 1) * DAY,
                        (day + 1) * DAY,
                        (int(last_post),) if last_post else (),
                        int(last_post or 0),
                        AlertFacts(name=names[source_id], count=recent, expected=round(before * 3 / 25, 1)),
                    )
                )
            elif quiet:
                found[-1] = replace(found[-1], last=(day + 1) * DAY)
            elif began and recent > before * 3 / 50:
                began = 0
    return found


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
    groups: list[list[Any]] = []
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
            tuple(row.id for row in group[:FIVE]),
            group[0].id,
            AlertFacts(count=len(group)),
        )
        for group in groups
    ]


LOOKS: dict[str, Callable[[Connection, AlertRule, int, int], Iterable[Finding]]] = {
    "volume": _volume,
    "tone": _tone,
    "event": _event,
    "conflict": _conflict,
    "topic": _topic,
    "competitor": _competitor,
    "quiet": _quiet,
    "keyword": _keyword,
}
