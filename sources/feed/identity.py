"""Which post an item is: its id where that identifies it, else its link, else what it says."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sources.feed.fields import Item

_GLOBAL = re.compile(r"^(?:tag:|urn:|[a-z0-9+.-]+://)", re.IGNORECASE)
# Parameters that say how a reader came to a page, not which page it is.
_TRACKING = re.compile(
    r"^(?:utm_\w+|at_(?:medium|campaign|custom\d|source)|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|igshid|ns_\w+|"
    r"cmp|cmpid|ocid|xtor|wt_mc|_hsenc|_hsmi|mkt_tok|ref_src|spm)$",
    re.IGNORECASE,
)


def without_tracking(link: str) -> str:
    """A link without the parameters that only measure; everything else of it stays as it is."""
    if "?" not in link:
        return link
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name)]
    return link if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))


def without_repeats(items: Sequence[Item]) -> list[Item]:
    """The items, each once: what a feed says twice, word for word, is one."""
    return list(dict.fromkeys(items))


def native_ids(items: Sequence[Item], url: str) -> list[str]:
    """An identity for each item of the feed at `url`.

    An id that several items share identifies none of them. Ids that are unique only within their feed ("1", "post-7")
    are scoped by its address.
    """
    names = [without_tracking(item.id) for item in items]
    links = [without_tracking(item.link) for item in items]
    of_name, of_link = Counter(names), Counter(links)
    ids = []
    for item, name, link in zip(items, names, links, strict=True):
        if name and of_name[name] == 1:
            ids.append(name if _GLOBAL.match(name) else f"{url}#{name}")
        elif link and of_link[link] == 1:
            ids.append(link)
        else:
            said = "\0".join((name, link, item.title, *item.published[:1], item.text))
            ids.append(f"{url}#" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32])
    return ids
