"""Telegram, Discord, Slack and Threads: each message once, over pages, checks, crashes and edits; and refusals, told.

The services are programs on loopback that page, count and refuse as the real ones document it.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from dashboard.words.sources import error_sentence, note_sentence
from data.credentials import Credentials, Secret, credentials_path, in_file, load_credentials
from data.models import Source
from data.schema import post, post_text
from data.settings import Settings
from data.source_list import add_source, get_source, update_source
from data.store import Store
from sources.addresses.candidates import Candidate
from sources.addresses.resolved import resolved
from sources.collect import SOURCES, Outcome, collect
from sources.credential_checks import check_all_credentials
from sources.errors import SourceError
from sources.files.posts import posts_of, preview
from sources.files.rows import BadRow
from sources.http import Client
from sources.kinds.chats import discord
from tests.conftest import NOW, Loopback
from tests.replay import credentials

Serve = Callable[[Any], Loopback]
TOKENS = {
    "discord": {"token": "bot-token-nobody-sees"},
    "slack": {"token": "xoxb-nobody-sees"},
    "threads": {"token": "threads-nobody-sees"},
}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Loopback needs no pauses. Whatever a test does, no token is in what was logged."""
    monkeypatch.setattr(discord, "PACE", (10_000, 1.0))
    caplog.set_level(logging.DEBUG)
    yield
    assert "nobody-sees" not in caplog.text


class Followed:
    """A place on loopback, followed in a store."""

    def __init__(self, settings: Settings, store: Store, server: Loopback, kind: str, address: str) -> None:
        self.settings, self.store, self.server, self.kind = settings, store, server, kind
        with store.write() as connection:
            self.id = add_source(connection, kind, address, NOW)[0].id

    def collect(self, hours: float = 0.0) -> Outcome:
        moment = NOW + timedelta(hours=hours)
        (outcome,) = asyncio.run(
            collect(
                self.store,
                self.settings,
                now=lambda: moment,
                only=[self.id],
                credentials=credentials(TOKENS),
                base_urls={self.kind: self.server.url},
            )
        )
        if outcome.error is not None:
            said = f"{outcome.error!r} {outcome.error} {outcome.error.detail} {self.source().error_detail}"
            assert "nobody-sees" not in said
        return outcome

    def source(self) -> Source:
        with self.store.read() as connection:
            found = get_source(connection, self.id)
        assert found is not None
        return found

    def column(self, name: str) -> dict[str, Any]:
        with self.store.read() as connection:
            column = post.c[name] if name in post.c else post_text.c[name]
            joined = post.join(post_text, post_text.c.post_id == post.c.id)
            return dict(connection.execute(select(post.c.native_id, column).select_from(joined)).tuples().all())

    def go_back(self, days: int) -> None:
        with self.store.write() as connection:
            update_source(connection, self.id, back_to=NOW - timedelta(days=days))


def told(error: SourceError | None) -> str:
    """The code of an error that the app has a sentence for."""
    assert error is not None
    assert error_sentence(error.code) != error_sentence("no such code")
    return error.code


# --- Telegram ----------------------------------------------------------------------------------------------------


