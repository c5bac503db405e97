"""A word in very many posts: the page says that there are more than it counted, and counts them when asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.models import day_to_date
from data.posts import found
from data.posts.reads import count_cards, day_bounds
from data.scope import MAX_DAYS, scope_of
from data.store import Store
from tests.dashboard.alone import on_this_computer, opened

WORD = "the"


@pytest.fixture(scope="module")
def folder(demo_today: Callable[[str], Path]) -> Path:
    return demo_today("searching")


@pytest.fixture
def many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """The demo is read as a record of millions is; (posts, cards) that have the word in it."""
    on_this_computer(folder, monkeypatch)
    for name, value in {"MANY": 300, "AMONG": 300, "TURN": 50, "FARTHEST": 400, "ENOUGH": 60}.items():
        monkeypatch.setattr(found, name, value)
    store = Store(f"sqlite:///{folder}/demo.sqlite")
    with store.read() as connection:
        bounds = day_bounds(connection)
        assert bounds is not None
        scope = scope_of(lambda name: {"days": str(MAX_DAYS)}.get(name, ""), day_to_date(bounds[1]))
        return count_cards(connection, replace(scope, query=WORD))


def captions(app: AppTest) -> str:
    return "\n".join(item.value for item in app.caption)


@pytest.mark.parametrize("page", ["mentions", "search"])
def test_more_than_was_counted_is_said_and_counted_when_asked(many: tuple[int, int], page: str) -> None:
    app = opened(page, lang="en", q=WORD, days=str(MAX_DAYS))
    assert "60 posts or more" in captions(app)
    assert "Page 1 of 3 or more" in captions(app)
    kinds: list[Any] = [item for item in app.get("button_group") if getattr(item, "label", "") == "Kind"]
    assert bool(kinds) == (page == "mentions")
    assert not any(re.search(r"\d", option) for item in kinds for option in item.options)
    first = [item.value for item in app.text]
    app.button(key=f"count-{page}").click().run()
    assert not app.exception
    assert re.search(rf"\b{many[0]:,} posts\b(?! or more)", captions(app))
    assert f"Page 1 of {-(-many[1] // 25)}" in captions(app)
    assert "or more" not in captions(app)
    assert [item.value for item in app.text] == first


def test_a_page_beyond_those_counted_counts_them_all(many: tuple[int, int]) -> None:
    last = -(-many[1] // 25)
    app = opened("mentions", lang="en", q=WORD, days=str(MAX_DAYS), page_mentions=str(last))
    assert f"Page {last} of {last}" in captions(app)
    assert "or more" not in captions(app)
