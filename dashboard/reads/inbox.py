"""What waits, what was done and what was taught, as pages read it."""

from __future__ import annotations

import json
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from dashboard.reads import cache
from dashboard.reads.cache import cached
from data.acting.kept import approvals_for
from data.acting.policy import policy_of
from data.actor import Actor
from data.alerts import alerts
from data.facts import facts as fact_store
from data.facts import matches
from data.facts.facts import Asked, Fact
from data.inbox import conversations, learning, moderation, ours, threads, triage, verbatims, waiting
from data.inbox.tone import HouseTone
from data.inbox.tone import house_tone as stored_tone
from data.models import Post, Source, Triage, TriageEvent, date_to_day
from data.posts.quotes import Quote
from data.posts.reads import posts_by_id
from data.schema import IDS_PER_DAY
from data.settings import REFERENCE, ROOT
from data.source_list import all_sources


@cached(20)
def people(connection: Connection) -> list[str]:
    """Names that changes are noted under, or posts assigned to."""
    return triage.people(connection)


@cached(20)
def own_accounts(connection: Connection) -> list[str]:
    """Authors that write for us."""
    return ours.own_accounts(connection)


@cached()
def known(connection: Connection) -> triage.Known:
    """What a page knows of changes as it is drawn."""
    return triage.known(connection)


@cached()
def by_others(connection: Connection, ids: tuple[int, ...], seen: triage.Known, account: int) -> list[TriageEvent]:
    """What others than an account made of posts since a page was drawn."""
    return triage.by_others(connection, ids, seen, account)


@cached()
def triage_states(connection: Connection, ids: tuple[int, ...]) -> dict[int, Triage]:
    return triage.triage_of(connection, ids)


@cached()
def in_basket(connection: Connection, post_id: int) -> bool:
    return bool(verbatims.basket_posts(connection, (post_id,)))


@cached(20)
def quotes(connection: Connection, names: bool) -> list[Quote]:
    """The basket, with names or pseudonyms of its authors."""
    return verbatims.quotes(connection, names=names)


@cached(50)
def to_answer(
    connection: Connection, hour: datetime, since: date, who: str, kind: str, order: str = "newest"
) -> tuple[list[waiting.Asked], int]:
    """(what waits for an answer since a day, how many older posts wait)."""
    first = date_to_day(since) * IDS_PER_DAY
    return waiting.to_answer(connection, hour, first_id=first, who=who, kind=kind, order=order)


@cached(50)
def answered(connection: Connection, since: date, until: date) -> list[tuple[int, int]]:
    """(what was asked of us, our answer) for the answers of a period, the latest first."""
    first, last = date_to_day(since) * IDS_PER_DAY, (date_to_day(until) + 1) * IDS_PER_DAY
    return waiting.answered(connection, first, last)


@cached(50)
def done_since(connection: Connection, midnight: datetime) -> int:
    """Posts handled or decided upon since a moment."""
    return triage.done_since(connection, midnight)


@cached()
def past_answers(connection: Connection, post_id: int) -> list[tuple[Post, float]]:
    """(post of ours, similarity) that may answer an inquiry, the likeliest first."""
    answers = waiting.past_answers(connection, post_id)
    posts = {post.id: post for post in posts_by_id(connection, [i for i, _ in answers])}
    return [(posts[i], near) for i, near in answers if i in posts]


@cached(50)
def to_moderate(
    connection: Connection, today: datetime, since: date, under_watch: bool, number: int, size: int, order: str = "risk"
) -> tuple[list[moderation.Case], int]:
    """(a page of posts to judge, or of those under watch; how many there are)."""
    first = date_to_day(since) * IDS_PER_DAY
    return moderation.to_moderate(
        connection, today, first_id=first, under_watch=under_watch, page=number, size=size, order=order
    )


@cached(50)
def hot_threads(connection: Connection, since: date, least: float) -> list[moderation.HotThread]:
    return moderation.hot_threads(connection, date_to_day(since) * IDS_PER_DAY, least)


@cached()
def heat_of_thread(connection: Connection, kind: str, root: str) -> moderation.HotThread | None:
    return moderation.heat_of_thread(connection, kind, root)


