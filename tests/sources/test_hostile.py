"""One pass over a hostile server and three good feeds: every behaviour comes to its outcome, the good ones arrive.

The server writes raw bytes, so that it can do what no library would let it.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import data.network
from data.posts.reads import total_posts
from data.settings import Settings
from data.source_list import add_source, all_sources
from data.store import Store
from sources.collect import Outcome, collect
from sources.feed.jsonfeed import items_of
from tests.conftest import NOW

FEED = b'<rss version="2.0"><channel><title>T</title><item><guid>%s</guid><title>x</title></item></channel></rss>'
Send = Callable[[bytes], Awaitable[None]]
Pass = tuple[dict[str, Outcome], Store, int, float]  # outcomes by name, store, bytes of memory, seconds


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    return "\r\n".join([*lines, *headers]).encode("latin-1") + b"\r\n\r\n" + body


def feed(guid: str) -> bytes:
    return FEED % guid.encode()


async def _drip(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(200):
        await send(b"x")
        await asyncio.sleep(0.1)


async def _drip_headers(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        await send(f"X-{number}: y\r\n".encode())
        await asyncio.sleep(0.1)


async def _endless(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<rss>")
    while True:
        await send(b"<item>" * 20_000)


async def _endless_chunks(send: Send) -> None:
    await send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await send(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


async def _silence(send: Send) -> None:
    await asyncio.sleep(20)


BOMB = gzip.compress(b"\0" * 300_000_000, 6)
DEEP = b"<rss>" + b"<a>" * 200_000
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(ord("b"), ord("k")))
    + b"]><rss version='2.0'><channel><title>&j;</title><item><guid>e</guid><title>&j;</title></item></channel></rss>"
)
FILE_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
    b"<title>t</title><item><guid>f</guid><title>&f;</title></item></channel></rss>"
)

# Behaviour -> (what the server sends, what the check of that source must come to; "" is success)
TABLE: dict[str, tuple[bytes | Callable[[Send], Awaitable[None]], set[str]]] = {
    "drip-feed": (_drip, {"timeout"}),
    "drip-feed of headers": (_drip_headers, {"timeout"}),
    "endless body": (_endless, {"too_large"}),
    "endless chunks": (_endless_chunks, {"too_large"}),
    "silence": (_silence, {"timeout"}),
    "declares too much": (answer(b"x", length=10**10), {"too_large"}),
    "shorter than declared": (answer(feed("s"), length=5_000), {"unreachable"}),
    "longer than declared": (answer(feed("l") + b"<!-- more -->", length=len(feed("l"))), {"", "unreachable"}),
    "negative length": (answer(feed("n"), length=-5), {"unreachable"}),
    "two lengths": (answer(feed("d"), "Content-Length: 3"), {"unreachable"}),
    "gzip bomb": (answer(BOMB, "Content-Encoding: gzip"), {"too_large"}),
    "gzip that is none": (answer(b"words", "Content-Encoding: gzip"), {"bad_compression"}),
    "gzip cut off": (
        answer(gzip.compress(feed("c") * 99)[:40], "Content-Encoding: gzip"),
        {"bad_compression", "broken_feed", "not_a_feed"},
    ),
    "nested encodings": (
        answer(gzip.compress(gzip.compress(feed("g"))), "Content-Encoding: gzip, gzip"),
        {"bad_compression"},
    ),
    "unknown encoding": (answer(b"x", "Content-Encoding: zstd-of-mine"), {"bad_compression", "unreachable"}),
    "raw deflate": (answer(zlib.compress(feed("r"))[2:-4], "Content-Encoding: deflate"), {""}),
    "redirect loop": (answer(b"", "Location: /redirect-loop", status="302 Found"), {"redirect_loop"}),
    "redirect chain": (b"chain", {"too_many_redirects"}),
    "redirect to a file": (answer(b"", "Location: file:///etc/passwd", status="302 Found"), {"bad_address"}),
    "redirect to a script": (answer(b"", "Location: javascript:alert(1)", status="302 Found"), {"bad_address"}),
    "redirect to nowhere": (answer(b"", status="302 Found"), {"not_a_feed", "empty_body", "refused"}),
    "huge header": (answer(feed("h"), "X-Big: " + "x" * 200_000), {"unreachable"}),
    "many headers": (answer(feed("m"), *[f"X-{n}: {'y' * 60}" for n in range(5_000)]), {"unreachable", ""}),
    "no HTTP at all": (b"SSH-2.0-OpenSSH_9.9\r\n", {"unreachable"}),
    "broken status line": (b"HTTP/9.9 abc\r\n\r\n", {"unreachable"}),
    "reset in mid-body": (b"reset", {"unreachable"}),
    "closed at once": (b"", {"unreachable"}),
    "error page with 200": (answer(b"<html><body>Oops, something went wrong</body></html>"), {"not_a_feed"}),
    "captcha page": (answer(b"<html>Just a moment... <div id=cf-challenge></html>"), {"captcha", "not_a_feed"}),
    "empty": (answer(b""), {"empty_body"}),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", {"empty_body"}),
    "wrong charset": (
        answer(
            feed("w").replace(b"<title>x", "<title>caf\u00e9".encode("latin-1")),
            "Content-Type: application/xml; charset=utf-8",
        ),
        {""},
    ),
    "unknown charset": (answer(b'<?xml version="1.0" encoding="klingon"?>' + feed("u")), {"", "broken_feed"}),
    "billion laughs": (answer(ENTITIES), {"", "broken_feed"}),
    "reads my files": (answer(FILE_ENTITY), {"", "broken_feed"}),
    "deep nesting": (answer(DEEP), {"", "broken_feed", "not_a_feed"}),
    "clock of 2099": (
        answer(feed("2099").replace(b"</guid>", b"</guid><pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate>")),
        {""},
    ),
    "retry in 100 years": (answer(b"", "Retry-After: 3153600000", status="503 Busy"), {"server_error"}),
    "retry before now": (
        answer(b"", "Retry-After: Mon, 01 Jan 2001 00:00:00 GMT", status="429 Slow"),
        {"too_many_requests"},
    ),
    "gone": (answer(b"", status="410 Gone"), {"gone"}),
    "status 999": (answer(b"", status="999 Denied"), {"refused", "server_error", "unreachable"}),
    "unchanged, unasked": (b"HTTP/1.1 304 Not Modified\r\n\r\n", {""}),
}
GOOD = ("good-1", "good-2", "good-3")


class RawServer:
    def __init__(self) -> None:
        self.port = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def start() -> None:
            # A host for each behaviour, as on the web: what one does to its host concerns no other.
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            for host in range(2, 2 + len(TABLE) + len(GOOD)):
                await asyncio.start_server(self._serve, f"127.0.0.{host}", self.port)
            self._ready.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        try:
            head = await reader.readexactly(1)
            if head == b"\x16":  # a TLS greeting
                await send(answer(b"", status="400 Bad Request"))
                return
            head += await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode().strip("/")
            name = path.split("?")[0].replace("-", " ")
            if path in GOOD:
                await send(answer(feed(path)))
                return
            if name.startswith("chain"):
                step = int(path.partition("?")[2] or 0) + 1
                await send(answer(b"", f"Location: /chain?{step}", status="301 Moved"))
                return
            reply = BY_PATH[path.split("?")[0]][0]
            if reply == b"chain":
                await send(answer(b"", "Location: /chain?1", status="301 Moved"))
            elif reply == b"reset":
                await send(answer(b"<rss>", length=10_000))
                writer.transport.abort()
            elif isinstance(reply, bytes):
                await send(reply)
            else:
                await reply(send)
        except (ConnectionError, asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    def close(self) -> None:
        def end() -> None:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.call_later(0.2, self._loop.stop)

        self._loop.call_soon_threadsafe(end)
        self._thread.join(5)


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


BY_PATH = {slug(name): value for name, value in TABLE.items()}


def peak_memory() -> int:
    """Highest resident size of this process so far, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1_024
    return 0


