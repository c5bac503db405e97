"""The workers of a Dask cluster, reached through its scheduler's executor. The only module that knows Dask.

A worker that dies costs time: the scheduler gives its batches to others. A batch that is given up on, whatever the
reason, is done in this process, with a line that says so; without a scheduler or a worker all the rest is. The next run
tries the scheduler again.
"""

from __future__ import annotations

import logging
import platform
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

from data.cluster.task import OtherCodeError, Task, code_version, run_task
from data.cluster.workers import Batch, Found, Workers
from data.settings import SettingsError

MISSING = "'dask_scheduler' is set and the package for it is missing: pip install -r requirements-dask.txt."
PATIENCE = 600.0  # seconds that a batch may take, from when nothing else is waited for
WITHOUT_WORKERS = 20.0  # seconds in which a worker that died may come back
ANSWER = 8.0  # seconds that a scheduler may take to say something
LOOK = 2.0  # seconds between looks at whether there is still somebody who works
MOST_SLOTS = 512
AHEAD = 2  # batches under way for each thread of a worker: one is read while the next travels
ENOUGH = 3  # batches lost for reasons of their own, and the rest is done here
Sent = tuple[Batch, Future[Found] | None]


def say(words: str) -> None:
    print(f"dask: {words}", file=sys.stderr, flush=True)


@contextmanager
def connected(address: str) -> Iterator[Workers]:
    """The workers of the scheduler at `address`; this process alone, with a line that says why, where there are none.

    Raises SettingsError where `distributed` is not installed.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingsError(MISSING) from error
    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in {"distributed", "tornado"}:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is told once, by a line of ours
    try:
        _reach(address)
        client = Client(address, timeout=ANSWER, set_as_default=False, name="vigie")
    except (OSError, ValueError, RuntimeError) as error:
        say(f"the scheduler {address} does not answer ({_short(error)}); the work is done here")
        yield Workers()
        return
    try:
        problem, threads = _looked_at(client)
        if problem:
            say(f"{problem}; the work is done here")
            yield Workers()
        else:
            yield _Cluster(client, threads)
    finally:
        client.close(timeout=ANSWER)


def _reach(address: str) -> None:
    """Raise OSError at once where nobody listens: the client would go on trying."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=ANSWER):
        pass


def _looked_at(client: Any) -> tuple[str, int]:
    """(what keeps its workers from being of use, or ""; their threads)."""
    try:
        told = client.sync(client.scheduler.versions, packages=[], callback_timeout=ANSWER)
        threads = _threads(client)
    except (OSError, ValueError, RuntimeError) as error:
        return f"the scheduler does not say what it is ({_short(error)})", 0
    ours = _kind(platform.python_version(), metadata.version("distributed"))
    theirs = _kind(str(told["host"]["python"]), str(told["packages"]["distributed"]))
    if ours != theirs:
        return f"the scheduler runs {theirs}, here is {ours}: install the same there", 0
    if not threads:
        return "the scheduler has no worker", 0
    return "", threads


def _kind(python: str, distributed: str) -> str:
    return f"Python {'.'.join(python.split('.')[:2])} with distributed {distributed}"


def _threads(client: Any) -> int:
    """How many batches the workers can read at once; 0 where there is no worker."""
    return sum(client.sync(client.scheduler.ncores, callback_timeout=ANSWER).values())


def _short(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


class _Cluster(Workers):
    """Workers elsewhere. Once nobody is there any more, this process does what is left."""

    far = True

    def __init__(self, client: Any, threads: int) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self.slots = min(MOST_SLOTS, max(2, AHEAD * threads))
        self._lost = 0
        self._gone = False

    def each(
        self,
        work: Callable[[Batch], Found],
        batches: Iterable[Batch],
        here: Callable[[Batch], Found] | None = None,
        *,
        in_order: bool = True,
    ) -> Iterator[Found]:
        source, sent, left = iter(batches), list[Sent[Batch, Found]](), True
        try:
            while True:
                while left and len(sent) < self.slots:
                    left = False
                    for batch in source:
                        sent.append((batch, self._send(work, batch)))
                        left = True
                        break
                if not sent:
                    return
                place = 0 if in_order else self._first_done(sent)
                batch, future = sent.pop(place)
                if future is not None and (lost := self._wait(future)) is None:
                    yield future.result()
                else:
                    if future is not None:
                        self._tell(lost)
                    yield (here or work)(batch)
        finally:
            for _, future in sent:
                if future is not None:
                    future.cancel()

    def _send(self, work: Callable[[Batch], Found], batch: Batch) -> Future[Found] | None:
        if self._gone:
            return None
        try:
            return self._executor.submit(run_task, Task(code_version(), work, batch))  # type: ignore[no-any-return]
        except (OSError, RuntimeError) as error:  # a connection that is closed
            self._give_up(_short(error))
            return None

    def _first_done(self, sent: list[Sent[Batch, Found]]) -> int:
        """The place of a batch that is there, or of the first one where none comes in a while."""
        futures = [future for _, future in sent if future is not None]
        if len(futures) == len(sent):
            wait(futures, timeout=LOOK, return_when="FIRST_COMPLETED")
        return next((place for place, (_, future) in enumerate(sent) if future is None or future.done()), 0)

    def _wait(self, future: Future[Found]) -> BaseException | None:
        """Wait for a batch; why it is lost, None where its result is there."""
        started = at = time.monotonic()
        while not self._gone or future.done():
            try:
                return future.exception(timeout=LOOK)
            except CancelledError as error:
                return error
            except TimeoutError:
                now = time.monotonic()
                if now - started > PATIENCE:
                    future.cancel()
                    return TimeoutError(f"no answer in {PATIENCE:.0f} s")
                if self._anybody():
                    at = now
                elif now - at > WITHOUT_WORKERS:
                    self._give_up("no worker is left")
        return CancelledError()

    def _anybody(self) -> bool:
        try:
            return bool(self._client.status == "running" and _threads(self._client))
        except (OSError, ValueError, RuntimeError):
            return False

    def _tell(self, error: BaseException | None) -> None:
        """Say why a batch is done here, once where all that follow will be, too."""
        if self._gone:
            return
        if isinstance(error, OtherCodeError):
            self._give_up(str(error))
        elif self._client.status != "running":
            self._give_up("the scheduler is gone")
        else:
            self._lost += 1
            say(f"a batch was given up on ({type(error).__name__}: {_short(error or CancelledError())}); done here")
            if self._lost >= ENOUGH:
                self._give_up(f"{self._lost} batches were given up on")

    def _give_up(self, why: str) -> None:
        if not self._gone:
            self._gone = True
            say(f"{why}; the rest of this run is done here")
