"""How we are seen, as pages, documents and the API read it, over the demo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dashboard.reads import cache, reputation
from data.models import Brand
from data.reputation.brands import save_brand
from data.scope import Scope
from data.store import Store
from tests.conftest import NOW


@pytest.fixture
def of_the_demo(demo_store: Store) -> Iterator[None]:
    with cache.one_record(demo_store.url):
        yield


def last(days: int, brand: int | None = None) -> Scope:
    return Scope(NOW.date() - timedelta(days=days - 1), NOW.date(), brand=brand)


@pytest.mark.usefixtures("of_the_demo")
def test_shares_of_voice_add_up_to_one() -> None:
    month = last(30)
    shares = reputation.voice_shares(month.since, month.until)
    assert shares.comparable
    assert shares.posts == sum(voice.posts for voice in shares.voices) <= shares.named
    assert abs(sum(voice.share.value for voice in shares.voices) - 1) < 1e-9
    assert [voice.brand.is_own for voice in shares.voices].count(True) == 1
    assert reputation.voice_shares_last_year(month) is None


@pytest.mark.usefixtures("of_the_demo")
@pytest.mark.parametrize(("days", "step", "points"), [(14, 1, 14), (15, 7, 3), (181, 28, 7)])
def test_net_sentiment_by_the_day_the_week_or_four_weeks(days: int, step: int, points: int) -> None:
    own = reputation.own_brand()
    assert own is not None
    scope = last(days, own.id)
    series = reputation.net_series(scope)
    assert (series.step, len(series.days), len(series.estimates)) == (step, points, points)
    assert series.days[0] == scope.since
    assert series.days[-1] == scope.since + timedelta(days=step * (points - 1))
    toned = sum(sum(tones[:3]) for tones in reputation.seen(scope).days)
    assert sum(estimate.posts for estimate in series.estimates) == toned


def test_nothing_is_compared_in_an_empty_record(store: Store) -> None:
    with cache.one_record(store.url):
        assert reputation.own_brand() is None
        empty = reputation.voice_shares(NOW.date(), NOW.date())
        assert (empty.voices, empty.posts, empty.comparable) == ((), 0, False)
        assert reputation.voice_shares_last_year(Scope(NOW.date(), NOW.date())) is None


def test_our_own_name_comes_before_our_products(store: Store) -> None:
    save_brand(store, Brand(0, "Product", True, kind="product"))
    save_brand(store, Brand(0, "Rival", False, kind="competitor"))
    with cache.one_record(store.url):
        product = reputation.own_brand()
        assert product is not None
        assert product.name == "Product"
        shares = reputation.voice_shares(NOW.date(), NOW.date())
        assert [voice.brand.name for voice in shares.voices] == ["Rival"]  # a product is no brand of its own
        assert not shares.comparable
    save_brand(store, Brand(0, "Us", True, kind="own"))
    with cache.one_record(store.url):
        own = reputation.own_brand()
        assert own is not None
        assert own.name == "Us"
