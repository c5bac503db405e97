"""Charts of reputation: what they draw of what they are given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from dashboard.charts import reputation as charts
from insights.reputation.estimates import Estimate, Interval

ZERO = Interval(0.0, 0.0, 0.0)


def estimate(posts: int, net: float = 0.5) -> Estimate:
    return Estimate(posts, ZERO, ZERO, ZERO, Interval(net, net - 0.1, net + 0.1), net)


def rows(spec: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [row for drawn in spec["datasets"].values() for row in drawn if key in row]


def test_a_step_without_posts_is_a_gap() -> None:
    shown = [date(2026, 6, 1) + timedelta(days=7 * n) for n in range(3)]
    spec = charts.net_chart(
        shown, [estimate(4), estimate(0), estimate(9)], net="Net", range_="Between", posts="Posts", date_format="%d/%m"
    ).to_dict()
    assert [row["posts"] for row in rows(spec, "net")] == [4, 9]


def test_a_waterfall_goes_from_before_to_after() -> None:
    spec = charts.waterfall_chart(
        0.1, 0.25, ["a", "b"], [7, 8], [0.2, -0.05], before="Before", after="Now", move="Adds"
    ).to_dict()
    steps = rows(spec, "kind")
    assert [(s["name"], s["kind"]) for s in steps] == [
        ("Before", "total"),
        ("a", "up"),
        ("b", "down"),
        ("Now", "total"),
    ]
    assert abs(steps[2]["high"] - steps[3]["high"]) < 1e-9
    assert [s["key"] for s in steps] == ["", "7", "8", ""]


def test_a_course_without_answers_draws_no_rule() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    words = {"posts": "Posts", "negative": "Negative", "others": "Others", "answer": "Answer", "moment_format": "%H"}
    quiet = charts.course_chart([(at, 5, 2, 0)], None, [], **words).to_dict()
    assert quiet["layer"][1]["transform"] == [{"filter": "false"}]
    assert {row["kind"]: row["posts"] for row in rows(quiet, "kind")} == {"Negative": 2, "Others": 3}
    answered = charts.course_chart([(at, 5, 2, 0)], None, [at], **words).to_dict()
    assert "transform" not in answered["layer"][1]
