"""Bluesky: an author, a thread, a feed, and with an app password a search.

Addresses: `author:HANDLE`, `thread:AT-URI`, `feed:AT-URI`, `search:WORDS`.
API: https://docs.bsky.app/docs/api/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source
from sources.answers import get_json, items, mapping, moment, number, total, words
from sources.base import Page
from sources.errors import AddressError, ContentError, RefusedError
from sources.http import Client
from sources.paging import newest_first

PUBLIC = "https://public.api.bsky.app"
LOGIN = "https://bsky.social"
PACE = (3_000, 300.0)
PAGE_SIZE = 100
DEPTH = 80


def parse_post(view: Mapping[str, Any]) -> NewPost | None:
    """The post of a `postView`; None when it lacks what identifies it (blocked, deleted)."""
    uri, record = words(view.get("uri")), mapping(view.get("record"))
    match = re.fullmatch(r"at://([^/]+)/app\.bsky\.feed\.post/([\w.~:-]+)", uri)
    if not match or not record:
        return None
    author = mapping(view.get("author"))
    handle = words(author.get("handle")) or match[1]
    reply = mapping(record.get("reply"))
    langs = record.get("langs")
    text = words(record.get("text"))
    return NewPost(
        source_kind="bluesky",
        native_id=uri,
        text=text,
        plain=text.strip() or _embedded(record),
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


def _embedded(record: Mapping[str, Any]) -> str:
    """What a post without words shows: the title of its link, or the descriptions of its pictures."""
    embed = mapping(record.get("embed"))
    embed = mapping(embed.get("media")) or embed
    external = mapping(embed.get("external"))
    images = embed.get("images")
    alts = [words(mapping(i).get("alt")) for i in images] if isinstance(images, list) else []
    return (words(external.get("title")) or " ".join(a for a in alts if a)).strip()


def parse_thread(thread: Mapping[str, Any], depth: int = 0) -> list[NewPost]:
    """A thread's posts: its parents, itself, its replies. Deleted and blocked ones are passed over."""
    posts: list[NewPost] = []
    parent = mapping(thread.get("parent"))
    if parent and depth < DEPTH:
        posts += parse_thread({k: v for k, v in parent.items() if k != "replies"}, depth + 1)
    post = parse_post(mapping(thread.get("post")))
    if post is not None:
        posts.append(post)
    replies = thread.get("replies")
    if isinstance(replies, list) and depth < DEPTH:
        for reply in replies:
            posts += parse_thread({k: v for k, v in mapping(reply).items() if k != "parent"}, depth + 1)
    return posts


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
    more: dict[str, Any] = {"limit": PAGE_SIZE, **({"cursor": token} if token else {})}
    others: set[str] = set()
    if kind == "author" and what:
        answer = await _ask(client, now, source.address, "app.bsky.feed.getAuthorFeed", actor=what, **more)
        feed = list(items(answer.get("feed"), source.address))
        views = [mapping(item.get("post")) for item in feed]
        others = {words(mapping(item.get("post")).get("uri")) for item in feed if _is_others(item)}
    elif kind == "feed" and what:
        answer = await _ask(client, now, source.address, "app.bsky.feed.getFeed", feed=what, **more)
        views = [mapping(item.get("post")) for item in items(answer.get("feed"), source.address)]
    elif kind == "search" and what:
        session = await open_session(client, now, source.address)
        answer = await _ask(
            client, now, source.address, "app.bsky.feed.searchPosts", session, q=what, sort="latest", **more
        )
        views = list(items(answer.get("posts"), source.address))
    elif kind == "thread" and what:
        answer = await _ask(
            client, now, source.address, "app.bsky.feed.getPostThread", uri=what, depth=DEPTH, parentHeight=DEPTH
        )
        return Page(tuple(parse_thread(mapping(answer.get("thread")))))
    else:
        raise AddressError("bad_address", source.address)
    posts = [post for post in map(parse_post, views) if post is not None]
    posts = [replace(post, ours=False) if post.native_id in others else post for post in posts]
    return Page(tuple(posts), words(answer.get("cursor")), f"Bluesky: {what}")


def _is_others(item: Mapping[str, Any]) -> bool:
    """Whether an author's listing shows this because they reposted somebody else: those words are not theirs."""
    by = mapping(mapping(item.get("reason")).get("by"))
    return bool(by) and by.get("did") != mapping(mapping(item.get("post")).get("author")).get("did")


_listing = newest_first(read_page)
_whole = newest_first(read_page, whole=True)


async def fetch(client: Client, source: Source, now: datetime) -> Any:
    return await (_whole if source.address.startswith("thread:") else _listing)(client, source, now)


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
