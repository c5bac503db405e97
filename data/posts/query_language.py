"""The query language of brands and watches: words, "phrases", AND OR NOT, proximity, endings, fields.

    brimelo OR "brim elo"            either
    brimelo -festival                without a word; also NOT, SAUF
    panne NEAR/5 planning            at most five words between
    plann*                           any ending
    lang:fr author:"Ann B" link:example.org source:reddit place:clubs network:mastodon

Words that follow each other must all be there. Read by a grammar (Lark, LALR), so that an error says where it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from data.posts.full_text import MAX_DISTANCE, All, Any_, Field, Near, Node, Without, Words, words

LONGEST = 4_000  # characters
DEEPEST = 20  # parentheses inside one another
MOST = 200  # words and phrases
SHORTEST_STEM = 2  # letters before a star
FIELDS = {
    "source": "source",
    "place": "place",
    "lieu": "place",
    "network": "network",
    "reseau": "network",
    "réseau": "network",
    "lang": "lang",
    "language": "lang",
    "langue": "lang",
    "author": "author",
    "auteur": "author",
    "link": "link",
    "lien": "link",
}

# Signs that keyboards of Chinese and Japanese give in place of ours.
_WIDE = str.maketrans({**dict.fromkeys("「」『』＂", '"'), "（": "(", "）": ")"})

GRAMMAR = r"""
?start: either
?either: every (OR every)*
?every: one (AND? one)*
?one: NOT one -> without
    | MINUS atom -> without
    | atom
?atom: "(" either ")"
    | FIELD (WORD | PHRASE) -> field
    | side NEAR side -> near
    | PHRASE WITHIN -> within
    | side
?side: WORD -> word
    | PHRASE -> phrase
OR.3: /(OR|OU)(?=[\s()"]|$)/
AND.3: /(AND|ET)(?=[\s()"]|$)/
NOT.3: /(NOT|SAUF)(?=[\s()"]|$)/
NEAR.3: /(NEAR|PROCHE)(\/\d{1,3})?(?=[\s("]|$)/
FIELD.3: /[^\W\d_]+:(?=[^\s])/
WITHIN.2: /~\d{1,3}/
MINUS.2: /-(?=[^\s\-])/
PHRASE: /"[^"]*"/
WORD: /[^\s()":\-~][^\s()":]*/
%ignore /\s+/
"""


class QueryError(ValueError):
    """A query that cannot be read. `code` says why, `position` where (from 0), `found` what stands there.

    Codes: empty, long, deep, many, quote, parenthesis, closing, unexpected, ending, field, star, stem, signs, distance.
    """

    def __init__(self, code: str, position: int = 0, found: str = "") -> None:
        super().__init__(f"{code} at {position}: {found}")
        self.code, self.position, self.found = code, position, found


@lru_cache(maxsize=1)
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="basic", propagate_positions=True, maybe_placeholders=False)


def _check_shape(query: str) -> None:
    """What can be said of a query before it is read: bounds, quotes, parentheses."""
    if len(query) > LONGEST:
        raise QueryError("long", LONGEST)
    depth, quoted, opened = 0, -1, []
    for place, sign in enumerate(query):
        if sign == '"':
            quoted = -1 if quoted >= 0 else place
        elif quoted < 0 and sign == "(":
            opened.append(place)
            depth += 1
            if depth > DEEPEST:
                raise QueryError("deep", place)
        elif quoted < 0 and sign == ")":
            if not opened:
                raise QueryError("closing", place, ")")
            opened.pop()
            depth -= 1
    if quoted >= 0:
        raise QueryError("quote", quoted, query[quoted : quoted + 20])
    if opened:
        raise QueryError("parenthesis", opened[-1], "(")


def parse(query: str) -> Node:
    """The tree of a query. Raises QueryError that says where and why."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    query = query.replace("\0", " ").replace("“", '"').replace("”", '"')
    query = query.replace("« ", '"').replace("«", '"').replace(" »", '"').replace("»", '"').translate(_WIDE)
    _check_shape(query)
    if not query.strip():
        raise QueryError("empty")
    try:
        tree = _parser().parse(query)
    except UnexpectedToken as error:
        at = error.token.start_pos if error.token.type != "$END" else len(query)
        code = "ending" if error.token.type == "$END" else "unexpected"
        raise QueryError(code, int(at or 0), str(error.token)[:30]) from None
    except (UnexpectedCharacters, UnexpectedInput) as error:
        at = int(getattr(error, "pos_in_stream", 0) or 0)
        raise QueryError("unexpected", at, query[at : at + 20]) from None
    leaves = [0]
    return _node(tree, leaves)


def _node(tree: Any, leaves: list[int]) -> Node:
    parts = [child for child in tree.children if not _is_sign(child)]
    match tree.data:
        case "either":
            return Any_(tuple(_node(child, leaves) for child in parts))
        case "every":
            return All(tuple(_node(child, leaves) for child in parts))
        case "without":
            return Without(_node(parts[0], leaves))
    leaves[0] += 1
    if leaves[0] > MOST:
        raise QueryError("many", tree.meta.start_pos)
    match tree.data:
        case "word":
            return _word(parts[0])
        case "phrase":
            return _phrase(parts[0])
        case "field":
            name = str(parts[0])[:-1].lower()
            if name not in FIELDS:
                raise QueryError("field", parts[0].start_pos, name[:30])
            value = str(parts[1]).strip('"').strip()
            if not value:
                raise QueryError("signs", parts[1].start_pos, str(parts[1])[:30])
            return Field(FIELDS[name], value)
        case "near":
            sign = next(child for child in tree.children if _is_sign(child))
            left, right = (_node(child, leaves) for child in parts)
            assert isinstance(left, Words)
            assert isinstance(right, Words)
            return Near(left, right, _distance(sign, str(sign).partition("/")[2] or "5"))
    phrase, within = parts  # "a b c"~5: all of them, each near the one before
    terms = [_word_of(word, phrase.start_pos) for word in str(phrase).strip('"').split()]
    terms = [item for item in terms if item]
    if len(terms) < 2:
        raise QueryError("distance", phrase.start_pos, str(phrase)[:30])
    distance = _distance(within, str(within)[1:])
    pairs = tuple(Near(a, b, distance) for a, b in pairwise(terms))
    return All(pairs) if len(pairs) > 1 else pairs[0]


def _is_sign(child: Any) -> bool:
    return getattr(child, "type", "") in {"OR", "AND", "NOT", "MINUS", "NEAR"}


def _distance(token: Any, digits: str) -> int:
    if not 0 <= int(digits) <= MAX_DISTANCE:
        raise QueryError("distance", token.start_pos, str(token))
    return int(digits)


def _word(token: Any) -> Words:
    return _word_of(str(token), token.start_pos)


def _word_of(word: str, place: int) -> Words:
    body = word.rstrip("*")
    if "*" in body or "?" in body:
        raise QueryError("star", place, word[:30])
    stem = words(body)
    if stem is None:
        raise QueryError("star" if "*" in word else "signs", place, word[:30])
    if body != word and not stem.prefix and len("".join(stem.words)) < SHORTEST_STEM:
        raise QueryError("stem", place, word[:30])
    return replace(stem, prefix=stem.prefix or body != word)


def _phrase(token: Any) -> Words:
    phrase = words(str(token).strip('"'))
    if phrase is None:
        raise QueryError("signs", token.start_pos, str(token)[:30])
    return phrase
