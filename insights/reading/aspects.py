"""Which sides of a thing a post speaks of, sentence by sentence. Pure; the words are in `reference/aspects.toml`.

Aspect-based opinion by a lexicon of aspect terms (Hu and Liu 2004): the tone is that of the sentence.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache

from data.settings import REFERENCE
from insights.text import fold

INVITATION = "invitation"
LONGEST = 4_000  # characters of a post that are read
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")


@dataclass(frozen=True, slots=True)
class AspectFound:
    """The first sentence of a post that speaks of an aspect: its place in the text, in characters."""

    aspect: str
    start: int
    stop: int


@lru_cache(maxsize=1)
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    content = tomllib.loads((REFERENCE / "aspects.toml").read_text(encoding="utf-8"))
    return {
        lang: {
            aspect: re.compile(
                r"(?<!\w)(?:"
                + "|".join(re.escape(w.removesuffix("$")) + (r"(?!\w)" if w.endswith("$") else "") for w in by[lang])
                + ")"
            )
            for aspect, by in content.items()
        }
        for lang in ("en", "fr")
    }


def aspects() -> tuple[str, ...]:
    """The names of all aspects of a product, in the order of the file."""
    return tuple(name for name in _patterns()["en"] if name != INVITATION)


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, stop) of each sentence, spaces around it left out."""
    spans = []
    for match in _SENTENCE.finditer(text[:LONGEST]):
        body = match[0].strip()
        if body:
            start = match.start() + match[0].index(body)
            spans.append((start, start + len(body)))
    return spans


def find_aspects(text: str, lang: str) -> list[AspectFound]:
    """Each aspect that a post speaks of, once; text of another language than French is read as English."""
    patterns = _patterns()["fr" if lang == "fr" else "en"]
    found: dict[str, AspectFound] = {}
    for start, stop in sentences(text):
        folded = " ".join(fold(word) for word in text[start:stop].replace("’", "'").split())
        for aspect, pattern in patterns.items():
            if aspect not in found and pattern.search(folded):
                found[aspect] = AspectFound(aspect, start, stop)
    return list(found.values())
