"""The first steps of a workspace: each is done by what the record holds, for those who may take it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from sqlalchemy import select

from data.actor import ROLES, Actor, RefusedError, acting
from data.alerts.destinations import Destination, save_destination
from data.identity import Identity, save_identity
from data.inbox.ours import set_own_account
from data.models import Brand, NewPost
from data.posts.ingest import add_posts
from data.reputation.brands import save_brand
from data.schema import change
from data.sharing.subscriptions import Subscription, save_subscription
from data.source_list import add_source, mark_own
from data.start.steps import STEPS, Facts, facts_of, has_topics, is_over, is_put_away, put_away, steps_for
from data.store import Store
from tests.conftest import NOW


def follow(store: Store, kind: str = "feed", posts: int = 0) -> int:
    said = [NewPost("feed", f"n{n}", "Hello", "Hello", published_at=NOW) for n in range(posts)]
    with store.write() as connection:
        source, _ = add_source(connection, kind, f"http://{kind}", NOW)
        add_posts(connection, source.id, said, NOW)
    return source.id


def facts(store: Store) -> Facts:
    with store.read() as connection:
        return facts_of(connection)


DEEDS: dict[str, tuple[str, Callable[[Store], object]]] = {
    "a brand of ours": ("brand", lambda s: save_brand(s, Brand(0, "Mira", True, kind="own"))),
    "a source with a post": ("sources", lambda s: follow(s, posts=1)),
    "a source of ours": ("ours", lambda s: mark_own(s, follow(s), True)),
    "an account of ours": ("ours", lambda s: set_own_account(s, "ana")),
    "a language": ("language", lambda s: save_identity(s, Identity(language="fr"))),
    "a channel": ("alerts", lambda s: save_destination(s, Destination(0, "Mail", "{1}"), NOW)),
    "a recipient": ("alerts", lambda s: save_subscription(s, Subscription(0, "Ana", "{1}"), NOW)),
}
NOT_YET: dict[str, Callable[[Store], object]] = {
    "nothing": lambda s: None,
    "a competitor": lambda s: save_brand(s, Brand(0, "Them", False, kind="competitor")),
    "a source without a post": lambda s: follow(s),
    "posts of the demo": lambda s: follow(s, "demo", posts=1),
    "a name": lambda s: save_identity(s, Identity("Mira")),
    "a channel that is off": lambda s: save_destination(s, Destination(0, "Mail", "{1}", is_on=False), NOW),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_step_is_done_by_what_the_record_holds(store: Store, deed: str) -> None:
    key, do = DEEDS[deed]
    do(store)
    held = facts(store)
    assert [one.name for one in fields(held) if getattr(held, one.name)] == [key]


@pytest.mark.parametrize("deed", NOT_YET)
def test_what_is_no_step_ticks_none(store: Store, deed: str) -> None:
    NOT_YET[deed](store)
    assert facts(store) == Facts()


def test_each_person_has_the_steps_that_they_may_take() -> None:
    held = Facts(brand=True, team=False)
    told = {role: {s.key: s.done for s in steps_for(held, Actor(1, "A", role))} for role in ROLES}
    assert told["reader"] == told["member"] == {}
    assert told["editor"] == {"brand": True}
    assert told["administrator"] == {key: key == "brand" for key in STEPS}
    assert "team" not in {step.key for step in steps_for(Facts(), Actor(0, "", "administrator"))}  # nobody signs in


def test_they_are_over_once_all_is_done() -> None:
    who = Actor(1, "A", "administrator")
    assert not is_over(steps_for(Facts(True, True, True, True, True, False), who))
    assert is_over(steps_for(Facts(True, True, True, True, True, True), who))
    assert is_over(steps_for(Facts(True, True, True, True, True), who))
    assert is_over([])


def test_they_are_put_away_for_good_and_shown_again(store: Store) -> None:
    for away in (True, True, False):
        put_away(store, away)
        with store.read() as connection:
            assert is_put_away(connection) is away
    with store.read() as connection:
        rows = connection.execute(select(change.c.action, change.c.subject, change.c.before, change.c.after)).all()
    assert [tuple(row) for row in rows] == [
        ("workspace.setting", "start", "shown", "hidden"),
        ("workspace.setting", "start", "hidden", "shown"),
    ]
    with acting(Actor(1, "Ed", "editor")), pytest.raises(RefusedError):
        put_away(store, True)


def test_a_new_record_has_no_topics_and_the_demo_has(store: Store, demo_store: Store) -> None:
    with store.read() as connection:
        assert not has_topics(connection)
    with demo_store.read() as connection:
        assert has_topics(connection)
