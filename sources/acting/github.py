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
from sources.acting.told import CLOCKS, check_offer, is_of_this, is_same, key_of, subject
from sources.answers import get_json, items, link, listed, mapping, moment, send_json, words
from sources.bodies import json_body
from sources.errors import AddressError, ContentError, RefusedError
from sources.http import Client
from sources.kinds.github_places import Place, explain

_HOST = r"(?:(?P<host>[\w.-]+(?::\d+)?)/)?"
_OF_ISSUES = re.compile(_HOST + r"(?P<path>[\w.-]+/[\w.-]+)(?:#(?P<issue>\d+)|/comment/(?P<comment>\d+))")
_NODE = re.compile(_HOST + r"(?P<node>[\w=-]{6,200})")
HIDING = ("SPAM", "ABUSE", "OFF_TOPIC", "OUTDATED", "DUPLICATE", "RESOLVED")
LOCKING = ("off-topic", "too heated", "resolved", "spam")
_POST = "id url body createdAt author { login }"
_THING = f"""query($id: ID!) {{ viewer {{ login }} node(id: $id) {{ __typename
  ... on Discussion {{ {_POST} locked comments(last: 50) {{ nodes {{ {_POST} }} }} }}
  ... on DiscussionComment {{ {_POST} isMinimized replyTo {{ id }} discussion {{ id locked }} }}
  ... on IssueComment {{ id isMinimized }} }} }}"""
_REPLIES = f"""query($id: ID!) {{ node(id: $id) {{ ... on DiscussionComment {{
  replies(last: 50) {{ nodes {{ {_POST} }} }} }} }} }}"""
_RECENT = f"""query($owner: String!, $name: String!) {{ viewer {{ login }} repository(owner: $owner, name: $name) {{ id
  discussionCategories(first: 25) {{ nodes {{ id name slug }} }}
  discussions(first: 25, orderBy: {{field: CREATED_AT, direction: DESC}}) {{ nodes {{ {_POST} title }} }} }} }}"""
_COMMENT = f"""mutation($id: ID!, $to: ID, $body: String!) {{
  addDiscussionComment(input: {{discussionId: $id, replyToId: $to, body: $body}}) {{ comment {{ {_POST} }} }} }}"""
_CREATE = f"""mutation($id: ID!, $category: ID!, $title: String!, $body: String!) {{
  createDiscussion(input: {{repositoryId: $id, categoryId: $category, title: $title, body: $body}}) {{
    discussion {{ {_POST} }} }} }}"""
_HIDE = """mutation($id: ID!, $why: ReportedContentClassifiers!) {
  minimizeComment(input: {subjectId: $id, classifier: $why}) { minimizedComment { isMinimized } } }"""
_SHOW = "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } } }"
_DELETE = "mutation($id: ID!) { deleteDiscussionComment(input: {id: $id}) { comment { id } } }"
_LOCK = "mutation($id: ID!) { lockLockable(input: {lockableId: $id}) { lockedRecord { locked } } }"
_UNLOCK = "mutation($id: ID!) { unlockLockable(input: {lockableId: $id}) { unlockedRecord { locked } } }"


def _explain(status: int, answer: Mapping[str, Any]) -> str:
    message = words(answer.get("message")).lower()
    if code := explain(status, answer):
        return code
    if "locked" in message:
        return "locked"
    if status == 403:
        return "may_not_write"
    if status == 410:
        return "not_offered"  # the repository has its issues switched off
    if "too long" in message:
        return "too_long"
    return "words_refused" if status == 422 else ""


def _refusal(error: Mapping[str, Any]) -> str:
    """What an error of GraphQL means: it comes with the status of success."""
    kind, message = words(error.get("type")), words(error.get("message")).lower()
    if "locked" in message:
        return "locked"
    if "too long" in message:
        return "too_long"
    return {
        "NOT_FOUND": "not_found",
        "RATE_LIMITED": "too_many_requests",
        "FORBIDDEN": "may_not_write",
        "INSUFFICIENT_SCOPES": "may_not_write",
    }.get(kind, "words_refused" if kind == "UNPROCESSABLE" else "refused")


