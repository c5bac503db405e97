"""The one place that says how a log looks: lines with a time, a level, a subject and a message, and nobody in them.

Steps and libraries say what they like; what would name a person or open something is masked on the way out: addresses
of mail and of machines, secrets, what follows the host of an address. Of an error that nobody expected its kind and
place are told and not its words, which may quote a post.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from io import TextIOBase
from pathlib import Path
from typing import TextIO

from data.settings import ROOT

FORMS = ("line", "json")
LONGEST = 2_000  # characters of a message
FRAMES = 4
_OURS = "vigie"
_MAIL = re.compile(r"[^\s@<>()\"':,;]+@[^\s@<>()\"':,;]+\.\w+")
_HANDLE = re.compile(r"(?<![\w/])@[\w.-]+(?:@[\w.-]+)?")
_ADDRESS = re.compile(r"(\w+://)(?:[^\s/@]*@)?([^\s/?#\"'<>]*)([/?#][^\s\"'<>]*)?")
_SECRET_PATH = re.compile(r"/(share|join|feed|calendar-feed|event|ask)/[^\s\"'/]+[^\s\"']*")
_NUMBERS = re.compile(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)|(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])"
)
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\w-])")
_NO_ONE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def subject(name: str) -> logging.Logger:
    """The log of a part of Vigie, as `subject("worker")`."""
    return logging.getLogger(f"{_OURS}.{name}")


def masked(said: str) -> str:
    """A message on one line in which nobody is named and nothing can be opened."""
    said = _NO_ONE.sub(" ", said[: 4 * LONGEST]).strip()
    said = _ADDRESS.sub(lambda m: f"{m[1]}{m[2]}{'/…' if (m[3] or '/') not in {'/', ''} else m[3] or ''}", said)
    said = _SECRET_PATH.sub(r"/\1/…", said)
    said = _MAIL.sub("(mail)", said)
    said = _HANDLE.sub("(handle)", said)
    said = _NUMBERS.sub(lambda m: m[0] if _is_nobody(m[0]) else "(address)", said)
    said = _TOKEN.sub("(secret)", said)
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _is_nobody(found: str) -> bool:
    """Whether numbers are no address of a machine, or that of this one: a time, a version, 127.0.0.1."""
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return True
    return address.is_loopback or address.is_unspecified


def told(error: BaseException) -> str:
    """An error by its kind and where it arose; its words may quote what people wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return f"{type(error).__name__} at " + " < ".join(
        f"{_short(one.filename)}:{one.lineno}" for one in reversed(frames)
    )


def _short(path: str) -> str:
    parts = Path(path).parts
    if str(ROOT) in path and "site-packages" not in parts:
        return str(Path(path).relative_to(ROOT)) if Path(path).is_relative_to(ROOT) else Path(path).name
    return "/".join(parts[-2:])


class Lines(logging.Formatter):
    """`time=… level=… subject=… message="…"`, or the same as one JSON object a line."""

    def __init__(self, form: str = "line") -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        said = masked(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            said = f"{said[:LONGEST]} ({masked(told(record.exc_info[1]))})" if said else told(record.exc_info[1])
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        name = record.name.removeprefix(f"{_OURS}.")
        fields = {"time": at, "level": record.levelname.lower(), "subject": name, "message": said}
        if self._form == "json":
            return json.dumps(fields, ensure_ascii=False)
        quoted = said.replace("\\", "\\\\").replace('"', '\\"')
        return f'time={at} level={fields["level"]} subject={name} message="{quoted}"'


class Written(TextIOBase):
    """What is written to the output of a process by others than its log, as lines of the log."""

    def __init__(self, log: logging.Logger, level: int) -> None:
        self._log, self._level, self._held, self._trace = log, level, "", False

    def writable(self) -> bool:
        return True

    def write(self, said: str) -> int:
        self._held += said
        *lines, self._held = self._held[-8 * LONGEST :].split("\n")
        tell(self._log, lines, self._level)
        return len(said)


def tell(log: logging.Logger, lines: Iterable[str], level: int) -> None:
    """Log what a process wrote, line by line, but for the inside of tracebacks: of those the kind of error is told."""
    inside = False
    for line in map(str.rstrip, lines):
        if line.startswith(("Traceback ", "Exception ", "  + Exception")):
            inside = True
        elif inside and (not line or line.startswith((" ", "During handling", "The above exception"))):
            continue
        elif inside:
            inside = False
            log.error("%s", line.split(":")[0])
        elif line.strip():
            log.log(logging.ERROR if line.startswith("Error: ") else level, "%s", line.removeprefix("Error: "))


def configure(name: str, form: str = "line", stream: TextIO | None = None) -> logging.Logger:
    """Give this process its log, on `stream` (by default the standard error that it began with), and gives the one of
    its own subject. Whatever else writes to its outputs becomes lines too."""
    handler = logging.StreamHandler(stream or sys.__stderr__)
    handler.setFormatter(Lines(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    logging.captureWarnings(True)
    own = subject(name)
    sys.stdout, sys.stderr = Written(own, logging.INFO), Written(own, logging.WARNING)
    sys.excepthook = lambda kind, error, place: own.critical("it ends", exc_info=(kind, error, place))
    take_over()
    return own


def take_over() -> None:
    """Have those who brought a handler of their own log as everybody does."""
    for held in list(logging.root.manager.loggerDict.values()):
        if isinstance(held, logging.Logger) and held.handlers:
            held.handlers[:] = [one for one in held.handlers if not isinstance(one, logging.StreamHandler)]
            held.propagate = True
