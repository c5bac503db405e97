"""Nothing typed in the app reaches a private network, by whatever library a service is spoken to; real servers listen
on loopback and must hear nothing."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
from aiohttp import web
from starlette.types import Receive, Scope, Send

import data.network
from dashboard.sending import alerts as sending
from dashboard.sending.alerts import send
from dashboard.web.outgoing import PublicSignIn
from dashboard.words.alerts import why_not_sent
from dashboard.words.language import speaking
from data.alerts.destinations import Destination
from data.credentials import keep_channel_secret
from data.network import PrivateAddress, public_only
from data.settings import Settings
from tests.conftest import Loopback


class Ear:
    """A listening socket that counts who connects."""

    def __init__(self) -> None:
        self.heard = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    listening = Ear()
    yield listening
    listening.close()


SERVICES = [
    "json://127.0.0.1:{port}/hook",
    "json://localhost:{port}/hook",
    "json://2130706433:{port}/hook",
    "xml://127.0.0.1:{port}/hook",
    "form://127.0.0.1:{port}/hook",
    "mailto://127.0.0.1:{port}/?from=v@example.org&to=b@example.org",
    "ntfy://127.0.0.1:{port}/topic",
    "gotify://127.0.0.1:{port}/token1234567",
    "matrix://user:secret@127.0.0.1:{port}/#room",
    "mmost://127.0.0.1:{port}/token1234567",
    "rsyslog://127.0.0.1:{port}",
    "json://0.0.0.0:{port}/hook",
]


@pytest.mark.parametrize("address", SERVICES)
def test_no_service_reaches_this_computer(address: str, ear: Ear) -> None:
    assert send(address.format(port=ear.port), "title", "body") == "private_address"
    assert ear.heard == 0


def test_a_name_that_leads_to_a_private_address_is_refused_as_it_connects(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server of somebody else's, which tells a public address first and this computer then."""
    told = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1", "127.0.0.1"])

    def rebinding(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(told), port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert data.network.is_public(socket.getaddrinfo("rebind.example", 80)[0][4][0])  # a check beforehand is passed
    assert send(f"json://rebind.example:{ear.port}/hook", "title", "body") == "private_address"
    assert ear.heard == 0


def test_with_private_networks_allowed_it_arrives(serve: Callable[..., Loopback]) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    address = f"json://127.0.0.1:{serve(answer).port}/hook"
    assert send(address, "title", "body", allow_private=True) == ""


def test_a_test_tells_success_or_failure_and_nothing_of_what_answers(
    serve: Callable[..., Loopback], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def not_found(_request: web.Request) -> web.Response:
        return web.Response(status=404, text="Jenkins 2.4")

    async def forbidden(_request: web.Request) -> web.Response:
        return web.Response(status=403)

    told = set()
    for address in (
        f"json://127.0.0.1:{serve(not_found).port}/",
        f"json://127.0.0.1:{serve(forbidden).port}/",
        "json://127.0.0.1:9/",
    ):
        destination = Destination(0, "Team", keep_channel_secret(settings, address))
        told.add(sending.try_destination(destination, settings))
        guarded = replace(settings, allow_private_network=False)
        assert sending.try_destination(destination, guarded) == "private_address"
    assert told == {"not_taken"}
    with speaking("en"):
        assert "log" in why_not_sent("not_taken")
    assert "404" in caplog.text  # for who runs Vigie
    for code in ("no_address", "unknown_service", "private_address", "not_taken"):
        for lang in ("en", "fr"):
            with speaking(lang):
                assert why_not_sent(code) != code


def test_every_library_is_held(ear: Ear, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{ear.port}/"
    with public_only() as guard:
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(url, timeout=5)
        with pytest.raises(PrivateAddress):
            smtplib.SMTP("127.0.0.1", ear.port, timeout=5)
        with pytest.raises(PrivateAddress), socket.socket(socket.AF_UNIX) as local:
            local.connect(str(tmp_path / "none"))
        with pytest.raises(PrivateAddress), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
            datagram.sendto(b"x", ("127.0.0.1", ear.port))
        assert len(guard.refused) == 5
        with ThreadPoolExecutor(1) as other:  # which is not held: the record may be on a private network
            other.submit(socket.create_connection, ("127.0.0.1", ear.port), 5).result().close()
    socket.create_connection(("127.0.0.1", ear.port), 5).close()


def test_the_provider_of_sign_in_is_public_or_on_this_computer(ear: Ear) -> None:
    async def ask(path: str, host: str, allow_private: bool) -> type[BaseException] | None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            async with aiohttp.ClientSession() as session:
                await session.get(f"http://{host}:{ear.port}/", timeout=aiohttp.ClientTimeout(0.3))

        try:
            wrapped = PublicSignIn(app, allow_private)
            await wrapped({"type": "http", "path": path}, None, None)  # type: ignore[arg-type]
        except (aiohttp.ClientError, TimeoutError) as error:
            return type(error.os_error) if isinstance(error, aiohttp.ClientConnectorError) else type(error)
        return None

    hung_up = {aiohttp.ServerDisconnectedError, aiohttp.ClientOSError}  # the ear listens, and closes: it was reached

    async def all_of_them() -> None:
        assert await ask("/oauth2callback", "0.0.0.0", False) is PrivateAddress
        assert await ask("/auth/login", "127.0.0.1", False) in hung_up
        assert await ask("/auth/login", "0.0.0.0", False) is PrivateAddress
        assert await ask("/elsewhere", "0.0.0.0", False) in hung_up
        assert await ask("/auth/login", "0.0.0.0", True) in hung_up

    asyncio.run(all_of_them())
