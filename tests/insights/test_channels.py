"""Networks as they count: their own published examples, threads cut at sentences, addresses of composers."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.inbox.replies import shipped_templates
from insights.ideas.networks import (
    CHANNELS,
    compose_address,
    fit,
    fit_reply,
    graphemes,
    left,
    mastodon_length,
    problems,
    split,
    tags_in,
    x_length,
)
from insights.reputation.best_time import best_hours


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        # From the published conformance tests of twitter-text and X's page on counting characters.
        ("This is a test.", 15),
        ("", 0),
        ("caf\u00e9", 4),
        ("cafe\u0301", 4),  # composed and decomposed count alike
        ("故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。", 64),
        ("こんにちは", 10),
        ("Привет", 6),
        ("H\U0001f431☺\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466", 7),
        ("\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466", 2),  # a family is one emoji
        ("\U0001f44d\U0001f3ff", 2),  # with a skin tone too
        ("\U0001f1eb\U0001f1f7", 2),
        ("https://example.com", 23),
        ("https://example.com/a/very/long/path?with=a&query=that&goes=on&and=on", 23),
        ("Hi http://test.co", 26),
        ("Two: https://a.example.org and https://b.example.org", 56),
        ("test.com is here", 31),
        ("…", 2),
        ("a" * 280, 280),
    ],
)
def test_x_counts_as_it_says(text: str, weight: int) -> None:
    assert x_length(text) == weight


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello", 5),
        ("https://example.org/" + "x" * 200, 23),  # links count 23, however long
        ("@ana@social.example hello", 10),  # of a name only the part before the server
        ("\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466", 1),
        ("e\u0301", 1),
    ],
)
def test_mastodon_counts_as_it_says(text: str, length: int) -> None:
    assert mastodon_length(text) == length


def test_bluesky_counts_graphemes_and_links_whole() -> None:
    assert graphemes("\U0001f1eb\U0001f1f7e\u0301\U0001f44d\U0001f3ff") == 3
    assert left("bluesky", "x" * 299 + "\U0001f468‍\U0001f469‍\U0001f467") == 0
    assert left("bluesky", "https://example.org/path") == 300 - 24


def test_what_stands_in_the_way_is_told() -> None:
    assert problems("x", "a" * 281) == ["too_long"]
    assert problems("x", "a" * 280) == []
    assert problems("instagram", "see https://example.org " + " ".join(f"#t{n}a" for n in range(31))) == [
        "too_many_tags",
        "link_dead",
    ]
    assert problems("linkedin", "#a1 #b1 #c1 #d1 #e1 #f1") == ["many_tags"]
    assert problems("reddit", "text", "t" * 301) == ["title_long"]
    assert problems("blog", "x" * 100_000) == []
    assert tags_in("#one #2 #Trois#quatre a#b #été") == ["one", "Trois", "été"]


def test_a_thread_is_cut_at_sentences_and_numbered() -> None:
    text = "First things first. " + "Here is a sentence of some length that says a thing. " * 12 + "The end!"
    parts = split("x", text)
    assert len(parts) > 2
    assert all(x_length(part) <= 280 for part in parts)
    assert [part.rsplit(" ", 1)[1] for part in parts] == [f"{n}/{len(parts)}" for n in range(1, len(parts) + 1)]
    assert all(part.rsplit(" ", 1)[0].rstrip().endswith((".", "!")) for part in parts)
    joined = " ".join(part.rsplit(" ", 1)[0] for part in parts)
    assert joined.split() == text.split()
    assert split("x", "Short.") == ["Short."]


@given(st.text(max_size=900), st.sampled_from(["x", "mastodon", "bluesky"]))
def test_no_post_of_a_thread_is_too_long_and_no_word_is_lost(text: str, channel: str) -> None:
    parts = split(channel, text)
    held = CHANNELS[channel]
    assert all(held.length(part) <= held.limit for part in parts)
    bare = [part.rsplit(" ", 1)[0] if len(parts) > 1 else part for part in parts]
    assert "".join("".join(bare).split()) == "".join(text.split())


def test_composers_get_the_text_and_nothing_else() -> None:
    text = "a & b #c\n\"d\" 'e' é \U0001f44d https://example.org/?x=1&y=2"
    for channel, name in (("x", "text"), ("bluesky", "text"), ("linkedin", "text")):
        found = urlsplit(compose_address(channel, text))
        assert found.scheme == "https"
        assert parse_qs(found.query)[name] == [text]
    assert urlsplit(compose_address("mastodon", text, place="social.example")).netloc == "social.example"
    assert urlsplit(compose_address("mastodon", text, place="evil.example/x?y@z")).netloc == "mastodon.social"
    assert urlsplit(compose_address("reddit", text, "T", place="r/a/../b?x")).path == "/r/abx/submit"
    assert compose_address("facebook", text, link="javascript:alert(1)") == ""
    assert "u=https%3A%2F%2Fexample.org" in compose_address("facebook", text, link="https://example.org")
    assert compose_address("instagram", text) == ""
    assert compose_address("newsletter", text, "T").startswith("mailto:?subject=T&body=")


def test_a_draft_fits_its_channel() -> None:
    body = "A sentence that says something. " * 200
    for name, held in CHANNELS.items():
        text = fit(name, "The hook", body, "https://example.org", ["One", "Two", "Three", "Four", "Five", "Six"])
        if held.limit and not held.threads:
            assert held.length(text) <= held.limit, name
        assert ("https://example.org" in text) == held.links
        assert len(tags_in(text)) <= held.tags


def test_best_hours_need_posts_and_stand_apart() -> None:
    counts = [0] * 168
    assert best_hours(counts) == []
    counts[10], counts[11], counts[40] = 80, 60, 30
    found = best_hours(counts)
    assert found[0].slot in {10, 11}
    assert found[0].posts == 140
    assert found[0].share.low < 140 / 170 < found[0].share.high
    assert all(abs(a.slot - b.slot) >= 4 for a in found for b in found if a is not b)


KEPT, LINK = "Settings,\nthen Export.", "https://norvik.example/faq"
WARM = f"Hi Ana, thanks for asking! {KEPT}\n{LINK} (as of Jan 2, 2026)\nDoes that help?"


def test_a_reply_follows_the_customs_of_its_channel() -> None:
    told = {channel: fit_reply(channel, WARM, KEPT, LINK) for channel in ("x", "forum", "mastodon", "instagram", "")}
    assert told[""] == WARM
    assert told["x"] == WARM.replace("\n", " ")
    assert told["forum"].startswith("Hi Ana, thanks for asking!\n\nSettings,\nthen Export.\n\nhttps://")
    assert told["mastodon"].startswith("Hi Ana, thanks for asking! Settings,\nthen Export.\n\nhttps://")
    assert LINK not in told["instagram"]
    assert "Settings, then Export." in told["instagram"]


def test_where_a_reply_is_too_long_what_is_said_around_the_quote_goes_first() -> None:
    def fitted(size: int) -> str:
        quote = "w" * size
        return fit_reply("x", WARM.replace(KEPT, quote), quote, LINK)

    assert fitted(180).endswith("Does that help?")
    assert fitted(205).startswith("Hi Ana")
    assert not fitted(205).endswith("Does that help?")
    assert fitted(230).startswith("www")
    assert all("w" * size in fitted(size) and x_length(fitted(size)) <= 280 for size in (180, 205, 230))
    assert "w" * 400 in fitted(400)  # never cut: a person shortens it


@given(st.text(max_size=400), st.sampled_from(sorted(CHANNELS)))
def test_any_reply_is_fitted(text: str, channel: str) -> None:
    assert isinstance(fit_reply(channel, text, text[3:20], text[:5]), str)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_templates_of_facts_fit_short_channels(lang: str) -> None:
    for (kind, _tone, spoken), text in shipped_templates().items():
        if kind == "fact" and spoken[:2] == lang:
            filled = re.sub(r"\{(\w+)\}", lambda s: {"link": LINK, "quote": "w" * 120}.get(s[1], "x" * 14), text)
            for channel in ("x", "bluesky", "mastodon"):
                assert problems(channel, fit_reply(channel, filled, "w" * 120, LINK)) == []
