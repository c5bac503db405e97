"""Where words of an erased person may stand beside their posts, and how they are taken out.

Which columns are walked, and why the others cannot hold them, is in `data.erasing.columns`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, String, Table, cast, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from data.erasing.columns import CHOSEN, QUERIES, WALKED
from data.posts.full_text import condition
from data.posts.full_text import words as words_of
from data.posts.quotes import CUT
from data.schema import brand, metadata, post, post_text, source

RUN = 5  # words in a row that are somebody's own
LONG_RUN = 8  # the same in other people's posts, whose words are theirs
SHORTEST = 20  # characters of such a run
HANDLE_LENGTH = 3  # characters of a name that can be looked for in texts
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Traces:
    """What to look for: `names` of the person, runs of words of their posts, and ids of the posts."""

    names: frozenset[str]
    spared: frozenset[str] = frozenset()  # names that brands have too: never taken out of sentences
    ids: frozenset[int] = frozenset()
    runs: set[tuple[str, ...]] = field(default_factory=set)
    long_runs: set[tuple[str, ...]] = field(default_factory=set)
    vocabulary: set[str] = field(default_factory=set)
    lone: frozenset[str] = frozenset()  # words of theirs that no post holds any more
    _pattern: re.Pattern[str] | None = None

    def learn(self, *texts: str) -> None:
        """Take note of a post's words."""
        for text in texts:
            words = [word.casefold() for word in _WORD.findall(text)]
            self.vocabulary.update(word for word in words if len(word) > 3)
            for runs, size in ((self.runs, RUN), (self.long_runs, LONG_RUN)):
                runs.update(tuple(words[i : i + size]) for i in range(len(words) - size + 1))
            if 3 <= len(words) < RUN:
                self.runs.add(tuple(words))

    def pattern(self) -> re.Pattern[str] | None:
        """Where a name stands: as an address (@name, u/name), and bare where it can be nothing else."""
        if self._pattern is None and self.names:
            ways = []
            for name in sorted(self.names, key=len, reverse=True):
                sign = "" if is_distinctive(name) and name.casefold() not in self.spared else r"(?:@|\bu/|author:\"?)"
                ways.append(rf"{sign}(?<!\w){re.escape(name)}(?!\w)")
            self._pattern = re.compile("|".join(ways), re.IGNORECASE)
        return self._pattern

    def named(self, text: str) -> bool:
        pattern = self.pattern()
        return text in self.names or (pattern is not None and pattern.search(text) is not None)

    def starred(self, text: str, theirs: bool) -> str:
        """Other people's words: the name as stars, and where they answered, a long run of the erased post too."""
        pattern = self.pattern()
        cleaned = pattern.sub(lambda found: "*" * len(found[0]), text) if pattern is not None else text
        return _cut(cleaned, self.long_runs, LONG_RUN, lambda part: "*" * len(part)) if theirs else cleaned

    def cleaned(self, text: str, mark: str = CUT, chosen: bool = False) -> str:
        """A text of ours without the person: parts that are the name, the name in sentences, runs of their words."""
        if not text:
            return text
        if text in self.names:
            return mark
        text = " · ".join(mark if part in self.names else part for part in text.split(" · "))
        pattern = self.pattern()
        text = pattern.sub(mark, text) if pattern is not None else text
        text = _cut(text, self.runs, RUN, lambda _part: mark)
        if chosen and self.lone:
            text = _WORD.sub(lambda found: mark if found[0].casefold() in self.lone else found[0], text)
        return text


def is_distinctive(name: str) -> bool:
    """Whether a word can be nothing else than that name: several words, or with a digit, a sign or an inner capital."""
    return len(name) > 3 and bool(re.search(r"[\d_\-.\s]|(?<=\w)[A-Z]", name))


def _cut(text: str, runs: set[tuple[str, ...]], size: int, mark: Callable[[str], str]) -> str:
    """A text without the runs of words that it has in common with others."""
    if not runs or len(text) < 12:
        return text
    spans = [(found.start(), found.end(), found[0].casefold()) for found in _WORD.finditer(text)]
    gone: list[tuple[int, int]] = []
    for length in range(3, size + 1):
        for i in range(len(spans) - length + 1):
            run = tuple(word for _, _, word in spans[i : i + length])
            start, stop = spans[i][0], spans[i + length - 1][1]
            if run not in runs or (length == size and stop - start < SHORTEST):
                continue
            gone.append((start, stop))
    if not gone:
        return text
    parts, at = [], 0
    for start, stop in _joined(sorted(gone)):
        parts += [text[at:start], mark(text[start:stop])]
        at = stop
    return "".join([*parts, text[at:]])


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, stop in spans:
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def clean_value(text: str, clean: Callable[[str], str], ids: frozenset[int] = frozenset()) -> str:
    """A stored text without the person; JSON stays JSON. Ids of erased posts leave the lists that hold them."""
    if text[:1] in "[{":
        try:
            held = json.loads(text)
        except ValueError:
            return clean(text)
        after = _walk(held, clean, ids)
        return text if after == held else json.dumps(after, ensure_ascii=False)
    return clean(text)


