"""What the documents name is there: commands, make's targets, benchmarks, tests, files and headings."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.settings import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
PROGRAMS = ("data", "sources", "insights", "dashboard")
# The first word after the program and its `--workspace acme`, which stands before the command.
COMMAND = re.compile(rf"python -m ({'|'.join(PROGRAMS)})(?: --workspace \w+)? ([a-z][a-z-]*)")


def named(pattern: str) -> set[str]:
    """All that a pattern finds in the documents."""
    return {found for text in TEXT.values() for found in re.findall(pattern, text)}


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_that_is_named_can_be_asked(program: str) -> None:
    commands = {found[1] for text in TEXT.values() for found in COMMAND.findall(text) if found[0] == program}
    assert commands
    asked = [sys.executable, "-m", program, "--help"]
    run = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    there = re.search(r"\{([a-z,-]+)\}", run.stdout)
    assert there is not None
    assert commands <= set(there[1].split(",")), commands - set(there[1].split(","))


def test_every_benchmark_target_and_test_that_is_named_exists() -> None:
    for name in named(r"python -m tests\.bench\.(\w+)"):
        assert any((ROOT / "tests/bench" / path).is_file() for path in (f"{name}.py", f"{name}/__main__.py")), name
    targets = set(re.findall(r"^([\w.$()/-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named(r"(?:`|&& )make (?:PYTHON=\S+ )?([a-z-]+)\b") <= targets
    for path in named(r"`((?:tests|docs|data|dashboard|insights|sources)/[\w/.-]+\.(?:py|md|jsonl|txt))`"):
        stands_for_one = re.search(r"/(?:NAME|SUBJECT)\b", path)
        assert stands_for_one or (ROOT / path).is_file(), path


def heading_names(text: str) -> set[str]:
    """The names by which a document's headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:

    for link in re.findall(r"\]\(([^)\s]+)\)", TEXT[document]):
        if re.match(r"https?:", link):
            continue
        file, _mark, heading = link.partition("#")
        target = (document.parent / file).resolve() if file else document
        assert target.is_file(), link
        if heading:
            assert heading in heading_names(target.read_text(encoding="utf-8")), link