@pytest.fixture(scope="module")
def raw_server() -> Iterator[RawServer]:
    server = RawServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def outcomes(raw_server: RawServer, tmp_path_factory: pytest.TempPathFactory) -> Pass:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(
        data_dir=str(folder), demo=False, allow_private_network=True, fetch_timeout=4, max_feed_bytes=5_000_000
    )
    store = Store(settings.store_url)
    names = [*BY_PATH, *GOOD]
    with store.write() as connection:
        for index, name in enumerate(names):
            add_source(connection, "feed", f"http://127.0.0.{index + 2}:{raw_server.port}/{name}", NOW)
    before, started = peak_memory(), time.monotonic()
    found = asyncio.run(collect(store, settings, now=lambda: NOW))
    grown, seconds = peak_memory() - before, time.monotonic() - started
    return {o.source.address.rsplit("/", 1)[1]: o for o in found}, store, grown, seconds


@pytest.mark.parametrize("name", TABLE)
def test_each_behaviour_comes_to_its_outcome(name: str, outcomes: Pass) -> None:
    outcome = outcomes[0][slug(name)]
    code = outcome.error.code if outcome.error else ""
    assert code in TABLE[name][1], outcome.error


def test_the_others_are_unaffected(outcomes: Pass) -> None:
    found, store, grown, seconds = outcomes
    assert len(TABLE) >= 25
    for name in GOOD:
        assert found[name].error is None
        assert found[name].added.new == 1
    with store.read() as connection:
        assert total_posts(connection) >= len(GOOD)
        rows = connection.exec_driver_sql("SELECT title, plain, received FROM post_text").all()
        assert not any("root:" in str(column) for row in rows for column in row)
        newest = connection.exec_driver_sql("SELECT max(published_at) FROM post").scalar_one()
        assert newest <= int(NOW.timestamp()) + 2 * 86_400
        for source in all_sources(connection):
            assert source.next_check is not None
            assert source.next_check <= NOW + timedelta(days=1, seconds=1)
    assert store.check() == []
    assert grown < 200_000_000
    assert seconds < 40


