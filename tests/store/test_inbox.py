"""The inbox in the store: triage by two people, undo, corrections that last, inquiries and answers, quotes, replies."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event

from data.actor import Actor, RefusedError, acting
from data.erasing.people import erase_author
from data.inbox import learning, moderation, ours, replies, threads, tone, triage, verbatims, waiting
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.pseudonyms import pseudonym
from data.posts.quotes import passage, unguarded
from data.posts.reads import count_intents, count_posts, page_of_posts, posts_by_id
from data.scope import Scope
from data.settings import Settings
from data.source_list import add_source, update_source
from data.store import Store
from insights.models.precision import Precision
from insights.pipeline.demo import kept_models
from insights.pipeline.models import Models
from insights.pipeline.refresh import refresh
from insights.topics.fit import unit

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANA, BEN = Actor(3, "Ana", "member"), Actor(4, "Ben", "member")
ALL = Scope(date(2026, 5, 1), date(2026, 6, 30))


class WordVectors:
    """An embedder with behaviour: posts that share words are near."""

    name = "words"
    precision = Precision("words", 1.0, 1.0)
    calls = 0

    def encode(self, texts: Sequence[str], progress: Any = None) -> Any:
        self.calls += len(texts)
        rows = np.zeros((len(texts), 256), np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                rows[row, sum(word.encode()) % 256] += 1
        rows[:, 0] += 0.01
        return unit(rows)


def post(key: str, text: str, *, author: str = "Ana", root: str = "", parent: str = "", hours: float = 0) -> NewPost:
    return NewPost(
        "forum",
        key,
        text,
        text,
        author=author,
        root_id=root or key,
        parent_id=parent,
        lang="en",
        url=f"https://forum.example/{key}",
        published_at=NOW - timedelta(days=3) + timedelta(hours=hours),
        community="Forum",
    )


POSTS = [
    post("q1", "How do I change my password in Acme?"),
    post("a1", "Open Settings, then Security. See the guide.", author="Acme team", root="q1", parent="q1", hours=2),
    post("q2", "So how do I change my password in Acme?", author="Bob", hours=5),
    post("q3", "How do I change my password in Acme??", author="Cleo", hours=6),
    post("c1", "Acme support is terrible, I am so disappointed, worst ever.", author="Dan", hours=7),
    post("n1", "Lovely weather in Lyon today.", author="Eve", hours=8),
    post("q4", "How do I cook rice?", author="Fay", hours=9),
    post("t1", "You are a stupid idiot, shut up.", author="Gus", hours=10),
]


@pytest.fixture
def filled(store: Store, settings: Settings) -> Store:
    """Posts of a forum that is not ours, understood. `Acme team` writes for us."""
    with store.write() as connection:
        source, _ = add_source(connection, "discourse", "https://forum.example", NOW, title="Forum")
        add_posts(connection, source.id, POSTS, NOW)
    ours.set_own_account(store, "Acme team")
    again(store, settings)
    return store


def again(store: Store, settings: Settings, **options: Any) -> WordVectors:
    embedder = WordVectors()
    refresh(store, replace(settings, brand_name="Acme"), now=lambda: NOW, models=Models.one(embedder), **options)
    return embedder


def ids(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {p.native_id: p.id for p in page_of_posts(connection, ALL, folded=False)}


def one(store: Store, key: str) -> Any:
    with store.read() as connection:
        return posts_by_id(connection, [ids(store)[key]])[0]


def test_what_waits_for_an_answer(filled: Store) -> None:
    at = ids(filled)
    with filled.read() as connection:
        found, older = waiting.to_answer(connection, NOW)
        assert older == 0
        asked = {item.posts: item for item in found}
        assert set(asked) == {(at["q2"], at["q3"]), (at["c1"],)}  # q1 is answered, q4 does not speak to us
        both = asked[at["q2"], at["q3"]]
        assert (both.kind, both.people, both.places) == ("question", 2, 1)
        assert found == [asked[(at["c1"],)], both]  # the newest first
        assert waiting.to_answer(connection, NOW, order="reached")[0][0] == both  # two people ask it
        assert waiting.past_answers(connection, at["q3"])[0][0] == at["a1"]
        assert waiting.to_answer(connection, NOW, kind="complaint")[0] == [asked[(at["c1"],)]]
        assert waiting.to_answer(connection, NOW, first_id=at["c1"])[1] == 2


def test_our_reply_answers_and_its_removal_opens_again(filled: Store, settings: Settings) -> None:
    at = ids(filled)
    with filled.write() as connection:
        reply = post("a2", "Settings, then Security.", author="Acme team", root="q2", parent="q2", hours=12)
        add_posts(connection, 1, [reply], NOW)
    again(filled, settings)
    with filled.read() as connection:
        found, _ = waiting.to_answer(connection, NOW)
        assert at["q2"] not in {i for item in found for i in item.posts}
    ours.set_own_account(filled, "Acme team", ours=False)
    again(filled, settings)
    with filled.read() as connection:
        unanswered = {i for item in waiting.to_answer(connection, NOW)[0] for i in item.posts}
    assert {at["q1"], at["q2"], at["q3"]} <= unanswered


def test_a_place_of_ours_speaks_to_us(filled: Store, settings: Settings) -> None:
    with filled.write() as connection:
        update_source(connection, 1, is_own=True)
        learning.read_again(connection)
    again(filled, settings)
    with filled.read() as connection:
        unanswered = {i for item in waiting.to_answer(connection, NOW)[0] for i in item.posts}
        assert ids(filled)["q4"] in unanswered
        assert not posts_by_id(connection, [ids(filled)["n1"]])[0].by_us  # a forum holds other people's posts


def test_posts_to_judge_with_their_reasons(filled: Store) -> None:
    at = ids(filled)
    with filled.read() as connection:
        cases, total = moderation.to_moderate(connection, NOW)
        assert (total, cases[0].post) == (1, at["t1"])
        assert all(reason in POSTS[7].text for reason in cases[0].reasons)
        assert cases[0].reasons
    triage.change(filled, [at["t1"]], "decision", "watch", NOW)
    with filled.read() as connection:
        assert moderation.to_moderate(connection, NOW)[1] == 0
        assert moderation.to_moderate(connection, NOW, under_watch=True)[1] == 1
        assert moderation.judged(connection) == (1, 1)


def test_triage_has_a_history_and_is_undone(filled: Store) -> None:
    at = ids(filled)
    with acting(ANA):
        done = triage.change(filled, [at["q2"], at["q3"]], "handled", "yes", NOW)
    assert (done.posts, done.conflicts) == (2, ())
    with acting(BEN):
        triage.change(filled, [at["q2"]], "note", "called back", NOW)
        triage.change(filled, [at["c1"]], "snoozed", "2026-06-20", NOW)
    with filled.read() as connection:
        assert waiting.to_answer(connection, NOW)[0] == []
        assert triage.done_since(connection, NOW) == 2
        assert set(triage.people(connection)) == {"Ana", "Ben"}
        assert [event.field for event in triage.history(connection, at["q2"])] == ["note", "handled"]
        assert count_posts(connection, replace(ALL, state="handled")) == 2
        assert count_posts(connection, replace(ALL, state="open")) == len(POSTS) - 2
        assert count_posts(connection, replace(ALL, state="nonsense")) == 0
        later = waiting.to_answer(connection, NOW + timedelta(days=6))[0]
        assert [item.posts for item in later] == [(at["c1"],)]
    assert triage.undo(filled, done.batch, NOW).posts == 2
    assert triage.undo(filled, done.batch, NOW).posts == 0
    with filled.read() as connection:
        assert triage.triage_of(connection, [at["q2"]])[at["q2"]].note == "called back"
        assert triage.done_since(connection, NOW) == 0
        assert len(waiting.to_answer(connection, NOW)[0]) == 1


def test_a_later_write_never_silently_undoes_an_earlier_one(filled: Store) -> None:
    at = ids(filled)["q2"]
    seen = {at: ""}
    with acting(ANA):
        triage.change(filled, [at], "assigned", "Ana", NOW, seen)
    with acting(BEN):
        late = triage.change(filled, [at], "assigned", "Ben", NOW, seen)
    assert (late.batch, late.posts) == (0, 0)
    assert [(event.who, event.after) for event in late.conflicts] == [("Ana", "Ana")]
    with acting(BEN):
        same = triage.change(filled, [at], "assigned", "Ana", NOW, seen)  # both want the same
    assert (same.posts, same.conflicts) == (0, ())
    with acting(ANA):
        first = triage.change(filled, [at], "handled", "yes", NOW, {at: ""})  # another field is another matter
    with acting(BEN):
        triage.change(filled, [at], "handled", "", NOW, {at: "yes"})
    undone = triage.undo(filled, first.batch, NOW)
    assert undone.posts == 0
    assert undone.conflicts[0].who == "Ben"
    with filled.read() as connection:
        assert triage.triage_of(connection, [at])[at].assigned == "Ana"


STALE = {
    "seen": ("yes", ""),
    "starred": ("yes", ""),
    "handled": ("yes", ""),
    "snoozed": ("2026-07-01", "2026-07-02"),
    "assigned": ("Ana", "Ben"),
    "decision": ("watch", "fine"),
    "note": ("called back", "wrote a letter"),
    "sentiment": ("negative", "positive"),
    "intents": ("question", "bug"),
    "lang": ("fr", "de"),
    "topic": ("1", "2"),
    "about": ("no", ""),
    "stance": ("for", "against"),
}


@pytest.mark.parametrize("field", [*triage.FIELDS, *triage.LABELS])
def test_no_change_of_any_field_is_lost_without_a_word(filled: Store, field: str) -> None:
    at = ids(filled)["q2"]
    hers, his = STALE[field]
    shown = "yes" if not his else ""  # where there are but two values, he saw the other one
    if shown:
        hers, his, shown = "", "", hers
        triage.change(filled, [at], field, shown, NOW)
    with acting(ANA):
        assert triage.change(filled, [at], field, hers, NOW, {at: shown}).posts == 1
    with acting(BEN):
        late = triage.change(filled, [at], field, his or shown, NOW, {at: shown})
    assert (late.posts, [(e.who, e.field, e.after) for e in late.conflicts]) == (0, [("Ana", field, hers)])
    with filled.read() as connection:
        mine = [event for event in triage.history(connection, at) if event.who == "Ana"]
    assert [(event.account, event.after) for event in mine] == [(3, hers)]


def test_what_was_undone_meanwhile_is_told_too(filled: Store) -> None:
    at = ids(filled)["q2"]
    with acting(ANA):
        done = triage.change(filled, [at], "note", "called back", NOW)
        triage.undo(filled, done.batch, NOW)
    with acting(BEN):
        late = triage.change(filled, [at], "note", "wrote a letter", NOW, {at: "called back"})
    assert late.posts == 0
    assert [(event.who, event.after) for event in late.conflicts] == [("Ana", "")]


def test_many_at_once_leave_out_what_others_changed_since_the_page_was_drawn(filled: Store) -> None:
    at = ids(filled)
    chosen = [at["q1"], at["q2"], at["q3"], at["c1"], at["t1"]]
    with acting(ANA):
        early = triage.change(filled, [at["q1"]], "decision", "hide", NOW)
        before = triage.change(filled, [at["t1"]], "decision", "warn", NOW)
    with filled.read() as connection:
        page = triage.known(connection)
    with acting(ANA):
        triage.change(filled, [at["q2"]], "decision", "watch", NOW)
        triage.change(filled, [at["q3"]], "decision", "fine", NOW)  # what he wants too
        triage.change(filled, [at["c1"]], "note", "call", NOW)  # another field
        triage.undo(filled, early.batch, NOW)
    with acting(BEN):
        done = triage.change(filled, chosen, "decision", "fine", NOW, since=page)
    assert done.posts == 2  # c1, and t1, which he saw as it is
    assert {(event.post, event.who, event.after) for event in done.conflicts} == {
        (at["q1"], "Ana", ""),
        (at["q2"], "Ana", "watch"),
    }
    with filled.read() as connection:
        states = triage.triage_of(connection, chosen)
    assert [states[i].decision for i in chosen] == ["", "watch", "fine", "fine", "fine"]
    assert before.posts == 1


@pytest.mark.parametrize(
    ("field", "value"), [("handled", "yes"), ("note", "x"), ("sentiment", "negative"), ("intents", "bug,idea")]
)
def test_many_are_written_at_once(filled: Store, field: str, value: str) -> None:
    """As many statements for all posts as for two, to write and to take back."""
    chosen = sorted(ids(filled).values())
    asked: list[str] = []
    event.listen(filled.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    def statements(posts: list[int]) -> int:
        asked.clear()
        done = triage.change(filled, posts, field, value, NOW)
        assert done.posts == len(posts)
        triage.undo(filled, done.batch, NOW)
        return len([one for one in asked if "roll" not in one and ("triage" in one or "post_label" in one)])

    assert len(chosen) > 6
    assert statements(chosen) == statements(chosen[:2])


def test_a_reader_comments_and_decides_nothing(filled: Store) -> None:
    at = ids(filled)["q2"]
    done = triage.change(filled, [at], "starred", "yes", NOW)
    with acting(Actor(5, "Eve", "reader")):
        assert triage.change(filled, [at], "note", "seen it", NOW).posts == 1
        for field in sorted({*triage.FIELDS, *triage.LABELS} - {"note"}):
            with pytest.raises(RefusedError):
                triage.change(filled, [at], field, "", NOW)
        with pytest.raises(RefusedError):
            triage.undo(filled, done.batch, NOW)
    with acting(Actor(6, "Max", "member")):
        assert triage.undo(filled, done.batch, NOW).posts == 1


def test_two_people_at_once(filled: Store) -> None:
    at = ids(filled)["q2"]
    results: list[triage.Changed] = []

    def work(name: str) -> None:
        with acting(Actor(1, name, "member")):
            results.append(triage.change(filled, [at], "assigned", name, NOW, {at: ""}))

    workers = [threading.Thread(target=work, args=(f"p{i}",)) for i in range(8)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert sorted(done.posts for done in results) == [0] * 7 + [1]
    assert sum(len(done.conflicts) for done in results) == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decision", "ban"),
        ("snoozed", "tomorrow"),
        ("sentiment", "sad"),
        ("intents", "question,joke"),
        ("lang", "french"),
        ("about", "yes"),
        ("topic", "x"),
        ("nothing", "x"),
    ],
)
def test_values_that_make_no_sense(filled: Store, field: str, value: str) -> None:
    with pytest.raises(triage.TriageError):
        triage.change(filled, [ids(filled)["q2"]], field, value, NOW)


def test_what_people_say_wins_and_lasts(filled: Store, settings: Settings) -> None:
    at = ids(filled)
    chosen = [at["n1"], at["c1"]]
    for field, value in (("sentiment", "positive"), ("intents", "praise,idea"), ("lang", "fr"), ("about", "no")):
        triage.change(filled, chosen, field, value, NOW)
    with filled.write() as connection:
        add_posts(connection, 1, [POSTS[4], replace(POSTS[5], text="Edited", plain="Edited")], NOW)  # collected again
        learning.read_again(connection)
    again(filled, settings, refit=True)
    for key in ("n1", "c1"):
        found = one(filled, key)
        assert (found.sentiment, found.sentiment_confidence, found.lang) == ("positive", 1.0, "fr")
        assert dict(found.intents) == {"praise": 1.0, "idea": 1.0}
    with filled.read() as connection:
        assert at["c1"] not in {i for item in waiting.to_answer(connection, NOW)[0] for i in item.posts}
        assert count_posts(connection, replace(ALL, brand=1, query="disappointed")) == 0
        assert count_intents(connection, ALL)["praise"] == 2
    again(filled, replace(settings, competitors=("Other",)))  # brands matched anew, back in time
    with filled.read() as connection:
        assert count_posts(connection, replace(ALL, brand=1, query="disappointed")) == 0
    triage.change(filled, chosen, "sentiment", "", NOW)
    again(filled, settings)
    assert one(filled, "c1").sentiment_confidence < 1.0


def test_reading_again_keeps_the_vectors(filled: Store, settings: Settings) -> None:
    with filled.write() as connection:
        learning.read_again(connection)
    assert again(filled, settings).calls == 0
    with filled.write() as connection:
        add_posts(connection, 1, [replace(POSTS[5], text="Rain in Lyon", plain="Rain in Lyon")], NOW)
    assert again(filled, settings).calls == 1


def test_a_word_changes_the_tone_of_old_posts(filled: Store, settings: Settings) -> None:
    assert one(filled, "c1").sentiment == "negative"
    assert learning.set_word_tone(filled, "Lovely", "negative", NOW) == 1
    again(filled, settings)
    before = one(filled, "n1")
    assert before.sentiment != "positive"
    learning.set_word_tone(filled, "lovely", "", NOW)
    again(filled, settings)
    assert one(filled, "n1").sentiment == "positive"
    with pytest.raises(ValueError, match="tone"):
        learning.set_word_tone(filled, "x", "sad", NOW)
    with filled.read() as connection:
        assert learning.word_tones(connection) == {}


def test_corrections_are_learned_and_can_be_taken_back(store: Store, settings: Settings) -> None:
    # People here call what mentions tea positive, and what mentions ink negative, against the model.
    texts = [f"{'tea' if i % 2 else 'ink'} delivery number {i} came on the usual day" for i in range(90)]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "https://x.example", NOW)
        add_posts(connection, source.id, [post(f"p{i}", t, hours=i / 10) for i, t in enumerate(texts)], NOW)
    again(store, settings)
    at = {p.native_id: p.id for p in everything(store)}
    for name, rest in (("positive", 1), ("negative", 0)):
        triage.change(store, [at[f"p{i}"] for i in range(70) if i % 2 == rest], "sentiment", name, NOW)
    again(store, settings, refit=True)
    with store.read() as connection:
        (lesson,) = learning.learned(connection)
    assert (lesson.state, lesson.labels) == ("adopted", 70)
    assert lesson.after > lesson.before
    later = {p.native_id: p for p in everything(store)}
    assert {later[f"p{i}"].sentiment for i in range(71, 90, 2)} == {"positive"}
    assert {later[f"p{i}"].sentiment for i in range(70, 90, 2)} == {"negative"}
    assert learning.roll_back(store)
    again(store, settings)
    assert {p.sentiment for p in everything(store) if p.native_id in {"p71", "p73"}} != {"positive"}
    with store.read() as connection:
        assert [item.state for item in learning.learned(connection)] == ["rolled_back"]


def everything(store: Store) -> list[Any]:
    with store.read() as connection:
        return [p for n in range(1, 5) for p in page_of_posts(connection, ALL, n, folded=False)]


def test_a_post_moved_to_a_topic_stays_there(demo_store: Store, tmp_path: Path) -> None:
    import shutil

    from data.topics.listing import topics_of, topics_of_fit

    for suffix in (".sqlite", ".vectors.sqlite"):
        path = demo_store.path.with_name(demo_store.path.stem + suffix)
        shutil.copy(path, tmp_path / f"copy{suffix}")
    store = Store(f"sqlite:///{tmp_path / 'copy.sqlite'}")
    with store.read() as connection:
        first, second, *_ = topics_of_fit(connection)
        chosen = page_of_posts(connection, Scope(date(2020, 1, 1), date(2030, 1, 1), topic=first.id))[0]
    triage.change(store, [chosen.id], "topic", str(second.id), NOW)
    with store.read() as connection:
        assert posts_by_id(connection, [chosen.id])[0].topic_id == second.id
    with store.write() as connection:
        learning.read_again(connection)
    refresh(store, Settings(data_dir=str(tmp_path), demo=False), models=kept_models(), now=lambda: NOW)
    with store.read() as connection:
        fit = int(store.get_meta("topic_fit"))
        assert topics_of(connection, fit, [chosen.id]) == {chosen.id: second.id}


@pytest.mark.corpora
def test_quotes_are_the_stored_text_byte_for_byte(store: Store, corpora: Path) -> None:
    strings = [s for s in json.loads((corpora / "hostile" / "blns.json").read_text()) if s.strip()]
    strings += [line for line in (corpora / "hostile" / "xss.txt").read_text(errors="replace").splitlines() if line]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "https://x.example", NOW)
        items = [NewPost("feed", str(i), s, s, author=s[:40], published_at=NOW) for i, s in enumerate(strings)]
        add_posts(connection, source.id, items, NOW)
        stored = dict(connection.exec_driver_sql("SELECT post_id, plain FROM post_text").tuples().all())
    stored = dict(list(stored.items())[::6])  # every output with all of them: tests/dashboard/test_documents.py
    for post_id in stored:
        verbatims.add_verbatim(store, post_id, NOW)
    with store.read() as connection:
        found = verbatims.quotes(connection, limit=10_000)
    assert {q.post: q.text for q in found} == stored
    rows = [json.loads(line) for line in verbatims.as_jsonl(found).decode().split("\n") if line]
    assert [row["quote"] for row in rows] == [q.text for q in found]
    table = list(csv.DictReader(io.StringIO(verbatims.as_csv(found).decode("utf-8-sig"), newline="")))
    assert [unguarded(row["quote"]) for row in table] == [q.text for q in found]
    assert not any(row["quote"].startswith(("=", "+", "-", "@")) for row in table)
    assert all(q.text in verbatims.as_text([q]).decode() for q in found)


def test_a_passage_is_exact_or_refused(filled: Store) -> None:
    at = ids(filled)["a1"]
    first = verbatims.add_verbatim(filled, at, NOW, "then Security.", ["b", " a  tag "])
    assert verbatims.add_verbatim(filled, at, NOW, "then Security.") == first
    with pytest.raises(verbatims.QuoteError, match="not_there"):
        verbatims.add_verbatim(filled, at, NOW, "then security.")
    with pytest.raises(verbatims.QuoteError, match="gone"):
        verbatims.add_verbatim(filled, 5, NOW)
    with filled.read() as connection:
        (quote,) = verbatims.quotes(connection, names=False)
        assert quote.shown == "[…] then Security. […]"
        assert quote.tags == ("a tag", "b")
        assert quote.author.startswith("user-")
        assert quote.author != pseudonym("Acme team", "")  # salted: not to be guessed from the name
        assert verbatims.basket_posts(connection, [at, 5]) == {at}
    with filled.write() as connection:
        add_posts(connection, 1, [replace(POSTS[1], text="Changed.", plain="Changed.")], NOW)
    with filled.read() as connection:
        (quote,) = verbatims.quotes(connection)
    assert (quote.text, quote.edited) == ("Changed.", True)
    erase_author(filled, "Acme team")
    with filled.read() as connection:
        assert verbatims.quotes(connection) == []


def test_erasing_an_author_erases_what_was_noted_of_them(filled: Store) -> None:
    at = ids(filled)["t1"]
    triage.change(filled, [at], "note", "called Gus", NOW)
    triage.change(filled, [at], "sentiment", "negative", NOW)
    erase_author(filled, "Gus")
    with filled.read() as connection:
        for table in ("triage", "triage_event", "post_label", "moderation", "post_intent", "inquiry", "verbatim"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE post_id = {at}").scalar() == 0


def test_replies_quote_exactly_and_fill_slots_once(filled: Store) -> None:
    question = replace(one(filled, "q2"), author="{quote} $1", lang="fr")
    answer = one(filled, "a1")
    with filled.read() as connection:
        found = replies.templates(connection)
    text = replies.draft(question, "question", "warm", found, replies.basis_of_answer(question, answer))
    assert "Open Settings, then Security. See the guide." in text
    assert "{quote} $1" in text
    assert answer.url in text
    holding = replies.draft(replace(question, author=""), "complaint", "plain", found)
    assert holding.startswith("Bonjour.")
    assert replies.draft(replace(question, lang="de"), "idea", "plain", found).startswith("Hello")
    replies.set_template(filled, "idea", "plain", "en", "Noted, {name}.")
    with filled.read() as connection:
        mine = replies.templates(connection)
    assert replies.draft(replace(question, lang="en", author="Bob"), "idea", "plain", mine) == "Noted, Bob."
    replies.set_template(filled, "idea", "plain", "en", " ")
    with filled.read() as connection:
        assert replies.templates(connection) == found
    with pytest.raises(ValueError, match="no template"):
        replies.set_template(filled, "idea", "angry", "en", "x")


def test_the_passage_of_a_long_answer_is_part_of_it() -> None:
    long = "Hello there. " * 30 + "The password is under Settings. Ask us if not. " + "Bye now. " * 30
    part = replies.passage(long, "How do I change my password?")
    assert part in long
    assert "password" in part
    assert len(part) <= replies.PASSAGE
    assert replies.passage("Short.", "x") == "Short."


def test_every_template_is_there() -> None:
    expected = {(kind, tone, lang) for kind in replies.KINDS for tone in replies.TONES for lang in replies.LANGS}
    assert set(replies.shipped_templates()) == expected


def test_a_thread_around_a_post(filled: Store) -> None:
    at = ids(filled)
    with filled.read() as connection:
        assert threads.thread_of(connection, at["a1"]) == [at["q1"], at["a1"]]
        assert threads.thread_of(connection, at["n1"]) == [at["n1"]]
        assert threads.thread_of(connection, 5) == []


def test_a_locked_store_says_so_and_loses_nothing(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from data.store import StoreError

    monkeypatch.setattr("data.sqlite.BUSY_MS", 200)
    monkeypatch.setattr("data.postgresql.WAIT", "200ms")
    at = ids(filled)["q2"]
    locked = Store(filled.url)
    with filled.write(), pytest.raises(StoreError, match="in use"):
        triage.change(locked, [at], "handled", "yes", NOW)
    assert triage.change(locked, [at], "handled", "yes", NOW).posts == 1


def test_a_passage_is_exact_and_says_where_it_was_cut() -> None:
    text = "  Été <b>1</b>\n😀 fin "
    assert passage(text) == passage(text, stop=len(text)) == passage(text, stop=999) == text
    assert passage(text, stop=7) == text[:7] + " […]"
    assert passage(text, 3, 7) == "[…] " + text[3:7] + " […]"
    assert passage(text, 3) == "[…] " + text[3:]
    assert passage("") == ""


def test_what_waits_longest_comes_first(filled: Store) -> None:
    at = ids(filled)
    with filled.read() as connection:
        asked, _older = waiting.to_answer(connection, NOW, order="waiting")
        assert [item.posts[0] for item in asked] == [at["q2"], at["c1"]]
        listed = [p.native_id for p in page_of_posts(connection, ALL, folded=False, order="waiting")]
    assert listed == ["q2", "q3", "c1", "t1", "q4", "n1", "a1", "q1"]  # then all others, the newest first
    triage.change(filled, [at["q2"]], "handled", "yes", NOW)
    with filled.read() as connection:
        listed = [p.native_id for p in page_of_posts(connection, ALL, folded=False, order="waiting")]
    assert listed == ["q3", "c1", "t1", "q4", "n1", "q2", "a1", "q1"]


def test_no_post_is_twice_or_missing_where_what_waits_ends_within_a_page(filled: Store) -> None:
    with filled.write() as connection:
        more = [post(f"w{n}", f"Weather report number {n} of Lyon.", hours=11 + n / 10) for n in range(60)]
        add_posts(connection, 1, more, NOW)
    with filled.read() as connection:
        read = [p.id for n in range(1, 5) for p in page_of_posts(connection, ALL, n, folded=False, order="waiting")]
        assert len(read) == len(set(read)) == count_posts(connection, ALL) == 68


def test_the_most_reached_come_first_and_the_unknown_last(filled: Store) -> None:
    at = ids(filled)
    counts = {"q1": (5, 0, 0), "q2": (0, 0, 4), "n1": (0, 0, 0), "q4": (-3, 0, 0)}
    with filled.write() as connection:
        connection.exec_driver_sql("UPDATE post SET score = NULL, comments = NULL, shares = NULL")
        for key, (score, comments, shares) in counts.items():
            connection.exec_driver_sql(
                f"UPDATE post SET score = {score}, comments = {comments}, shares = {shares} WHERE id = {at[key]}"
            )
    with filled.read() as connection:
        read = [p.native_id for p in page_of_posts(connection, ALL, folded=False, order="engagement")]
    assert read[:4] == ["q2", "q1", "n1", "q4"]
    assert read[4:] == ["t1", "c1", "q3", "a1"]  # not known: the newest first


def test_what_to_judge_can_be_ordered(filled: Store) -> None:
    at = ids(filled)
    cases = {"q1": 0.5, "c1": 0.9, "t1": 0.7}
    with filled.write() as connection:
        connection.exec_driver_sql("DELETE FROM moderation")
        moderation.save_cases(connection, [], [moderation.Case(at[k], risk, 0.0, ()) for k, risk in cases.items()])
        connection.exec_driver_sql(f"UPDATE post SET score = 9 WHERE id = {at['q1']}")
    with filled.read() as connection:
        read = {
            order: [case.post for case in moderation.to_moderate(connection, NOW, order=order)[0]]
            for order in moderation.ORDERS
        }
    assert read["risk"] == [at["c1"], at["t1"], at["q1"]]
    assert read["newest"] == [at["t1"], at["c1"], at["q1"]]
    assert read["waiting"] == [at["q1"], at["c1"], at["t1"]]
    assert read["engagement"][0] == at["q1"]


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ("Tu peux me dire où c’est ?", "fr_tu"),
        ("Et toi, t’as essayé ?", "fr_tu"),
        ("Pouvez-vous me dire où c’est ?", "fr"),
        ("Tu sais si vous avez réparé ?", "fr"),
        ("Le ton de la réponse, la tua, statut ?", "fr"),
    ],
)
def test_tu_or_vous_as_the_asker_says(filled: Store, words: str, lang: str) -> None:
    asked = replace(one(filled, "q2"), plain=words, title="", lang="fr")
    assert replies.language_of(asked, tone.HouseTone("asker")) == lang
    assert replies.language_of(asked, tone.HouseTone("tu")) == "fr_tu"


@pytest.mark.parametrize("style", replies.TONES)
def test_who_complains_is_not_thanked_for_asking(filled: Store, style: str) -> None:
    with filled.read() as connection:
        found = replies.templates(connection)
    asked = one(filled, "q2")
    for lang in ("en", "fr"):
        for kind in ("complaint", "bug"):
            text = replies.draft(
                replace(asked, lang=lang), kind, style, found, replies.Basis("fact", "It is so.", "", "today")
            )
            assert "It is so." in text
            assert "thanks for asking" not in text
            assert "merci pour" not in text.lower()
