"""What narrows the posts of a document, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.documents.frame import Frame
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import sources as source_reads
from dashboard.words.language import _, in_quotes, language_name
from dashboard.words.sources import kind_name
from data.scope import FIELDS


def filter_words(frame: Frame) -> list[str]:
    """One piece for each thing that narrows the posts and that a title names, in the order of a scope's fields."""
    told = [one for one in FIELDS if one.named and frame.scope.narrows(one.name)]
    return [words for one in told for words in NAMED[one.named](frame, getattr(frame.scope, one.name))]


def _brand(frame: Frame, brand: int) -> list[str]:
    return [b.name for b in reputation_reads.brands() if b.id == brand]


def _sources(frame: Frame, sources: tuple[int, ...]) -> list[str]:
    rows = source_reads.sources(frame.now.replace(second=0, microsecond=0))
    names = {row.source.id: row.source.title or kind_name(row.source.kind) for row in rows}
    return [", ".join(names.get(source, "?") for source in sources[:3]) + ("…" if len(sources) > 3 else "")]


def _author(frame: Frame, author: str) -> list[str]:
    return [frame.named(author)] if frame.names != "none" else []


NAMED: Mapping[str, Callable[[Frame, Any], list[str]]] = {
    "brand": _brand,
    "source": _sources,
    "kind": lambda frame, kinds: [kind_name(kind) for kind in kinds],
    "lang": lambda frame, langs: [language_name(code) for code in langs],
    "words": lambda frame, query: [_("with {words}").format(words=in_quotes(query))],
    "author": _author,
}