class Channel:
    """A channel's page: twenty messages, those before a number where one is asked for."""

    def __init__(self, numbers: Any) -> None:
        self.texts = {n: f"words of {n}" for n in numbers}
        self.born = {n: NOW - timedelta(hours=400 - n) for n in numbers}
        self.has_number, self.is_public, self.fails_before = True, True, ""
        self.robots, self.extra = "", ""

    def page(self, before: int) -> str:
        view = urlsafe_b64encode(json.dumps({"c": -1141171940}).encode()).decode() if self.has_number else "?"
        here = sorted(n for n in self.texts if n < before)[-20:]
        parts = [
            f'<div class="tgme_widget_message" data-post="figs/{n}" data-view="{view}">'
            f'<div class="tgme_widget_message_text js-message_text">{self.texts[n]}</div>'
            f'<a class="tgme_widget_message_date"><time datetime="{self.born[n].isoformat()}"></time></a></div>'
            for n in here
        ]
        more = (
            f'<a class="tme_messages_more" data-before="{here[0]}"></a>' if here and here[0] > min(self.texts) else ""
        )
        head = '<div class="tgme_channel_info"><div class="tgme_channel_info_header_title">Figs</div></div>'
        return f'<html>{head}<section class="tgme_channel_history">{more}{"".join(parts)}{self.extra}</section></html>'

    async def __call__(self, request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            return web.Response(text=self.robots, status=200 if self.robots else 404)
        if not self.is_public and request.path.startswith("/s/"):
            return web.Response(status=302, headers={"Location": "/figs"})
        if not self.is_public:
            return web.Response(
                text='<html><div class="tgme_page">View in Telegram</div></html>', content_type="text/html"
            )
        before = request.query.get("before", "")
        if self.fails_before and before == self.fails_before:
            return web.Response(status=500)
        return web.Response(text=self.page(int(before or 10**9)), content_type="text/html")


def test_telegram_each_message_once(settings: Settings, store: Store, serve: Serve) -> None:
    channel = Channel(range(1, 131))
    here = Followed(settings, store, serve(channel), "telegram", "figs")
    assert here.collect().added.new == 100  # its newest pages; the rest on request
    assert here.source().title == "Figs"
    here.go_back(60)
    channel.fails_before = "11"
    assert told(here.collect(1).error) == "server_error"
    channel.fails_before = ""
    channel.texts |= {n: f"words of {n}" for n in range(131, 200)}
    channel.born |= {n: NOW + timedelta(minutes=n) for n in range(131, 200)}
    for hours in (3, 4, 5, 6):
        here.collect(hours)
    assert set(here.column("native_id")) == {f"1141171940/{n}" for n in range(1, 200)}
    again = here.collect(40)
    assert (again.error, again.added.new) == (None, 0)


def test_telegram_a_channel_that_hides_its_number_later_is_the_same(
    settings: Settings, store: Store, serve: Serve
) -> None:
    channel = Channel(range(300, 310))
    here = Followed(settings, store, serve(channel), "telegram", "figs")
    here.collect()
    channel.has_number = False
    assert here.collect(1).added.new == 0
    other = Followed(settings, store, serve(channel), "telegram", "Figs")
    assert other.collect().added.new == 10  # one whose number was never told is known by its name
    channel.has_number = True
    assert other.collect(1).added.new == 0


def test_telegram_edits_and_deletions(settings: Settings, store: Store, serve: Serve) -> None:
    channel = Channel(range(1, 61))
    channel.born = {n: NOW - timedelta(minutes=70 - n) for n in channel.texts}
    here = Followed(settings, store, serve(channel), "telegram", "figs")
    here.collect()
    channel.texts[5] = "other <b>words</b>"
    del channel.texts[7], channel.texts[60]
    here.collect(1.5)
    assert here.column("plain")["1141171940/5"] == "other words"
    assert {i for i, at in here.column("removed_at").items() if at is not None} == {"1141171940/7", "1141171940/60"}
    assert here.column("plain")["1141171940/7"] == "words of 7"


@pytest.mark.parametrize(("what", "code"), [("private", "channel_closed"), ("robots", "robots"), ("huge", "too_large")])
def test_telegram_says_why_not(settings: Settings, store: Store, serve: Serve, what: str, code: str) -> None:
    channel = Channel([300])
    channel.is_public = what != "private"
    channel.robots = "User-agent: *\nDisallow: /" if what == "robots" else ""
    channel.extra = "x" * 6_000_000 if what == "huge" else ""
    here = Followed(settings, store, serve(channel), "telegram", "figs")
    assert told(here.collect().error) == code


def test_telegram_empty_and_odd_pages(settings: Settings, store: Store, serve: Serve) -> None:
    channel = Channel([])
    said = '<div class="tgme_widget_message" data-view="e30" data-post="{}"><div class="js-message_text">{}</div></div>'
    odd = (("figs/x", "no number"), ("other/3", "of another"), ("figs/4", ""))
    channel.extra = "".join(said.format(*one) for one in odd)
    outcome = Followed(settings, store, serve(channel), "telegram", "figs").collect()
    assert (outcome.error, outcome.added.new, outcome.left_out) == (None, 0, 1)


# --- Discord -----------------------------------------------------------------------------------------------------

GUILD, CHANNEL, FORUM, STAFF = "100000000000", "200000000000", "200000000001", "200000000002"
FIRST = 300_000_000_000


class Server:
    """A server with a channel, a forum and a channel of the staff; messages by the place they stand in."""

    def __init__(self) -> None:
        self.held: dict[str, dict[int, dict[str, Any]]] = {CHANNEL: {}, STAFF: {}}
        self.threads: dict[str, dict[str, Any]] = {}
        self.archived: list[str] = []
        self.intent, self.invited, self.busy, self.last_ones = True, True, 0, 0

    def say(self, where: str, number: int, minutes: float = 0.0, **more: Any) -> int:
        at = (NOW - timedelta(days=1) + timedelta(minutes=minutes)).isoformat()
        said = {"type": 0, "content": f"words of {number}", "author": {"username": "lea"}, "timestamp": at}
        self.held.setdefault(where, {})[number] = {"id": str(number), **said, **more}
        return number

    def open(self, thread: int, parent: str = CHANNEL, kind: int = 11) -> None:
        self.threads[str(thread)] = {"id": str(thread), "type": kind, "parent_id": parent, "name": f"thread {thread}"}
        self.held.setdefault(str(thread), {})

    def listed(self, thread: str) -> dict[str, Any]:
        last = str(max(self.held[thread], default=int(thread)))
        at = {"archive_timestamp": (NOW - timedelta(hours=self.archived.index(thread) + 1)).isoformat()}
        return {**self.threads[thread], "last_message_id": last, "thread_metadata": at}

    async def __call__(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bot bot-token-nobody-sees"
        path, asked = request.path.strip("/").split("/"), request.query
        if self.busy:
            self.busy -= 1
            return web.json_response({"message": "slow", "retry_after": 7.5, "global": False}, status=429)
        answer = self.answer(path, asked)
        if self.last_ones:  # the last request of a moment says so
            self.last_ones -= 1
            answer.headers["X-RateLimit-Remaining"] = "0"
            answer.headers["X-RateLimit-Reset"] = f"{NOW.timestamp() + 0.5:.3f}"
        return answer

    def answer(self, path: list[str], asked: Any) -> web.Response:
        if not self.invited:
            return web.json_response({"message": "Missing Access", "code": 50001}, status=403)
        if path == ["applications", "@me"]:
            return web.json_response({"id": "1", "flags": (1 << 19) if self.intent else 0})
        if path == ["guilds", GUILD]:
            return web.json_response({"id": GUILD, "name": "Figs", "roles": [{"id": GUILD, "permissions": "1024"}]})
        if path[2:] == ["channels"]:
            hidden = [{"id": GUILD, "type": 0, "allow": "0", "deny": "1024"}]
            return web.json_response(
                [
                    {"id": STAFF, "type": 0, "name": "staff", "permission_overwrites": hidden},
                    {"id": CHANNEL, "type": 0, "name": "help"},
                    {"id": FORUM, "type": 15, "name": "ideas"},
                    {"id": "200000000009", "type": 4, "name": "a category"},
                ]
            )
        if path[2:] == ["threads", "active"]:
            active = [one for t, one in self.threads.items() if t not in self.archived]
            last = {"last_message_id": "0"}
            shown = [{**one, **last, "last_message_id": str(max(self.held[one["id"]], default=0))} for one in active]
            return web.json_response({"threads": shown})
        if path[2:] == ["threads", "archived", "public"]:
            here = [self.listed(t) for t in self.archived if self.threads[t]["parent_id"] == path[1]]
            here = [t for t in here if t["thread_metadata"]["archive_timestamp"] < asked.get("before", "9")]
            return web.json_response({"threads": here[:2], "has_more": len(here) > 2})
        if path[2:] == ["messages"] and path[1] in self.held:
            return web.json_response(self.messages(path[1], asked))
        return web.json_response({"message": "Unknown Channel", "code": 10003}, status=404)

    def messages(self, where: str, asked: Any) -> list[dict[str, Any]]:
        size, numbers = int(asked["limit"]), sorted(self.held[where])
        if "after" in asked:
            numbers = [n for n in numbers if n > int(asked["after"])][:size]
        else:
            numbers = [n for n in numbers if n < int(asked.get("before", 1 << 63))][-size:]
        found = [self.held[where][n] for n in reversed(numbers)]
        return found if self.intent else [{**one, "content": "", "embeds": []} for one in found]


def test_discord_channel_and_threads_each_message_once(settings: Settings, store: Store, serve: Serve) -> None:
    server = Server()
    for n in range(250):
        server.say(CHANNEL, FIRST + n, n / 10)
    server.open(FIRST + 3)
    for n in range(1_000, 1_230):
        server.say(str(FIRST + 3), FIRST + n, n / 10)
    server.open(FIRST + 4, kind=12)
    server.say(str(FIRST + 4), FIRST + 2_000)  # a private thread
    server.open(FIRST + 11)
    for n in range(6_000, 6_130):
        server.say(str(FIRST + 11), FIRST + n, type=7)  # a page of notices, words behind it
    server.say(str(FIRST + 11), FIRST + 6_130)
    for n in (5, 6, 7, 8, 9):
        server.open(FIRST + n)
        server.archived.append(str(FIRST + n))
        server.say(str(FIRST + n), FIRST + 3_000 + n)
    here = Followed(settings, store, serve(server), "discord", f"{GUILD}/{CHANNEL}")
    outcome = here.collect()
    wanted = {FIRST + n for n in (*range(250), *range(1_000, 1_230), *range(3_005, 3_010), 6_130)}
    assert outcome.error is None
    assert {int(i) for i in here.column("native_id")} == wanted
    assert here.column("root_id")[str(FIRST + 1_100)] == str(FIRST + 3)
    before = len(here.server.requests)
    server.say(str(FIRST + 3), FIRST + 5_000, 200)
    server.say(CHANNEL, FIRST + 5_001, 201)
    assert here.collect(1).added.new == 2
    assert f"/channels/{FIRST + 3}/messages?limit=100&after={FIRST + 1_229}" in here.server.requests[before:]
    assert not any(str(FIRST + 4) + "/messages" in request for request in here.server.requests)


def test_discord_a_crash_between_two_checks_loses_nothing(settings: Settings, store: Store, serve: Serve) -> None:
    server = Server()
    for n in range(40):
        server.say(CHANNEL, FIRST + n)
    server.open(FIRST + 3)
    for n in range(1_000, 1_150):
        server.say(str(FIRST + 3), FIRST + n)
    here = Followed(settings, store, serve(server), "discord", f"{GUILD}/{CHANNEL}")
    whole = Store.write
    failed: list[bool] = []

    def dies(self: Store, **named: Any) -> Any:
        failed.append(True)
        raise KeyboardInterrupt

    Store.write = dies  # type: ignore[method-assign]
    try:
        with pytest.raises(KeyboardInterrupt):
            here.collect()
    finally:
        Store.write = whole  # type: ignore[method-assign]
    assert failed
    assert here.column("id") == {}
    assert here.collect(1).added.new == 190
    assert here.collect(2).added.new == 0


def test_discord_short_waits_are_kept_within_a_check(settings: Settings, store: Store, serve: Serve) -> None:
    server = Server()
    server.say(CHANNEL, FIRST)
    server.last_ones = 2
    here = Followed(settings, store, serve(server), "discord", f"{GUILD}/{CHANNEL}")
    outcome = here.collect()
    assert (outcome.error, outcome.added.new) == (None, 1)


def test_discord_forum(settings: Settings, store: Store, serve: Serve) -> None:
    server = Server()
    for thread in (FIRST + 1, FIRST + 2):
        server.open(thread, FORUM)
        server.say(str(thread), thread)
        server.say(str(thread), thread + 100, message_reference={"message_id": str(thread)}, type=19)
    here = Followed(settings, store, serve(server), "discord", f"{GUILD}/{FORUM}")
    assert here.collect().added.new == 4
    assert here.column("title")[str(FIRST + 1)] == f"thread {FIRST + 1}"
    assert here.column("parent_id")[str(FIRST + 101)] == str(FIRST + 1)
    assert here.collect(1).added.new == 0


def test_discord_edits_and_deletions(settings: Settings, store: Store, serve: Serve) -> None:
    server = Server()
    for n in range(30):
        server.say(CHANNEL, FIRST + n, 1_440 - 30 + n / 10)
    server.open(FIRST + 2)
    for n in range(100, 104):
        server.say(str(FIRST + 2), FIRST + n, 1_440 - 20)
    here = Followed(settings, store, serve(server), "discord", f"{GUILD}/{CHANNEL}")
    assert here.collect().added.new == 34
    server.held[CHANNEL][FIRST + 5]["content"] = "other words"
    server.held[str(FIRST + 2)][FIRST + 101]["content"] = "other words in a thread"
    del server.held[CHANNEL][FIRST + 6], server.held[str(FIRST + 2)][FIRST + 102]
    assert here.collect(1).error is None
    texts = here.column("plain")
    assert texts[str(FIRST + 5)] == "other words"
    assert texts[str(FIRST + 101)] == "other words in a thread"
    gone = {int(i) - FIRST for i, at in here.column("removed_at").items() if at is not None}
    assert gone == {6, 102}  # and no message of a thread is taken for one that the channel lost


def test_discord_says_nothing_of_what_it_did_not_look_for(
    settings: Settings, store: Store, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    server.say(CHANNEL, FIRST, 1_440 - 20)
    server.open(FIRST + 2)
    server.say(str(FIRST + 2), FIRST + 100, 1_440 - 20)
    here = Followed(settings, store, serve(server), "discord", f"{GUILD}/{CHANNEL}")
    here.collect()
    monkeypatch.setattr(discord, "AGAIN", 1)  # enough for the channel, not for its thread
    here.collect(1)
    assert set(here.column("removed_at").values()) == {None}


def test_discord_says_why_not(settings: Settings, store: Store, serve: Serve) -> None:
    server = Server()
    server.say(CHANNEL, FIRST)
    here = Followed(settings, store, serve(server), "discord", f"{GUILD}/{CHANNEL}")
    server.intent = False
    assert told(here.collect().error) == "no_message_content"
    server.intent, server.invited = True, False
    assert told(here.collect(2).error) == "not_in_channel"
    server.invited, server.busy = True, 1
    outcome = here.collect(4)
    assert told(outcome.error) == "too_many_requests"
    assert outcome.error is not None
    assert outcome.error.retry_after == 7.5  # said in the body alone
    assert here.collect(6).added.new == 1
    elsewhere = Followed(settings, store, here.server, "discord", f"{GUILD}/299999999999")
    assert told(elsewhere.collect().error) == "not_found"


# --- Slack -------------------------------------------------------------------------------------------------------


def stamp(minutes: float) -> str:
    return f"{(NOW - timedelta(days=1) + timedelta(minutes=minutes)).timestamp():.6f}"


class Workspace:
    """A channel with threads; three messages a page of replies, any number asked for a page of history."""

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, Any]] = {}
        self.fails: dict[str, dict[str, Any]] = {}  # method -> what it says instead
        self.is_private, self.limited = False, 0

    def say(self, minutes: float, root: str = "", **more: Any) -> str:
        ts = stamp(minutes)
        thread = {"thread_ts": root} if root else {}
        self.messages[ts] = {
            "type": "message",
            "ts": ts,
            "user": "U0LEA",
            "text": f"words of {minutes}",
            **thread,
            **more,
        }
        return ts

    def shown(self, ts: str) -> dict[str, Any]:
        replies = [t for t, one in self.messages.items() if one.get("thread_ts") == ts and t != ts]
        counted = {"thread_ts": ts, "reply_count": len(replies), "latest_reply": max(replies)} if replies else {}
        return {**self.messages[ts], **counted}

    async def __call__(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer xoxb-nobody-sees"
        method, asked = request.path.strip("/"), request.query
        if self.limited:
            self.limited -= 1
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "30"})
        if method in self.fails:
            return web.json_response({"ok": False, **self.fails[method]})
        return web.json_response({"ok": True, **self.answer(method, asked)})

    def answer(self, method: str, asked: Any) -> dict[str, Any]:
        if method == "auth.test":
            return {"url": "https://acme.slack.com/"}
        if method == "conversations.info":
            return {"channel": {"id": "C0FIGS", "name": "figs", "is_private": self.is_private}}
        if method == "conversations.list":
            page = int(asked.get("cursor") or 0)
            every = [{"id": f"C0NUMBER{n}", "name": f"channel-{n}", "is_member": n == 4} for n in range(6)]
            every[2]["is_private"] = True
            after = {"response_metadata": {"next_cursor": str(page + 3) if page < 3 else ""}}
            return {"channels": every[page : page + 3], **after}
        if method == "users.info":
            return {"user": {"profile": {"display_name": "Léa"}}}
        if method == "conversations.history":
            latest = asked.get("latest", "9")
            own = [t for t, one in self.messages.items() if one.get("thread_ts") in {None, t}]
            here = sorted(t for t in own if t < latest or (t == latest and "inclusive" in asked))
            size = int(asked["limit"])
            page_ = [self.shown(t) for t in reversed(here[-size:])]
            return {"messages": page_, "has_more": len(here) > size}
        assert method == "conversations.replies"
        root = self.messages.get(asked["ts"], {}).get("thread_ts", asked["ts"])
        if asked["ts"] not in self.messages:
            return {"ok": False, "error": "thread_not_found"}
        start, oldest, latest = int(asked.get("cursor") or 0), asked.get("oldest", "0"), asked.get("latest", "9")
        within = sorted(t for t, one in self.messages.items() if one.get("thread_ts") == root and t != root)
        within = [t for t in within if (t > oldest or (t == oldest and "inclusive" in asked)) and t <= latest]
        page = [self.shown(root)] + [self.messages[t] for t in within[start : start + 3]]
        after = str(start + 3) if start + 3 < len(within) else ""
        return {"messages": page, "has_more": bool(after), "response_metadata": {"next_cursor": after}}


