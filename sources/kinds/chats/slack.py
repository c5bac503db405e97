"""Channels of a Slack workspace by an app that only reads: messages and the replies of their threads.

Address: WORKSPACE/CHANNEL, the channel by its id. The app reads where it was invited, or, with channels:history, what
stands in public channels that it joined. Pages go back by the time of a message, which stays right while others are
deleted; replies by Slack's cursor, from the last one read. A message is known by the channel's name and its time, as in
an export; the name that a first check found stays. What is written of people by number gets their names.
API: https://docs.slack.dev/reference/methods/conversations.history and https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from weakref import WeakKeyDictionary

from data.models import Engagement, NewPost, Source
from sources.answers import get_json, items, link, listed, mapping, moment, number, total, words
from sources.base import FetchResult, Page
from sources.branches import Branches, branches_of, with_branches
from sources.errors import AddressError, ContentError, RefusedError
from sources.files.meaning.wording import words_of
from sources.http import Client
from sources.kinds.chats.again import Stretch, read_again
from sources.paging import patiently, state_of

BASE_URL = "https://slack.com/api"
PACE = (45, 60.0)  # fifty a minute for what asks most
PAGE_SIZE = 200
REQUESTS = 40  # a check, for threads
AGAIN = 5  # requests for messages that are read again, and for each thread among them
MOST_MISSING = 15
MOST_CHANNELS = 1_000
MICRO = 1_000_000
_NOTICE = re.compile(
    r"(?:channel|group)_.*|pinned_item|unpinned_item|bot_add|bot_remove|reminder_add|file_comment|sh_room_.*|tombstone"
    r"|huddle_thread|joiner_notification.*|app_conversation_join|ekm_access_denied|message_deleted|message_changed"
)
_CODES = {
    **dict.fromkeys(("invalid_auth", "not_authed", "account_inactive", "token_revoked"), "bad_credentials"),
    "token_expired": "expired_token",
    **dict.fromkeys(("missing_scope", "no_permission", "not_allowed_token_type"), "missing_permission"),
    **dict.fromkeys(("not_in_channel", "channel_is_limited_access"), "not_in_channel"),
    **dict.fromkeys(("channel_not_found", "thread_not_found", "message_not_found", "user_not_found"), "not_found"),
    **dict.fromkeys(("ratelimited", "rate_limited"), "too_many_requests"),
    **dict.fromkeys(("internal_error", "fatal_error", "service_unavailable"), "server_error"),
}
_NAMED = re.compile(r"<[@#]([A-Z0-9]{3,21})\|?>")  # without a name beside it
_NUMBER = re.compile(r"[UWCG][A-Z0-9]{2,20}")
_names: WeakKeyDictionary[Client, dict[tuple[str, str], str]] = WeakKeyDictionary()  # of a run, each asked for once


@dataclass(frozen=True, slots=True)
class Place:
    """A channel: `name` as it is called, `known` as its posts are known, `site` the workspace's own address."""

    workspace: str
    channel: str
    name: str = ""
    known: str = ""
    site: str = ""
    for_all: bool = True  # whether every member of the workspace may read it


async def ask(client: Client, now: datetime, method: str, workspace: str, subject: str, **query: str) -> Any:
    """The answer to one method. Raises RefusedError with the reason that Slack names, or no_credentials."""
    token = client.credentials.get("slack", "token", workspace)
    if not token:
        raise RefusedError("no_credentials", subject)
    url = f"{client.base_url('slack', BASE_URL)}/{method}" + (f"?{urlencode(query)}" if query else "")
    headers = {"Authorization": f"Bearer {token.reveal()}"}
    answer = mapping((await get_json(client, url, now, subject=subject, headers=headers, pace=PACE))[0])
    if answer.get("ok") is True:
        return answer
    reason = words(answer.get("error"))
    if not reason:
        raise ContentError("bad_answer", subject, "neither ok nor an error")
    needed = words(answer.get("needed"))
    raise RefusedError(_CODES.get(reason, "refused"), subject, f"{reason} {needed}".strip()[:200])


def _cursor(answer: Mapping[str, Any]) -> str:
    return words(mapping(answer.get("response_metadata")).get("next_cursor"))


async def channels_of(client: Client, now: datetime, workspace: str) -> list[Place]:
    """The public channels of a workspace, those first that the app is in. Private ones are named by a person only."""
    found: list[tuple[bool, Place]] = []
    cursor = ""
    while len(found) < MOST_CHANNELS:
        query = {"types": "public_channel", "exclude_archived": "true", "limit": str(PAGE_SIZE)}
        query |= {"cursor": cursor} if cursor else {}
        answer = await ask(client, now, "conversations.list", workspace, workspace, **query)
        for one in items(answer.get("channels"), workspace):
            if words(one.get("id")) and one.get("is_private") is not True:
                place = Place(workspace, words(one["id"]), words(one.get("name")))
                found.append((one.get("is_member") is not True, place))
        if not (after := _cursor(answer)) or after == cursor:
            break
        cursor = after
    return [place for _outside, place in sorted(found, key=lambda pair: (pair[0], pair[1].name))]


