"""Reads for ideas: evidence by subject, praise, what we did, who helps, what goes round. All bounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from data.dialect import CHOSEN, ids_parameter
from data.models import from_epoch
from data.posts.scope_sql import current_fit, with_merged
from data.schema import IDS_PER_DAY

PER_SUBJECT = 120  # posts of a topic that are read, the latest
_REACTIONS = "CASE WHEN p.score IS NULL THEN NULL ELSE p.score + 2 * coalesce(p.comments, 0) END"
_POST = f"""
    p.id, p.author, coalesce(nullif(p.community, ''), s.title) AS place, p.id / {IDS_PER_DAY} AS day, p.lang,
    {_REACTIONS} AS reactions
"""
_WHO = "p.removed_at IS NULL AND NOT p.by_us"
_HERE = "p.source_id IN (SELECT id FROM source WHERE is_own)"  # in a place of ours


@dataclass(frozen=True, slots=True)
class Evidence:
    """A post that speaks for an idea. `reactions` are its score and twice its comments, None where unknown."""

    post: int
    author: str
    place: str
    day: int
    lang: str = ""
    reactions: int | None = None


def _rows(rows: Any) -> list[Evidence]:
    return [Evidence(int(r.id), r.author, r.place or "", int(r.day), r.lang, r.reactions) for r in rows]


def evidence(connection: Connection, ids: Sequence[int]) -> list[Evidence]:
    """Posts by id, without ours and those removed."""
    return _rows(
        connection.execute(
            text(
                f"SELECT {_POST} FROM post p JOIN source s ON s.id = p.source_id "
                f"WHERE p.id IN ({CHOSEN}) AND {_WHO} ORDER BY p.id DESC"
            ),
            {"ids": ids_parameter(ids)},
        )
    )


def topic_evidence(connection: Connection, topic_id: int, first_id: int) -> list[Evidence]:
    """The latest posts of a topic since a post id."""
    members = connection.execute(with_merged(topic_id)).scalars()
    # One by one, from the latest on: of all together, each post since then would be read.
    latest = text(f"""
        SELECT {_POST} FROM post_topic a JOIN post p ON p.id = a.post_id JOIN source s ON s.id = p.source_id
        WHERE a.fit_id = :fit AND a.topic_id = :member AND a.post_id >= :first AND {_WHO}
        ORDER BY a.post_id DESC LIMIT {PER_SUBJECT}
    """)
    fit = current_fit(connection)
    rows = [
        row
        for member in members.all()
        for row in _rows(connection.execute(latest, {"fit": fit, "member": member, "first": first_id}))
    ]
    return sorted(rows, key=lambda row: -row.post)[:PER_SUBJECT]


def intents_in(connection: Connection, ids: Sequence[int]) -> dict[str, set[int]]:
    """Intent -> which of these posts have it surely enough."""
    by_intent: dict[str, set[int]] = {}
    rows = connection.execute(
        text(f"SELECT intent, post_id FROM post_intent WHERE post_id IN ({CHOSEN}) AND confidence >= 0.6"),
        {"ids": ids_parameter(ids)},
    )
    for intent, post_id in rows:
        by_intent.setdefault(str(intent), set()).add(int(post_id))
    return by_intent


def ours_by_topic(connection: Connection, first_id: int) -> dict[int, int]:
    """Topic -> posts of ours in it since a post id."""
    rows = connection.execute(
        text("""
            SELECT coalesce(k.merged_into, k.id) AS topic, count(*) FROM post p
            CROSS JOIN post_topic a JOIN topic k ON k.id = a.topic_id
            WHERE a.post_id = p.id AND +a.fit_id = :fit AND p.by_us AND +p.id >= :first GROUP BY 1
        """),
        {"fit": current_fit(connection), "first": first_id},
    )
    return {int(topic): int(number) for topic, number in rows}


def praise_of_us(connection: Connection, first_id: int, limit: int = 60) -> list[Evidence]:
    """Praise that names us, or stands in a place of ours, surely positive."""
    return _rows(
        connection.execute(
            text(f"""
                SELECT {_POST} FROM post_intent i JOIN post p ON p.id = i.post_id JOIN source s ON s.id = p.source_id
                WHERE i.intent = 'praise' AND i.confidence >= 0.6 AND i.post_id >= :first AND {_WHO}
                  AND p.sentiment = 'positive' AND (s.is_own OR EXISTS (
                    SELECT 1 FROM mention m JOIN brand b ON b.id = m.brand_id AND b.is_own WHERE m.post_id = p.id))
                ORDER BY i.post_id DESC LIMIT :limit
            """),
            {"first": first_id, "limit": limit},
        )
    )


def complaints_between(connection: Connection, first_id: int, last_id: int, limit: int = 300) -> list[Evidence]:
    """Complaints that name us between two post ids."""
    return _rows(
        connection.execute(
            text(f"""
                SELECT {_POST} FROM post_intent i JOIN post p ON p.id = i.post_id JOIN source s ON s.id = p.source_id
                WHERE i.intent = 'complaint' AND i.post_id >= :first AND i.post_id < :last AND {_WHO} AND EXISTS (
                  SELECT 1 FROM mention m JOIN brand b ON b.id = m.brand_id AND b.is_own WHERE m.post_id = p.id)
                ORDER BY i.post_id LIMIT :limit
            """),
            {"first": first_id, "last": last_id, "limit": limit},
        )
    )


def helpers(connection: Connection, first_id: int, limit: int = 12) -> list[tuple[str, list[Evidence], int]]:
    """(author, replies to others, accepted answers among them) of those who reply most, in a friendly tone, in places
    of ours."""
    names = connection.execute(
        text(f"""
            SELECT p.author, count(*) AS n FROM post p
            WHERE p.id >= :first AND p.parent_id != '' AND p.author != '' AND {_WHO} AND p.sentiment != 'negative'
              AND p.toxicity < 0.3 AND {_HERE}
            GROUP BY p.author HAVING count(*) >= 5 ORDER BY n DESC, p.author LIMIT :limit
        """),
        {"first": first_id, "limit": limit},
    ).all()
    people = []
    for name, _n in names:
        rows = connection.execute(
            text(f"""
                SELECT {_POST}, p.accepted FROM post p JOIN source s ON s.id = p.source_id
                WHERE p.author = :name AND p.id >= :first AND p.parent_id != '' AND {_WHO}
                  AND p.sentiment != 'negative' AND p.toxicity < 0.3 AND {_HERE}
                ORDER BY p.id DESC LIMIT 60
            """),
            {"name": name, "first": first_id},
        ).all()
        people.append((str(name), _rows(rows), sum(bool(r.accepted) for r in rows)))
    return people


def newcomers(connection: Connection, first_id: int, before_id: int, limit: int = 80) -> tuple[list[Evidence], int]:
    """(first posts of people who wrote first in places of ours since `first_id`, how many did between `before_id` and
    it)."""
    # Of those who wrote lately, who never did before: an index by author knows, and older posts are not read.
    rows = connection.execute(
        text(f"""
            SELECT min(p.id) AS id FROM post p
            WHERE p.id >= :before AND p.author != '' AND NOT p.by_us AND {_HERE} AND NOT EXISTS (
              SELECT 1 FROM post o JOIN source s ON s.id = o.source_id AND s.is_own
              WHERE o.author = p.author AND o.id < :before AND o.source_kind = p.source_kind AND NOT o.by_us)
            GROUP BY p.author, p.source_kind ORDER BY 1 DESC
        """),
        {"before": before_id},
    ).scalars()
    ids = [int(i) for i in rows]
    recent = [i for i in ids if i >= first_id]
    return evidence(connection, recent[:limit]), len(ids) - len(recent)


def people_and_posts(connection: Connection, since_day: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """(named people, posts) in places of ours before a day, and now: in one walk over the posts of these places."""
    people = connection.execute(
        text(f"""
            SELECT count(*) AS now, count(*) FILTER (WHERE first < :since) AS before FROM (
              SELECT min(p.id) AS first FROM post p WHERE p.author != '' AND {_HERE}
              GROUP BY p.source_kind, p.author) x
        """),
        {"since": since_day * IDS_PER_DAY},
    ).one()
    posts = connection.execute(
        text(f"""
            SELECT coalesce(sum(p.posts), 0) AS now,
              coalesce(sum(p.posts) FILTER (WHERE p.day < :since), 0) AS before
            FROM brand_source_day p WHERE p.brand_id = 0 AND {_HERE}
        """),
        {"since": since_day},
    ).one()
    return (int(people.before), int(posts.before)), (int(people.now), int(posts.now))


def waves(connection: Connection, first_id: int, least: int = 4, limit: int = 5) -> list[tuple[int, list[Evidence]]]:
    """(the first post of a group of copies, its posts): texts that went round since a post id."""
    groups = connection.execute(
        text(f"""
            SELECT p.group_id, count(*) AS n, count(DISTINCT p.author) AS people FROM post p
            WHERE p.id >= :first AND p.group_id != 0 AND {_WHO} GROUP BY p.group_id
            HAVING count(*) >= :least AND count(DISTINCT p.source_id) >= 3 ORDER BY n DESC, p.group_id LIMIT :limit
        """),
        {"first": first_id, "least": least, "limit": limit},
    ).all()
    waves_seen = []
    for group, _n, _people in groups:
        rows = connection.execute(
            text(
                f"SELECT {_POST} FROM post p JOIN source s ON s.id = p.source_id "
                f"WHERE p.group_id = :group AND p.id >= :first AND {_WHO} ORDER BY p.id LIMIT 60"
            ),
            {"group": group, "first": first_id},
        )
        waves_seen.append((int(group), _rows(rows)))
    return waves_seen


def our_texts(connection: Connection, limit: int = 300) -> list[str]:
    """Texts of our latest posts."""
    return [
        str(t)
        for t in connection.execute(
            text("""
                SELECT t.plain FROM post p JOIN post_text t ON t.post_id = p.id WHERE p.by_us
                ORDER BY p.id DESC LIMIT :limit
            """),
            {"limit": limit},
        ).scalars()
    ]


def answered_again(connection: Connection, first_id: int) -> list[tuple[int, list[Evidence]]]:
    """(an answer of ours, the inquiries since a post id that it fits)."""
    rows = connection.execute(
        text("""
            SELECT a.answer_id, a.post_id FROM past_answer a JOIN inquiry q ON q.post_id = a.post_id
            WHERE a.post_id >= :first ORDER BY 1, 2 LIMIT 3000
        """),
        {"first": first_id},
    )
    held: dict[int, list[int]] = {}
    for answer, post_id in rows:
        held.setdefault(int(answer), []).append(int(post_id))
    best = sorted(held.items(), key=lambda item: (-len(item[1]), item[0]))[:5]
    return [(answer, evidence(connection, ids)) for answer, ids in best]


def usual_reactions(connection: Connection, first_id: int) -> float | None:
    """The median of reactions since a post id, over at most 5,000 of the latest posts."""
    rows = [
        int(r)
        for r in connection.execute(
            text(
                f"SELECT {_REACTIONS} AS reactions FROM (SELECT * FROM post WHERE id >= :first "
                "ORDER BY id DESC LIMIT 50000) p WHERE p.score IS NOT NULL ORDER BY p.id DESC LIMIT 5000"
            ),
            {"first": first_id},
        ).scalars()
    ]
    return float(sorted(rows)[len(rows) // 2]) if rows else None


def posts_about_us(connection: Connection, first_id: int, limit: int) -> list[Evidence]:
    """The latest posts that name us since a post id."""
    ours = list(connection.execute(text("SELECT id FROM brand WHERE is_own ORDER BY id")).scalars())
    # Of each brand from the latest on: by their own ids, posts that name nobody would be read too.
    latest = text(f"""
        SELECT {_POST} FROM mention m JOIN post p ON p.id = m.post_id JOIN source s ON s.id = p.source_id
        WHERE m.brand_id = :brand AND m.day >= :day AND m.post_id >= :first AND {_WHO}
        ORDER BY m.day DESC, m.post_id DESC LIMIT :limit
    """)
    bounds = {"first": first_id, "day": first_id // IDS_PER_DAY, "limit": limit}
    found = {row.post: row for one in ours for row in _rows(connection.execute(latest, {**bounds, "brand": one}))}
    return sorted(found.values(), key=lambda row: -row.post)[:limit]


def ties(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[bool, bool]]:
    """Post -> (it names us, it is near to us in another way: it stands in a place of ours, answers a post that names
    us, or names a competitor or a subject that is followed)."""
    rows = connection.execute(
        text(f"""
            SELECT p.id, s.is_own,
              EXISTS (SELECT 1 FROM mention m JOIN brand b ON b.id = m.brand_id AND b.is_own WHERE m.post_id = p.id)
                AS ours,
              EXISTS (SELECT 1 FROM mention m WHERE m.post_id = p.id) AS named,
              EXISTS (SELECT 1 FROM post r JOIN mention m ON m.post_id = r.id JOIN brand b ON b.id = m.brand_id
                      WHERE p.root_id != '' AND r.source_kind = p.source_kind AND r.native_id = p.root_id
                        AND b.is_own) AS below
            FROM post p JOIN source s ON s.id = p.source_id WHERE p.id IN ({CHOSEN})
        """),
        {"ids": ids_parameter(ids)},
    )
    return {int(r.id): (bool(r.ours), bool(r.is_own or r.named or r.below)) for r in rows}


def first_post_of_ours(connection: Connection) -> datetime | None:
    """When the first post in a place of ours, or by us, was written, to the day."""
    firsts = connection.execute(
        text("""
            SELECT (SELECT min(p.id) FROM post p WHERE p.source_id = s.id) FROM source s WHERE s.is_own
            UNION ALL SELECT min(p.id) FROM post p WHERE p.by_us
        """)
    ).scalars()
    found = [int(i) for i in firsts if i is not None]
    return from_epoch(min(found) // IDS_PER_DAY * 86_400) if found else None
