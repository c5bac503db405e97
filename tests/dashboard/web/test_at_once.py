"""Connections of a socket that somebody else bound send at once."""

from __future__ import annotations

import os
import socket

from dashboard.web.at_once import send_at_once


def test_what_is_listened_on_sends_at_once() -> None:
    before = set(os.listdir("/dev/fd"))
    with socket.socket(socket.AF_INET) as waiting, socket.socket(socket.AF_INET) as other:
        waiting.bind(("127.0.0.1", 0))
        waiting.listen()
        assert send_at_once() >= 1
        with socket.create_connection(waiting.getsockname(), timeout=5) as visitor, waiting.accept()[0] as taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert not other.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert visitor.send(b"still open") == 10
    assert set(os.listdir("/dev/fd")) == before
