"""Debates: how posts take sides, who stands where, what is a debate and what is only lively or criticism."""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from insights.debates.answering import counters
from insights.debates.arguments import best_passage, question_in
from insights.debates.camps import Voice, find_camps
from insights.debates.judge import judge
from insights.debates.languages import told_together
from insights.debates.stance import EITHER, PARENT, QUESTION, Stance, stance_of

SIDES = [
    ("I agree with the new price, it is fair.", 1, QUESTION),
    ("I'm all for it.", 1, QUESTION),
    ("Je suis plutôt pour, à condition qu'on vote.", 1, QUESTION),
    ("I am strongly against this plan.", -1, QUESTION),
    ("Je suis contre : c'est trop cher.", -1, QUESTION),
    ("On est tous contre.", -1, QUESTION),
    ("Exactly. That happened to us too.", 1, PARENT),
    ("@lea tu as raison, merci.", 1, PARENT),
    ("You're absolutely right about the bill.", 1, PARENT),
    ("Tout à fait, c'est ce que je disais.", 1, EITHER),
    ("That's not true, read the terms again.", -1, PARENT),
    ("Sorry but no, it was promised.", -1, PARENT),
    ("Pas d'accord, ça punit les petits.", -1, PARENT),
    ("I don't think so.", -1, PARENT),
    ("C'est faux, la facture a baissé.", -1, PARENT),
    ("Yes, it works well for us.", 1, EITHER),
    ("Non, c'est absurde.", -1, EITHER),
    ("No, it's absurd.", -1, EITHER),
    ("I do not agree with you at all", -1, PARENT),
]
PLAIN = [
    "The meeting is at eight in the town hall.",
    "No problem, see you there!",
    "No one came to the training on Friday.",
    "Has anyone tried the export?",
    "Pas de souci, à demain.",
    "> I disagree\nHere is the link you asked for.",
    "The rights to the song are not free.",
    "Pour l'instant je regarde les offres.",
    "",
    "🙂🙂🙂",
]


@pytest.mark.parametrize(("text", "sign", "target"), SIDES)
def test_words_that_take_a_side(text: str, sign: int, target: str) -> None:
    found = stance_of(text)
    assert np.sign(found.value) == sign
    assert found.target == target or {found.target, target} == {EITHER, PARENT}


@pytest.mark.parametrize("text", PLAIN)
def test_words_that_take_none(text: str) -> None:
    assert abs(stance_of(text).value) < 0.5


def test_a_question_takes_no_side_and_teasing_half_a_side() -> None:
    assert abs(stance_of("Do you agree with the price?").value) < 0.3
    assert abs(stance_of("Exactly lol").value) < abs(stance_of("Exactly.").value)


def test_what_is_granted_is_quoted_exactly() -> None:
    text = "Non. C’est vrai que les petits clubs y gagnent, mais pas nous. À demain !"
    (start, stop), *rest = stance_of(text).grants
    assert text[start:stop] == "C’est vrai que les petits clubs y gagnent, mais pas nous."
    assert not rest


def test_a_hostile_text_takes_little_time() -> None:
    import time

    began = time.perf_counter()
    for text in ("no " * 50_000, "i" * 200_000, "a, " * 60_000, "it's true that " * 20_000, ">" * 100_000):
        stance_of(text)
    assert time.perf_counter() - began < 5


def discussion(
    sides: list[int], rng: random.Random, *, cues: float = 0.7, by_question: bool = True
) -> tuple[list[Voice], list[int]]:
    """A thread of people with these sides: an opening, then posts that answer the opening or each other."""
    voices = [Voice(0, "asker", 0, -1, Stance())]
    truth = [0]
    for post in range(1, 3 * len(sides) + 1):
        person = rng.randrange(len(sides))
        parent = 0 if rng.random() < 0.3 or post < 3 else rng.randrange(1, post)
        stance = Stance()
        if rng.random() < cues:
            if parent == 0 or (by_question and rng.random() < 0.4):
                stance = Stance(0.9 * sides[person], QUESTION if parent else EITHER)
            else:
                agrees = 1 if truth[parent] == sides[person] else -1
                stance = Stance(0.9 * agrees, PARENT)
        voices.append(Voice(post, f"p{person}", 600 * post, parent, stance))
        truth.append(sides[person])
    return voices, truth


