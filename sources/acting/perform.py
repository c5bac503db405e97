"""Doing what is due at networks: each act is taken, looked for where an earlier try may have left it, looked at, done.

An act ends as done, waits to be tried again, or waits for a person with its reason; none is lost, and none is done
twice: see `data.acting.running`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.acting import running
from data.acting.kept import KeptAct, is_of_another
from data.acting.pictures import ItemPicture, pictures_of
from data.acting.policy import policy_of
from data.acting.running import Ending
from data.credentials import load_credentials
from data.jobs import holder_name
from data.settings import Settings
from data.store import Store, StoreError
from sources.acting.base import Act, Deed, Done, Network, Picture
from sources.acting.last_check import dead_link, why_not_now
from sources.acting.networks import NETWORKS
from sources.errors import SourceError
from sources.http import Client
from sources.plain_text import plain_text

LONGEST = 240.0  # seconds of one try, fewer than those for which it is one process's
# After these a request may have arrived all the same.
UNCERTAIN = frozenset(
    {"timeout", "unreachable", "tls_error", "server_error", "bad_answer", "empty_body", "too_large", "bad_compression"}
)
# What passes by itself; everything else waits for a person.
PASSING = UNCERTAIN | {"unknown_host", "too_many_requests", "quota"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one act in this run: `said` is its state, or the code of what stopped it."""

    act: int
    said: str


async def perform(
    store: Store,
    settings: Settings,
    now: Callable[[], datetime],
    *,
    told: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Do what is due in one workspace; nothing where it does not act. `told` hears of each act as it ends."""
    with store.read() as connection:
        policy = policy_of(connection)
        due = running.due_acts(connection, now()) if policy.on else []
    outcomes = []
    if due:
        async with Client(settings, load_credentials(settings)) as client:
            for number in due:
                kept = running.claim(store, number, holder_name(), now())
                if kept is None:
                    continue
                said = await _Trial(store, client, kept, now, policy.rehearse).run()
                outcomes.append(Outcome(number, said))
                told(outcomes[-1])
    running.settle(store, now())
    return outcomes


def as_act(kept: KeptAct, pictures: Sequence[ItemPicture] = ()) -> Act:
    """An act of the record as a network is told it."""
    return Act(
        Deed(kept.deed),
        kept.network,
        kept.account,
        kept.key,
        kept.text,
        kept.title,
        kept.target,
        kept.target_url,
        kept.place,
        kept.reason,
        kept.rule,
        kept.lang,
        tuple(Picture(one.name, one.media_type, one.content, one.alt) for one in pictures),
        first_try=kept.first_try,
    )


def is_edited(seen: str, said: str) -> bool:
    """Whether a post says something else than what was seen. Instances write the same words in other HTML."""
    return bool(seen) and plain_text(seen).split() != plain_text(said).split()


class _StopError(Exception):
    """Why an act is not done, found out before anything was sent."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """One try of one act by this process."""

    store: Store
    client: Client
    kept: KeptAct
    now: Callable[[], datetime]
    rehearse: bool

    async def run(self) -> str:
        """Try it; gives the state in which it ended, or the code of what stopped it. Raises for the record alone."""
        network = NETWORKS.get(self.kept.network)
        if network is None or self.kept.deed not in {*network.deeds}:
            return self._stopped("not_offered")
        try:
            async with asyncio.timeout(LONGEST):  # the act is this process's for so long
                return await self._tried(network, as_act(self.kept, self._pictures()))
        except _StopError as stop:
            return self._stopped(str(stop))
        except (StoreError, asyncio.CancelledError):
            raise
        except TimeoutError:
            return self._ended(Ending("timeout", f"{LONGEST:.0f} s", certain=False))
        except Exception as error:  # noqa: BLE001  # a fault of ours: what was sent may have arrived
            return self._ended(Ending("fault", type(error).__name__, certain=False))

    def _pictures(self) -> list[ItemPicture]:
        if not self.kept.item:
            return []
        with self.store.read() as connection:
            return pictures_of(connection, self.kept.item)

    async def _tried(self, network: Network, act: Act) -> str:
        step = "find"
        try:
            if self.kept.aim == "undo":
                step = "undo"
                return await self._undo(network, act)
            again = self.kept.maybe or self.kept.attempts > 1
            if again and (found := await self._find(network, act)) is not None:
                return self._done(found)
            if self.kept.aim == "stop":
                running.note_stopped(self.store, self.kept, self.now())
                return "cancelled"
            step = "look"
            await self._look(network, act)
            if self.kept.deed == "publish":
                await self._last_check()
            if self.rehearse:
                running.note_rehearsed(self.store, self.kept, self.now())
                return "rehearsed"
            step = "do"
            if not running.begin(self.store, self.kept, "do", self.now()):
                return "taken"
            return self._done(await network.do(self.client, act, self.now()))
        except SourceError as error:
            return self._failed(step, error)

    async def _find(self, network: Network, act: Act) -> Done | None:
        """What an earlier try left, unless it is what another act left."""
        found = await network.find(self.client, act, self.now())
        if found is not None:
            with self.store.read() as connection:
                if is_of_another(connection, self.kept, found.id):
                    found = None
        running.note_look(self.store, self.kept, "find", "none" if found is None else "ok", self.now())
        return found

    async def _look(self, network: Network, act: Act) -> None:
        """Stop where the target is not any more what was seen."""
        target = await network.look(self.client, act, self.now())
        stop = ""
        if target.gone:
            stop = "target_gone"
        elif target.locked and self.kept.deed == "answer":
            stop = "target_locked"
        elif is_edited(self.kept.seen, target.text):
            stop = "target_edited"
        running.note_look(self.store, self.kept, "look", stop or "ok", self.now())
        if stop:
            raise _StopError(stop)

    async def _last_check(self) -> None:
        """Stop where it is not to be published now."""
        stop = why_not_now(self.store, self.kept, self.now())
        if not stop and (dead := await dead_link(self.client, self.kept.text, self.now())):
            stop = "link_dead"
            running.note_look(self.store, self.kept, "look", stop, self.now(), dead)
        if stop:
            raise _StopError(stop)

    async def _undo(self, network: Network, act: Act) -> str:
        """Take back what it left. Doing that twice does no harm."""
        if act.deed not in network.can_undo:
            raise _StopError("not_offered")
        if self.rehearse:
            raise _StopError("rehearsing")
        if not running.begin(self.store, self.kept, "undo", self.now()):
            return "taken"
        done = Done(self.kept.native_id, self.kept.url, self.kept.done_at or self.now())
        await network.undo(self.client, act, done, self.now())
        running.note_undone(self.store, self.kept, self.now())
        return "undone"

    def _done(self, done: Done) -> str:
        kept = running.note_done(self.store, self.kept, done.id, done.url, done.at, self.now())
        return "done" if kept else "taken"

    def _failed(self, step: str, error: SourceError) -> str:
        passing = error.code in PASSING or error.retry_after is not None
        sent = step in {"do", "undo"}
        ending = Ending(
            error.code,
            error.detail,
            certain=sent and error.code not in UNCERTAIN,
            final=not passing,
            wait=error.retry_after or 0.0,
        )
        if not sent:
            running.note_look(self.store, self.kept, step, error.code, self.now(), error.detail)
        return self._ended(ending)

    def _stopped(self, code: str) -> str:
        passing = code in {"crisis", "link_dead"}
        return self._ended(Ending(code, certain=False, final=not passing, patient=passing))

    def _ended(self, ending: Ending) -> str:
        return ending.code if running.note_ending(self.store, self.kept, ending, self.now()) else "taken"
