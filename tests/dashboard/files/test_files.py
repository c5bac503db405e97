"""Documents in every output: quotes read back equal, nothing of them runs, files hold what they should."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation
from selectolax.lexbor import LexborHTMLParser

from dashboard.charts import drawing
from dashboard.documents.frame import nothing, without_empty
from dashboard.files.docx import as_docx
from dashboard.files.html import as_html, as_slides, text
from dashboard.files.ooxml import escaped, unescaped
from dashboard.files.pdf import as_pdf, verbatims_of
from dashboard.files.posts import as_csv, as_jsonl, row_of
from dashboard.files.pptx import as_pptx
from dashboard.files.slides import ROOM, SLACK, height_of, rooms_of, slides_of
from dashboard.files.table import FILES, file_of
from dashboard.files.text import document_text
from dashboard.files.xlsx import as_xlsx
from dashboard.words.documents import erased_words
from dashboard.words.language import speaking
from data.inbox.verbatims import add_verbatim
from data.inbox.verbatims import as_csv as basket_csv
from data.inbox.verbatims import as_jsonl as basket_jsonl
from data.inbox.verbatims import quotes as basket
from data.models import NewPost, Post
from data.posts.ingest import add_posts
from data.posts.quotes import Quote, cut_at, guarded, quote_of, unguarded
from data.posts.reads import page_of_posts
from data.scope import Scope
from data.sharing.document import Chart, Comment, Document, Figure, Figures, Quotes, Said, Section, Table, Words
from data.source_list import add_source
from data.store import Store
from sources.kinds.feeds import parse_feed
from tests.conftest import NOW

WHEN = datetime(2026, 6, 14, 9, 30, tzinfo=UTC)


def post_of(words: str, number: int = 1) -> Post:
    return Post(
        number,
        "feed",
        str(number),
        1,
        "Place",
        WHEN,
        "Ana",
        "",
        words,
        "https://example.org/1?a=1&b=<2>",
        "en",
        "neutral",
        0.5,
        False,
    )


def document_of(quotes: list[Quote], **more: Any) -> Document:
    sections = (Section("said", "Said", (Quotes("", tuple(quotes)),)),)
    return Document("Title", "June", "en", "Made", sections, **more)


def recorded(corpora: Path) -> list[str]:
    """Texts of posts in recorded answers of Reddit, Bluesky, Discourse and YouTube."""
    names = {"body", "selftext", "text", "cooked", "raw", "textOriginal", "textDisplay", "description"}
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                if key == "string" and isinstance(item, str) and item[:1] in "{[":  # an answer inside a recording
                    walk(json.loads(item))
                elif key in names and isinstance(item, str) and item.strip() and len(item) < 30_000:
                    found.append(item)
                else:
                    walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    for folder in ("reddit_cassettes", "bluesky", "discourse", "youtube"):
        before = len(found)
        for path in sorted((corpora / folder).rglob("*.json")):
            walk(json.loads(path.read_text(encoding="utf-8", errors="replace")))
            if len(found) > before + 150:
                break
        assert len(found) > before, folder
    return found


@pytest.fixture(scope="module")
def hostile(corpora: Path) -> list[str]:
    """Naughty strings, XSS payloads and texts of real feeds, as a store keeps them."""
    csv.field_size_limit(10_000_000)
    found = [s for s in json.loads((corpora / "hostile/blns.json").read_text()) if s.strip()]
    found += [s for s in (corpora / "hostile/xss.txt").read_text(errors="replace").splitlines() if s.strip()]
    found += [
        "=1+1",
        "'=1+1",
        "@SUM(A1)",
        "-2+3",
        "+33 1 23",
        "a\tb\r\nc\rd\ne",
        "_x0041_ _x000D_",
        "[…] already cut […]",
    ]
    found += recorded(corpora)
    for path in sorted((corpora / "feeds").iterdir())[:60]:
        items = parse_feed(path.read_bytes(), "https://example.org/feed").posts
        texts = [post.plain or post.text for post in items[:4]]
        found += [words for words in texts if words.strip() and len(words) < 30_000]  # a cell of a workbook holds that
    return list(dict.fromkeys(found))


@pytest.fixture(scope="module")
def stored(hostile: list[str], tmp_path_factory: pytest.TempPathFactory) -> list[Post]:
    """The same through a real store: what is quoted is what is stored."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('said') / 'x.sqlite'}")
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "https://x.example", NOW)
        items = [NewPost("feed", str(i), s, s, author="Ana", published_at=NOW) for i, s in enumerate(hostile)]
        add_posts(connection, source.id, items, NOW)
        kept = dict(connection.exec_driver_sql("SELECT post_id, plain FROM post_text").tuples().all())
    some = dict(list(kept.items())[::7])
    for post_id in some:
        add_verbatim(store, post_id, NOW)
    scope, found = Scope(date(2026, 6, 1), date(2026, 6, 30)), []
    with store.read() as connection:
        for number in range(1, len(kept) // 25 + 2):
            found += page_of_posts(connection, scope, number, folded=False)
        held = basket(connection, limit=100_000)
    assert {p.id: p.plain for p in found} == kept
    assert {q.post: q.shown for q in held} == some
    rows = list(csv.DictReader(io.StringIO(basket_csv(held).decode("utf-8-sig"), newline="")))
    assert [unguarded(row["quote"]) for row in rows] == [q.text for q in held]
    lines = [json.loads(line)["quote"] for line in basket_jsonl(held).decode().split("\n") if line]
    assert lines == [q.text for q in held]
    return [post for post in found if post.plain]


@pytest.fixture(scope="module")
def quotes(stored: list[Post]) -> list[Quote]:
    return [quote_of(post) for post in stored]


pytestmark = pytest.mark.corpora


def test_html_gives_them_back(quotes: list[Quote]) -> None:
    page = as_html(document_of(quotes))
    tree = LexborHTMLParser(page)
    # A NUL cannot be in HTML, and the store keeps none.
    assert [node.text(deep=True) for node in tree.css("blockquote")] == [q.shown for q in quotes]
    assert not tree.css("script, iframe, object, embed, form, img, link, base")
    for node in tree.css("*"):
        assert not [name for name in node.attributes if name.startswith("on")], node.html
    assert {a.attributes["href"] for a in tree.css("a")} <= {q.url for q in quotes if q.url} | {"#s0"}
    deck = LexborHTMLParser(as_slides(document_of(quotes[:300]), "n"))
    assert [node.text(deep=True) for node in deck.css("blockquote")] == [q.shown for q in quotes[:300]]
    assert [s.attributes.get("nonce") for s in deck.css("script")] == ["n"]


def visible(words: str) -> str:
    """What a page can show of a text: no spaces, no control or format signs."""
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKC", words) if unicodedata.category(c)[0] not in "ZC")


# Scripts that a page sets from right to left, or stacks; a PDF holds their letters in the order of drawing.
_TURNED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u20d0-\u20ff\ufb1d-\ufdff\ufe70-\ufeff]"
)


