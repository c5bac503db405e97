"""How the brand is seen: figures with their error, comparisons, what moved them, what we did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.documents.frame import Frame, against, loudest_quotes, nothing, section_of
from dashboard.reads import reputation as reputation_reads
from dashboard.reads.reputation import Group
from dashboard.words.actions import effects_of
from dashboard.words.actions import kind_names as action_kinds
from dashboard.words.language import _, count, moment, n_, percent
from dashboard.words.posts import earlier_words, not_read
from dashboard.words.reputation import aspect_names, between, mix_words, nine_in_ten, share_note, signed, verdict
from dashboard.words.topics import called
from data.scope import Scope
from data.sharing.document import Block, Chart, Figure, Figures, Quotes, Section, Table, Words
from insights.reputation.estimates import FEW


def net_figure(frame: Frame, scope: Scope) -> Figure:
    seen = reputation_reads.seen(scope)
    net = seen.change.after.net
    return Figure(
        _("Net sentiment"),
        signed(net.value),
        nine_in_ten(net),
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
        return nothing("reputation", title, _("No post in this period."))
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
        note = share_note(share, old, scope)
        link = frame.posts_of(scope, sentiments=tone)
        figures.append(Figure(label, percent(share.value), note, share.value, share.low, share.high, link))
    series = reputation_reads.net_series(scope)
    band = Chart(
        "band",
        _("Net sentiment over time"),
        verdict(seen.change, earlier_words(scope)),
        tuple(at.isoformat() for at in series.days),
        ((_("Net sentiment"), tuple(e.net.value if e.posts else None for e in series.estimates)),),
        tuple(e.net.low if e.posts else None for e in series.estimates),
        tuple(e.net.high if e.posts else None for e in series.estimates),
        note=_("The band holds the true figure nine times in ten."),
    )
    words = mix_words(seen.cause, seen.change)
    last_year = verdict(seen.last_year, _("the same days last year")) if seen.last_year is not None else ""
    return section_of(
        "reputation",
        title,
        Words(verdict(seen.change, earlier_words(scope)), "lead"),
        Words(last_year) if last_year else None,
        Words(words) if words else None,
        Words(not_read(seen.other_languages)) if seen.other_languages else None,
        Figures(tuple(figures)),
        band,
        _voice_chart(frame),
        _groups_chart(frame, scope),
        loudest_quotes(frame, scope, "positive", _("What pleased most")),
        loudest_quotes(frame, scope, "negative", _("What was criticised most")),
    )


def _voice_chart(frame: Frame) -> Chart | None:
    shares = reputation_reads.voice_shares(frame.scope.since, frame.scope.until)
    if not shares.comparable:
        return None
    voices = shares.voices
    alt = ", ".join(f"{v.brand.name} {percent(v.share.value)}" for v in voices)
    return Chart(
        "bars",
        _("Share of voice"),
        alt,
        tuple(v.brand.name for v in voices),
        ((_("Share of voice"), tuple(v.share.value for v in voices)),),
        tuple(v.share.low for v in voices),
        tuple(v.share.high for v in voices),
        tuple(i for i, v in enumerate(voices) if v.brand.is_own),
        share=True,
        note=_("Of {n} that name any of them. The lines hold the true share nine times in ten.").format(
            n=n_("{n} post", "{n} posts", shares.posts)
        ),
    )


def _whiskers(title: str, groups: Sequence[Group], names: Sequence[str], note: str) -> Chart:
    alt = "; ".join(
        f"{name} {signed(g.estimate.net.value)} ({between(g.estimate.net)})"
        for name, g in zip(names, groups, strict=True)
    )
    return Chart(
        "whiskers",
        title,
        alt,
        tuple(names),
        ((_("Net sentiment"), tuple(g.estimate.net.value for g in groups)),),
        tuple(g.estimate.net.low for g in groups),
        tuple(g.estimate.net.high for g in groups),
        note=note,
    )


def _groups_chart(frame: Frame, scope: Scope) -> Chart | None:
    groups = [g for g in reputation_reads.groups(scope, "topic") if g.estimate.posts >= FEW][:10]
    if not groups:
        return None
    note = _("Groups of fewer than {n} posts are left out.").format(n=FEW)
    return _whiskers(_("Net sentiment by topic"), groups, [called(g.name) for g in groups], note)


def aspects(frame: Frame) -> Section:
    """Strengths and weaknesses with the sentences themselves."""
    names = aspect_names()
    known = [g for g in reputation_reads.groups(frame.scope, "aspect") if g.key in names and g.estimate.enough]
    title = _("Strengths and weaknesses")
    if frame.scope.brand is None or not known:
        return section_of("aspects", title, Words(_("Too few posts speak of an aspect in this period.")))
    quotes: list[Block | None] = []
    for group in known[:6]:
        tone = "positive" if group.estimate.net.value >= 0 else "negative"
        passages = reputation_reads.aspect_quotes(frame.scope, group.key, tone)[:2]
        if passages:
            held = tuple(frame.quote(post, start, stop) for post, start, stop in passages)
            quotes.append(Quotes(f"{names[group.key]} · {signed(group.estimate.net.value)}", held))
    note = _("The tone is that of the sentence that speaks of the aspect.")
    return section_of("aspects", title, _whiskers(title, known, [names[g.key] for g in known], note), *quotes)


def actions(frame: Frame) -> Section:
    """What we did, and what it seems to have changed."""
    logged = reputation_reads.actions(frame.scope.since, frame.scope.until)
    if not logged:
        return nothing("actions", _("What we did"), _("Nothing logged in this period."))
    blocks: list[Block] = []
    for item in sorted(logged, key=lambda a: a.at):
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


def drivers(frame: Frame, by: str) -> Section:
    """What moved net sentiment since the period before, group by group."""
    seen = reputation_reads.seen(frame.scope)
    cause, names = reputation_reads.moves(frame.scope, by if by in {"topic", "source", "lang"} else "topic")
    parts = sorted(cause.parts, key=lambda part: -abs(part.total))[:12]
    rows = tuple(
        (
            called(names.get(p.group, str(p.group))),
            p.posts_before,
            p.posts_after,
            round(p.net_before, 3),
            round(p.net_after, 3),
            round(p.total, 4),
        )
        for p in parts
    )
    table = Table(
        _("What each group adds"),
        (
            (_("Group"), "text"),
            (_("Posts then"), "number"),
            (_("Posts"), "number"),
            (_("Net then"), "number"),
            (_("Net sentiment"), "number"),
            (_("Adds"), "number"),
        ),
        rows,
    )
    labels = tuple(called(names.get(p.group, str(p.group))) for p in parts)
    chart = Chart(
        "whiskers",
        _("What moved it"),
        ", ".join(f"{n} {signed(p.total)}" for n, p in zip(labels, parts, strict=True)),
        labels,
        ((_("Adds"), tuple(p.total for p in parts)),),
    )
    lead = Words(verdict(seen.change, earlier_words(frame.scope)), "lead")
    return Section("drivers", _("What moved it"), (lead, *((chart, table) if parts else ())))
