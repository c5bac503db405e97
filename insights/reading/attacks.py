"""Whom a post attacks, in its own words: an insult of somebody, a threat, contempt for a people, hatred in code.

Rules over the words of `reference/attacks.toml`. They hold against a score of words alone what makes an attack one:
that it is aimed at somebody. What a post quotes or reports, says of its author, of a thing or of a rule, and friendly
swearing are none. Sentences are compared folded (lower case, no accents), with masked letters read (`1d10t`, `f*ck`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from data.settings import REFERENCE
from insights.text import fold

LONGEST = 4_000  # characters of a post that are read
SLUR, THREAT, HATE, CODED, HOSTILE, INSULT, CHARGE, CONTEMPT = (
    "slur",
    "threat",
    "hate",
    "coded",
    "hostile",
    "insult",
    "charge",
    "contempt",
)
_WHOLE = ((THREAT, "threats"), (CODED, "coded"), (HOSTILE, "hostile"))

# What the author did not say: quoted lines and passages, code, addresses.
_NOT_SAID = re.compile(
    r"^[ \t]{0,8}(?:>|&gt;)[^\n]*|```[\s\S]{0,3000}?```|`[^`\n]{1,300}`|https?://\S+"
    r"|<blockquote[\s\S]{0,3000}?</blockquote>|<[^<>\n]{1,200}>|&#?\w{1,8};"
    r"|“[^”\n]{1,400}”|«[^»\n]{1,400}»|(?<!\w)\"[^\"\n]{1,400}\"(?!\w)|(?<!\w)‘[^’\n]{3,200}’(?!\w)|(?<!\w)'[^'\n]{3,200}'(?!\w)",
    re.MULTILINE,
)
_END = re.compile(r"[.!?…\n]+")
_PART = re.compile(r"/?\b[ur]/[\w-]+|@\w[\w.-]*|[\w@$*]+|[,;:()–—]|-(?=\s)")
_DRAWN = re.compile(r"([^\W\d])\1{2,}")  # "loooser"
_LEET = str.maketrans("@$013457", "asoieast")
_CODE_MARKS = re.compile(
    r"\(\(\(\s{0,3}(?:they|them|who|you know who|bankers?|banks|media|globalists?|elites?|ils|eux|qui|banquiers?|"
    r"m[ée]dias?|[ée]lites?|[A-Z][\w-]{2,20})\s{0,3}\)\)\)|(?<![\w/])14/?88(?![\w/€$£%]|[.,]\d)|(?<![\w/])13/5[02](?![\w/])",
)
_ABOUT_CODE = re.compile(
    r"\b(?:theor\w+|conspirac\w+|complot\w*|myth\w*|these|far right|extreme droite|rac(?:ist|isme|isme)\w*|year|annee|"
    r"denonc\w+|condemn\w*|so called|soi disant|neo ?nazis?|means?|signifie|symbol\w*|version|port|build)\b"
)


@dataclass(frozen=True, slots=True)
class Aim:
    """An attack found in a post: its `kind` and its words as they are written."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The compiled turns of speech of one language, over a folded sentence with a space at both ends."""

    turns: tuple[tuple[str, re.Pattern[str]], ...]  # what says it whole
    aimed: tuple[tuple[str, re.Pattern[str]], ...]  # a word, and whom it is said of
    innocent: tuple[re.Pattern[str], ...]  # what, around such an insult, makes it none
    of_words: re.Pattern[str]  # a sentence about a word
    of_fiction: re.Pattern[str]  # about a game or a story
    friendly: re.Pattern[str]
    addressed: re.Pattern[str]  # words to the reader, or of a people
    loaded: frozenset[str]  # words without one of which nothing is aimed at anybody
    turning: frozenset[str]  # words without one of which there is no turn of speech
    words: tuple[str, ...]  # all single words of attacks, which masked letters may stand for


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A folded sentence, its parts joined by spaces, and where each part stands in the text."""

    folded: str
    spans: tuple[tuple[int, int], ...]

    def written(self, text: str, match: re.Match[str], group: int | str = 0) -> str:
        """The words of a match as the post has them."""
        first = self.folded.count(" ", 0, match.start(group) + (self.folded[match.start(group)] == " ")) - 1
        last = first + len(match[group].split()) - 1
        return text[self.spans[first][0] : self.spans[last][1]]


def _any(*lists: str) -> str:
    return "(?:" + "|".join(word for listed in lists for word in listed.split()) + ")"


def _spelled(usual: frozenset[str], *patterns: str) -> frozenset[str]:
    """The words that patterns spell out, without a plural's s and the `usual` ones: a sentence that holds none of them
    need not be searched."""
    joined = re.sub(r"\\w|\(\?[:!]", " ", " ".join(patterns))
    shortest, longest = re.sub(r"\w\?", "", joined), joined.replace("?", "")
    spelled = {*re.findall(r"[a-z]{2,}", shortest), *re.findall(r"[a-z]{2,}", longest)}
    return frozenset(word.rstrip("s") for word in spelled - usual)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What the turns of speech of one language are put together from."""

    said: dict[str, Any]  # the lists of the file
    named: str  # any word for somebody that insults, charges or slurs
    either: str  # such a word, or an adjective that is said of somebody
    more: str  # words of degree before it
    people: str
    groups: str