def test_slack_messages_and_replies_each_once(settings: Settings, store: Store, serve: Serve) -> None:
    space = Workspace()
    roots = [space.say(n) for n in range(450)]
    for n in range(8):
        space.say(500 + n, roots[440])
    space.say(520, subtype="channel_join", text="has joined")
    here = Followed(settings, store, serve(space), "slack", "acme/C0FIGS")
    outcome = here.collect()
    assert (outcome.error, outcome.left_out) == (None, 1)
    assert set(here.column("native_id")) == {f"figs/{t}" for t, one in space.messages.items() if "subtype" not in one}
    assert here.column("parent_id")[f"figs/{stamp(503)}"] == f"figs/{roots[440]}"
    assert set(here.column("author").values()) == {"Léa"}
    assert sum("users.info" in request for request in here.server.requests) == 1
    space.say(600, roots[440])
    before = len(here.server.requests)
    assert here.collect(1).added.new == 1
    told_new = [request for request in here.server.requests[before:] if "replies" in request]
    asked = [request for request in told_new if "inclusive" not in request]  # those are posts looked at again
    assert len(asked) == 1  # from the last one read on, not all of them once more
    assert f"oldest={stamp(507)}" in asked[0]


def test_slack_edits_deletions_and_late_replies(settings: Settings, store: Store, serve: Serve) -> None:
    space = Workspace()
    old = space.say(1_440 - 200)
    for n in range(250):
        space.say(1_440 - 190 + n * 0.64)
    first = space.say(1_440 - 20, old)
    lost = space.say(1_440 - 19, old)
    here = Followed(settings, store, serve(space), "slack", "acme/C0FIGS")
    here.collect()
    del space.messages[lost]
    own = stamp(1_440 - 190 + 20 * 0.64)
    del space.messages[own]
    space.messages[first]["text"] = "other words"
    late = space.say(1_440 + 5, old)  # below a message that the newest page no longer holds
    assert here.collect(1).error is None
    texts = here.column("plain")
    assert texts[f"figs/{first}"] == "other words"
    assert f"figs/{late}" in texts
    gone = {i for i, at in here.column("removed_at").items() if at is not None}
    assert gone == {f"figs/{lost}", f"figs/{own}"}


