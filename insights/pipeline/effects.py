"""Effects of actions, measured over the record: which series they should move, and which they should not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.figures import Day, days_of, first_day_of_week, week_of
from data.models import day_to_date, to_day
from data.reputation.actions import Action, actions_to_measure, newcomers_by_week, note_effects
from data.reputation.brands import get_brands, own_brand
from data.reputation.counts import first_day
from data.reputation.effects import Measured
from data.scope import Scope
from data.store import Store
from insights.reputation.effects import BEFORE, LEAST_BEFORE, MOST_AFTER, effect_of, weekly_effect


def measure_actions(store: Store, now: datetime) -> int:
    """Measure what is due; gives how many actions were."""
    with store.read() as connection:
        due = actions_to_measure(connection, now)
        measured = {item.id: effects_of_action(connection, item, now) for item in due}
    if measured:
        with store.write() as connection:
            for action_id, effects in measured.items():
                note_effects(connection, action_id, effects, now)
    return len(measured)


def effects_of_action(connection: Connection, item: Action, now: datetime) -> Measured:
    """Volume, share of negative posts and newcomers after an action, against what would have come anyway.

    Beside the brand's own series stand those that the action should not touch: posts on competitors, and all others.
    The day of the action counts as after; today is not over and does not count.
    """
    own_name = own_brand(connection)
    mine = item.brand or (own_name.id if own_name is not None else 0)
    rivals = [b.id for b in get_brands(connection) if b.kind == "competitor"]
    day, last = to_day(item.at), to_day(now) - 1
    first, stop = day - BEFORE, min(last, day + MOST_AFTER - 1)
    if stop < first:
        return Measured()

    def series(brand: int | None) -> list[Day]:
        return days_of(connection, Scope(day_to_date(first), day_to_date(stop), brand=brand))

    own, everything = series(mine or None), series(None)
    others = [a.posts - b.posts for a, b in zip(everything, own, strict=True)] if mine else []
    known = next((place for place, d in enumerate(everything) if d.posts), len(everything))
    cut = day - first
    beside = [[d.posts for d in series(rival)] for rival in rivals[:2]] + ([others] if others else [])

    def split(values: Sequence[float]) -> tuple[list[float], list[float]]:
        return [float(v) for v in values[known:cut]], [float(v) for v in values[cut:]]

    pairs = [split(values) for values in beside]
    before, after = split([d.posts for d in own])
    if max(0, cut - known) < LEAST_BEFORE:
        before = []
    volume = effect_of("volume", before, after, [p[0] for p in pairs], [p[1] for p in pairs])

    def share(d: Day) -> float:
        # A day of few posts says little: it is drawn towards the mean of all.
        return float((d.negative + 3 * usual) / (d.negative + d.neutral + d.positive + 3))

    clear = sum(d.negative + d.neutral + d.positive for d in own[known:cut])
    usual = float(sum(d.negative for d in own[known:cut])) / max(1, clear)
    tone_before, tone_after = split([share(d) for d in own])
    tone = effect_of("negative", tone_before if before else [], tone_after, is_share=True)
    # Whole weeks only: the one of the action, if it fell on its first days, and the next ones that are over.
    begun = week_of(day + 3)
    whole = [w for w in range(begun, begun + 2) if first_day_of_week(w) + 6 <= last]
    # In the first weeks of a record everybody is new.
    settled = week_of(first_day(connection, 0) or day) + 6
    weeks = [w for w in range(begun - 8, begun) if w >= settled]
    counts = newcomers_by_week(connection, [*weeks, *whole]) if weeks else []
    newcomers = weekly_effect("newcomers", counts[: len(weeks)], counts[len(weeks) :])
    return Measured((volume, tone, newcomers), day, stop)
