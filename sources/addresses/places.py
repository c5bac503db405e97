"""Addresses of places to work, to ask and to publish -> what Vigie reads there. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

from sources.addresses.candidates import Candidate
from sources.addresses.closed import TELEGRAM, THREADS, closed
from sources.addresses.link import Link

_OWN_DOMAIN = {"stackoverflow.com", "superuser.com", "serverfault.com", "askubuntu.com", "stackapps.com"}
_NO_OWNER = {
    "topics", "search", "orgs", "users", "sponsors", "features", "about", "pricing", "marketplace", "settings",
    "notifications", "explore", "trending", "collections", "login", "join", "apps", "enterprise", "security", "readme",
    "new", "issues", "pulls", "discussions", "dashboard", "codespaces", "stars", "customer-stories", "events", "site",
    "contact", "team", "organizations", "solutions", "resources", "account", "logout", "copilot", "signup",
}  # fmt: skip
_SLACK_ITSELF = {"slack.com", "app.slack.com", "api.slack.com", "status.slack.com", "docs.slack.com", "join.slack.com"}
_PARTS = {"releases": "releases", "tags": "releases", "issues": "issues", "discussions": "discussions"}


def github(link: Link) -> list[Candidate]:
    path = link.path
    if re.search(r"\.(?:atom|rss)$", path) and not re.fullmatch(
        r"/[\w.-]+/[\w.-]+/(?:releases|discussions)\.atom", path
    ):
        return []  # a feed of what Vigie has no other way to: commits, tags, a person's doings
    path = path.removesuffix(".atom")
    asked = link.asked("q")
    if path == "/search" and asked:
        return [Candidate("github", f"search:{asked}")]
    if match := re.fullmatch(r"/topics/([\w-]+)", path):
        return [Candidate("github", f"search:topic:{match[1]} stars:>10")]
    if match := re.match(r"/orgs/([\w-]+)/discussions(?:/|$)", path):
        return [Candidate("github", f"discussions:orgs/{match[1]}")]
    if match := re.fullmatch(r"/(?:orgs/)?([\w-]+)(?:/repositories)?", path):
        if match[1].lower() in _NO_OWNER:
            return []
        return [Candidate("github", f"search:user:{match[1]}")]
    if match := re.match(r"/([\w-]+)/([\w.-]+)(?:/(\w+))?(?:/|$)", path):
        if match[1].lower() in _NO_OWNER:
            return []
        return repository(f"{match[1]}/{match[2].removesuffix('.git')}", match[3] or "")
    return []


def repository(name: str, part: str) -> list[Candidate]:
    kinds = [_PARTS[part]] if part in _PARTS else ["releases", "issues", "discussions"]
    return [Candidate("github", f"{kind}:{name}") for kind in kinds]


def tags_of(raw: str) -> list[str]:
    """The names in a path of tags as it was written: `+` stands between two, `%2b` and a `++` belong to one."""
    pieces = re.split(r"(?<!\+)\+(?!\+)|(?<=\+\+)\+(?=[^+])|%20|[ ;]", raw, flags=re.IGNORECASE)
    return [unquote(piece).strip() for piece in pieces if piece]


def stackexchange(link: Link) -> list[Candidate]:
    site = _stack_site(link.host)
    asked = link.asked("tagnames") if link.path == "/feeds/tag" else ""
    match = re.match(r"/(?:questions/tagged|tags|feeds/tag)/([^/]+)", link.raw)
    if match or asked:
        # As with "+" in the path, a space stands between two tags of a query.
        tags = tags_of(match[1]) if match else [tag for tag in re.split(r"[ ;]+", asked) if tag]
        if "or" in tags[1:-1]:  # the service takes several tags as "all of them"
            return [Candidate("stackexchange", f"{site}:tag:{tag}") for tag in tags if tag not in {"or", "and"}]
        named = ";".join(tag for tag in tags if tag != "and")
        return [Candidate("stackexchange", f"{site}:tag:{named}")] if named else []
    if link.path == "/search" and link.asked("q"):
        return [Candidate("stackexchange", f"{site}:search:{link.asked('q')}")]
    host = urlsplit(link.url).netloc.lower()
    if match := re.match(r"/(?:questions|q)/(\d+)", link.path):
        return [Candidate("feed", f"https://{host}/feeds/question/{match[1]}", sure=False)]
    if match := re.match(r"/users/(\d+)", link.path):
        return [Candidate("feed", f"https://{host}/feeds/user/{match[1]}", sure=False)]
    return []


def _stack_site(host: str) -> str:
    if host in _OWN_DOMAIN or host.endswith(".stackoverflow.com"):
        return host.removesuffix(".com")
    return host.removesuffix(".stackexchange.com").removesuffix(".com")


def medium(link: Link) -> list[Candidate]:
    if link.path.startswith("/feed"):
        return []
    if link.host != "medium.com":
        return [Candidate("feed", f"https://{link.host}/feed")]
    if match := re.match(r"/tag/([\w-]+)", link.path):
        return [Candidate("feed", f"https://medium.com/feed/tag/{match[1]}")]
    match = re.match(r"/(@?[\w.-]+)", link.path)
    if match and match[1] not in {"m", "p", "search", "me", "about", "membership", "topics", "explore-topics", "jobs"}:
        return [Candidate("feed", f"https://medium.com/feed/{match[1]}")]
    return []


def devto(link: Link) -> list[Candidate]:
    if match := re.fullmatch(r"/t/(\w+)(?:/\w+)?", link.path):
        return [Candidate("feed", f"https://dev.to/feed/tag/{match[1]}")]
    match = re.fullmatch(r"/(\w+)", link.path)
    if match and match[1] not in {"feed", "t", "tags", "search", "latest", "about", "top", "videos", "podcasts", "pod"}:
        return [Candidate("feed", f"https://dev.to/feed/{match[1]}")]
    return []


def substack(link: Link) -> list[Candidate]:
    if match := re.match(r"/pub/([\w-]+)", link.path if link.is_at("open.substack.com") else ""):
        return [Candidate("feed", f"https://{match[1]}.substack.com/feed")]
    if link.is_at("substack.com", "open.substack.com"):
        match = re.match(r"/@([\w-]+)", link.path)
        return [Candidate("feed", f"https://{match[1]}.substack.com/feed", sure=False)] if match else []
    return [Candidate("feed", f"https://{link.host}/feed")]


def producthunt(link: Link) -> list[Candidate]:
    if match := re.match(r"/(?:topics|categories)/([\w-]+)", link.path):
        return [Candidate("feed", f"https://www.producthunt.com/feed?category={match[1]}")]
    return [Candidate("feed", "https://www.producthunt.com/feed")] if not link.path else []


def podcast(link: Link) -> list[Candidate]:
    match = re.search(r"/id(\d{5,12})$", link.path)
    return [Candidate("podcast", match[1], sure=False)] if match else []


def pinterest(link: Link) -> list[Candidate]:
    """Accounts and boards have feeds of their newest pins."""
    if link.path.endswith(".rss"):
        return []
    match = re.fullmatch(r"/([\w-]{3,30})(?:/([^/]+))?(?:/.*)?", link.path)
    if match is None or match[1] in {"pin", "search", "ideas", "today", "business", "categories", "explore", "login"}:
        return []
    board = match[2] if match[2] and not match[2].startswith("_") else "feed"
    return [Candidate("feed", f"https://www.pinterest.com/{match[1]}/{quote(board)}.rss", sure=False)]


def telegram(link: Link) -> list[Candidate]:
    """A public channel shows its newest messages on a page; a group or private channel shows nothing."""
    match = re.fullmatch(r"/(?:s/)?([a-z]\w{3,31})(?:/\d+)?", link.path, re.IGNORECASE)
    if match is None or match[1].lower() in {"joinchat", "addstickers", "share", "proxy", "socks", "addlist", "login"}:
        raise closed(TELEGRAM)
    return [Candidate("telegram", match[1])]


def discord(link: Link) -> list[Candidate]:
    """A channel, or the server whose channels the bot sees; messages lead to their channel."""
    match = re.match(r"/channels/(\d{5,20})(?:/(\d{5,20}))?(?:/|$)", link.path)
    return [Candidate("discord", "/".join(part for part in match.groups() if part))] if match else []


def slack(link: Link) -> list[Candidate]:
    """A channel, or the workspace whose public channels the app is told of. Direct messages are none."""
    if match := re.match(r"/client/(T[A-Z0-9]{5,20})(?:/([CG][A-Z0-9]{5,20}))?(?:/|$)", link.path):
        return (
            [Candidate("slack", "/".join(part for part in match.groups() if part))]
            if link.host == "app.slack.com"
            else []
        )
    workspace = link.host.removesuffix(".slack.com")
    if link.host in _SLACK_ITSELF or "." in workspace:
        return []
    match = re.fullmatch(r"(?:/archives/([CG][A-Z0-9]{5,20})(?:/\w+)?)?", link.path)
    return [Candidate("slack", "/".join(filter(None, (workspace, match[1]))))] if match else []


def threads(link: Link) -> list[Candidate]:
    """The token's own account, or a search of words; a single post leads to its account."""
    if link.path == "/search" and link.asked("q"):
        return [Candidate("threads", f"search:{link.asked('q')}")]
    match = re.match(r"/@([\w.]{1,30})(?:/|$)", link.path)
    if match is None:
        raise closed(THREADS)
    return [Candidate("threads", f"account:{match[1]}")]


def forge(link: Link) -> list[Candidate]:
    """A repository's list on a GitHub of one's own (GitHub Enterprise); the place must be asked."""
    match = re.fullmatch(r"/([\w-]+/[\w.-]+)/(releases|issues|discussions)(?:/\d+)?", link.path)
    if match is None or link.is_at("github.com", "gitlab.com", "codeberg.org", "bitbucket.org"):
        return []
    parts = urlsplit(link.url)
    return [Candidate("github", f"{match[2]}:{parts.netloc.lower()}/{match[1]}", sure=False)]