@pytest.mark.parametrize(
    ("method", "said", "code"),
    [
        ("conversations.history", {"error": "not_in_channel"}, "not_in_channel"),
        ("conversations.history", {"error": "missing_scope", "needed": "channels:history"}, "missing_permission"),
        ("auth.test", {"error": "invalid_auth"}, "bad_credentials"),
        ("auth.test", {"error": "token_expired"}, "expired_token"),
        ("users.info", {"error": "missing_scope", "needed": "users:read"}, "missing_permission"),
        ("conversations.info", {"error": "channel_not_found"}, "not_found"),
        ("conversations.history", {"error": "what_is_this"}, "refused"),
    ],
)
def test_slack_says_why_not(
    settings: Settings, store: Store, serve: Serve, method: str, said: dict[str, str], code: str
) -> None:
    space = Workspace()
    space.say(1)
    space.fails[method] = said
    here = Followed(settings, store, serve(space), "slack", "acme/C0FIGS")
    outcome = here.collect()
    assert told(outcome.error) == code
    assert outcome.error is not None
    assert said.get("needed", "") in outcome.error.detail
    space.fails.clear()
    space.limited = 1
    outcome = here.collect(3)
    assert told(outcome.error) == "too_many_requests"
    assert outcome.error is not None
    assert outcome.error.retry_after == 30
    assert here.collect(6).added.new == 1