@pytest.mark.parametrize("seed", range(6))
def test_camps_are_found_from_who_answers_whom(seed: int) -> None:
    rng = random.Random(seed)
    voices, truth = discussion([1] * 7 + [-1] * 7, rng)
    found = find_camps(voices, opener=0)
    sides = found.sides()
    placed = [k for k in range(1, len(voices)) if sides[k]]
    assert len(placed) > 0.8 * len(voices)
    assert sum(sides[k] == truth[k] for k in placed) >= 0.9 * len(placed)
    assert found.agreement > 0.9
    assert np.isnan(found.positions[0])


def test_without_words_on_the_question_there_are_still_two_sides() -> None:
    rng = random.Random(3)
    voices, truth = discussion([1] * 6 + [-1] * 6, rng, cues=0.9)
    voices = [v if v.parent > 0 and v.stance.target == PARENT else replace(v, stance=Stance()) for v in voices]
    sides = find_camps(voices, opener=0).sides()
    placed = [k for k in range(1, len(voices)) if sides[k]]
    same = sum(sides[k] == truth[k] for k in placed) / len(placed)
    assert max(same, 1 - same) > 0.85


def test_a_correction_moves_its_post_and_the_author_s_others() -> None:
    voices, _ = discussion([1] * 5 + [-1] * 5, random.Random(1))
    wrong = next(k for k in range(1, len(voices)) if find_camps(voices, opener=0).sides()[k] == 1)
    voices[wrong] = replace(voices[wrong], said=-1)
    assert find_camps(voices, opener=0).sides()[wrong] == -1


def texts_of(voices: list[Voice]) -> list[str]:
    return [f"Because of reason {voice.post % 3} the price is what it is." for voice in voices]


def test_a_debate_has_camps_parts_and_an_interval() -> None:
    voices, truth = discussion([1] * 8 + [-1] * 6, random.Random(5))
    found = judge(voices, texts_of(voices), opener=0)
    assert found is not None
    assert found.state == "debate"
    assert found.facts.parts is not None
    assert {camp.side for camp in found.facts.camps} == {1, -1}
    assert 0 <= found.low <= found.score <= found.high <= 1
    assert found.facts.parts.votes is None
    assert found.people <= 14
    assert found.posts == len(voices) - 1
    assert sum(truth[i] == side for i, (_, side, _) in found.positions.items() if side) > 0.9 * sum(
        bool(side) for _, side, _ in found.positions.values()
    )
    again = judge(voices, texts_of(voices), opener=0)
    assert again == found  # same posts, same answer


def test_more_balanced_means_more_controversial() -> None:
    even, _ = discussion([1] * 8 + [-1] * 8, random.Random(2))
    uneven, _ = discussion([1] * 12 + [-1] * 4, random.Random(2))
    first, second = judge(even, texts_of(even), opener=0), judge(uneven, texts_of(uneven), opener=0)
    assert first is not None
    assert second is not None
    assert first.facts.parts is not None
    assert second.facts.parts is not None
    assert first.facts.parts.balance > second.facts.parts.balance
    assert first.score > second.score


def test_twenty_complaints_are_criticism() -> None:
    voices = [Voice(0, "shop", 0, -1, Stance())]
    voices += [
        Voice(k, f"p{k}", 60 * k, 0, Stance(-0.9, PARENT) if k % 4 == 0 else Stance(), negative=True, complains=True)
        for k in range(1, 21)
    ]
    found = judge(voices, ["We changed the prices."] + ["My bill tripled."] * 20, opener=0, asks=False)
    assert found is not None
    assert found.state == "criticism"


