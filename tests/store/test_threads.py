"""A thread as a tree: each reply under what it replies to, whatever the network left out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from data.inbox.threads import in_reading_order
from data.models import Post


def post(number: int, parent: str = "") -> Post:
    when = datetime(2026, 3, 1, 9, number, tzinfo=UTC)
    return Post(number, "forum", str(number), 1, "F", when, "a", "", "x", "", "en", "", 0, False, parent_id=parent)


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({}, []),
        ({1: ""}, [(1, 0, False)]),
        ({1: "", 2: "1", 3: "1", 4: "2"}, [(1, 0, False), (2, 1, False), (4, 2, False), (3, 1, False)]),
        ({1: "", 2: "gone"}, [(1, 0, False), (2, 0, True)]),
        ({1: "1", 2: "1"}, [(1, 0, False), (2, 1, False)]),
        ({1: "2", 2: "1"}, [(1, 0, True), (2, 0, True)]),
        ({1: "", 2: "3", 3: "2"}, [(1, 0, False), (2, 0, True), (3, 0, True)]),
    ],
    ids=["none", "alone", "tree", "missing", "itself", "ring", "ring-beside"],
)
def test_reading_order(parents: dict[int, str], expected: list[tuple[int, int, bool]]) -> None:
    placed = in_reading_order([post(number, parent) for number, parent in parents.items()])
    assert [(item.id, depth, missing) for item, depth, missing in placed] == expected
