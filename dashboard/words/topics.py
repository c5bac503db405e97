"""Why a topic moves, what became of it and what cannot be done to it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import get_day_names

from dashboard.reads.topics import TopicRow
from dashboard.words.labels import trend_names
from dashboard.words.language import _, count, current, day, n_, percent
from dashboard.words.posts import earlier_words
from data.models import TopicChange, TopicName, day_to_date
from data.scope import Scope
from data.topics.trends import TrendFacts
from insights.topics.trends import compare_periods


def called(name: TopicName | str) -> str:
    """What a topic is called, the words of the language that is spoken first."""
    return name if isinstance(name, str) else name.name_in(current())


def by_name(names: Mapping[int, TopicName]) -> dict[int, str]:
    """Topic -> what it is called, in alphabetical order."""
    shown = {topic: called(name) for topic, name in names.items()}
    return dict(sorted(shown.items(), key=lambda item: (item[1].lower(), item[0])))


ALIKE = 1.5  # times as many a week, or as few: within it two numbers are as good as the same
ENOUGH = 10  # posts in one of two stretches of time of the same length; below it chance alone makes such moves


def trend_code(trend: str, facts: TrendFacts | None) -> str:
    """The trend as it may be said beside its figures: what is not shown to move, and yet has clearly other numbers, is
    neither moving nor steady."""
    if trend != "steady" or facts is None:
        return trend
    return _unlike(facts.baseline_a_week * facts.recent_days / 7, facts.recent) or trend


def _unlike(before: float, recent: float) -> str:
    """What to call two numbers of posts that are not shown to differ, of stretches of the same length; "" where they
    are as good as the same."""
    if max(before, recent) <= ALIKE * min(before, recent):
        return ""
    return "few" if max(before, recent) < ENOUGH else "unclear"


def trend_word(trend: str, facts: TrendFacts | None) -> str:
    return trend_names()[trend_code(trend, facts)]


def trend_growth(trend: str, facts: TrendFacts | None) -> int | None:
    """In per cent, over the very days that the trend was told from; None where a growth would say nothing."""
    if facts is None or facts.change is None or trend in {"new", "resolved", "ended", "seasonal"}:
        return None
    return round(100 * facts.change)


@dataclass(frozen=True, slots=True)
class Move:
    """How a topic moves: the code of a trend, its name, why it is said, and its growth in per cent where it has one."""

    trend: str
    name: str
    why: str
    growth: int | None = None


def trends_are_told(scope: Scope, today: date) -> bool:
    """Whether topics are told by their trend: it is that of yesterday and today."""
    return (today - scope.until).days <= 1 and not scope.against


def moves_of(rows: Sequence[TopicRow], scope: Scope, today: date) -> dict[int, Move]:
    """Topic -> how it moves. Up to yesterday a topic has its trend; an older period is compared with the one before
    it, for what is new today was not new then; and so is one that is to be compared with last year."""
    if not trends_are_told(scope, today):
        return period_moves(rows, scope)
    return {
        r.topic.id: Move(
            r.topic.trend,
            trend_word(r.topic.trend, r.facts),
            trend_sentence(r.facts),
            trend_growth(r.topic.trend, r.facts),
        )
        for r in rows
    }


def period_moves(rows: Sequence[TopicRow], scope: Scope) -> dict[int, Move]:
    """Topic -> how it moved in a period, against the one that it is compared with."""
    posts = {r.topic.id: (r.before, r.posts) for r in rows}
    totals = (sum(a for a, _b in posts.values()), sum(b for _a, b in posts.values()))
    kinds = compare_periods(posts, totals, (scope.earlier().days, scope.days))
    codes = {"grew": "rising", "shrank": "fading", "gone": "resolved", "same": "steady"}
    moves = {}
    for key, kind in kinds.items():
        before, here = posts[key]
        unlike = _unlike(before, here) if kind == "same" else ""
        why = _("{n} in this period, {before} {earlier}.").format(
            n=n_("{n} post", "{n} posts", here), before=count(before), earlier=earlier_words(scope)
        )
        name = trend_names()[unlike] if unlike else kinds_of_change()[kind]
        grew = round(100 * (here - before) / before) if before and here else None
        moves[key] = Move(unlike or codes.get(kind, kind), name, why, grew)
    return moves


def trend_sentence(facts: TrendFacts | None) -> str:
    """Why a topic has its trend, in a sentence; nothing where none was told yet."""
    if facts is None:
        return ""
    if facts.until:
        words = _("Its sources ended on {day}: {n} in their last {days} days, against {before} a week before")
    else:
        words = _("{n} in the last {days} days, against {before} a week before")
    words = words.format(
        n=n_("{n} post", "{n} posts", facts.recent),
        days=facts.recent_days,
        before=count(facts.baseline_a_week, 1),
        day=day(day_to_date(facts.until)),
    )
    if facts.authors and facts.recent:
        words += ", " + _("from {authors} in {places}").format(
            authors=n_("{n} author", "{n} authors", facts.authors), places=n_("{n} place", "{n} places", facts.places)
        )
    if facts.weekdays:
        names = get_day_names("wide", locale=current())
        words += ". " + _("{share} of it comes on {days}, week after week").format(
            share=percent(facts.share), days=_(" and ").join(names[d] for d in facts.weekdays)
        )
    if facts.year_ago:
        words += ". " + n_(
            "The same days of last year had {n} post", "The same days of last year had {n} posts", facts.year_ago
        )
    return words + "."


def kinds_of_change() -> dict[str, str]:
    """What a topic did between two periods."""
    return {
        "new": _("New"),
        "grew": _("Grew"),
        "same": _("As before"),
        "shrank": _("Shrank"),
        "gone": _("Gone"),
    }


def change_sentence(change: TopicChange, other: str) -> str:
    """A line of a topic's passport; `other` is the name of the other topic of the change."""
    if change.made_by == "person":
        return {
            "renamed": _("Named “{name}” by a person").format(name=change.named)
            if change.named
            else _("Given back its automatic name by a person"),
            "merged": _("Counted with “{name}” by a person").format(name=other),
            "apart": _("Taken apart from “{name}” by a person").format(name=other),
            "split": _("Split from “{name}” by a person").format(name=other),
            "hidden": _("Hidden by a person"),
            "shown": _("Shown again by a person"),
            "noise": _("Marked as noise by a person"),
            "signal": _("Taken back from noise by a person"),
        }.get(change.kind, change.kind)
    posts = n_("{n} post", "{n} posts", change.posts)
    return {
        "began": _("Found by the program"),
        "split": _("Came out of “{name}”, with {posts} from there").format(name=other, posts=posts),
        "merge": _("Went into “{name}”, with {posts}").format(name=other, posts=posts),
        "end": _("No longer found: its posts joined other topics"),
    }.get(change.kind, change.kind)


def edit_problem(code: str) -> str:
    return {
        "itself": _("A topic cannot be merged into itself."),
        "already": _("That topic is already part of this one."),
        "too_few": _("Choose at least one post of this topic."),
    }.get(code, _("This topic is no longer there. Reload the page."))
