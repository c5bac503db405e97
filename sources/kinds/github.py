"""GitHub: releases, issues with their comments, discussions, and searches for repositories.

Addresses: `releases:OWNER/REPO`, `issues:OWNER/REPO`, `discussions:OWNER/REPO` or `discussions:orgs/ORGANISATION`
(need a token: see `sources.kinds.github_discussions`), `search:QUERY` (as `topic:llm stars:>50`). A server of
GitHub Enterprise stands before the owner: `issues:git.example.org/OWNER/REPO`. Without a token 60 requests an hour;
unchanged answers (ETag) are free, and a limit that is reached is a wait, no failure.
API: https://docs.github.com/en/rest
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from data.models import Engagement, NewPost, Source
from data.usage import day_of
from sources.answers import get_json, items, link, mapping, moment, number, read_json, words
from sources.base import FetchResult, Page
from sources.errors import AddressError, ContentError
from sources.http import Client
from sources.kinds.github_discussions import fetch_discussions
from sources.kinds.github_places import Place, explain, post_of
from sources.paging import newest_first, patiently
from sources.refusals import rate_pause

PAGE_SIZE = 100
_NEXT = re.compile(r'<[^>]*[?&]page=(\d+)[^>]*>;\s*rel="next"')
END = "-"


def parse_releases(value: Any, repo: str) -> list[NewPost]:
    return [
        post_of(
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
        post_of(item, f"{repo}#{words(item['number'])}", repo)
        for item in items(value, repo)
        if words(item.get("number")) and "pull_request" not in item
    ]


def parse_issue_comments(value: Any, repo: str) -> list[NewPost]:
    posts = []
    for item in items(value, repo):
        issue = re.search(r"/issues/(\d+)$", words(item.get("issue_url")))
        if words(item.get("id")) and issue and "/pull/" not in words(item.get("html_url")):
            root = f"{repo}#{issue[1]}"
            posts.append(post_of(item, f"{repo}/comment/{words(item['id'])}", repo, root_id=root, parent_id=root))
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


async def _ask(
    client: Client, source: Source, now: datetime, place: Place, path: str, **query: str
) -> tuple[Any, str, float]:
    """(value, number of the next page, seconds to wait because no request is left)."""
    url = f"{place.base(client)}/{path}?{urlencode({'per_page': str(PAGE_SIZE), **query})}"
    answer, headers = await get_json(
        client, url, now, subject=source.address, headers=place.headers(client), explain=explain
    )
    used, most = headers.get("x-ratelimit-used", ""), headers.get("x-ratelimit-limit", "")
    if used.isdecimal() and most.isdecimal() and not place.host:
        client.meter.told("github", day_of(now), int(used[:12]), int(most[:12]))
    older = _NEXT.search(headers.get("link", ""))
    return answer, older[1] if older else "", rate_pause(headers, now)


async def read_page(client: Client, source: Source, now: datetime, token: str) -> Page:
    kind, _, what = source.address.partition(":")
    page = token or "1"
    if kind == "search" and what.strip():
        answer, older, wait = await _ask(
            client, source, now, Place("", ""), "search/repositories", q=what, sort="updated", page=page
        )
        posts = parse_repositories(mapping(answer), source.address)
        return Page(tuple(posts), older, f"GitHub: {what}", wait=wait)
    place = Place.of(source.address)
    if kind == "releases":
        answer, older, wait = await _ask(client, source, now, place, f"repos/{place.path}/releases", page=page)
        return Page(tuple(parse_releases(answer, place.label)), older, f"{place.label} {kind}", wait=wait)
    if kind == "issues":
        return await _issues(client, source, now, place, token)
    raise AddressError("bad_address", source.address)


async def _issues(client: Client, source: Source, now: datetime, place: Place, token: str) -> Page:
    """A page of issues and one of comments on any issue. The token says where each list goes on."""
    issues, _, comments = (token or "1|1").partition("|")
    posts: list[NewPost] = []
    title, waits = f"{place.label} issues", [0.0]
    if issues != END:
        listing = {"state": "all", "sort": "created", "direction": "desc", "page": issues or "1"}
        answer, older, wait = await _ask(client, source, now, place, f"repos/{place.path}/issues", **listing)
        posts += parse_issues(answer, place.label)
        issues = older or END
        waits.append(wait)
    if comments != END and not client.preview and not waits[-1]:
        listing = {"sort": "created", "direction": "desc", "page": comments or "1"}
        answer, older, wait = await _ask(client, source, now, place, f"repos/{place.path}/issues/comments", **listing)
        posts += parse_issue_comments(answer, place.label)
        comments = older or END
        waits.append(wait)
    more = "" if issues == comments == END else f"{issues}|{comments}"
    return Page(tuple(posts), more, title, wait=max(waits))


_releases = newest_first(read_page, first_pages=1, pages=5)
_all_issues = newest_first(read_page, pages=5, through=True)
_search = newest_first(read_page, first_pages=1, pages=1, whole=True)


async def _fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """Ask first whether anything changed: GitHub does not count an answer of "unchanged"."""
    kind = source.address.partition(":")[0]
    if kind == "discussions":
        return await fetch_discussions(client, source, now, Place.of(source.address))
    paths = {"releases": "releases?per_page=1", "issues": "issues?state=all&sort=updated&per_page=1"}
    etag = ""
    if kind in paths and not client.preview:
        place = Place.of(source.address)
        headers = place.headers(client) | ({"If-None-Match": source.etag} if source.etag else {})
        url = f"{place.base(client)}/repos/{place.path}/{paths[kind]}"
        answer = await client.get(url, now, headers=headers, accept=(401, 403, 404, 410, 429))
        if answer.status == 304 and '"gaps"' not in source.cursor and source.back_to is None:
            return FetchResult(unchanged=True)
        if answer.status < 300:
            read_json(answer.body, source.address)
            etag = answer.headers.get("etag", "")
    fetch_kind = {"search": _search, "issues": _all_issues}.get(kind, _releases)
    result = await fetch_kind(client, source, now)
    if len(etag) > 1_000:
        raise ContentError("bad_answer", source.address, "etag")
    return replace(result, changes={**result.changes, "etag": etag})


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """A limit of requests that another source has reached is waited for. It is counted by server."""
    place = Place("", "") if source.address.startswith("search:") else Place.of(source.address)
    return await patiently(_fetch, urlsplit(place.base(client)).netloc)(client, source, now)
