"""Sections of documents: the same figures, charts and quotes as on the pages, as plain data. No drawing here.

A section says in sentences what matters, then shows it; every quote comes from `data.quotes.quote_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from dashboard import debate_queries, idea_queries, queries, tool_queries
from dashboard.action_views import effects_of
from dashboard.action_views import kind_names as action_kinds
from dashboard.alert_sentences import how_unusual, since_when
from dashboard.alert_views import title_of as title_of_alert
from dashboard.components import key_url, sentiment_names, trend_names, trend_sentence
from dashboard.debate_sentences import place_and_time, side_names
from dashboard.idea_sentences import evidence_words, title_of, why_now
from dashboard.language import _, colon, count, day, in_quotes, moment, n_, percent
from dashboard.people_views import role_names, state_names
from dashboard.queries import Group, TopicRow
from dashboard.reputation_views import aspect_names, between, mix_words, signed, verdict
from dashboard.sentences import kind_name
from dashboard.state import scope_to_parameters
from dashboard.tool_sentences import momentum_words, reach_words, stage_names
from data.alerts import Alert
from data.debates import Debate
from data.document import Block, Chart, Figure, Figures, Quotes, Said, Section, Table, Words
from data.figures import Day
from data.inbox import Asked
from data.models import Brand, Post, Scope, date_to_day, day_to_date
from data.quotes import Quote, cut_at, quote_of
from data.schema import IDS_PER_DAY
from data.tools import full_text
from insights.reputation import FEW, share_of_voice
from insights.trends import anomalies, compare_periods

QUOTED = 420  # characters of a quote, to the end of a sentence
CHOSEN = 1_500  # of one that was chosen by hand
TOPICS, DEBATES, TOOLS, ASKED, IDEAS, ALERTS, PEOPLE, BASKET = 10, 4, 8, 6, 8, 10, 20, 24


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document is of. `scope` holds the brand in question, if any; `names` says how authors appear; `today` is
    the day that links count from, `key` the record and the revision of it that is read."""

    scope: Scope
    brand: Brand | None
    names: str
    now: datetime
    key: tuple[str, int] = field(default_factory=lambda: (key_url(), queries.revision()))

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def hour(self) -> datetime:
        return self.now.replace(minute=0, second=0, microsecond=0)

    @property
    def everything(self) -> Scope:
        """The same days, all posts."""
        return Scope(self.scope.since, self.scope.until)

    def posts_of(self, scope: Scope, **more: str) -> dict[str, str]:
        """Where the posts behind a figure are."""
        return {"page": "mentions", **scope_to_parameters(scope, self.today), **more}

    def author(self, post: Post) -> str:
        return self.named(post.author, ours=post.by_us)

    def named(self, author: str, *, ours: bool = False) -> str:
        if not author or self.names == "none":
            return ""
        return author if ours or self.names == "names" else queries.pseudonym_of(author)

    def quote(self, post: Post, start: int = 0, stop: int | None = None) -> Quote:
        """A post as a quote of this document, cut to QUOTED characters where no part of it is named."""
        end = cut_at(post.plain, QUOTED) if stop is None else stop
        return quote_of(post, start, end, author=self.author(post))

    def chosen(self, quote: Quote, post: Post) -> Quote:
        """A quote of the basket with its author as this document names authors; a very long one is cut."""
        stop = cut_at(quote.text, CHOSEN)
        cut = quote.cut_after or bool(quote.text[stop:].strip())
        return replace(quote, text=quote.text[:stop], cut_after=cut, author=self.author(post))

    def quoted(self, ids: Sequence[int]) -> list[Quote]:
        return [self.quote(post) for post in queries.by_id(tuple(ids), *self.key)]


def own_brand() -> Brand | None:
    return next((b for b in queries.brands(key_url(), queries.revision()) if b.is_own), None)


def _section(key: str, title: str, *blocks: Block | None) -> Section:
    return Section(key, title, tuple(block for block in blocks if block is not None))


def earlier(scope: Scope) -> str:
    return n_("the {n} day before", "the {n} days before", scope.days)


