"""Places to go to in words: why they are proposed, how people behave there, what their rules say."""

from __future__ import annotations

from datetime import date

from dashboard.words.language import _, count, day, fixed, language_name, lasting, n_, percent
from data.places.behaviour import Behaviour
from data.places.listing import Venue
from insights.places.promotion import promotion_in, verdict
from insights.reputation.estimates import wilson

FEW = 10  # posts with a clear tone under which no tone is named


def kind_names() -> dict[str, str]:
    return {
        "reddit": "Reddit",
        "lemmy": "Lemmy",
        "hashtag": _("Hashtag"),
        "discourse": _("Discourse forum"),
        "forum": _("Forum"),
        "stackexchange": "Stack Exchange",
        "github": _("GitHub discussions"),
        "list": _("Mailing list"),
        "discord": "Discord",
        "slack": "Slack",
        "telegram": "Telegram",
        "matrix": "Matrix",
        "group": _("Group"),
        "site": _("Community site"),
    }


def state_names() -> dict[str, str]:
    return {
        "": _("To look at"),
        "contacted": _("Contacted"),
        "answered": _("They answered"),
        "member": _("We take part"),
        "refused": _("Refused"),
        "left": _("Left alone"),
    }


def why(one: Venue) -> str:
    """Why a place is proposed, with its figures of the period."""
    if not one.posts:
        return {
            "search": _("Found by searching."),
            "hand": _("Put here by one of you."),
        }.get(one.found, _("No post of this period leads there."))
    posts = n_("{n} post", "{n} posts", one.posts)
    people = n_("{n} person", "{n} people", one.voices)
    if one.found == "followed":
        told = _("You follow it and never wrote there: {posts} by {people} on your themes, without you").format(
            posts=posts, people=people
        )
    else:
        told = _("Named in {posts} by {people}").format(posts=posts, people=people)
    parts = [told]
    if one.about_us:
        parts.append(n_("{n} of them names you", "{n} of them name you", one.about_us))
    if one.last is not None:
        parts.append(_("last on {day}").format(day=day(one.last)))
    return " · ".join(parts)


def beside(one: Venue) -> str:
    """What is known of a place, for its line in the list: pace, language, what its rules say of promotion."""
    parts = []
    if one.there is not None and one.there.a_day is not None:
        parts.append(pace_words(one.there))
    if one.there is not None and one.there.langs:
        parts.append(language_name(one.there.lang))
    if one.rules:
        parts.append(
            {
                "forbids": _("its rules read as forbidding promotion"),
                "limits": _("its rules set conditions for promotion"),
                "speaks": _("its rules speak of promotion"),
                "": _("its rules say nothing of promotion"),
            }[verdict(promotion_in(one.rules))]
        )
    return " · ".join(parts)


def known_by(there: Behaviour, looked: date | None) -> str:
    """By what it is known how people behave."""
    if there.by == "record":
        return _("By the posts of the last 28 days that are collected.")
    told = _("By the newest posts, read once on {day}; they are not kept.")
    return told.format(day=day(looked)) if looked is not None else told.partition(";")[0].format(day="–")


def pace_words(there: Behaviour) -> str:
    """How much is written."""
    rate = there.a_day
    if rate is None:
        return _("not known yet")
    if rate >= 1:
        return _("{n} posts a day").format(n=count(round(rate)) if rate >= 10 else fixed(rate, 1))
    if rate * 7 >= 1:
        return _("{n} posts a week").format(n=fixed(rate * 7, 1))
    return _("less than one post a week")


def langs_words(there: Behaviour) -> str:
    """The languages, with their share where there are several."""
    total = sum(number for _lang, number in there.langs)
    if not total:
        return _("not known yet")
    if len(there.langs) == 1:
        return language_name(there.lang)
    return ", ".join(f"{language_name(lang)} {percent(number / total)}" for lang, number in there.langs)


def tone_words(there: Behaviour) -> str:
    """The tone, with how sure it is: the share of posts of a clear tone and its interval, nine times in ten."""
    if there.unread:
        return _("not read yet")
    clear = there.negative + there.neutral + there.positive
    if clear < FEW:
        return _("too few posts to say")
    against, kind = wilson(there.negative, clear), wilson(there.positive, clear)
    harsher = against.low > kind.high
    kinder = kind.low > against.high
    name = _("rather harsh") if harsher else _("rather kind") if kinder else _("even")
    return _("{name}: {negative} negative ({low} to {high}), {positive} positive, of {posts}").format(
        name=name,
        negative=percent(against.value),
        low=percent(against.low),
        high=percent(against.high),
        positive=percent(kind.value),
        posts=n_("{n} post", "{n} posts", clear),
    )


def questions_words(there: Behaviour) -> str:
    """What becomes of questions, and of those that newcomers ask."""
    if not there.questions:
        return _("none was seen")
    told = n_("{m} of {n} question answered", "{m} of {n} questions answered", there.questions).replace(
        "{m}", count(there.answered)
    )
    parts = [told]
    if there.hours is not None:
        parts.append(_("half of these within {time}").format(time=lasting(there.hours * 3_600)))
    if there.newcomers_known and there.newcomers:
        parts.append(
            n_(
                "of {n} asked by a newcomer, {m} answered", "of {n} asked by newcomers, {m} answered", there.newcomers
            ).replace("{m}", count(there.helped))
        )
    elif not there.newcomers_known:
        parts.append(_("whether newcomers asked is known once it is followed"))
    return ", ".join(parts)


def verdict_words(verdict: str) -> str:
    """What the rules say of promotion, as far as words tell: the quotes decide."""
    return {
        "forbids": _("These rules read as forbidding promotion. Their words decide:"),
        "limits": _("These rules read as allowing promotion under conditions only. Their words decide:"),
        "speaks": _("These rules speak of promotion. Their words decide:"),
        "": _("Nothing in these rules speaks of promotion, as far as words tell. Read them whole before you write."),
    }[verdict]
