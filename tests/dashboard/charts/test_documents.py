"""Charts of documents as Altair describes them: marks, rooms and axes by kind; no drawing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dashboard.charts.days import day_format, days_written, ticks
from dashboard.charts.documents import altair_chart
from dashboard.charts.drawing import svg_of, width_of
from dashboard.charts.paper import PHONE
from data.sharing.document import Chart

DAYS = ("2026-06-13", "2026-06-14", "2026-06-15")
BARS = Chart("bars", "By name", "", ("Ana", 'Bo\'s "x"'), (("Posts", (3.0, 1.0)),))


def spec(chart: Chart, lang: str = "en", *, paper: bool = True) -> dict[str, Any]:
    made: dict[str, Any] = altair_chart(chart, lang, paper=paper).to_dict()
    return made


def marks(made: dict[str, Any]) -> list[str]:
    return [layer["mark"]["type"] for layer in made.get("layer", [made])]


@pytest.mark.parametrize(
    ("chart", "wanted"),
    [
        (Chart("days", "", "", DAYS, (("Posts", (1.0, 9.0, 2.0)),), marked=(1,)), ["bar", "point"]),
        (Chart("tones", "", "", DAYS, (("Negative", (1.0, 0.0, 2.0)), ("Positive", (0.0, 3.0, 1.0)))), ["bar"]),
        (
            Chart("band", "", "", DAYS, (("Net", (0.1, 0.2, None)),), (0.0, 0.1, None), (0.2, 0.3, None)),
            ["rule", "area", "line"],
        ),
        (BARS, ["bar", "text"]),
        (replace(BARS, low=(2.0, 0.5), high=(4.0, 2.0)), ["bar", "rule", "text"]),
        (replace(BARS, kind="whiskers", low=(-1.0, 0.5), high=(4.0, 2.0)), ["rule", "circle", "text"]),
    ],
)
def test_each_kind_has_its_marks(chart: Chart, wanted: list[str]) -> None:
    assert marks(spec(chart)) == wanted


def test_days_are_written_as_the_language_does() -> None:
    chart = Chart("days", "", "", DAYS, (("Posts", (1.0, 9.0, 2.0)),))
    formats = [spec(chart, lang)["layer"][0]["encoding"]["x"]["axis"]["format"] for lang in ("en", "fr")]
    assert formats == ["%b %d", "%d/%m"]


@pytest.mark.parametrize("kind", ["days", "band"])
def test_no_mark_stands_outside_the_period(kind: str) -> None:
    days = tuple((date(2026, 6, 1) + timedelta(n)).isoformat() for n in range(0, 31, 7))
    nets = (0.1, 0.2, 0.3, 0.1, 0.0)
    drawn = svg_of(Chart(kind, "", "", days, (("Net", nets),), (0.0,) * 5, (0.4,) * 5), "fr")
    told = re.findall(r">(\d\d/\d\d)<", drawn)
    assert told == ["01/06", "08/06", "15/06", "22/06", "29/06"]


def test_a_bar_of_a_week_is_no_thread() -> None:
    weeks = tuple((date(2023, 1, 2) + timedelta(7 * n)).isoformat() for n in range(100))
    chart = Chart("days", "", "", weeks, (("Posts", (5.0,) * 100),))
    assert spec(chart)["layer"][0]["mark"]["size"] == pytest.approx(5.12)
    assert "size" not in spec(replace(chart, categories=DAYS, series=(("Posts", (5.0,) * 3),)))["layer"][0]["mark"]


def test_a_period_of_years_says_which() -> None:
    days = tuple((date(2023, 1, 2) + timedelta(7 * n)).isoformat() for n in range(200))
    assert day_format(days, "fr") == "%m/%Y"
    assert days_written(days, "fr")[0] == "01/2023"
    assert days_written(DAYS, "en") == ["Jun 13", "Jun 14", "Jun 15"]
    assert len(ticks(days)) <= 8
    assert {d.isoformat() for d in ticks(days)} <= set(days)


def test_a_long_name_stands_on_two_lines_and_reads_on_a_phone() -> None:
    long = replace(BARS, categories=("Ana", "Outages, lost data, an apology and what came of it"))
    label = spec(long)["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]
    assert label == "['Ana',['Outages, lost data, an apology','and what came of it']][toNumber(datum.label)]"
    phone = svg_of(long, "en", PHONE)
    assert width_of(phone) <= 390
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)px"', phone)) >= 10


def test_a_missing_value_has_no_mark() -> None:
    made = spec(Chart("days", "", "", DAYS, (("Posts", (1.0, None, 2.0)),)))
    (rows,) = made["datasets"].values()
    assert [row["value"] for row in rows] == [1.0, 2.0]


def test_a_value_axis_counts_in_ones_in_shares_or_with_signs() -> None:
    def axis(chart: Chart) -> dict[str, Any]:
        held: dict[str, Any] = spec(chart)["layer"][0]["encoding"]["x"]["axis"]
        return held

    assert axis(BARS)["tickMinStep"] == 1
    assert axis(replace(BARS, share=True))["format"] == "%"
    assert "tickMinStep" not in axis(replace(BARS, share=True))
    signed = spec(replace(BARS, kind="whiskers", low=(-1.0, 0.5), high=(4.0, 2.0)))["layer"][1]["encoding"]["x"]["axis"]
    assert signed["format"] == "+.1f"


def test_a_name_cannot_end_the_expression_it_stands_in() -> None:
    label = spec(BARS)["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]
    assert label == "['Ana','Bo\\u0027s \\u0022x\\u0022'][toNumber(datum.label)]"


def test_no_rows_still_make_a_chart() -> None:
    assert spec(Chart("bars", "", "", (), (("Posts", ()),)))["height"] == 60


def test_on_a_page_it_takes_the_pages_colours() -> None:
    on_paper, on_page = spec(BARS), spec(BARS, paper=False)
    assert on_paper["config"]["background"] == "#ffffff"
    assert on_page.get("config", {}).get("background") != "#ffffff"
    assert on_page["width"] == "container"
