"""How a debate went: the share of its first camp among the people who had spoken by each day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.debates.listing import Positioned
from insights.reputation.estimates import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """The share of side 1, from 0 to 1 and between `low` and `high`, among so many people with a side."""

    day: date
    value: float
    low: float
    high: float
    people: int


def shares(moments: Iterable[tuple[date, Positioned]]) -> list[Share]:
    """One for each day with a post, from the first side that was taken on. A person counts where he or she stood last;
    posts come in order of time, each with its day."""
    side_of: dict[str, int] = {}
    by_day: dict[date, Share] = {}
    for day, row in moments:
        if row.side:
            side_of[row.author or str(row.post)] = row.side
        if side_of:
            value = wilson(sum(side > 0 for side in side_of.values()), len(side_of))
            by_day[day] = Share(day, value.value, value.low, value.high, len(side_of))
    return list(by_day.values())
