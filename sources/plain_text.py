"""HTML as received -> the words people read. Never used for quotes of text that was not HTML."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser

_BLOCK = "p,div,li,tr,h1,h2,h3,h4,h5,h6,blockquote,pre,hr,dt,dd,section,article"
_UNREAD = re.compile(r"<(?:script|style|noscript|template|svg|iframe|object)\b", re.IGNORECASE)
# Tags that hold others until they are closed; the others never do, or end by themselves at the next of their kind.
_HOLDS = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|dt|dd|tr|td|th|thead|tbody"
    r"|tfoot|option|optgroup|colgroup|rp|rt)[\s/>])([A-Za-z][\w:-]*)[^<>]*>?"
)
_DRAWN = frozenset(("path", "circle", "ellipse", "line", "polygon", "polyline", "rect", "stop", "use", "image", "g"))
MAX_DEPTH = 1_000  # elements within elements; the time to read a page grows with the square of it
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]{2,}|[\t\r\f\v\u00a0]")
# Names of HTML, SVG and MathML; and those with a dash or a colon, which pages make for themselves. What stands between
# < and > and is none of these is words: List<String>, <hello>.
_KNOWN = """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
    button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed
    fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe
    image img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr noembed noframes
    noscript object ol optgroup option output p param picture plaintext pre progress q rb rp rt rtc ruby s samp script
    search section select slot small source span strike strong style sub summary sup svg table tbody td template
    textarea tfoot th thead time title tr track tt u ul var video wbr xmp animate circle clippath defs desc ellipse
    filter g line lineargradient mask metadata path pattern polygon polyline radialgradient rect stop symbol text tspan
    use math mfrac mi mn mo mover mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
    annotation semantics
"""
_NAMES = frozenset(_KNOWN.split())
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)([^<>]*)(>?)")
_VALUE = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
_OPEN_VALUE = re.compile(r"""=\s*(["'])""")
_AFTER_VALUE = re.compile(r"\s|/?>")
_CUT_TAG = re.compile(r"\s*/?|\s+[\w:-]+\s*=.*", re.DOTALL)  # what may follow a name where a tag never ends
_SWALLOWS = ("script", "style", "title", "textarea", "noscript", "template", "xmp", "iframe", "plaintext")


def shallow(html: str) -> str:
    """HTML without the tags that lie deeper than MAX_DEPTH; the words in them stay."""
    if html.count("<") <= MAX_DEPTH:
        return html
    depth, is_drawing = 0, False

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth, is_drawing
        name = tag[2].lower()
        if name in {"svg", "foreignobject", "desc", "title"}:
            is_drawing = name == "svg" and not tag[1]
        if tag[1]:
            is_deep, depth = depth > MAX_DEPTH, max(0, depth - 1)
        elif is_drawing and name in _DRAWN and tag[0].endswith("/>"):  # only in a drawing does this close a tag
            is_deep = depth > MAX_DEPTH
        else:
            depth += 1
            is_deep = depth > MAX_DEPTH
        return "" if is_deep else tag[0]

    return _HOLDS.sub(kept, html)


def page_of(html: bytes) -> LexborHTMLParser:
    """A page as it was received, read as a tree that is at most MAX_DEPTH deep."""
    return LexborHTMLParser(shallow(html.decode("latin-1")).encode("latin-1"))


def plain_text(html: str) -> str:
    """Readable text of an HTML fragment: tags gone, entities resolved, one line break per block.

    Text without any markup comes back with only its outer white space removed; tags that are no tags of any page are
    words, and so is one that would swallow all that follows it, as `<script>` in a sentence on it.
    """
    if "<" not in html:
        return (unescape(html) if "&" in html else html).strip()
    html = shallow(_with_words(html))
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


def _with_words(html: str) -> str:
    """The same HTML with what only looks like a tag escaped, and without values that would swallow what follows."""
    lower = html.lower()
    unclosed = {name for name in _SWALLOWS if f"<{name}" in lower and f"</{name}" not in lower}

    def told(tag: re.Match[str]) -> str:
        name, inside, is_closed = tag[2].lower(), tag[3], bool(tag[4])
        is_tag = (name in _NAMES or "-" in name or ":" in name) and name not in unclosed
        quote = _open_quote(inside)
        if is_tag and quote and not _is_closed_later(html, quote, tag.end()):
            return f"<{tag[1]}{tag[2]}>"
        is_tag &= is_closed or bool(quote) or _CUT_TAG.fullmatch(inside) is not None
        return tag[0] if is_tag else "&lt;" + tag[0][1:]

    return _TAG.sub(told, html)


def _open_quote(inside: str) -> str:
    """The quote that opens a value in a tag and does not close it there, "" for none."""
    found = _OPEN_VALUE.search(_VALUE.sub("", inside)) if '"' in inside or "'" in inside else None
    return found[1] if found is not None else ""


def _is_closed_later(html: str, quote: str, place: int) -> bool:
    """Whether a value goes on after `place` up to its quote; the next quote may as well open the value of a later tag,
    and all between would be lost."""
    end = html.find(quote, place)
    return end >= 0 and html[end - 1] != "=" and _AFTER_VALUE.match(html, end + 1) is not None


_WRAPPED = re.compile(r"\s*&lt;(p|div|span|h[1-6]|ul|ol|blockquote|article|section|figure|table|a|b|i|em|strong)\b")


def once(html: str) -> str:
    """HTML that was escaped once too often, as HTML; any other as it is.

    Its one sign: no tag at all, but one in words around all of it, from its start to its end.
    """
    if "<" in html or not (found := _WRAPPED.match(html)):
        return html
    inside = unescape(html)
    is_whole = f"</{found[1]}" in inside and inside.rstrip().endswith(">")
    return inside if is_whole and plain_text(inside) else html
