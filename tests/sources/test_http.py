"""The client against a hostile server: one table of behaviours and what each must come to."""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from data.network import is_public
from data.settings import Settings
from sources.answers import read_json
from sources.bodies import File, form_body, json_body, multipart_body
from sources.errors import SourceError
from sources.http import Client
from sources.refusals import backoff, retry_after
from sources.web_addresses import check_url
from tests.conftest import NOW, Loopback

LIMIT = 1_000_000


async def hostile(request: web.Request) -> Any:
    name = request.path.strip("/")
    if name == "ok":
        return web.Response(body=b"fine", headers={"ETag": '"1"', "Cache-Control": "max-age=600"})
    if name == "gzip":
        return web.Response(body=gzip.compress(b"fine"), headers={"Content-Encoding": "gzip"})
    if name == "deflate":
        return web.Response(body=zlib.compress(b"fine")[2:-4], headers={"Content-Encoding": "deflate"})
    if name == "bomb":
        return web.Response(body=gzip.compress(b"\0" * 200_000_000, 1), headers={"Content-Encoding": "gzip"})
    if name == "stacked":
        body = gzip.compress(gzip.compress(b"fine"))
        return web.Response(body=body, headers={"Content-Encoding": "gzip, gzip"})
    if name == "brotli":
        return web.Response(body=b"xx", headers={"Content-Encoding": "br"})
    if name == "notgzip":
        return web.Response(body=b"plain words", headers={"Content-Encoding": "gzip"})
    if name == "declared":
        return web.Response(body=b"x" * (LIMIT + 1))
    if name in {"endless", "drip"}:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100_000):
            await response.write(b"x" * (65_536 if name == "endless" else 1))
            await asyncio.sleep(0 if name == "endless" else 0.1)
        return response
    if name == "silent":
        await asyncio.sleep(30)
    if name == "reset":
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if name == "short":
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"only this")
        assert request.transport is not None
        request.transport.abort()
        return response
    if name == "loop":
        raise web.HTTPFound("/loop2")
    if name == "loop2":
        raise web.HTTPFound("/loop")
    if name.startswith("chain"):
        raise web.HTTPFound(f"/chain{int(name[5:] or 0) + 1}")
    if name == "moved":
        raise web.HTTPMovedPermanently("/ok")
    if name == "tofile":
        raise web.HTTPFound("file:///etc/passwd")
    if name == "toprivate":
        raise web.HTTPFound("http://10.0.0.1/")
    if name == "bigheader":
        return web.Response(headers={"X-Big": "x" * 100_000})
    if name == "unchanged":
        return web.Response(status=304, headers={"ETag": '"2"'})
    if name == "slowdown":
        return web.Response(status=429, headers={"Retry-After": "120"})
    return web.Response(status=int(name))


TABLE = [
    ("ok", None),
    ("gzip", None),
    ("deflate", None),
    ("moved", None),
    ("bomb", "too_large"),
    ("stacked", "bad_compression"),
    ("brotli", "bad_compression"),
    ("notgzip", "bad_compression"),
    ("declared", "too_large"),
    ("endless", "too_large"),
    ("drip", "timeout"),
    ("silent", "timeout"),
    ("reset", "unreachable"),
    ("short", "unreachable"),
    ("loop", "redirect_loop"),
    ("chain", "too_many_redirects"),
    ("tofile", "bad_address"),
    ("bigheader", "unreachable"),
    ("401", "login_needed"),
    ("403", "forbidden"),
    ("404", "not_found"),
    ("410", "gone"),
    ("418", "refused"),
    ("500", "server_error"),
    ("503", "server_error"),
    ("slowdown", "too_many_requests"),
]


async def get(settings: Settings, url: str) -> Any:
    async with Client(settings) as client:
        try:
            return await client.get(url, NOW, timeout=2)
        except SourceError as error:
            return error


@pytest.mark.parametrize(("path", "code"), TABLE, ids=[row[0] for row in TABLE])
def test_hostile_servers(serve: Callable[[Any], Loopback], settings: Settings, path: str, code: str | None) -> None:
    server = serve(hostile)
    found = asyncio.run(get(replace(settings, max_feed_bytes=LIMIT), f"{server.url}/{path}"))
    if code is None:
        assert found.body == b"fine", found
    else:
        assert isinstance(found, SourceError), found
        assert found.code == code
        assert found.subject


