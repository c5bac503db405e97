"""Whether a reply counters what it answers though no word of it takes a side: it quotes it and turns, it says the
opposite of what was said, or it grants and then turns ("Right, but this is not ...").

Readers of threads tell disagreement from such counters more often than from "I disagree" (Abbott et al. 2011, on quotes
and their answers in discussions; Misra & Walker 2013, "Topic independent identification of agreement and disagreement",
on denials, hedged turns and questions that challenge).
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re
from itertools import islice

from insights.text import terms

MAX_CHARACTERS = 1_500
COUNTERS = 0.55  # of a stance: explicit, and less sure than words that take a side
_SENTENCE = re.compile(r"[^.!?\n…]+[.!?…]*")
_QUOTE = re.compile(r"^[ \t]*>[ \t]*(.+)$", re.MULTILINE)
_TURNS = re.compile(
    r"\b(?:but|however|though|although|actually|unfortunately|except|instead|whereas|difference|on the other hand|even if|"
    r"mais|cependant|pourtant|toutefois|néanmoins|en fait|malheureusement|sauf|au contraire|en revanche|différence|"
    r"par contre|alors que|même si)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|never|nobody|nothing|none|neither|nor|cannot|without|ne|pas|jamais|aucune?|rien|sans|ni)\b|n't\b|n'",
    re.IGNORECASE,
)
_CHALLENGES = re.compile(
    r"\b(?:how|why|where|what|since when|comment|pourquoi|où|en quoi|depuis quand)\b", re.IGNORECASE
)
_BEFORE = r"^[\W_]*(?:(?:well|ok|okay|hmm+|um|eh|imo|imho|honestly|personally|bon|ben|euh|ah|perso|franchement|à mon avis)[\s,]+)?"
_OPENS = re.compile(
    _BEFORE + r"(?:"
    # What is granted, and turned from.
    r"(?:sure|right|true|yes|yeah|yep|ok|okay|fair(?: enough| point)?|agreed|i agree|i (?:get|see|understand) (?:that|it)|"
    r"i see your point|oui|ouais|certes|d'accord|vrai|c'est vrai|je (?:comprends|vois))[\s,.]+(?:but|mais|however|cependant)\b"
    r"|(?:while|although|even (?:if|though)|bien que|même si) (?:you|that|this|i|it|tu|vous|c'est|je|il)\b"
    r"|(?:but|mais|except|sauf que|unfortunately|malheureusement|strange|bizarre|étrange|n'empêche)\b"
    r"(?! (?:first|also|aussi|d'abord)\b)"
    # Surprise, and questions that challenge.
    r"|(?:wow|huh|lol),? strange\b|(?:what|huh|quoi|hein|comment ça) ?\?|what do you mean\b|(?:so|then) (?:do|does|are|is) "
    r"(?!i\b|we\b|you\b|it\b|this\b|that\b|there\b|they\b)|i have no idea what you|je ne vois pas (?:en quoi|le rapport)\b"
    r"|why (?:not just|don't you|would (?:you|anyone))\b|pourquoi ne pas\b|how (?:is|does|can|would) (?:that|this|it)\b"
    # What is judged.
    r"|(?:the|a) (?:\w+ )?difference (?:is|isn't)\b|la différence\b"
    r"|(?:this|that|it)(?: i|')s an? (?:\w+ )?(?:wrong|incorrect|bad|false|terrible|flawed|poor|misleading|ridiculous) \w+"
    r"|c'est une? (?:mauvaise?|fausse?|piètre) \w+)",
    re.IGNORECASE,
)
_DISTINGUISHES = re.compile(
    r"\b(?:there(?:'s| is) (?:a|no) (?:\w+ )?(?:difference|evidence|proof|reason)|il y a une (?:\w+ )?différence|"
    r"il n'y a (?:aucune?|pas de) (?:preuve|raison))\b",
    re.IGNORECASE,
)
_SUGGESTS = re.compile(
    _BEFORE
    + r"(?:just )?(?:use|try|get|install|switch to|utilise[rz]?|essaie|essayez|essayer|prends|prenez|installe[rz]?)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"^[\W_]*(?:also|plus|besides|on top of that|not to mention|en plus|de plus|et puis|sans compter|sans parler)\b",
    re.IGNORECASE,
)
_SURE = re.compile(r"^[\W_]*\w+(?:\s\w+)?\s*(?:[,.!;:]|$)")


def adds(text: str) -> bool:
    """Whether a reply opens as one more reason for what it answers."""
    return bool(_ADDS.match(text[:MAX_CHARACTERS]))


def agrees_plainly(text: str) -> bool:
    """Whether a word of agreement stands alone ("Yes.", "Of course -"), and is no part of a sentence ("Definitely a
    duck")."""
    return bool(_SURE.match(text[:200].replace(" -", ",").replace(" –", ",")))


def counters(text: str, answered: str) -> bool:
    """Whether `text` counters the text that it answers."""
    part, before = text[:MAX_CHARACTERS].replace("’", "'"), answered[:MAX_CHARACTERS].replace("’", "'")
    own = _QUOTE.sub(" ", part).strip()
    if len(own.split()) < 3:
        return False
    if _OPENS.match(own) or _DISTINGUISHES.search(own[:400]):
        return True
    if _SUGGESTS.match(own) and len(set(terms(own[:300])) & set(terms(before))) >= 2:
        return True  # "Use the other app, videos open in it": the objection does not hold
    if any(_same(quote, before) for quote in _QUOTE.findall(part)):
        first, second = [*(m[0] for m in islice(_SENTENCE.finditer(own), 2)), "", ""][:2]
        challenged = first.endswith("?") and _CHALLENGES.search(first)
        return bool(_TURNS.search(own) or _NOT.search(first) or _NOT.search(second) or challenged)
    return _turned(own, _QUOTE.sub(" ", before))


def _same(quote: str, before: str) -> bool:
    bare = " ".join(quote.split()).strip("\"'“”….").casefold()
    return len(bare) >= 8 and bare in " ".join(before.split()).casefold()


def _turned(own: str, before: str) -> bool:
    """Whether a sentence says of the same things what a sentence of the other text denies, or turns from it."""
    said = [(set(terms(m[0])), bool(_NOT.search(m[0]))) for m in _SENTENCE.finditer(before)]
    for found in _SENTENCE.finditer(own):
        words, denied = set(terms(found[0])), bool(_NOT.search(found[0]))
        for theirs, theirs_denied in said:
            shared = words & theirs
            if len(shared) < 2 or len(shared) < 0.4 * min(len(words), len(theirs)) or found[0].endswith("?"):
                continue
            if (denied != theirs_denied and len(shared) > 2) or _TURNS.match(found[0].strip()):
                return True
    return False
