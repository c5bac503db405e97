"""What waits for an answer of ours: appeals to us, outages as one, past answers that fit and still hold.

`answers.jsonl` holds texts written for this test; `answers_corpora.jsonl` ids of shared Reddit recordings and feeds,
with labels given by reading them.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from insights.evaluate.answers import evaluate_answers
from insights.evaluate.files import FileError
from insights.reading.appeals import COMPLAINT, QUESTION, Said, appeal_of
from insights.reading.inquiries import (
    OUTAGE_SECONDS,
    PASSING_SECONDS,
    Likeness,
    Reply,
    answers_nothing,
    asked_in,
    is_outage,
    is_passing,
    likely_answers,
    same_inquiries,
)
from insights.topics.fit import unit

HERE = Path(__file__).parent
NAMES = ("Norvik",)


def said(text: str, *, question: float = 0.9, complaint: float = 0.0, **where: Any) -> Said:
    return Said(text, question, complaint, names=NAMES, named="Norvik" in text, **where)


@pytest.mark.parametrize(
    "text",
    [
        "How do I move my notes from Norvik to another account?",
        "Does Norvik read files in CSV?",
        "@norvik could you look at my order please?",
        "Hello Norvik team, when will you open in Lyon?",
        "Comment déplacer mes notes de Norvik vers un autre compte ?",
        "Est-ce que Norvik lit les fichiers CSV ?",
        "Bonjour Norvik, pouvez-vous regarder ma commande ?",
    ],
)
def test_a_question_to_us(text: str) -> None:
    assert appeal_of(said(text)) == QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "Bakers of Norvik, what did you learn last?",
        "Norvik, what is your earliest memory?",
        "Why would anyone pay for Norvik?",
        "Do these people at Norvik ever think?",
        "We are proud to announce Norvik 5. Want to see it? Register here.",
        "Is Norvik overrated?",
        "Why Norvik is winning over mayors",
        "Which is better, Norvik or a notebook?",
        "Boulangers de Norvik, quel est votre meilleur souvenir ?",
        "Norvik, quelle est votre chanson du moment ?",
        "À quoi bon payer pour Norvik ?",
        "Nous sommes fiers d'annoncer Norvik 5. Envie de le voir ? Inscrivez-vous.",
        "Norvik ou un carnet, vous en pensez quoi ?",
        "Pourquoi Norvik séduit les maires",
    ],
)
def test_a_question_of_us_or_to_all_is_none_to_us(text: str) -> None:
    assert appeal_of(said(text)) == ""


def test_a_complaint_is_to_us_where_it_tells_a_fault_or_asks_for_something() -> None:
    def heard(text: str, **where: Any) -> str:
        return appeal_of(said(text, question=0.0, complaint=0.8, **where))

    assert heard("Norvik froze twice during our meeting, useless.") == COMPLAINT
    assert heard("Norvik a planté deux fois pendant la réunion.") == COMPLAINT
    assert heard("I have been waiting for a refund from Norvik for weeks.") == COMPLAINT
    assert heard("Toujours aucune réponse de Norvik, j'attends depuis dix jours.") == COMPLAINT
    assert heard("Norvik shares fell after the outage, analysts are disappointed.") == ""
    assert heard("They will ruin Norvik like they ruin everything.") == ""
    assert heard("Norvik est nul et ses clients aussi.") == ""
    assert heard("Norvik is garbage, everybody knows it.", to_other=True) == ""
    assert heard("Norvik froze twice during our meeting, useless.", article=True) == ""


def test_place_and_thread_say_whom_a_post_is_for() -> None:
    assert appeal_of(said("Where did the export button go?", home=True)) == QUESTION
    assert appeal_of(said("And for people without a phone?", to_us=True)) == QUESTION
    assert appeal_of(said("Where did the export button go?")) == ""  # nothing says that it is ours
    assert appeal_of(said("Do you use the old phone or the new one?", home=True, to_other=True)) == ""
    headline = "Can Norvik survive its third crisis?\nThe planner lost a tenth of its users since spring."
    assert appeal_of(said(headline, article=True)) == ""
    help_ = "How do I restore a deleted Norvik calendar?\nI deleted ours by mistake. Is there a way back?"
    assert appeal_of(said(help_, article=True)) == QUESTION


def test_no_text_takes_long() -> None:
    for text in ("norvik how do i " * 6_000, "?" * 100_000, "your " * 20_000, "tous " * 20_000, ">" * 50_000 + "\n"):
        appeal_of(said(text, complaint=0.9))
        is_outage(text)
        is_passing(text)
        answers_nothing(text)
        asked_in(text)


@pytest.mark.parametrize(
    ("text", "outage"),
    [
        ("Is the site down? Nothing loads here.", True),
        ("Norvik lost all our shifts.", True),
        ("All our rotas are empty this morning.", True),
        ("Norvik est en panne ce matin ?", True),
        ("Tous nos plannings sont vides.", True),
        ("Les données ont disparu.", True),
        ("How do I turn down the sound?", False),
        ("I lost my password.", False),
        ("Comment vider la corbeille ?", False),
        ("La page est lente.", False),
    ],
)
def test_reports_of_an_outage(text: str, outage: bool) -> None:
    assert is_outage(text) == outage


def test_one_outage_is_one_entry_and_the_next_another() -> None:
    rows = np.eye(5, 16, dtype=np.float32)
    week = 7 * 86_400
    times = {11: 0, 12: 3_600, 13: OUTAGE_SECONDS - 1, 14: week}
    found = same_inquiries([11, 12, 13, 14, 15], rows, [], rows[:0], times)
    assert found == {11: 11, 12: 11, 13: 11, 14: 14, 15: 15}
    again = np.repeat(rows[:1], 2, axis=0)
    assert same_inquiries([11, 14], again, [], rows[:0], times) == {11: 11, 14: 14}  # the same words, a week later
    assert same_inquiries([12], rows[1:2], [(11, 11)], rows[:1], times) == {12: 11}  # the first was known before


def test_what_is_said_of_a_moment_and_what_answers_nothing() -> None:
    for text in ("We are looking into it.", "It is back since noon.", "Nous regardons.", "C'est rétabli depuis midi."):
        assert is_passing(text)
    for text in ("Open Settings, then Export.", "Ouvrez Réglages puis Exporter.", "Yes, on all plans."):
        assert not is_passing(text)
        assert not answers_nothing(text)
    for text in ("Thank you so much!", "Merci, à bientôt !", "Could you send us the name of your space?", ""):
        assert answers_nothing(text)


def test_a_later_answer_stands_in_and_a_passing_one_passes() -> None:
    rng = np.random.default_rng(3)
    base = unit(rng.normal(size=(4, 64)).astype(np.float32))
    plain = Likeness(np.zeros(64, np.float32))
    near = unit((base[0] + 0.5 * base[3])[None])[0]
    asked = np.stack([base[0], near, base[1]])
    early, late, other = Reply(7, 1, 100), Reply(8, 2, 200), Reply(9, 3, 300)
    assert [i for i, _ in likely_answers(base[0], 1_000, [early, late, other], asked, plain)] == [8]
    assert [i for i, _ in likely_answers(base[0], 1_000, [early, other], asked[[0, 2]], plain)] == [7]
    assert likely_answers(base[2], 1_000, [early, late, other], asked, plain) == []
    passing = Reply(8, 2, 200, passing=True)
    assert [i for i, _ in likely_answers(near, 200 + PASSING_SECONDS, [passing], asked[1:2], plain)] == [8]
    assert likely_answers(near, 201 + PASSING_SECONDS, [passing], asked[1:2], plain) == []
    # What we said to all since then stands in too, and alone answers nobody.
    statement = Reply(10, 0, 400)
    assert [i for i, _ in likely_answers(base[0], 900, [early, statement], asked[[0, 1]], plain)] == [10]
    assert likely_answers(near, 900, [statement], asked[1:2], plain) == []
    assert likely_answers(base[0], 0, [], asked[:0], plain) == []


def test_what_all_share_makes_nothing_alike() -> None:
    rng = np.random.default_rng(5)
    thread = np.zeros(64, np.float32)
    thread[0] = 1
    rows = unit(thread + 0.5 * unit(rng.normal(size=(20, 64)).astype(np.float32)))
    plain, apart = Likeness(np.zeros(64, np.float32)), Likeness.of(rows)
    assert (plain.asks_as(rows[0], rows[1:]) > 0.63).all()
    assert (apart.asks_as(rows[0], rows[1:]) == 0).all()
    assert apart.asks_as(rows[0], rows[:1])[0] > 0.99


def test_what_a_post_asks() -> None:
    text = "Hello\nI use it daily. > quoted\nHow do I export? The rest is long and tells of other things."
    assert asked_in(text) == "Hello How do I export?"
    assert asked_in("It crashed.") == "It crashed."


def test_the_labelled_posts() -> None:
    found = evaluate_answers(HERE / "answers.jsonl")
    assert found["precision"] >= 0.9, found["false"]
    assert found["recall"] >= 0.6, found["missed"]
    assert found["proposed_that_fit"] >= 0.9, found["unfit"]
    assert found["answerable_found"] >= 0.6, found["not_found"]


def test_a_row_that_is_neither_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"words": 1}\n')
    with pytest.raises(FileError, match="neither"):
        evaluate_answers(path)


def _recorded(corpora: Path) -> dict[str, str]:
    """Id -> text of the recorded Reddit posts."""

    def walk(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if str(value.get("name", "")).startswith(("t1_", "t3_")) and ("body" in value or "selftext" in value):
                yield value
            for part in value.values():
                yield from walk(part)
        elif isinstance(value, list):
            for part in value:
                yield from walk(part)

    found: dict[str, str] = {}
    for path in sorted((corpora / "reddit_cassettes").glob("**/*.json")):
        for exchange in json.loads(path.read_text(encoding="utf-8")).get("interactions", []):
            body = exchange["response"]["body"].get("string", "")
            try:
                answer = json.loads(body)
            except ValueError:
                continue
            for post in walk(answer):
                title = html.unescape(post.get("title") or "") if post["name"].startswith("t3_") else ""
                words = html.unescape(post.get("body") or post.get("selftext") or "")
                found[post["name"]] = f"{title}\n{words}".strip()
    return found


@pytest.mark.corpora
def test_recorded_posts_that_were_never_tuned_on(corpora: Path, tmp_path: Path) -> None:
    labels = [json.loads(line) for line in (HERE / "answers_corpora.jsonl").read_text().splitlines()]
    texts = _recorded(corpora)
    rows = [{**row, "text": texts[row["id"]]} for row in labels if row["part"] == "kept" and row["id"] in texts]
    assert len(rows) >= 80
    path = tmp_path / "kept.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = evaluate_answers(path)
    assert found["precision"] >= 0.8, found["false"]
    assert found["recall"] >= 0.6, found["missed"]