@dataclass(frozen=True, slots=True)
class _Server:
    """GitHub, or a server of one's own, as it is asked on behalf of one act; `place` is a repository of it."""

    client: Client
    act: Act
    now: datetime
    place: Place

    def _headers(self) -> dict[str, str]:
        key_of(self.client, "github_write", "token", self.act, self.place.host)
        return self.place.headers(self.client, "github_write")

    async def get(self, path: str) -> Any:
        answer, _ = await get_json(
            self.client,
            f"{self.place.base(self.client)}/{path}",
            self.now,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
        )
        return answer

    async def send(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        answer = await send_json(
            self.client,
            method,
            f"{self.place.base(self.client)}/{path}",
            self.now,
            json_body(content) if content is not None else None,
            subject=subject(self.act),
            headers=self._headers(),
            explain=_explain,
        )
        return mapping(answer)

    async def ask(self, query: str, **variables: str | None) -> Mapping[str, Any]:
        """GraphQL. Raises RefusedError with what its first error means."""
        answer = mapping(
            await send_json(
                self.client,
                "POST",
                self.place.graphql(self.client),
                self.now,
                json_body({"query": query, "variables": variables}),
                subject=subject(self.act),
                headers=self._headers(),
                explain=_explain,
            )
        )
        for error in listed(answer.get("errors")):
            message = words(mapping(error).get("message"))
            raise RefusedError(_refusal(mapping(error)), subject(self.act), message)
        return mapping(answer.get("data"))

    @property
    def issues(self) -> str:
        return f"repos/{self.place.path}/issues"

    def posted(self, item: Mapping[str, Any], native: str) -> Done:
        address = link(item.get("html_url")) or link(item.get("url"))
        if not words(item.get("id")) or not address:
            raise ContentError("bad_answer", subject(self.act), "no address of the post")
        at = moment(item.get("created_at")) or moment(item.get("createdAt"))
        return Done(native, address, at or self.now)


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
            server = _Server(client, act, now, Place(_host(act), ""))
            await server.get("user")
            return Target()
        place, issue, node = _place(act)
        server = _Server(client, act, now, place)
        try:
            if issue is None:
                thing = mapping((await server.ask(_THING, id=node)).get("node"))
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
        server = _Server(client, act, now, place)
        if act.deed is Deed.ANSWER:
            return await (_find_comment(server, issue) if issue else _find_in_discussion(server, node))
        stands_so = await _stands_so(server, issue, node)
        return Done(act.target, act.target_url, now) if stands_so else None

    async def do(self, client: Client, act: Act, now: datetime) -> Done:
        check_offer(self, act)
        if act.pictures:
            raise RefusedError("not_offered", subject(act), "pictures")
        if act.deed is Deed.PUBLISH:
            return await _publish(client, act, now)
        place, issue, node = _place(act)
        server = _Server(client, act, now, place)
        if act.deed is Deed.ANSWER:
            return await (_comment(server, issue) if issue else _discuss(server, node))
        await (_moderate(server, issue) if issue else _moderate_discussion(server, node))
        return Done(act.target, act.target_url, now)

    async def undo(self, client: Client, act: Act, done: Done, now: datetime) -> None:
        place, issue, node = _place(act)
        server = _Server(client, act, now, place)
        if act.deed is Deed.ANSWER:
            own = _OF_ISSUES.fullmatch(done.id)
            if own is not None:
                await server.send("DELETE", f"{server.issues}/comments/{own['comment']}")
            else:
                await server.ask(_DELETE, id=done.id.removeprefix(place.prefix))
        elif act.deed is Deed.HIDE:
            await server.ask(_SHOW, id=node or await _node(server, issue))
        elif issue is not None:
            await server.send("DELETE", f"{server.issues}/{await _number(server, issue)}/lock")
        else:
            await server.ask(_UNLOCK, id=await _discussion(server, node))


def _host(act: Act) -> str:
    return "" if act.account in {"", "github.com"} else act.account.lower()


def _path(server: _Server, issue: _Issue) -> str:
    return f"{server.issues}/comments/{issue.comment}" if issue.comment else f"{server.issues}/{issue.number}"


async def _issue_number(server: _Server, comment: Mapping[str, Any]) -> str:
    match = re.search(r"/issues/(\d+)$", words(comment.get("issue_url")))
    if not match:
        raise ContentError("bad_answer", subject(server.act), "a comment without its issue")
    return match[1]


async def _number(server: _Server, issue: _Issue) -> str:
    """The number of the issue that the target is, or is a comment on."""
    if issue.number:
        return issue.number
    return await _issue_number(server, mapping(await server.get(_path(server, issue))))


async def _node(server: _Server, issue: _Issue | None) -> str:
    """The node of a comment on an issue; only comments can be hidden."""
    if issue is None or not issue.comment:
        raise RefusedError("not_offered", subject(server.act), "only comments can be hidden")
    return words(mapping(await server.get(_path(server, issue))).get("node_id"))


async def _discussion(server: _Server, node: str) -> str:
    """The discussion that a node is, or is a comment in."""
    thing = mapping((await server.ask(_THING, id=node)).get("node"))
    return words(mapping(thing.get("discussion")).get("id")) or node


async def _comment(server: _Server, issue: _Issue) -> Done:
    number = await _number(server, issue)
    item = await server.send("POST", f"{server.issues}/{number}/comments", {"body": server.act.text})
    return server.posted(item, f"{server.place.label}/comment/{words(item.get('id'))}")


async def _discuss(server: _Server, node: str) -> Done:
    """A comment on a discussion, or a reply under its comment: replies have none of their own."""
    thing = mapping((await server.ask(_THING, id=node)).get("node"))
    if not words(thing.get("id")):
        raise RefusedError("not_found", subject(server.act))
    discussion = mapping(thing.get("discussion"))
    above = (words(mapping(thing.get("replyTo")).get("id")) or node) if discussion else None
    data = await server.ask(_COMMENT, id=words(discussion.get("id")) or node, to=above, body=server.act.text)
    made = mapping(mapping(data.get("addDiscussionComment")).get("comment"))
    return server.posted(made, server.place.prefix + words(made.get("id")))


async def _find_comment(server: _Server, issue: _Issue) -> Done | None:
    number, own = await _number(server, issue), words(mapping(await server.get("user")).get("login"))
    first = server.act.first_try
    since = f"&since={(first - CLOCKS).strftime('%Y-%m-%dT%H:%M:%SZ')}" if first else ""
    answer = await server.get(f"{server.issues}/{number}/comments?per_page=100{since}")
    for item in items(answer, subject(server.act)):
        is_ours = words(mapping(item.get("user")).get("login")) == own
        if is_ours and is_of_this(server.act, moment(item.get("created_at"))):
            if is_same(server.act.text, words(item.get("body"))):
                return server.posted(item, f"{server.place.label}/comment/{words(item.get('id'))}")
    return None


async def _find_in_discussion(server: _Server, node: str) -> Done | None:
    data = await server.ask(_THING, id=node)
    thing = mapping(data.get("node"))
    said = mapping(thing.get("comments"))
    if mapping(thing.get("discussion")):
        above = words(mapping(thing.get("replyTo")).get("id")) or node
        said = mapping(mapping((await server.ask(_REPLIES, id=above)).get("node")).get("replies"))
    return _first_of_ours(server, data, said)


def _first_of_ours(server: _Server, data: Mapping[str, Any], said: Mapping[str, Any], title: str = "") -> Done | None:
    own = words(mapping(data.get("viewer")).get("login"))
    for one in map(mapping, listed(said.get("nodes"))):
        is_ours = words(mapping(one.get("author")).get("login")) == own
        is_time = is_of_this(server.act, moment(one.get("createdAt")))
        is_titled = not title or is_same(title, words(one.get("title")))
        if is_ours and is_time and is_titled and is_same(server.act.text, words(one.get("body"))):
            return server.posted(one, server.place.prefix + words(one.get("id")))
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
    server = _Server(client, act, now, place)
    if kind == "issues":
        item = await server.send("POST", server.issues, {"title": act.title, "body": act.text})
        return server.posted(item, f"{place.label}#{words(item.get('number'))}")
    owner, _, name = place.path.partition("/")
    repository = mapping((await server.ask(_RECENT, owner=owner, name=name)).get("repository"))
    known = [mapping(one) for one in listed(mapping(repository.get("discussionCategories")).get("nodes"))]
    names = {words(one.get(key)).casefold(): words(one.get("id")) for one in known for key in ("name", "slug")}
    if category.casefold() not in names:
        raise RefusedError("place_unknown", subject(act), "no such category")
    told = {"id": words(repository.get("id")), "category": names[category.casefold()]}
    data = await server.ask(_CREATE, **told, title=act.title, body=act.text)
    made = mapping(mapping(data.get("createDiscussion")).get("discussion"))
    return server.posted(made, place.prefix + words(made.get("id")))


async def _find_published(client: Client, act: Act, now: datetime) -> Done | None:
    kind, place, _category = _where(act)
    server = _Server(client, act, now, place)
    if kind == "discussions":
        owner, _, name = place.path.partition("/")
        data = await server.ask(_RECENT, owner=owner, name=name)
        return _first_of_ours(server, data, mapping(mapping(data.get("repository")).get("discussions")), act.title)
    own = words(mapping(await server.get("user")).get("login"))
    answer = await server.get(f"{server.issues}?creator={own}&state=all&sort=created&direction=desc&per_page=50")
    for item in items(answer, subject(act)):
        is_time = is_of_this(act, moment(item.get("created_at")))
        if is_time and is_same(act.title, words(item.get("title"))) and is_same(act.text, words(item.get("body"))):
            return server.posted(item, f"{place.label}#{words(item.get('number'))}")
    return None


async def _stands_so(server: _Server, issue: _Issue | None, node: str) -> bool:
    """Whether the target is already as moderating would leave it."""
    deed = server.act.deed
    try:
        if deed is Deed.LOCK and issue is not None:
            thing = await server.get(f"{server.issues}/{await _number(server, issue)}")
            return mapping(thing).get("locked") is True
        thing = mapping((await server.ask(_THING, id=node or await _node(server, issue))).get("node"))
    except RefusedError as error:
        if error.code != "not_found":
            raise
        return deed is Deed.REMOVE
    if deed is Deed.LOCK:
        return (mapping(thing.get("discussion")) or thing).get("locked") is True
    return thing.get("isMinimized") is True if deed is Deed.HIDE else not thing


async def _moderate(server: _Server, issue: _Issue) -> None:
    act = server.act
    if act.deed is Deed.HIDE:
        await server.ask(_HIDE, id=await _node(server, issue), why=_classifier(act))
    elif act.deed is Deed.LOCK:
        why = {"lock_reason": act.reason.lower()} if act.reason.lower() in LOCKING else {}
        await server.send("PUT", f"{server.issues}/{await _number(server, issue)}/lock", why)
    elif issue.comment:
        await server.send("DELETE", _path(server, issue))
    else:
        raise RefusedError("not_offered", subject(act), "only comments can be deleted")


async def _moderate_discussion(server: _Server, node: str) -> None:
    act = server.act
    thing = mapping((await server.ask(_THING, id=node)).get("node"))
    discussion = mapping(thing.get("discussion"))
    if act.deed is Deed.LOCK:
        await server.ask(_LOCK, id=words(discussion.get("id")) or node)
    elif not discussion:
        raise RefusedError("not_offered", subject(act), "only comments can be hidden or deleted")
    elif act.deed is Deed.HIDE:
        await server.ask(_HIDE, id=node, why=_classifier(act))
    else:
        await server.ask(_DELETE, id=node)


def _classifier(act: Act) -> str:
    name = act.reason.strip().upper().replace(" ", "_").replace("-", "_")
    return name if name in HIDING else "OFF_TOPIC"
