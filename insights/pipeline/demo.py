"""The demo community made ready in seconds: its vectors and topics are kept with it.

`data/demo/analysis.npz` holds what `python -m insights demo --rebuild` computed. A test recomputes a
sample and compares, so it cannot drift from the texts.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from data.content.calendar import Item, save_item
from data.demo_community import demo_posts, truth
from data.demo_places import TEAM
from data.erasing.remembered import list_beside
from data.identity import META as IDENTITY
from data.inbox.ours import set_own_account
from data.models import Brand, NewPost
from data.posts.ingest import add_posts
from data.reputation.actions import Action, save_action
from data.reputation.brands import save_brand
from data.schema import post as post_table
from data.settings import DEMO, Settings
from data.sharing.snapshots import carry_over
from data.source_list import add_source, update_source
from data.store import Store, StoreError
from insights.language import detect_languages
from insights.models.e5 import NAME as READING
from insights.models.e5 import ReadingModel
from insights.models.packaged import ModelError
from insights.models.precision import Precision, Vectors
from insights.models.topic_vectors import NAME as TOPICS
from insights.models.topic_vectors import TopicEmbedder
from insights.models.use import UseModel
from insights.pipeline.models import Models
from insights.pipeline.places import TextEmbedder
from insights.pipeline.refresh import Refreshed, refresh
from insights.topics.fit import Fit, FoundTopic, Labels, fit_topics, unit
from insights.topics.map import Atlas, Map, Part, atlas_of

ANALYSIS = DEMO / "analysis.npz"
ANY_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)  # texts do not depend on it


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class KeptVectors:
    """Stands in for the model while the demo is made: the vectors of known texts, exactly as it gave them."""

    precision = Precision("kept", 1.0, 1.0)

    def __init__(self, path: Path = ANALYSIS, *, reading: bool = False) -> None:
        self.name = READING if reading else TOPICS
        with np.load(path) as stored:
            self._place = {str(key): index for index, key in enumerate(stored["keys"])}
            held = stored["reading" if reading else "vectors"].astype(np.float32)
            self._vectors: Vectors = held * stored["reading_scale"] if reading else held

    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        rows = [self._place[_key(text)] for text in texts]
        return np.asarray(self._vectors[rows], dtype=np.float32)


@lru_cache(maxsize=1)
def kept_models() -> Models:
    """Kept vectors for topics and for reading; which inquiries ask the same is told by the model itself, which is
    quick to load, or by the topics' model where it is missing. Each is loaded once."""
    topics = KeptVectors()
    try:
        asks: TextEmbedder = UseModel()
    except ModelError:
        asks = TopicEmbedder()
    return Models(topics, asks, KeptVectors(reading=True))


def full_text(post: NewPost) -> str:
    """Title and body as the refresh reads them."""
    plain = post.plain or ""
    return plain if not post.title or plain.startswith(post.title) else f"{post.title}\n{plain}".strip()


def kept_fit(
    texts: Sequence[str],
    vectors: Vectors,
    *,
    langs: Sequence[str] = (),
    sources: Sequence[int] = (),
    previous: Labels | None = None,
    progress: Callable[[float], None] = lambda share: None,
    path: Path = ANALYSIS,
) -> Fit:
    """The kept topics, put on the posts by their text."""
    with np.load(path) as stored:
        place = {str(key): index for index, key in enumerate(stored["keys"])}
        rows = [place[_key(text)] for text in texts]
        back = {row: position for position, row in reversed(list(enumerate(rows)))}
        described = json.loads(str(stored["topics"]))
        topics = [
            FoundTopic(
                t["label"], tuple(t["terms"]), tuple(back[r] for r in t["representatives"] if r in back), t["line"]
            )
            for t in described
        ]
        return Fit(
            topics,
            stored["centroids"].astype(np.float32),
            stored["assigned"].astype(np.int64)[rows],
            stored["similarity"].astype(np.float32)[rows],
            float(stored["threshold"]),
        )


def kept_atlas(
    texts: Sequence[str],
    vectors: Vectors,
    fit: Fit,
    known: dict[int, tuple[float, float]] | None = None,
    path: Path = ANALYSIS,
) -> Atlas:
    """The kept map and sub-topics, put on the posts by their text."""
    with np.load(path) as stored:
        place = {str(key): index for index, key in enumerate(stored["keys"])}
        rows = np.array([place[_key(text)] for text in texts])
        first = {int(row): position for position, row in reversed(list(enumerate(rows)))}
        kept = [(first[int(m)], spot) for m, spot in zip(stored["marks"], stored["places"], strict=True) if m in first]
        drawn = Map(
            np.array([position for position, _ in kept], dtype=np.int64),
            np.array([spot for _, spot in kept], dtype=np.float32).reshape(-1, 2),
        )
        part, number_of = stored["part"], stored["part_owner"]
        labels: list[str] = json.loads(str(stored["part_labels"]))
        inside = part[rows]
        parts: list[list[Part]] = [[] for _ in fit.topics]
        for index, (owner, label) in enumerate(zip(number_of, labels, strict=True)):
            members = np.flatnonzero(inside == index)
            parts[int(owner)].append(Part(label, stored["part_centroids"][index].astype(np.float32), members))
    return Atlas(drawn, parts)


