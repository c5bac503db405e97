"""Lists of feeds that other readers write and read (OPML 2.0).

Whatever a list says of one feed costs no other: where it is no well-formed XML, each outline is read by itself. What
cannot be followed is named with its reason, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from itertools import pairwise
from urllib.parse import quote, urlsplit

from lxml import etree

from data.actor import needs
from data.changes import note_change
from data.credentials import keep_address_secret
from data.models import Source
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from sources.addresses.pasted import web_form
from sources.errors import AddressError, ContentError
from sources.feed.decoding import decoded
from sources.identify import identify, take_secret
from sources.kinds import reddit
from sources.web_addresses import check_url

MAX_FEEDS = 10_000
MAX_BYTES = 20_000_000
MAX_DEPTH = 50
LONGEST_OUTLINE = 20_000  # letters of one outline's attributes
_KNOWN = r"(?:xmlUrl|htmlUrl|url|type|title|text|description|language|version|category|created|id|name|\w+:\w+)"
_ATTRIBUTE = re.compile(
    rf"""([\w:.-]+)\s*=\s*(["'])((?:(?!\s+{_KNOWN}\s*=\s*["']).)*?)
    (?:\2(?=\s*/?\s*$|\s+[\w:.-]+\s*=)|(?=\s+{_KNOWN}\s*=\s*["'])|\2?\s*/?\s*$)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_UNQUOTED = re.compile(r"\b(xmlUrl|htmlUrl|url|type|title|text)\s*=\s*([^\s\"'<>]+)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)outline(?![a-z])", re.IGNORECASE)
_END = re.compile(r"""<(?:/?outline(?![a-z])|/body\b|/opml\b|!--)""", re.IGNORECASE)
_FEED = re.compile(r"\bxmlUrl\s*=", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP = re.compile(r"<(b|i|u|em|strong|span|font|a|small|h[1-6]|p|div)\b[^<>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
# What other readers keep beside feeds: a recipe for a page or an interface, a bookmark, a list at another place.
_PAGES = {"html+xpath", "html+xpath+json+dotnotation", "html"}
_NO_FEEDS = {
    "json+dotnotation": "other_form",
    "json+dotpath": "other_form",
    "xml+xpath": "other_form",
    "include": "list_elsewhere",
}


@dataclass(frozen=True, slots=True)
class Outline:
    """One entry of a list. `kind` and `address` are what is followed: the subreddit of a Reddit feed, the feed of
    others, the page where another reader made a feed of one. `folder` is the way to it, as "News / France".
    `problem` says why it cannot be added; empty when it can."""

    url: str
    title: str = ""
    site: str = ""
    problem: str = ""
    kind: str = "feed"
    address: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What came of a list: ids of the sources that are new, how many were known, and what was left out."""

    new: tuple[int, ...] = ()
    known: int = 0
    left_out: tuple[Outline, ...] = field(default=())


def read_opml(content: bytes) -> list[Outline]:
    """The entries of an OPML document, each once, unusable ones with their problem.

    Raises ContentError when it is no OPML at all, lists nothing or is larger than MAX_BYTES.
    """
    if len(content) > MAX_BYTES:
        raise ContentError("too_large", "OPML", f"limit {MAX_BYTES // 1_000_000} MB")
    text = decoded(content) if content.strip() else ""
    if not re.search(r"<(?:\w+:)?(?:opml|outline)[\s>]", text, re.IGNORECASE):
        raise ContentError("bad_file", "OPML", "no <opml> element; export the list again as OPML")
    outlines: dict[str, Outline] = {}
    for values, folder in _entries(text):
        outline = _outline(values, folder)
        if outline is None:
            continue
        if not outline.problem and len(outlines) >= MAX_FEEDS:
            outline = Outline(outline.url, outline.title, problem="too_many_feeds")
        outlines.setdefault(f"{outline.kind} {outline.address}" if not outline.problem else outline.url, outline)
    if not outlines:
        raise ContentError("bad_file", "OPML", "it lists no feed (no xmlUrl)")
    return list(outlines.values())


Entry = tuple[Mapping[str, str], str]


def _entries(text: str) -> Iterator[Entry]:
    """(attributes, folder) of each outline, by the XML where it is well formed, else outline by outline."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"))
    try:
        root = etree.fromstring(body.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return _scanned(_COMMENT.sub("", body))
    return _of_tree(root)


def _of_tree(root: etree._Element) -> Iterator[Entry]:
    for element in root.iter(etree.Element):
        if etree.QName(element).localname.lower() != "outline":
            continue
        above = [one for one in element.iterancestors() if etree.QName(one).localname.lower() == "outline"][:MAX_DEPTH]
        names = [_name({str(k).lower(): str(v) for k, v in one.attrib.items()}) for one in reversed(above)]
        yield {str(k).lower(): str(v) for k, v in element.attrib.items()}, " / ".join(filter(None, names))


def _scanned(text: str) -> Iterator[Entry]:
    """Outlines of what is no XML. One is an entry or a folder; the next start ends an entry that was never closed."""
    open_ones: list[tuple[str, bool]] = []  # (name, is a folder)
    for tag in _TAG.finditer(text):
        if tag[1]:
            if open_ones:
                open_ones.pop()
            continue
        end = _END.search(text, tag.end())
        inner = text[tag.end() : end.start() if end else len(text)].rstrip()[:LONGEST_OUTLINE]
        is_whole = inner.endswith("/>")
        inner, *hidden = (part.rstrip().removesuffix(">").removesuffix("/") for part in _apart(inner))
        values = _values(inner)
        while open_ones and not open_ones[-1][1]:
            open_ones.pop()
        yield values, " / ".join(name for name, _is_folder in open_ones if name)
        yield from ((_values(other), "") for other in hidden)
        if not is_whole and len(open_ones) < MAX_DEPTH:
            open_ones.append((_name(values), not _place(values)))


def _apart(inner: str) -> list[str]:
    """An outline, and those behind it whose own start is damaged: each names another feed."""
    places = [0, *(feed.start() for feed in _FEED.finditer(inner))]
    cuts = [inner.rfind("<", before, place) for before, place in pairwise(places)]
    edges = [0, *(cut for cut in cuts[1:] if cut > 0), len(inner)]
    parts = [inner[low:high] for low, high in pairwise(edges)]
    return [part[: part.rfind(">") + 1] or part for part in parts[:-1]] + parts[-1:]


def _values(inner: str) -> dict[str, str]:
    """The attributes within a tag; the first of a name counts."""
    values: dict[str, str] = {}
    for name, _quote, value in _ATTRIBUTE.findall(inner):
        values.setdefault(name.lower(), _decoded(value))
    for name, value in _UNQUOTED.findall(inner):
        values.setdefault(name.lower(), value)
    return values


def _decoded(value: str) -> str:
    """References that are closed by their semicolon, resolved once: in `?a=1&copy=2` there is none."""
    return _REFERENCE.sub(lambda found: unescape(found[0]), value)


def _place(values: Mapping[str, str]) -> str:
    return (values.get("xmlurl") or values.get("url") or "").strip()


def _name(values: Mapping[str, str]) -> str:
    return _title(values)[:100].replace(" / ", " - ")


def _title(values: Mapping[str, str]) -> str:
    """The name of an entry as people read it: what was escaped once too often, and markup, are resolved."""
    title = " ".join(_decoded(values.get("title") or values.get("text") or "").split())
    return _MARKUP.sub(r"\2", title)[:300]


def _outline(values: Mapping[str, str], folder: str) -> Outline | None:
    """An entry; None for a folder or a mere heading."""
    kind, feed, site = (
        values.get("type", "").lower().strip(),
        values.get("xmlurl", "").strip(),
        values.get("htmlurl", ""),
    )
    url, title = feed or _place(values), _title(values)
    if not url:
        return None
    if not folder and values.get("category", "").strip("/, "):
        folder = " / ".join(filter(None, values["category"].split(",")[0].strip().split("/")))
    bare = web_form(url).replace("&amp;", "&")
    problem = _NO_FEEDS.get(kind, "" if feed or kind in {"rss", "atom", "feed"} else "a_bookmark")
    try:
        address = check_url(bare if "://" in bare or ":" in bare.partition("/")[0] else "https://" + bare.lstrip("/"))
        if "." not in (urlsplit(address).hostname or "") and ":" not in urlsplit(address).netloc:
            raise AddressError("bad_address", url)
    except AddressError as error:
        return Outline(url[:200], title, problem=problem or error.code)
    if problem:
        return Outline(address, title, problem=problem)
    site = site.strip()[:2_000] if site.strip().startswith(("http://", "https://")) else ""
    if kind in _PAGES:
        return Outline(address, title, site, kind="web", address=address, folder=folder[:300])
    return Outline(address, title, site, "", *_followed(address), folder=folder[:300])


def _followed(url: str) -> tuple[str, str]:
    """(kind, address) that a feed stands for: a network's own place where the address says which, else the feed."""
    try:
        first = identify(url)[0]
    except AddressError:
        return "feed", url
    return (first.kind, first.address) if first.sure and first.kind != "feed" else ("feed", url)


@needs("administrator")
def add_list(store: Store, settings: Settings, outlines: Sequence[Outline], now: datetime) -> Added:
    """Follow what a list holds, in its folders. A secret in an address goes to the credentials file."""
    new: list[int] = []
    known = 0
    usable = [line for line in outlines if not line.problem]
    with store.write() as connection:
        for line in usable:
            address = line.address
            if "://" in address:
                address, secret = take_secret(address)
                if secret:
                    keep_address_secret(settings, secret.reveal())
            source, is_new = add_source(
                connection, line.kind, address, now, title=line.title, site=line.site, folder=line.folder
            )
            if is_new:
                new.append(source.id)
            known += not is_new
        note_change(connection, "source.list", "list", after=f"{len(new)} of {len(usable)} sources are new")
    return Added(tuple(new), known, tuple(line for line in outlines if line.problem))


def feed_of(source: Source) -> str:
    """The address of the feed of a source, as another reader could follow it; "" where it has none of its own."""
    kind, address = source.kind, source.address
    if "{secret:" in address:
        return ""  # private: its token is in no list
    if kind == "feed":
        return address
    if kind == "reddit":
        return _of_reddit(address)
    form, _, what = address.partition(":")
    if kind == "youtube" and form in {"channel", "playlist"} and not what.startswith("@") and "/" not in what:
        return f"https://www.youtube.com/feeds/videos.xml?{form}_id={what}"
    if kind == "bluesky" and form == "author":
        return f"https://bsky.app/profile/{what}/rss"
    if kind == "github" and form in {"releases", "discussions"} and what.count("/") == 1 and "orgs/" not in what:
        return f"https://github.com/{what}/{form}.atom"
    if kind == "stackexchange":
        return _of_stack(address)
    if kind == "mastodon" and re.search(r"/(?:tags/[^/]+|@[^/@]+)$", address):
        return f"{address}.rss"
    if kind == "hackernews" and address == "front_page":
        return "https://news.ycombinator.com/rss"
    return ""


def _of_reddit(address: str) -> str:
    try:
        return reddit.SITE + reddit.feed_address(address).partition("?limit=")[0].replace("&limit=100", "")
    except AddressError:
        return ""


def _of_stack(address: str) -> str:
    site, kind, what = [*address.split(":", 2), "", ""][:3]
    if kind != "tag":
        return ""
    own = {"stackoverflow", "superuser", "serverfault", "askubuntu"}
    is_own = site in own or site.endswith(".stackoverflow")
    host = (
        f"{site}.com"
        if is_own
        else site
        if site.count(".") and not site.endswith(".meta")
        else f"{site}.stackexchange.com"
    )
    return f"https://{host}/feeds/tag?tagnames={quote(what.replace(';', ' '), safe='')}&sort=newest"


def write_opml(sources: Iterable[Source]) -> bytes:
    """An OPML document of the sources that have a feed, in their folders."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Vigie"
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {"": body}
    for source in sources:
        feed = feed_of(source)
        if not feed or source.state == "removed":
            continue
        title = _written(source.title or source.address)
        parent = _folder(folders, source.folder)
        outline = etree.SubElement(parent, "outline", type="rss", text=title, title=title)
        outline.set("xmlUrl", _written(feed))
        if source.site:
            outline.set("htmlUrl", _written(source.site))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _folder(folders: dict[str, etree._Element], name: str) -> etree._Element:
    """The outline of a folder, made with those around it where it is new."""
    if name not in folders:
        above, _slash, last = name.rpartition(" / ")
        folders[name] = etree.SubElement(_folder(folders, above), "outline", text=_written(last), title=_written(last))
    return folders[name]


def _written(words: str) -> str:
    return "".join(c for c in words if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
