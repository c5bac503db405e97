"""Charts of documents as drawings: SVG that holds shapes and texts only, or PNG. No browser, no network."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from types import ModuleType

from dashboard.charts.paper import FONT, PHONE, WIDTH
from dashboard.charts.spoken import number_locale, time_locale
from data.identity import accent_of
from data.sharing.document import Chart, Document

VEGA = "6.1"  # the version of Vega-Lite that Altair 6 writes


@lru_cache(maxsize=1)
def font_folders() -> tuple[str, ...]:
    """Where the fonts of charts and PDF files lie: two packages bring them, for every common script and emoji."""
    return tuple(str(files(package)) for package in ("manimgx_fonts", "manimgx_fonts_cjk"))


@lru_cache(maxsize=1)
def _drawer() -> ModuleType:
    import vl_convert

    for folder in font_folders():
        vl_convert.register_font_directory(folder)
    return vl_convert


def _drawing(chart: Chart, lang: str, width: int, accent: str) -> dict[str, object]:
    """The chart in the words of the drawer. What builds it weighs a hundred MB: it is loaded by the first drawing."""
    from dashboard.charts.documents import altair_chart
    from dashboard.charts.topics import ACCENT

    told: dict[str, object] = altair_chart(chart, lang, width, accent=accent_of(accent, ACCENT)).to_dict()
    return told


def svg_of(chart: Chart, lang: str, width: int = WIDTH, accent: str = "") -> str:
    """The chart as a drawing of vectors that holds shapes and texts only, described by its alternative text."""
    made: str = _drawer().vegalite_to_svg(
        _drawing(chart, lang, width, accent),
        vl_version=VEGA,
        format_locale=number_locale(lang),
        time_format_locale=time_locale(lang),
        allowed_base_urls=[],
    )
    return clean_svg(made, chart.alt)


def png_of(chart: Chart, lang: str, width: int = WIDTH, scale: float = 2.0, accent: str = "") -> bytes:
    made: bytes = _drawer().vegalite_to_png(
        _drawing(chart, lang, width, accent),
        vl_version=VEGA,
        scale=scale,
        format_locale=number_locale(lang),
        time_format_locale=time_locale(lang),
        allowed_base_urls=[],
    )
    return made


def width_of(svg: str) -> float:
    """The width that a drawing was made for, in pixels."""
    wide = re.search(r'<svg[^>]*\bwidth="([\d.]+)"', svg)
    return float(wide[1]) if wide else float(WIDTH)


def drawn(document: Document) -> Document:
    """The document with its charts drawn once, for whoever opens it later."""
    colour = document.look.colour
    sections = tuple(
        replace(
            s,
            blocks=tuple(
                replace(b, svg=svg_of(b, document.lang, WIDTH, colour), narrow=svg_of(b, document.lang, PHONE, colour))
                if isinstance(b, Chart) and not b.svg
                else b
                for b in s.blocks
            ),
        )
        for s in document.sections
    )
    return replace(document, sections=sections)


_SHAPES = {"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "clipPath", "defs"}
_KEPT = {
    "clip-path",
    "cx",
    "cy",
    "d",
    "display",
    "dx",
    "dy",
    "fill",
    "fill-opacity",
    "font-family",
    "font-size",
    "font-weight",
    "height",
    "id",
    "opacity",
    "r",
    "rx",
    "ry",
    "stroke",
    "stroke-dasharray",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "transform",
    "version",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
}
SVG = "http://www.w3.org/2000/svg"


def clean_svg(made: str, alternative: str) -> str:
    """A drawing with shapes and texts alone: no script, no link, no style, nothing to load."""
    from lxml import etree  # the app starts without it

    root = etree.fromstring(made.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    for node in list(root.iter()):
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if name not in _SHAPES:
            parent = node.getparent()
            if parent is not None:
                parent.remove(node)
            continue
        for key in list(node.attrib):
            value = node.attrib[key]
            if key not in _KEPT or ("url(" in value and not re.fullmatch(r"url\(#[\w-]+\)", value)):
                del node.attrib[key]
            elif key in {"d", "transform", "points"}:
                node.attrib[key] = re.sub(r"(\d+\.\d{2})\d+", r"\1", value)
        if node.get("font-family"):
            node.set("font-family", f"{FONT}, system-ui, sans-serif")
    root.set("role", "img")
    title = etree.Element(f"{{{SVG}}}title")
    title.text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", alternative)
    root.insert(0, title)
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))
