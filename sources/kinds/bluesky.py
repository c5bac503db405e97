"""Bluesky: an author, a thread, a feed, and with an app password a search.

Addresses: `author:HANDLE`, `thread:AT-URI`, `feed:AT-URI`, `search:WORDS`.
API: https://docs.bsky.app/docs/api/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source
from sources.answers import get_json, items, link, listed, mapping, moment, number, total, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, ContentError, RefusedError, SourceError
from sources.http import Client
from sources.paging import newest_first

PUBLIC = "https://public.api.bsky.app"
LOGIN = "https://bsky.social"
PACE = (3_000, 300.0)
PAGE_SIZE = 100
DEPTH = 80  # levels of a thread in one answer
MORE_LEVELS = 40  # requests a check for what lies deeper


def parse_post(view: Mapping[str, Any]) -> NewPost | None:
    """The post of a `postView`; None when it lacks what identifies it (blocked, deleted)."""
    uri, record = words(view.get("uri")), mapping(view.get("record"))
    match = re.fullmatch(r"at://([^/]+)/app\.bsky\.feed\.post/([\w.~:-]+)", uri)
    if not match or not record:
        return None
    author = mapping(view.get("author"))
    handle = words(author.get("handle"))
    if not handle or handle == "handle.invalid":  # a name that its domain does not confirm: the number stays
        handle = match[1]
    reply = mapping(record.get("reply"))
    langs = record.get("langs")
    text = words(record.get("text"))
    return NewPost(
        source_kind="bluesky",
        native_id=uri,
        text=text,
        plain=_whole_links(text, record).strip() or _embedded(record),
        url=f"https://bsky.app/profile/{handle}/post/{match[2]}",
        author=handle,
        published_at=moment(record.get("createdAt")) or moment(view.get("indexedAt")),
        lang=words(langs[0])[:2] if isinstance(langs, list) and langs else "",
        root_id=words(mapping(reply.get("root")).get("uri")) or uri,
        parent_id=words(mapping(reply.get("parent")).get("uri")),
        community="Bluesky",
        engagement=Engagement(
            score=number(view.get("likeCount")),
            comments=number(view.get("replyCount")),
            shares=total(view.get("repostCount"), view.get("quoteCount")),
        ),
    )


def _whole_links(text: str, record: Mapping[str, Any]) -> str:
    """The text with its links as they lead: apps shorten what is shown of them and keep the rest beside the text."""
    held, links = text.encode(), []
    for facet in listed(record.get("facets")):
        place = mapping(mapping(facet).get("index"))
        start, end = number(place.get("byteStart")), number(place.get("byteEnd"))
        for feature in listed(mapping(facet).get("features")):
            uri = link(mapping(feature).get("uri"))
            if uri and start is not None and end is not None and 0 <= start < end <= len(held):
                links.append((start, end, uri))
    for start, end, uri in sorted(links, reverse=True):
        shown = held[start:end].decode("utf-8", "replace")
        told = shown.removesuffix("...").removesuffix("…")
        if told != shown and told and told in uri:
            held = held[:start] + uri.encode() + held[end:]
    return held.decode("utf-8", "replace")


def _embedded(record: Mapping[str, Any]) -> str:
    """What a post without words shows: the title of its link, or the descriptions of its pictures, a line each."""
    embed = mapping(record.get("embed"))
    embed = mapping(embed.get("media")) or embed
    title = words(mapping(embed.get("external")).get("title"))
    described = [embed, *map(mapping, listed(embed.get("images")))]  # a video describes itself
    lines = [words(one.get("alt")).strip() for one in described]
    return title.strip() or "\n".join(line for line in lines if line)


@dataclass(slots=True)
class Thread:
    """A thread's posts, and where its answer ended before the thread did: `above` and `below` are posts to ask for."""

    posts: list[NewPost] = field(default_factory=list)
    above: str = ""
    below: list[str] = field(default_factory=list)


def read_thread(thread: Mapping[str, Any]) -> Thread:
    """A thread's posts: its parents, itself, its replies. Deleted and blocked ones are passed over."""
    found, upward = Thread(), list[Mapping[str, Any]]()
    node = mapping(thread.get("parent"))
    while node and len(upward) < 2 * DEPTH:
        upward.append(node)
        node = mapping(node.get("parent"))
    top = mapping((upward[-1] if upward else thread).get("post"))
    if upward and mapping(top.get("record")).get("reply") and not mapping(upward[-1]).get("parent"):
        found.above = words(top.get("uri"))
    found.posts = [post for n in reversed(upward) if (post := parse_post(mapping(n.get("post")))) is not None]
    waiting: list[tuple[Mapping[str, Any], int]] = [(thread, 0)]
    while waiting:
        node, depth = waiting.pop()
        view, replies = mapping(node.get("post")), node.get("replies")
        post = parse_post(view)
        if post is not None:
            found.posts.append(post)
            if depth and not isinstance(replies, list) and (number(view.get("replyCount")) or 0) > 0:
                found.below.append(post.native_id)
        waiting += [(mapping(reply), depth + 1) for reply in reversed(listed(replies))]
    return found


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    error = words(answer.get("error"))
    if error == "ExpiredToken":
        return "expired_token"
    if error in {"AuthenticationRequired", "InvalidToken", "AuthMissing"}:
        return "bad_credentials"
    if error in {"NotFound", "UnknownFeed"} or "not found" in words(answer.get("message")).lower():
        return "not_found"
    return ""