# --- Exports -----------------------------------------------------------------------------------------------------


def exported(name: str, content: bytes) -> set[tuple[str, str]]:
    stream = io.BytesIO(content)
    read = [said for _row, said in posts_of(stream, name, preview(stream, name).guess)]
    return {(said.source_kind, said.native_id) for said in read if not isinstance(said, BadRow)}


def test_an_export_brings_the_messages_that_were_collected(settings: Settings, store: Store, serve: Serve) -> None:
    channel, server, space = Channel([5, 6]), Server(), Workspace()
    server.say(CHANNEL, FIRST)
    ts = space.say(1)
    unix = int(channel.born[5].timestamp())
    said = {"type": "message", "date": "2026-06-01T08:00:00", "date_unixtime": str(unix), "from": "Figs"}
    telegram = {"name": "Figs", "type": "public_channel", "id": 1141171940}
    telegram["messages"] = [{"id": n, "text": f"words of {n}", **said} for n in (5, 6)]
    one = {"id": str(FIRST), "type": "Default", "timestamp": NOW.isoformat(), "content": "words"}
    one["author"] = {"id": "1", "name": "lea", "isBot": False}
    place = {"guild": {"id": GUILD, "name": "Figs"}, "channel": {"id": CHANNEL, "name": "help"}, "messages": [one]}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("figs/2026-06-14.json", json.dumps([space.messages[ts]]))
    for kind, address, handler, name, content in (
        ("telegram", "figs", channel, "result.json", json.dumps(telegram).encode()),
        ("discord", f"{GUILD}/{CHANNEL}", server, "help.json", json.dumps(place).encode()),
        ("slack", "acme/C0FIGS", space, "slack.zip", packed.getvalue()),
    ):
        here = Followed(settings, store, serve(handler), kind, address)
        before = set(here.column("native_id"))
        assert here.collect().error is None
        collected = {(kind, native_id) for native_id in set(here.column("native_id")) - before}
        assert exported(name, content) == collected


