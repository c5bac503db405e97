"""What a discussion is: a debate between camps, lively without clear camps, criticism of one thing, or none of these.

A debate needs two sides that people can be told to stand on. Twenty complaints about one thing are criticism, however
many they are: nobody speaks for the other side. Pure functions; `insights.pipeline.debates` reads and writes the store.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from insights.debates.camps import CUE, Camps, Matrix, Voice, find_camps
from insights.text import fold, terms, tokens

DEBATE, LIVELY, CRITICISM = "debate", "lively", "criticism"
MIN_POSTS, MIN_PEOPLE = 8, 5
CAMP_PEOPLE = 3  # people that each camp needs
CAMP_SPEAKERS = 2  # of them, people who say so in words
MIN_SHARE = 0.2  # of the placed people, in the smaller camp
MIN_CUES, CUE_SHARE = 5, 0.25
MIN_AGREEMENT, MIN_PLACED = 0.7, 0.5
QUOTE = 320  # characters of a quote on a card
SAME_ARGUMENT = 0.68  # cosine
WEIGHTS = {"replies": 0.2, "balance": 0.3, "cross": 0.2, "spread": 0.15, "votes": 0.15}
DRAWS = 200

_REASON = re.compile(
    r"\b(?:because|since|so that|therefore|otherwise|if|when|means|without|which is why|parce que|car|puisque|donc|"
    r"sinon|si|quand|sans|c'est pourquoi|ce qui)\b|[:,]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n…]+[.!?…]*")

Passage = tuple[int, int, int]  # post, start, stop in its plain text


@dataclass(frozen=True, slots=True)
class Argument:
    """Posts of a camp that say nearly the same, told by the one that says it best."""

    passage: Passage
    posts: tuple[int, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Camp:
    """A side. `low` counts people who say so in words, `people` all who are placed there."""

    side: int  # 1, -1, or 0 for those who say that it depends
    posts: tuple[int, ...]
    people: int
    low: int
    words: tuple[str, ...]
    arguments: tuple[Argument, ...]
    grants: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of the controversy, from 0 to 1; None where the network does not say."""

    replies: float  # how deep and how fast people answer each other
    balance: float  # people of the smaller camp against the larger (after Choi, Jung & Myaeng 2010)
    cross: float  # of replies between people with a side, those to the other side (after Garimella et al. 2018)
    spread: float  # evenness of posts over people (inverse Simpson), and how many they are
    votes: float | None  # votes for both sides, and votes against the post that opened it

    @property
    def total(self) -> float:
        known = {name: float(value) for name, value in asdict(self).items() if value is not None}
        return sum(WEIGHTS[name] * value for name, value in known.items()) / sum(WEIGHTS[name] for name in known)


@dataclass(frozen=True, slots=True)
class Bridge:
    """A person who speaks with both sides, and a post that shows it."""

    author: str
    post: int
    signs: int


