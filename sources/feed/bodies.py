"""A feed's body, as served, made into XML that can be read: decoded, and mended item by item where it is damaged.

An item is mended by itself, between its own start and end, so that an error in one item changes no other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Any

from lxml import etree

from sources.feed.decoding import declared_encoding, decoded, known_encoding

MOST_ITEMS = 5_000
LONGEST_HEAD = 20_000  # bytes in which a root is looked for before all is decoded
MOST_FIELDS = 300  # of an item that is mended
MOST_PREFIXES = 100  # that a document uses without declaring them: they stand around each item that is mended
MOST_ENTITIES, LONGEST_ENTITY = 200, 500  # of a DOCTYPE
_START = re.compile(r"<(?:\?xml\b|!DOCTYPE\b|!--|(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>])", re.IGNORECASE)
_ROOT = re.compile(r"<(?:([\w.-]+):)?(rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Any reference but the five that XML knows itself, of which a body may hold a hundred thousand.
_REFERENCE = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)(?:#(\d{1,9}|[xX][0-9A-Fa-f]{1,8});|([A-Za-z][\w.-]{0,40});)?")
_PAIR = re.compile(r"&#(?:(\d+)|[xX]([0-9A-Fa-f]+));&#(?:(\d+)|[xX]([0-9A-Fa-f]+));")
_KEPT = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.-]*(?::[\w.-]+)?)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*)\s*(/?)>")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_PREFIX_OF_TAG = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]", re.ASCII)
_AFTER_PREFIX = re.compile(r":[A-Za-z_][\w.-]*\s*=\s*[\"']", re.ASCII)  # what follows the prefix of an attribute
_PREFIX_BEFORE = re.compile(r"\s([A-Za-z_][\w.-]{0,40})$", re.ASCII)
_AROUND = {"rss", "feed", "rdf", "channel"}
# What feeds name without saying what it means.
_USUAL_PREFIXES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "thr": "http://purl.org/syndication/thread/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "yt": "http://www.youtube.com/xml/schemas/2015",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What is outside the items, and the items, in their order. `mended` where the body was no well-formed XML."""

    head: Any
    items: tuple[Any, ...]
    mended: bool = False


class NotXml(ValueError):
    """Nothing in the body looks like a feed in XML. The message says what it looks like."""


def body_of(body: bytes, charset: str = "") -> Body:
    """The items of a feed, as served. Raises NotXml where there is no root of a feed, ValueError where nothing can be
    read."""
    xml, name = _as_served(body, charset)
    whole = _whole(xml, name) if xml else None
    if whole is not None:
        return whole
    text = decoded(body, charset)
    start, root = _START.search(text), _ROOT.search(text)
    if start is None or root is None:
        raise NotXml("HTML" if re.search(r"<(?:!doctype\s+html|html|body)\b", text[:4_000], re.IGNORECASE) else "")
    before, entities = _without_doctype(text[start.start() : root.start()])
    text = _DECLARATION.sub("", before).lstrip() + text[root.start() :]
    name, decoded_xml = _name_of(root), text.encode("utf-8", "replace")
    whole = _whole(decoded_xml, name) if not entities and not xml.endswith(decoded_xml) else None
    return whole or _mended(_NO_XML.sub("", text), name, entities)


def _as_served(body: bytes, charset: str) -> tuple[bytes, str]:
    """(a body that can be parsed without a copy of it as text, what its items are called); nothing where it may not be
    UTF-8 or more than a declaration stands before its root. Nearly all feeds can be read so."""
    if {known_encoding(charset), known_encoding(declared_encoding(body))} <= {"", "utf-8"}:
        head = body[:LONGEST_HEAD].decode("latin-1")  # a letter a byte: only ASCII is looked for
        start, root = _START.search(head), _ROOT.search(head)
        if start is not None and root is not None and "<!" not in head[start.start() : root.start()]:
            return body if start.start() == 0 else body[root.start() :], _name_of(root)
    return b"", ""


def _name_of(root: re.Match[str]) -> str:
    """What the items of a feed with this root are called."""
    return "entry" if root[2].lower() == "feed" else "item"


