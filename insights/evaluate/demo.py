"""How many of the demo's planted facts are found: `python -m insights evaluate demo`."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data.alerts.rules import alert_rules
from data.content.ideas import ideas, silent_subjects
from data.debates.listing import debates, positioned
from data.demo_community import material, truth
from data.dialect import is_among
from data.figures import days_of
from data.inbox.moderation import hot_threads, to_moderate
from data.inbox.waiting import past_answers, to_answer
from data.posts.reads import posts_by_id
from data.posts.scope_sql import current_fit
from data.reputation.brands import get_brands
from data.reputation.counts import tones_by
from data.schema import post as post_table
from data.scope import Scope
from data.settings import Settings
from data.store import Store
from data.tools.listing import tools
from data.topics.listing import assignments, topics_of_fit
from insights.debates.conflict import TIPS
from insights.pipeline.alerts import rehearse
from insights.pipeline.demo import keys_of_posts, make_demo
from insights.reading.opinions import saying
from insights.reputation.estimates import decompose
from insights.tools.known import key_of
from insights.topics.trends import anomalies

LAST = 10**15  # beyond every post id
MOMENT = datetime(2026, 6, 15, 12, tzinfo=UTC)


def evaluate_demo(now: datetime = MOMENT) -> dict[str, Any]:
    """Make the demo in a temporary folder and compare what is shown with what was planted."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'demo.sqlite'}")
        make_demo(store, Settings(data_dir=folder), now)
        return measure(store, now)


def measure(store: Store, now: datetime) -> dict[str, Any]:
    """Planted facts against a store that holds the demo."""
    facts = truth()
    keys = keys_of_posts(store)
    with store.read() as connection:
        topics = topics_of_fit(connection)
        where = assignments(connection, current_fit(connection))
        langs = {int(i): str(lang) for i, lang in connection.execute(select(post_table.c.id, post_table.c.lang))}
    members: dict[int, Counter[str]] = {}
    for post_id, topic_id in where.items():
        key = keys.get(post_id, "")
        if not key.startswith("copy-of"):
            members.setdefault(topic_id, Counter())[key] += 1
    themes: dict[str, dict[str, Any]] = {}
    for theme, wanted in facts["themes"].items():
        mine = [
            (topic, members[topic.id][theme])
            for topic in topics
            if topic.id in members and members[topic.id].most_common(1)[0][0] == theme
        ]
        votes: Counter[str] = Counter()
        for topic, number in mine:
            votes[topic.trend] += number
        found = votes.most_common(1)[0][0] if votes else "none"
        themes[theme] = {
            "planted": wanted,
            "found": found,
            "topics": [topic.name.label for topic, _ in mine],
            "trends": [topic.trend for topic, _ in mine],
            "covered": round(sum(n for _, n in mine) / max(1, sum(key == theme for key in keys.values())), 3),
            "in_one_topic": _in_one_topic([i for i, key in keys.items() if key == theme], where, langs),
        }
    pure = sum(counter.most_common(1)[0][1] for counter in members.values())
    result = {
        "posts": len(keys),
        "topics": len(topics),
        "assigned": round(len(where) / len(keys), 3),
        "purity": round(pure / max(1, sum(sum(c.values()) for c in members.values())), 3),
        "trends_right": sum(item["planted"] == item["found"] for item in themes.values()),
        "trends_planted": len(themes),
        "themes": themes,
        "themes_of_both_languages_in_one_topic": sum(item["in_one_topic"] >= 0.8 for item in themes.values()),
        **_copies(store, keys),
        **_crisis(store, now, facts),
        **_inbox(store, now, keys),
        **_reputation(store, now, facts),
        **_debates(store, facts),
        **_tools(store, facts),
        **_ideas(store, keys, facts),
        **_traps(store, now, keys, facts["traps"]),
    }
    return result


def _in_one_topic(posts: Sequence[int], where: dict[int, int], langs: dict[int, str]) -> float:
    """The share of a theme's posts in its largest topic, in the language in which it is the smaller one."""
    largest = Counter(where[i] for i in posts if i in where).most_common(1)
    if not largest:
        return 0.0
    mine = [[where.get(i) == largest[0][0] for i in posts if langs[i] == lang] for lang in ("en", "fr")]
    return round(min(sum(held) / max(1, len(held)) for held in mine), 3)


def _copies(store: Store, keys: dict[int, str]) -> dict[str, Any]:
    with store.read() as connection:
        posts = posts_by_id(connection, list(keys))
    by_native = {post.native_id: post for post in posts}
    planted = found = 0
    for post in posts:
        if post.native_id.startswith("demo-copy-of-"):
            planted += 1
            original = by_native.get(post.native_id.removeprefix("demo-copy-of-").rsplit("-", 1)[0])
            found += bool(original and post.group_id and original.group_id == post.group_id)
    grouped = [post for post in posts if post.group_id]
    return {"copies_planted": planted, "copies_found": found, "posts_in_groups": len(grouped)}


