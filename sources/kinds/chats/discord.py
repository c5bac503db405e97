"""Channels of a Discord server by a bot that only reads: text, announcements, forums, and their public threads.

Address: GUILD/CHANNEL, as in the channel's own address. The bot sees what its roles see; private threads and direct
messages are never read. Messages come newest first; of each thread, archived ones of the last 30 days too, what is
newer than the last message read. Ids are those of an export by DiscordChatExporter.
API: https://discord.com/developers/docs/resources/message and https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from data.models import Engagement, NewPost, Source, from_epoch, to_epoch
from sources.answers import get_json, items, listed, mapping, moment, number, total, words
from sources.base import FetchResult, Page
from sources.branches import MOST_KNOWN, Branches, branches_of, with_branches
from sources.errors import AddressError, RefusedError
from sources.http import Client
from sources.kinds.chats.again import Stretch, read_again
from sources.paging import FIRST_DAYS, patiently

BASE_URL = "https://discord.com/api/v10"
PACE = (4, 5.0)  # a route takes five requests in five seconds
SHORT = 5.0  # seconds that are waited within a check
PAGE_SIZE, ARCHIVED_SIZE = 100, 50
REQUESTS = 60  # a check, for threads
AGAIN = 15  # requests for messages that are read again
SAID = frozenset({0, 19, 20, 23})  # a message, a reply, what a command answered; all others are notices
FORUMS = frozenset({15, 16})
THREADS = frozenset({10, 11})  # public ones; 12 is private and never read
DIRECT = frozenset({1, 3})
READABLE = frozenset({0, 2, 5, 13}) | FORUMS
ADMINISTRATOR, VIEW = 1 << 3, 1 << 10
_READS_CONTENT = (1 << 18) | (1 << 19)
ARCHIVED = "archived"
_CODES = {
    10003: "not_found",
    10004: "not_found",
    10008: "not_found",
    50001: "not_in_channel",
    50013: "not_in_channel",
    40001: "bad_credentials",
    50014: "bad_credentials",
}
_MARKED = re.compile(
    r"<(?:(@!?|@&|#)(\d{1,20})|a?(:\w{1,32}:)\d{1,20}|(/[^:<>]{1,100}):\d{1,20}|t:(\d{1,11})(?::\w)?)>"
)


def _long(value: Any) -> int:
    """A number of up to twenty digits, as Discord writes ids and rights; 0 for anything else."""
    text = words(value)
    return int(text) if text.isdecimal() and len(text) <= 20 else 0


@dataclass(frozen=True, slots=True)
class Place:
    """The channel of a source within its server, with the names that messages refer to by number."""

    guild: str
    channel: str
    guild_name: str = ""
    name: str = ""
    type: int = 0
    for_all: bool = True  # whether everyone on the server may see it
    channels: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def community(self) -> str:
        return f"{self.guild_name} #{self.name}".strip()


def explain(status: int, answer: Mapping[str, Any]) -> str:
    """What a refusal means. Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""
    return _CODES.get(number(answer.get("code")) or 0, "bad_credentials" if status == 401 else "")


async def ask(client: Client, now: datetime, path: str, subject: str, **query: str) -> Any:
    """The answer to one GET. Raises RefusedError no_credentials where there is no bot."""
    token = client.credentials.get("discord", "token")
    if not token:
        raise RefusedError("no_credentials", subject)
    url = f"{client.base_url('discord', BASE_URL)}/{path}" + (f"?{urlencode(query)}" if query else "")
    # Discord refuses programs that do not name themselves in this form.
    headers = {"Authorization": f"Bot {token.reveal()}", "User-Agent": "DiscordBot (Vigie, 1)"}
    try:
        return (await get_json(client, url, now, subject=subject, headers=headers, explain=explain, pace=PACE))[0]
    except RefusedError as error:
        wait = error.retry_after
        if error.code != "too_many_requests" or wait is None or wait > SHORT:
            raise
    await asyncio.sleep(wait)  # Discord often asks for a second or two: no reason to stop there
    later = now + timedelta(seconds=wait)
    return (await get_json(client, url, later, subject=subject, headers=headers, explain=explain, pace=PACE))[0]


