"""Words that tell the sides of a debate apart, and words that both use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from insights.debates.placed import Placed, person_of
from insights.text import fold, terms, tokens

CHARACTERS = 2_000  # of a post that are read
OF_A_SIDE, OF_BOTH = 4, 6  # words at most
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


def words_of_sides(placed: Placed) -> dict[int, tuple[str, ...]]:
    """Side -> the words that tell it from the other, by people; 0 -> words that both use, those of the question left
    out."""
    people = {side: len(placed.people(placed.on_side(side))) + 1 for side in (1, -1)}
    used = {side: _people_by_word(placed, side) for side in (1, -1)}
    spellings = _spellings(placed)
    words: dict[int, tuple[str, ...]] = {}
    for side in (1, -1):
        own = {
            word: count / people[side] - used[-side][word] / people[-side]
            for word, count in used[side].items()
            if count >= 2 and _tells(word)
        }
        words[side] = _as_written(_best(own, 0.1, strictly=True), spellings, OF_A_SIDE)
    question = placed.texts[placed.opener] if placed.opener >= 0 else ""
    asked = {word[:5] for word in terms(question)}
    both = {
        word: min(used[1][word] / people[1], used[-1][word] / people[-1])
        for word in used[1]
        if word in used[-1] and word[:5] not in asked and _tells(word)
    }
    words[0] = _as_written(_best(both, 0.2), spellings, OF_BOTH)
    return words


def _people_by_word(placed: Placed, side: int) -> Counter[str]:
    words_of: dict[str, set[str]] = defaultdict(set)
    for k in placed.on_side(side):
        words_of[person_of(placed.voices[k])] |= set(terms(placed.texts[k][:CHARACTERS]))
    return Counter(word for words in words_of.values() for word in words)


def _spellings(placed: Placed) -> dict[str, Counter[str]]:
    """Word without accents and case -> how it is written."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for k in placed.said:
        for token in tokens(placed.texts[k][:CHARACTERS]):
            written[fold(token)][token.lower()] += 1
    return written


def _tells(word: str) -> bool:
    return len(word) > 2 and word not in _STANCE_WORDS


def _best(values: dict[str, float], least: float, *, strictly: bool = False) -> list[str]:
    ranked = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    return [word for word, value in ranked if value > least or (value == least and not strictly)]


def _as_written(words: Iterable[str], spellings: dict[str, Counter[str]], most: int) -> tuple[str, ...]:
    """Words in the spelling that is used most, one of those that share their first five letters."""
    kept: dict[str, str] = {}
    for word in words:
        written = spellings.get(word)
        kept.setdefault(word[:5], max(sorted(written), key=written.__getitem__) if written else word)
    return tuple(kept.values())[:most]
