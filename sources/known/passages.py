"""From the blocks of a text to passages: a heading or a question, and what stands below it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

LONGEST = 4_000  # characters of a passage; a longer one is cut between paragraphs
LONGEST_HEADING = 300
MOST = 300  # passages of a file
HEADING, TEXT = "heading", "text"

_MARK = r"\s*\d{0,3}\s*[:.)–-]\s*"
_ASKED = re.compile(rf"^(?:q|question){_MARK}(?=\S)", re.IGNORECASE)
_ANSWERED = re.compile(rf"^(?:a|r|answer|réponse|reponse){_MARK}(?=\S)", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|[-*•])\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph, and where it stands ("line 12", "page 3"). `level` of a heading from 1, 9 for a
    question."""

    kind: str
    text: str
    place: str
    level: int = 9


@dataclass(frozen=True, slots=True)
class Passage:
    """What may become a fact: the question or heading that it answers ("" for none), its words, where it stands."""

    question: str
    text: str
    place: str


def asks(line: str) -> bool:
    """Whether a line by itself is a question that what follows answers."""
    return line.endswith("?") and len(line) <= LONGEST_HEADING and len(re.findall(r"\w+", line)) >= 2


def blocks_of(lines: Iterable[tuple[str, str]]) -> Iterator[Block]:
    """Paragraphs of plain lines (text, place), parted by empty ones; questions, marked "Q:" or ending with a question
    mark, and answers marked "A:" or "R :" begin one."""
    held: list[str] = []
    began = ""

    def paragraph() -> Iterator[Block]:
        if held:
            yield Block(TEXT, "\n".join(held), began)
            held.clear()

    for line, place in lines:
        words = line.strip()
        marked, bare = bool(_ASKED.match(words)), _NUMBER.sub("", _ASKED.sub("", words))
        if not words or (marked and len(bare) <= LONGEST_HEADING) or asks(bare):
            yield from paragraph()
            if words:
                yield Block(HEADING, bare, place)
            continue
        if _ANSWERED.match(words):
            yield from paragraph()
            words = _ANSWERED.sub("", words)
        if not held:
            began = place
        held.append(words)
    yield from paragraph()


def passages_of(blocks: Iterable[Block]) -> Iterator[Passage]:
    """A passage for each heading with the text below it; text below none is a passage by itself, a paragraph each.
    Headings above, but for the first of a text, are named in its place. At most `MOST`."""
    yield from islice(_passages(blocks), MOST)


def _passages(blocks: Iterable[Block]) -> Iterator[Passage]:
    above: list[Block] = []
    held: list[str] = []
    began = ""
    for block in blocks:
        if block.kind == HEADING:
            yield from _cut(above, held, began)
            held.clear()
            above = [one for one in above if one.level < block.level]
            above.append(block)
        else:
            if above and held:
                held.append(block.text)
                continue
            began = block.place
            held.append(block.text)
            if not above:
                yield from _cut(above, held, began)
                held.clear()
    yield from _cut(above, held, began)


def _cut(above: list[Block], held: list[str], place: str) -> Iterator[Passage]:
    if not held:
        return
    question = " ".join(above[-1].text.split())[:LONGEST_HEADING] if above else ""
    path = " › ".join(" ".join(one.text.split())[:80] for one in above[1:-1])
    where = f"{path}, {place}" if path else place
    part = ""
    for paragraph in held:
        for piece in (paragraph[start : start + LONGEST] for start in range(0, len(paragraph), LONGEST)):
            if part and len(part) + len(piece) + 2 > LONGEST:
                yield Passage(question, part, where)
                part = ""
            part = f"{part}\n\n{piece}" if part else piece
    if part.strip():
        yield Passage(question, part.strip(), where)
