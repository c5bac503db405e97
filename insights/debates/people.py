"""People who join the sides of a debate, and people who changed sides in words."""

from __future__ import annotations

from collections import defaultdict

from data.debates.findings import Bridge, Move
from insights.debates.camps import CUE
from insights.debates.placed import Placed
from insights.debates.stance import QUESTION

MOST_BRIDGES, MOST_MOVES = 5, 6


def bridges_of(placed: Placed) -> tuple[Bridge, ...]:
    """People who grant something to the other side, agree with somebody of it, or have the agreement of both."""
    voices, sides = placed.voices, placed.sides
    signs: dict[str, int] = defaultdict(int)
    example: dict[str, int] = {}
    backers: dict[str, set[int]] = defaultdict(set)

    def note(author: str, post: int) -> None:
        signs[author] += 1
        example.setdefault(author, post)

    for k in placed.said:
        voice, parent = voices[k], voices[k].parent
        if voice.author and (voice.stance.grants or voice.stance.depends):
            note(voice.author, voice.post)
        if parent < 0 or voice.stance.value < CUE or not sides[k]:
            continue
        other = voices[parent].author
        if not other or other == voice.author or voice.stance.target == QUESTION:
            continue
        backers[other].add(int(sides[k]))
        if sides[parent] and sides[parent] != sides[k] and voice.author:
            note(voice.author, voice.post)
        if len(backers[other]) == 2:
            note(other, voices[parent].post)
    ranked = sorted(signs.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Bridge(name, example[name], count) for name, count in ranked[:MOST_BRIDGES])


def moves_of(placed: Placed) -> tuple[Move, ...]:
    """People whose own words took one side and later the other, each at least as surely as a plain cue."""
    voices = placed.voices
    cues_of: dict[str, list[tuple[int, int]]] = defaultdict(list)  # (post, side)
    for k in placed.said:
        voice = voices[k]
        if not voice.author or abs(voice.stance.value) < CUE:
            continue
        if voice.stance.target == QUESTION or voice.parent < 0 or voice.parent == placed.opener:
            cues_of[voice.author].append((voice.post, 1 if voice.stance.value > 0 else -1))
    moves = []
    for name, cues in sorted(cues_of.items()):
        first = cues[0]
        if cues[-1][1] != first[1]:
            moves.append(Move(name, first[0], cues[-1][0]))
    return tuple(moves[:MOST_MOVES])
