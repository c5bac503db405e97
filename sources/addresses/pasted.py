"""What people paste, made into single things: each address, handle or search by itself, without what stands around it.

Pure: nothing is asked of the network here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST_THING = 8_000  # characters; no address is longer
MOST_THINGS = 50
MOST_SIGNS = 100_000
# "hn: words": the rest of the line is what is searched for, so no line with one of these is cut.
SEARCHED = ("hn", "reddit", "bluesky", "youtube", "x", "github", "mastodon", "threads")
# Signs that show nothing and travel with what is copied.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BULLET = re.compile(r"^\s*(?:[-*•‣▪–—>]+|\d{1,3}[.)])\s+")
_MARKDOWN = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)>?[^()]*\)")
_SCHEME = re.compile(r"^(?:feed|rss|itpc|pcast|podcast)://", re.IGNORECASE)
_BEFORE = re.compile(r"(?:view-source|feed|rss|url|link|lien|adresse|address)\s*:\s*(?=https?://)", re.IGNORECASE)
_URL = re.compile(r"https?://", re.IGNORECASE)
_STRONG = re.compile(
    r"""(?:https?://\S+
    |/?(?:r|u|user)/[\w+-]+(?:/[\w./-]*)?
    |\#\w[\w]*(?:@[\w.-]+\.\w+)?
    |@?[\w.]+@[\w-]+(?:\.[\w-]+)+
    |![\w.]+@[\w-]+(?:\.[\w-]+)+
    |@[\w-]+(?:\.[\w-]+)+
    |[\w-]+\.bsky\.social
    |at://\S+
    |hn)""",
    re.IGNORECASE | re.VERBOSE,
)
_DOMAIN = re.compile(
    r"(?://)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})\.?(?::\d{1,5})?(?:[/?#]\S*)?"
)
_WELL_KNOWN = re.compile(
    r"(?://)?(?:www\.\S+|[\w.-]+\.(?:com|org|net|info|eu|fr|de|be|ch|ca|uk|es|it|nl|io|social)\.?)", re.IGNORECASE
)
_ATTEMPT = re.compile(r"\S*(?:://|[@#]\w|\w/\w)\S*")
_OPEN_SEARCH = re.compile(r"[?&](?:q|query|search_query|search|keywords?)=[^&\s]+$", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{", "»": "«", "”": "“", "’": "‘", ">": "<"}
# Pages that only send on, and the parameter that says where to.
_SENDS_ON = {
    "google.com/url": ("q", "url"),
    "l.facebook.com/l.php": ("u",),
    "lm.facebook.com/l.php": ("u",),
    "l.instagram.com/": ("u",),
    "out.reddit.com/": ("url",),
    "youtube.com/redirect": ("q",),
    "slack-redir.net/link": ("url",),
    "linkedin.com/redir/redirect": ("url",),
    "linkedin.com/safety/go": ("url",),
    "vk.com/away.php": ("to",),
    "t.umblr.com/redirect": ("z",),
    "duckduckgo.com/l/": ("uddg",),
}


@dataclass(frozen=True, slots=True)
class Pasted:
    """The single things of what was pasted, each once, in their order; and how many more there were than are taken."""

    things: tuple[str, ...]
    left_out: int = 0


def things_in(text: str) -> Pasted:
    """Each address, handle or search of a text. Words around an address are none; a text without any address is one
    thing, so that it can be told why nothing is understood."""
    found: dict[str, None] = {}
    for line in _UNSEEN.sub("", text[:MOST_SIGNS]).splitlines():
        for thing in _of_line(_BULLET.sub("", line).strip()):
            found.setdefault(thing)
    things = tuple(found)
    return Pasted(things[:MOST_THINGS], max(0, len(things) - MOST_THINGS))


def _of_line(line: str) -> list[str]:
    if not line:
        return []
    line = _BEFORE.sub("", _MARKDOWN.sub(r"\1 \2 ", line) if "](" in line else line)
    if re.match(rf"(?:{'|'.join(SEARCHED)})\s*:\s*\S", line, re.IGNORECASE) and not _URL.search(line):
        return [line]
    if _OPEN_SEARCH.search(line.split()[0]) and len(_URL.findall(line)) == 1 and re.match(r"[^,;|@#/]*$", _rest(line)):
        return [line]  # an address of a search whose words were not joined by signs
    tokens = [tidy(token) for piece in re.split(r"[\s|]+", line) for token in _cut(piece)]
    tokens = [token for token in tokens if token]
    if len(tokens) == 1 or all(_is_strong(token) or _DOMAIN.fullmatch(token) for token in tokens):
        return tokens
    strong = [
        token
        for token in tokens
        if _is_strong(token) or (_DOMAIN.fullmatch(token) and ("/" in token or token.lower().startswith("www.")))
    ]
    strong = strong or [token for token in tokens if _WELL_KNOWN.fullmatch(token)]
    if not strong:
        return [line]
    has_url = any(_URL.match(token) for token in strong)
    return [
        token
        for token in tokens
        if (token in strong and not (has_url and re.fullmatch(r"[\w.]+@\S+|hn", token))) or _is_attempt(token)
    ]


def _rest(line: str) -> str:
    return line.partition(" ")[2]


def _is_strong(token: str) -> bool:
    return _STRONG.fullmatch(token) is not None


def _is_attempt(token: str) -> bool:
    """Whether it was meant as an address though it is none: such a fault is told, not passed over."""
    return not _is_strong(token) and "://" in token and _ATTEMPT.fullmatch(token) is not None


def _cut(piece: str) -> list[str]:
    """A run of signs without a space, cut where one address ends and the next begins."""
    piece = re.sub(r"(?<=[^/=:?&%\s,;(<\[\"'])(?=https?://)", " ", piece, flags=re.IGNORECASE)
    parts: list[str] = []
    for part in piece.split():
        cut = r"[,;]+(?=https?://|www\.|/?[ru]/|[@#!]\w|$)" if _URL.match(part.lstrip("(<[\"'")) else r"[,;]+"
        parts += re.split(cut, part, flags=re.IGNORECASE)
    return parts


def tidy(text: str) -> str:
    """One thing without quotes, brackets and punctuation around it, its address as browsers write it."""
    text = _UNSEEN.sub("", text).strip()
    if len(text) > LONGEST_THING:
        return text
    if match := _MARKDOWN.fullmatch(text):
        text = match[2]
    before = None
    while text != before:
        before = text
        text = text.strip().strip("\"'`“”„«»‹›").strip()
        if text.startswith(("<", "(", "[", "{")):
            text = text[1:]
        last = text[-1:]
        unopened = last in _PAIRS and text.count(_PAIRS[last]) < text.count(last)
        if unopened or (last in ".,;:!?…*" and not re.fullmatch(r"[\w-]+:", text)):
            text = text[:-1]
    return sent_on(web_form(text))


def web_form(text: str) -> str:
    """An address as browsers write it: other schemes for feeds, and a scheme written badly, are http(s)."""
    text = _BEFORE.sub("", text)
    text = re.sub(r"^(?:feed|rss):(?://)?(?=https?:)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:feed|rss|itpc|pcast|podcast):(?=[^/\s][^:\s]*\.[^\s])", "http://", text, flags=re.IGNORECASE)
    text = re.sub(r"^(https?)(?::/(?!/)|//|:///+|;//)", r"\1://", text, flags=re.IGNORECASE)
    return _SCHEME.sub("http://", text, count=1)


def sent_on(url: str) -> str:
    """The address that a page which only sends on leads to; any other address as it is."""
    for _hop in range(3):
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").removeprefix("www.")
        except ValueError:
            return url
        if parts.scheme not in {"http", "https"}:
            return url
        asked = parse_qs(parts.query)
        names = _SENDS_ON.get(f"{host}{parts.path or '/'}", ())
        if host.endswith("safelinks.protection.outlook.com"):
            names = ("url",)
        target = next((asked[name][0] for name in names if _URL.match(asked.get(name, [""])[0])), "")
        if match := re.match(r"/amp/s/(.+)", parts.path if re.match(r"google\.\w+$", host) else ""):
            target = "https://" + unquote(match[1])
        if not target:
            return url
        url = target
    return url