async def _place(client: Client, source: Source, now: datetime) -> Place:
    match = re.fullmatch(r"([\w-]{1,80})/([CG][A-Z0-9]{5,20})", source.address)
    if match is None:
        raise AddressError("bad_address", source.address)
    workspace, channel = match[1], match[2]
    home = await ask(client, now, "auth.test", workspace, source.address)
    told = await ask(client, now, "conversations.info", workspace, source.address, channel=channel)
    about = mapping(told.get("channel"))
    name = words(about.get("name"))
    if about.get("is_im") or about.get("is_mpim") or not name:
        raise RefusedError("not_found", source.address)
    known = str(state_of(source.cursor).get("channel") or "") or name
    return Place(
        workspace, channel, name, known, link(home.get("url")).rstrip("/"), about.get("is_private") is not True
    )


class _Names:
    """Names of people and channels, each asked for once in a run."""

    def __init__(self, client: Client, workspace: str, subject: str, now: datetime) -> None:
        self.client, self.workspace, self.subject, self.now = client, workspace, subject, now
        self.held = _names.setdefault(client, {})

    async def learn(self, messages: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """The name of everyone who wrote these messages, and of all that they name, by number."""
        numbers = {words(one.get("user")) for one in messages if not one.get("bot_id")}
        numbers.update(*(_NAMED.findall(words(one.get("text"))) for one in messages))
        return {number: await self._name(number) for number in sorted(numbers) if _NUMBER.fullmatch(number)}

    async def _name(self, number: str) -> str:
        key = (self.workspace, number)
        if key not in self.held:
            method, asked = ("conversations.info", "channel") if number[0] in "CG" else ("users.info", "user")
            try:
                told = await ask(self.client, self.now, method, self.workspace, self.subject, **{asked: number})
            except RefusedError as error:
                if error.code != "not_found":
                    raise
                told = {}
            about = mapping(told.get(asked))
            profile = mapping(about.get("profile"))
            names = (profile.get("display_name"), profile.get("real_name"), about.get("real_name"), about.get("name"))
            self.held[key] = next((words(name) for name in names if words(name)), number)
        return self.held[key]


def _micro(stamp: Any) -> int:
    """A message's time in millionths of a second; 0 for what is none."""
    found = re.fullmatch(r"(\d{9,11})\.(\d{6})", words(stamp))
    return int(found[1] + found[2]) if found else 0


def _stamp(micro: int) -> str:
    return f"{micro // MICRO}.{micro % MICRO:06d}"


def parse_message(message: Mapping[str, Any], place: Place, people: Mapping[str, str]) -> NewPost | None:
    """A message; None for a notice, one that was deleted, or one without words. A robot's words may stand in its
    attachments."""
    own, root = words(message.get("ts")), words(message.get("thread_ts"))
    text = words(message.get("text"))
    if not text:
        held = [mapping(one) for one in listed(message.get("attachments"))]
        text = next((t for one in held if (t := words(one.get("text")) or words(one.get("fallback")))), "")
    is_notice = message.get("type", "message") != "message" or _NOTICE.fullmatch(words(message.get("subtype")))
    if not _micro(own) or is_notice or not text.strip():
        return None
    robot = words(mapping(message.get("bot_profile")).get("name"))
    who = words(message.get("user"))
    is_reply = bool(root) and root != own
    where = f"{place.site}/archives/{place.channel}/p{own.replace('.', '')}" if place.site else ""
    return NewPost(
        source_kind="slack",
        native_id=f"{place.known}/{own}",
        text=text,
        plain=words_of(text, "slack", people).strip(),
        url=where + (f"?thread_ts={root}&cid={place.channel}" if is_reply and where else ""),
        author=people.get(who) or words(message.get("username")) or robot or who or words(message.get("bot_id")),
        published_at=moment(_micro(own) / MICRO),
        root_id=f"{place.known}/{root or own}",
        parent_id=f"{place.known}/{root}" if is_reply else "",
        community=place.name,
        engagement=Engagement(
            score=total(*(mapping(one).get("count") for one in listed(message.get("reactions")))),
            comments=number(message.get("reply_count")),
        ),
    )


async def _history(client: Client, source: Source, now: datetime, place: Place, **where: str) -> Mapping[str, Any]:
    asked = {"channel": place.channel, "limit": str(15 if client.preview else PAGE_SIZE), **where}
    return mapping(await ask(client, now, "conversations.history", place.workspace, source.address, **asked))


async def _replies(
    client: Client, source: Source, now: datetime, place: Place, ts: str, **where: str
) -> Mapping[str, Any]:
    asked = {"channel": place.channel, "ts": ts, "limit": str(PAGE_SIZE), **where}
    return mapping(await ask(client, now, "conversations.replies", place.workspace, source.address, **asked))


def _timed(answer: Mapping[str, Any], subject: str) -> list[Mapping[str, Any]]:
    return [one for one in items(answer.get("messages"), subject) if _micro(one.get("ts"))]


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    """A channel, newest first, and the replies of its threads."""
    place = Place("", "")

    async def here(client: Client, source: Source, now: datetime) -> FetchResult:
        nonlocal place
        place = await _place(client, source, now)
        names = _Names(client, place.workspace, source.address, now)

        async def read_page(client: Client, source: Source, now: datetime, token: str, branches: Branches) -> Page:
            if not place.for_all:
                branches.note = "some_see"
            answer = await _history(client, source, now, place, **({"latest": token} if token else {}))
            found = _timed(answer, source.address)
            for one in found:
                last = _micro(one.get("latest_reply")) or number(one.get("reply_count")) or 0
                if last and words(one.get("thread_ts")) == words(one["ts"]):
                    name = words(one["ts"])
                    branches.add(name, last, f"{_stamp(branches.read.get(name, 0))} ")
            named = await names.learn(found)
            posts = [post for one in found if (post := parse_message(one, place, named)) is not None]
            more = answer.get("has_more") is True and found
            oldest = _stamp(min(_micro(one["ts"]) for one in found)) if more else ""
            return Page(tuple(posts), oldest, f"#{place.name}", left_out=len(found) - len(posts))

        async def read_replies(
            client: Client, source: Source, now: datetime, name: str, token: str, branches: Branches
        ) -> Page:
            since, _, cursor = token.partition(" ")
            more = {"cursor": cursor} if cursor else {}
            answer = await _replies(client, source, now, place, name, oldest=since or "0", **more)
            found = _timed(answer, source.address)
            named = await names.learn(found)
            posts = [post for one in found if (post := parse_message(one, place, named)) is not None]
            after = _cursor(answer)
            return Page(tuple(posts), f"{since} {after}" if after else "")

        return await with_branches(read_page, read_replies, requests=REQUESTS)(client, source, now)

    host = urlsplit(client.base_url("slack", BASE_URL)).netloc
    result = await patiently(here, host)(client, source, now)
    if "cursor" not in result.changes:
        return result
    state = {**state_of(str(result.changes["cursor"])), "channel": place.known}
    return replace(result, changes={**result.changes, "cursor": json.dumps(state)})


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Messages as they are now, and the replies that came to old threads since; those found nowhere were deleted."""
    place = await _place(client, source, now)
    names = _Names(client, place.workspace, source.address, now)
    known = {n: native_id for native_id in native_ids if (n := _micro(native_id.rpartition("/")[2]))}
    read, threads = branches_of(source.cursor).read, dict[str, int]()
    posts: list[NewPost] = []
    removed: list[str] = []

    async def up_to(n: int) -> Stretch:
        answer = await _history(client, source, now, place, latest=_stamp(n), inclusive="true")
        found = _timed(answer, source.address)
        for one in found:
            last, own = _micro(one.get("latest_reply")), words(one["ts"])
            if _micro(own) in known and last > read.get(own, 0):
                threads[own] = read.get(own, 0)
        named = await names.learn(found)
        return Stretch({_micro(one["ts"]): parse_message(one, place, named) for one in found})

    async def replies(ts: str, **where: str) -> str:
        answer = await _replies(client, source, now, place, ts, **where)
        found = _timed(answer, source.address)
        named = await names.learn(found)
        posts.extend(post for one in found if (post := parse_message(one, place, named)) is not None)
        return _cursor(answer)

    again, missing = await read_again(up_to, known, AGAIN)
    posts += again
    for n in missing[:MOST_MISSING]:  # a reply stands in no history
        try:
            await replies(_stamp(n), oldest=_stamp(n), latest=_stamp(n), inclusive="true")
        except RefusedError as error:
            if error.code != "not_found":
                raise
            removed.append(known[n])
    for own, since in list(threads.items())[:MOST_MISSING]:
        cursor, pages = await replies(own, oldest=_stamp(since)), 1
        while cursor and pages < AGAIN:
            cursor, pages = await replies(own, oldest=_stamp(since), cursor=cursor), pages + 1
    return Page(tuple(posts), removed=tuple(removed))