def _against(now_: float, before: float, scope: Scope) -> str:
    """A figure against the period before, in words."""
    if not before:
        return _("none in {before}").format(before=earlier(scope))
    move = 100 * (now_ - before) / before
    return _("{move} % against {before}").format(move=signed(move, 0), before=earlier(scope))


def moving(frame: Frame, rows: Sequence[TopicRow]) -> dict[int, tuple[str, str, str]]:
    """Topic -> (code, its name, why). Up to yesterday a topic has its trend; an older period is compared with the one
    before it, for what is new today was not new then."""
    if (frame.today - frame.scope.until).days <= 1:
        names = trend_names()
        return {r.topic.id: (r.topic.trend, names[r.topic.trend], trend_sentence(r.facts)) for r in rows}
    posts = {r.topic.id: (r.before, r.posts) for r in rows}
    totals = (sum(a for a, _b in posts.values()), sum(b for _a, b in posts.values()))
    found = compare_periods(posts, totals, (frame.scope.days, frame.scope.days))
    names = {"new": _("New"), "grew": _("Grew"), "same": _("As before"), "shrank": _("Shrank"), "gone": _("Gone")}
    codes = {"grew": "rising", "shrank": "fading", "gone": "resolved", "same": "steady"}
    return {
        key: (
            codes.get(kind, kind), names[kind],
            _("{n} in this period, {before} in {earlier}.").format(
                n=n_("{n} post", "{n} posts", posts[key][1]), before=count(posts[key][0]), earlier=earlier(frame.scope)
            ),
        )
        for key, kind in found.items()
    }  # fmt: skip


def _moves(
    found: Mapping[int, tuple[str, str, str]], rows: Sequence[TopicRow], kinds: Sequence[str], most: int
) -> list[Words]:
    """Sentences on topics that move, as `moving` found, in the order of `kinds`."""
    told = [r for kind in kinds for r in rows if found[r.topic.id][0] == kind][:most]
    return [
        Words(f"{found[r.topic.id][1]}{colon()}{in_quotes(r.topic.label)}. {found[r.topic.id][2]}", "item")
        for r in told
    ]


def waiting_of(frame: Frame) -> tuple[list[Asked], int]:
    """(what was asked in the period and still waits, how many older posts wait)."""
    found, older = queries.to_answer(frame.hour, frame.scope.since, "", "", *frame.key)
    last = (date_to_day(frame.scope.until) + 1) * IDS_PER_DAY
    return [item for item in found if item.posts[0] < last], older


def _answers_words(given: int, waiting: int) -> str:
    told = n_("{n} answer given", "{n} answers given", given)
    return told + ", " + n_("{n} thing asked still waits", "{n} things asked still wait", waiting)


def days_chart(frame: Frame, days: Sequence[Day], scope: Scope) -> Chart:
    """Posts a day (a week from 100 days on), with the days that stand out."""
    step = 1 if len(days) <= 100 else 7
    starts = range(0, len(days), step)
    totals = tuple(float(sum(d.posts for d in days[i : i + step])) for i in starts)
    marked: tuple[int, ...] = ()
    if step == 1:
        long = queries.history(scope, *frame.key)
        extra = date_to_day(scope.since) - long[0].day
        marked = tuple(a.index - extra for a in anomalies([d.posts for d in long]) if a.index >= extra)
    names = tuple(day_to_date(days[i].day).isoformat() for i in starts)
    top = max(range(len(totals)), key=lambda i: totals[i]) if totals else 0
    alt = _("{n} in all; most on {day}: {top}.").format(
        n=n_("{n} post", "{n} posts", int(sum(totals))), day=day(date.fromisoformat(names[top])),
        top=count(totals[top]),
    ) if totals else ""  # fmt: skip
    told = _("Posts a day") if step == 1 else _("Posts a week")
    note = _("A red mark is a day far above the four weeks before it.") if marked else ""
    return Chart("days", told, alt, names, ((_("Posts"), totals),), marked=marked, note=note)


def tones_chart(days: Sequence[Day]) -> Chart:
    """Posts by tone, a day or a week each."""
    step = 1 if len(days) <= 60 else 7
    starts = range(0, len(days), step)
    names = sentiment_names()
    series = tuple(
        (names[tone], tuple(float(sum(getattr(d, tone) for d in days[i : i + step])) for i in starts))
        for tone in ("negative", "neutral", "positive", "unsure")
    )
    total = max(1.0, sum(sum(values) for _name, values in series))
    alt = ", ".join(f"{name} {percent(sum(values) / total)}" for name, values in series)
    dates = tuple(day_to_date(days[i].day).isoformat() for i in starts)
    return Chart("tones", _("Posts by tone"), alt, dates, series)


