"""HTML as received -> the words people read. Never used for quotes of text that was not HTML."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser

_BLOCK = "p,div,li,tr,h1,h2,h3,h4,h5,h6,blockquote,pre,hr,dt,dd,section,article"
_UNREAD = re.compile(r"<(?:script|style|noscript|template|svg|iframe|object)\b", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]{2,}|[\t\r\f\v\u00a0]")


def plain_text(html: str) -> str:
    """Readable text of an HTML fragment: tags gone, entities resolved, one line break per block.

    Text without any markup comes back with only its outer white space removed.
    """
    if "<" not in html:
        return (unescape(html) if "&" in html else html).strip()
    tree = LexborHTMLParser(html)
    if _UNREAD.search(html):
        tree.strip_tags(["script", "style", "noscript", "template", "svg", "iframe", "object"])
    for node in tree.css("br"):
        node.insert_after("\n")
    for node in tree.css(_BLOCK):
        node.insert_before("\n")
        node.insert_after("\n")
    body = tree.body
    text = body.text(deep=True, separator="") if body is not None else ""
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return "\n".join(line for line in lines if line)
