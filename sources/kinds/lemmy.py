"""Lemmy: a community, an account, or a search, with the comments of what was found.

Addresses are those of the web: https://instance/c/NAME, /u/NAME, /search?q=WORDS. The API's version is read
first: instances before 1.0 speak v3 (pages by number, the last one is empty), later ones v4 (pages by a cursor).
A deleted or removed post or comment is listed without its text; it costs the others nothing.
API: https://join-lemmy.org/api/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from data.models import Engagement, NewPost, Source
from sources.answers import get_json, items, link, mapping, moment, number, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, ContentError, SourceError
from sources.http import Client
from sources.paging import newest_first

PAGE_SIZE = 50
PACE = (120, 60.0)
END = "-"
LISTS = ("items", "posts", "comments", "results", "content")  # what the versions call them


def _flat(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Counters: v3 keeps them apart, v4 within the thing itself."""
    return {**mapping(view.get(name)), **mapping(view.get("counts"))}


def parse_post(view: Mapping[str, Any]) -> NewPost | None:
    post, counts = mapping(view.get("post")), _flat(view, "post")
    ap_id = link(post.get("ap_id"))
    if not ap_id or post.get("deleted") or post.get("removed"):
        return None
    text = words(post.get("body"))
    community = mapping(view.get("community"))
    return NewPost(
        source_kind="lemmy",
        native_id=ap_id,
        text=text,
        plain=text.strip(),
        title=words(post.get("name")),
        url=ap_id,
        author=_account(view),
        published_at=moment(post.get("published_at")) or moment(post.get("published")),
        root_id=ap_id,
        community=words(community.get("title")) or words(community.get("name")),
        engagement=Engagement(score=number(counts.get("score")), comments=number(counts.get("comments"))),
    )


def parse_comment(view: Mapping[str, Any], known: Mapping[str, str]) -> NewPost | None:
    """`known` maps local comment ids to ap_ids: the path names the parents by local id only."""
    comment, counts = mapping(view.get("comment")), _flat(view, "comment")
    ap_id, post = link(comment.get("ap_id")), mapping(view.get("post"))
    text = words(comment.get("content"))
    if not ap_id or not text or comment.get("deleted") or comment.get("removed"):
        return None
    path = words(comment.get("path")).split(".")  # "0.12.34": under nothing, under 12, itself
    root = link(post.get("ap_id"))
    parent = path[-2] if len(path) > 2 else ""
    return NewPost(
        source_kind="lemmy",
        native_id=ap_id,
        text=text,
        plain=text.strip(),
        url=ap_id,
        author=_account(view),
        published_at=moment(comment.get("published_at")) or moment(comment.get("published")),
        root_id=root,
        parent_id=known.get(parent, f"{urlsplit(ap_id).netloc}/{parent}") if parent else root,
        community=words(mapping(view.get("community")).get("title")),
        engagement=Engagement(score=number(counts.get("score")), comments=number(counts.get("child_count"))),
    )


def _account(view: Mapping[str, Any]) -> str:
    creator = mapping(view.get("creator"))
    host = urlsplit(link(creator.get("ap_id")) or link(creator.get("actor_id"))).netloc
    name = words(creator.get("name"))
    return f"{name}@{host}" if name and host else name


