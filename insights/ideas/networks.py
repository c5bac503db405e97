"""Networks as they count and show a text: limits, weights of links and of signs, hashtags, threads cut at sentences.

The rules are those that each network documents: X's weighted length (twitter-text 3), Mastodon's links of 23 and
handles without their server, grapheme clusters on Mastodon and Bluesky, plain characters elsewhere.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import quote

import regex

from data.models import web_link

LINK = 23  # what a link counts on X and on Mastodon
MOST_OF_A_SIGN = 6  # a link has four signs or more
_URL = regex.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]'»]", regex.IGNORECASE)
_BARE = regex.compile(
    r"(?<![\w@/.-])(?:[a-z0-9-]{1,63}\.){1,10}(?:com|org|net|io|fr|eu|co|dev|app|info|uk|de|ai)\b(?:/[^\s<>\"]*)?",
    regex.IGNORECASE,
)
_HANDLE = regex.compile(r"(?<![\w/])@(\w+)@[\w.-]+\.\w+")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3")
# Two letters of a flag are read here: `\X` looks back over all of them at each.
_GRAPHEME = regex.compile(r"[\U0001F1E6-\U0001F1FF]{2}[\p{M}\u200d]*|\X")
_TAG = regex.compile(r"(?<!\w)#(\w*[^\W\d]\w*)")
_SENTENCE = regex.compile(r"[^.!?…\n]*[.!?…]+[\"'»)”’]*\s*|[^.!?…\n]+\n*|\n+")
# Signs that count as one on X; all others count as two (twitter-text 3, configuration version 3).
_LIGHT = ((0, 4_351), (8_192, 8_205), (8_208, 8_223), (8_242, 8_247))


def graphemes(text: str) -> int:
    """Signs as people see them: an emoji of a family is one, a letter with its accent too."""
    return len(_GRAPHEME.findall(text))


def more_graphemes_than(number: int, text: str) -> bool:
    """Whether people see more signs than that, counted no further."""
    return next(islice(_GRAPHEME.finditer(text), number, None), None) is not None


def x_length(text: str) -> int:
    """X's weighted length: links 23, emoji 2, signs outside of Latin, Greek, Cyrillic and the like 2."""
    words = unicodedata.normalize("NFC", text)
    total = 0
    for pattern in (_URL, _BARE):
        total += LINK * len(pattern.findall(words))
        words = pattern.sub("", words)
    if words.isascii():
        return total + len(words)
    return total + sum(map(_weight, _GRAPHEME.findall(words)))


@lru_cache(maxsize=4_096)
def _weight(cluster: str) -> int:
    """What X counts for one sign as people see it."""
    if _EMOJI.search(cluster):
        return 2
    return sum(1 if any(low <= ord(sign) <= high for low, high in _LIGHT) else 2 for sign in cluster)


def mastodon_length(text: str) -> int:
    """Mastodon's length: graphemes, links as 23, handles without their server."""
    return graphemes(_HANDLE.sub(r"@\1", _URL.sub("x" * LINK, text)))


def tags_in(text: str) -> list[str]:
    """Hashtags of a text, in order."""
    return [str(tag) for tag in _TAG.findall(text)]


@dataclass(frozen=True, slots=True)
class Channel:
    """A network, as a writer needs it. `limit` 0 is none; `tags` the most hashtags that do it good, `most_tags` the
    most that it takes (0: no limit). `picture` is the usual size of an image, width x height."""

    name: str
    limit: int
    length: Callable[[str], int]
    tags: int
    most_tags: int = 0
    title: int = 0  # characters of a title, 0 where it has none
    threads: bool = False
    links: bool = True  # a link in the text can be clicked
    picture: str = "1200 x 630"
    compose: str = ""  # its own composer, with {text}, {title}, {link}; "" where it has no such address


