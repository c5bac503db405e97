"""Which facts may answer what is asked of us: vectors of their questions, and what was found with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from data.dialect import insert_over, is_among
from data.facts.facts import Fact, all_facts, facts_of, holds
from data.schema import fact_match, fact_vector
from data.store import Store

ITSELF = 99  # the place of what a fact says, behind its questions
LOOKED_AT = 600  # characters of it


@dataclass(frozen=True, slots=True)
class Match:
    """A fact that may answer a post. `near`: cosine of what is asked and of the question that it answers, 0 to 1.
    `sure`: a draft is built on it by itself; else a person has to choose it. `holds` not: it expired, or does not hold
    yet."""

    fact: Fact
    near: float
    sure: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """One of the questions that a fact answers, or what it says itself."""

    fact: int
    place: int
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def wordings(some: Sequence[Fact]) -> list[Wording]:
    """The questions of facts, and what each fact says itself at the place `ITSELF`: by that it is found where somebody
    looks for it, never taken for an answer."""
    return [
        Wording(one.id, place, text[:LOOKED_AT])
        for one in some
        for place, text in (*enumerate(one.questions), (ITSELF, one.text))
    ]


def _held(connection: Connection, model: str) -> dict[tuple[int, int], str]:
    rows = connection.execute(
        select(fact_vector.c.fact_id, fact_vector.c.place, fact_vector.c.digest).where(fact_vector.c.model == model)
    )
    return {(row.fact_id, row.place): row.digest for row in rows}


def lacking(connection: Connection, model: str) -> list[Wording]:
    """Wordings without a vector of what they say."""
    held = _held(connection, model)
    return [one for one in wordings(all_facts(connection)) if held.get((one.fact, one.place)) != one.digest]


def are_stale(connection: Connection) -> bool:
    """Whether facts were written, changed or lost questions since they were compared with what is asked."""
    models = set(connection.execute(select(fact_vector.c.model).distinct()).scalars())
    wanted = {(one.fact, one.place): one.digest for one in wordings(all_facts(connection))}
    return any(_held(connection, model) != wanted for model in models) if models else bool(wanted)


def keep_vectors(store: Store, model: str, some: Sequence[Wording], vectors: NDArray[np.float32]) -> None:
    """Keep the vectors (n x dimensions) of questions, and let go of those of other models and of questions that are no
    more."""
    half = np.ascontiguousarray(vectors, dtype="<f2")
    with store.write(counts=False) as connection:
        wanted = {(one.fact, one.place): one.digest for one in wordings(all_facts(connection))}
        rows = [
            {"model": model, "fact_id": one.fact, "place": one.place, "digest": one.digest, "v": row.tobytes()}
            for one, row in zip(some, half, strict=True)
            if wanted.get((one.fact, one.place)) == one.digest
        ]
        if rows:
            connection.execute(insert_over(fact_vector), rows)
        connection.execute(delete(fact_vector).where(fact_vector.c.model != model))
        for fact_id, place in _held(connection, model).keys() - wanted.keys():
            connection.execute(
                delete(fact_vector).where(fact_vector.c.fact_id == fact_id, fact_vector.c.place == place)
            )


def fact_vectors(connection: Connection, model: str) -> tuple[list[Wording], NDArray[np.float32]]:
    """Wordings that have a vector, and their vectors (n x dimensions, float32)."""
    rows = connection.execute(
        select(fact_vector).where(fact_vector.c.model == model).order_by(fact_vector.c.fact_id, fact_vector.c.place)
    ).all()
    held = {(row.fact_id, row.place): row for row in rows}
    some = [
        one
        for one in wordings(all_facts(connection))
        if (row := held.get((one.fact, one.place))) is not None and row.digest == one.digest
    ]
    if not some:
        return [], np.zeros((0, 0), dtype=np.float32)
    joined = b"".join(held[one.fact, one.place].v for one in some)
    return some, np.frombuffer(joined, dtype="<f2").reshape(len(some), -1).astype(np.float32)


def forget_matches(store: Store) -> None:
    """Where nothing is known any more, nothing answers."""
    with store.write() as connection:
        connection.execute(delete(fact_match))


def save_matches(connection: Connection, by_post: Mapping[int, Sequence[tuple[int, float, bool]]]) -> None:
    """Replace, for each of these posts, the facts that may answer it: (fact, near, sure)."""
    for post_id, some in by_post.items():
        connection.execute(delete(fact_match).where(fact_match.c.post_id == post_id))
        if some:
            connection.execute(
                insert(fact_match),
                [{"post_id": post_id, "fact_id": i, "near": near, "sure": sure} for i, near, sure in some],
            )


def matches(connection: Connection, post_id: int, today: date) -> list[Match]:
    """Facts that may answer a post, sure ones that hold first, then the nearest."""
    rows = connection.execute(select(fact_match).where(fact_match.c.post_id == post_id)).all()
    held = {one.id: one for one in facts_of(connection, [row.fact_id for row in rows])}
    found = [
        Match(held[row.fact_id], float(row.near), bool(row.sure), holds(held[row.fact_id], today))
        for row in rows
        if row.fact_id in held
    ]
    return sorted(found, key=lambda one: (not (one.sure and one.holds), not one.sure, -one.near, one.fact.id))


def surely_answered(connection: Connection, posts: Sequence[int]) -> dict[int, list[int]]:
    """Post -> facts that surely answer it, whether they hold or not, for those of these posts that have any."""
    found: dict[int, list[int]] = {}
    rows = connection.execute(
        select(fact_match.c.post_id, fact_match.c.fact_id)
        .where(fact_match.c.sure, is_among(fact_match.c.post_id, posts))
        .order_by(fact_match.c.near.desc())
    )
    for post_id, fact_id in rows:
        found.setdefault(int(post_id), []).append(int(fact_id))
    return found


def with_an_answer(connection: Connection, posts: Sequence[int], today: date) -> set[int]:
    """Those of these posts that a fact surely answers that holds."""
    sure = surely_answered(connection, posts)
    some = facts_of(connection, sorted({i for ids in sure.values() for i in ids}))
    valid = {one.id for one in some if holds(one, today)}
    return {post for post, ids in sure.items() if valid & set(ids)}
