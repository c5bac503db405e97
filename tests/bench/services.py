"""Install Vigie as services in a Debian 12 that systemd boots, then start, kill, upgrade and remove it:

    python -m tests.bench.services [--bring FOLDER ...] [--folder FOLDER]

The tree is made by mmdebstrap and booted by systemd-nspawn: its systemd is the first process of the tree, and all is
done by the commands of docs/running.md. Needs root, mmdebstrap, systemd-nspawn, git, mirrors of Debian and of Python's
packages, and 4 GB. --bring names folders of packages that this machine's pip reads.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.bench.debian import LENT, FailedError, copied, debian, lend, step, until
from tests.conftest import free_port
from tests.running.test_services import LINE

PACKAGES = ("systemd", "systemd-sysv", "dbus", "make", "python3-venv", "git", "ca-certificates")
UNITS = ("vigie", "vigie-worker")
AUTHOR = "Zoe Quillfeather"
POSTS = 200


class Machine:
    """The tree `root`, booted; commands are run beside its systemd. The app answers at `port` of this machine."""

    def __init__(self, root: Path) -> None:
        self.root, self.port, self.leader = root, free_port(), 0

    @contextmanager
    def booted(self, brought: list[Path]) -> Iterator[None]:
        """While it lasts, systemd runs. Raises SystemExit where it does not come up."""
        shared = [f"--bind-ro={path}" for path in brought]
        command = ["systemd-nspawn", "--quiet", f"--directory={self.root}", "--boot", "--register=no", "--keep-unit"]
        with (self.root.parent / "console.log").open("wb") as console:
            process = subprocess.Popen(
                [*command, "--resolv-conf=copy-host", "--link-journal=no", *shared],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
            try:
                until("systemd is up", lambda: self._is_up(process), 60)
                yield
            finally:
                process.terminate()
                process.wait(120)

    def _is_up(self, process: subprocess.Popen[bytes]) -> bool:
        if process.poll() is not None:
            said = (self.root.parent / "console.log").read_text(errors="replace")
            sys.exit(f"systemd-nspawn ended with {process.returncode}: {said[-2000:]}")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self.leader = int(children[0]) if children else 0
        return bool(children) and self.tries("systemctl", "is-system-running")[1].strip() in {"running", "degraded"}

    def tries(self, *command: str, folder: str = "/", give: str = "") -> tuple[int, str]:
        """A command within, as root: how it ended, and what it said."""
        inside = ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG=C.UTF-8"]
        done = subprocess.run(
            [
                "nsenter",
                f"--target={self.leader}",
                "--all",
                *inside,
                "sh",
                "-c",
                'cd "$0" && exec "$@"',
                folder,
                *command,
            ],
            input=give,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1_800,
        )
        return done.returncode, done.stdout

    def does(self, *command: str, folder: str = "/", give: str = "") -> str:
        """The same. Raises FailedError where it fails."""
        code, said = self.tries(*command, folder=folder, give=give)
        if code:
            raise FailedError(f"{' '.join(command)} ended with {code}:\n{said[-4000:]}")
        return said

    def shows(self, unit: str, key: str) -> str:
        return self.does("systemctl", "show", f"--property={key}", "--value", unit).strip()

    def process(self, unit: str) -> int:
        """The number of the unit's first process, within."""
        return int(self.shows(unit, "MainPID"))

    def says(self, path: str) -> str:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=5).text

    def is_well(self) -> bool:
        active = all(self.shows(unit, "ActiveState") == "active" for unit in UNITS)
        return active and self.says("/readyz") == "ok" and self.says("/readyz/worker") == "ok"


def prepare(root: Path) -> None:
    """A Debian with what docs/running.md installs first, and the project's repository with one version."""
    debian(root, *PACKAGES)
    lend(root / LENT.lstrip("/"))
    shutil.copyfile(root / LENT.lstrip("/") / "pip.conf", root / "etc/pip.conf")
    (root / "etc/gitconfig").write_text(
        "[safe]\n\tdirectory = *\n[user]\n\tname = Trial\n\temail = trial@example.com\n"
    )
    copied(root / "srv/vigie")
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "One")):
        git(root, *command)


