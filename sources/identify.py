"""What a person pasted -> the kind of source and its address. Pure: nothing is asked of the network here.

Understands addresses of the known networks, `r/name`, `u/name`, `#hashtag`, `@user@instance`,
`!community@instance`, `name.bsky.social`, `hn:words`, and the short forms in `SHORT_FORMS`.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from data.credentials import Secret
from sources.errors import AddressError

# Places that show nothing to programs: their exports are imported as files.
CLOSED = {
    "linkedin.com": "LinkedIn",
    "tiktok.com": "TikTok",
    "myspace.com": "Myspace",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "snapchat.com": "Snapchat",
    "pinterest.com": "Pinterest",
    "discord.com": "Discord",
    "whatsapp.com": "WhatsApp",
}
# Feeds that a word or two is enough to name: "devto:python" in the box, or the short form in the app.
SHORT_FORMS = {
    "producthunt": ("Product Hunt", "https://www.producthunt.com/feed?category={}", "artificial-intelligence"),
    "devto": ("dev.to", "https://dev.to/feed/tag/{}", "python"),
    "devto-user": ("dev.to (author)", "https://dev.to/feed/{}", "ben"),
    "medium": ("Medium (tag)", "https://medium.com/feed/tag/{}", "community-management"),
    "medium-user": ("Medium (author)", "https://medium.com/feed/@{}", "medium"),
    "substack": ("Substack", "https://{}.substack.com/feed", "platformer"),
    "alerts": ("Google Alerts", "{}", "https://www.google.com/alerts/feeds/0123/4567"),
    "podcast": ("Podcast", "{}", "https://podcasts.apple.com/us/podcast/id1200361736"),
    "newsletter": ("Newsletter", "{}", "https://kill-the-newsletter.com/feeds/abcdef.xml"),
}
HOSTS = (
    "reddit.com",
    "bsky.app",
    "youtube.com",
    "youtu.be",
    "news.ycombinator.com",
    "x.com",
    "twitter.com",
    "facebook.com",
    "instagram.com",
    "github.com",
    "stackoverflow.com",
    "medium.com",
    "dev.to",
    "substack.com",
    "producthunt.com",
    "mastodon.social",
    "lemmy.world",
    "podcasts.apple.com",
)
SECRET_PARAMETERS = {
    "access_token",
    "token",
    "api_key",
    "apikey",
    "key",
    "auth",
    "secret",
    "password",
    "sig",
    "signature",
}
_STACK_OWN = {"stackoverflow.com", "superuser.com", "serverfault.com", "askubuntu.com"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kind and the address it would have. `sure` is False where the place must be asked first."""

    kind: str
    address: str
    sure: bool = True


class NotUnderstood(AddressError):
    """Nothing that can be followed. `nearest` is something that would work, as one would paste it."""

    def __init__(self, code: str, subject: str, nearest: str = "") -> None:
        super().__init__(code, subject[:200], f"try {nearest}" if nearest else "")
        self.nearest = nearest


