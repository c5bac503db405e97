"""The rules of a place, read where its network keeps them: one page, asked for by a click."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from data.models import Source
from data.places.listing import RULES_LENGTH
from sources.answers import get_json, listed, mapping, words
from sources.errors import AddressError, ContentError, RefusedError, SourceError
from sources.http import Client
from sources.kinds import discourse, lemmy, mastodon, reddit
from sources.kinds.webpage import ROBOT, robots_of
from sources.plain_text import page_of, plain_text
from sources.web_addresses import check_url

LARGEST_PAGE = 1_000_000  # bytes
PACE = (30, 60.0)
MOST_LINKS = 400  # of a home page that are looked through
# Where networks and programs keep them; else the home page is looked through for a link that says so.
PAGES = {
    "https://news.ycombinator.com": "https://news.ycombinator.com/newsguidelines.html",
    "https://lobste.rs": "https://lobste.rs/about",
}
_RULES = re.compile(
    r"\b(?:rules|guidelines|code of conduct|etiquette|netiquette|r[èe]gles|r[èe]glement|charte|code de conduite)\b",
    re.IGNORECASE,
)
_GONE = {"not_found", "gone", "refused", "forbidden", "bad_answer", "login_needed"}


@dataclass(frozen=True, slots=True)
class Rules:
    """The words of the rules, and the page where they stand."""

    text: str
    url: str


async def read_rules(client: Client, kind: str, address: str, now: datetime) -> Rules:
    """The rules of a place, at most RULES_LENGTH characters. Raises a SourceError that says why not: `not_found` where
    no rules are found, `needs_keys` where Reddit wants credentials, `closed_network` where nothing is shown."""
    if kind == "reddit":
        return await _of_reddit(client, address)
    if kind == "lemmy":
        return await _of_lemmy(client, address, now)
    if kind == "hashtag":
        return await _of_mastodon(client, address, now)
    if kind == "discourse":
        return await _of_discourse(client, address, now)
    if kind == "stackexchange":
        return await read_page(client, f"{address}/help/promotion", now)
    if kind == "github":
        return await _of_github(client, address, now)
    if kind in {"forum", "site", "list"}:
        return await _by_link(client, address, now)
    raise RefusedError("closed_network", address)


def _kept(text: str, url: str) -> Rules:
    clean = text.strip()[:RULES_LENGTH]
    if not clean:
        raise RefusedError("not_found", url, "no rules are written there")
    return Rules(clean, url)


async def _of_reddit(client: Client, address: str) -> Rules:
    if not client.credentials.has("reddit"):
        raise RefusedError("needs_keys", address)
    name = address.rpartition("/")[2]
    text = await reddit.in_thread(client, address, _subreddit_rules, name)
    return _kept(text, f"{address}/about/rules")


def _subreddit_rules(client: Client, name: str) -> str:
    found = reddit.reader(client)
    reddit.stop_when_exhausted("reddit")
    told = []
    for number, rule in enumerate(list(found.subreddit(name).rules)[:50], start=1):
        fields = vars(rule)
        title, more = words(fields.get("short_name")), words(fields.get("description"))
        told.append(f"{number}. {title}\n{more}".strip())
    return "\n".join(told)


async def _of_lemmy(client: Client, address: str, now: datetime) -> Rules:
    """What its sidebar says, and that of its server."""
    parts = urlsplit(address)
    base, name = f"{parts.scheme}://{parts.netloc}", parts.path.rpartition("/")[2]
    version = await lemmy.api_version(client, Source(0, "lemmy", address), now)
    url = f"{base}/api/{version}/community?{urlencode({'name': name})}"
    view = mapping(
        mapping((await get_json(client, url, now, subject=address, pace=lemmy.PACE))[0]).get("community_view")
    )
    one = mapping(view.get("community"))
    told = words(one.get("sidebar")) or words(one.get("description"))
    answer, _headers = await get_json(client, f"{base}/api/{version}/site", now, subject=address, pace=lemmy.PACE)
    site = words(mapping(mapping(mapping(answer).get("site_view")).get("site")).get("sidebar"))
    return _kept("\n\n".join(part for part in (told, site) if part.strip()), address)


async def _of_mastodon(client: Client, address: str, now: datetime) -> Rules:
    parts = urlsplit(address)
    base = f"{parts.scheme}://{parts.netloc}"
    answer, _headers = await get_json(client, f"{base}/api/v1/instance/rules", now, subject=address, pace=mastodon.PACE)
    if not isinstance(answer, list):
        raise ContentError("bad_answer", address, "no list of rules is given")
    told = [
        f"{words(mapping(one).get('text'))}\n{words(mapping(one).get('hint'))}".strip() for one in listed(answer)[:50]
    ]
    return _kept("\n".join(f"{n}. {text}" for n, text in enumerate(filter(None, told), start=1)), f"{base}/about")


async def _of_discourse(client: Client, address: str, now: datetime) -> Rules:
    parts = urlsplit(address)
    folder = re.match(r"(.*?)(?:/c/|/t/|/tag|$)", parts.path)
    base = f"{parts.scheme}://{parts.netloc}{folder[1].rstrip('/') if folder else ''}"
    for name in ("guidelines", "faq"):
        try:
            return await read_page(client, f"{base}/{name}", now, pace=discourse.PACE)
        except SourceError as error:
            if error.code not in _GONE:
                raise
    raise RefusedError("not_found", base)


async def _of_github(client: Client, address: str, now: datetime) -> Rules:
    """The code of conduct of a repository, in its own branch or in what stands for all of its owner's."""
    path = urlsplit(address).path.removesuffix("/discussions").strip("/")
    owner = path.removeprefix("orgs/").partition("/")[0]
    raw = client.base_url("github_raw", "https://raw.githubusercontent.com")
    for where in (
        f"{path}/HEAD/CODE_OF_CONDUCT.md",
        f"{path}/HEAD/CONTRIBUTING.md",
        f"{owner}/.github/HEAD/CODE_OF_CONDUCT.md",
    ):
        try:
            answer = await client.get(f"{raw}/{where}", now, max_bytes=LARGEST_PAGE, pace=PACE)
        except SourceError as error:
            if error.code not in _GONE:
                raise
            continue
        return _kept(
            answer.body.decode("utf-8", "replace"), f"https://github.com/{where.replace('/HEAD/', '/blob/HEAD/')}"
        )
    raise RefusedError("not_found", address)


