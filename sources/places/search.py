"""Places by theme, asked of the networks themselves: Reddit, servers of Lemmy and Mastodon, Discourse forums.

Nothing is asked but what a person chose by a click: which networks, and which servers. APIs:
https://www.reddit.com/dev/api/#GET_subreddits_search, https://join-lemmy.org/api/,
https://docs.joinmastodon.org/methods/search/, https://docs.discourse.org/
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from data.models import Source
from data.places.named import Named
from sources.answers import get_json, items, link, listed, mapping, number, words
from sources.errors import ContentError, RefusedError, SourceError
from sources.http import Client
from sources.kinds import discourse, lemmy, mastodon, reddit
from sources.plain_text import plain_text
from sources.web_addresses import check_url

NETWORKS = ("reddit", "lemmy", "mastodon", "discourse")
WITH_SERVERS = ("lemmy", "mastodon", "discourse")  # of which one says which server
MOST_RESULTS = 20  # of one server
MOST_SERVERS = 10  # of one search
ABOUT = 300


@dataclass(frozen=True, slots=True)
class Result:
    """A place that a search found. `about` is what it says of itself, `members` how many it tells, None where it does
    not; `lately` is how much was written there in the last week or month, as its network counts."""

    place: Named
    about: str = ""
    members: int | None = None
    lately: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What one network or server answered: places, or why not."""

    network: str
    server: str
    results: tuple[Result, ...] = ()
    problem: SourceError | None = None


def server_of(typed: str) -> str:
    """The server that a person typed, as https://host. Raises AddressError for what is none."""
    text = typed.strip().rstrip("/")
    url = check_url(text if "://" in text else f"https://{text}")
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def search_places(
    client: Client, theme: str, servers: Mapping[str, Sequence[str]], now: datetime
) -> list[Answered]:
    """Places on a theme. `servers` are those to ask by network; Reddit has one, named "". A fault of one is its own."""
    theme = " ".join(theme.split())[:100]
    asked = [(network, server) for network in NETWORKS for server in servers.get(network, ())][:MOST_SERVERS]

    async def one(network: str, server: str) -> Answered:
        try:
            results = await _READERS[network](client, server, theme, now)
        except SourceError as error:
            return Answered(network, server, problem=error)
        return Answered(network, server, tuple(results[:MOST_RESULTS]))

    return list(await asyncio.gather(*(one(network, server) for network, server in asked))) if theme else []


async def _of_reddit(client: Client, server: str, theme: str, now: datetime) -> list[Result]:
    if not client.credentials.has("reddit"):
        raise RefusedError("no_credentials", "reddit")
    found: list[Result] = await reddit.in_thread(client, "reddit", _subreddits, theme)
    return found


def _subreddits(client: Client, theme: str) -> list[Result]:
    found = reddit.reader(client)
    reddit.stop_when_exhausted("reddit")
    results = []
    for one in found.subreddits.search(theme, limit=MOST_RESULTS):
        told = vars(one)
        name = words(told.get("display_name"))
        if not re.fullmatch(r"\w{3,21}", name) or told.get("over18") or told.get("subreddit_type") != "public":
            continue
        place = Named("reddit", f"https://www.reddit.com/r/{name.lower()}", f"r/{name}")
        results.append(Result(place, _about(told.get("public_description")), number(told.get("subscribers"))))
    return results


def _about(value: Any) -> str:
    return " ".join(plain_text(words(value)[:4_000]).split())[:ABOUT]


async def _of_lemmy(client: Client, server: str, theme: str, now: datetime) -> list[Result]:
    version = await lemmy.api_version(client, Source(0, "lemmy", server), now)
    query = {"q": theme, "type_": "Communities", "listing_type": "All", "limit": str(MOST_RESULTS)}
    if version == "v4":
        query = {"search_term": theme, "type_": "communities", "limit": str(MOST_RESULTS)}
    url = f"{server}/api/{version}/search?{urlencode(query)}"
    answer = mapping((await get_json(client, url, now, subject=server, pace=lemmy.PACE))[0])
    given = next((answer[name] for name in ("communities", "search", "results", "items") if name in answer), None)
    results = []
    for view in items(given, server):
        one = mapping(view.get("community"))
        counts = {**one, **mapping(view.get("counts"))}
        home = urlsplit(link(one.get("ap_id")) or link(one.get("actor_id")))
        name = words(one.get("name"))
        if not home.netloc or not re.fullmatch(r"\w{2,40}", name) or any(one.get(no) for no in _NOT_SHOWN):
            continue
        place = Named("lemmy", f"https://{home.netloc.lower()}/c/{name.lower()}", f"!{name}@{home.netloc.lower()}")
        about = _about(one.get("summary")) or _about(one.get("description")) or _about(one.get("title"))
        month = counts.get("users_active_month")
        results.append(Result(place, about, number(counts.get("subscribers")), number(month)))
    return results