def _sees(channel: Mapping[str, Any], guild: Mapping[str, Any]) -> bool:
    """Whether everyone on the server sees a channel: by what everyone may, and by what the channel says of everyone."""
    everyone = next((r for r in map(mapping, listed(guild.get("roles"))) if r.get("id") == guild.get("id")), {})
    rights = _long(everyone.get("permissions"))
    if rights & ADMINISTRATOR:
        return True
    for one in map(mapping, listed(channel.get("permission_overwrites"))):
        if words(one.get("id")) == words(guild.get("id")):
            rights = (rights & ~_long(one.get("deny"))) | _long(one.get("allow"))
    return bool(rights & VIEW)


async def channels_of(client: Client, now: datetime, guild: str) -> list[Place]:
    """The channels of a server that the bot is told of and that can be read, those that everyone sees first."""
    about = mapping(await ask(client, now, f"guilds/{quote(guild)}", guild))
    held = items(await ask(client, now, f"guilds/{quote(guild)}/channels", guild), guild)
    named = {words(one.get("id")): words(one.get("name")) for one in held}
    roles = {words(r.get("id")): words(r.get("name")) for r in map(mapping, listed(about.get("roles")))}
    places = [
        Place(
            guild,
            words(one.get("id")),
            words(about.get("name")),
            words(one.get("name")),
            kind,
            _sees(one, about),
            named,
            roles,
        )
        for one in held
        if (kind := number(one.get("type"))) in READABLE and kind is not None and words(one.get("id"))
    ]
    return sorted(places, key=lambda place: not place.for_all)


def _numbers(source: Source) -> tuple[str, str]:
    found = re.fullmatch(r"(\d{5,20})/(\d{5,20})", source.address)
    if found is None:
        raise AddressError("bad_address", source.address)
    return found[1], found[2]


async def _place(client: Client, source: Source, now: datetime) -> Place:
    guild, channel = _numbers(source)
    places = await channels_of(client, now, guild)
    here = next((place for place in places if place.channel == channel), None)
    if here is not None:
        return here
    one = mapping(await ask(client, now, f"channels/{channel}", source.address))  # a thread is in no list of channels
    kind, parent = number(one.get("type")) or 0, words(one.get("parent_id"))
    if kind in DIRECT or words(one.get("guild_id")) != guild:
        raise RefusedError("not_found", source.address)
    above = next((place for place in places if place.channel == parent), None)
    first = above or next(iter(places), Place(guild, channel))
    is_open = kind in THREADS and above is not None and above.for_all
    name = words(one.get("name"))
    return Place(guild, channel, first.guild_name, name, kind, is_open, first.channels, first.roles)


def _readable(text: str, message: Mapping[str, Any], place: Place) -> str:
    """A text with the names of those, and of the channels and roles, that it refers to by number."""
    if "<" not in text:
        return text.strip()
    people = {
        words(one.get("id")): words(one.get("global_name")) or words(one.get("username"))
        for one in map(mapping, listed(message.get("mentions")))
    }

    def told(mark: re.Match[str]) -> str:
        sign, named, emoji, command, stamp = mark.groups()
        if sign:
            known = place.channels if sign == "#" else place.roles if sign == "@&" else people
            return f"{'#' if sign == '#' else '@'}{known.get(named) or named}"
        if stamp:
            return datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d %H:%M UTC")
        return emoji or command

    return _MARKED.sub(told, text).strip()


def is_hollow(message: Mapping[str, Any]) -> bool:
    """Whether a person's message holds nothing at all, which no message does: its content was held back."""
    if number(message.get("type")) not in {0, 19} or mapping(message.get("author")).get("bot"):
        return False
    parts = ("content", "attachments", "embeds", "components", "poll", "sticker_items", "stickers", "message_snapshots")
    return "content" in message and not any(message.get(part) for part in parts)


