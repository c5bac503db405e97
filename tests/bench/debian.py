"""Trees of Debian 12, and what this machine needs to reach its mirrors from within one: for container and services."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
import urllib3
from websockets.exceptions import WebSocketException

from data.settings import ROOT

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# Where a tree finds what this machine lends it, so that nothing which a package installs stands in the way.
LENT = "/lent"


class FailedError(Exception):
    """A command did not do what it is there for; the message says what it said."""


# Of what is not there yet: `until` asks again.
NOT_YET = (FailedError, OSError, requests.RequestException, urllib3.exceptions.HTTPError, WebSocketException)


def debian(target: Path, *packages: str) -> None:
    """Make a small Debian in a folder or, where the name ends so, a .tar. Raises CalledProcessError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sources = sorted(map(str, Path("/etc/apt/sources.list.d").glob("debian.sources")))
    more = [f"--include={','.join(packages)}"] if packages else []
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", *more, "bookworm", str(target), *sources], check=True)


def lend(folder: Path) -> Path:
    """Certificates of this machine, and a pip.conf that says of its pip what a tree needs, both to stand at `LENT`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "certificates.crt").write_bytes(CERTIFICATES.read_bytes())
    lines = {"cert": f"{LENT}/certificates.crt"}
    said = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    for key, value in re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", said.stdout, re.MULTILINE):
        if Path(value).is_file() and key == "constraint":
            (folder / "constraints.txt").write_bytes(Path(value).read_bytes())
            value = f"{LENT}/constraints.txt"
        lines.setdefault(key, value)
    text = "\n".join(f"{key} = {value}" for key, value in lines.items())
    (folder / "pip.conf").write_text(f"[global]\n{text}\n", encoding="utf-8")
    return folder


def copied(target: Path) -> None:
    """The files that git knows of, as they stand in the working tree."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in listed.split(b"\0") if name and (ROOT / os.fsdecode(name)).is_file()]
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    packed = subprocess.run(
        ["tar", "-c", "--null", "-T", "-"], cwd=ROOT, input=b"\0".join(names), capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(target)], input=packed.stdout, check=True)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is done, and how long it took."""
    began = time.monotonic()
    print(f"{words} ...", flush=True)
    yield
    print(f"{words}: {time.monotonic() - began:.1f} s", flush=True)


def until(words: str, so: Callable[[], object], seconds: float = 180.0) -> None:
    """Wait until something is so, and say after how long. Raises FailedError."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        try:
            if so():
                print(f"{words} after {time.monotonic() - began:.1f} s", flush=True)
                return
        except NOT_YET:
            pass
        time.sleep(0.5)
    raise FailedError(f"not within {seconds:.0f} s: {words}")
