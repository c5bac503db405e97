"""Who writes and where, from what each author did in each place and week. Networks are never joined: an author is a
name in one network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, literal_column, select, text

from data.figures import week_of
from data.models import date_to_day
from data.posts.scope_sql import current_fit
from data.reputation.returning import NEVER
from data.schema import IDS_PER_DAY, author_week, member_week
from data.scope import Scope

BEFORE = 12  # weeks before a period that tell who is loyal, back, or drifting away
AWAY = 3  # last weeks of a period without a word of somebody who was there often
STATES = ("new", "returning", "loyal", "regular", "drifting")
ROLES = ("ambassador", "critic", "organiser")
OUR_SHARE, OUR_POSTS = 0.15, 5  # of a topic's posts that name us: it is a theme of ours


@dataclass(frozen=True, slots=True)
class Member:
    """One author of one network in a period of whole weeks. `drawn` is what the posts drew: scores, replies, shares."""

    network: str
    author: str
    posts: int
    roots: int
    replies: int
    drawn: int
    negative: int
    positive: int
    clear: int  # posts with a tone
    about_us: int
    against_us: int
    for_us: int
    by_us: bool
    places: int
    weeks: int  # active ones in the period
    weeks_before: int  # of the twelve before
    first_week: int
    state: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One community in a period. `without_us` are posts on our themes that do not name us."""

    network: str
    name: str
    posts: int
    authors: int
    newcomers: int
    negative: int
    positive: int
    clear: int
    about_us: int
    drawn: int
    without_us: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Two communities of one network: how many people write in `both`, and how many in the smaller."""

    network: str
    one: str
    other: str
    both: int
    smaller: int

    @property
    def share(self) -> float:
        return self.both / self.smaller


def weeks_of(scope: Scope) -> tuple[int, int]:
    """First and last week that a period touches."""
    return week_of(date_to_day(scope.since)), week_of(date_to_day(scope.until))


def _state(row: Any, first: int, low: int, high: int) -> str:
    length = high - low + 1
    if row.weeks and first >= low:
        return "new"
    if row.weeks_before >= 4 and row.last <= high - AWAY:
        return "drifting"
    if not row.weeks:
        return ""
    if not row.recent_before:
        return "returning"
    if 2 * row.weeks >= length and row.weeks_before >= BEFORE // 2:
        return "loyal"
    return "regular"


def _roles(row: Any) -> tuple[str, ...]:
    roles = []
    if row.for_us >= 3 and row.for_us >= 3 * row.against_us:
        roles.append("ambassador")
    if row.against_us >= 3 and row.against_us >= 2 * row.for_us and row.weeks_against >= 2:
        roles.append("critic")
    if row.events >= 2:
        roles.append("organiser")
    return tuple(roles)


# One statement, and a person's numbers in their order.
def members(connection: Connection, scope: Scope, among: Sequence[tuple[str, str]] | None = None) -> list[Member]:
    """Everybody who wrote in the period or drifted away in it, most posts first, or those of some (network, author);
    roles are those of the period and the twelve weeks before. Slow of everybody: see `crowd`."""
    if among is not None and not among:
        return []
    low, high = weeks_of(scope)
    bounds: dict[str, Any] = {"low": low, "high": high, "from": low - BEFORE, "recent": low - 8}
    chosen = ""
    those: list[BindParameter[Any]] = []
    if among is not None:
        chosen = "AND source_kind IN :networks AND author IN :authors"
        those = [bindparam(name, expanding=True) for name in ("networks", "authors")]
        bounds |= {"networks": sorted({one for one, _ in among}), "authors": sorted({author for _, author in among})}
    rows = connection.execute(
        text(f"""
            SELECT m.*, (
              SELECT min(week) FROM member_week f WHERE f.source_kind = m.source_kind AND f.author = m.author) AS first
            FROM (SELECT source_kind, author,
              coalesce(sum(posts) FILTER (WHERE week >= :low), 0) AS posts,
              coalesce(sum(roots) FILTER (WHERE week >= :low), 0) AS roots,
              coalesce(sum(replies) FILTER (WHERE week >= :low), 0) AS replies,
              coalesce(sum(drawn) FILTER (WHERE week >= :low), 0) AS drawn,
              coalesce(sum(negative) FILTER (WHERE week >= :low), 0) AS negative,
              coalesce(sum(positive) FILTER (WHERE week >= :low), 0) AS positive,
              coalesce(sum(negative + neutral + positive) FILTER (WHERE week >= :low), 0) AS clear,
              coalesce(sum(about_us) FILTER (WHERE week >= :low), 0) AS about_us,
              sum(against_us) AS against_us, sum(for_us) AS for_us, sum(events) AS events, max(by_us) AS by_us,
              count(DISTINCT community) FILTER (WHERE week >= :low) AS places,
              count(DISTINCT week) FILTER (WHERE week >= :low) AS weeks,
              count(DISTINCT week) FILTER (WHERE week < :low) AS weeks_before,
              count(DISTINCT week) FILTER (WHERE week < :low AND week >= :recent) AS recent_before,
              count(DISTINCT week) FILTER (WHERE against_us > 0) AS weeks_against, max(week) AS last
            FROM member_week WHERE week BETWEEN :from AND :high AND author != '' {chosen}
            GROUP BY source_kind, author) m
        """).bindparams(*those),
        bounds,
    ).all()
    people, wanted = [], None if among is None else set(among)
    for row in rows:
        if wanted is not None and (row.source_kind, row.author) not in wanted:
            continue  # somebody of that name in another network
        first = int(row.first)
        state = _state(row, first, low, high)
        if state:
            people.append(
                Member(
                    row.source_kind,
                    row.author,
                    int(row.posts),
                    int(row.roots),
                    int(row.replies),
                    int(row.drawn),
                    int(row.negative),
                    int(row.positive),
                    int(row.clear),
                    int(row.about_us),
                    int(row.against_us),
                    int(row.for_us),
                    bool(row.by_us),
                    row.places,
                    row.weeks,
                    row.weeks_before,
                    first,
                    state,
                    _roles(row),
                )
            )
    return sorted(people, key=lambda m: (-m.posts, -m.drawn, m.network, m.author))


def posts_of(connection: Connection, scope: Scope, people: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """(network, author) -> posts in the period's whole weeks; who wrote none is left out."""
    low, high = weeks_of(scope)
    m, wanted = author_week.c, set(people)
    # By two lists, which the index of authors knows; pairs would be held against every author of these weeks.
    networks, authors = ({pair[place] for pair in wanted} for place in (0, 1))
    rows = connection.execute(
        select(m.source_kind, m.author, func.sum(m.posts))
        .where(m.source_kind.in_(sorted(networks)), m.author.in_(sorted(authors)), m.week.between(low, high))
        .group_by(m.source_kind, m.author)
    )
    return {(network, author): int(posts) for network, author, posts in rows if (network, author) in wanted}