def _whole(xml: bytes, name: str) -> Body | None:
    """All of a well-formed document, None for any other and for one with more starts of items than items: a comment or
    section in it was never closed and swallowed some."""
    root = _parsed(xml)
    if root is None:
        return None
    items = tuple(root.iter(f"{{*}}{name}"))
    prefix = f"{items[0].prefix}:" if items and items[0].prefix else ""
    starts = rb"<%b(?=[\s>/])" % re.escape(prefix + name).encode()
    alike = xml.count(f"<{prefix}{name}".encode())
    if len(items) == alike or len(items) == len(re.findall(starts, xml)):
        return Body(root, items)
    return None


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """(the text without its DOCTYPE, the entities this declared as plain words). One that holds others, a file or much
    is left out, so nothing can grow."""
    found = _DOCTYPE.search(text)
    if found is None:
        return text, {}
    declared = _ENTITY.findall(found[1] or "")[:MOST_ENTITIES]
    entities = {name: (a or b) for name, a, b in declared if "&" not in (a or b) and len(a or b) <= LONGEST_ENTITY}
    return text[: found.start()] + text[found.end() :], entities


_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, collect_ids=False
)


def _parsed(xml: bytes) -> Any:
    """The root of a well-formed text in UTF-8, None for any other."""
    try:
        return etree.fromstring(xml, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _mended(text: str, name: str, entities: dict[str, str]) -> Body:
    """Read item by item, each within the start tags that stand around it."""
    spans = list(_spans(text, name))
    first = spans[0][0] if spans else len(text)
    opening = _opening(text[:first], text)
    head = opening.parsed("".join(_fields(_outside_sections(text[:first], entities), opening)))
    made = (_item(_outside_sections(text[begin:end], entities), opening) for begin, end in spans[:MOST_ITEMS])
    items = [
        item for around in made if around is not None and (item := next(around.iter(f"{{*}}{name}"), None)) is not None
    ]
    if head is None and not items:
        raise ValueError("nothing in it can be read")
    return Body(head, tuple(items), mended=True)


def _spans(text: str, name: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each item: from its start tag, or from the end of the item before where that tag is damaged, to
    its end tag, or to the next start where that is. A section that swallowed the end of one item and the start of the
    next is an unclosed one; one that holds an item as an example is skipped."""
    edge = re.compile(rf"<(/?)(?:[\w.-]+:)?{name}(?=[\s>/])[^<>]*>")
    sections = _Sections(
        [kept.span() for kept in _KEPT.finditer(text) if (one := edge.search(text, *kept.span())) and not one[1]]
    )
    begin: int | None = None
    after: int | None = None  # the end of the last item
    for tag in edge.finditer(text):
        if sections.hold(tag.start()):
            continue
        if tag[1]:
            if begin is not None or after is not None:
                yield (begin if begin is not None else after or 0), tag.end()
            begin, after = None, tag.end()
        else:
            if begin is not None:
                yield begin, tag.start()
            begin = tag.start()
            if tag[0].endswith("/>"):
                yield begin, tag.end()
                begin, after = None, tag.end()
    if begin is not None:
        yield begin, len(text)


class _Sections:
    """Where comments and CDATA are: tags in there are words."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts, self._ends = [low for low, _high in spans], [high for _low, high in spans]

    def hold(self, place: int) -> bool:
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._ends[at]


@dataclass(frozen=True, slots=True)
class _Opening:
    """The start tags around the items, with every prefix declared that the document uses."""

    tags: tuple[tuple[str, str], ...]  # name, attributes

    def parsed(self, inner: str) -> Any:
        """The root with a part of the document in it, None where that is not well formed."""
        starts = "".join(f"<{name}{attributes}>" for name, attributes in self.tags)
        ends = "".join(f"</{name}>" for name, _attributes in reversed(self.tags))
        return _parsed(f"{starts}{inner}{ends}".encode("utf-8", "replace"))


def _opening(head: str, text: str) -> _Opening:
    """Read from what stands before the first item: the root, and the channel within it."""
    tags: list[tuple[str, str]] = []
    for tag in _TAG.finditer(head):
        is_channel = tag[2].rpartition(":")[2].lower() == "channel"
        if tag[1] or tag[2].rpartition(":")[2].lower() not in _AROUND:
            continue
        if not is_channel or not tags or "xml:" in tag[3]:
            tags.append((tag[2], _attributes(tag[3])))
    if not tags:
        tags = [("rss", "")]
    declared = set(re.findall(r"xmlns:([\w.-]+)", tags[0][1]))
    used = [p for p in dict.fromkeys(_prefixes(text)) if p not in declared and not p.lower().startswith("xml")][
        :MOST_PREFIXES
    ]
    more = "".join(f' xmlns:{p}="{_USUAL_PREFIXES.get(p, "urn:undeclared:" + p)}"' for p in used)
    return _Opening(((tags[0][0], tags[0][1] + more), *tags[1:]))


def _prefixes(text: str) -> Iterator[str]:
    """Those of all elements and attributes."""
    yield from _PREFIX_OF_TAG.findall(text)
    for after in _AFTER_PREFIX.finditer(text):
        found = _PREFIX_BEFORE.search(text, max(0, after.start() - 50), after.start())
        if found is not None:
            yield found[1]


def _attributes(text: str) -> str:
    """Attributes written again so that they are well formed; the first of a name counts."""
    held: dict[str, str] = {}
    for name, double, single in _ATTRIBUTE.findall(text):
        held.setdefault(name, _references(double or single, {}).replace('"', "&quot;"))
    return "".join(f' {name}="{value}"' for name, value in held.items())


def _item(part: str, opening: _Opening) -> Any:
    """The root with an item in it: as it is where it is well formed, else field by field."""
    whole = opening.parsed(part)
    start = _TAG.match(part)
    if whole is not None or start is None:
        return whole
    end = part.rfind("</")
    content = part[start.end() : end if end > start.end() else len(part)]
    fields = "".join(_fields(content, opening))
    return opening.parsed(f"<{start[2]}{_attributes(start[3])}>{fields}</{start[2]}>")


def _outside_sections(part: str, entities: dict[str, str]) -> str:
    """References resolved or escaped wherever they are read as such: not in CDATA, not in comments."""
    pieces, at = [], 0
    for kept in _KEPT.finditer(part):
        pieces += [_references(part[at : kept.start()], entities), kept[0]]
        at = kept.end()
    return "".join([*pieces, _references(part[at:], entities)])


def _references(text: str, entities: dict[str, str]) -> str:
    if "&" not in text:
        return text
    return _REFERENCE.sub(lambda found: _reference(found, entities), _PAIR.sub(_surrogates, text))


def _surrogates(found: re.Match[str]) -> str:
    """Two references that are halves of one sign outside the basic plane, as that sign."""
    high = int(found[1]) if found[1] else int(found[2], 16)
    low = int(found[3]) if found[3] else int(found[4], 16)
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return found[0]


def _reference(found: re.Match[str], entities: dict[str, str]) -> str:
    number, name = found[1], found[2]
    if number:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        is_sign = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return found[0] if is_sign else "\ufffd"
    words = entities.get(name or "") or html5.get(f"{name};", "")
    if name and words:
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "&amp;" + found[0][1:]


def _fields(content: str, opening: _Opening) -> Iterator[str]:
    """The elements of an item or channel, each well formed by itself: what is inside one that is not, is its text."""
    sections = _Sections([kept.span() for kept in _KEPT.finditer(content)])
    at = 0
    for _number in range(MOST_FIELDS):
        tag = _TAG.search(content, at)
        while tag is not None and sections.hold(tag.start()):
            tag = _TAG.search(content, tag.end())
        if tag is None:
            return
        at = tag.end()
        if tag[1] or tag[2].rpartition(":")[2].lower() in _AROUND:
            continue
        name, attributes = tag[2], _attributes(tag[3])
        end = at if tag[4] else _end_of(content, name, at, sections)
        yield f"<{name}{attributes}>{_inner(content[at:end], opening)}</{name}>"
        at = end


def _end_of(content: str, name: str, at: int, sections: _Sections) -> int:
    """Where the element that began before `at` ends: at its end tag, or at the next field where that is lost."""
    depth, edge = 1, re.compile(rf"<(/?){re.escape(name)}(?=[\s>/])[^<>]*?(/?)>")
    for tag in edge.finditer(content, at):
        if not sections.hold(tag.start()):
            depth += 0 if tag[2] else -1 if tag[1] else 1
            if depth == 0:
                return tag.start()
    lost = _FIELD.search(content, at)
    return lost.start() if lost is not None else len(content)


_FIELD = re.compile(
    r"</?(?:title|link|guid|id|pubDate|published|updated|description|summary|author|category|comments|enclosure|"
    r"source|content|(?:dc|dcterms|content|media|slash|thr|itunes|atom|wfw|feedburner):[\w.-]+)(?=[\s>/])"
)


def _inner(inner: str, opening: _Opening) -> str:
    """The inside of an element: as it is where it is well formed, else all of it as text."""
    is_plain = "<" not in inner and "&" not in inner and "]]>" not in inner
    if is_plain or opening.parsed(f"<x>{inner}</x>") is not None:
        return inner
    words = re.sub(r"<!\[CDATA\[(.*?)(?:\]\]>|$)", lambda found: found[1], inner, flags=re.DOTALL)
    words = words.replace("&amp;", "&") if "<" not in words else words
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
