"""`make upgrade` where units run: they are stopped meanwhile, and run again however it ends.

systemd is a small program here, which keeps the state of units in files and allows five starts, as the real one does in
five minutes; `python -m tests.bench.services` asks the real one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from data.settings import ROOT

SYSTEMD = """#!/bin/sh
cd "$HELD"
word=$1; shift
case $word in
  show) shift 2; cat "$1" 2>/dev/null || echo inactive ;;
  stop) for unit; do echo inactive >"$unit"; done ;;
  reset-failed) for unit; do : >"$unit.starts"; done ;;
  start)
    for unit; do
      echo . >>"$unit.starts"
      [ "$(wc -l <"$unit.starts")" -le 5 ] || { echo "start of $unit was attempted too often" >&2; exit 1; }
      echo active >"$unit"
    done ;;
esac
"""
ROOT_USER = '#!/bin/sh\nif [ "$1" = -u ]; then echo "$NUMBER"; else exec /usr/bin/id "$@"; fi\n'
AS_USER = '#!/bin/sh\nshift 3\nexec "$@"\n'


class Units:
    """The units of a machine, and the script run beside them as this user or as root."""

    def __init__(self, folder: Path, **states: str) -> None:
        self.held, programs = folder / "units", folder / "programs"
        for made in (self.held, programs):
            made.mkdir()
        for name, text in (("systemctl", SYSTEMD), ("id", ROOT_USER), ("runuser", AS_USER)):
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        for name, state in states.items():
            (self.held / name.replace("_", "-")).write_text(f"{state}\n")
        self.environ = {"PATH": f"{programs}:{os.environ['PATH']}", "HELD": str(self.held), "NUMBER": "0"}

    def states(self) -> dict[str, str]:
        return {path.name: path.read_text().strip() for path in self.held.glob("vigie*") if not path.suffix}

    def start(self, *command: str, number: str = "0") -> subprocess.Popen[str]:
        # Tests that run in the background ignore what breaks a program off, and a shell could not change that.
        return subprocess.Popen(
            [
                "env",
                "--default-signal=INT,TERM,HUP",
                "sh",
                str(ROOT / "deploy/stopped.sh"),
                str(self.held / "environment"),
                *command,
            ],
            cwd=self.held,
            env={**self.environ, "NUMBER": number},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(self, *command: str, number: str = "0") -> tuple[int, str]:
        process = self.start(*command, number=number)
        said, _ = process.communicate(timeout=20)
        return process.returncode, said


RUNNING = {"vigie": "active", "vigie-worker": "active"}


def test_units_that_run_are_stopped_meanwhile_as_often_as_one_likes(tmp_path: Path) -> None:
    units = Units(tmp_path, vigie="active", vigie_worker="activating")  # the worker failed and waits for its next start
    for _ in range(8):
        assert units.run("cat", "vigie", "vigie-worker") == (0, "inactive\ninactive\n")
        assert units.states() == RUNNING


def test_those_that_do_not_run_are_not_started(tmp_path: Path) -> None:
    units = Units(tmp_path, vigie="inactive", vigie_worker="failed")
    assert units.run("true") == (0, "")
    assert units.states() == {"vigie": "inactive", "vigie-worker": "failed"}


def test_a_command_that_fails_says_so_and_units_run_again(tmp_path: Path) -> None:
    units = Units(tmp_path, vigie="active", vigie_worker="active")
    assert units.run("sh", "-c", "echo no; exit 3") == (3, "no\n")
    assert units.states() == RUNNING


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_breaks_it_off_has_units_that_run(tmp_path: Path, how: signal.Signals) -> None:
    units = Units(tmp_path, vigie="active", vigie_worker="active")
    process = units.start("sh", "-c", "echo at work; exec sleep 20")
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    time.sleep(0.1)
    os.killpg(process.pid, how)
    assert process.wait(10) != 0
    assert units.states() == RUNNING


def test_who_is_not_root_is_told_and_nothing_is_stopped(tmp_path: Path) -> None:
    units = Units(tmp_path, vigie="active", vigie_worker="active")
    code, said = units.run("true", number="1000")
    assert (code, "as root" in said) == (1, True)
    assert units.states() == RUNNING
    assert not list(units.held.glob("*.starts"))


def test_the_settings_of_the_services_reach_the_command(tmp_path: Path) -> None:
    units = Units(tmp_path, vigie="active")
    (units.held / "environment").write_text("VIGIE_DATABASE_URL='postgresql://a@b/c?x=1&y=2'\n")
    assert units.run("printenv", "VIGIE_DATABASE_URL") == (0, "postgresql://a@b/c?x=1&y=2\n")