def _crisis(store: Store, now: datetime, facts: dict[str, Any]) -> dict[str, Any]:
    until = now.date()
    scope = Scope(until - timedelta(days=int(facts["days"]) - 1), until)
    with store.read() as connection:
        counts = [day.posts for day in days_of(connection, scope)]
    days_ago = [len(counts) - 1 - item.index for item in anomalies(counts)]
    onset = int(facts["crisis"]["day"])
    return {
        "crisis_flagged": onset in days_ago or onset - 1 in days_ago,
        # The crisis, and the week of many reviews, are planted.
        "anomalies_elsewhere": sum(
            not (onset - 4 <= ago <= onset or ago < int(facts["mix"]["days"])) for ago in days_ago
        ),
    }


def _reputation(store: Store, now: datetime, facts: dict[str, Any]) -> dict[str, Any]:
    """The crisis as an alert: hours from its onset, its first post, alarms in the sixty days before it; and the cause
    that is given for the move of the last week, which is a trap."""
    day = timedelta(days=1)
    with store.read() as connection:
        rules = alert_rules(connection)
        told = [(rule, item) for rule in rules for item in rehearse(connection, rule, now - 100 * day, now)]
        origin = next(
            int(i)
            for i in connection.execute(
                select(post_table.c.id).where(post_table.c.native_id == f"demo-{facts['crisis']['origin']}")
            ).scalars()
        )
        onset = int(connection.execute(select(post_table.c.published_at).where(post_table.c.id == origin)).scalar_one())
        own = next(b.id for b in get_brands(connection) if b.is_own)
        week = Scope(now.date() - timedelta(days=int(facts["mix"]["days"]) - 1), now.date(), brand=own)
        cause = decompose(tones_by(connection, week.earlier(), "source"), tones_by(connection, week, "source"))
    # What became a topic is known afterwards only: it is left out of the delay.
    about = [item for rule, item in told if rule.kind != "topic" and onset <= item.noticed <= onset + 86_400]
    first = min(about, key=lambda item: item.noticed, default=None)
    quiet = [rule.kind for rule, item in told if onset - 60 * 86_400 <= item.noticed < onset]
    return {
        "crisis_alert_hours": round((first.noticed - onset) / 3_600, 2) if first is not None else None,
        "crisis_origin_named": first is not None and first.origin == origin,
        "false_alarms_in_60_quiet_days": quiet,
        "cause_of_last_week": cause.verdict,
    }


def _debates(store: Store, facts: dict[str, Any]) -> dict[str, Any]:
    """Planted debates found, how pure their camps are, and what else is called a debate."""
    with store.read() as connection:
        shown = debates(connection, ["debate"], 0, LAST)
        sides = {item.id: positioned(connection, item.id) for item in shown}
        ids = [row.post for rows in sides.values() for row in rows]
        planted = {
            int(i): str(native)
            for i, native in connection.execute(
                select(post_table.c.id, post_table.c.native_id).where(is_among(post_table.c.id, ids))
            )
        }
    named: dict[str, list[float]] = {}
    together_as: dict[str, set[int]] = {}
    false = []
    for item in shown:
        names = [d["name"] for d in facts["debates"]]
        name = next((n for n in names if item.where.root_id.startswith(f"demo-debate-{n}")), "")
        if not name:
            false.append(item.question)
            continue
        together_as.setdefault(name, set()).add(item.told_with or item.id)
        placed = [
            (row.side, 1 if "-for-" in planted[row.post] else -1)
            for row in sides[item.id]
            if row.side and re.search(r"-(?:for|against)-", planted[row.post])
        ]
        named.setdefault(name, []).append(sum(a == b for a, b in placed) / max(1, len(placed)))
    return {
        "debates_planted": len(facts["debates"]),
        "debates_found": len(named),
        "camp_purity": {name: [round(value, 3) for value in values] for name, values in named.items()},
        "debates_of_both_languages_in_one": sum(len(heads) == 1 for heads in together_as.values()),
        "false_debates": false,
    }


def _tools(store: Store, facts: dict[str, Any]) -> dict[str, Any]:
    """Planted tools found, the days from their first post to the one with which they were noticed, and other finds."""
    with store.read() as connection:
        shown = tools(connection, 0, LAST)
    wanted = {key_of(item["name"]): item["name"] for item in facts["tools"]}
    late = {wanted[t.key]: (t.noticed_at - t.first_at).total_seconds() / 86_400 for t in shown if t.key in wanted}
    return {
        "tools_planted": len(wanted),
        "tools_found_within_a_day": sum(days <= 1 for days in late.values()),
        "tool_delays_days": {name: round(days, 2) for name, days in late.items()},
        "other_tools": [t.name for t in shown if t.key not in wanted],
    }


