"""Which addresses Vigie connects to: the public internet, and private networks only where the settings allow them.

What is checked is the address that a socket really connects to, so a public name that leads to a private address is
refused too, whenever its name server changes its mind.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

# IPv6 that Python takes for public, or does in some versions: local translation, old site-local, old IPv4-compatible,
# documentation, segment routing.
_NOT_PUBLIC = [
    ipaddress.ip_network(network) for network in ("64:ff9b:1::/48", "fec0::/10", "::/96", "3fff::/20", "5f00::/16")
]


class PrivateAddress(OSError):
    """A connection that was not made, because it led to a private network."""


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet. False for private, loopback, link-local, mapped, reserved."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if any(ip in network for network in _NOT_PUBLIC):
            return False
    return ip.is_global and not ip.is_multicast


def is_private_literal(host: str) -> bool:
    """Whether a host is written as an IP address that is not public."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def guarded_socket(info: Any) -> socket.socket:
    """A socket for an address that `getaddrinfo` told. Raises PrivateAddress for one that is not public."""
    family, kind, proto, _, address = info
    if not is_public(str(address[0])):
        raise PrivateAddress(str(address[0]))
    return socket.socket(family=family, type=kind, proto=proto)


@dataclass(slots=True)
class Guard:
    """What a thread or task may connect to, and what it was refused."""

    or_loopback: bool
    refuses: bool = True
    refused: list[str] = field(default_factory=list)  # or let through, where it only notes


_guard: ContextVar[Guard | None] = ContextVar("guard", default=None)


@contextmanager
def public_only(*, or_loopback: bool = False) -> Iterator[Guard]:
    """Refuse every connection of this thread or task to what is not public, whichever library makes it: PrivateAddress
    is raised there. `or_loopback` lets this computer through."""
    _watch_connections()
    guard = Guard(or_loopback)
    before = _guard.set(guard)
    try:
        yield guard
    finally:
        _guard.reset(before)


@contextmanager
def noting_private() -> Iterator[Guard]:
    """Let every connection of this thread or task through, and note those to what is not public."""
    _watch_connections()
    guard = Guard(or_loopback=False, refuses=False)
    before = _guard.set(guard)
    try:
        yield guard
    finally:
        _guard.reset(before)


@cache
def _watch_connections() -> None:
    """Once per process: Python calls a hook at each connection, with the address it goes to (PEP 578)."""
    sys.addaudithook(_at_connection)


def _at_connection(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        return
    guard = _guard.get()
    if guard is None:
        return
    address = arguments[1]
    if event == "socket.sendmsg" and address is None:
        return  # it is connected, to an address that was looked at then
    host = str(address[0]) if isinstance(address, tuple) and address else ""  # else a socket file
    if not is_public(host) and not (guard.or_loopback and is_loopback(host)):
        guard.refused.append(host)
        if guard.refuses:
            raise PrivateAddress(host)
