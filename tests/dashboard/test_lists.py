"""Lists of posts: how they look, what stays in its place, which item has the keyboard, and the table of keys."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.views.mentions.look import USUAL, Look, look_of
from dashboard.views.mentions.queue import in_place, place_of
from dashboard.views.mentions.undo import LastChange
from dashboard.words.help.keys import CLICKS, EVERYWHERE, KEYS, OF_A_VIEW, key_words, keys_of
from dashboard.words.inbox import PARTICULARS, line_words, order_names, particular_names
from dashboard.words.language import speaking
from data.inbox.moderation import ORDERS as MODERATION_ORDERS
from data.inbox.waiting import ORDERS as WAITING_ORDERS
from data.models import Engagement, Post, TopicName, Triage
from data.posts.reads import ORDERS
from data.settings import ROOT
from tests.law import modules

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = Post(
    id=1,
    source_kind="feed",
    native_id="1",
    source_id=1,
    source_title="*Forum*",
    published_at=NOON,
    author="Ana",
    title="",
    plain="Hello",
    url="",
    lang="fr",
    sentiment="neutral",
    sentiment_confidence=0.9,
    is_demo=False,
    root_id="",
    parent_id="",
    community="",
    group_id=0,
    group_size=1,
    topic_id=3,
    topic_name=TopicName("prices"),
    engagement=Engagement(None, None, None, None, None),
    accepted=False,
    is_own=False,
    removed_at=None,
    dropped_at=None,
    by_us=False,
    intents=(),
    toxicity=0.0,
)


@pytest.mark.parametrize(
    ("said", "before", "look"),
    [
        ({}, Look(), Look()),
        ({}, Look(True, ("reach",)), Look(True, ("reach",))),  # what was chosen before
        ({"look": "cards"}, Look(True), Look(False)),
        ({"look": "compact", "columns": "reach,source,what"}, Look(), Look(True, ("source", "reach"))),
        ({"columns": "none"}, Look(), Look(False, ())),
        ({"look": "<b>"}, Look(True), Look(True, USUAL)),
    ],
)
def test_the_address_says_how_a_list_looks(said: dict[str, str], before: Look, look: Look) -> None:
    assert look_of(lambda name: said.get(name, ""), before) == look


def test_a_line_says_what_was_chosen_and_nothing_else() -> None:
    done = Triage(handled="yes", assigned="Ben", snoozed="2026-03-05")
    with speaking("en"):
        said, more = line_words(ONE, done, ())
        assert said.startswith("Ana · Mar 1, 2026")
        assert more == ""
        said, more = line_words(ONE, done, PARTICULARS)
        assert r"\*Forum\*" in said  # a name from outside is no markup
        for words in ("prices", "reach not known", "French", "handled", "snoozed until", "assigned to Ben"):
            assert words in more
        assert more.count("Ben") == 1


def test_what_one_changed_stays_in_its_place() -> None:
    assert in_place([1, 2, 3, 4], [1, 3, 4, 5], {2}) == [1, 2, 3, 4, 5]
    assert in_place([1, 2, 3], [3], {1, 2}) == [1, 2, 3]
    assert in_place([1, 2, 3], [1, 3], set()) == [1, 3]  # another person did it: it is gone
    assert in_place([1, 2], [2, 1], {1}) == [2, 1]  # still there, where the order has it now
    assert in_place([], [4, 5], {9}) == [4, 5]


@pytest.mark.parametrize(
    ("asked", "live", "place"),
    [
        (0, [True, True], 0),
        (0, [False, True], 1),  # done: the next one
        (1, [True, False], 0),  # the last one done: the one before
        (1, [True, False, False, True], 3),
        (9, [True, True], 1),
        (0, [False, False], 0),
        (0, [], 0),
    ],
)
def test_the_keyboard_is_on_what_is_still_to_be_done(asked: int, live: list[bool], place: int) -> None:
    assert place_of(asked, live) == place


def test_a_change_can_be_undone_beside_its_post_for_ten_seconds() -> None:
    change = LastChange(1, (1,), 1, "handled", "yes", NOON)
    assert change.left(NOON + timedelta(seconds=4)) == 6
    assert change.left(NOON + timedelta(seconds=10)) == 0


def test_every_shortcut_is_of_the_table_that_the_help_shows() -> None:
    made = set()
    for module in modules(ROOT).values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.keyword) and node.arg == "shortcut":
                value = node.value.body if isinstance(node.value, ast.IfExp) else node.value
                assert isinstance(value, ast.Subscript), f"{module.name}: {ast.unparse(node)}"
                assert ast.unparse(value.value) == "KEYS", f"{module.name}: {ast.unparse(node)}"
                made.add(ast.unparse(value.slice))
    assert made
    shown = {*EVERYWHERE, *(name for names in OF_A_VIEW.values() for name in names)}
    assert shown == set(KEYS) == set(key_words())
    assert set(CLICKS) == {"/", "?"}
    for names in OF_A_VIEW.values():
        keys = [KEYS[name] for name in (*names, *EVERYWHERE)]
        assert len(keys) == len(set(keys))


def test_the_keys_of_a_page_are_told_in_both_languages() -> None:
    with speaking("en"):
        mine, everywhere = keys_of("mentions", "answer")
        assert ("D", "Draft a reply") in mine
        assert ("Ctrl + K", "Search everywhere") in everywhere
        assert keys_of("topics", "")[0] == []
    with speaking("fr"):
        assert ("?", "Cette liste de raccourcis") in keys_of("overview", "")[1]


def test_every_order_and_particular_has_its_words() -> None:
    assert {*ORDERS, *WAITING_ORDERS, *MODERATION_ORDERS} <= set(order_names())
    assert set(particular_names()) == set(PARTICULARS)
