"""Every function of text stays under a second on 100 kB of the worst text: those of one text are found by
themselves, those that take more stand in a table."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, get_type_hints

import pytest

SIZE = 100_000
SECONDS = 1.0
UNITS = [
    *(
        "a",
        "A",
        "é",
        "文",
        "9",
        " ",
        "\n",
        "\t",
        "\r\n",
        "(",
        ")",
        "[",
        "{",
        "<",
        ">",
        '"',
        "'",
        "«",
        "@",
        "#",
        "&",
        "%",
    ),
    *(
        "-",
        "--",
        ".",
        "!",
        "?",
        "…",
        ":",
        ";",
        ",",
        "/",
        "\\",
        "*",
        "_",
        "`",
        "=",
        "|",
        "~",
        "$",
        "0",
        "\x00",
        "\u200b",
    ),
    *(
        "\u0301",
        "\u202e",
        "👨‍👩‍👧",
        "\U0001f1eb",
        "a ",
        "a. ",
        "A. ",
        "a, ",
        "a\n",
        "\na",
        " \n",
        "a@",
        "@a ",
        "#a ",
        "a.b",
        "a-",
        "a'",
    ),
    *(
        "http://",
        "http://a ",
        "https://a.example/b?c=d&e=f ",
        "www.a.b ",
        "a@b.c ",
        "r/a ",
        "<a>",
        "</a>",
        "<a ",
        "<!--",
        "-->",
    ),
    *(
        "<![CDATA[",
        "&amp;",
        "&#",
        "<a href='",
        "[a](",
        "![a](b) ",
        "[[",
        "((a)",
        "**a",
        "```",
        "> ",
        "```\n",
        "- a\n",
        "1. ",
    ),
    *(
        "1.",
        "1,000 ",
        "12:34 ",
        "2026-01-01 ",
        "%20",
        "\\u0041",
        "_x0041_",
        "not ",
        "no ",
        "why ",
        "should ",
        "how do I ",
        "you ",
    ),
    *(
        "AND ",
        "OR ",
        "NOT ",
        "a* ",
        '"a" ',
        "(a OR ",
        "is ",
        "it's ",
        "l'",
        "ne pas ",
        "I love ",
        "{{",
        "{a}",
        "{secret:",
        "\ud7ff",
    ),
]
TEXTS = {unit: (unit * SIZE)[:SIZE] for unit in UNITS}
TEXTS |= {
    "a then b": "a" * (SIZE // 2) + "b" * (SIZE // 2),
    "open then closed": "(" * (SIZE // 2) + ")" * (SIZE // 2),
    "tags open then closed": "<b>" * (SIZE // 7) + "</b>" * (SIZE // 7),
    "one mark at the end": " " * (SIZE - 1) + "!",
    "a word at the end": "a " * (SIZE // 2 - 1) + "?",
    "a quote that never ends": '"' + "a b " * (SIZE // 4),
    "words": " ".join(f"word{n}" for n in range(SIZE // 9)),
    "lines": "\n".join(f"{n}. It's a line, isn't it?" for n in range(SIZE // 30)),
}
PACKAGES = ("data", "sources", "insights", "dashboard")
LEFT_OUT = {  # not of text that strangers wrote, with the reason
    "dashboard.views": "what it takes are names of ours",
    "dashboard.pages": "scripts",
    "dashboard.state": "names of ours",
    "insights.evaluate": "measures, by hand",
    "insights.models.hub": "names a model to fetch",
    "insights.models.sentences.is_cached": "names a model",
    "data.schema": "names columns",
    "dashboard.web.calendar_feed": "opens the record",
    "dashboard.charts.drawing.width_of": "reads a drawing of ours",
    "dashboard.files.pptx_parts.colour": "a colour of ours",
    "dashboard.reads.posts.pseudonym_of": "opens the record",
    "dashboard.words.language.speaking": "a language of ours",
    "data.actor.needs": "a role of ours",
    "data.sqlite.explain": "words of SQLite",
    "data.postgresql.explain": "words of PostgreSQL",
    "data.upgrading.dumps.program": "the name of a program",
    "data.running.logs.configure": "the name of a program, and each name of a log is kept for good",
    "data.running.logs.subject": "the same",
}


def swept() -> dict[str, Callable[[str], Any]]:
    """Every public function of the four packages whose one parameter without a default is a text."""
    held: dict[str, Callable[[str], Any]] = {}
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if module.name.endswith("__main__") or ".migrations" in module.name or ".local" in module.name:
                continue
            if any(module.name.startswith(name) for name in LEFT_OUT):
                continue
            for name, function in vars(importlib.import_module(module.name)).items():
                full = f"{module.name}.{name}"
                mine = inspect.isfunction(function) and function.__module__ == module.name
                if mine and not name.startswith("_") and full not in LEFT_OUT and _takes_one_text(function):
                    held[full] = function
    return held


def _takes_one_text(function: Any) -> bool:
    hints: dict[str, Any] = {}
    with suppress(NameError):
        hints = get_type_hints(function)
    needed = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    return len(needed) == 1 and hints.get(needed[0].name) is str


def by_hand() -> dict[str, Callable[[str], Any]]:
    from dashboard.files.html import message_page
    from dashboard.sending.alerts import masked
    from data.posts import quotes
    from insights.guard.marks import wrong_mark
    from insights.guard.support import Nearness, unsupported
    from insights.ideas import networks

    held: dict[str, Callable[[str], Any]] = {}
    for channel in networks.CHANNELS:
        held[f"split {channel}"] = lambda text, channel=channel: networks.split(channel, text)  # type: ignore[misc]
        held[f"fit {channel}"] = lambda text, channel=channel: networks.fit(channel, "hook", text, "", [])  # type: ignore[misc]
        held[f"problems {channel}"] = lambda text, channel=channel: networks.problems(channel, text, text)  # type: ignore[misc]
    held["wrong_mark"] = lambda text: wrong_mark(text, [text])
    held["unsupported"] = lambda text: unsupported(text[:1_000], [text[:1_200]], Nearness(None))  # type: ignore[arg-type]
    held["masked"] = lambda text: masked(text, "json://user:secret@host.example/hook")
    held["masked address"] = lambda text: masked("could not reach", text[:2_000])
    held["message_page"] = lambda text: message_page("en", text, text)
    held["passage"] = lambda text: quotes.passage(text, stop=280)
    return held


FUNCTIONS = {**swept(), **by_hand()}
TOOK: dict[str, tuple[float, str]] = {}


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def seconds_of(function: Callable[[str], Any], text: str) -> float:
    began = time.process_time()
    # A refusal is an answer, of whatever kind: what is measured is how long it takes.
    with suppress(Exception), at_most(20 * SECONDS):
        function(text)
    return time.process_time() - began


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_text_takes_a_second(name: str) -> None:
    function = FUNCTIONS[name]
    with suppress(Exception):
        function("a first time, which loads what it needs")
    took = {unit: seconds_of(function, text) for unit, text in TEXTS.items()}
    for unit, text in TEXTS.items():
        # What a busy machine or a sweep of the memory added once is not the function's: the least of three stands.
        for _again in range(2):
            if SECONDS <= took[unit] < 5 * SECONDS:
                took[unit] = min(took[unit], seconds_of(function, text))
    worst = max(took, key=lambda unit: took[unit])
    TOOK[name] = took[worst], worst
    assert took[worst] < SECONDS, f"{worst!r} took {took[worst]:.1f} s"


def test_the_slowest_are_told() -> None:
    assert len(FUNCTIONS) > 100
    for name, (seconds, unit) in sorted(TOOK.items(), key=lambda one: -one[1][0])[:12]:
        print(f"{seconds:6.3f} s  {name}  {unit!r}")
