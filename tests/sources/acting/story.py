"""Asking a network through the real client, one question at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from sources.acting.base import Act, Done, Target
from sources.errors import SourceError
from sources.http import Client
from tests.conftest import NOW
from tests.sources.acting.servers.place import Place

T = TypeVar("T")
Work = Callable[[Client], Coroutine[Any, Any, T]]


def run(client: Client, work: Work[T]) -> T:
    async def within() -> T:
        async with client:
            return await work(client)

    return asyncio.run(within())


def code_of(client: Client, work: Work[Any]) -> SourceError:
    with pytest.raises(SourceError) as refused:
        run(client, work)
    return refused.value


def do(place: Place, act: Act) -> Work[Done]:
    return lambda client: place.network.do(client, act, NOW)


def find(place: Place, act: Act) -> Work[Done | None]:
    return lambda client: place.network.find(client, replace(act, first_try=NOW), NOW)


def look(place: Place, act: Act) -> Work[Target]:
    return lambda client: place.network.look(client, act, NOW)


def undo(place: Place, act: Act, done: Done) -> Work[None]:
    return lambda client: place.network.undo(client, act, done, NOW)
