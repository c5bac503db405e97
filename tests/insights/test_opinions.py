"""Which sentence says an opinion: idioms of praise are never criticism, and in doubt nothing is said."""

from __future__ import annotations

import pytest

from insights.reading.opinions import opinion, saying

PRAISE_EN = """This update is insane|That new riff is sick|Not bad at all|I couldn't believe how good it was
This app is killer|Holy shit, what a release|My jaw hit the floor|I can't fault it|You won't regret buying it
It blew my mind|The staff killed it tonight|Wicked fast sync|It never fails|Damn, that is a good deal
I hate how much I love this|Stupidly easy to set up|This ramen is to die for|The team is crushing it
Nothing to complain about|This thing is a beast|Shut up and take my money|I'm obsessed with this app
I was in tears at the end, so moving|That's ridiculously useful|It could not be better|Bad ass design"""
PRAISE_FR = """Je n'en revenais pas|C'est épatant|Un truc de malade|Pas mal du tout|Ça déchire|C'est une tuerie
Il m'a tué, ce sketch|C'est trop bien|Rien à redire|On ne peut plus s'en passer|C'est mortel|J'en suis resté sur le cul
Jamais déçu|C'est pas dégueu|Vous êtes des malades, merci|Putain que c'est bon|Terrible, ce concert
Ça envoie du lourd|Je suis mort de rire|Une claque|Chapeau bas|La nouvelle version dépote|Incroyable, j'en pleure
Pas piqué des hannetons|Aucun problème depuis un an|On n'a pas fait mieux"""


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_idioms_of_praise_are_never_criticism(lang: str) -> None:
    idioms = [i for line in (PRAISE_EN if lang == "en" else PRAISE_FR).splitlines() for i in line.split("|")]
    assert len(idioms) >= 20
    told = [opinion(idiom, lang) for idiom in idioms]
    assert "negative" not in told
    assert told.count("positive") >= len(idioms) // 2
    assert all(saying(f"{idiom}. See you next week.", lang, "negative") is None for idiom in idioms)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The app keeps crashing and support is terrible.", "en"),
        ("It doesn't work anymore.", "en"),
        ("Way too expensive for what it does.", "en"),
        ("A waste of money.", "en"),
        ("They refuse to refund us.", "en"),
        ("L'appli ne marche plus depuis trois jours.", "fr"),
        ("C'est bien trop cher.", "fr"),
        ("Le support est lamentable.", "fr"),
        ("Ce n'est pas bon du tout.", "fr"),
        ("Quelle perte de temps.", "fr"),
    ],
)
def test_criticism_is_told(text: str, lang: str) -> None:
    assert opinion(text, lang) == "negative"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Three people were killed in the terrible fire.", "en"),
        ("I regret to report the death of a friend.", "en"),
        ("Is it really that bad?", "en"),
        ("If it were broken I would say so.", "en"),
        ("Happy new year to all of you.", "en"),
        ("I love the idea but the app is useless.", "en"),
        ("Le procès du ministre est un désastre, selon elle.", "fr"),
        ("Bonne journée à tous.", "fr"),
        ("J'adore l'idée mais l'appli est inutilisable.", "fr"),
        ("Le menu est à gauche.", "fr"),
    ],
)
def test_in_doubt_nothing_is_told(text: str, lang: str) -> None:
    assert opinion(text, lang) == ""


def test_the_sentence_that_says_it_is_within_what_a_quote_shows() -> None:
    text = "We moved in May. The app keeps crashing. We left."
    start, stop = saying(text, "en", "negative") or (0, 0)
    assert text[start:stop] == "The app keeps crashing."
    assert saying("It rained. " * 60 + "The app keeps crashing.", "en", "negative") is None
    assert saying("The app keeps crashing. I love it.", "en", "negative") is None
    assert saying("> The app keeps crashing.\nNot here.", "en", "negative") is None
