"""Dates of feeds: every form that names a day, in four languages, and no guess where none does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.feed.dates import is_month_first, moment_of
from sources.kinds.feeds import parse_feed

MOMENTS = st.integers(86_400, 5_680_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@settings(deadline=None)
@given(MOMENTS, OFFSETS)
def test_rfc_822_with_any_offset(moment: datetime, zone: timezone) -> None:
    assert moment_of(format_datetime(moment.astimezone(zone))) == moment


@settings(deadline=None)
@given(MOMENTS, OFFSETS, st.sampled_from(["T", " "]), st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_iso_8601_with_any_offset(moment: datetime, zone: timezone, between: str, precision: str) -> None:
    assert moment_of(moment.astimezone(zone).isoformat(between, precision)) == moment


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("mer., 06 mai 2026 10:00:00 +0200", "2026-05-06 08:00"),
        ("06 février 2026 10:00:00 +0100", "2026-02-06 09:00"),
        ("1er mai 2026 à 14h30", "2026-05-01 14:30"),
        ("Mi, 06 Mai 2026 10:00:00 +0200", "2026-05-06 08:00"),
        ("Dienstag, 5. Mai 2026 10:00 Uhr", "2026-05-05 10:00"),
        ("12. März 2026", "2026-03-12 00:00"),
        ("lun, 4 may 2026 10:00:00 +0000", "2026-05-04 10:00"),
        ("May 4, 2026, 10:00 am", "2026-05-04 10:00"),
        ("Mon, 04 May 2026 24:00:00 GMT", "2026-05-05 00:00"),
        ("Mon, 04 May 2026 10:00:00 America/New_York", "2026-05-04 14:00"),
        ("Thu, 31 Dec 2026 23:30:00 PST", "2027-01-01 07:30"),
        ("04/05/2026 10:00", "2026-05-04 10:00"),
        ("1777888800", "2026-05-04 10:00"),
        ("20260504T100000Z", "2026-05-04 10:00"),
    ],
)
def test_other_forms(text: str, right: str) -> None:
    moment = moment_of(text)
    assert moment is not None
    assert moment.strftime("%Y-%m-%d %H:%M") == right


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "2019",
        "20170203",
        "May 5",
        "3 days ago",
        "yesterday",
        "hier",
        "lundi",
        "10:00",
        "janvier 2026",
        "7f3a",
        "x",
        "32/13/2026",
        "Sat, 30 Feb 2026 10:00:00 GMT",
        "99999999999999",
        "-1",
        "0000-00-00 00:00:00",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "https://e.org/2019/05/17/story",
        "9" * 500,
    ],
)
def test_what_names_no_day_is_no_date(text: str) -> None:
    assert moment_of(text) is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_nothing_breaks_it(text: str) -> None:
    moment = moment_of(text)
    assert moment is None or 1970 <= moment.year <= 2200


def test_the_order_of_day_and_month_is_that_of_the_feed() -> None:
    assert is_month_first(["05/13/2026", "05/04/2026"])
    assert not is_month_first(["13/05/2026", "04/05/2026"])
    assert not is_month_first(["05/04/2026"])
    assert moment_of("05/04/2026", month_first=True) == datetime(2026, 5, 4, tzinfo=UTC)


def test_a_date_that_cannot_be_read_is_left_empty_and_counted() -> None:
    items = "".join(
        f"<item><guid>{n}</guid><title>t</title><pubDate>{d}</pubDate></item>"
        for n, d in enumerate(["soon", "2026-05-04", "Day 5"])
    )
    feed = parse_feed(
        f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode(), "https://e.org/f"
    )
    assert [post.published_at is None for post in feed.posts] == [True, False, True]
    assert feed.undated == 2
