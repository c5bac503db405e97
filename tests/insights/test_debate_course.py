"""How a debate went, day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from data.debates.listing import Positioned
from insights.debates.course import shares

START = datetime(2026, 6, 1, tzinfo=UTC)


def row(day: int, author: str, side: int) -> Positioned:
    return Positioned(day, START + timedelta(days=day), author, float(side), side, -1)


def test_a_person_counts_where_he_or_she_stood_last() -> None:
    rows = [row(0, "a", 0), row(1, "a", 1), row(1, "b", -1), row(2, "a", -1), row(4, "c", 0)]
    found = shares((item.at.date(), item) for item in rows)
    assert [(share.day.day, share.value, share.people) for share in found] == [(2, 0.5, 2), (3, 0.0, 2), (5, 0.0, 2)]
    assert all(share.low <= share.value <= share.high for share in found)


def test_without_a_side_there_is_no_share() -> None:
    assert shares([]) == []
    assert shares([(START.date(), row(0, "a", 0))]) == []