def test_pdf_gives_them_back(quotes: list[Quote]) -> None:
    import unicodedata

    made = as_pdf(document_of(quotes))
    book = pypdfium2.PdfDocument(made)
    assert book.count_attachments() == 1
    attached = bytes(book.get_attachment(0).get_data()).decode()
    rows = [json.loads(line) for line in attached.split("\n") if line]
    assert [row["quote"] for row in rows] == [q.shown for q in quotes]  # every one, byte for byte
    # PDFium marks a hyphen at the end of a line in a way of its own.
    pages = [visible(page.get_textpage().get_text_range().replace("\ufffe", "-")) for page in book]
    foot = re.compile(rf"Title\d+/{len(book)}")  # the foot of a page stands between the parts of a long quote
    drawn = "".join(foot.sub("", page) for page in pages)
    # On the pages themselves, letter by letter: emoji, Chinese, Japanese, Korean, Greek and Cyrillic among them.
    # Emoji in one colour have no tone of skin or hair, so two may share a drawing; no font that ships has Deseret.
    lost = re.compile("[\U0001f3fb-\U0001f3ff\U0001f9b0-\U0001f9b3\U00010400-\U0001044f]")
    shown = [
        q.shown
        for q in quotes
        if not lost.search(q.shown) and not _TURNED.search(unicodedata.normalize("NFD", q.shown))
    ]
    assert len(shown) > 0.98 * len(quotes)
    missing = [words for words in shown if visible(words) not in drawn]
    assert missing == [], len(missing)
    book.close()


