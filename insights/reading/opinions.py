"""Which sentence of a post says what its tone is said to be: only such a post is quoted under praise or criticism.

A model of tone reads a whole post and is wrong on idioms ("insane", "I could not believe my eyes"). So a quote needs
more: a sentence whose own words say it, and none that may say the contrary. In doubt it says nothing. Pure, and light
enough for a page; the words are in `reference/opinions.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache

from data.settings import REFERENCE
from insights.reading.aspects import sentences
from insights.text import fold

SURE = 0.6  # calibrated probability of its tone, from which a post may be quoted for it
LONGEST = 420  # characters from the start of a post: what a quote shows

_REACH = 3  # words that a negation reaches: before it in French too ("n'est pas bon", "rien de bon")
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"^[ \t]{0,8}>[^\n]*|“[^”\n]{1,300}”|«[^»\n]{1,300}»|(?<!\w)\"[^\"\n]{1,300}\"", re.MULTILINE)
_CHEER = re.compile(r"[❤♥😍🥰🤩👏🙌💪🔥🎉😻💖💯🥳]|<3|(?<!\w)[:;]-?[)D](?!\w)")


@dataclass(frozen=True, slots=True)
class _Words:
    """The opinions of one language: phrases and words over a folded sentence with a space at both ends."""

    praise: re.Pattern[str]
    blame: re.Pattern[str]
    praises: re.Pattern[str]
    blames: re.Pattern[str]
    two_faced: re.Pattern[str]
    distrust: re.Pattern[str]
    negations: frozenset[str]
    greetings: re.Pattern[str]
    misfortune: re.Pattern[str]  # what is sad or was told, and nobody's opinion
    hedges: re.Pattern[str]


def _stems(words: str) -> re.Pattern[str]:
    inner = "|".join(w[:-1] if w.endswith("$") else w + r"\w*" for w in words.split())
    return re.compile(rf"(?:{inner})")


def _phrases(joined: str) -> re.Pattern[str]:
    return re.compile(rf" (?:{joined.strip()})(?= )")


@lru_cache(maxsize=2)
def _words(lang: str) -> _Words:
    said = tomllib.loads((REFERENCE / "opinions.toml").read_text(encoding="utf-8"))[lang]
    return _Words(
        _phrases(said["praise_phrases"]),
        _phrases(said["blame_phrases"]),
        _stems(said["praise"]),
        _stems(said["blame"]),
        re.compile(f"(?:{said['two_faced']})"),
        _phrases(said["distrust"]),
        frozenset(said["negations"].split()),
        _phrases(said["greetings"]),
        _phrases(said["misfortune"]),
        _phrases(said["hedges"]),
    )


def opinion(sentence: str, lang: str) -> str:
    """ "positive" or "negative" where the words of a sentence say so and nothing in it says otherwise, else ""."""
    lang = "fr" if lang == "fr" else "en"
    words = _words(lang)
    if sentence.rstrip(" \"'»”)").endswith("?"):
        return ""
    folded = f" {' '.join(_WORD.findall(fold(sentence.replace('’', ' '))))} "
    if folded.startswith((" if ", " si ", " s il")):
        return ""
    rest, praised = words.praise.subn(" _", words.greetings.sub(" _", folded))
    rest, blamed = words.blame.subn(" _", rest)
    up, down, doubt = _count(rest, words)
    good, bad = praised + up + bool(_CHEER.search(sentence)), blamed + down
    hedged = words.hedges.search(folded) is not None
    if good and not bad and not doubt and not (up and not praised and (hedged or words.distrust.search(rest))):
        return "positive"
    told = words.misfortune.search(folded) is not None
    if bad and not good and not told and not ((doubt or hedged) and not blamed):
        return "negative"
    return ""


def _count(folded: str, words: _Words) -> tuple[int, int, bool]:
    """(words of praise, words of blame, whether some could be either) of a folded sentence."""
    up = down = 0
    doubt = False
    split = folded.split()
    for place, word in enumerate(split):
        negated = any(w in words.negations for w in split[max(0, place - _REACH) : place])
        if words.two_faced.fullmatch(word):
            doubt = True
        elif words.praises.fullmatch(word):
            up, doubt = up + (not negated), doubt or negated
        elif words.blames.fullmatch(word):
            down, doubt = down + (not negated), doubt or negated
    return up, down, doubt


def saying(text: str, lang: str, tone: str) -> tuple[int, int] | None:
    """Where a post says its tone, within what a quote of it shows: (start, stop) of the first such sentence. None where
    no sentence does, or where one there says the contrary."""
    said = _QUOTED.sub(lambda match: " " * len(match[0]), text)
    found = None
    for start, stop in sentences(said):
        if start >= LONGEST:
            break
        told = opinion(said[start:stop], lang)
        if told == tone and found is None and stop <= LONGEST:
            found = (start, stop)
        elif told and told != tone:
            return None
    return found
