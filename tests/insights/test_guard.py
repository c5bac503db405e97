"""The guard of a language model: what its posts do not bear out is refused, what they say is kept.

Posts and sentences of both files were written for this and read by their writer. `guard_sentences.jsonl` was tuned on;
nothing was ever tuned on `guard_blind.jsonl`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from insights.guard.lexicon import OPPOSITE, SAME, likeness
from insights.guard.marks import addresses, without_marks, wrong_mark
from insights.guard.support import Encode, Nearness, unsupported
from insights.models.packaged import ModelError
from insights.models.use import UseModel

HERE = Path(__file__).parent
POST = "The sync is slow since Monday, “free money” or not. See https://example.org/status, I'd say; List<String> too."


@pytest.fixture(scope="module")
def encode() -> Encode:
    try:
        return UseModel().encode
    except ModelError as error:
        pytest.skip(str(error))


def read(name: str) -> Iterator[tuple[list[str], str, bool]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        for kind in ("true", "invented"):
            for sentence in item[kind]:
                yield item["posts"], sentence, kind == "true"


def refused(sentence: str, posts: list[str], near: Nearness) -> str:
    return wrong_mark(sentence, posts) or unsupported(
        without_marks(sentence), [without_marks(post) for post in posts], near
    )


@pytest.mark.parametrize(("name", "least"), [("guard_sentences.jsonl", 0.85), ("guard_blind.jsonl", 0.65)])
def test_what_is_made_up_is_refused_and_what_is_said_is_kept(name: str, least: float, encode: Encode) -> None:
    near = Nearness(encode)
    told = [(sentence, true, refused(sentence, posts, near)) for posts, sentence, true in read(name)]
    let_through = [sentence for sentence, true, reason in told if not true and not reason]
    lost = [(sentence, reason) for sentence, true, reason in told if true and reason]
    true = sum(true for _s, true, _r in told)
    print(
        f"{name}: {len(told) - true - len(let_through)} of {len(told) - true} refused,",
        f"{true - len(lost)} of {true} kept",
    )
    print(*lost, sep="\n")
    assert let_through == []
    assert true - len(lost) >= least * true


def test_without_vectors_more_is_left_out_and_nothing_let_through() -> None:
    told = [(true, refused(sentence, posts, Nearness())) for posts, sentence, true in read("guard_sentences.jsonl")]
    assert all(reason for true, reason in told if not true)
    assert sum(true and not reason for true, reason in told) > 0.6 * sum(true for true, _reason in told)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("“free money” or not, the sync is slow.", ""),
        ("«free money»", ""),
        ("„free money“", ""),
        ("‘free money’", ""),
        ("'free money'", ""),
        ("**slow** since Monday", ""),
        ("“free cake”", "quote"),
        ("« free cake »", "quote"),
        ("„free cake“", "quote"),
        ("‚free cake‘", "quote"),
        ("‹free cake›", "quote"),
        ("「free cake」", "quote"),
        ('"free cake"', "quote"),
        ("It's a 'free cake', isn't it", "quote"),
        ("``free cake''", "quote"),
        ("`free cake`", "quote"),
        ("> free cake", "quote"),
        ("**free cake**", "quote"),
        ("__free cake__", "quote"),
        ("*free cake*", "quote"),
        ("~~free cake~~", "quote"),
        ("“free cake", "quote"),
        ("free cake”", "quote"),
        ("It isn't slow, I'd say", ""),
        ("See https://example.org/status", ""),
        ("See example.org/status.", ""),
        ("See example.org", ""),
        ("See https://example.org/refund", "address"),
        ("See example.net", "address"),
        ("See evil[.]example", "address"),
        ("See evil dot example", "address"),
        ("See ｅｖｉｌ．ｅｘａｍｐｌｅ", "address"),
        ("See 10.0.0.1:8080/x", "address"),
        ("Write to help@evil.example", "address"),
        ("Write to help (at) evil (dot) example", "address"),
        ("mailto:help", "address"),
        ("javascript:alert(1)", "address"),
        ("Ask @evil", "address"),
        ("All under #evil", "address"),
        ("See [the status](https://example.org/status)", "markup"),
        ("![x](y)", "markup"),
        ("<b>slow</b>", "markup"),
        ("&lt;b&gt;slow", "markup"),
        ("<a href=x>slow</a>", "markup"),
        ("List<String> too", ""),
        ("slow\u202e since", "markup"),
        ("sl\u200bow", "markup"),
    ],
)
def test_marks_of_every_kind(sentence: str, reason: str) -> None:
    assert wrong_mark(sentence, [POST]) == reason


def test_addresses_are_known_in_every_spelling() -> None:
    assert addresses("www.Example.org/ and https://example.org") == {"example.org"}
    assert addresses("12.5 euros at 14.30, e.g. v2.3") == set()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("slow", "slowly", SAME),
        ("replies", "reply", SAME),
        ("stopped", "stop", SAME),
        ("lente", "slow", SAME),
        ("augmente", "rises", SAME),
        ("fast", "slow", OPPOSITE),
        ("unstable", "stable", OPPOSITE),
        ("gratuit", "payant", OPPOSITE),
        ("confirm", "confuse", 0),
        ("sold", "cancelled", 0),
    ],
)
def test_words_that_say_the_same_or_the_opposite(one: str, other: str, alike: int) -> None:
    assert likeness(one, other) == alike


def test_a_hostile_text_takes_little_time() -> None:
    began = time.perf_counter()
    for part in ("a.", "*a", "_a ", "'a", "“", "<a ", "[a](", "1,234,", "a@", "not ", "&lt;", "a-b."):
        text = (part * 50_000)[:50_000]
        wrong_mark(text[:1_000], [text])
        unsupported(without_marks(text[:1_000]), [without_marks(text)], Nearness())
    assert time.perf_counter() - began < 30