def test_docx_gives_them_back(quotes: list[Quote]) -> None:
    held = docx.Document(io.BytesIO(as_docx(document_of(quotes))))
    found = [unescaped(p.text) for p in held.paragraphs if p.style.name == "Quote"]
    assert found == [q.shown for q in quotes]


def test_pptx_gives_them_back(quotes: list[Quote]) -> None:
    some = quotes[::4] + [q for q in quotes if not q.shown.isascii()][:200]
    deck = Presentation(io.BytesIO(as_pptx(document_of(some))))
    found: list[str] = []
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_text_frame and "Ana · " in shape.text_frame.text:
                lines = [p.text for p in shape.text_frame.paragraphs]
                found.append(unescaped("\n".join(lines[:-1])))
    assert found == [q.shown for q in some]


def test_xlsx_gives_them_back(quotes: list[Quote]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(document_of(quotes))))
    rows = list(book["Verbatims"].iter_rows(min_row=2))
    assert [unescaped(row[0].value) for row in rows] == [q.shown for q in quotes]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)  # no formula
    assert all(row[3].value == WHEN.replace(tzinfo=None) or row[3].is_date for row in rows)
    assert book["Verbatims"].cell(2, 4).is_date


def test_csv_jsonl_and_text_give_them_back(stored: list[Post]) -> None:
    rows = [row_of(post, "Ana") for post in stored]
    table = list(csv.DictReader(io.StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))
    assert [unguarded(row["text"]) for row in table] == [post.plain for post in stored]
    assert not any(row["text"].startswith(("=", "+", "-", "@", "\t", "\r")) for row in table)
    lines = as_jsonl(rows).decode().split("\n")
    assert [json.loads(line)["text"] for line in lines if line] == [post.plain for post in stored]
    with speaking("en"):
        told = document_text(document_of([quote_of(post) for post in stored]))
    assert all(post.plain in told for post in stored)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_escapes_are_undone(words: str) -> None:
    assert unescaped(escaped(words)) == words
    assert unguarded(guarded(words)) == words
    assert not re.match(r"[=+\-@\t\r]", guarded(words))
    assert LexborHTMLParser(f"<p><b>{text(words)}</b></p>").css_first("b").text(deep=True) == words


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.integers(1, 200))
def test_a_cut_is_a_part_of_the_text(words: str, most: int) -> None:
    stop = cut_at(words, most)
    assert 0 <= stop <= max(most, 0) or stop == len(words) <= most
    quote = quote_of(post_of(words), 0, stop)
    assert words.startswith(quote.text)
    assert quote.cut_after == bool(words[stop:].strip())
    assert quote.shown == quote.text + (" […]" if quote.cut_after else "")


EVIL = "<script>alert(1)</script> '];alert(1)// \" onload=x ${7*7} {{x}} =1+1 é"


