"""Whether a post touches a theme that a brand stays out of, or speaks of. Pure; words are found on word borders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data.content.themes import Theme
from insights.text import fold

READ = 1_500  # characters of a post that are read
TITLE = 25  # words: a theme that stands among the first is what the post is about
SCATTERED = 3  # different words of themes further down say the same
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class _Words:
    """Words of themes by their first word, whole or as a beginning."""

    whole: dict[str, list[tuple[tuple[str, ...], bool, str]]] = field(default_factory=dict)
    begun: dict[str, list[str]] = field(default_factory=dict)

    def add(self, word: str, theme: str) -> None:
        parts = tuple(_WORD.findall(fold(word)))
        if not parts:
            return
        if len(parts) == 1 and word.endswith("*"):
            self.begun.setdefault(parts[0], []).append(theme)
        else:
            self.whole.setdefault(parts[0], []).append((parts, word.endswith("*"), theme))

    def at(self, words: Sequence[str], place: int) -> Iterable[tuple[str, str]]:
        """(theme, its word) of all that begin at a place."""
        first = words[place]
        for parts, open_end, theme in self.whole.get(first, ()):
            here = words[place : place + len(parts)]
            whole = len(here) == len(parts) and tuple(here[:-1]) == parts[:-1]
            if whole and (here[-1] == parts[-1] or (open_end and here[-1].startswith(parts[-1]))):
                yield theme, " ".join(parts)
        for stop in range(3, len(first) + 1):
            for theme in self.begun.get(first[:stop], ()):
                yield theme, first[:stop]


class ThemeReader:
    """Reads posts for the words of themes."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        self._words = _Words()
        for theme in themes:
            for word in theme.words:
                self._words.add(word, theme.key)

    def found(self, text: str) -> list[tuple[int, str, str]]:
        """(place among the words, theme, its word) in order."""
        words = _WORD.findall(fold(text[:READ]))
        return [(place, *hit) for place in range(len(words)) for hit in self._words.at(words, place)]

    def touched(self, text: str) -> frozenset[str]:
        """Themes that a post is about: one of their words stands at its beginning, or several in it."""
        found = self.found(text)
        early = {theme for place, theme, _ in found if place < TITLE}
        if len({word for _, _, word in found}) >= SCATTERED:
            early |= {theme for _, theme, _ in found}
        return frozenset(early)

    def holds(self, text: str) -> bool:
        """Whether a text holds any word of the themes."""
        return bool(self.found(text))
