"""What the loopback servers of the networks have in common: they keep what is written, refuse, ask to wait, and fall
silent after they have accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from data.settings import Settings
from sources.acting.base import Act, Deed, Network
from sources.acting.networks import NETWORKS
from sources.http import Client
from tests.conftest import NOW, Loopback
from tests.replay import credentials

KEY = "act-0001"
WAIT = 37  # seconds that a server asks for


@dataclass
class Said:
    """What somebody wrote at a place."""

    id: str
    text: str
    parent: str = ""
    title: str = ""
    author: str = "us"
    at: datetime = NOW
    pictures: list[tuple[str, bytes, str]] = field(default_factory=list)  # (media type, content, alternative text)
    whom: str = ""  # a message's reader
    state: dict[str, Any] = field(default_factory=dict)


class Place:
    """A network's server. `mood` is how it answers what is written: "" accepts, "silent" accepts and never answers,
    the others are keys of `refusals`."""

    kind = ""
    account = ""
    target, target_url, place = "", "", ""
    service = ""
    keys: Mapping[str, str] = {}
    bases: tuple[str, ...] = ()
    at = NOW

    def __init__(self) -> None:
        self.mood = ""
        self.url = ""
        self.requests: list[str] = []
        self.parent = "Does it run on my old phone? 📱"
        self.gone = self.closed = False
        self.said: list[Said] = []
        self.reports: list[tuple[str, str]] = []
        self.refusals: dict[str, web.Response] = {}

    @property
    def collected(self) -> str:
        """The parent's text as collecting it reads it."""
        return self.parent

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        is_write = self.is_write(request)
        if is_write and self.mood in self.refusals:
            told = self.refusals[self.mood]
            return web.Response(body=told.body, status=told.status, headers=told.headers)
        answer = await self.answer(request)
        if is_write and self.mood == "silent":
            await asyncio.sleep(30)
        return answer

    def is_write(self, request: web.Request) -> bool:
        return request.method != "GET"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        raise NotImplementedError

    @property
    def network(self) -> Network:
        return NETWORKS[self.kind]

    def act(self, deed: Deed = Deed.ANSWER, text: str = "Yes, from version 9 on.", **over: Any) -> Act:
        act = Act(
            deed,
            self.kind,
            self.account,
            KEY,
            text=text,
            target="" if deed is Deed.PUBLISH else self.target,
            target_url="" if deed is Deed.PUBLISH else self.target_url,
            place=self.place if deed is Deed.PUBLISH else "",
            title="A title of ours" if deed in {Deed.PUBLISH, Deed.WARN} else "",
        )
        return replace(act, **over)

    def client(self, settings: Settings, given: Mapping[str, str] | None = None, service: str = "") -> Client:
        held = credentials({service or self.service: dict(self.keys if given is None else given)}, self.held_for)
        return Client(replace(settings, fetch_timeout=1), held, base_urls=dict.fromkeys(self.bases, self.url))

    @property
    def held_for(self) -> str:
        """The account that the credentials are kept for."""
        return self.account

    def starts(self, server: Loopback) -> None:
        self.url, self.requests = server.url, server.requests


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
