"""Conditions on the words of posts, the same on SQLite (FTS5) and PostgreSQL (tsvector).

A query is a small tree (`Node`); `condition` makes it SQL. Words are compared folded: case, accents and
ligatures aside. No input can be a syntax error of the database: only folded letters and digits reach it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    column,
    false,
    func,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.ext.compiler import compiles

from data.dialect import is_among
from data.posts.folding import has_marks, is_unspaced, sought
from data.schema import fact, post, post_text, source

_TERM = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')
_ELISION = re.compile(r"^(?:l|d|j|m|n|s|t|c|qu|jusqu|lorsqu|puisqu)['’](?=\w)", re.IGNORECASE)
MAX_DISTANCE = 20  # words between the two sides of a proximity


@dataclass(frozen=True, slots=True)
class Words:
    """Words side by side. `prefix`: the last one may go on. `exact` must stand in the text as it is: C++, #tag;
    with `case`, in capitals as given."""

    words: tuple[str, ...]
    prefix: bool = False
    exact: str = ""
    case: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Two of `Words` with at most `distance` words between them, in either order."""

    left: Words
    right: Words
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    """Where or by whom. `name`: source, place, network, lang, author, link."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: Node


Node = Words | Near | Field | All | Any_ | Without
Bounds = tuple[int, int] | None  # first and last post id


@dataclass(frozen=True, slots=True)
class Index:
    """Where words are looked for: an index of SQLite by its name, a table of PostgreSQL with its column of ids; and the
    texts themselves, which hold signs that no index has."""

    name: str
    table: str
    id: str
    texts: tuple[ColumnElement[str], ...]
    text_id: ColumnElement[int]


POSTS = Index("post_fts", "post_text", "post_id", (post_text.c.title, post_text.c.plain), post_text.c.post_id)
FACTS = Index("fact_fts", "fact", "id", (fact.c.questions, fact.c.text), fact.c.id)


def words(said: str, *, case: bool = False) -> Words | None:
    """What a person wrote for one word, #tag, @name or phrase; None where nothing in it can be searched for."""
    parts, prefix = sought(said)
    if not parts:
        return None
    body = " ".join(said.split())
    # Signs inside a name (C++, #tag, .NET, A&B) are not in the index: the text itself must hold them.
    signs = bool(re.search(r"[^\w\s'’\-]", body)) and len(body) <= 100
    return Words(parts, prefix, exact=body if signs or case else "", case=case)


def typed(query: str) -> Node | None:
    """What a person typed in a search box: words are prefixes, "phrases" exact, -words excluded. None for nothing."""
    wanted: list[Node] = []
    refused: list[Node] = []
    for term in list(_TERM.finditer(query.replace("\0", " ")[:500]))[:20]:
        phrase, word = term[2], term[4]
        body = phrase if phrase is not None else _ELISION.sub("", word)
        parts, inside = sought(body)
        if parts:
            prefix = inside or (phrase is None and len("".join(parts)) > 2)
            exact = " ".join(body.split()) if has_marks(body) else ""
            (refused if (term[1] or term[3]) else wanted).append(Words(parts, prefix, exact))
    if not wanted:
        return None
    return All((*wanted, *(Without(part) for part in refused))) if len(wanted) + len(refused) > 1 else wanted[0]


def _sqlite(node: Node) -> str | None:
    """The FTS5 expression of a tree of words alone, None for one that holds anything else."""
    match node:
        case Words(parts, prefix, "", _):
            return f'"{" ".join(parts)}"' + ("*" if prefix else "")
        case Near(left, right, distance) if not (left.exact or right.exact):
            sides = " ".join(f'"{" ".join(s.words)}"' + ("*" if s.prefix else "") for s in (left, right))
            return f"NEAR({sides}, {distance})"
        case All(parts) | Any_(parts):
            inner = [_sqlite(part) for part in parts]
            if None in inner:
                return None
            return "(" + (" AND " if isinstance(node, All) else " OR ").join(str(i) for i in inner) + ")"
    return None


def _postgresql(node: Node) -> str | None:
    """The same as a tsquery."""
    match node:
        case Words(parts, prefix, "", _):
            last = f"'{parts[-1]}'" + (":*" if prefix else "")
            return "(" + " <-> ".join([*(f"'{word}'" for word in parts[:-1]), last]) + ")"
        case Near(left, right, distance) if not (left.exact or right.exact):
            a, b = str(_postgresql(left)), str(_postgresql(right))
            # The distance of two phrases counts from their last words.
            return (
                "("
                + " | ".join(
                    f"{x} <{gap + len(y.words)}> {z}"
                    for x, y, z in ((a, right, b), (b, left, a))
                    for gap in range(distance + 1)
                )
                + ")"
            )
        case All(parts) | Any_(parts):
            inner = [_postgresql(part) for part in parts]
            if None in inner:
                return None
            return "(" + (" & " if isinstance(node, All) else " | ").join(str(i) for i in inner) + ")"
    return None


