"""Words of posts, with what makes them recognisable kept: #tags, @names, C++, camelCase, GPT-5."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from data.settings import REFERENCE

# A tag or handle; a name with inner dots, dashes, plus or sharp signs (Node.js, GPT-5, C++, F#); a word.
TOKEN = re.compile(
    r"[#@]\w[\w-]*|[^\W\d_]\w*(?:[.-]\w*[\d][\w.]*|\.(?:js|io|ai|net|dev|app|py)\b)|[A-Za-z](?:\+\+|#)(?!\w)|\w+",
    re.IGNORECASE,
)
URL = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
HANDLE = re.compile(r"(?<!\w)@\w+")

STOP_WORDS = frozenset(
    word for lang in ("fr", "en") for word in (REFERENCE / f"stop_words_{lang}.txt").read_text(encoding="utf-8").split()
)


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Lower case without accents or ligatures: how words are compared, never how they are shown."""
    word = word.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


_FOLDED_STOP_WORDS = frozenset(fold(word) for word in STOP_WORDS)


def tokens(text: str) -> list[str]:
    """Words in their written form, addresses left out."""
    return TOKEN.findall(URL.sub(" ", text.replace("’", "'")))


def terms(text: str) -> list[str]:
    """The words of a text that can name a subject: folded, stop words, numbers and @names left out."""
    words = []
    for token in tokens(text):
        word = fold(token)
        if word.startswith("@") or word in _FOLDED_STOP_WORDS or word.isdigit():
            continue
        if len(word) > 1 and not (len(word) == 2 and word.isalpha() and token.islower()):
            words.append(word)
    return words


def phrases(text: str) -> list[str]:
    """`terms` and the pairs of terms that stand side by side."""
    held: list[str] = []
    previous = ""
    for token in tokens(text):
        word = fold(token)
        stop = word.startswith("@") or word in _FOLDED_STOP_WORDS or word.isdigit() or len(word) < 2
        if stop or (len(word) == 2 and word.isalpha() and token.islower()):
            previous = ""
            continue
        held.append(word)
        if previous and previous != word:
            held.append(f"{previous} {word}")
        previous = word
    return held
