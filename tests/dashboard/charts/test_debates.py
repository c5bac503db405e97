"""Charts of debates draw what they are given."""

from __future__ import annotations

from datetime import date

from dashboard.charts.debates import SIDE_COLOURS, ArgumentMark, argument_map, balance_chart, share_chart, weeks_chart
from data.debates.findings import Camp
from insights.debates.course import Share

NAMES = {1: "For", -1: "Against", 0: "No side"}


def test_only_camps_that_are_there_are_in_the_bar() -> None:
    camps = [Camp(1, 9, 4, 2), Camp(-1, 5, 3, 2)]
    drawn = balance_chart(camps, NAMES, people="People", posts="Posts", legend=False).to_dict()
    (rows,) = drawn["datasets"].values()
    assert [(row["name"], row["people"], row["posts"]) for row in rows] == [("For", 4, 9), ("Against", 3, 5)]
    scale = drawn["encoding"]["color"]["scale"]
    assert scale == {"domain": ["For", "Against"], "range": [SIDE_COLOURS[1], SIDE_COLOURS[-1]]}
    assert drawn["encoding"]["color"]["legend"] is None


def test_names_with_quotes_stay_words_on_the_map() -> None:
    mark = ArgumentMark(-1, 2, -0.7, 3, 4, "It's unfair")
    labels = {"people": "People", "posts": "Posts", "said": "Said"}
    drawn = argument_map([mark], NAMES, left="The one's \\ side", right="Right", **labels).to_dict()
    (rows,) = drawn["datasets"].values()
    assert rows[0]["key"] == "-1:2"
    words = drawn["encoding"]["x"]["axis"]["labelExpr"]
    assert words.count("'") == 6  # three strings of the expression, and none of ours
    assert "\\" not in words


def test_days_and_shares() -> None:
    weeks = weeks_chart([(date(2026, 6, 1), 0, 2)], NAMES, posts="Posts", date_format="%d/%m").to_dict()
    assert next(iter(weeks["datasets"].values()))[0]["name"] == "No side"
    share = Share(date(2026, 6, 1), 0.5, 0.25, 0.75, 4)
    words = {"share": "For", "range_": "Between", "people": "People", "date_format": "%d/%m"}
    drawn = share_chart([share], colour="#000000", **words).to_dict()
    assert next(iter(drawn["datasets"].values()))[0]["range"] == "25% - 75%"
