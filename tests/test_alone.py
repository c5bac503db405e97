"""No test reaches another computer: not by itself, nor by a process that it starts, nor by the browser."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import pytest
from aiohttp import web

from tests.conftest import Loopback

ELSEWHERE = [("192.0.2.1", 80), ("10.0.0.1", 80), ("::ffff:192.0.2.1", 80), ("2001:db8::1", 80)]
TRY = """
import socket
for name in ("connect", "sendto"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            print(one.connect(("192.0.2.1", 9)) if name == "connect" else one.sendto(b"x", ("192.0.2.1", 9)))
        except OSError as error:
            print(error)
try:
    print(socket.getaddrinfo("example.com", 80))
except OSError as error:
    print(error)
"""


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_connection_elsewhere_is_refused(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as one, pytest.raises(OSError, match="this computer alone"):
        one.connect(address)  # of datagrams: without the guard it succeeds, and sends nothing


def test_no_name_is_asked_for_and_this_computer_answers() -> None:
    for ask in (socket.gethostbyname, lambda name: socket.getaddrinfo(name, 80)):
        with pytest.raises(socket.gaierror, match=r"example\.com"):
            ask("example.com")
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()


def test_a_process_that_a_test_starts_is_held_to_it() -> None:
    done = subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True, check=True)
    assert done.stdout.count("this computer alone, not 192.0.2.1") == 2
    assert "no server for the address of example.com" in done.stdout


def test_the_browser_asks_for_no_name(browser: Any, serve: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="here")

    server: Loopback = serve(answer)
    page = browser.new_page()
    assert page.goto(f"http://localhost:{server.port}/").text() == "here"
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(f"http://vigie.localtest.example:{server.port}/")
    page.close()
