"""Passwords of shared links against the real server: many guesses at once are few, and no other reader waits."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import aiohttp
import pytest

from dashboard.web import calendar_feed
from dashboard.web.guard import LINK_TRIES, TRIES, PasswordGate
from data.sharing import snapshots
from data.sharing.document import Document, Section, Words
from data.store import Store
from tests.conftest import NOW, RunningApp

PASSWORD = "Sésame, ouvre-toi"
DOCUMENT = Document("A title", "June", "en", "Made", (Section("one", "First", (Words("Kept words"),)),))


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[RunningApp, Store]]:
    store = Store(f"sqlite:///{tmp_path / 'vigie.sqlite'}")
    app = RunningApp(tmp_path, VIGIE_DEMO="false", VIGIE_WORKER="false")
    yield app, store
    app.close()


async def readings(session: aiohttp.ClientSession, url: str, until: Callable[[], bool]) -> list[float]:
    """Seconds that a page takes, again and again until it is enough."""
    took = []
    while not until():
        began = time.perf_counter()
        async with session.get(url) as answer:
            assert answer.status == 200
            await answer.read()
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.02)
    return took


def test_three_hundred_guesses_at_once_are_eight(shared: tuple[RunningApp, Store]) -> None:
    app, store = shared
    _number, open_token = snapshots.freeze(store, DOCUMENT, NOW)
    _number, token = snapshots.freeze(store, DOCUMENT, NOW, password=PASSWORD)
    found: Counter[int] = Counter()

    async def attack() -> tuple[float, float, float]:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as many, aiohttp.ClientSession() as other:

            async def guess(number: int) -> None:
                body = {"password": f"guess {number}"}
                async with many.post(f"{app.url}/share/{token}", data=body, allow_redirects=False) as answer:
                    found[answer.status] += 1

            page = f"{app.url}/share/{open_token}"
            ends = time.perf_counter() + 1.5
            calm = median(await readings(other, page, lambda: time.perf_counter() > ends))
            burst = asyncio.gather(*(guess(number) for number in range(300)))
            busy = await readings(other, page, burst.done)
            await burst
            return calm, median(busy), max(busy)

    calm, busy, longest = asyncio.run(attack())
    print(
        f"\nanother reader: {calm:.3f} s, during the guesses {busy:.3f} s ({busy / calm:.1f} x), at most {longest:.2f}"
    )
    assert found == {403: TRIES, 429: 300 - TRIES}
    assert longest < 5  # a machine that is busy elsewhere, and 300 connections to open


def test_a_right_password_is_not_a_guess() -> None:
    gate = PasswordGate()

    async def come(address: str, right: bool, times: int) -> list[int]:
        waits = []
        for _ in range(times):
            waits.append(gate.enter(address, "link", 0.0))
            if not waits[-1]:
                assert await gate.check(address, "link", lambda: right) is right
        return waits

    assert asyncio.run(come("a", True, 50)) == [0] * 50
    waits = asyncio.run(come("a", False, TRIES + 1))
    assert waits[:TRIES] == [0] * TRIES
    assert waits[TRIES] > 0
    assert asyncio.run(come("b", True, 1)) == [0]  # another reader of the same link
    for number in range(LINK_TRIES):
        gate.enter(f"one of many {number}", "link", 0.0)
    assert gate.enter("a new one", "link", 0.0) > 0
    assert gate.enter("a new one", "another link", 0.0) == 0


def test_what_is_sent_in_place_of_a_password_is_not_read_whole(shared: tuple[RunningApp, Store]) -> None:
    app, store = shared
    _number, token = snapshots.freeze(store, DOCUMENT, NOW, password=PASSWORD)
    sent = 0

    async def endless() -> object:
        nonlocal sent
        for _ in range(3_000):
            sent += 100_000
            yield b"x" * 100_000

    async def post() -> None:
        async with aiohttp.ClientSession() as session:
            try:
                async with session.post(f"{app.url}/share/{token}", data=endless()) as answer:
                    assert answer.status == 403
            except aiohttp.ClientError:
                pass  # the server closed the connection

    asyncio.run(post())
    assert sent < 100_000_000


def test_a_calendar_is_not_guessed_and_not_kept(shared: tuple[RunningApp, Store]) -> None:
    app, store = shared
    token = calendar_feed.new_token(store)

    async def ask() -> tuple[list[int], str]:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{app.url}/calendar-feed/{token}.ics") as answer:
                assert (await answer.read()).startswith(b"BEGIN:VCALENDAR")
                kept = answer.headers["cache-control"]
            statuses = []
            for number in range(25):
                async with session.get(f"{app.url}/calendar-feed/wrong{number}.ics") as answer:
                    statuses.append(answer.status)
            return statuses, kept

    statuses, kept = asyncio.run(ask())
    assert kept == "private, no-store"
    assert statuses == [404] * 20 + [429] * 5
