"""How we are seen, in a document, over the demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dashboard.documents.frame import Frame
from dashboard.documents.reputation import actions, aspects, reputation
from dashboard.reads import cache
from dashboard.reads import reputation as reputation_reads
from dashboard.words.actions import effects_of
from dashboard.words.language import speaking
from data.scope import Scope
from data.sharing.document import Chart, Figures, Words
from data.store import Store
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def of_the_demo(demo_store: Store) -> Iterator[None]:
    with cache.one_record(demo_store.url):
        yield


def frame(days: int = 30, ago: int = 0) -> Frame:
    until = NOW.date() - timedelta(days=ago)
    own = reputation_reads.own_brand()
    scope = Scope(until - timedelta(days=days - 1), until, brand=own.id if own else None)
    return Frame(scope, own, "pseudonyms", NOW)


def test_figures_and_charts_are_those_of_the_page() -> None:
    held = frame()
    seen, series = reputation_reads.seen(held.scope), reputation_reads.net_series(held.scope)
    shares = reputation_reads.voice_shares(held.scope.since, held.scope.until)
    with speaking("en"):
        section = reputation(held)
    (figures,) = [block for block in section.blocks if isinstance(block, Figures)]
    assert [figure.number for figure in figures.items[:2]] == [seen.change.after.net.value, seen.posts]
    charts = {block.title: block for block in section.blocks if isinstance(block, Chart)}
    assert charts["Net sentiment over time"].categories == tuple(at.isoformat() for at in series.days)
    voice = charts["Share of voice"]
    assert voice.series[0][1] == tuple(v.share.value for v in shares.voices)
    assert voice.categories[voice.marked[0]] == (held.brand.name if held.brand else "")


def test_what_we_did_is_told_from_the_first_to_the_last() -> None:
    held = frame(days=90)
    logged = sorted(reputation_reads.actions(held.scope.since, held.scope.until), key=lambda item: item.at)
    assert logged
    with speaking("fr"):
        words = [block for block in actions(held).blocks if isinstance(block, Words)]
        assert [w.text for w in words if w.kind == "heading"] == [item.title for item in logged]
        assert [w.text for w in words if w.kind == "item"] == [line for item in logged for line in effects_of(item)]


def test_an_empty_period_says_so() -> None:
    old = frame(ago=3_000)
    with speaking("en"):
        told = [str(getattr(s.blocks[0], "text", "")) for s in (reputation(old), aspects(old), actions(old))]
    assert told == [
        "No post in this period.",
        "Too few posts speak of an aspect in this period.",
        "Nothing logged in this period.",
    ]
