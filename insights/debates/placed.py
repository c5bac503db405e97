"""A discussion whose posts have their sides: what its description is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from insights.debates.camps import CUE, Camps, Matrix, Voice

CAMP_PEOPLE = 3  # people that each camp needs


@dataclass(frozen=True, slots=True)
class Placed:
    """Posts oldest first, by their place in `voices`: `texts` and `sides` (1, -1, 0) go with them, `vectors` too where
    there are any. `opener` is the place of the post that opened it, -1 for none; `said` are those of the others."""

    voices: Sequence[Voice]
    texts: Sequence[str]
    camps: Camps
    sides: NDArray[np.int64]
    said: Sequence[int]
    opener: int = -1
    vectors: Matrix | None = None

    def on_side(self, side: int) -> list[int]:
        return [k for k in self.said if self.sides[k] == side]

    def between(self) -> list[int]:
        """Posts on no side that say that it depends."""
        return [k for k in self.said if not self.sides[k] and self.voices[k].stance.depends]

    def people(self, places: Iterable[int]) -> set[str]:
        """Who wrote these posts; one without a name is a person of its own."""
        return {person_of(self.voices[k]) for k in places}

    def speakers(self, places: Iterable[int]) -> set[str]:
        """Those of them who take a side in words."""
        return self.people(k for k in places if abs(self.voices[k].stance.value) >= CUE)


def person_of(voice: Voice) -> str:
    return voice.author or str(voice.post)
