"""Sections of documents: the same figures, charts and quotes as on the pages, as plain data. No drawing here.

A section says in sentences what matters, then shows it; every quote comes from `data.posts.quotes.quote_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import workspace as workspace_reads
from dashboard.words.labels import sentiment_names
from dashboard.words.language import _, colon, count, day, gained, n_, percent
from dashboard.words.posts import earlier_words
from data.figures import Day, in_steps, step_of
from data.identity import accent_of
from data.models import OTHER_LANGUAGE, SENTIMENTS, Brand, Post, day_to_date
from data.posts.quotes import Quote, cut_at, quote_of
from data.schema import IDS_PER_DAY
from data.scope import Scope, scope_to_parameters
from data.sharing.document import Block, Chart, Look, Quotes, Section, Words

QUOTED = 420  # characters of a quote, to the end of a sentence
CHOSEN = 1_500  # of one that was chosen by hand
TOPICS, DEBATES, TOOLS, ASKED, IDEAS, ALERTS, PEOPLE, BASKET = 10, 4, 8, 6, 6, 10, 20, 24


class NotShareable(ValueError):
    """A page, or a view of it, that holds nothing to freeze."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document is of. `scope` holds the brand in question, if any; `names` says how authors appear; `today` is
    the day that links count from."""

    scope: Scope
    brand: Brand | None
    names: str
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def hour(self) -> datetime:
        return self.now.replace(minute=0, second=0, microsecond=0)

    @property
    def minute(self) -> datetime:
        return self.now.replace(second=0, microsecond=0)

    @property
    def everything(self) -> Scope:
        """The same days, all posts."""
        return Scope(self.scope.since, self.scope.until)

    @property
    def of_brand(self) -> Scope:
        """The same posts, of one's own brand where no other is chosen."""
        if self.brand is None or self.scope.brand is not None:
            return self.scope
        return replace(self.scope, brand=self.brand.id)

    def posts_of(self, scope: Scope, **more: str) -> dict[str, str]:
        """Where the posts behind a figure are."""
        return {"page": "mentions", **scope_to_parameters(scope, self.today), **more}

    def author(self, post: Post) -> str:
        return self.named(post.author, ours=post.by_us)

    def named(self, author: str, *, ours: bool = False) -> str:
        if not author or self.names == "none":
            return ""
        return author if ours or self.names == "names" else post_reads.pseudonym_of(author)

    def quote(self, post: Post, start: int = 0, stop: int | None = None) -> Quote:
        """A post as a quote of this document, cut to QUOTED characters where no part of it is named."""
        end = cut_at(post.plain, QUOTED) if stop is None else stop
        return quote_of(post, start, end, author=self.author(post))

    def chosen(self, quote: Quote, post: Post) -> Quote:
        """A quote of the basket with its author as this document names authors; a very long one is cut."""
        stop = cut_at(quote.text, CHOSEN)
        cut = quote.cut_after or bool(quote.text[stop:].strip())
        return replace(quote, text=quote.text[:stop], cut_after=cut, author=self.author(post))

    def within(self, post: Post) -> bool:
        """Whether a post is of this document's days: a document of a week quotes that week alone."""
        return self.scope.since <= day_to_date(post.id // IDS_PER_DAY) <= self.scope.until

    def quoted(self, ids: Sequence[int]) -> list[Quote]:
        """Posts as quotes, those of the period."""
        return [self.quote(post) for post in post_reads.by_id(tuple(ids)) if self.within(post)]


def look() -> Look:
    """How the documents of this workspace look."""
    said = workspace_reads.identity()
    return Look(said.name, accent_of(said.colour, ""), said.logo)


def own_brand() -> Brand | None:
    return reputation_reads.own_brand()


def section_of(key: str, title: str, *blocks: Block | None) -> Section:
    return Section(key, title, tuple(block for block in blocks if block is not None))


def nothing(key: str, title: str, words: str) -> Section:
    """A part that has nothing to show in this period, and says so. `without_empty` gathers such parts of a report."""
    return Section(key, title, (Words(words, "none"),))


def without_empty(sections: Sequence[Section]) -> list[Section]:
    """The sections that show something; what is said of the others, where no one wrote to them, stands at the end."""
    empty = [s for s in sections if not s.notes and all(isinstance(b, Words) and b.kind == "none" for b in s.blocks)]
    told = [
        Words(f"{s.title}{colon()}{b.text}", "item")
        for s in empty
        if s.blocks
        for b in s.blocks
        if isinstance(b, Words)
    ]
    kept = [s for s in sections if s not in empty]
    return [*kept, Section("none", _("Nothing to report"), tuple(told))] if told else kept


def against(now_: float, before: float, scope: Scope) -> str:
    """A figure against the period before, in words."""
    if not before:
        return _("none {before}").format(before=earlier_words(scope))
    return _("{move} against {before}").format(move=gained(now_, before), before=earlier_words(scope))


def days_chart(frame: Frame, days: Sequence[Day], scope: Scope) -> Chart:
    """Posts a day (a week from 100 days on), with the days that stand out."""
    step = step_of(len(days), daily=100)
    shown = in_steps(days, step)
    totals = tuple(float(d.posts) for d in shown)
    marked: tuple[int, ...] = ()
    if step == 1:
        marked = tuple(odd.index for odd in post_reads.unusual_days(scope))
    names = tuple(day_to_date(d.day).isoformat() for d in shown)
    top = max(range(len(totals)), key=lambda i: totals[i]) if totals else 0
    alt = (
        _("{n} in all; most on {day}: {top}.").format(
            n=n_("{n} post", "{n} posts", int(sum(totals))),
            day=day(date.fromisoformat(names[top])),
            top=count(totals[top]),
        )
        if totals
        else ""
    )
    told = _("Posts a day") if step == 1 else _("Posts a week")
    note = _("A red mark is a day far above the four weeks before it.") if marked else ""
    return Chart("days", told, alt, names, ((_("Posts"), totals),), marked=marked, note=note)


def tones_chart(days: Sequence[Day]) -> Chart:
    """Posts by tone, a day or a week each."""
    shown = in_steps(days, step_of(len(days)))
    names = sentiment_names()
    series = tuple((names[tone], tuple(float(getattr(d, tone)) for d in shown)) for tone in SENTIMENTS)
    if any(d.unread for d in shown):
        series += ((names[OTHER_LANGUAGE], tuple(float(d.unread) for d in shown)),)
    total = max(1.0, sum(sum(values) for _name, values in series))
    alt = ", ".join(f"{name} {percent(sum(values) / total)}" for name, values in series)
    dates = tuple(day_to_date(d.day).isoformat() for d in shown)
    unread = sum(d.unread for d in days)
    note = n_("{n} post is not read yet.", "{n} posts are not read yet.", unread) if unread else ""
    return Chart("tones", _("Posts by tone"), alt, dates, series, note=note)


def loudest_quotes(frame: Frame, scope: Scope, tone: str, title: str) -> Quotes | None:
    posts = reputation_reads.loudest(scope, tone)
    return Quotes(title, tuple(frame.quote(post) for post in posts)) if posts else None
