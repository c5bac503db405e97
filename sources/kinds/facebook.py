"""Facebook pages (posts with their comments) and Instagram business accounts, by the Graph API.

Address: the id of the page or account. The token is one of the page's own: it reads what its owner may read.
API: https://developers.facebook.com/docs/graph-api/reference/page/feed
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from data.models import Engagement, NewPost, Source
from sources.answers import get_json, items, link, listed, mapping, moment, number, words
from sources.base import Page
from sources.errors import AddressError, RefusedError
from sources.http import Client
from sources.paging import newest_first

BASE_URL = "https://graph.facebook.com/v24.0"
_COMMENT = "id,message,created_time,from,like_count,comment_count,permalink_url,parent{id}"
_POST = (
    "id,message,story,created_time,from,permalink_url,shares,reactions.summary(total_count).limit(0),"
    f"comments.summary(total_count).filter(stream).limit(100){{{_COMMENT}}}"
)
_MEDIA = (
    "id,caption,timestamp,permalink,username,like_count,comments_count,media_type,"
    "comments.limit(100){id,text,timestamp,username,like_count,parent_id}"
)


def _count(value: Any) -> int | None:
    return number(mapping(mapping(value).get("summary")).get("total_count"))


def parse_feed(answer: Mapping[str, Any], subject: str) -> list[NewPost]:
    """A page's posts and the comments that came with them."""
    posts = []
    for item in items(answer.get("data"), subject):
        native_id = words(item.get("id"))
        text = words(item.get("message")) or words(item.get("story"))
        if not native_id:
            continue
        author = words(mapping(item.get("from")).get("name"))
        posts.append(
            NewPost(
                source_kind="facebook",
                native_id=native_id,
                text=text,
                plain=text.strip(),
                url=link(item.get("permalink_url")),
                author=author,
                published_at=moment(item.get("created_time")),
                root_id=native_id,
                community=author,
                engagement=Engagement(
                    score=_count(item.get("reactions")),
                    comments=_count(item.get("comments")),
                    shares=number(mapping(item.get("shares")).get("count")),
                ),
            )
        )
        for comment in listed(mapping(item.get("comments")).get("data")):
            comment = mapping(comment)
            if words(comment.get("id")) and words(comment.get("message")):
                posts.append(_comment(comment, native_id, author))
    return posts


def _comment(item: Mapping[str, Any], root: str, page: str) -> NewPost:
    text = words(item.get("message"))
    return NewPost(
        source_kind="facebook",
        native_id=words(item["id"]),
        text=text,
        plain=text.strip(),
        url=link(item.get("permalink_url")),
        author=words(mapping(item.get("from")).get("name")),
        published_at=moment(item.get("created_time")),
        root_id=root,
        parent_id=words(mapping(item.get("parent")).get("id")) or root,
        community=page,
        engagement=Engagement(score=number(item.get("like_count")), comments=number(item.get("comment_count"))),
    )


def parse_media(answer: Mapping[str, Any], subject: str) -> list[NewPost]:
    """An Instagram account's media and the comments that came with them."""
    posts = []
    for item in items(answer.get("data"), subject):
        native_id, account = words(item.get("id")), words(item.get("username"))
        if not native_id:
            continue
        rows = [(item, "caption", "")]
        rows += [(mapping(c), "text", native_id) for c in listed(mapping(item.get("comments")).get("data"))]
        for row, key, root in rows:
            text = words(row.get(key))
            if not words(row.get("id")) or (root and not text):
                continue
            posts.append(
                NewPost(
                    source_kind="instagram",
                    native_id=words(row["id"]),
                    text=text,
                    plain=text.strip(),
                    url=link(item.get("permalink")),
                    author=words(row.get("username")),
                    published_at=moment(row.get("timestamp")),
                    root_id=root or native_id,
                    parent_id=words(row.get("parent_id")) or root,
                    community=account,
                    engagement=Engagement(
                        score=number(row.get("like_count")), comments=number(row.get("comments_count"))
                    ),
                )
            )
    return posts


def explain(status: int, answer: Mapping[str, Any]) -> str:
    error = mapping(answer.get("error"))
    code, sub = number(error.get("code")), number(error.get("error_subcode"))
    if code == 190:
        return (
            "expired_token" if sub in {463, 467, 460} or "expired" in words(error.get("message")) else "bad_credentials"
        )
    if code in {4, 17, 32, 613, 80001, 80002}:
        return "too_many_requests"
    if code in {10, 200, 283, 3}:
        return "bad_credentials"  # the token lacks a permission
    if code in {100, 803} and sub == 33:
        return "not_found"
    return ""


async def _ask(client: Client, source: Source, now: datetime, path: str, token: str, **query: str) -> Any:
    secret = client.credentials.get("facebook", "token", source.address)
    if not secret:
        raise RefusedError("no_credentials", source.address)
    if not source.address.replace("_", "").replace(".", "").isalnum():
        raise AddressError("bad_address", source.address)
    more = {"after": token} if token else {}
    url = f"{client.base_url('facebook', BASE_URL)}/{source.address}/{path}?{urlencode({**query, **more})}"
    answer, _ = await get_json(
        client,
        url,
        now,
        subject=source.address,
        headers={"Authorization": f"Bearer {secret.reveal()}"},
        explain=explain,
    )
    return mapping(answer)


def _older(answer: Mapping[str, Any]) -> str:
    """The cursor of the next page, from `paging`: its `next` address holds a token and is never followed."""
    paging = mapping(answer.get("paging"))
    if not paging.get("next"):
        return ""
    after = words(mapping(paging.get("cursors")).get("after"))
    return after or (parse_qs(urlsplit(words(paging["next"])).query).get("after") or [""])[0]


async def read_feed(client: Client, source: Source, now: datetime, token: str) -> Page:
    answer = await _ask(client, source, now, "feed", token, fields=_POST, limit="25")
    posts = parse_feed(answer, source.address)
    return Page(tuple(posts), _older(answer), posts[0].community if posts else "")


async def read_media(client: Client, source: Source, now: datetime, token: str) -> Page:
    answer = await _ask(client, source, now, "media", token, fields=_MEDIA, limit="25")
    posts = parse_media(answer, source.address)
    return Page(tuple(posts), _older(answer), posts[0].community if posts else "")


fetch_facebook = newest_first(read_feed)
fetch_instagram = newest_first(read_media)
