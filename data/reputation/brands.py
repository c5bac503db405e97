"""Brands and watches: each a query; their mentions are found by full text, for new posts and back in time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, literal, literal_column, select, text, update

from data.actor import needs
from data.alerts.rules import forget_rules
from data.changes import check_unchanged, note_edit, reconciled
from data.dialect import insert_new, is_among
from data.figures import mark_dirty
from data.models import BRAND_KINDS, OURS, Brand
from data.posts.analysis import texts_of
from data.posts.full_text import All, Any_, Node, Without, condition, loosened, words
from data.posts.query_language import QueryError, parse
from data.schema import (
    IDS_PER_DAY,
    action,
    alert_rule,
    brand,
    brand_aspect_day,
    brand_day,
    brand_hour,
    brand_lang_day,
    brand_source_day,
    brand_topic_day,
    mention,
    post,
    post_intent,
    post_label,
    unsettled_post,
)
from data.store import Store

_LISTS = ("aliases", "hashtags", "accounts", "exclusions", "context")
FIELDS = ("name", "kind", *_LISTS, "exact_case", "expert")  # what people set of a brand
MOST_NAMES = 50
SHOWN = 5  # posts that a preview shows of each kind


class BrandError(ValueError):
    """A brand that cannot be kept; `code` is one of name, taken, words, kind."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query finds between two days: how many posts, the newest of them, and posts it misses by a hair."""

    posts: int
    newest: tuple[int, ...]
    missed: int
    near_misses: tuple[int, ...]


def get_brands(connection: Connection) -> list[Brand]:
    """Brands, our own name first, then what is ours, competitors, watches."""
    brands = [
        Brand(
            id=row.id,
            name=row.name,
            is_own=row.is_own,
            kind=row.kind,
            exact_case=row.exact_case,
            expert=row.expert,
            made_by=row.made_by,
            matched=row.matched,
            **{name: tuple(json.loads(row[name])) for name in _LISTS},
        )
        for row in connection.execute(select(brand)).mappings()
    ]
    return sorted(brands, key=lambda b: (BRAND_KINDS.index(b.kind) if b.kind in BRAND_KINDS else 9, b.id))


def own_brand(connection: Connection) -> Brand | None:
    """The brand that we are: our own name before our products and people; None while nothing is ours."""
    return next((item for item in get_brands(connection) if item.is_own), None)


def brand_query(item: Brand) -> Node:
    """The query of a brand. Raises BrandError("words") where nothing in it can be searched for, QueryError for an
    expert query that cannot be read."""
    if item.expert.strip():
        return parse(item.expert)
    names = [words(name, case=item.exact_case) for name in (item.name, *item.aliases)]
    names += [words(f"#{tag.lstrip('#')}") for tag in item.hashtags]
    names += [words(f"@{account.lstrip('@')}") for account in item.accounts]
    wanted: list[Node] = [name for name in names if name is not None]
    if not wanted:
        raise BrandError("words")
    query: Node = Any_(tuple(wanted)) if len(wanted) > 1 else wanted[0]
    context = tuple(part for word in item.context if (part := words(word)) is not None)
    refused = tuple(part for word in item.exclusions if (part := words(word)) is not None)
    parts = [query, *([Any_(context)] if context else []), *([Without(Any_(refused))] if refused else [])]
    return All(tuple(parts)) if len(parts) > 1 else query


