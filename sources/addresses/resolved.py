"""Addresses that only their network can resolve: a share link, a multireddit, a channel's name, a podcast's number.

Each costs one or two requests, through the one client, and says what to do where the network does not answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit

from sources.addresses.candidates import Candidate
from sources.addresses.pages import feed_links
from sources.addresses.social import subreddits
from sources.answers import get_json, link, listed, mapping, words
from sources.errors import RefusedError, SourceError
from sources.http import Client
from sources.kinds.chats import discord, slack
from sources.kinds.reddit import SITE as REDDIT
from sources.plain_text import page_of

YOUTUBE = "https://www.youtube.com"
MOST_CHANNELS = 100  # that are shown to choose from; the others are pasted by their own address
_SERVERS: dict[str, Callable[[Client, datetime, str], Awaitable[Sequence[discord.Place | slack.Place]]]] = {
    "discord": discord.channels_of,
    "slack": slack.channels_of,
}
_CHANNEL = re.compile(r"UC[\w-]{22}(?![\w-])")
# Refusals that say something of the network, not of what was asked for.
_PASSING = {"timeout", "unreachable", "unknown_host", "tls_error", "server_error", "private_address"}


async def resolved(client: Client, candidate: Candidate, now: datetime) -> list[Candidate]:
    """What a candidate stands for; itself where nothing is to be resolved. Raises a SourceError that says why not."""
    form, _, what = candidate.address.partition(":")
    if candidate.kind == "reddit" and form == "share":
        return [await _shared(client, what, now)]
    if candidate.kind == "reddit" and form == "multi":
        return await _multireddit(client, what, now)
    if candidate.kind == "youtube" and form == "channel" and not what.startswith("UC"):
        return [await _channel(client, candidate, now)]
    if candidate.kind in _SERVERS and "/" not in candidate.address:
        return await _channels(client, candidate, now)
    if candidate.kind == "podcast":
        return [Candidate("feed", await _podcast_feed(client, candidate.address, now), sure=False)]
    if candidate.kind == "mastodon":
        return [_searched_where_we_are(client, candidate)]
    return [candidate]


async def _shared(client: Client, what: str, now: datetime) -> Candidate:
    """The thread that a share link leads to. Where Reddit refuses the thread's page, its address has been told."""
    url = f"{client.base_url('reddit_feed', REDDIT)}/{what}"
    try:
        place = (await client.get(url, now, max_bytes=3_000_000)).url
    except SourceError as error:
        if error.code in _PASSING:
            raise
        place = error.subject
    match = re.search(r"/comments/(\w{2,12})(?:/|$|\?)", urlsplit(place).path)
    if match is None:
        raise RefusedError("share_unresolved", f"{REDDIT}/{what}")
    return Candidate("reddit", f"comments/{match[1]}")


async def _channels(client: Client, candidate: Candidate, now: datetime) -> list[Candidate]:
    """The channels of a server or workspace that an app of ours is told of: a person chooses among them by name."""
    found = await _SERVERS[candidate.kind](client, now, candidate.address)
    if not found:
        raise RefusedError("not_in_channel", candidate.address)
    return [
        Candidate(candidate.kind, f"{candidate.address}/{one.channel}", name=f"#{one.name}", for_some=not one.for_all)
        for one in found[:MOST_CHANNELS]
    ]


async def _multireddit(client: Client, what: str, now: datetime) -> list[Candidate]:
    """The subreddits of somebody's public list, read as one source."""
    user, _, name = what.partition("/")
    url = f"{client.base_url('reddit_feed', REDDIT)}/api/multi/user/{user}/m/{name}"
    try:
        answer = await client.get(url, now, headers={"Accept": "application/json"}, max_bytes=1_000_000)
        held = listed(mapping(mapping(json.loads(answer.body)).get("data")).get("subreddits"))
    except SourceError as error:
        if error.code in _PASSING:
            raise
        held = []
    except (ValueError, RecursionError):
        held = []
    names = [words(mapping(one).get("name")) for one in held]
    names = [one for one in names if re.fullmatch(r"\w{1,32}", one)][:100]
    if not names:
        raise RefusedError("multi_unresolved", f"{REDDIT}/user/{user}/m/{name}")
    return subreddits("+".join(names))


async def _channel(client: Client, candidate: Candidate, now: datetime) -> Candidate:
    """A channel by its handle or name: its page is asked which channel it is. With a key the service is asked."""
    name = candidate.address.removeprefix("channel:")
    if client.credentials.get("youtube", "key"):
        return candidate
    url = f"{client.base_url('youtube_site', YOUTUBE)}/{quote(name, safe='@/')}"
    answer = await client.get(url, now)
    for told in (*feed_links(answer.body, answer.url), *_told_by(answer.body)):
        if match := _CHANNEL.search(told):
            return Candidate("youtube", f"channel:{match[0]}")
    raise RefusedError("channel_unresolved", f"{YOUTUBE}/{unquote(name)}")


def _told_by(html: bytes) -> list[str]:
    """What a channel's page says it is, the surest first."""
    tree = page_of(html[:3_000_000])
    told = [
        node.attributes.get(name) or ""
        for selector, name in (
            ('link[rel="canonical"]', "href"),
            ('meta[property="og:url"]', "content"),
            ('meta[itemprop="identifier"], meta[itemprop="channelId"]', "content"),
        )
        for node in tree.css(selector)
    ]
    named = re.search(rb'"(?:externalId|externalChannelId)"\s*:\s*"(UC[\w-]{22})"', html[:3_000_000])
    return [*told, *([named[1].decode("ascii")] if named else [])]


async def _podcast_feed(client: Client, number: str, now: datetime) -> str:
    """The feed of a podcast, from Apple's public directory."""
    url = f"{client.base_url('podcasts', 'https://itunes.apple.com')}/lookup?id={number}&entity=podcast"
    answer, _ = await get_json(client, url, now, subject=f"podcast {number}")
    for item in listed(mapping(answer).get("results")):
        if feed := link(mapping(item).get("feedUrl")):
            return feed
    raise RefusedError("not_found", f"podcast {number}")


def _searched_where_we_are(client: Client, candidate: Candidate) -> Candidate:
    """A search of Mastodon that names no instance goes to one that knows us: others show searches to members only."""
    own = client.credentials.accounts("mastodon")
    host = urlsplit(candidate.address).netloc
    if not candidate.sure or "/search?" not in candidate.address or host in own or not own:
        return candidate
    return Candidate("mastodon", candidate.address.replace(f"//{host}/", f"//{own[0]}/", 1))
