"""Posts in words: who wrote one, how it was reacted to, how sure what was understood is; whose voices a figure is."""

from __future__ import annotations

from dashboard.words.labels import escape
from dashboard.words.language import _, day, language_name, lasting, moment, n_, percent
from data.models import Engagement, Post
from data.posts.spreading import Pace, Spread, Worth
from data.posts.voices import Voices
from data.scope import Scope

# Shares that unbalance a figure, and the posts it takes to say so.
ONE_VOICE, COPIED, ENOUGH = 0.6, 0.5, 5


def byline(post: Post) -> str:
    """Who, where, when, in which language; safe inside a label."""
    parts = (
        escape(post.author) or _("no name given"),
        escape(post.community or post.source_title),
        escape(moment(post.published_at)),
        escape(language_name(post.lang)),
    )
    return " · ".join(part for part in parts if part)


def engagement_words(counted: Engagement) -> str:
    """What a post drew, as far as its network says; "" for nothing."""
    parts = (
        n_("{n} point", "{n} points", counted.score) if counted.score else "",
        n_("{n} reply", "{n} replies", counted.comments) if counted.comments else "",
        n_("{n} share", "{n} shares", counted.shares) if counted.shares else "",
        n_("{n} view", "{n} views", counted.views) if counted.views else "",
        _("{share} upvoted").format(share=percent(counted.ratio)) if counted.ratio is not None else "",
    )
    return " · ".join(part for part in parts if part)


def sureness(confidence: float) -> str:
    """Where a tone or kind comes from: 1 is what a person said, less is an estimate."""
    if confidence == 1.0:
        return _("Set by a person.")
    return _("Estimated by the program, {share} sure.").format(share=percent(confidence))


def not_read(posts: int) -> str:
    """Why posts in other languages have no tone."""
    return n_(
        "{n} post in another language than English and French: its tone is not read.",
        "{n} posts in other languages than English and French: their tone is not read.",
        posts,
    )


def voices_sentence(voices: Voices) -> str:
    """How many people in how many places say it."""
    return _("{posts} from {authors} in {places}.").format(
        posts=n_("{n} post", "{n} posts", voices.posts),
        authors=n_("{n} author", "{n} authors", voices.authors),
        places=n_("{n} place", "{n} places", len(voices.places)),
    )


def imbalances(voices: Voices) -> list[str]:
    """What unbalances a figure of enough posts: one author, copies, one place. Safe inside a label."""
    if voices.posts < ENOUGH:
        return []
    told = []
    author, most = voices.loudest
    if most >= ONE_VOICE * voices.posts:
        told.append(
            _("One author wrote {share} of it: {name}.").format(share=percent(most / voices.posts), name=escape(author))
        )
    if voices.copies >= COPIED * voices.posts:
        told.append(
            _("{share} of it is copies: it may be a copy-paste wave.").format(
                share=percent(voices.copies / voices.posts)
            )
        )
    if len(voices.places) == 1 and voices.places[0][0]:
        told.append(_("All of it comes from one place: {name}.").format(name=escape(voices.places[0][0])))
    return told


def period_names() -> dict[str, str]:
    """The periods of a calendar."""
    return {
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "week": _("This week"),
        "last-week": _("Last week"),
        "month": _("This month"),
        "last-month": _("Last month"),
        "quarter": _("This quarter"),
    }


def earlier_words(scope: Scope) -> str:
    """The days that a period is compared with, to stand after "than", "against" or a number."""
    if scope.against == "year":
        return _("the same days last year")
    named = {
        "today": _("yesterday"),
        "yesterday": _("the day before"),
        "week": _("the same days of last week"),
        "last-week": _("the week before"),
        "month": _("the same days of last month"),
        "last-month": _("the month before"),
        "quarter": _("the same days of last quarter"),
    }
    if scope.days == 1 and not scope.period:
        return _("the day before")
    return named.get(scope.period) or n_("the {n} day before", "the {n} days before", scope.days)


def spread_orders() -> dict[str, str]:
    """What posts that spread can be ordered by."""
    return {"pace": _("Fastest first"), "reach": _("Most seen first"), "carried": _("Most carried first")}


def spread_words(spread: Spread) -> tuple[str, str]:
    """(how fast a post spreads, what that was measured on and how far it went). What nobody counts is said to be
    missing."""
    pace = spread.pace
    how = {
        "between": _("between {since} and {until}").format(since=day(pace.since.date()), until=day(pace.until.date())),
        "average": _("on average since it was published: counted once"),
    }.get(pace.kind, _("since it was first carried on, from posts here"))
    missing = {
        (True, True): _("shares and views are not counted there"),
        (True, False): _("shares are not counted there"),
    }
    parts = (
        how,
        n_("{n} share", "{n} shares", spread.shares) if spread.shares is not None else "",
        n_("{n} person carries it on here", "{n} people carry it on here", spread.people) if spread.people else "",
        n_("{n} view", "{n} views", spread.views) if spread.views is not None else "",
        missing.get((spread.shares is None, spread.views is None), ""),
        _("views are not counted there") if spread.shares is not None and spread.views is None else "",
    )
    return _pace_number(pace), " · ".join(part for part in parts if part)


def _pace_number(pace: Pace) -> str:
    shares = pace.kind != "seen"
    if pace.an_hour >= 1:
        n = round(pace.an_hour)
        return (
            n_("{n} share an hour", "{n} shares an hour", n)
            if shares
            else n_("{n} person an hour", "{n} people an hour", n)
        )
    if pace.an_hour * 24 >= 1:
        n = round(24 * pace.an_hour)
        return n_("{n} share a day", "{n} shares a day", n) if shares else n_("{n} person a day", "{n} people a day", n)
    if not pace.an_hour:
        return _("no more shares")
    return _("less than one share a day") if shares else _("less than one person a day")


def worth_words(worth: Worth) -> str:
    """Why a post is worth answering now."""
    asks = _("it complains to you") if worth.kind == "complaint" else _("it asks you something")
    sure = _("{what} ({share} sure)").format(what=asks, share=percent(worth.sure))
    return ", ".join([_("it spreads"), sure, _("nobody of you answered")])


def carrier_words(how: str, seconds: float) -> str:
    """How a post carries another on, and how long after it."""
    told = _("leads to the same page") if how == "link" else _("says the same words")
    return _("{what}, {time} after").format(what=told, time=lasting(seconds))
