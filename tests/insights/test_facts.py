"""Which facts answer what is asked: near wordings in both languages, and near ones that ask something else."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from data.facts import matches
from data.facts.facts import Fact, add_facts, remove_fact
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.vectors import vectors_of
from data.schema import inquiry, post
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from insights.facts.matching import Question, agrees, asking
from insights.models.use import UseModel
from insights.pipeline.facts import facts_like, match_facts
from insights.pipeline.posts.inquiries import ASKED
from insights.reading.inquiries import asked_in

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "question", "same"),
    [
        ("How can I export my calendar?", "How do I export my calendar?", True),
        ("Where can I get xman source?", "Where can I get source for XFree86?", False),
        ("When was this picture taken?", "Where was this picture taken?", False),
        ("Can I pay with 2 cards?", "Can I pay with 3 cards?", False),
        ("Why can't I export my calendar?", "Why can I export my calendar?", False),
        ("How do I export my calendar?", "How do I delete my account?", False),
        ("Does it work with Excel?", "Does it work with Outlook?", False),
    ],
)
def test_near_questions_must_agree(asked: str, question: str, same: bool) -> None:
    assert agrees(Question(asked, "en"), Question(question, "en")) is same


def test_in_two_languages_names_figures_and_what_is_asked_for_must_agree() -> None:
    def both(french: str, english: str) -> bool:
        return agrees(Question(french, "fr"), Question(english, "en"))

    assert both("Comment exporter mon calendrier ?", "How do I export my calendar?")
    assert not both("Où se trouve mon calendrier ?", "When does my calendar begin?")
    assert not both("Est-ce compatible avec Outlook ?", "Does it work with Excel?")
    assert not both("Combien coûtent 12 places ?", "How much do 10 seats cost?")


def test_sentences_that_say_nothing_of_what_is_asked_are_not_compared() -> None:
    assert asking("Hello all! How do I export my calendar? Any ideas?") == [
        "How do I export my calendar?",
        "Any ideas?",
    ]


@pytest.fixture(scope="module")
def model() -> UseModel:
    return UseModel(1)


def test_open_inquiries_find_their_facts_in_both_languages(settings: Settings, model: UseModel) -> None:
    store = Store(settings.store_url)
    texts = [
        "Hi all, how can I export my calendar? Thanks!",
        "Bonjour, comment puis-je exporter mon calendrier ?",
        "How do I delete my account?",
        "How do I export my invoices to Sage?",
    ]
    with store.write() as connection:
        source, _new = add_source(connection, "feed", "https://example.org/feed", NOW)
        add_posts(
            connection, source.id, [NewPost("feed", f"{n}", t, t, published_at=NOW) for n, t in enumerate(texts)], NOW
        )
        ids = list(connection.execute(post.select().with_only_columns(post.c.id).order_by(post.c.native_id)).scalars())
        for i in ids:
            connection.execute(inquiry.insert().values(post_id=i, kind="question", alike=i, answered_by=0))
    vectors_of(store).put(model.name + ASKED, ids, model.encode([asked_in(text) for text in texts]))
    (fact, other), _known = add_facts(
        store, [Fact(0, "Settings, then Export.", ("How do I export my calendar?",)), Fact(0, "We are in Lyon.")], NOW
    )
    assert match_facts(store, model, vectors_of(store)) == 2
    with store.read() as connection:
        assert matches.surely_answered(connection, ids) == {ids[0]: [fact], ids[1]: [fact]}
        assert not matches.are_stale(connection)
    assert facts_like(store, model, "Où se trouve l'entreprise ? À Lyon ?")[0][0] == other
    assert facts_like(store, model, "exporter le calendrier")[0][0] == fact
    remove_fact(store, fact)
    remove_fact(store, other)
    assert match_facts(store, model, vectors_of(store)) == 0
    with store.read() as connection:
        assert matches.surely_answered(connection, ids) == {}


def test_no_fact_answers_by_what_it_says_itself(settings: Settings, model: UseModel) -> None:
    store = Store(settings.store_url)
    text = "Open Settings, then Export."
    with store.write() as connection:
        source, _new = add_source(connection, "feed", "https://example.org/feed", NOW)
        add_posts(connection, source.id, [NewPost("feed", "1", text, text, published_at=NOW)], NOW)
        one = int(connection.execute(post.select().with_only_columns(post.c.id)).scalar_one())
        connection.execute(inquiry.insert().values(post_id=one, kind="question", alike=one, answered_by=0))
    vectors_of(store).put(model.name + ASKED, [one], np.asarray(model.encode([text])))
    add_facts(store, [Fact(0, text)], NOW)
    assert match_facts(store, model, vectors_of(store)) == 0