async def api_version(client: Client, source: Source, now: datetime) -> str:
    """v3 or v4, from the version that the instance gives of itself."""
    parts = urlsplit(source.address)
    base = f"{parts.scheme}://{parts.netloc}"
    refused: SourceError = ContentError("bad_answer", source.address, "no version is given")
    for version in ("v4", "v3"):
        try:
            answer, _ = await get_json(client, f"{base}/api/{version}/site", now, subject=source.address, pace=PACE)
        except SourceError as error:
            if error.code not in {"not_found", "refused", "bad_answer", "gone"}:
                raise
            refused = error
            continue
        match = re.match(r"(\d+)\.(\d+)", words(mapping(answer).get("version")))
        if match:
            return "v4" if int(match[1]) >= 1 else "v3"
    raise refused


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    """A page of posts and one of comments. The token holds the version and where each listing goes on."""
    parts = urlsplit(source.address)
    path = parts.path.strip("/")
    version, *places = token.split("|") if token else [await api_version(client, source, now), "", ""]
    query = {"limit": str(PAGE_SIZE), "sort": "new" if version == "v4" else "New"}
    if match := re.fullmatch(r"c/([\w.@:-]+)", path):
        name, query["community_name"] = match[1], match[1]
        if version == "v4":
            query["community_name_or_id"] = match[1]  # what later versions call it
        methods = ["post/list"] if client.preview else ["post/list", "comment/list"]
    elif match := re.fullmatch(r"u/([\w.@:-]+)", path):
        name, query["username"] = match[1], match[1]
        methods = ["user" if version == "v3" else "person/content"]
    elif path == "search" and (asked := parse_qs(parts.query).get("q")):
        name, query["type_"] = asked[0], "all" if version == "v4" else "All"
        query["search_term" if version == "v4" else "q"] = asked[0]
        methods = ["search"]
    else:
        raise AddressError("bad_address", source.address)
    posts: list[NewPost] = []
    left_out = 0
    onward = [END, END]
    for index, method in enumerate(methods):
        place = places[index]
        if place == END:
            continue
        where = {"page_cursor" if version == "v4" else "page": place} if place else {}
        url = f"{parts.scheme}://{parts.netloc}/api/{version}/{method}?{urlencode(query | where)}"
        answer, _ = await get_json(client, url, now, subject=source.address, pace=PACE)
        views = views_of(mapping(answer), source.address, method)
        read = _posts(views)
        posts += read
        left_out += len(views) - len(read)
        if version == "v4":
            onward[index] = words(mapping(answer).get("next_page")) or END
        elif views:  # deleted ones may be missing from a page, so a short one is not the last
            onward[index] = str(int(place or "1") + 1)
    more = "" if onward == [END, END] else "|".join([version, *onward])
    return Page(tuple(posts), more, f"{name} · {parts.netloc}", left_out=left_out)


def views_of(answer: Mapping[str, Any], subject: str, method: str) -> list[Mapping[str, Any]]:
    """Posts and comments of any answer: v3 gives them in lists of their own, v4 in one with a type on each."""
    mixed = [
        view for key in LISTS for view in (items(answer[key], subject) if isinstance(answer.get(key), list) else [])
    ]
    if not mixed and not any(isinstance(answer.get(key), list) for key in LISTS):
        raise ContentError("bad_answer", subject, f"{method} gives no list")
    return mixed


def _posts(mixed: Sequence[Mapping[str, Any]]) -> list[NewPost]:
    comments = [view for view in mixed if mapping(view.get("comment"))]
    known = {
        words(mapping(view["comment"]).get("id")): link(mapping(view["comment"]).get("ap_id")) for view in comments
    }
    posts = [parse_comment(view, known) if mapping(view.get("comment")) else parse_post(view) for view in mixed]
    return [post for post in posts if post is not None]


_place = newest_first(read_page, through=True)
_search = newest_first(read_page)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    is_search = urlsplit(source.address).path.strip("/") == "search"
    return await (_search if is_search else _place)(client, source, now)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Posts that live on this instance, read again one by one."""
    parts = urlsplit(source.address)
    own = [m for m in (re.fullmatch(rf"https?://{re.escape(parts.netloc)}/post/(\d+)", i) for i in native_ids) if m]
    if not own:
        return Page()
    version = await api_version(client, source, now)
    posts: list[NewPost] = []
    removed: list[str] = []
    for match in own[:20]:
        url = f"{parts.scheme}://{parts.netloc}/api/{version}/post?id={match[1]}"
        try:
            answer, _ = await get_json(client, url, now, subject=source.address, pace=PACE)
        except SourceError as error:
            if error.code not in {"not_found", "gone", "refused"}:
                raise
            removed.append(match[0])
            continue
        view = mapping(mapping(answer).get("post_view"))
        post = parse_post(view)
        if post is not None:
            posts.append(post)
        elif view:
            removed.append(match[0])
    return Page(tuple(posts), removed=tuple(removed))
