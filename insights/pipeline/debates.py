"""Debates in the store: which discussions to look at again, and what they were found to be.

Cost follows the new posts: a post's stance is read once; only the discussions that new posts are in are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol

import numpy as np

from data.debates import (
    STANCES,
    Discussion,
    Said,
    end_debate,
    posts_of_discussion,
    save_debate,
    save_stances,
    sides_of,
    threads_to_judge,
    topics_to_judge,
)
from data.posts.vectors import PostVectors
from data.store import Store
from insights.debates.camps import Voice
from insights.debates.divisive import divisiveness
from insights.debates.judge import DEBATE, MIN_POSTS, Found, judge, question_in
from insights.debates.stance import EITHER, QUESTION, Stance, stance_of
from insights.text import terms
from insights.topics.fit import unit

SURE_OF_MODEL = 0.85  # what a model reads is worth a little less than what people say in words
MIN_TOPIC_SIDE = 5  # posts that take each side, for positions on a topic


def stances_to_save(
    ids: Sequence[int], texts: Sequence[str]
) -> list[tuple[int, float, str, bool, tuple[tuple[int, int], ...]]]:
    """Stances of posts whose words show one, as `data.debates.save_stances` takes them."""
    found = []
    for post_id, text in zip(ids, texts, strict=True):
        stance = stance_of(text)
        if stance.speaks:
            found.append((post_id, stance.value, stance.target, stance.depends, stance.grants))
    return found


class StanceReader(Protocol):
    """Reads where posts stand whose words show no side: see `insights.reading.transformer.TransformerStance`."""

    def values(self, texts: Sequence[str], langs: Sequence[str], question: str) -> list[float]: ...


def find_debates(
    store: Store,
    ids: Sequence[int],
    vectors: PostVectors | None = None,
    model: str = "",
    reader: StanceReader | None = None,
) -> int:
    """Look again at the discussions that posts `ids` are in; how many of them are debates."""
    if not ids:
        return 0
    with store.read() as connection:
        threads = threads_to_judge(connection, ids, MIN_POSTS - 1)
    number = 0
    for where in threads:
        number += look_again(store, where, vectors, model, reader=reader) == DEBATE
    with store.read() as connection:
        topics = topics_to_judge(connection, ids, MIN_TOPIC_SIDE)
    for where in topics:
        number += look_again(store, where, vectors, model, max(ids)) == DEBATE
    return number


def look_again(
    store: Store,
    where: Discussion,
    vectors: PostVectors | None = None,
    model: str = "",
    last: int = 0,
    reader: StanceReader | None = None,
) -> str:
    """Judge one discussion and write what it was found to be; gives its state, "" for nothing of note."""
    with store.read() as connection:
        said = posts_of_discussion(connection, where, last)
        before = sides_of(connection, where)
    if not said:
        return ""
    if reader is not None and where.root_id:
        said = _read_silent(store, said, where, reader)
    found, opener, question, asks = judge_posts(said, where, _rows(vectors, model, said), model)
    if found is not None and where.topic_id and found.state != DEBATE:
        found = None  # outside of threads only two camps are of note: the rest is a topic
    if found is None:
        if before:
            with store.write() as connection:
                end_debate(connection, where)
        return ""
    if not found.by_question and _turned(found, before):
        found = _turn(found)
    first = said[opener] if opener >= 0 else said[0]
    langs = [post.lang for post in said]
    values: dict[str, Any] = {
        "state": found.state,
        "question": question,
        "asks": asks,
        "opener": first.id if opener >= 0 else 0,
        "place": first.place if opener >= 0 else "",
        "lang": max(sorted(set(langs)), key=langs.count),
        "score": found.score,
        "low": found.low,
        "high": found.high,
        "sure": found.sure,
        "posts": found.posts,
        "people": found.people,
        "first_post": said[0].id,
        "last_post": said[-1].id,
        "facts": facts_of(found),
    }
    positions = found.positions or {post.id: (0.0, 0, -1) for k, post in enumerate(said) if k != opener}
    with store.write() as connection:
        save_debate(connection, where, values, positions)
    return found.state


def _read_silent(store: Store, said: list[Said], where: Discussion, reader: StanceReader) -> list[Said]:
    """Posts with the stance that a model reads in those whose words show none; each is read once."""
    opener = next((post for post in said if post.native_id == where.root_id), None)
    silent = [post for post in said if not post.read and post is not opener]
    if opener is None or not silent:
        return said
    question, _ = question_in(opener.title, opener.plain)
    values = reader.values([post.plain for post in silent], [post.lang for post in silent], question)
    found = {post.id: round(SURE_OF_MODEL * value, 3) for post, value in zip(silent, values, strict=True)}
    with store.write(counts=False) as connection:
        save_stances(connection, list(found), [(i, value, QUESTION, False, ()) for i, value in found.items()])
    return [replace(post, value=found[post.id], target=QUESTION) if post.id in found else post for post in said]


def _rows(vectors: PostVectors | None, model: str, said: Sequence[Said]) -> Any:
    """Vectors of all these posts, None where one lacks."""
    if vectors is None or not model:
        return None
    have, rows = vectors.get(model, [post.id for post in said])
    if len(have) != len(said):
        return None
    place = {i: row for row, i in enumerate(have)}
    return unit(rows)[[place[post.id] for post in said]]


def judge_posts(
    said: Sequence[Said], where: Discussion, rows: Any = None, model: str = ""
) -> tuple[Found | None, int, str, bool]:
    """(what the discussion was found to be, the place of the post that opened it or -1, its question, whether that
    asks)."""
    place = {post.native_id: k for k, post in enumerate(said)}
    opener = place.get(where.root_id, -1) if where.root_id else -1
    if opener >= 0:
        question, asks = question_in(said[opener].title, said[opener].plain)
    else:
        question, asks = _asked(said), True
    asked = set(terms(question)) if asks else set()
    voices = [
        Voice(
            post=post.id,
            author=post.author,
            at=post.published_at,
            parent=place.get(post.parent_id, opener if where.root_id and opener != k else -1),
            stance=Stance(post.value, _target(post, asked) if where.root_id else QUESTION, post.depends, post.grants),
            tone=_tone(post),
            negative=post.sentiment == "negative",
            complains=post.complains,
            score=post.score,
            said=STANCES.get(post.said),
        )
        for k, post in enumerate(said)
    ]
    if rows is not None and all(post.score is None for post in said):  # no votes: the words alone tell, a little
        order = np.argsort(np.argsort(divisiveness([post.plain for post in said], rows, model)))
        voices = [replace(v, divides=float(order[k]) / len(said)) for k, v in enumerate(voices)]
    # A reply that is dated before what it answers would point forward: it counts as an answer to the opening.
    voices = [replace(v, parent=opener if v.parent >= k else v.parent) for k, v in enumerate(voices)]
    ratio = said[opener].ratio if opener >= 0 else None
    texts = [post.plain for post in said]
    return judge(voices, texts, rows, opener=opener, asks=asks, ratio=ratio), opener, question, asks


def _target(post: Said, asked: set[str]) -> str:
    """What a post speaks to: "Yes, a price per member is fair" repeats the words of the question, and answers it."""
    if post.target == EITHER and len(asked & set(terms(post.plain[:200]))) >= 2:
        return QUESTION
    return post.target


def _tone(post: Said) -> float:
    if post.sentiment == "positive":
        return post.sure
    return -post.sure if post.sentiment == "negative" else 0.0


def _asked(said: Sequence[Said]) -> str:
    """The question that posts on a topic put themselves, in the words of one of them; "" for none."""
    for post in said:
        question, asks = question_in(post.title, post.plain)
        if asks and post.target != EITHER:
            return question
    return ""


def _turned(found: Found, before: dict[int, int]) -> bool:
    """Whether two sides without names have changed places since they were found last."""
    both = [(side, before[i]) for i, (_, side, _) in found.positions.items() if side and before.get(i)]
    return sum(a == b for a, b in both) * 2 < len(both)


def _turn(found: Found) -> Found:
    camps = tuple(sorted((replace(camp, side=-camp.side) for camp in found.camps), key=lambda c: (not c.side, -c.side)))
    positions = {i: (-position, -side, argument) for i, (position, side, argument) in found.positions.items()}
    return replace(found, camps=camps, positions=positions)


def facts_of(found: Found) -> dict[str, Any]:
    """What is kept of a discussion beside its figures. Quotes are places in posts, never copies of them."""
    return {
        "parts": asdict(found.parts) if found.parts is not None else {},
        "by_question": found.by_question,
        "camps": [
            {
                "side": camp.side,
                "posts": len(camp.posts),
                "people": camp.people,
                "low": camp.low,
                "words": list(camp.words),
                "arguments": [
                    {"passage": list(item.passage), "posts": len(item.posts), "people": item.people}
                    for item in camp.arguments
                ],
                "grants": [list(passage) for passage in camp.grants],
            }
            for camp in found.camps
        ],
        "common": list(found.common),
        "bridges": [[item.author, item.post, item.signs] for item in found.bridges],
        "moves": [[item.author, item.before, item.after] for item in found.moves],
    }
