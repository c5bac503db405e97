"""Reports as documents, on the demo community."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dashboard.documents.frame import Frame
from dashboard.documents.of_page import frozen
from dashboard.documents.of_report import report_blocks, report_document
from dashboard.files.table import file_of
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.words.language import speaking
from data.inbox.ours import own_accounts
from data.schema import post, post_text
from data.scope import scope_of
from data.sharing import snapshots
from data.sharing.document import Comment, Document, Figures, Quotes, Words, packed, unpacked
from data.sharing.reports import Report
from data.store import Store
from tests.conftest import NOW

BLOCKS = tuple(report_blocks())


def whole(lang: str = "en", names: str = "pseudonyms") -> Document:
    with speaking(lang, "Europe/Paris"):
        return report_document(Report(1, "R", 30, lang=lang, names=names, blocks=BLOCKS), NOW)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_block_builds(frame: Frame, lang: str) -> None:
    with speaking(lang):
        for key, block in report_blocks().items():
            section = block.build(frame)
            assert section.title
            assert section.blocks, key
    document = whole(lang)
    assert unpacked(packed(document)) == document
    assert [s.key for s in document.sections] == [key for key in BLOCKS if key != "method"]
    assert document.coverage
    assert document.demo


def test_what_drew_most_is_quoted_once_in_a_report(frame: Frame) -> None:
    def quoted(document: Document, *keys: str) -> list[tuple[int, str]]:
        blocks = [b for s in document.sections if s.key in keys for b in s.blocks if isinstance(b, Quotes)]
        return [(quote.post, quote.text) for block in blocks for quote in block.quotes]

    document = whole()
    told = quoted(document, *(key for key in BLOCKS if key != "verbatims"))
    assert quoted(document, "verbatims")
    assert not set(quoted(document, "verbatims")) & set(told)
    assert set(quoted(alone("verbatims"), "verbatims")) & set(told)  # in a report of its own it stands


def alone(*blocks: str) -> Document:
    with speaking("en", "Europe/Paris"):
        return report_document(Report(1, "R", 30, lang="en", blocks=blocks), NOW)


def test_every_figure_opens_the_posts_it_counts(frame: Frame) -> None:
    checked = 0
    with speaking("en"):
        documents = [whole(), *(frozen(page, {"days": "30"}, NOW) for page in ("overview", "mentions", "reputation"))]
        for document in documents:
            for block in document.blocks():
                for figure in block.items if isinstance(block, Figures) else ():
                    assert figure.link, figure.label
                    if figure.label.startswith("Posts") and figure.number is not None:
                        scope = scope_of(lambda name, link=figure.link: link.get(name, ""), NOW.date())
                        total, _cards = post_reads.counted(scope)
                        assert total == figure.number, figure
                        checked += 1
    assert checked >= 6


def test_every_quote_is_a_part_of_its_post(demo: Store) -> None:
    with demo.read() as connection:
        stored = dict(connection.exec_driver_sql("SELECT post_id, plain FROM post_text").tuples().all())
        titles = dict(connection.exec_driver_sql("SELECT post_id, title FROM post_text").tuples().all())
    found = whole().quotes() + whole("fr").quotes()
    assert len(found) > 40
    for quote in found:
        assert quote.text in stored[quote.post] or quote.text in f"{titles[quote.post]}\n{stored[quote.post]}"
        assert quote.cut_after or stored[quote.post].rstrip().endswith(quote.text.rstrip())
        assert quote.is_demo


@pytest.mark.parametrize("names", ["pseudonyms", "names", "none"])
def test_who_appears(demo: Store, names: str) -> None:
    with demo.read() as connection:
        ours = set(own_accounts(connection))
        everybody = set(connection.execute(post.select().with_only_columns(post.c.author)).scalars()) - ours - {""}
        texts = " ".join(connection.execute(post_text.select().with_only_columns(post_text.c.plain)).scalars())
    document = whole(names=names)
    authors = {quote.author for quote in document.quotes()}
    raw = json.dumps(json.loads(json.dumps(str(document))))
    seen = {name for name in everybody if len(name) > 5 and name in raw and name not in texts}
    if names == "names":
        assert authors & everybody
    else:
        assert seen == set()
        assert not authors & everybody
        assert any(author.startswith("user-") for author in authors) == (names == "pseudonyms")
    if names == "none":
        assert authors - ours == {""} or authors == {""}


def test_a_report_holds_comments_and_shared_copies(demo: Store) -> None:
    with speaking("en"):
        shared = frozen("debates", {}, NOW, title="For the board")
        number, _token = snapshots.freeze(demo, shared, NOW)
        report = Report(
            0,
            "R",
            7,
            blocks=(f"snapshot:{number}", "topics", "snapshot:999"),
            comments={"topics": "<b>My</b>\nwords"},
            notes={"topics": "say this"},
        )
        document = report_document(report, NOW)
    assert document.sections[0].title == shared.title
    assert document.sections[0].blocks[1:] == shared.sections[0].blocks
    assert document.sections[1].blocks[0] == Comment("<b>My</b>\nwords")
    assert document.sections[1].notes == "say this"
    assert isinstance(document.sections[2].blocks[0], Words)
    assert "removed" in document.sections[2].blocks[0].text
    assert "say this" not in file_of(document, "html").decode()
    assert "Jun 8\u2009–\u200914, 2026" in document.subtitle  # the last whole week


def test_periods_without_posts_make_documents_too(demo: Store) -> None:
    with speaking("fr"):
        document = report_document(Report(0, "R", 30, blocks=BLOCKS), NOW, (date(1999, 1, 1), date(1999, 1, 31)))
        for kind in ("html", "pdf", "pptx", "docx", "xlsx"):
            assert len(file_of(document, kind)) > 1_000, kind
    assert all(not isinstance(b, Quotes) or b.quotes for b in document.blocks())


def test_a_report_of_a_brand_watches_it(demo: Store) -> None:
    rival = next(b for b in reputation_reads.brands() if b.kind == "competitor")
    with speaking("en"):
        document = report_document(replace(Report(0, "R", 30, blocks=("reputation",)), brand=rival.id), NOW)
    assert rival.name in document.subtitle
    assert io.BytesIO(file_of(document, "pdf")).read(5) == b"%PDF-"


def test_an_older_edition_is_not_told_in_todays_trends(demo: Store) -> None:
    with speaking("en"):
        old = report_document(
            Report(0, "R", 30, blocks=("summary", "topics")), NOW, (date(2026, 5, 1), date(2026, 5, 31))
        )
        new = report_document(Report(0, "R", 30, blocks=("topics",)), NOW, (date(2026, 5, 17), date(2026, 6, 14)))
    told = [b.text for b in old.blocks() if isinstance(b, Words) and b.kind == "item"]
    assert any("in this period" in words for words in told)
    assert not any("in the last" in words for words in told)
    assert any("in the last" in b.text for b in new.blocks() if isinstance(b, Words))


@pytest.mark.parametrize(("lang", "days", "ago"), [("en", 7, 0), ("fr", 7, 28), ("en", 7, 63), ("fr", 30, 49)])
def test_a_document_of_a_period_quotes_that_period(demo: Store, lang: str, days: int, ago: int) -> None:
    until = NOW.date() - timedelta(days=ago)
    since = until - timedelta(days=days - 1)
    period = {"since": since.isoformat(), "until": until.isoformat()}
    with speaking(lang):
        document = report_document(Report(1, "R", days, lang=lang, blocks=BLOCKS), NOW, (since, until))
        pages = [frozen(page, period, NOW) for page in ("topics", "debates", "tools", "ideas", "overview")]
    quoted = [
        (quote.published_at.date(), quote.text)
        for one in (document, *pages)
        for block in one.blocks()
        if isinstance(block, Quotes)
        for quote in block.quotes
    ]
    assert [said for said in quoted if not since <= said[0] <= until] == []
    topics = next(section for section in document.sections if section.key == "topics")
    assert any(isinstance(block, Quotes) for block in topics.blocks)  # an older week has its own typical posts
