"""Tests reach this computer alone: Python runs this at the start of every process that a test starts.

A connection elsewhere, or asking for the address of a name, fails as it does where there is no network. Nothing leaves
the machine: it is refused before the operating system is asked.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys

CONNECTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
ASKS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyname_ex", "socket.gethostbyaddr"}
HERE = {"", "localhost", "localhost.localdomain", socket.gethostname()}


def _address(host: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    words = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(words.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(socket.inet_aton(words))  # older ways to write one, as 2130706433
    except (OSError, UnicodeError, ValueError):
        return None


def _refuse_others(event: str, given: tuple[object, ...]) -> None:
    if event in CONNECTS and isinstance(given[1], tuple):
        address = _address(given[1][0])
        if address is not None and not (address.is_loopback or address.is_unspecified):
            raise OSError(errno.ENETUNREACH, f"Tests reach this computer alone, not {address}")
    elif event in ASKS and given[0] is not None:
        name = given[0].decode("ascii", "replace") if isinstance(given[0], bytes) else str(given[0])
        if _address(name) is None and name not in HERE:
            raise socket.gaierror(socket.EAI_NONAME, f"Tests ask no server for the address of {name}")


sys.addaudithook(_refuse_others)
