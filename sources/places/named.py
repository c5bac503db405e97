"""Which places to speak in a text names: communities, forums, rooms and lists, by their links and by how they are
written. Pure. A page to read, as a newspaper or a blog, is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from data.places.named import Named
from data.posts.links import links_in

MOST_LINKS = 60  # of one text
_SUBREDDIT = re.compile(r"(?<![\w/.])/?r/([A-Za-z]\w{2,20})\b(?!/?[\w-]*\.)")
_LEMMY = re.compile(r"(?<![\w!])!(\w{2,40})@([\w-]+(?:\.[\w-]+)+)")
_HASHTAG = re.compile(r"(?<![\w&/#])#([^\W\d_]\w{2,40})\b")
# Lists of Reddit itself, and names that stand for any.
_NOT_SUBREDDITS = {
    "all",
    "popular",
    "random",
    "friends",
    "mod",
    "place",
    "subreddit",
    "subredditname",
    "name",
    "contrib",
}
_STACKS = {"stackoverflow.com", "superuser.com", "serverfault.com", "askubuntu.com", "mathoverflow.net"}
# First part of a host: a board wherever one lands on it, or where a topic's address shows that it is one.
_BOARD_HOSTS = {"forum", "forums", "foro", "discuss", "discourse", "bbs", "board", "boards", "users"}
_MAYBE_HOSTS = {"community", "communities", "communaute", "talk", "meta", "answers", "connect", "help", "support"}
# What stands in the address of a topic or a board, by the software that writes it so.
_DISCOURSE = re.compile(r"(.*?)/(?:t/[\w%.-]*[a-z][\w%.-]*/\d+|c/[a-z][\w%-]*/\d+)(?:/|$)", re.IGNORECASE)
_BOARD = re.compile(
    r"(.*?)/(?:viewtopic|viewforum|showthread|forumdisplay|showpost)\.php$"
    r"|(.*?)/(?:threads|forums)/[\w%-]+\.\d+(?:/|$)|(.*?/(?:forums?|boards?|phpbb3?|smf|vb))/(?:[^/]+/|[^/]*\d)",
    re.IGNORECASE,
)
_FILES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".pdf", ".zip", ".mp4", ".mp3", ".js", ".css", ".xml")
_TOPIC_ASKED = re.compile(r"(?:^|[?&;])(?:topic|board)=\d+")
_LISTS = (
    re.compile(r"/(?:pipermail|mailman/listinfo|mailman/admin|mailman/private)/([\w.+-]+)"),
    re.compile(r"/(?:archives|hyperkitty)/list/([\w.+-]+)@"),
    re.compile(r"/(?:archives/)?(?:html|lurker/list)/([\w+-]+)/\d{4}"),
)


def places_named(plain: str, received: str = "", tags_at: str = "") -> set[Named]:
    """Every place that a post names: its words as they are read, and as they were received, with their links.

    `tags_at` is where its network gathers a hashtag, with {} for the tag; "" where it does not.
    """
    found = {
        Named("reddit", f"https://www.reddit.com/r/{name.lower()}", f"r/{name}")
        for name in _SUBREDDIT.findall(plain)
        if name.lower() not in _NOT_SUBREDDITS
    }
    found |= {
        Named("lemmy", f"https://{host.lower()}/c/{name.lower()}", f"!{name}@{host.lower()}")
        for name, host in _LEMMY.findall(plain)
    }
    for link in links_in(received or plain)[:MOST_LINKS]:
        if (one := place_of(link)) is not None:
            found.add(one)
    if tags_at:
        found |= {Named("hashtag", tags_at.format(tag.casefold()), f"#{tag}") for tag in _HASHTAG.findall(plain)}
    return found


def place_of(link: str) -> Named | None:
    """The place that a link leads into; None where it is a page, a picture, or what cannot be told."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower().removeprefix("www.")
        port = parts.port
    except ValueError:
        return None
    if "." not in host or port not in {None, 80, 443} or parts.path.lower().endswith(_FILES):
        return None
    for known, read in _NETWORKS.items():
        if host == known or host.endswith("." + known):
            return read(host, parts.path, parts.query, parts.fragment)
    return _list(host, parts.path) or _lemmy(host, parts.path) or _board(host, parts.path, parts.query)


_Read = Callable[[str, str, str, str], Named | None]


def _reddit(host: str, path: str, query: str, fragment: str) -> Named | None:
    match = re.match(r"/r/([A-Za-z]\w{2,20})(?:/|$)", path)
    if match is None or host in {"i.reddit.com"} or match[1].lower() in _NOT_SUBREDDITS:
        return None
    return Named("reddit", f"https://www.reddit.com/r/{match[1].lower()}", f"r/{match[1]}")


