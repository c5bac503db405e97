"""X (Twitter) by its API v2, which charges for every post read: a search of the last week, or an account.

Addresses: `search:QUERY`, `account:NAME`. Nothing can be read without a bearer token and a spending cap
(`x_monthly_cap`); what is spent is counted before each request and what was not used is given back. X cuts the text of
a repost and of a long post: the original comes beside it and is read in its place.
API: https://docs.x.com/x-api/posts/search/introduction
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    "tweet.fields": "created_at,lang,conversation_id,referenced_tweets,public_metrics,note_tweet,author_id,attachments",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id,attachments.media_keys,"
    "attachments.poll_ids",
    "user.fields": "username,name",
    "media.fields": "alt_text",
    "poll.fields": "options",
}
BARE = {"expansions": "author_id"}
PAGE_SIZE = 100
UNITS = 100_000  # thousandths of a cent in one unit of money


@dataclass(frozen=True, slots=True)
class _Beside:
    """What came beside a page of tweets, by id."""

    users: dict[str, Mapping[str, Any]]
    tweets: dict[str, Mapping[str, Any]]
    media: dict[str, Mapping[str, Any]]
    polls: dict[str, Mapping[str, Any]]


def _beside(answer: Mapping[str, Any]) -> _Beside:
    held = mapping(answer.get("includes"))

    def by(name: str, key: str = "id") -> dict[str, Mapping[str, Any]]:
        return {words(mapping(one).get(key)): mapping(one) for one in listed(held.get(name))}

    return _Beside(by("users"), by("tweets"), by("media", "media_key"), by("polls"))


def parse_tweets(answer: Mapping[str, Any], subject: str) -> list[NewPost]:
    """Posts of a page of tweets. Text comes with three HTML entities in it, which are resolved.

    A repost gives the post that was reposted, whose words are not the reposter's; one whose original is not shown is
    left out, since its text is cut.
    """
    beside = _beside(answer)
    posts = []
    for tweet in items(answer.get("data", []), subject):
        reposted = _related(tweet, "retweeted")
        said = beside.tweets.get(reposted, {}) if reposted else tweet
        post = _post(said, beside)
        if post is not None:
            is_others = bool(reposted) and said.get("author_id") != tweet.get("author_id")
            posts.append(replace(post, ours=False) if is_others else post)
    return posts


def _related(tweet: Mapping[str, Any], how: str) -> str:
    related = (mapping(one) for one in listed(tweet.get("referenced_tweets")))
    return next((words(one.get("id")) for one in related if one.get("type") == how), "")


def _post(tweet: Mapping[str, Any], beside: _Beside) -> NewPost | None:
    native_id = words(tweet.get("id"))
    text = unescaped(mapping(tweet.get("note_tweet")).get("text")) or unescaped(tweet.get("text"))
    if not native_id or not text:
        return None
    metrics, language = mapping(tweet.get("public_metrics")), words(tweet.get("lang"))
    author = words(beside.users.get(words(tweet.get("author_id")), {}).get("username"))
    return NewPost(
        source_kind="x",
        native_id=native_id,
        text=text,
        plain=_said(text, mapping(tweet.get("attachments")), beside),
        url=f"https://x.com/{author or 'i'}/status/{native_id}",
        author=author or words(tweet.get("author_id")),
        published_at=moment(tweet.get("created_at")),
        lang=language[:2] if language not in {"und", "zxx", "qme"} else "",
        root_id=words(tweet.get("conversation_id")) or native_id,
        parent_id=_related(tweet, "replied_to"),
        community="X",
        engagement=Engagement(
            score=number(metrics.get("like_count")),
            comments=number(metrics.get("reply_count")),
            views=number(metrics.get("impression_count")),
            shares=total(metrics.get("retweet_count"), metrics.get("quote_count")),
        ),
    )


def _said(text: str, attached: Mapping[str, Any], beside: _Beside) -> str:
    """The words of a post: its text, the answers of its poll, or, of pictures with no word but their own address, what
    describes them."""
    polls = [beside.polls.get(words(key), {}) for key in listed(attached.get("poll_ids"))]
    lines = [text.strip()]
    lines += [unescaped(mapping(option).get("label")) for poll in polls for option in listed(poll.get("options"))]
    if re.fullmatch(r"https://t\.co/\w+", text.strip()):
        media = [beside.media.get(words(key), {}) for key in listed(attached.get("media_keys"))]
        described = [unescaped(one.get("alt_text")).strip() for one in media]
        lines = [line for line in described if line] or lines
    return "\n".join(line for line in lines if line)


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    kind = words(answer.get("type")) + words(answer.get("title"))
    if status == 401:
        return "bad_credentials"
    if status == 402 or "UsageCapExceeded" in kind or "usage-capped" in kind or "CreditsDepleted" in kind:
        return "quota"
    return ""


async def _ask(client: Client, source: Source, now: datetime, path: str, cost_posts: int, **query: str) -> Any:
    """One request, paid for beforehand, with the originals of reposts where the cap has room for as many posts again.

    Raises RefusedError no_credentials or spend_cap.
    """
    bearer = client.credentials.get("x", "bearer")
    settings = client.settings
    if not bearer:
        raise RefusedError("no_credentials", source.address)
    each = settings.x_price_per_1000_posts * UNITS / 1_000
    cap, month = math.floor(settings.x_monthly_cap * UNITS), month_of(now)
    cost = math.ceil(cost_posts * each)
    if "expansions" in query and client.meter.take("x", month, 2 * cost, cap):
        cost *= 2
    elif client.meter.take("x", month, cost, cap):
        query = {key: BARE.get(key, value) for key, value in query.items()}
    else:
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
    used = min(len(data), cost_posts) if isinstance(data, list) else 0 if data is None else cost_posts
    used += len(listed(mapping(mapping(answer).get("includes")).get("tweets")))  # each post that comes costs the same
    client.meter.give_back("x", month, max(0, cost - math.ceil(used * each)))
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
