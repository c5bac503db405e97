"""New tools as they spread: how sure a sighting is, the stage of adoption, what people say of it and compare it with.

Pure functions over the posts that name a tool, oldest first; `insights.pipeline.tools` reads and writes the store.
"""

# ruff: noqa: E501 (patterns read better unbroken)
from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from insights.tools.names import HOST, KIND, LAUNCHED, NAME, REPO, SHOWN, joined, key_of, known_names

STAGES = ("sighted", "picked", "discussed", "adopted", "contested")
OLD_DAYS = 45  # a name that was there so long before is not new
ORDINARY = 0.15  # of the posts that hold a word, those that write it without a capital
PROMOTED, PROMOTED_POSTS = 0.6, 3  # share of the posts that one author wrote, and the posts it takes to say so
AGAIN = (1.0, 0.5, 0.3)  # what the words of three people add: many weak signs of an ordinary word make no tool
USED = re.compile(
    r"\b(?:we (?:now |all |still )?use|i (?:now |still )?use|we(?:'re| are) using|i(?:'m| am) using|we (?:switched|moved|migrated)|i (?:switched|moved|migrated)|"
    r"we replaced|i replaced|we adopted|adopted it|is what we use|we run|i run|in production|on (?:l')?utilise|nous utilisons|j'utilise|on est passée?s?|"
    r"je suis passée?|on a (?:remplacé|adopté|migré)|j'ai (?:remplacé|adopté|migré|quitté)|switched from|moved from|en production)\b",
    re.IGNORECASE,
)
_DEFINES = (
    r"(?:,|:|–|—|\s-|\s(?:is|are|c'est|est|was|will be)|\s\((?=[a-z]))\s*(?:, |basically |simply |just |en fait )?"
)
_ALTERNATIVE_LEFT = re.compile(
    r"(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?),? (?:vs\.?|versus|face à|or|ou|to|with|par|by|à|but not|and|et)\s*$"
)
_ALTERNATIVE_RIGHT = re.compile(
    r"^(?:\s+(?:\w+\s+){0,4}?(?:vs\.?|versus|face à|or|ou|like|comme|instead of|rather than|au lieu de|plutôt que|than|que|alternative (?:\w+\s+)?(?:to|à)|replaces|remplace|beats|with|avec))\s+(?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?)"
)
_LEFT_FROM = re.compile(
    r"\b(?:switched|moved|migrated|passée?s?|quitté|replaced|remplacé|goodbye)\b(?: \w+){0,3}? (?P<other>[A-Z][\w.+#-]*(?: [A-Z][\w.+#-]*)?)"
)


