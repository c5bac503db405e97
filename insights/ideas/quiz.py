"""Questions of a quiz from facts that posts hold: a sentence with its figure left out, and its post as the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from data.content.themes import Themes, silent_themes
from insights.ideas.themes import ThemeReader
from insights.text import STOP_WORDS

SHORTEST, LONGEST = 30, 170  # characters of a sentence that one reads at once
_SENTENCE = re.compile(r"(?:[^.!?\n…]|\.(?=\w)|[.!?](?=[^\s.!?…]))+[.!?…]*")
_FIGURE = re.compile(r"(?<![\w.,/:-])(\d{1,3}(?:[   ,]\d{3})+|\d{1,6})(?![\w/:%-])(?![.,]\d)")
_YEAR = re.compile(r"(?<![\w.,/:-])(?:19|20)\d\d(?![\w/:%-])(?![.,]\d)")
_UNFIT = re.compile(
    r"[=<>{}|\\`_/#@\"“”«»\[\]]"  # code, addresses, what somebody else says
    r"|\b(?:i|we|my|our|you|your|me|us|about|around|roughly|almost|maybe|probably|think|should|could|might"
    r"|this|that|these|those|it|its|he|she|his|her|they|their|there|here|today|yesterday|tomorrow|last|next|ago|now"
    r"|je|j|on|nous|mon|ma|mes|notre|nos|vous|votre|vos|tu|ton|moi|environ|presque|peut-être|sans doute|devrait"
    r"|ce|cet|cette|ces|cela|ça|il|elle|ils|elles|son|sa|ses|leur|leurs|celui|celle|ceux|ici|y|hier|demain"
    r"|aujourd'hui|dernier|dernière|prochain|prochaine|maintenant)\b",
    re.IGNORECASE,
)
# A number behind a name or such a word is part of it (Swift 5, chapter 3); one before a word counts things.
_PART_OF_NAME = re.compile(
    r"(?:[A-ZÀ-Þ][\w.’'-]*|\b(?:version|chapter|page|episode|part|section|season|number|no|issue|volume|top|step|level"
    r"|chapitre|épisode|partie|saison|numéro|n°|tome|étape|niveau|article))\s*$"
)
_COUNTED = re.compile(r"\s[a-zà-ÿ]{3,}")
_NAME = re.compile(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ]\w{2,}|^[A-ZÀ-Þ]\w*[A-ZÀ-Þ]\w*")
BLANK = "____"


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence with a blank, three options in ascending order, which of them is right, the post that says so."""

    text: str
    options: tuple[str, str, str]
    right: int
    post: int
    sentence: str


@lru_cache(maxsize=1)
def _silent() -> ThemeReader:
    return ThemeReader(silent_themes(Themes()))


def questions(posts: Sequence[tuple[int, str]], most: int = 5) -> list[Question]:
    """Questions from (post, text): one of each post, none where it states no fact that is whole, dated and fit to ask.

    Whole: a sentence from its capital to its full stop, which names what it is about and points at nothing outside it.
    Dated: it holds a year. Fit: one figure that counts things, no opinion, no theme to stay out of. The options beside
    the figure are half and double of it, so that who knows the matter can tell. Whether the post is right is for a
    person to check: its link stands beside the answer.
    """
    asked = (_question(post, match[0].strip()) for post, text in posts for match in _SENTENCE.finditer(text[:4_000]))
    first: dict[int, Question] = {}
    for question in asked:
        if question is not None:
            first.setdefault(question.post, question)
    return list(first.values())[:most]


def _question(post: int, sentence: str) -> Question | None:
    """A sentence as a question, None where it is not fit."""
    figure = _figure_of(sentence)
    if figure is None or not _is_whole(sentence) or _silent().holds(sentence):
        return None
    value = int(re.sub(r"\D", "", figure[0]))
    half, double = _written(value / 2), _written(value * 2)
    right = figure[0]
    if value < 3 or len({half, double, right}) < 3:
        return None
    asked = sentence[: figure.start()] + BLANK + sentence[figure.end() :]
    return Question(asked, (half, right, double), 1, post, sentence)


def _figure_of(sentence: str) -> re.Match[str] | None:
    """The one figure of a sentence, beside one year, that counts things."""
    if not SHORTEST <= len(sentence) <= LONGEST:
        return None
    years = [found.span() for found in _YEAR.finditer(sentence)]
    figures = [found for found in _FIGURE.finditer(sentence) if found.span() not in years]
    if len(years) != 1 or len(figures) != 1 or len(re.findall(r"\d+(?:[.,   ]\d+)*", sentence)) != 2:
        return None
    before, after = sentence[: figures[0].start()], sentence[figures[0].end() :]
    return None if _PART_OF_NAME.search(before) or not _COUNTED.match(after) else figures[0]


def _is_whole(sentence: str) -> bool:
    """Whether a sentence stands by itself: from a capital to a full stop, in French or English, naming its subject."""
    known = sum(word in STOP_WORDS for word in re.findall(r"\w+", sentence.lower()))
    closed = sentence[:1].isupper() and sentence.endswith((".", "!"))
    return closed and known >= 2 and not _UNFIT.search(sentence) and _NAME.search(sentence) is not None


def _written(value: float) -> str:
    return str(round(value)) if value >= 10 or value == int(value) else f"{value:.1f}"