def test_a_permanent_move_is_told(serve: Callable[[Any], Loopback], settings: Settings) -> None:
    server = serve(hostile)
    assert asyncio.run(get(settings, f"{server.url}/moved")).moved_to == f"{server.url}/ok"


def test_retry_after_is_kept_and_the_host_left_alone(serve: Callable[[Any], Loopback], settings: Settings) -> None:
    server = serve(hostile)

    async def twice() -> tuple[SourceError, SourceError]:
        async with Client(settings) as client:
            found = []
            for path in ("slowdown", "ok"):
                try:
                    await client.get(f"{server.url}/{path}", NOW)
                except SourceError as error:
                    found.append(error)
            return found[0], found[1]

    first, second = asyncio.run(twice())
    assert (first.retry_after, second.code, len(server.requests)) == (120, "too_many_requests", 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "127.1"])
def test_private_addresses_are_not_reached(serve: Callable[[Any], Loopback], settings: Settings, host: str) -> None:
    server = serve(hostile)
    closed = replace(settings, allow_private_network=False)
    found = asyncio.run(get(closed, f"http://{host}:{server.port}/ok"))
    assert isinstance(found, SourceError)
    assert found.code in {"private_address", "bad_address"}
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "224.0.0.1",
        "0.0.0.0",
        "64:ff9b:1::1",
        "64:ff9b:1:ffff::5db8:d70e",
        "fec0::1",
        "feff::1",
        "::5db8:d70e",
        "::93.184.215.14",
        "3fff::1",
        "5f00::1",
        "rubbish",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "url", ["ftp://a/b", "file:///etc/passwd", "javascript:alert(1)", "http://", "//x", "http://a b", "", "http://[::1"]
)
def test_addresses_that_are_no_web_addresses(url: str) -> None:
    with pytest.raises(SourceError) as raised:
        check_url(url)
    assert raised.value.code == "bad_address"


def test_retry_after_in_both_forms() -> None:
    assert retry_after("120", NOW) == 120
    assert retry_after("Mon, 15 Jun 2026 12:05:00 GMT", datetime(2026, 6, 15, 12, tzinfo=UTC)) == 300
    assert retry_after("soon", NOW) is None
    assert retry_after("99999999999", NOW) == 86_400


def test_backoff_doubles_with_jitter_up_to_a_day() -> None:
    rng = random.Random(1)
    waits = [backoff(n, 900, rng) for n in range(12)]
    assert waits[0] <= 900 < waits[2]
    assert max(waits) <= 86_400


HOSTILE_NAME = 'photo "1"\r\nX: y é.png'


def test_a_body_arrives_whole_by_every_method(serve: Callable[[Any], Loopback], settings: Settings) -> None:
    picture = b"\x89PNG\r\n--vigie" + bytes(range(256))
    bodies = {
        "POST": json_body({"a": "é"}),
        "PUT": form_body({"a": "1 & 2"}),
        "PATCH": multipart_body({"alt": "Été 🌞\r\n--"}, [File("file", HOSTILE_NAME, "image/png", picture)]),
        "DELETE": None,
    }

    async def told(request: web.Request) -> web.Response:
        if request.path == "/elsewhere":
            raise web.HTTPTemporaryRedirect("/ok")
        if request.content_type != "multipart/form-data":
            return web.json_response([request.method, request.content_type, (await request.read()).decode()])
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        return web.json_response(
            [request.method, form["alt"], file.filename, file.content_type, file.file.read().hex()]
        )

    async def ask(path: str) -> list[Any]:
        async with Client(settings) as client:
            found: list[Any] = []
            for method, body in bodies.items():
                try:
                    found.append(read_json((await client.send(method, f"{server.url}{path}", NOW, body)).body, path))
                except SourceError as error:
                    found.append(error.code)
            return found

    server = serve(told)
    post, put, patch, delete = asyncio.run(ask("/"))
    assert post == ["POST", "application/json", '{"a": "\\u00e9"}']
    assert put == ["PUT", "application/x-www-form-urlencoded", "a=1+%26+2"]
    escaped = HOSTILE_NAME.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    assert [patch[0], patch[1], patch[3], patch[4]] == ["PATCH", "Été 🌞\r\n--", "image/png", picture.hex()]
    assert patch[2] in {escaped, HOSTILE_NAME}  # the server's reader gives it back as it was, or as it was sent
    assert delete[0] == "DELETE"
    assert asyncio.run(ask("/elsewhere")) == ["refused"] * 4
    assert "/ok" not in server.requests
