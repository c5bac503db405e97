"""What a topic is called: its ten words, a label a person would write, posts that speak for it. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.models import Wording
from insights.language import OURS
from insights.text import fold, tokens
from insights.topics.clear_words import TEXT_LIMIT, clear_said, is_clear
from insights.topics.cores import Telling

WORDS_PER_TOPIC = 10
CANDIDATES = 50
ENOUGH, SHARE = 5, 0.1  # posts of a topic in a language, and their share, from which it has a name there
NAMED = 0.15  # of a topic's posts hold a word of its name, at least,
LIFT = 3.0  # and this many times as many as of other posts in its language
COMMON, APART = 0.05, 5.0  # share of other posts from which a word of a name has to be so many times as frequent
OTHERS = 50  # posts in the same language, at least, that a topic's words are compared with
TOGETHER = 1.2  # what being said together counts against being typical


def written_forms(texts: Sequence[str]) -> dict[str, str]:
    """Folded word -> the way people write it most: "node.js" -> "Node.js", "c++" -> "C++"."""
    counts: Counter[str] = Counter()
    for text in texts:
        words = tokens(text)
        if not words:
            continue
        # A capital at the start of a text, or in a shouted one, says nothing about a name.
        if sum(map(str.isupper, words)) > 0.6 * len(words):
            words = [word.lower() for word in words]
        words[0] = words[0].lower()
        counts.update(words)
    best: dict[str, tuple[int, str]] = {}
    for form, number in counts.items():
        word = fold(form)
        best[word] = max(best.get(word, (0, "")), (number, form))
    return {word: form for word, (_, form) in best.items()}


def written(term: str, forms: dict[str, str]) -> str:
    return " ".join(forms.get(word, word) for word in term.split())


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith(("s", "x")) else word


def ten_words(said: Sequence[Sequence[str]], assigned: NDArray[np.int64], topics: int) -> list[list[str]]:
    """Ten folded words for each topic: frequent in it, rare elsewhere, and said together. `said`: phrases of each post.

    A word's weight is its share of the topic's posts times the logarithm of its lift. Words are then taken one
    by one, each by its weight and its mean normalised pointwise mutual information (Bouma 2009) with those taken
    before, counted over posts: what never occurs in one post with the others does not help to say what the topic is.
    """
    inside: list[Counter[str]] = [Counter() for _ in range(topics)]
    size = [0] * topics
    holders: dict[str, set[int]] = {}
    for number, (spoken, topic) in enumerate(zip(said, assigned.tolist(), strict=True)):
        words = {word for word in spoken if " " not in word}
        for word in words:
            holders.setdefault(word, set()).add(number)
        if topic >= 0:
            inside[topic].update(words)
            size[topic] += 1
    posts = max(1, len(said))
    names = []
    for topic in range(topics):
        weight = {
            word: count / size[topic] * math.log(count * posts / (size[topic] * len(holders[word])))
            for word, count in inside[topic].items()
            if count >= 2 or size[topic] < 2 * WORDS_PER_TOPIC
        }
        candidates: list[str] = []
        stems: set[str] = set()
        for word in sorted(weight, key=lambda w: (-weight[w], w)):
            if _stem(word) not in stems:
                stems.add(_stem(word))
                candidates.append(word)
            if len(candidates) == CANDIDATES:
                break
        names.append(_said_together(candidates, weight, holders, posts))
    return names


def _said_together(
    candidates: list[str], weight: dict[str, float], holders: dict[str, set[int]], posts: int
) -> list[str]:
    if not candidates:
        return []
    together = dict.fromkeys(candidates, 0.0)  # sum of the information shared with the words taken
    chosen = [candidates[0]]
    most = max(weight[candidates[0]], 1e-9)
    while len(chosen) < min(WORDS_PER_TOPIC, len(candidates)):
        last = holders[chosen[-1]]
        for word in candidates:
            joint = len(holders[word] & last) / posts
            if joint >= 1.0:
                together[word] += 1.0
            elif joint:
                mutual = math.log(joint * posts * posts / (len(holders[word]) * len(last)))
                together[word] += mutual / -math.log(joint)
            else:
                together[word] -= 1.0
        rest = [word for word in candidates if word not in chosen]
        chosen.append(max(rest, key=lambda w: (weight[w] / most + TOGETHER * together[w] / len(chosen), w)))
    return chosen


def label(weighted: Sequence[tuple[str, float]], forms: dict[str, str], members: Sequence[Sequence[str]]) -> str:
    """Up to three terms that say what the topic is: typical of it, and in many of its posts."""
    counts: Counter[str] = Counter()
    for said in members:
        counts.update(set(said))
    scored = [
        (weight * math.sqrt(counts[term] / max(1, len(members))) * (1.25 if " " in term else 1.0), term)
        for term, weight in weighted
    ]
    chosen: list[str] = []
    used: list[str] = []
    for _, term in sorted(scored, key=lambda s: (-s[0], s[1])):
        words = term.split()
        if not counts[term]:
            continue  # the posts that held it went to other topics
        if any(word[:5] == other[:5] for word in words for other in used):
            continue  # another form of a word that is there already
        used += words
        chosen.append(written(term, forms))
        if len(chosen) == 3:
            break
    label = ", ".join(chosen)
    plain = label.split(" ")[0].islower() if label else False
    return label[:1].upper() + label[1:] if plain else label


def names_of(
    said: Sequence[Sequence[str]],
    langs: Sequence[str],
    texts: Sequence[str],
    topics: Sequence[NDArray[np.int64]],
) -> list[str]:
    """A label for each topic (positions of its posts), "" where no word says what it is about.

    `said` are the clear phrases of each post. A name is made of words that many of a topic's posts hold and few others:
    those in its main language alone are compared, for all words of a language that few posts are in are rare.
    """
    spoken = list(langs) if len(langs) else [""] * len(said)
    everywhere: dict[str, Counter[str]] = {}
    whole: Counter[str] = Counter()
    for lang, phrases in zip(spoken, said, strict=True):
        once = set(phrases)
        everywhere.setdefault(lang, Counter()).update(once)
        whole.update(once)
    sizes = Counter(spoken)
    names = []
    for members in topics:
        main = Counter(spoken[i] for i in members).most_common(1)[0][0] if len(members) else ""
        mine = [int(i) for i in members if spoken[i] == main]
        all_of, size = everywhere.get(main, whole), sizes[main]
        if size - len(mine) < OTHERS:
            mine, all_of, size = members.tolist(), whole, len(said)
        own = [said[i] for i in mine]
        names.append(_named(own, [texts[i] for i in mine], all_of, size) if mine else "")
    return names


def _named(said: Sequence[Sequence[str]], texts: Sequence[str], everywhere: Counter[str], posts: int) -> str:
    """A label of some of `posts`, of which `everywhere` counts the phrases; "" where none is typical enough."""
    inside = Counter(phrase for phrases in said for phrase in set(phrases))
    members, others = len(said), max(1, posts - len(said))
    outside = Counter({phrase: everywhere[phrase] - number for phrase, number in inside.items() if number >= 2})
    weighted = [
        (phrase, weight)
        for phrase, weight in _by_lift(inside, outside, members, others)
        if inside[phrase] >= max(2, NAMED * members)
        and inside[phrase] * others >= LIFT * members * (outside[phrase] + 0.5)
        and (outside[phrase] <= max(2, COMMON * others) or inside[phrase] * others >= APART * members * outside[phrase])
    ]
    return label(weighted, written_forms(texts), said)


def telling_words(names: Sequence[str], terms: Sequence[str]) -> Telling:
    """What a post near a topic says that is about it, from the names of the topic and its words."""
    name = frozenset(word for text in names for word in map(fold, tokens(text)) if is_clear(word))
    return Telling(name, name | frozenset(map(fold, terms)))


def readable(central: NDArray[np.int64], texts: Sequence[str], wanted: int = 5) -> tuple[int, ...]:
    """The most central posts that can be read as a quote: of fair length, each text once."""
    chosen: list[int] = []
    seen: set[str] = set()
    for lower, upper in ((60, 400), (20, 1_500), (0, TEXT_LIMIT + 1)):
        for index in central[:200].tolist():
            key = texts[index][:80]
            if lower <= len(texts[index]) <= upper and key not in seen:
                seen.add(key)
                chosen.append(index)
                if len(chosen) == wanted:
                    return tuple(chosen)
    return tuple(chosen)


def said_in(texts: Sequence[str], sources: Sequence[int] = ()) -> list[list[str]]:
    """What `name_group` is given of posts: to be made once for all groups among them."""
    return clear_said([text[:TEXT_LIMIT] for text in texts], sources)


def name_group(
    texts: Sequence[str], said: Sequence[Sequence[str]], members: NDArray[np.int64], langs: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Label and ten words of some posts among others, with what `said_in` makes of all; "" where no word says what they
    are about."""
    clipped = [text[:TEXT_LIMIT] for text in texts]
    forms = written_forms([clipped[i] for i in members])
    inside = np.full(len(texts), -1, dtype=np.int64)
    inside[members] = 0
    words = tuple(written(word, forms) for word in ten_words(said, inside, 1)[0])
    return names_of(said, langs, clipped, [members])[0], words


