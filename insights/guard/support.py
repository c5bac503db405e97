"""Whether the posts that a sentence names bear it out.

A sentence is a claim; so is each of its clauses. A claim is borne out by a few sentences in a row of one post that hold
all its figures and names, a word for each of its words (the same, one of the same meaning, or one near to it by
vectors), in which these stand in the same order where order tells who or what, and which speak as the claim does: not
negated where it is not, no question, wish or prospect where it states a fact, of all or of most only where it does.

Word for word rather than by the nearness of whole sentences, as "the price rose" and "the price fell" are near by any
vectors (Honovich et al. 2022, "TRUE: Re-evaluating factual consistency evaluation", on how measures of similarity miss
what is made up). In doubt a sentence is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from insights.guard.lexicon import OPPOSITE, SAME, lexicon, likeness, stems, sums_up
from insights.guard.words import CONTENT, FIGURE, NAME, Sentence, Token, sentences

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

FIGURES, NAMES, NEGATION, UNSAID, CERTAIN, HOW_MANY = "figure", "name", "negation", "unsaid", "certain", "how_many"
ORDER = ("", NEGATION, CERTAIN, HOW_MANY, FIGURES, NAMES, UNSAID)  # from nearly borne out to not at all
NEAR = 0.66  # cosine of two words from which one may stand for the other
MOST_CLAIMS, MOST_TOLD, MOST_SENTENCES = 6, 60, 100  # sentences in one, words that claim in each; sentences of a post
ROW = 2  # sentences of a post that bear out a claim together
MOST_WORDS = 1_500  # of all posts that are compared by vectors
_THAN = frozenset({"que", "qu"})


@dataclass(slots=True)
class Nearness:
    """Which words are near by vectors; each word is read once, and only where form and meaning do not tell."""

    encode: Encode | None = None
    _rows: dict[str, Vectors] = field(default_factory=dict)

    def learn(self, claims: Sequence[Sentence], read: Sequence[Sequence[Sentence]]) -> None:
        """Read the words of claims that no post has, and those of the posts."""
        theirs = dict.fromkeys(
            (t.text.lower(), t.key) for post in read for s in post for t in s.tokens if t.kind == CONTENT
        )
        mine = {(t.text.lower(), t.key) for s in claims for t in s.tokens if t.kind == CONTENT}
        lone = sorted(word for word, key in mine if not any(likeness(key, other) == SAME for _w, other in theirs))
        new = [w for w in dict.fromkeys([*lone, *(word for word, _k in theirs)]) if w not in self._rows][:MOST_WORDS]
        if self.encode is not None and lone and new:
            self._rows.update(zip(new, self.encode(new), strict=True))

    def near(self, one: str, other: str) -> bool:
        if one not in self._rows or other not in self._rows:
            return False
        return float(self._rows[one] @ self._rows[other]) >= NEAR


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a claim, the word of a post that bears it out, and whether they say the same or the opposite."""

    claim: Token
    sentence: int  # of the row
    found: Token | None  # None: the row as a whole
    sign: int = SAME

    @property
    def clause(self) -> tuple[int, int]:
        return self.sentence, self.found.clause if self.found is not None else -1

    @property
    def place(self) -> tuple[int, int]:
        return self.sentence, self.found.place if self.found is not None else 0


def unsupported(text: str, posts: Sequence[str], near: Nearness) -> str:
    """Why no post bears out a text of a sentence or more, "" where some do. `posts` are those that it names."""
    read = [sentences(post)[:MOST_SENTENCES] for post in posts]
    claims = sentences(text)
    if len(claims) > MOST_CLAIMS or any(len(claim.claims) > MOST_TOLD for claim in claims):
        return UNSAID
    near.learn(claims, read)
    return next((problem for claim in claims if (problem := _of_claim(claim, read, near))), "" if claims else UNSAID)


def _of_claim(claim: Sentence, read: Sequence[Sequence[Sentence]], near: Nearness) -> str:
    if not claim.claims:
        return "" if _claims_nothing(claim) else UNSAID
    problem, bearing = _borne_by(claim, read, near)
    if problem:
        for part in _parts(claim):
            problem, some = _borne_by(part, read, near)
            if problem:
                return problem
            bearing = bearing | some
    keys, held = claim.said(), lexicon()
    if keys & held.several and len(bearing) < 2:
        theirs = {key for number in bearing for s in read[number] for key in s.said()}
        if not theirs & held.several:
            return HOW_MANY
    return ""