def rebuild(path: Path = ANALYSIS) -> None:
    """Compute the demo's vectors and topics with the real model and keep them."""
    texts = list(dict.fromkeys(full_text(post) for _, post in demo_posts(ANY_DAY)))
    vectors: NDArray[np.float16] = TopicEmbedder().encode(texts).astype(np.float16)
    reading = ReadingModel().encode(texts)
    scale = np.abs(reading).max(axis=0) / 127
    fit = fit_topics(texts, vectors.astype(np.float32), langs=detect_languages(texts))
    drawn = atlas_of(texts, unit(vectors.astype(np.float32)), fit)
    flat = [(owner, part) for owner, parts in enumerate(drawn.parts) for part in parts]
    part_of = np.full(len(texts), -1, dtype=np.int16)
    for number, (_, part) in enumerate(flat):
        part_of[part.posts] = number
    described = [
        {"label": t.label, "terms": list(t.terms), "representatives": list(t.representatives), "line": t.line}
        for t in fit.topics
    ]
    np.savez_compressed(
        path,
        keys=np.array([_key(text) for text in texts]),
        vectors=vectors,
        reading=np.round(reading / scale).astype(np.int8),
        reading_scale=scale.astype(np.float32),
        centroids=fit.centroids,
        assigned=fit.assigned.astype(np.int16),
        similarity=fit.similarity.astype(np.float16),
        threshold=np.float64(fit.threshold),
        topics=np.str_(json.dumps(described, ensure_ascii=False)),
        marks=drawn.map.marks,
        places=drawn.map.places,
        part=part_of,
        part_owner=np.array([owner for owner, _ in flat], dtype=np.int16),
        part_labels=np.str_(json.dumps([part.label for _, part in flat], ensure_ascii=False)),
        part_centroids=np.array([part.centroid for _, part in flat], dtype=np.float16),
    )


def make_demo(store: Store, settings: Settings, now: datetime) -> Refreshed:
    """Fill an empty store with the demo community, understood and counted."""
    facts = truth()
    with store.write() as connection:
        batches: dict[str, list[NewPost]] = {}
        sources = {}
        for source, post in demo_posts(now):
            sources[source.name] = source
            batches.setdefault(source.name, []).append(post)
        for name, posts in batches.items():
            made, _ = add_source(connection, "demo", f"demo:{name}", now, title=name)
            update_source(
                connection, made.id, state="active", last_attempt=now, last_success=now, is_own="Brimelo" in name
            )
            add_posts(connection, made.id, posts, now, is_demo=True)
    for author in TEAM.values():
        set_own_account(store, author)
    for item in facts["actions"]:
        moment = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=int(item["day"]))
        lang = settings.language if settings.language in {"en", "fr"} else "en"
        save_action(store, Action(0, item["kind"], item["title"][lang], moment, who="Brimelo"), now)
    save_brand(store, Brand(0, facts["brand"], True, hashtags=(facts["brand"].lower(),)))
    for name in facts["competitors"]:
        save_brand(store, Brand(0, name, False, kind="competitor"))
    done = refresh(store, settings, now=lambda: now, models=kept_models(), fit=kept_fit, atlas=kept_atlas)
    for item in facts["calendar"]:
        lang = settings.language if settings.language in {"en", "fr"} else "en"
        planned = Item(
            0,
            item["title"][lang],
            channel=item["channel"],
            format=item["format"],
            status=item["status"],
            lang=lang,
            day=now.date() + timedelta(days=int(item["day"])),
            hour=int(item["hour"]),
            owner="Brimelo",
        )
        save_item(store, planned, now)
    store.set_meta("demo_day", now.date().isoformat())
    return done


def replace_demo(settings: Settings, now: datetime) -> Refreshed:
    """Make the demo beside the old one and put it in its place once it is whole."""
    folder = settings.data_path
    for old in folder.glob("demo.new.*"):
        old.unlink()
    fresh = Store(f"sqlite:///{folder / 'demo.new.sqlite'}")
    erased = list_beside(folder / "demo.sqlite").path
    if erased.exists():  # who was erased from the old one is refused by the new one too
        shutil.copyfile(erased, list_beside(fresh.path).path)
    done = make_demo(fresh, settings, now)
    if (folder / "demo.sqlite").exists():
        try:
            old_record = Store(f"sqlite:///{folder / 'demo.sqlite'}")
            carry_over(old_record, fresh)
            fresh.set_meta(IDENTITY, old_record.get_meta(IDENTITY))
        except StoreError as error:  # a damaged demo is replaced all the same
            print(f"Error: the demo's shared links are lost: {error}", file=sys.stderr)
    fresh.close()
    for suffix in (".sqlite-wal", ".sqlite-shm", ".vectors.sqlite-wal", ".vectors.sqlite-shm"):
        (folder / f"demo{suffix}").unlink(missing_ok=True)
    fresh.vector_path.replace(folder / "demo.vectors.sqlite")
    fresh.path.replace(folder / "demo.sqlite")
    list_beside(fresh.path).path.unlink(missing_ok=True)
    return done


def keys_of_posts(store: Store) -> dict[int, str]:
    """Post id -> the theme it was written for, from its native id; for measuring only."""
    with store.read() as connection:
        rows = connection.execute(select(post_table.c.id, post_table.c.native_id).where(post_table.c.is_demo))
        return {row.id: row.native_id.removeprefix("demo-").rsplit("-", 1)[0] for row in rows}