def rich() -> Document:
    """A document with every kind of block, names of things as hostile as quotes."""
    days = tuple(f"2026-06-{d:02d}" for d in range(1, 15))
    tones = tuple(
        (name, tuple(float(d % k) for d in range(14))) for name, k in (("Neg", 3), ("Neu", 4), ("Pos", 5), ("?", 2))
    )
    blocks = (
        Comment(f"My own words\n{EVIL}", "Ana"),
        Words(f"Lead {EVIL}", "lead"),
        Words("", "heading", Said("A question?", 7)),
        Words("Item", "item", Said(EVIL, 8)),
        Figures(
            (
                Figure("Posts", "1,234", "+5 %", 1234, link={"page": "mentions"}),
                Figure("Net", "+0.10", EVIL, 0.1, 0.0, 0.2),
            )
        ),
        Chart("days", "Posts a day", "14 posts", days, (("Posts", tuple(float(d) for d in range(14))),), marked=(3,)),
        Chart("tones", EVIL, EVIL, days, tones),
        Chart("band", "Net", "a band", days[::7], (("Net", (0.1, -0.2)),), (0.0, -0.3), (0.2, -0.1)),
        Chart("bars", "Shares", "shares", (EVIL, "B"), (("Share", (0.75, 0.25)),), (0.7, 0.2), (0.8, 0.3), (0,), True),
        Chart("bars", "Topics", "topics", ("A", "A"), (("Posts", (5.0, 3.0)),)),
        Chart("whiskers", "Nets", "nets", ("A", EVIL), (("Net", (0.5, -0.5)),), (0.4, -0.6), (0.6, -0.4)),
        Table(
            "Numbers",
            ((EVIL, "text"), ("N", "number"), ("Share", "share"), ("Day", "date")),
            ((EVIL, 5, 0.5, "2026-06-01"), ("=2+2", None, 0.25, "")),
        ),
        Quotes("Said", (quote_of(post_of(EVIL)), replace(quote_of(post_of("x")), text="", erased=True)), "note"),
    )
    section = Section("all", f"Everything {EVIL}", blocks, "notes for me")
    return Document(f"Title {EVIL}", "June", "fr", "Fait", (section,), "A word", "Europe/Paris", True, ("c",), ("m",))


def test_every_kind_of_block_in_every_file() -> None:
    document = drawing.drawn(rich())
    made = {kind: file_of(document.without_notes(), kind) for kind in FILES}
    assert made["pdf"].startswith(b"%PDF-")
    assert max(map(len, made.values())) < 1_000_000
    tree = LexborHTMLParser(made["html"].decode())
    assert len(tree.css(".chart:not(.narrow) svg")) == len(tree.css(".narrow svg")) == 6
    assert not tree.css("script, foreignObject, image, a[href^='javascript']")
    assert [svg.css_first("title").text() for svg in tree.css(".wide svg")][1] == EVIL
    headings = [node.tag for node in tree.css("h1, h2, h3")]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    with speaking("fr"):
        assert erased_words() in made["html"].decode()
    assert "notes for me" not in made["html"].decode()
    deck = Presentation(io.BytesIO(made["pptx"]))
    charts = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 6  # native ones
    assert all(shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in charts)
    assert sum(shape.has_table for slide in deck.slides for shape in slide.shapes) == 1
    assert all(slide.shapes.title.text_frame.text for slide in deck.slides)
    assert not any(slide.has_notes_slide for slide in deck.slides)
    presented = Presentation(io.BytesIO(as_pptx(document)))  # for the presenter, the notes are there
    assert any(s.has_notes_slide and s.notes_slide.notes_text_frame.text == "notes for me" for s in presented.slides)
    word = docx.Document(io.BytesIO(made["docx"]))
    assert len(word.inline_shapes) == 6
    assert all(shape._inline.docPr.get("descr") for shape in word.inline_shapes)
    assert next(p.text for p in word.paragraphs if p.style.name == "Heading 1").startswith("Everything")
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    numbers = book["Numbers"]
    assert (numbers["B2"].value, numbers["C2"].number_format, numbers["D2"].is_date) == (5, "0%", True)
    assert unescaped(numbers["A3"].value) == "=2+2"


