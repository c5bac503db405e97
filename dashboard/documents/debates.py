"""Debates of a document: who stands where, and the main arguments in exact words."""

from __future__ import annotations

from dashboard.documents.frame import DEBATES, Frame, nothing, section_of
from dashboard.reads import debates as debate_reads
from dashboard.reads.passages import posts_of
from dashboard.words.debates import place_and_time, side_names
from dashboard.words.language import _, count, current, n_, percent
from data.debates.listing import Debate
from data.sharing.document import Block, Chart, Quotes, Said, Section, Words


def _opening(item: Debate) -> list[Block]:
    """The question, where and since when, how sure it is."""
    return [
        Words("", "heading", Said(item.question or _("No question was put in words"), item.opener)),
        Words(place_and_time(item), "note"),
        Words(
            _("Controversy {score}, between {low} and {high}, of 100; camps {sure} sure.").format(
                score=count(100 * item.score),
                low=count(100 * item.low),
                high=count(100 * item.high),
                sure=percent(item.sure),
            )
        ),
    ]


def debate_blocks(frame: Frame, item: Debate, arguments: int) -> list[Block]:
    """One debate: the question, camps, so many of their main arguments in exact words."""
    blocks = _opening(item)
    if item.facts.camps:
        blocks.append(_people(item))
    blocks += _arguments(frame, item, arguments)
    if item.facts.common:
        blocks.append(Words(_("Both sides speak of: {words}").format(words=", ".join(item.facts.common))))
    return blocks


def _people(item: Debate) -> Chart:
    camps, names = item.facts.camps, side_names(item)
    total = max(1, sum(camp.people for camp in camps))
    return Chart(
        "bars",
        _("People of each camp"),
        ", ".join(f"{names[camp.side]} {percent(camp.people / total)}" for camp in camps),
        tuple(names[camp.side] for camp in camps),
        ((_("People"), tuple(float(camp.people) for camp in camps)),),
    )


def _arguments(frame: Frame, item: Debate, most: int) -> list[Quotes]:
    """The first arguments of the camps that take a side, those whose posts are still there and of the period; the
    page of one debate holds all of it."""
    names = side_names(item)
    chosen = {camp: [argument.passage for argument in camp.arguments] for camp in item.facts.sided}
    posts = posts_of(part for parts in chosen.values() for part in parts)
    whole = frame.scope.debate is not None
    held = {post.id: post for post in posts.values() if whole or frame.within(post)}
    blocks = []
    for camp, parts in chosen.items():
        shown = [part for part in parts if part.post in held][:most]
        quotes = tuple(frame.quote(held[part.post], part.start, part.stop) for part in shown)
        if quotes:
            blocks.append(Quotes(f"{names[camp.side]} · {n_('{n} person', '{n} people', camp.people)}", quotes))
    return blocks


def debates(frame: Frame) -> Section:
    """The most controversial debates of the period, each with the main argument of every side; the same question in
    another language is told below it."""
    alive = debate_reads.debates("debate", frame.scope.since, frame.scope.until, False, frame.hour, current())
    if not alive:
        return nothing("debates", _("Debates"), _("No debate with two camps in this period."))
    blocks: list[Block] = []
    for listed in alive[:DEBATES]:
        blocks += debate_blocks(frame, listed.debate, 1)
        for other in listed.others:
            blocks += [Words(_("The same question in another language:"), "note"), *_opening(other)]
    if len(alive) > DEBATES:
        blocks.append(Words(n_("{n} more debate", "{n} more debates", len(alive) - DEBATES), "note"))
    return section_of("debates", _("Debates"), *blocks)
