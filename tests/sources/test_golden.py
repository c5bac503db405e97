"""Golden pairs: a service's answers beside the posts expected from them, for every kind, through the real client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.models import NewPost, Source
from data.settings import ROOT, Settings
from data.store import Store
from data.usage import Meter, latest_usage
from sources.base import FetchResult
from sources.collect import SOURCES
from sources.http import Client
from tests.conftest import NOW, Loopback
from tests.replay import by_route, credentials, filled

GOLDEN = sorted((ROOT / "tests/fixtures/golden").glob("*.json"))
Serve = Callable[[Any], Loopback]


def told(post: NewPost, key: str) -> Any:
    if key in {"score", "comments", "views", "shares", "ratio"}:
        return getattr(post.engagement, key)
    value = getattr(post, key)
    return value.isoformat() if key == "published_at" and value else value


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_golden(path: Path, settings: Settings, store: Store, serve: Serve) -> None:
    pair = json.loads(path.read_text(encoding="utf-8"))
    server = serve(by_route({}))
    pair = filled(pair, server.url)
    server.handler = by_route(pair["routes"])
    settings = replace(settings, **pair.get("settings", {}))

    async def fetch() -> FetchResult:
        given = credentials(pair.get("credentials", {}))
        bases = dict.fromkeys(pair.get("base_urls", []), server.url)
        async with Client(settings, given, Meter(store), base_urls=bases) as client:
            return await SOURCES[pair["kind"]].fetch(client, Source(1, pair["kind"], pair["address"]), NOW)

    result = asyncio.run(fetch())
    assert result.error is None
    assert [post.native_id for post in result.posts] == [wanted["native_id"] for wanted in pair["posts"]]
    for post, wanted in zip(result.posts, pair["posts"], strict=True):
        assert {key: told(post, key) for key in wanted} == wanted
        assert post.source_kind == pair["kind"]
    for key, value in pair.get("changes", {}).items():
        assert result.changes.get(key) == value, key
    assert list(result.removed) == pair.get("removed", [])
    with store.read() as connection:
        usage = latest_usage(connection)
    for service, (used, allowed) in pair.get("usage", {}).items():
        assert (usage[service].used, usage[service].allowed) == (used, allowed)


def test_every_kind_has_a_pair() -> None:
    assert {json.loads(path.read_text(encoding="utf-8"))["kind"] for path in GOLDEN} == set(SOURCES)