PRIVATE = [
    "http://127.0.0.1:{port}/good-1",
    "http://localhost:{port}/good-1",
    "http://127.1:{port}/good-1",
    "http://2130706433:{port}/good-1",
    "http://0x7f.1:{port}/good-1",
    "http://[::1]:{port}/x",
    "http://[::ffff:127.0.0.1]:{port}/x",
    "http://[64:ff9b::7f00:1]:{port}/x",
    "http://0.0.0.0:{port}/x",
    "http://10.0.0.1/x",
    "http://192.168.1.1/x",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/x",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_private_is_reached(address: str, raw_server: RawServer, settings: Settings, store: Store) -> None:
    guarded = replace(settings, allow_private_network=False)
    with store.write() as connection:
        add_source(connection, "feed", address.format(port=raw_server.port), NOW)
    (outcome,) = asyncio.run(collect(store, guarded, now=lambda: NOW))
    assert outcome.error is not None
    assert outcome.error.code in {"private_address", "unknown_host", "unreachable", "bad_address"}
    assert outcome.added.new == 0


def test_a_redirect_to_a_private_address_is_not_followed(
    raw_server: RawServer, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """127.0.0.9 stands for a public server; where it sends to is private."""
    really = data.network.is_public
    monkeypatch.setattr(data.network, "is_public", lambda address: address == "127.0.0.9" or really(address))
    target = f"http://127.0.0.3:{raw_server.port}/good-1"
    BY_PATH["to-private"] = (answer(b"", f"Location: {target}", status="302 Found"), set())
    with store.write() as connection:
        add_source(connection, "feed", f"http://127.0.0.9:{raw_server.port}/to-private", NOW)
        add_source(connection, "feed", f"http://127.0.0.9:{raw_server.port}/good-2", NOW)
    guarded = replace(settings, allow_private_network=False)
    first, second = asyncio.run(collect(store, guarded, now=lambda: NOW))
    by_name = {o.source.address.rsplit("/", 1)[1]: o for o in (first, second)}
    assert by_name["to-private"].error is not None
    assert by_name["to-private"].error.code == "private_address"
    assert by_name["good-2"].error is None


def test_a_secure_address_without_security(raw_server: RawServer, settings: Settings, store: Store) -> None:
    with store.write() as connection:
        add_source(connection, "feed", f"https://127.0.0.1:{raw_server.port}/good-1", NOW)
    (outcome,) = asyncio.run(collect(store, settings, now=lambda: NOW))
    assert outcome.error is not None
    assert outcome.error.code == "tls_error"


def test_a_json_feed_that_is_nested_too_deep_is_no_feed() -> None:
    for text in ("[" * 200_000, '{"items": ' + "[" * 200_000):
        with pytest.raises(ValueError, match=r"nested too deep|no JSON Feed"):
            items_of(text)
