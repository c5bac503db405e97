"""Kinds of brands, and what is wrong with a query, in words."""

from __future__ import annotations

from dashboard.words.labels import escape
from dashboard.words.language import _, count
from data.posts.query_language import QueryError


def kind_names() -> dict[str, str]:
    return {
        "own": _("Our brand"),
        "product": _("Our product"),
        "person": _("One of us"),
        "competitor": _("Competitor"),
        "watch": _("Subject to watch"),
    }


def query_problem(error: QueryError, query: str) -> str:
    """Why a query cannot be read, and where."""
    words = {
        "empty": _("The query is empty. Write a name, or words that must be in the post."),
        "long": _("The query is too long: at most 4,000 characters."),
        "deep": _("Too many parentheses inside one another: at most 20."),
        "many": _("Too many words: at most 200."),
        "quote": _("A quotation mark is not closed."),
        "parenthesis": _("A parenthesis is not closed."),
        "closing": _("A parenthesis is closed that was never opened."),
        "unexpected": _("This does not belong here."),
        "ending": _("Something is missing at the end."),
        "field": _("Unknown field: there are source, place, network, lang, author and link. Quote a web address."),
        "star": _("A star may only stand at the end of a word: plann*."),
        "stem": _("At least two letters must stand before a star."),
        "signs": _("There is no letter or digit here to look for."),
        "distance": _("Write NEAR/5 between two words, or “two words”~5: at most 20 words between them."),
    }[error.code]
    if error.code in {"empty", "long", "many"}:
        return words
    return (
        words
        + " "
        + _("Here: character {n}, “{found}”.").format(
            n=count(error.position + 1), found=escape(error.found or query[error.position : error.position + 15])
        )
    )
