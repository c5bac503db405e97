"""What a record of many posts costs: each page and view on the server, searches, storing, the disk.

    python -m tests.bench.ten FOLDER [--posts N] [--days 30,365] [--only people,topics] [--parts pages,searches,...]
    BENCH_DATABASE=postgresql://... python -m tests.bench.ten FOLDER [--beside]

FOLDER holds `vigie.sqlite`, or N posts are generated there first (ten million take half an hour and 6.5 GB). Parts are
pages, searches, storing, disk, refresh; storing and refresh add posts to the record. `refresh` reads 1,000 new posts with
all steps of the worker, here and in a record of 100,000 posts that is generated beside it (`tests.bench.refreshed`). With `BENCH_DATABASE` the record is the one at that
address, where `python -m data move` brought it; `--beside` opens each page on both, one after the other.

"Cold" is a page after a refresh, when nothing that was read before is kept; "warm" the same page again. Times are those
of the page's script, without server and browser, in milliseconds of the processor (the machine may do other things),
with its slowest statements by the clock. A database server works in a process of its own, which that leaves out: there
the clock is what counts.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import Engine

from data import actor
from data.models import Engagement, NewPost
from data.posts.ingest import add_posts
from data.settings import Settings, load_settings
from data.store import Store
from tests.bench import record_at

TOOK: list[tuple[float, float]] = []  # seconds of each run of the page that is opened: by the clock, of the processor
ENOUGH = 300  # ms that a page may take
PARTS = ("pages", "searches", "storing", "disk", "refresh")
BESIDE = 100_000  # posts of the record that a refresh is compared with
# Each page with its views, and what else is opened of it.
ONE_THING = (
    ("topics", "topic=1"), ("topics", "topic=40"), ("people", "view=people&group=new"), ("people", "names=no"),
    ("search", "q=word3"), ("sources", "source=1"), ("debates", "debate=1"), ("tools", "tool=1"),
    ("mentions", "order=engagement"), ("mentions", "order=waiting"), ("mentions", "q=word3"),
    ("mentions", "q=word4321"), ("mentions", "q=word"), ("mentions", "q=word3&langs=fr&sentiments=negative"),
    ("mentions", "sources=3"), ("mentions", "author=a7"), ("mentions", "topic=2"), ("mentions", "brand=1"),
    ("mentions", "langs=fr"), ("mentions", "sentiments=negative"), ("mentions", "page=40"),
)  # fmt: skip


def script() -> None:
    """What runs as a page: Streamlit reads the text of this function, which holds all that it needs."""
    import runpy
    import time

    import streamlit as st

    from dashboard.reads import cache
    from dashboard.views.allowed import plainly
    from dashboard.workspace import enter
    from tests.bench.ten import TOOK

    began, used = time.perf_counter(), time.thread_time()
    try:
        enter()
        with cache.one_record(), plainly():
            runpy.run_path(f"dashboard/pages/{st.session_state['page']}.py")
    finally:  # a page may end early, or run again
        TOOK.append((time.perf_counter() - began, time.thread_time() - used))


class Heard:
    """Statements and the seconds of each, as the driver is asked."""

    def __init__(self) -> None:
        self.took: list[tuple[float, str]] = []
        self._began = 0.0

    def before(self, *_: Any) -> None:
        self._began = time.perf_counter()

    def after(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.took.append((time.perf_counter() - self._began, " ".join(statement.split())))

    def slowest(self, number: int = 2, least: float = 0.03) -> list[str]:
        found = sorted(self.took, reverse=True)[:number]
        return [f"{seconds * 1_000:.0f} {statement}" for seconds, statement in found if seconds >= least]


@contextmanager
def heard() -> Iterator[Heard]:
    ears = Heard()
    event.listen(Engine, "before_cursor_execute", ears.before)
    event.listen(Engine, "after_cursor_execute", ears.after)
    try:
        yield ears
    finally:
        event.remove(Engine, "before_cursor_execute", ears.before)
        event.remove(Engine, "after_cursor_execute", ears.after)


def opened(name: str, address: dict[str, str]) -> tuple[float, float]:
    """Seconds of a page's script, by the clock and of the processor."""
    from streamlit.testing.v1 import AppTest

    from tests.bench.ten import TOOK  # that of the page, which knows this module by its name

    TOOK.clear()
    app = AppTest.from_function(script, default_timeout=600)
    app.session_state["page"], app.session_state["zone"] = name, "UTC"
    for parameter, value in address.items():
        app.query_params[parameter] = value
    app.run()
    if app.exception:
        raise RuntimeError(f"{name} {address}: {app.exception[0].message}")
    return sum(clock for clock, _ in TOOK), sum(used for _, used in TOOK)


