"""What a search of everything reads: names of what is in the record, and the documents that come with Vigie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path

from sqlalchemy import Connection

from dashboard.reads.cache import cached
from data.debates import listing as debate_list
from data.settings import ROOT
from data.sharing import reports as report_store
from data.tools import listing as tool_list

DOCUMENTS = ROOT / "docs"  # in English; those in another language in a folder named after it
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
    """A part of a document: `key` is its file and its place in it, the same in every language; `heading` is "" for its
    beginning; `text` is Markdown of ours, whose links to other parts are `?read=KEY`, in the language `lang`."""

    key: str
    document: str
    heading: str
    text: str
    lang: str


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
def documents(lang: str) -> tuple[Part, ...]:
    """The documents of this version, by their headings, in a language where they are written in it, else in English;
    nothing where they were not installed with it."""
    texts = {path.stem: _in_language(path, lang) for path in sorted(DOCUMENTS.glob("*.md"))}
    told = {stem: text for stem, text in texts.items() if stem not in OF_DEVELOPERS}
    places = {stem: _places(text) for stem, (text, _lang) in told.items()}
    parts = []
    for stem, (text, written) in told.items():
        name = re.search(r"^# (.+)$", text, re.MULTILINE)
        pieces = re.split(r"^## (.+)$", _readable(text, stem, places), flags=re.MULTILINE)
        whole = name[1] if name else stem
        parts.append(Part(f"{stem}.0", whole, "", pieces[0].partition("\n")[2].strip(), written))
        for place, (title, body) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), 1):
            parts.append(Part(f"{stem}.{place}", whole, title, body.strip(), written))
    return tuple(parts)


def _in_language(path: Path, lang: str) -> tuple[str, str]:
    """A document's text, and the language that it is in."""
    own = path.parent / lang / path.name
    if lang != "en" and own.is_file():
        return own.read_text(encoding="utf-8"), lang
    return path.read_text(encoding="utf-8"), "en"


def _places(text: str) -> dict[str, int]:
    """The name by which a heading is linked to -> the number of the part that it stands in."""
    places, part = {}, 0
    for mark, heading in re.findall(r"^(#+) (.+)$", text, re.MULTILINE):
        part += mark == "##"
        places[re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")] = part
    return places


def _readable(text: str, stem: str, places: dict[str, dict[str, int]]) -> str:
    """As the app shows it: its links lead to parts, to the web, or are words alone; keys are set as code."""

    def link(found: re.Match[str]) -> str:
        file, _mark, heading = found[2].partition("#")
        to = Path(file).stem if file else stem
        if re.match("https?:", found[2]):
            return found[0]
        return f"[{found[1]}](?read={to}.{places[to].get(heading, 0)})" if to in places else found[1]

    return re.sub(r"<kbd>(.+?)</kbd>", r"`\1`", re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, text))


def document(key: str, lang: str) -> Part | None:
    return next((part for part in documents(lang) if part.key == key), None)


def words_of_document(key: str, lang: str, kept: str = "") -> str:
    """Markdown of a part of a document that comes with this version, "" for one that does not. Its links to other
    parts keep `kept`, parameters of an address as they stand in it."""
    part = document(key, lang)
    return part.text.replace("](?read=", f"](?{kept}&read=" if kept else "](?read=") if part is not None else ""