def place_of_source(kind: str, address: str, site: str, title: str) -> Named | None:
    """The place in which a followed source stands; None where it is no place to speak, or a search across several."""
    if kind == "reddit" or re.fullmatch(r"r/\w{3,21}", title):
        match = re.fullmatch(r"r/(\w{3,21})(?:/(?:new|top|comments))?", address if kind == "reddit" else title)
        return Named("reddit", f"https://www.reddit.com/r/{match[1].lower()}", f"r/{match[1]}") if match else None
    if kind == "stackexchange":
        stack = address.partition(":")[0]
        host = f"{stack}.com" if f"{stack}.com" in _STACKS else f"{stack}.stackexchange.com"
        return Named("stackexchange", f"https://{host}", host)
    if kind == "github":
        what, _colon, name = address.partition(":")
        return place_of(f"https://github.com/{name}/discussions") if what == "discussions" else None
    if kind in {"lemmy", "discourse", "mastodon"}:
        parts = urlsplit(address)
        tag = re.fullmatch(r"/tags/([^/]+)", parts.path) if kind == "mastodon" else None
        if tag is not None:
            return Named("hashtag", f"{parts.scheme}://{parts.netloc}/tags/{unquote(tag[1]).casefold()}", f"#{tag[1]}")
        if kind == "lemmy":
            return _lemmy(parts.netloc, parts.path, sure=True)
        return Named("discourse", f"https://{parts.netloc}", parts.netloc) if kind == "discourse" else None
    return (place_of(site) or place_of(address)) if kind in {"feed", "web"} else None


def _stack(host: str, path: str, query: str, fragment: str) -> Named | None:
    if host.startswith(("chat.", "blog.", "data.", "api.", "i.", "area51.", "cdn.")) or host == "stackexchange.com":
        return None
    asks = re.match(r"/(?:questions|q|a|tags)(?:/|$)", path)
    return Named("stackexchange", f"https://{host}", host) if asks else None


def _github(host: str, path: str, query: str, fragment: str) -> Named | None:
    match = re.match(r"/((?:orgs/)?[\w-]+(?:/[\w.-]+)?)/discussions(?:/|$)", path)
    if match is None or host != "github.com" or match[1].count("/") != 1:
        return None
    return Named("github", f"https://github.com/{match[1].lower()}/discussions", match[1].removeprefix("orgs/"))


def _invited(kind: str, pattern: str, address: str) -> _Read:
    """A room that a link invites to: `pattern` gives its name, `address` where it stands."""

    def read(host: str, path: str, query: str, fragment: str) -> Named | None:
        match = re.match(pattern, path)
        return Named(kind, "https://" + address.format(match[1]), f"{address.format(match[1])}") if match else None

    return read


def _slack(host: str, path: str, query: str, fragment: str) -> Named | None:
    name = host.removesuffix("slack.com").rstrip(".")
    match = re.match(r"/t/([\w-]+)", path) if name == "join" else None
    name = match[1] if match else name
    if not name or name in {"join", "api", "app", "status", "get", "slack", "my", "edgeapi", "files", "hooks", "a"}:
        return None
    return Named("slack", f"https://{name}.slack.com", f"{name}.slack.com")


def _telegram(host: str, path: str, query: str, fragment: str) -> Named | None:
    match = re.match(r"/(?:s/)?([a-z]\w{4,31})(?:/|$)", path, re.IGNORECASE)
    if match is None or match[1].lower() in {"joinchat", "share", "addstickers", "proxy", "socks", "iv", "login"}:
        return None
    return Named("telegram", f"https://t.me/{match[1].lower()}", f"t.me/{match[1]}")


def _matrix(host: str, path: str, query: str, fragment: str) -> Named | None:
    match = re.match(r"/?(?:room/)?(#[\w.=-]+:[\w.-]+)", unquote(fragment))
    return Named("matrix", f"https://matrix.to/#/{match[1].lower()}", match[1]) if match else None


def _google(host: str, path: str, query: str, fragment: str) -> Named | None:
    told = re.match(r"/(?:a/[\w.]+/)?(?:g|group|d/forum|forum)/([\w.+-]+)", path)
    told = told or re.match(r"!?/?(?:forum|topic|msg)/([\w.+-]+)", fragment)
    if told is None and re.match(r"/d/(?:topic|msg|msgid)/([\w.+-]+)", path):
        told = re.match(r"/d/(?:topic|msg|msgid)/([\w.+-]+)", path)
    return Named("list", f"https://groups.google.com/g/{told[1].lower()}", told[1]) if told else None


