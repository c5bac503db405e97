"""Posts as the page of mentions shows them: figures, the latest, a thread, what is to judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame, NotShareable
from dashboard.documents.questions import questions
from dashboard.documents.verbatims import verbatims
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.words.language import _, colon, count, n_
from dashboard.words.posts import spread_words
from data.models import whole
from data.posts import spreading
from data.posts.reads import ORDERS, PAGE
from data.scope import Scope, page_number
from data.sharing.document import Block, Figure, Figures, Quotes, Section, Words

THREAD, SPREADS = 40, 10  # posts


def mentions(frame: Frame, parameters: Mapping[str, str]) -> list[Section]:
    """What the page shows, as its address says. Raises NotShareable for a view of settings, or a post that is gone."""
    view = parameters.get("view", "")
    post = whole(parameters.get("post", ""))
    if post is not None:
        return [thread(frame, post)]
    if view == "answer":
        return [questions(frame)]
    if view == "quotes":
        return [verbatims(replace(frame, scope=Scope(date(1990, 1, 1), frame.today)))]
    if view == "words":
        raise NotShareable("words")
    if view == "moderate":
        return [to_judge(frame)]
    if view == "spreads":
        return [what_spreads(frame, parameters.get("by", ""))]
    return [mention_figures(frame), _page_of_posts(frame, parameters)]


def to_judge(frame: Frame) -> Section:
    """Posts that wait for a moderator, the first of them quoted."""
    cases, total = inbox_reads.to_moderate(frame.hour, frame.scope.since, False, 1, 10)
    quotes = Quotes("", tuple(frame.quoted([case.post for case in cases])))
    words = Words(n_("{n} post to judge", "{n} posts to judge", total), "lead")
    return Section("moderate", _("To judge"), (words, *((quotes,) if cases else ())))


def what_spreads(frame: Frame, order: str) -> Section:
    """What is shared and carried on, the first quoted, each under how far and how fast it spreads."""
    order = order if order in spreading.ORDERS else spreading.ORDERS[0]
    found = post_reads.spreading(frame.minute, frame.scope.since, frame.scope.until, order)
    blocks: list[Block] = [Words(n_("{n} post spreads", "{n} posts spread", len(found)), "lead")]
    for one in found[:SPREADS]:
        quotes = tuple(frame.quoted([one.post]))
        if quotes:
            blocks.append(Quotes(colon().join(spread_words(one)), quotes))
    return Section("spreads", _("What spreads"), tuple(blocks))


def mention_figures(frame: Frame) -> Section:
    """How many posts and people, day by day and by tone."""
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
    return Section("figures", _("Mentions"), blocks)


def _page_of_posts(frame: Frame, parameters: Mapping[str, str]) -> Section:
    """The posts that the page lists, in its order."""
    page = page_number(parameters.get("page_mentions", ""), 100_000)
    order = parameters.get("order", "")
    return latest(frame, frame.scope, PAGE, order if order in ORDERS else "newest", page)


def latest(frame: Frame, scope: Scope, number: int, order: str = "newest", page: int = 1) -> Section:
    """How many posts a scope has, and the first of a page of them."""
    posts = post_reads.page(scope, page, True, order)[:number]
    total, _shown = post_reads.counted(scope)
    quotes = Quotes("", tuple(frame.quote(post) for post in posts))
    return Section(
        "posts", _("Posts"), (Words(n_("{n} post", "{n} posts", total), "note"), *((quotes,) if posts else ()))
    )


def thread(frame: Frame, post_id: int) -> Section:
    ids = inbox_reads.thread(post_id)[:THREAD]
    held = {p.id: p for p in post_reads.by_id(tuple(ids or [post_id]))}
    if not held:
        raise NotShareable("gone")
    quotes = tuple(frame.quote(held[i]) for i in ids or [post_id] if i in held)
    return Section("thread", _("Thread"), (Quotes("", quotes),))