def signature(item: Brand) -> str:
    """Changes when the posts that a brand finds may change."""
    parts = [item.name, item.kind in OURS, item.exact_case, item.expert, *(getattr(item, name) for name in _LISTS)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def brands_behind(connection: Connection) -> list[Brand]:
    """Brands whose mentions were found with another query than theirs."""
    return [item for item in get_brands(connection) if item.matched != signature(item)]


def _values(item: Brand) -> dict[str, Any]:
    lists = {
        name: json.dumps(
            list(dict.fromkeys(" ".join(v.split())[:120] for v in getattr(item, name) if v.strip()))[:MOST_NAMES],
            ensure_ascii=False,
        )
        for name in _LISTS
    }
    return {
        "name": " ".join(item.name.split())[:120],
        "kind": item.kind,
        "is_own": item.kind in OURS,
        "exact_case": item.exact_case,
        "expert": item.expert.strip(),
        **lists,
    }


@needs("editor")
def save_brand(store: Store, item: Brand, seen: Brand | None = None) -> int:
    """Keep a brand (id 0: a new one); its mentions change at the next refresh, back in time. Gives its id. `seen` is
    the brand as its author read it.

    Raises BrandError, QueryError for an expert query that cannot be read, StaleError where somebody changed the same
    meanwhile.
    """
    if item.kind not in BRAND_KINDS:
        raise BrandError("kind")
    if not item.name.strip():
        raise BrandError("name")
    with store.write() as connection:
        before = _one(connection, item.id) if item.id else None
        if item.id:
            item = reconciled(connection, f"brand {item.id}", seen, before, item, FIELDS)
        brand_query(item)
        values = {**_values(item), "made_by": "person"}
        taken = connection.execute(
            select(brand.c.id).where(func.lower(brand.c.name) == values["name"].lower(), brand.c.id != item.id)
        ).scalar()
        if taken is not None:
            raise BrandError("taken")
        number = item.id
        if number:
            connection.execute(update(brand).where(brand.c.id == number).values(**values))
        else:
            number = int(connection.execute(insert(brand).values(**values).returning(brand.c.id)).scalar_one())
        after = _one(connection, number)
        note_edit(connection, "brand.saved", f"brand {number}: {values['name']}", before, after, FIELDS)
        return number


def _one(connection: Connection, brand_id: int) -> Brand | None:
    return next((item for item in get_brands(connection) if item.id == brand_id), None)


@needs("editor")
def remove_brand(store: Store, brand_id: int, seen: Brand | None = None) -> None:
    """Forget a brand, and all that was counted of it. Raises StaleError for one that changed since it was `seen`."""
    with store.write() as connection:
        before = _one(connection, brand_id)
        if before is None:
            return
        check_unchanged(connection, f"brand {brand_id}", seen, before, FIELDS)
        note_edit(connection, "brand.removed", f"brand {brand_id}: {before.name}", before, None, FIELDS)
        _forget(connection, brand_id)


def _forget(connection: Connection, brand_id: int) -> None:
    """Forget a brand with its mentions, counts, alert rules and their alerts."""
    counts = (brand_day, brand_hour, brand_source_day, brand_lang_day, brand_topic_day, brand_aspect_day)
    for table in (mention, *counts):
        connection.execute(delete(table).where(table.c.brand_id == brand_id))
    forget_rules(connection, alert_rule.c.brand_id == brand_id)
    connection.execute(update(action).where(action.c.brand_id == brand_id).values(brand_id=0))
    connection.execute(delete(brand).where(brand.c.id == brand_id))


def keep_settings_brands(connection: Connection, wanted: Sequence[tuple[str, bool, Sequence[str]]]) -> bool:
    """Make the brands that settings name be these (name, own, aliases); those that people made or changed stay as
    they are. True when that changed anything."""
    current = {b.name: b for b in get_brands(connection)}
    target = {name: (own, tuple(aliases)) for name, own, aliases in wanted}
    changed = False
    for name, held in current.items():
        if name not in target and held.made_by == "settings":
            _forget(connection, held.id)
            changed = True
    for name, (own, aliases) in target.items():
        known = current.get(name)
        kind = "own" if own else "competitor"
        if known is None:
            values = _values(Brand(0, name, own, aliases, kind))
            connection.execute(insert(brand).values(**values, made_by="settings"))
            changed = True
        elif known.made_by == "settings" and (known.is_own, known.aliases) != (own, aliases):
            values = _values(Brand(0, name, own, aliases, kind))
            connection.execute(update(brand).where(brand.c.id == known.id).values(**values))
            changed = True
    return changed


def named_in(connection: Connection, brands: Sequence[Brand], ids: Sequence[int]) -> list[list[int]]:
    """For each of the posts `ids` the brands that it names; a brand whose query cannot be read names none."""
    named: dict[int, list[int]] = {i: [] for i in ids}
    if not ids:
        return []
    bounds = (min(ids), max(ids))
    for item in brands:
        try:
            node = brand_query(item)
        except (BrandError, QueryError):
            continue  # its page says what is wrong with it
        query = select(post.c.id).where(is_among(post.c.id, ids), condition(node, post, bounds))
        for post_id in connection.execute(query).scalars():
            named[post_id].append(item.id)
    return [named[i] for i in ids]


def find_mentions(store: Store, item: Brand) -> int:
    """Find the mentions of one brand in all posts that were understood; gives how many there are."""
    wanted = condition(brand_query(item))
    refused = exists().where(post_label.c.post_id == post.c.id, post_label.c.field == "about")
    day: Any = literal_column(f"post.id / {IDS_PER_DAY}")
    rows = select(literal(item.id), day, post.c.id, post.c.sentiment, post.c.lang, post.c.source_id).where(
        wanted, ~post.c.pending
    )
    if item.is_own:
        rows = rows.where(~refused)
    with store.write() as connection:
        mine = select(mention.c.post_id).where(mention.c.brand_id == item.id)
        before = set(connection.execute(mine).scalars())
        connection.execute(delete(mention).where(mention.c.brand_id == item.id))
        names = ["brand_id", "day", "post_id", "sentiment", "lang", "source_id"]
        connection.execute(insert(mention).from_select(names, rows))
        after = set(connection.execute(mine).scalars())
        mark_dirty(connection, (i // IDS_PER_DAY for i in before ^ after))
        speaking = select(post_intent.c.post_id).where(
            post_intent.c.intent.in_(("question", "complaint")), is_among(post_intent.c.post_id, before ^ after)
        )
        # Whether they speak to us is told by their words: the refresh looks again.
        asked = sorted(set(connection.execute(speaking).scalars()))
        if asked:
            connection.execute(insert_new(unsettled_post), [{"post_id": i} for i in asked])
        connection.execute(update(brand).where(brand.c.id == item.id).values(matched=signature(item)))
    return len(after)


def preview(connection: Connection, node: Node, since: int, until: int) -> Preview:
    """What a query finds, and misses by a hair, between two days."""
    bounds = (since * IDS_PER_DAY, (until + 1) * IDS_PER_DAY - 1)
    inside = post.c.id.between(*bounds)
    wanted = condition(node, post, bounds)
    loose = loosened(node)

    def read(*conditions: Any) -> tuple[int, tuple[int, ...]]:
        number = connection.execute(select(func.count()).select_from(post).where(inside, *conditions)).scalar_one()
        by_moment = (post.c.published_at.desc(), post.c.id.desc())
        newest = select(post.c.id).where(inside, *conditions).order_by(*by_moment).limit(SHOWN)
        return int(number), tuple(connection.execute(newest).scalars())

    posts, newest = read(wanted)
    missed, near = read(condition(loose, post, bounds), ~wanted) if loose is not None else (0, ())
    return Preview(posts, newest, missed, near)


def sample(connection: Connection, node: Node, between: tuple[int, int], limit: int) -> list[str]:
    """Texts of the newest posts between two ids that a query finds."""
    mine = select(post.c.id).where(post.c.id.between(*between), condition(node, post, between))
    ids = list(connection.execute(mine.order_by(post.c.id.desc()).limit(limit)).scalars())
    return [item.text for item in texts_of(connection, ids)]


def mentions_by_brand(connection: Connection) -> dict[int, int]:
    """Brand -> posts that name it, in all."""
    rows = connection.execute(text("SELECT brand_id, sum(posts) FROM brand_day GROUP BY brand_id"))
    return {int(b): int(n) for b, n in rows}