def _claims_nothing(claim: Sentence) -> bool:
    """A greeting, thanks, or a word on the text itself."""
    keys, held = claim.said(), lexicon()
    firm = held.negations | held.soft_negations | held.all | held.most | held.several | held.only | held.future
    return bool(keys & held.meta) and not keys & firm


def _parts(claim: Sentence) -> list[Sentence]:
    """The clauses of a claim, one with a single word of its own together with the clause before it."""
    numbers = sorted({token.clause for token in claim.tokens})
    groups: list[list[int]] = []
    for number in numbers:
        told = sum(token.clause == number for token in claim.claims)
        alone = groups and sum(token.clause in groups[-1] for token in claim.claims) < 2
        if groups and (told < 2 or alone):
            groups[-1].append(number)
        else:
            groups.append([number])
    parts = [tuple(t for t in claim.tokens if t.clause in group) for group in groups]
    return [Sentence(claim.text, tokens) for tokens in parts]


def _borne_by(claim: Sentence, read: Sequence[Sequence[Sentence]], near: Nearness) -> tuple[str, frozenset[int]]:
    """(why no row of sentences bears out a claim, "" for borne out; the posts that do)."""
    problems: list[str] = []
    bearing: set[int] = set()
    for number, post in enumerate(read):
        told = [_of_row(claim, row, near) for row in _rows(post)]
        if "" in told:
            bearing.add(number)
        problems += told
    if bearing:
        return "", frozenset(bearing)
    if counted := _counts_posts(claim, read, near):
        return "", counted
    return min(problems, key=ORDER.index, default=UNSAID), frozenset()  # the row that came nearest says why


def _counts_posts(claim: Sentence, read: Sequence[Sequence[Sentence]], near: Nearness) -> frozenset[int]:
    """The posts that bear out "three members say ...", where they are three; none else."""
    counts = [t for t in claim.claims if t.kind == FIGURE and not t.unit]
    if len(counts) != 1 or not {"member", "membre", "person", "personne", "user", "utilisateur", "people", "post"} & {
        stem for token in claim.tokens[counts[0].place + 1 : counts[0].place + 2] for stem in stems(token.key)
    }:
        return frozenset()
    rest = Sentence(claim.text, tuple(t for t in claim.tokens if t is not counts[0]))
    if not rest.claims:
        return frozenset()
    bearing = frozenset(n for n, post in enumerate(read) if any(_of_row(rest, row, near) == "" for row in _rows(post)))
    return bearing if f"{len(bearing)}" == counts[0].key else frozenset()


def _rows(post: Sequence[Sentence]) -> Iterator[Sequence[Sentence]]:
    yield from ([sentence] for sentence in post)
    for length in range(2, ROW + 1):
        for start in range(len(post) - length + 1):
            yield post[start : start + length]


def _of_row(claim: Sentence, row: Sequence[Sentence], near: Nearness) -> str:
    """Why a row of sentences does not bear out a claim, "" where it does."""
    found = [(token, _matches(claim, token, row, near)) for token in claim.claims]
    lacking = {token.kind for token, some in found if not some}
    if lacking:
        return UNSAID if CONTENT in lacking else FIGURES if FIGURE in lacking else NAMES
    clauses = sorted({match.clause for _token, some in found for match in some if match.found is not None})
    weights = {clause: sum(any(match.clause == clause for match in some) for _t, some in found) for clause in clauses}
    problems = [
        _of_main(claim, row, main, _chosen(found, main)) for main in clauses if weights[main] == max(weights.values())
    ]
    if not problems:  # general words alone
        problems = [_of_main(claim, row, (0, 0), [some[0] for _token, some in found])]
    return min(problems, key=ORDER.index)


def _chosen(found: Sequence[tuple[Token, Sequence[Match]]], main: tuple[int, int]) -> list[Match]:
    """One match a word: beside that of the word before ("15 May"), else in the main clause or nearest to it, the same
    rather than the opposite."""
    chosen: list[Match] = []
    for token, some in found:
        before = chosen[-1] if chosen and chosen[-1].claim.place == token.place - 1 else None

        def far(match: Match, before: Match | None = before) -> tuple[bool, bool, bool, int]:
            beside = before is not None and abs(match.place[1] - before.place[1]) == 1 and match.found is not None
            return not beside, match.clause != main, match.sign != SAME, abs(match.sentence - main[0])

        chosen.append(min(some, key=far))
    return chosen