CHANNELS: dict[str, Channel] = {
    c.name: c
    for c in (
        Channel(
            "x", 280, x_length, 2, threads=True, picture="1600 x 900", compose="https://x.com/intent/post?text={text}"
        ),
        Channel(
            "mastodon",
            500,
            mastodon_length,
            4,
            threads=True,
            picture="1600 x 900",
            compose="https://{place}/share?text={text}",
        ),
        Channel(
            "bluesky",
            300,
            graphemes,
            2,
            threads=True,
            picture="2000 x 1000",
            compose="https://bsky.app/intent/compose?text={text}",
        ),
        Channel(
            "linkedin",
            3_000,
            len,
            3,
            picture="1200 x 627",
            compose="https://www.linkedin.com/feed/?shareActive=true&text={text}",
        ),
        Channel(
            "facebook",
            63_206,
            len,
            2,
            picture="1200 x 630",
            compose="https://www.facebook.com/sharer/sharer.php?u={link}",
        ),
        Channel("instagram", 2_200, len, 5, most_tags=30, links=False, picture="1080 x 1350"),
        Channel(
            "reddit",
            40_000,
            len,
            0,
            title=300,
            picture="1200 x 900",
            compose="https://www.reddit.com/r/{place}/submit?title={title}&text={text}",
        ),
        Channel("forum", 32_000, len, 0, title=255, picture="1200 x 630"),
        Channel("youtube", 5_000, len, 3, most_tags=60, title=100, picture="1280 x 720"),
        Channel("blog", 0, len, 0, title=70, picture="1600 x 900"),
        Channel("newsletter", 0, len, 0, title=60, picture="1200 x 600", compose="mailto:?subject={title}&body={text}"),
    )
}


def left(channel: str, text: str) -> int | None:
    """Characters left on a channel, as it counts them; None where it has no limit."""
    held = CHANNELS[channel]
    return held.limit - held.length(text) if held.limit else None


def problems(channel: str, text: str, title: str = "") -> list[str]:
    """What stands in the way of publishing: too_long, title_long, too_many_tags, link_dead (a link that nobody can
    click), many_tags (more than do good)."""
    held = CHANNELS[channel]
    wrong = []
    if held.limit and held.length(text) > held.limit:
        wrong.append("too_long")
    if held.title and more_graphemes_than(held.title, title):
        wrong.append("title_long")
    number = len(tags_in(text))
    if held.most_tags and number > held.most_tags:
        wrong.append("too_many_tags")
    elif number > max(held.tags, 0) + 2:
        wrong.append("many_tags")
    if not held.links and _URL.search(text):
        wrong.append("link_dead")
    return wrong


def split(channel: str, text: str) -> list[str]:
    """A text as the posts of a thread, cut at ends of sentences and numbered "1/3"; one post where it fits.

    A sentence that is too long by itself is cut between words, and a word that is too long within it.
    """
    held = CHANNELS[channel]
    text = text.strip()
    if not held.limit or held.length(text) <= held.limit:
        return [text]
    parts = _parts(text, held.length, held.limit - len(" 12/34"))
    if len(parts) > 99:
        parts = _parts(text, held.length, held.limit - len(" 1234/5678"))
    return [f"{part} {number}/{len(parts)}" for number, part in enumerate(parts, start=1)]


def _parts(text: str, length: Callable[[str], int], room: int) -> list[str]:
    pieces = _pieces(text, length, room)
    parts: list[str] = []
    first = 0
    while first < len(pieces):
        number = _fitting(pieces, first, length, room)
        parts.append("".join(pieces[first : first + number]).strip())
        first += number
    return [part for part in parts if part]


def _fitting(pieces: Sequence[str], first: int, length: Callable[[str], int], room: int) -> int:
    """How many pieces from `first` on fit into one post, at least one. Doubled, then halved: measuring a post anew for
    each of its pieces would take too long where they are short."""

    def fits(number: int) -> bool:
        some = pieces[first : first + number]
        return len(some) == number and length("".join(some).strip()) <= room

    good, step = 1, 1
    while fits(good + step):
        good, step = good + step, 2 * step
    while step:
        good, step = (good + step if fits(good + step) else good), step // 2
    return good


def _pieces(text: str, length: Callable[[str], int], room: int) -> list[str]:
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(text):
        if MOST_OF_A_SIGN * len(sentence) <= room or length(sentence.strip()) <= room:
            pieces.append(sentence)
            continue
        for word in regex.findall(r"\S+\s*", sentence):
            if MOST_OF_A_SIGN * len(word) <= room or length(word.strip()) <= room:
                pieces.append(word)
            else:
                pieces += _cut(_GRAPHEME.findall(word), length, room)
    return pieces


