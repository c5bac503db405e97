"""The one HTTP client: polite, bounded, and unable to reach a private network.

Every limit is here. The address that a socket really connects to is checked, on each redirect hop, so
a public name that resolves to a private address is refused too.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import socket
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import aiohttp

from data.settings import Settings
from sources.base import AddressError, ContentError, NetworkError, RefusedError

MAX_REDIRECTS = 6
PER_HOST = 2
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
MAX_WAIT = 86_400.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: `body` is decompressed, header names are lower case. 304 has an empty body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    moved_to: str = ""  # the address after permanent redirects only

    @property
    def max_age(self) -> float:
        """Seconds the server asks to keep this answer; 0 where it does not say."""
        for part in self.headers.get("cache-control", "").split(","):
            name, _, value = part.strip().partition("=")
            if name.lower() == "max-age" and value.strip('"').isdigit():
                return min(float(value.strip('"')), MAX_WAIT)
        return 0.0


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


class _PrivateAddress(OSError):
    pass


def _guarded_socket(info: Any) -> socket.socket:
    family, kind, proto, _, address = info
    if not is_public(str(address[0])):
        raise _PrivateAddress(str(address[0]))
    return socket.socket(family=family, type=kind, proto=proto)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from a Retry-After header, given as seconds or as a date; None when it says nothing."""
    value = value.strip()
    if value.isdigit():
        return min(float(value[:9]), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), MAX_WAIT)


def backoff(failures: int, base: float, rng: random.Random) -> float:
    """Seconds to wait after `failures` failures in a row: doubling from `base`, at most a day, with jitter."""
    return float(min(MAX_WAIT, base * 2.0 ** min(failures, 12)) * rng.uniform(0.75, 1.0))


