"""Which communities the collected posts talk about: links, handles and subreddits not followed yet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from data.posts.links import links_in
from data.source_list import all_sources
from data.store import Store
from data.suggestions import Suggestion, keep_suggestions, recent_texts
from sources.addresses.candidates import NotUnderstood
from sources.identify import identify

MIN_POSTS, MIN_AUTHORS, MOST = 3, 2, 50
EXAMPLES = 3
_SUBREDDIT = re.compile(r"(?<![\w/])/?r/(\w{3,21})\b")
_FEDIVERSE = re.compile(r"(?<![\w/@])@([\w.]{2,30}@[\w-]+(?:\.[\w-]+)+)")
_BLUESKY = re.compile(r"(?<![\w/@.])@([\w-]+\.bsky\.social)\b", re.IGNORECASE)
# Shorteners, hosts of pictures and places that everyone links to without meaning a community.
_PASSED_OVER = {
    "t.co",
    "bit.ly",
    "goo.gl",
    "tinyurl.com",
    "ow.ly",
    "buff.ly",
    "lnkd.in",
    "amzn.to",
    "i.redd.it",
    "v.redd.it",
    "preview.redd.it",
    "imgur.com",
    "i.imgur.com",
    "google.com",
    "docs.google.com",
    "drive.google.com",
    "amazon.com",
    "wikipedia.org",
    "en.wikipedia.org",
    "fr.wikipedia.org",
    "archive.org",
    "web.archive.org",
    "giphy.com",
    "gmail.com",
    "maps.app.goo.gl",
    "example.com",
    "example.org",
    "w3.org",
    "www.w3.org",
    "wordpress.org",
}


def mentioned(text: str) -> set[tuple[str, str]]:
    """(kind, address) of every place that a text names. A link into a site stands for the site."""
    places: set[tuple[str, str]] = set()
    pasted = [f"r/{name}" for name in _SUBREDDIT.findall(text)]
    pasted += ["@" + handle.rstrip(".") for handle in _FEDIVERSE.findall(text)]
    pasted += ["@" + handle for handle in _BLUESKY.findall(text)]
    for link in links_in(text)[:50]:
        host = urlsplit(link).netloc.lower().removeprefix("www.")
        if host and host not in _PASSED_OVER:
            pasted.append(link)
    for one in pasted:
        try:
            candidate = identify(one)[0]
        except (NotUnderstood, ValueError):
            continue
        kind, address = candidate.kind, candidate.address
        if kind == "reddit" and address.startswith("comments/"):
            continue  # one thread is no community; its subreddit is in the link too
        if kind in {
            "hackernews",
            "podcast",
            "facebook",
            "instagram",
            "x",
            "discord",
            "slack",
            "threads",
        } or address.startswith(("comments:", "thread:")):
            continue
        if kind in {"feed", "discourse", "lemmy"} and not candidate.sure:
            parts = urlsplit(address)
            kind, address = "feed", f"{parts.scheme}://{parts.netloc}/"
        if kind == "mastodon" and not candidate.sure:
            continue
        places.add((kind, address))
    for name in re.findall(r"reddit\.com/r/(\w{3,21})/comments/", text):
        places.add(("reddit", f"r/{name}/new"))
    return places


def suggestions(texts: Iterable[tuple[int, str, str]], followed: Iterable[tuple[str, str, str]]) -> list[Suggestion]:
    """Places named in at least 3 posts by at least 2 authors and not followed; most authors first.

    `texts` are (post id, author, text); `followed` are (kind, address, site).
    """
    followed = list(followed)
    known = {(kind, address.lower()) for kind, address, _ in followed}
    hosts = {urlsplit(place).netloc.lower().removeprefix("www.") for _, a, s in followed for place in (a, s) if place}
    posts: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    authors: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for post_id, author, text in texts:
        for place in mentioned(text):
            posts[place].append(post_id)
            authors[place].add(author)
    suggested = [
        Suggestion(kind, address, address, len(ids), len(authors[(kind, address)]), tuple(ids[:EXAMPLES]))
        for (kind, address), ids in posts.items()
        if len(ids) >= MIN_POSTS
        and len(authors[(kind, address)]) >= MIN_AUTHORS
        and (kind, address.lower()) not in known
        and not (kind == "feed" and urlsplit(address).netloc.lower().removeprefix("www.") in hosts)
    ]
    return sorted(suggested, key=lambda one: (-one.authors, -one.posts, one.address))[:MOST]


def refresh_suggestions(store: Store, now: datetime) -> int:
    """Read the newest posts and store what they suggest. Returns how many."""
    with store.read() as connection:
        followed = [(item.kind, item.address, item.site) for item in all_sources(connection)]
        suggested = suggestions(recent_texts(connection, now), followed)
    with store.write() as connection:
        keep_suggestions(connection, suggested, now)
    return len(suggested)
