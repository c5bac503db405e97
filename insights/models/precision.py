"""In which numbers a model computes on this machine: bfloat16 where it is faster and the vectors stay alike.

One reading of the stopwatch decides nothing on a busy machine: both ways take turns, and the best time of each counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
MIN_COSINE = 0.999
WORTH = 1.1  # times faster
TURNS = 3
TOO_SLOW = 3.0  # times slower: nothing more needs to be measured

SAMPLE: Sequence[str] = tuple(
    f"{text} {number}"
    for number in range(4)
    for text in (
        "The new release fixed the login problem for me, thanks to the team!",
        "Bonjour, est-ce que quelqu'un a reçu sa commande ? La mienne est bloquée depuis lundi.",
        "I switched from the old plan last month and the price went up without any notice. Support answered "
        "after four days with a template. I would like to know whether others see the same and what you did.",
        "Great.",
        "Quelle est la différence entre les deux versions ? La documentation n'est pas claire sur ce point, et "
        "les exemples ne marchent plus depuis la mise à jour de la semaine dernière.",
    )
)


@dataclass(frozen=True, slots=True)
class Precision:
    """What was chosen: `bfloat16` or `float32`, its speed-up and the least cosine seen."""

    name: str
    speed_up: float
    min_cosine: float


def choose(full: Callable[[], Vectors], half: Callable[[], Vectors]) -> Precision:
    """Compare two ways to embed `SAMPLE` (unit vectors): the best of three turns each, taken in turn."""
    vectors = [full(), half()]  # also warms both
    best = [float("inf"), float("inf")]
    for place, way in enumerate((full, half)):
        started = time.perf_counter()
        way()
        best[place] = time.perf_counter() - started
    if best[1] > TOO_SLOW * best[0]:
        return Precision("float32", 1.0, 1.0)  # a machine that computes it in software
    for _ in range(TURNS):
        for place, way in enumerate((full, half)):
            started = time.perf_counter()
            way()
            best[place] = min(best[place], time.perf_counter() - started)
    cosine, speed_up = float((vectors[0] * vectors[1]).sum(axis=1).min()), best[0] / best[1]
    if cosine >= MIN_COSINE and speed_up > WORTH:
        return Precision("bfloat16", speed_up, cosine)
    return Precision("float32", 1.0, 1.0)