async def open_session(client: Client, now: datetime, subject: str) -> str:
    """An access token for the app password. Raises RefusedError no_credentials or bad_credentials."""
    handle = client.credentials.get("bluesky", "handle")
    password = client.credentials.get("bluesky", "app_password")
    if not handle or not password:
        raise RefusedError("no_credentials", subject)
    answer, _ = await get_json(
        client,
        client.base_url("bluesky_login", LOGIN) + "/xrpc/com.atproto.server.createSession",
        now,
        subject=subject,
        explain=_explain,
        content={"identifier": handle.reveal(), "password": password.reveal()},
    )
    token = words(mapping(answer).get("accessJwt"))
    if not token:
        raise ContentError("bad_answer", subject, "no session")
    return token


async def _ask(client: Client, now: datetime, subject: str, method: str, token: str = "", **query: Any) -> Any:
    base = client.base_url("bluesky_login", LOGIN) if token else client.base_url("bluesky", PUBLIC)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{base}/xrpc/{method}?{urlencode(query, doseq=True)}"
    answer, _ = await get_json(client, url, now, subject=subject, headers=headers, explain=_explain, pace=PACE)
    return mapping(answer)


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    kind, _, what = source.address.partition(":")
    others: set[str] = set()
    more: dict[str, Any] = {"limit": PAGE_SIZE, **({"cursor": token} if token else {})}
    if kind == "author" and what:
        answer = await _ask(client, now, source.address, "app.bsky.feed.getAuthorFeed", actor=what, **more)
        listing = items(answer.get("feed"), source.address)
        views = [mapping(item.get("post")) for item in listing]
        others = {words(mapping(item.get("post")).get("uri")) for item in listing if _is_repost(item)}
    elif kind == "feed" and what:
        answer = await _ask(client, now, source.address, "app.bsky.feed.getFeed", feed=what, **more)
        views = [mapping(item.get("post")) for item in items(answer.get("feed"), source.address)]
    elif kind == "search" and what:
        session = await open_session(client, now, source.address)
        answer = await _ask(
            client, now, source.address, "app.bsky.feed.searchPosts", session, q=what, sort="latest", **more
        )
        views = list(items(answer.get("posts"), source.address))
    else:
        raise AddressError("bad_address", source.address)
    posts = [post for post in map(parse_post, views) if post is not None]
    posts = [replace(post, ours=False) if post.native_id in others else post for post in posts]
    return Page(tuple(posts), words(answer.get("cursor")), f"Bluesky: {what}")


def _is_repost(item: Mapping[str, Any]) -> bool:
    """Whether an author's listing shows this because they reposted somebody else, whose words it holds."""
    by = mapping(mapping(item.get("reason")).get("by"))
    return bool(by) and by.get("did") != mapping(mapping(item.get("post")).get("author")).get("did")


async def _thread(client: Client, now: datetime, subject: str, uri: str, below: int, above: int) -> Thread:
    answer = await _ask(client, now, subject, "app.bsky.feed.getPostThread", uri=uri, depth=below, parentHeight=above)
    return read_thread(mapping(answer.get("thread")))


async def fetch_thread(client: Client, source: Source, now: datetime) -> FetchResult:
    """A whole thread, asked on where one answer ends before it does. Note `branches N`: branches that were left."""
    asked = source.address.partition(":")[2]
    thread = await _thread(client, now, source.address, asked, DEPTH, DEPTH)
    posts = {post.native_id: post for post in thread.posts}
    waiting = [(uri, DEPTH, 0) for uri in thread.below] + ([(thread.above, 0, DEPTH)] if thread.above else [])
    requests, error = MORE_LEVELS, None
    while waiting and requests and not client.preview:
        uri, below, above = waiting.pop()
        requests -= 1
        try:
            part = await _thread(client, now, source.address, uri, below, above)
        except SourceError as problem:
            if problem.code in {"not_found", "bad_answer"}:
                continue
            error = problem
            waiting.append((uri, below, above))
            break
        fresh = {post.native_id: post for post in part.posts if post.native_id not in posts}
        posts |= fresh
        if fresh:
            waiting += [(u, DEPTH, 0) for u in part.below if below] + ([(part.above, 0, DEPTH)] if part.above else [])
    title = {} if source.title else {"title": f"Bluesky: {asked}"}
    changes = {**title, "note": f"branches {len(waiting)}" if waiting and not client.preview else ""}
    return FetchResult(tuple(posts.values()), changes, error=error)


_listing = newest_first(read_page)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    kind, _, what = source.address.partition(":")
    return await (fetch_thread if kind == "thread" and what else _listing)(client, source, now)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Counters of up to 25 posts a request; a post that is not given back has been deleted."""
    posts: list[NewPost] = []
    removed: list[str] = []
    for start in range(0, len(native_ids), 25):
        asked = native_ids[start : start + 25]
        answer = await _ask(client, now, source.address, "app.bsky.feed.getPosts", uris=list(asked))
        given = [post for post in map(parse_post, items(answer.get("posts"), source.address)) if post is not None]
        posts += given
        removed += [uri for uri in asked if uri not in {post.native_id for post in given}]
    return Page(tuple(posts), removed=tuple(removed))
