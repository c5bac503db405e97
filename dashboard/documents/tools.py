"""New tools of a document: a table with what people say the first of them are; one tool and how it spreads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.documents.frame import TOOLS, Frame, NotShareable, nothing, section_of
from dashboard.reads import posts as post_reads
from dashboard.reads import tools as tool_reads
from dashboard.reads.tools import Definition
from dashboard.words.language import _, moment, n_
from dashboard.words.tools import momentum_words, reach_words, stage_names
from data.models import day_to_date
from data.posts.passages import titled_text
from data.posts.quotes import Quote
from data.sharing.document import Chart, Quotes, Section, Table, Words
from data.tools.listing import Tool


def tools(frame: Frame) -> Section:
    """Tools first seen, or that moved, in the period."""
    items = tool_reads.tools(frame.scope.since, frame.scope.until, tool_reads.SHOWN)
    if not items:
        return nothing("tools", _("New tools"), _("No new tool was named in this period."))
    defined = tool_reads.definitions(items[:TOOLS])
    quotes = [
        Quotes(f"{item.name} · {reach_words(item)}", (_quote(frame, defined[item.id]),), momentum_words(item))
        for item in items[:TOOLS]
        if item.id in defined and frame.within(defined[item.id].post)
    ]
    return section_of("tools", _("New tools"), _table(items[: 2 * TOOLS]), *quotes)


def _table(items: Sequence[Tool]) -> Table:
    stages = stage_names()
    return Table(
        _("New tools"),
        (
            (_("Tool"), "text"),
            (_("Stage"), "text"),
            (_("First seen"), "date"),
            (_("Posts"), "number"),
            (_("People"), "number"),
            (_("Sure it is a tool"), "share"),
        ),
        tuple(
            (
                item.name,
                stages[item.stage],
                item.first_at.date().isoformat(),
                item.posts,
                item.story.authors,
                item.evidence,
            )
            for item in items
        ),
    )


def _quote(frame: Frame, definition: Definition) -> Quote:
    """A passage that is counted from the title on, as a quote of the body where it lies there."""
    post, start, stop = definition.post, definition.passage.start, definition.passage.stop
    whole = titled_text(post.title, post.plain)
    before = len(whole) - len(post.plain)
    if start >= before:
        return frame.quote(post, start - before, stop - before)
    return frame.quote(replace(post, plain=whole), start, stop)


def tool_section(frame: Frame, tool: int) -> Section:
    """A tool by its number. Raises NotShareable where it is gone."""
    item = tool_reads.one_tool(tool, frame.scope.until)
    if item is None:
        raise NotShareable("gone")
    series = tool_reads.posts_a_day(item.id)
    chart = Chart(
        "days",
        _("Posts a day"),
        n_("{n} post", "{n} posts", item.posts),
        tuple(day_to_date(d).isoformat() for d, _n in series),
        ((_("Posts"), tuple(float(n) for _d, n in series)),),
    )
    here = replace(frame.scope, since=item.first_at.date())
    words = f"{stage_names()[item.stage]}. " + _("First seen on {moment}").format(moment=moment(item.first_at)) + "."
    posts = [frame.quote(p) for p in post_reads.page(here, 1, True, "newest")[:12]]
    return Section(
        "tool",
        item.name,
        (Words(words, "lead"), Words(reach_words(item)), chart, Quotes(_("Posts"), tuple(posts))),
    )
