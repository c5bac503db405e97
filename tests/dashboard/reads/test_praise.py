"""Quotes under praise and criticism, in a record where the model took idioms for complaints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from dashboard.documents.frame import Frame
from dashboard.documents.verbatims import verbatims
from dashboard.reads import cache, reputation
from dashboard.words.language import speaking
from data.models import NewPost
from data.posts.ingest import add_posts
from data.schema import post
from data.scope import Scope
from data.sharing.document import Quotes
from data.source_list import add_source
from data.store import Store
from tests.conftest import NOW

# words, language, the tone that was read, how surely
READ = [
    ("This update is insane", "en", "negative", 0.9),
    ("That riff is sick, not bad at all", "en", "negative", 0.9),
    ("Je n'en revenais pas, un truc de malade", "fr", "negative", 0.9),
    ("C'est une tuerie, épatant", "fr", "negative", 0.9),
    ("Three people were killed on the bridge", "en", "negative", 0.95),
    ("The app keeps crashing and nobody answers", "en", "negative", 0.8),
    ("L'appli ne marche plus depuis trois jours", "fr", "negative", 0.8),
    ("The export is a waste of time", "en", "negative", 0.5),
    ("The calendar is terrible", "en", "positive", 0.9),
    ("I love the new calendar", "en", "positive", 0.9),
    ("We moved to Lyon in May", "en", "positive", 0.9),
]


@pytest.fixture
def read(store: Store) -> Iterator[Store]:
    with store.write() as connection:
        source, _ = add_source(connection, "reddit", "r/club", NOW)
        posts = [
            NewPost("reddit", f"p{i}", words, None, published_at=NOW - timedelta(hours=i + 1), lang=lang)
            for i, (words, lang, _, _) in enumerate(READ)
        ]
        add_posts(connection, source.id, posts, NOW)
        for i, (_, lang, tone, sure) in enumerate(READ):
            values = {"sentiment": tone, "sentiment_confidence": sure, "lang": lang, "score": 10}
            connection.execute(update(post).where(post.c.native_id == f"p{i}").values(**values))
    with cache.one_record(store.url):
        yield store


@pytest.mark.usefixtures("read")
def test_only_what_says_it_is_quoted() -> None:
    month = Scope(NOW.date() - timedelta(days=29), NOW.date())
    assert {p.plain for p in reputation.loudest(month, "negative")} == {READ[5][0], READ[6][0]}
    assert {p.plain for p in reputation.loudest(month, "positive")} == {READ[9][0]}


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_document_never_shows_praise_as_criticism(lang: str) -> None:
    frame = Frame(Scope(NOW.date() - timedelta(days=29), NOW.date()), None, "none", NOW)
    with speaking(lang):
        section = verbatims(frame)
    quoted = {quote.text for block in section.blocks if isinstance(block, Quotes) for quote in block.quotes}
    assert quoted == {READ[5][0], READ[6][0], READ[9][0]}
