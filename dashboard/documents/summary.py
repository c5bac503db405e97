"""What happened, in sentences, before any figure."""

from __future__ import annotations

from dataclasses import replace

from dashboard.documents.alerts import alerts_of
from dashboard.documents.frame import Frame, against, days_chart, earlier, section_of
from dashboard.documents.questions import answers_words, waiting_of
from dashboard.documents.reputation import net_figure
from dashboard.documents.topics import moves_words, moving
from dashboard.reads import debates as debate_queries
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import topics as topic_reads
from dashboard.words.alerts import title_of as title_of_alert
from dashboard.words.language import _, colon, count, n_
from dashboard.words.reputation import between, signed, verdict
from data.sharing.document import Figure, Figures, Said, Section, Words


def summary(frame: Frame) -> Section:
    """What happened, in sentences, before any figure."""
    scope = frame.everything
    held = post_reads.summary(scope, frame.brand.id if frame.brand else None)
    total, before = sum(d.posts for d in held.days), sum(d.posts for d in held.before)
    lead = [
        _("{posts} by {people} were read, {move}.").format(
            posts=n_("{n} post", "{n} posts", total),
            people=n_("{n} person", "{n} people", held.authors),
            move=against(total, before, scope),
        )
    ]
    figures = [
        Figure(_("Posts"), count(total), against(total, before, scope), total, link=frame.posts_of(scope)),
        Figure(
            _("People"),
            count(held.authors),
            against(held.authors, held.authors_before, scope),
            held.authors,
            link=frame.posts_of(scope),
        ),
    ]
    if frame.brand is not None:
        about = replace(scope, brand=frame.brand.id)
        seen = reputation_reads.seen(about)
        figures.append(
            Figure(
                _("Posts that name {brand}").format(brand=frame.brand.name),
                count(seen.posts),
                against(seen.posts, seen.posts_before, scope),
                seen.posts,
                link=frame.posts_of(about),
            )
        )
        if seen.posts:
            net = seen.change.after.net
            figures.append(net_figure(frame, about))
            lead.append(
                _("{brand} was named in {posts}; net sentiment {net} ({range}).").format(
                    brand=frame.brand.name,
                    posts=n_("{n} post", "{n} posts", seen.posts),
                    net=signed(net.value),
                    range=between(net),
                )
            )
            lead.append(verdict(seen.change, earlier(scope)))
    items = [Words(" ".join(lead), "lead"), Figures(tuple(figures))]
    rows = topic_reads.topic_rows(scope.since, scope.until, False)
    items += moves_words(moving(frame, rows), rows, ("new", "rising"), 3)
    debates = debate_queries.debates("debate", scope.since, scope.until, False, frame.hour)
    if debates:
        first = debates[0].debate
        words = n_("{n} debate, the most lively one on", "{n} debates, the most lively one on", len(debates))
        items.append(Words(words, "item", Said(first.question, first.opener)))
    opened = alerts_of(frame)
    if opened:
        items.append(
            Words(n_("{n} alert", "{n} alerts", len(opened)) + colon() + title_of_alert(opened[0]) + ".", "item")
        )
    waiting, _older = waiting_of(frame)
    answered = inbox_reads.answered(scope.since, scope.until)
    if waiting or answered:
        items.append(Words(f"{answers_words(len(answered), len(waiting))}.", "item"))
    if len(items) == 2:
        items.append(Words(_("Nothing unusual."), "item"))
    return section_of("summary", _("In short"), *items, days_chart(frame, held.days, scope))
