"""Mastodon and what speaks its API: a hashtag, an account, a list, a search, the public timelines.

Addresses are those of the web: https://instance/tags/NAME, /@NAME, /lists/ID, /search?q=WORDS, /public/local.
Read forward with `min_id`, which skips no gap; at most 300 requests in 5 minutes.
API: https://docs.joinmastodon.org/methods/timelines/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from data.models import Engagement, NewPost, Source
from sources.answers import get_json, items, link, mapping, moment, number, words
from sources.base import Page
from sources.errors import AddressError, SourceError
from sources.http import Client
from sources.paging import newest_first
from sources.plain_text import plain_text

PACE = (300, 300.0)
PAGE_SIZE = 40
_NEXT = re.compile(r'<[^>]*[?&]max_id=([^&>]+)[^>]*>;\s*rel="next"')


def parse_statuses(value: Any, subject: str) -> list[NewPost]:
    """Posts of a list of statuses. A boost gives the post that was boosted."""
    given = items(value, subject)
    boosted = {words(mapping(s.get("reblog")).get("uri")) for s in given if _is_others(s)}
    statuses = [mapping(status.get("reblog")) or status for status in given]
    # A reply names its parent by this instance's own id: in one answer it can be told which post that is.
    uris = {words(status.get("id")): words(status.get("uri")) for status in statuses}
    instance = urlsplit(subject).netloc
    posts = []
    for status in statuses:
        uri, parent = words(status.get("uri")), words(status.get("in_reply_to_id"))
        if uri:
            post = _post(status, uri, uris.get(parent) or (f"{instance}/{parent}" if parent else ""))
            posts.append(replace(post, ours=False) if uri in boosted else post)
    return posts


def _is_others(status: Mapping[str, Any]) -> bool:
    """Whether this status boosts somebody else's: those words are not the booster's."""
    said = mapping(mapping(status.get("reblog")).get("account"))
    return bool(said) and said.get("id") != mapping(status.get("account")).get("id")


def _post(status: Mapping[str, Any], uri: str, parent: str) -> NewPost:
    received = words(status.get("content"))
    account = mapping(status.get("account"))
    host = urlsplit(link(account.get("url")) or uri).netloc
    handle = words(account.get("acct"))
    if handle and "@" not in handle:
        handle = f"{handle}@{host}"  # the local form says nothing on another instance
    return NewPost(
        source_kind="mastodon",
        native_id=uri,
        text=received,
        plain=plain_text(received),
        title=words(status.get("spoiler_text")),
        url=link(status.get("url")) or link(uri),
        author=handle,
        published_at=moment(status.get("created_at")),
        lang=words(status.get("language"))[:2],
        root_id="" if parent else uri,
        parent_id=parent,
        community=host,
        engagement=Engagement(
            score=number(status.get("favourites_count")),
            comments=number(status.get("replies_count")),
            shares=number(status.get("reblogs_count")),
        ),
    )


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    message = words(answer.get("error")).lower()
    if status == 401 and "token" in message:
        return "bad_credentials"
    if status in {401, 422}:
        return "needs_account"  # the instance shows its timelines only to its members
    return ""


async def _ask(client: Client, source: Source, now: datetime, path: str, **query: str) -> tuple[Any, Mapping[str, str]]:
    parts = urlsplit(source.address)
    base = f"{parts.scheme}://{parts.netloc}"
    token = client.credentials.get("mastodon", "token", parts.netloc.lower())
    headers = {"Authorization": f"Bearer {token.reveal()}"} if token else {}
    url = f"{base}/api/{path}" + (f"?{urlencode(query)}" if query else "")
    return await get_json(client, url, now, subject=source.address, headers=headers, explain=_explain, pace=PACE)


async def _timeline(client: Client, source: Source, now: datetime) -> tuple[str, dict[str, str], str]:
    """(path below /api/, query, title) of the address. Raises AddressError for one that is none of ours."""
    parts = urlsplit(source.address)
    path = parts.path.strip("/")
    if match := re.fullmatch(r"tags/([^/]+)", path):
        return f"v1/timelines/tag/{match[1]}", {}, f"#{match[1]}"
    if match := re.fullmatch(r"lists/(\w+)", path):
        return f"v1/timelines/list/{match[1]}", {}, f"{parts.netloc} list {match[1]}"
    if path in {"public", "public/local"}:
        return "v1/timelines/public", ({"local": "true"} if path.endswith("local") else {}), parts.netloc
    if path == "search" and (asked := parse_qs(parts.query).get("q")):
        return "v2/search", {"q": asked[0], "type": "statuses"}, asked[0]
    if match := re.fullmatch(r"(?:web/)?@([\w.]+(?:@[\w.:-]+)?)", path):
        answer, _ = await _ask(client, source, now, "v1/accounts/lookup", acct=match[1])
        account = words(mapping(answer).get("id"))
        if account:
            return f"v1/accounts/{quote(account)}/statuses", {}, f"@{match[1]}"
    raise AddressError("bad_address", source.address)


async def _read(client: Client, source: Source, now: datetime, **where: str) -> tuple[list[NewPost], str, str, str]:
    """(posts, page of older posts, newest local id, title)."""
    path, query, title = await _timeline(client, source, now)
    is_search = path == "v2/search"
    asked = {**query, "limit": str(PAGE_SIZE), **where}
    answer, headers = await _ask(client, source, now, path, **asked)
    statuses = mapping(answer).get("statuses") if is_search else answer
    posts = parse_statuses(statuses, source.address)
    ids = [words(s.get("id")) for s in items(statuses, source.address) if words(s.get("id"))]
    older = _NEXT.search(headers.get("link", ""))
    newest = max(ids, key=lambda i: (len(i), i), default="")  # ids are numbers of growing length
    if is_search:
        start = int(where.get("offset", "0"))
        return posts, str(start + len(ids)) if len(ids) >= PAGE_SIZE else "", "", title
    return posts, older[1] if older else "", newest, title


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    is_search = urlsplit(source.address).path.strip("/") == "search"
    where = {} if not token else {"offset": token} if is_search else {"max_id": token}
    posts, older, newest, title = await _read(client, source, now, **where)
    return Page(tuple(posts), older, title, newest=newest)


async def read_newer(client: Client, source: Source, now: datetime, token: str) -> Page:
    posts, _, newest, _ = await _read(client, source, now, min_id=token)
    return Page(tuple(posts), newest)


fetch = newest_first(read_page, read_newer=read_newer)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Read statuses again that this instance holds itself; those of others have ids we do not know here."""
    host = urlsplit(source.address).netloc
    posts: list[NewPost] = []
    removed: list[str] = []
    for uri in native_ids[:20]:
        if urlsplit(uri).netloc != host or not (match := re.search(r"/(\d+)$", uri)):
            continue
        try:
            answer, _ = await _ask(client, source, now, f"v1/statuses/{match[1]}")
        except SourceError as error:
            if error.code not in {"not_found", "gone"}:
                raise
            removed.append(uri)
            continue
        posts += [post for post in parse_statuses([answer], source.address) if post.native_id == uri]
    return Page(tuple(posts), removed=tuple(removed))