@dataclass(frozen=True, slots=True)
class Move:
    """A person whose words took one side, and later the other."""

    author: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a discussion was found to be. `sure` from 0 to 1: how well the camps are founded."""

    state: str
    posts: int
    people: int
    sure: float = 0.0
    score: float = 0.0
    low: float = 0.0
    high: float = 0.0
    parts: Parts | None = None
    camps: tuple[Camp, ...] = ()
    common: tuple[str, ...] = ()  # words that both sides use
    bridges: tuple[Bridge, ...] = ()
    moves: tuple[Move, ...] = ()
    by_question: bool = True
    positions: dict[int, tuple[float, int, int]] = field(default_factory=dict)  # post -> position, side, argument


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
    people = {voices[k].author or str(voices[k].post) for k in said}
    if len(said) < MIN_POSTS or len(people) < MIN_PEOPLE:
        return None
    plain = Found("", len(said), len(people))
    disagreeing = {voices[k].author for k in said if voices[k].stance.value <= -CUE}
    camps = find_camps(voices, vectors, opener=opener, asks=asks)
    sides = camps.sides()
    if opener >= 0 and asks:
        sides[opener] = 0
    if _is_debate(voices, said, camps, sides, len(disagreeing)):
        return _describe(voices, texts, vectors, camps, sides, said, opener, ratio, seed)
    negative = sum(voices[k].negative or voices[k].complains for k in said) / len(said)
    if negative >= 0.6:
        return _only(plain, CRITICISM)
    if len(said) >= 12 and len(people) >= 6 and len(disagreeing) >= max(4, 0.12 * len(people)):
        return _only(plain, LIVELY)
    return None


def _only(found: Found, state: str) -> Found:
    return Found(state, found.posts, found.people)


def _is_debate(
    voices: Sequence[Voice], said: Sequence[int], camps: Camps, sides: NDArray[np.int64], disagreeing: int
) -> bool:
    placed = [k for k in said if sides[k]]
    if camps.explicit < max(MIN_CUES, CUE_SHARE * len(said)) or camps.agreement < MIN_AGREEMENT or disagreeing < 3:
        return False
    if len(placed) < MIN_PLACED * len(said):
        return False
    people = {side: _people(voices, [k for k in placed if sides[k] == side]) for side in (1, -1)}
    fewest = min(len(names) for names in people.values())
    if fewest < CAMP_PEOPLE or fewest < MIN_SHARE * sum(len(names) for names in people.values()):
        return False
    return all(
        len(_people(voices, [k for k in placed if sides[k] == side and abs(voices[k].stance.value) >= CUE]))
        >= CAMP_SPEAKERS
        for side in (1, -1)
    )


def _people(voices: Sequence[Voice], places: Sequence[int]) -> set[str]:
    return {voices[k].author or str(voices[k].post) for k in places}


def _describe(
    voices: Sequence[Voice],
    texts: Sequence[str],
    vectors: Matrix | None,
    camps: Camps,
    sides: NDArray[np.int64],
    said: Sequence[int],
    opener: int,
    ratio: float | None,
    seed: int,
) -> Found:
    parts = _parts(voices, sides, said, opener, ratio)
    low, high = _interval(voices, sides, said, parts, seed)
    words = _words(voices, texts, sides, said, texts[opener] if opener >= 0 else "")
    made, numbers = [], {}
    for side in (1, -1):
        members = [k for k in said if sides[k] == side]
        arguments, number_of = _arguments(voices, texts, vectors, camps, members)
        numbers.update(number_of)
        grants: dict[str, Passage] = {}  # the same words once
        for k in members:
            for start, stop in voices[k].stance.grants:
                grants.setdefault(" ".join(terms(texts[k][start:stop])), (voices[k].post, start, stop))
        speakers = _people(voices, [k for k in members if abs(voices[k].stance.value) >= CUE])
        made.append(
            Camp(
                side,
                tuple(voices[k].post for k in members),
                len(_people(voices, members)),
                len(speakers),
                words[side],
                arguments,
                tuple(grants.values())[:4],
            )
        )
    between = [k for k in said if not sides[k] and voices[k].stance.depends]
    if len(_people(voices, between)) >= CAMP_PEOPLE:
        arguments, number_of = _arguments(voices, texts, vectors, camps, between)
        numbers.update(number_of)
        people = len(_people(voices, between))
        made.append(Camp(0, tuple(voices[k].post for k in between), people, people, (), arguments, ()))
    placed = sum(bool(sides[k]) for k in said) / len(said)
    explicit = min(1.0, camps.explicit / max(1, 0.5 * len(said)))
    return Found(
        DEBATE,
        len(said),
        len(_people(voices, said)),
        sure=round(camps.agreement * placed * (0.5 + 0.5 * explicit), 3),
        score=round(parts.total, 3),
        low=low,
        high=high,
        parts=parts,
        camps=tuple(made),
        common=words[0],
        bridges=_bridges(voices, sides, said),
        moves=_moves(voices, sides, said, opener),
        by_question=camps.by_question,
        positions={
            voices[k].post: (round(float(camps.positions[k]), 3), int(sides[k]), numbers.get(k, -1)) for k in said
        },
    )


def _depths(voices: Sequence[Voice]) -> list[int]:
    found: list[int] = []
    for voice in voices:  # a parent comes before its replies, or counts as none
        found.append(found[voice.parent] + 1 if 0 <= voice.parent < len(found) else 0)
    return found


def _parts(
    voices: Sequence[Voice], sides: NDArray[np.int64], said: Sequence[int], opener: int, ratio: float | None
) -> Parts:
    depths = _depths(voices)
    depth = sum(depths[k] for k in said) / len(said)
    times = sorted(voices[k].at for k in said)
    gaps = sorted(b - a for a, b in pairwise(times))
    hours = max(gaps[len(gaps) // 2], 60) / 3_600 if gaps else 24.0
    replies = 0.5 * (1 - math.exp(-max(0.0, depth - 1) / 2)) + 0.5 / (1 + hours / 2)
    count = {side: len(_people(voices, [k for k in said if sides[k] == side])) for side in (1, -1)}
    between = [k for k in said if voices[k].parent >= 0 and voices[k].parent != opener and sides[k]]
    between = [k for k in between if sides[voices[k].parent] and voices[k].author != voices[voices[k].parent].author]
    cross = sum(sides[k] != sides[voices[k].parent] for k in between) / len(between) if between else 0.0
    per = Counter(voices[k].author or str(voices[k].post) for k in said)
    even = len(said) ** 2 / sum(n * n for n in per.values()) / len(per)
    backed = {
        side: sum(max(0, voices[k].score or 0) for k in said if sides[k] == side and voices[k].score is not None)
        for side in (1, -1)
    }
    votes = [2 * min(backed.values()) / sum(backed.values())] if sum(backed.values()) >= 10 else []
    if ratio is not None:
        votes.append(4 * ratio * (1 - ratio))
    return Parts(
        round(replies, 3),
        round(2 * min(count.values()) / max(1, sum(count.values())), 3),
        round(cross, 3),
        round(even * len(per) / (len(per) + 5), 3),
        round(sum(votes) / len(votes), 3) if votes else None,
    )


def _interval(
    voices: Sequence[Voice], sides: NDArray[np.int64], said: Sequence[int], parts: Parts, seed: int
) -> tuple[float, float]:
    """The score's 90% interval if other people like these had spoken: people drawn anew, with replacement."""
    names = sorted(_people(voices, said))
    seat = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(names), 5))  # on one side, on the other, replies across, replies with two sides, posts
    for k in said:
        row = table[seat[voices[k].author or str(voices[k].post)]]
        row[4] += 1
        if sides[k]:
            row[0 if sides[k] > 0 else 1] = 1
            parent = voices[k].parent
            if parent >= 0 and sides[parent] and voices[parent].author != voices[k].author:
                row[3] += 1
                row[2] += sides[parent] != sides[k]
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    sums = drawn @ table
    balance = 2 * np.minimum(sums[:, 0], sums[:, 1]) / np.maximum(sums[:, 0] + sums[:, 1], 1)
    cross = np.where(sums[:, 3] > 0, sums[:, 2] / np.maximum(sums[:, 3], 1), parts.cross)
    square = drawn @ (table[:, 4] ** 2)
    people = (drawn > 0).sum(axis=1)
    spread = np.minimum(sums[:, 4] ** 2 / np.maximum(square, 1) / len(names), 1) * people / (people + 5)
    # What a redraw of people does not vary is left as it is.
    known = {name: value for name, value in asdict(parts).items() if value is not None}
    whole = sum(WEIGHTS[name] for name in known)
    totals = sum(
        WEIGHTS[name] * {"balance": balance, "cross": cross, "spread": spread}.get(name, value)
        for name, value in known.items()
    )
    low, high = np.quantile(np.asarray(totals) / whole, [0.05, 0.95])
    score = parts.total
    return round(float(min(low, score)), 3), round(float(max(high, score)), 3)