_NOT_SHOWN = ("removed", "deleted", "nsfw", "hidden")


async def _of_mastodon(client: Client, server: str, theme: str, now: datetime) -> list[Result]:
    """Hashtags that several people used within the week; of those that trend, the ones that name the theme."""
    tag = re.sub(r"[^\w]", "", theme)
    url = f"{server}/api/v2/search?{urlencode({'q': tag, 'type': 'hashtags', 'limit': str(MOST_RESULTS)})}"
    answer, _headers = await get_json(client, url, now, subject=server, pace=mastodon.PACE)
    if not isinstance(mapping(answer).get("hashtags"), list):
        raise ContentError("bad_answer", server, "search gives no hashtags")
    given = listed(mapping(answer).get("hashtags"))
    try:
        trends, _headers = await get_json(
            client, f"{server}/api/v1/trends/tags?limit=20", now, subject=server, pace=mastodon.PACE
        )
    except SourceError:  # what trends is one more way to find some
        trends = []
    near = {word.casefold() for word in re.findall(r"\w{4,}", theme)}
    given = [
        *given,
        *(one for one in listed(trends) if any(w in words(mapping(one).get("name")).casefold() for w in near)),
    ]
    found: dict[str, Result] = {}
    for one in map(mapping, given):
        name = words(one.get("name")).casefold()
        days = [mapping(day) for day in listed(one.get("history"))[:7]]
        people = sum(number(day.get("accounts")) or 0 for day in days)
        if re.fullmatch(r"\w{2,60}", name) and people > 1:
            place = Named("hashtag", f"{server}/tags/{name}", f"#{words(one.get('name'))}")
            found.setdefault(name, Result(place, "", None, sum(number(day.get("uses")) or 0 for day in days)))
    return sorted(found.values(), key=lambda one: -(one.lately or 0))


async def _of_discourse(client: Client, server: str, theme: str, now: datetime) -> list[Result]:
    """Categories of a forum whose name or description speaks of the theme."""
    try:
        url = f"{server}/categories.json?include_subcategories=true"
        answer, _headers = await get_json(client, url, now, subject=server, pace=discourse.PACE)
        given = listed(mapping(mapping(answer).get("category_list")).get("categories"))
    except SourceError as error:
        if error.code not in {"not_found", "bad_answer", "refused"}:
            raise
        answer, _headers = await get_json(client, f"{server}/site.json", now, subject=server, pace=discourse.PACE)
        given = listed(mapping(answer).get("categories"))
    if not given:
        raise ContentError("bad_answer", server, "no categories are given")
    near = [word.casefold() for word in re.findall(r"\w{3,}", theme)]
    flat = [part for one in map(mapping, given) for part in (one, *map(mapping, listed(one.get("subcategory_list"))))]
    results = []
    for one in flat:
        name, about = words(one.get("name")), _about(one.get("description_text") or one.get("description"))
        said, slug, native = f"{name} {about}".casefold(), words(one.get("slug")), number(one.get("id"))
        if not native or one.get("read_restricted") or not any(word in said for word in near):
            continue
        slug = slug if re.fullmatch(r"[\w%-]+", slug) else "-"
        where = f"{server}/c/{slug}/{native}"
        title = f"{name[:100]} · {urlsplit(server).netloc}"
        lately = number(one.get("topics_month"))
        results.append(Result(Named("discourse", where, title), about, None, lately))
    return sorted(results, key=lambda one: -(one.lately or 0))


_READERS = {"reddit": _of_reddit, "lemmy": _of_lemmy, "mastodon": _of_mastodon, "discourse": _of_discourse}
