"""What the linear models read of a post: hashed words, word pairs and character n-grams, and a valence lexicon.

Words and character n-grams: Joachims 1998; Wang and Manning 2012. Lexicon features: Hutto and Gilbert 2014.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import HashingVectorizer

from data.settings import REFERENCE

WORD_BUCKETS = 2**17
CHARACTER_BUCKETS = 2**17
MAX_CHARACTERS = 3_000

_NEGATION = re.compile(
    r"not|no|never|cannot|without|nor|neither|hardly|barely|\w+n't|ne|n|pas|jamais|aucune?|sans|ni|guère|dont",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"#?\w+(?:'\w+)?|[:;=8xX][-o*']?[)\](\[dDpP/\\|]+|<3|[!?]+|\.{2,}|[^\w\s]")
_URL = re.compile(r"https?://\S+|\bhttp\b")
_USER = re.compile(r"@\w+")
_LONG = re.compile(r"(.)\1{3,}")
_STOPS = frozenset(".,;:!?") | {"but", "mais", "however", "pourtant"}


def _normalise(text: str) -> str:
    text = (
        text[:MAX_CHARACTERS]
        .encode("utf-8", "replace")
        .decode()
        .replace("\\u2019", "'")
        .replace("’", "'")
        .replace("&amp;", "&")
    )
    phrases, names = idioms()
    text = phrases.sub(lambda match: f" {names[' '.join(match[0].lower().split())]} ", text)
    return _LONG.sub(r"\1\1\1", _USER.sub(" @user ", _URL.sub(" httplink ", text)))


@lru_cache(maxsize=1)
def idioms() -> tuple[re.Pattern[str], dict[str, str]]:
    """Phrases whose tone is not that of their words, each read as one word that says how good or bad it is."""
    names = {}
    for line in (REFERENCE / "idioms.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            phrase, value = line.split("\t")
            names[phrase] = f"idiom{'up' if float(value) > 0 else 'down'}{round(abs(float(value)) + 0.1)}"
    inner = "|".join(re.escape(p).replace(r"\ ", r"\s+") for p in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{inner})(?!\w)", re.IGNORECASE), names


@lru_cache(maxsize=200_000)
def _negates(word: str) -> bool:
    return _NEGATION.fullmatch(word) is not None


def _words(split: Sequence[str]) -> list[str]:
    """Tokens with the reach of a negation marked, and pairs of neighbours."""
    words: list[str] = []
    reach = 0
    for token in split:
        word = token.lower()
        if word in _STOPS:
            reach = 0
        words.append(f"not_{word}" if reach else word)
        if len(token) > 2 and token.isupper():
            words.append("*caps*")
        reach = 4 if _negates(word) else max(0, reach - 1)
    return words + [f"{a}_{b}" for a, b in itertools.pairwise(words)]


@lru_cache(maxsize=4)
def lexicon(lang: str) -> tuple[dict[str, float], tuple[tuple[str, float], ...]]:
    """(exact words, (prefix, valence) pairs) of a language's lexicon."""
    exact: dict[str, float] = {}
    prefixes: list[tuple[str, float]] = []
    path = REFERENCE / f"sentiment_{'fr' if lang == 'fr' else 'en'}.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") or "\t" not in line:
            continue
        word, value = line.split("\t")[:2]
        if word.endswith("*") and len(word) > 3 and lang == "fr":
            prefixes.append((word[:-1], float(value)))
        else:
            exact[word.lower()] = float(value)
    return exact, tuple(sorted(prefixes, key=lambda p: -len(p[0])))


@lru_cache(maxsize=200_000)
def valence(word: str, lang: str) -> float:
    """Valence of a lower-case word, 0 where the lexicon does not know it."""
    if word.startswith("idiom") and word[-1:].isdigit():
        return float(word[-1]) * (1 if "up" in word else -1)
    exact, prefixes = lexicon(lang)
    if word in exact:
        return exact[word]
    bare = word.lstrip("#")
    if bare in exact:
        return exact[bare]
    for prefix, value in prefixes:
        if bare.startswith(prefix):
            return value
    return 0.0


LEXICON_FEATURES = 14


def lexicon_features(prepared: str, split: Sequence[str], lang: str) -> list[float]:
    """Fourteen numbers of order one: sums of valence under negation, the last and extreme ones, marks of style.

    `prepared` is a normalised text, `split` its tokens.
    """
    hits: list[float] = []
    after_but: list[float] = []
    reach, seen_but = 0, False
    for token in split:
        word = token.lower()
        value = valence(word, lang)
        if value:
            value = -0.74 * value if reach else value
            hits.append(value)
            if seen_but:
                after_but.append(value)
        if word in {"but", "mais"}:
            seen_but = True
        reach = 3 if _negates(word) else max(0, reach - 1)
    up, down = sum(v for v in hits if v > 0), -sum(v for v in hits if v < 0)
    total = up - down
    return [
        min(up, 12) / 4,
        min(down, 12) / 4,
        total / float(np.sqrt(total * total + 15)),
        float(bool(hits)),
        (hits[-1] if hits else 0.0) / 4,
        max(hits, default=0.0) / 4,
        min(hits, default=0.0) / 4,
        max(-1.0, min(1.0, sum(after_but) / 4)),
        float("!" in prepared),
        float("?" in prepared),
        float("httplink" in prepared),
        float(prepared.count("#") > 1),
        min(len(prepared) / 140, 3.0),
        float(lang == "fr"),
    ]


@lru_cache(maxsize=1)
def _vectorizers() -> tuple[Any, Any]:
    word = HashingVectorizer(analyzer=_words, n_features=WORD_BUCKETS, alternate_sign=False, norm="l2", binary=True)
    character = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(3, 5),
        n_features=CHARACTER_BUCKETS,
        alternate_sign=False,
        norm="l2",
        binary=True,
    )
    return word, character


def features(texts: Sequence[str], langs: Sequence[str]) -> sparse.csr_matrix:
    """n x (words + characters + 14 lexicon features), sparse."""
    word, character = _vectorizers()
    prepared = [_normalise(text) for text in texts]
    split = [_TOKEN.findall(text) for text in prepared]
    style = np.array(
        [lexicon_features(*item) for item in zip(prepared, split, langs, strict=True)], dtype=np.float32
    ).reshape(len(texts), LEXICON_FEATURES)
    return sparse.hstack(
        [word.transform(split), character.transform(prepared), sparse.csr_matrix(style)], format="csr", dtype=np.float32
    )


def tokens(text: str) -> list[str]:
    """The words of a post as they are written, in order."""
    return _TOKEN.findall(text[:MAX_CHARACTERS])
