"""Files of posts in words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from dashboard.words import files as words
from dashboard.words.language import speaking
from data.settings import ROOT
from sources.files.meaning.columns import FIELDS
from sources.files.rows import BadRow


def refusals() -> Iterator[tuple[str, str]]:
    """(module, what it says) of every refusal of a file that is written in `sources/files`, numbers as 7."""
    for path in sorted((ROOT / "sources" / "files").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            said = node.args[2:3] if name == "ContentError" else node.args[:1] if name == "RefusedError" else []  # type: ignore[attr-defined]
            for one in said:
                if isinstance(one, ast.Constant):
                    yield path.name, str(one.value)
                elif isinstance(one, ast.JoinedStr):
                    parts = (str(part.value) if isinstance(part, ast.Constant) else "7" for part in one.values)
                    yield path.name, "".join(parts)


REFUSALS = [
    (module, said)
    for module, said in refusals()
    if said.strip("7 ;:,") not in {"it is", ""} and not said.startswith("it is 7")
]


@pytest.mark.parametrize(("module", "said"), [r for r in REFUSALS if "MB; at most" not in r[1]])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_refusal_of_a_file_has_its_sentence(module: str, said: str, lang: str) -> None:
    with speaking(lang):
        assert words.file_problem(said), module


def test_unknown_refusals_have_none() -> None:
    assert words.file_problem("something that nobody wrote yet") == ""


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_field_has_its_name(lang: str) -> None:
    with speaking(lang):
        names = words.field_names()
    assert set(FIELDS) <= set(names)


def test_both_readings_of_a_date_are_shown() -> None:
    with speaking("fr"):
        assert words.order_names((3, 4, 2026)) == {
            "day": "03/04 est le 3 avr. 2026",
            "month": "03/04 est le 4 mars 2026",
        }
    with speaking("en"):
        assert words.order_names(None)["month"] == "03/04 is Mar 4, 2026"


def test_what_is_left_out_is_told_by_reason_the_most_first() -> None:
    reasons = {"no_text": 1, "notice": 12, "unclosed_quote": 1, "too_long": 1}
    with speaking("en"):
        assert words.left_out_words(reasons) == "12 notices of the program, 1 without text, 2 that cannot be read"
    with speaking("fr"):
        assert words.left_out_words(reasons) == "12 notifications du programme, 1 sans texte, 2 illisibles"
        assert words.row_line(BadRow(7, "removed")) == "Ligne 7\xa0: elle a été supprimée"


def test_spans() -> None:
    first, last = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 3, tzinfo=UTC)
    with speaking("en"):
        assert words.span_words(first, last) == "May 1, 2026 – May 3, 2026"
        assert words.span_words(first, first) == "May 1, 2026"
        assert words.span_words(None, last) == ""
