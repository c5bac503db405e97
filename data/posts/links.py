"""Where a post leads, so that it, or what it carries on, is known again: an address without what only measures or names
a session."""

from __future__ import annotations

import hashlib
import html
import re
import zlib
from functools import lru_cache
from urllib.parse import urlsplit

# Parameters that say how a reader came to a page, or which visit it is, not which page.
_TRACKING = re.compile(
    r"(?:utm_\w+|at_(?:medium|campaign|custom\d|source|format|creation|link_\w+)|fbclid|gclid|gclsrc|dclid|msclkid|yclid|"
    r"twclid|ttclid|gbraid|wbraid|srsltid|li_fat_id|mc_[ce]id|igsh|igshid|ns_\w+|cmp|cmpid|ocid|xtor|wt_mc|wt\.mc_id|"
    r"_hsenc|_hsmi|hsctatracking|mkt_tok|ref_src|spm|(?:pk|piwik|mtm|matomo)_\w+|vero_(?:id|conv)|oly_(?:enc|anon)_id|"
    r"_ga|_gl|phpsessid|jsessionid|aspsessionid\w*)(?:=.*)?",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(r"https?://[^\s\"'<>()\[\]]{4,300}")
_SESSION = re.compile(r"(?:s|sid|session_?id)=[0-9a-f]{24,64}", re.IGNORECASE)  # of forums, long enough to be no page
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)

_ANCHOR = re.compile(r"<a\s[^<>]{0,2000}>", re.IGNORECASE)
_LEADS = re.compile(r"""\bhref\s*=\s*["']?(https?://[^\s"'<>]{4,300})""", re.IGNORECASE)
_OF_A_NETWORK = re.compile(
    r"\b(?:mention|hashtag)\b|\brel\s*=\s*[\"'][^\"'<>]*\btag\b", re.IGNORECASE
)  # names, hashtags
_MARKUP = re.compile(r"</?[a-z][a-z0-9]*[\s/>]", re.IGNORECASE)
MOST_PAGES = 20  # of a post: a list of links carries on none of them


def links_in(text: str) -> list[str]:
    """Web addresses that a text or a page holds, in its order, without what closes a sentence."""
    found = (html.unescape(link).rstrip(".,;:!?*_`'") for link in _LINK.findall(text))
    return list(dict.fromkeys(link for link in found if len(link) > len("https://")))


def _measures(parameter: str) -> bool:
    return _TRACKING.fullmatch(parameter.removeprefix("amp;")) is not None


def without_tracking(link: str) -> str:
    """A link without the parameters that only measure; everything else of it stays as it is."""
    if "?" not in link and "#" not in link and ";" not in link:
        return link
    address, hash_sign, fragment = link.partition("#")
    path, question, query = address.partition("?")
    path = _SESSION_IN_PATH.sub("", path) if ";" in path else path
    if query:
        kept = [part for part in query.split("&") if not _measures(part)]
        pages = [part for part in kept if not _SESSION.fullmatch(part.removeprefix("amp;"))]
        query = "&".join(pages or kept)  # what stands alone may be the page's own number
    if fragment and all(map(_measures, re.split("[&?]", fragment))):
        fragment, hash_sign = "", ""
    return path + (question if query or address.endswith("?") else "") + query + hash_sign + fragment


@lru_cache(maxsize=4_096)
def same_page(link: str) -> str:
    """What addresses of one page have in common, whatever their scheme, `www.`, last slash and tracking."""
    try:
        parts = urlsplit(without_tracking(link.strip()))
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    except ValueError:
        return link.strip()
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}" + (f"#{parts.fragment}" if parts.fragment else "")


def is_front_page(link: str) -> bool:
    """Whether a link leads to a site as a whole, or nowhere, and so to no post."""
    page = same_page(link)
    return not page or re.search("[/?#]", page) is None


def marks(link: str, title: str, text: str) -> tuple[int, int]:
    """(a number of the page, a number of the words): equal where a post is the same. From 1 to 2**32 - 1."""
    return _number(same_page(link)), _number(f"{title.strip()}\n{text.strip()}")


def _number(words: str) -> int:
    return max(1, zlib.crc32(words.encode("utf-8", "replace")))


def pages_of(received: str, plain: str, url: str) -> dict[int, bool]:
    """Number of a page that a post leads to -> whether it is the post's own page. Front pages, names and hashtags are
    left out, and programs and drawings that markup loads. The first MOST_PAGES of what it leads to."""
    if _MARKUP.search(received):
        anchors = (tag for tag in _ANCHOR.findall(received) if not _OF_A_NETWORK.search(tag))
        told = [html.unescape(led[1]) for tag in anchors if (led := _LEADS.search(tag))]
    else:
        told = links_in(received)
    own = same_page(url) if url.startswith(("http://", "https://")) else ""
    pages = dict.fromkeys(same_page(link) for link in [*told, *links_in(plain)] if not is_front_page(link))
    pages.pop(own, None)
    found = {_page_number(page): False for page in list(pages)[:MOST_PAGES]}
    return found | ({_page_number(own): True} if own and not is_front_page(own) else {})


def _page_number(page: str) -> int:
    """63 bits of a digest: two pages with one number are not to be expected."""
    return int.from_bytes(hashlib.blake2b(page.encode("utf-8", "replace"), digest_size=8).digest()) >> 1
