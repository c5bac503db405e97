"""The contract of every kind in the table: the same checks for all, through `collect` and the real client."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from data.posts.reads import total_posts
from data.schema import post
from data.settings import ROOT, Settings
from data.source_list import add_source, get_source
from data.store import Store
from sources.collect import SOURCES, Outcome, collect
from tests.conftest import NOW, Loopback
from tests.replay import by_route, credentials, filled

Serve = Callable[[Any], Loopback]
PAIRS = {path.stem: path for path in sorted((ROOT / "tests/fixtures/golden").glob("*.json"))}
EVERY = pytest.mark.parametrize("name", PAIRS)


class Place:
    """A golden pair's service on loopback, followed in a store."""

    def __init__(self, name: str, settings: Settings, store: Store, server: Loopback) -> None:
        self.pair = filled(json.loads(PAIRS[name].read_text(encoding="utf-8")), server.url)
        self.settings = replace(settings, **self.pair.get("settings", {}))
        self.store, self.server = store, server
        self.secrets = [v for keys in self.pair.get("credentials", {}).values() for v in keys.values()]
        self.good = by_route(self.pair["routes"])
        server.handler = self.good
        with store.write() as connection:
            self.id = add_source(connection, self.pair["kind"], self.pair["address"], NOW)[0].id

    def collect(self, hours: float = 0.0) -> Outcome:
        moment = NOW + timedelta(hours=hours)
        bases = dict.fromkeys(self.pair.get("base_urls", []), self.server.url)
        (outcome,) = asyncio.run(
            collect(
                self.store,
                self.settings,
                now=lambda: moment,
                only=[self.id],
                credentials=credentials(self.pair.get("credentials", {})),
                base_urls=bases,
            )
        )
        return outcome

    def ids(self) -> set[str]:
        with self.store.read() as connection:
            return set(connection.execute(select(post.c.native_id)).scalars())


@pytest.fixture
def place(settings: Settings, store: Store, serve: Serve) -> Callable[[str], Place]:
    return lambda name: Place(name, settings, store, serve(by_route({})))


@EVERY
def test_twice_is_once(name: str, place: Callable[[str], Place]) -> None:
    here = place(name)
    first = here.collect()
    assert first.error is None
    assert first.added.new == len(here.pair["posts"])
    again = here.collect(hours=30)
    assert again.error is None
    assert (again.added.new, again.added.changed) == (0, 0)
    assert here.ids() == {wanted["native_id"] for wanted in here.pair["posts"]}


FAULTS: dict[str, tuple[int, bytes, set[str]]] = {
    "401": (401, b"{}", {"login_needed", "bad_credentials", "needs_account", "forbidden", "needs_keys"}),
    "403": (403, b"{}", {"forbidden", "bad_credentials", "needs_keys"}),
    "404": (404, b"{}", {"not_found"}),
    "410": (410, b"{}", {"gone"}),
    "429": (429, b"{}", {"too_many_requests", "needs_keys"}),
    "500": (500, b"oops", {"server_error"}),
    "not json": (200, b"{'half", {"bad_answer", "broken_feed", "not_a_feed", "not_a_page"}),
    "another shape": (200, b'{"data": 3}', {"bad_answer", "broken_feed", "not_a_feed", "not_a_page"}),
    "empty": (200, b"", {"bad_answer", "empty_body", "broken_feed", "not_a_feed", "not_a_page"}),
    "captcha": (
        200,
        b"<!doctype html><html><script src=/cf-challenge/x></script></html>",
        {"captcha", "bad_answer", "not_a_feed", "needs_keys"},
    ),
}


@EVERY
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_and_nothing_is_lost(
    name: str, fault: str, place: Callable[[str], Place], caplog: pytest.LogCaptureFixture
) -> None:
    here = place(name)
    caplog.set_level(logging.DEBUG)
    status, body, codes = FAULTS[fault]
    here.collect()
    before = here.ids()

    async def faulty(request: web.Request) -> web.Response:
        if request.path.endswith("/access_token"):  # the login works, what follows does not
            return await here.good(request)
        if name == "web" and request.path == "/robots.txt":
            return web.Response(status=404)
        kind = "text/html" if body.startswith(b"<") else "application/json"
        headers = {"Retry-After": "120", "WWW-Authenticate": 'Bearer realm="x", error="invalid_token"'}
        return web.Response(status=status, body=body, content_type=kind, headers=headers)

    here.server.handler = faulty
    outcome = here.collect(hours=30)
    assert outcome.error is not None
    assert outcome.error.code in codes
    assert here.ids() == before
    with here.store.read() as connection:
        source = get_source(connection, here.id)
    assert source is not None
    assert (source.error_code, source.failures) == (outcome.error.code, 1)
    assert source.next_check is not None
    assert source.next_check > NOW + timedelta(hours=30)
    seen = caplog.text + str(outcome.error) + repr(outcome.error) + outcome.error.detail + source.error_detail
    for secret in here.secrets:
        assert secret not in seen
    here.server.handler = here.good
    assert here.collect(hours=60).error is None
    assert here.ids() == before