def git(root: Path, *arguments: str) -> str:
    command = ["chroot", str(root), "git", "-C", "/srv/vigie", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def new_version(root: Path, path: str, text: str) -> None:
    """Another version of the project, in which a file ends with `text`."""
    with (root / "srv/vigie" / path).open("a", encoding="utf-8") as stream:
        stream.write(text)
    git(root, "commit", "-qam", "Another")


def install(machine: Machine) -> None:
    with step("git clone and make install"):
        machine.does("git", "clone", "-q", "/srv/vigie", "/opt/vigie")
        machine.does("make", "install", f"PORT={machine.port}", folder="/opt/vigie")
    with step("systemctl enable --now vigie vigie-worker"):
        print(machine.does("systemctl", "enable", "--now", *UNITS).strip())
    until("both units are active, /readyz and /readyz/worker say ok", machine.is_well)
    for unit in UNITS:
        shown = {key: machine.shows(unit, key) for key in ("User", "MemoryCurrent", "NRestarts", "Result")}
        print(f"{unit}: {shown}; {machine.does('systemd-analyze', 'security', unit).splitlines()[-1].strip()}")


def fill(machine: Machine) -> None:
    """Posts of somebody, by the command of docs/running.md, from a file that Vigie's user may read."""
    rows = [f"{n},2026-11-{n % 28 + 1:02},{AUTHOR},Lamp {n} lasts {n % 9} days" for n in range(POSTS)]
    path = "/var/lib/vigie/posts.csv"
    machine.does("sh", "-c", f"cat >{path}; chown vigie: {path}", give="\n".join(["id,date,author,text", *rows]))
    print(machine.does("vigie", "sources", "import", path).strip())
    assert posts(machine) == POSTS
    until("the worker has read them all", lambda: posts(machine, "WHERE pending") == 0, 600)


def posts(machine: Machine, which: str = "") -> int:
    asked = f"sqlite3.connect('/var/lib/vigie/vigie.sqlite').execute('SELECT count(*) FROM post {which}')"
    return int(machine.does("python3", "-c", f"import sqlite3; print({asked}.fetchone()[0])"))


def starts_again(machine: Machine) -> None:
    before = {unit: machine.process(unit) for unit in UNITS}
    with step("systemctl restart vigie vigie-worker"):
        machine.does("systemctl", "restart", *UNITS)
    until("both are well again", machine.is_well)
    assert all(machine.process(unit) != before[unit] for unit in UNITS)
    for unit in reversed(UNITS):
        killed = machine.process(unit)
        machine.does("sh", "-c", f"kill -9 {killed}")
        until(f"{unit}, killed, is another process", lambda u=unit, k=killed: machine.process(u) not in (0, k), 90)
        until("both are well again", machine.is_well)
        print(f"{unit}: started again {machine.shows(unit, 'NRestarts')} times by systemd")


def logs(machine: Machine) -> None:
    """What the journal holds of the programs: each line has its form, and names nobody."""
    chosen = [f"_SYSTEMD_UNIT={unit}.service" for unit in UNITS]
    lines = machine.does("journalctl", "--no-pager", "-o", "cat", chosen[0], "+", chosen[1]).splitlines()
    odd = [line for line in lines if not LINE.fullmatch(line)]
    named = [line for line in lines if AUTHOR in line or "Quillfeather" in line]
    print(f"{len(lines)} lines in the journal, {len(odd)} of another form, {len(named)} with a name")
    for line in odd[:5] or lines[-3:]:
        print(f"  {line}")
    assert not named
    told = machine.does("sh", "-c", f"journalctl --no-pager -u {UNITS[0]} -u {UNITS[1]} -p warning -o cat")
    print(f"warnings and worse: {told.strip()[-600:] or 'none'}")


def upgraded(machine: Machine) -> None:
    """While both units run: an upgrade, going back, and an upgrade to a version that does not work."""
    first = git(machine.root, "rev-parse", "HEAD")
    new_version(machine.root, "README.md", "\nAnother version.\n")
    for target, wanted in (("upgrade", git(machine.root, "rev-parse", "HEAD")), ("go-back", first)):
        before = {unit: machine.process(unit) for unit in UNITS}
        with step(f"make {target} while both units run"):
            print(machine.does("make", target, folder="/opt/vigie").strip())
        until("both are well again", machine.is_well)
        assert machine.does("git", "-C", "/opt/vigie", "rev-parse", "HEAD").strip() == wanted
        assert all(machine.process(unit) != before[unit] for unit in UNITS), "a unit was not stopped"
        assert posts(machine) == POSTS
    new_version(machine.root, "data/store.py", "\nraise SystemExit('this version does not work')\n")
    with step("make upgrade to a version that does not work"):
        code, said = machine.tries("make", "upgrade", folder="/opt/vigie")
        print(f"ended with {code}: {said.strip()[-700:]}")
        assert code != 0
    until("both are well again", machine.is_well)
    assert machine.does("git", "-C", "/opt/vigie", "rev-parse", "HEAD").strip() == first
    assert posts(machine) == POSTS


def removed(machine: Machine) -> None:
    with step("make uninstall"):
        print(machine.does("make", "uninstall", folder="/opt/vigie").strip())
    code, said = machine.tries("systemctl", "status", *UNITS)
    assert code != 0
    print(said.strip())
    assert posts(machine) == POSTS
    assert "VIGIE_DATA_DIR=" in machine.does("cat", "/etc/vigie/environment")
    try:
        machine.says("/livez")
    except requests.ConnectionError:
        print("nobody answers any more; posts and settings stay")
        return
    raise FailedError("the app still answers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bring", type=Path, nargs="*", default=[])
    parser.add_argument("--folder", type=Path, help="where the tree is made, and stays")
    given = parser.parse_args()
    lacking = [name for name in ("mmdebstrap", "systemd-nspawn", "nsenter") if shutil.which(name) is None]
    if os.getuid() or lacking:
        sys.exit(f"This needs root{''.join(f', {name}' for name in lacking)}.")
    folder = given.folder or Path(tempfile.mkdtemp(prefix="vigie-services-"))
    machine = Machine(folder / "tree")
    try:
        if not machine.root.exists():
            with step("a Debian is made"):
                prepare(machine.root)
        with machine.booted(given.bring):
            for trial in (install, fill, starts_again, logs, upgraded, removed):
                trial(machine)
    finally:
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
