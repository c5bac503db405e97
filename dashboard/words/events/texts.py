"""Texts to copy for an event, in French and English: its rules, what people consent to, what is announced of a draw.

They are ours, written as a start, and no legal advice. What stands in brackets is to be filled in.
"""

from __future__ import annotations

from dashboard.words.events.told import limits, when
from dashboard.words.language import _, count, moment, n_
from data.events.draws import Draw
from data.events.events import Event


def rules_of(one: Event) -> str:
    """Rules to start from, in the language that is spoken."""
    parts = [
        (
            _("Who organises it"),
            _("[Company, address, how to reach you]. The network where it takes place has no part in it."),
        ),
        (
            _("Who may take part"),
            _("Anybody of [age] or older who lives in [countries]. Those who work for the organiser may not win."),
        ),
        (_("When"), when(one) + "."),
        (_("How to take part"), f"{_how(one)} {_sentence(limits(one))}"),
    ]
    if one.kind == "quiz":
        right = _("[Where the right answer can be found.] Capitals and accents do not matter.")
        parts.append((_("What is right"), right))
    if one.kind == "qa":
        answered = _("[Who answers, and by when.] We answer what is on the subject and within the rules of the house.")
        parts.append((_("What is answered"), answered))
    if one.prizes:
        parts += _winning(one)
    parts += [
        (
            _("What is not accepted"),
            _(
                "Entries that are not one’s own, that hurt or insult, that advertise, or that come from programs. A "
                "person who is left out is told why."
            ),
        ),
        (
            _("What is done with data"),
            _(
                "The name of the account and the entry are kept for the event alone, until [date], by [who]. Write to "
                "[address] to see, correct or erase them."
            ),
        ),
        (_("Which law applies"), _("[Law and court.] The rules are kept at [address].")),
    ]
    return "\n\n".join([one.title, *(f"{number}. {name}\n{words}" for number, (name, words) in enumerate(parts, 1))])


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _winning(one: Event) -> list[tuple[str, str]]:
    return [
        (_("What is won"), _("[Prize, its value, how it is handed over.] It cannot be exchanged for money.")),
        (_("How winners are drawn"), _draw(one)),
        (
            _("How winners are told"),
            _(
                "By an answer under their entry, within [days] days. If they do not answer within [days] days, the "
                "prize goes to the next in the order of the draw."
            ),
        ),
    ]


def _how(one: Event) -> str:
    if one.hashtag and one.thread:
        return _("Publish a post with the hashtag {hashtag}, or answer under our post.").format(
            hashtag=f"#{one.hashtag}"
        )
    if one.thread:
        return _("Answer under our post.")
    return _("Publish a public post with the hashtag {hashtag}.").format(hashtag=f"#{one.hashtag}")


def _draw(one: Event) -> str:
    among = _("right answers") if one.kind == "quiz" else _("entries")
    return _(
        "{winners} drawn among all {among}: the list is closed and its digest published before the seed is known; the "
        "seed comes from [a public draw, its date]. Anybody can check the draw from the file of the list."
    ).format(winners=n_("{n} winner is", "{n} winners are", one.prizes), among=among)


def consent_names() -> dict[str, str]:
    """What each consent is for."""
    return {
        "part": _("To take part"),
        "show": _("To show an entry again"),
        "name": _("To name a winner"),
        "minor": _("For a minor"),
    }


def consents(one: Event) -> dict[str, str]:
    """What people are asked for, one thing each, in the language that is spoken; by the keys of `consent_names`."""
    return {
        "part": _(
            "By taking part in “{title}” you accept its rules: [address of the rules]. We keep the name of your "
            "account and your entry for the event alone, until [date]. Write to [address] to have them erased; you "
            "then no longer take part."
        ).format(title=one.title),
        "show": _(
            "Hello! We like your entry in “{title}” and would like to show it again on [where], until [date], with "
            "the name of your account. You keep all your rights, it is unpaid, and you can take your consent back "
            "at any time at [address]; we then remove it. Do you agree? Please answer with “I agree”, if the text "
            "and the pictures are your own and nobody else can be recognised in them."
        ).format(title=one.title),
        "name": _(
            "Congratulations, you won in “{title}”! May we name your account publicly as the winner? It is no "
            "condition of the prize. Please send us what we need to hand it over by private message only: [what]. "
            "We erase it once the prize has arrived."
        ).format(title=one.title),
        "minor": _(
            "I, [name], parent or guardian of [name], agree that they take part in “{title}” under its rules, and "
            "that [company] keeps the name of their account and their entry until [date]. I may take this back at "
            "any time at [address]. [Date, signature]"
        ).format(title=one.title),
    }


def closed_words(one: Event, draw: Draw) -> str:
    """What to publish once the list is closed, before the seed is known."""
    listed = n_("{n} entry is in the draw", "{n} entries are in the draw", draw.total)
    lines = [
        _("“{title}”: the list is closed. {listed}, {winners} to be drawn.").format(
            title=one.title, listed=listed, winners=n_("{n} winner", "{n} winners", draw.prizes)
        ),
        _("Digest of the list (SHA-256): {digest}").format(digest=draw.digest),
    ]
    if draw.seed_from:
        lines.append(_("The seed will be: {source}").format(source=draw.seed_from))
    if draw.number > 1:
        lines.append(_again(draw))
    return "\n".join(lines)


def drawn_words(one: Event, draw: Draw, codes: list[str]) -> str:
    """What to publish of a draw: no name, for that needs their consent."""
    lines = [
        _("“{title}”: drawn on {when} among {listed}.").format(
            title=one.title,
            when=moment(draw.drawn_at) if draw.drawn_at else "",
            listed=n_("{n} entry", "{n} entries", draw.total),
        ),
        _("Digest of the list (SHA-256): {digest}").format(digest=draw.digest),
        _("Seed: {seed}").format(seed=draw.seed),
        _("Who won, in order: {codes}").format(codes=", ".join(codes)),
    ]
    if draw.number > 1:
        lines.append(_again(draw))
    return "\n".join([*lines, _("Check it yourself: [address of the file]")])


def _again(draw: Draw) -> str:
    return _("This is list number {number}. The one before no longer counts, because: {reason}").format(
        number=count(draw.number), reason=draw.reason
    )
