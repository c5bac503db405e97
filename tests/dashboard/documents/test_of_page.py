"""Pages as documents, and what changed between two of them, on the demo community."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.documents.differences import differences
from dashboard.documents.frame import NotShareable
from dashboard.documents.of_page import frozen
from dashboard.files.table import file_of
from dashboard.reads import topics as topic_reads
from dashboard.words.language import percent, speaking
from data.models import NewPost
from data.models import whole as number_of
from data.posts.ingest import add_posts
from data.scope import Scope, page_number, scope_of
from data.sharing.document import Document, Figure, Figures, Section, packed, unpacked
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW

MONTH = Scope(NOW.date() - timedelta(days=29), NOW.date())


PAGES = [
    ("overview", {}),
    ("mentions", {}),
    ("mentions", {"view": "answer"}),
    ("mentions", {"view": "moderate"}),
    ("mentions", {"view": "quotes"}),
    ("mentions", {"q": "PDF", "langs": "fr"}),
    ("topics", {}),
    ("topics", {"view": "map"}),
    ("debates", {}),
    ("tools", {}),
    ("reputation", {}),
    ("reputation", {"view": "why"}),
    ("reputation", {"view": "why", "by": "source"}),
    ("reputation", {"view": "aspects"}),
    ("reputation", {"view": "actions"}),
    ("reputation", {"brand": "0"}),
    ("ideas", {}),
    ("calendar", {}),
    ("alerts", {}),
    ("people", {}),
    ("people", {"view": "places"}),
    ("sources", {}),
]
NAMES = ["-".join([page, *parameters.values()]) for page, parameters in PAGES]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("page", "parameters"), PAGES, ids=NAMES)
def test_every_page_freezes(demo: Store, page: str, parameters: dict[str, str], lang: str) -> None:
    with speaking(lang):
        document = frozen(page, parameters, NOW, note="Hello")
        assert document.sections
        assert document.note == "Hello"
        assert file_of(document, "html").decode().count("<h1>") == 1
        assert unpacked(packed(document)) == document


def test_one_of_each_kind_freezes(demo: Store) -> None:
    with speaking("en"):
        rows = topic_reads.topic_rows(MONTH, False)
        wanted = [("topics", {"topic": str(rows[0].topic.id)})]
        with demo.read() as connection:
            first = {
                table: connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar()
                for table in ("debate", "tool", "idea", "alert", "post")
            }
            debate = connection.exec_driver_sql("SELECT id FROM debate WHERE state = 'debate'").scalar()
        wanted += [("debates", {"debate": str(debate)}), ("tools", {"tool": str(first["tool"]), "days": "90"})]
        wanted += [("ideas", {"idea": str(first["idea"])}), ("alerts", {"alert": str(first["alert"])})]
        wanted += [("mentions", {"post": str(first["post"])})]
        for page, parameters in wanted:
            document = frozen(page, parameters, NOW)
            assert document.quotes(), page
            assert document.title, page


@given(st.text(max_size=30) | st.sampled_from(["²", "٣", "-1", "9" * 5_000, "0001-01-01", "9999-12-31"]))
def test_numbers_of_an_address_are_read_or_left_out(text: str) -> None:
    assert 1 <= page_number(text, 7) <= 7
    scope = scope_of(lambda _name: text, NOW.date())
    assert scope.since <= scope.until
    assert scope.topic is None or scope.topic == number_of(text)


@pytest.mark.parametrize(
    ("page", "parameters"),
    [
        ("activity", {}),
        ("reputation", {"view": "brands"}),
        ("mentions", {"view": "words"}),
        ("alerts", {"view": "rules"}),
        ("topics", {"topic": "99999"}),
        ("debates", {"debate": "99999"}),
        ("alerts", {"alert": "99999"}),
        ("mentions", {"post": "99999"}),
        ("ideas", {"view": "templates"}),
        ("../etc", {}),
    ],
)
def test_what_holds_nothing_is_not_frozen(demo: Store, page: str, parameters: dict[str, str]) -> None:
    with speaking("en"), pytest.raises(NotShareable):
        frozen(page, parameters, NOW)


def test_what_changed_since(demo: Store) -> None:
    with speaking("en"):
        before = frozen("mentions", {"q": "PDF"}, NOW)
        assert differences(before, frozen("mentions", {"q": "PDF"}, NOW)).rows == ()
        with demo.write() as connection:
            source, _ = add_source(connection, "feed", "https://new.example", NOW)
            add_posts(connection, source.id, [NewPost("feed", "n", "PDF again", "PDF again", published_at=NOW)], NOW)
        after = frozen("mentions", {"q": "PDF"}, NOW)
        rows = differences(before, after).rows
    posts = next(row for row in rows if row[1] == "Posts")
    assert int(posts[3].replace(",", "")) == int(posts[2].replace(",", "")) + 1
    assert posts[4] == "+1.00" or posts[4] == "+1"


def test_shares_move_in_points() -> None:
    def of(share: float) -> Document:
        blocks = (
            Figures(
                (Figure("Negative", percent(share), number=share), Figure("Net", "0", number=share)),
            ),
        )
        return Document("T", "", "en", "", (Section("", "S", blocks),))

    with speaking("en"):
        assert differences(of(0.284), of(0.546)).rows == (("S", "Negative", "28%", "55%", "+27 points"),)
        assert differences(of(0.55), of(0.54)).rows == (("S", "Negative", "55%", "54%", "−1 point"),)
