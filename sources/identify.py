"""What a person pasted -> the kind of source and its address. Pure: nothing is asked of the network here.

Understands addresses of the known networks, `r/name`, `r/a+b`, `u/name`, `#hashtag`, `@user@instance`,
`!community@instance`, `name.bsky.social`, `hn:words`, and the short forms in `SHORT_FORMS`.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from data.credentials import Secret
from sources.addresses import places, social
from sources.addresses.candidates import Candidate, NotUnderstood
from sources.addresses.closed import refuse_closed
from sources.addresses.link import Link, link_of
from sources.addresses.pasted import SEARCHED, things_in, tidy

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
# Network -> its reader; a name that starts with a dot stands for every host below it too.
NETWORKS: dict[str, Callable[[Link], list[Candidate]]] = {
    "reddit.com": social.reddit,
    "redd.it": social.reddit,
    "bsky.app": social.bluesky,
    "youtube.com": social.youtube,
    "music.youtube.com": social.youtube,
    "youtube-nocookie.com": social.youtube,
    "youtu.be": social.youtube,
    "news.ycombinator.com": social.hackernews,
    "hn.algolia.com": social.hackernews,
    "x.com": social.x,
    "twitter.com": social.x,
    "facebook.com": social.facebook,
    "fb.com": social.facebook,
    "fb.me": social.facebook,
    "instagram.com": social.instagram,
    "github.com": places.github,
    ".stackoverflow.com": places.stackexchange,
    ".superuser.com": places.stackexchange,
    ".serverfault.com": places.stackexchange,
    ".askubuntu.com": places.stackexchange,
    ".stackexchange.com": places.stackexchange,
    "mathoverflow.net": places.stackexchange,
    ".medium.com": places.medium,
    "dev.to": places.devto,
    ".substack.com": places.substack,
    "producthunt.com": places.producthunt,
    "podcasts.apple.com": places.podcast,
    "itunes.apple.com": places.podcast,
    "pinterest.com": places.pinterest,
    "t.me": places.telegram,
    "telegram.me": places.telegram,
    "discord.com": places.discord,
    "ptb.discord.com": places.discord,
    "canary.discord.com": places.discord,
    "discordapp.com": places.discord,
    ".slack.com": places.slack,
    "threads.net": places.threads,
    "threads.com": places.threads,
}


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
    """What it may be, the likeliest first. Raises NotUnderstood with the nearest thing that would work.

    One thing at a time: `addresses.pasted.things_in` takes several apart.
    """
    things = things_in(pasted).things
    if not things:
        raise NotUnderstood("not_understood", pasted, "r/CommunityManager")
    if len(things) > 1:
        raise NotUnderstood("several", pasted, things[0])
    text = tidy(things[0])
    if candidates := _short(text):
        return candidates
    if re.match(r"https?://", text, re.IGNORECASE):
        return _of_url(text)
    if re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) and not re.match(r"[\w.-]+:\d+(/|$)", text):
        raise NotUnderstood("not_understood", text, _nearest(text))
    bare = text.removeprefix("//")
    host = re.split(r"[/?#]", bare)[0].split(":")[0].rstrip(".")
    if "." not in host or not re.fullmatch(r"[\w.-]+", host) or ".." in host or host.startswith("."):
        raise NotUnderstood("not_understood", text, _nearest(text))
    return _of_url("https://" + bare)


def _short(text: str) -> list[Candidate]:
    if re.fullmatch(rf"/?(?:r/{social.SUBREDDITS}|u(?:ser)?/[\w-]{{2,32}})(?:/[\w./-]*)?", text, re.IGNORECASE):
        first, _slash, rest = text.lstrip("/").partition("/")
        return social.reddit(link_of(f"https://www.reddit.com/{first.lower()}/{rest}"))
    if match := re.fullmatch(r"#([^\W_][\w]*)", text):
        return [Candidate("mastodon", f"https://mastodon.social/tags/{match[1]}")]
    if match := re.fullmatch(r"#(\w+)@([\w.-]+\.\w+)", text):
        return [Candidate("mastodon", f"https://{match[2].lower()}/tags/{match[1]}")]
    if match := re.fullmatch(r"@?([\w.-]+)@([\w-]+(?:\.[\w-]+)+)", text):
        return [Candidate("mastodon", f"https://{match[2].lower()}/@{match[1]}")]
    if match := re.fullmatch(r"!(\w+)@([\w-]+(?:\.[\w-]+)+)", text):
        return [Candidate("lemmy", f"https://{match[2].lower()}/c/{match[1]}")]
    if match := re.fullmatch(r"@?([\w-]+\.bsky\.social)|@([\w-]+(?:\.[\w-]+)+)", text, re.IGNORECASE):
        return [Candidate("bluesky", f"author:{(match[1] or match[2]).lower()}")]
    if match := re.fullmatch(r"@(\w{1,30})", text):
        raise NotUnderstood("handle_alone", text, f"@{match[1]}@mastodon.social")
    if text.startswith("at://"):
        kind = "feed" if "app.bsky.feed.generator" in text else "thread"
        return [Candidate("bluesky", f"{kind}:{text}")]
    if text.lower() == "hn":
        return [Candidate("hackernews", "front_page")]
    return _named(text)


def _named(text: str) -> list[Candidate]:
    """A search ("hn: words") or one of the short forms ("devto: python")."""
    if match := re.fullmatch(rf"({'|'.join(SEARCHED)})\s*:\s*(\S.*)", text, re.IGNORECASE):
        name, asked = match[1].lower(), match[2].strip()
        if name == "mastodon":
            return [Candidate("mastodon", f"https://mastodon.social/search?q={quote(asked, safe='')}")]
        return [Candidate({"hn": "hackernews"}.get(name, name), f"search:{asked}")]
    match = re.fullmatch(r"([a-z-]+):\s*(\S+)", text)
    form = SHORT_FORMS.get(match[1]) if match else None
    if match is None or form is None:
        return []
    if form[1] == "{}":
        return _of_url(tidy(match[2]))
    return [Candidate("feed", form[1].format(quote(match[2].lstrip("@#"))), sure=False)]


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
        link = link_of(url)
    except ValueError as error:
        raise NotUnderstood("bad_address", url) from error
    if not link.host:
        raise NotUnderstood("bad_address", url)
    for known, read in NETWORKS.items():
        is_here = link.host == known.lstrip(".") or (known[0] == "." and link.host.endswith(known))
        if is_here and (candidates := read(link)):
            return candidates
    refuse_closed(link)
    return [*social.fediverse(link), *social.discourse(link), *places.forge(link), Candidate("feed", url, sure=False)]
