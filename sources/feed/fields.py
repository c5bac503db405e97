"""An item's fields as their format means them: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, and the usual extensions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from data.models import web_link
from sources.plain_text import plain_text

_BASE, _LANG = "{http://www.w3.org/XML/1998/namespace}base", "{http://www.w3.org/XML/1998/namespace}lang"
_DATES = ("pubDate", "published", "issued", "created", "date", "updated", "modified", "lastBuildDate")  # the best first
_OF_MEDIA = ("group", "community", "content", "statistics")  # where a service says how often a post was seen
_OF_HEAD = tuple(
    "{*}" + name for name in ("title", "link", "origLink", "enclosure", "language", "ttl", "creator", "author")
)
_AUTHORS = ("creator", "author")
_BODIES = ("encoded", "content", "body", "description", "summary", "subtitle")
_INLINE = re.compile(
    r"<(/?)(a|abbr|b|bdi|big|br|cite|code|del|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|small|span|strike|strong|sub|sup|"
    r"tt|u|var|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_MAIL_AND_NAME = re.compile(r"^\s*\S+@\S+\s+\((.+)\)\s*$")
_NAME_AND_MAIL = re.compile(r"^\s*(\S.*?)\s*<\S+@[^<>]+>\s*$")


class Item(NamedTuple):
    """What one item says. `text` is as received; `is_plain` where it is words and not HTML. Dates are as written.

    A tuple, for thousands are made of a body and a frozen dataclass takes four times as long to make.
    """

    id: str = ""
    title: str = ""
    text: str = ""
    is_plain: bool = False
    link: str = ""
    author: str = ""
    published: tuple[str, ...] = ()  # dates, the best first
    lang: str = ""
    parent: str = ""
    comments: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself. `ttl` is the minutes it asks to be kept, 0 if unsaid."""

    title: str = ""
    link: str = ""
    lang: str = ""
    author: str = ""
    ttl: int = 0


def head_of(root: Any, url: str) -> Head:
    """What stands outside the items of a feed; `root` may be its whole tree."""
    channel = next(root.iter("{*}channel"), root)
    held = _held(root, *_OF_HEAD)
    if channel is not root:
        for name, elements in _held(channel, *_OF_HEAD).items():
            held[name] += elements
    ttl = _text(_first(held, "ttl"))
    lang = _text(_first(held, "language")) or root.get(_LANG) or ""
    return Head(
        title=_title(_first(held, "title")),
        link=next(filter(None, _links(held, url, "")), ""),
        lang=_lang(lang),
        author=_author_of(held) if etree.QName(root).localname == "feed" else "",
        ttl=int(ttl) if ttl.isdecimal() and len(ttl) <= 6 else 0,
    )


def item_of(item: Any, url: str) -> Item:
    """The fields of an item; `url` is the address of its feed, against which its links are resolved."""
    held = _held(item)
    guid = _first(held, "id", "guid")
    name = _text(guid) or _attribute(item, "about")
    is_permalink = (
        guid is None or _local(item) == "entry" or (guid.get("isPermaLink") or "true").strip().lower() != "false"
    )
    text, is_plain = _body(held, item)
    return Item(
        id=name,
        title=_title(_first(held, "title")),
        text=text,
        is_plain=is_plain,
        link=next(filter(None, _links(held, url, name if is_permalink else "")), ""),
        author=_author_of(held),
        published=tuple(words for name in _DATES if name in held for e in held[name] if (words := _text(e))),
        lang=_lang(item.get(_LANG) or ""),
        parent=next((e.get("ref") or e.get("href") or "" for e in held.get("in-reply-to", ())), ""),
        comments=_comments(held),
        views=_views(held),
    )


def _held(parent: Any, *tags: str) -> dict[str, list[Any]]:
    """The elements in another by their local names; only those of some tags where these are given."""
    held: dict[str, list[Any]] = defaultdict(list)
    for element in parent.iterchildren(*tags or "*"):
        held[_parts(element.tag)[0]].append(element)
    return held


@lru_cache(maxsize=2_000)
def _parts(tag: str) -> tuple[str, str, bool]:
    """(local name, namespace, whether that is of podcasts or media, which repeat what the item says itself)."""
    space, _brace, local = tag.rpartition("}")
    space = space.lower()
    return local, space, any(word in space for word in ("itunes", "yahoo", "podcast", "googleplay"))


def _local(element: Any) -> str:
    return _parts(element.tag)[0]


def _space(element: Any) -> str:
    return _parts(element.tag)[1]


def _attribute(element: Any, local: str) -> str:
    return next((str(v).strip() for k, v in element.attrib.items() if str(k).rpartition("}")[2] == local), "")


def _first(held: dict[str, list[Any]], *names: str) -> Any:
    """The first element of the first of these names that has any, those of the format itself before extensions."""
    for name in names:
        elements = held.get(name, ())
        if elements:
            return elements[0] if len(elements) == 1 else min(elements, key=_is_extension)
    return None


def _is_extension(element: Any) -> bool:
    return _parts(element.tag)[2]


def _text(element: Any) -> str:
    """The words of an element and of what is in it."""
    if element is None:
        return ""
    return (("".join(element.itertext(with_tail=False)) if len(element) else element.text) or "").strip()


def _is_count(text: str | None) -> bool:
    return bool(text) and str(text).isdecimal() and str(text).isascii()


