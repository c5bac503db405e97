"""One look at one place of ours: whether it answers and how fast, its certificate, its feeds, where its links lead,
what keeps people out of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from urllib.parse import urljoin

from data.upkeep.findings import MOST_LINKS, Finding, OwnPlace, PlaceLook
from sources.errors import AddressError, ContentError, SourceError
from sources.http import Answer, Client
from sources.plain_text import page_of
from sources.upkeep.access import access_findings
from sources.upkeep.certificate import certificate_findings
from sources.upkeep.form import feed_findings
from sources.web_addresses import check_url

LOOKS = 3  # at the home page: the middle one is how fast it is
SLOW, TWICE = 4.0, 2.0  # seconds; how many times what is usual
NOTICED = 1.0  # seconds under which nobody waits
AGAIN = 10.0  # seconds until it is asked once more
AT_ONCE = 6
PACE = (60, 60.0)
LARGEST_PAGE = 3_000_000  # bytes
# What says for certain that a link leads nowhere; what refuses programs, or is busy, may lead readers somewhere.
LEADS_NOWHERE = frozenset({"not_found", "gone", "unknown_host", "tls_error", "redirect_loop", "too_many_redirects"})
MAYBE = frozenset({"timeout", "unreachable"})


async def look_at(
    client: Client, place: OwnPlace, usual: float | None, links: Sequence[tuple[str, str]], now: datetime
) -> PlaceLook:
    """What is wrong with a place. `usual` is how many seconds its home page takes; `links` are further (address, page
    where it stands) to follow, as those of our posts. No failure rises: it is what was found."""
    checked: set[str] = set()
    found: list[Finding] = []
    page, seconds, error = await _home(client, place.home, now)
    if error is None:
        checked.add("site")
        found += _slow(place.home, seconds, usual)
    elif error.code in LEADS_NOWHERE | MAYBE | {"server_error"}:
        checked.add("site")
        found.append(Finding("site_down", place.home, error.code))
    certificate = await certificate_findings(place.home, now, private=client.settings.allow_private_network)
    if certificate is not None:
        checked.add("certificate")
        found += certificate
    for feed in place.feeds:
        found += await _feed(client, feed, now)
        checked.add("feed")
    to_follow = dict(links_of_page(page.body, page.url)) if page is not None else {}
    to_follow = {**dict(links), **to_follow}
    if page is not None:
        checked |= {"link", "access"}
        found += await asyncio.to_thread(access_findings, page.body, place.home)
        found += await _broken(client, list(to_follow.items()), now)
    return PlaceLook(place.home, tuple(found), frozenset(checked), seconds)


async def _home(client: Client, home: str, now: datetime) -> tuple[Answer | None, float | None, SourceError | None]:
    """(the home page, how many seconds it took, why it did not come). What may pass is asked for once more."""
    took, page = [], None
    for left in range(LOOKS, 0, -1):
        began = time.monotonic()
        try:
            page = await client.get(home, now, max_bytes=LARGEST_PAGE, pace=PACE)
        except ContentError:  # it answers, with more than is read
            pass
        except SourceError as error:
            if left < LOOKS or error.code not in MAYBE | {"server_error"}:
                return None, None, error
            await asyncio.sleep(AGAIN)
            continue
        took.append(time.monotonic() - began)
    return page, median(took), None


def _slow(home: str, seconds: float | None, usual: float | None) -> list[Finding]:
    if seconds is None:
        return []
    slow = seconds > SLOW or (usual is not None and seconds > NOTICED and seconds > TWICE * usual)
    said = f"{seconds:.1f} {usual:.1f}" if usual is not None else f"{seconds:.1f}"
    return [Finding("site_slow", home, said)] if slow else []


async def _feed(client: Client, feed: str, now: datetime) -> list[Finding]:
    try:
        answer = await client.get(feed, now)
    except SourceError as error:
        return [Finding("feed_down", feed, error.code)]
    said = answer.headers.get("content-type", "")
    return await asyncio.to_thread(feed_findings, answer.body, feed, said, now)


def links_of_page(html: bytes, base: str) -> list[tuple[str, str]]:
    """(address, the page) of what a page links to, each once, at most MOST_LINKS. No style is consulted."""
    found: dict[str, str] = {}
    for node in page_of(html[:LARGEST_PAGE]).css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if not href or href.startswith("#") or len(href) > 2_000:
            continue
        try:
            found.setdefault(check_url(urljoin(base, href)), base)
        except (AddressError, ValueError):
            continue
    return list(found.items())[:MOST_LINKS]


async def _broken(client: Client, links: Sequence[tuple[str, str]], now: datetime) -> list[Finding]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def follow(address: str, page: str) -> Finding | None:
        async with turns:
            code = await _leads(client, address, now)
        return Finding("link_broken", address, code, page) if code else None

    told = await asyncio.gather(*(follow(address, page) for address, page in links))
    return [one for one in told if one is not None]


async def _leads(client: Client, address: str, now: datetime) -> str:
    """Why a link leads nowhere; "" where it leads somewhere, or where that cannot be told."""
    try:
        await client.get(address, now, max_bytes=1, pace=PACE)
    except SourceError as error:  # a page larger than the byte that is asked for answers all the same
        return error.code if error.code in LEADS_NOWHERE | MAYBE else ""
    return ""
