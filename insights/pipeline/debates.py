"""Debates in the store: which discussions to look at again, and what they were found to be.

Cost follows the new posts: a post's stance is read once; only the discussions that new posts are in are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from data.debates.discussions import (
    STANCES,
    Discussion,
    DiscussionPost,
    end_debate,
    posts_of_discussion,
    save_debate,
    save_stances,
    sides_of,
    threads_to_judge,
    topics_to_judge,
)
from data.debates.listing import posts_by_debate, save_together
from data.posts.analysis import texts_of
from data.posts.vectors import PostVectors
from data.store import Store
from insights.debates.arguments import question_in
from insights.debates.camps import Matrix, Voice
from insights.debates.divisive import divisiveness
from insights.debates.judge import DEBATE, MIN_POSTS, Found, judge
from insights.debates.languages import told_together
from insights.debates.stance import EITHER, QUESTION, Stance, stance_of
from insights.pipeline.encoding import Encoder
from insights.text import terms
from insights.topics.fit import unit

SURE_OF_MODEL = 0.85  # what a model reads is worth a little less than what people say in words
BATCH = 512
MOST_COMPARED = 60  # latest debates that are compared across languages
MIN_TOPIC_SIDE = 5  # posts that take each side, for positions on a topic


def stances_to_save(
    ids: Sequence[int], texts: Sequence[str]
) -> list[tuple[int, float, str, bool, tuple[tuple[int, int], ...]]]:
    """Stances of posts whose words show one, as `data.debates.discussions.save_stances` takes them."""
    stances = ((post_id, stance_of(text)) for post_id, text in zip(ids, texts, strict=True))
    return [(i, held.value, held.target, held.depends, held.grants) for i, held in stances if held.speaks]


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


def tell_together(store: Store, asks: Encoder, vectors: PostVectors) -> None:
    """Find debates that are on one question in two languages. `embedder` reads both."""
    with store.read() as connection:
        placed = posts_by_debate(connection, MOST_COMPARED)
    if len({lang for lang, _ in placed.values()}) < 2:
        return
    _make_sure(store, asks, vectors, {post for _, posts in placed.values() for post in posts})
    means = {}
    for debate, (_, posts) in placed.items():
        have, rows = vectors.get(asks.name, posts)
        if have:
            means[debate] = unit(rows).mean(axis=0)
    told = told_together(list(means), [placed[debate][0] for debate in means], np.stack(list(means.values())))
    with store.write() as connection:
        save_together(connection, told)


def _make_sure(store: Store, asks: Encoder, vectors: PostVectors, wanted: set[int]) -> None:
    """Give posts a vector of this model where they lack one."""
    lacking = sorted(wanted - set(vectors.get(asks.name, sorted(wanted))[0]))
    parts: list[list[int]] = []

    def texts() -> Iterator[list[str]]:
        for start in range(0, len(lacking), BATCH):
            with store.read() as connection:
                part = texts_of(connection, lacking[start : start + BATCH])
            if part:
                parts.append([post.id for post in part])
                yield [post.text for post in part]

    for place, rows in enumerate(asks.each(texts())):
        vectors.put(asks.name, parts[place], rows)


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
        posts = posts_of_discussion(connection, where, last)
        before = sides_of(connection, where)
    if not posts:
        return ""
    if reader is not None and where.root_id:
        posts = _read_silent(store, posts, where, reader)
    opening = opening_of(posts, where)
    found = judge_posts(posts, where, opening, _rows(vectors, model, posts), model)
    if found is not None and where.topic_id and found.state != DEBATE:
        found = None  # outside of threads only two camps are of note: the rest is a topic
    if found is not None and found.began:
        opening = _within(posts, found.began)
    if found is None:
        if before:
            with store.write() as connection:
                end_debate(connection, where)
        return ""
    if not found.facts.by_question and _turned(found, before):
        found = _turn(found)
    positions = found.positions or {post.id: (0.0, 0, -1) for k, post in enumerate(posts) if k != opening.place}
    with store.write() as connection:
        save_debate(connection, where, _values(found, posts, opening), found.facts, positions)
    return found.state


class Opening(NamedTuple):
    """The place of the post that opened a discussion, -1 for none; the question it puts, and whether it asks."""

    place: int
    question: str
    asks: bool


def opening_of(posts: Sequence[DiscussionPost], where: Discussion) -> Opening:
    opener = next((k for k, post in enumerate(posts) if where.root_id and post.native_id == where.root_id), -1)
    if opener >= 0:
        return Opening(opener, *question_in(posts[opener].title, posts[opener].plain))
    return Opening(opener, _asked(posts), True)


def _within(posts: Sequence[DiscussionPost], began: int) -> Opening:
    """The opening of an argument within a thread: what its first post states."""
    place = next(k for k, post in enumerate(posts) if post.id == began)
    return Opening(place, *question_in("", posts[place].plain))


def _asked(posts: Sequence[DiscussionPost]) -> str:
    """The question that posts on a topic put themselves, in the words of one of them; "" for none."""
    for post in posts:
        question, asks = question_in(post.title, post.plain)
        if asks and post.target != EITHER:
            return question
    return ""


def _values(found: Found, posts: Sequence[DiscussionPost], opening: Opening) -> dict[str, Any]:
    """Figures of a discussion, by the name of their column."""
    opener = posts[opening.place] if opening.place >= 0 else None
    langs = [post.lang for post in posts]
    return {
        "state": found.state,
        "question": opening.question,
        "asks": opening.asks,
        "opener": opener.id if opener else 0,
        "place": opener.place if opener else "",
        "lang": max(sorted(set(langs)), key=langs.count),
        "score": found.score,
        "low": found.low,
        "high": found.high,
        "sure": found.sure,
        "posts": found.posts,
        "people": found.people,
        "first_post": posts[0].id,
        "last_post": posts[-1].id,
    }


def _read_silent(
    store: Store, posts: list[DiscussionPost], where: Discussion, reader: StanceReader
) -> list[DiscussionPost]:
    """Posts with the stance that a model reads in those whose words show none; each is read once."""
    opener = next((post for post in posts if post.native_id == where.root_id), None)
    silent = [post for post in posts if not post.read and post is not opener]
    if opener is None or not silent:
        return posts
    question, _ = question_in(opener.title, opener.plain)
    values = reader.values([post.plain for post in silent], [post.lang for post in silent], question)
    value_of = {post.id: round(SURE_OF_MODEL * value, 3) for post, value in zip(silent, values, strict=True)}
    with store.write(counts=False) as connection:
        save_stances(connection, list(value_of), [(i, value, QUESTION, False, ()) for i, value in value_of.items()])
    return [replace(post, value=value_of[post.id], target=QUESTION) if post.id in value_of else post for post in posts]


def _rows(vectors: PostVectors | None, model: str, posts: Sequence[DiscussionPost]) -> Matrix | None:
    """Vectors of all these posts, None where one lacks."""
    if vectors is None or not model:
        return None
    have, rows = vectors.get(model, [post.id for post in posts])
    if len(have) != len(posts):
        return None
    place = {i: row for row, i in enumerate(have)}
    return unit(rows)[[place[post.id] for post in posts]]


def judge_posts(
    posts: Sequence[DiscussionPost], where: Discussion, opening: Opening, rows: Matrix | None = None, model: str = ""
) -> Found | None:
    """What the discussion was found to be, None for nothing of note."""
    voices = _voices(posts, where, opening)
    if rows is not None and all(post.score is None for post in posts):  # no votes: the words alone tell, a little
        order = np.argsort(np.argsort(divisiveness([post.plain for post in posts], rows, model)))
        voices = [replace(v, divides=float(order[k]) / len(posts)) for k, v in enumerate(voices)]
    ratio = posts[opening.place].ratio if opening.place >= 0 else None
    texts = [post.plain for post in posts]
    return judge(voices, texts, rows, opener=opening.place, asks=opening.asks, ratio=ratio)


def _voices(posts: Sequence[DiscussionPost], where: Discussion, opening: Opening) -> list[Voice]:
    place = {post.native_id: k for k, post in enumerate(posts)}
    opener = opening.place
    asked = set(terms(opening.question)) if opening.asks else set()
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
        for k, post in enumerate(posts)
    ]
    # A reply that is dated before what it answers would point forward: it counts as an answer to the opening.
    return [replace(v, parent=opener if v.parent >= k else v.parent) for k, v in enumerate(voices)]


def _target(post: DiscussionPost, asked: set[str]) -> str:
    """What a post speaks to: "Yes, a price per member is fair" repeats the words of the question, and answers it."""
    if post.target == EITHER and len(asked & set(terms(post.plain[:200]))) >= 2:
        return QUESTION
    return post.target


def _tone(post: DiscussionPost) -> float:
    if post.sentiment == "positive":
        return post.sure
    return -post.sure if post.sentiment == "negative" else 0.0


def _turned(found: Found, before: dict[int, int]) -> bool:
    """Whether two sides without names have changed places since they were found last."""
    both = [(side, before[i]) for i, (_, side, _) in found.positions.items() if side and before.get(i)]
    return sum(a == b for a, b in both) * 2 < len(both)


def _turn(found: Found) -> Found:
    turned = [replace(camp, side=-camp.side) for camp in found.facts.camps]
    camps = tuple(sorted(turned, key=lambda camp: (not camp.side, -camp.side)))
    positions = {i: (-position, -side, argument) for i, (position, side, argument) in found.positions.items()}
    return replace(found, facts=replace(found.facts, camps=camps), positions=positions)
