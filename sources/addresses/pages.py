"""What a page says of where its feed is and where it sends its readers. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from sources.errors import AddressError
from sources.plain_text import page_of
from sources.web_addresses import check_url

FEED_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/x-rss+xml",
    "application/rss",
    "application/atom",
    "text/rss+xml",
    "text/rss",
    "text/atom+xml",
    "text/xml",
    "application/xml",
}
_LIKE_FEED = re.compile(
    r"(?:\.(?:rss|atom|rdf)(?:\.gz)?|/(?:rss|atom|feed|feeds)(?:/(?:rss|atom|index|all)?)?|(?:rss|atom|feed|feeds|rss2)\.(?:xml|php|json|aspx?)(?:\.gz)?)$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|kommentar|comentari|commenti|reacties|replies|réponses", re.IGNORECASE)
_COMMENTS_PATH = re.compile(
    r"/(?:comments?|commentaires|kommentare)(?:[/._-]|$)|[?&=]comments?(?:[-_&]|$)", re.IGNORECASE
)
_IN_HEADER = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[\w*!-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]+))?)*)")
_PARAMETER = re.compile(r";\s*(\w+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")
_REFRESH = re.compile(r"^\s*(\d{0,6}(?:\.\d{0,6})?)\s*(?:[;,]\s*|\s+)(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)
_BY_SCRIPT = re.compile(
    r"""(?:window\.|document\.|top\.|self\.|parent\.)?location(?:\.href)?\s*=\s*["']([^"'<>\s]{1,1000})["']
    |location\.(?:replace|assign)\(\s*["']([^"'<>\s]{1,1000})["']\s*\)""",
    re.VERBOSE,
)
SHORT_PAGE = 300  # letters of words on a page that does nothing but send on
LONGEST_WAIT = 30.0  # seconds; a page that renews itself later is no redirect


@dataclass(frozen=True, slots=True)
class _Announced:
    url: str
    title: str = ""

    @property
    def is_comments(self) -> bool:
        return bool(_COMMENTS.search(self.title) or _COMMENTS_PATH.search(self.url))


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """What the links of a page are relative to: its first <base href>, where that is a web address."""
    node = tree.css_first("base[href]")
    try:
        return check_url(urljoin(url, (node.attributes.get("href") or "").strip())) if node is not None else url
    except (AddressError, ValueError):
        return url


def feed_links(html: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[str]:
    """Feed addresses that a page announces in its header, its head and its links.

    Feeds of what lies below the page come first, feeds of comments last, the rest in the page's order.
    """
    tree = page_of(html[:2_000_000])
    base = base_of(tree, url)
    announced = [_Announced(urljoin(url, href)) for href in _of_header((headers or {}).get("link", ""))]
    for node in tree.css("link[rel][href]"):
        held = {key: value or "" for key, value in node.attributes.items()}
        if _is_feed(held.get("rel", ""), held.get("type", ""), held["href"], held.get("title", "")):
            announced.append(_Announced(held["href"], held.get("title", "")))
    for node in tree.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if len(href) < 500 and "[" not in href and _LIKE_FEED.search(urlsplit(href).path):
            announced.append(_Announced(href, node.text()[:200]))
    links: dict[str, bool] = {}
    for one in announced:
        try:
            links.setdefault(check_url(urljoin(base, one.url.strip())), one.is_comments)
        except (AddressError, ValueError):
            continue
    below = urlsplit(url).path.rstrip("/") + "/"
    return sorted(links, key=lambda link: (links[link], below == "/" or not urlsplit(link).path.startswith(below)))


def _is_feed(rel: str, said: str, href: str, title: str) -> bool:
    rels, kind = rel.lower().split(), said.lower().split(";")[0].strip()
    if "feed" in rels:
        return True
    if "alternate" not in rels or "stylesheet" in rels:
        return False
    if kind == "application/json":  # what a site's own interface is announced as, too
        return "feed" in f"{href} {title}".lower()
    return kind in FEED_TYPES or (not kind and bool(_LIKE_FEED.search(href.partition("?")[0])))


def _of_header(value: str) -> list[str]:
    """Feeds in an HTTP Link header (RFC 8288)."""
    found = []
    for match in _IN_HEADER.finditer(value[:20_000]):
        held = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(match[2])}
        if _is_feed(held.get("rel", ""), held.get("type", ""), match[1], held.get("title", "")):
            found.append(match[1])
    return found


def sends_to(html: bytes, url: str) -> str:
    """The address that a page sends its readers to at once, by a refresh or by a script on an else empty page; ""."""
    head = html[:300_000]
    if b"refresh" not in head.lower() and b"location" not in head:
        return ""
    tree = page_of(head)
    target = ""
    for node in tree.css("meta[http-equiv][content]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        match = _REFRESH.match(unescape(node.attributes.get("content") or ""))
        if match and float(f"0{match[1]}") <= LONGEST_WAIT:
            target = match[2]
            break
    if not target and len(head) < 100_000:
        scripts = "\n".join(node.text() for node in tree.css("script"))
        for node in tree.css("script, style, noscript"):
            node.decompose()
        shown = " ".join(tree.body.text().split()) if tree.body is not None else ""
        match = _BY_SCRIPT.search(scripts) if len(shown) <= SHORT_PAGE else None
        target = (match[1] or match[2]) if match else ""
    if not target:
        return ""
    try:
        found = check_url(urljoin(base_of(tree, url), target.strip()))
    except (AddressError, ValueError):
        return ""
    return found if found != url.partition("#")[0] else ""


def canonical_of(html: bytes, url: str) -> str:
    """The address that a page names as its own; "" where it names none."""
    tree = page_of(html[:500_000])
    node = tree.css_first('link[rel="canonical"][href]')
    try:
        return check_url(urljoin(url, (node.attributes.get("href") or "").strip())) if node is not None else ""
    except (AddressError, ValueError):
        return ""