def named_like(connection: Connection, words: str, limit: int = 50) -> list[tuple[str, str]]:
    """(network, author) of those whose name holds these words as they are typed, case aside."""
    if len(words) < 2:
        return []
    w = author_week.c
    held = func.lower(w.author).contains(words.lower(), autoescape=True)
    once = w.before == literal_column(str(NEVER))  # each has one first week; an index holds these alone
    rows = connection.execute(select(w.source_kind, w.author).where(once, held).order_by(w.author).limit(limit))
    return [(str(network), str(author)) for network, author in rows]


def how_many_wrote(connection: Connection, scope: Scope) -> int:
    """People of the period's whole weeks, ours left out."""
    low, high = weeks_of(scope)
    rows = text("""
        SELECT count(*) FILTER (WHERE before < :low)
          - count(DISTINCT CASE WHEN by_us > 0 THEN source_kind || ' ' || author END)
        FROM author_week WHERE week BETWEEN :low AND :high
    """)
    return int(connection.execute(rows, {"low": low, "high": high}).scalar_one())


def places(connection: Connection, scope: Scope) -> list[Place]:
    """Communities with posts in the period, most posts first."""
    low, high = weeks_of(scope)
    without = _themes_without_us(connection, scope)
    rows = connection.execute(
        text("""
            SELECT source_kind, community, sum(posts) AS posts,
              coalesce(sum(people) FILTER (WHERE before < :low), 0) AS authors,
              coalesce(sum(people) FILTER (WHERE before = :never), 0) AS newcomers,
              sum(negative) AS negative, sum(positive) AS positive, sum(negative + neutral + positive) AS clear,
              sum(about_us) AS about_us, sum(drawn) AS drawn
            FROM place_people_week WHERE week BETWEEN :low AND :high GROUP BY source_kind, community
        """),
        {"low": low, "high": high, "never": NEVER},
    )
    communities = [
        Place(
            row.source_kind,
            row.community,
            int(row.posts),
            int(row.authors),
            int(row.newcomers),
            int(row.negative),
            int(row.positive),
            int(row.clear),
            int(row.about_us),
            int(row.drawn),
            without.get((row.source_kind, row.community), 0),
        )
        for row in rows
    ]
    return sorted(communities, key=lambda p: (-p.posts, p.network, p.name))


