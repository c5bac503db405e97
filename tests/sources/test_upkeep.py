"""Our own places: the form of feeds, where links lead, certificates, and what a look keeps of the one before."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from data.settings import Settings
from data.source_list import add_source, mark_own
from data.store import Store
from data.upkeep.findings import (
    OwnPlace,
    PlaceLook,
    findings,
    own_places,
)
from sources.http import Client
from sources.upkeep import look as looks
from sources.upkeep.certificate import certificate_findings
from sources.upkeep.form import feed_findings
from sources.upkeep.look import links_of_page, look_at
from sources.upkeep.run import look_at_ours
from tests.conftest import NOW, Loopback

URL = "https://ours.example/feed"
GOOD = """<?xml version="1.0"?><rss version="2.0"><channel><title>Ours</title><link>https://ours.example/</link>
{items}</channel></rss>"""
ITEM = """<item><title>{n}</title><link>https://ours.example/{n}</link><guid>{n}</guid>
<pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate><description>Words</description></item>"""


def feed(*items: str) -> bytes:
    return GOOD.format(items="".join(items)).encode()


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (feed(ITEM.format(n=1), ITEM.format(n=2)), "application/rss+xml", {}),
        (feed(), "application/rss+xml", {"feed_empty": "0"}),
        (feed(ITEM.format(n=1)), "text/html; charset=utf-8", {"feed_type": "text/html"}),
        (feed(ITEM.format(n=1), ITEM.format(n=1)), "text/xml", {"feed_same_ids": "1"}),
        (
            feed(ITEM.format(n=1).replace("Mon, 01 Jun 2026 10:00:00 GMT", "next Monday")),
            "text/xml",
            {"feed_undated": "1"},
        ),
        (feed(ITEM.format(n=1).replace("2026", "2031")), "text/xml", {"feed_ahead": "1"}),
        (
            feed("<item><title>a</title><pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate></item>"),
            "text/xml",
            {"feed_no_link": "1"},
        ),
        (b"<html><body>404</body></html>", "text/html", {"feed_unreadable": "not_a_feed"}),
        (b"", "text/xml", {"feed_unreadable": "empty_body"}),
    ],
)
def test_the_form_of_a_feed(body: bytes, kind: str, told: dict[str, str], now: datetime) -> None:
    assert {one.code: one.detail for one in feed_findings(body, URL, kind, now)} == told


def test_where_a_feed_breaks_is_told_by_its_line(now: datetime) -> None:
    body = feed(ITEM.format(n=1)).replace(b"<description>Words", b"<description>Fish & chips")
    (found,) = feed_findings(body, URL, "text/xml", now)
    assert found.code == "feed_form"
    assert found.detail.startswith("3:")


def test_links_of_a_page() -> None:
    page = b"""<a href="/a#x">a</a><a href=/a>again</a><a href="mailto:x@example.org">m</a>
    <a href="javascript:alert(1)">j</a>    <a href="https://other.example/b?c=1&amp;d=2">b</a><a href="#top">t</a><a href="http://[bad">c</a>"""
    assert [link for link, _page in links_of_page(page, "https://ours.example/home/")] == [
        "https://ours.example/a",
        "https://other.example/b?c=1&d=2",
    ]


class Site:
    """A small site of ours with behaviour: pages that are there, gone, refused, broken off, or slow."""

    def __init__(self) -> None:
        self.links = ["/there", "/missing", "/gone", "/forbidden", "/broken-off", "/large", "/fault"]
        self.slow = 0.0
        self.is_down = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if self.is_down:
            return web.Response(status=500)
        if request.path == "/":
            await asyncio.sleep(self.slow)
            links = "".join(f'<a href="{link}">{link}</a>' for link in self.links)
            return web.Response(
                text=f"<html lang=en><title>Ours</title><body>{links}</body></html>", content_type="text/html"
            )
        if request.path == "/feed":
            return web.Response(body=feed(ITEM.format(n=1)), content_type="application/rss+xml")
        if request.path == "/broken-off":
            assert request.transport is not None
            request.transport.abort()
        if request.path == "/large":
            return web.Response(body=b"x" * 5_000_000)
        status = {"/there": 200, "/missing": 404, "/gone": 410, "/forbidden": 403, "/fault": 503}.get(request.path, 404)
        return web.Response(text="words", status=status)


@pytest.fixture
def site(serve: Callable[..., Loopback]) -> Iterator[tuple[Site, str]]:
    made = Site()
    return made, serve(made).url


def look(
    settings: Settings, home: str, usual: float | None = None, links: tuple[tuple[str, str], ...] = ()
) -> PlaceLook:
    async def run() -> PlaceLook:
        async with Client(settings) as client:
            return await look_at(client, OwnPlace(home, (f"{home}feed",)), usual, links, NOW)

    return asyncio.run(run())


def test_what_a_look_finds(settings: Settings, site: tuple[Site, str], monkeypatch: pytest.MonkeyPatch) -> None:
    made, url = site
    home = f"{url}/"
    found = look(settings, home, links=((f"{url}/elsewhere", "https://post.example/1"),))
    told = {(one.code, one.subject.removeprefix(url), one.detail, one.stands_on) for one in found.findings}
    assert told == {
        ("link_broken", "/missing", "not_found", home),
        ("link_broken", "/gone", "gone", home),
        ("link_broken", "/broken-off", "unreachable", home),
        ("link_broken", "/elsewhere", "not_found", "https://post.example/1"),
    }
    assert found.seconds is not None
    assert found.checked == {"site", "feed", "link", "access"}
    made.links, made.slow = [], 1.2
    assert [one.code for one in look(settings, home, usual=0.3).findings] == ["site_slow"]
    assert not look(settings, home, usual=1.0).findings
    monkeypatch.setattr(looks, "AGAIN", 0.0)
    made.is_down = True
    down = look(settings, home)
    assert {(one.code, one.detail) for one in down.findings} == {
        ("site_down", "server_error"),
        ("feed_down", "server_error"),
    }
    assert "link" not in down.checked
    assert down.seconds is None


def certified(folder: Path, ends: datetime) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1, signed by itself, that ends then: (its file, a server's context)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ours")])
    held = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "ours.pem"
    path.write_bytes(held.public_bytes(serialization.Encoding.PEM))
    secret = folder / "ours.key"
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, no_password))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return path, context


@pytest.mark.parametrize(("days", "told"), [(60, []), (10, ["certificate_ends"]), (-3, ["certificate_refused"])])
def test_a_certificate(days: int, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    today = datetime.now(UTC)
    ends = today + timedelta(days=days)
    path, context = certified(tmp_path, ends)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="words")

    server = Loopback(answer, tls=context)
    try:
        home = server.url.replace("http:", "https:")
        found = asyncio.run(certificate_findings(home, today, private=True))
        assert found is not None
        assert [one.code for one in found] == told
        if told == ["certificate_ends"]:
            assert found[0].detail == ends.date().isoformat()
        assert asyncio.run(certificate_findings(home, today, private=False)) is None  # a private network is not reached
        assert asyncio.run(certificate_findings(server.url, today, private=True)) is None  # no certificate to look at
        monkeypatch.delenv("SSL_CERT_FILE")
        if days > 0:  # signed by nobody that browsers know
            refused = asyncio.run(certificate_findings(home, today, private=True))
            assert refused is not None
            assert [one.code for one in refused] == ["certificate_refused"]
    finally:
        server.close()


def test_the_daily_look_keeps_what_it_finds(
    store: Store, settings: Settings, site: tuple[Site, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, url = site
    monkeypatch.setattr(looks, "AGAIN", 0.0)
    with store.write() as connection:
        source, _is_new = add_source(connection, "feed", f"{url}/feed", NOW, title="Ours", site=f"{url}/")
    with store.read() as connection:
        assert not own_places(connection)
    mark_own(store, source.id, True)

    def open_findings() -> dict[str, int]:
        with store.read() as connection:
            return {one.finding.subject.removeprefix(url): one.id for one in findings(connection) if one.gone is None}

    asyncio.run(look_at_ours(store, settings, lambda: NOW))
    assert set(open_findings()) == {"/missing", "/gone"}  # what broke off may pass: it is told by a second look
    asyncio.run(look_at_ours(store, settings, lambda: NOW + timedelta(days=1)))
    before = open_findings()
    assert set(before) == {"/missing", "/gone", "/broken-off"}
    made.is_down = True
    asyncio.run(look_at_ours(store, settings, lambda: NOW + timedelta(days=2)))
    assert set(open_findings()) == {*before, "/", "/feed"}  # links could not be followed: none of them is mended
    made.is_down, made.links = False, ["/missing"]
    asyncio.run(look_at_ours(store, settings, lambda: NOW + timedelta(days=3)))
    assert open_findings() == {"/missing": before["/missing"]}
    mark_own(store, source.id, False)
    asyncio.run(look_at_ours(store, settings, lambda: NOW + timedelta(days=4)))
    assert not open_findings()
