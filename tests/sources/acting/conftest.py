"""Places that are started on loopback, each story with sessions of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sources.acting import told
from tests.conftest import Loopback
from tests.sources.acting.servers.place import Place

Start = Callable[[type[Place]], Place]


@pytest.fixture(autouse=True)
def no_sessions() -> None:
    told.forget_sessions()


@pytest.fixture
def start(serve: Callable[[Any], Loopback]) -> Start:
    def started(kind: type[Place]) -> Place:
        place = kind()
        place.starts(serve(place))
        return place

    return started
