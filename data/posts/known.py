"""Which stored post an item is, where a feed's ids cannot be trusted.

A post is known by its id. Ids of feeds are made by whoever wrote the feed: some change at every fetch, some are one for
all, some hold a time or a session. An item of a feed whose id the record does not know is nevertheless a post that
**the same source** brought before, **by the same author**, where that post is not in this fetch under its own id, both
lead to **the same page** (scheme, `www.`, last slash, tracking and session aside) and

1. they say the same words: the post is known; where neither leads anywhere, the dates must agree too; or
2. they have the same title and the same date: it was corrected; or
3. that page is no front page, the source has no other post there and this fetch no other item, and they have the same
   date, or the same title and more than half of their words in common, or no id of this fetch is known and (others were
   known again by 1, or the titles are the same and one has no date): it was corrected.

And an item whose id is that of a post of this source with another page, title and date, and other words, is another
post: its id is one for all. Everything else is new: two posts taken for one lose words, one taken for two is only
counted twice. All is asked of the index on (source, page, words); nothing is compared across sources.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select

from data.models import NewPost, to_epoch
from data.posts.folding import folded
from data.posts.links import is_front_page, marks, same_page
from data.schema import post, post_source, post_text

UNTRUSTED = frozenset({"feed"})  # kinds whose ids are no network's
ID_LIMIT = 2_000
COUNTERS = ("score", "comments", "views", "shares")
MOST_LOOKED_AT = 20_000  # posts of a source with the links of a fetch, the newest
MOST_READ = 200  # of one page, whose words are read
COMPARED = 20_000  # characters
_TAG = re.compile(r"<[^<>]*>")


def stored_id(item: NewPost) -> str:
    """The native id as it is kept."""
    return clip(item.native_id, ID_LIMIT)


def clip(value: str, limit: int) -> str:
    """Bounded, and free of the lone surrogates and NULs that a database refuses."""
    value = value[:limit].replace("\0", "")
    return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value


def marks_of(item: NewPost) -> tuple[int, int]:
    """Numbers of the page and of the words of an item; zeros where its id says who it is."""
    return marks(item.url, item.title, item.text) if item.source_kind in UNTRUSTED else (0, 0)


def recognised(
    connection: Connection, source_id: int, posts: Sequence[NewPost], named: Callable[[str], str]
) -> list[tuple[NewPost, Any]]:
    """Each item with what is stored of it, None where it is new. `named` gives an author's name as it is kept.

    An item whose id stands for another post comes back with an id of its own.
    """
    known = _by_id(connection, posts)
    found = [(item, known.get((item.source_kind, stored_id(item)))) for item in posts]
    if not any(item.source_kind in UNTRUSTED for item in posts):
        return found
    strangers = {
        i: _renamed(item) for i, (item, row) in enumerate(found) if row is not None and _other(item, row, source_id)
    }
    if strangers:
        known = _by_id(connection, list(strangers.values()))
        for i, item in strangers.items():
            found[i] = (item, known.get((item.source_kind, stored_id(item))))
    unknown = [i for i, (item, row) in enumerate(found) if row is None and item.source_kind in UNTRUSTED]
    if unknown:
        for i, row in _Search(connection, source_id, found, unknown, named).result().items():
            found[i] = (found[i][0], row)
    return found


def _by_id(connection: Connection, posts: Sequence[NewPost]) -> dict[tuple[str, str], Any]:
    """(kind, native id) -> what is stored of those posts that are there already."""
    by_kind: dict[str, list[str]] = {}
    for item in posts:
        by_kind.setdefault(item.source_kind, []).append(stored_id(item))
    known: dict[tuple[str, str], Any] = {}
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), 500):
            wanted = post.c.source_kind == kind, post.c.native_id.in_(ids[start : start + 500])
            known.update({(kind, row.native_id): row for row in connection.execute(_stored().where(*wanted))})
    return known


def _stored() -> Select[Any]:
    return select(
        post.c.id,
        post.c.native_id,
        post.c.source_id,
        post.c.published_at,
        post.c.collected_at,
        post.c.author,
        *(post.c[name] for name in COUNTERS),
        post.c.ratio,
        post.c.accepted,
        post.c.ours,
        post.c.dropped_at,
        post_text.c.title,
        post_text.c.received,
        post_text.c.url,
    ).join(post_text, post_text.c.post_id == post.c.id)


def _other(item: NewPost, row: Any, source_id: int) -> bool:
    """Whether an item is another post than the one with its id."""
    if item.source_kind not in UNTRUSTED or row.source_id != source_id or not item.url or not row.url:
        return False
    same = item.title.strip() == row.title.strip() or same_page(item.url) == same_page(row.url)
    return not same and not _same_date(item, row) and not _alike(item, row)


def _renamed(item: NewPost) -> NewPost:
    page, words = marks_of(item)
    own = page if not is_front_page(item.url) else words
    return replace(item, native_id=f"{item.native_id[: ID_LIMIT - 10]}#{own:08x}")


def _same_date(item: NewPost, row: Any) -> bool:
    return item.published_at is not None and to_epoch(item.published_at) == row.published_at


def _undated(row: Any) -> bool:
    """What says no date is stored with the time of its collection."""
    return bool(row.published_at == row.collected_at)


def _alike(item: NewPost, row: Any) -> bool:
    """Whether they have more than half of their words in common."""
    one, other = (
        set(folded(_TAG.sub(" ", words[:COMPARED])))
        for words in (f"{item.title} {item.text}", f"{row.title} {row.received}")
    )
    return 2 * len(one & other) > len(one | other)


Held = dict[int, dict[int, int]]  # page -> post -> words


class _Search:
    """Items of one fetch, `unknown` by their ids, sought among what their source brought before."""

    def __init__(
        self,
        connection: Connection,
        source_id: int,
        found: Sequence[tuple[NewPost, Any]],
        unknown: Sequence[int],
        named: Callable[[str], str],
    ) -> None:
        self._found, self._named = found, named
        self._marks = {i: marks_of(found[i][0]) for i in unknown}
        self._held = _held(connection, source_id, {page for page, _ in self._marks.values()})
        self._taken = {row.id for _, row in found if row is not None}
        self._by_words: dict[tuple[int, int], list[int]] = defaultdict(list)
        for page, posts in self._held.items():
            for post_id, words in posts.items():
                self._by_words[page, words].append(post_id)
        self._rows = _rows(connection, self._candidates() - self._taken)
        self._stable = len(unknown) < len(found)
        self.matched: dict[int, Any] = {}

    def _candidates(self) -> set[int]:
        """Posts that may be meant: those with the same words, and the newest of each page."""
        newest = {post_id for posts in self._held.values() for post_id in list(posts)[:MOST_READ]}
        return newest.union(*(self._by_words[mark] for mark in self._marks.values()))

    def result(self) -> dict[int, Any]:
        """Index of an item -> what is stored of it."""
        if not self._rows:
            return {}
        # Those whose dates agree choose first, so that the order of a feed changes nothing.
        self._match(self._same_words, _same_date)
        self._match(self._same_words, lambda item, row: bool(item.url) or (not item.published_at and _undated(row)))
        renewed = bool(self.matched)
        titled: dict[tuple[int, str, int], list[int]] = defaultdict(list)
        for page, posts in self._held.items():
            for row in (self._rows[i] for i in posts if i in self._rows):
                titled[page, row.title.strip(), row.published_at].append(row.id)

        def same_title(i: int) -> Iterable[int]:
            item = self._found[i][0]
            if not item.title.strip() or item.published_at is None:
                return ()
            return titled.get((self._marks[i][0], item.title.strip(), to_epoch(item.published_at)), ())

        self._match(same_title, lambda item, row: True)
        of_page = Counter(marks_of(item)[0] for item, _ in self._found)

        def alone(i: int) -> Iterable[int]:
            page, there = self._marks[i][0], self._held.get(self._marks[i][0], {})
            return there if len(there) == 1 == of_page[page] and not is_front_page(self._found[i][0].url) else ()

        self._match(alone, lambda item, row: self._corrected(item, row, renewed))
        return self.matched

    def _same_words(self, i: int) -> Iterable[int]:
        return self._by_words.get(self._marks[i], ())

    def _match(self, among: Callable[[int], Iterable[int]], fits: Callable[[NewPost, Any], bool]) -> None:
        for i in self._marks:
            if i in self.matched:
                continue
            item = self._found[i][0]
            author = self._named(item.author)
            for post_id in among(i):
                row = self._rows.get(post_id)
                if row is None or post_id in self._taken or (author and row.author and author != row.author):
                    continue
                if fits(item, row):
                    self.matched[i] = row
                    self._taken.add(post_id)
                    break

    def _corrected(self, item: NewPost, row: Any, renewed: bool) -> bool:
        same_title = item.title.strip() == row.title.strip()
        if _same_date(item, row) or (same_title and _alike(item, row)):
            return True
        dated = item.published_at is not None and not _undated(row)
        return not self._stable and (renewed or (same_title and item.title.strip() != "" and not dated))


def _held(connection: Connection, source_id: int, pages: Iterable[int]) -> Held:
    """What a source brought that leads to these pages, the newest first."""
    held: Held = defaultdict(dict)
    wanted = sorted(pages)
    for start in range(0, len(wanted), 500):
        here = post_source.c.source_id == source_id, post_source.c.link.in_(wanted[start : start + 500])
        rows = connection.execute(
            select(post_source.c.link, post_source.c.post_id, post_source.c.said)
            .where(*here, post_source.c.link != 0)
            .order_by(post_source.c.post_id.desc())
            .limit(MOST_LOOKED_AT)
        )
        for page, post_id, words in rows:
            held[page][post_id] = words
    return held


def _rows(connection: Connection, ids: Iterable[int]) -> dict[int, Any]:
    wanted = sorted(ids)
    rows: dict[int, Any] = {}
    for start in range(0, len(wanted), 500):
        chosen = _stored().where(post.c.id.in_(wanted[start : start + 500]))
        rows.update({row.id: row for row in connection.execute(chosen)})
    return rows
