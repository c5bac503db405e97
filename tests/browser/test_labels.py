"""Names that look like addresses, icons and pictures, on every page: they are read as they are written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import settle
from tests.conftest import RunningApp

pytestmark = pytest.mark.browser
NAME = (
    "www.evil.example https://evil.example/a me@evil.example :material_home: :material/home: :smile: :streamlit: "
    "[x](https://evil.example) ![x](https://evil.example/i.png) $x^2$ :red[crimson] a -> b"
)
HELD = {
    "post": ("author", "community"),
    "member_week": ("author", "community"),
    "place_week": ("community",),
    "own_account": ("author",),
    "source": ("title",),
    "brand": ("name",),
    "topic": ("label", "person_label"),
    "topic_part": ("label",),
    "tool": ("name", "assigned"),
    "debate": ("place", "question", "dismissed"),
    "alert_rule": ("name",),
    "action": ("title", "who"),
    "calendar_item": ("title", "owner"),
}
PAGES = [
    *("", "mentions", "mentions?view=answer", "mentions?view=moderate", "mentions?post={post}", "topics"),
    *("topics?view=themes", "topics?view=time", "topics?view=compare", "topics?topic={topic}", "debates"),
    *("debates?debate={debate}", "tools", "tools?view=week", "tools?tool={tool}", "reputation"),
    *("reputation?view=by", "reputation?view=aspects", "reputation?view=actions", "reputation?view=brands&edit=1"),
    *("ideas", "calendar?view=list", "calendar?item={calendar_item}", "alerts", "alerts?alert={alert}", "people"),
    *("people?view=places", "reports", "sources", "activity"),
]
# What a name must not become, wherever it is shown, and how that would look on the page: buttons and marks of headings
# are links of the app's own.
FORBIDDEN = {
    "a link": "a[href*='evil']:not([href^='#'], [kind]), a[href^='mailto:']:not([kind])",
    "a picture": "img[src*='evil'], img[alt='Streamlit logo']",
    "an icon": "[aria-label='home icon']",
    "a formula": ".katex",
    "a colour": ".stMarkdownColoredText:has-text('crimson')",
}


@pytest.fixture(scope="module")
def named(demo_today: Callable[[str], Path]) -> Iterator[tuple[RunningApp, dict[str, int]]]:
    """The demo with such a name in the place of every other, and the newest id of each table."""
    folder = demo_today("named")
    with sqlite3.connect(folder / "demo.sqlite") as connection:
        for table, columns in HELD.items():
            for column in columns:
                connection.execute(f"UPDATE {table} SET {column} = trim({column} || ' ' || ?)", (NAME,))
        newest = {
            table: connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
            for table in ("post", "topic", "debate", "tool", "calendar_item", "alert")
        }
    app = RunningApp(folder, VIGIE_DEMO="true", VIGIE_WORKER="false")
    yield app, newest
    app.close()


def test_a_name_is_nowhere_a_link_an_icon_or_a_picture(
    named: tuple[RunningApp, dict[str, int]], open_page: Callable[..., Any]
) -> None:
    app, newest = named
    page = open_page(f"{app.url}/?lang=en")
    became, read = [], set()
    for path in PAGES:
        address = path.format(**newest)
        page.goto(f"{app.url}/{address}{'&' if '?' in address else '?'}lang=en")
        page.wait_for_selector("[data-testid=stMainBlockContainer]")
        settle(page)
        assert page.query_selector("[data-testid=stException]") is None, path
        became += [
            (path, what, page.locator(form).first.evaluate("e => e.outerHTML")[:300])
            for what, form in FORBIDDEN.items()
            if page.locator(form).count()
        ]
        became += [(path, "an emoji", "")] if "😄" in page.inner_text("body") else []
        if NAME in page.inner_text("body"):
            read.add(path)
    assert became == []
    assert len(read) > 20, sorted(set(PAGES) - read)  # the others show names in drawings and tables alone
