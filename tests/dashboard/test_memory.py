"""What a closed tab leaves behind in the app."""

from __future__ import annotations

from tests.bench.memory import Visitors, load, resident
from tests.conftest import RunningApp

KEPT = 128  # closed sessions that Streamlit keeps for those who come back
MOST = 4.0  # MB that another hundred may add; 9 when each was kept for ever


def test_closed_tabs_are_forgotten(demo_app: RunningApp) -> None:
    visitors = Visitors(demo_app)
    for turn in range(KEPT + 22):
        load(visitors, visitors.pages[turn % len(visitors.pages)])
    before = resident(demo_app.process.pid)
    for turn in range(100):
        load(visitors, visitors.pages[turn % len(visitors.pages)])
    assert resident(demo_app.process.pid) - before < MOST