def _walk(value: Any, clean: Callable[[str], str], ids: frozenset[int]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_walk(v, clean, ids) for v in value if not (isinstance(v, int) and v in ids)]
    if isinstance(value, dict):
        return {clean(k): _walk(v, clean, ids) for k, v in value.items() if k not in {str(i) for i in ids}}
    return value


def spared_names(connection: Connection) -> frozenset[str]:
    """Names of brands, folded: sentences about them stay whole."""
    names: set[str] = set()
    for row in connection.execute(select(brand.c.name, brand.c.aliases)):
        names.update(name.casefold() for name in (row.name, *json.loads(row.aliases)))
    return frozenset(names)


def walk_tables(connection: Connection, traces: Traces) -> int:
    """Take the person out of every column of `WALKED`; gives how many values changed."""
    changed = 0
    for name, columns in WALKED.items():
        table = metadata.tables[name]
        for column in columns:
            mark = "erased" if f"{name}.{column}" in QUERIES else CUT
            clean = partial(traces.cleaned, mark=mark, chosen=name in CHOSEN)
            changed += _walk_column(connection, table, table.c[column], clean, traces.ids)
    return changed + _let_go(connection, traces)


def _walk_column(
    connection: Connection, table: Table, column: Column[str], clean: Callable[[str], str], ids: frozenset[int]
) -> int:
    keys = list(table.primary_key.columns)
    changed = 0
    for row in connection.execute(select(*keys, column.label("held")).where(func.length(column) > 2)).all():
        after = clean_value(row.held, clean, ids)
        if after != row.held:
            here = [key == value for key, value in zip(keys, row, strict=False)]
            try:
                with connection.begin_nested():
                    connection.execute(update(table).where(*here).values({column.name: after}))
            except IntegrityError:  # two rows that become alike: the second gets a number
                connection.execute(update(table).where(*here).values({column.name: f"{after} {row[0]}"}))
            changed += 1
    return changed


def _let_go(connection: Connection, traces: Traces) -> int:
    """Sources and suggestions that are the person's own account: followed no more, their address forgotten."""
    suggestion = metadata.tables["suggestion"]
    gone = 0
    for row in connection.execute(select(suggestion.c.kind, suggestion.c.address)).all():
        if traces.named(row.address):
            here = suggestion.c.kind == row.kind, suggestion.c.address == row.address
            gone += connection.execute(suggestion.delete().where(*here)).rowcount
    for row in connection.execute(select(source.c.id, source.c.address).where(source.c.kind != "demo")).all():
        if traces.named(row.address):
            values = {"address": f"erased:{row.id}", "title": CUT, "state": "removed", "etag": "", "redirect_to": ""}
            gone += connection.execute(update(source).where(source.c.id == row.id).values(**values)).rowcount
    return gone


def others_that_name(connection: Connection, traces: Traces, answers: Iterable[int] = ()) -> list[Any]:
    """Posts left whose words or address may hold the name, and those that answered: rows of `post_text`."""
    columns = (post_text.c.title, post_text.c.received, post_text.c.plain, post_text.c.url)
    near = [func.lower(c).contains(name.lower(), autoescape=True) for name in traces.names for c in columns]
    rows = list(connection.execute(select(post_text).where(or_(*near)))) if near else []
    known, ids = {row.post_id for row in rows}, list(answers)
    for start in range(0, len(ids), 500):
        more = connection.execute(select(post_text).where(post_text.c.post_id.in_(ids[start : start + 500])))
        rows += [row for row in more if row.post_id not in known]
    return rows


def star_others(connection: Connection, traces: Traces, answers: Iterable[int]) -> int:
    """Take the name out of other people's posts that stay; gives how many changed."""
    replies = set(answers)
    changed = 0
    for row in others_that_name(connection, traces, replies):
        before = {name: getattr(row, name) for name in ("title", "received", "plain", "url")}
        after = {name: traces.starred(words, row.post_id in replies) for name, words in before.items()}
        if after != before:
            changed += 1
            connection.execute(update(post_text).where(post_text.c.post_id == row.post_id).values(**after))
            connection.execute(update(post).where(post.c.id == row.post_id).values(pending=True))
    return changed


def lone_words(connection: Connection, traces: Traces) -> frozenset[str]:
    """Words of the erased posts that stand among those the program chose, and that no post holds any more."""
    stand: set[str] = set()
    for name in CHOSEN:
        for column in WALKED[name]:
            for value in connection.execute(select(cast(metadata.tables[name].c[column], String))).scalars():
                stand.update(word.casefold() for word in _WORD.findall(value or ""))
    lone = set()
    for word in stand & traces.vocabulary:
        asked = words_of(word)
        if asked is not None and connection.execute(select(post.c.id).where(condition(asked)).limit(1)).first() is None:
            lone.add(word)
    return frozenset(lone)
