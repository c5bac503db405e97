"""Answers leave at once: the small packets of one are not held back until the browser has confirmed the one before."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress


def send_at_once() -> int:
    """Set TCP_NODELAY on what this process listens on; its connections take it over. How many those are.

    Python sets it on connections of its own, not on those of a socket that somebody else bound. Without it the second
    packet of an answer, its body, waits up to 40 ms for the confirmation of the first.
    """
    found = 0
    with suppress(OSError):  # no such list on Windows
        for name in os.listdir("/dev/fd"):
            with suppress(OSError):  # the list itself is closed by now
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    with socket.socket(fileno=os.dup(int(name))) as one:
                        found += _at_once(one)
    return found


def _at_once(one: socket.socket) -> bool:
    listens = one.family in {socket.AF_INET, socket.AF_INET6} and one.getsockopt(
        socket.SOL_SOCKET, socket.SO_ACCEPTCONN
    )
    if listens:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bool(listens)
