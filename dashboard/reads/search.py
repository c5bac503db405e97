"""What a search of everything reads: names of what is in the record, and the documents that come with Vigie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache as once

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.debates import listing as debate_list
from data.settings import ROOT
from data.sharing import reports as report_store
from data.tools import listing as tool_list

OF_DEVELOPERS = {"benchmarks", "design"}  # documents that are not for those who use the app


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a number and a name; `place` is where it is said, "" for none."""

    id: int
    name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a debate is about, and where it is held."""

    id: int
    question: str
    place: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: `key` is its file and its place in it, `text` Markdown of ours."""

    key: str
    title: str
    text: str


@cached(5)
def debates(connection: Connection) -> list[Question]:
    """Every debate, and lively discussions; the dismissed left out."""
    return [Question(*one) for one in debate_list.questions(connection)]


@cached(5)
def tools(connection: Connection) -> list[Named]:
    return [Named(*one) for one in tool_list.names(connection)]


@cached(5)
def reports(connection: Connection) -> list[Named]:
    return [Named(one.id, one.name) for one in report_store.reports(connection)]


@once
def documents() -> tuple[Part, ...]:
    """The documents of this version, by their headings; nothing where they were not installed with it."""
    parts = []
    for path in sorted((ROOT / "docs").glob("*.md")):
        if path.stem in OF_DEVELOPERS:
            continue
        text = path.read_text(encoding="utf-8")
        name = re.search(r"^# (.+)$", text, re.MULTILINE)
        pieces = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
        whole = name[1] if name else path.stem
        parts.append(Part(f"{path.stem}.0", whole, pieces[0].partition("\n")[2].strip()))
        for place, (title, body) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), 1):
            parts.append(Part(f"{path.stem}.{place}", f"{whole}: {title}", body.strip()))
    return tuple(parts)


def words_of_document(key: str) -> str:
    """Markdown of a part of a document that comes with this version, "" for one that does not."""
    part = document(key)
    return part.text if part is not None else ""


def document(key: str) -> Part | None:
    return next((part for part in documents() if part.key == key), None)