def _matches(claim: Sentence, token: Token, row: Sequence[Sentence], near: Nearness) -> list[Match]:
    """The words that bear out a word of a claim: by form and meaning, else by summing up, else by vectors."""
    others = [(number, other) for number, sentence in enumerate(row) for other in sentence.tokens]
    if token.kind != CONTENT:
        return [Match(token, number, other) for number, other in others if _same_thing(token, other)]
    found = [Match(token, n, other, sign) for n, other in others if (sign := likeness(token.key, other.key))]
    if any(match.sign == SAME for match in found):
        return found
    for number, sentence in enumerate(row):
        if any(_sums_up(claim, borne, sentence) for borne in sums_up(token.key)):
            return [Match(token, number, None)]
    return found or [
        Match(token, n, other)
        for n, other in others
        if other.kind == CONTENT
        and token.key not in lexicon().units
        and near.near(token.text.lower(), other.text.lower())
    ]


def _sums_up(claim: Sentence, borne: frozenset[str], sentence: Sentence) -> bool:
    """Whether a sentence of a post has a word that bears out a general one; "?" for a question, "!" for a demand that
    the claim repeats."""
    if ("?" in borne and sentence.asks) or sentence.said() & borne:
        return True
    return "!" in borne and any(likeness(token.key, sentence.tokens[0].key) == SAME for token in claim.claims)


def _same_thing(token: Token, other: Token) -> bool:
    """Whether a figure or name of a claim is that of a post."""
    if token.kind == FIGURE:
        return other.kind == FIGURE and token.key == other.key and (not token.unit or token.unit == other.unit)
    return token.key == other.key or token.key in {other.key + "s", other.key.removesuffix("s")}


def _counted_alike(claim: Sentence, row: Sequence[Sentence], matches: Sequence[Match]) -> bool:
    """Whether each figure counts what it counts in the post: the word after it stands near it there too."""
    by_place = {match.claim.place: match for match in matches}
    for match in matches:
        if match.claim.kind != FIGURE or match.claim.unit or match.claim.key in lexicon().times.values():
            continue
        counted = by_place.get(match.claim.place + 1)
        if counted is None or counted.found is None or match.found is None or counted.claim.kind == FIGURE:
            continue
        places = [
            (n, t.place)
            for n, s in enumerate(row)
            for t in s.tokens
            if t.kind == FIGURE and _same_thing(match.claim, t)
        ]
        if not any(n == counted.sentence and abs(place - counted.found.place) <= 4 for n, place in places):
            return False
    return True


def _in_order(claim: Sentence, row: Sequence[Sentence], matches: Sequence[Match]) -> bool:
    """Whether what is compared, or who does what to whom, stands in the same order in the post."""
    held = lexicon()
    direct = sorted(token.place for token in claim.tokens if token.key in held.direct)
    if direct and not any(sentence.said() & (held.direct | _THAN) for sentence in row):
        return False
    firm = [match for match in matches if match.claim.kind in {NAME, FIGURE} and match.found is not None]
    if direct and len(firm) < 2:
        before = [m for m in matches if m.claim.place < direct[0] and m.found is not None]
        after = [m for m in matches if m.claim.place > direct[0] and m.found is not None]
        firm = [*before[-1:], *after[:1]]
    turned = {"by", "par"}
    if (claim.said() & turned == set()) != (set().union(*(s.said() for s in row)) & turned == set()):
        return True
    for one, other in pairwise(firm):
        between = claim.tokens[0:0] if not direct else claim.tokens
        joined = {t.key for t in claim.tokens if one.claim.place < t.place < other.claim.place} & {
            "and",
            "or",
            "et",
            "ou",
        }
        if not between and joined:
            continue
        if one.place > other.place:
            return False
    return True


