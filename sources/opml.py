"""Lists of feeds that other readers write and read (OPML 2.0)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from data.models import Source
from sources.errors import AddressError, ContentError
from sources.web_addresses import check_url

MAX_FEEDS = 10_000


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list. `problem` says why it cannot be added; empty when it can."""

    url: str
    title: str = ""
    site: str = ""
    problem: str = ""


def read_opml(content: bytes) -> list[Outline]:
    """The feeds of an OPML document, each once, unusable ones with their problem.

    Raises ContentError when it is no OPML at all or lists no feed.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser) if content.strip() else None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ContentError("bad_file", "OPML", str(error)) from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise ContentError("bad_file", "OPML", "no <opml> element; export the list again as OPML")
    outlines: dict[str, Outline] = {}
    for element in root.iter(etree.Element):
        if etree.QName(element).localname.lower() != "outline":
            continue
        values = {str(key).lower(): str(value).strip() for key, value in element.attrib.items()}
        url = values.get("xmlurl", "")
        if not url:
            continue
        title = values.get("title") or values.get("text", "")
        try:
            clean = check_url(url)
        except AddressError as error:
            outlines.setdefault(url, Outline(url[:200], title[:300], "", error.code))
            continue
        outlines.setdefault(clean, Outline(clean, title[:300], values.get("htmlurl", "")[:2_000]))
        if len(outlines) >= MAX_FEEDS:
            break
    if not outlines:
        raise ContentError("bad_file", "OPML", "it lists no feed (no xmlUrl)")
    return list(outlines.values())


def write_opml(sources: Iterable[Source]) -> bytes:
    """An OPML document of the feeds among `sources`."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Vigie"
    body = etree.SubElement(root, "body")
    for source in sources:
        if source.kind != "feed":
            continue
        title = "".join(c for c in (source.title or source.address) if c >= " ")
        outline = etree.SubElement(body, "outline", type="rss", text=title, title=title)
        outline.set("xmlUrl", source.address)
        if source.site:
            outline.set("htmlUrl", source.site)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))
