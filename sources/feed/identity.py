"""Which post an item is: its id where that identifies it, else its link, else what it says."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from data.posts.links import is_front_page, same_page, without_tracking
from sources.feed.fields import Item

_GLOBAL = re.compile(r"^(?:tag:|urn:|[a-z0-9+.-]+://)", re.IGNORECASE)


_told = attrgetter("title", "text", "is_plain", "author", "published", "lang", "parent", "comments", "views")


def without_repeats(items: Sequence[Item]) -> list[Item]:
    """The items, each once: what a feed says twice is one, under two ids too where it leads to one page of its own."""
    often = Counter((item.title, item.published) for item in items)
    kept: dict[tuple[object, ...], Item] = {}
    for item in items:
        if often[item.title, item.published] == 1:
            kept[item.title, item.published] = item  # nothing like it: its address need not be looked at
        elif is_front_page(item.link):
            kept.setdefault((_told(item), item.link, item.id), item)
        else:
            kept.setdefault((_told(item), same_page(item.link)), item)
    return list(kept.values())


def native_ids(items: Sequence[Item], url: str) -> list[str]:
    """An identity for each item of the feed at `url`.

    An id that several items share identifies none of them. Ids that are unique only within their feed ("1", "post-7")
    are scoped by its address. What ids that change come to is decided where posts are stored: `data.posts.known`.
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
