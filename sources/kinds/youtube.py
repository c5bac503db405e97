"""YouTube: a channel, a playlist, a search, the comments of a video or of all of a channel's videos.

Addresses: `channel:UC...`, `channel:@handle`, `channel:user/NAME`, `channel:c/NAME`, `playlist:ID`, `search:WORDS`,
`comments:VIDEO`, `comments:UC...`. With a key by the Data API (v3), whose quota is counted before it is used: a search
costs 100 units of 10,000 a day, everything else 1. Without a key a channel or playlist is read from its feed.
A thread of comments comes with five of its replies at most; the others are asked for, thread by thread.
API: https://developers.google.com/youtube/v3/docs
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from data.models import Engagement, NewPost, Source
from data.usage import pacific_day
from sources.answers import get_json, items, listed, mapping, moment, number, unescaped, words
from sources.base import FetchResult, Page
from sources.branches import Branches, with_branches
from sources.errors import AddressError, RefusedError
from sources.http import Client
from sources.kinds.feeds import fetch_feed
from sources.paging import newest_first

BASE_URL = "https://www.googleapis.com/youtube/v3"
FEED_URL = "https://www.youtube.com/feeds/videos.xml"
COSTS = {"search": 100}
WATCH = "https://www.youtube.com/watch?v="
REPLY_PAGES = 100  # requests a check for replies, of 100 each
_LOST = {"Deleted video", "Private video"}


def _video_id(item: Mapping[str, Any]) -> str:
    snippet, details, own = mapping(item.get("snippet")), mapping(item.get("contentDetails")), item.get("id")
    return (
        words(details.get("videoId"))
        or words(mapping(snippet.get("resourceId")).get("videoId"))
        or words(mapping(own).get("videoId"))
        or (words(own) if item.get("kind") == "youtube#video" else "")
    )


def _is_lost(item: Mapping[str, Any]) -> bool:
    """Whether a playlist only keeps the place of a video that was deleted or made private."""
    return words(mapping(item.get("snippet")).get("title")) in _LOST


def parse_video(item: Mapping[str, Any]) -> NewPost | None:
    """The post of a video, playlist item or search result."""
    snippet, details = mapping(item.get("snippet")), mapping(item.get("contentDetails"))
    video = _video_id(item)
    if not video or _is_lost(item):
        return None
    text, statistics = unescaped(snippet.get("description")), mapping(item.get("statistics"))
    is_search = item.get("kind") == "youtube#searchResult"  # only there do titles hold HTML entities
    return NewPost(
        source_kind="youtube",
        native_id=video,
        text=text if is_search else words(snippet.get("description")),
        plain=(text if is_search else words(snippet.get("description"))).strip(),
        title=unescaped(snippet.get("title")) if is_search else words(snippet.get("title")),
        url=WATCH + video,
        author=words(snippet.get("videoOwnerChannelTitle")) or words(snippet.get("channelTitle")),
        published_at=moment(details.get("videoPublishedAt")) or moment(snippet.get("publishedAt")),
        lang=(words(snippet.get("defaultAudioLanguage")) or words(snippet.get("defaultLanguage")))[:2],
        root_id=video,
        community=words(snippet.get("channelTitle")),
        engagement=Engagement(
            score=number(statistics.get("likeCount")),
            comments=number(statistics.get("commentCount")),
            views=number(statistics.get("viewCount")),
        ),
    )


def parse_comment(
    item: Mapping[str, Any], replies: int | None = None, video: str = "", ours: str = ""
) -> NewPost | None:
    """The post of a comment; `video` is the one it is under where the answer does not say so, `ours` our channel."""
    snippet, native_id = mapping(item.get("snippet")), words(item.get("id"))
    text = words(snippet.get("textOriginal")) or words(snippet.get("textDisplay"))
    if not native_id or not text:
        return None
    video = words(snippet.get("videoId")) or video
    return NewPost(
        source_kind="youtube",
        native_id=native_id,
        text=text,
        plain=text.strip(),
        url=f"{WATCH}{video}&lc={native_id}" if video else "",
        author=words(snippet.get("authorDisplayName")),
        published_at=moment(snippet.get("publishedAt")),
        root_id=video,
        parent_id=words(snippet.get("parentId")) or video,
        community="YouTube",
        engagement=Engagement(score=number(snippet.get("likeCount")), comments=replies),
        ours=True if ours and words(mapping(snippet.get("authorChannelId")).get("value")) == ours else None,
    )


def explain(status: int, answer: Mapping[str, Any]) -> str:
    error = mapping(answer.get("error"))
    reasons = {words(mapping(e).get("reason")) for e in listed(error.get("errors")) if isinstance(e, Mapping)}
    reasons |= {words(mapping(d).get("reason")) for d in listed(error.get("details")) if isinstance(d, Mapping)}
    if reasons & {"quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded"}:
        return "quota"
    if reasons & {"keyInvalid", "keyExpired", "API_KEY_INVALID", "accessNotConfigured", "ipRefererBlocked"}:
        return "bad_credentials"
    if "commentsDisabled" in reasons:
        return "comments_off"
    if "videoNotFound" in reasons:
        return "video_gone"
    if reasons & {"channelNotFound", "playlistNotFound", "commentNotFound"}:
        return "not_found"
    return ""


async def _ask(client: Client, source: Source, now: datetime, method: str, **query: str) -> Mapping[str, Any]:
    key = client.credentials.get("youtube", "key")
    if not key:
        raise RefusedError("no_credentials", source.address)
    allowed = client.settings.youtube_daily_quota
    if not client.meter.take("youtube", pacific_day(now), COSTS.get(method, 1), allowed):
        raise RefusedError("quota", source.address, f"{allowed} units a day")
    url = f"{client.base_url('youtube', BASE_URL)}/{method}?{urlencode(query)}"
    answer, _ = await get_json(
        client, url, now, subject=source.address, headers={"X-Goog-Api-Key": key.reveal()}, explain=explain
    )
    return mapping(answer)


async def _uploads(client: Client, source: Source, now: datetime, what: str) -> tuple[str, str]:
    """(playlist of a channel's uploads, title). An id gives it without a request: UC... becomes UU...

    A name of old (`user/NAME`) and one that a channel gave itself (`c/NAME`) are asked for as both and as a handle:
    most became handles.
    """
    if re.fullmatch(r"UC[\w-]{22}", what):
        return "UU" + what[2:], ""
    form, _, name = what.rpartition("/")
    asked = ["forUsername", "forHandle"] if form == "user" else ["forHandle", "forUsername"]
    for parameter in asked[:1] if what.startswith("@") else asked:
        answer = await _ask(
            client, source, now, "channels", part="contentDetails,snippet", **{parameter: name.removeprefix("@")}
        )
        for channel in items(answer.get("items", []), source.address):
            lists = mapping(mapping(channel.get("contentDetails")).get("relatedPlaylists"))
            if words(lists.get("uploads")):
                return words(lists["uploads"]), words(mapping(channel.get("snippet")).get("title"))
    raise RefusedError("not_found", source.address)


async def _with_statistics(client: Client, source: Source, now: datetime, ids: Sequence[str]) -> dict[str, NewPost]:
    videos_by_id: dict[str, NewPost] = {}
    for start in range(0, len(ids), 50):
        answer = await _ask(
            client, source, now, "videos", part="snippet,statistics", id=",".join(ids[start : start + 50])
        )
        posts = [parse_video(item) for item in items(answer.get("items", []), source.address)]
        videos_by_id.update({post.native_id: post for post in posts if post is not None})
    return videos_by_id


async def read_threads(client: Client, source: Source, now: datetime, token: str, branches: Branches) -> Page:
    """Comments of a video or of all of a channel's, the newest thread first, with what replies come beside them."""
    what = source.address.partition(":")[2]
    where = {"allThreadsRelatedToChannelId" if what.startswith("UC") and len(what) == 24 else "videoId": what}
    answer = await _ask(
        client,
        source,
        now,
        "commentThreads",
        part="snippet,replies",
        maxResults="100",
        order="time",
        textFormat="plainText",
        **where,
        **({"pageToken": token} if token else {}),
    )
    posts: list[NewPost | None] = []
    for thread in items(answer.get("items"), source.address):
        snippet = mapping(thread.get("snippet"))
        top, count = mapping(snippet.get("topLevelComment")), number(snippet.get("totalReplyCount")) or 0
        video = words(snippet.get("videoId"))
        owner = words(snippet.get("channelId")) if source.is_own else ""
        given = [mapping(reply) for reply in listed(mapping(thread.get("replies")).get("comments"))]
        posts.append(parse_comment(top, count, video, owner))
        posts += [parse_comment(reply, None, video, owner) for reply in given]
        if count > len(given) and words(top.get("id")):
            branches.add(f"{words(top['id'])} {video} {owner}", count)
    return Page(tuple(p for p in posts if p is not None), words(answer.get("nextPageToken")), source.title)


async def read_replies(
    client: Client, source: Source, now: datetime, name: str, token: str, branches: Branches
) -> Page:
    """One page of the replies to a comment; `name` is its id, then that of the video and of our channel, which these
    answers lack."""
    thread, video, owner = name.split(" ")
    answer = await _ask(
        client,
        source,
        now,
        "comments",
        part="snippet",
        maxResults="100",
        textFormat="plainText",
        parentId=thread,
        **({"pageToken": token} if token else {}),
    )
    replies = [parse_comment(item, None, video, owner) for item in items(answer.get("items", []), source.address)]
    return Page(tuple(p for p in replies if p is not None), words(answer.get("nextPageToken")))


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    kind, _, what = source.address.partition(":")
    more = {"pageToken": token} if token else {}
    title = source.title
    if not what:
        raise AddressError("bad_address", source.address)
    if kind == "search":
        answer = await _ask(
            client, source, now, "search", part="snippet", type="video", order="date", maxResults="50", q=what, **more
        )
        title = title or f"YouTube: {what}"
    elif kind in {"channel", "playlist"}:
        playlist, name = (what, "") if kind == "playlist" else await _uploads(client, source, now, what)
        answer = await _ask(
            client,
            source,
            now,
            "playlistItems",
            part="snippet,contentDetails",
            maxResults="50",
            playlistId=playlist,
            **more,
        )
        title = title or name
    else:
        raise AddressError("bad_address", source.address)
    given = items(answer.get("items"), source.address)
    posts = [post for post in map(parse_video, given) if post is not None]
    lost = tuple(_video_id(item) for item in given if _is_lost(item) and _video_id(item))
    counted = {} if client.preview else await _with_statistics(client, source, now, [p.native_id for p in posts])
    full = [counted.get(post.native_id, post) for post in posts]
    if kind == "channel" and posts:
        title = title or posts[0].community
    return Page(tuple(full), words(answer.get("nextPageToken")), title, lost)


_listing = newest_first(read_page)
_search = newest_first(read_page, first_pages=1, pages=2)  # 100 units each
_comments = with_branches(read_threads, read_replies, requests=REPLY_PAGES)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """By the API where there is a key; else from the feed that YouTube gives of channels and playlists."""
    kind, _, what = source.address.partition(":")
    if client.credentials.get("youtube", "key"):
        if kind == "comments" and what:
            return await _fetch_comments(client, source, now)
        return await (_search if kind == "search" else _listing)(client, source, now)
    if kind == "channel" and what.startswith("UC"):
        query = f"channel_id={what}"
    elif kind == "channel" and what.startswith("user/"):
        query = f"user={quote(what.removeprefix('user/'))}"
    elif kind == "playlist":
        query = f"playlist_id={what}"
    else:
        raise RefusedError("no_credentials", source.address)
    url = f"{client.base_url('youtube_feed', FEED_URL)}?{query}"
    result = await fetch_feed(client, replace(source, address=url, cursor=""), now)
    posts = [_from_feed(post) for post in result.posts]
    changes = {k: v for k, v in result.changes.items() if k != "cursor"} | {"note": "limited"}
    return replace(result, posts=tuple(posts), changes=changes)


async def _fetch_comments(client: Client, source: Source, now: datetime) -> FetchResult:
    """Comments with all their replies. That they are switched off is no failure: it is said, and asked again later."""
    try:
        return await _comments(client, source, now)
    except RefusedError as error:
        if error.code != "comments_off" or client.preview:  # a person who adds it is told at once
            raise
        return FetchResult(changes={"note": error.code}, wait=86_400.0, unchanged=True)


def _from_feed(post: NewPost) -> NewPost:
    """The same identity as by the API, so that a key added later doubles nothing."""
    video = re.split(r"yt:video:|[?&]v=", post.native_id)[-1]
    return replace(post, source_kind="youtube", native_id=video, root_id=video, community=post.author)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    videos = [native_id for native_id in native_ids if len(native_id) == 11]
    if not client.credentials.get("youtube", "key") or not videos:
        return Page()
    posts = await _with_statistics(client, source, now, videos)
    return Page(tuple(posts.values()), removed=tuple(v for v in videos if v not in posts))
