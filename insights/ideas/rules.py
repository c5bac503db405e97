"""What to publish, from what people say: each rule looks at one kind of opportunity and brings its evidence.

Pure: `Ground` is what the record holds, gathered by `insights.pipeline.ideas`. A rule gives ideas with at least three
posts each; `rank` orders them, explains the order in parts, and keeps one of those that are about the same thing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from data.content.ground import Evidence

LEAST = 3  # posts of evidence
MOST_POSTS = 400  # of an idea's evidence
WEIGHTS = {"demand": 0.4, "now": 0.3, "interest": 0.2, "learned": 0.1}
COSTS = {"effort": 0.12, "risk": 0.12}
REPEAT = 0.08  # what a second idea of one kind loses
DOUBLED = 2.0  # evidence against what it was when an idea was dismissed
HOT = 0.4


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic as ideas need it: its evidence of two months, and counts."""

    topic: int
    label: str
    trend: str
    posts: Sequence[Evidence]
    questions: Sequence[Evidence] = ()
    complaints: Sequence[Evidence] = ()
    wishes: Sequence[Evidence] = ()
    ours: int = 0
    heat: float = 0.0
    rate: float = 1.0  # posts of the last two weeks against its usual two weeks


@dataclass(frozen=True, slots=True)
class Argued:
    """A debate: its question, sides, people."""

    id: int
    question: str
    posts: Sequence[Evidence]
    score: float
    state: str
    days_quiet: int
    heat: float = 0.0


@dataclass(frozen=True, slots=True)
class NewTool:
    """A tool that people began to name."""

    id: int
    name: str
    stage: str
    posts: Sequence[Evidence]
    days_old: int
    beside: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """Something that we did, with complaints in the fortnight before and after."""

    action: int
    title: str
    before: Sequence[Evidence]
    after: int
    days_ago: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of ours that fits what is asked again now."""

    answer: int
    days_old: int
    asked: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day that comes back, or an anniversary, and posts that fit it."""

    key: str
    name: dict[str, str]
    days_ahead: int
    posts: Sequence[Evidence]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """A round number that was passed lately."""

    what: str  # people | posts
    number: int
    posts: Sequence[Evidence]
    days_ago: int