def read_anew(store: Store) -> None:
    """What a refresh leaves: nothing that was read counts any longer."""
    with store.write():
        pass


def choose(store: Store) -> None:
    """From now on pages show this record."""
    os.environ["VIGIE_DATABASE_URL"] = store.url if store.is_server else ""


def measured(store: Store, name: str, address: dict[str, str]) -> tuple[str, bool]:
    """What a page cost, in words, and whether it was more than it may."""
    choose(store)
    opened(name, address)  # its programs are read
    read_anew(store)
    with heard() as ears:
        clock, used = opened(name, address)
    warm = [opened(name, address) for _ in range(3)]
    slow = 1_000 * (clock if store.is_server else used) > ENOUGH
    words = (
        f"cold {used * 1_000:.0f} (by the clock {clock * 1_000:.0f}), "
        f"warm {median(one[1] for one in warm) * 1_000:.0f} ({median(one[0] for one in warm) * 1_000:.0f})"
    )
    return "\n      ".join([words + ("  *" if slow else ""), *ears.slowest()]), slow


def pages(stores: list[Store], days: list[int], only: set[str]) -> None:
    from tests.dashboard.test_plans import PAGES

    today = last_day(stores[0])
    shown = [(name, f"view={view}" if view else "") for name, views in PAGES.items() for view in views.split() or [""]]
    slow = 0
    for name, query in [*shown, *ONE_THING]:
        if only and name not in only:
            continue
        for number in days:
            address = dict(part.split("=", 1) for part in query.split("&") if part)
            address |= {"lang": "en", "since": str(today - timedelta(days=number - 1)), "until": str(today)}
            for store in stores:
                told, is_slow = measured(store, name, address)
                slow += is_slow
                where = f" {store.engine.dialect.name}" if len(stores) > 1 else ""
                print(f"{name} {query or '-'} {number} days{where}: {told}", flush=True)
    print(f"{slow} over {ENOUGH} ms")


def last_day(store: Store) -> date:
    from data.models import day_to_date
    from data.posts.reads import day_bounds

    with store.read() as connection:
        bounds = day_bounds(connection)
    assert bounds is not None
    return day_to_date(bounds[1])


TYPED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("word3", {}, "newest"), ("word4321", {}, "newest"), ("word432", {}, "newest"), ("wor", {}, "newest"),
    ("word", {}, "newest"), ('"word3"', {}, "newest"), ('"word3 word4"', {}, "newest"), ("word3 -word4", {}, "newest"),
    ("word4321 word3", {}, "newest"), ("word4321 -word3", {}, "newest"), ("word3 -word4321", {}, "newest"),
    ("word3", {"langs": ("fr",)}, "newest"), ("word3", {"sources": (1,)}, "newest"), ("word3", {"author": "a7"}, "newest"),
    ("word3", {}, "oldest"), ("word3", {}, "engagement"), ("nothing", {}, "newest"),
)  # fmt: skip


def searches(store: Store, days: list[int]) -> None:
    """First page and counts of what somebody types, beside the plain way: the index is asked for all of it."""
    from data.posts.found import at_once, found_by_words
    from data.scope import Scope

    last = last_day(store)
    for number in days:
        for words, more, order in TYPED:
            scope = Scope(last - timedelta(days=number - 1), last, query=words, **more)
            took = {}
            for name, way in (("now", found_by_words), ("plain", at_once)):
                with store.read() as connection:
                    began = time.process_time()
                    took[name] = way(connection, scope, 1, folded=True, order=order), time.process_time() - began
            (now, used), (plain, before) = took["now"], took["plain"]
            assert now.ids == plain.ids
            counted = f"{now.posts:,} or more of {plain.posts:,}" if now.more else f"{now.posts:,}"
            print(
                f"{words} {more or ''} {order} {number} days: {used * 1_000:.0f} ms, plain {before * 1_000:.0f} "
                f"({used / before:.3f}); {counted} posts",
                flush=True,
            )


def new_posts(number: int, at: datetime, name: str) -> list[NewPost]:
    """Posts as a source brings them."""
    return [
        NewPost(
            "forum", f"{name}-{n}", f"<p>word{n % 4_999} word{n % 311} of a Brand0 post, number {n}</p>", None,
            title=f"Title {n % 977}", url=f"http://forum.example/{name}/{n}", author=f"a{n % 40_000}",
            published_at=at - timedelta(seconds=n % 80_000), root_id=f"{name}-{n - n % 20}", community="Forum",
            lang="en", engagement=Engagement(score=n % 7),
        )
        for n in range(number)
    ]  # fmt: skip


