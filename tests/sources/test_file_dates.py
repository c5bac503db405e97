"""Dates of files: each written form beside its moment, the order of day and month beside what decides it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.files.dates import DateForm, Order, date_form, read_date

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
DAY, MONTH, NONE = DateForm("day"), DateForm("month"), DateForm("")


def read(text: Any, form: DateForm = NONE, zone: Any = UTC, hour: Any = "") -> str:
    moment = read_date(text, form, zone=zone, now=NOW, hour=hour)
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment is not None else ""


@pytest.mark.parametrize(
    ("text", "right"),
    [
        # English
        ("May 5, 2026, 2:15:30 PM", "2026-05-05 14:15:30"),
        ("May 5, 2026, 2:15:30\u202fPM", "2026-05-05 14:15:30"),
        ("Mai 05, 2026", "2026-05-05 00:00:00"),
        ("Friday, March 6th, 2026 at 5 PM", "2026-03-06 17:00:00"),
        ("6th of March 2026", "2026-03-06 00:00:00"),
        ("2:15 PM · May 5, 2026", "2026-05-05 14:15:00"),
        ("Sept. 4, 2026", "2026-09-04 00:00:00"),
        ("03-May-2026 12:05 AM", "2026-05-03 00:05:00"),
        ("Tues, 3 Mar 2026 12:05 p.m.", "2026-03-03 12:05:00"),
        # French
        ("1er mai 2026 à 14 h 30", "2026-05-01 14:30:00"),
        ("1er mai 2026 à 14h30", "2026-05-01 14:30:00"),
        ("dim. 3 mai 2026 21 h 15 min 03 s", "2026-05-03 21:15:03"),
        ("mar. 3 mars 2026", "2026-03-03 00:00:00"),
        ("14 févr. 2026", "2026-02-14 00:00:00"),
        ("14 fe\u0301vr. 2026", "2026-02-14 00:00:00"),
        ("3 août 2026 9 h", "2026-08-03 09:00:00"),
        ("jeudi 31 décembre 2025 à 23:59", "2025-12-31 23:59:00"),
        # German and others
        ("5. Mai 2026, 14:30", "2026-05-05 14:30:00"),
        ("Di., 3. März 2026 um 14.30 Uhr", "2026-03-03 14:30:00"),
        ("3. Mär 2026", "2026-03-03 00:00:00"),
        ("12 de octubre de 2026", "2026-10-12 00:00:00"),
        ("2026年5月4日 14:30", "2026-05-04 14:30:00"),
        # of machines
        ("Mon, 04 May 2026 10:00:00 GMT", "2026-05-04 10:00:00"),
        ("Mon, 4 May 2026 10:00:00 +0530", "2026-05-04 04:30:00"),
        ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10 20:19:24"),
        ("Mon May 04 00:00:00 UTC 2026", "2026-05-04 00:00:00"),
        ("Mon May 04 2026 10:00:00 GMT+0200 (Central European Summer Time)", "2026-05-04 08:00:00"),
        ("2026-05-03T21:15:00Z", "2026-05-03 21:15:00"),
        ("2026-05-03T21:15:00.123456789+02:00", "2026-05-03 19:15:00"),
        ("20260504T100000Z", "2026-05-04 10:00:00"),
        ("2026-05-07T15:04:05+02:00[Europe/Paris]", "2026-05-07 13:04:05"),
        ('="2026-05-07"', "2026-05-07 00:00:00"),
        ("'2026-05-07 15:04", "2026-05-07 15:04:00"),
        ("2026/03/04 9:05", "2026-03-04 09:05:00"),
        ("2026-5-3 24:00", "2026-05-04 00:00:00"),
        # zones
        ("2026-05-03 21:15:00 UTC", "2026-05-03 21:15:00"),
        ("2026-05-03 21:15:00 GMT+2", "2026-05-03 19:15:00"),
        ("2026-05-03 21:15:00 UTC-05:00", "2026-05-04 02:15:00"),
        ("2026-05-03 21:15:00 +0200", "2026-05-03 19:15:00"),
        ("2026-05-03 21:15:00+02", "2026-05-03 19:15:00"),
        ("2026-05-03 21:15:00 Europe/Paris", "2026-05-03 19:15:00"),
        ("2026-05-03 9:15 PM Pacific Time", "2026-05-04 04:15:00"),
        ("2026-12-03 9:15 PM Pacific Time", "2026-12-04 05:15:00"),
        ("2023-03-06 12:00:06 EST", "2023-03-06 17:00:06"),
        ("2023-07-08 08:30:00 EDT", "2023-07-08 12:30:00"),
        ("2026-05-03 21:15 CEST", "2026-05-03 19:15:00"),
        ("5 mai 2026 14:30 heure d’été d’Europe centrale", "2026-05-05 12:30:00"),
        # without a year: the last such day
        ("October 12", "2026-10-12 00:00:00"),
        ("12 octobre", "2026-10-12 00:00:00"),
        ("December 25", "2025-12-25 00:00:00"),
        ("29 février", "2024-02-29 00:00:00"),
        ("Nov 28, 18:00", "2025-11-28 18:00:00"),
    ],
)
def test_written_moments(text: str, right: str) -> None:
    assert read(text) == right


@pytest.mark.parametrize(
    "text",
    [
        *("", "12", "2026", "1714564800", "45765.58", "page 3", "May 2026", "May-26", "2026-W18-1", "yesterday"),
        *("12 h ago", "il y a 12 h", "12 May 2026 we saw", "2026-02-30", "2026-05-03 25:00", "2026-05-03 14:15 AM"),
        *("0001-01-01", "1900-01-00", "1970-01-01 00:00:00", "2062-01-01", "2026-05-03 10:00 XYZT", "23:40"),
        *("03/04/2026", "03-04-26 10:00", "32/13/2026", "5/2026", None, True, float("nan"), time(10, 0)),
    ],
)
def test_what_names_no_moment(text: Any) -> None:
    assert read(text) == ""


@pytest.mark.parametrize(
    ("text", "day", "month"),
    [
        ("03/04/2026", "2026-04-03", "2026-03-04"),
        ("3/4/26, 9:15 PM", "2026-04-03", "2026-03-04"),
        ("03-04-2026 10:00", "2026-04-03", "2026-03-04"),
        ("[03/04/2026, 21:15:02]", "2026-04-03", "2026-03-04"),
        ("13/04/2026", "2026-04-13", ""),
        ("04/13/2026", "", "2026-04-13"),
        ("2026-03-04", "2026-03-04", "2026-03-04"),
    ],
)
def test_day_or_month_first(text: str, day: str, month: str) -> None:
    assert (read(text, DAY)[:10], read(text, MONTH)[:10]) == (day, month)


def test_without_an_order_only_what_is_clear_is_read() -> None:
    assert [read(t)[:10] for t in ("03/04/2026", "13/04/2026", "04/13/2026", "04/04/2026")] == [
        *("", "2026-04-13", "2026-04-13", "2026-04-04")
    ]


SORTED_DAY = ["05/04/2026", "01/05/2026", "09/05/2026", "02/06/2026", "11/06/2026", "03/08/2026"]
SHUFFLED = ["09/05/2026", "05/04/2026", "11/06/2026", "01/05/2026", "03/08/2026", "02/06/2026"]
NEIGHBOURS = [f"{day:02}/11/2026 {hour:02}:{7 * day % 60:02}" for day in range(3, 9) for hour in (9, 21, 14)]


@pytest.mark.parametrize(
    ("values", "order", "why", "asks"),
    [
        (["03/04/2026", "13/04/2026"], "day", "rows", False),
        (["03/04/2026", "04/13/2026"], "month", "rows", False),
        (["13/04/2026"] * 30 + ["04/13/2026", "03/04/2026"], "day", "rows", False),
        (["13/04/2026", "04/13/2026", "03/04/2026"], "", "", True),
        (["03.04.2026"], "day", "dots", False),
        (["03.04.26, 21:15"], "day", "dots", False),
        (["04.13.2026", "03.04.2026"], "month", "rows", False),
        (["03/04/2026 18h05"], "day", "language", False),
        (["03/04/2026 à 18:05"], "day", "language", False),
        (["ven. 03/04/2026"], "day", "weekday", False),
        (["Wed 03/04/2026"], "month", "weekday", False),
        (["03/04/2026 2:15 PM", "05/04/2026 9:00 AM"], "", "", True),
        (["03/04/2026", "04/03/2026"], "", "", True),
        (["03/04/2026", "2026-05-03"], "", "", True),
        (["05/12/2026", "03/02/2026"], "month", "future", False),
        (["12/05/2026", "02/03/2026"], "day", "future", False),
        (["05/12/2026", "03/02/2027", "04/02/2027"], "", "", True),  # what is planned: the future says nothing
        (SORTED_DAY, "day", "sorted", False),
        (SORTED_DAY[::-1], "day", "sorted", False),
        ([f"{t[3:5]}/{t[:2]}/2026" for t in SORTED_DAY], "month", "sorted", False),
        (SORTED_DAY[:3], "", "", True),  # three dates are in some order by chance
        (SHUFFLED, "", "", True),
        ([t.replace("2026", "2025") for t in NEIGHBOURS], "day", "dense", False),
        ([f"{t[3:5]}/{t[:2]}/2025{t[10:]}" for t in NEIGHBOURS], "month", "dense", False),
        ([f"{day:02}/11/2025" for day in range(3, 9)], "", "", True),  # six days, or the 11th of six months
        (["04/04/2026", "05/05/2026"], "", "", False),  # nothing to ask
        (["2026-03-04", "5 mai 2026"], "", "", False),
    ],
)
def test_what_decides_the_order(values: list[str], order: str, why: str, asks: bool) -> None:
    form = date_form(values, now=NOW, named_date=True)
    assert form is not None
    assert (form.order, form.why, form.asks) == (order, why, asks)


@pytest.mark.parametrize(
    ("values", "given", "order"),
    [
        (["10/03/2026", "10/05/2026"], "month", "month"),
        (["10/03/2026", "10/05/2026"], "day", "day"),
        (["13/05/2026", "10/05/2026"], "month", "day"),  # the rows make it impossible
        (SORTED_DAY, "month", "month"),
    ],
)
def test_a_given_order_holds_unless_it_is_impossible(values: list[str], given: Order, order: str) -> None:
    form = date_form(values, now=NOW, named_date=True, order=given)
    assert form is not None
    assert form.order == order
    assert not form.asks


def _serial(moment: datetime) -> float:
    return (moment - datetime(1899, 12, 30, tzinfo=UTC)) / timedelta(days=1)


MOMENT = datetime(2026, 5, 3, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        (_serial(MOMENT), "2026-05-03 21:15:00"),
        ("46145.8854166667", "2026-05-03 21:15:00"),
        ("46145,8854166667", "2026-05-03 21:15:00"),
        (46145, "2026-05-03 00:00:00"),
        (int(MOMENT.timestamp()), "2026-05-03 21:15:00"),
        ("1777842900", "2026-05-03 21:15:00"),
        ("1777842900.0", "2026-05-03 21:15:00"),
        ("1777842900000", "2026-05-03 21:15:00"),
        (1777842900000000, "2026-05-03 21:15:00"),
        ("20260503", "2026-05-03 00:00:00"),
        ("20260503211500", "2026-05-03 21:15:00"),
    ],
)
def test_numbers_are_dates_where_the_header_says_so(value: Any, right: str) -> None:
    form = date_form([value] * 3, now=NOW, named_date=True)
    assert form is not None
    assert read(value, form) == right
    assert date_form([value] * 3, now=NOW, named_date=False) is None


@pytest.mark.parametrize(
    "values",
    [
        *([1, 2, 3], ["2026", "2025"], [2024, 2025, 2026], ["12000", "13400"], [1e300, float("inf")], [True, False]),
        *([46145, 12, 7], ["1.9E+18"] * 3, ["", None, "N/A"], [], ["Paris", "Lyon"], ["10:15", "23:40"]),
    ],
)
def test_numbers_and_words_that_are_no_dates(values: list[Any]) -> None:
    assert date_form(values, now=NOW, named_date=True) is None


def test_serials_are_in_the_zone_of_the_file_and_seconds_since_1970_in_utc() -> None:
    form = date_form([46145.5], now=NOW, named_date=True)
    assert form is not None
    assert read(46145.5, form, PARIS) == "2026-05-03 10:00:00"
    form = date_form([1777842900], now=NOW, named_date=True)
    assert form is not None
    assert read(1777842900, form, PARIS) == "2026-05-03 21:15:00"


def test_some_empty_and_some_unreadable_values_do_not_hide_a_date_column() -> None:
    values = ["2026-05-01", "n/a", "", "-", "soon", "2026-05-02", 46145, None]
    assert date_form(values, now=NOW, named_date=True) is not None
    assert date_form(values, now=NOW, named_date=False) is None  # 2 of 4
    assert date_form(["2026-05-01"] * 9 + ["soon"], now=NOW, named_date=False) is not None
    assert date_form(["October 12"] * 9, now=NOW, named_date=False) is None


def test_cells_that_are_dates_pass_through() -> None:
    assert read(datetime(2026, 5, 3, 21, 15), zone=PARIS) == "2026-05-03 19:15:00"  # noqa: DTZ001
    assert read(datetime(2026, 5, 3, 21, 15, tzinfo=UTC), zone=PARIS) == "2026-05-03 21:15:00"
    assert read(date(2026, 5, 3), zone=PARIS) == "2026-05-02 22:00:00"


def test_times_that_a_change_of_clocks_leaves_out_or_doubles() -> None:
    assert read("2026-03-29 02:30", zone=PARIS) == "2026-03-29 01:30:00"
    assert read("2026-10-25 02:30", zone=PARIS) == "2026-10-25 00:30:00"


def test_cells_that_a_spreadsheet_turned_round() -> None:
    cells = [datetime(2026, month, 5, 10) for month in range(1, 9)]  # noqa: DTZ001 - the 1st to the 8th of May
    form = date_form([*cells, "13/05/2026 10:00", "14/05/2026 10:00"], now=NOW, named_date=True)
    assert form is not None
    assert form.swapped
    assert read(cells[2], form) == "2026-05-03 10:00:00"
    sound = date_form([*cells, datetime(2026, 5, 20), "13/05/2026"], now=NOW, named_date=True)  # noqa: DTZ001
    assert sound is not None
    assert not sound.swapped


@pytest.mark.parametrize(
    ("first", "right"),
    [
        (["26/05/03", "26/05/12", "26/05/31"], "2026-05-03"),
        (["26/05/03", "26/05/12", "26/05/14", "26/06/01"], "2026-05-03"),
        (["26/05/26", "27/05/26", "30/05/26"], "2026-05-26"),
    ],
)
def test_two_digits_for_a_year_that_comes_first(first: list[str], right: str) -> None:
    form = date_form(first, now=NOW, named_date=True)
    assert form is not None
    assert read(first[0], form)[:10] == right


@pytest.mark.parametrize(
    ("hour", "right"),
    [
        ("23:40", "23:40:00"),
        ("11:40 PM", "23:40:00"),
        ("23h40", "23:40:00"),
        ("23:40:07 EST", "04:40:07"),
        ("2340", "23:40:00"),
        (23, "23:00:00"),
        ("0.5", "12:00:00"),
        (0.986111111111111, "23:40:00"),
        (time(23, 40), "23:40:00"),
        (timedelta(hours=23, minutes=40), "23:40:00"),
        (datetime(1899, 12, 31, 23, 40), "23:40:00"),  # noqa: DTZ001
        ("", "00:00:00"),
        ("evening", "00:00:00"),
    ],
)
def test_a_separate_hour_column(hour: Any, right: str) -> None:
    for day in ("2026-05-01", "1 mai 2026", date(2026, 5, 1), datetime(2026, 5, 1), "2026-05-01 00:00:00"):  # noqa: DTZ001
        assert read(day, hour=hour)[11:] == right
    assert read("2026-05-01 08:00", hour=hour)[11:] == "08:00:00"


# Properties

MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2026, 11, 1)).map(lambda m: m.replace(microsecond=0))  # noqa: DTZ001
ZONES = st.sampled_from([UTC, PARIS, ZoneInfo("America/New_York"), timezone(timedelta(hours=5, minutes=30))])


def _slashed(pattern: str) -> Callable[[datetime], str]:
    return lambda moment: moment.strftime(pattern)


def _babel(language: str, pattern: str) -> Callable[[datetime], str]:
    from babel.dates import format_datetime

    return lambda moment: str(format_datetime(moment, pattern, locale=language))


FORMS: dict[str, tuple[str, Callable[[datetime], str]]] = {
    "slashed, day": ("day", _slashed("%d/%m/%Y %H:%M:%S")),
    "slashed, month": ("month", _slashed("%m/%d/%Y %I:%M:%S %p")),
    "short, month": ("month", _slashed("%m/%d/%y, %I:%M:%S\u202f%p")),
    "dashed, day": ("day", _slashed("%d-%m-%Y %H:%M:%S")),
    "dotted": ("day", _slashed("%d.%m.%Y, %H:%M:%S")),
    "iso": ("", _slashed("%Y-%m-%d %H:%M:%S")),
    "year first": ("", _slashed("%Y/%m/%d %H:%M:%S")),
    "ctime": ("", _slashed("%a %b %d %H:%M:%S %Y")),
    "compact": ("", _slashed("%Y%m%d%H%M%S")),
    "english": ("", _babel("en", "MMMM d, y 'at' h:mm:ss a")),
    "british": ("", _babel("en_GB", "EEE, d MMM y, HH:mm:ss")),
    "french": ("", _babel("fr", "EEEE d MMMM y 'à' HH:mm:ss")),
    "short french": ("", _babel("fr", "d MMM y, HH 'h' mm 'min' ss 's'")),
    "german": ("", _babel("de", "EEEE, d. MMMM y 'um' HH:mm:ss")),
    "short german": ("", _babel("de", "d. MMM y, HH:mm:ss")),
    "spanish": ("", _babel("es", "d 'de' MMMM 'de' y, H:mm:ss")),
    "italian": ("", _babel("it", "d MMMM y 'alle' HH:mm:ss")),
}


@pytest.mark.parametrize("name", FORMS)
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**9), zone=ZONES, years=st.integers(1, 15))
def test_a_column_reads_back_as_it_was_written(name: str, seed: int, zone: Any, years: int) -> None:
    order, write = FORMS[name]
    draw = random.Random(seed)
    moments = [
        datetime.fromtimestamp(int(NOW.timestamp()) - draw.randrange(365 * 86_400 * years), zone) for _ in range(40)
    ]
    form = date_form([write(m) for m in moments], now=NOW, named_date=True)
    assert form is not None
    assert form.order in (order, "")
    for moment in moments:
        got = read_date(write(moment), form, zone=zone, now=NOW)
        if form.order == order:
            assert got is not None
            assert got.astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None)
        else:
            assert got is None or got == moment.astimezone(UTC)


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(FORMS)))
def test_a_column_says_the_same_in_any_order_of_its_rows(seed: int, name: str) -> None:
    draw = random.Random(seed)
    texts = [FORMS[name][1](NOW - timedelta(minutes=draw.randrange(1_500_000))) for _ in range(40)]
    one, other = (
        date_form(draw.sample(texts, len(texts)), now=NOW, named_date=True),
        date_form(texts, now=NOW, named_date=True),
    )
    if one is None or other is None or "sorted" not in (one.why, other.why):
        assert one == other


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(["EST", "PDT", "CET", "CEST", "UTC", "GMT", "+0530", "-03:00", "Z", "Europe/Berlin"]))
def test_a_zone_means_the_same_after_every_form(moment: datetime, zone: str) -> None:
    texts = [moment.strftime(p) for p in ("%Y-%m-%d %H:%M:%S", "%d %B %Y %H:%M:%S", "%B %d, %Y, %I:%M:%S %p")]
    assert len({read(f"{text} {zone}") for text in texts} | {read(f"{moment:%Y-%m-%d %H:%M:%S}  ({zone})")}) == 1


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=200), st.text("0123456789/-.:, apmhTZ+eniruécot", max_size=40)))
def test_no_text_breaks_the_reading(text: str) -> None:
    form = date_form([text, text], now=NOW, named_date=True)
    for chosen in (form or DAY, DateForm("month", serial=True), DateForm("", epoch="us"), DateForm("", compact=True)):
        moment = read_date(text, chosen, zone=PARIS, now=NOW, hour=text)
        assert moment is None or (moment.tzinfo is UTC and 1980 <= moment.year <= 2027)


@pytest.mark.parametrize("piece", ["1", "1/", "1 h ", "a.m.", "(", "+02:00", "mai ", "é", "\u202f", "5 mai 2026 "])
def test_long_texts_are_refused_at_once(piece: str) -> None:
    assert read((piece * 10_000)[:10_000]) == ""
    read((piece * 80)[:80])