def wordings_of(
    texts: Sequence[str],
    langs: Sequence[str],
    assigned: NDArray[np.int64],
    topics: int,
    sources: Sequence[int] = (),
) -> list[tuple[Wording, ...]]:
    """For each topic with posts in both French and English its name and words in each; nothing for the others.

    Words of a language come from the posts in it alone, against the other posts in it: a French reader of a topic
    that is mostly English is told what its French posts say.
    """
    sizes = {lang: np.zeros(topics, dtype=np.int64) for lang in OURS}
    for lang, topic in zip(langs, assigned.tolist(), strict=True):
        if topic >= 0 and lang in sizes:
            sizes[lang][topic] += 1
    both = sum(sizes.values())
    mixed = np.all([(size >= ENOUGH) & (size >= SHARE * both) for size in sizes.values()], axis=0)
    found: list[tuple[Wording, ...]] = [()] * topics
    for lang in OURS if mixed.any() else ():
        rows = [row for row, code in enumerate(langs) if code == lang]
        here = [sources[row] for row in rows] if len(sources) else []
        for topic, wording in _wordings_in(lang, [texts[row] for row in rows], assigned[rows], mixed, here):
            found[topic] += (wording,)
    return [wordings if len(wordings) == len(OURS) else () for wordings in found]


def _wordings_in(
    lang: str,
    texts: Sequence[str],
    assigned: NDArray[np.int64],
    mixed: NDArray[np.bool_],
    sources: Sequence[int],
) -> list[tuple[int, Wording]]:
    """Names of the mixed topics from posts of one language; `mixed` has an entry for each topic."""
    clipped = [text[:TEXT_LIMIT] for text in texts]
    said = clear_said(clipped, sources)
    everywhere = Counter(phrase for spoken in said for phrase in set(spoken))
    ten = ten_words(said, assigned, len(mixed))
    found = []
    for topic in np.flatnonzero(mixed).tolist():
        members = np.flatnonzero(assigned == topic)
        forms = written_forms([clipped[i] for i in members])
        name = _named([said[i] for i in members], [clipped[i] for i in members], everywhere, len(said))
        if name:
            found.append((topic, Wording(lang, name, tuple(written(word, forms) for word in ten[topic]))))
    return found


def _by_lift(inside: Counter[str], outside: Counter[str], members: int, rest: int) -> list[tuple[str, float]]:
    """Phrases by weight, from the number of members and of other posts that hold each."""
    a, b = max(1, members), max(1, rest)
    scores = {p: n / a * math.log((n / a) / ((outside[p] + 0.5) / b)) for p, n in inside.items() if n >= 2}
    return sorted(((p, s) for p, s in scores.items() if s > 0), key=lambda item: (-item[1], item[0]))[:30]
