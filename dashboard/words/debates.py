"""What is said of a debate in words, and the messages that start one or calm one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.words.language import _, day, n_
from data.debates.listing import Debate

# Characters of a message and of a poll's question and options, and how many options: as the networks document them.
LIMITS: dict[str, tuple[int, int, int, int]] = {
    "forum": (20_000, 250, 200, 4),
    "reddit": (20_000, 300, 120, 4),
    "mastodon": (500, 500, 50, 4),
    "bluesky": (300, 0, 0, 0),
    "linkedin": (3_000, 140, 30, 4),
    "x": (280, 280, 25, 4),
    "discord": (2_000, 300, 55, 4),
}


def channel_names() -> dict[str, str]:
    return {
        "forum": _("Forum"),
        "reddit": "Reddit",
        "mastodon": "Mastodon",
        "bluesky": "Bluesky",
        "linkedin": "LinkedIn",
        "x": "X",
        "discord": "Discord",
    }


def side_names(item: Debate) -> dict[int, str]:
    """The names of the camps of a debate."""
    first, second = (_("For"), _("Against")) if item.facts.by_question else (_("One side"), _("The other side"))
    between = _("It depends") if any(camp.side == 0 for camp in item.facts.camps) else _("No side")
    return {1: first, -1: second, 0: between}


def part_names() -> dict[str, str]:
    return {
        "replies": _("Replies"),
        "balance": _("Balance"),
        "cross": _("Across camps"),
        "spread": _("Spread"),
        "votes": _("Votes"),
    }


def part_help() -> dict[str, str]:
    """What each part of the controversy score is."""
    return {
        "replies": _("How deep replies go, and how fast they follow each other."),
        "balance": _("People of the smaller camp against the larger one: 100% when both are as many."),
        "cross": _("Of replies between people with a side, the share that goes to the other camp."),
        "spread": _("Whether many people carry it, or a few: how evenly posts are spread over authors."),
        "votes": _("Whether votes back both camps, and how many voted the opening post down."),
    }


def state_names() -> dict[str, str]:
    return {"debate": _("Debates"), "lively": _("Lively, no clear camps"), "criticism": _("Criticism")}


def place_and_time(item: Debate) -> str:
    """Where it is, since when, and how large."""
    return " · ".join(
        part
        for part in (
            item.place,
            _("since {day}").format(day=day(item.began_at.date())),
            n_("{n} post", "{n} posts", item.posts),
            n_("{n} person", "{n} people", item.people),
        )
        if part
    )


def trend_words(recent: int, before: int) -> str:
    """Its pace in a sentence."""
    if not recent and not before:
        return _("Quiet for two weeks.")
    words = n_("{n} post in the last seven days", "{n} posts in the last seven days", recent)
    return words + ", " + n_("{n} in the seven before.", "{n} in the seven before.", before)


_SMALL = re.compile(
    r"\b(?:per|by|with|without|an?|the|in|on|par|une?|les?|la|aux?|avec|sans|en|sur|des?)\b(?=\s)", re.IGNORECASE
)


QUESTION = 1_000  # characters that are looked at for a choice


@dataclass(frozen=True, slots=True)
class Opening:
    """What starts a debate in a channel: a neutral message, and a poll where the channel has them."""

    message: str
    poll: str
    options: tuple[str, ...]


def alternatives_in(question: str) -> tuple[str, str] | None:
    """The two things that a question asks to choose between ("per member or one price"), None where it asks yes or
    no."""
    question = re.sub(r"\s{2,}", " ", question[:QUESTION])
    choice = re.search(r"([^,?:]{3,80}?)\s*,?\s+(?:or|ou)\s+([^?]{3,60}?)\s*\?", question, re.IGNORECASE)
    if choice is None:
        return None
    # What comes before "or" holds the rest of the question too: the choice begins at its last small word.
    small = list(_SMALL.finditer(choice[1]))
    first = choice[1][small[-1].start() :] if small else " ".join(choice[1].split()[-2:])
    return first.strip(), choice[2].strip()


def opening_of(question: str, arguments: dict[int, str], channel: str) -> Opening:
    """A neutral opening in the language that is spoken, within the limits of a channel."""
    most, poll_size, option_size, many = LIMITS[channel]
    ask = _("Where do you stand, and why? All views are welcome; speak to the argument, not to the person.")
    first, second = arguments.get(1, ""), arguments.get(-1, "")
    both = ""
    if first and second:
        both = _("Some say: “{first}” Others answer: “{second}”").format(first=first, second=second)
    message = "\n\n".join(part for part in (question, both, ask) if part)
    if len(message) > most:
        message = "\n\n".join((question, ask))
    if len(message) > most:
        message = question[: most - 1] + "…" if len(question) > most else question
    pair = alternatives_in(question)
    options: Sequence[str] = (
        (*pair, _("It depends"), _("No opinion yet"))
        if pair
        else (_("Yes"), _("No"), _("It depends"), _("No opinion yet"))
    )
    if not many:
        return Opening(message, "", ())
    asked = question if len(question) <= poll_size else question[: poll_size - 1] + "…"
    return Opening(message, asked, tuple(_cut(option, option_size) for option in options[:many]))


def _cut(words: str, size: int) -> str:
    words = words[:1].upper() + words[1:]
    return words if len(words) <= size else words[: size - 1] + "…"


def calming(item: Debate, grants: Sequence[tuple[str, str]], common: Sequence[str]) -> str:
    """A moderator's message: what both sides grant, what is open, how to go on. `grants` are (camp, exact words)."""
    parts = [
        n_("Thank you all: {n} person has spoken here.", "Thank you all: {n} people have spoken here.", item.people)
    ]
    if grants:
        parts.append(_("There is common ground:") + "\n" + "\n".join(f"- {camp}: “{words}”" for camp, words in grants))
    elif common:
        parts.append(_("Both sides care about the same things: {words}.").format(words=", ".join(common)))
    parts.append(_("What is open: {question}").format(question=item.question))
    parts.append(
        _(
            "To go on well: answer arguments rather than people, quote what you answer, one point at a time. "
            "We will sum up what was said, with the words of both sides."
        )
    )
    return "\n\n".join(parts)
