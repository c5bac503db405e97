"""What has the words that are looked for: names of all kinds, help, the documents; and words that come near."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from dashboard.reads import alerts as alert_reads
from dashboard.reads import ideas as idea_reads
from dashboard.reads import people as people_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.reads import search as search_reads
from dashboard.reads import sources as source_reads
from dashboard.reads import topics as topic_reads
from dashboard.reads import views as view_reads
from dashboard.state import now
from dashboard.words.help.pages import how_to_read
from dashboard.words.help.terms import definitions
from dashboard.words.ideas import title_of
from dashboard.words.language import _, colon, current, day
from dashboard.words.sources import kind_name
from dashboard.words.topics import called
from data.content.ideas import STATES
from data.posts.folding import folded

SHOWN = 8  # of each kind
LIKENESS = 0.75  # of a word to one that is known, for it to be asked about
VOCABULARY = 20_000  # known words that are compared
SHORTEST = 3  # letters: a word of so many or fewer is not set right
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing: its name, what it is beside that, and the page that shows it with the parameters of its address."""

    name: str
    about: str
    page: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """Things of one kind whose words begin with those that are looked for; `more` are not shown."""

    title: str
    found: tuple[Found, ...]
    more: int


def found(query: str) -> list[Kind]:
    """Every kind with something that has all the words, in the order of the menu."""
    wanted = folded(query)
    if not wanted:
        return []
    kinds = []
    for title, things in _everything(query):
        held = [one for one in things if _has(wanted, folded(f"{one.name} {one.about}"))]
        if held:
            kinds.append(Kind(title, tuple(held[:SHOWN]), max(0, len(held) - SHOWN)))
    return kinds


def _has(wanted: Iterable[str], words: tuple[str, ...]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in wanted)


def _everything(query: str) -> list[tuple[str, list[Found]]]:
    return [
        (_("Saved views"), [Found(v.name, "", "mentions", dict(v.parameters)) for v in view_reads.saved_views()]),
        (_("Topics"), _topics()),
        (_("Debates"), [Found(d.question, d.place, "debates", {"debate": str(d.id)}) for d in search_reads.debates()]),
        (_("New tools"), [Found(t.name, "", "tools", {"tool": str(t.id)}) for t in search_reads.tools()]),
        (_("Brands and watches"), [Found(b.name, "", "reputation", {"brand": str(b.id)}) for b in _brands()]),
        (_("People"), _people(query)),
        (_("Ideas"), [Found(title_of(i), "", "ideas", {"idea": str(i.id)}) for i in idea_reads.ideas(STATES)]),
        (_("Calendar"), _planned()),
        (_("Alerts"), [Found(r.name, "", "alerts", {"view": "rules"}) for r in alert_reads.alert_rules()]),
        (_("Reports"), [Found(r.name, "", "reports", {"report": str(r.id)}) for r in search_reads.reports()]),
        (_("Sources"), _sources()),
        (_("Help"), _help()),
        (_("Documents"), _documents()),
    ]


def _brands() -> list[search_reads.Named]:
    return [search_reads.Named(b.id, b.name) for b in reputation_reads.brands()]


def _topics() -> list[Found]:
    names = topic_reads.topic_names()
    return [
        Found(called(name), ", ".join(word for part in name.words_in(current()) for word in part), "topics", at)
        for name, at in ((name, {"topic": str(number)}) for number, name in names.items())
    ]


def _people(query: str) -> list[Found]:
    return [
        Found(name, kind_name(network), "mentions", {"author": name, "kinds": network, "days": "365"})
        for network, name in people_reads.named_like(" ".join(query.split())[:60])
    ]


def _planned() -> list[Found]:
    items = idea_reads.all_items()
    return [Found(i.title, day(i.day) if i.day else "", "calendar", {"item": str(i.id)}) for i in items]


def _sources() -> list[Found]:
    minute = now().replace(second=0, microsecond=0)
    held = [health.source for health in source_reads.sources(minute)]
    return [Found(s.title or s.address, s.address, "mentions", {"sources": str(s.id)}) for s in held]


def _help() -> list[Found]:
    lines = [Found(line, "", page) for page, held in how_to_read().items() for line in held]
    return [*(Found(term, meaning, "search") for term, meaning in definitions().items()), *lines]


def _documents() -> list[Found]:
    parts = search_reads.documents(current())
    return [Found(name_of_part(part), part.text, "search", {"read": part.key}) for part in parts]


def name_of_part(part: search_reads.Part) -> str:
    """Its document and its heading, and its language where that is not the one that is spoken."""
    name = colon().join(words for words in (part.document, part.heading) if words)
    return name if part.lang == current() else _("{title} (in English)").format(title=name)


def meant(query: str) -> str:
    """The query with each word that nothing has set right, "" where none comes near one that is known."""
    known: dict[str, str] = {}  # as it is looked for -> as it is written
    for _title, things in _everything(""):
        for word in _WORD.findall(" ".join(one.name for one in things).lower()):
            if len(word) > SHORTEST and len(known) < VOCABULARY:
                known.setdefault(" ".join(folded(word)), word)
    words, changed = [], False
    for word in folded(query):
        near = [] if len(word) <= SHORTEST or word in known else get_close_matches(word, known, 1, LIKENESS)
        words.append(known[near[0]] if near else word)
        changed |= bool(near)
    return " ".join(words) if changed else ""
