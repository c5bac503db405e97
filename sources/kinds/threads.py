"""Threads by Meta's API: a search of public posts by words, and the posts of the token's own account with replies.

Addresses: `search:WORDS`, `account:NAME`. Another account's posts are not given. A search reaches the posts of others
only once Meta has approved threads_keyword_search for the app; until then it finds those of the account itself. At most
2,200 searches in 24 hours. Tokens live for sixty days: `sources.kinds.threads_tokens` has them renewed long before.
API: https://developers.facebook.com/docs/threads
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source, to_epoch
from sources.answers import get_json, items, link, listed, mapping, moment, number, total, words
from sources.base import FetchResult, Page
from sources.branches import Branches, with_branches
from sources.errors import AddressError, ContentError, RefusedError, SourceError
from sources.http import Client
from sources.kinds.facebook import explain
from sources.paging import newest_first

BASE_URL = "https://graph.threads.net/v1.0"
PAGE_SIZE = 50
REQUESTS = 60  # a check, for replies
AGAIN = 20  # posts that are read again
FIELDS = (
    "id,text,username,permalink,timestamp,media_type,is_quote_post,has_replies,is_reply,root_post,replied_to,alt_text,"
    "poll_attachment{option_a,option_b,option_c,option_d}"
)
# Kinds of errors that are of one field or right alone.
_UNTOLD = frozenset({"missing_permission", "refused", "not_found", "forbidden"})


async def ask(client: Client, now: datetime, path: str, account: str, subject: str, **query: str) -> Mapping[str, Any]:
    """The answer to one GET, with the token in a header, never in the address."""
    token = client.credentials.get("threads", "token", account)
    if not token:
        raise RefusedError("no_credentials", subject)
    url = f"{client.base_url('threads', BASE_URL)}/{path}?{urlencode(query)}"
    headers = {"Authorization": f"Bearer {token.reveal()}"}
    return mapping((await get_json(client, url, now, subject=subject, headers=headers, explain=explain))[0])


def parse_posts(answer: Mapping[str, Any], subject: str, account: str = "") -> list[NewPost]:
    """Posts and replies; reposts are left out, their words are another's. `account` is the one that is ours."""
    posts = []
    for item in items(answer.get("data"), subject):
        post = _post(item, account)
        if post is not None:
            posts.append(post)
    return posts


def _post(item: Mapping[str, Any], account: str) -> NewPost | None:
    native_id, text = words(item.get("id")), words(item.get("text"))
    poll = mapping(item.get("poll_attachment"))
    options = [words(poll.get(f"option_{letter}")).strip() for letter in "abcd"]
    lines = [text.strip(), *options]
    if not any(lines):
        lines = [words(item.get("alt_text")).strip()]
    if not native_id or not any(lines) or item.get("media_type") == "REPOST_FACADE":
        return None
    author = words(item.get("username"))
    root = words(mapping(item.get("root_post")).get("id"))
    parent = words(mapping(item.get("replied_to")).get("id")) or (root if item.get("is_reply") else "")
    return NewPost(
        source_kind="threads",
        native_id=native_id,
        text=text or "\n".join(line for line in lines if line),
        plain="\n".join(line for line in lines if line),
        url=link(item.get("permalink")),
        author=author,
        published_at=moment(item.get("timestamp")),
        root_id=root or ("" if parent else native_id),
        parent_id=parent,
        community="Threads",
        ours=author.lower() == account.lower() if account and author else None,
    )


def _older(answer: Mapping[str, Any]) -> str:
    """The cursor of the next page; its `next` address holds a token and is never followed."""
    paging = mapping(answer.get("paging"))
    return words(mapping(paging.get("cursors")).get("after")) if listed(answer.get("data")) else ""