def our_topics(connection: Connection, scope: Scope) -> list[int]:
    """Topics of the period in which we are named often enough to call them ours."""
    bounds = {
        "fit": current_fit(connection),
        "low": date_to_day(scope.since),
        "high": date_to_day(scope.until),
        "least": OUR_POSTS,
    }
    named = text("""
        SELECT topic_id, sum(posts) FROM brand_topic_day WHERE fit_id = :fit
        AND brand_id IN (SELECT id FROM brand WHERE is_own) AND day BETWEEN :low AND :high
        GROUP BY topic_id HAVING sum(posts) >= :least
    """)
    ours = {int(topic_id): int(posts) for topic_id, posts in connection.execute(named, bounds)}
    # Topics first, by CROSS: the key of their days begins with them.
    of_all = text("""
        SELECT t.id, sum(d.posts) FROM topic t CROSS JOIN topic_day d
        WHERE NOT t.noise AND d.fit_id = :fit AND d.topic_id = t.id AND d.day BETWEEN :low AND :high GROUP BY t.id
    """)
    whole = connection.execute(of_all, bounds)
    return sorted(int(topic_id) for topic_id, posts in whole if ours.get(topic_id, 0) >= max(1, OUR_SHARE * int(posts)))


def _themes_without_us(connection: Connection, scope: Scope) -> dict[tuple[str, str], int]:
    topics = our_topics(connection, scope)[:30]
    if not topics:
        return {}
    rows = connection.execute(
        text(f"""
            SELECT p.source_kind, coalesce(nullif(p.community, ''), s.title), count(*)
            FROM post_topic t JOIN post p ON p.id = t.post_id JOIN source s ON s.id = p.source_id
            WHERE t.fit_id = :fit AND t.topic_id IN ({", ".join(str(int(t)) for t in topics)})
            AND t.post_id >= :low AND t.post_id < :high AND NOT p.by_us
            AND NOT EXISTS (SELECT 1 FROM mention m JOIN brand b ON b.id = m.brand_id AND b.is_own
              WHERE m.post_id = p.id)
            GROUP BY p.source_kind, coalesce(nullif(p.community, ''), s.title)
        """),
        {
            "fit": current_fit(connection),
            "low": date_to_day(scope.since) * IDS_PER_DAY,
            "high": (date_to_day(scope.until) + 1) * IDS_PER_DAY,
        },
    )
    return {(str(kind), str(name)): int(number) for kind, name, number in rows}


def hours_of_week(connection: Connection, scope: Scope, network: str = "", name: str = "") -> list[int]:
    """Posts in each of the 168 hours of the week, UTC, from Monday at midnight; of one community, of one network or of
    all."""
    low, high = weeks_of(scope)
    held: dict[str, int | str] = {"low": low, "high": high}
    chosen = ""
    if network or name:
        chosen, held = "AND source_kind = :network", {**held, "network": network}
    if name:
        chosen, held = chosen + " AND community = :name", {**held, "name": name}
    rows = connection.execute(
        text(f"SELECT slot, sum(posts) FROM place_week WHERE week BETWEEN :low AND :high {chosen} GROUP BY slot"),
        held,
    )
    posts = {int(slot): int(number) for slot, number in rows}
    return [posts.get(slot, 0) for slot in range(168)]


def shared_members(connection: Connection, scope: Scope, chosen: Sequence[tuple[str, str]]) -> list[Shared]:
    """Pairs of the (network, community) that were chosen, within one network, the nearest first."""
    low, high = weeks_of(scope)
    people = {one: _names_in(connection, low, high, *one) for one in chosen}
    pairs = []
    for place, (network, one) in enumerate(chosen):
        for other_network, other in chosen[place + 1 :]:
            if network == other_network:
                a, b = people[network, one], people[network, other]
                if a and b:
                    pairs.append(Shared(network, one, other, len(a & b), min(len(a), len(b))))
    return sorted(pairs, key=lambda pair: (-pair.share, pair.network, pair.one, pair.other))


def _names_in(connection: Connection, low: int, high: int, network: str, community: str) -> set[str]:
    """Who wrote in a community between two weeks. There may be thousands: all their names come as one text."""
    m, mark = member_week.c, "\x1f"
    here = (m.week.between(low, high), m.source_kind == network, m.community == community, m.author != "")
    names = select(m.author).where(*here).distinct()
    one = names.subquery()
    number, told = connection.execute(select(func.count(), func.aggregate_strings(one.c.author, mark))).one()
    held = told.split(mark) if told else []
    return set(held if len(held) == number else connection.execute(names).scalars())  # a name that holds the mark