def take_secret(url: str) -> tuple[str, Secret]:
    """(address with a placeholder, the secret that was in it). Private feeds carry a token in their query."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    secret_names = SECRET_PARAMETERS | ({"feed"} if parts.netloc.endswith("reddit.com") else set())
    value = next((v for k, v in query if k.lower() in secret_names and len(v) >= 8), "")
    if not value:
        return url, Secret()
    name = hashlib.sha256(value.encode()).hexdigest()[:12]
    kept = urlencode([(k, f"{{secret:{name}}}" if v == value else v) for k, v in query], safe="{}:")
    return urlunsplit(parts._replace(query=kept)), Secret(value)


def identify(pasted: str) -> list[Candidate]:
    """What it may be, the likeliest first. Raises NotUnderstood with the nearest thing that would work."""
    text = pasted.strip()
    if not text:
        raise NotUnderstood("not_understood", pasted, "r/CommunityManager")
    if candidates := _short(text):
        return candidates
    url = text if re.match(r"https?://", text, re.IGNORECASE) else ""
    if not url:
        if re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) and not re.match(r"[\w.-]+:\d+(/|$)", text):
            raise NotUnderstood("not_understood", text, _nearest(text))
        bare = text.removeprefix("//")
        host = bare.split("/")[0].split(":")[0]
        if "." not in host or " " in host or not re.fullmatch(r"[\w.-]+", host):
            raise NotUnderstood("not_understood", text, _nearest(text))
        url = "https://" + bare
    return _of_url(url)


def _short(text: str) -> list[Candidate]:
    if match := re.fullmatch(r"/?r/(\w{2,32})/?", text, re.IGNORECASE):
        return [Candidate("reddit", f"r/{match[1]}/{listing}") for listing in ("new", "comments", "top")]
    if match := re.fullmatch(r"/?u/([\w-]{2,32})/?", text, re.IGNORECASE):
        return [Candidate("reddit", f"user/{match[1]}")]
    if match := re.fullmatch(r"#([^\W_][\w]*)", text):
        return [Candidate("mastodon", f"https://mastodon.social/tags/{match[1]}")]
    if match := re.fullmatch(r"#(\w+)@([\w.-]+\.\w+)", text):
        return [Candidate("mastodon", f"https://{match[2].lower()}/tags/{match[1]}")]
    if match := re.fullmatch(r"@?([\w.]+)@([\w-]+(?:\.[\w-]+)+)", text):
        return [Candidate("mastodon", f"https://{match[2].lower()}/@{match[1]}")]
    if match := re.fullmatch(r"!(\w+)@([\w-]+(?:\.[\w-]+)+)", text):
        return [Candidate("lemmy", f"https://{match[2].lower()}/c/{match[1]}")]
    if match := re.fullmatch(r"@?([\w-]+\.bsky\.social)", text, re.IGNORECASE):
        return [Candidate("bluesky", f"author:{match[1].lower()}")]
    if match := re.fullmatch(r"@([\w-]+(?:\.[\w-]+)+)", text):
        return [Candidate("bluesky", f"author:{match[1].lower()}")]
    if match := re.fullmatch(r"@(\w{1,30})", text):
        raise NotUnderstood("handle_alone", text, f"@{match[1]}@mastodon.social")
    if text.startswith("at://"):
        kind = "feed" if "app.bsky.feed.generator" in text else "thread"
        return [Candidate("bluesky", f"{kind}:{text}")]
    if text.lower() == "hn":
        return [Candidate("hackernews", "front_page")]
    if match := re.fullmatch(r"(hn|reddit|bluesky|youtube|x|github):\s*(\S.*)", text, re.IGNORECASE):
        kind = {"hn": "hackernews"}.get(match[1].lower(), match[1].lower())
        return [Candidate(kind, f"search:{match[2].strip()}")]
    if match := re.fullmatch(r"([a-z-]+):\s*(\S+)", text):
        form = SHORT_FORMS.get(match[1])
        if form is not None:
            value = match[2] if form[1] == "{}" else quote(match[2].lstrip("@#"))
            url = form[1].format(value)
            return _of_url(url) if form[1] == "{}" else [Candidate("feed", url, sure=False)]
    return []


def _nearest(text: str) -> str:
    """A thing that would work and looks like what was written."""
    word = re.sub(r"[^\w-]", "", text.split()[0])[:30] if text.split() else ""
    if " " in text.strip():
        return f"hn: {text.strip()[:60]}"
    return f"r/{word}" if len(word) > 1 else "r/CommunityManager"


def nearest_host(url: str) -> str:
    """The same address on the known host that is spelt nearly so; empty when none is."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    host = parts.netloc.lower().removeprefix("www.")
    close = difflib.get_close_matches(host, HOSTS, n=1, cutoff=0.75)
    return urlunsplit(parts._replace(scheme="https", netloc=close[0])) if close and close[0] != host else ""


def _of_url(url: str) -> list[Candidate]:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError as error:
        raise NotUnderstood("bad_address", url) from error
    short = host.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    path, query = unquote(parts.path).rstrip("/"), parse_qs(parts.query)
    for closed, name in CLOSED.items():
        if short == closed or short.endswith("." + closed):
            raise NotUnderstood("closed_network", name)
    for known, read in _NETWORKS.items():
        if (short == known or short.endswith("." + known)) and (candidates := read(short, path, query)):
            return candidates
    site = f"{parts.scheme.lower()}://{parts.netloc.lower()}"
    unsure: list[Candidate] = []
    if re.fullmatch(r"/tags/[^/]+|(?:/web)?/@[\w.]+(?:@[\w.:-]+)?|/public(?:/local)?|/lists/\d+", path):
        unsure.append(Candidate("mastodon", site + path, sure=False))
    if re.fullmatch(r"/c/[\w.@:-]+|/u/[\w.@:-]+", path):
        unsure.append(Candidate("lemmy", site + path, sure=False))
    if re.search(r"/t/(?:[^/]+/)?\d+(?:/\d+)?$|/c/(?:[\w%-]+/)+\d+$|/tag/[^/]+$", path):
        unsure.append(Candidate("discourse", site + re.sub(r"(/t/(?:[^/]+/)?\d+)/\d+$", r"\1", path), sure=False))
    return [*unsure, Candidate("feed", url, sure=False)]


