"""Arguments of a camp, what it grants to the other, and the exact words that tell each best."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from data.debates.findings import Argument
from data.posts.passages import Passage
from insights.debates.camps import Voice
from insights.debates.placed import Placed
from insights.text import terms

QUOTE = 320  # characters of a quote on a card
SAME_ARGUMENT = 0.68  # cosine
MOST_ARGUMENTS, MOST_GRANTS = 8, 4
_REASON = re.compile(
    r"\b(?:because|since|so that|therefore|otherwise|if|when|means|without|which is why|parce que|car|puisque|donc|"
    r"sinon|si|quand|sans|c'est pourquoi|ce qui)\b|[:,]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n…]+[.!?…]*")


def arguments_of(placed: Placed, members: Sequence[int]) -> tuple[tuple[Argument, ...], dict[int, int]]:
    """Arguments of a camp, those of most people first, and which one each of its posts makes, by place."""
    voices, texts = placed.voices, placed.texts
    groups: list[list[int]] = []
    for k in sorted(members, key=lambda k: (-_tells(voices[k], texts[k]), voices[k].post)):
        likeness, nearest = _nearest(placed, k, groups)
        if likeness >= SAME_ARGUMENT:
            groups[nearest].append(k)
        elif _tells(voices[k], texts[k]) > 0.2:
            groups.append([k])
    groups.sort(key=lambda g: (-len(placed.people(g)), -_tells(voices[g[0]], texts[g[0]]), voices[g[0]].post))
    number_of = {k: number for number, group in enumerate(groups) for k in group}
    arguments = tuple(
        Argument(Passage(voices[group[0]].post, *best_passage(texts[group[0]])), len(group), len(placed.people(group)))
        for group in groups[:MOST_ARGUMENTS]
    )
    return arguments, number_of


def _nearest(placed: Placed, k: int, groups: Sequence[Sequence[int]]) -> tuple[float, int]:
    """(likeness, place) of the group whose first post is most like post `k`; (0, -1) without groups."""
    if placed.vectors is not None:
        near = [(float(placed.vectors[k] @ placed.vectors[group[0]]), place) for place, group in enumerate(groups)]
    else:
        mine = set(terms(placed.texts[k]))
        near = [
            (len(mine & set(terms(placed.texts[group[0]]))) / max(1, len(mine)), place)
            for place, group in enumerate(groups)
        ]
    return max(near, default=(0.0, -1))


def grants_of(placed: Placed, members: Sequence[int]) -> tuple[Passage, ...]:
    """What these posts grant to the other side, the same words once."""
    grants: dict[str, Passage] = {}
    for k in members:
        for start, stop in placed.voices[k].stance.grants:
            words = " ".join(terms(placed.texts[k][start:stop]))
            grants.setdefault(words, Passage(placed.voices[k].post, start, stop))
    return tuple(grants.values())[:MOST_GRANTS]


def _tells(voice: Voice, text: str) -> float:
    """How well a post tells an argument: it gives a reason, is of a length that one reads, and others back it."""
    words = len(text.split())
    if words < 4:
        return 0.1
    size = min(1.0, words / 12) * (1.0 if words <= 70 else 0.7)
    return (
        size
        * (1.0 if _REASON.search(text) else 0.7)
        * (1 + 0.15 * math.log1p(max(0, voice.score or 0)) + 0.2 * voice.divides)
    )


def best_passage(text: str, limit: int = QUOTE) -> tuple[int, int]:
    """(start, stop) of what is quoted: all of a short text, else the sentences in a row that fit, from the first that
    gives a reason."""
    if len(text) <= limit:
        return 0, len(text)
    spans = [(m.start(), m.end()) for m in _SENTENCE.finditer(text) if len(m[0].split()) >= 4]
    if not spans:
        return 0, limit
    first = next((s for s in spans if _REASON.search(text[s[0] : s[1]]) and s[1] - s[0] <= limit), spans[0])
    start, stop = first[0], min(first[1], first[0] + limit)
    for other in spans:
        if other[0] >= stop and other[1] - start <= limit:
            stop = other[1]
        elif other[0] >= stop:
            break
    while start < stop and text[start].isspace():
        start += 1
    return start, stop


def question_in(title: str, plain: str) -> tuple[str, bool]:
    """(the sentence that puts the question, whether it asks) of the post that opened a discussion, in its own words."""
    if title.strip().endswith("?"):
        return title.strip(), True
    for sentence in _SENTENCE.finditer(plain[:3_000]):
        if sentence[0].strip().endswith("?") and len(sentence[0].split()) >= 3:
            return sentence[0].strip(), True
    if title.strip():
        return title.strip(), False
    start, stop = best_passage(plain, 160)
    return plain[start:stop].strip(), False
