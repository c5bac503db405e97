"""Saved views as pages read them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from data.scope import Scope, scope_of
from data.sharing import saved_views as stored
from data.sharing.saved_views import SavedView

EARLIER = timedelta(days=2)  # what is collected late is looked for among the posts of so many days before


@cached(20)
def saved_views(connection: Connection) -> list[SavedView]:
    return stored.saved_views(connection)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A view with the posts that came since this person looked, at most `stored.MANY`."""

    view: SavedView
    new: int

    @property
    def many(self) -> bool:
        return self.new >= stored.MANY


def waiting(who: str, today: date) -> list[Waiting]:
    """Every view with its new posts. When somebody looked is asked anew: a look is no change of the record."""
    views = saved_views()
    if not views:
        return []
    with cache.store().read() as connection:
        looks = stored.last_looks(connection, views, who)
    return [Waiting(one, _new(scope_of_view(one, today), looks[one.id])) for one in views]


@cached(200)
def _new(connection: Connection, scope: Scope, since: datetime) -> int:
    first = max(scope.since, (since - EARLIER).date())
    return stored.count_new(connection, replace(scope, since=first), since) if first <= scope.until else 0


def scope_of_view(view: SavedView, today: date) -> Scope:
    return scope_of(lambda name: view.parameters.get(name, ""), today)
