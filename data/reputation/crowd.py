"""Everybody of a period together: how many are in each group, and who comes first by a figure.

A page shows some fifty of them: all others are counted where they lie, and none of them is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from data.dialect import by_letters
from data.reputation.members import AWAY, BEFORE, ROLES, STATES, weeks_of
from data.reputation.returning import NEVER
from data.scope import Scope

FIGURES = ("posts", "drawn", "about_us", "negative", "positive")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who `members` tells of a period, ours left out. `groups` are people by state and by role (one may have several),
    `wrote` those with a post in the period itself; `first` are (network, author) by a figure, of one group or of
    all."""

    people: int
    wrote: int
    groups: Mapping[str, int]
    first: tuple[tuple[str, str], ...]


def crowd(connection: Connection, scope: Scope, group: str = "", figure: str = "posts", most: int = 50) -> Crowd:
    """`group` is one of `STATES` or `ROLES`, all where it is none of them. Raises ValueError for another figure than
    those of `FIGURES`."""
    if figure not in FIGURES:
        raise ValueError(figure)
    low, high = weeks_of(scope)
    rows = connection.execute(
        text(_statement(figure, group, by_letters(connection))),
        {
            "low": low,
            "high": high,
            "length": high - low + 1,
            "from": low - BEFORE,
            "recent": low - 8,
            "never": NEVER,
            "most": most,
        },
    ).all()
    groups: Counter[str] = Counter()
    people = wrote = 0
    for _network, _author, state, mask, number, wrote_here in (row for row in rows if row.author is None):
        groups[state] += number
        for bit, role in enumerate(ROLES):
            groups[role] += number if mask >> bit & 1 else 0
        people, wrote = people + number, wrote + wrote_here
    # A person's row ends with the place in the order.
    first = sorted((row for row in rows if row.author is not None), key=lambda row: int(row[4]))
    return Crowd(people, wrote, +groups, tuple((str(row[0]), str(row[1])) for row in first))


def _statement(figure: str, group: str, collation: str) -> str:
    chosen = ""
    if group in STATES:
        chosen = f"AND state = '{group}'"
    elif group in ROLES:
        chosen = f"AND mask & {1 << ROLES.index(group)} != 0"
    order = f"figure DESC, posts DESC, source_kind {collation}, author {collation}"
    # The sign before `week`: in the order of the index that begins with the author nobody has to be sorted, which is
    # worth more than to leave other weeks out.
    return f"""
        WITH told AS MATERIALIZED (
          SELECT source_kind, author, posts, figure, CASE
            WHEN first = :never AND weeks = weeks_told THEN 'new'
            WHEN weeks_told - weeks >= 4 AND last <= :high - {AWAY} THEN 'drifting'
            WHEN weeks = 0 THEN '' WHEN recent_before = 0 THEN 'returning'
            WHEN 2 * weeks >= :length AND weeks_told - weeks >= {BEFORE // 2} THEN 'loyal' ELSE 'regular' END AS state,
            CASE WHEN for_us >= 3 AND for_us >= 3 * against_us THEN 1 ELSE 0 END
            + CASE WHEN against_us >= 3 AND against_us >= 2 * for_us AND weeks_against >= 2 THEN 2 ELSE 0 END
            + CASE WHEN events >= 2 THEN 4 ELSE 0 END AS mask
          FROM (
            SELECT source_kind, author, sum(CASE WHEN week >= :low THEN posts ELSE 0 END) AS posts,
              sum(CASE WHEN week >= :low THEN {figure} ELSE 0 END) AS figure,
              sum(against_us) AS against_us, sum(for_us) AS for_us, sum(events) AS events, min(before) AS first,
              count(*) FILTER (WHERE week >= :low) AS weeks, count(*) AS weeks_told,
              count(*) FILTER (WHERE week < :low AND week >= :recent) AS recent_before,
              count(*) FILTER (WHERE against_us > 0) AS weeks_against, max(week) AS last
            FROM author_week WHERE +week BETWEEN :from AND :high GROUP BY source_kind, author HAVING max(by_us) = 0
          ) m)
        SELECT NULL AS source_kind, NULL AS author, state, mask, count(*), count(*) FILTER (WHERE posts > 0) FROM told
          WHERE state != '' GROUP BY state, mask
        UNION ALL SELECT source_kind, author, state, mask, row_number() OVER (ORDER BY {order}), 0 FROM (
          SELECT * FROM told WHERE state != '' {chosen} ORDER BY {order} LIMIT :most) f
    """
