"""What happened, in sentences, before any figure."""

from __future__ import annotations

from dataclasses import replace

from dashboard.documents.alerts import alerts_of
from dashboard.documents.frame import Frame, against, days_chart, section_of
from dashboard.documents.questions import answers_words, waiting_of
from dashboard.documents.reputation import net_figure
from dashboard.documents.topics import moves_words, moving
from dashboard.reads import debates as debate_reads
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import topics as topic_reads
from dashboard.words.alerts import title_of as title_of_alert
from dashboard.words.language import _, colon, count, current, n_
from dashboard.words.posts import earlier_words
from dashboard.words.reputation import between, signed, verdict
from data.models import Brand
from data.sharing.document import Block, Figure, Figures, Said, Section, Words


def summary(frame: Frame) -> Section:
    """What happened, in sentences, before any figure."""
    scope = frame.everything
    held = post_reads.summary(scope, frame.brand.id if frame.brand else None)
    lead, figures = _of_everything(frame, held)
    if frame.brand is not None:
        told, more = _of_brand(frame, frame.brand)
        lead, figures = lead + told, figures + more
    items = _what_moves(frame)
    if not items:
        items = [Words(_("Nothing unusual."), "item")]
    blocks: list[Block] = [Words(" ".join(lead), "lead"), Figures(tuple(figures)), *items]
    return section_of("summary", _("In short"), *blocks, days_chart(frame, held.days, scope))


def _of_everything(frame: Frame, held: post_reads.Summary) -> tuple[list[str], list[Figure]]:
    """(sentences, figures) of all posts and people."""
    scope = frame.everything
    total, before = sum(d.posts for d in held.days), sum(d.posts for d in held.before)
    lead = _("{posts} by {people} were read, {move}.").format(
        posts=n_("{n} post", "{n} posts", total),
        people=n_("{n} person", "{n} people", held.authors),
        move=against(total, before, scope),
    )
    people = against(held.authors, held.authors_before, scope)
    link = frame.posts_of(scope)
    return [lead], [
        Figure(_("Posts"), count(total), against(total, before, scope), total, link=link),
        Figure(_("People"), count(held.authors), people, held.authors, link=link),
    ]


def _of_brand(frame: Frame, brand: Brand) -> tuple[list[str], list[Figure]]:
    """(sentences, figures) of the posts that name a brand."""
    scope = frame.everything
    about = replace(scope, brand=brand.id)
    seen = reputation_reads.seen(about)
    figures = [
        Figure(
            _("Posts that name {brand}").format(brand=brand.name),
            count(seen.posts),
            against(seen.posts, seen.posts_before, scope),
            seen.posts,
            link=frame.posts_of(about),
        )
    ]
    if not seen.posts:
        return [], figures
    net = seen.change.after.net
    named = _("{brand} was named in {posts}; net sentiment {net} ({range}).").format(
        brand=brand.name,
        posts=n_("{n} post", "{n} posts", seen.posts),
        net=signed(net.value),
        range=between(net),
    )
    return [named, verdict(seen.change, earlier_words(scope))], [*figures, net_figure(frame, about)]


def _what_moves(frame: Frame) -> list[Words]:
    """A line each for topics that move, debates, alerts, and what was asked."""
    scope = frame.everything
    rows = topic_reads.topic_rows(scope, False)
    items = moves_words(moving(frame, rows), rows, ("new", "rising"), 3)
    debates = debate_reads.debates("debate", scope.since, scope.until, False, frame.hour, current())
    if debates:
        first = debates[0].debate
        words = n_("{n} debate, the most lively one on", "{n} debates, the most lively one on", len(debates))
        items.append(Words(words, "item", Said(first.question, first.opener)))
    opened = alerts_of(frame)
    if opened:
        words = n_("{n} alert", "{n} alerts", len(opened)) + colon() + title_of_alert(opened[0]) + "."
        items.append(Words(words, "item"))
    waiting, _older = waiting_of(frame)
    answered = inbox_reads.answered(scope.since, scope.until)
    if waiting or answered:
        items.append(Words(f"{answers_words(len(answered), len(waiting))}.", "item"))
    return items
