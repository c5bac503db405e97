"""A file of what we wrote, as passages from which facts are chosen: text, Markdown, DOCX, PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath

from sources.bounded import answers
from sources.errors import ContentError
from sources.files.encodings import encoding_of, text_of
from sources.known.markdown import is_markdown, markdown_blocks
from sources.known.passages import Block, Passage, blocks_of, passages_of

FORMS = ("md", "markdown", "txt", "docx", "pdf")
MOST_BYTES = 20_000_000
PROCESS = "sources.known.documents_process"
LATE = "it took too much time or memory; save a part of it"


def passages_in(body: bytes, name: str) -> list[Passage]:
    """The passages of a file, each with the file's name in its place. Raises ContentError for one that cannot be read,
    is too large, or holds none."""
    if len(body) > MOST_BYTES:
        raise ContentError("bad_file", name, f"it has more than {MOST_BYTES // 1_000_000} MB; save a part of it")
    form = PurePath(name).suffix.lower().lstrip(".")
    if form in {"docx", "pdf"}:
        blocks: Sequence[Block] = [Block(*line) for line in answers(PROCESS, BytesIO(body), name, LATE, form)]
    elif form in FORMS:
        stream = BytesIO(body)
        text = "".join(text_of(stream, encoding_of(stream)))
        if "\0" in text[:10_000]:
            raise ContentError("bad_file", name, "it is not a text; save it as text, Markdown, DOCX or PDF")
        blocks = _blocks(text, markdown=form in {"md", "markdown"})
    else:
        raise ContentError("bad_file", name, f"only {', '.join(FORMS)} are read here")
    found = [replace(one, place=f"{name}, {one.place}") for one in passages_of(blocks)]
    if not found:
        raise ContentError("bad_file", name, "no text was found in it")
    return found


def passages_pasted(text: str) -> list[Passage]:
    """The passages of a text that was pasted: Markdown, questions with answers, or a paragraph each."""
    return [replace(one, place="") for one in passages_of(_blocks(text, markdown=is_markdown(text)))]


def _blocks(text: str, *, markdown: bool) -> list[Block]:
    if markdown:
        return list(markdown_blocks(text))
    return list(blocks_of((line, f"line {number}") for number, line in enumerate(text.splitlines(), start=1)))