@dataclass(frozen=True, slots=True)
class Helper:
    """A member who answers others."""

    author: str
    replies: Sequence[Evidence]
    thanked: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What the record holds for ideas, of the last two months."""

    open_questions: Sequence[Evidence] = ()
    subjects: Sequence[Subject] = ()
    debates: Sequence[Argued] = ()
    tools: Sequence[NewTool] = ()
    praise: Sequence[Evidence] = ()
    fixes: Sequence[Fix] = ()
    answered: Sequence[Answered] = ()
    occasions: Sequence[Occasion] = ()
    milestones: Sequence[Milestone] = ()
    helpers: Sequence[Helper] = ()
    newcomers: Sequence[Evidence] = ()
    newcomers_before: int = 0
    their_words: Sequence[tuple[str, Sequence[Evidence]]] = ()  # words of theirs that we never use
    waves: Sequence[tuple[int, Sequence[Evidence]]] = ()  # copies of one text: (its first post, all)
    usual_reactions: float | None = None  # the median of all posts


@dataclass(frozen=True, slots=True)
class Found:
    """An idea. `key` is what it is about: the same key is the same idea at the next refresh. Parts from 0 to 1."""

    kind: str
    key: str
    facts: dict[str, Any]
    posts: tuple[int, ...]
    first_day: int
    people: int
    places: int
    days: int
    demand: float
    now: float
    interest: float | None  # against what posts here usually get: half is as usual
    sample: int  # posts that the expected interest comes from
    effort: float
    risk: float
    formats: tuple[str, ...]
    lang: str
    about: str  # topic:1, debate:2, ...: ideas about one thing repeat each other
    people_keys: frozenset[str] = frozenset()
    learned: float = 0.5
    score: float = 0.0
    why: dict[str, float] = field(default_factory=dict)


EFFORT = {  # share of a working day, roughly: 1 is a day or more
    "post": 0.1,
    "thread": 0.2,
    "poll": 0.1,
    "faq": 0.4,
    "article": 0.7,
    "video": 0.8,
    "carousel": 0.5,
    "ama": 0.6,
    "quiz": 0.3,
    "contest": 0.7,
    "newsletter": 0.2,
    "meetup": 0.9,
    "member": 0.3,
}


def _found(
    kind: str,
    key: str,
    facts: dict[str, Any],
    posts: Sequence[Evidence],
    ground: Ground,
    *,
    now: float,
    formats: tuple[str, ...],
    about: str,
    risk: float = 0.0,
    bears: float = 1.0,
) -> Found | None:
    """An idea with its evidence counted; None with fewer than three posts. `bears`: how directly the posts ask for it,
    from 0 to 1; a word that fits a day of the calendar asks for nothing."""
    seen: dict[int, Evidence] = {item.post: item for item in posts}
    items = sorted(seen.values(), key=lambda item: (-(item.reactions or 0), item.post))[:MOST_POSTS]
    if len(items) < LEAST:
        return None
    people = {item.author or str(item.post) for item in items}
    known = [item.reactions for item in items if item.reactions is not None]
    interest = None
    if known and ground.usual_reactions is not None:
        ratio = (median(known) + 1) / (ground.usual_reactions + 1)
        interest = round(ratio / (1 + ratio), 3)
    langs = Counter(item.lang for item in items if item.lang)
    return Found(
        kind=kind,
        key=key,
        facts=facts,
        posts=tuple(item.post for item in items),
        first_day=min(item.day for item in items),
        people=len(people),
        places=len({item.place for item in items}),
        days=max(item.day for item in items) - min(item.day for item in items) + 1,
        demand=round(bears * (1 - math.exp(-len(people) / 10)), 3),
        now=round(min(1.0, max(0.0, now)), 3),
        interest=interest,
        sample=len(known),
        effort=EFFORT[formats[0]],
        risk=round(min(1.0, max(0.0, risk)), 3),
        formats=formats,
        lang=max(sorted(langs), key=lambda code: langs[code]) if langs else "",
        about=about,
        people_keys=frozenset(people),
    )


def _each(items: Iterable[Found | None]) -> list[Found]:
    return [item for item in items if item is not None]


def faq(ground: Ground) -> list[Found]:
    """Questions to us that nobody has answered, in one answer to all."""
    return _each(
        [
            _found(
                "faq",
                "faq",
                {"questions": len(ground.open_questions)},
                ground.open_questions,
                ground,
                now=0.8,
                formats=("faq", "post", "newsletter"),
                about="questions",
            )
        ]
    )


def guide(ground: Ground) -> list[Found]:
    """A topic about which much is asked, month after month."""
    return _each(
        _found(
            "guide",
            f"guide:{s.topic}",
            {"topic": s.topic, "label": s.label, "questions": len(s.questions)},
            s.questions,
            ground,
            now=0.4 + 0.2 * (s.rate > 1.3),
            formats=("article", "video", "faq"),
            about=f"topic:{s.topic}",
            risk=s.heat,
        )
        for s in ground.subjects
        if len({q.author for q in s.questions}) >= 5
    )


def explain(ground: Ground) -> list[Found]:
    """A topic that is new or rises."""
    return _each(
        _found(
            "explain",
            f"explain:{s.topic}",
            {"topic": s.topic, "label": s.label, "trend": s.trend, "rate": round(s.rate, 2)},
            s.posts,
            ground,
            now=1.0 if s.trend == "new" else 0.85,
            formats=("thread", "post", "carousel", "video"),
            about=f"topic:{s.topic}",
            risk=s.heat,
        )
        for s in ground.subjects
        if s.trend in {"new", "rising"}
    )


def poll(ground: Ground) -> list[Found]:
    """A debate with camps: let people say where they stand, or bring both sides together."""
    return _each(
        _found(
            "poll",
            f"poll:{d.id}",
            {"debate": d.id, "question": d.question, "score": round(d.score, 2)},
            d.posts,
            ground,
            now=0.9 - 0.5 * min(1.0, d.days_quiet / 60),
            formats=("poll", "ama", "thread"),
            about=f"debate:{d.id}",
            risk=max(0.3, d.heat),
        )
        for d in ground.debates
        if d.state == "debate"
    )


def respond(ground: Ground) -> list[Found]:
    """A wave of criticism: say what happened and what is done."""
    return _each(
        _found(
            "respond",
            f"respond:{d.id}",
            {"debate": d.id, "question": d.question},
            d.posts,
            ground,
            now=0.9 - 0.8 * min(1.0, d.days_quiet / 30),
            formats=("post", "article"),
            about=f"debate:{d.id}",
            risk=0.8,
        )
        for d in ground.debates
        if d.state == "criticism"
    )


def try_tool(ground: Ground) -> list[Found]:
    """A new tool that people name: try it, compare it."""
    return _each(
        _found(
            "tool",
            f"tool:{t.id}",
            {"tool": t.id, "name": t.name, "stage": t.stage, "beside": list(t.beside[:3])},
            t.posts,
            ground,
            now=1.0 - 0.8 * min(1.0, t.days_old / 90),
            formats=("article", "video", "thread"),
            about=f"tool:{t.id}",
        )
        for t in ground.tools
    )


def testimonial(ground: Ground) -> list[Found]:
    """Kind words about us: ask whether they may be quoted."""
    return _each(
        [
            _found(
                "testimonial",
                "testimonial",
                {"posts": len(ground.praise)},
                ground.praise,
                ground,
                now=0.5,
                formats=("carousel", "post", "newsletter"),
                about="praise",
            )
        ]
    )


def fixed(ground: Ground) -> list[Found]:
    """Complaints that went down after something that we did: say so."""
    return _each(
        _found(
            "fixed",
            f"fixed:{f.action}",
            {"action": f.action, "title": f.title, "before": len(f.before), "after": f.after},
            f.before,
            ground,
            now=0.9 - 0.5 * min(1.0, f.days_ago / 45),
            formats=("post", "newsletter", "video"),
            about=f"action:{f.action}",
            risk=0.2,
        )
        for f in ground.fixes
        if len(f.before) >= 5 and f.after <= 0.6 * len(f.before)
    )


def gap(ground: Ground) -> list[Found]:
    """A subject that people discuss and ask about, on which we say nothing."""
    return _each(
        _found(
            "gap",
            f"gap:{s.topic}",
            {"topic": s.topic, "label": s.label, "posts": len(s.posts), "questions": len(s.questions)},
            s.posts,
            ground,
            now=0.4,
            formats=("article", "thread", "video"),
            about=f"topic:{s.topic}",
            risk=s.heat,
            bears=0.8,
        )
        for s in ground.subjects
        if s.ours == 0 and len(s.posts) >= 15 and len(s.questions) >= 3
    )


def words(ground: Ground) -> list[Found]:
    """Words that people use and we do not."""
    used = sorted(ground.their_words, key=lambda item: (-len({e.author for e in item[1]}), item[0]))[:5]
    posts = [item for _, evidence in used for item in evidence]
    if not used:
        return []
    return _each(
        [
            _found(
                "words",
                "words",
                {"words": [word for word, _ in used]},
                posts,
                ground,
                now=0.3,
                formats=("post", "newsletter"),
                about="words",
                bears=0.6,
            )
        ]
    )


def wish(ground: Ground) -> list[Found]:
    """Wishes on one subject: let people vote, say what is planned."""
    return _each(
        _found(
            "wish",
            f"wish:{s.topic}",
            {"topic": s.topic, "label": s.label, "wishes": len(s.wishes)},
            s.wishes,
            ground,
            now=0.5,
            formats=("poll", "post", "ama"),
            about=f"wishes:{s.topic}",
        )
        for s in ground.subjects
        if len({w.author for w in s.wishes}) >= 4
    )


def evergreen(ground: Ground) -> list[Found]:
    """What we answered well before, and is asked again."""
    return _each(
        _found(
            "evergreen",
            f"evergreen:{a.answer}",
            {"post": a.answer, "days": a.days_old},
            a.asked,
            ground,
            now=0.5,
            formats=("post", "newsletter", "faq"),
            about=f"answer:{a.answer}",
        )
        for a in ground.answered
        if a.days_old >= 30
    )


def occasion(ground: Ground) -> list[Found]:
    """A day that comes back, where people here speak of its subject."""
    return _each(
        _found(
            "occasion",
            f"occasion:{o.key}",
            {"name": o.name, "days": o.days_ahead, "own": o.own},
            o.posts,
            ground,
            now=0.9 - 0.02 * o.days_ahead,
            formats=("post", "carousel", "contest", "quiz"),
            about=f"day:{o.key}",
            bears=0.5,
        )
        for o in ground.occasions
    )


def milestone(ground: Ground) -> list[Found]:
    """A round number of people or posts: thank those who made it."""
    return _each(
        _found(
            "milestone",
            f"milestone:{m.what}:{m.number}",
            {"what": m.what, "number": m.number},
            m.posts,
            ground,
            now=0.9 - 0.03 * m.days_ago,
            formats=("post", "contest", "newsletter"),
            about=f"milestone:{m.what}",
        )
        for m in ground.milestones
    )


def member(ground: Ground) -> list[Found]:
    """Somebody who helps others: member of the month."""
    best = sorted(ground.helpers, key=lambda h: (-len(h.replies) - 2 * h.thanked, h.author))[:1]
    return _each(
        _found(
            "member",
            f"member:{h.author}",
            {"author": h.author, "replies": len(h.replies), "thanked": h.thanked},
            h.replies,
            ground,
            now=0.4,
            formats=("member", "post", "newsletter"),
            about=f"member:{h.author}",
        )
        for h in best
    )


def welcome(ground: Ground) -> list[Found]:
    """More newcomers than before: welcome them, tell them where to begin."""
    people = {item.author for item in ground.newcomers}
    if len(people) < 8 or len(people) < 1.3 * ground.newcomers_before:
        return []
    facts = {"people": len(people), "before": ground.newcomers_before}
    return _each(
        [
            _found(
                "welcome",
                "welcome",
                facts,
                ground.newcomers,
                ground,
                now=0.7,
                formats=("post", "ama", "meetup"),
                about="newcomers",
            )
        ]
    )


def wave(ground: Ground) -> list[Found]:
    """One text that goes round: confirm it or set it right."""
    return _each(
        _found(
            "wave",
            f"wave:{first}",
            {"post": first, "copies": len(posts)},
            posts,
            ground,
            now=0.7,
            formats=("post", "thread"),
            about=f"wave:{first}",
            risk=0.4,
        )
        for first, posts in ground.waves
        if len(posts) >= 4
    )


def seasonal(ground: Ground) -> list[Found]:
    """A subject that comes back with the season: be there before it does."""
    return _each(
        _found(
            "seasonal",
            f"seasonal:{s.topic}",
            {"topic": s.topic, "label": s.label},
            s.posts,
            ground,
            now=0.6,
            formats=("article", "newsletter", "post"),
            about=f"topic:{s.topic}",
        )
        for s in ground.subjects
        if s.trend == "seasonal"
    )


RULES: dict[str, Callable[[Ground], list[Found]]] = {
    "faq": faq,
    "guide": guide,
    "explain": explain,
    "poll": poll,
    "respond": respond,
    "tool": try_tool,
    "testimonial": testimonial,
    "fixed": fixed,
    "gap": gap,
    "words": words,
    "wish": wish,
    "evergreen": evergreen,
    "occasion": occasion,
    "milestone": milestone,
    "member": member,
    "welcome": welcome,
    "wave": wave,
    "seasonal": seasonal,
}


def all_ideas(ground: Ground) -> list[Found]:
    """Ideas of every rule, in the order of the rules."""
    return [item for rule in RULES.values() for item in rule(ground)]


def learned_weight(kept: int, dismissed: int) -> float:
    """What was made of ideas of a kind, from 0 to 1: the mean of Beta(1 + kept, 1 + dismissed)."""
    return (1 + kept) / (2 + kept + dismissed)


def scored(item: Found, learned: float) -> Found:
    """An idea with its score from 0 to 1, and what each part adds or takes."""
    interest = 0.5 if item.interest is None else item.interest
    why = {
        "demand": WEIGHTS["demand"] * item.demand,
        "now": WEIGHTS["now"] * item.now,
        "interest": WEIGHTS["interest"] * interest,
        "learned": WEIGHTS["learned"] * learned,
        "effort": -COSTS["effort"] * item.effort,
        "risk": -COSTS["risk"] * item.risk,
    }
    total = max(0.0, min(1.0, sum(why.values())))
    return replace(
        item, learned=round(learned, 3), score=round(total, 4), why={name: round(v, 4) for name, v in why.items()}
    )


def rank(items: Sequence[Found], history: dict[str, tuple[int, int]]) -> list[Found]:
    """Ideas best first; of those about the same thing the best one. `history`: kind -> (kept, dismissed).

    A kind that was shown already stands back a little, so that the first ten are of many kinds.
    """
    waiting = [scored(item, learned_weight(*history.get(item.kind, (0, 0)))) for item in items]
    waiting.sort(key=lambda item: (-item.score, item.kind, item.key))
    taken: list[Found] = []
    kinds: Counter[str] = Counter()
    while waiting:
        best = max(waiting, key=lambda item: item.score - REPEAT * kinds[item.kind])
        waiting.remove(best)
        if not any(_same(best, other) for other in taken):
            taken.append(best)
            kinds[best.kind] += 1
    return taken


def _same(a: Found, b: Found) -> bool:
    """Whether two ideas are about one thing: the same subject or posts, or a debate that the same people began at the
    same time in another place."""
    if a.about == b.about:
        return True
    shared = len(set(a.posts) & set(b.posts))
    if shared >= 0.5 * min(len(a.posts), len(b.posts)):
        return True
    if a.kind == b.kind == "poll":
        both = len(a.people_keys & b.people_keys)
        return abs(a.first_day - b.first_day) <= 3 and both >= 0.4 * min(len(a.people_keys), len(b.people_keys))
    return False


def comes_back(posts: int, posts_when_dismissed: int) -> bool:
    """Whether a dismissed idea is shown again: its evidence has doubled."""
    return posts >= DOUBLED * max(1, posts_when_dismissed)
