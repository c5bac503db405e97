"""The newest posts are read first: what is found is the same as when they are read oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select, update

from data.cluster.workers import Workers
from data.demo_community import demo_posts
from data.demo_places import TEAM
from data.figures import days_of, dirty_days
from data.inbox.ours import set_own_account
from data.models import NewPost
from data.posts.analysis import (
    Understood,
    count_unread,
    count_waiting,
    save_understood,
    unsettled_posts,
    waiting_posts,
)
from data.posts.erasure import erase_ids
from data.posts.ingest import add_posts
from data.posts.vectors import vectors_of
from data.reputation.brands import keep_settings_brands
from data.schema import (
    debate,
    debate_post,
    inquiry,
    mention,
    moderation,
    past_answer,
    post,
    post_aspect,
    post_intent,
    post_stance,
    thread_heat,
    tool,
    tool_post,
)
from data.scope import Scope
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from insights.pipeline.demo import KeptVectors, full_text, kept_models
from insights.pipeline.models import ModelNames, Models
from insights.pipeline.posts.copies import Copies
from insights.pipeline.posts.reading import Reader
from insights.pipeline.posts.settle import settle
from insights.pipeline.posts.tones import Tones
from insights.pipeline.posts.understand import FIRST, understand
from insights.pipeline.refresh import refresh
from tests.conftest import NOW

TABLES = (
    post_intent,
    mention,
    post_aspect,
    post_stance,
    inquiry,
    past_answer,
    moderation,
    thread_heat,
    debate,
    debate_post,
)


def silent(step: str, done: int, total: int) -> None:
    pass


def filled(folder: Path, posts: list[NewPost]) -> Store:
    store = Store(f"sqlite:///{folder}/here.sqlite")
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(connection, source.id, posts, NOW)
        keep_settings_brands(connection, [("Brimelo", True, ())])
    for name in TEAM.values():
        set_own_account(store, name)
    return store


def read(store: Store) -> int:
    with store.read() as connection:
        total = count_waiting(connection)
    tones = Tones(store, Reader.of_record(store, None), "")
    return understand(store, Models.one(KeptVectors()), vectors_of(store), total, silent, tones)


def found(store: Store) -> dict[str, list[Any]]:
    """Everything that was found, row by row, without the ids that tables give by themselves."""
    with store.read() as connection:
        columns = (post.c.id, post.c.sentiment, post.c.lang, post.c.group_id, post.c.by_us, post.c.toxicity)
        rows: dict[str, list[Any]] = {"post": sorted(map(tuple, connection.execute(select(*columns))))}
        for table in TABLES:
            own = [c for c in table.c if c.name not in {"id", "debate_id"}]
            rows[table.name] = sorted(map(tuple, connection.execute(select(*own))), key=repr)
        named = select(tool.c.key, tool_post.c.post_id, tool_post.c.cue, tool_post.c.tone).join(tool_post)
        rows["tools"] = sorted(map(tuple, connection.execute(named)))
        rows["told"] = sorted(map(tuple, connection.execute(select(tool.c.key, tool.c.state, tool.c.first_post))))
    return rows


def test_the_order_of_reading_changes_nothing(tmp_path: Path) -> None:
    posts = [replace(item, source_kind="feed") for _, item in demo_posts(NOW)]
    for name in ("newest", "oldest"):
        (tmp_path / name).mkdir()
    newest, oldest = filled(tmp_path / "newest", posts), filled(tmp_path / "oldest", posts)
    assert read(newest) == len(posts)
    with oldest.read() as connection:
        ids = list(connection.execute(select(post.c.id).order_by(post.c.id)).scalars())
    for first in range(0, len(ids), 300):
        with oldest.write() as connection:
            connection.execute(update(post).values(pending=post.c.id.in_(ids[first : first + 300])))
        read(oldest)
    for store in (newest, oldest):
        assert settle(store, kept_models(), vectors_of(store), None, silent) == len(posts)
        assert settle(store, kept_models(), vectors_of(store), None, silent) == 0
    a, b = found(newest), found(oldest)
    for name, rows in a.items():
        assert rows, name
        assert rows == b[name], name


def said(number: int, ago: int, words: str) -> NewPost:
    text = f"{words} {'!' * number}"
    return NewPost("feed", f"n{number}", text, text, author=f"a{number}", published_at=NOW - timedelta(days=ago))


def test_copies_are_the_same_in_whatever_pieces_they_come(tmp_path: Path) -> None:
    """The sheet of prices copied over three weeks, each copy like the one before: a chain longer than two weeks."""
    one = "Vandelo raised the price of its family plan again and nobody at Vandelo will say why they did it"
    other = "The harbour festival was moved to the old market hall since the rain does not stop before Sunday"
    posts = [said(n, ago, one) for n, ago in enumerate((30, 21, 20, 12, 3, 0))]
    posts += [said(n, ago, other) for n, ago in enumerate((14, 14, 0), start=6)]
    groups = []
    for name, pieces in {"all": [posts], "forward": [posts[:3], posts[3:]], "back": [posts[3:], posts[:3]]}.items():
        (tmp_path / name).mkdir()
        store = Store(f"sqlite:///{tmp_path / name}/here.sqlite")
        copies = Copies(store)
        for piece in pieces:
            with store.write() as connection:
                source, _ = add_source(connection, "feed", "http://a", NOW)
                add_posts(connection, source.id, piece, NOW)
            with store.read() as connection:
                batch = waiting_posts(connection, 100)
            if name != "all":
                copies = Copies(store)  # another run
            found = copies.of(batch, [item.text for item in batch])
            with store.write() as connection:
                save_understood(
                    connection,
                    [
                        Understood(item.id, 1, "en", "neutral", 0.9, (), copy.of, copy.by)
                        for item, copy in zip(batch, found, strict=True)
                    ],
                )
        with store.read() as connection:
            held = connection.execute(select(post.c.native_id, post.c.group_id)).tuples().all()
            first = dict(connection.execute(select(post.c.id, post.c.native_id)).tuples().all())
        groups.append({native: first.get(group, "") for native, group in held})
    whole = groups[0]
    assert [whole[f"n{n}"] for n in range(6)] == ["n0"] * 6
    assert len({whole[f"n{n}"] for n in range(6, 9)}) == 1
    assert groups[1] == whole
    assert groups[2] == whole


def test_today_can_be_read_while_the_rest_waits_and_a_killed_run_goes_on(store: Store, settings: Settings) -> None:
    posts = [replace(item, source_kind="feed") for _, item in demo_posts(NOW)]
    posts = sorted((item for item in posts if item.published_at), key=lambda item: str(item.published_at))[-1_400:]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", NOW)
        add_posts(connection, source.id, posts, NOW)
    period = Scope((NOW - timedelta(days=119)).date(), NOW.date())

    class Killed(BaseException):
        pass

    def killed(step: str, done: int, total: int) -> None:
        if step == "understand" and done:
            raise Killed

    with pytest.raises(Killed):
        refresh(store, settings, now=lambda: NOW, models=kept_models(), progress=killed)
    with store.read() as connection:
        days = days_of(connection, period)
        assert sum(day.posts for day in days) == len(posts)  # all are counted
        assert sum(day.unread for day in days) == count_unread(connection) == len(posts) - FIRST
        behind = [place for place, day in enumerate(days) if day.unread]
        assert all(not day.unread for day in days[behind[-1] + 1 :])
        assert days[-1].read > 0
        assert len(unsettled_posts(connection)) == FIRST
    steps = []
    refresh(
        store,
        settings,
        now=lambda: NOW,
        models=kept_models(),
        progress=lambda step, a, b: steps.append((step, b)),
    )
    assert ("settle", len(posts)) in steps
    with store.read() as connection:
        assert (count_waiting(connection), unsettled_posts(connection), dirty_days(connection)) == (0, [], [])
        assert sum(day.unread for day in days_of(connection, period)) == 0


class Meanwhile(Workers):
    """Does `act` once a batch has been read and before what was found is written."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def each(self, work: Any, batches: Any, here: Any = None, *, in_order: bool = True) -> Iterator[Any]:
        for result in super().each(work, batches, here, in_order=in_order):
            self._act()
            yield result


