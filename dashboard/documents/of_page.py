"""A page, as its address says, -> a document: what is on the page now, for sharing and for comparing later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from dashboard.documents import alerts as alert_sections
from dashboard.documents import debates as debate_sections
from dashboard.documents import frame as frames
from dashboard.documents import method as method_sections
from dashboard.documents import reputation as reputation_sections
from dashboard.documents import summary as summary_sections
from dashboard.documents import topics as topic_sections
from dashboard.documents.alerts import event_section
from dashboard.documents.filters import filter_words
from dashboard.documents.frame import Frame, NotShareable
from dashboard.documents.ideas import ideas as idea_section
from dashboard.documents.of_calendar_item import QUOTES, calendar, document_of
from dashboard.documents.people import communities, people
from dashboard.documents.posts import latest, mentions
from dashboard.documents.reputation import drivers
from dashboard.documents.sources import sources
from dashboard.documents.tools import tool_section, tools
from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import debates as debate_reads
from dashboard.reads import ideas as idea_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import topics as topic_reads
from dashboard.words.ideas import evidence_words, why_now
from dashboard.words.ideas import title_of as title_of_idea
from dashboard.words.language import _, current, days, moment, zone
from data.models import whole
from data.posts.reads import PAGE
from data.scope import scope_of
from data.sharing.document import Document, Quotes, Section, Words
from data.sharing.guests import item_of
from insights.alerts.course import course_of


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
    }


def title_of(page: str, parameters: Mapping[str, str]) -> str:
    """What a frozen copy of a page is called unless somebody says otherwise."""
    number = item_of(parameters, page)
    item = idea_reads.one_item(number) if number is not None else None
    return item.title if item is not None else page_titles().get(page, "")


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
    item = item_of(parameters, page)
    if item is not None:
        return _brief(frame, item, title, note)
    made = _BUILDERS[page](frame, parameters)
    if len(made) == 1 and not title:
        title = made[0].title
    return assembled(frame, title or page_titles()[page], made, note=note, filters=filter_words(frame))


def _brief(frame: Frame, number: int, title: str, note: str) -> Document:
    """An item of the calendar, as those who make or approve it read it."""
    item = idea_reads.one_item(number)
    if item is None:
        raise NotShareable("gone")
    idea = idea_reads.one_idea(item.idea) if item.idea else None
    posts = post_reads.by_id(idea.posts[:QUOTES]) if idea is not None else []
    authors = {post.id: frame.author(post) for post in posts}
    document = document_of(item, idea, posts, authors, demo=cache.settings().demo, look=frames.look())
    return replace(document, title=title or item.title, note=note, made=_made(frame))


def _made(frame: Frame) -> str:
    return _("Made by Vigie on {moment}.").format(moment=moment(frame.now))


def assembled(
    frame: Frame, title: str, made: list[Section], *, note: str = "", filters: list[str] | None = None
) -> Document:
    """Sections with what must stand around them: period, filters, freshness, coverage, method."""
    first, last = frame.scope.since, frame.scope.until
    look = frames.look()
    subtitle = " · ".join([*([look.name] if look.name else []), days(first, last), *(filters or [])])
    return Document(
        title,
        subtitle,
        current(),
        _made(frame),
        tuple(made),
        note,
        str(zone()),
        cache.settings().demo,
        method_sections.coverage(frame),
        method_sections.method(frame),
        look,
    )


def _overview(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    days = post_reads.summary(frame.everything, frame.brand.id if frame.brand else None).days
    tones = Section("tones", _("Tone"), (frames.tones_chart(days),))
    return [summary_sections.summary(frame), tones, topic_sections.topics(frame), latest(frame, frame.everything, 6)]


def _topics(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if frame.scope.topic is not None:
        rows = topic_reads.topic_rows(frame.scope, True)
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
            latest(frame, frame.scope, PAGE),
        ]
    return [topic_sections.topics(frame)]


def _debates(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if frame.scope.debate is None:
        return [debate_sections.debates(frame)]
    one = debate_reads.one_debate(frame.scope.debate, frame.hour)
    if one is None:
        raise NotShareable("gone")
    return [Section("debate", _("Debate"), tuple(debate_sections.debate_blocks(frame, one.debate, 4)))]


def _tools(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    return [tools(frame) if frame.scope.tool is None else tool_section(frame, frame.scope.tool)]


def _reputation(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    view = parameters.get("view", "now")
    if view in {"brands", "check"}:
        raise NotShareable(view)
    if view == "actions":
        return [reputation_sections.actions(frame)]
    if not parameters.get("brand"):
        frame = replace(frame, scope=frame.of_brand)
    elif frame.scope.brand == 0:
        frame = replace(frame, scope=replace(frame.scope, brand=None))
    if view == "aspects":
        return [reputation_sections.aspects(frame)]
    if view == "why":
        return [drivers(frame, parameters.get("by") or "topic")]
    return [reputation_sections.reputation(frame)]


def _ideas(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    if frame.scope.idea is not None:
        item = idea_reads.one_idea(frame.scope.idea)
        if item is None:
            raise NotShareable("gone")
        quotes = Quotes(_("Evidence"), tuple(frame.quote(post) for post in post_reads.by_id(item.posts[:8])))
        words = (Words(why_now(item), "lead"), Words(evidence_words(item)))
        return [Section("idea", title_of_idea(item), (*words, quotes))]
    view = parameters.get("view", "")
    if view in {"days", "templates", "dismissed"}:
        raise NotShareable(view)
    return [idea_section(frame, ("kept",) if view == "kept" else ("", "kept"))]


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
    return [communities(frame) if parameters.get("view") == "places" else people(frame)]


def _sources(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    return [sources(frame)]


def _calendar(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    return [calendar()]


_BUILDERS: dict[str, Callable[[Frame, Mapping[str, str]], list[Section]]] = {
    "overview": _overview,
    "mentions": mentions,
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

SHAREABLE = tuple(_BUILDERS)
