"""Pages say the same of the same posts on SQLite and on PostgreSQL, and none reads every post there either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.engine import Engine

from data import postgresql
from data.settings import Settings
from data.store import Store
from tests.conftest import Postgres
from tests.dashboard.alone import on_this_computer, opened
from tests.dashboard.test_plans import PAGES, TABLES, are_written_down

# Beyond the views: one of each thing that a page shows by its number, with what is asked of the record to find it.
ONE_OF = {
    ("mentions", "post"): "SELECT min(post_id) FROM mention",
    ("topics", "topic"): "SELECT topic_id FROM topic_day GROUP BY 1 ORDER BY sum(posts) DESC, 1 LIMIT 1",
    ("debates", "debate"): "SELECT min(id) FROM debate",
    ("tools", "tool"): "SELECT min(id) FROM tool",
    ("ideas", "idea"): "SELECT min(id) FROM idea",
    ("alerts", "alert"): "SELECT min(id) FROM alert",
    ("reputation", "brand"): "SELECT max(id) FROM brand",
}
DEEPER = (
    ("search", {"q": "export"}), ("search", {"q": "perdu des données"}),
    ("mentions", {"q": "export OR planning"}), ("mentions", {"q": "plann* -export lang:fr"}),
    ("mentions", {"q": '"mobile app"~5'}), ("mentions", {"order": "loudest"}), ("mentions", {"order": "oldest"}),
    ("mentions", {"sentiment": "negative", "lang_of": "fr"}), ("mentions", {"copies": "all"}),
    ("mentions", {"view": "answer", "kind": "question"}), ("mentions", {"view": "moderate", "by": "heat"}),
    ("mentions", {"view": "spreads", "by": "oldest"}), ("overview", {"period": "last-month"}),
    ("people", {"group": "newcomers"}), ("people", {"names": "no"}), ("reputation", {"compare": "yes"}),
    ("reputation", {"view": "why", "compare": "yes"}), ("topics", {"hidden": "1"}), ("calendar", {"view": "month"}),
    ("activity", {"view": "audit", "since_days": "365", "words": "demo"}), ("reports", {"report": "1"}),
)  # fmt: skip
OF_ONE_DRAWING = {"deferred_file_id"}  # named anew each time that a page is drawn
# What hangs on where the record lies: (page, view).
OWN = {("activity", "kept"), ("settings", "")}
Drawn = list[tuple[str, str]]


def said(app: Any) -> Drawn:
    """Each element of a page with all that it shows: texts, figures of charts, choices."""
    found: Drawn = []

    def walk(node: Any) -> None:
        for child in node.children.values():
            lines = str(child.proto).splitlines()
            found.append((child.type, "\n".join(line for line in lines if line.split(":")[0] not in OF_ONE_DRAWING)))
            if hasattr(child, "children"):
                walk(child)

    walk(app._tree)
    return found


def addresses(connection: Connection) -> Iterator[tuple[str, dict[str, str]]]:
    for name, views in PAGES.items():
        for view in views.split() or [""]:
            yield name, {"view": view} if view else {}
    for (name, parameter), query in ONE_OF.items():
        yield name, {parameter: str(connection.execute(text(query)).scalar_one())}
    yield from DEEPER


@contextmanager
def heard(found: dict[str, tuple[str, Any]], at: list[str]) -> Iterator[None]:
    """Each statement that reads, with where it was asked first and its parameters."""

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.setdefault(" ".join(statement.split()), (at[0], parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


@pytest.fixture(scope="module")
def folder(demo_today: Callable[[str], Path]) -> Path:
    return demo_today("both")


@pytest.fixture(scope="module")
def url(folder: Path, postgres: Postgres) -> str:
    """The same record on a server. Its pseudonyms are made with the same salt, and nothing in it is of just now."""
    here = Store(Settings(data_dir=str(folder)).store_url)
    here.set_meta("salt", "5417")
    with here.write() as connection:
        connection.execute(text("UPDATE source SET last_success = last_success - 12600"))
    return postgres.holding("demo_compared", folder)


@dataclass(frozen=True, slots=True)
class Pages:
    """Each address with what its page shows on SQLite and on the server, and every statement that the server read."""

    shown: list[tuple[str, dict[str, str], Drawn, Drawn]]
    asked: dict[str, tuple[str, Any]]


@pytest.fixture(scope="module")
def pages(folder: Path, url: str) -> Pages:
    asked: dict[str, tuple[str, Any]] = {}
    at, shown = [""], []
    with Store(Settings(data_dir=str(folder)).store_url).read() as connection:
        wanted = list(addresses(connection))
    with pytest.MonkeyPatch.context() as monkeypatch:
        on_this_computer(folder, monkeypatch)
        for name, address in wanted:
            monkeypatch.delenv("VIGIE_DATABASE_URL", raising=False)
            on_sqlite = said(opened(name, lang="en", **address))
            monkeypatch.setenv("VIGIE_DATABASE_URL", url)
            at[0] = f"{name} {address}"
            with heard(asked, at):
                shown.append((name, address, on_sqlite, said(opened(name, lang="en", **address))))
    return Pages(shown, asked)


def test_pages_say_the_same_on_both(pages: Pages) -> None:
    for name, address, on_sqlite, on_server in pages.shown:
        if (name, address.get("view", "")) not in OWN:
            assert on_server == on_sqlite, (name, address)


# What may go through a whole table of posts on the server, and why.
MAY = {
    "SELECT count(*) AS count_1 FROM post WHERE post.dropped_at IS NOT NULL": "What is kept, opened now and then",
}
OF_FEW = {"post_by_pending", "post_by_copy", "post_by_shares"}  # hold few posts
READS = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"}
FEW = {"Nested Loop", "Subquery Scan", "Result", "LockRows"}  # steps that stop as soon as enough was found


def walked(plan: dict[str, Any], *, stops: bool = False) -> list[str]:
    """The steps of a plan that go through a whole table of posts, or through an index of all of them."""
    kind = plan["Node Type"]
    inner = kind == "Limit" or (stops and kind in FEW)
    steps: list[str] = [step for one in plan.get("Plans", ()) for step in walked(one, stops=inner)]
    if kind not in READS or plan.get("Relation Name", TABLES[0]) not in TABLES:
        return steps
    found = plan.get("Index Cond") or plan.get("Index Name", "") in OF_FEW
    others = kind == "Bitmap Index Scan" and not plan["Index Name"].startswith(TABLES)
    return steps if found or others or (stops and "Index" in kind) else [*steps, kind]


@contextmanager
def large(url: str) -> Iterator[Connection]:
    """A connection that plans as in a record of a million posts; what an index can find is found by it."""
    with create_engine(postgresql.driver_url(make_url(url)), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("SET search_path = public, house")
        for table in TABLES:
            connection.exec_driver_sql(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        connection.exec_driver_sql("ANALYZE")
        names = ", ".join(f"'{table}'::regclass" for table in TABLES)
        connection.exec_driver_sql(
            "UPDATE pg_class SET reltuples = reltuples * 300 WHERE reltuples > 0 AND oid IN "
            f"(SELECT indexrelid FROM pg_index WHERE indrelid IN ({names}) UNION ALL SELECT unnest(ARRAY[{names}]))"
        )
        for name in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
            connection.exec_driver_sql(f"SET {name} = off")
        yield connection


def test_no_page_reads_every_post_on_a_server(pages: Pages, url: str) -> None:
    assert len(pages.asked) > 150
    assert any("search @@" in statement for statement in pages.asked)  # words are found by their index
    found = {}
    with large(url) as connection:
        for statement, (where, parameters) in pages.asked.items():
            plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
            found[statement] = (where, walked(plan[0]["Plan"]))
    are_written_down(found, MAY)


def test_both_have_the_same_indexes(folder: Path, url: str) -> None:
    own = {"post_text_search", "fact_words"}  # of words: SQLite has tables for that
    with Store(Settings(data_dir=str(folder)).store_url).read() as connection:
        named = text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        on_sqlite = set(connection.execute(named).scalars())
    with Store(url).read() as connection:
        on_server = {
            str(row.name)
            for row in connection.execute(
                text(
                    "SELECT i.relname AS name FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
                    "JOIN pg_namespace n ON n.oid = i.relnamespace LEFT JOIN pg_constraint c ON c.conindid = i.oid "
                    "WHERE n.nspname = 'public' AND c.oid IS NULL"
                )
            )
        }
    assert on_server - own == on_sqlite
