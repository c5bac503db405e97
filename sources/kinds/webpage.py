"""A site or page without a feed: its new pages, found by its sitemap or its links; or its changes.

robots.txt is read first, by protego, and obeyed. The text is found by trafilatura in a process of its own.
A page that leads to articles brings each new article as a post; a page that leads nowhere brings its new
lines as a post whenever it changes.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import etree

from data.models import NewPost, Source
from data.settings import ROOT
from sources.answers import moment
from sources.base import FetchResult
from sources.errors import AddressError, ContentError, RefusedError, SourceError
from sources.http import Client
from sources.kinds.extract_process import NOT_INSTALLED
from sources.paging import state_of
from sources.plain_text import page_of, plain_text
from sources.refusals import looks_like_challenge
from sources.web_addresses import check_url

ARTICLES_A_CHECK = 10
KNOWN = 3_000
PACE = (30, 60.0)
EXTRACT_SECONDS = 90.0
ROBOT = "Vigie"
_ARTICLE = re.compile(
    r"/\d{4}/|/[a-z0-9]+(?:-[a-z0-9]+){2,}(?:\.html?)?/?$|/(?:post|article|news|blog|p)/[^/]+", re.IGNORECASE
)
_NOT_ARTICLE = re.compile(
    r"/(?:tags?|category|categorie|author|auteur|page|feed|wp-content|login|search|privacy|terms)(?:/|$)"
    r"|\.(?:png|jpe?g|gif|css|js|pdf|xml|zip|mp4|svg)$",
    re.IGNORECASE,
)


def article_links(html: bytes, base: str) -> list[str]:
    """Addresses on the same site that look like articles, in the order of the page. No style is consulted."""
    home = urlsplit(base)
    links: dict[str, None] = {}
    for node in page_of(html[:2_000_000]).css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if not href or len(href) > 500 or href.startswith(("#", "mailto:", "javascript:")):
            continue
        try:
            url = check_url(urljoin(base, href))
        except (AddressError, ValueError):
            continue
        parts = urlsplit(url)
        path = parts.path
        if parts.netloc != home.netloc or path.rstrip("/") == home.path.rstrip("/") or _NOT_ARTICLE.search(path):
            continue
        if _ARTICLE.search(path):
            links[urlunsplit(parts._replace(query=_telling(parts.path, parts.query)))] = None
    return list(links)


def _telling(path: str, query: str) -> str:
    """What of a query says which page it is: all of a script's but its session, nothing elsewhere."""
    if not re.search(r"\.(?:php\d?|aspx?|cgi|pl|jsp)$", path, re.IGNORECASE):
        return ""
    kept = [pair for pair in query.split("&") if not re.match(r"(?:sid|s|PHPSESSID|utm_\w+|hilit)=", pair)]
    return "&".join(kept)


def sitemap_links(xml: bytes) -> tuple[list[tuple[str, datetime | None]], list[str]]:
    """((page, when it changed) newest first, further sitemaps). An unreadable sitemap holds nothing."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return [], []
    pages: list[tuple[str, datetime | None]] = []
    maps: list[str] = []
    for entry in root.iter("{*}url", "{*}sitemap") if root is not None else ():
        place, changed = entry.findtext("{*}loc"), entry.findtext("{*}lastmod")
        try:
            url = check_url((place or "").strip())
        except AddressError:
            continue
        if etree.QName(entry).localname == "sitemap":
            maps.append(url)
        else:
            pages.append((url, moment(changed.strip()) if changed else None))
    early = datetime.min.replace(tzinfo=UTC)
    return sorted(pages, key=lambda p: p[1] or early, reverse=True)[:5_000], maps[:5]


async def robots_of(client: Client, address: str, now: datetime) -> Any:
    """The rules of a site (a `protego.Protego`). No file is no rule; a faulty server forbids (RFC 9309)."""
    from protego import Protego

    parts = urlsplit(address)
    answer = await client.get(
        f"{parts.scheme}://{parts.netloc}/robots.txt", now, accept=range(400, 500), max_bytes=500_000
    )
    return Protego.parse(answer.body.decode("utf-8", "replace") if answer.status < 400 else "")


async def extract_pages(pages: Sequence[tuple[str, bytes]]) -> list[dict[str, str]]:
    """Title, author, date and text of each page. A batch that takes too long gives nothing."""
    if not pages:
        return []
    given = json.dumps([[url, html[:3_000_000].decode("utf-8", "replace")] for url, html in pages]).encode()
    command = [sys.executable, "-m", "sources.kinds.extract_process"]
    try:
        done = await asyncio.to_thread(
            subprocess.run, command, input=given, capture_output=True, cwd=ROOT, timeout=EXTRACT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return [{} for _ in pages]
    if done.returncode == NOT_INSTALLED:
        raise RuntimeError("trafilatura cannot be imported: install requirements.txt")
    try:
        extracted = json.loads(done.stdout)
    except ValueError:
        extracted = []
    return [dict(page) for page in extracted] if len(extracted) == len(pages) else [{} for _ in pages]


def _page_title(html: bytes) -> str:
    node = page_of(html[:200_000]).css_first("title")
    return plain_text(node.text())[:300] if node is not None else ""


def _article(url: str, page: dict[str, str], html: bytes, site: str) -> NewPost | None:
    text = page.get("text", "").strip()
    title = page.get("title", "").strip() or _page_title(html)
    if not text and not title:
        return None
    return NewPost(
        source_kind="web",
        native_id=url,
        text=text or title,
        plain=text,
        title=title,
        url=url,
        author=page.get("author", ""),
        published_at=moment(page.get("date")),
        community=site,
    )


async def _from_sitemaps(client: Client, robots: Any, address: str, now: datetime) -> list[str]:
    """Pages below the address that the site's sitemaps list, newest first."""
    parts = urlsplit(address)
    waiting = [*list(robots.sitemaps)[:3], f"{parts.scheme}://{parts.netloc}/sitemap.xml"]
    pages: list[tuple[str, datetime | None]] = []
    for _ in range(4):
        if not waiting or pages:
            break
        place = waiting.pop(0)
        try:
            answer = await client.get(place, now, pace=PACE)
        except SourceError:
            continue
        listed, more = sitemap_links(answer.body)
        pages += listed
        waiting = more + waiting
    below = parts.path.rstrip("/")
    return [u for u, _ in pages if urlsplit(u).netloc == parts.netloc and urlsplit(u).path.startswith(below + "/")]


