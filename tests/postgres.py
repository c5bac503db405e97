"""PostgreSQL of Debian's package on loopback: one server for all processes of a run, a database for each test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.settings import Settings
from data.store import Store
from tests.made_once import MadeOnce

# What is in it may be lost; and nobody looks after hundreds of databases that soon go.
IN_HASTE = (
    "fsync=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=256MB",
    "autovacuum_naptime=1h",
    "max_connections=400",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """A server in a folder, made there unless it is, and not yet started. `mark` tells databases of processes apart."""

    def __init__(self, programs: Path, folder: Path, mark: str = "test") -> None:
        self._run = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses to run as root
        self.programs, self._data, self._log = programs, folder / "data", folder / "log"
        self._once, self._mark, self._number = MadeOnce(folder), mark, 0
        if not (folder / "port").exists():
            if self._run:
                shutil.chown(folder, "postgres")
            self._call("initdb", "-D", self._data, "-U", "vigie", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
            (folder / "port").write_text(str(free_port()))
        self.port = int((folder / "port").read_text())

    def _call(self, program: str, *arguments: object) -> None:
        command = [*self._run, str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    def make(self, name: str = "", template: str = "template1") -> str:
        """The address of a new database. The `template` of that name was migrated once; tests copy it."""
        if template == "template":
            self._once.done(template, lambda: Store(self.make(template)).close())
        self._number += 1
        name = name or f"{self._mark}{self._number}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql://vigie@127.0.0.1:{self.port}/{name}"

    def holding(self, name: str, folder: Path) -> str:
        """The address of a new database with the demo of a folder, moved there once for all that ask by this name."""

        def hold() -> None:
            from data.keeping.moving import move

            move(Settings(data_dir=str(folder), demo=True), self.make(name))
            self.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

        self._once.done(name, hold)
        return self.make(template=name)

    def drop(self, url: str) -> None:
        """A database has hundreds of files, which take long to write and to take away once they are written."""
        self.ask(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def ask(self, statement: str) -> None:
        import pg8000.native

        connection = pg8000.native.Connection("vigie", host="127.0.0.1", port=self.port, database="postgres")
        try:
            connection.run(statement)
        finally:
            connection.close()

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        options += "".join(f" -c {option}" for option in IN_HASTE)
        self._call("pg_ctl", "-D", self._data, "-o", options, "-l", self._log, "-w", "start")

    def close(self) -> None:
        """Stop it as a failing machine does: nobody is asked to finish."""
        self._call("pg_ctl", "-D", self._data, "-m", "immediate", "stop")


@contextmanager
def shared_server(programs: Path, once: MadeOnce, mark: str) -> Iterator[Postgres]:
    """That of a run: the first process that asks makes it, the last one that leaves takes it away."""

    def enter() -> str:
        # Beside pytest's own folder, into which the server may not look.
        folder = tempfile.mkdtemp(prefix="vigie-postgres-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
        Postgres(programs, Path(folder)).start()
        return folder

    def leave(folder: str) -> None:
        Postgres(programs, Path(folder)).close()
        shutil.rmtree(folder, ignore_errors=True)

    with once.while_used("postgres", enter, leave) as folder:
        yield Postgres(programs, Path(folder), mark)
