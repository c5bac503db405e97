"""Facts in words: kinds, states, how sure a match is, what is wrong with one."""

from __future__ import annotations

import re
from datetime import date

from dashboard.words.labels import escape
from dashboard.words.language import _, day, n_, percent
from data.facts.facts import MOST, MOST_QUESTIONS, TEXT, Fact, state_of
from data.facts.matches import Match
from data.models import Post, web_link

_SENTENCE = re.compile(r"[^.!?…\n]+\?")


def kind_names() -> dict[str, str]:
    return {
        "product": _("Product"),
        "brand": _("Brand"),
        "company": _("Company"),
        "rule": _("Rule of the house"),
    }


def state_names() -> dict[str, str]:
    return {
        "valid": _("Valid"),
        "soon": _("Expires soon"),
        "expired": _("Expired"),
        "later": _("Not valid yet"),
    }


STATE_COLOURS = {"valid": "green", "soon": "orange", "expired": "red", "later": "gray"}


def problem_words(code: str) -> str:
    return {
        "text": _("Write what we know."),
        "long": _("At most {n} characters, and {m} questions.").format(n=TEXT, m=MOST_QUESTIONS),
        "dates": _("It would end before it begins: check both dates."),
        "many": _("There are {n} facts already, which is the most: remove some first.").format(n=MOST),
    }.get(code, _("This cannot be kept."))


def file_words(detail: str) -> str:
    """Why a file cannot be read, and what to do, of what `sources.known` says of it."""
    sentences = (
        ("password", _("This file is protected by a password. Save it without one.")),
        ("holds pictures", _("This PDF holds pictures of pages and no text. Save it with text recognised in it.")),
        ("are read here", _("Only text, Markdown, DOCX and PDF are read here.")),
        ("no text", _("No text was found in this file.")),
        ("more", _("This file is too large. Save a part of it, without pictures.")),
        ("at most", _("This file is too large. Save a part of it, without pictures.")),
        ("too much", _("This file is too large. Save a part of it, without pictures.")),
    )
    usual = _("This file cannot be read. Save it again, as text, Markdown, DOCX or PDF.")
    return next((sentence for mark, sentence in sentences if mark in detail), usual)


def validity_words(one: Fact, today: date) -> str:
    """How long a fact holds, in a few words."""
    if one.valid_until is not None and state_of(one, today) == "expired":
        return _("expired on {day}").format(day=day(one.valid_until))
    if one.valid_from is not None and state_of(one, today) == "later":
        return _("valid from {day}").format(day=day(one.valid_from))
    return _("valid until {day}").format(day=day(one.valid_until)) if one.valid_until is not None else _("no end")


def beside_words(one: Fact, today: date) -> str:
    """What stands under a fact: how long it holds, who keeps it, where it is from; safe in a label."""
    parts = [validity_words(one, today)]
    parts += [_("kept by {name}").format(name=one.owner)] if one.owner else []
    parts += [one.source] if one.source and not web_link(one.source) else []
    return escape(" · ".join(parts))


def as_of(one: Fact) -> str:
    """The day of which a fact is, as the spoken language writes it."""
    at = one.valid_from or (one.changed_at.date() if one.changed_at is not None else None)
    return day(at) if at is not None else ""


def match_words(one: Match) -> str:
    """How sure it is that a fact answers; safe in a label."""
    near = percent(one.near)
    sure = _("Surely: {share} near") if one.sure else _("Perhaps: {share} near, read it first")
    return escape(sure.format(share=near))


def find_out_words(people: int, places: int) -> str:
    return n_("{n} person asks", "{n} people ask", people) + (
        " · " + n_("{n} place", "{n} places", places) if places > 1 else ""
    )


def asked_sentence(post: Post) -> str:
    """The sentence in which a post asks, else its title, else how it begins."""
    found = _SENTENCE.search(f"{post.title}\n{post.plain}")
    words = found[0] if found else post.title or post.plain[:200]
    return " ".join(words.split())[:300]