def parse_message(message: Mapping[str, Any], place: Place, thread: str = "", title: str = "") -> NewPost | None:
    """A message; None for a notice or one without words. `thread` is the number of the thread that it stands in.

    What was forwarded has the forwarder's name, for Discord does not say whose words they are, and is never ours.
    """
    native_id = words(message.get("id"))
    forwarded = mapping(mapping(next(iter(listed(message.get("message_snapshots"))), None)).get("message"))
    text = words(message.get("content")) or words(forwarded.get("content"))
    if not text:  # what a robot says often has no other words
        text = next((words(mapping(one).get("description")) for one in listed(message.get("embeds"))), "")
    poll = mapping(message.get("poll"))
    asked = [words(mapping(poll.get("question")).get("text"))]
    asked += [words(mapping(mapping(one).get("poll_media")).get("text")) for one in listed(poll.get("answers"))]
    lines = [_readable(text, forwarded or message, place), *asked]
    if not _long(native_id) or number(message.get("type")) not in SAID or not any(lines):
        return None
    answered = mapping(message.get("message_reference"))
    parent = "" if forwarded or answered.get("type") == 1 else words(answered.get("message_id"))
    is_first = native_id == thread or not (thread or parent)
    return NewPost(
        source_kind="discord",
        native_id=native_id,
        text=text or "\n".join(line for line in asked if line),
        plain="\n".join(line for line in lines if line),
        title=title if native_id == thread else "",
        url=f"https://discord.com/channels/{place.guild}/{thread or place.channel}/{native_id}",
        author=words(mapping(message.get("author")).get("username")),
        published_at=moment(message.get("timestamp")),
        root_id=native_id if is_first else thread,
        parent_id="" if native_id == thread else parent or thread,
        community=place.community,
        engagement=Engagement(
            score=total(*(mapping(one).get("count") for one in listed(message.get("reactions")))),
            comments=number(mapping(message.get("thread")).get("message_count")),
        ),
        ours=False if forwarded else None,
    )


async def _messages(
    client: Client, source: Source, now: datetime, channel: str, **where: str
) -> list[Mapping[str, Any]]:
    """A page of a channel's messages. Raises RefusedError no_message_content where what was written is held back."""
    size = str(PAGE_SIZE)
    answer = await ask(client, now, f"channels/{channel}/messages", source.address, limit=size, **where)
    found = [one for one in items(answer, source.address) if _long(one.get("id"))]
    if 2 * sum(map(is_hollow, found)) > len(found):
        raise RefusedError("no_message_content", source.address)
    return found


def _note_thread(branches: Branches, thread: Mapping[str, Any]) -> None:
    """A thread with messages that were not read: from the last one that was, on."""
    own = words(thread.get("id"))
    last = _long(thread.get("last_message_id")) or _long(own)
    if number(thread.get("type")) in THREADS and _long(own):
        name = f"{own} {' '.join(words(thread.get('name')).split())[:100]}"
        branches.add(name, last, str(branches.read.get(name, 0)))


def _since(source: Source, now: datetime) -> int:
    """How far back archived threads are looked for: a day before the last check, at first 30 days, or as wished."""
    last = source.last_success - timedelta(days=1) if source.last_success else now - timedelta(days=FIRST_DAYS)
    return to_epoch(min(last, source.back_to) if source.back_to is not None else last)


