"""Which post a row is: by the id that its network gave it, by its link, else by what it says."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qs, unquote, urlsplit

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,3}")
_END = r"/?(?:[?#].*)?"
_LINKS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (network, re.compile(pattern), form)
    for network, pattern, form in (
        ("x", rf"(?:\w+\.)?(?:x|twitter)\.com/(?:\w+|i/web)/status(?:es)?/(\d+)(?:/(?:photo|video)/\d)?{_END}", "{0}"),
        ("reddit", rf"(?:\w+\.)?reddit\.com/(?:r|user|u)/[\w-]+/comments/\w+/[^/]*/(\w+){_END}", "t1_{0}"),
        ("reddit", rf"(?:\w+\.)?reddit\.com/(?:(?:r|user|u)/[\w-]+/)?comments/(\w+)(?:/[^/?#]*)?{_END}", "t3_{0}"),
        ("reddit", rf"redd\.it/(\w+){_END}", "t3_{0}"),
        ("tiktok", rf"(?:\w+\.)?tiktokv?\.com/(?:@[^/]*/(?:video|photo)|share/video|v)/(\d+)(?:\.html)?{_END}", "{0}"),
        ("facebook", r"(?:\w+\.)?facebook\.com/(\d+)/posts/(\d+)/?(?:[?#](?!.*comment_id).*)?", "{0}_{1}"),
        ("linkedin", r"(?:\w+\.)?linkedin\.com/[^?]*?\b(urn:li:(?:activity|share|ugcPost):\d+)(?!.*comment).*", "{0}"),
        ("bluesky", rf"bsky\.app/profile/(did:[\w:.-]+)/post/(\w+){_END}", "at://{0}/app.bsky.feed.post/{1}"),
        ("hackernews", r"news\.ycombinator\.com/item\?id=(\d+)", "{0}"),
    )
)
LONGEST = 2_000  # characters of a link


def of_link(link: str) -> tuple[str, str] | None:
    """(network, the id it has there) of a post's own address, as the live sources write it; None for any other."""
    scheme, found, rest = link.strip().partition("://")
    if not found or scheme.lower() not in {"http", "https"} or len(rest) > LONGEST:
        return None
    rest = unquote(rest)
    for network, pattern, form in _LINKS:
        match = pattern.fullmatch(rest)
        if match:
            return network, form.format(*match.groups())
    return _of_query(link)


_HOSTS = {
    "x.com": "x",
    "twitter.com": "x",
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "linkedin.com": "linkedin",
    "tiktok.com": "tiktok",
    "reddit.com": "reddit",
    "bsky.app": "bluesky",
    "threads.net": "threads",
    "threads.com": "threads",
    "trustpilot.com": "trustpilot",
    "t.me": "telegram",
}
LINKED = frozenset((*(network for network, _, _ in _LINKS), *_HOSTS.values()))  # networks that an address tells


def network_of(link: str) -> str:
    """The network that an address is on; "" for any other site."""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return ""
    return next((name for site, name in _HOSTS.items() if host == site or host.endswith(f".{site}")), "")


def _of_query(link: str) -> tuple[str, str] | None:
    """Posts whose address names them in its query."""
    try:
        parts = urlsplit(link.strip())
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        return None
    host = parts.netloc.lower().removeprefix("www.")
    if host in {"youtube.com", "m.youtube.com"} and asked.get("lc"):
        return "youtube", asked["lc"]
    if host == "play.google.com" and asked.get("reviewId"):
        return "google_play", asked["reviewId"]
    if host == "facebook.com" and (asked.get("story_fbid", "") + asked.get("id", "")).isdecimal() and asked.get("id"):
        return ("facebook", f"{asked['id']}_{asked['story_fbid']}") if asked.get("story_fbid") else None
    return None


def is_rounded(value: str) -> bool:
    """Whether a spreadsheet has rounded this id: it keeps fifteen digits, and writes 1.9E+18."""
    value = value.strip()
    if _ROUNDED.fullmatch(value):
        return True
    return value.isdecimal() and len(value) > 15 and set(value[15:]) == {"0"}


def digest(*said: str) -> str:
    """An identity of what a row says."""
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:32]


def reddit_id(name: str, default: str) -> str:
    """A fullname: `t1_abc` as it is, `abc` as `default` (t1 or t3) says, a link as what it leads to."""
    if "/" in name:
        found = of_link(name)
        return found[1] if found and found[0] == "reddit" else ""
    return name if re.match(r"t[1-6]_", name) or not name else f"{default}_{name}"
