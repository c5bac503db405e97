"""Words of every script are found inside a text, on both databases; Latin ones as ever."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from data.erasing.people import erase_author
from data.inbox.learning import posts_with_word
from data.models import NewPost
from data.posts.folding import folded, sought, spread
from data.posts.full_text import Words, condition, typed
from data.posts.ingest import add_posts
from data.posts.query_language import QueryError, parse
from data.reputation.brands import Brand, brand_query
from data.schema import post
from data.source_list import add_source
from data.store import Store
from sources.kinds.feeds import parse_feed
from sources.plain_text import plain_text
from tests.conftest import feed_files, record_of

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
POSTS = {
    "tokyo": "昨日東京へ行った。",
    "kyoto": "来週は京都に行きます。東の方です。",
    "mixed": "新しいVigieを使う人が増えた",
    "seoul": "서울에서 만난 친구와 부산으로 갔다",
    "phone": "我昨天买了一部新手机，屏幕很好",
    "desk": "机器手册已经更新",
    "glass": "窓のガラスが割れた",
    "crow": "カラスが飛んでいる",
    "wide": "Ｖｉｇｉｅは便利、ｶﾞｿﾘﾝ代が高い",
    "thai": "ที่พักใกล้สถานีรถไฟสะอาดมาก",
    "lao": "ຂ້ອຍມັກກິນເຂົ້າໜຽວ",
    "khmer": "ខ្ញុំចូលចិត្តភាសាខ្មែរ",
    "russian": "Мой йогурт и ёлка",
    "greek": "Η Ελλάδα είναι ωραία",
    "arabic": "اللغة العَرَبية جميلة",
    "hindi": "मुझे हिन्दी पसंद है",
    "french": "Le cœur de l'été à Zürich, naïve",
    "jamo": unicodedata.normalize("NFD", "제주도에서 휴가"),
}


def fill(store: Store) -> Store:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a.example/", NOW)
        add_posts(connection, source.id, [NewPost("feed", k, t, t, published_at=NOW) for k, t in POSTS.items()], NOW)
    return store


def keys(store: Store, node: object) -> str:
    with store.read() as connection:
        return " ".join(sorted(connection.execute(select(post.c.native_id).where(condition(node))).scalars()))


TYPED = [
    ("東京", "tokyo"),
    ("京", "kyoto tokyo"),
    ("東", "kyoto tokyo"),
    ("京都", "kyoto"),
    ("東京へ行った", "tokyo"),
    ("行", "kyoto tokyo"),
    ("昨日", "tokyo"),
    ("京東", ""),
    ("東京 昨日", "tokyo"),
    ("京 -東京", "kyoto"),
    ("京　都", "kyoto"),
    ('"行った"', "tokyo"),
    ("vigie", "mixed wide"),
    ("Vigieを使う", "mixed"),
    ("vigieは", "wide"),
    ("いvigie", "mixed"),
    ("서울", "seoul"),
    ("친구", "seoul"),
    ("부산 서울", "seoul"),
    ('"만난 친구"', "seoul"),
    ('"서울 만난"', ""),
    ("手机", "phone"),
    ("机", "desk phone"),
    ("手", "desk phone"),
    ("机器", "desk"),
    ("屏幕", "phone"),
    ("ガラス", "glass"),
    ("カラス", "crow"),
    ("ラス", "crow glass"),
    ("ガソリン", "wide"),
    ("ｶﾞｿﾘﾝ", "wide"),
    ("ｖｉｇｉｅ", "mixed wide"),
    ("สถานี", "thai"),
    ("ที่พัก", "thai"),
    ("ที่พีก", ""),
    ("ເຂົ້າ", "lao"),
    ("ភាសា", "khmer"),
    ("йогурт", "russian"),
    ("ЙОГУ", "russian"),
    ("Ёлка", "russian"),
    ("Ελλάδα", "greek"),
    ("ΕΛΛΆΔΑ", "greek"),
    ("العَرَبية", "arabic"),
    ("हिन्दी", "hindi"),
    ("coeur", "french"),
    ("Zurich", "french"),
    ("été", "french"),
    ("제주도", "jamo"),
    ("휴가", "jamo"),
    (unicodedata.normalize("NFD", "서울"), "seoul"),
]


def test_what_is_typed_is_found_inside_texts_of_every_script(store: Store) -> None:
    fill(store)
    wrong = [(q, wanted, keys(store, typed(q))) for q, wanted in TYPED if keys(store, typed(q)) != wanted]
    assert not wrong
    assert store.check() == []


QUERIES = [
    ("東京 OR 手机", "phone tokyo"),
    ("東*", "kyoto tokyo"),
    ("京都*", "kyoto"),
    ("京 -都", "tokyo"),
    ("京 SAUF 都", "tokyo"),
    ("「東京へ」", "tokyo"),
    ("『東京』 OR （機 AND 手机）", "tokyo"),
    ("東京 NEAR/3 昨日", "tokyo"),
    ("東京 NEAR/2 行", "tokyo"),
    ("昨日 NEAR/1 行", ""),
    ("手机 NEAR 屏幕", "phone"),
    ("서울 NEAR/7 친구", "seoul"),
    ("vigie NEAR/5 人", "mixed"),
    ('"vigie を使う"', "mixed"),
    ('"新しい vigie"~2', "mixed"),
    ("สถานี", "thai"),
    ("-ラス (カラス OR 窓)", ""),
]


def test_the_query_language_reads_every_script(store: Store) -> None:
    fill(store)
    wrong = [(q, wanted, keys(store, parse(q))) for q, wanted in QUERIES if keys(store, parse(q)) != wanted]
    assert not wrong
    with pytest.raises(QueryError, match="stem"):
        parse("b*")


def test_brands_and_words_of_people_too(store: Store) -> None:
    fill(store)
    brand = Brand(0, "手机", True, ("東京",), exclusions=("昨日",), context=("屏幕", "行"))
    assert keys(store, brand_query(brand)) == "phone"
    assert keys(store, brand_query(Brand(0, "ガラス", True, exact_case=True))) == "glass"
    with store.read() as connection:
        assert [len(posts_with_word(connection, word)) for word in ("京", "行った", "ガラス", "京東")] == [2, 1, 1, 0]


def test_a_corrected_or_erased_text_leaves_no_trace(store: Store) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a.example/", NOW)
        add_posts(connection, source.id, [NewPost("feed", "1", "東京です", "東京です", author="花子")], NOW)
        add_posts(connection, source.id, [NewPost("feed", "1", "大阪です", "大阪です", author="花子")], NOW)
    assert keys(store, typed("東京")) == ""
    assert keys(store, typed("大阪")) == "1"
    assert erase_author(store, "花子") == 1
    assert keys(store, typed("です")) == ""
    assert store.check() == []


_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
SIGNS = "東京都行日本語のをはガカ한국서울手机我買 aé.、、Ｖ１x"


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """The index as the record has it, without a record around it."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE f USING fts5(t, tokenize='unicode61 remove_diacritics 2')")
    yield connection
    connection.close()