async def _fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    place = await _place(client, source, now)

    async def read_page(client: Client, source: Source, now: datetime, token: str, branches: Branches) -> Page:
        if not place.for_all:
            branches.note = "some_see"
        if not token and place.type not in THREADS and not client.preview:
            active = mapping(await ask(client, now, f"guilds/{place.guild}/threads/active", source.address))
            for thread in items(active.get("threads"), source.address):
                if words(thread.get("parent_id")) == place.channel:
                    _note_thread(branches, thread)
            if place.type in FORUMS or place.type in {0, 5}:
                branches.read.pop(ARCHIVED, None)
                branches.add(ARCHIVED, _since(source, now))
        if place.type in FORUMS:
            return Page(title=place.community)
        where = {"before": token} if token else {}
        found = await _messages(client, source, now, place.channel, **where)
        within = place.channel if place.type in THREADS else ""
        posts = [post for one in found if (post := parse_message(one, place, within, place.name)) is not None]
        oldest = min((int(words(one["id"])) for one in found), default=0)
        older = str(oldest) if len(found) >= PAGE_SIZE else ""
        return Page(tuple(posts), older, place.community, left_out=len(found) - len(posts))

    async def read_archived(client: Client, token: str, branches: Branches) -> Page:
        where = {"before": token} if token else {}
        path, until = f"channels/{place.channel}/threads/archived/public", from_epoch(branches.waiting[ARCHIVED][1])
        answer = mapping(await ask(client, now, path, source.address, limit=str(ARCHIVED_SIZE), **where))
        oldest: datetime | None = None
        for thread in items(answer.get("threads"), source.address):
            oldest = moment(mapping(thread.get("thread_metadata")).get("archive_timestamp"))
            if oldest is not None and oldest >= until:
                _note_thread(branches, thread)
        goes_on = answer.get("has_more") is True and oldest is not None and oldest >= until
        return Page(next=oldest.isoformat() if goes_on and oldest is not None else "")

    async def read_branch(
        client: Client, source: Source, now: datetime, name: str, token: str, branches: Branches
    ) -> Page:
        if name == ARCHIVED:
            return await read_archived(client, token, branches)
        thread, _, title = name.partition(" ")
        found = await _messages(client, source, now, thread, after=token or "0")
        posts = [post for one in found if (post := parse_message(one, place, thread, title)) is not None]
        newest = max((int(words(one["id"])) for one in found), default=0)
        return Page(tuple(posts), str(newest) if len(found) >= PAGE_SIZE else "", left_out=len(found) - len(posts))

    return await with_branches(read_page, read_branch, requests=REQUESTS)(client, source, now)


async def fetch(client: Client, source: Source, now: datetime) -> FetchResult:
    return await patiently(_fetch, urlsplit(client.base_url("discord", BASE_URL)).netloc)(client, source, now)


async def recount(client: Client, source: Source, now: datetime, native_ids: Sequence[str]) -> Page:
    """Messages as they are now, in the channel and in the threads that were read; those found in none were deleted.

    A number does not say where its message stands: each thread that was alive at its time is looked at before it is
    said to be gone.
    """
    place = await _place(client, source, now)
    left, budget = {n for native_id in native_ids if (n := _long(native_id))}, AGAIN
    posts: list[NewPost] = []
    missed: set[int] = set()  # from a place where they could have stood
    unsure: set[int] = set()
    for channel, title, since, until in _stretches(source, place):
        mine = {n for n in left if since <= n <= until}
        if not mine:
            continue

        async def up_to(n: int, channel: str = channel, title: str = title) -> Stretch:
            nonlocal budget
            budget -= 1
            found = await _messages(client, source, now, channel, before=str(n + 1))
            thread = channel if channel != place.channel or place.type in THREADS else ""
            posts = {int(words(one["id"])): parse_message(one, place, thread, title) for one in found}
            return Stretch(posts, first=len(found) < PAGE_SIZE)

        try:
            here, gone = await read_again(up_to, mine, budget)
        except RefusedError as error:
            if error.code != "not_found" or channel == place.channel:
                raise
            here, gone = [], list(mine)  # the whole thread is gone
        posts += here
        found_here = {int(post.native_id) for post in here}
        left -= found_here
        missed |= set(gone)
        unsure |= mine - found_here - set(gone)
    return Page(tuple(posts), removed=tuple(str(n) for n in sorted((left & missed) - unsure)))


def _stretches(source: Source, place: Place) -> list[tuple[str, str, int, int]]:
    """(channel or thread, its title, its first and last message) of all that was read of a source; nothing where more
    threads were read than are remembered, for a message may stand in any of them."""
    known = branches_of(source.cursor)
    threads = {**known.read, **{name: count for name, (_page, count) in known.waiting.items()}}
    threads.pop(ARCHIVED, None)
    if len(threads) >= MOST_KNOWN:
        return []
    own = [] if place.type in FORUMS else [(place.channel, "", 0, 1 << 64)]
    named = [(*name.partition(" ")[::2], last) for name, last in threads.items()]
    return own + [(number, title, _long(number), last) for number, title, last in named]


async def check(client: Client, now: datetime) -> None:
    """Whether the bot is accepted, and is given what people write. Raises RefusedError no_message_content if not."""
    about = mapping(await ask(client, now, "applications/@me", "discord"))
    if not (number(about.get("flags")) or 0) & _READS_CONTENT:
        raise RefusedError("no_message_content", "discord")
