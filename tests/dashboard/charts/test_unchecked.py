"""Charts are held against the grammar of charts here, and not each time that one is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from altair.utils.schemapi import SchemaValidationError
from altair.vegalite.v6.schema.core import Root
from jsonschema import ValidationError
from sqlalchemy import text

from data.settings import Settings
from data.store import Store
from tests.dashboard.alone import on_this_computer, opened

# (page, what its address says, how many charts it shows at least)
SHOWN = (
    ("overview", {}, 3), ("topics", {"view": "map"}, 1), ("topics", {"view": "time"}, 1), ("topics", {"topic": "1"}, 2),
    ("reputation", {"view": "now"}, 4), ("reputation", {"view": "why"}, 1), ("reputation", {"view": "aspects"}, 1),
    ("debates", {}, 1), ("tools", {"view": "radar"}, 1), ("people", {"view": "places"}, 1),
    ("alerts", {"alert": "1"}, 1),
)  # fmt: skip
# Things whose page has a chart, by the number that each demo gives them.
OF_ONE = {"debate": "SELECT id FROM debate WHERE state = 'debate'", "tool": "SELECT id FROM tool WHERE state = 'shown'"}


def charts_of(app: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        for child in node.children.values():
            if child.type.endswith("vega_lite_chart"):
                found.append(json.loads(child.proto.spec))
            if hasattr(child, "children"):
                walk(child)

    walk(app._tree)
    return found


@pytest.fixture(scope="module")
def folder(demo_today: Callable[[str], Path]) -> Path:
    return demo_today("unchecked")


def test_every_chart_of_a_page_is_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_this_computer(folder, monkeypatch)
    with Store(Settings(data_dir=str(folder), demo=True).store_url).read() as connection:
        things = [
            (f"{name}s", {name: str(number)}, 1)
            for name, query in OF_ONE.items()
            for number in connection.execute(text(query)).scalars().fetchmany(2)
        ]
    assert {page for page, _, _ in things} == {"debates", "tools"}
    for page, address, least in (*SHOWN, *things):
        charts = charts_of(opened(page, lang="en", **address))
        assert (page, address, len(charts) >= least) == (page, address, True), len(charts)
        for chart in charts:
            Root.validate(chart)


def test_what_is_no_chart_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_this_computer(folder, monkeypatch)
    chart = charts_of(opened("overview", lang="en"))[0]
    chart["layer"][0]["mark"]["type"] = "barr"
    with pytest.raises((SchemaValidationError, ValidationError)):
        Root.validate(chart)
