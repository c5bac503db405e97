"""Forums by their software: how each is told, and where its feeds of a topic, of a forum and of the whole board are.

Pure. Discourse has a kind of its own. A feed of exactly what was pasted is given, never that of the whole board for a
topic; where the software has none, the page itself is watched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

from sources.addresses.pages import canonical_of, feed_links

MOST_FEEDS = 6  # that are asked for one page


@dataclass(frozen=True, slots=True)
class Software:
    """`mark` is found in its pages; `topic` and `forum` in its addresses, with the number or name as group;
    the feeds stand below the board, `{0}` is that number or name."""

    name: str
    mark: re.Pattern[bytes]
    topic: re.Pattern[str]
    forum: re.Pattern[str]
    topic_feeds: tuple[str, ...] = ()
    forum_feeds: tuple[str, ...] = ()
    board_feeds: tuple[str, ...] = ()
    newest: str = ""  # what leads from a topic to its newest page, where a topic has no feed


def _mark(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.IGNORECASE)


SOFTWARE = (
    Software(
        "phpBB",
        _mark(rb"""id=["']phpbb["']|phpbb(?:\.com|</a>| group| limited)|content=["']phpbb"""),
        re.compile(r"/viewtopic\.php\?(?:.*&)?t=(\d+)|/topic/(\d+)"),
        re.compile(r"/viewforum\.php\?(?:.*&)?f=(\d+)|/forum/(\d+)"),
        ("feed.php?t={0}", "app.php/feed/topic/{0}", "feed/topic/{0}"),
        ("feed.php?f={0}", "app.php/feed/forum/{0}", "feed/forum/{0}"),
        ("feed.php", "app.php/feed", "feed"),
    ),
    Software(
        "XenForo",
        _mark(rb"""<html[^>]*\bid=["']xf["']|xenforo(?:\.com|</a>| ltd|&trade;|\xe2\x84\xa2)|data-xf-init="""),
        re.compile(r"[/?](?:threads/(?:[^/]*?\.)?(\d+)(?:/|$)|threads/([^/]+)/)"),
        re.compile(r"[/?]forums/((?:[^/]*?\.)?\d+)(?:/|$)|[/?]forums/([a-z][^/?]*)(?:/|$)"),
        (),
        ("forums/{0}/index.rss", "index.php?forums/{0}/index.rss"),
        ("forums/-/index.rss", "index.php?forums/-/index.rss", "whats-new/posts.rss"),
        newest="latest",
    ),
    Software(
        "vBulletin",
        _mark(rb"""content=["']vbulletin|vbulletin(?:&reg;|\xc2\xae|\.com| solutions| version)|vb_login_username"""),
        re.compile(r"/showthread\.php\?(?:(?:.*&)?t=(\d+)|(\d+))|/threads/(\d+)"),
        re.compile(r"/forumdisplay\.php\?(?:(?:.*&)?f=(\d+)|(\d+))|/forums/(\d+)"),
        (),
        ("external.php?type=RSS2&forumids={0}", "external?type=rss2&nodeid={0}"),
        ("external.php?type=RSS2", "external?type=rss2"),
        newest="goto=newpost",
    ),
    Software(
        "SMF",
        _mark(rb"""smf_(?:scripturl|theme_url)|simplemachines\.org|powered by smf|content=["']smf"""),
        re.compile(r"[?&;/]topic[=,](\d+)"),
        re.compile(r"[?&;/]board[=,](\d+)"),
        (),
        ("index.php?action=.xml;type=rss2;board={0}", "index.php?action=.xml;type=rss;board={0}"),
        ("index.php?action=.xml;type=rss2", "index.php?action=.xml;type=rss"),
        newest=".new",
    ),
    Software(
        "MyBB",
        _mark(rb"""my_post_key|mybb(?:\.com|</a>| group)|content=["']mybb"""),
        re.compile(r"/showthread\.php\?(?:.*&)?tid=(\d+)|/thread-(\d+)"),
        re.compile(r"/forumdisplay\.php\?(?:.*&)?fid=(\d+)|/forum-(\d+)"),
        (),
        ("syndication.php?type=atom1.0&fid={0}", "syndication.php?fid={0}"),
        ("syndication.php?type=atom1.0", "syndication.php"),
        newest="action=lastpost",
    ),
    Software(
        "Flarum",
        _mark(rb"""flarum-(?:loading|json-payload|content)|flarum\.core|content=["']flarum"""),
        re.compile(r"/d/(\d+)"),
        re.compile(r"/t/([\w-]+)"),
        ("atom/d/{0}", "rss/d/{0}"),
        ("atom/t/{0}", "rss/t/{0}"),
        ("atom", "rss"),
    ),
    Software(
        "FluxBB",
        _mark(rb"""id=["'](?:pun|brd-)\w+["']|(?:fluxbb|punbb)(?:\.org|\.informer|</a>)"""),
        re.compile(r"/viewtopic\.php\?(?:.*&)?id=(\d+)|/topic/(\d+)"),
        re.compile(r"/viewforum\.php\?(?:.*&)?id=(\d+)|/forum/(\d+)"),
        ("extern.php?action=feed&type=atom&tid={0}",),
        ("extern.php?action=feed&type=atom&fid={0}",),
        ("extern.php?action=feed&type=atom",),
    ),
    Software(
        "NodeBB",
        _mark(rb"""content=["']nodebb|nodebb\.org|data-template=["'](?:topic|category|categories|recent)["']"""),
        re.compile(r"/topic/(\d+)"),
        re.compile(r"/category/(\d+)"),
        ("topic/{0}.rss",),
        ("category/{0}.rss",),
        ("recent.rss", "topics.rss"),
    ),
    Software(
        "Invision",
        _mark(rb"""ipsapp|data-pageapp=|invisioncommunity\.com|ips4_|ipslayout_"""),
        re.compile(r"/topic/(\d+)"),
        re.compile(r"/forum/(\d+[^/?]*)"),
        (),
        ("forum/{0}.xml", "forum/{0}/?do=rss"),
        (),
        newest="do=getNewComment",
    ),
    Software(
        "Vanilla",
        _mark(rb"""gdn\.(?:meta|definitions)|vanillaforums\.(?:com|org)|content=["']vanilla"""),
        re.compile(r"/discussion/(\d+)"),
        re.compile(r"/categories/([\w%-]+)"),
        ("discussion/{0}/x/feed.rss",),
        ("categories/{0}/feed.rss",),
        ("discussions/feed.rss",),
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """What was pasted of a forum: `part` is topic, forum or board. `feeds` are those of exactly that, the likeliest
    first; `page` is what to watch where none answers, `asked` the page itself."""

    software: str
    part: str
    feeds: tuple[str, ...]
    page: str
    asked: str


def software_of(html: bytes) -> list[Software]:
    """What may have made a page, by its marks. A page that only speaks of a software is told by its address."""
    head = html[:150_000] + html[-30_000:]
    return [one for one in SOFTWARE if one.mark.search(head)]


def place_of(html: bytes, url: str) -> Place | None:
    """Which place of a forum a page is; None where it is no forum that is known by its page."""
    made_by = software_of(html)
    if not made_by:
        return None
    announced = feed_links(html, url)
    for address in filter(None, (url, canonical_of(html, url))):
        for software in made_by:
            if place := _part_of(software, address, url, announced):
                return place
    if not _is_board(url):
        return None
    feeds = (urljoin(_folder(url), form) for form in made_by[0].board_feeds)
    return Place(made_by[0].name, "board", _few(*announced[:3], *feeds), url, url)


def _part_of(software: Software, address: str, url: str, announced: Sequence[str]) -> Place | None:
    """The topic or forum that an address names, with the feeds of just that."""
    for part, pattern, forms in (
        ("topic", software.topic, software.topic_feeds),
        ("forum", software.forum, software.forum_feeds),
    ):
        if match := pattern.search(_local(address)):
            named = next(group for group in match.groups() if group is not None)
            exact = [link for link in announced if _is_of(link, part, named)]
            feeds = (urljoin(_board(address, match), form.format(named)) for form in forms)
            return Place(software.name, part, _few(*exact, *feeds), _newest(software, url, part), url)
    return None


def _few(*feeds: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(feeds))[:MOST_FEEDS]


def _local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _folder(url: str) -> str:
    parts = urlsplit(url)
    folder = re.sub(r"[^/]*\.(?:php|html?|aspx?)(?:/.*)?$", "", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, folder.rstrip("/") + "/", "", ""))


