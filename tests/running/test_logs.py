"""What a log says: one form, on one line, and nobody in it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from sqlalchemy import text

from data.running.logs import LONGEST, Lines, Written, masked, tell
from data.settings import ROOT
from data.store import Store, StoreError

HIDDEN = {
    "mail": ("told zoe.quill@example.org so", "zoe.quill"),
    "handle": ("@zoe@social.example said", "zoe"),
    "address": ("from 203.0.113.77 again", "203.0"),
    "address with a port": ("peer 203.0.113.77:443", "203.0"),
    "address of IPv6": ("from 2001:db8::7f:1 again", "2001"),
    "share": ("GET /share/AbCdEf/slides", "AbCdEf"),
    "join": ("open http://vigie.example/join/AbCdEf", "AbCdEf"),
    "token": ("Bearer s3cr3t-Token_abcdefghij0123", "s3cr3t"),
    "password in an address": ("postgresql://vigie:hunter2@db/vigie failed", "hunter2"),
    "path and query": ("https://example.org/@zoe/1?key=abc failed", "zoe"),
}
SHOWN = ["at 12:30:05", "Python 3.11.7", "http://127.0.0.1:8501 answers", "/srv/vigie/data/vigie.sqlite is busy", "::1"]


@pytest.mark.parametrize("case", HIDDEN)
def test_what_names_or_opens_is_masked(case: str) -> None:
    said, secret = HIDDEN[case]
    assert secret not in masked(said)


@pytest.mark.parametrize("said", SHOWN)
def test_what_names_nobody_stays(said: str) -> None:
    assert masked(said) == said


def test_a_message_is_one_line_and_bounded() -> None:
    forged = masked("a\nlevel=critical\r\x1b[31m\u2028b")
    assert len(forged.splitlines()) == 1
    assert "\x1b" not in forged
    assert len(masked("x y " * 10_000)) <= LONGEST + 1


def record(message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error is not None else None
    return logging.LogRecord("vigie.worker", logging.ERROR, "", 1, message, values, info)


def test_an_unforeseen_error_is_told_by_its_kind_and_place() -> None:
    try:
        raise ValueError("what Zoe wrote")
    except ValueError as error:
        line = Lines().format(record('broken "here"', error=error))
    assert "ValueError at" in line
    assert "test_logs.py" in line
    assert "Zoe" not in line
    assert '\\"here\\"' in line
    assert json.loads(Lines("json").format(record("x")))["message"] == "x"


def test_a_traceback_that_somebody_printed_keeps_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    out = subprocess.run(
        [sys.executable, "-c", "def f(): raise KeyError('what Zoe wrote')\nf()"], capture_output=True, text=True
    )
    log = logging.getLogger("vigie.step")
    with caplog.at_level(logging.INFO, "vigie.step"):
        tell(log, out.stderr.splitlines(keepends=True), logging.WARNING)
        tell(log, ["Error: the disk is full.\n"], logging.WARNING)
        print("a line", file=Written(log, logging.INFO))  # type: ignore[arg-type]
    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("ERROR", "KeyError"),
        ("ERROR", "the disk is full."),
        ("INFO", "a line"),
    ]


SAYS_ALL = """
import logging, sys, warnings
from data.running import logs
logs.configure("app")
print("printed")
print("complained", file=sys.stderr)
warnings.warn("warned")
logging.getLogger("other").error("an error of %s", "zoe@example.org")
log = logging.getLogger("with.its.own"); log.addHandler(logging.StreamHandler()); log.propagate = False
log.warning("own handler")
logs.take_over()
log.warning("taken over")
raise RuntimeError("what Zoe wrote")
"""


def test_whatever_a_process_says_has_the_form() -> None:
    run = subprocess.run([sys.executable, "-c", SAYS_ALL], cwd=ROOT, capture_output=True, text=True)
    lines = run.stderr.splitlines()
    assert run.stdout == ""
    assert [line for line in lines if not line.startswith("time=")] == []
    for said in (
        "printed",
        "complained",
        "warned",
        "an error of (mail)",
        "own handler",
        "taken over",
        "RuntimeError at",
    ):
        assert said in run.stderr
    assert "Zoe" not in run.stderr


def test_parameters_of_statements_are_never_told(store: Store) -> None:
    asked = text("SELECT nothing FROM nowhere WHERE a = :a")

    def ask() -> None:
        with store.read() as connection:
            connection.execute(asked, {"a": "what Zoe wrote"})

    with pytest.raises(StoreError) as raised:
        ask()
    assert "Zoe" not in f"{raised.value} {raised.value.__cause__}"
