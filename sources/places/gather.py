"""Where to go, by what is in the record: nothing is asked of the network. The worker reads it once a day."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from data.models import Source, to_day
from data.places.behaviour import any_of_ours, behaviour_of, ours_there
from data.places.listing import LEAST_POSTS, LEAST_VOICES, MOST_POSTS, Gathered, acted_on, keep_gathered
from data.places.named import Named
from data.posts.scope_sql import current_fit
from data.reputation.members import our_topics
from data.schema import IDS_PER_DAY, brand, mention, post, post_text, post_topic, source, suggestion, venue
from data.scope import Scope
from data.source_list import all_sources
from data.store import Store
from sources.places.named import place_of_source, places_named

DAYS = 1_460  # before that, what is named may be long gone
THEME_DAYS = 90
MOST_READ = 500_000  # newest posts
MOST_PLACES = 300
LEAST_TAGGED, LEAST_TAGGERS = 5, 3  # posts on our themes under a hashtag, and who wrote them
# Programs that name their own place under each post are no voice.
_PROGRAM = re.compile(r"automoderator|.*[_-]?bot", re.IGNORECASE)
TAGS_AT = {
    "bluesky": "https://bsky.app/hashtag/{}",
    "x": "https://x.com/hashtag/{}",
    "instagram": "https://www.instagram.com/explore/tags/{}",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One post, as it leads somewhere. `voice` is who speaks: its author, or its source where it names none."""

    id: int
    network: str
    source: int
    voice: str
    plain: str
    received: str
    on_theme: bool


@dataclass(slots=True)
class _Found:
    place: Named
    posts: list[int] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)
    on_theme: int = 0


def _said(connection: Connection, now: datetime, themes: frozenset[int]) -> Iterator[Said]:
    """Posts by others of the last DAYS days, the newest first."""
    rows = connection.execution_options(yield_per=2_000).execute(
        select(
            post.c.id, post.c.source_kind, post.c.source_id, post.c.author, post_text.c.title, post_text.c.plain,
            post_text.c.received,
        )
        .join(post_text, post_text.c.post_id == post.c.id)
        .where(post.c.id >= (to_day(now) - DAYS) * IDS_PER_DAY, ~post.c.by_us, post.c.removed_at.is_(None))
        .order_by(post.c.id.desc())
        .limit(MOST_READ)
    )  # fmt: skip
    for row in rows:
        voice = f"{row.source_kind} {row.author}" if row.author else f"source {row.source_id}"
        plain = f"{row.title}\n{row.plain}" if row.title else row.plain
        yield Said(row.id, row.source_kind, row.source_id, voice, plain, row.received, row.id in themes)


def on_our_themes(connection: Connection, now: datetime) -> frozenset[int]:
    """Posts by others of the last THEME_DAYS days in topics of ours that do not name us."""
    since = now.date() - timedelta(days=THEME_DAYS)
    topics = our_topics(connection, Scope(since, now.date()))[:30]
    if not topics:
        return frozenset()
    names_us = (
        select(mention.c.post_id)
        .join(brand, brand.c.id == mention.c.brand_id)
        .where(brand.c.is_own, mention.c.post_id == post.c.id)
        .exists()
    )
    ids = connection.execute(
        select(post.c.id)
        .join(post_topic, post_topic.c.post_id == post.c.id)
        .where(
            post_topic.c.fit_id == current_fit(connection),
            post_topic.c.topic_id.in_(topics),
            post.c.id >= (to_day(now) - THEME_DAYS) * IDS_PER_DAY,
            ~post.c.by_us,
            ~names_us,
        )
        .limit(MOST_READ)
    )
    return frozenset(ids.scalars())


def named_in(
    posts: Iterable[Said],
    standing: Mapping[int, Named],
    tags_at: Mapping[str, str],
    hosts: frozenset[str] = frozenset(),
) -> list[_Found]:
    """Places that at least LEAST_VOICES people name in at least LEAST_POSTS posts, the most voices first.

    `standing` are the places in which sources stand: what is said in a place leads nobody there. Those on `hosts` are
    ours, and left out.
    """
    found: dict[Named, _Found] = {}
    for one in posts:
        here = standing.get(one.source)
        for place in places_named(one.plain, one.received, tags_at.get(one.network, "") if one.on_theme else ""):
            if place == here or urlsplit(place.address).netloc.removeprefix("www.") in hosts:
                continue
            held = found.setdefault(place, _Found(place))
            if len(held.posts) < MOST_POSTS:
                held.posts.append(one.id)
            if not _PROGRAM.fullmatch(one.voice.partition(" ")[2].partition("@")[0]):
                held.voices.add(one.voice)
    enough = [
        one
        for one in found.values()
        if len(one.posts) >= (LEAST_TAGGED if one.place.kind == "hashtag" else LEAST_POSTS)
        and len(one.voices) >= (LEAST_TAGGERS if one.place.kind == "hashtag" else LEAST_VOICES)
    ]
    return sorted(enough, key=lambda one: (-len(one.voices), -len(one.posts), one.place.address))[:MOST_PLACES]


