"""Name, logo and colour of a workspace on what it sends out."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from PIL import Image

from dashboard.charts.drawing import drawn, svg_of
from dashboard.documents.of_page import frozen
from dashboard.files.docx import as_docx
from dashboard.files.html import as_html, as_slides
from dashboard.files.pdf import as_pdf
from dashboard.files.pptx import as_pptx
from dashboard.files.xlsx import as_xlsx
from dashboard.reads import cache
from dashboard.reads import workspace as workspace_reads
from data.identity import Identity, clean_logo, logo_of, save_identity
from data.posts.quotes import Quote
from data.sharing.document import Chart, Document, Look, Quotes, Section, packed, unpacked
from data.store import Store
from tests.conftest import NOW

ASKED = {"since": "2026-06-01", "until": "2026-06-15"}


@pytest.fixture
def logo() -> str:
    made = io.BytesIO()
    Image.new("RGB", (300, 100), "#7a0019").save(made, "PNG")
    return clean_logo(made.getvalue())


@pytest.fixture
def document(demo: Store, logo: str) -> Document:
    save_identity(demo, Identity("Acme & <Sons>", "#7a0019", logo, "fr", "Asia/Tokyo"))
    return unpacked(packed(frozen("people", ASKED, NOW)))


def test_every_output_has_it(document: Document, logo: str) -> None:
    picture = logo_of(logo)
    assert document.look.logo == logo
    for page in (as_html(document), as_slides(document, "nonce")):
        assert "--accent:#7a0019" in page
        assert f"data:image/png;base64,{logo}" in page
        assert "Acme &amp; &lt;Sons&gt;" in page
        assert "<Sons>" not in page
    for made, folder in ((as_docx(document), "word/media/"), (as_pptx(document), "ppt/media/")):
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            assert picture in [parts.read(name) for name in parts.namelist() if name.startswith(folder)]
            texts = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
            assert b"7A0019" in texts.upper()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(document))) as parts:
        assert any(name.startswith("xl/media/") for name in parts.namelist())
        assert b"7A0019" in parts.read("xl/styles.xml").upper()
    assert as_pdf(document).count(b"/Subtype /Image") + as_pdf(document).count(b"/Subtype/Image") >= 1


def test_charts_and_quotes_have_the_colour_too() -> None:
    quotes = Quotes("", (Quote("Words", False, False, "Ana", "Place", NOW, "en", "", 1),))
    chart = Chart("bars", "Topics", "topics", ("A", "B"), (("Posts", (5.0, 3.0)),))
    sections = (Section("s", "S", (chart, quotes)),)
    document = Document("T", "June", "en", "Made", sections, look=Look("Acme", "#7a0019"))
    assert "#7a0019" in svg_of(chart, "en", accent="#7a0019")
    assert "#0f8aa6" not in as_html(document)
    assert [b.svg.count("#7a0019") > 0 for b in drawn(document).charts()] == [True]
    with zipfile.ZipFile(io.BytesIO(as_pptx(document))) as parts:
        drawn_chart = next(parts.read(name) for name in parts.namelist() if name.startswith("ppt/charts/chart"))
        slide = parts.read("ppt/slides/slide2.xml")
    assert b"7A0019" in drawn_chart
    assert b"0F8AA6" not in drawn_chart + slide


def test_a_pale_colour_falls_back_and_nothing_is_said_where_nothing_is(demo: Store) -> None:
    plain = as_html(frozen("people", ASKED, NOW))
    assert "--accent:#0b6d84" in plain
    assert "<img" not in plain
    save_identity(demo, Identity(colour="#ffee00"))
    assert "ffee00" not in as_html(frozen("people", ASKED, NOW))
    hostile = unpacked(packed(frozen("people", ASKED, NOW)))
    assert base64.b64encode(b"x").decode() not in as_html(hostile)


def test_what_is_sent_speaks_its_zone(demo: Store) -> None:
    with cache.one_record(demo.url):
        assert workspace_reads.zone() == "UTC"
        save_identity(cache.store(), Identity(zone="Asia/Tokyo", language="fr"))
        assert (workspace_reads.zone(), workspace_reads.language()) == ("Asia/Tokyo", "fr")
