"""What a discussion is: a debate between camps, lively without clear camps, criticism of one thing, or none of these.

A debate needs two sides that people can be told to stand on. Twenty complaints about one thing are criticism, however
many they are: nobody speaks for the other side. Pure functions; `insights.pipeline.debates` reads and writes the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from data.debates.findings import Camp, DebateFacts
from insights.debates.arguments import arguments_of, grants_of
from insights.debates.camps import CUE, Matrix, Voice, find_camps
from insights.debates.controversy import interval_of, parts_of, score_of
from insights.debates.core import argument_in, only, with_counters
from insights.debates.people import bridges_of, moves_of
from insights.debates.placed import CAMP_PEOPLE, Placed, person_of
from insights.debates.words import words_of_sides

DEBATE, LIVELY, CRITICISM = "debate", "lively", "criticism"
MIN_POSTS, MIN_PEOPLE = 8, 5
CAMP_SPEAKERS = 2  # of the people of each camp, those who say so in words
MIN_SHARE = 0.2  # of the placed people, in the smaller camp
MIN_CUES, CUE_SHARE = 5, 0.25
MIN_AGREEMENT, MIN_PLACED = 0.7, 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """What a discussion was found to be. `sure` from 0 to 1: how well the camps are founded. `began` is the post that
    opened the argument where a part of the discussion is the debate, 0 where all of it is."""

    state: str
    posts: int
    people: int
    sure: float = 0.0
    score: float = 0.0
    low: float = 0.0
    high: float = 0.0
    facts: DebateFacts = field(default_factory=DebateFacts)
    positions: dict[int, tuple[float, int, int]] = field(default_factory=dict)  # post -> position, side, argument
    began: int = 0


def judge(
    voices: Sequence[Voice],
    texts: Sequence[str],
    vectors: Matrix | None = None,
    *,
    opener: int = -1,
    asks: bool = True,
    ratio: float | None = None,
    seed: int = 0,
) -> Found | None:
    """What this discussion is, None for nothing of note. Posts oldest first; see `insights.debates.camps.find_camps`.

    `ratio` is the share of votes that are up, for the post that opened it, where the network gives it.
    """
    said = [k for k in range(len(voices)) if k != opener]
    people = {person_of(voices[k]) for k in said}
    if len(said) < MIN_POSTS or len(people) < MIN_PEOPLE:
        return None
    disagreeing = {voices[k].author for k in said if voices[k].stance.value <= -CUE}
    camps = find_camps(voices, vectors, opener=opener, asks=asks)
    sides = camps.sides()
    if opener >= 0 and asks:
        sides[opener] = 0
    placed = Placed(voices, texts, camps, sides, said, opener, vectors)
    if _is_debate(placed, len(disagreeing)):
        return _describe(placed, ratio, seed)
    if (within := _within(voices, texts, vectors, opener, asks)) is not None:
        return replace(_describe(within, ratio, seed), began=within.voices[0].post)
    negative = sum(voices[k].negative or voices[k].complains for k in said) / len(said)
    if negative >= 0.6:
        return Found(CRITICISM, len(said), len(people))
    if len(said) >= 12 and len(people) >= 6 and len(disagreeing) >= max(4, 0.12 * len(people)):
        return Found(LIVELY, len(said), len(people))
    return None


def _within(
    voices: Sequence[Voice], texts: Sequence[str], vectors: Matrix | None, opener: int, asks: bool
) -> Placed | None:
    """The argument that a part of the thread is, None for none."""
    told = with_counters(voices, texts, opener, asks=asks)
    places = argument_in(told, opener, asks=asks)
    if len(places) < MIN_POSTS:
        return None
    own = only(told, places)
    near = vectors[places] if vectors is not None else None
    # Who answers whom tells the sides; what counters a post is near to it in content too.
    camps = find_camps(own, asks=False)
    placed = Placed(own, [texts[k] for k in places], camps, camps.sides(), range(len(own)), -1, near)
    disagreeing = {voice.author for voice in own if voice.stance.value <= -CUE}
    return placed if len(disagreeing) > CAMP_PEOPLE and _is_debate(placed, len(disagreeing)) else None


def _is_debate(placed: Placed, disagreeing: int) -> bool:
    """Whether most posts can be placed without contradiction, on two sides that each have people who say so."""
    camps, count = placed.camps, len(placed.said)
    if camps.explicit < max(MIN_CUES, CUE_SHARE * count) or camps.agreement < MIN_AGREEMENT or disagreeing < 3:
        return False
    members = [placed.on_side(side) for side in (1, -1)]
    if sum(len(places) for places in members) < MIN_PLACED * count:
        return False
    people = [len(placed.people(places)) for places in members]
    if min(people) < CAMP_PEOPLE or min(people) < MIN_SHARE * sum(people):
        return False
    return all(len(placed.speakers(places)) >= CAMP_SPEAKERS for places in members)


def _describe(placed: Placed, ratio: float | None, seed: int) -> Found:
    parts = parts_of(placed, ratio)
    low, high = interval_of(placed, parts, seed)
    words = words_of_sides(placed)
    camps: list[Camp] = []
    argument_of: dict[int, int] = {}
    for side in (1, -1, 0):
        members = placed.on_side(side) if side else placed.between()
        people = placed.people(members)
        if not side and len(people) < CAMP_PEOPLE:
            continue
        arguments, numbers = arguments_of(placed, members)
        argument_of |= numbers
        if side:
            speakers = len(placed.speakers(members))
            grants = grants_of(placed, members)
            camps.append(Camp(side, len(members), len(people), speakers, words[side], arguments, grants))
        else:
            camps.append(Camp(0, len(members), len(people), len(people), arguments=arguments))
    return Found(
        DEBATE,
        len(placed.said),
        len(placed.people(placed.said)),
        sure=_sure(placed),
        score=round(score_of(parts), 3),
        low=low,
        high=high,
        facts=DebateFacts(
            parts=parts,
            by_question=placed.camps.by_question,
            camps=tuple(camps),
            common=words[0],
            bridges=bridges_of(placed),
            moves=moves_of(placed),
        ),
        positions={
            placed.voices[k].post: (
                round(float(placed.camps.positions[k]), 3),
                int(placed.sides[k]),
                argument_of.get(k, -1),
            )
            for k in placed.said
        },
    )


def _sure(placed: Placed) -> float:
    """How well the camps are founded: cues that hold, posts that have a side, and how many say so in words."""
    count = len(placed.said)
    share = sum(bool(placed.sides[k]) for k in placed.said) / count
    explicit = min(1.0, placed.camps.explicit / max(1, 0.5 * count))
    return round(placed.camps.agreement * share * (0.5 + 0.5 * explicit), 3)
