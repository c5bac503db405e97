"""Pictures of an item of the calendar, each with the words for who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, insert, select

from data.actor import needs
from data.changes import note_change
from data.schema import item_picture
from data.store import Store

MOST, LARGEST, LONGEST_ALT = 4, 8_000_000, 1_500  # pictures of an item, bytes of one, characters of its words
_MARKS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


class PictureError(ValueError):
    """A picture that cannot be kept: `code` is one of kind, large, many, alt."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ItemPicture:
    """A picture of an item; `media_type` is told by its bytes, not by its name."""

    id: int
    name: str
    media_type: str
    content: bytes = field(repr=False)
    alt: str


def media_type_of(content: bytes) -> str:
    """What the bytes of a picture are, "" for none of PNG, JPEG, GIF and WebP."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in _MARKS if content.startswith(mark)), "")


def pictures_of(connection: Connection, item_id: int) -> list[ItemPicture]:
    query = select(item_picture).where(item_picture.c.item_id == item_id).order_by(item_picture.c.id)
    return [
        ItemPicture(row.id, row.name, row.media_type, bytes(row.content), row.alt) for row in connection.execute(query)
    ]


@needs("member")
def add_picture(store: Store, item_id: int, name: str, content: bytes, alt: str) -> None:
    """Keep a picture for an item. Raises PictureError for what is none, is too large, has no words, or is one too
    many."""
    kind = media_type_of(content)
    if not kind:
        raise PictureError("kind")
    if len(content) > LARGEST:
        raise PictureError("large")
    if not alt.strip():
        raise PictureError("alt")
    with store.write() as connection:
        mine = item_picture.c.item_id == item_id
        if connection.execute(select(func.count()).select_from(item_picture).where(mine)).scalar_one() >= MOST:
            raise PictureError("many")
        values = {"name": name[:200], "media_type": kind, "content": content, "alt": alt.strip()[:LONGEST_ALT]}
        connection.execute(insert(item_picture).values(item_id=item_id, **values))
        note_change(connection, "calendar.picture", f"item {item_id}", "", alt)


@needs("member")
def remove_picture(store: Store, item_id: int, picture_id: int) -> None:
    """Take a picture away from an item."""
    here = (item_picture.c.item_id == item_id) & (item_picture.c.id == picture_id)
    with store.write() as connection:
        alt = connection.execute(select(item_picture.c.alt).where(here)).scalar()
        if alt is not None:
            connection.execute(delete(item_picture).where(here))
            note_change(connection, "calendar.picture", f"item {item_id}", alt, "")
