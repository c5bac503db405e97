"""GitHub: releases, issues with their comments, discussions, and searches for repositories.

Addresses: `releases:OWNER/REPO`, `issues:OWNER/REPO`, `discussions:OWNER/REPO` (needs a token: GraphQL),
`search:QUERY` (as `topic:llm stars:>50`). Without a token 60 requests an hour; unchanged answers (ETag) are free.
API: https://docs.github.com/en/rest
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.models import Engagement, NewPost, Source
from data.usage import day_of
from sources.answers import get_json, items, link, listed, mapping, moment, number, read_json, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, ContentError, RefusedError
from sources.http import Client
from sources.paging import newest_first

BASE_URL = "https://api.github.com"
PAGE_SIZE = 100
_NEXT = re.compile(r'<[^>]*[?&]page=(\d+)[^>]*>;\s*rel="next"')
_REPO = re.compile(r"[\w.-]+/[\w.-]+")
DISCUSSIONS = """query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) { discussions(first: 25, after: $after,
    orderBy: {field: CREATED_AT, direction: DESC}) { pageInfo { hasNextPage endCursor } nodes {
      id title body url createdAt upvoteCount author { login } reactions { totalCount }
      comments(first: 50) { totalCount nodes { id body url createdAt upvoteCount author { login }
        replyTo { id } } } } } } }"""


def _post(item: Mapping[str, Any], native: str, repo: str, **over: Any) -> NewPost:
    text = words(item.get("body"))
    reactions = number(mapping(item.get("reactions")).get("total_count"))
    base = NewPost(
        source_kind="github",
        native_id=native,
        text=text,
        plain=text.strip(),
        title=words(item.get("title")),
        url=link(item.get("html_url")),
        author=words(mapping(item.get("user")).get("login")) or words(mapping(item.get("author")).get("login")),
        published_at=moment(item.get("created_at")),
        root_id=native,
        community=repo,
        engagement=Engagement(score=reactions, comments=number(item.get("comments"))),
    )
    return replace(base, **over)


def parse_releases(value: Any, repo: str) -> list[NewPost]:
    return [
        _post(
            item,
            f"{repo}/release/{words(item['id'])}",
            repo,
            title=f"{repo} {words(item.get('name')) or words(item.get('tag_name'))}",
            published_at=moment(item.get("published_at")) or moment(item.get("created_at")),
        )
        for item in items(value, repo)
        if words(item.get("id")) and not item.get("draft")
    ]


def parse_issues(value: Any, repo: str) -> list[NewPost]:
    """Issues; pull requests, which the same listing holds, are passed over."""
    return [
        _post(item, f"{repo}#{words(item['number'])}", repo)
        for item in items(value, repo)
        if words(item.get("number")) and "pull_request" not in item
    ]


def parse_issue_comments(value: Any, repo: str) -> list[NewPost]:
    posts = []
    for item in items(value, repo):
        issue = re.search(r"/issues/(\d+)$", words(item.get("issue_url")))
        if words(item.get("id")) and issue and "/pull/" not in words(item.get("html_url")):
            root = f"{repo}#{issue[1]}"
            posts.append(_post(item, f"{repo}/comment/{words(item['id'])}", repo, root_id=root, parent_id=root))
    return posts


def parse_repositories(answer: Mapping[str, Any], subject: str) -> list[NewPost]:
    posts = []
    for item in items(answer.get("items"), subject):
        name, text = words(item.get("full_name")), words(item.get("description"))
        if name:
            posts.append(
                NewPost(
                    source_kind="github",
                    native_id=f"repo/{words(item.get('id')) or name}",
                    text=text,
                    plain=text.strip(),
                    title=name,
                    url=link(item.get("html_url")),
                    author=words(mapping(item.get("owner")).get("login")),
                    published_at=moment(item.get("created_at")),
                    community="GitHub",
                    engagement=Engagement(
                        score=number(item.get("stargazers_count")), shares=number(item.get("forks_count"))
                    ),
                )
            )
    return posts


def parse_discussions(answer: Mapping[str, Any], repo: str) -> tuple[list[NewPost], str]:
    """Posts and the cursor of the next page. Raises ContentError, or RefusedError when there is no such place."""
    if answer.get("errors"):
        kinds = {words(mapping(e).get("type")) for e in items(answer["errors"], repo)}
        if kinds & {"NOT_FOUND", "RATE_LIMITED"}:
            raise RefusedError("not_found" if "NOT_FOUND" in kinds else "too_many_requests", repo)
    listing = mapping(mapping(mapping(answer.get("data")).get("repository")).get("discussions"))
    posts = []
    for node in items(listing.get("nodes"), repo):
        native = words(node.get("id"))
        if not native:
            continue
        comments = mapping(node.get("comments"))
        rows = [(node, native, "", number(comments.get("totalCount")))]
        for reply in listed(comments.get("nodes")):
            reply = mapping(reply)
            parent = words(mapping(reply.get("replyTo")).get("id")) or native
            rows.append((reply, words(reply.get("id")), parent, None))
        for item, ident, parent, replies in rows:
            if ident:
                posts.append(
                    _post(
                        item,
                        ident,
                        repo,
                        url=link(item.get("url")),
                        published_at=moment(item.get("createdAt")),
                        root_id=native,
                        parent_id=parent,
                        engagement=Engagement(score=number(item.get("upvoteCount")), comments=replies),
                    )
                )
    page = mapping(listing.get("pageInfo"))
    return posts, words(page.get("endCursor")) if page.get("hasNextPage") is True else ""


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    message = words(answer.get("message")).lower()
    if status == 401:
        return "bad_credentials"
    if status in {403, 429} and ("rate limit" in message or "abuse" in message):
        return "too_many_requests"
    return ""


def _headers(client: Client) -> dict[str, str]:
    token = client.credentials.get("github", "token")
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    return {**headers, "Authorization": f"Bearer {token.reveal()}"} if token else headers


async def _ask(client: Client, source: Source, now: datetime, path: str, **query: str) -> tuple[Any, str]:
    """(value, number of the next page)."""
    base = client.base_url("github", BASE_URL)
    url = f"{base}/{path}?{urlencode({'per_page': str(PAGE_SIZE), **query})}"
    answer, headers = await get_json(
        client, url, now, subject=source.address, headers=_headers(client), explain=_explain
    )
    used, most = headers.get("x-ratelimit-used", ""), headers.get("x-ratelimit-limit", "")
    if used.isdecimal() and most.isdecimal():
        client.meter.told("github", day_of(now), int(used[:12]), int(most[:12]))
    older = _NEXT.search(headers.get("link", ""))
    return answer, older[1] if older else ""


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    kind, _, what = source.address.partition(":")
    page = token or "1"
    if kind == "search" and what.strip():
        answer, older = await _ask(client, source, now, "search/repositories", q=what, sort="updated", page=page)
        return Page(tuple(parse_repositories(mapping(answer), source.address)), older, f"GitHub: {what}")
    if not _REPO.fullmatch(what):
        raise AddressError("bad_address", source.address)
    title = f"{what} {kind}"
    if kind == "releases":
        answer, older = await _ask(client, source, now, f"repos/{what}/releases", page=page)
        return Page(tuple(parse_releases(answer, what)), older, title)
    if kind == "issues":
        listing = {"state": "all", "sort": "created", "direction": "desc", "page": page}
        answer, older = await _ask(client, source, now, f"repos/{what}/issues", **listing)
        posts = parse_issues(answer, what)
        if not client.preview:
            said, more = await _ask(
                client, source, now, f"repos/{what}/issues/comments", sort="created", direction="desc", page=page
            )
            posts += parse_issue_comments(said, what)
            older = older or more
        return Page(tuple(posts), older, title)
    if kind == "discussions":
        if not client.credentials.get("github", "token"):
            raise RefusedError("no_credentials", source.address)
        owner, name = what.split("/")
        url = client.base_url("github", BASE_URL) + "/graphql"
        content = {"query": DISCUSSIONS, "variables": {"owner": owner, "name": name, "after": token or None}}
        answer, _ = await get_json(
            client, url, now, subject=source.address, headers=_headers(client), explain=_explain, content=content
        )
        discussions, older = parse_discussions(mapping(answer), what)
        return Page(tuple(discussions), older, title)
    raise AddressError("bad_address", source.address)


_listing = newest_first(read_page, first_pages=1, pages=5)
_search = newest_first(read_page, first_pages=1, pages=1, whole=True)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """Ask first whether anything changed: GitHub does not count an answer of "unchanged"."""
    kind, _, what = source.address.partition(":")
    paths = {"releases": f"repos/{what}/releases", "issues": f"repos/{what}/issues?state=all&sort=updated"}
    etag = ""
    if kind in paths and _REPO.fullmatch(what) and not client.preview:
        path = paths[kind] + ("&" if "?" in paths[kind] else "?") + "per_page=1"
        headers = _headers(client) | ({"If-None-Match": source.etag} if source.etag else {})
        url = f"{client.base_url('github', BASE_URL)}/{path}"
        answer = await client.get(url, now, headers=headers, accept=(401, 403, 404, 410, 429))
        if answer.status == 304 and '"gaps"' not in source.cursor and source.back_to is None:
            return FetchResult(unchanged=True)
        if answer.status < 300:
            read_json(answer.body, source.address)
            etag = answer.headers.get("etag", "")
    result = await (_search if kind == "search" else _listing)(client, source, now)
    if len(etag) > 1_000:
        raise ContentError("bad_answer", source.address, "etag")
    return replace(result, changes={**result.changes, "etag": etag})
