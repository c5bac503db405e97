"""A document as slides: what fits on one, in the order of the document. For meetings and for PowerPoint files.

What can stand side by side does, and short sections share a slide: a deck is as long as what it says.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dashboard.words.documents import host_of, row_lines, source_words
from dashboard.words.language import _, colon
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Comment, Document, Figures, Quotes, Section, Table, Words

ROOM = 100.0  # height of a slide's content; what follows is in the same unit
SLACK = 10.0  # that texts may be squeezed by, rather than begin another slide
LETTERS = 140  # of a line of a table from edge to edge
LEAST_ROWS = 4  # of a table that goes on on the next slide
TITLE = 60  # letters of the names of the sections of a slide
HALF = 0.48  # of the width, for what stands side by side


@dataclass(frozen=True, slots=True)
class Beside:
    """Two columns of a slide."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]


Piece = Block | Beside


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `first` where it begins a section; `notes` are the presenter's."""

    title: str
    pieces: tuple[Piece, ...]
    first: bool = False
    notes: str = ""

    def blocks(self) -> Iterator[Block]:
        """What it shows, in the order of reading."""
        for piece in self.pieces:
            if isinstance(piece, Beside):
                yield from (*piece.left, *piece.right)
            else:
                yield piece


def _lines(text: str, a_line: float) -> int:
    return sum(max(1, math.ceil(len(part) / a_line)) for part in text.splitlines() or [""])


def height_of(piece: Piece, wide: float = 1.0) -> float:
    """How much of a slide a piece takes, from the length of its texts, where it has this share of the width."""
    if isinstance(piece, Beside):
        return max(sum(height_of(block, HALF) for block in side) for side in (piece.left, piece.right))
    if isinstance(piece, Words):
        text = f"{piece.text} {piece.said.text if piece.said else ''}"
        a_line, line = {"lead": (106, 5.4), "heading": (106, 5.2), "note": (160, 3.6)}.get(piece.kind, (138, 4.1))
        return _lines(text, wide * a_line) * line + 1.4
    if isinstance(piece, Comment):
        return _lines(piece.text, wide * 128) * 4.4 + 5
    if isinstance(piece, Figures):
        return _height_of_figures(piece, wide)
    if isinstance(piece, Chart):
        row = 3.4 if wide > HALF else 4.6  # names take two lines where there is half the width
        high = min(60.0, 14 + row * len(piece.categories)) if piece.kind in {"bars", "whiskers"} else 38.0
        return high + (5 if piece.note else 0)
    if isinstance(piece, Table):
        return 7 + sum(heights_of_rows(piece, wide)) + (6 if piece.note else 0)
    title = 6.0 if piece.title else 0.0
    title += _lines(piece.note, wide * 160) * 3.6 if piece.note else 0
    return title + sum(height_of_quote(quote, wide) for quote in piece.quotes)


def height_of_quote(quote: Quote, wide: float = 1.0) -> float:
    """The words, and the line that says whose they are."""
    beside = f"{source_words(quote)} · {host_of(quote.url)}" if not quote.erased else ""
    told = f"{_('Translated')}{colon()}{quote.translation}" if quote.translation else ""
    under = _lines(told, wide * 140) * 3.6 if told else 0.0
    return _lines(quote.shown, wide * 138) * 3.8 + under + _lines(beside, wide * 186) * 2.9 + 1.6


def _height_of_figures(block: Figures, wide: float) -> float:
    """A label, a value and a note in each box: the box is as high as the longest of them."""
    a_line = max(10.0, wide * 118 / max(1, len(block.items)) - 5)
    labels = max((_lines(f.label, a_line) for f in block.items), default=1)
    notes = max((_lines(f.note, a_line) for f in block.items if f.note), default=0)
    return 12.0 + 3.6 * labels + 3.3 * notes


def heights_of_rows(block: Table, wide: float = 1.0) -> list[float]:
    """Of the header and of each row."""
    return [1.0 + 3.05 * lines for lines in row_lines(block, wide * LETTERS)]