def test_a_translation_stands_under_the_original_and_is_marked() -> None:
    quote = replace(quote_of(post_of("Le planning est vide.")), translation="The schedule is empty.")
    document = document_of([quote])
    page = as_html(document)
    assert page.index("Le planning est vide.") < page.index("Translated") < page.index("The schedule is empty.")
    assert LexborHTMLParser(page).css_first("blockquote").text() == "Le planning est vide."
    book = pypdfium2.PdfDocument(as_pdf(document))
    words = book[0].get_textpage().get_text_range()
    book.close()
    paragraphs = "\n".join(p.text for p in docx.Document(io.BytesIO(as_docx(document))).paragraphs)
    slides = Presentation(io.BytesIO(as_pptx(document))).slides
    shown = "\n".join(s.text_frame.text for slide in slides for s in slide.shapes if s.has_text_frame)
    for told in (words, paragraphs, shown):
        assert told.index("Le planning est vide.") < told.index("Translated") < told.index("The schedule is empty.")


def test_a_pdf_has_headings_and_alternative_texts() -> None:
    made = as_pdf(rich())
    book = pypdfium2.PdfDocument(made)
    names = [mark.get_title() for mark in book.get_toc()]
    assert any(name.startswith("Everything") for name in names)
    assert "Posts a day" in names
    assert book.get_metadata_dict()["Title"].startswith("Title <script>")
    words = "".join(page.get_textpage().get_text_range() for page in book)
    assert "alert(1)" in words  # shown as the text that it is
    book.close()
    assert b"/StructTreeRoot" in made
    assert b"/Lang" in made


def test_a_drawing_holds_shapes_only() -> None:
    bad = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" '
        'onload="alert(1)">'
        '<script>alert(1)</script><foreignObject><b/></foreignObject><a xlink:href="javascript:alert(1)"><text>x</text>'
        "</a>"
        '<image href="http://evil.example/x.png"/><style>@import "http://evil.example"</style>'
        '<rect fill="url(http://evil.example)" style="x" width="1"/><g clip-path="url(#ok)">'
        '<text onclick="x">kept</text></g></svg>'
    )
    clean = drawing.clean_svg(bad, "what it shows")
    for word in ("script", "evil", "onload", "onclick", "foreign", "href", "style"):
        assert word not in clean
    assert "kept" in clean
    assert "what it shows" in clean


@pytest.mark.parametrize("chart", rich().charts(), ids=lambda c: f"{c.kind}-{c.title[:5]}")
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_charts_draw_without_a_network(chart: Chart, lang: str) -> None:
    svg = drawing.svg_of(chart, lang)
    assert svg.startswith("<svg")
    assert len(svg) < 60_000
    assert drawing.png_of(chart, lang).startswith(b"\x89PNG")


def test_slides_hold_everything_once_and_fit() -> None:
    many = Quotes("", tuple(quote_of(post_of(f"{n} " + "word " * (n % 80), n)) for n in range(40)))
    table = Table("T", (("A", "text"), ("N", "number")), tuple((f"row {n}", n) for n in range(35)), "its note")
    document = replace(rich(), sections=(*rich().sections, Section("more", "More", (Words("x", "lead"), table, many))))
    slides = slides_of(document)
    rows = [row for s in slides for b in s.blocks() if isinstance(b, Table) and b.title == "T" for row in b.rows]
    assert [n for _name, n in rows] == list(range(35))
    said = [q.post for s in slides for b in s.blocks() if isinstance(b, Quotes) for q in b.quotes]
    assert Counter(said) == Counter([1, 1, *range(40)])
    for slide in slides:
        taken = sum(height_of(piece) for piece in slide.pieces)
        assert taken <= ROOM + 2 * SLACK or len(slide.pieces) == 1, slide.title
        assert sum(rooms_of(slide.pieces)) <= ROOM + 1e-6
    assert [s.notes for s in slides if s.first] == ["notes for me", ""]