# --- Channels are chosen by name ---------------------------------------------------------------------------------


def test_channels_are_shown_by_name_with_who_sees_them(settings: Settings, serve: Serve) -> None:
    async def asked(kind: str, address: str, handler: Any) -> list[Candidate]:
        given, bases = credentials(TOKENS), {kind: serve(handler).url}
        async with Client(settings, given, base_urls=bases, preview=True) as client:
            return await resolved(client, Candidate(kind, address), NOW)

    found = asyncio.run(asked("discord", GUILD, Server()))
    assert [(one.name, one.for_some) for one in found] == [("#help", False), ("#ideas", False), ("#staff", True)]
    assert found[0].address == f"{GUILD}/{CHANNEL}"
    found = asyncio.run(asked("slack", "acme", Workspace()))
    names = [one.name for one in found]
    assert names == ["#channel-4", "#channel-0", "#channel-1", "#channel-3", "#channel-5"]  # private ones are not shown
    assert found[0].address == "acme/C0NUMBER4"


@pytest.mark.parametrize("kind", ["discord", "slack"])
def test_that_only_some_see_a_channel_is_said_before_it_is_followed(
    settings: Settings, serve: Serve, kind: str
) -> None:
    server, space = Server(), Workspace()
    server.say(STAFF, FIRST)
    space.say(1)
    space.is_private = True
    address = f"{GUILD}/{STAFF}" if kind == "discord" else "acme/C0FIGS"
    url = serve(server if kind == "discord" else space).url

    async def look(briefly: bool) -> str:
        async with Client(settings, credentials(TOKENS), base_urls={kind: url}, preview=briefly) as client:
            result = await SOURCES[kind].fetch(client, Source(1, kind, address), NOW)
        assert len(result.posts) == 1
        return str(result.changes["note"])

    for briefly in (True, False):
        assert asyncio.run(look(briefly)) == "some_see"
    assert note_sentence("some_see")


