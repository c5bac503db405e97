"""What every slide of a PowerPoint file is made of: boxes, runs of text, colours. Lengths are in inches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.files.ooxml import escaped

WIDE, LEFT = 13.333, 0.6
INK, SOFT, ACCENT, GREY, RULE = "1D2A33", "55646F", "0F8AA6", "A9B7C1", "DFE6EA"


def colour(code: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(code)


def write(paragraph: Any, text: str, size: float, ink: str = INK, *, bold: bool = False, link: str = "") -> Any:
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = escaped(text).replace("\n", " ") if "\n" in text else escaped(text)
    run.font.size = Pt(size)
    run.font.bold = bold
    run.font.color.rgb = colour(ink)
    if link:
        run.hyperlink.address = link
    return run


def box(slide: Any, x: float, y: float, w: float, h: float) -> Any:
    from pptx.util import Inches

    shape = slide.shapes.add_textbox(Inches(x), Inches(y), Inches(w), Inches(h))
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def lines(frame: Any, text: str, size: float, ink: str = INK, *, bold: bool = False) -> None:
    """A text with its line breaks: a paragraph for each line."""
    for number, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        write(paragraph, line, size, ink, bold=bold)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands on a slide, in inches."""

    x: float
    y: float
    wide: float
    high: float
    accent: str = ACCENT  # the colour of the workspace, without its mark


def heading(slide: Any, title: str, place: Place) -> None:
    """The title of a chart, a table or quotes."""
    write(box(slide, place.x, place.y, place.wide, 0.3).paragraphs[0], title, 13, INK, bold=True)


def note_below(slide: Any, note: str, place: Place) -> None:
    """A note at the end of a place."""
    write(box(slide, place.x, place.y + place.high - 0.32, place.wide, 0.3).paragraphs[0], note, 10, SOFT)


def flat(shape: Any) -> None:
    """Without the shadow and the colours of the theme, which fall on its words too."""
    from pptx.oxml.ns import qn

    style = shape._element.find(qn("p:style"))
    if style is not None:
        shape._element.remove(style)


def describe(frame: Any, words: str) -> None:
    """Alternative text, for who cannot see it."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", escaped(words)[:2_000])
