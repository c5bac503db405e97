"""Whose voices the posts of a scope are: how balanced a figure is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, func, select

from data.posts.scope_sql import conditions_of, current_fit
from data.schema import post, source
from data.scope import Scope

K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class Voices:
    """Who says it, and where: how balanced a figure is.

    `loudest` is the author with most posts, with how many; `copies` are posts beyond the first of a group of
    near-duplicates; `places` and `langs` are (name or code, posts), most posts first; `sources` (id, title, posts).
    """

    posts: int
    authors: int
    loudest: tuple[str, int]
    copies: int
    places: tuple[tuple[str, int], ...]
    langs: tuple[tuple[str, int], ...]
    sources: tuple[tuple[int, str, int], ...]


def voices_of(connection: Connection, scope: Scope, most: int = 8) -> Voices:
    """The voices of a scope. Reads its posts: meant for a topic or a brand, not for everything."""
    conditions = conditions_of(scope, post, current_fit(connection))
    number = func.count().label("number")
    # Places, languages and sources are few together: counted once, summed here.
    p, titles = post.c, dict(connection.execute(select(source.c.id, source.c.title)).tuples().all())
    groups = connection.execute(
        select(p.source_id, p.community, p.lang, number).where(*conditions).group_by(p.source_id, p.community, p.lang)
    )
    places, langs, sources = Counter[str](), Counter[str](), Counter[int]()
    for source_id, community, lang, posts in groups:
        places[str(community or titles.get(source_id) or "")] += int(posts)
        langs[str(lang)] += int(posts)
        sources[int(source_id)] += int(posts)
    alike = (func.count(), func.count(p.group_id.distinct()))
    grouped = connection.execute(select(*alike).where(*conditions, p.group_id != 0)).one()
    named = select(p.author, number).where(*conditions, p.author != "").group_by(p.author).subquery()
    authors = connection.execute(
        select(named.c.author, named.c.number, func.count().over()).order_by(named.c.number.desc(), named.c.author)
    ).first()
    return Voices(
        posts=sum(sources.values()),
        authors=0 if authors is None else int(authors[2]),
        loudest=("", 0) if authors is None else (str(authors[0]), int(authors[1])),
        copies=int(grouped[0]) - int(grouped[1]),
        places=tuple(_most(places)),
        langs=tuple(_most(langs)[:most]),
        sources=tuple((i, str(titles.get(i)), n) for i, n in _most(sources)[:most]),
    )


def _most(counted: Counter[K]) -> list[tuple[K, int]]:
    """Most posts first, then by name."""
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))