def summary(frame: Frame) -> Section:
    """What happened, in sentences, before any figure."""
    url, revision = frame.key
    scope = frame.everything
    held = queries.summary(scope, frame.brand.id if frame.brand else None, url, revision)
    total, before = sum(d.posts for d in held.days), sum(d.posts for d in held.before)
    lead = [
        _("{posts} by {people} were read, {move}.").format(
            posts=n_("{n} post", "{n} posts", total), people=n_("{n} person", "{n} people", held.authors),
            move=_against(total, before, scope),
        )
    ]  # fmt: skip
    figures = [
        Figure(_("Posts"), count(total), _against(total, before, scope), total, link=frame.posts_of(scope)),
        Figure(
            _("People"), count(held.authors), _against(held.authors, held.authors_before, scope), held.authors,
            link=frame.posts_of(scope),
        ),
    ]  # fmt: skip
    if frame.brand is not None:
        about = replace(scope, brand=frame.brand.id)
        seen = queries.seen(about, url, revision)
        figures.append(
            Figure(
                _("Posts that name {brand}").format(brand=frame.brand.name), count(seen.posts),
                _against(seen.posts, seen.posts_before, scope), seen.posts, link=frame.posts_of(about),
            )
        )  # fmt: skip
        if seen.posts:
            net = seen.change.after.net
            figures.append(_net_figure(frame, about))
            lead.append(
                _("{brand} was named in {posts}; net sentiment {net} ({range}).").format(
                    brand=frame.brand.name, posts=n_("{n} post", "{n} posts", seen.posts), net=signed(net.value),
                    range=between(net),
                )
            )  # fmt: skip
            lead.append(verdict(seen.change, earlier(scope)))
    items = [Words(" ".join(lead), "lead"), Figures(tuple(figures))]
    rows = queries.topic_rows(scope.since, scope.until, False, url, revision)
    items += _moves(moving(frame, rows), rows, ("new", "rising"), 3)
    debates = debate_queries.debates("debate", scope.since, scope.until, False, frame.hour, url, revision)
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
    answered = queries.answered(scope.since, scope.until, url, revision)
    if waiting or answered:
        items.append(Words(f"{_answers_words(len(answered), len(waiting))}.", "item"))
    if len(items) == 2:
        items.append(Words(_("Nothing unusual."), "item"))
    return _section("summary", _("In short"), *items, days_chart(frame, held.days, scope))


def _net_figure(frame: Frame, scope: Scope) -> Figure:
    seen = queries.seen(scope, *frame.key)
    net = seen.change.after.net
    return Figure(
        _("Net sentiment"), signed(net.value), _("Between {range}, nine times in ten").format(range=between(net)),
        net.value, net.low, net.high, frame.posts_of(scope),
    )  # fmt: skip


def _loudest(frame: Frame, scope: Scope, tone: str, title: str) -> Quotes | None:
    posts = queries.loudest(scope, tone, *frame.key)[:3]
    return Quotes(title, tuple(frame.quote(post) for post in posts)) if posts else None


