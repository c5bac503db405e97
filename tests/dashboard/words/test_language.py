"""Numbers, dates and lengths of time as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.words.language import (
    _,
    ago,
    colon,
    count,
    current,
    date_format,
    day,
    gained,
    hundredths,
    in_quotes,
    moment,
    n_,
    percent,
    speaking,
    translations,
    typed_days,
    typeset,
    zone,
)

NOW = datetime(2026, 3, 7, 12, tzinfo=UTC)


def plain(words: str) -> str:
    return words.replace("\u202f", " ").replace("\xa0", " ")


def test_english_and_french_side_by_side() -> None:
    with speaking("en", "Europe/Paris"):
        assert (count(1_234.5, 1), percent(0.126), day(date(2026, 3, 7))) == ("1,234.5", "13%", "Mar 7, 2026")
        assert (moment(NOW), in_quotes("x"), colon()) == ("Mar 7, 2026, 13:00", "“x”", ": ")
    with speaking("fr", "Europe/Paris"):
        assert (plain(count(1_234.5, 1)), plain(percent(0.126))) == ("1 234,5", "13 %")
        assert (day(date(2026, 3, 7)), moment(NOW), plain(colon())) == ("7 mars 2026", "7 mars 2026, 13:00", " : ")


@pytest.mark.parametrize(
    ("lang", "region", "day_words", "chart"),
    [
        ("en", "", "Mar 7, 2026", "%b %d"),
        ("en", "US", "Mar 7, 2026", "%b %d"),
        ("en", "GB", "7 Mar 2026", "%d %b"),
        ("fr", "FR", "7 mars 2026", "%d/%m"),
        ("fr", "CA", "7 mars 2026", "%d/%m"),
        ("en", "../etc", "Mar 7, 2026", "%b %d"),
        ("en", "ZZ", "Mar 7, 2026", "%b %d"),
    ],
)
def test_dates_are_written_as_in_the_readers_region(lang: str, region: str, day_words: str, chart: str) -> None:
    with speaking(lang, "UTC", region):
        assert (day(NOW.date()), date_format()) == (day_words, chart)
        assert moment(NOW) == f"{day_words}, 12:00"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Est-ce sûr ?", "Est-ce sûr\xa0?"),
        ("« À répondre » : {n} %", "«\xa0À répondre\xa0»\xa0: {n}\xa0%"),
        ("L'essai d'aujourd'hui, de l'« URL »", "L’essai d’aujourd’hui, de l’«\xa0URL\xa0»"),
        ("10 000 posts en 2 500 jours, 12 34", "10\u202f000 posts en 2\u202f500 jours, 12 34"),
        ("source:, 'a', 0:00", "source:, 'a', 0:00"),
    ],
)
def test_french_is_set_as_it_is_printed(written: str, printed: str) -> None:
    assert typeset(written) == printed
    assert typeset(printed) == printed


def test_every_string_of_the_catalogue_is_set() -> None:
    held = translations("fr")
    assert held.gettext("How sure?") == "Est-ce sûr\xa0?"
    assert held.gettext("What moved it") == "Ce qui l’a fait bouger"
    assert "’" in held.ngettext("{n} new post has not been read yet.", "{n} new posts have not been read yet.", 2)


def test_zero_is_plural_in_english_and_singular_in_french() -> None:
    with speaking("en"):
        assert [n_("{n} post", "{n} posts", n) for n in (0, 1, 2)] == ["0 posts", "1 post", "2 posts"]
    with speaking("fr"):
        assert [n_("{n} post", "{n} posts", n) for n in (0, 1, 2)] == ["0 message", "1 message", "2 messages"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-60, "in a minute"),
        (90, "2 minutes ago"),
        (5_399, "90 minutes ago"),
        (5_400, "2 hours ago"),
        (129_600, "2 days ago"),
        (-7_200, "in 2 hours"),
    ],
)
def test_how_long_ago(seconds: int, words: str) -> None:
    with speaking("en"):
        assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_never_and_unknown_languages_and_zones() -> None:
    with speaking("xx", "Nowhere/Else"):
        assert current() == "en"
        assert zone() is UTC
        assert ago(None, NOW) == "never"
    with speaking("fr"):
        assert ago(None, NOW) == "jamais"


def test_no_line_breaks_inside_french_quotation_marks_or_before_high_signs() -> None:
    with speaking("fr"):
        assert in_quotes("Ana") == "«\xa0Ana\xa0»"
        assert colon() == "\xa0: "
        assert _("Wrong side?").endswith("\xa0?")
        assert n_("{n} post", "{n} posts", 2) == "2 messages"  # other spaces stay


def test_signs_of_numbers() -> None:
    with speaking("en"):
        assert (count(-27), percent(-0.19), percent(0.19)) == ("−27", "−19%", "19%")
        assert (gained(131, 100), gained(60, 100), gained(100, 100)) == ("+31%", "−40%", "0%")
        assert (hundredths() % 9, hundredths("+") % 31) == ("9%", "+31%")
    with speaking("fr"):
        assert (gained(3, 2), hundredths() % 9) == ("+50\xa0%", "9\xa0%")


@pytest.mark.parametrize(
    ("lang", "region", "typed"),
    [
        ("en", "", "DD/MM/YYYY"),
        ("en", "GB", "DD/MM/YYYY"),
        ("en", "US", "MM/DD/YYYY"),
        ("fr", "FR", "DD/MM/YYYY"),
        ("fr", "CA", "YYYY-MM-DD"),
    ],
)
def test_days_are_typed_as_in_the_readers_region(lang: str, region: str, typed: str) -> None:
    with speaking(lang, "UTC", region):
        assert typed_days() == typed
