"""Alerts of a document, and the course of an event."""

from __future__ import annotations

from dashboard.documents.frame import ALERTS, Frame, nothing, section_of
from dashboard.reads import alerts as alert_reads
from dashboard.reads import posts as post_reads
from dashboard.words.alerts import how_unusual, since_when, step_words
from dashboard.words.alerts import title_of as title_of_alert
from dashboard.words.language import _, count, n_
from data.alerts.alerts import Alert
from data.sharing.document import Block, Figure, Figures, Quotes, Section, Words
from insights.alerts.course import Course

STEPS = 20  # of an event


def event_section(frame: Frame, alert: Alert, course: Course) -> Section:
    """An event: how unusual, how many, and step by step with the posts themselves."""
    figures = Figures(
        tuple(
            Figure(label, count(value), "", value)
            for label, value in (
                (_("Posts"), course.posts),
                (_("People"), course.authors),
                (_("Places"), course.places),
            )
        )
    )
    blocks: list[Block] = [
        Words(how_unusual(alert.rule.kind, alert.facts), "lead"),
        Words(since_when(alert), "note"),
        figures,
    ]
    held = {p.id: p for p in post_reads.by_id(tuple(s.post.id for s in course.steps[:STEPS]))}
    for step in course.steps[:STEPS]:
        if step.post.id in held:
            author = frame.named(step.post.author, ours=step.post.by_us)
            blocks.append(Quotes(step_words(step, author), (frame.quote(held[step.post.id]),)))
    asked = post_reads.by_id(course.asked[:10])
    if asked:
        blocks.append(Quotes(_("What was asked of us"), tuple(frame.quote(post) for post in asked)))
    return Section("event", title_of_alert(alert), tuple(blocks))


def all_alerts(frame: Frame) -> list[Alert]:
    """Alerts of every state, the latest first."""
    told = [a for state in ("open", "snoozed", "closed") for a in alert_reads.alerts(frame.hour, state)]
    return sorted(told, key=lambda a: a.noticed_at, reverse=True)


def alerts_of(frame: Frame) -> list[Alert]:
    """Those that were noticed in the period."""
    return [a for a in all_alerts(frame) if frame.scope.since <= a.noticed_at.date() <= frame.scope.until]


def alerts(frame: Frame) -> Section:
    """Alerts of the period with how unusual they were and their first post."""
    told = alerts_of(frame)
    if not told:
        return nothing("alerts", _("Alerts"), _("Nothing unusual."))
    blocks: list[Block] = [Words(n_("{n} alert", "{n} alerts", len(told)), "lead")]
    for item in told[:ALERTS]:
        blocks.append(Words(title_of_alert(item), "heading"))
        blocks.append(Words(f"{how_unusual(item.rule.kind, item.facts)} {since_when(item)}"))
        quoted = frame.quoted([i for i in (item.origin, *item.posts) if i])
        if quoted:
            blocks.append(Quotes("", tuple(quoted[:1])))
    return section_of("alerts", _("Alerts"), *blocks)
