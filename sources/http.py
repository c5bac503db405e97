"""The one HTTP client: polite, bounded, and unable to reach a private network.

Every limit is applied here, on each redirect hop too.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from data.credentials import Credentials
from data.network import PrivateAddress, guarded_socket, is_private_literal
from data.settings import Settings
from data.usage import Meter
from sources.bodies import Body, json_body
from sources.errors import AddressError, ContentError, NetworkError, RefusedError, SourceError
from sources.inflate import Inflate, whole
from sources.refusals import MAX_WAIT, rate_pause, refusal, retry_after
from sources.web_addresses import check_url

MAX_REDIRECTS = 6
PER_HOST = 2
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
MAX_PACE_WAIT = 90.0  # seconds that a request may wait for its turn


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


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked of one address, or of those it sends on to."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    limit: int = 0  # bytes of the answer, decompressed
    accept: Collection[int] = ()  # statuses that are answers though they say no

    def sent_on(self, target: str) -> _Request:
        """The same to another address; credentials stay with the host they were meant for."""
        headers = self.headers
        if urlsplit(target).netloc != urlsplit(self.url).netloc:
            headers = {k: v for k, v in headers.items() if k.lower() not in {"authorization", "x-goog-api-key"}}
        return replace(self, url=target, headers=headers)


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
        self.base_urls = {**configured, **(base_urls or {})}
        self._session: aiohttp.ClientSession | None = None
        self._paused: dict[str, datetime] = {}
        self._turns: defaultdict[str, deque[float]] = defaultdict(deque)
        self._doors: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))

    def base_url(self, service: str, default: str) -> str:
        return self.base_urls.get(service, default).rstrip("/")

    def pause(self, url: str, now: datetime, seconds: float | None) -> None:
        """Leave the host of `url` alone for the rest of this run, or until `seconds` have passed."""
        self._paused[urlsplit(url).netloc] = now + timedelta(seconds=60.0 if seconds is None else seconds)

    async def __aenter__(self) -> Client:
        guard = None if self.settings.allow_private_network else guarded_socket
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
        limit = self.settings.max_feed_bytes if max_bytes is None else max_bytes
        return await self._ask(_Request("GET", url, headers or {}, None, limit, accept), now, timeout, pace)

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
        return await self.send("POST", url, now, json_body(content), headers=headers, accept=accept)

    async def send(
        self,
        method: str,
        url: str,
        now: datetime,
        body: Body | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        pace: tuple[int, float] | None = None,
    ) -> Answer:
        """POST, PUT, PATCH or DELETE, under the limits of `get`. Redirects are refused."""
        told = {**({"Content-Type": body.media_type} if body else {}), **(headers or {})}
        content, limit = body.content if body else None, self.settings.max_feed_bytes
        return await self._ask(_Request(method, url, told, content, limit, accept), now, pace=pace)

    async def _ask(
        self, request: _Request, now: datetime, timeout: float | None = None, pace: tuple[int, float] | None = None
    ) -> Answer:
        seconds = float(timeout or self.settings.fetch_timeout)
        checked = check_url(request.url)
        if pace is not None:
            await self._turn(urlsplit(checked).netloc, checked, *pace)
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(replace(request, url=checked), now)
        except TimeoutError as error:
            raise NetworkError("timeout", request.url, f"{seconds:.0f} s") from error

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

    async def _follow(self, request: _Request, now: datetime) -> Answer:
        seen = {request.url}
        has_secret = "{secret:" in request.url
        moved_to, all_permanent = "", True
        for _ in range(MAX_REDIRECTS + 1):
            url = request.url
            answer = await self._one(request, now)
            if answer.status not in REDIRECTS or not answer.headers.get("location"):
                return replace(answer, moved_to=moved_to)
            if request.method != "GET":
                raise RefusedError("refused", url, "it answers a request with a redirect")
            target = check_url(urljoin(url, answer.headers["location"]))
            if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
                all_permanent = False  # never remember a step down to an unprotected address
            all_permanent = all_permanent and answer.status in PERMANENT
            if target in seen:
                raise NetworkError("redirect_loop", url, target[:200])
            seen.add(target)
            if all_permanent and not has_secret:
                moved_to = target
            request = request.sent_on(target)
        raise NetworkError("too_many_redirects", request.url)

    async def _one(self, request: _Request, now: datetime) -> Answer:
        """The answer of one address, a redirect too. Every failure is a SourceError."""
        async with self._doors[urlsplit(request.url).netloc]:  # who waits here hears of a pause that begins meanwhile
            return await self._asked(request, now)

    async def _asked(self, request: _Request, now: datetime) -> Answer:
        assert self._session is not None, "use 'async with Client(...)'"
        url, host = request.url, urlsplit(request.url).netloc
        until = self._paused.get(host)
        if until is not None and until > now:
            raise RefusedError("too_many_requests", url, host, (until - now).total_seconds())
        if not self.settings.allow_private_network and is_private_literal(urlsplit(url).hostname or ""):
            raise AddressError("private_address", url)
        try:
            real = self.credentials.fill(url)
            async with self._session.request(
                request.method, real, headers=request.headers, data=request.body, allow_redirects=False
            ) as response:
                return await self._read(request, response, now)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(error, url) from error

    async def _read(self, request: _Request, response: aiohttp.ClientResponse, now: datetime) -> Answer:
        """Believe the status and the headers first, then the body, piece by piece up to its limit."""
        url, status = request.url, response.status
        headers = {key.lower(): value for key, value in response.headers.items()}
        if "link" in headers:  # may come several times, each with other links
            headers["link"] = ", ".join(response.headers.getall("Link"))
        if status == 304 or (status in REDIRECTS and headers.get("location")):
            return Answer(url, status, headers, b"")
        if (pause := rate_pause(headers, now)) > 0:
            self.pause(url, now, pause)
        if (status >= 400 or status < 200) and status not in request.accept:
            self._refuse(url, status, headers, now)
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > request.limit and "content-encoding" not in headers:
            raise ContentError("too_large", url, f"{int(declared) // 1_000_000} MB")
        inflate = Inflate(headers.get("content-encoding", "").strip().lower(), request.limit, url)
        async for chunk in response.content.iter_chunked(65_536):
            inflate.feed(chunk)
        return Answer(url, status, headers, whole(inflate.finish(), request.limit, url))

    def _refuse(self, url: str, status: int, headers: Mapping[str, str], now: datetime) -> None:
        wait = retry_after(headers.get("retry-after", ""), now)
        if status in {429, 503}:
            self.pause(url, now, wait)
        raise RefusedError(refusal(status), url, f"HTTP {status}", wait)


def _failure(error: Exception, url: str) -> SourceError:
    """What it means for the source that a request broke off."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return NetworkError("tls_error", url, str(error.certificate_error))
    if isinstance(error, aiohttp.ClientSSLError):
        return NetworkError("tls_error", url, str(error))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return AddressError("unknown_host", url, urlsplit(url).netloc)
    if isinstance(error, PrivateAddress) or (
        isinstance(error, aiohttp.ClientConnectorError)
        and (isinstance(error.os_error, PrivateAddress) or "PrivateAddress" in repr(error))
    ):
        return AddressError("private_address", url)
    if isinstance(error, aiohttp.ClientConnectorError):
        return NetworkError("unreachable", url, error.os_error.strerror or "")
    if isinstance(error, aiohttp.InvalidURL):
        return AddressError("bad_address", url[:200])
    if isinstance(error, (aiohttp.ClientError, OSError)):
        return NetworkError("unreachable", url, type(error).__name__)
    return NetworkError("unreachable", url, str(error))  # a header or host name that cannot be parsed
