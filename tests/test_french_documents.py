"""The documents say the same in French as in English: parts, tables, commands, figures, links, names of pages."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from dashboard.reads.search import OF_DEVELOPERS
from dashboard.words.language import translations, typeset
from data.settings import ROOT

GENERATED = {"roles"}  # a table that a test keeps equal to the program
DOCUMENTS = {path.stem: path for path in (ROOT / "docs").glob("*.md") if path.stem not in OF_DEVELOPERS | GENERATED}
PAIRS = {
    **{stem: (path, ROOT / "docs/fr" / path.name) for stem, path in DOCUMENTS.items()},
    "README": (ROOT / "README.md", ROOT / "README.fr.md"),
}
both = pytest.mark.parametrize("name", sorted(PAIRS))
BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def texts(name: str) -> tuple[str, str]:
    english, french = PAIRS[name]
    return english.read_text(encoding="utf-8"), french.read_text(encoding="utf-8")


def prose(text: str) -> str:
    """A text without code, and without what its links lead to."""
    return LINK.sub("]", CODE.sub("``", BLOCK.sub("", text)))


def test_every_document_of_the_app_is_there_in_french() -> None:
    assert {path.stem for path in (ROOT / "docs/fr").iterdir()} == set(DOCUMENTS)


def shape(text: str) -> list[str]:
    """Headings by their depth, points of lists, and rows of tables by their cells, in order."""
    marks = []
    for line in BLOCK.sub("```", text).splitlines():
        if found := re.match(r"#+ |\d+\. |- |\*\*\d\.|```", line):
            marks.append(found[0])
        elif line.startswith("|"):
            marks.append("|" * CODE.sub("", line).count("|"))
    return marks


@both
def test_parts_lists_and_tables_are_the_same(name: str) -> None:
    english, french = texts(name)
    assert shape(french) == shape(english)


def without_comments(block: str) -> str:
    return re.sub(r"[ \t]+# .*$", "", block, flags=re.MULTILINE)


@both
def test_commands_settings_and_names_of_files_are_the_same(name: str) -> None:
    english, french = texts(name)
    blocks = [list(map(without_comments, BLOCK.findall(text))) for text in (english, french)]
    assert blocks[1] == blocks[0]
    codes = [Counter(CODE.findall(BLOCK.sub("", text))) for text in (english, french)]
    assert codes[1] == codes[0]


def figures(text: str, thousands: str, decimals: str) -> Counter[str]:
    held = re.sub(rf"(?<=\d){thousands}(?=\d{{3}}(?!\d))", "", prose(text))
    held = re.sub(rf"(?<!\d){re.escape(decimals)}(?=\d)", f"0{decimals}", held)  # .5 is 0.5
    return Counter(
        re.sub(rf"(?<=\d){re.escape(decimals)}(?=\d)", ".", held) for held in re.findall(r"\d[\d.,]*\d|\d", held)
    )


@both
def test_figures_are_the_same(name: str) -> None:
    english, french = texts(name)
    assert figures(french, "\u202f", ",") == figures(english, ",", ".")


@both
def test_links_lead_to_the_same_place_in_french_where_it_is(name: str) -> None:
    english, french = PAIRS[name]

    def places(document: Path) -> list[tuple[str, bool]]:
        """Where the links of a document lead, less the language of their file; whether to a part."""
        found = []
        for link in LINK.findall(document.read_text(encoding="utf-8")):
            file, mark, _part = link.partition("#")
            path = (document.parent / file).resolve() if file else document
            found.append((link if ":" in link else path.name.replace(".fr.", "."), bool(mark)))
            if document == french and path.name in {pair[0].name for pair in PAIRS.values()} and ":" not in link:
                assert "fr" in path.parts[-2:] or path.name == "README.md", f"{link} leads to English"
        return found

    drop = {("README.md", False), ("README.md", True)}  # each begins with a link to the other
    assert sorted(set(places(french)) - drop) == sorted(set(places(english)) - drop)


def emphasised(text: str) -> list[str]:
    """What stands between asterisks: pages, views and buttons."""
    return [" ".join(words.split()) for words in re.findall(r"\*{1,2}([^*]+)\*{1,2}", prose(text))]


@both
def test_pages_views_and_buttons_have_the_names_that_the_french_interface_shows(name: str) -> None:
    english, french = map(emphasised, texts(name))
    said = {one for words in english for one in (words, *re.split(", | → ", words))}
    shown = [translations("fr").gettext(one) for one in said if translations("fr").gettext(one) != one]
    missing = [one for one in shown if not any(" ".join(one.split()).lower() in words.lower() for words in french)]
    assert missing == []


@both
def test_french_is_set_as_it_is_printed(name: str) -> None:
    held = prose(texts(name)[1])
    assert [line for line in held.splitlines() if typeset(line) != line] == []


def test_the_interface_names_documents_that_are_there_in_the_language_it_speaks() -> None:
    spoken = [said for said in translations("fr")._catalog.values() if isinstance(said, str)]  # type: ignore[attr-defined]
    paths = {path for said in spoken for path in re.findall(r"docs/[\w/]+\.md", said)}
    assert paths
    assert all(path.startswith("docs/fr/") and (ROOT / path).is_file() for path in paths), paths
