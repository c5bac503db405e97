"""Sections of documents of a record without posts: they say that there is nothing, and never fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard.documents.differences import differences
from dashboard.documents.frame import Frame, NotShareable
from dashboard.documents.method import coverage, method
from dashboard.documents.of_calendar_item import calendar
from dashboard.documents.people import communities
from dashboard.documents.posts import latest, mentions, thread
from dashboard.documents.reputation import drivers
from dashboard.documents.sources import followed_words, sources
from dashboard.documents.summary import summary
from dashboard.documents.tools import tool_section
from dashboard.documents.verbatims import verbatims
from dashboard.reads import cache
from dashboard.words.language import speaking
from data.models import Brand
from data.reputation.brands import save_brand
from data.scope import Scope
from data.sharing.document import Chart, Document, Figure, Figures, Section, Table, Words
from data.source_list import add_source, update_source
from data.store import Store
from tests.conftest import NOW

WEEK = Scope(NOW.date() - timedelta(days=6), NOW.date())


@pytest.fixture
def frame(store: Store) -> Iterator[Frame]:
    """A frame of an empty record."""
    with cache.one_record(store.url):
        yield Frame(WEEK, None, "pseudonyms", NOW)


@pytest.mark.parametrize(("lang", "told"), [("en", "Nothing unusual."), ("fr", "Rien d’inhabituel.")])
def test_an_empty_week_has_nothing_unusual(frame: Frame, lang: str, told: str) -> None:
    with speaking(lang):
        section = summary(frame)
    words = [block.text.replace("'", "’") for block in section.blocks if isinstance(block, Words)]
    assert words[-1] == told
    assert words[0].startswith("0 ")


def test_the_posts_of_one_brand_are_ones_own_unless_another_is_chosen(frame: Frame) -> None:
    own = Brand(3, "Acme", True)
    assert frame.of_brand == WEEK
    assert replace(frame, brand=own).of_brand.brand == 3
    assert replace(frame, brand=own, scope=replace(WEEK, brand=5)).of_brand.brand == 5
    assert replace(frame, brand=own, scope=replace(WEEK, brand=0)).of_brand.brand == 0


@pytest.mark.parametrize(
    ("lang", "number", "told"),
    [
        ("en", 0, "0 sources were followed."),
        ("en", 1, "1 source was followed."),
        ("fr", 1, "1 source était suivie."),
        ("fr", 2, "2 sources étaient suivies."),
    ],
)
def test_sources_are_counted_as_the_language_does(lang: str, number: int, told: str) -> None:
    with speaking(lang):
        assert followed_words(number) == told


def test_removed_sources_are_not_followed(frame: Frame, store: Store) -> None:
    with store.write() as connection:
        add_source(connection, "feed", "http://a.example", NOW, title="Kept")
        gone, _made = add_source(connection, "feed", "http://b.example", NOW, title="Gone")
        update_source(connection, gone.id, state="removed")

    with speaking("en"):
        lead, table = sources(frame).blocks
        assert isinstance(lead, Words)
        assert isinstance(table, Table)
        assert [row[0] for row in table.rows] == ["Kept"]
        assert lead.text == coverage(frame)[0] == "1 source was followed."


@pytest.mark.parametrize("names", ["pseudonyms", "names", "none"])
def test_the_method_says_who_appears(frame: Frame, names: str) -> None:
    with speaking("en"):
        last = method(replace(frame, names=names))[-1]
    assert {"pseudonyms": "pseudonyms", "names": "the names that they gave", "none": "not named"}[names] in last


def test_what_holds_nothing_says_so_or_is_not_shared(frame: Frame, store: Store) -> None:
    save_brand(store, Brand(0, "Acme", True))
    with speaking("en"):
        assert len(calendar().blocks) == 1
        assert [block for block in communities(frame).blocks if isinstance(block, Table) and block.rows] == []
        assert len(drivers(frame, "topic").blocks) == 1
        assert [type(block) for block in latest(frame, WEEK, 5).blocks] == [Words]
        assert [section.key for section in mentions(frame, {})] == ["figures", "posts"]
        assert [section.key for section in mentions(frame, {"view": "moderate"})] == ["moderate"]
        assert [section.key for section in mentions(frame, {"view": "spreads"})] == ["spreads"]
        assert len(verbatims(frame).blocks) == 1
        for missing in (lambda: thread(frame, 99), lambda: tool_section(frame, 99)):
            with pytest.raises(NotShareable):
                missing()


def of(*blocks: Figures | Chart) -> Document:
    return Document("T", "", "en", "", (Section("s", "Section", blocks),))


def test_differences_are_of_figures_and_rows_of_charts_by_name() -> None:
    def bars(title: str, **values: float) -> Chart:
        return Chart("bars", title, "", tuple(values), (("Posts", tuple(values.values())),))

    before = of(Figures((Figure("Posts", "10", "", 10), Figure("Gone", "1", "", 1))), bars("By name", Ana=3, Bo=1))
    after = of(Figures((Figure("Posts", "8", "", 8),)), bars("By name", Ana=3, Cy=2))
    with speaking("en"):
        table = differences(before, after)
        assert [(row[1], row[2], row[3], row[4]) for row in table.rows] == [
            ("Posts", "10", "8", "−2"),
            ("Gone", "1", "–", "–"),
            ("Bo", "1", "–", "–"),
            ("Cy", "–", "2", "–"),
        ]
        assert differences(before, before).rows == ()
        assert differences(before, before).note == "Nothing has changed."
