"""Which addresses may be asked: web addresses with a host. Where they lead is for `data.network`."""

from __future__ import annotations

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