def test_many_contradictions_without_camps_are_lively() -> None:
    rng = random.Random(4)
    voices = [Voice(0, "asker", 0, -1, Stance())]
    for k in range(1, 41):  # everybody contradicts somebody of their own side as often as of the other
        voices.append(
            Voice(
                k,
                f"p{rng.randrange(12)}",
                60 * k,
                rng.randrange(max(1, k)),
                Stance(rng.choice([-0.9, -0.9, 0.9]) if rng.random() < 0.3 else 0.0, PARENT),
            )
        )
    found = judge(voices, texts_of(voices), opener=0)
    assert found is None or found.state == "lively"


def test_a_joke_thread_or_a_short_one_is_nothing() -> None:
    voices = [Voice(k, f"p{k}", k, 0 if k else -1, Stance()) for k in range(60)]
    assert judge(voices, ["Ha!"] * 60, opener=0) is None
    assert judge(voices[:5], ["Ha!"] * 5, opener=0) is None


def test_the_question_and_the_passage_are_the_author_s_words() -> None:
    assert question_in("Price?", "x") == ("Price?", True)
    assert question_in("", "Hello. Should we pay per member? I wonder.") == ("Should we pay per member?", True)
    assert question_in("Statement", "No question here.") == ("Statement", False)
    long = "First we met. " * 20 + "It is better because everybody knows. " + "And so on. " * 40
    start, stop = best_passage(long)
    assert stop - start <= 320
    assert long[start:stop].strip() == long[start:stop]
    assert "because" in long[start:stop]


def test_debates_on_one_question_in_two_languages_are_told_together() -> None:
    prices, seats, prix = np.eye(3)[0], np.eye(3)[1], np.array([0.9, 0.2, 0.1])
    means = np.stack([prices, seats, prix, prix]).astype(np.float32)
    assert told_together([3, 5, 8, 9], ["en", "en", "fr", "fr"], means) == {3: 0, 5: 0, 8: 3, 9: 0}
    assert told_together([3, 8], ["en", "en"], means[[0, 2]]) == {3: 0, 8: 0}  # one language: two threads are two


def test_the_packaged_weights_beat_chance_on_conversations_they_have_not_seen(corpora: Path) -> None:
    from insights.evaluate.debates import evaluate_debates

    found = evaluate_debates(corpora / "labelled" / "debates_polis.csv.gz")
    assert found["interval"][0] > 0
    assert found["spearman"] > max(item["spearman"] for item in found["baselines"].values())
    assert set(found["above_chance"]) | set(found["not_above_chance"]) == {"ours", *found["baselines"]}


def test_a_file_of_statements_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    from insights.evaluate.files import FileError, read_statements

    file = tmp_path / "a.csv"
    file.write_text("conversation,text,agrees\na,b,1\n")
    with pytest.raises(FileError, match="disagrees"):
        read_statements(file)
    file.write_text("conversation,text,agrees,disagrees\na,b,many,1\n")
    with pytest.raises(FileError, match="no number"):
        read_statements(file)


# What a reader calls the branches of eight posts and more in the recorded Reddit threads: two of them argue about
# something for a while (is secrecy security; a gif or the video), the others joke, help or complain.
ARGUED = {"t1_fldkixl", "t1_cu5pr4y"}