def test_a_table_keeps_its_room_where_texts_are_squeezed() -> None:
    table = Table("T", (("A", "text"),), tuple((f"row {n}",) for n in range(16)))
    texts = tuple(Words("word " * 27, "body") for _n in range(5))
    over = (table, *texts)
    assert ROOM < sum(map(height_of, over)) <= ROOM + SLACK
    first, *others = rooms_of(over)
    assert first == height_of(table)
    assert first + sum(others) == pytest.approx(ROOM)


def test_short_sections_share_a_slide_and_nothing_stands_alone() -> None:
    short = tuple(Section(f"s{n}", f"Part {n}", (Words(f"Line {n}.", "lead"),)) for n in range(9))
    slides = slides_of(replace(rich(), sections=short))
    assert len(slides) <= 3
    told = [b.text for s in slides for b in s.blocks() if isinstance(b, Words) and b.kind == "lead"]
    assert told == [f"Line {n}." for n in range(9)]
    assert all(f"Part {n}" in " · ".join(s.title for s in slides) for n in range(9))
    empty = without_empty(
        [short[0], nothing("a", "Alerts", "Nothing."), replace(nothing("b", "B", "No."), notes="mine")]
    )
    assert [s.key for s in empty] == ["s0", "b", "none"]  # whom somebody wrote to stays in its place
    assert [b.text for b in empty[-1].blocks if isinstance(b, Words)] == ["Alerts: Nothing."]
    assert without_empty(short) == list(short)


def test_a_section_begins_on_the_slide_before_where_that_saves_one() -> None:
    def part(name: str, number: int) -> Section:
        return Section(name, f"Part {name}", tuple(Words(f"Line {n}.") for n in range(number)))

    lines = [part("a", 12), part("b", 24)]
    alone = sum(len(slides_of(replace(rich(), sections=(one,)))) for one in lines)
    together = slides_of(replace(rich(), sections=tuple(lines)))
    assert (alone, len(together)) == (3, 2)
    assert [slide.title for slide in together] == ["Part a · Part b", "Part b"]
    told = [b.text for s in together for b in s.blocks() if isinstance(b, Words) and b.kind == "body"]
    assert told == [f"Line {n}." for n in (*range(12), *range(24))]
    full = slides_of(replace(rich(), sections=(part("c", 19), part("d", 18))))
    assert [slide.title for slide in full] == ["Part c", "Part d"]  # where none is saved, it begins on its own


def test_the_method_stands_below_the_last_part_of_a_deck() -> None:
    document = replace(rich(), sections=(Section("a", "A", (Words("x", "lead"),)),), method=("How it was done.",))
    deck = Presentation(io.BytesIO(as_pptx(document)))
    assert len(deck.slides) == 2
    assert deck.slides[1].shapes.title.text_frame.text == "A · Méthode et limites"


def test_boxes_and_lines_of_a_deck_cast_no_shadow() -> None:
    deck = Presentation(io.BytesIO(as_pptx(rich())))
    drawn = [
        shape
        for slide in deck.slides
        for shape in slide.shapes
        if shape.shape_type in {1, 9} or "<p:cxnSp" in shape._element.xml
    ]
    assert drawn
    assert not any("<p:style>" in shape._element.xml for shape in drawn)


def test_names_beside_a_narrow_chart_take_one_line() -> None:
    names = ("A topic with a name of many words that goes on and on", "Short")
    bars = Chart("bars", "Largest topics", "alt", names, (("Posts", (5.0, 3.0)),))
    listed = Words("New: something.", "item")
    deck = Presentation(io.BytesIO(as_pptx(replace(rich(), sections=(Section("t", "T", (listed, bars)),)))))
    (chart,) = [shape.chart for shape in deck.slides[1].shapes if shape.has_chart]
    told = list(chart.plots[0].categories)
    assert told[0] == "Short"
    assert told[1].endswith("…")
    assert len(told[1]) < 40
    assert names[0].startswith(told[1][:-1])


