"""Charts of topics: what they draw of what they are given."""

from __future__ import annotations

from typing import Any

from dashboard.charts import topics as charts
from data.figures import Day, in_steps, step_of
from data.models import TopicName, day_to_date
from data.topics.listing import MapMark
from insights.topics.trends import Anomaly

LABELS = {
    "negative": "Négatif",
    "neutral": "Neutre",
    "positive": "Positif",
    "unsure": "Incertain",
    "other_language": "Pas lu",
}


def days(number: int) -> list[Day]:
    return [Day(20_000 + place, 10, 1, 2, 3, 4) for place in range(number)]


def rows(spec: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return list(spec["datasets"].values())


def test_a_series_is_by_the_day_the_week_or_four_weeks() -> None:
    assert [step_of(n) for n in (1, 60, 61, 400)] == [1, 1, 7, 7]
    assert [step_of(n, daily=14, weekly=180) for n in (14, 15, 180, 181)] == [1, 7, 7, 28]
    joined = in_steps(days(10), 7)
    assert joined == [Day(20_000, 70, 7, 14, 21, 28), Day(20_007, 30, 3, 6, 9, 12)]
    assert in_steps([], 7) == []
    assert in_steps(days(3), 1) == days(3)


def test_tones_by_day_then_by_week() -> None:
    short = charts.sentiment_chart(days(60), LABELS, date_format="%d/%m", posts="Messages").to_dict()
    (drawn,) = rows(short)
    assert len(drawn) == 4 * 60
    long = charts.sentiment_chart(days(63), LABELS, date_format="%d/%m", posts="Messages").to_dict()
    (drawn,) = rows(long)
    assert len(drawn) == 4 * 9
    assert {row["label"]: row["posts"] for row in drawn[:4]} == {
        "Négatif": 7,
        "Neutre": 14,
        "Positif": 21,
        "Incertain": 28,
    }


def test_a_day_that_stands_out_is_marked_on_its_own_bar() -> None:
    spec = charts.volume_chart(
        days(5), [Anomaly(3, 10, 2.4, 6.6)], posts="Posts", title="Threshold", expected="Usual", date_format="%b %d"
    ).to_dict()
    marked = [row for drawn in rows(spec) for row in drawn if row["threshold"] is not None]
    assert {(row["day"][:10], row["expected"], row["threshold"]) for row in marked} == {("2024-10-07", 2.0, 7.0)}


def test_posts_that_are_not_read_yet_stand_apart_from_the_tones() -> None:
    waiting = [Day(20_000, 12, 1, 2, 3, 4), Day(20_001, 5, 0, 0, 0, 0)]
    spec = charts.sentiment_chart(waiting, LABELS, date_format="%d/%m", posts="Messages").to_dict()
    counted = [(row["label"], row["posts"]) for drawn in rows(spec) for row in drawn]
    assert counted == [
        *(("Négatif", 1), ("Neutre", 2), ("Positif", 3), ("Incertain", 4), ("Pas lu", 2)),
        *(("Négatif", 0), ("Neutre", 0), ("Positif", 0), ("Incertain", 0), ("Pas lu", 5)),
    ]
    assert spec["encoding"]["color"]["scale"]["domain"] == list(LABELS.values())


def test_two_topics_of_one_name_are_two_colours() -> None:
    marks = [
        MapMark(1, 1, TopicName("Road"), 0.1, 0.1),
        MapMark(2, 2, TopicName("Road"), 0.9, 0.9),
        MapMark(3, 3, TopicName("Sea"), 0.5, 0.5),
    ]
    spec = charts.topic_map(marks, [(0, 0, 4)], lang="en", topic="Topic", others="Others", posts="Posts").to_dict()
    groups = {row["group"] for drawn in rows(spec) for row in drawn if "group" in row}
    assert groups == {"Road (1)", "Road (2)", "Sea"}
    empty = charts.topic_map([], [], lang="en", topic="Topic", others="Others", posts="Posts").to_dict()
    assert empty["height"] == 700


def test_the_map_names_its_largest_topics_and_no_name_meets_another() -> None:
    def mark(post: int, topic: int, x: float, y: float, name: str) -> MapMark:
        return MapMark(post, topic, TopicName(name), x, y)

    crowd = [mark(n, n % 12, 0.1 + 0.07 * (n % 12), 0.5 + 0.2 * (n % 2), f"Topic number {n % 12}") for n in range(120)]
    large = [mark(500 + n, 99, 0.99, 0.1, "Outages and what came of them since") for n in range(40)]
    told = charts.map_labels([*large, *crowd], "en")
    assert told[0][0] == "Outages and what came of…"
    assert told[0][1] + len(told[0][0]) * charts.MAP_LETTER / 2 <= 1  # none leaves the map
    assert 3 <= len(told) < 11
    for place, (name, x, y) in enumerate(told):
        for other, a, b in told[:place]:
            assert abs(x - a) >= (len(name) + len(other)) * charts.MAP_LETTER / 2 or abs(y - b) >= charts.MAP_LINE


def test_no_day_below_the_posts_is_outside_the_period() -> None:
    days = [Day(n, 1, 0, 1, 0, 0) for n in range(20_000, 20_031)]
    drawn = charts.volume_chart(days, [], posts="p", title="t", expected="e", date_format="%d/%m").to_dict()
    marks = drawn["layer"][0]["encoding"]["x"]["axis"]["values"]
    told = [f"{m['year']}-{m['month']:02d}-{m['date']:02d}" for m in marks]
    assert 4 <= len(told) <= 8
    assert set(told) <= {day_to_date(item.day).isoformat() for item in days}
