"""Writing to GitHub: issues and their comments by REST, discussions by GraphQL; hiding, deleting and locking.

A place to publish in is an address as sources have it: `issues:OWNER/REPO`, or `discussions:OWNER/REPO#CATEGORY`.
API: https://docs.github.com/en/rest/issues/comments and https://docs.github.com/en/graphql/reference/mutations
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sources.acting.base import Act, Deed, Done, Target
from sources.acting.github_discussions import (
    CREATE,
    DELETE,
    HIDE,
    RECENT,
    SHOW,
    THING,
    UNLOCK,
    discuss,
    discussion_of,
    find_reply,
    first_of_ours,
    moderate_discussion,
)
from sources.acting.github_server import LOCKING, Server, classifier
from sources.acting.told import CLOCKS, check_offer, is_of_this, is_same, subject
from sources.answers import items, listed, mapping, moment, words
from sources.errors import AddressError, ContentError, RefusedError
from sources.http import Client
from sources.kinds.github_places import Place

_HOST = r"(?:(?P<host>[\w.-]+(?::\d+)?)/)?"
_OF_ISSUES = re.compile(_HOST + r"(?P<path>[\w.-]+/[\w.-]+)(?:#(?P<issue>\d+)|/comment/(?P<comment>\d+))")
_NODE = re.compile(_HOST + r"(?P<node>[\w=-]{6,200})")


@dataclass(frozen=True, slots=True)
class _Issue:
    """What an id of an issue or of a comment on one names."""

    number: str
    comment: str = ""


def _place(act: Act) -> tuple[Place, _Issue | None, str]:
    """(server and repository, an issue or a comment on one, or the node of a discussion) that the target names."""
    if match := _OF_ISSUES.fullmatch(act.target):
        place = Place((match["host"] or "").lower(), match["path"])
        return place, _Issue(match["issue"] or "", match["comment"] or ""), ""
    if match := _NODE.fullmatch(act.target):
        return Place((match["host"] or "").lower(), ""), None, match["node"]
    raise AddressError("bad_address", act.target)


class GitHub:
    service = "github_write"
    deeds = frozenset({Deed.ANSWER, Deed.PUBLISH, Deed.HIDE, Deed.REMOVE, Deed.LOCK})
    can_undo = frozenset({Deed.ANSWER, Deed.HIDE, Deed.LOCK})
    longest = 65_536

    def length(self, text: str) -> int:
        return len(text)

    async def look(self, client: Client, act: Act, now: datetime) -> Target:
        if not act.target:
            server = Server(client, act, now, Place(_host(act), ""))
            await server.get("user")
            return Target()
        place, issue, node = _place(act)
        server = Server(client, act, now, place)
        try:
            if issue is None:
                thing = mapping((await server.ask(THING, id=node)).get("node"))
                discussion = mapping(thing.get("discussion")) or thing
                locked = discussion.get("locked") is True
            else:
                thing = mapping(await server.get(_path(server, issue)))
                locked = thing.get("locked") is True
                if issue.comment and act.deed is Deed.ANSWER:
                    number = await _issue_number(server, thing)
                    locked = mapping(await server.get(f"{server.issues}/{number}")).get("locked") is True
        except RefusedError as error:
            if error.code not in {"not_found", "gone", "not_offered"}:
                raise
            return Target(gone=True)
        if not words(thing.get("id")):
            return Target(gone=True)
        return Target(words(thing.get("body")), locked=locked and act.deed is Deed.ANSWER)

    async def find(self, client: Client, act: Act, now: datetime) -> Done | None:
        if act.deed is Deed.PUBLISH:
            return await _find_published(client, act, now)
        place, issue, node = _place(act)
        server = Server(client, act, now, place)
        if act.deed is Deed.ANSWER:
            return await (_find_comment(server, issue) if issue else find_reply(server, node))
        stands_so = await _stands_so(server, issue, node)
        return Done(act.target, act.target_url, now) if stands_so else None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        if act.pictures:
            raise RefusedError("not_offered", subject(act), "pictures")
        if act.deed is Deed.PUBLISH:
            return await _publish(client, act, now)
        place, issue, node = _place(act)
        server = Server(client, act, now, place)
        if act.deed is Deed.ANSWER:
            return await (_comment(server, issue) if issue else discuss(server, node))
        await (_moderate(server, issue) if issue else moderate_discussion(server, node))
        return Done(act.target, act.target_url, now)

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        place, issue, node = _place(act)
        server = Server(client, act, now, place)
        if act.deed is Deed.ANSWER:
            own = _OF_ISSUES.fullmatch(done.id)
            if own is not None:
                await server.send("DELETE", f"{server.issues}/comments/{own['comment']}")
            else:
                await server.ask(DELETE, id=done.id.removeprefix(place.prefix))
        elif act.deed is Deed.HIDE:
            await server.ask(SHOW, id=node or await _node(server, issue))
        elif issue is not None:
            await server.send("DELETE", f"{server.issues}/{await _number(server, issue)}/lock")
        else:
            await server.ask(UNLOCK, id=await discussion_of(server, node))


def _host(act: Act) -> str:
    return "" if act.account in {"", "github.com"} else act.account.lower()


def _path(server: Server, issue: _Issue) -> str:
    return f"{server.issues}/comments/{issue.comment}" if issue.comment else f"{server.issues}/{issue.number}"


async def _issue_number(server: Server, comment: Mapping[str, Any]) -> str:
    match = re.search(r"/issues/(\d+)$", words(comment.get("issue_url")))
    if not match:
        raise ContentError("bad_answer", subject(server.act), "a comment without its issue")
    return match[1]


async def _number(server: Server, issue: _Issue) -> str:
    """The number of the issue that the target is, or is a comment on."""
    if issue.number:
        return issue.number
    return await _issue_number(server, mapping(await server.get(_path(server, issue))))


async def _node(server: Server, issue: _Issue | None) -> str:
    """The node of a comment on an issue; only comments can be hidden."""
    if issue is None or not issue.comment:
        raise RefusedError("not_offered", subject(server.act), "only comments can be hidden")
    return words(mapping(await server.get(_path(server, issue))).get("node_id"))


async def _comment(server: Server, issue: _Issue) -> Done:
    number = await _number(server, issue)
    item = await server.send("POST", f"{server.issues}/{number}/comments", {"body": server.act.text})
    return server.posted(item, f"{server.place.label}/comment/{words(item.get('id'))}")


async def _find_comment(server: Server, issue: _Issue) -> Done | None:
    number, own = await _number(server, issue), words(mapping(await server.get("user")).get("login"))
    first = server.act.first_try
    since = f"&since={(first - CLOCKS).strftime('%Y-%m-%dT%H:%M:%SZ')}" if first else ""
    answer = await server.get(f"{server.issues}/{number}/comments?per_page=100{since}")
    for item in items(answer, subject(server.act)):
        is_ours = words(mapping(item.get("user")).get("login")) == own
        is_time = is_of_this(server.act, moment(item.get("created_at")))
        if is_ours and is_time and is_same(server.act.text, words(item.get("body"))):
            return server.posted(item, f"{server.place.label}/comment/{words(item.get('id'))}")
    return None


def _where(act: Act) -> tuple[str, Place, str]:
    """(issues or discussions, repository, category of a discussion). Raises RefusedError place_unknown."""
    kind, _, rest = act.place.partition(":")
    repository, _, category = rest.partition("#")
    if kind not in {"issues", "discussions"}:
        raise RefusedError("place_unknown", subject(act), "issues:OWNER/REPO or discussions:OWNER/REPO#CATEGORY")
    try:
        return kind, Place.of(f"{kind}:{repository}"), category.strip() or "general"
    except AddressError as error:
        raise RefusedError("place_unknown", subject(act)) from error


async def _publish(client: Client, act: Act, now: datetime) -> Done:
    kind, place, category = _where(act)
    server = Server(client, act, now, place)
    if kind == "issues":
        item = await server.send("POST", server.issues, {"title": act.title, "body": act.text})
        return server.posted(item, f"{place.label}#{words(item.get('number'))}")
    owner, _, name = place.path.partition("/")
    repository = mapping((await server.ask(RECENT, owner=owner, name=name)).get("repository"))
    known = [mapping(one) for one in listed(mapping(repository.get("discussionCategories")).get("nodes"))]
    names = {words(one.get(key)).casefold(): words(one.get("id")) for one in known for key in ("name", "slug")}
    if category.casefold() not in names:
        raise RefusedError("place_unknown", subject(act), "no such category")
    told = {"id": words(repository.get("id")), "category": names[category.casefold()]}
    data = await server.ask(CREATE, **told, title=act.title, body=act.text)
    made = mapping(mapping(data.get("createDiscussion")).get("discussion"))
    return server.posted(made, place.prefix + words(made.get("id")))


async def _find_published(client: Client, act: Act, now: datetime) -> Done | None:
    kind, place, _category = _where(act)
    server = Server(client, act, now, place)
    if kind == "discussions":
        owner, _, name = place.path.partition("/")
        data = await server.ask(RECENT, owner=owner, name=name)
        return first_of_ours(server, data, mapping(mapping(data.get("repository")).get("discussions")), act.title)
    own = words(mapping(await server.get("user")).get("login"))
    answer = await server.get(f"{server.issues}?creator={own}&state=all&sort=created&direction=desc&per_page=50")
    for item in items(answer, subject(act)):
        is_time = is_of_this(act, moment(item.get("created_at")))
        if is_time and is_same(act.title, words(item.get("title"))) and is_same(act.text, words(item.get("body"))):
            return server.posted(item, f"{place.label}#{words(item.get('number'))}")
    return None


async def _stands_so(server: Server, issue: _Issue | None, node: str) -> bool:
    """Whether the target is already as moderating would leave it."""
    deed = server.act.deed
    try:
        if deed is Deed.LOCK and issue is not None:
            thing = await server.get(f"{server.issues}/{await _number(server, issue)}")
            return mapping(thing).get("locked") is True
        thing = mapping((await server.ask(THING, id=node or await _node(server, issue))).get("node"))
    except RefusedError as error:
        if error.code != "not_found":
            raise
        return deed is Deed.REMOVE
    if deed is Deed.LOCK:
        return (mapping(thing.get("discussion")) or thing).get("locked") is True
    return thing.get("isMinimized") is True if deed is Deed.HIDE else not thing


async def _moderate(server: Server, issue: _Issue) -> None:
    act = server.act
    if act.deed is Deed.HIDE:
        await server.ask(HIDE, id=await _node(server, issue), why=classifier(act))
    elif act.deed is Deed.LOCK:
        why = {"lock_reason": act.reason.lower()} if act.reason.lower() in LOCKING else {}
        await server.send("PUT", f"{server.issues}/{await _number(server, issue)}/lock", why)
    elif issue.comment:
        await server.send("DELETE", _path(server, issue))
    else:
        raise RefusedError("not_offered", subject(act), "only comments can be deleted")
