"""A scope as SQL conditions: one for each of its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    column,
    exists,
    false,
    or_,
    select,
    text,
    true,
)

from data.models import OTHER_LANGUAGE, UNREAD, date_to_day
from data.posts.full_text import condition, typed
from data.schema import (
    IDS_PER_DAY,
    debate_post,
    mention,
    meta,
    post,
    post_intent,
    post_source,
    post_topic,
    tool_post,
    topic,
    triage,
    watch,
    watch_post,
)
from data.scope import Scope

Condition = ColumnElement[bool]
FEW = post.alias("few")  # posts that something else finds: each is looked up by itself, no list of a scope's is made
DAY = 86_400  # seconds
# How far posts `p` reached, in SQL: points, and twice the replies and shares; null where their network tells none.
REACH = """CASE WHEN p.score IS NULL AND p.comments IS NULL AND p.shares IS NULL THEN NULL
    ELSE coalesce(p.score, 0) + 2 * coalesce(p.comments, 0) + 2 * coalesce(p.shares, 0) END"""


def conditions_of(scope: Scope, table: Any, fit: int) -> list[Condition]:
    """The conditions that a scope puts on a post table or its alias."""
    first, past = ids_of_days(scope)
    return [table.c.id >= first, table.c.id < past, *_narrowing(scope, table, fit)]


def conditions_by_moment(scope: Scope, table: Any, fit: int) -> list[Condition]:
    """The same posts, for a query in the order of their moments: with the days said of ids it would sort them all."""
    first, past = date_to_day(scope.since) * DAY, (date_to_day(scope.until) + 1) * DAY
    return [table.c.published_at >= first, table.c.published_at < past, *_narrowing(scope, table, fit)]


def _narrowing(scope: Scope, table: Any, fit: int) -> list[Condition]:
    return [CONDITIONS[name](scope, table, fit) for name in CONDITIONS if scope.narrows(name)]


def is_everything(scope: Scope) -> bool:
    """Whether a scope holds all posts of its days."""
    return not any(scope.narrows(name) for name in CONDITIONS)


def is_counted(scope: Scope) -> bool:
    """Whether the posts of a scope are counted day by day as they come: all, or those of a brand, tones, languages."""
    return not any(scope.narrows(name) for name in CONDITIONS if name not in {"brand", "sentiments", "langs"})


def ids_of_days(scope: Scope) -> tuple[int, int]:
    """(the first id of the scope's days, the first one after them)."""
    return date_to_day(scope.since) * IDS_PER_DAY, (date_to_day(scope.until) + 1) * IDS_PER_DAY


def _from_sources(scope: Scope, table: Any, fit: int) -> Condition:
    return exists().where(post_source.c.post_id == table.c.id, post_source.c.source_id.in_(scope.sources))


def _of_brand(scope: Scope, table: Any, fit: int) -> Condition:
    """Tones and a topic are asked of its mentions, which tell them by their keys: its posts are then few."""
    days = mention.c.day.between(date_to_day(scope.since), date_to_day(scope.until))
    named = select(mention.c.post_id).where(mention.c.brand_id == scope.brand, days)
    if scope.sentiments:
        named = named.where(mention.c.sentiment.in_(_tones(scope)))
    if scope.topic is not None:
        named = named.where(exists().where(*_placed_in(scope, fit), post_topic.c.post_id == mention.c.post_id))
    return _held(table, named)


def _of_topic(scope: Scope, table: Any, fit: int) -> Condition:
    if scope.brand is not None:
        return true()  # asked with the brand
    first, past = ids_of_days(scope)
    within = (post_topic.c.post_id >= first, post_topic.c.post_id < past) if table.name != FEW.name else ()
    return _held(table, select(post_topic.c.post_id).where(*_placed_in(scope, fit), *within))


def _placed_in(scope: Scope, fit: int) -> list[Condition]:
    """Of `post_topic`: the rows of a scope's topic."""
    # By their ids, which the key of `post_topic` knows: asked of the joined topic, the posts of all topics are read.
    placed: list[Condition] = [post_topic.c.topic_id.in_(with_merged(scope.topic))]
    if scope.part is not None:
        placed = [post_topic.c.topic_id == scope.topic, post_topic.c.part == scope.part]
    return [post_topic.c.fit_id == fit, *placed]


def with_merged(topic_id: int | None) -> Select[Any]:
    """Ids of a topic and of those that were merged into it."""
    return select(topic.c.id).where(or_(topic.c.id == topic_id, topic.c.merged_into == topic_id))


def _in_area(scope: Scope, table: Any, fit: int) -> Condition:
    left, right, low, high = scope.area or (0, 1, 0, 1)
    kept = topic.alias("kept")
    here = [post_topic.c.x.between(left, right), post_topic.c.y.between(low, high), ~kept.c.noise]
    return _placed(scope, table, fit, kept, here)


def _placed(scope: Scope, table: Any, fit: int, kept: Any, where: list[Condition]) -> Condition:
    first, past = ids_of_days(scope)
    shown = (post_topic.c.fit_id == fit, post_topic.c.post_id >= first, post_topic.c.post_id < past)
    placed = select(post_topic.c.post_id).join(kept, kept.c.id == post_topic.c.topic_id).where(*shown, *where)
    return _held(table, placed)


def _of_tones(scope: Scope, table: Any, fit: int) -> Condition:
    one: Condition = table.c.sentiment.in_(_tones(scope))
    return one


def _tones(scope: Scope) -> list[str]:
    """Not read are posts in other languages, and those whose turn to be read has not come."""
    return [*scope.sentiments, *([UNREAD] if OTHER_LANGUAGE in scope.sentiments else [])]


def _of_intents(scope: Scope, table: Any, fit: int) -> Condition:
    return _held(table, select(post_intent.c.post_id).where(post_intent.c.intent.in_(scope.intents)))


def _in_state(scope: Scope, table: Any, fit: int) -> Condition:
    """A triage state: open, starred, handled, snoozed, or assigned:NAME."""
    state, touched = scope.state, select(triage.c.post_id)
    if state == "open":
        return ~_held(table, touched.where(triage.c.handled != ""))
    if state.startswith("assigned:"):
        return _held(table, touched.where(triage.c.assigned == state.removeprefix("assigned:")))
    if state in {"starred", "handled", "snoozed"}:
        return _held(table, touched.where(triage.c[state] != ""))
    return false()


def _near_watch(scope: Scope, table: Any, fit: int) -> Condition:
    near = (
        select(watch_post.c.post_id)
        .join(watch, watch.c.id == watch_post.c.watch_id)
        .where(watch_post.c.watch_id == scope.watch, watch_post.c.similarity >= watch.c.threshold)
    )
    return _held(table, near)


def _in_debate(scope: Scope, table: Any, fit: int) -> Condition:
    said = select(debate_post.c.post_id).where(debate_post.c.debate_id == scope.debate)
    if scope.side is not None:
        said = said.where(debate_post.c.side == scope.side)
    if scope.argument is not None:
        said = said.where(debate_post.c.argument == scope.argument)
    return _held(table, said)


def _of_tool(scope: Scope, table: Any, fit: int) -> Condition:
    return _held(table, select(tool_post.c.post_id).where(tool_post.c.tool_id == scope.tool))


def _of_idea(scope: Scope, table: Any, fit: int) -> Condition:
    evidence = text("SELECT j.value FROM idea i, json_each(i.posts) j WHERE i.id = :idea").bindparams(idea=scope.idea)
    return _held(table, evidence.columns(column("value", Integer)))


def _with_words(scope: Scope, table: Any, fit: int) -> Condition:
    if not scope.query.strip():
        return true()
    asked = typed(scope.query)
    first, past = ids_of_days(scope)
    return false() if asked is None else condition(asked, table, (first, past - 1))


def _held(table: Any, ids: Any) -> Condition:
    if table.name == FEW.name and isinstance(ids, Select):
        return exists(ids.where(ids.selected_columns[0] == table.c.id))
    held: Condition = table.c.id.in_(ids)
    return held


def _among(name: str, values: str) -> Callable[[Scope, Any, int], Condition]:
    """The condition that a column of posts is one of a scope's values."""

    def among(scope: Scope, table: Any, fit: int) -> Condition:
        one: Condition = table.c[name].in_(getattr(scope, values))
        return one

    return among


CONDITIONS: Mapping[str, Callable[[Scope, Any, int], Condition]] = {
    "sources": _from_sources,
    "kinds": _among("source_kind", "kinds"),
    "langs": _among("lang", "langs"),
    "sentiments": _of_tones,
    "author": lambda scope, table, fit: table.c.author == scope.author,
    "brand": _of_brand,
    "topic": _of_topic,
    "area": _in_area,
    "intents": _of_intents,
    "state": _in_state,
    "watch": _near_watch,
    "debate": _in_debate,
    "tool": _of_tool,
    "idea": _of_idea,
    "query": _with_words,
}
WITHIN = {"part": "topic", "side": "debate", "argument": "debate"}  # fields that narrow another one's condition


def current_fit(connection: Connection) -> int:
    """The topic model that pages show; 0 when there is none yet."""
    return int(connection.execute(select(meta.c.value).where(meta.c.key == "topic_fit")).scalar() or 0)


def first_of_group(scope: Scope, fit: int) -> Condition:
    """True for a post that no earlier near-duplicate in the same scope stands for."""
    earlier = exists().where(
        and_(FEW.c.group_id == post.c.group_id, FEW.c.id < post.c.id, *conditions_of(scope, FEW, fit))
    )
    return or_(post.c.group_id == 0, ~earlier)
