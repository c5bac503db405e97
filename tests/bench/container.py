"""Try each instruction of the Containerfile in a tree of Debian that mmdebstrap makes, where no container engine runs:

    python -m tests.bench.container [--keep FOLDER] [--bring FOLDER ...]

Every RUN is run as it stands with chroot, COPY and USER are done by hand, and the program of CMD is started as the
image's user and asked whether it lives. Needs root, mmdebstrap, mirrors of Debian and of Python's packages; takes some
minutes and 8 GB in the folder of temporary files. --bring names folders of packages that this machine's pip reads.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from data.settings import ROOT

CONTAINERFILE = ROOT / "deploy/Containerfile"
# What this machine needs to reach its mirrors, and an image does not: names, certificates, where packages are.
OF_THE_MACHINE = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/xdg/pip",
    "/etc/ssl/certs/ca-certificates.crt",
)
SECONDS = 1_800


@dataclass
class Stage:
    """One FROM with what follows it."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)


def stages(text: str) -> list[Stage]:
    """The stages of a Containerfile, each with its (instruction, rest)."""
    found: list[Stage] = []
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(name.strip() or "last", base.strip()))
        else:
            found[-1].steps.append((word, rest.strip()))
    return found


def ignored() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("**/") for line in lines if line and not line.startswith("#")]


class Tree:
    """A tree of Debian in which a stage is carried out."""

    def __init__(self, folder: Path, brought: list[Path]) -> None:
        self.folder, self.where, self.user, self.environ = folder, "/", "", {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        self.command: list[str] = []
        pip = {key: value for key, value in os.environ.items() if key.startswith("PIP_") or key == "SSL_CERT_FILE"}
        self.environ |= pip
        for path in brought:
            (folder / str(path.parent).lstrip("/")).mkdir(parents=True, exist_ok=True)
            subprocess.run(["cp", "-al", str(path), str(folder / str(path).lstrip("/"))], check=True)

    def bring(self) -> None:
        """What the machine needs, once more: a package that is installed may have put its own in place."""
        for path in OF_THE_MACHINE:
            target = self.folder / path.lstrip("/")
            if Path(path).is_dir():
                shutil.copytree(path, target, dirs_exist_ok=True, symlinks=False, ignore_dangling_symlinks=True)
            elif Path(path).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)

    def call(self, command: list[str], *, wait: bool = True) -> subprocess.Popen[str]:
        as_user = [f"--userspec={self.user}"] if self.user else []
        inside = ["sh", "-c", 'cd "$1"; shift; exec "$@"', "sh", self.where, *command]
        process = subprocess.Popen(
            ["chroot", *as_user, str(self.folder), *inside],
            env=self.environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        if wait:
            said, _ = process.communicate(timeout=SECONDS)
            if process.returncode:
                raise SystemExit(f"failed with {process.returncode}:\n{said[-3000:]}")
        return process

    def do(self, word: str, rest: str, others: dict[str, Tree]) -> None:
        if word == "RUN":
            self.bring()
            self.call(["sh", "-c", rest])
        elif word == "WORKDIR":
            self.where = rest
            (self.folder / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            self.user = rest if ":" in rest else f"{rest}:{rest}"
        elif word == "ENV":
            self.environ |= dict(pair.split("=", 1) for pair in rest.split())
        elif word == "CMD":
            self.command = json.loads(rest)
        elif word == "COPY":
            self._copy(rest, others)

    def _copy(self, rest: str, others: dict[str, Tree]) -> None:
        origin, base = ROOT, ""
        if found := re.match(r"--from=(\w+) ", rest):
            origin, rest, base = others[found[1]].folder, rest[found.end() :], "/"
        *names, target = rest.split()
        into = self.folder / self.where.lstrip("/") / target
        for name in names:
            path = origin / name.lstrip(base) if base else origin / name
            if path.is_dir():
                left = shutil.ignore_patterns(*[one.split("/")[-1] for one in ignored()]) if not base else None
                shutil.copytree(path, into, dirs_exist_ok=True, symlinks=True, ignore=left)
            else:
                into.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, into / path.name)


def debian(folder: Path) -> None:
    command = ["mmdebstrap", "--quiet", "--variant=minbase", "bookworm", str(folder)]
    subprocess.run([*command, *sorted(map(str, Path("/etc/apt/sources.list.d").glob("debian.sources")))], check=True)


def lives(tree: Tree) -> str:
    """Start the image's program, and ask it; gives what it logged first. Its port is another one, which is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    process = tree.call([part.replace("8501", str(port)) for part in tree.command], wait=False)
    try:
        while time.monotonic() < began + 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2) as answer:
                    return f"{answer.read().decode()} after {time.monotonic() - began:.1f} s"
            except OSError:
                time.sleep(0.5)
        raise SystemExit("the program does not answer")
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=30)
        print(said[-1500:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="a folder for the trees, which stay")
    parser.add_argument("--bring", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    if os.getuid() or shutil.which("mmdebstrap") is None:
        sys.exit("This needs root and mmdebstrap.")
    folder = given.keep or Path(tempfile.mkdtemp(prefix="vigie-container-"))
    trees: dict[str, Tree] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        plain = folder / "debian"
        debian(plain)
        for stage in stages(CONTAINERFILE.read_text(encoding="utf-8")):
            subprocess.run(["cp", "-a", str(plain), str(folder / stage.name)], check=True)  # devices as devices
            tree = trees[stage.name] = Tree(folder / stage.name, given.bring)
            for word, rest in stage.steps:
                began = time.monotonic()
                tree.do(word, rest, trees)
                print(f"{stage.name}: {word} {rest[:90]}: {time.monotonic() - began:.1f} s", flush=True)
        last, left = trees["last"], [f"--exclude={trees['last'].folder}{path}" for path in given.bring]
        size = int(
            subprocess.run(["du", "-sm", *left, str(last.folder)], capture_output=True, text=True).stdout.split()[0]
        )
        print(f"the tree of the image takes {size} MB")
        print(lives(last))
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
