"""What the record holds for ideas, as `insights.pipeline.ideas` gathers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from data.content.ground import Evidence


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic as ideas need it: its evidence of two months, and counts."""

    topic: int
    label: str
    trend: str
    posts: Sequence[Evidence]
    questions: Sequence[Evidence] = ()
    complaints: Sequence[Evidence] = ()
    wishes: Sequence[Evidence] = ()
    ours: int = 0
    heat: float = 0.0
    rate: float = 1.0  # posts of the last two weeks against its usual two weeks
    names: dict[str, str] = field(default_factory=dict)  # words of its name that its posts share, by language


@dataclass(frozen=True, slots=True)
class Argued:
    """A debate, or a wave of criticism."""

    id: int
    question: str
    posts: Sequence[Evidence]
    state: str
    days_quiet: int
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class NewTool:
    """A tool that people began to name."""

    id: int
    name: str
    posts: Sequence[Evidence]
    days_old: int


@dataclass(frozen=True, slots=True)
class Fix:
    """Something that we did, with complaints in the fortnight before and after."""

    action: int
    title: str
    before: Sequence[Evidence]
    after: int
    days_ago: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of ours that fits what is asked again now."""

    answer: int
    days_old: int
    asked: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day that comes back, or an anniversary, and posts that fit it."""

    key: str
    name: dict[str, str]
    days_ahead: int
    posts: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A round number that was passed lately."""

    what: str  # people | posts
    number: int
    posts: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Helper:
    """A member who answers others."""

    author: str
    replies: Sequence[Evidence]
    thanked: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What the record holds for ideas, of the last two months."""

    open_questions: Sequence[Evidence] = ()
    subjects: Sequence[Subject] = ()
    debates: Sequence[Argued] = ()
    tools: Sequence[NewTool] = ()
    praise: Sequence[Evidence] = ()
    fixes: Sequence[Fix] = ()
    answered: Sequence[Answered] = ()
    occasions: Sequence[Occasion] = ()
    milestones: Sequence[Milestone] = ()
    helpers: Sequence[Helper] = ()
    newcomers: Sequence[Evidence] = ()
    newcomers_before: int = 0
    their_words: Sequence[tuple[str, Sequence[Evidence]]] = ()  # words of theirs that we never use
    waves: Sequence[tuple[int, Sequence[Evidence]]] = ()  # copies of one text: (its first post, all)
    usual_reactions: float | None = None  # the median of all posts