def branches(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """First comment -> the comments of its branch, of every recorded thread, oldest first."""
    comments: dict[str, dict[str, Any]] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            data = value.get("data")
            if value.get("kind") == "t1" and isinstance(data, dict) and "link_id" in data and "body" in data:
                comments[data["name"]] = data
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    for path in sorted(folder.glob("*.json")):
        for exchange in json.loads(path.read_text(encoding="utf-8")).get("interactions", []):
            body = exchange["response"]["body"]
            text = body.get("string") or ""
            if body.get("base64_string"):
                raw = base64.b64decode(body["base64_string"])
                text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", "replace")
            try:
                walk(json.loads(text))
            except ValueError:
                continue
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for comment in comments.values():
        first = comment
        while first["parent_id"] in comments:
            first = comments[first["parent_id"]]
        found[first["name"]].append(comment)
    kept = {}
    for name, items in found.items():
        if len(items) >= 8 and len({c["author"] for c in items}) >= 3:
            kept[name] = sorted(items, key=lambda c: (c["created_utc"], c["name"]))
    return kept


def test_recorded_arguments_are_found_and_none_is_invented(corpora: Path) -> None:
    found = branches(corpora / "reddit_cassettes")
    assert len(found) >= 30
    called = set()
    for name, comments in found.items():
        place = {c["name"]: k for k, c in enumerate(comments)}
        voices = [
            Voice(
                k,
                c["author"],
                int(c["created_utc"]),
                place.get(c["parent_id"], -1),
                stance_of(c["body"]),
                score=c.get("score"),
            )
            for k, c in enumerate(comments)
        ]
        _, asks = question_in("", comments[0]["body"])
        judged = judge(voices, [c["body"] for c in comments], opener=0, asks=asks)
        if judged is not None and judged.state == "debate":
            called.add(name)
    print(f"{len(found)} branches, {len(ARGUED)} argued, {len(called)} called debates, right {len(called & ARGUED)}")
    assert called == ARGUED


# (author, place of the post that is answered, words, side): threads written for this, as people write them.
ARGUMENT_EN = [
    ("ana", -1, "Our garden now has a web shop. What would you like to see there?", 0),
    ("ben", 0, "Honey! And seedlings in spring.", 0),
    ("cleo", 0, "The shop closes the stall on Saturdays, that saves the volunteers four hours.", 1),
    ("dan", 2, "Right, but the stall is where people meet, nobody meets at a web shop.", -1),
    ("eve", 3, "There's a difference between a meeting place and a shop. We can meet without selling jam.", 1),
    ("finn", 4, "How is that going to happen? Without the stall nobody has a reason to come.", -1),
    ("gwen", 3, "While that was true ten years ago, last month we had six visitors.", 1),
    ("hugo", 6, "> last month we had six visitors\n\nIt rained every Saturday. That says nothing.", -1),
    ("cleo", 7, "But it rains here half of the year, so that is the number to plan with.", 1),
    ("ida", 0, "First in the queue for honey, haha", 0),
    ("jon", 1, "Honey and more honey.", 0),
    ("dan", 8, "Unfortunately a plan for rain is how stalls die everywhere.", -1),
]
ARGUMENT_FR = [
    ("ana", -1, "Le club passe au terrain synthétique. Des envies pour l'inauguration ?", 0),
    ("bob", 0, "Un barbecue !", 0),
    ("chloé", 0, "Le synthétique, c'est douze heures d'entraînement de plus chaque semaine.", 1),
    ("dino", 2, "Oui, mais les genoux n'aiment pas ça, on l'a vu avec les minimes.", -1),
    ("elsa", 3, "Il y a une différence entre les vieux tapis et ceux d'aujourd'hui.", 1),
    ("fred", 4, "Sauf que la mairie prend le moins cher, donc un vieux tapis.", -1),
    ("gaël", 3, "Même si c'est vrai pour les minimes, chez les adultes on n'a eu aucune blessure.", 1),
    ("hana", 6, "> chez les adultes on n'a eu aucune blessure\n\nComment tu le sais ? Personne ne les compte.", -1),
    ("chloé", 7, "Mais l'assurance les compte, et elle n'a pas bougé.", 1),
    ("inès", 1, "Et des crêpes.", 0),
    ("fred", 8, "Malheureusement l'assurance ne voit que ce qu'on déclare.", -1),
]
# Help, jokes and good company turn in words too, and nobody stands against anybody.
HELP = [
    ("ana", -1, "The export stops at 90 percent. Any idea?", 0),
    ("ben", 0, "Try the desktop version, the export works there.", 0),
    ("ana", 1, "Unfortunately I am on a tablet only.", 0),
    ("cleo", 0, "Same here, it stops since the update.", 0),
    ("dan", 3, "What do you mean by stops? Is there a message?", 0),
    ("cleo", 4, "No message, but the bar turns grey.", 0),
    ("dan", 5, "Strange, I see a message here. I will look into it.", 0),
    ("eve", 0, "It works for me with fewer than ten files.", 0),
    ("ana", 7, "Right, but I have two hundred. Thank you all the same!", 0),
    ("finn", 0, "Following.", 0),
    ("dan", 8, "Fixed in the next version.", 0),
]
JOKES = [
    ("ana", -1, "Mon chat a mangé la facture.", 0),
    ("bob", 0, "Mais est-ce qu'il a payé ?", 0),
    ("chloé", 1, "Non, il n'a pas de carte.", 0),
    ("dino", 2, "Sauf que le mien en a une, de fidélité.", 0),
    ("elsa", 3, "Fidèle à la gamelle, haha", 0),
    ("fred", 0, "Il n'a pas mangé la mienne, dommage.", 0),
    ("gaël", 5, "Mais envoie-la, il a encore faim.", 0),
    ("hana", 0, "Mdr", 0),
    ("inès", 4, "Oui, mais quelle gamelle !", 0),
]


def voices_of(thread: list[tuple[str, int, str, int]]) -> list[Voice]:
    return [Voice(k, name, 600 * k, at, stance_of(words)) for k, (name, at, words, _side) in enumerate(thread)]


@pytest.mark.parametrize("thread", [ARGUMENT_EN, ARGUMENT_FR], ids=["en", "fr"])
def test_an_argument_within_a_thread_is_found_from_counters(thread: list[tuple[str, int, str, int]]) -> None:
    found = judge(voices_of(thread), [post[2] for post in thread], opener=0)
    assert found is not None
    assert found.state == "debate"
    assert found.began == 2
    sides = {post: side for post, (_, side, _) in found.positions.items() if side}
    turn = sides[2]
    assert all(side * turn == thread[post][3] for post, side in sides.items())
    assert {post for post, (_, _, _, side) in enumerate(thread) if side} == set(sides)


@pytest.mark.parametrize("thread", [HELP, JOKES], ids=["help", "jokes"])
def test_help_and_jokes_are_no_argument(thread: list[tuple[str, int, str, int]]) -> None:
    assert judge(voices_of(thread), [post[2] for post in thread], opener=0) is None


@pytest.mark.parametrize(
    ("text", "answered", "counts"),
    [
        ("Right, but this is not about money.", "It costs too much.", True),
        ("Oui, mais ce n'est pas une question d'argent.", "C'est trop cher.", True),
        ("> It costs too much\n\nHow much is too much?", "I think it costs too much.", True),
        ("> something else\n\nHow much is that?", "I think it costs too much.", False),
        ("Videos never open a new page in this player.", "Videos always open a new page on my player.", True),
        ("Use the other player, videos open in it.", "Videos open in a new page.", True),
        ("Use a helmet.", "Videos open in a new page.", False),
        ("But first: thank you!", "Here is the guide.", False),
        ("Right, that is the one.", "Is it this one?", False),
        ("", "", False),
    ],
)
def test_replies_that_counter(text: str, answered: str, counts: bool) -> None:
    assert counters(text, answered) is counts


def test_a_hostile_reply_takes_little_time() -> None:
    import time

    began = time.perf_counter()
    for text in ("but " * 30_000, "> a\n" * 30_000, "not a b. " * 20_000, "a" * 100_000):
        counters(text, text)
    assert time.perf_counter() - began < 5
