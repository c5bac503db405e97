"""No page reads every post: what each page asks of the record, and how SQLite would find it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from data.settings import ROOT
from tests.dashboard.alone import on_this_computer, opened

# Each page, with its views.
PAGES = {
    "account": "", "activity": "runs audit kept", "alerts": "open rest rules channels",
    "calendar": "month week list events",
    "debates": "debate lively criticism aside", "ideas": "found kept dismissed themes days templates",
    "mentions": "all answer moderate spreads acts facts quotes tickets words", "overview": "",
    "people": "people places go",
    "reports": "reports shared recipients programs", "reputation": "now why aspects actions check brands",
    "search": "", "settings": "", "sources": "followed ours", "team": "", "tools": "radar table week followed aside",
    "topics": "list themes map time compare watched",
}  # fmt: skip
# What may read a whole table of posts, and why.
MAY = {
    "SELECT count(*) AS count_1 FROM post WHERE post.dropped_at IS NOT NULL": (
        "What is kept, opened now and then: by an index of those alone"
    ),
    "SELECT post.published_at FROM post WHERE post.dropped_at IS NULL ORDER BY post.id LIMIT ? OFFSET ?": (
        "What is kept: it ends at the first post that has its words"
    ),
}
TABLES = ("post", "post_text", "post_topic", "post_intent", "post_source", "mention")
NAMED = re.compile(rf"\b({'|'.join(TABLES)})(?:\s+AS)?\s+([a-z]\w*)\b", re.IGNORECASE)
NO_NAMES = {"where", "join", "on", "order", "left", "group", "limit", "cross", "inner", "union", "set", "as"}
OF_FEW = "INDEX post_by_pending"  # holds the posts that wait alone
Asked = dict[str, tuple[str, Any]]


@pytest.fixture(scope="module")
def folder(demo_today: Callable[[str], Path]) -> Path:
    return demo_today("plans")


@pytest.fixture
def asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Each statement that a page reads with -> (the view that asked first, its parameters)."""
    on_this_computer(folder, monkeypatch)
    found: Asked = {}
    at = [""]

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.setdefault(" ".join(statement.split()), (at[0], parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    for name, views in PAGES.items():
        for view in views.split() or [""]:
            at[0] = f"{name}?view={view}"
            opened(name, lang="en", **({"view": view} if view else {}))
    event.remove(Engine, "before_cursor_execute", hear)
    return found


def scans(plan: list[str], statement: str) -> list[str]:
    """The steps that go through a whole table of posts."""
    names = {*TABLES, *(name for _table, name in NAMED.findall(statement) if name.lower() not in NO_NAMES)}
    found = (re.match(r"SCAN (\w+)", step) for step in plan if not step.endswith(OF_FEW))
    return [step.string for step in found if step and step[1] in names]


def are_written_down(found: dict[str, tuple[str, list[str]]], may: dict[str, str]) -> None:
    """Each statement with steps that go through a table of posts is in `may`, which holds no other."""
    walks = {statement: told for statement, told in found.items() if told[1]}
    assert [f"{at}: {steps}: {one}" for one, (at, steps) in walks.items() if one not in may] == []
    assert walks.keys() == may.keys()  # what is no longer so is no longer written down


def test_no_page_reads_every_post(asked: Asked, folder: Path) -> None:
    assert len(asked) > 150
    engine = create_engine(f"sqlite:///{folder}/demo.sqlite")
    found = {}
    with engine.connect() as connection:
        for statement, (where, parameters) in asked.items():
            if "post_fts" in statement or "fact_fts" in statement:
                continue  # found by words: its own index
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found[statement] = (where, scans([str(row[3]) for row in rows], statement))
    are_written_down(found, MAY)


def test_every_page_is_looked_at() -> None:
    assert set(PAGES) == {path.stem for path in (ROOT / "dashboard" / "pages").glob("*.py")} - {"__init__"}


@pytest.mark.parametrize(
    ("statement", "plan", "scanned"),
    [
        ("SELECT p.id FROM post AS p", ["SCAN p USING COVERING INDEX post_by_group"], True),
        ("SELECT p.id FROM post p WHERE p.id = 1", ["SEARCH p USING INTEGER PRIMARY KEY (rowid=?)"], False),
        ("SELECT id FROM source s JOIN post_text ON 1", ["SCAN s"], False),
    ],
)
def test_a_scan_is_seen(statement: str, plan: list[str], scanned: bool) -> None:
    assert bool(scans(plan, statement)) == scanned
