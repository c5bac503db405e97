"""Ideas: every rule in its place, three posts of evidence, an order that learns and does not repeat itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.content.ground import Evidence
from insights.ideas.candidates import Candidate
from insights.ideas.ground import Answered, Argued, Fix, Ground, Helper, Milestone, NewTool, Occasion, Subject
from insights.ideas.ranking import comes_back, learned_weight, rank, scored
from insights.ideas.rules import RULES, all_ideas


def some(count: int, first: int = 0, *, people: int = 0, reactions: int | None = None) -> list[Evidence]:
    return [
        Evidence(first + n, f"p{n % (people or count)}", f"place {n % 3}", 100 + n % 10, "en", reactions)
        for n in range(count)
    ]


SUBJECT = Subject(1, "Calendar, sync", "steady", some(20))
CASES: dict[str, tuple[Ground, Ground]] = {
    # rule -> (ground that holds one idea of it, ground that nearly does)
    "faq": (Ground(open_questions=some(5)), Ground(open_questions=some(2))),
    "guide": (
        Ground(subjects=[replace(SUBJECT, questions=some(6))]),
        Ground(subjects=[replace(SUBJECT, questions=some(6, people=2))]),
    ),
    "explain": (Ground(subjects=[replace(SUBJECT, trend="rising", rate=2.5)]), Ground(subjects=[SUBJECT])),
    "poll": (
        Ground(debates=[Argued(1, "One price?", some(20), "debate", 1)]),
        Ground(debates=[Argued(1, "One price?", some(20), "lively", 1)]),
    ),
    "respond": (
        Ground(debates=[Argued(1, "Down again", some(20), "criticism", 1)]),
        Ground(debates=[Argued(1, "Down again", some(2), "criticism", 1)]),
    ),
    "tool": (
        Ground(tools=[NewTool(1, "Kettlebird", some(4), 5)]),
        Ground(tools=[NewTool(1, "Kettlebird", some(2), 5)]),
    ),
    "testimonial": (Ground(praise=some(3)), Ground(praise=some(2))),
    "fixed": (Ground(fixes=[Fix(1, "New sync", some(10), 2, 5)]), Ground(fixes=[Fix(1, "New sync", some(10), 9, 5)])),
    "gap": (
        Ground(subjects=[replace(SUBJECT, questions=some(3, 50))]),
        Ground(subjects=[replace(SUBJECT, questions=some(3, 50), ours=1)]),
    ),
    "words": (Ground(their_words=[("rota", some(9))]), Ground(their_words=[])),
    "wish": (
        Ground(subjects=[replace(SUBJECT, wishes=some(5))]),
        Ground(subjects=[replace(SUBJECT, wishes=some(5, people=2))]),
    ),
    "evergreen": (Ground(answered=[Answered(9, 60, some(4))]), Ground(answered=[Answered(9, 5, some(4))])),
    "occasion": (
        Ground(occasions=[Occasion("x:2026", {"en": "X"}, 5, some(3))]),
        Ground(occasions=[Occasion("x:2026", {"en": "X"}, 5, some(2))]),
    ),
    "milestone": (
        Ground(milestones=[Milestone("people", 500, some(9))]),
        Ground(milestones=[Milestone("people", 500, [])]),
    ),
    "member": (Ground(helpers=[Helper("Bo", some(6), 1)]), Ground(helpers=[])),
    "welcome": (
        Ground(newcomers=some(12), newcomers_before=4),
        Ground(newcomers=some(12), newcomers_before=11),
    ),
    "wave": (Ground(waves=[(5, some(5))]), Ground(waves=[(5, some(3))])),
    "seasonal": (Ground(subjects=[replace(SUBJECT, trend="seasonal")]), Ground(subjects=[SUBJECT])),
}


def test_there_are_at_least_twelve_rules_and_each_has_a_case() -> None:
    assert len(RULES) >= 12
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("kind", sorted(RULES))
def test_each_rule_finds_its_idea_and_lets_the_near_miss_go(kind: str) -> None:
    held, nearly = CASES[kind]
    (found,) = RULES[kind](held)
    assert found.kind == kind
    assert len(found.posts) >= 3
    assert found.people
    assert 0 <= found.demand <= 1
    assert 0 <= found.now <= 1
    assert RULES[kind](nearly) == []
    assert all(item.kind != kind for item in all_ideas(Ground()))


def idea(kind: str = "explain", key: str = "", about: str = "", posts: int = 10, first: int = 0) -> Candidate:
    held = CASES[kind][0]
    found = RULES[kind](held)[0]
    facts = replace(found.facts, about=about or found.facts.about)
    return replace(found, key=key or found.key, facts=facts, posts=tuple(range(first, first + posts)))


def test_the_score_is_the_sum_of_its_parts() -> None:
    found = scored(idea(), 0.5)
    assert found.score == pytest.approx(sum(found.why.values()), abs=1e-3)
    assert set(found.why) == {"demand", "now", "interest", "learned", "effort", "risk"}
    assert scored(replace(idea(), risk=0.9), 0.5).score < found.score
    assert scored(replace(idea(), interest=0.9), 0.5).score > found.score


def test_expected_interest_compares_with_what_is_usual() -> None:
    def interest(reactions: int | None, usual: float | None) -> float | None:
        ground = Ground(praise=some(5, reactions=reactions), usual_reactions=usual)
        return RULES["testimonial"](ground)[0].interest

    assert interest(10, 10) == pytest.approx(0.5)
    assert (interest(50, 10) or 0) > 0.7
    assert interest(None, 10) is None
    assert interest(5, None) is None


def test_the_order_learns_from_what_was_kept_and_dismissed() -> None:
    assert learned_weight(0, 0) == 0.5
    assert learned_weight(3, 0) > 0.5 > learned_weight(0, 3)
    a, b = idea("poll", "a", "a:1", first=0), idea("explain", "b", "b:1", first=100)
    plain = [item.key for item in rank([a, b], {})]
    liked = [item.key for item in rank([a, b], {plain[0]: (0, 0), "poll": (9, 0), "explain": (0, 9)})]
    assert liked[0] == "a"


def test_no_two_ideas_are_about_one_thing() -> None:
    same_subject = [idea("explain", "a", "topic:1"), idea("guide", "b", "topic:1", first=100)]
    assert len(rank(same_subject, {})) == 1
    same_posts = [idea("explain", "a", "topic:1"), idea("gap", "b", "topic:2")]
    assert len(rank(same_posts, {})) == 1
    one, two = idea("poll", "a", "debate:1"), idea("poll", "b", "debate:2", first=100)
    assert len(rank([one, two], {})) == 1  # the same people at the same time: one debate in two places
    later = replace(two, first_day=one.first_day + 30)
    assert len(rank([one, later], {})) == 2
    many = [idea("explain", f"e{n}", f"topic:{n}", first=100 * n) for n in range(1, 4)]
    other = replace(idea("explain", "g", "topic:9", first=900), kind="gap", demand=many[0].demand - 0.1)
    assert [item.kind for item in rank([*many, other], {})] == ["explain", "gap", "explain", "explain"]


def test_a_dismissed_idea_comes_back_when_its_evidence_doubles() -> None:
    assert not comes_back(19, 10)
    assert comes_back(20, 10)