def _parts(said: dict[str, Any]) -> _Parts:
    named = f"(?:{_any(said['insults'], said['rough'], said['charges'], said['slurs'])}|{said['rough_phrases']})"
    people = _any(said["people"])
    # An adjective is said of somebody where no thing follows it: "you are stupid", "stupid people", not "stupid bug".
    quality = f"{_any(said['adjectives'])}(?= (?:$|[,;:)]|{said['joins']} |{people} ))"
    return _Parts(said, named, f"(?:{named}|{quality})", f"(?:{said['degree']} ){{0,4}}", people, _any(said["groups"]))


def _turns(p: _Parts) -> list[tuple[str, str]]:
    """What says an attack whole."""
    said = p.said
    commands = f"(?P<said>(?:{'|'.join(said['commands'])})(?: {p.either})?)"
    return [
        *((kind, f" (?P<said>{'|'.join(said[key])}) ") for kind, key in _WHOLE),
        (HOSTILE, f" (?P<said>fuck (?:the|these|those|all|that|this) (?:\w+ ){{0,2}}{p.people}) "),
        (HOSTILE, f"(?:^|[,;:]) (?P<said>fuck (?:\w+ ){{1,3}}{p.people}) "),
        (HOSTILE, f"(?:^ |[,;:] |{said['urged']} ){commands} (?:$|[,;:)])"),
        (HATE, f" (?P<said>{p.groups} (?:\w+ ){{0,2}}{said['be']} {p.more}{_any(said['dehuman'])}) "),
        (HATE, f" (?P<said>{p.groups} {said['excluded']}) "),
        (HATE, f" (?P<said>{said['hateful']} (?:all |the |les |ces |these |those )?{p.groups}) "),
    ]


def _aimed(p: _Parts) -> list[tuple[str, str]]:
    """A word, and whom it is said of."""
    said, reader, be = p.said, p.said["reader"], p.said["be"]
    bare = _any(said["insults"])  # said of people only
    return [
        (SLUR, f" (?P<said>{_any(said['slurs'])}) "),
        (INSULT, f" (?P<said>{reader} (?:{be} )?{p.more}{p.either}) "),
        (INSULT, f" (?P<said>{said['kin']} {be} {p.more}(?:{p.either}|gay|lesbian)) "),
        (INSULT, f" (?P<said>{p.either} (?:like|comme) {reader}) "),
        (INSULT, f" (?P<said>(?:espece|bande|tas) (?:de|d) {p.more}{p.named}) "),
        (INSULT, f"^ (?P<said>{p.more}{bare}) (?:$|[,;:])"),
        (INSULT, f"[,;:] (?P<said>{p.more}{bare}) $"),
        (INSULT, f"^ (?P<said>{said['alone']}) $"),
        (INSULT, f" (?P<said>{said['determined']}) "),
        (CHARGE, f" (?P<said>{said['persons']} (?:\w+ ){{0,4}}{be} {p.more}{p.either}) "),
        (CONTEMPT, f" (?P<said>{_any(said['scornful'])} (?:little |old |fat |petits? |gros )?{p.people}) "),
        (INSULT, f" (?P<said>{bare}) "),
    ]


def _innocent(p: _Parts) -> list[str]:
    """What, around such a word, makes it no attack: said of oneself, denied, reported, likened, of a thing, kindly."""
    said, either, more = p.said, p.either, p.more
    return [
        f" {said['self']} (?:, )?{more}{either}(?! {p.people})(?= )",
        f" {said['negation']} {more}{either}(?= )",
        f" {said['thought']} (?:\w+ ){{1,4}}(?:{said['be']} )?{more}{either}(?= )",
        f" {said['nobody']} (?:\w+ ){{0,3}}{said['be']} {more}{either}(?= )",
        f" {either} {said['myself']}(?= )",
        f" {said['reports']} (?!(?:you|u) )(?:\w+ ){{0,2}}{more}{either}(?= )",
        f" {said['likened']} {more}{either}(?= )",
        f" {either} {said['compounds']}(?= )",
        f" {_any(said['friendly'])} (?:[\w,]+ ){{0,3}}{more}{either}(?= )",
        f" {either} (?:, )?{_any(said['friendly'])}(?= )",
    ]


