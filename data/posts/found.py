"""What words find, page by page, without the posts of a common word being put together first.

An index gives the first post of a word that is only begun once it has put together those of all words that begin so:
at ten million posts seconds, for a word that stands in most of them. So the newest posts tell how common each word of
a search is. Common ones are looked for in the list's first posts, in its order, by an index of these alone that has
the same rules; the index of the record is asked for the others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select, text, union_all

from data.dialect import CHOSEN, ids_parameter, is_among
from data.posts.full_text import POSTS, All, Node, Without, condition, ids_with, typed
from data.posts.reads import NEWEST, PAGE, REACHED, waiting_first
from data.posts.scope_sql import conditions_by_moment, conditions_of, current_fit, ids_of_days, is_everything
from data.schema import IDS_PER_DAY, brand_day, post
from data.scope import Scope

SAMPLE = 400  # of the newest posts, which tell how common words are
MANY = 500_000  # posts of a record from which on a word that stands in them is common: its index answers others soon
AMONG = 50_000  # the same where more has to be asked of each post that the index gives
MOST = 1_000_000  # ids that are taken from the index
TURN = 400  # posts that are read together
FARTHEST = 4_000  # posts that are read for a page that is full by then, but for one far down
TIMES = 4  # as many that are read for one that is not
ENOUGH = 1_000  # posts found, from which on they are not counted
TWINS = 20  # near-duplicates of a post that are read until the first of them with the words is known

# Texts that were read: on SQLite in an index of the connection, which is made as that of the record.
READ = replace(POSTS, name="read_fts")
MADE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.read_fts USING fts5(title, plain, content='', columnsize=0, "
    "tokenize='unicode61 remove_diacritics 2')"
)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what words find, with how many posts and, near-duplicates once, cards there are; where there is
    `more`, as many were counted and not all."""

    ids: tuple[int, ...]
    posts: int
    cards: int
    more: bool = False


def found_by_words(connection: Connection, scope: Scope, page: int, *, folded: bool, order: str) -> Found:
    """What `page_of_posts` (but for `waiting`) and `count_cards` answer, or that there is more than was counted."""
    for way in (walked, _by_days):
        found = way(connection, scope, page, folded=folded, order=order)
        if found is not None:
            return found
    return at_once(connection, scope, page, folded=folded, order=order)


def walked(connection: Connection, scope: Scope, page: int, *, folded: bool, order: str) -> Found | None:
    """A page of what common words find; None where the index is to be asked, as no word is common or too few of the
    first posts have them all."""
    walk = _walk(connection, scope, order)
    start = PAGE * max(0, page - 1)
    return walk.page(start, start + PAGE, folded=folded) if walk else None


def first_ids(connection: Connection, scope: Scope, limit: int) -> list[int] | None:
    """Ids of the newest posts that common words find; None where the index is to be asked."""
    walk = _walk(connection, scope, "newest")
    found = walk.page(0, limit, folded=False) if walk else None
    return list(found.ids) if found else None


def _walk(connection: Connection, scope: Scope, order: str) -> _Walk | None:
    asked = typed(scope.query)
    # By what was counted: to count the posts themselves takes longer than the search.
    counted = select(func.coalesce(func.sum(brand_day.c.posts), 0)).where(brand_day.c.brand_id == 0)
    number, many = int(connection.execute(counted).scalar_one()), MANY if _by_ids(connection, scope, order) else AMONG
    if asked is None or number < many:
        return None
    parts = asked.parts if isinstance(asked, All) else (asked,)
    common = _common(connection, scope, parts, many / number)
    return _Walk(connection, scope, common, [p for p in parts if p not in common], order) if common else None


def _common(connection: Connection, scope: Scope, parts: Sequence[Node], share: float) -> list[Node]:
    """Those of `parts` that this share of the newest posts of the days have, or would be left out by."""
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql(MADE)
    days = conditions_by_moment(Scope(scope.since, scope.until), post, 0)
    ids = list(connection.execute(select(post.c.id).where(*days).order_by(*NEWEST).limit(SAMPLE)).scalars())
    _read(connection, ids)
    return [
        part
        for part in parts
        if len(_having(connection, ids, [part.part if isinstance(part, Without) else part])) > share * len(ids)
    ]


