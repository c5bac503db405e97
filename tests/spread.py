"""How tests are spread over the processes of a run: what takes long begins first, so that no process is left alone with
it, and what waits for a worker comes last, when nobody keeps it waiting."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadFileScheduling

# By what they took, the longest first; all others follow in the order of collection. What needs no demo begins, while
# one process makes it.
FIRST = (
    "test_hostile_text",
    "insights/test_order",
    "browser/test_axe",
    "browser/test_day",
    "browser/test_real_feeds",
    "browser/test_sharing",
    "browser/test_acts",
    "browser/test_workspaces",
    "browser/test_reputation",
    "browser/test_debates",
    "browser/test_ideas",
    "browser/test_inbox",
    "browser/test_calendar_grid",
    "browser/test_doors",
    "dashboard/test_both_databases",
    "insights/test_debates",
    "insights/test_models",
    "insights/test_answers",
    "insights/test_refresh",
    "insights/test_hub",
    "insights/test_stable_topics",
    "insights/test_events",
    "dashboard/web/test_workspaces",
    "dashboard/documents/test_of_page",
    "dashboard/test_memory",
    "store/test_upgrading",
    "store/test_moving",
    "store/test_erasing",
    "store/test_returning",
    "running/test_services",
    "test_cluster",
)
# A worker gives way to all other processes, so these are quick beside one another and slow beside the rest.
LAST = (
    "browser/test_pages",
    "browser/test_topics",
    "browser/test_start",
    "test_worker",
    "test_several_processes",
)
# Their tests share nothing that takes long, and each is long.
APART = frozenset({"browser/test_axe", "browser/test_day", "test_worker"})


def name_of(nodeid: str) -> str:
    """A file of tests as it is named here."""
    return nodeid.split("::", 1)[0].removeprefix("tests/").removesuffix(".py")


def in_order(items: list[pytest.Item]) -> None:
    places = {name: place - len(FIRST) for place, name in enumerate(FIRST)}
    places |= {name: place + 1 for place, name in enumerate(LAST)}
    items.sort(key=lambda item: places.get(name_of(item.nodeid), 0))


class Spread(LoadFileScheduling):  # type: ignore[misc]
    """A file is of one process, and so is each test of those that are apart."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if name_of(nodeid) in APART else str(super()._split_scope(nodeid))


def missing(files: Sequence[str]) -> list[str]:
    """What is named here and is no file of tests."""
    return sorted({*FIRST, *LAST, *APART} - {name_of(one) for one in files})
