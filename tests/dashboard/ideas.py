"""An idea of any kind, with every figure that a sentence may ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from data.content.ideas import Idea, IdeaFacts

FACTS = IdeaFacts(
    label="Calendar, sync",
    name="Kettlebird",
    names={"en": "Volunteers' day", "fr": "Journée des bénévoles"},
    question="One price?",
    title="New sync",
    words=("rota", "shift"),
    author="Bo",
    number=5,
    questions=3,
    posts=3,
    before=9,
    after=1,
    wishes=4,
    days=5,
    replies=6,
    people=9,
    copies=4,
)


def idea_of(kind: str, **facts: Any) -> Idea:
    return Idea(
        id=1,
        key="k",
        kind=kind,
        facts=replace(FACTS, **({} if kind == "occasion" else {"names": {}}) | facts),
        score=0.5,
        why={"now": 0.3},
        posts=(1, 2, 3),
        total=3,
        people=2,
        places=1,
        days=4,
        interest=0.6,
        sample=3,
        effort=0.2,
        risk=0.7,
        formats=("post", "thread"),
        lang="en",
        place=1,
        state="",
        reason="",
        who="",
    )
