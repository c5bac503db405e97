"""A document as slides: what fits on one, in the order of the document. For meetings and for PowerPoint files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from data.sharing.document import Block, Chart, Comment, Document, Figures, Quotes, Section, Table, Words

ROOM = 100.0  # height of a slide's content; what follows is in the same unit
ROWS = 11  # of a table on one slide
SLACK = 10.0  # that texts may be squeezed by, rather than begin another slide


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `first` where it begins its section; `notes` are the presenter's."""

    title: str
    blocks: tuple[Block, ...]
    first: bool = False
    notes: str = ""


def _lines(text: str, a_line: int) -> int:
    return sum(max(1, math.ceil(len(part) / a_line)) for part in text.splitlines() or [""])


def height_of(block: Block) -> float:
    """How much of a slide a block takes, from the length of its texts."""
    if isinstance(block, Words):
        text = f"{block.text} {block.said.text if block.said else ''}"
        a_line, line = {"lead": (92, 6.2), "heading": (84, 6.6), "note": (140, 4.4)}.get(block.kind, (112, 5.1))
        return _lines(text, a_line) * line + 1.8
    if isinstance(block, Comment):
        return _lines(block.text, 104) * 5.2 + 6
    if isinstance(block, Figures):
        return 25.0
    if isinstance(block, Chart):
        across = min(60.0, 16 + 5.0 * len(block.categories)) if block.kind in {"bars", "whiskers"} else 50.0
        return across + (5 if block.note else 0)
    if isinstance(block, Table):
        return 8 + 6.9 * (len(block.rows) + 1) + (6 if block.note else 0)
    return (8 if block.title else 0) + sum(_lines(q.shown, 108) * 4.5 + 7.0 for q in block.quotes)


def rooms_of(blocks: tuple[Block, ...]) -> list[float]:
    """How much each block of a slide gets: what it takes, and for charts what is left over."""
    takes = [height_of(block) for block in blocks]
    charts = [place for place, block in enumerate(blocks) if isinstance(block, Chart)]
    spare = ROOM - sum(takes)
    for place in charts:
        takes[place] = min(takes[place] + max(0.0, spare) / len(charts), 2 * takes[place])
    squeeze = min(1.0, ROOM / max(1.0, sum(takes)))
    return [height * squeeze for height in takes]


def _pieces(section: Section) -> Iterator[Block]:
    """The blocks of a section, tables and quotes cut to what one slide holds."""
    room = ROOM
    for block in section.blocks:
        if isinstance(block, Table) and height_of(block) > room:
            fits = int((room - height_of(replace(block, rows=()))) / 6.9)
            first = fits if fits >= 4 else min(ROWS, len(block.rows))
            yield replace(block, rows=block.rows[:first], note="" if first < len(block.rows) else block.note)
            for start in range(first, len(block.rows), ROWS):
                last = start + ROWS >= len(block.rows)
                yield replace(block, rows=block.rows[start : start + ROWS], note=block.note if last else "")
        elif isinstance(block, Quotes):
            held: list[Quotes] = []
            for quote in block.quotes:
                one = replace(block, quotes=(quote,))
                if held and height_of(replace(held[-1], quotes=(*held[-1].quotes, quote))) <= ROOM:
                    held[-1] = replace(held[-1], quotes=(*held[-1].quotes, quote))
                else:
                    held.append(one)
            yield from held
        else:
            yield block
        takes = height_of(block)
        room = room - takes if takes <= room else ROOM - takes % ROOM


def slides_of(document: Document) -> list[Slide]:
    """The slides after the title: sections in order, each block whole on one slide, headings with what follows."""
    slides: list[Slide] = []
    for section in document.sections:
        pages: list[list[Block]] = [[]]
        room = ROOM
        pieces = list(_pieces(section))
        for place, block in enumerate(pieces):
            needs = height_of(block)
            follows = pieces[place + 1 : place + 3]
            heading = isinstance(block, Words) and block.kind == "heading"
            wanted = needs + (sum(height_of(b) for b in follows) if heading else 0)
            most = room + (SLACK if isinstance(block, (Words, Comment, Quotes)) else 0)
            if pages[-1] and (needs > most or (heading and min(wanted, ROOM) > room)):
                pages.append([])
                room = ROOM
            pages[-1].append(block)
            room -= needs
        for place, page in enumerate(pages):
            if page:
                notes = section.notes if place == 0 else ""
                slides.append(Slide(section.title, tuple(page), place == 0, notes))
    return slides