def _read(connection: Connection, ids: Iterable[int]) -> None:
    """Only these posts can be asked for what they have."""
    if connection.dialect.name == "postgresql":
        return  # each post has its own words there
    connection.exec_driver_sql("INSERT INTO read_fts (read_fts) VALUES ('delete-all')")
    statement = f"INSERT INTO read_fts (rowid, title, plain) SELECT * FROM post_search WHERE post_id IN ({CHOSEN})"
    connection.execute(text(statement), {"ids": ids_parameter(sorted(ids))})


def _having(connection: Connection, ids: Sequence[int], parts: Sequence[Node]) -> set[int]:
    """Those of posts that were read in which all of these stand."""
    held = (condition(part, post, index=READ) for part in parts)
    return set(connection.execute(select(post.c.id).where(is_among(post.c.id, ids), *held)).scalars())


class _Walk:
    """The posts of a scope in an order, read until enough of them have its common words."""

    def __init__(
        self, connection: Connection, scope: Scope, common: Sequence[Node], rare: Sequence[Node], order: str
    ) -> None:
        self.connection, self.common, self.order = connection, common, order
        fit, bare = current_fit(connection), replace(scope, query="")
        first, past = ids_of_days(scope)
        told = [condition(part, post, (first, past - 1)) for part in rare]
        self.narrowed = [*conditions_of(bare, post, fit), *told]
        self.ids = _ids_of(connection, scope, rare, order)
        # Rare words give few posts, which are sorted; in all others an index has the order.
        self.is_short = any(not isinstance(part, Without) for part in rare)
        self.by_moment = self.narrowed if self.is_short else [*conditions_by_moment(bare, post, fit), *told]
        self.firsts: dict[int, int] = {}  # of groups of near-duplicates

    def page(self, start: int, stop: int, *, folded: bool) -> Found | None:
        """What is found from one place to another; None where that was not reached."""
        far = max(FARTHEST, 4 * stop)
        posts: list[int] = []
        cards: list[int] = []
        shown = cards if folded else posts
        seen, stream = 0, self._stream(far * TIMES)
        while turn := list(islice(stream, min(TURN, far * TIMES - seen))):
            seen += len(turn)
            held = self._having([row.id for row in turn])
            here = [row for row in turn if row.id in held]
            if not self._find_firsts({row.group_id for row in here if row.group_id} - self.firsts.keys()):
                return None
            posts += [row.id for row in here]
            cards += [row.id for row in here if not row.group_id or self.firsts[row.group_id] == row.id]
            if len(shown) >= stop and (seen >= far or len(shown) >= ENOUGH):
                break
        more = bool(turn) or seen == far * TIMES
        if more and len(shown) < stop:
            return None
        counted = (min(ENOUGH, len(posts)), min(ENOUGH, len(cards))) if more else (len(posts), len(cards))
        return Found(tuple(shown[start:stop]), *counted, more)

    def _having(self, ids: Sequence[int]) -> set[int]:
        _read(self.connection, ids)
        return _having(self.connection, ids, self.common)

    def _stream(self, most: int) -> Iterator[Any]:
        if self.ids is not None:
            yield from _in_order(self.connection, self.ids, self.order)
            return
        for query in self._lists():
            yield from self.connection.execute(query.limit(most))

    def _lists(self) -> list[Select[Any]]:
        """One after the other, they hold the posts in their order."""
        columns = post.c.id, post.c.group_id
        if self.order == "waiting":
            return [query.with_only_columns(*columns) for query in waiting_first(self.by_moment)]
        moment = post.c.published_at + 0 if self.is_short else post.c.published_at  # the sum keeps its index out
        newest = moment.desc(), post.c.id.desc()
        if self.order == "engagement":
            return [select(*columns).where(*self.narrowed).order_by(REACHED.is_(None), REACHED.desc(), *newest)]
        by = (moment, post.c.id) if self.order == "oldest" else newest
        return [select(*columns).where(*self.by_moment).order_by(*by)]

    def _find_firsts(self, groups: set[int]) -> bool:
        """Learn the first post of each of these groups that is in the scope and has the words. Nearly always it is the
        first of all; False where it was not found."""
        passed: list[int] = []
        for _ in range(TWINS):
            if not groups:
                return True
            here = post.c.group_id.in_(groups), post.c.id.not_in(passed)
            query = select(post.c.group_id, func.min(post.c.id)).where(*self.narrowed, *here)
            firsts = dict(self.connection.execute(query.group_by(post.c.group_id)).tuples().all())
            held = self._having(list(firsts.values()))
            self.firsts |= {group: one for group, one in firsts.items() if one in held}
            passed += [one for one in firsts.values() if one not in held]
            groups = groups - self.firsts.keys()
        return not groups


