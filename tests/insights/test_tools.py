"""New tools: names that are tools and names that are not, evidence that adds up, stages, stories, promotion."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from data.posts.passages import Passage
from data.settings import ROOT
from data.tools.story import Alternative, Link, Naming, Promoter
from insights.evaluate.files import FileError, read_labelled
from insights.evaluate.tools import evaluate_tools
from insights.evaluate.train_tools import READ, kept_aside, place_of, train_tools
from insights.tools.cleaning import running_text
from insights.tools.evidence import weights
from insights.tools.known import is_known, key_of
from insights.tools.names import LEAST, SHOWN, sightings
from insights.tools.spread import (
    evidence_of,
    is_ordinary,
    is_surname,
    occurrences,
    promoter_of,
    sentence_with,
    stage_of,
    story_of,
)

LABELLED = Path(__file__).parent / "tools.jsonl"


def shown(text: str) -> list[str]:
    return [s.name for s in sightings(text) if s.evidence >= SHOWN]


def test_the_labelled_set_is_half_negatives_and_the_aims_are_met(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 300
    assert sum(not row["tools"] for row in rows) >= len(rows) / 2
    assert {row["lang"] for row in rows} == {"en", "fr"}
    # The patterns were made with every other post of it; these are the figures of the rest.
    rest = tmp_path / "rest.jsonl"
    rest.write_text("\n".join(json.dumps(row) for row in rows[1::2]), encoding="utf-8")
    found = evaluate_tools(rest)
    print({name: found[name] for name in ("posts", "tools", "precision", "recall", "median_delay_days", "false")})
    assert found["precision"] >= 0.8
    assert found["recall"] >= 0.65  # a passing word of one person is not enough
    assert max(found["delays"].values()) == 0


def test_of_other_wordings_half_is_found_and_nothing_wrong() -> None:
    found = evaluate_tools(LABELLED.with_name("tools_blind.jsonl"))
    assert found["posts"] == 32
    assert found["precision"] >= 0.9
    assert found["recall"] >= 0.4


def test_the_command_prints_json(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"text": "We switched from Feedly to Pixlane.", "date": "2026-01-02", "tools": ["Pixlane"]}\n'
        '{"text": "PixLane just launched its beta.", "date": "2026-01-05", "tools": []}\n'
        '{"text": "We met in Leeds.", "date": "2026-01-01", "tools": []}\n'
    )
    out = subprocess.run(
        [sys.executable, "-m", "insights", "evaluate", "tools", str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(out.stdout)
    assert (found["precision"], found["recall"], found["delays"]) == (1.0, 1.0, {"Pixlane": 0})


def test_a_name_without_evidence_waits_for_more(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        '{"text": "Kettlebird supports CSV.", "date": "2026-01-02", "tools": ["Kettlebird"]}\n'
        '{"text": "Show HN: Kettlebird, a reader", "date": "2026-01-04", "tools": []}\n'
    )
    found = evaluate_tools(file)
    assert found["delays"]["Kettlebird"] in {0, 2}
    file.write_text('{"text": "x", "date": "yesterday", "tools": []}\n')
    with pytest.raises(FileError, match="2026-01-31"):
        evaluate_tools(file)


@pytest.mark.parametrize(
    "text",
    [
        "Introducing Kettlebird, a reader for feeds.",
        "Kettlebird vient de sortir.",
        "I switched from Feedly to Kettlebird.",
        "https://github.com/someone/kettlebird does what I need",
        "pip install kettlebird",
        "Show HN: kettlebird – feeds in a terminal",
        "J'ai remplacé Feedly par Kettlebird.",
        "Kettlebird is a small command-line tool that I wrote.",
        "A tool called kettlebird does this.",
        "Kettlebird 1.2 released",
        "Kettlebird vs Feedly: which one?",
        "#Kettlebird is out!",
    ],
)
def test_a_new_tool_is_seen_in_one_sentence(text: str) -> None:
    assert [key_of(name) for name in shown(text)] == ["kettlebird"]


@pytest.mark.parametrize(
    "text",
    [
        "Notion just launched a new calendar.",
        "Has anyone tried Kubernetes?",
        "Emmaüs lance une grande collecte de jouets.",
        "Meet Ingrid, our new treasurer.",
        "See Chapter 3.2 of the handbook.",
        "Merci Wilhelmina pour ton aide.",
        "LE CLUB FERME SES PORTES DEMAIN",
        "Encore une panne, franchement c'est trop.",
        "Dites-nous quand vous arrivez.",
        "J'exporte mes contacts tous les lundis.",
        "The Ministry of Culture published the new rules.",
        "Is it out yet? It is so good.",
        "Wieler is a software engineer from Gdansk.",
        "We moved back to Ledbury, a market town.",
        "Vespera Festival announces its line-up and a version of the Requiem.",
        "Table of Contents\nIntroduction\nUsing The Command Line\nWe describe an app and its server here.",
        "Fails:\n```\nfrom Quillon import Context\nQuillon 4.2 released\n```\nAny idea about this error?",
        "-----BEGIN PGP SIGNATURE-----\nKettlebird released\n-----END PGP SIGNATURE-----",
        "Thanks, solved.\n\n-- \nTurnstone Hosting is a tool",
        "2026-03-02 10:11:12 ERROR Dispatcher: ReleaseManager 4.2 launched",
        "I get UnexpectedTokenException when I use the app.",
        "The post Kettlebird is a tool appeared first on The Long Garden.",
        "Kettle::launch() is a tool of the app",
        "On Tuesday we use Friday for tools.",
        "In the terminal: pip install -r requirements/cpu.txt",
    ],
)
def test_what_is_no_new_tool(text: str) -> None:
    assert shown(text) == []


def test_what_the_people_of_a_country_are_called_is_known() -> None:
    assert all(map(is_known, ("Bangladeshi", "Iranians", "Kenyan", "Chinese", "Islandais", "Brésilienne")))
    assert not any(map(is_known, ("Kettlebird", "Iranix", "Kenyata")))


def test_a_passing_mention_waits_for_somebody_elsewhere(tmp_path: Path) -> None:
    asked = "Quelqu'un a essayé Kettlebird ?"
    assert shown(asked) == []
    (seen,) = sightings(asked)
    assert LEAST <= seen.evidence < SHOWN
    rows = [{"text": asked, "author": "ana", "place": "one"}, {"text": "I tried Kettlebird.", "author": "bo"}]
    for place, delay in (("one", None), ("two", 2)):
        days = [{**row, "date": f"2026-01-0{2 * n + 2}", "tools": ["Kettlebird"]} for n, row in enumerate(rows)]
        days[1]["place"] = place
        file = tmp_path / f"{place}.jsonl"
        file.write_text("\n".join(json.dumps(row) for row in days))
        assert evaluate_tools(file)["delays"].get("Kettlebird") == delay


def test_a_known_tool_is_news_where_a_post_is_about_it_and_an_everyday_name_never() -> None:
    assert shown("I use tmux.") == []
    assert shown("Copy and paste in tmux\nHow to configure tmux on a laptop, with the commands that I use.") == ["tmux"]
    assert shown("Copy and paste in Excel\nHow to configure Excel on a laptop, with the commands that I use.") == []


def test_a_feed_speaks_with_one_voice() -> None:
    one = [naming(k, f"w{k}", 0.4, network="feed", place="Daily") for k in range(9)]
    assert evidence_of(one) == (0.4, 0)
    assert evidence_of([*one, naming(9, "x", 0.4, network="feed", place="Weekly")])[1] == 9
    talk = [naming(k, f"w{k}", 0.4, thread="t") for k in range(9)]
    assert evidence_of(talk)[1] == 0
    assert evidence_of([*talk, naming(9, "w9", 0.4, thread="u")])[1] == 9


def test_running_text_keeps_every_place() -> None:
    text = (
        "Use it.\n```sh\npip install x\n```\nHTTP/1.1 200 OK\nRead more\n9f8e7d6c5b4a39281706f5e4d3c2b1a098765432\nEnd."
    )
    clean = running_text(text)
    assert len(clean) == len(text)
    assert clean.split() == ["Use", "it.", "End."]
    assert clean.index("End.") == text.index("End.")


def test_wild_wordings_with_the_traps_of_real_feeds() -> None:
    """Written before the weights were measured on it, never tuned on: persons, places, headlines, code, boilerplate."""
    found = evaluate_tools(LABELLED.with_name("tools_wild.jsonl"))
    print({name: found[name] for name in ("posts", "tools", "precision", "recall", "false", "missed")})
    assert found["precision"] >= 0.9
    assert found["recall"] >= 0.6


def test_on_feeds_and_threads_never_tuned_on(corpora: Path, tmp_path: Path) -> None:
    """Posts read by hand, of the feeds and communities that `train_tools` keeps aside. The list of a reader leaves out
    tools that everybody knows, so precision by that list is the least that it can be."""
    rows = read_labelled(corpora / "labelled" / "read_by_hand.jsonl.gz", ("text", "tools"))
    kept = [row for row in rows if kept_aside(place_of(row))]
    file = tmp_path / "kept.jsonl"
    lines = [
        json.dumps({"text": row["text"][:READ], "date": "2026-01-01", "tools": row["tools"], "place": place_of(row)})
        for row in kept
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    found = evaluate_tools(file)
    print({name: found[name] for name in ("posts", "tools", "found", "precision", "recall", "false", "missed")})
    assert found["posts"] > 700
    assert found["precision"] >= 0.28
    assert found["recall"] >= 0.12


def test_learning_tells_for_from_against(corpora: Path, tmp_path: Path) -> None:
    files = [corpora / "labelled" / "read_by_hand.jsonl.gz", LABELLED, LABELLED.with_name("tools_read_again.jsonl")]
    number, target = train_tools(files, tmp_path / "signs.toml")
    learned = tomllib.loads(target.read_text(encoding="utf-8"))["weights"]
    assert number > 900
    assert learned["repo"] > 0 > learned["no_ordinary"]
    assert sum((learned.get(sign, 0) > 0) == (value > 0) for sign, value in weights().items()) > 0.7 * len(weights())


def test_spellings_are_one_and_different_things_are_not() -> None:
    assert key_of("Next.js") == key_of("NextJS") == key_of("next js")
    assert key_of("C++") != key_of("C#") != key_of("C")
    assert is_known("Go")
    assert not shown("Let's go to the park, go now.")
    both = sightings("Portico (portico.so) is a new tool. Portico is out.")
    assert [s.key for s in both] == ["portico"]


def test_brands_that_are_followed_are_known_here() -> None:
    assert shown("Brimelo just launched.") == ["Brimelo"]
    assert not [s for s in sightings("Brimelo just launched.", {"brimelo"}) if s.evidence]


def naming(post: int, author: str, evidence: float = 0.0, **more: object) -> Naming:
    held: dict[str, object] = {
        "at": post * 86_400,
        "network": "forum",
        "place": "A",
        "tone": "neutral",
        "cue": "tried",
        "text": "",
    }
    held |= more
    return Naming(post=post, author=author, evidence=evidence, **held)  # type: ignore[arg-type]


def test_evidence_adds_up_over_people_and_not_without_end() -> None:
    assert evidence_of([naming(1, "a", 0.4), naming(2, "a", 0.4)]) == (0.4, 0)
    value, post = evidence_of([naming(1, "a", 0.4), naming(2, "b", 0.4)])
    assert value == pytest.approx(0.52)
    assert post == 2
    many = evidence_of([naming(k, f"p{k}", 0.2) for k in range(200)])
    assert many[0] < SHOWN  # two hundred weak signs of an ordinary word make no tool
    copies = [naming(1, "a", 0.4, copy_of=9), naming(2, "b", 0.4, copy_of=9)]
    assert evidence_of(copies)[1] == 0


def test_a_word_of_the_language_is_told_by_how_people_write_it() -> None:
    assert is_ordinary("Encore", ["Encore une panne", "il y a encore des bugs", "encore ?"])
    assert not is_ordinary("Kettlebird", ["Kettlebird is out", "I like Kettlebird", "kettlebird"])
    assert not is_ordinary("GridBee", ["gridbee gridbee", "gridbee"])


def test_a_name_after_a_given_name_is_somebody() -> None:
    said = ["What Jeffrey Kettler did", "Jeffrey Kettler again", "Kettler files released"]
    assert is_surname("Kettler", said)
    assert not is_surname("Kettler", said[1:])
    assert not is_surname("Jeffrey Kettler", said)
    assert not is_surname("Kafka", ["Apache Kafka 4 is out", "we use Apache Kafka"])


def test_stages() -> None:
    assert stage_of([naming(1, "a")], 0) == "sighted"
    assert stage_of([naming(1, "a"), naming(2, "b", place="B")], 0) == "picked"
    talk = [naming(k, f"p{k % 6}") for k in range(9)]
    assert stage_of(talk, 1) == "discussed"
    assert stage_of(talk, 3) == "adopted"
    assert (
        stage_of([naming(k, f"p{k % 6}", tone="negative" if k % 2 else "neutral") for k in range(12)], 0) != "contested"
    )
    angry = [naming(k, f"p{k}", tone="negative" if k < 6 else "neutral") for k in range(10)]
    assert stage_of(angry, 5) == "contested"


def test_a_story_quotes_compares_and_links() -> None:
    texts = [
        "Look! Kettlebird, a small reader for feeds. It is fast.",
        "I switched from Feedly to Kettlebird last week.",
        "Kettlebird vs Inoreader? https://github.com/someone/kettlebird",
        "KettleBird is good.",
    ]
    namings = [naming(k, f"p{k}", 0.5, text=t, place="AB"[k % 2]) for k, t in enumerate(texts)]
    name, found = story_of(namings, "kettlebird")
    assert name == "Kettlebird"
    assert found.definition == Passage(0, 6, 43)
    assert texts[0][6:43] == "Kettlebird, a small reader for feeds."
    assert set(found.alternatives) == {Alternative("Feedly", 1, 1), Alternative("Inoreader", 1, 2)}
    assert found.links == (Link("https://github.com/someone/kettlebird", 2),)
    assert found.users == 1
    assert found.places == 2
    assert [(arrival.place, arrival.days) for arrival in found.arrivals] == [("A", 0), ("B", 1)]
    assert occurrences(texts[3], "kettlebird") == [(0, 10)]
    assert sentence_with(texts[0], *occurrences(texts[0], "kettlebird")[0]) == "Kettlebird, a small reader for feeds."


def test_promotion_by_one_author_is_told() -> None:
    assert promoter_of([naming(k, "seller") for k in range(4)] + [naming(9, "b")]) == Promoter("seller", 4)
    assert promoter_of([naming(k, f"p{k}") for k in range(9)]) is None
    spread = [naming(k, "seller", copy_of=5) for k in range(3)] + [naming(10 + k, f"p{k}") for k in range(9)]
    assert promoter_of(spread) == Promoter("seller", 3)


def test_a_hostile_text_takes_little_time() -> None:
    import time

    began = time.perf_counter()
    for text in ("Aa " * 40_000, "A" * 200_000, "a.b" * 50_000, "Show HN: " * 20_000, "Xx vs " * 30_000, "(" * 50_000):
        sightings(text)
    assert time.perf_counter() - began < 10
