"""A cluster of real processes on this computer: a scheduler and workers, which may be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from data.settings import ROOT
from tests.postgres import free_port


def double(number: int) -> int:
    return 2 * number


def picky(number: int) -> int:
    """Fails on a worker alone."""
    if number == 2 and "TEST_HERE" not in os.environ:
        raise ValueError("no two")
    return number


class Cluster:
    """`workers` are processes with one thread each, started from the folder `code`; none restarts by itself."""

    def __init__(self, workers: int, code: Path = ROOT) -> None:
        self.code = code
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2])
        self.workers: list[subprocess.Popen[bytes]] = []
        for _ in range(workers):
            self.add()
        if workers:
            self.wait(workers)

    def _start(self, part: str, *arguments: str) -> subprocess.Popen[bytes]:
        # Threads as in a worker with its nanny; the rest of the environment keeps it on this computer.
        environ = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        command = [sys.executable, "-m", "dask", part, *arguments, "--no-dashboard"]
        return subprocess.Popen(command, cwd=self.code, env=environ, stderr=subprocess.DEVNULL)

    def add(self) -> None:
        """Start one more worker."""
        self.workers.append(self._start("worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"))

    def wait(self, workers: int, most: float = 60.0) -> None:
        """Until so many workers are there."""
        from distributed import Client

        until = time.monotonic() + most
        while time.monotonic() < until:
            with contextlib.suppress(OSError), Client(self.address, timeout=2, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=most)
                return
        raise TimeoutError(f"no scheduler at {self.address}")

    def cpu_seconds(self) -> float:
        """Processor time of all workers so far."""
        import psutil

        return sum(sum(psutil.Process(worker.pid).cpu_times()[:2]) for worker in self.workers)

    def kill_worker(self) -> None:
        """SIGKILL for the worker that was started first."""
        self._kill(self.workers.pop(0))

    def kill_scheduler(self) -> None:
        self._kill(self.scheduler)

    @staticmethod
    def _kill(process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
