"""An end to a request, whatever its server does: a time-out of a socket starts anew with every byte that arrives."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import requests
from requests.adapters import HTTPAdapter


class TimeLimit:
    """Cuts the connections of a session when the time is up; `over` says that it was.

    A request that is cut raises an error of requests, or ends early: ask `over` after either.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._seconds = seconds
        self._sockets: list[socket.socket] = []

    @contextlib.contextmanager
    def session(self) -> Any:
        timer = threading.Timer(self._seconds, self._cut)
        timer.daemon = True
        with requests.Session() as session:
            adapter = _Watching(self._sockets)
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            timer.start()
            try:
                yield session
            finally:
                timer.cancel()

    def _cut(self) -> None:
        self.over = True
        for held in self._sockets:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)


class _Watching(HTTPAdapter):
    """An adapter that hands on every socket it opens."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        self._handed = sockets
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        handed, plain = self._handed, type(pool).ConnectionCls

        class Watched(plain):  # type: ignore[misc, valid-type]
            def connect(self) -> None:
                super().connect()
                handed.append(self.sock)

        pool.ConnectionCls = Watched
        return pool