def _ideas(store: Store, keys: dict[int, str], facts: dict[str, Any]) -> dict[str, Any]:
    """Planted opportunities that the ten best ideas cover; whether each opens three posts, and none repeats another."""
    with store.read() as connection:
        best = ideas(connection, limit=10)
    covered = []
    for item in facts["opportunities"]:
        for idea in best:
            if idea.kind != item["kind"]:
                continue
            written = Counter(keys.get(post, "") for post in idea.posts)
            most = written.most_common(1)[0][0] if written else ""
            if "debate" in item:
                right = most.startswith(f"debate-{item['debate']}")
            elif "tool" in item:
                right = idea.facts.name == item["tool"]
            else:
                right = written[item["theme"]] >= 3
            if right:
                covered.append(item)
                break
    subjects = [idea.facts.about for idea in best]
    return {
        "opportunities_planted": len(facts["opportunities"]),
        "opportunities_in_ten_ideas": len(covered),
        "ideas_repeated": len(subjects) - len(set(subjects)),
        "least_posts_of_an_idea": min((len(idea.posts) for idea in best), default=0),
        "kinds_in_ten_ideas": len({idea.kind for idea in best}),
    }


def _inbox(store: Store, now: datetime, keys: dict[int, str]) -> dict[str, Any]:
    """Planted questions that wait, and the planted conflict at the top of what is to be judged."""
    wanted = {i for i, key in keys.items() if key == "question-open"}
    answered = {i for i, key in keys.items() if key == "question-answered"}
    fight = {i for i, key in keys.items() if key == "conflict"}
    with store.read() as connection:
        asked, _ = to_answer(connection, now)
        waiting = {post for item in asked for post in item.posts}
        cases, total = to_moderate(connection, now, size=50)
        hot = hot_threads(connection, 0, TIPS)
    return {
        "questions_planted": len(wanted),
        "questions_found": len(wanted & waiting),
        "answered_shown_as_open": len(answered & waiting),
        "to_judge": total,
        "to_judge_in_conflict": sum(case.post in fight for case in cases),
        "worst_five_in_conflict": sum(case.post in fight for case in cases[:5]),
        "threads_tipping": len(hot),
        "threads_tipping_planted": sum(thread.last_post in fight for thread in hot),
    }


def _traps(store: Store, now: datetime, keys: dict[int, str], facts: dict[str, Any]) -> dict[str, Any]:
    """What was made of posts that look like a finding and are none: each fall is named."""
    day = timedelta(days=1)
    with store.read() as connection:
        named = {t.key for t in tools(connection, 0, LAST)}
        waiting = {post for item in to_answer(connection, now)[0] for post in item.posts}
        judged = {case.post for case in to_moderate(connection, now, size=200)[0]}
        posts = posts_by_id(connection, [i for i, key in keys.items() if key in facts["not_criticism"]])
        told = [
            item
            for rule in alert_rules(connection)
            if rule.kind == "event"
            for item in rehearse(connection, rule, now - 100 * day, now)
        ]
        proposed = ideas(connection, limit=50)
        silent = silent_subjects(connection, limit=50)
        dated = facts["outdated"]
        asked = next(i for i, key in keys.items() if key == dated["asked"])
        answers = [keys[answer] for answer, _ in past_answers(connection, asked)]

    def speaks_of(ids: Sequence[int], wanted: Sequence[str], least: int = 1) -> bool:
        return sum(keys.get(i, "") in wanted for i in ids) >= least

    fallen = [f"tool: {name}" for name in facts["not_tools"] if key_of(name) in named]
    fallen += [f"to answer: {keys[i]}" for i in waiting if keys[i] in facts["not_asked"]]
    fallen += [f"to judge: {keys[i]}" for i in judged if keys[i] in facts["not_judged"]]
    fallen += [
        f"criticism: {post.plain}"
        for post in posts
        if post.sentiment == "negative" and saying(post.plain, post.lang, "negative") is not None
    ]
    fallen += ["alert: series" for item in told if speaks_of(item.posts, facts["not_an_alert"], 2)]
    fallen += [f"idea: {item.facts.about}" for item in proposed if speaks_of(item.posts, [facts["silent"]], 3)]
    if not any(speaks_of(item.posts, [facts["silent"]], 3) for item in silent):
        fallen.append("not told as a subject to stay silent on")
    if asked not in waiting:
        fallen.append(f"does not wait: {dated['asked']}")
    if dated["replaced"] in answers:
        fallen.append("an answer is proposed that a later one replaced")
    if dated["ours"] not in answers:
        fallen.append("the later answer is not proposed")
    return {"traps": len(material()["traps"]), "traps_fallen_into": sorted(fallen)}