Query = dict[str, list[str]]


def _reddit(host: str, path: str, query: Query) -> list[Candidate]:
    if path.endswith(".rss") and "feed" in query:
        return []  # a private feed is read as the feed it is
    if match := re.match(r"/r/(\w+)/comments/(\w+)|/comments/(\w+)", path):
        return [Candidate("reddit", f"comments/{match[2] or match[3]}")]
    if match := re.match(r"/r/(\w+)/search", path):
        asked = query.get("q", [""])[0]
        return [Candidate("reddit", f"r/{match[1]}/search:{asked}")] if asked else []
    if match := re.match(r"/r/(\w+)(?:/(new|top|comments))?", path):
        return [Candidate("reddit", f"r/{match[1]}/{match[2] or 'new'}")]
    if match := re.match(r"/u(?:ser)?/([\w-]+)", path):
        return [Candidate("reddit", f"user/{match[1]}")]
    if path == "/search" and query.get("q"):
        return [Candidate("reddit", f"search:{query['q'][0]}")]
    return []


def _bluesky(host: str, path: str, query: Query) -> list[Candidate]:
    if match := re.fullmatch(r"/profile/([^/]+)/post/(\w+)", path):
        return [Candidate("bluesky", f"thread:at://{match[1]}/app.bsky.feed.post/{match[2]}")]
    if match := re.fullmatch(r"/profile/([^/]+)/feed/([\w-]+)", path):
        return [Candidate("bluesky", f"feed:at://{match[1]}/app.bsky.feed.generator/{match[2]}")]
    if match := re.fullmatch(r"/profile/([^/]+)", path):
        return [Candidate("bluesky", f"author:{match[1]}")]
    if match := re.fullmatch(r"/hashtag/(\w+)", path):
        return [Candidate("bluesky", f"search:#{match[1]}")]
    return [Candidate("bluesky", f"search:{query['q'][0]}")] if path == "/search" and query.get("q") else []


def _youtube(host: str, path: str, query: Query) -> list[Candidate]:
    if host == "youtu.be" and re.fullmatch(r"/[\w-]{11}", path):
        return [Candidate("youtube", f"comments:{path[1:]}")]
    if query.get("v"):
        return [Candidate("youtube", f"comments:{query['v'][0]}")]
    if query.get("list") or query.get("playlist_id"):
        return [Candidate("youtube", f"playlist:{(query.get('list') or query['playlist_id'])[0]}")]
    if query.get("channel_id"):
        return [Candidate("youtube", f"channel:{query['channel_id'][0]}")]
    if match := re.match(r"/channel/(UC[\w-]{22})", path):
        return [Candidate("youtube", f"channel:{match[1]}"), Candidate("youtube", f"comments:{match[1]}")]
    if match := re.match(r"/(@[\w.-]+)", path):
        return [Candidate("youtube", f"channel:{match[1]}")]
    if path == "/results" and query.get("search_query"):
        return [Candidate("youtube", f"search:{query['search_query'][0]}")]
    return []


def _hackernews(host: str, path: str, query: Query) -> list[Candidate]:
    if path == "/item" and query.get("id", [""])[0].isdecimal():
        return [Candidate("hackernews", f"item:{query['id'][0]}")]
    if host == "hn.algolia.com" and query.get("q"):
        return [Candidate("hackernews", f"search:{query['q'][0]}")]
    return [Candidate("hackernews", "front_page"), Candidate("hackernews", "discussions")]


def _x(host: str, path: str, query: Query) -> list[Candidate]:
    if path == "/search" and query.get("q"):
        return [Candidate("x", f"search:{query['q'][0]}")]
    if match := re.fullmatch(r"/hashtag/(\w+)", path):
        return [Candidate("x", f"search:#{match[1]}")]
    if match := re.fullmatch(r"/\w+/status/(\d+)", path):
        return [Candidate("x", f"search:conversation_id:{match[1]}")]
    if match := re.fullmatch(r"/(\w{1,15})", path):
        return [Candidate("x", f"account:{match[1]}")]
    return []


