"""Whom a post attacks: the rules on posts written for this, on posts read by hand, on masked words and on long ones."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest

from insights.reading import attacks
from insights.reading.attacks import find_aims, is_addressed
from insights.reading.features import features
from insights.reading.toxicity import LINE, attack_probabilities, reasons

WRITTEN = Path(__file__).parent / "judge.jsonl"


@pytest.mark.parametrize(
    ("text", "lang", "kind"),
    [
        ("You absolute idiot, read the post first.", "en", attacks.INSULT),
        ("nice try, moron", "en", attacks.INSULT),
        ("these people are vermin... no: immigrants are vermin", "en", attacks.HATE),
        ("Go back to your country!", "en", attacks.HOSTILE),
        ("I will find you and I will kill you", "en", attacks.THREAT),
        ("the papers belong to (((them)))", "en", attacks.CODED),
        ("The admins of this place are cowards", "en", attacks.CHARGE),
        ("stupid users, as always", "en", attacks.CONTEMPT),
        ("T'es qu'un abruti", "fr", attacks.INSULT),
        ("Va te faire foutre", "fr", attacks.HOSTILE),
        ("Je vais te tuer", "fr", attacks.THREAT),
        ("Les étrangers sont des parasites", "fr", attacks.HATE),
        ("encore un coup des dragons célestes", "fr", attacks.CODED),
        ("Les modos sont des lâches", "fr", attacks.CHARGE),
    ],
)
def test_what_is_aimed_at_somebody(text: str, lang: str, kind: str) -> None:
    assert kind in {aim.kind for aim in find_aims(text, lang)}


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("I am such an idiot", "en"),
        ("You are not an idiot, the form is", "en"),
        ("She called me an idiot", "en"),
        ("He wrote “you idiot” on my door", "en"),
        ("> you idiot\nPlease be kind.", "en"),
        ("`kill -9 you idiot` is what the script prints", "en"),
        ("this idiotic rule, this stupid printer", "en"),
        ("You lucky bastard", "en"),
        ("the attacker is in the network and kills the process", "en"),
        ("We will murder you in the final, what a match that will be", "en"),
        ("The word moron has an odd history", "en"),
        ("u/idiot-bot replied, r/idiots liked it", "en"),
        ("We moved everything to Snowflake last week", "en"),
        ("the great replacement theory is racist", "en"),
        ("a function (((x))) and (((foo bar)))", "en"),
        ("Je suis trop con", "fr"),
        ("Quel idiot je fais", "fr"),
        ("Ce n'est pas un abruti", "fr"),
        ("Il m'a traité d'abruti", "fr"),
        ("Cette imprimante est débile", "fr"),
        ("Une messagerie qui se ferme la nuit", "fr"),
        ("une espèce de canard", "fr"),
        ("J'ai attendu comme un con", "fr"),
        ("Le méchant du film est un vrai salaud", "fr"),
    ],
)
def test_what_is_no_attack(text: str, lang: str) -> None:
    assert find_aims(text, lang) == []


def test_masked_letters_are_read_and_shown_as_written() -> None:
    assert [aim.words for aim in find_aims("Well, you are a m0r0n.", "en")] == ["you are a m0r0n"]
    assert find_aims("you id*ot", "en")
    assert find_aims("Ferme ta gueuuuule", "fr")
    assert reasons("Bon. Tu es un ABRUTI, ok ?", "fr") == ("Tu es un ABRUTI",)


def test_posts_written_for_this() -> None:
    """Half of them are traps: news, games, quotes, code, friends, oneself, things. Not a measure of the world: written
    by who wrote the rules (docs/benchmarks.md has one)."""
    rows = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
    for lang in ("en", "fr"):
        mine = [row for row in rows if row["lang"] == lang]
        found = [bool(find_aims(row["text"], lang)) for row in mine]
        right = sum(f and row["attack"] for f, row in zip(found, mine, strict=True))
        assert right >= 0.95 * sum(found)
        assert right >= 0.95 * sum(row["attack"] for row in mine)


def test_a_score_counts_in_full_only_where_somebody_is_spoken_of() -> None:
    texts = ["fucking shit, what a fucking shitty printer", "You are a worthless idiot"]
    thing, person = attack_probabilities(texts, ["en", "en"], features(texts, ["en", "en"]))
    assert thing < LINE <= person
    assert is_addressed("on you it looks good", "en")
    assert is_addressed("les migrants arrivent", "fr")
    assert not is_addressed("the printer is on fire", "en")


def test_most_of_what_is_found_in_comments_read_by_hand_is_an_attack(corpora: Path) -> None:
    with gzip.open(corpora / "labelled" / "read_by_hand.jsonl.gz", "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    mine = [row for row in rows if row["kind"] == "comment" and row["lang"] in {"en", "fr"}]
    found = [row["attack"] for row in mine if find_aims(row["text"], row["lang"])]
    assert len(found) > 50
    assert sum(found) > 0.75 * len(found)


@pytest.mark.parametrize(
    "text",
    [
        "you are a " * 10_000,
        "fuck a " * 15_000,
        "(((a" * 25_000,
        "> " * 50_000,
        '"a b ' * 20_000,
        "<a " * 30_000,
        "***" * 30_000,
        "i" * 100_000,
    ],
)
def test_long_posts_take_no_time(text: str) -> None:
    began = time.process_time()
    find_aims(text, "en")
    find_aims(text, "fr")
    assert time.process_time() - began < 2