# --- Threads -----------------------------------------------------------------------------------------------------


class Account:
    """An account's posts and their conversations, three a page; searches; a token that can be renewed."""

    def __init__(self) -> None:
        self.posts = {n: 7 if n == 10 else 0 for n in range(10, 0, -1)}  # post -> replies under it
        self.token, self.made, self.gone = "threads-nobody-sees", 0, set[int]()
        self.insights = True

    def item(self, number: str, hours: float, **more: Any) -> dict[str, Any]:
        at = (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S+0000")
        return {"id": number, "text": f"words of {number}", "username": "figs", "timestamp": at, **more}

    async def __call__(self, request: web.Request) -> web.Response:
        path, asked = request.path.strip("/"), request.query
        if path == "refresh_access_token":
            if asked.get("access_token") != self.token:
                return web.json_response({"error": {"code": 190, "message": "Session has expired"}}, status=400)
            self.made += 1
            return web.json_response({"access_token": f"new-{self.made}-nobody-sees", "expires_in": 5_184_000})
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"error": {"code": 190, "message": "Session has expired"}}, status=400)
        start = int(asked.get("after") or 0)
        if path == "me":
            return web.json_response({"id": "1", "username": "figs"})
        if path == "me/threads":
            every = [self.item(str(n), 20 - n, has_replies=bool(held)) for n, held in self.posts.items()]
            return self.page(every, start)
        if path.endswith("/conversation"):
            root = path.partition("/")[0]
            held = [f"{root}{n:03}" for n in range(self.posts[int(root)])]
            return self.page([self.item(n, 1, is_reply=True, root_post={"id": root}) for n in held], start)
        if path.endswith("/insights"):
            if not self.insights:
                return web.json_response({"error": {"code": 10}}, status=403)
            told = {"views": 90, "likes": 9, "replies": 3, "reposts": 2, "quotes": 1}
            return web.json_response({"data": [{"name": n, "values": [{"value": v}]} for n, v in told.items()]})
        if path.isdecimal() and int(path) not in self.gone:
            return web.json_response(self.item(path, 20 - int(path)))
        return web.json_response({"error": {"code": 100, "error_subcode": 33}}, status=400)

    def page(self, every: list[dict[str, Any]], start: int) -> web.Response:
        more = {"paging": {"cursors": {"after": str(start + 3)}, "next": "http://a/?access_token=x"}}
        return web.json_response({"data": every[start : start + 3], **(more if start + 3 < len(every) else {})})