@dataclass(frozen=True, slots=True)
class Naming:
    """A post that names a tool."""

    post: int
    at: int
    author: str
    network: str
    place: str
    tone: str  # of the sentence that names it
    cue: str
    evidence: float
    text: str = ""
    copy_of: int = 0  # its group of near-duplicates


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of a tool from the posts that name it."""

    name: str
    stage: str
    definition: tuple[int, int, int] | None = None  # post, start, stop
    alternatives: tuple[tuple[str, int, int], ...] = ()  # name, posts, one of them
    links: tuple[tuple[str, int], ...] = ()  # address, post
    authors: int = 0
    places: int = 0
    users: int = 0  # people who say that they use it
    days_between: tuple[tuple[str, int], ...] = ()  # place, days after the first sighting
    promoter: tuple[str, int] | None = None  # author, posts
    cues: dict[str, int] = field(default_factory=dict)


def evidence_of(namings: Sequence[Naming]) -> tuple[float, int]:
    """(how sure the name is a new tool, the post with which it was sure enough or 0). Each author counts once, with the
    strongest of what he or she said; copies count once; beyond three people nothing is added."""
    heard: dict[str, float] = {}
    sure_with = 0
    copies: set[int] = set()
    total = 0.0
    for naming in namings:
        if naming.copy_of and naming.copy_of in copies:
            continue
        copies.add(naming.copy_of)
        author = naming.author or f"post {naming.post}"
        heard[author] = max(heard.get(author, 0.0), naming.evidence)
        strongest = sorted(heard.values(), reverse=True)
        total = joined(weight * value for value, weight in zip(strongest, AGAIN, strict=False))
        if total >= SHOWN and not sure_with:
            sure_with = naming.post
    return round(total, 3), sure_with


def is_ordinary(name: str, texts: Sequence[str]) -> bool:
    """Whether people write a name of one word without its capital too: then it is a word of the language. `texts` are
    posts in which it occurs, in any case."""
    if " " in name or name[:1].islower() or any(c.isupper() or not c.isalnum() for c in name[1:]):
        return False
    small = sum(bool(re.search(rf"(?<![\w#@/.]){re.escape(name.lower())}(?!\w)", text)) for text in texts)
    return small >= 2 and small >= ORDINARY * len(texts)


def says_new(namings: Iterable[Naming]) -> bool:
    """Whether somebody says that it is new, not only that it exists."""
    return any(naming.cue in LAUNCHED for naming in namings)


def stage_of(namings: Sequence[Naming], users: int) -> str:
    """Where a tool stands. Contested comes before adopted: what people quarrel with is what one should know first."""
    authors = {n.author or str(n.post) for n in namings}
    places = {(n.network, n.place) for n in namings}
    negative = sum(n.tone == "negative" for n in namings)
    positive = sum(n.tone == "positive" for n in namings)
    critics = {n.author or str(n.post) for n in namings if n.tone == "negative"}
    if len(namings) >= 8 and len(critics) >= 4 and negative >= 0.35 * len(namings) and negative > positive:
        return "contested"
    if users >= 3 and len(authors) >= 6:
        return "adopted"
    if len(namings) >= 8 and len(authors) >= 5:
        return "discussed"
    if len(authors) >= 3 or len(places) >= 2:
        return "picked"
    return "sighted"


def story_of(namings: Sequence[Naming], key: str, others: Collection[str] = frozenset()) -> Story:
    """The story of a tool from the posts that name it, oldest first. `others` are keys of names that are known here."""
    spellings: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    example: dict[str, int] = {}
    links: dict[str, int] = {}
    users: set[str] = set()
    best: tuple[float, tuple[int, int, int]] | None = None
    for naming in namings:
        text = naming.text
        if not text:
            continue
        found = occurrences(text, key)
        for start, stop in found:
            spellings[text[start:stop]] += 1
        if not found:
            continue
        if USED.search(text.replace("’", "'")):
            users.add(naming.author or str(naming.post))
        for name in _alternatives(text, found, key, others):
            compared[name] += 1
            example.setdefault(name, naming.post)
        for address in _links(text, key):
            links.setdefault(address, naming.post)
        defined = _definition(text, found)
        if defined is not None and (best is None or defined[0] > best[0]):
            best = (defined[0], (naming.post, defined[1], defined[2]))
    first_in: dict[str, int] = {}
    for naming in namings:
        first_in.setdefault(naming.place or naming.network, naming.at)
    begun = min(first_in.values(), default=0)
    return Story(
        name=_best_spelling(spellings),
        stage=stage_of(namings, len(users)),
        definition=best[1] if best is not None else None,
        alternatives=tuple((name, number, example[name]) for name, number in compared.most_common(6)),
        links=tuple(links.items())[:6],
        authors=len({n.author or str(n.post) for n in namings}),
        places=len({(n.network, n.place) for n in namings}),
        users=len(users),
        days_between=tuple(
            (place, (at - begun) // 86_400) for place, at in sorted(first_in.items(), key=lambda i: i[1])
        )[:12],
        promoter=promoter_of(namings),
        cues=dict(Counter(n.cue for n in namings if n.cue)),
    )


def promoter_of(namings: Sequence[Naming]) -> tuple[str, int] | None:
    """An author who wrote most of what is said of a tool, or spread copies of one text: (author, posts)."""
    by_author: dict[str, list[Naming]] = defaultdict(list)
    for naming in namings:
        if naming.author:
            by_author[naming.author].append(naming)
    if not by_author:
        return None
    name, posts = max(by_author.items(), key=lambda item: (len(item[1]), item[0]))
    copied = max(Counter(n.copy_of for n in posts if n.copy_of).values(), default=0)
    if len(posts) >= PROMOTED_POSTS and (len(posts) >= PROMOTED * len(namings) or copied >= PROMOTED_POSTS):
        return name, len(posts)
    return None


def _best_spelling(spellings: Counter[str]) -> str:
    if not spellings:
        return ""
    # A spelling with its capitals is the name; one in a hashtag or an address is not.
    return max(spellings, key=lambda s: (spellings[s] * (1 if s != s.lower() else 0.5), s))


def occurrences(text: str, key: str) -> list[tuple[int, int]]:
    """(start, stop) of a name in a text, in any of its spellings."""
    found = []
    for match in NAME.finditer(text):
        words = list(re.finditer(r"[^ ]+", match[0]))
        for first in range(len(words)):
            for last in range(len(words), first, -1):
                part = match[0][words[first].start() : words[last - 1].end()]
                part = part.rstrip("'’-").removesuffix("'s").removesuffix("’s")
                if key_of(part) == key:
                    start = match.start() + words[first].start()
                    found.append((start, start + len(part)))
                    break
            else:
                continue
            break
    if found:
        return found
    for match in re.finditer(r"[\w.+-]+", text):
        if key_of(match[0].rstrip(".")) == key and match[0] != match[0].lower():
            found.append((match.start(), match.end()))
    return found or [(m.start(), m.end()) for m in re.finditer(r"[\w-]+", text) if key_of(m[0]) == key][:1]


def _alternatives(text: str, found: Sequence[tuple[int, int]], key: str, others: Collection[str]) -> set[str]:
    names = set()
    for start, stop in found:
        for pattern, part in (
            (_ALTERNATIVE_LEFT, text[max(0, start - 60) : start]),
            (_LEFT_FROM, text[max(0, start - 70) : start]),
            (_ALTERNATIVE_RIGHT, text[stop : stop + 80]),
        ):
            match = pattern.search(part)
            if match is None:
                continue
            name = match["other"].rstrip(".,")
            if key_of(name) != key and (key_of(name) in others or key_of(name) in known_names().tools):
                names.add(name)
    return names


def _links(text: str, key: str) -> list[str]:
    found = []
    for pattern in (REPO, HOST):
        for match in pattern.finditer(text):
            if key_of(match["name"].removesuffix(".git")) == key or (
                pattern is HOST and key_of(match[0].split("//")[-1].removeprefix("www.")) == key
            ):
                address = match[0] if match[0].lower().startswith("http") else f"https://{match[0]}"
                found.append(address.rstrip("/").split("?")[0])
    return found


def sentence_with(text: str, start: int, stop: int) -> str:
    """The sentence of a text that a name stands in."""
    begin, end = _bounds(text, start, stop)
    return text[begin:end]


def _bounds(text: str, start: int, stop: int) -> tuple[int, int]:
    left = max(text.rfind(mark, 0, start) for mark in ("\n", ". ", "! ", "? "))
    begin = 0 if left < 0 else left + 1
    ends = [text.find(mark, stop) for mark in (". ", "\n", "! ", "? ")]
    end = min((e + 1 for e in ends if e >= 0), default=len(text))
    while begin < end and text[begin].isspace():
        begin += 1
    return begin, end


def _definition(text: str, found: Sequence[tuple[int, int]]) -> tuple[float, int, int] | None:
    """(how well it defines, start, stop) of the sentence that says what the tool is."""
    best: tuple[float, int, int] | None = None
    for start, stop in found:
        after = text[stop : stop + 200].replace("’", "'")
        value = 0.0
        if re.match(rf"{_DEFINES}(?:a|an|the|un|une|le|la|l'|my|our)\s", after, re.IGNORECASE):
            value = 0.7
        elif re.match(r"\s*[:–—,]\s*\w", after):
            value = 0.5
        elif re.match(r"\s*\?\s*(?:it is|it's|c'est) (?:a|an|un|une)\s", after, re.IGNORECASE):
            value = 0.65
        if not value:
            continue
        if re.match(rf"[^.!?\n]{{0,80}}?\b{KIND}\b", after, re.IGNORECASE):
            value += 0.25
        begin, end = _bounds(text, start, stop + 15)
        if end - begin > 320:
            continue
        if end - begin < 160:
            value += 0.05
        if best is None or value > best[0]:
            best = (value, begin, end)
    return best