def reputation(frame: Frame) -> Section:
    """How the brand is seen: figures with their error, over time, against competitors, by topic."""
    url, revision = frame.key
    scope = frame.scope if frame.scope.brand is not None or frame.brand is None else replace(
        frame.scope, brand=frame.brand.id
    )  # fmt: skip
    title = _("Reputation")
    seen = queries.seen(scope, url, revision)
    if not seen.posts:
        return _section("reputation", title, Words(_("No post in this period."), "body"))
    after, before = seen.change.after, seen.change.before
    figures = [
        _net_figure(frame, scope),
        Figure(_("Posts"), count(seen.posts), _against(seen.posts, seen.posts_before, scope), seen.posts,
               link=frame.posts_of(scope)),
    ]  # fmt: skip
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
    found = queries.net_series(scope, step, url, revision)
    names = tuple((scope.since + timedelta(days=step * i)).isoformat() for i in range(len(found)))
    band = Chart(
        "band", _("Net sentiment over time"), verdict(seen.change, earlier(scope)), names,
        ((_("Net sentiment"), tuple(e.net.value if e.posts else None for e in found)),),
        tuple(e.net.low if e.posts else None for e in found), tuple(e.net.high if e.posts else None for e in found),
        note=_("The band holds the true figure nine times in ten."),
    )  # fmt: skip
    words = mix_words(seen.cause, seen.change)
    last_year = verdict(seen.last_year, _("the same days last year")) if seen.last_year is not None else ""
    return _section(
        "reputation", title, Words(verdict(seen.change, earlier(scope)), "lead"),
        Words(last_year) if last_year else None, Words(words) if words else None, Figures(tuple(figures)), band,
        _voice_chart(frame), _groups_chart(frame, scope),
        _loudest(frame, scope, "positive", _("What pleased most")),
        _loudest(frame, scope, "negative", _("What was criticised most")),
    )  # fmt: skip


def _voice_chart(frame: Frame) -> Chart | None:
    url, revision = frame.key
    brands = [b for b in queries.brands(url, revision) if b.kind in {"own", "competitor"}]
    voices = queries.voice(frame.scope.since, frame.scope.until, url, revision)
    posts = [voices.get(b.id, 0) for b in brands]
    if len(brands) < 2 or not sum(posts):
        return None
    shares = share_of_voice(posts)
    alt = ", ".join(f"{b.name} {percent(s.value)}" for b, s in zip(brands, shares, strict=True))
    return Chart(
        "bars", _("Share of voice"), alt, tuple(b.name for b in brands),
        ((_("Share of voice"), tuple(s.value for s in shares)),), tuple(s.low for s in shares),
        tuple(s.high for s in shares), tuple(i for i, b in enumerate(brands) if b.is_own), share=True,
        note=_("Of {n} that name any of them. The lines hold the true share nine times in ten.").format(
            n=n_("{n} post", "{n} posts", sum(posts))
        ),
    )  # fmt: skip


def _whiskers(title: str, found: Sequence[Group], names: Sequence[str], note: str) -> Chart:
    alt = "; ".join(
        f"{name} {signed(g.estimate.net.value)} ({between(g.estimate.net)})"
        for name, g in zip(names, found, strict=True)
    )
    return Chart(
        "whiskers", title, alt, tuple(names), ((_("Net sentiment"), tuple(g.estimate.net.value for g in found)),),
        tuple(g.estimate.net.low for g in found), tuple(g.estimate.net.high for g in found), note=note,
    )  # fmt: skip


def _groups_chart(frame: Frame, scope: Scope) -> Chart | None:
    found = [g for g in queries.groups(scope, "topic", *frame.key) if g.estimate.posts >= FEW][:10]
    if not found:
        return None
    note = _("Groups of fewer than {n} posts are left out.").format(n=FEW)
    return _whiskers(_("Net sentiment by topic"), found, [g.name for g in found], note)


def aspects(frame: Frame) -> Section:
    """Strengths and weaknesses with the sentences themselves."""
    url, revision = frame.key
    names = aspect_names()
    found = [g for g in queries.groups(frame.scope, "aspect", url, revision) if g.key in names and g.estimate.enough]
    title = _("Strengths and weaknesses")
    if frame.scope.brand is None or not found:
        return _section("aspects", title, Words(_("Too few posts speak of an aspect in this period.")))
    quotes: list[Block | None] = []
    for group in found[:6]:
        tone = "positive" if group.estimate.net.value >= 0 else "negative"
        passages = queries.aspect_quotes(frame.scope, group.key, tone, url, revision)[:2]
        if passages:
            held = tuple(frame.quote(post, start, stop) for post, start, stop in passages)
            quotes.append(Quotes(f"{names[group.key]} · {signed(group.estimate.net.value)}", held))
    note = _("The tone is that of the sentence that speaks of the aspect.")
    return _section("aspects", title, _whiskers(title, found, [names[g.key] for g in found], note), *quotes)


