"""Posts in the language they are written in: found, kept out of the figures of tone, named in the reader's words."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from data.figures import days_of, languages
from data.inbox import triage
from data.models import OTHER_LANGUAGE, Brand, NewPost, TopicName, Wording
from data.posts.ingest import add_posts
from data.posts.reads import count_posts, page_of_posts
from data.reputation import counts
from data.reputation.brands import save_brand
from data.scope import Scope
from data.settings import Settings
from data.source_list import add_source
from data.store import Store
from data.topics.edits import rename_topic
from data.topics.listing import topic_labels, topics_of_fit
from insights.language import detect_languages, known_code
from insights.models.precision import Precision
from insights.pipeline.models import Models
from insights.pipeline.refresh import refresh
from insights.text import fold, tokens
from insights.topics.labels import wordings_of
from tests.bench.languages import feed_posts
from tests.conftest import NOW

WIDE = Scope((NOW - timedelta(days=60)).date(), (NOW + timedelta(days=2)).date())


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Bonjour, je cherche un planning pour nos bénévoles", "fr"),
        ("Hello, I am looking for a rota for our volunteers", "en"),
        ("A nossa associação procura voluntários para a festa de verão", "pt"),
        ("Wir suchen noch Helfer für das Sommerfest im Garten", "de"),
        ("Buscamos voluntarios para la fiesta de verano en el jardín", "es"),
        ("Cerchiamo volontari per la festa d'estate nel giardino", "it"),
        ("We zoeken nog vrijwilligers voor het zomerfeest in de tuin", "nl"),
        ("Szukamy wolontariuszy na letni festyn w ogrodzie", "pl"),
        ("夏祭りを手伝ってくれる人を探しています", "ja"),
        ("여름 축제를 도와줄 사람을 찾고 있습니다", "ko"),
        ("نبحث عن متطوعين للحفل الصيفي في الحديقة", "ar"),
        ("Ψάχνουμε εθελοντές για την καλοκαιρινή γιορτή", "el"),
        ("ça marche pas", "fr"),
        ("thanks a lot", "en"),
        ("Great kiln", "en"),
        ("1234567890 98765 4321 is the number of the kiln", "en"),
        ("ヘブンの家 (House of Heaven) was added to the list of places yesterday", "en"),
        ("新しい Pocket Kiln Pro を買いました、とても気に入っています", "ja"),
        ("🙂", ""),
        ("https://example.org/uma/historia/bonita", ""),
    ],
)
def test_a_post_has_the_language_it_is_written_in(text: str, lang: str) -> None:
    assert detect_languages([text]) == [lang]


@pytest.mark.parametrize(
    ("text", "declared", "lang"),
    [
        ("A nossa associação procura voluntários para a festa de verão da aldeia", "en", "pt"),
        ("Notre association cherche des bénévoles pour la fête de l'été", "en-US", "fr"),
        ("Our club looks for volunteers who help with the summer party", "de_DE", "en"),
        ("Festa de verão", "pt-BR", "pt"),
        ("ok", "sv", "sv"),
        ("ok", "nb", "no"),
        ("🙂", "fr", "fr"),
        ("Our club looks for volunteers who help", "und", "en"),
        ("Our club looks for volunteers who help", "klingon", "en"),
    ],
)
def test_a_declared_language_stays_unless_the_text_clearly_is_in_another(text: str, declared: str, lang: str) -> None:
    assert detect_languages([text], [declared]) == [lang]


def test_codes_of_declared_languages() -> None:
    assert [known_code(c) for c in ("pt-BR", "FR", "fil", "zxx", "", "x", "français", "iw")] == [
        "pt",
        "fr",
        "tl",
        "",
        "",
        "",
        "",
        "he",
    ]


def test_a_portuguese_blog_is_no_french_one(corpora: Path) -> None:
    posts = list(feed_posts())
    found = Counter(detect_languages([text for *_, text in posts], [lang for _, lang, _ in posts]))
    assert found["pt"] >= 135, found
    assert found["fr"] <= 20, found
    assert found["de"] >= 15, found
    assert found["en"] + found["fr"] + found["pt"] + found["de"] + found["it"] >= len(posts) - 25, found


class Themes:
    """Vectors by theme: a text lies by the centre of the first theme whose words it holds."""

    name = "themes"
    precision = Precision("kept", 1.0, 1.0)

    def __init__(self, *themes: Sequence[str]) -> None:
        self._themes = themes

    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> np.ndarray:
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> np.ndarray:
        digest = hashlib.sha256(text.encode()).digest()
        noise = np.random.default_rng(list(digest)).normal(size=32) * 0.04
        theme = next((n for n, words in enumerate(self._themes) if any(w in text.lower() for w in words)), 31)
        noise[theme] += 1.0
        return np.asarray(noise / np.linalg.norm(noise), dtype=np.float32)


def fill(store: Store, settings: Settings, texts: Sequence[tuple[str, str]], embedder: Themes) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "forum", "http://a", NOW)
        add_posts(
            connection,
            source.id,
            [
                NewPost("forum", str(n), t, t, author=f"p{n}", published_at=NOW - timedelta(hours=n), lang=lang)
                for n, (t, lang) in enumerate(texts)
            ],
            NOW,
        )
    refresh(store, settings, now=lambda: NOW, models=Models.one(embedder))


POSTS = [
    ("Nossa, o forno da Tarvelle é uma porcaria, nunca mais compro esta coisa horrível", "en"),
    ("Por que o forno da Tarvelle não funciona? Que idiotas, este serviço é péssimo", ""),
    ("I love my Tarvelle kiln, thank you so much, excellent work!", ""),
    ("Quelle honte, le four Tarvelle est une catastrophe, c'est nul", ""),
]


def test_other_languages_are_counted_and_not_read(store: Store, settings: Settings) -> None:
    brand = save_brand(store, Brand(0, "Tarvelle", True))
    fill(store, settings, POSTS, Themes(["forno", "kiln", "four"]))
    about = replace(WIDE, brand=brand)
    with store.read() as connection:
        held = {post.plain: post for post in page_of_posts(connection, WIDE)}
        first = held[POSTS[0][0]]
        others = [held[text] for text, _ in POSTS[:2]]
        assert {post.lang for post in others} == {"pt"}
        assert all(p.sentiment == OTHER_LANGUAGE and not p.intents and p.sentiment_confidence == 0 for p in others)
        assert {held[text].sentiment for text, _ in POSTS[2:]} == {"positive", "negative"}
        for scope in (WIDE, about, replace(WIDE, langs=("pt", "fr", "en"))):
            days = days_of(connection, scope)
            assert (sum(d.posts for d in days), sum(d.unread for d in days)) == (4, 2)
            assert sum(d.negative + d.neutral + d.positive + d.unsure for d in days) == 2
        assert count_posts(connection, replace(WIDE, sentiments=(OTHER_LANGUAGE,))) == 2
        assert sum(counts.tones_of(connection, about)) == 2
        assert sum(counts.posts_by_day(connection, about)) == 4
        assert counts.posts_in_other_languages(connection, about) == 2
        assert set(counts.tones_by(connection, about, "lang")) == {"en", "fr"}
        assert not {p.id for p in others} & set(counts.posts_to_check(connection, about, 10, seed=1))
        assert set(languages(connection, 5)) == {"pt", "en", "fr"}
    triage.change(store, [first.id], "sentiment", "negative", NOW)
    with store.read() as connection:
        assert counts.posts_in_other_languages(connection, about) == 1
        assert sum(counts.tones_of(connection, about)) == 3


def test_the_language_that_a_person_names_is_the_one_that_is_read(store: Store, settings: Settings) -> None:
    embedder = Themes(["forno", "kiln", "four"])
    fill(store, settings, POSTS, embedder)
    with store.read() as connection:
        wrong = next(p for p in page_of_posts(connection, WIDE) if p.plain == POSTS[3][0])
        right = next(p for p in page_of_posts(connection, WIDE) if p.plain == POSTS[0][0])
    triage.change(store, [wrong.id], "lang", "nl", NOW)
    triage.change(store, [right.id], "lang", "fr", NOW)
    refresh(store, settings, now=lambda: NOW, models=Models.one(embedder))
    with store.read() as connection:
        held = {p.id: p for p in page_of_posts(connection, WIDE)}
    assert (held[wrong.id].lang, held[wrong.id].sentiment) == ("nl", OTHER_LANGUAGE)
    assert held[right.id].lang == "fr"
    assert held[right.id].sentiment != OTHER_LANGUAGE


FRENCH = (
    "L'émail du vase coule encore sur l'étagère, four numéro {n}",
    "Mon émail coule dans le four, que faire ? essai {n}",
    "L'émail du bol coule, l'étagère du four est abîmée {n}",
)
ENGLISH = (
    "The glaze runs down onto the kiln shelf again, test {n}",
    "My glaze keeps running in the kiln, what to do? trial {n}",
    "Running glaze ruined the shelf of my kiln {n}",
)
MARKET = ("Our stall at the craft market sold out before noon, day {n}", "Craft market stall prices went up, week {n}")
MARCHE = ("Notre stand au marché artisanal, jour {n}", "Le marché artisanal ouvre samedi, stand {n}")


def bilingual(each: int = 12) -> tuple[list[str], list[str], np.ndarray]:
    """Texts, languages and topics: 0 is in both languages, 1 in English alone, 2 in French alone."""
    rows = [
        (pool[n % len(pool)].format(n=n), lang, topic)
        for pool, lang, topic in ((FRENCH, "fr", 0), (ENGLISH, "en", 0), (MARKET, "en", 1), (MARCHE, "fr", 2))
        for n in range(each)
    ]
    return [r[0] for r in rows], [r[1] for r in rows], np.array([r[2] for r in rows])


def words_held(texts: Sequence[str]) -> set[str]:
    return {fold(word) for text in texts for word in tokens(text)}


def test_a_mixed_topic_has_a_name_in_each_of_its_languages() -> None:
    texts, langs, assigned = bilingual()
    mixed, english, french = wordings_of(texts, langs, assigned, 3)
    assert english == french == ()
    assert {wording.lang for wording in mixed} == {"fr", "en"}
    for wording in mixed:
        mine = [t for t, lang, topic in zip(texts, langs, assigned, strict=True) if lang == wording.lang and topic == 0]
        assert wording.terms
        for said in (wording.label.replace(",", ""), *wording.terms):
            assert {fold(word) for word in tokens(said)} <= words_held(mine)
    by_lang = {wording.lang: wording.label.lower() for wording in mixed}
    assert "émail" in by_lang["fr"]
    assert "glaze" in by_lang["en"]
    assert wordings_of(texts, langs, assigned, 3) == wordings_of(texts, langs, assigned, 3)


def test_a_few_posts_of_another_language_do_not_make_a_topic_mixed() -> None:
    texts, langs, assigned = bilingual()
    few = [i for i, lang in enumerate(langs) if assigned[i] or lang == "fr" or i < 16]
    assert wordings_of([texts[i] for i in few], [langs[i] for i in few], assigned[few], 3)[0] == ()
    assert wordings_of([], [], np.zeros(0, np.int64), 0) == []
    assert wordings_of(texts, ["pt"] * len(texts), assigned, 3) == [(), (), ()]


def test_a_reader_sees_the_words_of_their_language_first() -> None:
    name = TopicName(
        "Glaze, émail, Acme",
        wordings=(
            Wording("en", "Glaze, kiln, Acme", ("glaze", "kiln")),
            Wording("fr", "Émail, four, Acme", ("émail", "four")),
        ),
    )
    assert name.name_in("fr") == "Émail, four, Acme · Glaze, kiln"
    assert name.name_in("en") == "Glaze, kiln, Acme · Émail, four"
    assert name.words_in("fr") == (("émail", "four"), ("glaze", "kiln"))
    assert replace(name, typed=True).name_in("fr") == "Glaze, émail, Acme"
    assert TopicName("Stall").name_in("fr") == "Stall"
    assert TopicName("Stall").words_in("fr") == ()


def test_names_in_both_languages_are_kept_and_a_typed_name_wins(store: Store, settings: Settings) -> None:
    texts, langs, _ = bilingual(60)
    embedder = Themes(["glaze", "émail"], ["market", "marché"])
    fill(store, settings, list(zip(texts, langs, strict=True)), embedder)
    with store.read() as connection:
        topics = topics_of_fit(connection)
        mixed = next(t for t in topics if "glaze" in t.name.name_in("en").lower())
    french, english = mixed.name.name_in("fr"), mixed.name.name_in("en")
    assert french != english
    assert "émail" in french.lower().split(" · ")[0]
    rename_topic(store, mixed.id, "Runny glaze", NOW)
    with store.read() as connection:
        assert topic_labels(connection)[mixed.id].name_in("fr") == "Runny glaze"
    rename_topic(store, mixed.id, "", NOW)
    with store.read() as connection:
        assert topic_labels(connection)[mixed.id].name_in("fr") == french
