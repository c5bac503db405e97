"""How good topic words are: coherence and diversity."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from insights.text import fold, terms

WINDOW = 10
EPSILON = 1e-12  # as in the reference implementation of c_npmi


def npmi(topics: Sequence[Sequence[str]], texts: Sequence[str], window: int = WINDOW) -> float:
    """Mean normalised pointwise mutual information of word pairs within a sliding window, -1 to 1.

    Bouma 2009; windows of 10 words as in Röder et al. 2015 (c_npmi), counted on texts without stop words, as is
    the custom. Words of several tokens are skipped; a word that is in no text, as a stop word is, scores 0.
    """
    wanted = {fold(word) for words in topics for word in words if " " not in word}
    single: Counter[str] = Counter()
    pair: Counter[tuple[str, str]] = Counter()
    windows = 0
    for text in texts:
        places = terms(text)
        count = max(1, len(places) - window + 1)
        windows += count
        hits = [(index, word) for index, word in enumerate(places) if word in wanted]
        if not hits:
            continue
        starts = sorted({s for index, _ in hits for s in range(max(0, index - window + 1), min(index, count - 1) + 1)})
        low = 0
        for start in starts:
            while low < len(hits) and hits[low][0] < start:
                low += 1
            inside = set()
            for index, word in hits[low:]:
                if index >= start + window:
                    break
                inside.add(word)
            single.update(inside)
            pair.update(combinations(sorted(inside), 2))
    scores = []
    for words in topics:
        folded = list(dict.fromkeys(fold(word) for word in words if " " not in word))
        for a, b in combinations(sorted(folded), 2):
            if not single[a] or not single[b]:
                scores.append(0.0)
                continue
            p = pair[(a, b)] / windows + EPSILON
            mutual = math.log(p * windows * windows / (single[a] * single[b]))
            scores.append(mutual / -math.log(p) if p < 1 else 1.0)
    return sum(scores) / len(scores) if scores else 0.0


def diversity(topics: Sequence[Sequence[str]]) -> float:
    """Share of distinct words among the words of all topics (Dieng et al. 2020)."""
    words = [fold(word) for topic in topics for word in topic]
    return len(set(words)) / len(words) if words else 0.0
