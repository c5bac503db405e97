"""When a community is there: the hours of the week in which most is written, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insights.reputation.estimates import Interval, wilson

HOURS = 168
ENOUGH = 100  # posts that it takes to tell one hour of the week from another


@dataclass(frozen=True, slots=True)
class BestHour:
    """An hour of the week (0 is Monday at midnight) with its share of three hours around it, and the posts behind."""

    slot: int
    share: Interval
    posts: int


def best_hours(counts: Sequence[int], number: int = 3) -> list[BestHour]:
    """The hours around which most is written, apart from each other by at least four hours; none with too few posts.

    `counts` are posts in the 168 hours of the week. Three hours are taken together, so that chance decides less.
    """
    total = sum(counts)
    if len(counts) != HOURS or total < ENOUGH:
        return []
    smooth = [counts[h - 1] + counts[h] + counts[(h + 1) % HOURS] for h in range(HOURS)]
    best: list[BestHour] = []
    for slot in sorted(range(HOURS), key=lambda h: (-smooth[h], h)):
        if all(min((slot - b.slot) % HOURS, (b.slot - slot) % HOURS) >= 4 for b in best):
            best.append(BestHour(slot, wilson(smooth[slot], total), smooth[slot]))
        if len(best) == number:
            break
    return best
