"""What is read of a batch of posts by their words alone: pure and heavy, here or on any worker, twice without harm.

A worker knows no record. It is sent the posts' words, what decides how they are read and the names of the models, which
it loads once and keeps; it gives back numbers and places in the texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.models import READ_LANGUAGES
from data.posts.analysis import Waiting
from insights.language import detect_languages
from insights.pipeline.debates import stances_to_save
from insights.pipeline.encoding import held_models
from insights.pipeline.models import ModelNames, Models
from insights.pipeline.posts.reading import Reader
from insights.pipeline.posts.tones import Untaught
from insights.reading.aspects import find_aspects, sentences
from insights.reading.classifier import Matrix
from insights.reading.features import features
from insights.reading.intents import kind_probabilities
from insights.reading.questions import question_probabilities
from insights.reading.sentiment import default_model
from insights.reading.toxicity import attack_probabilities
from insights.topics.fit import Vectors

Stances = list[tuple[int, float, str, bool, tuple[tuple[int, int], ...]]]


@dataclass(frozen=True, slots=True)
class Unread:
    """Posts to be read. `said`: the language that a person gave, "" where nobody did. `lacking`: places of those that
    have no vector. `kinds`: of their sources by number."""

    posts: Sequence[Waiting]
    said: Sequence[str]
    lacking: Sequence[int]
    kinds: Mapping[int, str]
    tones: Untaught


@dataclass(frozen=True, slots=True)
class Aspect:
    """An aspect that a post speaks of: the place of the post, that of the sentence in it, and the tone of the
    sentence; "" where it is all that the post says, and has its tone."""

    name: str
    post: int
    tone: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of n posts say. `vectors` are of those that lacked one, None where none did; `tones` (n x 3) are
    before what people taught; `kinds` n x 3; `asked` and `attacks` n probabilities."""

    vectors: Vectors | None
    langs: list[str]
    tones: Matrix
    kinds: Matrix
    asked: list[float]
    attacks: list[float]
    aspects: list[Aspect]
    stances: Stances


def read_words(unread: Unread, models: Models) -> Words:
    """Read a batch with these models."""
    posts, texts = unread.posts, [post.text for post in unread.posts]
    vectors = models.topics.encode([texts[place] for place in unread.lacking]) if unread.lacking else None
    found = detect_languages(texts, [post.lang for post in posts])
    langs = [said or lang for said, lang in zip(unread.said, found, strict=True)]
    rows = features(texts, langs)
    read = Reader(unread.kinds, models.reading).of(posts, langs)
    own = [post.plain if lang in READ_LANGUAGES else "" for post, lang in zip(posts, langs, strict=True)]
    return Words(
        vectors,
        langs,
        unread.tones.of(texts, langs, read, rows),
        kind_probabilities(texts, langs, rows, read),
        question_probabilities(texts, rows, read),
        attack_probabilities(texts, langs, rows, read),
        _aspects(own, langs),
        stances_to_save([post.id for post in posts], own),
    )


def _aspects(texts: Sequence[str], langs: Sequence[str]) -> list[Aspect]:
    """Aspects in texts. A sentence is read without vectors, which were made of whole posts; in a text of one sentence
    it is the whole."""
    found: list[tuple[str, int, int, int, bool]] = []
    for place, (text, lang) in enumerate(zip(texts, langs, strict=True)):
        whole = len(sentences(text)) == 1
        found += [(item.aspect, place, item.start, item.stop, whole) for item in find_aspects(text, lang)]
    parts = [(texts[place][start:stop], langs[place]) for _, place, start, stop, whole in found if not whole]
    scored = default_model().score([text for text, _ in parts], [lang for _, lang in parts]).labels if parts else []
    tones = iter(scored)
    return [Aspect(name, place, "" if whole else next(tones), a, b) for name, place, a, b, whole in found]


@dataclass(frozen=True, slots=True)
class Named:
    """A batch with the names of the models it is read with."""

    unread: Unread
    models: ModelNames


def read_elsewhere(batch: Named) -> Words:
    """`read_words` on a worker. Raises ModelError where it has not the same models."""
    with held_models(batch.models) as models:
        return read_words(batch.unread, models)