async def _by_link(client: Client, address: str, now: datetime) -> Rules:
    """The page that the home page of a place links to as its rules."""
    if address in PAGES:
        return await read_page(client, PAGES[address], now)
    await _allowed(client, address, now)
    answer = await client.get(address, now, max_bytes=LARGEST_PAGE, pace=PACE)
    link = await asyncio.to_thread(rules_link, answer.body, answer.url)
    if not link:
        raise RefusedError("not_found", address, "its home page links to no rules")
    return await read_page(client, link, now)


def rules_link(html: bytes, base: str) -> str:
    """The first link of a page, on its own host, that is called rules, guidelines, charte…; "" for none."""
    host = urlsplit(base).netloc
    for node in page_of(html).css("a[href]")[:MOST_LINKS]:
        said = " ".join(node.text(deep=True).split())[:80]
        if not _RULES.search(said):
            continue
        try:
            url = check_url(urljoin(base, (node.attributes.get("href") or "").strip()[:2_000]))
        except (AddressError, ValueError):
            continue
        if urlsplit(url).netloc == host:
            return url
    return ""


async def _allowed(client: Client, url: str, now: datetime) -> None:
    robots: Any = await robots_of(client, url, now)
    if not robots.can_fetch(url, ROBOT):
        raise RefusedError("robots", url)


async def read_page(client: Client, url: str, now: datetime, pace: tuple[int, float] = PACE) -> Rules:
    """The words of one page, as its rules. Robots are asked first."""
    checked = check_url(url)
    await _allowed(client, checked, now)
    answer = await client.get(checked, now, max_bytes=LARGEST_PAGE, pace=pace)
    return _kept(await asyncio.to_thread(words_of_page, answer.body), answer.url)


def words_of_page(html: bytes) -> str:
    """What a page says, without its menus: its main part where it marks one. A text that is no HTML stays as it is."""
    if b"<" not in html:
        return html.decode("utf-8", "replace").strip()
    page = page_of(html)
    for part in ("#main-outlet", "main", "[role=main]", "article", "#content", "body"):
        node = page.css_first(part)
        if node is None:
            continue
        for menu in node.css("nav, header, footer, script, style, noscript, form"):
            menu.decompose()
        if text := plain_text(node.html or ""):
            return text
    return ""
