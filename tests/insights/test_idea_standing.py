"""What is ours to speak of, and what to stay out of: themes in both languages, nearness, subjects said twice."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.content.ground import Evidence
from data.content.ideas import ideas, left_out, silent_subjects
from data.content.themes import Theme, Themes, reference_themes, set_themes, silent_themes, themes
from data.models import NewPost
from data.posts.ingest import add_posts
from data.source_list import add_source
from data.store import Store
from insights.evaluate.ideas import evaluate_ideas
from insights.ideas.candidates import Candidate
from insights.ideas.ground import Argued, Ground, Occasion, Subject
from insights.ideas.ranking import rank
from insights.ideas.rules import RULES
from insights.ideas.standing import HEAVY, Reading, sort_by_standing
from insights.ideas.subjects import shared_words
from insights.ideas.themes import ThemeReader
from insights.pipeline.ideas import find_ideas
from insights.text import phrases

DEFAULT = ThemeReader(silent_themes(Themes()))


def test_themes_of_posts_that_we_wrote() -> None:
    found = evaluate_ideas(Path(__file__).with_name("themes.jsonl"))
    assert found["precision"] >= 0.9
    assert found["recall"] >= 0.9
    assert (found["subjects_precision"], found["subjects_recall"]) == (1.0, 1.0)


def test_themes_of_real_articles_never_tuned_on(corpora: Path, tmp_path: Path) -> None:
    """Feeds are split by their name: these were read by us and never looked at while the words were written."""
    kept = tmp_path / "kept.jsonl"
    with gzip.open(corpora / "labelled" / "read_by_hand.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    mine = [
        row
        for row in rows
        if row["origin"] == "feed" and int(hashlib.md5(row["id"].split(":")[1].encode()).hexdigest(), 16) % 5 < 2
    ]
    kept.write_text("\n".join(json.dumps(row) for row in mine))
    found = evaluate_ideas(kept)
    assert found["posts"] > 300
    assert found["precision"] >= 0.7
    assert found["recall"] >= 0.5


@pytest.mark.parametrize("theme", [theme.key for theme in reference_themes()])
def test_each_theme_has_a_name_and_words_in_both_languages(theme: str) -> None:
    held = next(item for item in reference_themes() if item.key == theme)
    assert held.name["en"]
    assert held.name["fr"]
    assert len(held.words) >= 20


def test_the_themes_that_a_brand_stays_out_of_without_being_asked() -> None:
    named = {theme.key for theme in reference_themes()}
    assert {"war", "death", "disaster", "crime", "religion", "elections", "health", "minors"} <= named


def test_words_are_found_on_their_borders_whatever_their_accents_and_endings() -> None:
    reader = ThemeReader([Theme("own", {}, ("vélo", "cargo bike*", "électr*"))])
    assert reader.holds("Un VELO neuf")
    assert reader.holds("three cargo bikes")
    assert reader.holds("Électrique !")
    assert not reader.holds("vélodrome, bike cargo, hélectro")
    assert not reader.holds("")
    assert reader.touched("x" * 100_000) == frozenset()
    assert ThemeReader([Theme("own", {}, ("***", "", "!"))]).found("*** ! anything") == []


def test_a_word_far_down_is_not_what_a_post_is_about() -> None:
    filler = "the planning of our club and the rota of its volunteers " * 8
    assert DEFAULT.touched("A missile hits the harbour. " + filler)
    assert not DEFAULT.touched(filler + "and a missile")


def test_people_change_the_themes(store: Store) -> None:
    set_themes(store, Themes(("health", "nonsense"), ("  ufo ", "ufo", "!!"), ("open  source",)))
    with store.read() as connection:
        chosen = themes(connection)
    assert chosen == Themes(("health",), ("ufo",), ("open source",))
    reader = ThemeReader(silent_themes(chosen))
    assert not reader.touched("A vaccine for all")
    assert reader.touched("An UFO over Lyon")
    set_themes(store, Themes())
    with store.read() as connection:
        assert themes(connection) == Themes()


def some(count: int, first: int = 0) -> list[Evidence]:
    return [Evidence(first + n, f"p{n}", "here", 100, "en") for n in range(count)]


def idea(kind: str = "explain", first: int = 0) -> Candidate:
    subject = Subject(1, "Calendar", "new", some(20, first), names={"en": "Calendar", "fr": "Agenda"})
    ground = {
        "explain": Ground(subjects=[subject]),
        "respond": Ground(debates=[Argued(1, "Down again", some(20, first), "criticism", 1)]),
        "testimonial": Ground(praise=some(20, first)),
        "occasion": Ground(occasions=[Occasion("x:2026", {"en": "X"}, 5, some(20, first))]),
    }[kind]
    return RULES[kind](ground)[0]


def posts(names_us: int = 0, near: int = 0, heavy: int = 0) -> dict[int, Reading]:
    """Twenty posts: the first ones name us, are near, are on war."""
    war = frozenset({"war"})
    return {n: Reading(f"p{n}", n < names_us, n < near, war if n < heavy else frozenset()) for n in range(20)}


@pytest.mark.parametrize(
    ("kind", "read", "likeness", "where"),
    [
        ("explain", posts(near=4), 0.0, "ours"),
        ("explain", posts(names_us=3), 0.0, "ours"),
        ("explain", posts(near=2), 0.0, "far"),
        ("explain", posts(), 0.6, "ours"),  # says what posts about us say
        ("explain", posts(), 0.4, "far"),
        ("occasion", posts(near=1), 0.0, "far"),
        ("explain", posts(near=20, heavy=10), 0.9, "silent"),
        ("explain", posts(near=20, heavy=3), 0.0, "ours"),
        ("testimonial", posts(), 0.0, "ours"),
        ("testimonial", posts(heavy=20), 0.0, "silent"),
        ("respond", posts(names_us=20, heavy=10), 0.0, "ours"),  # our own crisis is answered
    ],
)
def test_where_an_idea_goes(kind: str, read: dict[int, Reading], likeness: float, where: str) -> None:
    item = idea(kind)
    found = sort_by_standing([item], read, {item.key: likeness})
    assert [name for name in ("ours", "silent", "far") if getattr(found, name)] == [where]


def test_what_is_silent_says_why_and_what_is_heavy_says_so() -> None:
    (item,) = sort_by_standing([idea()], posts(heavy=20), {}).silent
    assert (item.kind, item.risk, item.facts.themes) == ("silent", 1.0, ("war",))
    (ours,) = sort_by_standing([idea("respond")], posts(names_us=20, heavy=20), {}).ours
    assert ours.risk == HEAVY


def test_one_person_who_names_us_brings_nothing_near() -> None:
    read = {n: Reading("one", n < 10) for n in range(20)}
    assert sort_by_standing([idea()], read, {}).far


def test_one_subject_in_two_languages_is_one_idea() -> None:
    a, b = idea(), replace(idea(first=100), key="explain:2")
    b = replace(b, facts=replace(b.facts, about="topic:2"))
    same = {a.key: np.array([1.0, 0.0], dtype=np.float32), b.key: np.array([0.8, 0.6], dtype=np.float32)}
    apart = same | {b.key: np.array([0.5, 0.866], dtype=np.float32)}
    assert len(rank([a, b], {}, same)) == 1
    assert len(rank([a, b], {}, apart)) == len(rank([a, b], {})) == 2


@pytest.mark.parametrize(
    ("name", "texts", "words"),
    [
        ("Accessibility, keyboard, drop", ["accessibility of the menu", "keyboard and accessibility"] * 5, 2),
        ("Worst cake, run", ["planning of shifts"] * 10, 0),
        ("Agenda, agendas, synchro", ["agenda et agendas, synchro"] * 4, 2),
        ("", ["anything"], 0),
    ],
)
def test_a_subject_is_called_by_words_that_its_posts_share(name: str, texts: list[str], words: int) -> None:
    held = shared_words(name, [frozenset(phrases(text)) for text in texts])
    assert len(held.split(", ")) == words if words else held == ""
    assert "drop" not in held


def test_ideas_of_a_record(store: Store) -> None:
    """Only posts that name a day speak of it; what is silent is listed apart, what is far is counted."""
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    texts = [f"A discount on the price of plan {n}" for n in range(4)]
    texts += [f"Brimelo on Black Friday {n}?" for n in range(2)] + ["Brimelo fera-t-il le black friday ?"]
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        rows = [NewPost("x", str(n), t, t, author=f"p{n}", published_at=now) for n, t in enumerate(texts)]
        add_posts(connection, source.id, rows, now)
        connection.exec_driver_sql("UPDATE source SET is_own = true")
    find_ideas(store, now)
    with store.read() as connection:
        assert [item.total for item in ideas(connection) if item.kind == "occasion"] == [3]
        assert (silent_subjects(connection), left_out(connection)) == ([], 0)
    set_themes(store, Themes(silent=("black friday",)))
    find_ideas(store, now)
    with store.read() as connection:
        assert "occasion" not in {item.kind for item in ideas(connection)}
        assert [item.facts.themes for item in silent_subjects(connection)] == [("own",)]
    set_themes(store, Themes())
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE source SET is_own = false")
    find_ideas(store, now)
    with store.read() as connection:
        assert (ideas(connection), silent_subjects(connection), left_out(connection)) == ([], [], 1)
    set_themes(store, Themes(ours=("friday",)))
    find_ideas(store, now)
    with store.read() as connection:
        assert [item.kind for item in ideas(connection)] == ["occasion"]
