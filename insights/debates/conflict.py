"""How hot a thread is: replies a minute, few people answering each other by turns, rising negativity, personal address.

Each part is from 0 to 1 and shown beside the sum. The parts follow what forecasts personal attacks in conversations
(Zhang et al. 2018, "Conversations gone awry"; Levy et al. 2022): address in the second person, a worsening tone, pace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from insights.reading.features import MAX_CHARACTERS

WINDOW = 12  # last posts of a thread that are read
TIPS = 0.55  # heat from which a thread is said to tip
_YOU = re.compile(
    r"\b(?:you|you're|ur|your|yours|yourself|tu|toi|t'es|vous|votre|vos|ton|ta|tes|t'as|te)\b", re.IGNORECASE
)
WEIGHTS = {"tone": 0.3, "address": 0.25, "turns": 0.15, "pace": 0.1, "attack": 0.2}


@dataclass(frozen=True, slots=True)
class Said:
    """One post of a thread, as the heat reads it: `at` in seconds, `negative` and `toxic` probabilities."""

    at: int
    author: str
    text: str
    negative: float
    toxic: float


@dataclass(frozen=True, slots=True)
class Heat:
    """Parts of the heat of a thread, from 0 to 1."""

    tone: float = 0.0  # negativity of its last posts, and how it rose
    address: float = 0.0  # posts that speak to a person, weighted by their tone
    turns: float = 0.0  # two people answering each other
    pace: float = 0.0  # replies a minute
    attack: float = 0.0  # the strongest attack among its last posts

    @property
    def total(self) -> float:
        return sum(weight * float(getattr(self, name)) for name, weight in WEIGHTS.items())

    def parts(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in asdict(self).items()}


def heat_of(posts: Sequence[Said]) -> Heat:
    """The heat of a thread from its posts in order. Fewer than three posts or one author have none."""
    last = list(posts)[-WINDOW:]
    if len(last) < 3 or len({post.author for post in last}) < 2:
        return Heat()
    count = len(last)
    negative = [post.negative for post in last]
    half = count // 2
    recent, earlier = sum(negative[half:]) / (count - half), sum(negative[:half]) / half
    rise = max(0.0, recent - earlier)
    personal = [max(post.negative, post.toxic) if _YOU.search(post.text[:MAX_CHARACTERS]) else 0.0 for post in last[1:]]
    steps = list(zip(last, last[1:], last[2:], strict=False))
    turns = sum(a.author == c.author and a.author != b.author for a, b, c in steps) / len(steps)
    minutes = max(1.0, (last[-1].at - last[0].at) / 60)
    pace = (count - 1) / minutes
    return Heat(
        tone=min(1.0, recent + rise),
        address=min(1.0, 1.5 * sum(personal) / len(personal)),
        turns=turns * recent,  # two people who help each other by turns are no conflict
        pace=min(1.0, pace / (pace + 0.2)),
        attack=max(post.toxic for post in last),
    )


def risk_of(toxic: float, heat: float) -> float:
    """What the queue is ranked by: the attack in the post, raised by the heat of its thread."""
    return 1 - (1 - toxic) * (1 - 0.5 * heat)