@cached()
def thread(connection: Connection, post_id: int) -> list[int]:
    return threads.thread_of(connection, post_id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits since a day: things asked of us, posts to judge, open alerts; posts assigned to one person, and those
    of them that are not handled; acts that wait for that person's approval."""

    answer: int = 0
    judge: int = 0
    alerts: int = 0
    mine: int = 0
    mine_undone: int = 0
    approve: int = 0


@cached(50)
def waiting_now(connection: Connection, hour: datetime, since: date, who: Actor) -> Waiting:
    """What waits, as the pages that it leads to count it, and what is that person's own."""
    asked, _older = to_answer(hour, since, "", "")
    _cases, judge = to_moderate(hour, since, False, 1, 1)
    name, first = who.name, date_to_day(since) * IDS_PER_DAY
    mine, undone = triage.assigned_to(connection, name, first) if name else (0, 0)
    approve = approvals_for(connection, who, policy_of(connection).second)
    return Waiting(len(asked), judge, alerts.count_open(connection, hour), mine, undone, approve)


@cached(50)
def facts(connection: Connection, asked: Asked, today: date, number: int) -> tuple[list[Fact], int]:
    """(a page of what we know, how many facts there are)."""
    return fact_store.find_facts(connection, asked, today, number)


@cached(20)
def fact(connection: Connection, fact_id: int) -> Fact | None:
    return fact_store.one_fact(connection, fact_id)


@cached(20)
def facts_by_id(connection: Connection, ids: tuple[int, ...]) -> list[Fact]:
    return fact_store.facts_of(connection, ids)


@cached(20)
def fact_states(connection: Connection, today: date) -> dict[str, int]:
    """State -> how many facts are in it."""
    return fact_store.count_states(connection, today)


@cached()
def fact_matches(connection: Connection, post_id: int, today: date) -> list[matches.Match]:
    return matches.matches(connection, post_id, today)


@cached(50)
def answered_by_facts(connection: Connection, posts: tuple[int, ...], today: date) -> set[int]:
    """Those of these posts that a fact surely answers that holds."""
    return matches.with_an_answer(connection, posts, today)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that is asked and that nothing we know answers; `expired` are facts that did."""

    asked: waiting.Asked
    first: Post
    expired: tuple[Fact, ...]


@cached(20)
def to_find_out(connection: Connection, hour: datetime, since: date) -> list[Unknown]:
    """Questions since a day that no fact answers which holds, what most people ask first; at most 100."""
    asked, _older = to_answer(hour, since, "", "question")
    posts = [i for item in asked for i in item.posts]
    sure, today = matches.surely_answered(connection, posts), hour.date()
    held = {one.id: one for one in fact_store.facts_of(connection, sorted({i for some in sure.values() for i in some}))}
    lacking = []
    for item in asked:
        mine = [held[i] for i in dict.fromkeys(i for post in item.posts for i in sure.get(post, ())) if i in held]
        if not any(fact_store.holds(one, today) for one in mine):
            lacking.append((item, tuple(one for one in mine if fact_store.state_of(one, today) == "expired")))
    lacking.sort(key=lambda pair: (-pair[0].people, pair[0].since))
    firsts = {post.id: post for post in posts_by_id(connection, [item.posts[0] for item, _ in lacking[:100]])}
    return [Unknown(item, firsts[item.posts[0]], past) for item, past in lacking[:100] if item.posts[0] in firsts]


@cached(20)
def own_sources(connection: Connection) -> list[Source]:
    """Sources that are marked as ours."""
    return [one for one in all_sources(connection) if one.is_own]


@cached(20)
def house_tone(connection: Connection) -> HouseTone:
    return stored_tone(connection)


@cached(20)
def judged(connection: Connection) -> tuple[int, int]:
    """(posts judged, those that were not fine) in the moderation queue."""
    return moderation.judged(connection)


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How good the queue was on comments of one language that we read one by one: of `posts` with `attacks` attacks it
    showed `shown`, of which `right` were attacks."""

    lang: str
    posts: int
    attacks: int
    shown: int
    right: int


@lru_cache(maxsize=1)
def queue_figures() -> tuple[QueueFigures, ...]:
    """Measured on posts that nothing was set by."""
    counted = tomllib.loads((REFERENCE / "judged.toml").read_text(encoding="utf-8"))
    return tuple(QueueFigures(lang, c["posts"], c["attacks"], c["shown"], c["right"]) for lang, c in counted.items())


@cached(20)
def not_judged(connection: Connection, since: date) -> int:
    """Posts since a day of feeds in which nobody answers."""
    return conversations.posts_not_judged(connection, date_to_day(since))


@cached(20)
def word_tones(connection: Connection) -> dict[str, str]:
    return learning.word_tones(connection)


@cached(20)
def lessons(connection: Connection) -> tuple[int, list[learning.Learned]]:
    """(tone labels that people gave, layers that were tried)."""
    return len(learning.tone_labels(connection)), learning.learned(connection)


@dataclass(frozen=True, slots=True)
class ToneChange:
    """A post whose tone a word would change."""

    post: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class WordPreview:
    """How many posts hold a word, and what its tone would change in the latest 300 of them."""

    posts: int
    changes: tuple[ToneChange, ...]


@cached(20)
def word_preview(connection: Connection, word: str, tone: str) -> WordPreview:
    """What a tone of a word would change. The models stay out of the app's process: another one reads the posts."""
    command = cache.command("insights", "word", tone, "--", word)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    told = json.loads(done.stdout)
    return WordPreview(int(told["posts"]), tuple(ToneChange(int(i), a, b) for i, a, b in told["changes"]))
