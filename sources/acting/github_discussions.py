"""Discussions of GitHub: comments and replies by GraphQL, hiding, deleting and locking.

API: https://docs.github.com/en/graphql/guides/using-the-graphql-api-for-discussions
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sources.acting.base import Deed, Done
from sources.acting.github_server import Server, classifier
from sources.acting.told import is_of_this, is_same, subject
from sources.answers import listed, mapping, moment, words
from sources.errors import RefusedError

_POST = "id url body createdAt author { login }"
THING = f"""query($id: ID!) {{ viewer {{ login }} node(id: $id) {{ __typename
  ... on Discussion {{ {_POST} locked comments(last: 50) {{ nodes {{ {_POST} }} }} }}
  ... on DiscussionComment {{ {_POST} isMinimized replyTo {{ id }} discussion {{ id locked }} }}
  ... on IssueComment {{ id isMinimized }} }} }}"""
REPLIES = f"""query($id: ID!) {{ node(id: $id) {{ ... on DiscussionComment {{
  replies(last: 50) {{ nodes {{ {_POST} }} }} }} }} }}"""
RECENT = f"""query($owner: String!, $name: String!) {{ viewer {{ login }} repository(owner: $owner, name: $name) {{ id
  discussionCategories(first: 25) {{ nodes {{ id name slug }} }}
  discussions(first: 25, orderBy: {{field: CREATED_AT, direction: DESC}}) {{ nodes {{ {_POST} title }} }} }} }}"""
COMMENT = f"""mutation($id: ID!, $to: ID, $body: String!) {{
  addDiscussionComment(input: {{discussionId: $id, replyToId: $to, body: $body}}) {{ comment {{ {_POST} }} }} }}"""
CREATE = f"""mutation($id: ID!, $category: ID!, $title: String!, $body: String!) {{
  createDiscussion(input: {{repositoryId: $id, categoryId: $category, title: $title, body: $body}}) {{
    discussion {{ {_POST} }} }} }}"""
HIDE = """mutation($id: ID!, $why: ReportedContentClassifiers!) {
  minimizeComment(input: {subjectId: $id, classifier: $why}) { minimizedComment { isMinimized } } }"""
SHOW = "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } } }"
DELETE = "mutation($id: ID!) { deleteDiscussionComment(input: {id: $id}) { comment { id } } }"
LOCK = "mutation($id: ID!) { lockLockable(input: {lockableId: $id}) { lockedRecord { locked } } }"
UNLOCK = "mutation($id: ID!) { unlockLockable(input: {lockableId: $id}) { unlockedRecord { locked } } }"


async def discussion_of(server: Server, node: str) -> str:
    """The discussion that a node is, or is a comment in."""
    thing = mapping((await server.ask(THING, id=node)).get("node"))
    return words(mapping(thing.get("discussion")).get("id")) or node


async def discuss(server: Server, node: str) -> Done:
    """A comment on a discussion, or a reply under its comment: replies have none of their own."""
    thing = mapping((await server.ask(THING, id=node)).get("node"))
    if not words(thing.get("id")):
        raise RefusedError("not_found", subject(server.act))
    discussion = mapping(thing.get("discussion"))
    above = (words(mapping(thing.get("replyTo")).get("id")) or node) if discussion else None
    data = await server.ask(COMMENT, id=words(discussion.get("id")) or node, to=above, body=server.act.text)
    made = mapping(mapping(data.get("addDiscussionComment")).get("comment"))
    return server.posted(made, server.place.prefix + words(made.get("id")))


async def find_reply(server: Server, node: str) -> Done | None:
    data = await server.ask(THING, id=node)
    thing = mapping(data.get("node"))
    said = mapping(thing.get("comments"))
    if mapping(thing.get("discussion")):
        above = words(mapping(thing.get("replyTo")).get("id")) or node
        said = mapping(mapping((await server.ask(REPLIES, id=above)).get("node")).get("replies"))
    return first_of_ours(server, data, said)


def first_of_ours(server: Server, data: Mapping[str, Any], said: Mapping[str, Any], title: str = "") -> Done | None:
    own = words(mapping(data.get("viewer")).get("login"))
    for one in map(mapping, listed(said.get("nodes"))):
        is_ours = words(mapping(one.get("author")).get("login")) == own
        is_time = is_of_this(server.act, moment(one.get("createdAt")))
        is_titled = not title or is_same(title, words(one.get("title")))
        if is_ours and is_time and is_titled and is_same(server.act.text, words(one.get("body"))):
            return server.posted(one, server.place.prefix + words(one.get("id")))
    return None


async def moderate_discussion(server: Server, node: str) -> None:
    act = server.act
    thing = mapping((await server.ask(THING, id=node)).get("node"))
    discussion = mapping(thing.get("discussion"))
    if act.deed is Deed.LOCK:
        await server.ask(LOCK, id=words(discussion.get("id")) or node)
    elif not discussion:
        raise RefusedError("not_offered", subject(act), "only comments can be hidden or deleted")
    elif act.deed is Deed.HIDE:
        await server.ask(HIDE, id=node, why=classifier(act))
    else:
        await server.ask(DELETE, id=node)
