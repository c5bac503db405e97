"""The words of posts that may name a topic: what a person wrote on the subject, not what came around it. Pure.

Left out are code and its marks, shortcodes and addresses, what a source writes under each of its posts ("read on",
"click here to listen"), numbers and hashes, and small words of other languages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from data.settings import REFERENCE
from insights.text import fold, phrases, tokens

TEXT_LIMIT = 1_500
RUN = 3  # words in a row, or line ends, that a source repeats
OF_A_SOURCE = 5  # posts of a source that hold a run, and their share, from which it is its own
SHARE_OF_SOURCE = 0.4
EDGES = 60  # words at the beginning and at the end of a post in which runs are looked for
CODE_SIGNS = 0.12  # of the characters of a line from which it is code
LONGEST = 30  # letters of a word

_FENCED = re.compile(r"(```|~~~).{0,1500}?(?:\1|\Z)", re.DOTALL)
_TICKS = re.compile(r"`[^`\n]{1,200}`")
_SHORTCODE = re.compile(r"\[/?[a-z][\w-]{1,30}(?:\s[^\]\n]{0,300})?\]|\{\{[^}\n]{0,200}\}\}|\{%[^%\n]{0,200}%\}", re.I)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>\n]{0,300}>|&#?\w{2,8};")
_MAIL_OR_PATH = re.compile(r"\S{1,80}@\S{1,80}\.\w{2,10}|(?<!\S)[~.]{0,2}/[\w.-]{1,60}/\S{0,100}")
_SIGNS = re.compile(r"[{}();=<>|\\$#*_+\[\]]")
_ASSIGNED = re.compile(r"[;{]\s*$|^\s*[$>#]\s|\w\(.{0,80}\)\s*[;{]|\w\s?(?:=|:=|=>|->|::)\s?\S")
_HASH = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}$|0x[0-9a-f]+$")
_ENTITIES = frozenset(
    "nbsp quot amp lt gt apos ldquo rdquo lsquo rsquo hellip mdash ndash http https www html href src".split()  # noqa: SIM905
)


def _small_words() -> frozenset[str]:
    lines = (REFERENCE / "function_words_other.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(
        fold(word) for line in lines if not line.startswith("#") for word in line.partition(":")[2].split()
    )


_SMALL_WORDS = _small_words()


@lru_cache(maxsize=100_000)
def is_clear(word: str) -> bool:
    """Whether a folded word can say what a topic is about: letters to read, no code, hash or small word."""
    if word in _SMALL_WORDS or word in _ENTITIES or len(word) > LONGEST or "_" in word or _HASH.match(word):
        return False
    letters = sum(map(str.isalpha, word))
    return letters >= 2 or (letters == 1 and 2 <= len(word) <= 3)  # "c++", "g7", "5g"


def without_code(text: str) -> str:
    """A text without code, shortcodes, markup, addresses of mail and paths; at most 1,500 characters."""
    plain = text[:TEXT_LIMIT]
    if "`" in plain or "~~~" in plain:
        plain = _TICKS.sub(" ", _FENCED.sub("\n", plain))
    if "[" in plain or "{" in plain:
        plain = _SHORTCODE.sub(" ", plain)
    if "<" in plain or "&" in plain:
        plain = _MARKUP.sub(" ", plain)
    if "@" in plain or "/" in plain:
        plain = _MAIL_OR_PATH.sub(" ", plain)
    return "\n".join(line for line in plain.split("\n") if not _is_code(line))


def _is_code(line: str) -> bool:
    """A line of code has many signs, or ends and assigns as code does and has some."""
    if len(line) < 4:
        return False
    share = len(_SIGNS.findall(line)) / len(line)
    return share >= CODE_SIGNS or (share >= CODE_SIGNS / 3 and _ASSIGNED.search(line) is not None and "=>" not in line)


def clear_phrases(text: str, own: frozenset[tuple[str, ...]] = frozenset()) -> list[str]:
    """The phrases of a text (`insights.text.phrases`) that may name a topic; `own` are runs of its source."""
    plain = without_code(text)
    if own:
        plain = _without_runs(plain, own)
    return [phrase for phrase in phrases(plain) if all(is_clear(word) for word in phrase.split())]


def clear_said(texts: Sequence[str], sources: Sequence[int] = ()) -> list[list[str]]:
    """The clear phrases of each post. With the source of each, what a source repeats is left out."""
    if len(sources) != len(texts):
        return [clear_phrases(text) for text in texts]
    runs = runs_of_sources(texts, sources)
    none: frozenset[tuple[str, ...]] = frozenset()
    return [clear_phrases(text, runs.get(source, none)) for text, source in zip(texts, sources, strict=True)]


def runs_of_sources(texts: Sequence[str], sources: Sequence[int]) -> dict[int, frozenset[tuple[str, ...]]]:
    """Source -> runs of words that many of its posts hold at their edges: its template, not its subject.

    A run is three words, the ends of lines and of the post counted as words: "read on" is one at the end of a post.
    Equal posts count once, so that a text sent many times is not taken for a template.
    """
    posts: dict[int, set[str]] = {}
    for text, source in zip(texts, sources, strict=True):
        posts.setdefault(source, set()).add(text[:TEXT_LIMIT])
    found = {}
    for source, mine in posts.items():
        if len(mine) < OF_A_SOURCE:
            continue
        counts: Counter[tuple[str, ...]] = Counter()
        for text in mine:
            counts.update({run for _, run in _runs(_marked(without_code(text)))})
        least = max(OF_A_SOURCE, SHARE_OF_SOURCE * len(mine))
        own = frozenset(run for run, number in counts.items() if number >= least)
        if own:
            found[source] = own
    return found


_END = "\n"


def _marked(text: str) -> list[str]:
    """Folded words with a mark at the beginning, at the end, and between lines."""
    words = [_END]
    for line in text.split("\n"):
        mine = [fold(token) for token in tokens(line)]
        if mine:
            words += [*mine, _END]
    return words


def _runs(words: Sequence[str]) -> Iterable[tuple[int, tuple[str, ...]]]:
    last = len(words) - RUN
    for start in range(last + 1):
        if start <= EDGES or start >= last - EDGES:
            yield start, tuple(words[start : start + RUN])


def _without_runs(text: str, own: frozenset[tuple[str, ...]]) -> str:
    """The text with the words of these runs replaced by a break."""
    lines = [tokens(line) for line in text.split("\n")]
    words = [_END]
    for line in lines:
        if line:
            words += [*(fold(token) for token in line), _END]
    covered = {start + step for start, run in _runs(words) if run in own for step in range(RUN)}
    kept, place = [], 0
    for line in lines:
        if not line:
            continue
        kept.append(" ".join("." if place + 1 + n in covered else token for n, token in enumerate(line)))
        place += len(line) + 1
    return "\n".join(kept)
