"""Discussions of GitHub, with their comments and the replies to those, by GraphQL, which needs a token.

They come in the order of their last change, so that what is new in an old one is read. What one answer leaves out
of a long discussion is asked for afterwards. An organisation's discussions live in one of its repositories, whose
discussions have addresses of the organisation: that is how it is found.
API: https://docs.github.com/en/graphql/guides/using-the-graphql-api-for-discussions
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from data.models import Engagement, NewPost, Source, from_epoch, to_epoch
from sources.answers import get_json, items, link, listed, mapping, moment, number, words
from sources.base import FetchResult, Page
from sources.errors import RefusedError
from sources.http import Client
from sources.kinds.github_places import Place, explain, post_of
from sources.paging import newest_first
from sources.refusals import rate_pause

_POST = "id body url createdAt upvoteCount author { login }"
_REPLIES = f"pageInfo {{ hasNextPage endCursor }} nodes {{ {_POST} replyTo {{ id }} }}"
_COMMENTS = f"""totalCount pageInfo {{ hasNextPage endCursor }} nodes {{
  {_POST} replyTo {{ id }} replies(first: 20) {{ totalCount {_REPLIES} }} }}"""
DISCUSSIONS = f"""query($owner: String!, $name: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{ discussions(first: 25, after: $after,
    orderBy: {{field: UPDATED_AT, direction: DESC}}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{
      {_POST} title updatedAt reactions {{ totalCount }} comments(first: 50) {{ {_COMMENTS} }} }} }} }} }}"""
COMMENTS = f"""query($id: ID!, $after: String) {{ node(id: $id) {{ ... on Discussion {{
  comments(first: 50, after: $after) {{ {_COMMENTS} }} }} }} }}"""
REPLIES = f"""query($id: ID!, $after: String) {{ node(id: $id) {{ ... on DiscussionComment {{
  replies(first: 100, after: $after) {{ {_REPLIES} }} }} }} }}"""
REPOSITORIES = """query($login: String!, $after: String) { organization(login: $login) {
  repositories(first: 100, after: $after, orderBy: {field: PUSHED_AT, direction: DESC}) {
    pageInfo { hasNextPage endCursor } nodes { name discussions(first: 1) { nodes { url } } } } } }"""
MOST_REPOSITORIES = 500
_ERRORS = {
    "NOT_FOUND": "not_found",
    "RATE_LIMITED": "too_many_requests",
    "FORBIDDEN": "forbidden",
    "INSUFFICIENT_SCOPES": "bad_credentials",
}


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is still to be read of a comment's replies, or of a discussion's comments where `comment` is empty.

    `active` is when the discussion last changed (Unix time), `after` where the list goes on.
    """

    discussion: str
    comment: str
    after: str
    active: int


@dataclass(frozen=True, slots=True)
class _Where:
    """Where reading goes on: what is left of the discussions read, then the list after `after`, if any.

    `floor` is when the last discussion of that list changed, `every` asks for what is left however old it is.
    """

    rests: tuple[_Rest, ...] = ()
    after: str = ""
    floor: int = 0
    every: bool = False

    def token(self) -> str:
        if not self.rests and not self.after:
            return ""
        rests = [[r.discussion, r.comment, r.after, r.active] for r in self.rests]
        return json.dumps([rests, self.after, self.floor, self.every], separators=(",", ":"))

    @staticmethod
    def of(token: str) -> _Where:
        """A token that cannot be read is the beginning."""
        try:
            rests, after, floor, every = json.loads(token)
            read = tuple(_Rest(str(d), str(c), str(a), int(t)) for d, c, a, t in rests)
            return _Where(read, str(after), int(floor), bool(every))
        except (ValueError, TypeError):
            return _Where()

    def later(self) -> datetime | None:
        active = max(self.rests[0].active, self.floor) if self.rests else self.floor
        return from_epoch(active) if active > 0 and not (self.every and self.rests) else None


def _next(connection: Mapping[str, Any]) -> str:
    page = mapping(connection.get("pageInfo"))
    return words(page.get("endCursor")) if page.get("hasNextPage") is True else ""


def _said(item: Mapping[str, Any], place: Place, root: str, parent: str, replies: int | None = None) -> NewPost:
    return post_of(
        item,
        place.prefix + words(item.get("id")),
        place.label,
        url=link(item.get("url")),
        published_at=moment(item.get("createdAt")),
        root_id=place.prefix + root,
        parent_id=place.prefix + parent if parent else "",
        engagement=Engagement(score=number(item.get("upvoteCount")), comments=replies),
    )


