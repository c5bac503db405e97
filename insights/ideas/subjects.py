"""What a subject is called in an idea: the one or two words of its name that its posts share. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insights.text import fold, tokens

SHARED = 0.15  # of a subject's posts hold a word of its name, or it says nothing of them
MOST = 2  # words in a title
STEM = 5  # letters that two forms of one word have in common


def shared_words(name: str, posts: Sequence[frozenset[str]]) -> str:
    """The words of a name ("a, b · c") that its posts hold, at most two, with commas; "" where there is none.

    `posts` are the folded words, and pairs of words, of each post (`insights.text.phrases`).
    """
    kept: list[str] = []
    for word in re.split(r"\s*[,·]\s*", name):
        folded = " ".join(fold(token) for token in tokens(word))
        if not folded or any(fold(other)[:STEM] == folded[:STEM] for other in kept):
            continue
        if sum(folded in held for held in posts) >= max(2, SHARED * len(posts)):
            kept.append(word)
        if len(kept) == MOST:
            break
    return ", ".join(kept)
