"""Which addresses may be asked: web addresses with a host, and no socket into a private network.

The address that a socket really connects to is checked, so a public name that resolves to a private address is
refused too.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sources.errors import AddressError


def check_url(url: str) -> str:
    """`url` without its fragment. Raises AddressError unless it is http(s) with a host and no password."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError("bad_address", url[:200], str(error)) from error
    if parts.scheme not in {"http", "https"} or not host or len(url) > 4_000:
        raise AddressError("bad_address", url[:200])
    if any(ord(c) <= 32 for c in url):
        raise AddressError("bad_address", url[:200], "it contains a space")
    return urlunsplit(parts._replace(fragment=""))


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet. False for private, loopback, link-local, mapped."""
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
    return ip.is_global and not ip.is_multicast


class PrivateAddress(OSError):
    pass


def guarded_socket(info: Any) -> socket.socket:
    family, kind, proto, _, address = info
    if not is_public(str(address[0])):
        raise PrivateAddress(str(address[0]))
    return socket.socket(family=family, type=kind, proto=proto)


def is_private_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)