@EVERY
def test_secrets_stay_out_of_the_store(name: str, place: Callable[[str], Place]) -> None:
    here = place(name)
    here.collect()
    here.store.close()
    content = b"".join(path.read_bytes() for path in Path(here.settings.data_dir).iterdir())
    for secret in here.secrets:
        assert secret.encode() not in content
    for request in here.server.requests:
        assert not any(secret in request for secret in here.secrets if "id-of" not in secret)


@EVERY
def test_a_service_that_hangs_is_left_in_time(name: str, place: Callable[[str], Place]) -> None:
    here = place(name)
    here.settings = replace(here.settings, fetch_timeout=1)

    async def hang(request: web.Request) -> web.Response:
        if request.path.endswith("/access_token"):
            return await here.good(request)
        await asyncio.sleep(20)
        return web.Response()

    here.server.handler = hang
    started = time.monotonic()
    outcome = here.collect()
    assert outcome.error is not None
    assert outcome.error.code in {"timeout", "unreachable"}
    assert time.monotonic() - started < 15


@EVERY
def test_a_store_that_fails_keeps_no_half(name: str, place: Callable[[str], Place]) -> None:
    """Killed between fetching and storing: the next run brings everything, once."""
    here = place(name)
    whole = Store.write

    def dies(self: Store, **named: Any) -> Any:
        raise KeyboardInterrupt

    Store.write = dies  # type: ignore[method-assign]
    try:
        with pytest.raises(KeyboardInterrupt):
            here.collect()
    finally:
        Store.write = whole  # type: ignore[method-assign]
    with here.store.read() as connection:
        assert total_posts(connection) == 0
    assert here.collect(hours=1).error is None
    assert here.ids() == {wanted["native_id"] for wanted in here.pair["posts"]}


@EVERY
def test_killed_in_the_middle_it_goes_on(name: str, place: Callable[[str], Place]) -> None:
    """A real process, killed while its service is slow to answer: the next one brings everything, once."""
    here = place(name)
    bases = ",".join(f"{service}={here.server.url}" for service in here.pair.get("base_urls", []))
    secrets = {
        f"VIGIE_CREDENTIAL_{service}_{key}".upper(): value
        for service, keys in here.pair.get("credentials", {}).items()
        for key, value in keys.items()
    }
    more = {f"VIGIE_{key}".upper(): str(value) for key, value in here.pair.get("settings", {}).items()}
    environ = {
        **os.environ,
        **secrets,
        **more,
        "VIGIE_DATA_DIR": here.settings.data_dir,
        "VIGIE_DEMO": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
        "VIGIE_BASE_URLS": bases,
    }
    command = [sys.executable, "-m", "sources", "collect"]
    asked = len(here.server.requests)

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.4)
        return await here.good(request)

    here.server.handler = slow
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        if len(here.server.requests) > asked:
            break
        time.sleep(0.05)
    time.sleep(random.Random(name).uniform(0, 0.6))
    process.kill()
    process.wait()
    here.server.handler = here.good
    with here.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM lease")
        connection.exec_driver_sql("DELETE FROM service_usage")  # a minute's turn, and money, were counted beforehand
        connection.exec_driver_sql("UPDATE source SET next_check = 0")
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert here.ids() == {wanted["native_id"] for wanted in here.pair["posts"]}, done.stdout
    assert here.store.check() == []
    shown = done.stdout + done.stderr
    assert not any(secret in shown for secret in here.secrets)


def test_every_kind_is_under_contract() -> None:
    assert {json.loads(path.read_text(encoding="utf-8"))["kind"] for path in PAIRS.values()} == set(SOURCES)


def _mutated(value: Any, rng: random.Random) -> Any:
    """A JSON value with one node somewhere replaced by something of another type, or left out."""
    odd = [None, 3, -1.5, True, "", "x" * 50, [], [1, None], {}, {"a": 1}, "\ud800", 10**30]
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(list(value))
        if rng.random() < 0.15:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: _mutated(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.85:
        index = rng.randrange(len(value))
        return [*value[:index], _mutated(value[index], rng), *value[index + 1 :]]
    return rng.choice(odd)


JSON = [name for name, path in PAIRS.items() if "$text" not in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", JSON)
def test_no_answer_however_odd_is_a_bug(name: str, place: Callable[[str], Place]) -> None:
    """Wrong types and missing fields anywhere: posts or an error that explains, never a crash."""
    here = place(name)
    rng = random.Random(name)
    for number in range(20 if name == "discord" else 60):  # Discord's pace is kept, by real waits
        routes = {
            route: _mutated(value, rng) for route, value in here.pair["routes"].items() if "access_token" not in route
        }
        login = {r: v for r, v in here.pair["routes"].items() if "access_token" in r}
        try:
            here.server.handler = by_route(routes | login)
        except (TypeError, ValueError):
            continue
        outcome = here.collect(hours=number)
        assert outcome.error is None or outcome.error.code
        with here.store.write() as connection:
            connection.exec_driver_sql("UPDATE source SET state = 'active', cursor = '', etag = ''")
    assert here.store.check() == []