def _words(
    voices: Sequence[Voice], texts: Sequence[str], sides: NDArray[np.int64], said: Sequence[int], question: str
) -> dict[int, tuple[str, ...]]:
    """Side -> the words that tell it from the other, by people; 0 -> words that both use, those of the question left
    out."""
    used: dict[int, Counter[str]] = {1: Counter(), -1: Counter()}
    people: dict[int, set[str]] = {1: set(), -1: set()}
    seen: set[tuple[int, str, str]] = set()
    for k in said:
        side = int(sides[k])
        if not side:
            continue
        name = voices[k].author or str(voices[k].post)
        people[side].add(name)
        for word in set(terms(texts[k][:2_000])):
            if (side, name, word) not in seen:
                seen.add((side, name, word))
                used[side][word] += 1
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    for k in said:
        for token in tokens(texts[k][:2_000]):
            shown[fold(token)][token.lower()] += 1

    def as_written(words: Sequence[str], most: int) -> tuple[str, ...]:
        """Words in the spelling that is used most, one of those that share their first five letters."""
        kept: dict[str, str] = {}
        for word in words:
            kept.setdefault(word[:5], max(sorted(shown[word]), key=lambda w: shown[word][w]) if shown[word] else word)
        return tuple(kept.values())[:most]

    asked = {word[:5] for word in terms(question)}
    result: dict[int, tuple[str, ...]] = {}
    for side in (1, -1):
        mine, other = len(people[side]) + 1, len(people[-side]) + 1
        scored = {
            word: count / mine - used[-side][word] / other
            for word, count in used[side].items()
            if count >= 2 and len(word) > 2 and word not in _STANCE_WORDS
        }
        result[side] = as_written([w for w, v in sorted(scored.items(), key=lambda i: (-i[1], i[0])) if v > 0.1], 4)
    both = {
        word: min(used[1][word] / (len(people[1]) + 1), used[-1][word] / (len(people[-1]) + 1))
        for word in used[1]
        if word in used[-1] and word[:5] not in asked and len(word) > 2 and word not in _STANCE_WORDS
    }
    result[0] = as_written([w for w, v in sorted(both.items(), key=lambda i: (-i[1], i[0])) if v >= 0.2], 6)
    return result