@lru_cache(maxsize=2)
def _patterns(lang: str) -> _Patterns:
    """The turns of speech of `en` or `fr`, from the lists of the file."""
    content: dict[str, Any] = tomllib.loads((REFERENCE / "attacks.toml").read_text(encoding="utf-8"))
    said, usual = content[lang], frozenset(content["usual"].split())
    p = _parts(said)
    words = [w.removesuffix("s?") for w in f"{said['slurs']} {said['insults']} {said['rough']}".split()]
    turning = [turn for key in ("threats", "coded", "hostile", "commands") for turn in said[key]]
    loaded = [said[key] for key in ("adjectives", "scornful", "determined", "alone")]
    return _Patterns(
        tuple((kind, re.compile(pattern)) for kind, pattern in _turns(p)),
        tuple((kind, re.compile(pattern)) for kind, pattern in _aimed(p)),
        tuple(re.compile(pattern) for pattern in _innocent(p)),
        re.compile(f" {said['words_of_words']} "),
        re.compile(f" {said['fiction']} "),
        re.compile(f" {_any(said['friendly'])} "),
        re.compile(f" (?:{said['address']}|{p.groups}) "),
        _spelled(usual, p.named, *loaded, "gay lesbian"),
        _spelled(usual, *turning, said["groups"], "fuck"),
        tuple(dict.fromkeys(w for w in words if w.isalpha())),
    )


def find_aims(text: str, lang: str) -> list[Aim]:
    """The attacks of a post, in its order: at most one a sentence. Text of another language than French is read as
    English."""
    patterns = _patterns("fr" if lang == "fr" else "en")
    said = _NOT_SAID.sub(lambda match: " " * len(match[0]), text[:LONGEST])
    found = []
    for sentence in _sentences(said, patterns.words):
        aim = _aim(sentence, text, patterns)
        if aim is not None:
            found.append(aim)
    for match in _CODE_MARKS.finditer(said):
        around = said[max(0, match.start() - 120) : match.end() + 120]
        if not _ABOUT_CODE.search(" ".join(fold(word) for word in around.split())):
            found.append(Aim(CODED, match[0]))
    return found


def is_addressed(text: str, lang: str) -> bool:
    """Whether a post speaks to somebody or of a people: what an attack does that has no word of attack in it."""
    patterns = _patterns("fr" if lang == "fr" else "en")
    said = _NOT_SAID.sub(" ", text[:LONGEST])
    return any(patterns.addressed.search(sentence.folded) for sentence in _sentences(said, ()))


def _aim(sentence: _Sentence, text: str, patterns: _Patterns) -> Aim | None:
    """The first attack of a sentence, None for none."""
    held = {word.rstrip("s") for word in sentence.folded.split()}
    turns, loaded = not held.isdisjoint(patterns.turning), not held.isdisjoint(patterns.loaded)
    if not (turns or loaded or "fag" in sentence.folded):
        return None
    about = _about(sentence.folded, patterns)
    for kind, pattern in patterns.turns if turns else ():
        match = pattern.search(sentence.folded)
        if match is not None and kind not in about:
            return Aim(kind, sentence.written(text, match, "said"))
    folded = sentence.folded
    for innocent in patterns.innocent:
        folded = innocent.sub(lambda match: re.sub(r"[^ ]+", "_", match[0]), folded)
    for kind, pattern in patterns.aimed:
        match = pattern.search(folded)
        if match is None or (kind in about and not patterns.addressed.search(match[0])):
            continue
        words = sentence.written(text, match, "said")
        if not (words.istitle() and match.start("said") > 1 and " " not in words):  # a name: Snowflake
            return Aim(kind, words)
    return None


def _about(folded: str, patterns: _Patterns) -> set[str]:
    """The kinds of attack that a sentence cannot be, for what it is about."""
    kinds: set[str] = set()
    if _ABOUT_CODE.search(folded):
        kinds |= {CODED}
    if patterns.of_words.search(folded):
        kinds |= {CODED, SLUR, HATE, INSULT, CHARGE, CONTEMPT}
    if patterns.of_fiction.search(folded):
        kinds |= {THREAT, INSULT, CHARGE, CONTEMPT}
    if patterns.friendly.search(folded):
        kinds |= {HOSTILE}
    return kinds


def _sentences(text: str, words: tuple[str, ...]) -> list[_Sentence]:
    sentences, start = [], 0
    for end in [*(match.start() for match in _END.finditer(text)), len(text)]:
        parts = [(m[0], m.span()) for m in _PART.finditer(text, start, end)]
        if parts:
            folded = " ".join(_folded(part, words) for part, _ in parts)
            sentences.append(_Sentence(f" {folded} ", tuple(span for _, span in parts)))
        start = end
    return sentences


@lru_cache(maxsize=50_000)
def _folded(part: str, words: tuple[str, ...]) -> str:
    """A word folded, with letters that digits and signs stand for put back: `1d10t`, `f*ck`."""
    word = _DRAWN.sub(r"\1", fold(part).replace(" ", ""))
    if word.startswith("@") or "/" in word:
        return "_"
    if not word.strip("*@$_") or (word.isalnum() and not any(c.isdigit() for c in word)):
        return word or "_"
    if any(c.isalpha() for c in word):
        word = word.translate(_LEET)
        if "*" in word and len(word) > 2:
            masked = re.compile(re.escape(word).replace(r"\*", "."))
            word = next((known for known in words if masked.fullmatch(known)), word)
    return word