class _Holds(ColumnElement[bool]):
    """Posts, or facts, whose index holds a tree of words, or `without` it."""

    inherit_cache = False
    type = Boolean()

    def __init__(
        self,
        id_: ColumnElement[int],
        node: Node,
        between: Bounds = None,
        index: Index = POSTS,
        *,
        without: bool = False,
    ) -> None:
        self.id, self.node, self.within, self.index, self.without = id_, node, between, index, without


@compiles(_Holds)
def _holds(element: _Holds, compiler: Any, **options: Any) -> str:
    value = compiler.process(bindparam(None, _sqlite(element.node), unique=True), **options)
    column = compiler.process(element.id, **options)
    bounds = "" if element.within is None else " AND rowid BETWEEN {:d} AND {:d}".format(*element.within)
    name = element.index.name
    no = "NOT " if element.without else ""
    return f"{no}{column} IN (SELECT rowid FROM {name} WHERE {name} MATCH {value}{bounds})"


@compiles(_Holds, "postgresql")
def _holds_postgresql(element: _Holds, compiler: Any, **options: Any) -> str:
    value = compiler.process(bindparam(None, _postgresql(element.node), unique=True), **options)
    column = compiler.process(element.id, **options)
    mine, table = element.index.id, element.index.table
    if element.without:  # each found post is asked: NOT IN would hold all that have the word against each of them
        found = f"search @@ CAST(unaccent({value}) AS tsquery)"
        return f"NOT EXISTS (SELECT FROM {table} AS said WHERE said.{mine} = {column} AND said.{found})"
    bounds = "" if element.within is None else " AND post_id BETWEEN {:d} AND {:d}".format(*element.within)
    return f"{column} IN (SELECT {mine} FROM {table} WHERE search @@ CAST(unaccent({value}) AS tsquery){bounds})"


