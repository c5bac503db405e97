"""The one HTTP client: polite, bounded, and unable to reach a private network.

Every limit is here. The address that a socket really connects to is checked, on each redirect hop, so
a public name that resolves to a private address is refused too.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import random
import re
import socket
import ssl
import zlib
from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import aiohttp

from data.credentials import Credentials
from data.settings import Settings
from data.usage import Meter
from sources.base import AddressError, ContentError, NetworkError, RefusedError

MAX_REDIRECTS = 6
PER_HOST = 2
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
MAX_WAIT = 86_400.0
MAX_PACE_WAIT = 90.0  # seconds that a request may wait for its turn
CHALLENGES = (
    b"cf-challenge",
    b"challenge-platform",
    b"just a moment...",
    b"g-recaptcha",
    b"h-captcha",
    b"captcha-delivery",
    b"are you a robot",
    b"verify you are human",
    b"anubis_challenge",
    b"px-captcha",
)


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
            if name.lower() == "max-age" and value.strip('"').isdecimal():
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
    if value.isdecimal():
        return min(float(value[:9]), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), MAX_WAIT)


def rate_pause(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to stay away because the answer said that no request is left; 0 when some are.

    Reset is given in seconds, as a Unix time, or as a date, depending on the service.
    """
    for remaining, reset in (
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        ("x-rate-limit-remaining", "x-rate-limit-reset"),
        ("ratelimit-remaining", "ratelimit-reset"),
    ):
        left, until = headers.get(remaining, "").strip(), headers.get(reset, "").strip()
        try:
            if not left or float(left) >= 1:
                continue
            if re.fullmatch(r"\d+(\.\d+)?", until):
                seconds = float(until) - (now.timestamp() if float(until) > 1e9 else 0.0)
            else:
                seconds = (datetime.fromisoformat(until.replace("Z", "+00:00")) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            seconds = 60.0
        return min(max(seconds, 1.0), 3_600.0)
    return 0.0


def looks_like_challenge(body: bytes) -> bool:
    """Whether a page only asks its visitor to prove to be human."""
    head = body[:60_000].lower()
    if b"<html" not in head and b"<!doctype" not in head:
        return False
    return any(mark in head for mark in CHALLENGES)


_REFUSALS = {401: "login_needed", 403: "forbidden", 404: "not_found", 410: "gone", 429: "too_many_requests"}


def refusal(status: int) -> str:
    """The code of a status that gives no content."""
    return _REFUSALS.get(status, "server_error" if status >= 500 else "refused")


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
    """Use as `async with Client(settings) as client`. One per run; hosts share its limits.

    `base_urls` sends a service's requests elsewhere (a mirror, a recording). `preview` asks the kinds to
    read one page only and to spend as little as they can.
    """

    def __init__(
        self,
        settings: Settings,
        credentials: Credentials | None = None,
        meter: Meter | None = None,
        *,
        base_urls: Mapping[str, str] | None = None,
        preview: bool = False,
    ) -> None:
        self.settings = settings
        self.credentials = credentials or Credentials()
        self.meter = meter or Meter()
        self.preview = preview
        configured = dict(entry.partition("=")[::2] for entry in settings.base_urls)
        self._base_urls = {**configured, **(base_urls or {})}
        self._session: aiohttp.ClientSession | None = None
        self._paused: dict[str, datetime] = {}
        self._turns: defaultdict[str, deque[float]] = defaultdict(deque)

    def base_url(self, service: str, default: str) -> str:
        return self._base_urls.get(service, default).rstrip("/")

    def pause(self, url: str, now: datetime, seconds: float | None) -> None:
        """Leave the host of `url` alone for the rest of this run, or until `seconds` have passed."""
        self._paused[urlsplit(url).netloc] = now + timedelta(seconds=60.0 if seconds is None else seconds)

    async def __aenter__(self) -> Client:
        guard = None if self.settings.allow_private_network else _guarded_socket
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
            headers={"User-Agent": self.settings.user_agent, "Accept-Encoding": "gzip, deflate"},
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
        accept: Collection[int] = (),
        pace: tuple[int, float] | None = None,
    ) -> Answer:
        """GET with every limit applied. Returns 2xx, 304 and the statuses in `accept`; else raises a SourceError.

        `pace` is how many requests its host allows in how many seconds; a request waits for its turn.
        """
        return await self._ask("GET", url, now, headers or {}, None, max_bytes, timeout, accept, pace)

    async def post(
        self,
        url: str,
        now: datetime,
        content: Any,
        *,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Answer:
        """POST `content` as JSON, under the same limits. Redirects are refused: a body goes to one place only."""
        body = json.dumps(content).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        return await self._ask("POST", url, now, headers, body, None, None, accept, None)

    async def _ask(
        self,
        method: str,
        url: str,
        now: datetime,
        headers: Mapping[str, str],
        body: bytes | None,
        max_bytes: int | None,
        timeout: float | None,
        accept: Collection[int],
        pace: tuple[int, float] | None,
    ) -> Answer:
        limit = self.settings.max_feed_bytes if max_bytes is None else max_bytes
        seconds = float(timeout or self.settings.fetch_timeout)
        checked = check_url(url)
        if pace is not None:
            await self._turn(urlsplit(checked).netloc, checked, *pace)
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(method, checked, now, headers, body, limit, accept)
        except TimeoutError as error:
            raise NetworkError("timeout", url, f"{seconds:.0f} s") from error

    async def _turn(self, host: str, url: str, count: int, window: float) -> None:
        """Wait until fewer than `count` requests were made to `host` in the last `window` seconds."""
        turns, loop = self._turns[host], asyncio.get_running_loop()
        while True:
            moment = loop.time()
            while turns and turns[0] <= moment - window:
                turns.popleft()
            if len(turns) < count:
                turns.append(moment)
                return
            wait = turns[0] + window - moment
            if wait > MAX_PACE_WAIT:
                raise RefusedError("too_many_requests", url, host, wait)
            await asyncio.sleep(wait)

    async def _follow(
        self,
        method: str,
        url: str,
        now: datetime,
        headers: Mapping[str, str],
        body: bytes | None,
        limit: int,
        accept: Collection[int],
    ) -> Answer:
        seen = {url}
        has_secret = "{secret:" in url
        moved_to, all_permanent = "", True
        for _ in range(MAX_REDIRECTS + 1):
            answer, target = await self._one(method, url, now, headers, body, limit, accept)
            if target and method != "GET":
                raise RefusedError("refused", url, "it answers a request with a redirect")
            if not target:
                return Answer(answer.url, answer.status, answer.headers, answer.body, moved_to)
            target = check_url(urljoin(url, target))
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
                all_permanent = False  # never remember a step down to an unprotected address
            all_permanent = all_permanent and answer.status in PERMANENT
            if target in seen:
                raise NetworkError("redirect_loop", url, target[:200])
            seen.add(target)
            if all_permanent and not has_secret:
                moved_to = target
            if urlsplit(target).netloc != urlsplit(url).netloc:
                headers = {k: v for k, v in headers.items() if k.lower() not in {"authorization", "x-goog-api-key"}}
            url = target
        raise NetworkError("too_many_redirects", url)

    async def _one(
        self,
        method: str,
        url: str,
        now: datetime,
        headers: Mapping[str, str],
        body: bytes | None,
        limit: int,
        accept: Collection[int],
    ) -> tuple[Answer, str]:
        assert self._session is not None, "use 'async with Client(...)'"
        host = urlsplit(url).netloc
        until = self._paused.get(host)
        if until is not None and until > now:
            raise RefusedError("too_many_requests", url, host, (until - now).total_seconds())
        if not self.settings.allow_private_network and _is_private_literal(urlsplit(url).hostname or ""):
            raise AddressError("private_address", url)
        try:
            real = self.credentials.fill(url)
            async with self._session.request(
                method, real, headers=headers, data=body, allow_redirects=False
            ) as response:
                found = {key.lower(): value for key, value in response.headers.items()}
                if response.status in REDIRECTS and found.get("location"):
                    return Answer(url, response.status, found, b""), found["location"]
                if response.status == 304:
                    return Answer(url, 304, found, b""), ""
                if (pause := rate_pause(found, now)) > 0:
                    self.pause(url, now, pause)
                if (response.status >= 400 or response.status < 200) and response.status not in accept:
                    self._refuse(url, host, response.status, found, now)
                declared = found.get("content-length", "")
                if declared.isdecimal() and int(declared) > limit and "content-encoding" not in found:
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
            self.pause(url, now, wait)
        raise RefusedError(refusal(status), url, f"HTTP {status}", wait)


def _is_private_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)