# Words that take a side tell nothing of it.
_STANCE_WORDS = frozenset(
    fold(word)
    for word in (
        "agree",
        "disagree",
        "yes",
        "no",
        "right",
        "wrong",
        "true",
        "false",
        "exactly",
        "favour",
        "favor",
        "against",
        "sorry",
        "oui",
        "non",
        "accord",
        "faux",
        "vrai",
        "exact",
        "exactement",
        "pour",
        "contre",
        "désolé",
        "désolée",
    )
)


def _arguments(
    voices: Sequence[Voice], texts: Sequence[str], vectors: Matrix | None, camps: Camps, members: Sequence[int]
) -> tuple[tuple[Argument, ...], dict[int, int]]:
    """Arguments of a camp, those of most people first, and which one each post makes."""
    groups: list[list[int]] = []
    order = sorted(members, key=lambda k: (-_tells(voices[k], texts[k]), voices[k].post))
    for k in order:
        if vectors is not None:
            near = [(float(vectors[k] @ vectors[group[0]]), place) for place, group in enumerate(groups)]
        else:
            mine = set(terms(texts[k]))
            near = [
                (len(mine & set(terms(texts[group[0]]))) / max(1, len(mine)), place)
                for place, group in enumerate(groups)
            ]
        best = max(near, default=(0.0, -1))
        if best[0] >= SAME_ARGUMENT:
            groups[best[1]].append(k)
        elif _tells(voices[k], texts[k]) > 0.2:
            groups.append([k])
    groups.sort(key=lambda g: (-len(_people(voices, g)), -_tells(voices[g[0]], texts[g[0]]), voices[g[0]].post))
    number_of = {k: number for number, group in enumerate(groups) for k in group}
    return tuple(
        Argument(
            (voices[group[0]].post, *best_passage(texts[group[0]])),
            tuple(sorted(voices[k].post for k in group)),
            len(_people(voices, group)),
        )
        for group in groups[:8]
    ), number_of


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


def _bridges(voices: Sequence[Voice], sides: NDArray[np.int64], said: Sequence[int]) -> tuple[Bridge, ...]:
    """People who grant something to the other side, agree with somebody of it, or have the agreement of both."""
    signs: dict[str, int] = defaultdict(int)
    example: dict[str, int] = {}
    backers: dict[str, set[int]] = defaultdict(set)
    for k in said:
        voice, parent = voices[k], voices[k].parent
        if voice.author and (voice.stance.grants or voice.stance.depends):
            signs[voice.author] += 1
            example.setdefault(voice.author, voice.post)
        if parent < 0 or voice.stance.value < CUE or not sides[k]:
            continue
        other = voices[parent].author
        if not other or other == voice.author or voice.stance.target == "question":
            continue
        backers[other].add(int(sides[k]))
        if sides[parent] and sides[parent] != sides[k] and voice.author:
            signs[voice.author] += 1
            example.setdefault(voice.author, voice.post)
        if len(backers[other]) == 2:
            signs[other] += 1
            example.setdefault(other, voices[parent].post)
    ranked = sorted(signs.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Bridge(name, example[name], count) for name, count in ranked[:5])


def _moves(voices: Sequence[Voice], sides: NDArray[np.int64], said: Sequence[int], opener: int) -> tuple[Move, ...]:
    """People whose own words took one side and later the other, each at least as surely as a plain cue."""
    by_author: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for k in said:
        voice = voices[k]
        if not voice.author or abs(voice.stance.value) < CUE:
            continue
        sign = 1 if voice.stance.value > 0 else -1
        if voice.stance.target == "question" or voice.parent < 0 or voice.parent == opener:
            by_author[voice.author].append((k, sign))
    found = []
    for name, cues in sorted(by_author.items()):
        first = cues[0]
        last = next((cue for cue in reversed(cues) if cue[1] != first[1]), None)
        if last is not None and cues[-1][1] != first[1]:
            found.append(Move(name, voices[first[0]].post, voices[last[0]].post))
    return tuple(found[:6])


def question_in(title: str, plain: str) -> tuple[str, bool]:
    """(the sentence that puts the question, whether it asks) of the post that opened a discussion, in its own words."""
    if title.strip().endswith("?"):
        return title.strip(), True
    for found in _SENTENCE.finditer(plain[:3_000]):
        if found[0].strip().endswith("?") and len(found[0].split()) >= 3:
            return found[0].strip(), True
    if title.strip():
        return title.strip(), False
    start, stop = best_passage(plain, 160)
    return plain[start:stop].strip(), False