def _cut(clusters: Sequence[str], length: Callable[[str], int], room: int) -> list[str]:
    """A word that is too long, in pieces that fit. What is left of it is measured only where it may be short enough."""
    pieces: list[str] = []
    first = 0
    while len(clusters) - first > 4 * room or length("".join(clusters[first:]).strip()) > room:
        cut = max(1, min(room, (len(clusters) - first) // 2))
        while cut > 1 and length("".join(clusters[first : first + cut])) > room:
            cut //= 2
        pieces.append("".join(clusters[first : first + cut]))
        first += cut
    return [*pieces, "".join(clusters[first:])]


def compose_address(channel: str, text: str, title: str = "", link: str = "", place: str = "") -> str:
    """The address of a network's own composer with the text filled in; "" where it has none. `place` is the server on
    Mastodon, the subreddit on Reddit. Nothing is published: a person presses the button there."""
    held = CHANNELS[channel]
    if not held.compose:
        return ""
    if channel == "mastodon" and not regex.fullmatch(r"[\w-]+(?:\.[\w-]+)+", place):
        place = "mastodon.social"
    if channel == "reddit":
        place = regex.sub(r"\W", "", place.removeprefix("r/")) or "test"
    if channel == "facebook" and not web_link(link):
        return ""
    return held.compose.format(
        text=quote(text[:4_000], safe=""), title=quote(title[:300], safe=""), link=quote(link, safe=""), place=place
    )


def fit(channel: str, hook: str, body: str, link: str, tags: list[str]) -> str:
    """A draft for a channel: its customs on links and hashtags, shortened at a sentence where it has no threads."""
    held = CHANNELS[channel]
    words = " ".join(f"#{tag}" for tag in tags[: held.tags])
    parts = [hook, body, link if held.links else "", words]
    text = "\n\n".join(part.strip() for part in parts if part.strip())
    if not held.limit or held.threads or held.length(text) <= held.limit:
        return text
    sentences = _SENTENCE.findall(body)

    def length_of(number: int) -> int:
        """Of the text with so many sentences of the body."""
        first = "".join(sentences[:number]).strip()
        return held.length("\n\n".join(part for part in (hook, first, *parts[2:]) if part))

    kept = "".join(sentences[: bisect_right(range(1, len(sentences) + 1), held.limit, key=length_of)]).strip()
    return "\n\n".join(part.strip() for part in (hook, kept, *parts[2:]) if part.strip())


# The kinds of sources -> the channel whose customs a reply there follows; of others nothing is known.
REPLIES_ON = {
    "x": "x",
    "mastodon": "mastodon",
    "bluesky": "bluesky",
    "facebook": "facebook",
    "instagram": "instagram",
    "youtube": "youtube",
    "reddit": "reddit",
    "lemmy": "reddit",
    "discourse": "forum",
    "stackexchange": "forum",
    "github": "forum",
    "github_discussions": "forum",
    "hackernews": "forum",
    "linkedin": "linkedin",
    "feed": "blog",
}
ONE_PARAGRAPH = frozenset({"x", "bluesky", "instagram", "youtube"})  # where a reply is read as one line
LETTERS = frozenset({"linkedin", "forum", "reddit", "blog"})  # where a greeting has a line of its own
_GREETING = regex.compile(
    r"^(?:hi|hello|dear|bonjour|salut)\b[^.!?,\n]*[.!?,]\s*(?:(?:thanks|thank you|merci)\b[^.!?\n]*[.!?]\s*)?",
    regex.IGNORECASE,
)
_BREAK = "\0"  # a line break of what is quoted


def fit_reply(channel: str, text: str, kept: str = "", link: str = "") -> str:
    """A reply by the customs of a channel, as it is for one that is not known: its line breaks, no link where none can
    be clicked. Where it is too long, what is said around `kept` (the words that are quoted) goes first: the closing
    question, then the greeting. What is too long then stays so: a person shortens it, or posts it in parts."""
    if channel not in CHANNELS:
        return text
    held = CHANNELS[channel]
    if link and not held.links:
        text = text.replace(link, "")
    if kept:
        text = text.replace(kept, kept.replace("\n", _BREAK))
    between = " " if channel in ONE_PARAGRAPH else "\n\n"
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    greeting = _GREETING.match(lines[0]) if lines else None
    if greeting and channel in LETTERS:
        lines = [greeting[0].strip(), lines[0][greeting.end() :].strip(), *lines[1:]]
    for shorter in _shortened([line for line in lines if line]):
        text = between.join(shorter).replace(_BREAK, " " if channel in ONE_PARAGRAPH else "\n")
        if not held.limit or held.length(text) <= held.limit:
            break
    return text


def _shortened(lines: list[str]) -> Iterator[list[str]]:
    """The lines of a reply, then with less and less around what it says."""
    yield lines
    closing = next((place for place in (len(lines) - 1, len(lines) - 2) if place > 0 and lines[place][-1] == "?"), 0)
    if closing:
        lines = [line for place, line in enumerate(lines) if place != closing]
        yield lines
    found = _GREETING.match(lines[0]) if lines else None
    if found:
        rest = lines[0][found.end() :].strip()
        yield [*([rest] if rest else []), *lines[1:]]
