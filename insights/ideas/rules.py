"""What to publish, from what people say: each rule looks at one kind of opportunity and brings its evidence.

Pure: a rule gives candidates with at least three posts each from what the record holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from data.content.ideas import IdeaFacts
from insights.ideas.candidates import Candidate, candidate
from insights.ideas.ground import Ground


def _each(candidates: Iterable[Candidate | None]) -> list[Candidate]:
    return [item for item in candidates if item is not None]


def faq(ground: Ground) -> list[Candidate]:
    """Questions to us that nobody has answered, in one answer to all."""
    return _each(
        [
            candidate(
                "faq",
                "",
                IdeaFacts(about="questions", questions=len(ground.open_questions)),
                ground.open_questions,
                ground,
                now=0.8,
                formats=("faq", "post", "newsletter"),
            )
        ]
    )


def guide(ground: Ground) -> list[Candidate]:
    """A topic about which much is asked, month after month."""
    return _each(
        candidate(
            "guide",
            s.topic,
            IdeaFacts(about=f"topic:{s.topic}", label=s.label, names=s.names, questions=len(s.questions)),
            s.questions,
            ground,
            now=0.4 + 0.2 * (s.rate > 1.3),
            formats=("article", "video", "faq"),
            risk=s.heat,
        )
        for s in ground.subjects
        if len({q.author for q in s.questions}) >= 5
    )


def explain(ground: Ground) -> list[Candidate]:
    """A topic that is new or rises."""
    return _each(
        candidate(
            "explain",
            s.topic,
            IdeaFacts(about=f"topic:{s.topic}", label=s.label, names=s.names, trend=s.trend, rate=round(s.rate, 2)),
            s.posts,
            ground,
            now=1.0 if s.trend == "new" else 0.85,
            formats=("thread", "post", "carousel", "video"),
            risk=s.heat,
        )
        for s in ground.subjects
        if s.trend in {"new", "rising"}
    )


def poll(ground: Ground) -> list[Candidate]:
    """A debate with camps: let people say where they stand, or bring both sides together."""
    return _each(
        candidate(
            "poll",
            d.id,
            IdeaFacts(about=f"debate:{d.id}", question=d.question),
            d.posts,
            ground,
            now=0.9 - 0.5 * min(1.0, d.days_quiet / 60),
            formats=("poll", "ama", "thread"),
            risk=max(0.3, d.heat),
        )
        for d in ground.debates
        if d.state == "debate"
    )


def respond(ground: Ground) -> list[Candidate]:
    """A wave of criticism: say what happened and what is done."""
    return _each(
        candidate(
            "respond",
            d.id,
            IdeaFacts(about=f"debate:{d.id}", question=d.question),
            d.posts,
            ground,
            now=0.9 - 0.8 * min(1.0, d.days_quiet / 30),
            formats=("post", "article"),
            risk=0.8,
        )
        for d in ground.debates
        if d.state == "criticism"
    )


def try_tool(ground: Ground) -> list[Candidate]:
    """A new tool that people name: try it, compare it."""
    return _each(
        candidate(
            "tool",
            t.id,
            IdeaFacts(about=f"tool:{t.id}", name=t.name),
            t.posts,
            ground,
            now=1.0 - 0.8 * min(1.0, t.days_old / 90),
            formats=("article", "video", "thread"),
        )
        for t in ground.tools
    )


def testimonial(ground: Ground) -> list[Candidate]:
    """Kind words about us: ask whether they may be quoted."""
    return _each(
        [
            candidate(
                "testimonial",
                "",
                IdeaFacts(about="praise", posts=len(ground.praise)),
                ground.praise,
                ground,
                now=0.5,
                formats=("carousel", "post", "newsletter"),
            )
        ]
    )


def fixed(ground: Ground) -> list[Candidate]:
    """Complaints that went down after something that we did: say so."""
    return _each(
        candidate(
            "fixed",
            f.action,
            IdeaFacts(about=f"action:{f.action}", title=f.title, before=len(f.before), after=f.after),
            f.before,
            ground,
            now=0.9 - 0.5 * min(1.0, f.days_ago / 45),
            formats=("post", "newsletter", "video"),
            risk=0.2,
        )
        for f in ground.fixes
        if len(f.before) >= 5 and f.after <= 0.6 * len(f.before)
    )


def gap(ground: Ground) -> list[Candidate]:
    """A subject that people discuss and ask about, on which we say nothing."""
    return _each(
        candidate(
            "gap",
            s.topic,
            IdeaFacts(about=f"topic:{s.topic}", label=s.label, names=s.names, questions=len(s.questions)),
            s.posts,
            ground,
            now=0.4,
            formats=("article", "thread", "video"),
            risk=s.heat,
            bears=0.8,
        )
        for s in ground.subjects
        if s.ours == 0 and len(s.posts) >= 15 and len(s.questions) >= 3
    )


def words(ground: Ground) -> list[Candidate]:
    """Words that people use and we do not."""
    used = sorted(ground.their_words, key=lambda item: (-len({e.author for e in item[1]}), item[0]))[:5]
    posts = [item for _, evidence in used for item in evidence]
    if not used:
        return []
    return _each(
        [
            candidate(
                "words",
                "",
                IdeaFacts(about="words", words=tuple(word for word, _ in used)),
                posts,
                ground,
                now=0.3,
                formats=("post", "newsletter"),
                bears=0.6,
            )
        ]
    )


def wish(ground: Ground) -> list[Candidate]:
    """Wishes on one subject: let people vote, say what is planned."""
    return _each(
        candidate(
            "wish",
            s.topic,
            IdeaFacts(about=f"wishes:{s.topic}", label=s.label, names=s.names, wishes=len(s.wishes)),
            s.wishes,
            ground,
            now=0.5,
            formats=("poll", "post", "ama"),
        )
        for s in ground.subjects
        if len({w.author for w in s.wishes}) >= 4
    )


def evergreen(ground: Ground) -> list[Candidate]:
    """What we answered well before, and is asked again."""
    return _each(
        candidate(
            "evergreen",
            a.answer,
            IdeaFacts(about=f"answer:{a.answer}", days=a.days_old),
            a.asked,
            ground,
            now=0.5,
            formats=("post", "newsletter", "faq"),
        )
        for a in ground.answered
        if a.days_old >= 30
    )


def occasion(ground: Ground) -> list[Candidate]:
    """A day that comes back, where people here speak of its subject."""
    return _each(
        candidate(
            "occasion",
            o.key,
            IdeaFacts(about=f"day:{o.key}", names=o.name, days=o.days_ahead),
            o.posts,
            ground,
            now=0.9 - 0.02 * o.days_ahead,
            formats=("post", "carousel", "contest", "quiz"),
            bears=0.5,
        )
        for o in ground.occasions
    )


def milestone(ground: Ground) -> list[Candidate]:
    """A round number of people or posts: thank those who made it."""
    return _each(
        candidate(
            "milestone",
            f"{m.what}:{m.number}",
            IdeaFacts(about=f"milestone:{m.what}", what=m.what, number=m.number),
            m.posts,
            ground,
            now=0.9,
            formats=("post", "contest", "newsletter"),
        )
        for m in ground.milestones
    )


def member(ground: Ground) -> list[Candidate]:
    """Somebody who helps others: member of the month."""
    best = sorted(ground.helpers, key=lambda h: (-len(h.replies) - 2 * h.thanked, h.author))[:1]
    return _each(
        candidate(
            "member",
            h.author,
            IdeaFacts(about=f"member:{h.author}", author=h.author, replies=len(h.replies)),
            h.replies,
            ground,
            now=0.4,
            formats=("member", "post", "newsletter"),
        )
        for h in best
    )


def welcome(ground: Ground) -> list[Candidate]:
    """More newcomers than before: welcome them, tell them where to begin."""
    people = {item.author for item in ground.newcomers}
    if len(people) < 8 or len(people) < 1.3 * ground.newcomers_before:
        return []
    return _each(
        [
            candidate(
                "welcome",
                "",
                IdeaFacts(about="newcomers", people=len(people), before=ground.newcomers_before),
                ground.newcomers,
                ground,
                now=0.7,
                formats=("post", "ama", "meetup"),
            )
        ]
    )


def wave(ground: Ground) -> list[Candidate]:
    """One text that goes round: confirm it or set it right."""
    return _each(
        candidate(
            "wave",
            first,
            IdeaFacts(about=f"wave:{first}", copies=len(posts)),
            posts,
            ground,
            now=0.7,
            formats=("post", "thread"),
            risk=0.4,
        )
        for first, posts in ground.waves
        if len(posts) >= 4
    )


def seasonal(ground: Ground) -> list[Candidate]:
    """A subject that comes back with the season: be there before it does."""
    return _each(
        candidate(
            "seasonal",
            s.topic,
            IdeaFacts(about=f"topic:{s.topic}", label=s.label, names=s.names),
            s.posts,
            ground,
            now=0.6,
            formats=("article", "newsletter", "post"),
        )
        for s in ground.subjects
        if s.trend == "seasonal"
    )


RULES: dict[str, Callable[[Ground], list[Candidate]]] = {
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


def all_ideas(ground: Ground) -> list[Candidate]:
    """Ideas of every rule, in the order of the rules."""
    return [item for rule in RULES.values() for item in rule(ground)]
