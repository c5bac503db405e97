"""Topics of a document, and how they move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.documents.frame import TOPICS, Frame, against, days_chart, nothing, section_of, tones_chart
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.reads.topics import TopicRow
from dashboard.words.language import _, colon, count, current, in_quotes, n_, percent
from dashboard.words.topics import Move, called, moves_of, period_moves
from data.sharing.document import Chart, Figure, Figures, Quotes, Section, Table, Words


def moving(frame: Frame, rows: Sequence[TopicRow]) -> dict[int, Move]:
    """Topic -> how it moves in the period of a document."""
    return moves_of(rows, frame.scope, frame.today)


def moves_words(moves: Mapping[int, Move], rows: Sequence[TopicRow], trends: Sequence[str], most: int) -> list[Words]:
    """Sentences on topics that move, as `moving` found, in the order of `trends`."""
    told = [r for trend in trends for r in rows if moves[r.topic.id].trend == trend][:most]
    return [
        Words(f"{move.name}{colon()}{in_quotes(called(r.topic.name))}. {move.why}", "item")
        for r in told
        for move in [moves[r.topic.id]]
    ]


def typical(frame: Frame, row: TopicRow, title: str, number: int) -> Quotes | None:
    """Posts that speak for a topic in the period of the document; None where there are none."""
    ids = topic_reads.typical(row.topic, frame.scope.since, frame.scope.until, number)
    quoted = frame.quoted(ids)
    return Quotes(title, tuple(quoted)) if quoted else None


def topics(frame: Frame) -> Section:
    """The largest topics, what moves, and their typical words."""
    rows = [r for r in topic_reads.topic_rows(frame.scope, False) if r.posts]
    title = _("Topics")
    if not rows:
        return nothing("topics", title, _("Topics appear once about fifty posts have been read."))
    top = rows[:TOPICS]
    alt = ", ".join(f"{called(r.topic.name)} {count(r.posts)}" for r in top[:5])
    chart = Chart(
        "bars",
        _("Largest topics"),
        alt,
        tuple(called(r.topic.name) for r in top),
        ((_("Posts"), tuple(float(r.posts) for r in top)),),
    )
    moves = moving(frame, rows)
    told = ("new", "rising", "fading", "resolved")
    sentences = moves_words(moves, rows, told, 5)
    first = [r for trend in told for r in rows if moves[r.topic.id].trend == trend]
    period = period_moves(rows, frame.scope)  # the word beside two numbers is told from these numbers
    table = Table(
        _("Topics in figures"),
        (
            (_("Topic"), "text"),
            (_("Trend"), "text"),
            (_("Posts"), "number"),
            (_("Before"), "number"),
            (_("Negative"), "share"),
            (_("Positive"), "share"),
        ),
        tuple(
            (
                called(r.topic.name),
                period[r.topic.id].name,
                r.posts,
                r.before,
                r.negative / max(1, r.posts),
                r.positive / max(1, r.posts),
            )
            for r in top
        ),
        n_("{n} topic in all", "{n} topics in all", len(rows)),
    )
    spoken = {r.topic.id: r for r in [*first, *top] if r.posts}
    quotes = [typical(frame, r, in_quotes(called(r.topic.name)), 2) for r in [*spoken.values()][:2]]
    lead = Words(_("Nothing is new, rising or fading: nothing unusual."), "lead") if not sentences else None
    return section_of("topics", title, lead, *sentences, chart, table, *quotes)


def _then(frame: Frame, row: TopicRow) -> Move:
    """How a topic moved in its period, seen beside all topics of it."""
    rows = topic_reads.topic_rows(frame.scope, False)
    return moving(frame, [*(r for r in rows if r.topic.id != row.topic.id), row])[row.topic.id]


def topic(frame: Frame, row: TopicRow) -> Section:
    """One topic: why it moves, who says it, over time, typical posts."""
    here = replace(frame.scope, topic=row.topic.id)
    voices = post_reads.voices(here)
    days = post_reads.summary(here, None).days
    figures = (
        Figure(
            _("Posts"),
            count(row.posts),
            against(row.posts, row.before, frame.scope),
            row.posts,
            link=frame.posts_of(here),
        ),
        Figure(_("People"), count(voices.authors), "", voices.authors, link=frame.posts_of(here)),
        Figure(
            _("Negative"),
            percent(row.negative / max(1, row.posts)),
            "",
            row.negative / max(1, row.posts),
            link=frame.posts_of(here, sentiments="negative"),
        ),
        Figure(
            _("Positive"),
            percent(row.positive / max(1, row.posts)),
            "",
            row.positive / max(1, row.posts),
            link=frame.posts_of(here, sentiments="positive"),
        ),
    )
    places = Table(
        _("Who says it, and where"),
        ((_("Place"), "text"), (_("Posts"), "number")),
        tuple((name or "–", n) for name, n in voices.places[:10]),
    )
    move = _then(frame, row)
    lead = f"{move.name}. {move.why}".strip()
    terms = (
        _("Its words")
        + colon()
        + " · ".join(", ".join(terms) for terms in row.topic.name.words_in(current()) or (row.topic.terms,))
    )
    return section_of(
        "topic",
        called(row.topic.name),
        Words(lead, "lead"),
        Words(terms) if row.topic.terms else None,
        Figures(figures),
        days_chart(frame, days, here),
        tones_chart(days),
        places,
        typical(frame, row, _("Typical posts"), 5),
    )
