"""The language of a post, among all that py3langid knows.

Its probability is scaled by the length of the text, so that a short text is never sure: the line below does by itself
what a number of words would (docs/benchmarks.md, "Languages"). Where no other language is clearly meant, a text is
French or English, whichever is likelier.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from insights.text import HANDLE, URL

OURS = ("en", "fr")  # what a text is where nothing else is clear
UNKNOWN = "und"  # neither French nor English, and too short to say more
CLEAR = 20.0  # times likelier than French and English: another language
NAMED = 0.5  # probability from which that language has a name
SURE = 0.9  # probability that outweighs what a network or a feed declares
TEXT_LIMIT = 1_000  # characters

# What the detector tells apart and readers do not: dialects written as their language, and Nigerian Pidgin, which it
# finds in English news from Lagos.
_SAME = {"pcm": "en", "wuu": "zh", "yue": "zh", "nn": "no", "arz": "ar", "ary": "ar", "uzs": "uz", "sdh": "ku"}
_OTHER_CODES = {"nb": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", **_SAME}
_NO_LANGUAGE = "zxx"
_IDEOGRAMS = "\u2e80"  # and all above
_NUMBER = re.compile(r"\d[\d.,]*")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_modelpath(str(MODEL_DIR / MODEL_FILE), norm_probs=True)


def known_code(declared: str) -> str:
    """The code of a declared language ("pt-BR" is "pt"), "" for what is none."""
    code = re.split(r"[-_]", declared.strip().lower())[0]
    if not (code.isascii() and code.isalpha() and 2 <= len(code) <= 3) or code in {UNKNOWN, _NO_LANGUAGE, "mul"}:
        return ""
    return _OTHER_CODES.get(code, code)


def detect_languages(texts: Sequence[str], given: Sequence[str] | None = None) -> list[str]:
    """A language code for each text; "und" where it is neither French nor English and too short to say more.

    A language `given` by a network or a feed stays unless the text clearly is in another. Without letters to read,
    it is what was given, or "".
    """
    declared = [known_code(code) for code in given] if given is not None else [""] * len(texts)
    return [_detect(text, code) for text, code in zip(texts, declared, strict=True)]


def _detect(text: str, declared: str) -> str:
    words = _one_script(_NUMBER.sub(" ", HANDLE.sub(" ", URL.sub(" ", text[:TEXT_LIMIT]))).strip())
    if not any(c.isalpha() for c in words):
        return declared
    likely = _probabilities(words)
    best = max(likely, key=lambda code: (likely[code], code))
    if declared:
        return best if likely[best] >= SURE else declared
    ours = max(OURS, key=lambda code: likely[code])
    if likely[best] < CLEAR * likely[ours]:
        return ours
    return best if likely[best] >= NAMED else UNKNOWN


def _one_script(words: str) -> str:
    """Without the letters of another script where most are Latin: a Japanese name in an English sentence does not make
    it Japanese. Ideograms and kana, which say more than a letter, count twice."""
    latin = sum(map(len, _LATIN.findall(words)))
    others = {c for c in set(words) if c.isalpha() and not _LATIN.match(c)}
    if not others or sum(1 + (c >= _IDEOGRAMS) for c in words if c in others) >= latin:
        return words
    return "".join(" " if c in others else c for c in words)


def _probabilities(words: str) -> dict[str, float]:
    likely: dict[str, float] = {}
    for code, probability in _identifier().rank(words):
        code = _SAME.get(code, code)
        likely[code] = likely.get(code, 0.0) + probability
    likely.pop(_NO_LANGUAGE, None)
    return likely