def rooms_of(pieces: Sequence[Piece]) -> list[float]:
    """How much each piece of a slide gets: what it takes, and for charts what is left over."""
    takes = [height_of(piece) for piece in pieces]
    charts = [place for place, piece in enumerate(pieces) if _has_chart(piece)]
    spare = ROOM - sum(takes)
    for place in charts:
        takes[place] = min(takes[place] + max(0.0, spare) / len(charts), 2 * takes[place])
    # A row of a table is as high as its words, a box as its figure: only texts may be squeezed.
    stiff = [isinstance(piece, (Table, Figures)) for piece in pieces]
    firm = sum(height for height, is_stiff in zip(takes, stiff, strict=True) if is_stiff)
    squeeze = min(1.0, max(0.0, ROOM - firm) / max(1.0, sum(takes) - firm))
    return [height if is_stiff else height * squeeze for height, is_stiff in zip(takes, stiff, strict=True)]


def rooms_beside(blocks: Sequence[Block], room: float) -> list[float]:
    """The same for one of two columns of this height."""
    takes = [height_of(block, HALF) for block in blocks]
    charts = [place for place, block in enumerate(blocks) if isinstance(block, Chart)]
    spare = room - sum(takes)
    for place in charts:
        takes[place] += max(0.0, spare) / len(charts)
    squeeze = min(1.0, room / max(1.0, sum(takes)))
    return [height * squeeze for height in takes]


def _has_chart(piece: Piece) -> bool:
    held = (*piece.left, *piece.right) if isinstance(piece, Beside) else (piece,)
    return any(isinstance(block, Chart) for block in held)


def _is_words(block: Block, *kinds: str) -> bool:
    return isinstance(block, Words) and block.kind in kinds


def _group(blocks: Sequence[Block], start: int) -> int:
    """Where what belongs together ends: a list, or a heading with its sentences and quotes; else one block."""
    first, stop = blocks[start], start + 1
    if _is_words(first, "item"):
        while stop < len(blocks) and _is_words(blocks[stop], "item"):
            stop += 1
    elif _is_words(first, "heading"):
        while stop < len(blocks) and (isinstance(blocks[stop], Quotes) or _is_words(blocks[stop], "body", "note")):
            stop += 1
    return stop


def _are_pair(left: Sequence[Block], right: Sequence[Block]) -> bool:
    """Whether two groups may stand side by side: charts, quotes, headings with their texts, a list and its chart."""
    first, second = left[0], right[0]
    alike = any(isinstance(first, kind) and isinstance(second, kind) for kind in (Chart, Quotes))
    both = _is_words(first, "heading") and _is_words(second, "heading") and len(left) > 1 and len(right) > 1
    listed = _is_words(first, "item") and isinstance(second, Chart)
    return (alike or both or listed) and height_of(Beside(tuple(left), tuple(right))) <= 0.8 * ROOM


def _pieces(section: Section) -> list[Piece]:
    """The blocks of a section, side by side where two may be; long lists of quotes in two columns."""
    blocks, at = section.blocks, 0
    pieces: list[Piece] = []
    while at < len(blocks):
        stop = _group(blocks, at)
        left = blocks[at:stop]
        end = _group(blocks, stop) if stop < len(blocks) else stop
        right = blocks[stop:end]
        if right and _are_pair(left, right):
            pieces.append(Beside(left, right))
            at = end
            continue
        pieces += [two for block in left for two in _in_two(block)]
        at = stop
    return pieces


def _in_two(block: Block) -> list[Piece]:
    """Four quotes or more in two columns, as many as a slide holds."""
    if not isinstance(block, Quotes) or len(block.quotes) < 4:
        return [block]
    pieces: list[Piece] = []
    for start in range(0, len(block.quotes), 6):
        part = block.quotes[start : start + 6]
        middle = (len(part) + 1) // 2
        left, right = (replace(block, quotes=half, note="") for half in (part[:middle], part[middle:]))
        both = Beside((left,), (replace(right, title=""),)) if right.quotes else left
        pieces += [both] if height_of(both) <= ROOM else [left, *([right] if right.quotes else [])]
    return pieces


