"""How the brand is seen: figures with their error, comparisons, what we did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from dashboard.documents.frame import Frame, against, earlier, loudest_quotes, section_of
from dashboard.reads import reputation as reputation_reads
from dashboard.reads.reputation import Group
from dashboard.words.actions import effects_of
from dashboard.words.actions import kind_names as action_kinds
from dashboard.words.language import _, count, moment, n_, percent
from dashboard.words.reputation import aspect_names, between, mix_words, signed, verdict
from data.models import Scope
from data.sharing.document import Block, Chart, Figure, Figures, Quotes, Section, Words
from insights.reputation.estimates import FEW, share_of_voice


def net_figure(frame: Frame, scope: Scope) -> Figure:
    seen = reputation_reads.seen(scope)
    net = seen.change.after.net
    return Figure(
        _("Net sentiment"),
        signed(net.value),
        _("Between {range}, nine times in ten").format(range=between(net)),
        net.value,
        net.low,
        net.high,
        frame.posts_of(scope),
    )


def reputation(frame: Frame) -> Section:
    """How the brand is seen: figures with their error, over time, against competitors, by topic."""
    scope = (
        frame.scope
        if frame.scope.brand is not None or frame.brand is None
        else replace(frame.scope, brand=frame.brand.id)
    )
    title = _("Reputation")
    seen = reputation_reads.seen(scope)
    if not seen.posts:
        return section_of("reputation", title, Words(_("No post in this period."), "body"))
    after, before = seen.change.after, seen.change.before
    figures = [
        net_figure(frame, scope),
        Figure(
            _("Posts"),
            count(seen.posts),
            against(seen.posts, seen.posts_before, scope),
            seen.posts,
            link=frame.posts_of(scope),
        ),
    ]
    for label, share, old, tone in (
        (_("Negative"), after.negative, before.negative, "negative"),
        (_("Positive"), after.positive, before.positive, "positive"),
    ):
        note = _("{low} to {high}; before: {before}").format(
            low=percent(share.low), high=percent(share.high), before=percent(old.value)
        )
        link = frame.posts_of(scope, sentiments=tone)
        figures.append(Figure(label, percent(share.value), note, share.value, share.low, share.high, link))
    step = 1 if scope.days <= 14 else 7 if scope.days <= 180 else 28
    found = reputation_reads.net_series(scope, step)
    names = tuple((scope.since + timedelta(days=step * i)).isoformat() for i in range(len(found)))
    band = Chart(
        "band",
        _("Net sentiment over time"),
        verdict(seen.change, earlier(scope)),
        names,
        ((_("Net sentiment"), tuple(e.net.value if e.posts else None for e in found)),),
        tuple(e.net.low if e.posts else None for e in found),
        tuple(e.net.high if e.posts else None for e in found),
        note=_("The band holds the true figure nine times in ten."),
    )
    words = mix_words(seen.cause, seen.change)
    last_year = verdict(seen.last_year, _("the same days last year")) if seen.last_year is not None else ""
    return section_of(
        "reputation",
        title,
        Words(verdict(seen.change, earlier(scope)), "lead"),
        Words(last_year) if last_year else None,
        Words(words) if words else None,
        Figures(tuple(figures)),
        band,
        _voice_chart(frame),
        _groups_chart(frame, scope),
        loudest_quotes(frame, scope, "positive", _("What pleased most")),
        loudest_quotes(frame, scope, "negative", _("What was criticised most")),
    )


def _voice_chart(frame: Frame) -> Chart | None:
    brands = [b for b in reputation_reads.brands() if b.kind in {"own", "competitor"}]
    voices = reputation_reads.voice(frame.scope.since, frame.scope.until)
    posts = [voices.get(b.id, 0) for b in brands]
    if len(brands) < 2 or not sum(posts):
        return None
    shares = share_of_voice(posts)
    alt = ", ".join(f"{b.name} {percent(s.value)}" for b, s in zip(brands, shares, strict=True))
    return Chart(
        "bars",
        _("Share of voice"),
        alt,
        tuple(b.name for b in brands),
        ((_("Share of voice"), tuple(s.value for s in shares)),),
        tuple(s.low for s in shares),
        tuple(s.high for s in shares),
        tuple(i for i, b in enumerate(brands) if b.is_own),
        share=True,
        note=_("Of {n} that name any of them. The lines hold the true share nine times in ten.").format(
            n=n_("{n} post", "{n} posts", sum(posts))
        ),
    )


def _whiskers(title: str, found: Sequence[Group], names: Sequence[str], note: str) -> Chart:
    alt = "; ".join(
        f"{name} {signed(g.estimate.net.value)} ({between(g.estimate.net)})"
        for name, g in zip(names, found, strict=True)
    )
    return Chart(
        "whiskers",
        title,
        alt,
        tuple(names),
        ((_("Net sentiment"), tuple(g.estimate.net.value for g in found)),),
        tuple(g.estimate.net.low for g in found),
        tuple(g.estimate.net.high for g in found),
        note=note,
    )


def _groups_chart(frame: Frame, scope: Scope) -> Chart | None:
    found = [g for g in reputation_reads.groups(scope, "topic") if g.estimate.posts >= FEW][:10]
    if not found:
        return None
    note = _("Groups of fewer than {n} posts are left out.").format(n=FEW)
    return _whiskers(_("Net sentiment by topic"), found, [g.name for g in found], note)


def aspects(frame: Frame) -> Section:
    """Strengths and weaknesses with the sentences themselves."""
    names = aspect_names()
    found = [g for g in reputation_reads.groups(frame.scope, "aspect") if g.key in names and g.estimate.enough]
    title = _("Strengths and weaknesses")
    if frame.scope.brand is None or not found:
        return section_of("aspects", title, Words(_("Too few posts speak of an aspect in this period.")))
    quotes: list[Block | None] = []
    for group in found[:6]:
        tone = "positive" if group.estimate.net.value >= 0 else "negative"
        passages = reputation_reads.aspect_quotes(frame.scope, group.key, tone)[:2]
        if passages:
            held = tuple(frame.quote(post, start, stop) for post, start, stop in passages)
            quotes.append(Quotes(f"{names[group.key]} · {signed(group.estimate.net.value)}", held))
    note = _("The tone is that of the sentence that speaks of the aspect.")
    return section_of("aspects", title, _whiskers(title, found, [names[g.key] for g in found], note), *quotes)


def actions(frame: Frame) -> Section:
    """What we did, and what it seems to have changed."""
    found = reputation_reads.actions(frame.scope.since, frame.scope.until)
    if not found:
        return section_of("actions", _("What we did"), Words(_("Nothing logged in this period.")))
    blocks: list[Block] = []
    for item in sorted(found, key=lambda a: a.at):
        blocks.append(Words(item.title, "heading"))
        blocks.append(Words(f"{action_kinds()[item.kind]}, {moment(item.at)}", "note"))
        blocks += [Words(line, "item") for line in effects_of(item)]
        if item.note:
            blocks.append(Words(item.note))
    blocks.append(
        Words(
            _(
                "Method: structural time series with comparable series; intervals hold the difference nine times in "
                "ten."
            ),
            "note",
        )
    )
    return section_of("actions", _("What we did"), *blocks)
