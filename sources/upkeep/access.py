"""What keeps people out of a page: seen in its HTML as it is served, without a browser.

Rules and their bounds are those of WCAG 2.2 that HTML alone decides: 1.1.1, 1.4.4, 2.4.2, 2.4.4, 3.1.1, 4.1.2.
Contrast is not seen, nor what scripts or style sheets change: what they hide or fill may be told all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from data.upkeep.findings import Finding
from sources.plain_text import page_of

EXAMPLE = 120  # characters of the first one, by which a developer finds it
LEAST_WORDS = 20  # of a page that is served with its words: below, scripts draw it, and its parts are not judged
MOST = 5_000  # elements of a kind that are looked at
HIDDEN = frozenset({"hidden", "d-none", "is-hidden", "invisible"})  # what style sheets call what they hide
ZOOM = 2.0  # times larger that a page must let itself be made
_AWAY = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FIXED = re.compile(r"user-scalable\s*=\s*(?:no|0)\b|maximum-scale\s*=\s*([\d.]+)", re.IGNORECASE)
_UNNAMED = {"hidden", "submit", "button", "reset", "image"}  # kinds of input that no label stands beside
Node = Any  # selectolax has no types


def access_findings(html: bytes, url: str) -> list[Finding]:
    """What is wrong with a page at `url`, one finding a kind: how many there are, and the first."""
    page = page_of(html)
    page.strip_tags(["script", "style"])  # no words of anybody
    root = page.css_first("html")
    found: dict[str, str] = {}
    if root is None:
        return []
    if not (_said(root, "lang") or _said(root, "xml:lang")):
        found["access_lang"] = "1"
    title = page.css_first("head > title")
    if title is None or not title.text().strip():
        found["access_title"] = "1"
    if any(_holds_size(_said(node, "content")) for node in page.css("meta[name=viewport]")):
        found["access_zoom"] = "1"
    if len((page.body.text(separator=" ") if page.body else "").split()) >= LEAST_WORDS:
        ids = {_said(node, "id"): node for node in page.css("[id]")[: 4 * MOST]}
        labels = {_said(node, "for") for node in page.css("label[for]") if node.text().strip()}
        for code, chosen, lacks in (
            ("access_picture", "img", lambda node: "alt" not in node.attributes and not _named(node, ids)),
            ("access_field", "input, select, textarea", lambda node: _is_unlabelled(node, ids, labels)),
            ("access_link", "a[href]", lambda node: not _has_words(node, ids)),
            ("access_button", "button, input[type=image]", lambda node: not _has_words(node, ids)),
            ("access_frame", "iframe", lambda node: not _named(node, ids)),
        ):
            told = _those(page, chosen, lacks)
            if told:
                found[code] = f"{len(told)} {_example(told[0])}"
    return [Finding(code, url, detail) for code, detail in found.items()]


def _said(node: Node, name: str) -> str:
    return (node.attributes.get(name) or "").strip()


def _holds_size(content: str) -> bool:
    """Whether a viewport keeps readers from making a page larger."""
    for match in _FIXED.finditer(content):
        try:
            if match[1] is None or float(match[1]) < ZOOM:
                return True
        except ValueError:
            continue
    return False


def _those(page: Node, chosen: str, lacks: Callable[[Node], bool]) -> list[Node]:
    return [node for node in page.css(chosen)[:MOST] if lacks(node) and not _is_away(node)]


def _up(node: Node) -> Iterator[Node]:
    """A node and what it stands in."""
    while node is not None and node.tag != "-undef":
        yield node
        node = node.parent


def _is_away(node: Node) -> bool:
    """Whether nobody meets it: said to be hidden, or without a part in what is read."""
    if _said(node, "role") in {"none", "presentation"}:
        return True
    return any(
        one.tag in {"noscript", "template"}
        or "hidden" in one.attributes
        or _said(one, "aria-hidden") == "true"
        or _AWAY.search(_said(one, "style"))
        or not HIDDEN.isdisjoint(_said(one, "class").split())
        for one in _up(node)
    )


def _named(node: Node, ids: dict[str, Node]) -> bool:
    """Whether an attribute names it."""
    named_by = (ids.get(one) for one in _said(node, "aria-labelledby").split())
    return bool(_said(node, "aria-label") or _said(node, "title")) or any(
        one is not None and one.text().strip() for one in named_by
    )


def _is_unlabelled(node: Node, ids: dict[str, Node], labels: set[str]) -> bool:
    if node.tag == "input" and _said(node, "type").lower() in _UNNAMED:
        return False
    around = any(one.tag == "label" and one.text().strip() for one in _up(node))
    return not (_named(node, ids) or around or _said(node, "placeholder") or _said(node, "id") in labels - {""})


def _has_words(node: Node, ids: dict[str, Node]) -> bool:
    """Whether a link or a button says what it is: by its words, or those of a picture in it."""
    if (
        _named(node, ids)
        or node.text().strip()
        or (node.tag == "input" and (_said(node, "alt") or _said(node, "value")))
    ):
        return True
    within = node.css("img[alt], svg title, [aria-label], [title], input[value]")
    return any(
        _said(one, "alt") or _said(one, "aria-label") or _said(one, "title") or one.text().strip() for one in within
    )


def _example(node: Node) -> str:
    """The beginning of an element, on one line."""
    return " ".join((node.html or "").split())[:EXAMPLE]
