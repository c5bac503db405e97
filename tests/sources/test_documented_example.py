"""The example in docs/sources.md is run as it stands there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from data.credentials import SERVICES
from data.posts.reads import total_posts
from data.settings import ROOT, Settings
from data.source_list import add_source, all_sources
from data.store import Store
from sources.collect import SOURCES, collect
from sources.identify import SHORT_FORMS
from tests.conftest import NOW, Loopback
from tests.replay import by_route

DOCUMENT = (ROOT / "docs/sources.md").read_text(encoding="utf-8")


def test_the_example_collects_posts(
    settings: Settings, store: Store, serve: Callable[[Any], Loopback], monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    assert len(code.splitlines()) < 60
    module: dict[str, Any] = {}
    exec(compile(code, "docs/sources.md", "exec"), module)
    monkeypatch.setitem(SOURCES, "lobsters", module["KIND"])
    story = {
        "short_id": "abc123",
        "created_at": "2026-06-15T05:00:00.000-05:00",
        "title": "A story",
        "score": 12,
        "comment_count": 3,
        "description": "<p>Why</p>",
        "submitter_user": "jo",
        "comments_url": "https://lobste.rs/s/abc123/a_story",
    }
    server = serve(by_route({"GET /t/python/page/1.json": [story], "GET /t/python/page/2.json": []}))
    with store.write() as connection:
        add_source(connection, "lobsters", "python", NOW)
    (outcome,) = asyncio.run(collect(store, settings, now=lambda: NOW, base_urls={"lobsters": server.url}))
    assert outcome.error is None
    with store.read() as connection:
        assert total_posts(connection) == 1
        assert all_sources(connection)[0].title == "Lobsters: python"


def test_everything_is_documented() -> None:
    for service in SERVICES:
        assert service in {"address", "channel"} or f"[{service}" in DOCUMENT, service
    for form in SHORT_FORMS:
        assert f"`{form}: " in DOCUMENT or form == "devto-user", form
