"""Which posts are held against each other: by numbers of their sketches, without reading two weeks again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from data.models import NewPost
from data.posts.analysis import Waiting, waiting_posts
from data.posts.ingest import add_posts
from data.posts.sketches import forget_sketches
from data.schema import IDS_PER_DAY, sketch_band, sketched_day
from data.source_list import add_source
from data.store import Store
from insights.duplicates import bands, is_copy, most_alike, signatures, wording
from insights.pipeline.posts.copies import WINDOW, Copied, Copies
from tests.conftest import NOW

WORDS = [
    f"{a}{b}" for a in ("bal", "cor", "den", "fim", "gul", "hor", "jat") for b in ("ane", "iso", "umo", "ert", "ola")
]


def texts(number: int, seed: int) -> list[str]:
    """Texts of which many say nearly what another says."""
    chance, made = random.Random(seed), []
    for _ in range(number):
        if made and chance.random() < 0.6:
            words = chance.choice(made).split()
            words.insert(chance.randrange(len(words)), chance.choice(("the", "and", chance.choice(WORDS))))
        else:
            words = chance.choices(WORDS, k=chance.randint(9, 30))
        made.append(" ".join(words))
    return made


def bring(store: Store, said: Sequence[tuple[str, int]], name: str) -> list[Waiting]:
    """Posts of (text, days ago), the newest first as a refresh reads them."""
    posts = [
        NewPost("feed", f"{name}{n}", text, text, author=f"{name}{n}", published_at=NOW - timedelta(days=ago))
        for n, (text, ago) in enumerate(said)
    ]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(connection, source.id, posts, NOW)
    with store.read() as connection:
        return waiting_posts(connection, 10_000)


def plainly(batch: Sequence[Waiting]) -> dict[int, int]:
    """The same told by holding every post against every other of the two weeks around it."""
    sketches = dict(zip([post.id for post in batch], signatures([post.text for post in batch]), strict=True))
    words, found = {post.id: wording(post.text) for post in batch}, {}
    for one in batch:
        mine = sketches[one.id]
        assert mine is not None
        near = {
            i: values
            for i, values in sketches.items()
            if values is not None
            and i != one.id
            and abs(i // IDS_PER_DAY - one.id // IDS_PER_DAY) <= WINDOW
            and set(bands(values)) & set(bands(mine))
        }
        alike = [i for i in most_alike(mine, near) if is_copy(words[one.id], words[i])]
        found[one.id] = next((i for i in alike if i < one.id), 0)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_copies_are_those_of_all_pairs(tmp_path: Path, seed: int) -> None:
    store, chance = Store(f"sqlite:///{tmp_path}/here.sqlite"), random.Random(seed)
    batch = bring(store, [(text, chance.randrange(40)) for text in texts(150, seed)], "a")
    wanted = plainly(batch)
    assert sum(map(bool, wanted.values())) > 20
    copies, found = Copies(store), dict[int, Copied]()
    for start in range(0, len(batch), 40):
        part = batch[start : start + 40]
        found |= dict(zip([post.id for post in part], copies.of(part, [post.text for post in part]), strict=True))
        if start == 80:
            copies = Copies(store)  # another run goes on
    assert {i: one.of for i, one in found.items()} == wanted


class Read:
    """How many texts of posts are read."""

    def __init__(self, store: Store) -> None:
        self.statements: list[str] = []
        event.listen(store.engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "post_text.plain" in statement:
            self.statements += ["post"] * sum(isinstance(one, int) for one in parameters)


def test_only_what_is_new_is_sketched_and_read(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/here.sqlite")
    batch = bring(store, [(text, n % 10) for n, text in enumerate(texts(200, 9))], "a")
    Copies(store).of(batch, [post.text for post in batch])
    before = {post.id for post in batch}
    later = bring(store, [(f"An open evening about bread and its many grains, number {n}", 0) for n in range(3)], "b")
    new = [post for post in later if post.id not in before]
    read = Read(store)
    found = Copies(store).of(new, [post.text for post in new])
    assert len(new) == 3
    assert len(read.statements) < 20  # not the 200 of these days
    assert len(found) == 3


def test_what_is_erased_and_old_weeks_are_let_go(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/here.sqlite")
    recent = bring(store, [(text, n % 10) for n, text in enumerate(texts(20, 3))], "a")
    Copies(store).of(recent, [post.text for post in recent])
    old = [post for post in bring(store, [(text, 90) for text in texts(20, 4)], "b") if post not in recent]
    Copies(store).of(old, [post.text for post in old])
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(sketch_band)).scalar_one() == 18 * 40
    with store.write() as connection:
        forget_sketches(connection, [recent[0].id])
    Copies(store).of(recent[1:2], [recent[1].text])
    with store.read() as connection:
        held = set(connection.execute(select(sketch_band.c.post_id)).scalars())
        days = set(connection.execute(select(sketched_day.c.day)).scalars())
    assert held == {post.id for post in recent[1:]} | {post.id for post in old}  # few weeks have posts: all are kept
    assert {i // IDS_PER_DAY for i in held} == days
    known = {post.id for post in (*recent, *old)}
    for ago in (120, 160, 200, 240):
        for post in bring(store, [(texts(1, ago)[0], ago)], f"c{ago}"):
            if post.id not in known:
                Copies(store).of([post], [post.text])
                known.add(post.id)
    with store.read() as connection:
        weeks = set(connection.execute(select(sketch_band.c.week)).scalars())
    assert len(weeks) == 5  # the four latest with posts, and that of the last post
