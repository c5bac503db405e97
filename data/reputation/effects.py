"""What an action seems to have changed, as it was measured and as the record keeps it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Effect:
    """`seen` over the days after against `expected`, with the interval of their difference. For counts both are sums,
    for shares means. `measure`: volume, negative or newcomers. `verdict`: more, less, none (no clear effect), early,
    noisy, unknown (too short a past), unsettled (an uproar just before)."""

    measure: str
    verdict: str
    days: int
    seen: float = 0.0
    expected: float = 0.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The effects of one action, none while it is too early; they were seen in the posts from the day `since` to the
    day `until`, both 0 where there were none."""

    effects: tuple[Effect, ...] = ()
    since: int = 0
    until: int = 0


def encoded(measured: Measured) -> str:
    """As JSON, figures to three digits."""
    if not measured.effects:
        return json.dumps({"early": True})
    effects = [
        {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(effect).items()}
        for effect in measured.effects
    ]
    return json.dumps({"effects": effects, "since": measured.since, "until": measured.until})


def decoded(text: str) -> Measured:
    """The effects of a row; what an older version did not keep has its default."""
    held: dict[str, Any] = json.loads(text)
    names = {item.name for item in fields(Effect)}
    effects = [Effect(**{key: v for key, v in one.items() if key in names}) for one in held.get("effects", ())]
    return Measured(tuple(effects), held.get("since", 0), held.get("until", 0))
