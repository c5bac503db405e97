"""X (Twitter) by its API v2, which charges for every post read: a search of the last week, or an account.

Addresses: `search:QUERY`, `account:NAME`. Nothing can be read without a bearer token and a spending cap
(`x_monthly_cap`); what is spent is counted before each request and what was not used is given back.
API: https://docs.x.com/x-api/posts/search/introduction
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source
from data.usage import month_of
from sources.answers import get_json, items, listed, mapping, moment, number, total, unescaped, words
from sources.base import Page
from sources.errors import AddressError, RefusedError
from sources.http import Client
from sources.paging import newest_first

BASE_URL = "https://api.x.com/2"
FIELDS = {
    "tweet.fields": "created_at,lang,conversation_id,referenced_tweets,public_metrics,note_tweet,author_id",
    "expansions": "author_id",
    "user.fields": "username,name",
}
PAGE_SIZE = 100
UNITS = 100_000  # thousandths of a cent in one unit of money


def parse_tweets(answer: Mapping[str, Any], subject: str) -> list[NewPost]:
    """Posts of a page of tweets. Text comes with three HTML entities in it, which are resolved."""
    users = {
        words(user.get("id")): words(user.get("username"))
        for user in listed(mapping(answer.get("includes")).get("users"))
        if isinstance(user, Mapping)
    }
    posts = []
    for tweet in items(answer.get("data", []), subject):
        native_id = words(tweet.get("id"))
        text = unescaped(mapping(tweet.get("note_tweet")).get("text")) or unescaped(tweet.get("text"))
        if not native_id or not text:
            continue
        related = [r for r in listed(tweet.get("referenced_tweets")) if isinstance(r, Mapping)]
        parent = next((words(r.get("id")) for r in related if r.get("type") == "replied_to"), "")
        is_boost = any(r.get("type") == "retweeted" for r in related)  # somebody else's words
        metrics = mapping(tweet.get("public_metrics"))
        author = users.get(words(tweet.get("author_id")), "")
        posts.append(
            NewPost(
                source_kind="x",
                native_id=native_id,
                text=text,
                plain=text.strip(),
                url=f"https://x.com/{author or 'i'}/status/{native_id}",
                author=author or words(tweet.get("author_id")),
                published_at=moment(tweet.get("created_at")),
                lang=words(tweet.get("lang"))[:2] if words(tweet.get("lang")) not in {"und", "zxx", "qme"} else "",
                root_id=words(tweet.get("conversation_id")) or native_id,
                parent_id=parent,
                community="X",
                ours=False if is_boost else None,
                engagement=Engagement(
                    score=number(metrics.get("like_count")),
                    comments=number(metrics.get("reply_count")),
                    views=number(metrics.get("impression_count")),
                    shares=total(metrics.get("retweet_count"), metrics.get("quote_count")),
                ),
            )
        )
    return posts


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    kind = words(answer.get("type")) + words(answer.get("title"))
    if status == 401:
        return "bad_credentials"
    if status == 402 or "UsageCapExceeded" in kind or "usage-capped" in kind or "CreditsDepleted" in kind:
        return "quota"
    return ""


async def _ask(client: Client, source: Source, now: datetime, path: str, cost_posts: int, **query: str) -> Any:
    """One request, paid for beforehand. Raises RefusedError no_credentials or spend_cap."""
    bearer = client.credentials.get("x", "bearer")
    settings = client.settings
    if not bearer:
        raise RefusedError("no_credentials", source.address)
    each = settings.x_price_per_1000_posts * UNITS / 1_000
    cost, cap = math.ceil(cost_posts * each), math.floor(settings.x_monthly_cap * UNITS)
    if not client.meter.take("x", month_of(now), cost, cap):
        raise RefusedError("spend_cap", source.address, f"{settings.x_monthly_cap:g} a month")
    url = f"{client.base_url('x', BASE_URL)}/{path}?{urlencode(query)}"
    answer, _ = await get_json(
        client,
        url,
        now,
        subject=source.address,
        headers={"Authorization": f"Bearer {bearer.reveal()}"},
        explain=_explain,
    )
    data = mapping(answer).get("data")
    used = len(data) if isinstance(data, list) else 0 if data is None else cost_posts
    client.meter.give_back("x", month_of(now), cost - math.ceil(min(used, cost_posts) * each))
    return mapping(answer)


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    kind, _, what = source.address.partition(":")
    size = 10 if client.preview else PAGE_SIZE
    more = {"max_results": str(size), **FIELDS, **({"pagination_token": token} if token else {})}
    if kind == "search" and what.strip():
        more = {("next_token" if k == "pagination_token" else k): v for k, v in more.items()}
        answer = await _ask(client, source, now, "tweets/search/recent", size, query=what, **more)
    elif kind == "account" and re.fullmatch(r"\w{1,15}", what):
        user = mapping((await _ask(client, source, now, f"users/by/username/{what}", 1)).get("data"))
        if not words(user.get("id")):
            raise RefusedError("not_found", source.address)
        answer = await _ask(client, source, now, f"users/{words(user['id'])}/tweets", size, **more)
    else:
        raise AddressError("bad_address", source.address)
    after = words(mapping(answer.get("meta")).get("next_token"))
    return Page(tuple(parse_tweets(answer, source.address)), after, f"X: {what}")


fetch = newest_first(read_page, first_pages=1, pages=5)