def test_a_post_that_is_edited_or_erased_while_it_is_read(tmp_path: Path) -> None:
    posts = [replace(item, source_kind="feed") for _, item in demo_posts(NOW)][-40:]
    store = filled(tmp_path, posts)
    with store.read() as connection:
        first, second = connection.execute(select(post.c.id).order_by(post.c.id).limit(2)).scalars()
    other = posts[30]
    acts = iter(["once"])

    def act() -> None:
        if next(acts, ""):
            with store.write() as connection:
                number = connection.scalar(select(post.c.source_id).where(post.c.id == first)) or 0
                name = connection.scalar(select(post.c.native_id).where(post.c.id == first)) or ""
                old = next(item for item in posts if item.native_id == name)
                words = replace(old, text=other.text, plain=other.plain, title=other.title)
                add_posts(connection, number, [words], NOW)
                erase_ids(connection, select(post.c.id).where(post.c.id == second))

    with store.read() as connection:
        total = count_waiting(connection)
    tones, vectors = Tones(store, Reader.of_record(store, None), ""), vectors_of(store)
    means = replace(Models.one(KeptVectors()), names=ModelNames("", "", "", "", ""))
    assert understand(store, means, vectors, total, silent, tones, Meanwhile(act)) >= 40
    with store.read() as connection:
        assert count_waiting(connection) == 0
        assert connection.scalar(select(func.count()).select_from(post)) == 39
        for table in (post_aspect, post_stance, post_intent):
            assert second not in set(connection.execute(select(table.c.post_id)).scalars())
    have, rows = vectors.get(KeptVectors().name, [first, second])
    assert have == [first]
    assert np.allclose(rows[0], KeptVectors().encode([full_text(other)])[0], atol=2e-3), "of its new words"
