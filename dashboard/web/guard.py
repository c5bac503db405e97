"""Who may ask: wrong tokens are counted, answers are private."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from dashboard.files.html import POLICY, message_page
from dashboard.reads.cache import open_store
from dashboard.words.language import _, speaking
from data.house.workspaces import settings_of_each
from data.settings import load_settings
from data.sharing import tokens
from data.sharing.tokens import Token
from data.store import Store, StoreError

T = TypeVar("T")
FAILURES, WINDOW = 20, 60.0  # wrong tokens of one address in so many seconds, before it is told to wait


TRIES, TRY_WINDOW = 8, 300.0  # passwords that one address may try
LINK_TRIES = 24  # and that all addresses together may try on one link, in the same time


REMEMBERED = 10_000  # addresses


PRIVATE = {
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


@dataclass
class Throttle:
    """Counts what failed by address, over a window of seconds. Bounded: the oldest addresses are forgotten."""

    most: int
    window: float
    _held: OrderedDict[str, tuple[float, int]] = field(default_factory=OrderedDict)

    def wait(self, key: str, now: float) -> int:
        """Seconds to wait before another try; 0 for none."""
        began, count = self._held.get(key, (now, 0))
        return max(1, round(began + self.window - now)) if count >= self.most and now < began + self.window else 0

    def give_back(self, key: str) -> None:
        """Count one less: what was counted before it was checked did not fail."""
        if key in self._held:
            began, count = self._held[key]
            self._held[key] = (began, max(0, count - 1))

    def failed(self, key: str, now: float) -> None:
        began, count = self._held.pop(key, (now, 0))
        self._held[key] = (now, 1) if now >= began + self.window else (began, count + 1)
        while len(self._held) > REMEMBERED:
            self._held.popitem(last=False)


guesses = Throttle(FAILURES, WINDOW)


@dataclass
class PasswordGate:
    """Tries of passwords, by address and by what they would open. One is counted before it is checked, so that many at
    once are no more than may be; checks wait for one another beside the event loop, so that no reader waits for
    them."""

    by_address: Throttle = field(default_factory=lambda: Throttle(TRIES, TRY_WINDOW))
    by_link: Throttle = field(default_factory=lambda: Throttle(LINK_TRIES, TRY_WINDOW))
    _alone: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "password"))

    def enter(self, address: str, link: str, now: float) -> int:
        """Count a try; gives the seconds to wait where there were too many, and then counts nothing."""
        seconds = max(self.by_address.wait(address, now), self.by_link.wait(link, now))
        if not seconds:
            self.by_address.failed(address, now)
            self.by_link.failed(link, now)
        return seconds

    async def check(self, address: str, link: str, is_right: Callable[[], bool]) -> bool:
        """Whether a try that was counted is right; then it does not count."""
        right = await asyncio.get_running_loop().run_in_executor(self._alone, is_right)
        if right:
            self.by_address.give_back(address)
            self.by_link.give_back(link)
        return right


passwords = PasswordGate()


def holder(find: Callable[[Store], T | None]) -> tuple[Store, T] | None:
    """The one record of all open workspaces in which something is found, and what. A link opens what it was made in.

    A record that cannot be read hides no other. Raises StoreError where one could not and nothing was found elsewhere.
    """
    failed: StoreError | None = None
    for settings in settings_of_each(load_settings()):
        try:
            store = open_store(settings.store_url)
            found = find(store)
        except StoreError as error:
            failed = failed or error
            continue
        if found is not None:
            return store, found
    if failed is not None:
        raise failed
    return None


def granted(kind: str, token: str, now: datetime) -> tuple[Store, Token] | None:
    """The record that a token of this kind opens and what it may, None for one that opens nothing."""

    def find(store: Store) -> Token | None:
        with store.read() as connection:
            return tokens.find(connection, kind, token, now)

    return holder(find)


def lang_of(request: Request) -> str:
    """French or English, from what the browser asks for: before a snapshot is open nothing else is known."""
    asked = str(request.headers.get("accept-language", ""))[:200].lower()
    french, english = asked.find("fr"), asked.find("en")
    return "fr" if french >= 0 and (english < 0 or french < english) else "en"


def private_page(body: str, status: int = 200, policy: str = POLICY, **headers: str) -> Response:
    csp = f"{policy}; frame-ancestors 'none'; connect-src 'none'"
    return Response(
        body, status, {**PRIVATE, "content-security-policy": csp, **headers}, media_type="text/html; charset=utf-8"
    )


def too_many(request: Request, seconds: int) -> Response:
    with speaking(lang_of(request)):
        title = _("Too many attempts")
        words = _("Wait a minute, then open your link again.")
        return private_page(message_page(lang_of(request), title, words), 429, **{"retry-after": str(seconds)})


def client_of(request: Request) -> str:
    """The address that a request came from; of IPv6 the network, whose addresses are all one person's to take."""
    host = str(request.client.host) if request.client else "?"
    try:
        address = ip_address(host)
    except ValueError:
        return host[:100]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address)


async def start_of_body(request: Request, most: int) -> bytes:
    """The first bytes of what a request sends; the rest is not read."""
    held = b""
    async for part in request.stream():
        held += part[:most]
        if len(held) >= most:
            break
    return held[:most]


def wrong_token(request: Request) -> int:
    """Note that a request came with a token that opens nothing; gives the seconds that its address should wait, 0 for
    none."""
    client, now = client_of(request), time.monotonic()
    seconds = guesses.wait(client, now)
    guesses.failed(client, now)
    return seconds