def test_slides_are_numbered_to_the_last() -> None:
    deck = Presentation(io.BytesIO(as_pptx(rich())))
    feet = [
        shape.text_frame.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_text_frame and re.fullmatch(r"\d+ / \d+", shape.text_frame.text)
    ]
    total = len(deck.slides)
    assert feet == [f"{n} / {total}" for n in range(2, total + 1)]


def test_figures_of_a_slide_stay_in_their_boxes() -> None:
    note = "Between −0.64 and +0.63, nine times in ten, against the thirty-one days before"
    figures = Figures(tuple(Figure(f"Posts that name {n}", "−0.19", note) for n in range(4)))
    deck = Presentation(io.BytesIO(as_pptx(replace(rich(), sections=(Section("f", "F", (figures,)),)))))
    boxes = [s for s in deck.slides[1].shapes if s.has_text_frame and note in s.text_frame.text]
    assert len(boxes) == 4
    for shape in boxes:
        wide = (shape.width - shape.text_frame.margin_left - shape.text_frame.margin_right) / 12700
        high = 0.0
        for paragraph in shape.text_frame.paragraphs:
            size = paragraph.runs[0].font.size.pt
            high += 1.2 * size * math.ceil(len(paragraph.text) * 0.5 * size / wide)
        assert high <= shape.height / 12700


WIDE_TABLE = Table(
    "Topics",
    (("Topic", "text"), ("What is usual here", "text"), ("Posts", "number"), ("Net", "number")),
    tuple((f"A topic with a name of many words, number {n}", "As before", 1000 + n, n / 7) for n in range(40)),
)


def test_a_workbook_prints_on_its_pages_as_it_is_read() -> None:
    figures = Figures((Figure("Negative", "59%", "", 0.587, 0.18, 0.82), Figure("Net", "−0.19", "", -0.1946)))
    section = Section("t", "T", (figures, WIDE_TABLE))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(replace(rich(), sections=(section,)))))
    for sheet in book:
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.print_area.replace("$", "").split("!")[-1] == sheet.dimensions
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth) == (True, 1)
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter.right.text == "&P / &N"
        assert sheet.freeze_panes == "A2"
    topics, read = book["Topics"], book["Figures"] if "Figures" in book.sheetnames else book.worksheets[0]
    assert topics.column_dimensions["A"].width >= len("A topic with a name of many words, number 39")
    assert topics.column_dimensions["C"].width < 20
    assert (topics["C2"].number_format, topics["D3"].number_format) == ("#,##0", "+0.00;-0.00;0.00")
    assert [read.cell(row, 3).number_format for row in (2, 3)] == ["0%", "+0.00;-0.00;0.00"]
    assert read["D2"].number_format == "0%"
    assert read["C2"].value == 0.587  # rounded as it is shown, not as it is kept


def test_a_word_table_has_columns_as_wide_as_their_words_and_heads_every_page() -> None:
    word = docx.Document(io.BytesIO(as_docx(replace(rich(), sections=(Section("t", "T", (WIDE_TABLE,)),)))))
    (table,) = word.tables
    wide = [column.width for column in table.columns]  # of the grid, which LibreOffice goes by
    assert wide == [cell.width for cell in table.rows[0].cells]
    assert wide[0] > 2 * wide[2]
    assert sum(wide) <= word.sections[0].page_width - word.sections[0].left_margin - word.sections[0].right_margin
    marks = [[node.tag.split("}")[1] for node in row._tr.trPr] for row in table.rows]
    assert "tblHeader" in marks[0]
    assert all("cantSplit" in mark for mark in marks)
    foot = word.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in foot
    assert "NUMPAGES" in foot


def test_verbatims_leave_out_what_was_erased() -> None:
    lines = [json.loads(line) for line in verbatims_of(rich()).splitlines()]
    assert [line["quote"] for line in lines] == [EVIL]