async def _search(client: Client, source: Source, now: datetime, token: str) -> Page:
    asked = source.address.partition(":")[2].strip()
    query = {"q": asked, "search_type": "RECENT", "fields": FIELDS, "limit": str(PAGE_SIZE)}
    query |= {"after": token} if token else {}
    answer = await ask(client, now, "keyword_search", "", source.address, **query)
    posts = parse_posts(answer, source.address)
    return Page(tuple(posts), _older(answer), f"Threads: {asked}", left_out=_unsaid(answer, posts))


def _unsaid(answer: Mapping[str, Any], posts: Sequence[NewPost]) -> int:
    return len(listed(answer.get("data"))) - len(posts)


async def _account(client: Client, source: Source, now: datetime) -> FetchResult:
    name = source.address.partition(":")[2].lstrip("@")
    if not re.fullmatch(r"[\w.]{1,30}", name):
        raise AddressError("bad_address", source.address)
    own = words((await ask(client, now, "me", name, source.address, fields="id,username")).get("username"))
    if not own:
        raise ContentError("bad_answer", source.address, "whose token it is was not told")
    if own.lower() != name.lower():
        raise RefusedError("own_account_only", source.address)

    async def read_posts(client: Client, source: Source, now: datetime, token: str, branches: Branches) -> Page:
        query = {"fields": FIELDS, "limit": str(PAGE_SIZE), **({"after": token} if token else {})}
        answer = await ask(client, now, "me/threads", name, source.address, **query)
        posts = parse_posts(answer, source.address, own)
        for item in items(answer.get("data"), source.address):
            if item.get("has_replies") is True and words(item.get("id")):  # how many is not told: each check looks
                branches.add(words(item["id"]), to_epoch(now))
        return Page(tuple(posts), _older(answer), f"Threads: @{own}", left_out=_unsaid(answer, posts))

    async def read_replies(
        client: Client, source: Source, now: datetime, post: str, token: str, branches: Branches
    ) -> Page:
        query = {"fields": FIELDS, "limit": str(PAGE_SIZE), **({"after": token} if token else {})}
        answer = await ask(client, now, f"{post}/conversation", name, source.address, **query)
        posts = parse_posts(answer, source.address, own)
        return Page(tuple(posts), _older(answer), left_out=_unsaid(answer, posts))

    return await with_branches(read_posts, read_replies, requests=REQUESTS)(client, source, now)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """A search, or the token's own account with all replies under its newest posts."""
    form, _, what = source.address.partition(":")
    if form == "account":
        return await _account(client, source, now)
    if form != "search" or not what.strip():
        raise AddressError("bad_address", source.address)
    return await newest_first(_search, first_pages=2, pages=5)(client, source, now)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Posts of the own account again, with their counters where the token may read them."""
    form, _, what = source.address.partition(":")
    if form != "account":
        return Page()  # what a search found cannot be asked for by its number
    name, posts, removed = what.lstrip("@"), list[NewPost](), list[str]()
    for native_id in [one for one in native_ids if one.isdecimal()][:AGAIN]:
        try:
            item = await ask(client, now, native_id, name, source.address, fields=FIELDS)
        except SourceError as error:
            if error.code not in {"not_found", "gone"}:
                raise
            removed.append(native_id)
            continue
        post = _post(item, name)
        if post is not None and post.native_id == native_id:
            posts.append(await _counted(client, source, now, post, name) if post.ours else post)
    return Page(tuple(posts), removed=tuple(removed))


async def _counted(client: Client, source: Source, now: datetime, post: NewPost, account: str) -> NewPost:
    metrics = "views,likes,replies,reposts,quotes"
    try:
        answer = await ask(client, now, f"{post.native_id}/insights", account, source.address, metric=metrics)
    except SourceError as error:
        if error.code not in _UNTOLD:
            raise
        return post
    told = {
        words(one.get("name")): number(mapping(next(iter(listed(one.get("values"))), None)).get("value"))
        for one in map(mapping, listed(answer.get("data")))
    }
    counters = Engagement(
        score=told.get("likes"),
        comments=told.get("replies"),
        views=told.get("views"),
        shares=total(told.get("reposts"), told.get("quotes")),
    )
    return replace(post, engagement=counters)