def _groups(host: str, path: str, query: str, fragment: str) -> Named | None:
    match = re.match(r"/groups/([\w.-]+)", path)
    if match is None:
        return None
    site = "www.facebook.com" if host.endswith("facebook.com") else "www.linkedin.com"
    return Named("group", f"https://{site}/groups/{match[1].lower()}", f"{site.removeprefix('www.')}/groups/{match[1]}")


def _archived(pattern: str, address: str) -> _Read:
    """Lists of hosts that hold little else: `pattern` on what stands behind the host gives the list's name."""

    def read(host: str, path: str, query: str, fragment: str) -> Named | None:
        match = re.match(pattern, f"{path}?{query}" if query else path)
        return Named("list", "https://" + address.format(match[1]), match[1]) if match else None

    return read


def _one_site(name: str, pattern: str) -> _Read:
    def read(host: str, path: str, query: str, fragment: str) -> Named | None:
        return Named("site", f"https://{host}", name) if re.match(pattern, path) else None

    return read


def _nowhere(host: str, path: str, query: str, fragment: str) -> Named | None:
    return None


_NETWORKS: dict[str, _Read] = {
    "reddit.com": _reddit,
    "stackexchange.com": _stack,
    **dict.fromkeys(_STACKS, _stack),
    "github.com": _github,
    "discord.gg": _invited("discord", r"/([\w-]{2,40})/?$", "discord.gg/{}"),
    "discord.com": _invited("discord", r"/invite/([\w-]{2,40})/?$", "discord.gg/{}"),
    "discordapp.com": _invited("discord", r"/invite/([\w-]{2,40})/?$", "discord.gg/{}"),
    "slack.com": _slack,
    "t.me": _telegram,
    "telegram.me": _telegram,
    "matrix.to": _matrix,
    "groups.google.com": _google,
    "facebook.com": _groups,
    "linkedin.com": _groups,
    "groups.io": _archived(r"/g/([\w.+-]+)", "groups.io/g/{}"),
    "lists.debian.org": _archived(r"/(debian-[\w-]+)(?:/|$)", "lists.debian.org/{}"),
    "marc.info": _archived(r"/\?(?:.*&)?l=([\w.+-]+)", "marc.info/?l={}"),
    "news.ycombinator.com": _one_site("Hacker News", r"/(?:item|newest|ask|show)"),
    "lobste.rs": _one_site("Lobsters", r"/s/"),
    "indiehackers.com": _one_site("Indie Hackers", r"/(?:post|forum|group)"),
    "tildes.net": _one_site("Tildes", r"/~"),
    # Hosts of pages, files and answers whose addresses look like boards'.
    **dict.fromkeys(
        (
            "wikipedia.org",
            "wikimedia.org",
            "archive.org",
            "youtube.com",
            "wordpress.com",
            "microsoft.com",
            "medium.com",
        ),
        _nowhere,
    ),
}


def _list(host: str, path: str) -> Named | None:
    for pattern in _LISTS:
        if match := pattern.search(path):
            name = match[1].removesuffix("/").lower()
            if host.startswith(("lists.", "mail.", "list.", "mailman.")) or "mailman" in path or "pipermail" in path:
                return Named("list", f"https://{host}/mailman/listinfo/{name}", f"{name} · {host}")
    return None


def _lemmy(host: str, path: str, *, sure: bool = False) -> Named | None:
    match = re.match(r"/c/(\w{2,40})(?:@([\w.-]+\.\w+))?/?$", path)
    if match is None or not (sure or match[2] or host.startswith("lemmy.") or ".lemmy." in host):
        return None
    home = (match[2] or host).lower()
    return Named("lemmy", f"https://{home}/c/{match[1].lower()}", f"!{match[1]}@{home}")


def _board(host: str, path: str, query: str) -> Named | None:
    first = host.partition(".")[0]
    if match := _DISCOURSE.match(path):
        return Named("discourse", f"https://{host}{match[1]}", host + match[1])
    if first in _BOARD_HOSTS and host.count(".") >= 2:
        return Named("discourse" if first in {"discuss", "discourse"} else "forum", f"https://{host}", host)
    if match := _BOARD.match(path):
        folder = next((group for group in match.groups() if group is not None), "")
        return Named("forum", f"https://{host}{folder}", host + folder)
    if _TOPIC_ASKED.search(query) and re.search(r"/index\.php$|/$|^$", path):
        folder = path.rpartition("/")[0]
        return Named("forum", f"https://{host}{folder}", host + folder)
    if first in _MAYBE_HOSTS and re.search(r"/(?:topic|thread|discussion|question|questions)s?/[\w%-]*\d", path):
        return Named("forum", f"https://{host}", host)
    return None
