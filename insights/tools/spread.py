"""New tools as they spread: how sure a sighting is, the stage of adoption, what people say of it and compare it with.

Pure functions over the posts that name a tool, oldest first; `insights.pipeline.tools` reads and writes the store.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from data.posts.passages import Passage
from data.tools.story import Alternative, Arrival, Link, Naming, Promoter, ToolStory
from insights.tools.evidence import told_by
from insights.tools.known import is_named, key_of, known_names
from insights.tools.names import LAUNCHED, SHOWN, joined
from insights.tools.patterns import (
    ALTERNATIVE_LEFT,
    ALTERNATIVE_RIGHT,
    DEFINITIONS,
    HOST,
    LEFT_FROM,
    NAME,
    NAMES_A_KIND,
    REPO,
    USED,
)

OLD_DAYS = 45  # a name that was there so long before is not new
ORDINARY = 0.15  # of the posts that hold a word, those that write it without a capital, or after a given name
PROMOTED, PROMOTED_POSTS = 0.6, 3  # share of the posts that one author wrote, and the posts it takes to say so
AGAIN = (1.0, 0.5, 0.3)  # what the words of three people add: many weak signs of an ordinary word make no tool
LONGEST, MOST_READ = 320, 6  # characters of a sentence that is shown, places of one post that are looked at
MOST_BESIDE, MOST_PLACES = 6, 12  # alternatives and links, places of a story


def evidence_of(namings: Sequence[Naming]) -> tuple[float, int]:
    """(how sure the name is a new tool, the post with which it was sure enough or 0). Each person counts once, with the
    strongest of what he or she said; copies count once. Another person adds to it who speaks elsewhere, in another feed
    or conversation; beyond three nothing is added."""
    heard: dict[str, tuple[float, str]] = {}
    sure_with = 0
    copies: set[int] = set()
    total = 0.0
    for naming in namings:
        if naming.copy_of and naming.copy_of in copies:
            continue
        copies.add(naming.copy_of)
        person = person_of(naming)
        heard[person] = max(heard.get(person, (0.0, "")), (naming.evidence, _where(naming)))
        total = joined(weight * value for value, weight in zip(_apart(heard.values()), AGAIN, strict=False))
        if total >= SHOWN and not sure_with:
            sure_with = naming.post
    return round(total, 3), sure_with


def _apart(heard: Iterable[tuple[float, str]]) -> list[float]:
    """What people said, the strongest first, one for each place."""
    places: dict[str, float] = {}
    for value, place in sorted(heard, reverse=True):
        places.setdefault(place, value)
    return sorted(places.values(), reverse=True)


def _where(naming: Naming) -> str:
    """Where something was said: a feed speaks with one voice, elsewhere each conversation is a place of its own."""
    if naming.network == "feed":
        return f"{naming.network} {naming.place}"
    return f"{naming.network} {naming.thread or naming.post}"


def is_ordinary(name: str, texts: Sequence[str]) -> bool:
    """Whether people write a name of one word without its capital too: then it is a word of the language. `texts` are
    posts in which it occurs, in any case."""
    if " " in name or name[:1].islower() or any(c.isupper() or not c.isalnum() for c in name[1:]):
        return False
    small = sum(bool(re.search(rf"(?<![\w#@/.]){re.escape(name.lower())}(?!\w)", text)) for text in texts)
    return small >= 2 and small >= ORDINARY * len(texts)


def is_surname(name: str, texts: Sequence[str]) -> bool:
    """Whether people write a given name before it: then it is somebody. `texts` are posts in which it occurs."""
    if " " in name:
        return False
    before = re.compile(rf"(?<!\w)([^\W\d_]+) {re.escape(name)}(?!\w)")
    whole = sum(any(_is_given(match[1]) for match in before.finditer(text)) for text in texts)
    return whole >= 2 and whole >= ORDINARY * len(texts)


def _is_given(word: str) -> bool:
    return is_named(word) and key_of(word) not in known_names().tools


def says_new(namings: Iterable[Naming]) -> bool:
    """Whether somebody says that it is new, not only that it exists."""
    return any(naming.cue in LAUNCHED for naming in namings)


def stage_of(namings: Sequence[Naming], users: int) -> str:
    """Where a tool stands. Contested comes before adopted: what people quarrel with is what one should know first."""
    authors = {person_of(n) for n in namings}
    places = {(n.network, n.place) for n in namings}
    negative = sum(n.tone == "negative" for n in namings)
    positive = sum(n.tone == "positive" for n in namings)
    critics = {person_of(n) for n in namings if n.tone == "negative"}
    if len(namings) >= 8 and len(critics) >= 4 and negative >= 0.35 * len(namings) and negative > positive:
        return "contested"
    if users >= 3 and len(authors) >= 6:
        return "adopted"
    if len(namings) >= 8 and len(authors) >= 5:
        return "discussed"
    if len(authors) >= 3 or len(places) >= 2:
        return "picked"
    return "sighted"


def person_of(naming: Naming) -> str:
    """Who named it; a post without a name is of a person of its own, in a feed of the feed."""
    return naming.author or (naming.place if naming.network == "feed" else "") or f"post {naming.post}"


def story_of(namings: Sequence[Naming], key: str, others: Collection[str] = frozenset()) -> tuple[str, ToolStory]:
    """(the name in its best spelling, "" for none; its story) from the posts that name a tool, oldest first. `others`
    are keys of names that are known here."""
    spellings: Counter[str] = Counter()
    compared: dict[str, list[int]] = defaultdict(list)  # posts by name
    links: dict[str, int] = {}
    users: set[str] = set()
    best: tuple[float, Passage | None] = (0.0, None)
    for naming in namings:
        text = naming.text
        places = occurrences(text, key)
        if not places:
            continue
        spellings.update(text[start:stop] for start, stop in places)
        if USED.search(text.replace("’", "'")):
            users.add(person_of(naming))
        for name in sorted(_alternatives(text, places, key, others)):
            compared[name].append(naming.post)
        for address in _links(text, key):
            links.setdefault(address, naming.post)
        value, start, stop = _telling(text, places, others)
        if value > best[0]:
            best = (value, Passage(naming.post, start, stop))
    ranked = sorted(compared.items(), key=lambda item: -len(item[1]))
    story = ToolStory(
        definition=best[1],
        alternatives=tuple(Alternative(name, len(posts), posts[0]) for name, posts in ranked[:MOST_BESIDE]),
        links=tuple(Link(address, post) for address, post in links.items())[:MOST_BESIDE],
        authors=len({person_of(n) for n in namings}),
        places=len({(n.network, n.place) for n in namings}),
        users=len(users),
        arrivals=_arrivals(namings),
        promoter=promoter_of(namings),
        cues=Counter(n.cue for n in namings if n.cue),
    )
    return _best_spelling(spellings), story


def _arrivals(namings: Sequence[Naming]) -> tuple[Arrival, ...]:
    """Places in the order in which it was named there."""
    first_in: dict[str, int] = {}
    for naming in namings:
        first_in.setdefault(naming.place or naming.network, naming.at)
    begun = min(first_in.values(), default=0)
    ranked = sorted(first_in.items(), key=lambda item: item[1])
    return tuple(Arrival(place, (at - begun) // 86_400) for place, at in ranked[:MOST_PLACES])


def promoter_of(namings: Sequence[Naming]) -> Promoter | None:
    """An author who wrote most of what is said of a tool, or spread copies of one text."""
    by_author: dict[str, list[Naming]] = defaultdict(list)
    for naming in namings:
        if naming.author:
            by_author[naming.author].append(naming)
    if not by_author:
        return None
    name, posts = max(by_author.items(), key=lambda item: (len(item[1]), item[0]))
    copied = max(Counter(n.copy_of for n in posts if n.copy_of).values(), default=0)
    if len(posts) >= PROMOTED_POSTS and (len(posts) >= PROMOTED * len(namings) or copied >= PROMOTED_POSTS):
        return Promoter(name, len(posts))
    return None


def _best_spelling(spellings: Counter[str]) -> str:
    if not spellings:
        return ""
    # A spelling with its capitals is the name; one in a hashtag or an address is not.
    return max(spellings, key=lambda s: (spellings[s] * (1 if s != s.lower() else 0.5), s))


def occurrences(text: str, key: str) -> list[tuple[int, int]]:
    """(start, stop) of a name in a text, in any of its spellings: as names are written where there are such, else with
    a capital inside a word, else the first of those without any."""
    written = [place for match in NAME.finditer(text) if (place := _within(match, key)) is not None]
    if written:
        return written
    words = [(m.start(), m.end()) for m in re.finditer(r"[\w.+-]+", text) if key_of(m[0].rstrip(".")) == key]
    capital = [(start, stop) for start, stop in words if text[start:stop] != text[start:stop].lower()]
    return capital or [(m.start(), m.end()) for m in re.finditer(r"[\w-]+", text) if key_of(m[0]) == key][:1]


def _within(match: re.Match[str], key: str) -> tuple[int, int] | None:
    """(start, stop) of a name among the words that are written like one."""
    words = list(re.finditer(r"[^ ]+", match[0]))
    for first in range(len(words)):
        for last in range(len(words), first, -1):
            part = match[0][words[first].start() : words[last - 1].end()]
            part = part.rstrip("'’-").removesuffix("'s").removesuffix("’s")
            if key_of(part) == key:
                start = match.start() + words[first].start()
                return start, start + len(part)
    return None


def _alternatives(text: str, places: Sequence[tuple[int, int]], key: str, others: Collection[str]) -> set[str]:
    names = set()
    for start, stop in places:
        for pattern, part in (
            (ALTERNATIVE_LEFT, text[max(0, start - 60) : start]),
            (LEFT_FROM, text[max(0, start - 70) : start]),
            (ALTERNATIVE_RIGHT, text[stop : stop + 80]),
        ):
            match = pattern.search(part)
            if match is None:
                continue
            name = match["other"].rstrip(".,")
            if key_of(name) != key and (key_of(name) in others or key_of(name) in known_names().tools):
                names.add(name)
    return names


def _links(text: str, key: str) -> list[str]:
    addresses = []
    for pattern in (REPO, HOST):
        for match in pattern.finditer(text):
            if key_of(match["name"].removesuffix(".git")) == key or (
                pattern is HOST and key_of(match[0].split("//")[-1].removeprefix("www.")) == key
            ):
                address = match[0] if match[0].lower().startswith("http") else f"https://{match[0]}"
                addresses.append(address.rstrip("/").split("?")[0])
    return addresses


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


def _telling(text: str, places: Sequence[tuple[int, int]], others: Collection[str]) -> tuple[float, int, int]:
    """(how well it does, start, stop) of the sentence that best says what the tool is, or that it is one."""
    best = (0.0, 0, 0)
    for start, stop in places[:MOST_READ]:
        begin, end = _bounds(text, start, stop + 15)
        if end - begin > LONGEST:
            begin, end = _cut(text, start, stop, begin, end)
        value = _defines(text, stop) + told_by(text[begin:start], text[stop:end], others)
        value += 0.05 * (end - begin < 160) - 0.2 * (start < text.find("\n") + 1 and end - begin < 40)
        if value > best[0]:
            best = (value, begin, end)
    return best


def _defines(text: str, stop: int) -> float:
    """How well what follows a name says what it is."""
    after = text[stop : stop + 200].replace("’", "'")
    value = next((value for pattern, value in DEFINITIONS if pattern.match(after)), 0.0)
    kind = NAMES_A_KIND.match(after) is not None
    return value + 0.25 if kind and value else value if value > 0.5 else 0.0


def _cut(text: str, start: int, stop: int, begin: int, end: int) -> tuple[int, int]:
    """A part of a very long sentence, between words, with the name in it."""
    left = text.rfind(" ", begin, max(begin, start - LONGEST // 2)) + 1
    right = text.find(" ", min(end, stop + LONGEST // 2), end)
    return max(begin, left), right if right >= 0 else end