def _named(connection: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [mapping(node) for node in listed(connection.get("nodes")) if words(mapping(node).get("id"))]


def parse_comments(
    connection: Mapping[str, Any], place: Place, root: str, active: int
) -> tuple[list[NewPost], list[_Rest]]:
    """Comments of a discussion with the replies that came along, and what is left of both."""
    posts: list[NewPost] = []
    rests: list[_Rest] = []
    for comment in _named(connection):
        native, replies = words(comment["id"]), mapping(comment.get("replies"))
        parent = words(mapping(comment.get("replyTo")).get("id")) or root
        posts.append(_said(comment, place, root, parent, number(replies.get("totalCount"))))
        posts += parse_replies(replies, place, root, native)
        if after := _next(replies):
            rests.append(_Rest(root, native, after, active))
    if after := _next(connection):
        rests.append(_Rest(root, "", after, active))
    return posts, rests


def parse_replies(connection: Mapping[str, Any], place: Place, root: str, comment: str) -> list[NewPost]:
    return [
        _said(reply, place, root, words(mapping(reply.get("replyTo")).get("id")) or comment)
        for reply in _named(connection)
    ]


async def _ask(
    client: Client, source: Source, now: datetime, place: Place, query: str, **variables: str | None
) -> tuple[Mapping[str, Any], float]:
    """(data, seconds to wait because no request is left). Raises RefusedError where there is no such place."""
    content = {"query": query, "variables": variables}
    value, headers = await get_json(
        client,
        place.graphql(client),
        now,
        subject=source.address,
        headers=place.headers(client),
        explain=explain,
        content=content,
    )
    answer = mapping(value)
    for error in listed(answer.get("errors")):
        code = _ERRORS.get(words(mapping(error).get("type")))
        if code:
            raise RefusedError(code, source.address, words(mapping(error).get("message")))
    return mapping(answer.get("data")), rate_pause(headers, now)


async def _read_page(client: Client, source: Source, now: datetime, place: Place, token: str) -> Page:
    where = _Where.of(token)
    if where.rests:
        return await _read_rest(client, source, now, place, where)
    owner, _, name = place.path.partition("/")
    data, wait = await _ask(client, source, now, place, DISCUSSIONS, owner=owner, name=name, after=where.after or None)
    connection = mapping(mapping(data.get("repository")).get("discussions"))
    posts: list[NewPost] = []
    rests: list[_Rest] = []
    times: list[int] = []
    for node in items(connection.get("nodes"), source.address):
        native, comments = words(node.get("id")), mapping(node.get("comments"))
        if not native:
            continue
        changed = moment(node.get("updatedAt")) or moment(node.get("createdAt"))
        times.append(to_epoch(changed) if changed else 0)
        posts.append(_said(node, place, native, "", number(comments.get("totalCount"))))
        said, left = parse_comments(comments, place, native, times[-1])
        posts += said
        rests += left
    onward = _Where(
        tuple(sorted(rests, key=lambda rest: -rest.active)),
        _next(connection) if not client.preview else "",
        min(times, default=0),
        every=not token and not source.cursor,
    )
    return Page(
        tuple(posts), title=f"{place.label} discussions", beyond=onward.token(), later=onward.later(), wait=wait
    )


async def _read_rest(client: Client, source: Source, now: datetime, place: Place, where: _Where) -> Page:
    """The next comments of a long discussion, or the next replies to a comment. One deleted meanwhile has none."""
    rest = where.rests[0]
    left: Sequence[_Rest] = ()
    posts: Sequence[NewPost] = ()
    wait = 0.0
    query, thing = (REPLIES, rest.comment) if rest.comment else (COMMENTS, rest.discussion)
    try:
        data, wait = await _ask(client, source, now, place, query, id=thing, after=rest.after)
    except RefusedError as error:
        if error.code != "not_found":
            raise
        data = {}
    node = mapping(data.get("node"))
    if rest.comment:
        replies = mapping(node.get("replies"))
        posts = parse_replies(replies, place, rest.discussion, rest.comment)
        after = _next(replies)
        left = [replace(rest, after=after)] if after and after != rest.after else []
    else:
        posts, found = parse_comments(mapping(node.get("comments")), place, rest.discussion, rest.active)
        left = [one for one in found if one != rest]
    onward = replace(where, rests=(*left, *where.rests[1:]))
    return Page(tuple(posts), beyond=onward.token(), later=onward.later(), wait=wait)


async def _home(client: Client, source: Source, now: datetime, place: Place) -> Place:
    """The repository in which an organisation's discussions live. Raises RefusedError not_found where none is."""
    login, after = place.path.partition("/")[2], ""
    with_discussions: list[str] = []
    for _ in range(MOST_REPOSITORIES // 100):
        data, _wait = await _ask(client, source, now, place, REPOSITORIES, login=login, after=after or None)
        connection = mapping(mapping(data.get("organization")).get("repositories"))
        for node in (mapping(n) for n in listed(connection.get("nodes"))):
            found = [words(mapping(d).get("url")) for d in listed(mapping(node.get("discussions")).get("nodes"))]
            if any(f"/orgs/{login}/discussions/".lower() in url.lower() for url in found):
                return replace(place, path=f"{login}/{words(node.get('name'))}")
            if found:
                with_discussions.append(words(node.get("name")))
        after = _next(connection)
        if not after:
            break
    if len(with_discussions) == 1:
        return replace(place, path=f"{login}/{with_discussions[0]}")
    raise RefusedError("not_found", source.address, "no repository holds discussions of the organisation")


async def fetch_discussions(client: Client, source: Source, now: datetime, place: Place) -> FetchResult:
    """A check of the discussions of a repository, or of an organisation (`orgs/NAME`)."""
    if not client.credentials.get("github", "token", place.host):
        raise RefusedError("no_credentials", source.address)
    home = await _home(client, source, now, place) if place.path.startswith("orgs/") else place

    async def read(client: Client, source: Source, now: datetime, token: str) -> Page:
        return await _read_page(client, source, now, home, token)

    return await newest_first(read, pages=20, through=True)(client, source, now)
