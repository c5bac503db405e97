"""One thing has one figure: whatever a document says of the people of its period is the same number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta

import pytest

from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame
from dashboard.documents.people import people
from dashboard.documents.summary import summary
from dashboard.reads import cache
from dashboard.words.language import speaking
from data.scope import Scope
from data.store import Store
from tests.conftest import NOW


@pytest.fixture(params=[30, 20, 7])
def frame(request: pytest.FixtureRequest, demo_store: Store) -> Iterator[Frame]:
    """The demo over some days, whole weeks and not."""
    last = NOW.date() - timedelta(days=1)
    with cache.one_record(demo_store.url), speaking("en"):
        yield Frame(Scope(last - timedelta(days=request.param - 1), last), frames.own_brand(), "pseudonyms", NOW)


def words_of(value: object) -> Iterator[str]:
    """Every text of a section."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from words_of(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))


def test_a_report_counts_its_people_once(frame: Frame) -> None:
    told = " ".join([*words_of(summary(frame)), *words_of(people(frame))])
    counts = [number.replace(",", "") for number in re.findall(r"([\d,]+) (?:people|person)\b", told)]
    figure = next(b for block in summary(frame).blocks for b in getattr(block, "items", ()) if b.label == "People")
    assert len(counts) >= 2
    assert set(counts) == {figure.value.replace(",", "")}
