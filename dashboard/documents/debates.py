"""Debates, new tools and ideas of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.documents.frame import DEBATES, IDEAS, TOOLS, Frame, section_of
from dashboard.reads import debates as debate_queries
from dashboard.reads import ideas as idea_queries
from dashboard.reads import posts as post_reads
from dashboard.reads import tools as tool_queries
from dashboard.words.debates import place_and_time, side_names
from dashboard.words.ideas import evidence_words, title_of, why_now
from dashboard.words.language import _, count, day, n_, percent
from dashboard.words.tools import momentum_words, reach_words, stage_names
from data.debates import Debate
from data.models import Post
from data.posts.quotes import Quote
from data.sharing.document import Block, Chart, Quotes, Said, Section, Table, Words
from data.tools import full_text


def debate_blocks(frame: Frame, item: Debate, arguments: int) -> list[Block]:
    """One debate: the question, camps, their main arguments in exact words."""
    blocks: list[Block] = [
        Words("", "heading", Said(item.question or _("No question was put in words"), item.opener)),
        Words(place_and_time(item, day(item.began_at.date()), item.posts, item.people), "note"),
        Words(
            _("Controversy {score}, between {low} and {high}, of 100; camps {sure} sure.").format(
                score=count(100 * item.score),
                low=count(100 * item.low),
                high=count(100 * item.high),
                sure=percent(item.sure),
            )
        ),
    ]
    names = side_names(item)
    camps = item.facts.get("camps", [])
    if camps:
        total = max(1, sum(camp["people"] for camp in camps))
        alt = ", ".join(f"{names[c['side']]} {percent(c['people'] / total)}" for c in camps)
        blocks.append(
            Chart(
                "bars",
                _("People of each camp"),
                alt,
                tuple(names[c["side"]] for c in camps),
                ((_("People"), tuple(float(c["people"]) for c in camps)),),
            )
        )
    held = {
        p.id: p for p in post_reads.by_id(tuple(sorted({int(a["passage"][0]) for c in camps for a in c["arguments"]})))
    }
    for camp in camps:
        quotes = [
            frame.quote(held[int(a["passage"][0])], int(a["passage"][1]), int(a["passage"][2]))
            for a in camp["arguments"][:arguments]
            if int(a["passage"][0]) in held
        ]
        if quotes and camp["side"]:
            people = n_("{n} person", "{n} people", camp["people"])
            blocks.append(Quotes(f"{names[camp['side']]} · {people}", tuple(quotes)))
    if item.facts.get("common"):
        blocks.append(Words(_("Both sides speak of: {words}").format(words=", ".join(item.facts["common"]))))
    return blocks


def debates(frame: Frame) -> Section:
    found = debate_queries.debates("debate", frame.scope.since, frame.scope.until, False, frame.hour)
    blocks: list[Block] = []
    for one in found[:DEBATES]:
        blocks += debate_blocks(frame, one.debate, 1)
    if len(found) > DEBATES:
        blocks.append(Words(n_("{n} more debate", "{n} more debates", len(found) - DEBATES), "note"))
    if not found:
        blocks.append(Words(_("No debate with two camps in this period.")))
    return section_of("debates", _("Debates"), *blocks)


def tools(frame: Frame) -> Section:
    """Tools first seen, or that moved, in the period."""
    found = tool_queries.tools(frame.scope.since, frame.scope.until, tool_queries.SHOWN)
    if not found:
        return section_of("tools", _("New tools"), Words(_("No new tool was named in this period.")))
    table = Table(
        _("New tools"),
        (
            (_("Tool"), "text"),
            (_("Stage"), "text"),
            (_("First seen"), "date"),
            (_("Posts"), "number"),
            (_("People"), "number"),
            (_("Sure it is new"), "share"),
        ),
        tuple(
            (
                t.name,
                stage_names()[t.stage],
                t.first_at.date().isoformat(),
                t.posts,
                t.facts.get("authors", 0),
                t.evidence,
            )
            for t in found[: 2 * TOOLS]
        ),
    )
    blocks: list[Block] = [table]
    defined = {int(d[0]): d for t in found[:TOOLS] if (d := t.facts.get("definition"))}
    held = {p.id: p for p in post_reads.by_id(tuple(sorted(defined)))}
    for item in found[:TOOLS]:
        part = item.facts.get("definition")
        post = held.get(int(part[0])) if part else None
        if post is None:
            continue
        blocks.append(
            Quotes(f"{item.name} · {reach_words(item)}", (_of_title_and_text(frame, post, part),), momentum_words(item))
        )
    return section_of("tools", _("New tools"), *blocks)


def _of_title_and_text(frame: Frame, post: Post, part: Sequence[int]) -> Quote:
    """A passage that is counted from the title on, as the reader of tools counts."""
    whole = full_text(post.title, post.plain)
    shift = len(whole) - len(post.plain)
    start, stop = int(part[1]) - shift, int(part[2]) - shift
    if whole.endswith(post.plain) and start >= 0:
        return frame.quote(post, start, stop)
    return frame.quote(replace(post, plain=whole), int(part[1]), int(part[2]))


def ideas(frame: Frame, states: tuple[str, ...] = ("", "kept")) -> Section:
    found = [i for i in idea_queries.ideas(states) if i.place][:IDEAS]
    if not found:
        return section_of("ideas", _("Ideas"), Words(_("No idea yet: they come with the posts of a few days.")))
    blocks: list[Block] = []
    for item in found:
        opener = item.posts[0] if item.kind in {"poll", "respond"} and item.posts else 0
        title = title_of(item)
        blocks.append(Words("" if opener else title, "heading", Said(title, opener) if opener else None))
        blocks.append(Words(f"{why_now(item)} {evidence_words(item)}.".strip()))
    first = next((i for i in found if i.posts), None)
    quotes = Quotes(title_of(first), tuple(frame.quoted(first.posts[:2]))) if first else None
    return section_of("ideas", _("Ideas"), *blocks, quotes)