def _comments(held: dict[str, list[Any]]) -> int | None:
    """How many comments there are: `comments` of RSS alone is their page."""
    for name, space in (("comments", "slash"), ("total", "thread")):
        for element in held.get(name, ()):
            if space in _space(element) and _is_count(words := _text(element)):
                return int(words[:9])
    return None


def _views(held: dict[str, list[Any]]) -> int | None:
    """How often a video was seen."""
    for name in _OF_MEDIA:
        for element in held.get(name, ()):
            for numbers in element.iter("{*}statistics") if _is_extension(element) else ():
                if _is_count(count := numbers.get("views")):
                    return int(count[:12])
    return None


def _lang(text: str) -> str:
    code = text.strip()[:2].lower()
    return code if code.isalpha() and code.isascii() and len(code) == 2 else ""


def _title(element: Any) -> str:
    """A title as people read it. What Atom calls text is words, tags in it too; elsewhere, tags of letters go and
    everything else is kept: `List<String>` and `<script>` are words of a title."""
    if element is None:
        return ""
    kind = (element.get("type") or "").lower()
    text = _text(element)
    if "atom" in _space(element) or kind:
        if kind in {"html", "text/html", "application/xhtml+xml"} and len(element) == 0:
            return " ".join(plain_text(text).split())
        return " ".join(text.split())
    return " ".join(unescape(_without_inline(text)).split())


def _without_inline(text: str) -> str:
    """A text without the tags that are closed in it, or need no closing."""
    if "<" not in text:
        return text
    ends = {tag[2].lower() for tag in _INLINE.finditer(text) if tag[1]} | {"br", "img", "wbr"}
    starts = {tag[2].lower() for tag in _INLINE.finditer(text) if not tag[1]}
    return _INLINE.sub(
        lambda tag: (" " if tag[2].lower() in {"br", "p"} else "") if tag[2].lower() in ends & starts else tag[0], text
    )


def _body(held: dict[str, list[Any]], item: Any) -> tuple[str, bool]:
    """(the longest form of the text that the item itself carries, whether it is words and not HTML); the texts of
    podcasts and media only where it has none of its own."""
    elements = [element for name in _BODIES if name in held for element in held[name]]
    if len(elements) > 1:
        elements.sort(key=_is_extension)
    for element in elements:
        if _local(element) != "content" or not _is_extension(element):
            text, is_plain = _markup(element)
            if text and not text.isspace():
                return text, is_plain
    return next((words for e in item.iter("{*}description") if (words := _text(e))), ""), True


def _markup(element: Any) -> tuple[str, bool]:
    """(what an element holds as HTML or words, whether it is words)."""
    kind = (element.get("type") or "").lower()
    if element.get("src") and not len(element):
        return "", False
    if len(element):
        inner = [_escaped(element.text or ""), *(etree.tostring(e, encoding="unicode") for e in element)]
        return re.sub(r'\sxmlns(?::[\w.-]+)?="[^"]*"', "", "".join(inner)), False
    text = element.text or ""
    is_words = kind in {"text", "text/plain"} or (not kind and "atom" in _space(element))
    return (unescape(text) if is_words else text), is_words


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _author_of(held: dict[str, list[Any]]) -> str:
    for name in _AUTHORS:
        if name in held:
            own = [element for element in held[name] if not _is_extension(element)]
            told = ", ".join(dict.fromkeys(filter(None, map(_author, own or held[name]))))
            if told:
                return told
    return ""


def _author(element: Any) -> str:
    """The name of an author, without the mail address that RSS asks for and without Reddit's `/u/`."""
    named = _text(next(element.iterchildren("{*}name"), None) if len(element) else element)
    words = " ".join(unescape(_without_inline(named)).split())
    for form in (_MAIL_AND_NAME, _NAME_AND_MAIL) if "@" in words else ():
        found = form.match(words)
        if found is not None:
            return found[1].strip()
    return words.removeprefix("/u/")


def _links(held: dict[str, list[Any]], url: str, name: str) -> Iterator[str]:
    """What may be the page of an item, the best first, "" for what is none: its original where a service put another
    in between, a link to it, an id that is one, what it encloses."""
    for element in held.get("origLink", ()):
        yield web_link(_text(element))
    links = held.get("link", ())
    for element in links:
        if not element.get("href"):
            yield _resolved(_text(element), element, url)
    pages = [e for e in links if e.get("href") and (e.get("rel") or "alternate") == "alternate"]
    pages.sort(key=lambda e: "html" not in (e.get("type") or "html"))
    for element in pages:
        yield _resolved(element.get("href"), element, url)
    yield web_link(name)
    for element in links:
        if element.get("rel") == "self":
            yield _resolved(element.get("href") or "", element, url)
    for element in held.get("enclosure", ()):
        yield _resolved(element.get("url") or "", element, url)


def _resolved(link: str, element: Any, url: str) -> str:
    """A link as an address that can be opened, empty for any that is not http(s)."""
    link = "".join(link.split()) if "\n" in link else link.strip()
    if not link or web_link(link):
        return link
    if re.match(r"^www\.[\w-]+\.", link):
        return f"https://{link}"
    try:
        own = urlsplit(url)
        if link.partition("/")[0].lower() == (own.hostname or "/").removeprefix("www."):
            return f"{own.scheme}://{link}"
        base = url
        for around in reversed([element, *element.iterancestors()]):
            base = urljoin(base, around.get(_BASE) or "")
        joined = urljoin(base, link)
        return joined if urlsplit(joined).scheme in {"http", "https"} else ""
    except ValueError:
        return ""