def _by_days(connection: Connection, scope: Scope, page: int, *, folded: bool, order: str) -> Found | None:
    """A page and all counts from ids alone, which begin with their days: only posts of the days of the page are read.
    None where more than ids and words has to be known of each post."""
    asked = typed(scope.query)
    ids = _ids_of(connection, scope, [] if asked is None else [asked], order)
    if ids is None:
        return None
    groups = _copies(connection, scope, ids) if ids else {}
    firsts: dict[int, int] = {}
    cards = [one for one in ids if one not in groups or firsts.setdefault(groups[one], one) == one] if groups else ids
    start = PAGE * max(0, page - 1)
    shown = islice(_in_order(connection, cards if folded else ids, order), start, start + PAGE)
    return Found(tuple(row.id for row in shown), len(ids), len(cards))


def _ids_of(connection: Connection, scope: Scope, parts: Sequence[Node], order: str) -> list[int] | None:
    """Ids that ascend of the posts that have all `parts`, where the index alone can tell them in an order."""
    if not _by_ids(connection, scope, order):
        return None
    first, past = ids_of_days(scope)
    query = ids_with(All(tuple(parts)), first, past - 1)
    ids = [] if query is None else sorted(connection.execute(query.limit(MOST)).scalars())
    return None if query is None or len(ids) == MOST else ids


def _by_ids(connection: Connection, scope: Scope, order: str) -> bool:
    """Whether ids and words alone tell which posts are meant, and ids their order but for that within a day. A server
    would send all ids: it counts by itself."""
    days_alone = is_everything(replace(scope, query="")) and order in {"newest", "oldest"}
    return days_alone and connection.dialect.name != "postgresql"


def _copies(connection: Connection, scope: Scope, ids: Sequence[int]) -> dict[int, int]:
    """Post -> its group of near-duplicates, for those of `ids` that have one."""
    first, past = ids_of_days(scope)
    copies = post.c.group_id != 0, post.c.id >= first, post.c.id < past
    # The sum keeps the key of posts out: an index holds copies alone.
    query = select(post.c.id, post.c.group_id).where(*copies, is_among(post.c.id + 0, ids))
    return dict(connection.execute(query).tuples().all())


def _in_order(connection: Connection, ids: Sequence[int], order: str) -> Iterator[Any]:
    """Posts, (id, group_id), by their moments; `ids` ascend. Some days are read together, and none before its turn."""
    newest = order == "newest"
    by = NEWEST if newest else (post.c.published_at, post.c.id)
    while ids:
        day = ids[max(0, len(ids) - PAGE) if newest else min(len(ids), PAGE) - 1] // IDS_PER_DAY
        cut = bisect_left(ids, (day if newest else day + 1) * IDS_PER_DAY)
        turn, ids = (ids[cut:], ids[:cut]) if newest else (ids[:cut], ids[cut:])
        query = select(post.c.id, post.c.group_id).where(is_among(post.c.id, turn)).order_by(*by)
        yield from connection.execute(query).all()


def at_once(connection: Connection, scope: Scope, page: int, *, folded: bool, order: str) -> Found:
    """A page and all counts, with the words looked for once."""
    held = select(post.c.id, post.c.published_at, post.c.group_id, REACHED.label("reach"))
    found = held.where(*conditions_of(scope, post, current_fit(connection))).cte("found")
    one = found.c
    groups = func.count(func.nullif(one.group_id, 0).distinct())
    totals = select(literal(0).label("place"), func.count(), func.count().filter(one.group_id == 0) + groups)
    shown = select(one.id, one.published_at, one.reach)
    if folded:
        first = select(func.min(one.id)).where(one.group_id != 0).group_by(one.group_id)
        shown = shown.where((one.group_id == 0) | one.id.in_(first))
    start = PAGE * max(0, page - 1)
    few = shown.order_by(*_by(order, one)).limit(PAGE).offset(start).subquery()
    place = func.row_number().over(order_by=_by(order, few.c))
    rows = sorted(connection.execute(union_all(totals.select_from(found), select(place, few.c.id, literal(0)))).all())
    return Found(tuple(int(row[1]) for row in rows[1:]), int(rows[0][1]), int(rows[0][2]))


def _by(order: str, one: Any) -> list[Any]:
    newest = [one.published_at.desc(), one.id.desc()]
    if order == "oldest":
        return [one.published_at, one.id]
    return [one.reach.is_(None), one.reach.desc(), *newest] if order == "engagement" else newest
