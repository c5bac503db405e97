"""Ideas in the store: what the record holds for them, the ideas that follow, in their order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from data.content import ground as idea_ground
from data.content.ground import Evidence
from data.content.ideas import NewIdea, dismissed, history, save_ideas
from data.content.occasions import coming, yearly_days
from data.debates.listing import debates, positioned, together
from data.inbox.waiting import to_answer
from data.models import Topic, to_day
from data.posts.analysis import texts_of
from data.posts.full_text import Words, ids_holding, typed
from data.reputation.actions import actions
from data.reputation.brands import get_brands
from data.schema import IDS_PER_DAY
from data.store import Store
from data.tools.listing import tools
from data.tools.namings import namings_of
from data.topics.listing import topics_of_fit, trend_facts
from insights.ideas.candidates import Candidate
from insights.ideas.ground import Answered, Argued, Fix, Ground, Helper, Milestone, NewTool, Occasion, Subject
from insights.ideas.ranking import comes_back, rank
from insights.ideas.rules import all_ideas
from insights.ideas.standing import sort_by_standing
from insights.ideas.subjects import shared_words
from insights.pipeline.standing import SUBJECTS, meanings, readings
from insights.text import phrases, terms

WINDOW = 60  # days of evidence
RECENT = 14
LANGS = ("en", "fr")  # in which a subject is named
AHEAD = 21  # days in which an occasion is near enough to prepare for
MOST_SUBJECTS = 40
KEPT = 60  # ideas that are written
ABOUT_US = 2_000  # of the latest posts about us, for what we are about
ROUND = (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)


def find_ideas(store: Store, now: datetime) -> int:
    """Find ideas anew and write them in their order; how many."""
    with store.read() as connection:
        ground = ground_of(connection, now)
        gone = dismissed(connection)
        made = history(connection)
        found = all_ideas(ground)
        read = readings(connection, found)
        about_us = [item.post for item in idea_ground.posts_about_us(connection, 0, ABOUT_US)]
    said, us = meanings(store, found, about_us)
    stand = sort_by_standing(found, read, {key: float(vector @ us) for key, vector in said.items() if len(us)})
    subjects = {item.key: said[item.key] for item in found if item.kind in SUBJECTS and item.key in said}
    back = [item.key for item in stand.ours if item.key in gone and comes_back(len(item.posts), gone[item.key])]
    wanted = [item for item in stand.ours if item.key not in gone or item.key in back]
    ranked = rank(wanted, made, subjects)[:KEPT]
    silent = rank(stand.silent, {}, {f"silent:{key}": vector for key, vector in subjects.items()})[:KEPT]
    left = len(rank(stand.far, {}, subjects))
    with store.write() as connection:
        save_ideas(connection, [_idea(item) for item in (*ranked, *silent)], back, now, left)
    return len(ranked)


def _idea(item: Candidate) -> NewIdea:
    return NewIdea(
        key=item.key,
        kind=item.kind,
        facts=item.facts,
        score=item.score,
        why=item.why,
        posts=item.posts,
        people=len(item.people),
        places=item.places,
        days=item.days,
        interest=item.interest,
        sample=item.sample,
        effort=item.effort,
        risk=item.risk,
        formats=item.formats,
        lang=item.lang,
    )


def ground_of(connection: Connection, now: datetime) -> Ground:
    """What the record holds for ideas, up to `now`."""
    today = to_day(now)
    first, recent = (today - WINDOW + 1) * IDS_PER_DAY, (today - RECENT + 1) * IDS_PER_DAY
    last = (today + 1) * IDS_PER_DAY
    asked, _older = to_answer(connection, now, kind="question")
    newcomers, before = idea_ground.newcomers(connection, recent, recent - RECENT * IDS_PER_DAY)
    return Ground(
        open_questions=idea_ground.evidence(
            connection, [post for item in asked for post in item.posts if post >= first]
        ),
        subjects=_subjects(connection, today, first),
        debates=_debates(connection, today, first, last),
        tools=[
            NewTool(
                t.id,
                t.name,
                idea_ground.evidence(connection, _tool_posts(connection, t.id)),
                today - to_day(t.first_at),
            )
            for t in tools(connection, (today - 90) * IDS_PER_DAY, last, limit=20)
        ],
        praise=idea_ground.praise_of_us(connection, first),
        fixes=_fixes(connection, now),
        answered=[
            Answered(answer, today - answer // IDS_PER_DAY, rows)
            for answer, rows in idea_ground.answered_again(connection, recent)
        ],
        occasions=_occasions(connection, now, first),
        milestones=_milestones(connection, today),
        helpers=[
            Helper(name, rows, thanked)
            for name, rows, thanked in idea_ground.helpers(connection, (today - 29) * IDS_PER_DAY)
        ],
        newcomers=newcomers,
        newcomers_before=before,
        their_words=_their_words(connection, first),
        waves=idea_ground.waves(connection, recent),
        usual_reactions=idea_ground.usual_reactions(connection, first),
    )


def _tool_posts(connection: Connection, tool_id: int) -> list[int]:
    return [n.post for n in namings_of(connection, tool_id)][-idea_ground.PER_SUBJECT :]


def _subjects(connection: Connection, today: int, first: int) -> list[Subject]:
    ours, trends = idea_ground.ours_by_topic(connection, first), trend_facts(connection)
    subjects = []
    topics = sorted(topics_of_fit(connection), key=lambda t: (-t.posts, t.id))[:MOST_SUBJECTS]
    for topic in topics:
        posts = idea_ground.topic_evidence(connection, topic.id, first)
        names = _subject_names(connection, topic, posts)
        if not names:
            continue  # no word that its posts share: nobody could tell what it is about
        kinds = idea_ground.intents_in(connection, [p.post for p in posts])
        fresh = [p for p in posts if p.day > today - RECENT]
        facts = trends.get(topic.id)
        usual = facts.baseline_a_week * RECENT / 7 if facts is not None else 0.0
        subjects.append(
            Subject(
                topic.id,
                topic.name.name_in(""),
                topic.trend,
                fresh if topic.trend in {"new", "rising"} and len(fresh) >= 3 else posts,
                questions=[p for p in posts if p.post in kinds.get("question", ())],
                complaints=[p for p in posts if p.post in kinds.get("complaint", ())],
                wishes=[p for p in posts if p.post in kinds.get("idea", ())],
                ours=ours.get(topic.id, 0),
                heat=min(1.0, 1.5 * sum(p.post in kinds.get("complaint", ()) for p in posts) / max(1, len(posts))),
                rate=len(fresh) / usual if usual else 1.0,
                names=names,
            )
        )
    return subjects


def _subject_names(connection: Connection, topic: Topic, posts: Sequence[Evidence]) -> dict[str, str]:
    """Language -> what a topic is called there: the name that a person gave, else those words of its name that its
    posts hold; none where they hold none."""
    if topic.named_by == "person":
        return {lang: topic.name.name_in("") for lang in LANGS}
    read = texts_of(connection, [post.post for post in posts])
    names = {}
    for lang in LANGS:
        spoken = [frozenset(phrases(post.text)) for post in read if post.lang == lang]
        held = shared_words(topic.name.name_in(lang), spoken or [frozenset(phrases(post.text)) for post in read])
        if held:
            names[lang] = held
    return {lang: names.get(lang) or next(iter(names.values())) for lang in LANGS} if names else {}


def _debates(connection: Connection, today: int, first: int, last: int) -> list[Argued]:
    argued = []
    for item, others in together(debates(connection, ["debate", "criticism"], first, last, limit=20)):
        ids = [row.post for one in (item, *others) for row in positioned(connection, one.id)]
        argued.append(
            Argued(
                item.id,
                item.question,
                idea_ground.evidence(connection, ids),
                item.state,
                max(0, today - to_day(item.last_at)),
                item.heat or 0.0,
            )
        )
    return argued


def _fixes(connection: Connection, now: datetime) -> list[Fix]:
    """Things that we did in the last six weeks, with the complaints of the fortnight before and after."""
    fixes = []
    for action in actions(connection, now - timedelta(days=45), now - timedelta(days=3)):
        if action.kind not in {"release", "replies", "other"}:
            continue
        day = to_day(action.at)
        span = min(14, to_day(now) - day)
        before = idea_ground.complaints_between(connection, (day - span) * IDS_PER_DAY, (day + 1) * IDS_PER_DAY)
        after = idea_ground.complaints_between(connection, (day + 1) * IDS_PER_DAY, (day + 1 + span) * IDS_PER_DAY)
        fixes.append(Fix(action.id, action.title, before, len(after), to_day(now) - day))
    return fixes


def _occasions(connection: Connection, now: datetime, first: int) -> list[Occasion]:
    occasions = []
    today = now.date()
    for when, item in coming(yearly_days(connection), today, AHEAD):
        ids: set[int] = set()
        for word in item.words:
            asked = typed(f'"{word.strip()}"')  # as it stands: its beginning alone would be another word
            if isinstance(asked, Words):
                ids |= set(ids_holding(connection, asked, 40, since=first))
        posts = idea_ground.evidence(connection, sorted(ids))
        occasions.append(Occasion(f"{item.key}:{when.year}", item.name, (when - today).days, posts))
    return occasions + _anniversaries(connection, now, first)


def _anniversaries(connection: Connection, now: datetime, first: int) -> list[Occasion]:
    """Years since the community began, and since what we released, within three weeks."""
    begun: list[tuple[str, dict[str, str], date]] = []
    oldest = idea_ground.first_post_of_ours(connection)
    if oldest is not None:
        begun.append(("community", {"en": "the community", "fr": "la communauté"}, oldest.date()))
    for action in actions(connection, now - timedelta(days=3_700), now - timedelta(days=300)):
        if action.kind == "release":
            begun.append((f"action-{action.id}", {"en": action.title, "fr": action.title}, action.at.date()))
    anniversaries = []
    today = now.date()
    for key, name, when in begun:
        for year in (today.year, today.year + 1):
            day = when.replace(year=year, day=min(when.day, 28))
            ahead, years = (day - today).days, year - when.year
            if not (years >= 1 and 0 <= ahead <= AHEAD):
                continue
            told = {
                "en": f"{years} year{'s' if years > 1 else ''} of {name['en']}",
                "fr": f"{years} an{'s' if years > 1 else ''} : {name['fr']}",
            }
            posts = idea_ground.posts_about_us(connection, first, 40)
            anniversaries.append(Occasion(f"anniversary-{key}:{year}", told, ahead, posts))
    return anniversaries


def _milestones(connection: Connection, today: int) -> list[Milestone]:
    """Round numbers of people and of posts that were passed in the last fortnight."""
    since = (today - RECENT) * IDS_PER_DAY
    (people_then, posts_then), (people, posts) = idea_ground.people_and_posts(connection, today - RECENT)
    milestones = []
    for what, now_number, then in (("people", people, people_then), ("posts", posts, posts_then)):
        passed = [number for number in ROUND if then < number <= now_number]
        if passed and then:
            newest, _ = idea_ground.newcomers(connection, since, since, 40)
            milestones.append(Milestone(what, passed[-1], newest))
    return milestones


def _their_words(connection: Connection, first: int) -> list[tuple[str, list[Evidence]]]:
    """Words that many use of what we are about, and that never stand in our posts; none while we wrote too little."""
    ours = idea_ground.our_texts(connection)
    if len(ours) < 5:
        return []
    brands = [name for brand in get_brands(connection) for name in (brand.name, *brand.aliases)]
    known = {word for text in (*ours, *brands) for word in terms(text)}
    known |= {word[:5] for word in known}
    rows = idea_ground.posts_about_us(connection, first, 400)
    texts = {post.id: post.text for post in texts_of(connection, [row.post for row in rows])}
    used: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows:
        for word in set(terms(texts.get(row.post, ""))):
            if len(word) > 3 and word not in known and word[:5] not in known:
                used[word].append(row)
    people = Counter({word: len({e.author for e in items}) for word, items in used.items()})
    return [(word, used[word]) for word, number in people.most_common(12) if number >= 8]
