"""The figures behind a topic's trend, as the record keeps them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class TrendFacts:
    """What a trend was told from. `recent` are the posts of the last `recent_days`, `baseline_a_week` those of a week
    before them, `ratio` and `p` how the two compare; `authors` wrote the recent ones in `places`.

    `weekdays` (0: Monday) hold `share` of the posts of a topic with a weekly rhythm; `year_ago` is how many posts
    the same days of last year brought to one that comes back each year.
    """

    recent: int = 0
    recent_days: int = 7
    baseline_a_week: float = 0.0
    ratio: float = 1.0
    p: float = 1.0
    age_days: int = 0
    weekdays: tuple[int, ...] = ()
    share: float = 0.0
    year_ago: int = 0
    authors: int = 0
    places: int = 0
    until: int = 0  # the last day of what was recorded, where that is over; 0: told up to today

    @property
    def change(self) -> float | None:
        """Recent posts a week over those of a week before them, less one; None where there were none before."""
        if not self.baseline_a_week:
            return None
        return self.recent / max(1, self.recent_days) * 7 / self.baseline_a_week - 1


def encoded(facts: TrendFacts) -> str:
    return json.dumps(asdict(facts))


def decoded(text: str) -> TrendFacts | None:
    """The facts of a row; what an older version did not keep has its default. None where no trend was told yet."""
    names = {item.name for item in fields(TrendFacts)}
    kept = {name: value for name, value in json.loads(text).items() if name in names}
    return TrendFacts(**{**kept, "weekdays": tuple(kept.get("weekdays", ()))}) if kept else None
