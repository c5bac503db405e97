"""Counts of files: each written form beside its number, the decimal sign of a column beside what shows it."""

from __future__ import annotations

from typing import Any

import pytest
from babel.numbers import format_compact_decimal, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.files.numbers import NumberForm, number_form, read_number

NONE = NumberForm()


@pytest.mark.parametrize(
    ("value", "right"),
    [
        *(
            ("12", 12),
            (" 12 ", 12),
            ("0", 0),
            ("-5", -5),
            ("\u22125", -5),
            ("+5", 5),
            (12, 12),
            (1200.0, 1200),
            (-3.0, -3),
        ),
        *(("1 234", 1234), ("1\u202f234", 1234), ("1\u00a0234\u00a0567", 1234567), ("1'234", 1234), ("1’234", 1234)),
        *(("1,234", 1234), ("45,678", 45678), ("3.400", 3400), ("1.234.567", 1234567), ("12,34,567", 1234567)),
        *(("12.0", 12), ("1,234.0", 1234), ("1.234,0", 1234), ("1 234,00", 1234), ("1’234.00", 1234)),
        *(("1.2K", 1200), ("1,2 k", 1200), ("1,2 K", 1200), ("1,2\u202fk", 1200), ("18K", 18000), ("-1.5k", -1500)),
        *(("3.4M", 3400000), ("2,5 M", 2500000), ("2 Mio", 2000000), ("2 Mio.", 2000000), ("1,1 Mrd.", 1100000000)),
        *(("≈ 1.2k", 1200), ("~900", 900), ("1K+", 1000), ("1,000+", 1000), ("12 likes", 12), ("1.2K views", 1200)),
        *(("3,4 k vues", 3400), ("1 like", 1), ("1e3", 1000), ("1,23E+05", 123000)),
        # no counts
        *(("", None), (None, None), ("-", None), ("--", None), ("N/A", None), ("n/a", None), ("none", None)),
        *(("1.5", None), (1.5, None), ("0.412", None), ("12%", None), ("12 %", None), ("<10", None), (">1000", None)),
        *(("$12", None), ("12 €", None), ("44 s", None), ("3 min", None), ("2 h", None), ("12 May", None)),
        *((True, None), ("True", None), (float("nan"), None), (float("inf"), None), (10**20, None), ("1E+18", None)),
        *(("12 34", None), ("1,,2", None), ("1.2.3", None), ("1-2", None), ("2026-05-03", None), ("½", None)),
        *(("5²", None), ("1.234K", None), ("10:15", None), ("K", None), ("1.2.3K", None), ("9" * 50, None)),
    ],
)
def test_counts(value: Any, right: int | None) -> None:
    assert read_number(value, NONE) == right


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (["3.400", "1.200"], ""),
        (["1 234", "12"], ""),
        (["1,234.5", "12"], "."),
        (["1,2 k", "3.400"], ""),  # a rounded number says nothing of a whole one
        (["12,0", "3.400"], ","),
        (["0.412", "3.400"], "."),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["12,34,567"], "."),
        (["0.5", "0,5"], "both"),
        (["0.5"] * 30 + ["0,5"], "."),
        ([1.5, None, "", "words, and more."], ""),
    ],
)
def test_the_decimal_sign_of_a_column(values: list[Any], decimal: str) -> None:
    assert number_form(values).decimal == decimal
    assert number_form(values[::-1]).decimal == decimal


@pytest.mark.parametrize(
    ("value", "decimal", "right"),
    [
        ("3.400", "", 3400),
        ("3.400", ",", 3400),
        ("3.400", ".", None),  # 3.4 is no count
        ("3.000", ".", 3),
        ("3.400", "both", None),
        ("3,400", ".", 3400),
        ("1.234K", ".", 1234),
        ("1.234K", ",", 1234000),
        ("1.2K", ",", 1200),
    ],
)
def test_what_the_column_says_of_a_number_with_two_meanings(value: str, decimal: Any, right: int | None) -> None:
    assert read_number(value, NumberForm(decimal)) == right


LANGUAGES = ["en", "en_IN", "fr", "fr_CH", "de", "de_CH", "es", "it", "pt_BR", "sv", "pl"]


@settings(deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30), st.sampled_from(LANGUAGES))
def test_whole_numbers_read_back_in_each_language(numbers: list[int], language: str) -> None:
    texts = [format_decimal(n, locale=language) for n in numbers]
    form = number_form(texts)
    assert [read_number(t, form) for t in texts] == numbers


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30), st.sampled_from(LANGUAGES))
def test_numbers_with_empty_decimals_read_back_in_each_language(numbers: list[int], language: str) -> None:
    texts = [format_decimal(n, "#,##0.00", locale=language) for n in numbers]
    form = number_form(texts)
    assert [read_number(t, form) for t in texts] == numbers


@settings(deadline=None)
@given(st.integers(0, 9_999), st.sampled_from(["en", "fr", "de", "sv"]), st.sampled_from([100, 100_000]))
def test_rounded_numbers_read_back(number: int, language: str, step: int) -> None:
    if language == "de" and step == 100:
        return  # German writes thousands in full
    count = number * step
    text = format_compact_decimal(count, format_type="short", locale=language, fraction_digits=1)
    if text.endswith(("tn", "T")) or "md mn" in text:
        return
    read = read_number(text, NONE)
    assert read is not None
    assert abs(read - count) <= count * 0.05


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(st.text(max_size=60), st.text("0123456789., 'kKM-+e%", max_size=40)),
    st.sampled_from(["", ".", ",", "both"]),
)
def test_no_text_breaks_the_reading(text: str, decimal: Any) -> None:
    number_form([text])
    number = read_number(text, NumberForm(decimal))
    assert number is None or abs(number) < 10**15


def test_long_texts_are_refused_at_once() -> None:
    for piece in ("1", "1,", "1 ", "k", "'"):
        assert read_number((piece * 10_000)[:10_000], NONE) is None
        read_number((piece * 40)[:40], NONE)