def holds(index: sqlite3.Connection, text: str, part: str) -> bool:
    terms, prefix = sought(part)
    index.execute("DELETE FROM f")
    index.execute("INSERT INTO f VALUES (?)", (spread(text.translate(_LIGATURES)),))
    asked = '"' + " ".join(terms) + '"' + "*" * prefix
    return bool(index.execute("SELECT count(*) FROM f WHERE f MATCH ?", (asked,)).fetchone()[0])


@given(st.text(alphabet=SIGNS, min_size=1, max_size=40), st.data())
@hypothesis_settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_part_of_a_text_without_spaces_is_found_and_no_other(
    index: sqlite3.Connection, text: str, data: st.DataObject
) -> None:
    unspaced = re.compile("[東京都行日本語のをはガカ한국서울手机我買]+")
    runs = unspaced.findall(text)
    if runs:
        run = data.draw(st.sampled_from(runs))
        start = data.draw(st.integers(0, len(run) - 1))
        part = run[start : data.draw(st.integers(start + 1, len(run)))]
        assert holds(index, text, part)
    other = data.draw(st.text(alphabet="東京都行日本のをガカ한국", min_size=1, max_size=3))
    assert holds(index, text, other) is (other in text)


@given(st.text(max_size=80))
@example("a\u0301ы\u0301")
@example("\u1100\u1161")
@example("0\U00011660")
@hypothesis_settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_text_is_folded_to_is_found_in_it(index: sqlite3.Connection, text: str) -> None:
    """No NULs or lone surrogates are ever stored. Signs of old standards only: SQLite takes newer marks for letters."""
    category = unicodedata.ucd_3_2_0.category
    known = "".join(c for c in text if category(c)[0] in "LNPZ" and category(c) != "Lm")
    for word in known.split():
        letters = [c for c in word if c.isalnum()]
        if letters and all(ord(c) < 0x250 or 0x400 <= ord(c) < 0x460 or 0x3041 <= ord(c) < 0xA000 for c in letters):
            assert holds(index, known, word), word


def before(text: str) -> tuple[str, ...]:
    """The words of a query as they were made when only Latin words were thought of."""
    plain = unicodedata.normalize("NFD", text.translate(_LIGATURES).lower())
    joined = "".join(c for c in plain if not unicodedata.combining(c))
    return tuple(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", joined)))


@pytest.mark.corpora
def test_latin_words_of_the_real_feeds_are_what_they_were(corpora: Path) -> None:
    """Index and query, text by text: what has no script without spaces goes in and is asked for as before."""
    words: set[str] = set()
    for name, body in feed_files(corpora).items():
        for item in parse_feed(body, f"https://{name}.example/").posts:
            text = f"{item.title} {plain_text(item.text) if item.plain is None else item.plain}"
            words.update(text.split())
            if unicodedata.is_normalized("NFC", text) and not re.search(
                "[\u0e00-\u10ff\u1100-\u17ff\u2e80-\uffef]", text
            ):
                assert spread(text) == text
    latin = [
        w for w in words if all(ord(c) < 0x1F0 or not c.isalpha() for c in w) and unicodedata.is_normalized("NFC", w)
    ]
    assert len(latin) > 50_000
    assert [w for w in latin if folded(w) != before(w)] == []
    assert [w for w in latin if folded(w) and sought(w) != (folded(w), False)] == []


def test_a_record_from_before_is_indexed_anew_where_it_must(tmp_path: Path) -> None:
    posts = [
        (
            "INSERT INTO post (id, source_kind, native_id, source_id, published_at, collected_at) "
            "VALUES (?, 'feed', ?, 1, 0, 0)",
            (number, key),
        )
        for number, key in enumerate(POSTS, 1)
    ]
    texts = [
        ("INSERT INTO post_text (post_id, title, plain, received) VALUES (?, 'Œuvre', ?, '')", (number, text))
        for number, text in enumerate(POSTS.values(), 1)
    ]
    source = "INSERT INTO source (id, kind, address, added_at) VALUES (1, 'feed', 'http://a', 0)"
    url = record_of("0008", tmp_path / "old.sqlite", (source, ()), *posts, *texts)
    store = Store(url)
    assert store.check() == []
    wrong = [(q, wanted, keys(store, typed(q))) for q, wanted in TYPED if keys(store, typed(q)) != wanted]
    assert not wrong
    assert keys(store, Words(("oeuvre",))).count(" ") == len(POSTS) - 1
