"""Names and pages that Vigie does not answer, asked of the real server: by HTTP and by WebSocket."""

from __future__ import annotations

import asyncio
import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
import streamlit

from dashboard.web.policy import app_policy, inline_scripts
from tests.conftest import RunningApp


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    settings = {"VIGIE_DEMO": "false", "VIGIE_WORKER": "false", "VIGIE_PUBLIC_URL": "https://vigie.example"}
    settings["VIGIE_OPEN_TO_EVERYBODY"] = "true"  # doors are tested elsewhere
    running = RunningApp(tmp_path_factory.mktemp("hosts"), **settings)
    yield running
    running.close()


def ask(app: RunningApp, method: str, path: str, *headers: tuple[str, str]) -> tuple[int, str]:
    """(status, body) of a request with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    connection.putrequest(method, path, skip_host=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, body


def talk(app: RunningApp, host: str, origin: str | None) -> int:
    """The status that a WebSocket of the app is opened with: 101 where it is."""

    async def open_it() -> int:
        headers = {"Host": host, **({"Origin": origin} if origin else {})}
        async with aiohttp.ClientSession() as session:
            try:
                async with session.ws_connect(f"{app.url.replace('http', 'ws')}/_stcore/stream", headers=headers):
                    return 101
            except aiohttp.WSServerHandshakeError as error:
                return error.status

    return asyncio.run(open_it())


PATHS = ["/", "/mentions", "/_stcore/health", "/share/" + "a" * 43, "/api/v1/posts", "/static/js/none.js"]
KNOWN = ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST", "vigie.example", "vigie.example:8443"]
UNKNOWN = [
    "evil.example:{port}",
    "127.0.0.1.nip.example",
    "localhost.evil.example",
    "vigie.example.evil.example",
    "evil.example@localhost",
    "localhost/evil.example",
    "192.168.1.20:{port}",
    "0.0.0.0",
    "",
    "localhost:99999",
    "local host",
    "[::1",
]


@pytest.mark.parametrize("host", UNKNOWN)
def test_an_unknown_host_gets_nothing(app: RunningApp, host: str) -> None:
    host = host.format(port=app.port)
    for path in PATHS:
        status, body = ask(app, "GET", path, ("Host", host))
        assert status in {400, 421}, path  # 400: no host at all, says the HTTP server
        assert "stApp" not in body
        assert "<script" not in body
    if "[" not in host and "/" not in host:
        assert talk(app, host, f"http://{host}") in {400, 403}


def test_hosts_that_are_not_one_are_refused(app: RunningApp) -> None:
    assert ask(app, "GET", "/")[0] in {400, 421}
    assert ask(app, "GET", "/", ("Host", "localhost"), ("Host", "evil.example"))[0] in {400, 421}
    forwarded = (("Host", "evil.example"), ("X-Forwarded-Host", "localhost"), ("Forwarded", "host=localhost"))
    assert ask(app, "GET", "/", *forwarded)[0] == 421


@pytest.mark.parametrize("host", KNOWN)
def test_a_known_host_is_answered(app: RunningApp, host: str) -> None:
    host = host.format(port=app.port)
    assert ask(app, "GET", "/", ("Host", host))[0] == 200
    scheme = "https" if "vigie" in host else "http"
    assert talk(app, host, f"{scheme}://{host.lower()}") == 101


def test_the_refusal_says_what_to_write(app: RunningApp) -> None:
    _status, english = ask(app, "GET", "/", ("Host", "evil.example"))
    assert "public_url" in english
    assert "does not answer at this address" in english
    _status, french = ask(app, "GET", "/", ("Host", "evil.example"), ("Accept-Language", "fr-FR,fr;q=0.9"))
    assert "public_url" in french
    assert "ne répond pas à cette adresse" in french


ORIGINS = ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", "file://", "localhost", "http://["]


@pytest.mark.parametrize("origin", ORIGINS)
def test_what_another_page_sends_is_refused(app: RunningApp, origin: str) -> None:
    host = f"localhost:{app.port}"
    assert talk(app, host, origin) == 403
    for method in ("POST", "PUT", "DELETE"):
        for path in ("/share/" + "a" * 43, "/_stcore/upload_file/a/b"):
            assert ask(app, method, path, ("Host", host), ("Origin", origin))[0] == 403
    assert ask(app, "GET", "/", ("Host", host), ("Origin", origin))[0] == 200  # a browser keeps it from that page


def test_a_program_and_our_own_pages_may_send(app: RunningApp) -> None:
    host = f"localhost:{app.port}"
    closed = "/share/" + "a" * 43
    for origin in ((), (("Origin", f"http://{host}"),)):
        assert ask(app, "POST", closed, ("Host", host), ("Content-Length", "0"), *origin)[0] == 404
    proxied = (("Host", "vigie.example"), ("Origin", "https://vigie.example"), ("Content-Length", "0"))
    assert ask(app, "POST", closed, *proxied)[0] == 404
    assert talk(app, host, None) == 101


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/%6Detrics", "/_stcore/agent/openapi.json"]
)
def test_figures_of_the_process_are_closed(app: RunningApp, path: str) -> None:
    assert ask(app, "GET", path, ("Host", "localhost"))[0] == 404


def test_the_policy_names_the_scripts_of_the_installed_page() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = [body for body in re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) if body.strip()]
    assert len(inline_scripts(page)) == len(inline) > 0
    scripts = next(part for part in app_policy(page).split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "connect-src 'self';" in app_policy(page)
    # The example of the specification (CSP level 3, 7.2).
    assert inline_scripts("<script>alert('Hello, world.');</script>") == (
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
    )
