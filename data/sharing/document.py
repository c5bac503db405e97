"""A document: what a page or a report shows, frozen as plain data. Every output is made from it, and nothing else.

Texts of posts stand in `Quote` and `Said` alone, with the post that they come from, so that erasing a post erases
them in documents too.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from data.posts.quotes import CUT, Quote

WHO = ("pseudonyms", "names", "none")  # how authors appear


@dataclass(frozen=True, slots=True)
class Said:
    """A short text that comes from a post, such as the question of a debate."""

    text: str
    post: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure: `value` as it is written, `number` for those who calculate, with its interval where it has one.
    `link` are the page and the parameters of the posts behind it."""

    label: str
    value: str
    note: str = ""
    number: float | None = None
    low: float | None = None
    high: float | None = None
    link: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figures:
    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of ours. `kind`: lead (the first thing to read) | body | note | item (of a list) | heading | none (a
    part has nothing to show)."""

    text: str
    kind: str = "body"
    said: Said | None = None  # words of a post that the sentence ends with


@dataclass(frozen=True, slots=True)
class Comment:
    """The manager's own words."""

    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as its data. `kind`: days (bars), tones (stacked bars), band (a line in its interval), bars and whiskers
    (across). `categories` are ISO days or names; each series has one value per category; `low` and `high` are the
    interval of the first series. `marked` are positions that stand out."""

    kind: str
    title: str
    alt: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    marked: tuple[int, ...] = ()
    share: bool = False  # values are shares of one
    note: str = ""
    svg: str = ""
    narrow: str = ""  # the same drawn for a phone


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with typed columns: (name, text | number | share | date)."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quotes:
    """Verbatims under a heading."""

    title: str
    quotes: tuple[Quote, ...]
    note: str = ""


Block = Figures | Words | Comment | Chart | Table | Quotes
BLOCKS = {kind.__name__: kind for kind in (Figures, Words, Comment, Chart, Table, Quotes)}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document. `notes` are the presenter's."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """Whose document it is: a colour written #rrggbb that can be read on white, and a logo as PNG in base64, with the
    name that it shows. "" for none."""

    name: str = ""
    colour: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `method` and `coverage` say how the figures were made and what they are of."""

    title: str
    subtitle: str
    lang: str
    made: str  # when, as it is written
    sections: tuple[Section, ...]
    note: str = ""
    zone: str = "UTC"
    demo: bool = False
    coverage: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    look: Look = field(default_factory=Look)

    def blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks

    def quotes(self) -> list[Quote]:
        """Every verbatim, in order."""
        return [quote for block in self.blocks() if isinstance(block, Quotes) for quote in block.quotes]

    def charts(self) -> list[Chart]:
        return [block for block in self.blocks() if isinstance(block, Chart)]

    def without_notes(self) -> Document:
        """As others may see it."""
        return replace(self, sections=tuple(replace(section, notes="") for section in self.sections))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        held = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return {"is": type(value).__name__, **held}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value


_KINDS: dict[str, Any] = {
    kind.__name__: kind for kind in (Said, Figure, Section, Look, Document, Quote, *BLOCKS.values())
}


def _built(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_built(item) for item in value)
    if isinstance(value, dict):
        name = value.get("is")
        if name in _KINDS:
            kind = _KINDS[name]
            known = {f.name for f in fields(kind)}
            held = {key: _built(item) for key, item in value.items() if key in known}
            if kind is Quote:
                held["published_at"] = datetime.fromisoformat(held["published_at"])
            return kind(**held)
        return {key: _built(item) for key, item in value.items()}
    return value


def packed(document: Document) -> bytes:
    """The document as compressed JSON, the same for the same document."""
    return zlib.compress(json.dumps(_plain(document), ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpacked(body: bytes) -> Document:
    """A document of `packed`. Raises ValueError for anything else."""
    try:
        held = _built(json.loads(zlib.decompress(body)))
    except (zlib.error, TypeError, UnicodeDecodeError) as error:
        raise ValueError("not a document") from error
    if not isinstance(held, Document):
        raise ValueError("not a document")
    return held


def posts_of(document: Document) -> set[int]:
    """Posts whose words stand in a document."""
    posts: set[int] = set()

    def walk(value: Any) -> None:
        if isinstance(value, (Quote, Said)):
            posts.add(value.post)
        elif is_dataclass(value) and not isinstance(value, type):
            for f in fields(value):
                walk(getattr(value, f.name))
        elif isinstance(value, tuple):
            for item in value:
                walk(item)

    walk(document)
    return posts - {0}


def without(
    document: Document,
    posts: Collection[int],
    names: Collection[str] = (),
    clean: Callable[[str], str] = lambda text: text,
) -> Document:
    """The document without the words of these posts and without these authors' names; it says where they stood.

    Every text is walked: notes, alternative texts, drawings, and the parameters of links. `clean` takes what else is
    left of a person out of a text.
    """

    def text(value: str) -> str:
        if names:
            # A name stands alone, or as one of the parts of a line.
            value = " · ".join(CUT if part in names else part for part in value.split(" · "))
        return clean(value)

    def walk(value: Any) -> Any:
        if isinstance(value, Quote) and value.post in posts:
            bare = replace(value, text="", author="", url="", cut_before=False, cut_after=False, erased=True)
            return replace(bare, translation="", tags=())
        if isinstance(value, Said) and value.post in posts:
            return replace(value, text="")
        if is_dataclass(value) and not isinstance(value, type):
            changed: Mapping[str, Any] = {f.name: walk(getattr(value, f.name)) for f in fields(value)}
            return type(value)(**changed)
        if isinstance(value, tuple):
            return tuple(walk(item) for item in value)
        if isinstance(value, dict):
            return {walk(key): walk(item) for key, item in value.items()}
        return text(value) if isinstance(value, str) else value

    cleaned: Document = walk(document)
    return cleaned