class _Inflate:
    """Decompress piece by piece, never beyond `limit` bytes."""

    def __init__(self, encoding: str, limit: int, url: str) -> None:
        self.url, self.limit, self.size = url, limit, 0
        self.parts: list[bytes] = []
        self.raw_deflate_tried = False
        self.engine: Any = None
        self.encoding = encoding
        if encoding in {"gzip", "x-gzip"}:
            self.engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif encoding == "deflate":
            self.engine = zlib.decompressobj()
        elif encoding not in {"", "identity"}:
            raise ContentError("bad_compression", url, encoding[:60])

    def _keep(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.limit:
            raise ContentError("too_large", self.url, f"limit {self.limit // 1_000_000} MB")
        self.parts.append(piece)

    def feed(self, chunk: bytes) -> None:
        if self.engine is None:
            self._keep(chunk)
            return
        while chunk:
            try:
                piece = self.engine.decompress(chunk, 262_144)
            except zlib.error as error:
                if self.encoding == "deflate" and not self.raw_deflate_tried and self.size == 0:
                    self.raw_deflate_tried = True
                    self.engine = zlib.decompressobj(-zlib.MAX_WBITS)
                    continue
                raise ContentError("bad_compression", self.url, str(error)) from error
            self._keep(piece)
            chunk = self.engine.unconsumed_tail

    def finish(self) -> bytes:
        if self.engine is not None:
            self._keep(self.engine.flush())
            if not self.engine.eof and self.size == 0:
                raise ContentError("bad_compression", self.url, "truncated")
        return b"".join(self.parts)


class Client:
    """Use as `async with Client(settings) as client`. One per run; hosts share its limits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None
        self._paused: dict[str, datetime] = {}

    async def __aenter__(self) -> Client:
        guard = None if self._settings.allow_private_network else _guarded_socket
        connector = aiohttp.TCPConnector(
            limit=100, limit_per_host=PER_HOST, ttl_dns_cache=300, socket_factory=guard, happy_eyeballs_delay=None
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=16_384,
            max_field_size=16_384,
            headers={"User-Agent": self._settings.user_agent, "Accept-Encoding": "gzip, deflate"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(
        self,
        url: str,
        now: datetime,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """GET with every limit applied. Returns 2xx and 304; raises a SourceError for anything else."""
        limit = self._settings.max_feed_bytes if max_bytes is None else max_bytes
        seconds = float(timeout or self._settings.fetch_timeout)
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(check_url(url), now, headers or {}, limit)
        except TimeoutError as error:
            raise NetworkError("timeout", url, f"{seconds:.0f} s") from error

    async def _follow(self, url: str, now: datetime, headers: Mapping[str, str], limit: int) -> Answer:
        seen = {url}
        moved_to, all_permanent = "", True
        for _ in range(MAX_REDIRECTS + 1):
            answer, target = await self._one(url, now, headers, limit)
            if not target:
                return Answer(answer.url, answer.status, answer.headers, answer.body, moved_to)
            target = check_url(urljoin(url, target))
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
                all_permanent = False  # never remember a step down to an unprotected address
            all_permanent = all_permanent and answer.status in PERMANENT
            if target in seen:
                raise NetworkError("redirect_loop", url, target[:200])
            seen.add(target)
            if all_permanent:
                moved_to = target
            if urlsplit(target).netloc != urlsplit(url).netloc:
                headers = {k: v for k, v in headers.items() if k.lower() != "authorization"}
            url = target
        raise NetworkError("too_many_redirects", url)

    async def _one(self, url: str, now: datetime, headers: Mapping[str, str], limit: int) -> tuple[Answer, str]:
        assert self._session is not None, "use 'async with Client(...)'"
        host = urlsplit(url).netloc
        until = self._paused.get(host)
        if until is not None and until > now:
            raise RefusedError("too_many_requests", url, host, (until - now).total_seconds())
        if not self._settings.allow_private_network and _is_private_literal(urlsplit(url).hostname or ""):
            raise AddressError("private_address", url)
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                found = {key.lower(): value for key, value in response.headers.items()}
                if response.status in REDIRECTS and found.get("location"):
                    return Answer(url, response.status, found, b""), found["location"]
                if response.status == 304:
                    return Answer(url, 304, found, b""), ""
                if response.status >= 400 or response.status < 200:
                    self._refuse(url, host, response.status, found, now)
                declared = found.get("content-length", "")
                if declared.isdigit() and int(declared) > limit and "content-encoding" not in found:
                    raise ContentError("too_large", url, f"{int(declared) // 1_000_000} MB")
                inflate = _Inflate(found.get("content-encoding", "").strip().lower(), limit, url)
                async for chunk in response.content.iter_chunked(65_536):
                    inflate.feed(chunk)
                return Answer(url, response.status, found, inflate.finish()), ""
        except aiohttp.ClientConnectorCertificateError as error:
            raise NetworkError("tls_error", url, str(error.certificate_error)) from error
        except aiohttp.ClientSSLError as error:
            raise NetworkError("tls_error", url, str(error)) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise AddressError("unknown_host", url, host) from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _PrivateAddress) or "_PrivateAddress" in repr(error):
                raise AddressError("private_address", url) from error
            raise NetworkError("unreachable", url, error.os_error.strerror or "") from error
        except _PrivateAddress as error:
            raise AddressError("private_address", url) from error
        except aiohttp.InvalidURL as error:
            raise AddressError("bad_address", url[:200]) from error
        except (aiohttp.ClientError, ssl.SSLError, ConnectionError, OSError) as error:
            raise NetworkError("unreachable", url, f"{type(error).__name__}") from error
        except (ValueError, UnicodeError) as error:  # header or host name that cannot be parsed
            raise NetworkError("unreachable", url, str(error)) from error

    def _refuse(self, url: str, host: str, status: int, headers: Mapping[str, str], now: datetime) -> None:
        wait = retry_after(headers.get("retry-after", ""), now)
        if status in {429, 503}:
            self._paused[host] = now + timedelta(seconds=wait if wait is not None else 60.0)
        code = {401: "login_needed", 403: "forbidden", 404: "not_found", 410: "gone", 429: "too_many_requests"}.get(
            status, "server_error" if status >= 500 else "refused"
        )
        raise RefusedError(code, url, f"HTTP {status}", wait)


def _is_private_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)
