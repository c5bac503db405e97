"""The argument within a thread: the posts that answer each other with agreement and disagreement, without the jokes and
side talk around them.

A thread of a hundred posts may hold an argument of ten. Where the thread as a whole is no debate, this part is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from insights.debates.answering import COUNTERS, adds, agrees_plainly, counters
from insights.debates.camps import CUE, Voice
from insights.debates.stance import EITHER, PARENT, QUESTION, Stance

MIN_AGAINST = 5  # replies that disagree with what they answer
MIN_EXCHANGES = 2  # of them, those that answer one that disagrees itself


def with_counters(voices: Sequence[Voice], texts: Sequence[str], opener: int, *, asks: bool) -> list[Voice]:
    """Voices with the stance of replies that counter a post without saying so; the question of a thread has none."""
    found = []
    for voice, text in zip(voices, texts, strict=True):
        parent = voice.parent
        answers = parent >= 0 and not (asks and parent == opener) and voice.author != voices[parent].author
        held = replace(voice.stance, value=0.0) if _is_part_of_speech(voice.stance, text) else voice.stance
        unsure = voice.said is None and (abs(held.value) < CUE or _grants_first(held))
        if answers and unsure and counters(text, texts[parent]):
            held = replace(held, value=-COUNTERS, target=PARENT)
        elif answers and unsure and not held.value and adds(text):
            held = replace(held, value=COUNTERS, target=PARENT)
        found.append(replace(voice, stance=held))
    return found


def _is_part_of_speech(stance: Stance, text: str) -> bool:
    return stance.value > 0 and stance.target == EITHER and not agrees_plainly(text)


def _grants_first(stance: Stance) -> bool:
    """Whether a stance may be what a reply grants before it turns."""
    return stance.value > 0 and stance.target != QUESTION


def argument_in(voices: Sequence[Voice], opener: int, *, asks: bool) -> list[int]:
    """Places of the largest set of posts that replies with a side join, oldest first; [] where few of them disagree or
    nobody answers back."""
    joined: dict[int, set[int]] = defaultdict(set)
    against: set[int] = set()
    for k, voice in enumerate(voices):
        p = voice.parent
        if p < 0 or (asks and p == opener) or voice.stance.target == QUESTION or abs(voice.stance.value) < CUE:
            continue
        if voice.author == voices[p].author:
            continue
        joined[k].add(p)
        joined[p].add(k)
        if voice.stance.value < 0:
            against.add(k)
    largest: list[int] = []
    seen: set[int] = set()
    for start in sorted(joined):
        part, waiting = set[int](), [start]
        while waiting:
            place = waiting.pop()
            if place not in part:
                part.add(place)
                waiting += joined[place] - part
        if start not in seen and len(part) > len(largest):
            largest = sorted(part)
        seen |= part
    held = against & set(largest)
    exchanges = sum(voices[k].parent in against for k in held)
    return largest if len(held) >= MIN_AGAINST and exchanges >= MIN_EXCHANGES else []


def only(voices: Sequence[Voice], places: Sequence[int]) -> list[Voice]:
    """These voices alone, each with its parent's new place."""
    seat = {place: number for number, place in enumerate(places)}
    return [replace(voices[place], parent=seat.get(voices[place].parent, -1)) for place in places]
