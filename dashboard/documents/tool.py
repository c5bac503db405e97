"""One tool: how it spreads, and who says what of it."""

from __future__ import annotations

from dataclasses import replace

from dashboard.documents.frame import Frame, NotShareable
from dashboard.reads import posts as post_reads
from dashboard.reads import tools as tool_reads
from dashboard.words.language import _, moment, n_
from dashboard.words.tools import reach_words, stage_names
from data.models import day_to_date
from data.sharing.document import Chart, Quotes, Section, Words


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
