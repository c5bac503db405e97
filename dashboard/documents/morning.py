"""The morning brief: what is new, growing, fading, resolved and answered since one last looked, cut to a reading time.

The same lines stand on the Overview and go out by mail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from dashboard.documents.frame import Frame
from dashboard.files.text import Brief, Line
from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import debates as debate_reads
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads import sharing as share_reads
from dashboard.reads import tools as tool_reads
from dashboard.reads import topics as topic_reads
from dashboard.words.alerts import how_unusual
from dashboard.words.alerts import title_of as title_of_alert
from dashboard.words.guests import told
from dashboard.words.language import _, colon, count, current, day, in_quotes, n_
from dashboard.words.tools import reach_words
from dashboard.words.topics import called, trend_sentence
from data.scope import Scope, scope_to_parameters

WORDS_A_MINUTE = 200  # silent reading of prose is about 238 (Brysbaert 2019); figures slow one down
LEAST = 3  # lines that are shown whatever the time
DAYS = 30  # that topics are looked at over
OF_A_KIND = 4


def cut_to(lines: list[Line], minutes: int) -> tuple[tuple[Line, ...], int]:
    """(the first lines that can be read in so many minutes, how many are left out)."""
    budget, kept = minutes * WORDS_A_MINUTE, 0
    for line in lines:
        budget -= line.words
        if budget < 0 and kept >= LEAST:
            break
        kept += 1
    return tuple(lines[:kept]), len(lines) - kept


@cache.one_record()
def brief_of(frame: Frame, since: datetime, minutes: int) -> Brief:
    """What happened since a moment, the most urgent first."""
    first = min(since.date(), frame.today)
    here = Scope(first, frame.today)
    frame = replace(frame, scope=here)
    posts, _cards = post_reads.counted(here)
    lines = [*_alerts(frame, since), *_volume(frame, first), *_topics(frame), *_debates(frame, first)]
    lines += [*_tools(frame, since), *_answers(frame, first), *_guests(since)]
    order = ("alert", "guest", "volume", "new", "asked", "rising", "debate", "tool", "answered", "resolved", "fading")
    lines.sort(key=lambda line: order.index(line.kind))
    unusual = any(line.kind in {"alert", "volume", "new", "rising"} for line in lines)
    shown, left = cut_to(lines, minutes)
    return Brief(shown, left, posts, unusual)


def _alerts(frame: Frame, since: datetime) -> list[Line]:
    lines: list[Line] = []
    for item in alert_reads.alerts(frame.hour, "open"):
        if item.noticed_at >= since:
            words = f"{title_of_alert(item)}{colon()}{how_unusual(item.rule.kind, item.facts)}"
            quoted = frame.quoted([i for i in (item.origin, *item.posts) if i][:OF_A_KIND])
            lines.append(Line("alert", words, "alerts", {"alert": str(item.id)}, quoted[0] if quoted else None))
    for item in alert_reads.alerts(frame.hour, "closed"):
        if item.last_at >= since and item.noticed_at >= since - timedelta(days=DAYS):
            words = _("Over: {name}").format(name=title_of_alert(item))
            lines.append(Line("resolved", words, "alerts", {"alert": str(item.id)}))
    return lines


def _volume(frame: Frame, first: date) -> list[Line]:
    """Whole days that stand out; the day that runs is not over."""
    whole = Scope(first, frame.today - timedelta(days=1))
    if whole.days < 1:
        return []
    lines = []
    for odd in post_reads.unusual_days(whole):
        at = whole.since + timedelta(days=odd.index)
        words = _("{posts} on {day}, where about {usual} are usual").format(
            posts=n_("{n} post", "{n} posts", odd.count), day=day(at), usual=count(odd.expected)
        )
        link = {"since": at.isoformat(), "until": at.isoformat()}
        lines.append(Line("volume", f"{words}.", "mentions", link))
    return lines


def _topics(frame: Frame) -> list[Line]:
    rows = topic_reads.topic_rows(Scope(frame.today - timedelta(days=DAYS - 1), frame.today), False)
    lines: list[Line] = []
    for trend in ("new", "rising", "fading", "resolved"):
        for row in [r for r in rows if r.topic.trend == trend][:OF_A_KIND]:
            words = f"{in_quotes(called(row.topic.name))}{colon()}{trend_sentence(row.facts)}".rstrip(" :")
            ids = topic_reads.typical(row.topic, frame.scope.since, frame.today, 1)
            quoted = frame.quoted(ids) if trend in {"new", "rising"} else []
            link = {"topic": str(row.topic.id), "days": str(DAYS)}
            lines.append(Line(trend, words, "topics", link, quoted[0] if quoted else None))
    return lines


def _debates(frame: Frame, first: date) -> list[Line]:
    lively = debate_reads.debates("debate", first, frame.today, False, frame.hour, current())
    return [
        Line(
            "debate",
            f"{one.debate.question} {n_('{n} post', '{n} posts', one.recent)}.",
            "debates",
            {"debate": str(one.debate.id)},
        )
        for one in lively[:2]
        if one.recent
    ]


def _tools(frame: Frame, since: datetime) -> list[Line]:
    named = tool_reads.tools(frame.scope.since, frame.today, tool_reads.SHOWN)
    return [
        Line("tool", f"{item.name}{colon()}{reach_words(item)}.", "tools", {"tool": str(item.id)})
        for item in named
        if item.noticed_at >= since
    ][:OF_A_KIND]


def _guests(since: datetime) -> list[Line]:
    """What guests of our links answered."""
    return [
        Line(
            "guest", f"{in_quotes(title)}{colon()}{told(found)}.", "reports", {"view": "shared", "answers": str(number)}
        )
        for number, title, found in share_reads.answered_since(since)
    ][:OF_A_KIND]


def _answers(frame: Frame, first: date) -> list[Line]:
    pairs = inbox_reads.answered(first, frame.today)
    lines: list[Line] = []
    if pairs:
        words = n_("{n} answer given.", "{n} answers given.", len(pairs))
        asked = frame.quoted([pairs[0][0]])
        lines.append(Line("answered", words, "mentions", {"post": str(pairs[0][1])}, asked[0] if asked else None))
    waiting, _older = inbox_reads.to_answer(frame.hour, first, "", "")
    if waiting:
        words = n_("{n} question waiting since then.", "{n} questions waiting since then.", len(waiting))
        quoted = frame.quoted([waiting[0].posts[0]])
        link = {"view": "answer", **scope_to_parameters(Scope(first, frame.today), frame.today)}
        lines.append(Line("asked", words, "mentions", link, quoted[0] if quoted else None))
    return lines