Read = Callable[[str, str, Query], list[Candidate]]


def _meta(kind: str) -> Read:
    def read(host: str, path: str, query: Query) -> list[Candidate]:
        if query.get("id"):
            return [Candidate(kind, query["id"][0])]
        match = re.fullmatch(r"/(?:p/|pages/)?(?:[^/]*-)?([\w.]+)", path)
        return [Candidate(kind, match[1])] if match else []

    return read


def _github(host: str, path: str, query: Query) -> list[Candidate]:
    if path == "/search" and query.get("q"):
        return [Candidate("github", f"search:{query['q'][0]}")]
    if match := re.fullmatch(r"/topics/([\w-]+)", path):
        return [Candidate("github", f"search:topic:{match[1]} stars:>10")]
    if match := re.match(r"/([\w.-]+/[\w.-]+)(?:/(releases|issues|discussions))?", path):
        kinds = [match[2]] if match[2] else ["releases", "issues", "discussions"]
        return [Candidate("github", f"{kind}:{match[1].removesuffix('.git')}") for kind in kinds]
    return []


def _stack(host: str, path: str, query: Query) -> list[Candidate]:
    site = host.removesuffix(".com") if host in _STACK_OWN else host.removesuffix(".stackexchange.com")
    if match := re.match(r"/(?:questions/tagged|tags)/([^/]+)", path):
        tags = re.split(r"[+ ;]| or ", match[1])
        return [Candidate("stackexchange", f"{site}:tag:{';'.join(t for t in tags if t)}")]
    if path == "/search" and query.get("q"):
        return [Candidate("stackexchange", f"{site}:search:{query['q'][0]}")]
    return []


def _medium(host: str, path: str, query: Query) -> list[Candidate]:
    if path.startswith("/feed"):
        return []
    if match := re.match(r"/tag/([\w-]+)", path):
        return [Candidate("feed", f"https://medium.com/feed/tag/{match[1]}")]
    if match := re.match(r"/(@?[\w.-]+)", path):
        return [Candidate("feed", f"https://medium.com/feed/{match[1]}")]
    return [Candidate("feed", f"https://{host}/feed")] if host != "medium.com" else []


def _devto(host: str, path: str, query: Query) -> list[Candidate]:
    if match := re.fullmatch(r"/t/(\w+)", path):
        return [Candidate("feed", f"https://dev.to/feed/tag/{match[1]}")]
    if match := re.fullmatch(r"/(\w+)", path):
        return [Candidate("feed", f"https://dev.to/feed/{match[1]}")] if match[1] != "feed" else []
    return []


def _substack(host: str, path: str, query: Query) -> list[Candidate]:
    if match := re.fullmatch(r"/@([\w-]+)", path):
        return [Candidate("feed", f"https://{match[1]}.substack.com/feed")]
    return [Candidate("feed", f"https://{host}/feed")] if host not in {"substack.com"} else []


def _producthunt(host: str, path: str, query: Query) -> list[Candidate]:
    if match := re.match(r"/(?:topics|categories)/([\w-]+)", path):
        return [Candidate("feed", f"https://www.producthunt.com/feed?category={match[1]}")]
    return [Candidate("feed", "https://www.producthunt.com/feed")] if path != "/feed" else []


def _podcast(host: str, path: str, query: Query) -> list[Candidate]:
    match = re.search(r"/id(\d{5,12})$", path)
    return [Candidate("podcast", match[1], sure=False)] if match else []


_NETWORKS: dict[str, Read] = {
    "reddit.com": _reddit,
    "bsky.app": _bluesky,
    "youtube.com": _youtube,
    "youtu.be": _youtube,
    "news.ycombinator.com": _hackernews,
    "hn.algolia.com": _hackernews,
    "x.com": _x,
    "twitter.com": _x,
    "facebook.com": _meta("facebook"),
    "instagram.com": _meta("instagram"),
    "github.com": _github,
    "stackoverflow.com": _stack,
    "superuser.com": _stack,
    "serverfault.com": _stack,
    "askubuntu.com": _stack,
    "stackexchange.com": _stack,
    "medium.com": _medium,
    "dev.to": _devto,
    "substack.com": _substack,
    "producthunt.com": _producthunt,
    "podcasts.apple.com": _podcast,
}
