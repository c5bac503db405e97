"""Events in words: kinds, states, what enters and what does not, who came, draws."""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboard.words.language import _, count, day, moment, n_, percent
from data.events.attendance import BACK_AFTER, Attendance
from data.events.draws import Draw, Drawn
from data.events.entries import MOST
from data.events.events import LONGEST, MOST_EACH, MOST_PRIZES, Event


def kind_names() -> dict[str, str]:
    return {"contest": _("Contest"), "challenge": _("Challenge"), "quiz": _("Quiz"), "qa": _("Questions and answers")}


def state_names() -> dict[str, str]:
    return {"planned": _("To come"), "running": _("Running"), "over": _("Over")}


def out_names() -> dict[str, str]:
    """Why a post is no entry."""
    return {
        "ours": _("Ours"),
        "removed": _("Removed from its network"),
        "nameless": _("Without the name of its author"),
        "excluded": _("Its author is left out"),
        "more": _("Beyond what one person may enter"),
    }


def error_words(code: str) -> str:
    """What is wrong, and what to do."""
    return {
        "title": _("Give it a title."),
        "kind": _("This value is not possible here."),
        "dates": n_(
            "The end must follow the beginning, within {n} day.",
            "The end must follow the beginning, within {n} days.",
            LONGEST.days,
        ),
        "hashtag": _("A hashtag is one word of letters, digits and underscores, and not digits alone."),
        "where": _("Say where people enter: with a hashtag, in the thread of a post, or both."),
        "thread": _(
            "No post of this address is in the record within sixty days before the event. Open the post in Mentions "
            "and copy the address of that page."
        ),
        "number": _("At most {most} entries a person, and at most {prizes} winners.").format(
            most=count(MOST_EACH), prizes=count(MOST_PRIZES)
        ),
        "long": _("That is too long: shorten the rules or the answers."),
        "reason": _("Say why: the reason is kept."),
        "mark": _("This value is not possible here."),
        "open": _("The event is not over yet: more may enter."),
        "none": _("Nobody is in the list."),
        "many": n_(
            "More than {n} post entered: narrow the days or the hashtag.",
            "More than {n} posts entered: narrow the days or the hashtag.",
            MOST,
        ),
        "drawn": _("This list was drawn from already, or another one was closed since."),
        "seed": _("Enter the seed that was announced, at most 200 characters."),
        "closed": _("Its list was closed: what was promised then stays to be seen, so the event is not removed."),
    }[code]


def when(one: Event) -> str:
    return _("From {start} to {end}").format(start=moment(one.starts), end=moment(one.ends))


def where(one: Event) -> str:
    """How people enter."""
    ways = [f"#{one.hashtag}"] if one.hashtag else []
    return " · ".join([*ways, *([_("replies in a thread")] if one.thread else [])])


def limits(one: Event) -> str:
    """How many entries a person, and how many win."""
    each = (
        n_("{n} entry a person", "{n} entries a person", one.most) if one.most else _("any number of entries a person")
    )
    return " · ".join([each, *([n_("{n} winner", "{n} winners", one.prizes)] if one.prizes else [])])


def came(one: Attendance, entries: int) -> str:
    """People and their posts."""
    people = n_("{n} person", "{n} people", one.people)
    return _("{people}, {entries}.").format(people=people, entries=n_("{n} entry", "{n} entries", entries))


def new_words(one: Attendance, one_event: Event) -> str:
    """Who was never seen before, and how far back that was looked for."""
    told = _("All had written before in this record")
    if one.new:
        people = n_(
            "{n} had never written before in this record", "{n} had never written before in this record", len(one.new)
        )
        told = people + _share(len(one.new), one)
    if one.since is None:
        return told + "."
    known = one_event.starts.date() - one.since
    begins = _("which begins on {day}").format(day=day(one.since))
    if known < timedelta(days=90):
        return _("{told}, {begins}: so little before the event that some may only seem new.").format(
            told=told, begins=begins
        )
    return f"{told}, {begins}."


def back_words(one: Attendance, now: datetime) -> str:
    """Who wrote again thirty days after the end or later."""
    if one.back is None:
        return _("Who came back {days} days after the end: too early to say before {day}.").format(
            days=count(BACK_AFTER.days), day=day(one.back_from.date())
        )
    return (
        n_(
            "{n} person wrote again {days} days after the end or later, until {day}",
            "{n} people wrote again {days} days after the end or later, until {day}",
            len(one.back),
        ).format(days=count(BACK_AFTER.days), day=day(now.date()))
        + _share(len(one.back), one)
        + "."
    )


def _share(number: int, one: Attendance) -> str:
    return "" if one.is_few or not one.people else f" ({percent(number / one.people)})"


def few_words(one: Attendance) -> str:
    """What is said where a share would say more than is known."""
    return n_(
        "{n} person is too few for shares: one more would change much.",
        "{n} people are too few for shares: one more would change much.",
        one.people,
    )


def seed_words(draw: Draw) -> str:
    """Where a seed is from."""
    if draw.seed_from:
        return _("announced beforehand: {source}").format(source=draw.seed_from)
    return _("made by the machine after the list was closed")


def name_of(one: Drawn) -> str:
    """Whose entry it is, as far as that is still known."""
    if not one.post:
        return _("Erased since")
    return one.author or _("Its author is no longer kept")


def became_of(one: Drawn) -> str:
    """What keeps a winner from winning, "" for nothing."""
    if not one.post:
        return _("Erased since the draw: the next in the order follows.")
    return _("Left out since: {reason}").format(reason=one.excluded) if one.excluded else ""
