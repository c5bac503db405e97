"""What people make of generated posts: threads, questions to us, stances, debates, tools, cases, ideas, alerts.

    python -m tests.bench.lively FOLDER [--days 365]    add them to the latest days of the generated posts in FOLDER

Straight rows, as many as the demo and a record of real feeds have for each post, or fewer where it is said: three posts
in ten are in a thread, one in ten names a tool, seven in a hundred take a side. Names of tools grow as words do (a power
of .55 of the posts), debates and cases with the posts, ideas not at all.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from data.alerts.rules import make_usual_rules
from data.debates.findings import Argument, Camp, DebateFacts, Parts, encoded
from data.figures import roll_up
from data.models import day_to_date
from data.posts.passages import Passage
from data.schema import IDS_PER_DAY
from data.store import Store
from data.tools.story import Arrival, ToolStory
from data.tools.story import encoded as encoded_story

IN_THREADS, NAMING, SIDED, JUDGED = 0.3, 0.1, 0.07, 0.0015
LARGEST = 200  # posts of a thread
KINDS = {"question": 0.12, "complaint": 0.1, "praise": 0.12, "idea": 0.03, "bug": 0.03}
DEBATED = 0.03  # of threads of eight posts and more
ANSWERED, HANDLED = 0.1, 0.7  # threads with a post of ours; questions that somebody took in hand
TOOLS, GROWTH = 6, 0.55
STATES, SHARES = ("candidate", "shown", "known"), (0.86, 0.1, 0.04)
CUES = ("named", "coined", "used", "launch", "tried", "versus")
_STORY = encoded_story(
    ToolStory(authors=3, places=2, users=1, arrivals=(Arrival("Source 1", 0), Arrival("Source 2", 3)))
)


@dataclass(slots=True)
class Lively:
    """Rows for the days of a record, one after the other. `tools`: of each its first and last post, and how many."""

    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(2))
    posts: int = 0
    tools: list[list[int]] = field(default_factory=list)
    debates: int = 0

    def add(self, raw: Any, day: int) -> None:
        """Write what the posts of a day are made to be."""
        rows = raw.execute(
            "SELECT id, published_at, author, native_id FROM post WHERE id BETWEEN ? AND ? ORDER BY published_at, id",
            (day * IDS_PER_DAY, (day + 1) * IDS_PER_DAY - 1),
        ).fetchall()
        if not rows:
            return
        self.posts += len(rows)
        answers = self._threads(raw, rows)
        ids = np.array([row[0] for row in rows])
        self._kinds(raw, day, ids, answers)
        chosen = ids[self.rng.random(len(ids)) < SIDED]
        raw.executemany(
            "INSERT INTO post_stance (post_id, value, target) VALUES (?, ?, ?)",
            [
                (int(i), float(value), target)
                for i, value, target in zip(
                    chosen,
                    self.rng.choice([-0.8, -0.4, 0.4, 0.8], len(chosen)),
                    self.rng.choice(["either", "parent", "question"], len(chosen), p=[0.45, 0.35, 0.2]).tolist(),
                    strict=True,
                )
            ],
        )
        cases = ids[self.rng.random(len(ids)) < JUDGED]
        raw.executemany(
            "INSERT INTO moderation (post_id, risk, heat) VALUES (?, ?, ?)",
            [
                (int(i), float(risk), float(risk) / 2)
                for i, risk in zip(cases, self.rng.uniform(0.4, 1, len(cases)), strict=True)
            ],
        )
        self._tools(raw, ids)

    def _threads(self, raw: Any, rows: Sequence[Any]) -> dict[int, int]:
        """Threads of 2 to 200 posts of one day; gives post -> our answer below it."""
        places = np.flatnonzero(self.rng.random(len(rows)) < IN_THREADS)
        answers: dict[int, int] = {}
        linked, heats, at = [], [], 0
        while len(places) - at >= 2:
            size = int(min(LARGEST, 2 + self.rng.pareto(1.1) * 2, len(places) - at))
            members = [rows[place] for place in places[at : at + size]]
            at += size
            root = members[0]
            ours = members[-1][0] if size >= 4 and self.rng.random() < ANSWERED else 0
            parents = self.rng.integers(0, np.maximum(1, np.arange(size)))
            for number, member in enumerate(members):
                parent = members[int(parents[number])][3] if number and number % 2 else root[3]
                linked.append((root[3], parent if number else "", member[0] == ours, member[0]))
            if ours:
                answers |= {member[0]: ours for member in members[:-1]}
            if size > 2:
                last = max(member[0] for member in members)
                heats.append((root[3], float(self.rng.beta(2, 5)), size, last))
            if size >= 8 and self.rng.random() < DEBATED:
                self._debate(raw, members)
        raw.executemany("UPDATE post SET root_id = ?, parent_id = ?, by_us = ? WHERE id = ?", linked)
        parts = json.dumps({"tone": 0.4, "address": 0.3, "turns": 0.2, "pace": 0.4, "attack": 0.3})
        raw.executemany(
            "INSERT INTO thread_heat (source_kind, root_id, heat, before, parts, posts, last_post) "
            f"VALUES ('feed', ?, ?, 0.1, '{parts}', ?, ?)",
            heats,
        )
        return answers

    def _debate(self, raw: Any, members: Sequence[Any]) -> None:
        self.debates += 1
        state = str(self.rng.choice(["debate", "lively", "criticism"], p=[0.5, 0.3, 0.2]))
        camps = []
        for side in (1, -1):
            mine = [member for number, member in enumerate(members[1:]) if number % 2 == (side > 0)]
            told = tuple(Argument(Passage(member[0], 0, 40), 2, 2) for member in mine[:3])
            camps.append(Camp(side, len(mine), len({m[2] for m in mine}), 2, ("word3", "word7"), told))
        parts = Parts(0.4, 0.6, 0.5, 0.7, None)
        facts = DebateFacts(parts, True, tuple(camps), ("word1",)) if state == "debate" else DebateFacts()
        score = float(self.rng.uniform(0.3, 0.9)) if state == "debate" else 0.0
        ids = [member[0] for member in members]
        raw.execute(
            "INSERT INTO debate (id, source_kind, root_id, state, question, asks, opener, place, lang, score, low, high, "
            "sure, posts, people, first_post, last_post, facts) "
            "VALUES (?, 'feed', ?, ?, ?, 1, ?, 'c1', 'en', ?, ?, ?, 0.7, ?, ?, ?, ?, ?)",
            (
                self.debates, members[0][3], state, f"Is word{self.debates % 4_999} worth it?", ids[0], score,
                score * 0.9, min(1.0, score * 1.1), len(ids), len({m[2] for m in members}), min(ids), max(ids),
                encoded(facts),
            ),
        )  # fmt: skip
        raw.executemany(
            "INSERT INTO debate_post (debate_id, post_id, position, side, argument) VALUES (?, ?, ?, ?, ?)",
            [(self.debates, i, 0.8 * (1 - 2 * (n % 2)), 1 - 2 * (n % 2), n % 4) for n, i in enumerate(ids[1:])],
        )

    def _kinds(self, raw: Any, day: int, ids: Any, answers: dict[int, int]) -> None:
        drawn = self.rng.random(len(ids))
        low, kinds = 0.0, {}
        for name, share in KINDS.items():
            mine = ids[(drawn >= low) & (drawn < low + share)]
            kinds |= dict.fromkeys(map(int, mine), name)
            low += share
        raw.executemany(
            "INSERT INTO post_intent (intent, post_id, confidence) VALUES (?, ?, 0.7)",
            [(name, i) for i, name in kinds.items()],
        )
        about = raw.execute("SELECT post_id FROM mention WHERE brand_id = 1 AND day = ?", (day,)).fetchall()
        asked = sorted(i for (i,) in about if kinds.get(i) in {"question", "complaint"} and answers.get(i) != i)
        alike = [asked[max(0, n - 1)] if n % 3 == 0 else i for n, i in enumerate(asked)]
        raw.executemany(
            "INSERT INTO inquiry (post_id, kind, alike, answered_by) VALUES (?, ?, ?, ?)",
            [(i, kinds[i], first, answers.get(i, 0)) for i, first in zip(asked, alike, strict=True)],
        )
        done = [i for i in asked if self.rng.random() < HANDLED and i not in answers]
        raw.executemany("INSERT INTO triage (post_id, handled) VALUES (?, 'yes')", [(i,) for i in done])

    def _tools(self, raw: Any, ids: Any) -> None:
        before, wanted = len(self.tools), int(TOOLS * self.posts**GROWTH)
        naming = ids[self.rng.random(len(ids)) < NAMING].tolist()
        new = min(len(naming), wanted - before)
        known = max(1, before)
        popular = np.minimum((known ** self.rng.random(len(naming))).astype(int), known) - 1
        late = np.maximum(0, known - 1 - self.rng.integers(0, 2_000, len(naming)))
        rows = []
        for number, post in enumerate(naming):
            if number < new or not before:
                tool = len(self.tools)
                self.tools.append([post, post, 0])
            else:
                tool = int(popular[number] if number % 2 else late[number])
            held = self.tools[tool]
            held[0], held[1], held[2] = min(held[0], post), max(held[1], post), held[2] + 1
            rows.append((tool + 1, post, CUES[post % len(CUES)]))
        raw.executemany(
            "INSERT INTO tool (id, key, name, state, evidence, first_post, noticed_post, last_post, posts) "
            "VALUES (?, ?, ?, 'candidate', 0.7, 0, 0, 0, 0)",
            [(n + 1, f"tool{n}", f"Tool{n}") for n in range(before, len(self.tools))],
        )
        raw.executemany(
            "INSERT INTO tool_post (tool_id, post_id, cue, evidence, tone) VALUES (?, ?, ?, 0.6, 'neutral')", rows
        )

    def end(self, raw: Any, last: int) -> None:
        """What stands for the whole record: the tools, ideas of the last weeks, an alert a day. `last` is a day."""
        states = self.rng.choice(STATES, len(self.tools), p=SHARES).tolist()
        raw.executemany(
            "UPDATE tool SET state = ?, first_post = ?, noticed_post = ?, last_post = ?, posts = ?, stage = ?, facts = ? "
            "WHERE id = ?",
            [
                (state, first, first, end, posts, "discussed" if posts > 5 else "sighted",
                 _STORY if state == "shown" else "{}", n + 1)
                for n, ((first, end, posts), state) in enumerate(zip(self.tools, states, strict=True))
            ],
        )  # fmt: skip
        self._ideas(raw, last)
        rules = raw.execute("SELECT id, kind, brand_id FROM alert_rule ORDER BY id").fetchall()
        alerts = []
        for n in range(365):
            rule, kind, brand = rules[n % len(rules)]
            at = (last - n) * 86_400 + 40_000
            post = (last - n) * IDS_PER_DAY + 1
            facts = {
                "window": 2,
                "count": 40.0,
                "expected": 9.0,
                "chance": 1e-6,
                "words": ["word1", "word3"],
                "heat": 0.7,
            }
            state = "open" if n < 5 else "closed"
            alerts.append(
                (rule, kind, f"{kind}:{brand}:{n}", at, at + 3_600, at + 9_000, state, post, json.dumps(facts))
            )
        raw.executemany(
            "INSERT INTO alert (rule_id, kind, key, began_at, noticed_at, last_at, state, origin, posts, facts) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)",
            alerts,
        )

    def _ideas(self, raw: Any, last: int) -> None:
        why = json.dumps({"demand": 0.4, "now": 0.3, "interest": 0.1, "learned": 0.05, "effort": -0.02, "risk": 0.0})
        ideas = []
        for n in range(600):  # 60 are found, the others were and are not any more
            topic, day = n % 300 + 1, last - n % 50
            posts = [day * IDS_PER_DAY + 1 + k for k in range(120)]
            name = {"en": f"Topic {topic}", "fr": f"Topic {topic}"}
            facts = {"about": f"topic:{topic}", "label": f"Topic {topic}", "trend": "new", "rate": 2.0, "names": name}
            found = n < 60
            ideas.append(
                (f"explain:{n}", "explain", json.dumps(facts), 0.9 - n / 1_000, why, json.dumps(posts[::-1]), 120, 60, 9,
                 14, 0.5, 120, 0.4, 0.1, json.dumps(["post", "faq"]), "en", n + 1 if found else 0,
                 "" if found or n % 3 else "dismissed", day * 86_400)
            )  # fmt: skip
        raw.executemany(
            "INSERT INTO idea (key, kind, facts, score, why, posts, total, people, places, days, interest, sample, "
            "effort, risk, formats, lang, place, state, first_at) "
            f"VALUES ({', '.join('?' * 19)})",
            ideas,
        )


def add_to(store: Store, number: int = 365) -> Lively:
    """Add all of it to the posts of the latest days of a record, and count their weeks again."""
    from tests.bench.reputation import _raw

    with store.read() as connection:
        days = list(
            connection.exec_driver_sql("SELECT day FROM brand_day WHERE brand_id = 0 ORDER BY day").scalars()
        )  # fmt: skip
    days, made = days[-number:], Lively()
    for day in days:
        with store.write(counts=False) as connection:
            made.add(_raw(connection), day)
            if day % 7 == 3 or day == days[-1]:  # a Sunday: the week is whole
                roll_up(connection, [day], 1)
    with store.write(counts=False) as connection:
        make_usual_rules(
            connection, datetime.combine(day_to_date(days[-1]), datetime.min.time(), UTC) - timedelta(days=90)
        )
        made.end(_raw(connection), days[-1])
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lively", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    os.environ |= {"VIGIE_DATA_DIR": str(given.folder.resolve()), "VIGIE_DEMO": "false", "VIGIE_WORKER": "false"}
    from data.settings import load_settings

    made = add_to(Store(load_settings().store_url), given.days)
    print(f"{made.posts:,} posts, {len(made.tools):,} names of tools, {made.debates:,} debates")


if __name__ == "__main__":
    main()
