"""Why a topic moves, what became of it and what cannot be done to it, in words."""

from __future__ import annotations

from collections.abc import Mapping

from babel.dates import get_day_names

from dashboard.words.language import _, count, current, n_, percent
from data.models import TopicChange, TopicName
from data.topics.trends import TrendFacts


def called(name: TopicName | str) -> str:
    """What a topic is called, the words of the language that is spoken first."""
    return name if isinstance(name, str) else name.name_in(current())


def by_name(names: Mapping[int, TopicName]) -> dict[int, str]:
    """Topic -> what it is called, in alphabetical order."""
    shown = {topic: called(name) for topic, name in names.items()}
    return dict(sorted(shown.items(), key=lambda item: (item[1].lower(), item[0])))


def trend_sentence(facts: TrendFacts | None) -> str:
    """Why a topic has its trend, in a sentence; nothing where none was told yet."""
    if facts is None:
        return ""
    words = _("{n} in the last {days} days, against {before} a week before").format(
        n=n_("{n} post", "{n} posts", facts.recent),
        days=facts.recent_days,
        before=count(facts.baseline_a_week, 1),
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