def topics(frame: Frame) -> Section:
    """The largest topics, what moves, and their typical words."""
    url, revision = frame.key
    rows = [r for r in queries.topic_rows(frame.scope.since, frame.scope.until, False, url, revision) if r.posts]
    title = _("Topics")
    if not rows:
        return _section("topics", title, Words(_("Topics appear once about fifty posts have been read.")))
    top = rows[:TOPICS]
    alt = ", ".join(f"{r.topic.label} {count(r.posts)}" for r in top[:5])
    chart = Chart(
        "bars", _("Largest topics"), alt, tuple(r.topic.label for r in top),
        ((_("Posts"), tuple(float(r.posts) for r in top)),),
    )  # fmt: skip
    trends = moving(frame, rows)
    kinds = ("new", "rising", "fading", "resolved")
    sentences = _moves(trends, rows, kinds, 5)
    first = [r for kind in kinds for r in rows if trends[r.topic.id][0] == kind]
    table = Table(
        _("Topics in figures"),
        ((_("Topic"), "text"), (_("Trend"), "text"), (_("Posts"), "number"), (_("Before"), "number"),
         (_("Negative"), "share"), (_("Positive"), "share")),
        tuple(
            (r.topic.label, trends[r.topic.id][1], r.posts, r.before, r.negative / max(1, r.posts),
             r.positive / max(1, r.posts))
            for r in rows[: 2 * TOPICS]
        ),
        n_("{n} topic in all", "{n} topics in all", len(rows)),
    )  # fmt: skip
    quotes = [
        Quotes(in_quotes(r.topic.label), tuple(frame.quoted(r.topic.representatives[:2])))
        for r in [*first, *top][:3]
        if r.topic.representatives
    ]
    unique = {q.title: q for q in quotes}
    lead = Words(_("Nothing is new, rising or fading: nothing unusual."), "lead") if not sentences else None
    return _section("topics", title, lead, *sentences, chart, table, *unique.values())


def _then(frame: Frame, row: TopicRow) -> tuple[str, str, str]:
    """How a topic moved in its period, seen beside all topics of it."""
    rows = queries.topic_rows(frame.scope.since, frame.scope.until, False, *frame.key)
    return moving(frame, [*(r for r in rows if r.topic.id != row.topic.id), row])[row.topic.id]


def topic(frame: Frame, row: TopicRow) -> Section:
    """One topic: why it moves, who says it, over time, typical posts."""
    url, revision = frame.key
    here = replace(frame.scope, topic=row.topic.id)
    voices = queries.voices(here, url, revision)
    days = queries.summary(here, None, url, revision).days
    figures = (
        Figure(_("Posts"), count(row.posts), _against(row.posts, row.before, frame.scope), row.posts,
               link=frame.posts_of(here)),
        Figure(_("People"), count(voices.authors), "", voices.authors, link=frame.posts_of(here)),
        Figure(_("Negative"), percent(row.negative / max(1, row.posts)), "", row.negative / max(1, row.posts),
               link=frame.posts_of(here, sentiments="negative")),
        Figure(_("Positive"), percent(row.positive / max(1, row.posts)), "", row.positive / max(1, row.posts),
               link=frame.posts_of(here, sentiments="positive")),
    )  # fmt: skip
    places = Table(
        _("Who says it, and where"), ((_("Place"), "text"), (_("Posts"), "number")),
        tuple((name or "–", n) for name, n in voices.places[:10]),
    )  # fmt: skip
    _code, name, words = _then(frame, row)
    lead = f"{name}. {words}".strip()
    terms = _("Its words") + colon() + ", ".join(row.topic.terms)
    return _section(
        "topic", row.topic.label, Words(lead, "lead"), Words(terms) if row.topic.terms else None, Figures(figures),
        days_chart(frame, days, here), tones_chart(days), places,
        Quotes(_("Typical posts"), tuple(frame.quoted(row.topic.representatives[:5]))),
    )  # fmt: skip