def _board(url: str, match: re.Match[str]) -> str:
    """The folder of the board: what stands before the part of the address that names a topic or forum."""
    parts = urlsplit(url)
    before = match.string[: match.start()].partition("?")[0]
    return _folder(urlunsplit((parts.scheme, parts.netloc, before + "/" if before else "/", "", "")))


def _is_of(link: str, part: str, named: str) -> bool:
    """Whether an announced feed is that of one topic or forum: its address names it."""
    digits = re.search(r"\d+", named)
    number = re.escape(digits[0] if digits else named)
    letters = {"topic": r"(?:t|tid|topic|topics|d)", "forum": r"(?:f|fid|id|board|forums?|forumids|nodeid|category|t)"}
    return bool(re.search(rf"(?<![a-z]){letters[part]}[=/,](?:[^/&;]*[.-])?{number}(?!\d)", link, re.IGNORECASE))


def _is_board(url: str) -> bool:
    """Whether an address is a board's first page: a folder, without anything asked of it."""
    parts = urlsplit(url)
    asked = {name for name in parse_qs(parts.query) if name not in {"sid", "s", "PHPSESSID"}}
    return not asked and bool(re.search(r"/(?:index\.(?:php|html?))?$", parts.path or "/") or parts.path.count("/") < 2)


def _newest(software: Software, url: str, part: str) -> str:
    """What to watch of a topic without a feed: the address that leads to its newest page, for replies come there."""
    if part != "topic" or not software.newest:
        return url
    parts = urlsplit(url)
    if software.newest.startswith("."):
        return urlunsplit(
            parts._replace(query=re.sub(r"(topic[=,]\d+)(?:\.\w+)?", r"\1" + software.newest, parts.query))
        )
    if "=" in software.newest:
        query = re.sub(r"&?\b(?:page|p|pid|goto|action|do)=[^&]*|/page\d+", "", parts.query)
        path = re.sub(r"/page-?\d+$", "", parts.path)
        return urlunsplit(
            parts._replace(path=path, query="&".join(filter(None, (query, software.newest))), fragment="")
        )
    thread = re.match(r"(.*/threads/[^/]+)", parts.path)
    return urlunsplit(parts._replace(path=f"{thread[1]}/{software.newest}", fragment="")) if thread else url
