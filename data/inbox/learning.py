"""What people teach: tones of words, and the layers learned from corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from data.actor import needs
from data.changes import check_seen, note_change
from data.models import from_epoch, to_epoch
from data.posts.folding import sought
from data.posts.full_text import Words, condition
from data.schema import local_model, post, post_label, word_tone
from data.store import Store

WORD_TONES = ("neutral", "negative", "positive")


@dataclass(frozen=True, slots=True)
class Learned:
    """A layer that was tried. `state` is adopted, refused, replaced or rolled_back; figures are macro-recalls on
    held-out labels."""

    id: int
    made_at: datetime
    labels: int
    before: float
    after: float
    state: str


def word_tones(connection: Connection) -> dict[str, str]:
    """Word -> tone, as people set them."""
    return dict(
        connection.execute(select(word_tone.c.word, word_tone.c.tone).order_by(word_tone.c.word)).tuples().all()
    )


def posts_with_word(connection: Connection, word: str) -> list[int]:
    """Ids of the posts that hold a word or phrase, the latest first."""
    parts, prefix = sought(word)
    if not parts:
        return []
    query = select(post.c.id).where(condition(Words(parts, prefix))).order_by(post.c.id.desc())
    return [int(i) for i in connection.execute(query).scalars()]


@needs("editor")
def set_word_tone(store: Store, word: str, tone: str, now: datetime, seen: str | None = None) -> int:
    """Set the tone of a word, or with "" forget it. Posts that hold it are read again at the next refresh; gives
    how many. Raises ValueError for no word or an unknown tone, StaleError where somebody set another since `seen`."""
    word = " ".join(word.split())[:80].lower()
    if not word or (tone and tone not in WORD_TONES):
        raise ValueError("A word needs letters, and a tone: neutral, negative or positive.")
    with store.write() as connection:
        held = word_tones(connection).get(word, "")
        check_seen(connection, word, "tone", seen, held, tone)
        note_change(connection, "word.tone", word, held, tone)
        connection.execute(delete(word_tone).where(word_tone.c.word == word))
        if tone:
            connection.execute(insert(word_tone).values(word=word, tone=tone, made_at=to_epoch(now)))
        ids = posts_with_word(connection, word)
        for start in range(0, len(ids), 500):
            connection.execute(
                update(post).where(post.c.id.in_(ids[start : start + 500])).values(pending=True, sentiment_confidence=0)
            )
    return len(ids)


def tone_labels(connection: Connection) -> dict[int, str]:
    """Post -> the tone that a person gave it, "unsure" left out."""
    rows = connection.execute(
        select(post_label.c.post_id, post_label.c.value).where(
            post_label.c.field == "sentiment", post_label.c.value != "unsure"
        )
    )
    return {int(i): str(value) for i, value in rows}


def learned(connection: Connection) -> list[Learned]:
    """Layers that were tried, the latest first."""
    rows = connection.execute(select(local_model).order_by(local_model.c.id.desc()).limit(20))
    return [Learned(r.id, from_epoch(r.made_at), r.labels, r.before, r.after, r.state) for r in rows]


def adopted_layer(connection: Connection, base: str) -> bytes | None:
    """The weights of the layer in use over the model `base`, None where there is none."""
    row = connection.execute(
        select(local_model.c.weights, local_model.c.base)
        .where(local_model.c.state == "adopted")
        .order_by(local_model.c.id.desc())
        .limit(1)
    ).one_or_none()
    return bytes(row.weights) if row is not None and row.base == base else None


def save_layer(
    connection: Connection,
    now: datetime,
    labels: int,
    before: float,
    after: float,
    adopted: bool,
    base: str,
    weights: bytes,
) -> None:
    """Note a layer that was tried. One that is adopted replaces the one before, and all posts are read anew."""
    if adopted:
        connection.execute(update(local_model).where(local_model.c.state == "adopted").values(state="replaced"))
    connection.execute(
        insert(local_model).values(
            made_at=to_epoch(now),
            labels=labels,
            before=before,
            after=after,
            state="adopted" if adopted else "refused",
            base=base,
            weights=weights if adopted else b"",
        )
    )
    if adopted:
        read_again(connection)


@needs("editor")
def roll_back(store: Store) -> bool:
    """Do without the layer in use: the tone of all posts is estimated anew at the next refresh."""
    with store.write() as connection:
        changed = connection.execute(
            update(local_model).where(local_model.c.state == "adopted").values(state="rolled_back")
        ).rowcount
        if changed:
            note_change(connection, "tone.rolled_back", "tone", "adopted", "rolled_back")
            read_again(connection)
    return bool(changed)


def read_again(connection: Connection) -> None:
    """Estimate everything about all posts anew at the next refresh; their vectors are kept."""
    connection.execute(update(post).where(~post.c.pending).values(pending=True, sentiment_confidence=0))


def labels_tried(connection: Connection) -> int:
    """How many labels the last trial had."""
    return int(connection.execute(select(func.coalesce(func.max(local_model.c.labels), 0))).scalar_one())