def debate_blocks(frame: Frame, item: Debate, arguments: int) -> list[Block]:
    """One debate: the question, camps, their main arguments in exact words."""
    blocks: list[Block] = [
        Words("", "heading", Said(item.question or _("No question was put in words"), item.opener)),
        Words(place_and_time(item, day(item.began_at.date()), item.posts, item.people), "note"),
        Words(
            _("Controversy {score}, between {low} and {high}, of 100; camps {sure} sure.").format(
                score=count(100 * item.score), low=count(100 * item.low), high=count(100 * item.high),
                sure=percent(item.sure),
            )
        ),
    ]  # fmt: skip
    names = side_names(item)
    camps = item.facts.get("camps", [])
    if camps:
        total = max(1, sum(camp["people"] for camp in camps))
        alt = ", ".join(f"{names[c['side']]} {percent(c['people'] / total)}" for c in camps)
        blocks.append(
            Chart(
                "bars", _("People of each camp"), alt, tuple(names[c["side"]] for c in camps),
                ((_("People"), tuple(float(c["people"]) for c in camps)),),
            )
        )  # fmt: skip
    held = {p.id: p for p in queries.by_id(
        tuple(sorted({int(a["passage"][0]) for c in camps for a in c["arguments"]})), *frame.key
    )}  # fmt: skip
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
    url, revision = frame.key
    found = debate_queries.debates(
        "debate", frame.scope.since, frame.scope.until, False, frame.hour, url, revision
    )  # fmt: skip
    blocks: list[Block] = []
    for one in found[:DEBATES]:
        blocks += debate_blocks(frame, one.debate, 1)
    if len(found) > DEBATES:
        blocks.append(Words(n_("{n} more debate", "{n} more debates", len(found) - DEBATES), "note"))
    if not found:
        blocks.append(Words(_("No debate with two camps in this period.")))
    return _section("debates", _("Debates"), *blocks)


def tools(frame: Frame) -> Section:
    """Tools first seen, or that moved, in the period."""
    found = tool_queries.tools(frame.scope.since, frame.scope.until, tool_queries.SHOWN, *frame.key)
    if not found:
        return _section("tools", _("New tools"), Words(_("No new tool was named in this period.")))
    table = Table(
        _("New tools"),
        ((_("Tool"), "text"), (_("Stage"), "text"), (_("First seen"), "date"), (_("Posts"), "number"),
         (_("People"), "number"), (_("Sure it is new"), "share")),
        tuple(
            (t.name, stage_names()[t.stage], t.first_at.date().isoformat(), t.posts, t.facts.get("authors", 0),
             t.evidence)
            for t in found[: 2 * TOOLS]
        ),
    )  # fmt: skip
    blocks: list[Block] = [table]
    defined = {int(d[0]): d for t in found[:TOOLS] if (d := t.facts.get("definition"))}
    held = {p.id: p for p in queries.by_id(tuple(sorted(defined)), *frame.key)}
    for item in found[:TOOLS]:
        part = item.facts.get("definition")
        post = held.get(int(part[0])) if part else None
        if post is None:
            continue
        blocks.append(Quotes(f"{item.name} · {reach_words(item)}", (_of_title_and_text(frame, post, part),),
                             momentum_words(item)))  # fmt: skip
    return _section("tools", _("New tools"), *blocks)


def _of_title_and_text(frame: Frame, post: Post, part: Sequence[int]) -> Quote:
    """A passage that is counted from the title on, as the reader of tools counts."""
    whole = full_text(post.title, post.plain)
    shift = len(whole) - len(post.plain)
    start, stop = int(part[1]) - shift, int(part[2]) - shift
    if whole.endswith(post.plain) and start >= 0:
        return frame.quote(post, start, stop)
    return frame.quote(replace(post, plain=whole), int(part[1]), int(part[2]))


def questions(frame: Frame) -> Section:
    """What was asked of us: answered, and still waiting."""
    url, revision = frame.key
    waiting, older = waiting_of(frame)
    pairs = queries.answered(frame.scope.since, frame.scope.until, url, revision)
    more = " · " + n_("{n} older one", "{n} older ones", older) if older else ""
    words = f"{_answers_words(len(pairs), len(waiting))}{more}."
    link = {"page": "mentions", "view": "answer", **scope_to_parameters(frame.everything, frame.today)}
    figures = (
        Figure(_("Answers given"), count(len(pairs)), "", len(pairs), link=link),
        Figure(_("Still waiting"), count(len(waiting)), "", len(waiting), link=link),
    )
    blocks: list[Block] = [Words(words, "lead"), Figures(figures)]
    held = {p.id: p for p in queries.by_id(tuple(i for pair in pairs[:3] for i in pair), url, revision)}
    for asked, reply in pairs[:3]:
        if asked in held and reply in held:
            blocks.append(
                Quotes(_("Asked, and answered by us"), (frame.quote(held[asked]), frame.quote(held[reply])))
            )  # fmt: skip
    quoted = frame.quoted([item.posts[0] for item in waiting[:ASKED]])
    if quoted:
        blocks.append(Quotes(_("Waiting for an answer"), tuple(quoted)))
    return _section("questions", _("Questions and answers"), *blocks)


