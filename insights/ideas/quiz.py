"""Questions of a quiz from facts that posts hold: a sentence with its figure left out, and its post as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST, LONGEST = 30, 170  # characters of a sentence that one reads at once
_SENTENCE = re.compile(r"(?:[^.!?\n…]|\.(?=\w)|[.!?](?=[^\s.!?…]))+[.!?…]*")
_FIGURE = re.compile(r"(?<![\w.,/:-])(\d{1,3}(?:[   ,]\d{3})+|\d{1,6})(?:[.,](\d{1,2}))?(?![\w/:-])(?!\.\d)")
_OPINION = re.compile(
    r"\b(?:i|we|my|our|you|je|on|nous|mon|notre|vous|tu|about|around|environ|maybe|peut-être)\b", re.IGNORECASE
)
BLANK = "____"


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence with a blank, three options in ascending order, which of them is right, the post that says so."""

    text: str
    options: tuple[str, str, str]
    right: int
    post: int
    sentence: str


def questions(posts: Sequence[tuple[int, str]], most: int = 5) -> list[Question]:
    """Questions from (post, text): sentences that state a figure, those without an opinion first, one of each post.

    The options beside the figure are half and double of it, so that who knows the matter can tell. Whether the post is
    right is for a person to check: its link stands beside the answer.
    """
    asked_of: list[tuple[bool, Question]] = []
    for post, text in posts:
        for match in _SENTENCE.finditer(text[:4_000]):
            sentence = match[0].strip()
            figures = list(_FIGURE.finditer(sentence))
            if not SHORTEST <= len(sentence) <= LONGEST or len(figures) != 1 or sentence.endswith("?"):
                continue
            figure = figures[0]
            value = float(re.sub(r"\D", "", figure[1]) + (f".{figure[2]}" if figure[2] else ""))
            if value < 3 or 1900 <= value <= 2100:
                continue
            half, double = _written(value / 2), _written(value * 2)
            right = figure[0]
            if len({half, double, right}) < 3:
                continue
            asked = sentence[: figure.start()] + BLANK + sentence[figure.end() :]
            asked_of.append(
                (bool(_OPINION.search(sentence)), Question(asked, (half, right, double), 1, post, sentence))
            )
            break
    return [question for _, question in sorted(asked_of, key=lambda item: item[0])][:most]


def _written(value: float) -> str:
    return str(round(value)) if value >= 10 or value == int(value) else f"{value:.1f}"
