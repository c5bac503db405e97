"""Addresses of social networks -> the places Vigie reads there. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from sources.addresses.candidates import Candidate, NotUnderstood
from sources.addresses.closed import FACEBOOK_GROUPS, closed
from sources.addresses.link import Link

LISTS = ("new", "comments", "top")
# Subreddits, one or several joined by "+", as Reddit itself takes them.
SUBREDDITS = r"\w{1,32}(?:[+ ]\w{1,32}){0,99}"


def subreddits(names: str, listing: str = "") -> list[Candidate]:
    """The lists of one subreddit, or of several read as one; the asked one first."""
    joined = "+".join(dict.fromkeys(name for name in re.split(r"[+ ]", names) if name))
    first = listing if listing in LISTS else "new"
    return [Candidate("reddit", f"r/{joined}/{one}") for one in sorted(LISTS, key=lambda one: one != first)]


def reddit(link: Link) -> list[Candidate]:
    path = re.sub(r"/?\.(?:json|rss|xml|compact)$", "", link.path)
    if link.is_at("redd.it"):
        if match := re.fullmatch(r"/(\w{4,12})", path):
            return [Candidate("reddit", f"comments/{match[1]}")]
        return subreddits(match[1]) if (match := re.fullmatch(r"/r/(\w+)", path)) else []
    if "feed" in link.query and link.path.endswith((".rss", ".json")):
        return []  # a private feed is read as the feed it is
    if match := re.match(r"/(?:(?:r|u|user)/[\w-]+/)?comments/(\w+)|/(?:gallery|tb|poll)/(\w+)", path):
        return [Candidate("reddit", f"comments/{match[1] or match[2]}")]
    if match := re.fullmatch(r"/((?:r|u|user)/[\w-]+/s/\w+)", path):
        return [Candidate("reddit", f"share:{match[1]}", sure=False)]
    if match := re.match(r"/u(?:ser)?/([\w-]+)/m/(\w+)", path):
        return [Candidate("reddit", f"multi:{match[1]}/{match[2]}", sure=False)]
    if path.startswith("/me/"):
        raise NotUnderstood("own_reddit_list", path)
    return _reddit_place(link, path)


def _reddit_place(link: Link, path: str) -> list[Candidate]:
    asked = link.asked("q")
    if match := re.match(rf"/r/({SUBREDDITS})/search$", path):
        names = match[1].replace(" ", "+")
        return [Candidate("reddit", f"r/{names}/search:{asked}")] if asked else subreddits(names)
    if match := re.match(rf"/r/({SUBREDDITS})(?:/([a-z]+))?(?:/|$)", path, re.IGNORECASE):
        flair = re.fullmatch(r"""flair_name:["']?(.+?)["']?""", link.asked("f"))
        if flair:
            return [Candidate("reddit", f'r/{match[1].replace(" ", "+")}/search:flair:"{flair[1]}"')]
        return subreddits(match[1], match[2] or "")
    if match := re.match(r"/u(?:ser)?/([\w-]+)", path):
        return [Candidate("reddit", f"user/{match[1]}")] if match[1] != "me" else []
    if match := re.fullmatch(r"/domain/([\w.-]+)(?:/\w+)?", path):
        return [Candidate("reddit", f"search:site:{match[1].lower()}")]
    return [Candidate("reddit", f"search:{asked}")] if path == "/search" and asked else []


def bluesky(link: Link) -> list[Candidate]:
    path = link.path
    if match := re.fullmatch(r"/profile/([^/]+)/post/(\w+)(?:/.*)?", path):
        return [Candidate("bluesky", f"thread:at://{match[1]}/app.bsky.feed.post/{match[2]}")]
    if match := re.fullmatch(r"/profile/([^/]+)/feed/([\w-]+)", path):
        return [Candidate("bluesky", f"feed:at://{match[1]}/app.bsky.feed.generator/{match[2]}")]
    if match := re.fullmatch(r"/profile/([^/]+)/search", path):
        asked = link.asked("q")
        return [Candidate("bluesky", f"search:from:{match[1]} {asked}" if asked else f"author:{match[1]}")]
    if match := re.fullmatch(r"/profile/([^/]+)(?:/rss)?", path):
        return [Candidate("bluesky", f"author:{match[1].removeprefix('@')}")]
    if match := re.fullmatch(r"/hashtag/([^/]+)", path):
        return [Candidate("bluesky", f"search:#{match[1]}")]
    asked = link.asked("q")
    return [Candidate("bluesky", f"search:{asked}")] if path == "/search" and asked else []


_VIDEO = r"[\w-]{11}"
_NO_CHANNEL = {
    "watch", "playlist", "feed", "results", "hashtag", "shorts", "live", "embed", "v", "post", "redirect", "about",
    "account", "premium", "gaming", "music", "feeds", "t", "howyoutubeworks", "creators", "ads", "kids", "trending",
    "upload", "channel", "user", "c", "clip", "source", "attribution_link", "oembed", "signin", "logout", "s", "api",
}  # fmt: skip


def youtube(link: Link) -> list[Candidate]:
    path = link.path
    if path == "/attribution_link" and link.asked("u").startswith("/"):
        told = re.search(rf"[?&]v=({_VIDEO})(?![\w-])", link.asked("u"))
        return [Candidate("youtube", f"comments:{told[1]}")] if told else []
    video = link.asked("v") if re.fullmatch(_VIDEO, link.asked("v")) else ""
    if match := re.match(rf"/(?:shorts|live|embed|v|e|vi|watch)/({_VIDEO})$", path):
        video = match[1]
    if link.is_at("youtu.be") and re.fullmatch(f"/{_VIDEO}", path):
        video = path[1:]
    listed = link.asked("list", "playlist_id")
    playlist = [Candidate("youtube", f"playlist:{listed}")] if re.fullmatch(r"[\w-]{2,80}", listed) else []
    if video:
        return [Candidate("youtube", f"comments:{video}"), *playlist]
    if playlist:
        return playlist
    channel = re.fullmatch(r"UC[\w-]{22}", link.asked("channel_id")) or re.match(
        r"/(?:channel/)?(UC[\w-]{22})(?:/|$)", path
    )
    if channel:
        named = channel[channel.lastindex or 0]
        return [Candidate("youtube", f"channel:{named}"), Candidate("youtube", f"comments:{named}")]
    if link.asked("search_query"):
        return [Candidate("youtube", f"search:{link.asked('search_query')}")]
    if match := re.fullmatch(r"/hashtag/([^/]+)(?:/shorts)?", path):
        return [Candidate("youtube", f"search:#{match[1]}")]
    return _channel_by_name(path)


def _channel_by_name(path: str) -> list[Candidate]:
    if re.match(r"/(?:post/|feed/|channel/[^/]+/community)|/clip/", path):
        raise NotUnderstood("one_youtube_post", path)
    if match := re.match(r"/(@[\w.·-]+)(?:/|$)", path):
        return [Candidate("youtube", f"channel:{match[1]}")]
    if match := re.match(r"/(c|user)/([\w.·-]+)(?:/|$)", path):
        return [Candidate("youtube", f"channel:{match[1]}/{match[2]}", sure=False)]
    match = re.fullmatch(r"/([\w.·-]{2,60})(?:/(?:videos|featured|streams|shorts|about|playlists|community))?", path)
    if match and match[1].lower() not in _NO_CHANNEL:
        return [Candidate("youtube", f"channel:c/{match[1]}", sure=False)]
    return []


_NO_ACCOUNT = {
    "i", "home", "explore", "search", "settings", "notifications", "messages", "tos", "privacy", "login", "intent",
    "hashtag", "share", "compose", "jobs", "about",
}  # fmt: skip


def x(link: Link) -> list[Candidate]:
    path = link.path
    if path == "/search" and link.asked("q"):
        return [Candidate("x", f"search:{link.asked('q')}")]
    if match := re.fullmatch(r"/hashtag/([^/]+)", path):
        return [Candidate("x", f"search:#{match[1]}")]
    if match := re.match(r"/(?:\w+|i/web)/status(?:es)?/(\d+)", path):
        return [Candidate("x", f"search:conversation_id:{match[1]}")]
    name = link.asked("screen_name") if path in {"/intent/user", "/intent/follow"} else ""
    match = re.fullmatch(r"/@?(\w{1,15})(?:/(?:with_replies|media|likes|highlights|articles))?", path)
    if match and match[1].lower() not in _NO_ACCOUNT:
        name = match[1]
    return [Candidate("x", f"account:{name}")] if re.fullmatch(r"\w{1,15}", name) else []


def facebook(link: Link) -> list[Candidate]:
    path = link.path
    if link.is_at("fb.com", "fb.me", "facebook.com") and re.match(r"/groups?/", path):
        raise closed(FACEBOOK_GROUPS)
    if re.match(
        r"/(?:watch|events|share|sharer|marketplace|hashtag|search|login|help|policies|reel|dialog)(?:/|$)", path
    ):
        number = link.asked("id")
        if not number:
            raise NotUnderstood("needs_page", path)
    if re.fullmatch(r"\d{5,20}", link.asked("id")):
        return [Candidate("facebook", link.asked("id"))]
    for form in (
        r"/(?:p|people|pages|pg)/(?:[^/]+/)*?(?:[^/]*-)?(\d{6,20})(?:/.*)?",
        r"/(?:pg/|pages/)?([\w.-]+)(?:/.*)?",
    ):
        if match := re.fullmatch(form, path):
            named = match[1]
            numbered = re.fullmatch(r".*-(\d{9,20})", named)  # Name-100064000000000: the number is the page's
            return [Candidate("facebook", numbered[1] if numbered else named)]
    return []


def instagram(link: Link) -> list[Candidate]:
    path = link.path
    if re.match(r"/(?:p|tv|reel|reels|explore|accounts|direct|stories/highlights|share|web)(?:/|$)", path):
        raise NotUnderstood("needs_account_page", path)
    match = re.fullmatch(r"/(?:stories/)?([\w.]{1,30})(?:/.*)?", path)
    return [Candidate("instagram", match[1])] if match else []


def hackernews(link: Link) -> list[Candidate]:
    if link.is_at("hn.algolia.com"):
        asked = link.asked("q", "query")
        return [Candidate("hackernews", f"search:{asked}")] if asked else []
    if link.path == "/item" and link.asked("id").isdecimal():
        return [Candidate("hackernews", f"item:{link.asked('id')}")]
    if link.path == "/from" and link.asked("site"):
        return [Candidate("hackernews", f'search:"{link.asked("site")}"')]
    if link.path in {"", "/news", "/front", "/rss", "/best", "/newest", "/bigrss"}:
        return [Candidate("hackernews", "front_page"), Candidate("hackernews", "discussions")]
    return []


def fediverse(link: Link) -> list[Candidate]:
    """What an address may be on an instance of Mastodon, Lemmy or what speaks as they do; the place must be asked."""
    site = _site(link)
    path = re.sub(r"^/(?:web|deck)(?=/)", "", link.path)
    found: list[Candidate] = []
    tag = re.fullmatch(r"/(?:tags?|timelines/tag|explore/tags)/([^/]+?)(?:\.rss)?", path)
    account = re.fullmatch(
        r"/(?:@|users/)([\w.-]+?(?:@[\w-]+(?:\.[\w-]+)+(?::\d+)?)?)(?:/(?:\d+|with_replies|media|following|followers|statuses/\d+))?(?:\.rss)?",
        path,
    )
    if tag and not (re.match(r"/tag/", path)):
        found.append(Candidate("mastodon", f"{site}/tags/{quote(tag[1])}", sure=False))
    elif account:
        found.append(Candidate("mastodon", f"{site}/@{account[1].rstrip('.')}", sure=False))
    elif match := re.fullmatch(r"(?:/timelines)?(/public(?:/local)?|/lists/\w+)", path):
        found.append(Candidate("mastodon", site + match[1], sure=False))
    elif path == "/explore":
        found.append(Candidate("mastodon", f"{site}/public/local", sure=False))
    elif path == "/search" and link.asked("q"):
        asked = f"{site}/search?q={quote(link.asked('q'), safe='')}"
        found += [Candidate("mastodon", asked, sure=False), Candidate("lemmy", asked, sure=False)]
    if match := re.fullmatch(r"(?:/feeds)?(/[cu]/[\w.-]+?(?:@[\w.:-]+?)?)(?:\.xml)?", link.path):
        found.append(Candidate("lemmy", site + match[1], sure=False))
    return found


def discourse(link: Link) -> list[Candidate]:
    path = re.sub(r"\.(?:rss|json)$", "", link.path)
    if re.search(r"/t/(?:[^/]+/)?\d+(?:/\d+)?$|/c/(?:[\w%-]+/)+\d+$|/tags?/(?:c/)?[^/]+$", path):
        path = re.sub(r"(/t/(?:[^/]+/)?\d+)/\d+$", r"\1", path)
        return [Candidate("discourse", _site(link) + quote(path, safe="/%:@"), sure=False)]
    return []


def _site(link: Link) -> str:
    parts = urlsplit(link.url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"
