"""Filters of posts under a name, for all of the team: what they ask for, and how many posts came since a look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from data.actor import needs
from data.changes import note_change
from data.models import from_epoch, to_epoch
from data.posts.scope_sql import conditions_of, current_fit
from data.schema import post, saved_view, token, visit
from data.scope import FIELDS, PERIOD, Scope
from data.store import Store

MOST = 30  # views of a team
MANY = 100  # new posts: more are not counted
KEPT = (*PERIOD, *(one.parameter for one in FIELDS), "order", "copies")  # parameters of the page


class ViewError(ValueError):
    """What cannot be kept; `code` is name, taken, many or all."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter of the page of mentions, as its address says it."""

    id: int
    name: str
    made_at: datetime
    parameters: Mapping[str, str] = field(default_factory=dict)


def saved_views(connection: Connection) -> list[SavedView]:
    """All of them, in the order of their names."""
    rows = connection.execute(select(saved_view).order_by(func.lower(saved_view.c.name), saved_view.c.id))
    return [SavedView(r.id, r.name, from_epoch(r.made_at), _held(json.loads(r.parameters))) for r in rows]


def _held(parameters: Mapping[str, object]) -> dict[str, str]:
    """The parameters of a view that narrow or order posts, shortened to what an address carries."""
    return {name: str(parameters[name])[:500] for name in KEPT if parameters.get(name)}


@needs("member")
def save_view(store: Store, name: str, parameters: Mapping[str, str], now: datetime) -> int:
    """Keep what an address asks for under a name; gives its id.

    Raises ViewError for no name, one that is taken, nothing that narrows, or more views than a team may have.
    """
    name, held = " ".join(name.split())[:60], _held(parameters)
    if not name:
        raise ViewError("name")
    if not set(held) - {*PERIOD, "order", "copies"}:
        raise ViewError("all")
    with store.write() as connection:
        known = saved_views(connection)
        if len(known) >= MOST:
            raise ViewError("many")
        if any(one.name.casefold() == name.casefold() for one in known):
            raise ViewError("taken")
        said = json.dumps(held, ensure_ascii=False)
        note_change(connection, "view.saved", name, after=said)
        made = insert(saved_view).values(name=name, parameters=said, made_at=to_epoch(now)).returning(saved_view.c.id)
        return int(connection.execute(made).scalar_one())


@needs("member")
def remove_view(store: Store, view: int) -> None:
    """Forget a view, and close the feeds of its posts."""
    with store.write() as connection:
        held = next((one for one in saved_views(connection) if one.id == view), None)
        if held is None:
            return
        note_change(connection, "view.removed", held.name, before=json.dumps(dict(held.parameters), ensure_ascii=False))
        connection.execute(delete(token).where(token.c.view_id == view))
        connection.execute(delete(visit).where(visit.c.viewer.like(f"view {int(view)} %")))
        connection.execute(delete(saved_view).where(saved_view.c.id == view))


def viewer_of(view: int, who: str) -> str:
    """Who looks at which view, as visits are kept."""
    return f"view {view} {who}"


def last_looks(connection: Connection, views: list[SavedView], who: str) -> dict[int, datetime]:
    """View -> when this person last looked at it, or when it was made."""
    names = {viewer_of(one.id, who): one.id for one in views}
    rows = connection.execute(select(visit.c.viewer, visit.c.seen_at).where(visit.c.viewer.in_(list(names))))
    return {one.id: one.made_at for one in views} | {names[viewer]: from_epoch(seen) for viewer, seen in rows}


def count_new(connection: Connection, scope: Scope, since: datetime) -> int:
    """How many posts of a scope were collected after a moment, at most MANY."""
    found = (
        select(post.c.id)
        .where(*conditions_of(scope, post, current_fit(connection)), post.c.collected_at > to_epoch(since))
        .limit(MANY)
        .subquery()
    )
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())