def _tags_at(sources: Sequence[Source]) -> dict[str, str]:
    """Where each network gathers a hashtag: of Mastodon, the server that most of its sources are read from."""
    servers = Counter(urlsplit(one.address).netloc for one in sources if one.kind == "mastodon")
    home = servers.most_common(1)[0][0] if servers else ""
    return {**TAGS_AT, **({"mastodon": f"https://{home}/tags/{{}}"} if home else {})}


def _names_of_ours(connection: Connection) -> frozenset[str]:
    """Names of our brands as a hashtag would write them."""
    rows = connection.execute(select(brand.c.name, brand.c.hashtags).where(brand.c.is_own))
    return frozenset(
        re.sub(r"\W", "", name).casefold()
        for row in rows
        for name in (row.name, *re.findall(r'"([^"]+)"', row.hashtags))
    )


def gather(connection: Connection, now: datetime) -> list[Gathered]:
    """Every place that the record leads to, with its posts, and how people behave where it is followed."""
    followed = [one for one in all_sources(connection) if one.state != "removed"]
    standing = {
        one.id: place
        for one in followed
        if (place := place_of_source(one.kind, one.address, one.site, one.title)) is not None
    }
    own = {standing[one.id] for one in followed if one.is_own and one.id in standing}
    hosts = {
        urlsplit(address).netloc.removeprefix("www.")
        for one in followed
        if one.is_own and one.kind in {"feed", "web", "discourse"}
        for address in (one.site, one.address)
    }
    themes = on_our_themes(connection, now)
    sources: defaultdict[Named, list[int]] = defaultdict(list)
    for number, place in standing.items():
        sources[place].append(number)
    passed_over = set(
        connection.execute(select(suggestion.c.kind, suggestion.c.address).where(suggestion.c.dismissed)).tuples()
    )
    named = named_in(_said(connection, now, themes), standing, _tags_at(followed), frozenset(hosts - {""}))
    ours = _names_of_ours(connection)
    posts: dict[Named, dict[str, list[int]]] = {
        one.place: {"names": one.posts}
        for one in named
        if not (one.place.kind == "hashtag" and one.place.title.removeprefix("#").casefold() in ours)
        and not any(_same(kind, address, one.place) for kind, address in passed_over)
    }
    found = dict.fromkeys(posts, "record")
    for place, ids in _on_theme_at(connection, sources, themes).items():
        posts.setdefault(place, {})["theme"] = ids
        found.setdefault(place, "followed")
    acted = acted_on(connection)
    for place in acted:
        posts.setdefault(place, {})
    return list(_with_behaviour(connection, posts, found, sources, own, set(acted), now))


def _same(kind: str, address: str, place: Named) -> bool:
    """Whether a suggestion that was put away is this place."""
    there = place_of_source(kind, address, "", "")
    return there is not None and there.address == place.address


def _on_theme_at(
    connection: Connection, sources: Mapping[Named, Sequence[int]], themes: frozenset[int]
) -> dict[Named, list[int]]:
    """Posts on our themes that do not name us, by the followed place where they stand."""
    if not themes:
        return {}
    first = min(themes)
    found = {}
    for place, numbers in sources.items():
        ids = connection.execute(
            select(post.c.id)
            .where(post.c.source_id.in_(numbers), post.c.id >= first)
            .order_by(post.c.id.desc())
            .limit(MOST_READ)
        ).scalars()
        if mine := [post_id for post_id in ids if post_id in themes]:
            found[place] = mine[:MOST_POSTS]
    return found


def _with_behaviour(
    connection: Connection,
    posts: Mapping[Named, Mapping[str, Sequence[int]]],
    found: Mapping[Named, str],
    sources: Mapping[Named, Sequence[int]],
    own: set[Named],
    acted: set[Named],
    now: datetime,
) -> Iterator[Gathered]:
    """What is known of each place. One that is ours, or where we write already, is left out unless people put it on
    the list themselves."""
    for place, roles in posts.items():
        numbers = sources.get(place, ())
        if place not in acted and (place in own or (numbers and any_of_ours(connection, numbers))):
            continue
        if not numbers:
            yield Gathered(place, found.get(place, "record"), roles)
            continue
        there, questions = behaviour_of(connection, numbers, now)
        ours, answers = ours_there(connection, numbers, now)
        known = {**roles, "question": questions, "ours": ours, "answer": answers}
        yield Gathered(place, found.get(place, "record"), known, there if there.posts else None)


def refresh_places(store: Store, now: datetime) -> int:
    """Read what the record says of places to go to, and keep it; gives how many there are."""
    with store.read() as connection:
        gathered = gather(connection, now)
    return keep_gathered(store, gathered, now)


def known_servers(connection: Connection) -> dict[str, list[str]]:
    """Servers of Lemmy, Mastodon and Discourse that are followed or that posts lead to, by network."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    followed = connection.execute(select(source.c.kind, source.c.address).order_by(source.c.id)).all()
    for row in [*followed, *connection.execute(select(venue.c.kind, venue.c.address).order_by(venue.c.id))]:
        parts = urlsplit(row.address)
        if row.kind in {"lemmy", "mastodon", "discourse"} and parts.scheme in {"http", "https"}:
            found[row.kind].append(f"{parts.scheme}://{parts.netloc}")
    return {kind: list(dict.fromkeys(servers)) for kind, servers in found.items()}
