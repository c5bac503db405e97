"""A page, as its address says, -> a document: what is on the page now, for sharing and for comparing later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from dashboard.documents import alerts as alert_sections
from dashboard.documents import debates as debate_sections
from dashboard.documents import frame as frames
from dashboard.documents import method as method_sections
from dashboard.documents import questions as question_sections
from dashboard.documents import reputation as reputation_sections
from dashboard.documents import summary as summary_sections
from dashboard.documents import topics as topic_sections
from dashboard.documents import verbatims as verbatim_sections
from dashboard.documents.alerts import event_section
from dashboard.documents.frame import Frame
from dashboard.documents.ideas import ideas as idea_section
from dashboard.documents.tools import tools as tool_section
from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import debates as debate_queries
from dashboard.reads import ideas as idea_queries
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import people as people_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import sources as source_reads
from dashboard.reads import tools as tool_queries
from dashboard.reads import topics as topic_reads
from dashboard.words.ideas import content_channels, evidence_words, format_names, status_names, title_of, why_now
from dashboard.words.language import _, count, current, day, in_quotes, moment, n_, zone
from dashboard.words.reputation import signed, verdict
from dashboard.words.sources import kind_name
from dashboard.words.tools import reach_words, stage_names
from data.models import Scope, day_to_date, whole
from data.posts.reads import PAGE
from data.scope import page_number, scope_of
from data.sharing.document import Block, Chart, Document, Figure, Figures, Quotes, Section, Table, Words
from insights.alerts.course import course_of
from insights.reputation.estimates import Decomposition

SHAREABLE = (
    "overview",
    "mentions",
    "topics",
    "debates",
    "tools",
    "reputation",
    "ideas",
    "calendar",
    "alerts",
    "people",
    "sources",
)
THREAD = 40


class NotShareable(ValueError):
    """A page, or a view of it, that holds nothing to freeze."""


def page_titles() -> dict[str, str]:
    return {
        "overview": _("Overview"),
        "mentions": _("Mentions"),
        "topics": _("Topics"),
        "debates": _("Debates"),
        "tools": _("New tools"),
        "reputation": _("Reputation"),
        "ideas": _("Ideas"),
        "calendar": _("Calendar"),
        "alerts": _("Alerts"),
        "people": _("People"),
        "sources": _("Sources"),
        "report": _("Report"),
    }


def frame_of(parameters: Mapping[str, str], names: str, now: datetime) -> Frame:
    scope = scope_of(lambda name: parameters.get(name, ""), now.date())
    return Frame(scope, frames.own_brand(), names, now)


@cache.one_record()
def frozen(
    page: str,
    parameters: Mapping[str, str],
    now: datetime,
    *,
    title: str = "",
    note: str = "",
    names: str = "pseudonyms",
) -> Document:
    """What a page shows, as a document. Raises NotShareable where there is nothing to freeze."""
    if page not in SHAREABLE:
        raise NotShareable(page)
    frame = frame_of(parameters, names, now)
    made = _BUILDERS[page](frame, parameters)
    if len(made) == 1 and not title:
        title = made[0].title
    return assembled(frame, title or page_titles()[page], made, note=note, filters=filter_words(frame))


def assembled(
    frame: Frame, title: str, made: list[Section], *, note: str = "", filters: list[str] | None = None
) -> Document:
    """Sections with what must stand around them: period, filters, freshness, coverage, method."""
    first, last = frame.scope.since, frame.scope.until
    subtitle = " · ".join([f"{day(first)} – {day(last)}", *(filters or [])])
    return Document(
        title,
        subtitle,
        current(),
        _("Made by Vigie on {moment}.").format(moment=moment(frame.now)),
        tuple(made),
        note,
        str(zone()),
        cache.settings().demo,
        method_sections.coverage(frame),
        method_sections.method(frame),
    )


def filter_words(frame: Frame) -> list[str]:
    """What narrows the posts, in words."""
    scope = frame.scope
    brands = {b.id: b.name for b in reputation_reads.brands()}
    told = [brands[scope.brand]] if scope.brand in brands else []
    if scope.sources:
        minute = frame.now.replace(second=0, microsecond=0)
        names = {r.source.id: r.source.title or kind_name(r.source.kind) for r in source_reads.sources(minute)}
        told.append(", ".join(names.get(s, "?") for s in scope.sources[:3]) + ("…" if len(scope.sources) > 3 else ""))
    told += [kind_name(kind) for kind in scope.kinds]
    told += [code.upper() for code in scope.langs]
    if scope.query:
        told.append(_("with {words}").format(words=in_quotes(scope.query)))
    if scope.author and frame.names != "none":
        told.append(frame.named(scope.author))
    return told


def _overview(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    days = post_reads.summary(frame.everything, frame.brand.id if frame.brand else None).days
    tones = Section("tones", _("Tone"), (frames.tones_chart(days),))
    return [summary_sections.summary(frame), tones, topic_sections.topics(frame), _latest(frame, frame.everything, 6)]


def _latest(frame: Frame, scope: Scope, number: int, order: str = "newest", page: int = 1) -> Section:
    posts = post_reads.page(scope, page, True, order)[:number]
    total, _shown = post_reads.counted(scope)
    quotes = Quotes("", tuple(frame.quote(post) for post in posts))
    return Section(
        "posts", _("Posts"), (Words(n_("{n} post", "{n} posts", total), "note"), *((quotes,) if posts else ()))
    )


def _mentions(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    view = parameters.get("view", "")
    post = whole(parameters.get("post", ""))
    if post is not None:
        return [_thread(frame, post)]
    if view == "answer":
        return [question_sections.questions(frame)]
    if view == "quotes":
        return [verbatim_sections.verbatims(replace(frame, scope=Scope(date(1990, 1, 1), frame.today)))]
    if view == "words":
        raise NotShareable("words")
    if view == "moderate":
        hour = frame.hour
        cases, total = inbox_reads.to_moderate(hour, frame.scope.since, False, 1, 10)
        quotes = Quotes("", tuple(frame.quoted([case.post for case in cases])))
        words = Words(n_("{n} post to judge", "{n} posts to judge", total), "lead")
        return [Section("moderate", _("To judge"), (words, *((quotes,) if cases else ())))]
    days = post_reads.summary(frame.scope, None)
    posts, people = sum(d.posts for d in days.days), days.authors
    figures = Figures(
        (
            Figure(_("Posts"), count(posts), "", posts, link=frame.posts_of(frame.scope)),
            Figure(_("People"), count(people), "", people, link=frame.posts_of(frame.scope)),
        )
    )
    blocks: tuple[Block, ...] = (figures,)
    if posts:
        blocks += (frames.days_chart(frame, days.days, frame.scope), frames.tones_chart(days.days))
    page = page_number(parameters.get("page_mentions", ""), 100_000)
    shown = _latest(frame, frame.scope, PAGE, parameters.get("order") or "newest", page)
    return [Section("figures", _("Mentions"), blocks), shown]


def _thread(frame: Frame, post_id: int) -> Section:
    ids = inbox_reads.thread(post_id)[:THREAD]
    held = {p.id: p for p in post_reads.by_id(tuple(ids or [post_id]))}
    if not held:
        raise NotShareable("gone")
    quotes = tuple(frame.quote(held[i]) for i in ids or [post_id] if i in held)
    return Section("thread", _("Thread"), (Quotes("", quotes),))


def _topics(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if frame.scope.topic is not None:
        rows = topic_reads.topic_rows(frame.scope.since, frame.scope.until, True)
        row = next((r for r in rows if r.topic.id == frame.scope.topic), None)
        if row is None:
            raise NotShareable("gone")
        return [topic_sections.topic(frame, row)]
    if frame.scope.watch is not None:
        watch = next((w for w in topic_reads.watched() if w.id == frame.scope.watch), None)
        if watch is None:
            raise NotShareable("gone")
        days = post_reads.summary(frame.scope, None).days
        return [
            Section("watch", watch.words, (frames.days_chart(frame, days, frame.scope),)),
            _latest(frame, frame.scope, PAGE),
        ]
    return [topic_sections.topics(frame)]


def _debates(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if frame.scope.debate is None:
        return [debate_sections.debates(frame)]
    found = debate_queries.one_debate(frame.scope.debate, frame.hour)
    if found is None:
        raise NotShareable("gone")
    return [Section("debate", _("Debate"), tuple(debate_sections.debate_blocks(frame, found.debate, 4)))]


def _tools(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if frame.scope.tool is None:
        return [tool_section(frame)]
    item = tool_queries.one_tool(frame.scope.tool, frame.scope.until)
    if item is None:
        raise NotShareable("gone")
    series = tool_queries.posts_a_day(item.id)
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
    return [
        Section(
            "tool",
            item.name,
            (Words(words, "lead"), Words(reach_words(item)), chart, Quotes(_("Posts"), tuple(posts))),
        )
    ]


def _reputation(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    view = parameters.get("view", "now")
    if view in {"brands", "check"}:
        raise NotShareable(view)
    if view == "actions":
        return [reputation_sections.actions(frame)]
    if frame.scope.brand is None and not parameters.get("brand") and frame.brand is not None:
        frame = replace(frame, scope=replace(frame.scope, brand=frame.brand.id))
    elif frame.scope.brand == 0:
        frame = replace(frame, scope=replace(frame.scope, brand=None))
    if view == "aspects":
        return [reputation_sections.aspects(frame)]
    if view == "why":
        return [_drivers(frame, parameters.get("by") or "topic")]
    return [reputation_sections.reputation(frame)]


def _drivers(frame: Frame, by: str) -> Section:
    """What moved net sentiment since the period before, group by group."""
    seen = reputation_reads.seen(frame.scope)
    cause: Decomposition
    cause, names = reputation_reads.moves(frame.scope, by if by in {"topic", "source", "lang"} else "topic")
    parts = sorted(cause.parts, key=lambda part: -abs(part.total))[:12]
    rows = tuple(
        (
            str(names.get(p.group, p.group)),
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
            (_("Posts before"), "number"),
            (_("Posts"), "number"),
            (_("Net before"), "number"),
            (_("Net sentiment"), "number"),
            (_("Adds"), "number"),
        ),
        rows,
    )
    labels = tuple(str(names.get(p.group, p.group)) for p in parts)
    chart = Chart(
        "whiskers",
        _("What moved it"),
        ", ".join(f"{n} {signed(p.total)}" for n, p in zip(labels, parts, strict=True)),
        labels,
        ((_("Adds"), tuple(p.total for p in parts)),),
    )
    lead = Words(verdict(seen.change, frames.earlier(frame.scope)), "lead")
    return Section("drivers", _("What moved it"), (lead, *((chart, table) if parts else ())))


def _ideas(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if frame.scope.idea is not None:
        item = idea_queries.one_idea(frame.scope.idea)
        if item is None:
            raise NotShareable("gone")
        quotes = Quotes(_("Evidence"), tuple(frame.quoted(item.posts[:8])))
        words = (Words(why_now(item), "lead"), Words(evidence_words(item)))
        return [Section("idea", title_of(item), (*words, quotes))]
    view = parameters.get("view", "")
    if view in {"days", "templates", "dismissed"}:
        raise NotShareable(view)
    return [idea_section(frame, ("kept",) if view == "kept" else ("", "kept"))]


def _calendar(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    found = [i for i in idea_queries.all_items() if i.status != "dropped"]
    rows = tuple(
        (
            i.title,
            i.day.isoformat() if i.day else "",
            content_channels().get(i.channel, ""),
            format_names().get(i.format, ""),
            status_names()[i.status],
            i.owner,
        )
        for i in sorted(found, key=lambda i: (i.day or date.max, i.id))[:100]
    )
    columns = (
        (_("Title"), "text"),
        (_("Day"), "date"),
        (_("Channel"), "text"),
        (_("Format"), "text"),
        (_("Status"), "text"),
        (_("Who does it"), "text"),
    )
    words = Words(n_("{n} item", "{n} items", len(found)), "lead")
    return [
        Section("calendar", _("Calendar"), (words, *((Table(_("What is planned"), columns, rows),) if rows else ())))
    ]


def _alerts(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    asked = whole(parameters.get("alert", ""))
    if asked is None:
        if parameters.get("view") in {"rules", "channels"}:
            raise NotShareable("rules")
        return [alert_sections.alerts(replace(frame, scope=replace(frame.scope, since=date(1990, 1, 1))))]
    alert = alert_reads.one_alert(asked)
    posts = alert_reads.event_posts(asked)
    if alert is None or not posts:
        raise NotShareable("gone")
    return [event_section(frame, alert, course_of(posts, None))]


def _people(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if parameters.get("view") != "places":
        return [alert_sections.people(frame)]
    found = people_reads.places(frame.scope)[:40]
    columns = (
        (_("Community"), "text"),
        (_("Network"), "text"),
        (_("Posts"), "number"),
        (_("People"), "number"),
        (_("About us"), "number"),
        (_("Our themes without us"), "number"),
    )
    rows = tuple((p.name, kind_name(p.network), p.posts, p.authors, p.about_us, p.without_us) for p in found)
    return [Section("places", _("Communities"), (Table(_("Communities"), columns, rows),))]


def _sources(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    minute = frame.now.replace(second=0, microsecond=0)
    found = [r for r in source_reads.sources(minute) if r.source.state != "removed"]
    columns = ((_("Source"), "text"), (_("Kind"), "text"), (_("Posts"), "number"), (_("Last read"), "date"))
    rows = tuple(
        (
            r.source.title or kind_name(r.source.kind),
            kind_name(r.source.kind),
            r.posts,
            r.source.last_success.date().isoformat() if r.source.last_success else "",
        )
        for r in found
    )
    words = Words(n_("{n} source was followed.", "{n} sources were followed.", len(found)), "lead")
    return [Section("sources", _("Sources"), (words, Table(_("Sources"), columns, rows)))]


_BUILDERS: dict[str, Callable[[Frame, Mapping[str, str]], list[Section]]] = {
    "overview": _overview,
    "mentions": _mentions,
    "topics": _topics,
    "debates": _debates,
    "tools": _tools,
    "reputation": _reputation,
    "ideas": _ideas,
    "calendar": _calendar,
    "alerts": _alerts,
    "people": _people,
    "sources": _sources,
}