async def _read_articles(
    client: Client, urls: Sequence[str], known: dict[str, None], now: datetime
) -> tuple[list[tuple[str, bytes]], SourceError | None]:
    """The pages at `urls`, noted in `known`, up to the first fault that may pass; and that fault."""
    pages: list[tuple[str, bytes]] = []
    for url in urls:
        try:
            page = await client.get(url, now, pace=PACE)
        except SourceError as problem:
            if problem.code in {"too_many_requests", "timeout", "unreachable", "server_error"}:
                return pages, problem
            known[_short(url)] = None  # not there, or not for us: not asked again
            continue
        pages.append((url, page.body))
        known[_short(url)] = None
    return pages, None


def _new_lines(
    source: Source, state: dict[str, Any], html: bytes, extracted: dict[str, str], now: datetime
) -> NewPost | None:
    """The lines that a page has gained since the last check, as a post. Raises ContentError where it never had any."""
    lines = [line.strip() for line in extracted.get("text", "").splitlines() if line.strip()]
    before = set(state.get("lines", []))
    fresh = [line for line in lines if _short(line) not in before]
    if not lines and not before:
        raise ContentError("not_a_page", source.address)
    state["lines"] = [_short(line) for line in lines][:KNOWN]
    if not fresh:
        return None
    text = "\n".join(fresh)
    native = f"{source.address}#{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    title = extracted.get("title", "") or _page_title(html)
    site = urlsplit(source.address).netloc
    return NewPost("web", native, text, text, title=title, url=source.address, published_at=now, community=site)


async def fetch_site(client: Client, source: Source, now: datetime) -> FetchResult:
    robots = await robots_of(client, source.address, now)
    if not robots.can_fetch(source.address, ROBOT):
        raise RefusedError("robots", source.address)
    headers = {"If-None-Match": source.etag} if source.etag else {}
    answer = await client.get(source.address, now, headers=headers, pace=PACE)
    if answer.status == 304:
        return FetchResult(unchanged=True)
    if looks_like_challenge(answer.body):
        raise RefusedError("captcha", source.address)
    # Digests of `known` addresses and of the `lines` of a single page.
    state = state_of(source.cursor)
    known = dict.fromkeys(str(k) for k in state.get("known", []))
    site = urlsplit(source.address).netloc
    listed = article_links(answer.body, answer.url)
    if len(listed) < 3:
        listed += [u for u in await _from_sitemaps(client, robots, source.address, now) if u not in listed]
    new = [url for url in listed if robots.can_fetch(url, ROBOT) and _short(url) not in known]
    limit = 3 if client.preview else ARTICLES_A_CHECK
    rest = new[limit:]
    pages, error = await _read_articles(client, new[:limit], known, now)
    single = not listed
    extracted = await extract_pages([*pages, *([(source.address, answer.body)] if single else [])])
    posts = [_article(url, page, html, site) for (url, html), page in zip(pages, extracted, strict=False)]
    if single and extracted:
        posts.append(_new_lines(source, state, answer.body, extracted[-1], now))
    if not source.cursor:
        known.update(dict.fromkeys(_short(url) for url in rest))  # the first visit starts with the newest few
        rest = []
    state["known"] = list(known)[-KNOWN:]
    etag = answer.headers.get("etag", "")
    changes = {
        "cursor": json.dumps(state),
        "etag": etag if len(etag) < 1_000 and not rest and error is None else "",
        "title": source.title or _page_title(answer.body),
    }
    brought = tuple(post for post in posts if post is not None)
    return FetchResult(brought, changes, unchanged=not brought, error=error, more=bool(rest) and error is None)


def _short(value: str) -> str:
    return hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=8).hexdigest()