def actions(frame: Frame) -> Section:
    """What we did, and what it seems to have changed."""
    found = queries.actions(frame.scope.since, frame.scope.until, *frame.key)
    if not found:
        return _section("actions", _("What we did"), Words(_("Nothing logged in this period.")))
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
    )  # fmt: skip
    return _section("actions", _("What we did"), *blocks)


def ideas(frame: Frame, states: tuple[str, ...] = ("", "kept")) -> Section:
    found = [i for i in idea_queries.ideas(states, *frame.key) if i.place][:IDEAS]
    if not found:
        return _section("ideas", _("Ideas"), Words(_("No idea yet: they come with the posts of a few days.")))
    blocks: list[Block] = []
    for item in found:
        opener = item.posts[0] if item.kind in {"poll", "respond"} and item.posts else 0
        title = title_of(item)
        blocks.append(Words("" if opener else title, "heading", Said(title, opener) if opener else None))
        blocks.append(Words(f"{why_now(item)} {evidence_words(item)}.".strip()))
    first = next((i for i in found if i.posts), None)
    quotes = Quotes(title_of(first), tuple(frame.quoted(first.posts[:2]))) if first else None
    return _section("ideas", _("Ideas"), *blocks, quotes)


def all_alerts(frame: Frame) -> list[Alert]:
    """Alerts of every state, the latest first."""
    found = [a for state in ("open", "snoozed", "closed") for a in queries.alerts(frame.hour, state, *frame.key)]
    return sorted(found, key=lambda a: a.noticed_at, reverse=True)


def alerts_of(frame: Frame) -> list[Alert]:
    """Those that were noticed in the period."""
    return [a for a in all_alerts(frame) if frame.scope.since <= a.noticed_at.date() <= frame.scope.until]


def alerts(frame: Frame) -> Section:
    """Alerts of the period with how unusual they were and their first post."""
    found = alerts_of(frame)
    if not found:
        return _section("alerts", _("Alerts"), Words(_("Nothing unusual."), "lead"))
    blocks: list[Block] = [Words(n_("{n} alert", "{n} alerts", len(found)), "lead")]
    for item in found[:ALERTS]:
        blocks.append(Words(title_of_alert(item), "heading"))
        blocks.append(Words(f"{how_unusual(item.rule.kind, item.facts)} {since_when(item)}"))
        quoted = frame.quoted([item.origin or (item.posts[0] if item.posts else 0)])
        if quoted:
            blocks.append(Quotes("", tuple(quoted)))
    return _section("alerts", _("Alerts"), *blocks)


def people(frame: Frame) -> Section:
    """Who takes part; under pseudonyms unless names are wanted."""
    found = [m for m in queries.members(frame.scope, *frame.key) if not m.by_us]
    if not found:
        return _section("people", _("People"), Words(_("No post of this period names its author.")))
    states, roles = state_names(), role_names()
    counted = {name: sum(m.state == name for m in found) for name in states}
    words = ", ".join(f"{states[name]} {count(n)}" for name, n in counted.items() if n)
    lead = n_("{n} person", "{n} people", sum(m.state != "drifting" for m in found))
    if frame.names == "none":
        return _section("people", _("People"), Words(f"{lead}. {words}.", "lead"))
    table = Table(
        _("People who wrote most"),
        ((_("Author"), "text"), (_("Network"), "text"), (_("Posts"), "number"), (_("Drew"), "number"),
         (_("About us"), "number"), (_("State"), "text"), (_("Role"), "text")),
        tuple(
            (frame.named(m.author), kind_name(m.network), m.posts, m.drawn, m.about_us, states[m.state],
             ", ".join(roles[r] for r in m.roles))
            for m in found[:PEOPLE]
        ),
    )  # fmt: skip
    return _section("people", _("People"), Words(f"{lead}. {words}.", "lead"), table)