class _Contains(ColumnElement[bool]):
    """A text that contains another, capitals as given."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, text: ColumnElement[str], part: str) -> None:
        self.text, self.part = text, part


@compiles(_Contains)
def _contains(element: _Contains, compiler: Any, **options: Any) -> str:
    name = "strpos" if compiler.dialect.name == "postgresql" else "instr"
    part = compiler.process(bindparam(None, element.part, unique=True), **options)
    return f"{name}({compiler.process(element.text, **options)}, {part}) > 0"


def _stands(id_: ColumnElement[int], node: Words, between: Bounds, index: Index = POSTS) -> ColumnElement[bool]:
    """The index holds the words, and the text itself their signs."""
    inside = [_Contains(t, node.exact) if node.case else t.icontains(node.exact, autoescape=True) for t in index.texts]
    held = _Holds(index.text_id, Words(node.words, node.prefix), between, index)
    return id_.in_(select(index.text_id).where(held, or_(*inside)))


def _field(table: Any, node: Field) -> ColumnElement[bool]:
    value = node.value.strip()
    match node.name:
        case "lang":
            code = value.lower().replace("_", "-").partition("-")[0]
            return table.c.lang == (code if len(code) <= 3 else code[:2])  # type: ignore[no-any-return]
        case "network":
            return table.c.source_kind == value.lower()  # type: ignore[no-any-return]
        case "author":
            return func.lower(table.c.author) == func.lower(value.removeprefix("@"))
        case "place":
            return table.c.community.icontains(value, autoescape=True)  # type: ignore[no-any-return]
        case "source":
            mine = select(source.c.id).where(
                or_(
                    source.c.title.icontains(value, autoescape=True), source.c.address.icontains(value, autoescape=True)
                )
            )
            return table.c.source_id.in_(mine)  # type: ignore[no-any-return]
        case "link":
            linked = (post_text.c.url, post_text.c.received)
            inside = or_(*(t.icontains(value, autoescape=True) for t in linked))
            return table.c.id.in_(select(post_text.c.post_id).where(inside))  # type: ignore[no-any-return]
    raise ValueError(node.name)


def condition(node: Node, table: Any = post, between: Bounds = None, index: Index = POSTS) -> ColumnElement[bool]:
    """The condition that a query puts on `post` or its alias. `between` bounds the ids that the index is asked for:
    worth giving where few posts are meant. `index` is another one of posts."""
    if _sqlite(node) is not None:
        return _Holds(table.c.id, node, between, index)
    match node:
        case Words():
            return _stands(table.c.id, node, between, index)
        case Near(left, right, distance):
            bare = Near(Words(left.words, left.prefix), Words(right.words, right.prefix), distance)
            signs = [_stands(table.c.id, side, between, index) for side in (left, right) if side.exact]
            return and_(_Holds(table.c.id, bare, between, index), *signs)
        case Field():
            return _field(table, node)
        case All(parts):
            return and_(true(), *(condition(part, table, between, index) for part in parts))
        case Any_(parts):
            return or_(false(), *(condition(part, table, between, index) for part in parts))
        case Without(part) if _sqlite(part) is not None:
            return _Holds(table.c.id, part, between, index, without=True)
        case Without(part):
            return not_(condition(part, table, between, index))
    raise TypeError(node)


def _parts(asked: Node) -> tuple[Node, ...]:
    return asked.parts if isinstance(asked, All) else (asked,)


def ids_with(asked: Node, first: int, last: int) -> Select[Any] | None:
    """Ids of posts between two that a query finds, from the index of SQLite alone: no post is read. None where it
    cannot tell."""
    parts = [part for one in _parts(asked) for part in _parts(one)]
    told = [part for part in parts if _sqlite(part) is not None]
    if not told:
        return None
    found = text("SELECT rowid AS id FROM post_fts WHERE post_fts MATCH :words AND rowid BETWEEN :first AND :last")
    found = found.bindparams(words=_sqlite(All(tuple(told))), first=first, last=last)
    held = found.columns(column("id", Integer)).subquery("held")
    return select(held.c.id).where(*(condition(part, held, (first, last)) for part in parts if part not in told))


def facts_condition(node: Node) -> ColumnElement[bool]:
    """The condition that what a person `typed` puts on facts."""
    match node:
        case Words(exact=""):
            return _Holds(fact.c.id, node, None, FACTS)
        case Words():
            return _stands(fact.c.id, node, None, FACTS)
        case All(parts):
            return and_(true(), *map(facts_condition, parts))
        case Without(part):
            return not_(facts_condition(part))
    raise TypeError(node)


def loosened(node: Node) -> Node | None:
    """The query with everything let go that may have kept a post out by a hair: endings, order, distance,
    exclusions, fields. For showing near-misses. None where nothing is left."""
    match node:
        case Words(parts):
            return All(tuple(Words((part,), len(part) > 3 or (len(part) == 1 and is_unspaced(part))) for part in parts))
        case Near(left, right, _):
            return All((*_kept((left, right)),))
        case All(parts) | Any_(parts):
            kept = _kept(parts)
            return type(node)(kept) if kept else None
    return None


def _kept(parts: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(loose for part in parts if (loose := loosened(part)) is not None)


MOST_READ = 2_000  # texts that are read for signs which no index holds


def ids_holding(
    connection: Connection, node: Words, limit: int, *, since: int = 0, before: int = 1 << 62, latest: bool = True
) -> list[int]:
    """The latest posts (else the earliest) from one on and before another that hold a word or phrase, as the index has
    them in order: as a condition on posts, each of them would be asked whether it is among those found."""
    words_alone = Words(node.words, node.prefix)
    wanted = MOST_READ if node.exact else limit
    order = "DESC" if latest else "ASC"
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT post_id FROM post_text WHERE search @@ CAST(unaccent(:words) AS tsquery) AND post_id >= :since "
            f"AND post_id < :before ORDER BY post_id {order} LIMIT :wanted"
        )
        sought_for = _postgresql(words_alone)
    else:
        query = (
            "SELECT rowid FROM post_fts WHERE post_fts MATCH :words AND rowid >= :since AND rowid < :before "
            f"ORDER BY rowid {order} LIMIT :wanted"
        )
        sought_for = _sqlite(words_alone)
    bounds = {"words": sought_for, "since": since, "before": before, "wanted": wanted}
    found = [int(i) for i in connection.execute(text(query), bounds).scalars()]
    if not node.exact or not found:
        return found[:limit]
    inside = or_(*(t.icontains(node.exact, autoescape=True) for t in POSTS.texts))
    held = select(post_text.c.post_id).where(is_among(post_text.c.post_id, found), inside)
    kept = set(connection.execute(held).scalars())
    return [i for i in found if i in kept][:limit]