def _cut(piece: Piece, room: float) -> tuple[Block, Block] | None:
    """A table or quotes in two, the first of which fits; None where it cannot be cut there."""
    if isinstance(piece, Table):
        heights = heights_of_rows(piece)
        held, used = 0, 7 + heights[0]
        while held < len(piece.rows) and used + heights[held + 1] <= room:
            used, held = used + heights[held + 1], held + 1
        if held < LEAST_ROWS or len(piece.rows) - held < 1:
            return None
        held = min(held, max(LEAST_ROWS, len(piece.rows) - 2))  # no row stands alone on the next
        return replace(piece, rows=piece.rows[:held], note=""), replace(piece, rows=piece.rows[held:])
    if isinstance(piece, Quotes):
        held = len(piece.quotes)
        while held and height_of(replace(piece, quotes=piece.quotes[:held])) > room:
            held -= 1
        if 0 < held < len(piece.quotes):
            return replace(piece, quotes=piece.quotes[:held]), replace(piece, quotes=piece.quotes[held:])
    return None


def _pages(pieces: Sequence[Piece], room: float = ROOM) -> list[list[Piece]]:
    """What stands on each slide: each piece whole, or cut where it can be; headings with what follows. The first slide
    has this much room; where none of it can be used, nothing stands there."""
    pages: list[list[Piece]] = [[]]
    waiting, begun = deque(pieces), room < ROOM
    while waiting:
        piece = waiting.popleft()
        needs = height_of(piece)
        heading = not isinstance(piece, Beside) and _is_words(piece, "heading")
        ahead = sum(height_of(waiting[i]) for i in range(min(2, len(waiting)))) if heading else 0.0
        fits = needs <= room + (0 if isinstance(piece, (Figures, Chart, Table)) or _has_chart(piece) else SLACK)
        if fits and not ((pages[-1] or begun) and heading and min(needs + ahead, ROOM) > room):
            pages[-1].append(piece)
            room -= needs
            continue
        parts = _cut(piece, room)
        if parts is not None:
            pages[-1].append(parts[0])
            waiting.appendleft(parts[1])
        elif pages[-1] or begun:
            waiting.appendleft(piece)
        else:  # too high for any slide, and in one piece
            pages[-1].append(piece)
        if waiting:
            pages.append([])
            room, begun = ROOM, False
    return pages


def slides_of(document: Document, after: Sequence[Section] = ()) -> list[Slide]:
    """The slides after the title: its sections and those `after` them; one begins below the one before where that
    saves a slide."""
    slides: list[Slide] = []
    for section in (*document.sections, *after):
        pieces = _pieces(section)
        if not pieces:
            continue
        pages = _pages(pieces)
        below = _below(slides[-1], section, pieces) if slides else []
        if below and len(below) <= len(pages):
            last, name = slides.pop(), Words(section.title, "heading")
            notes = "\n\n".join(part for part in (last.notes, section.notes) if part)
            slides.append(Slide(f"{last.title} · {section.title}", (*last.pieces, name, *below[0]), True, notes))
            slides += [Slide(section.title, tuple(page)) for page in below[1:]]
            continue
        for place, page in enumerate(pages):
            slides.append(Slide(section.title, tuple(page), place == 0, section.notes if place == 0 else ""))
    return slides


def _below(last: Slide, section: Section, pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pages of a section that begins on a slide with others; none where it cannot."""
    room = ROOM - sum(height_of(piece) for piece in (*last.pieces, Words(section.title, "heading")))
    if room <= 0 or len(last.title) + len(section.title) > TITLE:
        return []
    pages = _pages(pieces, room)
    return pages if pages[0] else []
