"""Vigie as `make install` sets it up, in a folder: its units read, and their programs started as systemd would."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.settings import ROOT
from tests.postgres import free_port


@dataclass(frozen=True)
class Installed:
    """What `make install DESTDIR=…` wrote below `root`; `data` is the data folder, `port` the app's."""

    root: Path
    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def unit(self, name: str) -> Path:
        return self.root / "etc/systemd/system" / f"{name}.service"

    def values(self, name: str, key: str) -> list[str]:
        lines = self.unit(name).read_text(encoding="utf-8").splitlines()
        return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]

    def environment(self, name: str) -> dict[str, str]:
        """What systemd gives the program: nothing of this process but the way to programs and the tests' guard."""
        held = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
        pairs = [shlex.split(value)[0] for value in self.values(name, "Environment")]
        for path in self.values(name, "EnvironmentFile"):
            pairs += (self.root / path.lstrip("/")).read_text(encoding="utf-8").splitlines()
        return held | dict(pair.split("=", 1) for pair in pairs if "=" in pair and not pair.startswith("#"))

    def start(self, name: str, out: Path, more: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        (command,) = self.values(name, "ExecStart")
        (folder,) = self.values(name, "WorkingDirectory")
        environ = self.environment(name) | dict(one.split("=", 1) for one in more)
        with out.open("wb") as stream:
            return subprocess.Popen(
                shlex.split(command), cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
            )


def make(target: str, root: Path, data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    given = (f"DESTDIR={root}", f"DATA={data}", f"CODE={ROOT}", f"USER_OF_VIGIE={_me()}", *more)
    return subprocess.run(["make", "-s", target, *given], cwd=ROOT, capture_output=True, text=True, check=True)


def _me() -> str:
    return subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()


def install(folder: Path) -> Installed:
    port = free_port()
    root, data = folder / "root", folder / "data"
    data.mkdir()
    make("install", root, data, f"PORT={port}")
    return Installed(root, data, port)