def stored(store: Store, number: int, at: datetime, name: str) -> float:
    """Rows a second, by thousands as a source brings them."""
    from data.source_list import add_source

    batches = [new_posts(1_000, at, f"{name}-{n}") for n in range(number // 1_000)]
    with store.write(counts=False) as connection:
        source, _ = add_source(connection, "feed", "http://forum.example", at)
    began = time.perf_counter()
    for batch in batches:
        with store.write(counts=False) as connection:
            add_posts(connection, source.id, batch, at)
    return number / (time.perf_counter() - began)


def storing(store: Store, folder: Path, number: int) -> None:
    at = datetime.combine(last_day(store), datetime.min.time(), UTC) + timedelta(hours=23)
    name = f"new{int(time.time())}"
    with tempfile.TemporaryDirectory(dir=folder) as beside:  # on the same disk
        _storing(store, Store(record_at(beside)), number, at, name)


def _storing(store: Store, fresh: Store, number: int, at: datetime, name: str) -> None:
    # In turn, so that what else the machine does falls on both.
    rates: dict[str, list[float]] = {"an empty record": [], "this record": []}
    for turn in range(3):
        rates["an empty record"].append(stored(fresh, number, at, f"{name}-{turn}"))
        rates["this record"].append(stored(store, number, at, f"{name}-{turn}"))
    told = {name: median(found) for name, found in rates.items()}
    words = ", ".join(f"{rate:,.0f} rows/s in {name}" for name, rate in told.items())
    print(f"storing {number:,} posts, three times: {words}: {told['an empty record'] / told['this record']:.2f} times")


def disk(store: Store) -> None:
    """Megabytes by table with its indexes, and bytes a post."""
    with store.read() as connection:
        number = connection.execute(text("SELECT count(*) FROM post")).scalar_one()
        sizes = (on_server if store.is_server else in_file)(connection)
    whole = sum(sizes.values())
    print(f"{whole / 1e6:,.0f} MB, {whole / number:.0f} bytes a post")
    for table, size in sorted(sizes.items(), key=lambda one: -one[1])[:14]:
        print(f"  {table} {size / 1e6:,.0f} MB, {size / number:.0f} bytes a post")


def refreshes(store: Store, settings: Settings, folder: Path) -> None:
    """1,000 new posts in a small record and in this one."""
    from tests.bench import refreshed, reputation

    small = Store(f"sqlite:///{folder}/beside{os.getpid()}.sqlite")
    reputation.LAST = last_day(store)
    reputation.fill(small, BESIDE)
    refreshed.compared([small, store], settings, last_day)
    for path in small.path.parent.glob(f"{small.path.stem}*"):
        path.unlink()


def in_file(connection: Connection) -> dict[str, int]:
    names = dict(connection.execute(text("SELECT name, tbl_name FROM sqlite_master")).tuples().all())
    sizes: dict[str, int] = {}
    for name, size in connection.execute(text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name")):
        table = str(names.get(name, name))
        sizes[table] = sizes.get(table, 0) + int(size)
    return sizes


def on_server(connection: Connection) -> dict[str, int]:
    every = (
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)"
    )
    return {str(name): int(size) for name, size in connection.execute(text(every))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=0)
    parser.add_argument("--days", default="30,365")
    parser.add_argument("--only", default="")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--beside", action="store_true", help="pages of the file and of BENCH_DATABASE in turn")
    given = parser.parse_args()
    os.environ |= {"VIGIE_DATA_DIR": str(given.folder.resolve()), "VIGIE_DEMO": "false", "VIGIE_WORKER": "false"}
    settings = load_settings()
    file = Store(settings.store_url)
    server = os.environ.get("BENCH_DATABASE", "")
    store = Store(server) if server else file
    choose(store)
    if given.posts:
        from tests.bench import reputation

        reputation.LAST = datetime.now(UTC).date()
        reputation.fill(store, given.posts)
    importlib.import_module("dashboard.who")  # says who acts, behind the gate: here there is none
    actor._session.clear()
    logging.disable(logging.WARNING)  # of a script without a server
    days, parts = [int(number) for number in given.days.split(",")], given.parts.split(",")
    if "disk" in parts:
        disk(store)
    if "searches" in parts:
        searches(store, days)
    if "pages" in parts:
        shown = [file, store] if server and given.beside else [store]
        pages(shown, days, set(filter(None, given.only.split(","))))
    if "storing" in parts:
        storing(store, given.folder, 20_000)
    if "refresh" in parts:
        refreshes(store, settings, given.folder)


if __name__ == "__main__":
    main()
