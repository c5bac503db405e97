"""Whether Vigie lives and is ready, for a load balancer or an alarm: one word, whoever asks, and nothing else.

/livez           the process answers
/readyz          the record opens and is of this version
/readyz/worker   a worker was seen in the last minutes
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from anyio import CapacityLimiter, move_on_after, to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.web.guard import PRIVATE
from data.running.health import is_ready, worker_seen
from data.settings import Settings, SettingsError, load_settings
from data.store import StoreError

KEPT = 2.0  # seconds that an answer holds: many who ask cost one look
PATIENCE = 3.0  # seconds for a look


class Watched:
    """One question that is asked often: looked at by one at a time, and remembered for KEPT seconds."""

    def __init__(self, look: Callable[[Settings], bool]) -> None:
        self._look = look
        self._known: tuple[float, bool] | None = None
        self._alone: CapacityLimiter | None = None  # belongs to the loop that asks first

    async def answer(self, request: Request) -> Response:
        good = await self.asked()
        return PlainTextResponse("ok" if good else "not ready", 200 if good else 503, PRIVATE)

    async def asked(self) -> bool:
        if self._known is not None and time.monotonic() - self._known[0] < KEPT:
            return self._known[1]
        self._alone = self._alone or CapacityLimiter(1)
        with move_on_after(PATIENCE):
            return await to_thread.run_sync(self._looked, abandon_on_cancel=True, limiter=self._alone)
        return False

    def _looked(self) -> bool:
        if self._known is not None and time.monotonic() - self._known[0] < KEPT:
            return self._known[1]  # by who waited for
        try:
            good = self._look(load_settings())
        except (SettingsError, StoreError, OSError):
            good = False
        self._known = (time.monotonic(), good)
        return good


async def lives(request: Request) -> Response:
    return PlainTextResponse("ok", 200, PRIVATE)


ROUTES = [
    Route("/livez", lives),
    Route("/readyz", Watched(is_ready).answer),
    Route("/readyz/worker", Watched(lambda settings: worker_seen(settings, datetime.now(UTC))).answer),
]