def test_threads_own_posts_and_replies_each_once(settings: Settings, store: Store, serve: Serve) -> None:
    account = Account()
    here = Followed(settings, store, serve(account), "threads", "account:figs")
    outcome = here.collect()
    assert outcome.error is None
    wanted = {str(n) for n in range(2, 11)} | {f"10{n:03}" for n in range(7)}
    assert set(here.column("native_id")) == wanted  # three pages of posts; the last post on request
    here.go_back(60)
    account.posts[10] = 8
    assert here.collect(1).added.new == 2
    assert here.collect(2).added.new == 0
    other = Followed(settings, store, here.server, "threads", "account:pots")
    assert told(other.collect().error) == "own_account_only"


def test_threads_counters_and_deletions(settings: Settings, store: Store, serve: Serve) -> None:
    account = Account()
    account.gone = {9}
    here = Followed(settings, store, serve(account), "threads", "account:figs")
    ids = ["10", "9"]

    async def again() -> Any:
        async with Client(settings, credentials(TOKENS), base_urls={"threads": here.server.url}) as client:
            return await SOURCES["threads"].recount(client, here.source(), NOW, ids)  # type: ignore[misc]

    page = asyncio.run(again())
    (counted,) = page.posts
    e = counted.engagement
    assert (e.views, e.score, e.comments, e.shares) == (90, 9, 3, 3)
    assert page.removed == ("9",)
    account.insights = False  # a token without that right still reads
    (plain,) = asyncio.run(again()).posts
    assert plain.engagement.views is None


def test_threads_tokens_are_renewed_before_they_end(settings: Settings, store: Store, serve: Serve) -> None:
    account = Account()
    server = serve(account)
    path = credentials_path(settings)
    path.write_text('[threads]\ntoken = "threads-nobody-sees"\n')
    path.chmod(0o600)

    def run(moment: datetime) -> None:
        asyncio.run(collect(store, settings, now=lambda: moment, only=[], base_urls={"threads": server.url}))

    def kept() -> str:
        return in_file(settings).get("threads", "token").reveal()

    run(NOW)
    run(NOW + timedelta(hours=3))
    assert account.made == 0  # a token must be a day old
    run(NOW + timedelta(hours=26))
    assert (account.made, kept()) == (1, "new-1-nobody-sees")
    run(NOW + timedelta(hours=28))
    assert account.made == 1
    account.token = "something-else-nobody-sees"  # the service refuses: the token that is kept stays
    run(NOW + timedelta(days=9))
    assert kept() == "new-1-nobody-sees"
    account.token = "new-1-nobody-sees"
    run(NOW + timedelta(days=11))
    assert kept() == "new-2-nobody-sees"
    assert load_credentials(settings).has("threads")
    store.close()
    assert b"nobody-sees" not in store.path.read_bytes()


# --- Credentials -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", ["discord", "slack", "threads"])
def test_credentials_are_checked(settings: Settings, serve: Serve, service: str) -> None:
    server, space, account = Server(), Workspace(), Account()
    url = serve({"discord": server, "slack": space, "threads": account}[service]).url

    async def checked() -> str:
        given = Credentials({(service, "", "token"): Secret(TOKENS[service]["token"])})
        async with Client(settings, given, base_urls={service: url}) as client:
            (one,) = [c for c in await check_all_credentials(client, NOW) if c.configured]
        return one.error.code if one.error else ""

    assert asyncio.run(checked()) == ""
    server.intent, account.token = False, "another"
    space.fails["auth.test"] = {"error": "account_inactive"}
    wanted = {"discord": "no_message_content", "slack": "bad_credentials", "threads": "expired_token"}
    assert asyncio.run(checked()) == wanted[service]


@pytest.mark.parametrize("kind", ["discord", "slack", "threads"])
def test_without_credentials_that_is_said(settings: Settings, serve: Serve, kind: str) -> None:
    address = {"discord": f"{GUILD}/{CHANNEL}", "slack": "acme/C0FIGS", "threads": "search:figs"}[kind]
    server = serve(Server())

    async def run() -> None:
        async with Client(settings, base_urls={kind: server.url}) as client:
            await SOURCES[kind].fetch(client, replace(Source(1, kind, address)), NOW)

    with pytest.raises(SourceError) as raised:
        asyncio.run(run())
    assert raised.value.code == "no_credentials"
    assert server.requests == []