def _of_main(claim: Sentence, row: Sequence[Sentence], main: tuple[int, int], matches: Sequence[Match]) -> str:
    """The same, with the clause that bears out most of the claim."""
    if not _counted_alike(claim, row, matches):
        return FIGURES
    if not _in_order(claim, row, matches) or not _hangs_together(claim, row, main, matches):
        return UNSAID
    held = lexicon()
    keys, theirs = claim.said(), set().union(*(sentence.said() for sentence in row))
    if any(keys & words and not theirs & words for words in (held.most, held.only)) or not _of_all(claim, row, matches):
        return HOW_MANY
    if keys & held.causes and not theirs & (held.causes | held.gives_cause):
        return UNSAID
    for clause in dict.fromkeys(match.claim.clause for match in matches):
        own = [match for match in matches if match.claim.clause == clause]
        places = [match.clause for match in own if match.found is not None]
        number, theirs_clause = main if main in places or not places else places[0]
        if problem := _of_clause(claim, clause, row[number], theirs_clause, own):
            return problem
    return ""


def _of_all(claim: Sentence, row: Sequence[Sentence], matches: Sequence[Match]) -> bool:
    """Whether what is said of all in a claim is said of all in the post: of the same thing."""
    held = lexicon()
    for token in claim.tokens:
        if token.key not in held.all:
            continue
        after = next((m for m in matches if m.claim.place > token.place and m.found is not None), None)
        said = [(n, t.place) for n, s in enumerate(row) for t in s.tokens if t.key in held.all | held.also_all]
        if not said or (
            after is not None and not any(n == after.sentence and 0 <= after.place[1] - p <= 3 for n, p in said)
        ):
            return False
    return True


def _hangs_together(claim: Sentence, row: Sequence[Sentence], main: tuple[int, int], matches: Sequence[Match]) -> bool:
    """Whether what stands outside of the main clause may be said of it: the clause points back, or the rest is no
    statement of its own. "The trail is flooded, take the bridge" says nothing of a flooded bridge."""
    number, clause = main
    strays = [match for match in matches if match.found is not None and match.clause != main]
    named = {match.claim.key for match in matches if match.claim.kind == NAME}
    others = {t.key for t in row[number].claims if t.clause == clause and t.kind == NAME} - named
    passing = [match for match in strays if _in_passing(match.claim, claim)]
    if len(matches) - len(strays) >= 2:
        strays = [match for match in strays if match not in passing]
    if others and any(match.claim.kind == NAME for match in strays):
        return False
    points_back = bool(row[number].said(clause) & lexicon().points_back)
    return all(
        (points_back and match.clause < main)
        or (match.sentence == number and sum(t.clause == match.clause[1] for t in row[number].claims) < 2)
        for match in strays
    )


def _in_passing(token: Token, claim: Sentence) -> bool:
    """Whether a word stands in a phrase beside what is stated: "of the kettle", "on a tablet"."""
    before = [t.key for t in claim.tokens[max(0, token.place - claim.tokens[0].place - 3) :] if t.place < token.place]
    return bool(set(before[-3:]) & lexicon().before)


def _of_clause(claim: Sentence, own: int, sentence: Sentence, clause: int, matches: Sequence[Match]) -> str:
    """Whether clause `own` of a claim is as negated and as sure as the clause that bears it out."""
    held = lexicon()
    mine = _firm(claim.negated(own), sentence)
    turned = sum(match.sign == OPPOSITE for match in matches) % 2 == 1
    if (bool(mine) != bool(_firm(sentence.negated(clause), claim))) != turned:
        return NEGATION
    keys, said = claim.said(), sentence.said(clause)
    wished = keys & (held.wishes | held.hedges)
    if sentence.asks and not (claim.asks or wished):
        return CERTAIN
    if said & (held.wishes | held.hedges) and not (wished or claim.asks or any(map(held.promises, keys))):
        return CERTAIN
    if any(map(held.promises, keys)) and not (any(map(held.promises, said)) or said & (held.wishes | held.hedges)):
        return CERTAIN
    if any(map(held.promises, said)) and not (any(map(held.promises, keys)) or wished):
        return CERTAIN
    return ""


def _firm(negators: set[str], other: Sentence) -> set[str]:
    """Words that negate, without "fails" and the like where the other sentence has a word of that meaning."""
    soft = lexicon().soft_negations
    return {word for word in negators if word not in soft or not any(likeness(word, key) for key in other.said())}