def verbatims(frame: Frame) -> Section:
    """The basket of quotes of the period, else what drew most."""
    url, revision = frame.key
    found = queries.quotes(True, url, revision)
    inside = [q for q in found if frame.scope.since <= q.published_at.date() <= frame.scope.until]
    title = _("Verbatims")
    if inside:
        ids = {p.id: p for p in queries.by_id(tuple(sorted({q.post for q in inside})), url, revision)}
        named = tuple(frame.chosen(q, ids[q.post]) for q in inside[:BASKET] if q.post in ids)
        by_tag: dict[str, list[Quote]] = {}
        for quote in named:
            by_tag.setdefault(quote.tags[0] if quote.tags else "", []).append(quote)
        return _section(
            "verbatims", title, Words(_("Chosen by hand, word for word."), "note"),
            *(Quotes(tag, tuple(quotes)) for tag, quotes in sorted(by_tag.items())),
        )  # fmt: skip
    return _section(
        "verbatims", title,
        Words(_("Nothing was put in the basket of quotes in this period: these are the posts that drew most."), "note"),
        *(
            _loudest(frame, frame.scope, tone, words)
            for tone, words in (("positive", _("Positive")), ("negative", _("Negative")), ("neutral", _("Neutral")))
        ),
    )  # fmt: skip


def coverage(frame: Frame) -> tuple[str, ...]:
    """Of what the figures are: sources, how fresh, and what could not be read."""
    url, revision = frame.key
    minute = frame.now.replace(second=0, microsecond=0)
    sources = [r.source for r in queries.sources(url, revision, minute) if r.source.state != "removed"]
    checked = [s.last_success for s in sources if s.last_success is not None]
    lines = [n_("{n} source was followed.", "{n} sources were followed.", len(sources))]
    if checked:
        lines.append(_("Last read on {moment}.").format(moment=moment(max(checked))))
    down = queries.blind_spots(frame.scope, url, revision, frame.hour + timedelta(hours=1))
    names = list(dict.fromkeys(spot.source.title or spot.source.kind for spot in down))
    if names:
        lines.append(
            n_("{n} source could not be read for part of the period: {names}.",
               "{n} sources could not be read for part of the period: {names}.", len(names))
            .replace("{names}", ", ".join(names[:5]) + ("…" if len(names) > 5 else ""))
        )  # fmt: skip
    else:
        lines.append(_("No source failed for longer than its usual rhythm in this period."))
    return tuple(lines)


def method(frame: Frame) -> tuple[str, ...]:
    """How the figures were made, and what they cannot say."""
    errors = queries.errors_of(frame.scope, *frame.key)
    who = {
        "pseudonyms": _("Authors have pseudonyms, the same for the same author."),
        "names": _("Authors appear under the names that they gave."),
        "none": _("Authors are not named."),
    }[frame.names]
    return (
        _("Quotes are exact, as they were read; […] marks a cut. Copies of one text are counted as posts."),
        _("Tone is estimated by a program, right in {share} of the posts that people checked; shares and net sentiment "
          "are corrected for that error, and intervals hold the true figure nine times in ten.").format(
            share=percent(errors.agreement)
        ),
        _("Topics are groups of posts that are alike in meaning, made by a program; posts that fit none are left "
          "out of them."),
        _("Only what the followed sources show is counted: it is not a survey, and whoever does not write is not "
          "heard."),
        who,
    )  # fmt: skip


def method_section(frame: Frame) -> Section:
    blocks = [Words(line, "item") for line in (*coverage(frame), *method(frame))]
    return _section("method", _("Method and limits"), *blocks)


BUILDERS: dict[str, Callable[[Frame], Section]] = {
    "summary": summary, "reputation": reputation, "topics": topics, "debates": debates, "tools": tools,
    "questions": questions, "actions": actions, "ideas": ideas, "alerts": alerts, "people": people,
    "verbatims": verbatims, "method": method_section,
}  # fmt: skip
