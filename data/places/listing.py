"""Where to go: the places that were found, the posts that lead there, what was read of them, what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, String, case, cast, delete, func, insert, select, update

from data.actor import actor, needs
from data.changes import Meanwhile, StaleError, check_seen, note_change
from data.dialect import insert_new
from data.models import date_to_day, day_to_date, from_epoch, moment_or_none, to_epoch, web_link
from data.places.behaviour import Behaviour, behaviour_from, behaviour_text
from data.places.named import KINDS, Named
from data.schema import brand, mention, post, venue, venue_post, venue_step
from data.store import Store

STATES = ("", "contacted", "answered", "member", "refused", "left")  # "": to look at
LEADS = ("names", "theme")  # why a place is proposed: posts name it, or speak of our themes there
LEAST_POSTS, LEAST_VOICES = 2, 2  # of a period: one stray link is no reason to go anywhere
MOST_POSTS = 400  # of one place and role
RULES_LENGTH = 20_000
NOTE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that came of it, and on which day."""

    state: str
    day: date
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Venue:
    """A place to speak. `posts` lead there in a period, by `voices` different people, `about_us` of them naming us;
    `there` is how people behave, by what was read; `error` why the last look failed."""

    id: int
    kind: str
    address: str
    title: str
    about: str
    found: str
    there: Behaviour | None
    looked_at: datetime | None
    error: str
    rules: str
    rules_url: str
    rules_at: datetime | None
    state: str
    made_at: datetime | None
    posts: int = 0
    voices: int = 0
    about_us: int = 0
    last: date | None = None

    @property
    def is_proposed(self) -> bool:
        """Whether enough people lead there within the period to propose it."""
        return self.posts >= LEAST_POSTS and self.voices >= LEAST_VOICES


def _venue(row: Any, led: Mapping[int, Any]) -> Venue:
    counted = led.get(row.id)
    return Venue(
        row.id,
        row.kind,
        row.address,
        row.title,
        row.about,
        row.found,
        behaviour_from(row.facts),
        moment_or_none(row.looked_at),
        row.error,
        row.rules,
        row.rules_url,
        moment_or_none(row.rules_at),
        row.state,
        moment_or_none(row.made_at),
        counted.posts if counted else 0,
        counted.voices if counted else 0,
        counted.ours if counted else 0,
        from_epoch(counted.last).date() if counted else None,
    )


def _led(connection: Connection, first: int, last: int) -> dict[int, Any]:
    """How many posts from `first` to `last` lead to each place, and how many voices."""
    # Who gave no name is told by the source: one feed is one voice.
    voice = case(
        (post.c.author == "", "\x1f" + cast(post.c.source_id, String)),
        else_=post.c.source_kind + "\x1f" + post.c.author,
    )
    named = (
        select(mention.c.post_id)
        .join(brand, brand.c.id == mention.c.brand_id)
        .where(brand.c.is_own, mention.c.post_id == post.c.id)
        .exists()
    )
    rows = connection.execute(
        select(
            venue_post.c.venue_id,
            func.count(post.c.id.distinct()).label("posts"),
            func.count(voice.distinct()).label("voices"),
            func.count(case((named, post.c.id)).distinct()).label("ours"),
            func.max(post.c.published_at).label("last"),
        )
        .join(post, post.c.id == venue_post.c.post_id)
        .where(venue_post.c.role.in_(LEADS), venue_post.c.post_id.between(first, last))
        .group_by(venue_post.c.venue_id)
    )
    return {row.venue_id: row for row in rows}


def venues(connection: Connection, first: int, last: int) -> list[Venue]:
    """Every place, those first to which most people lead with posts of the ids `first` to `last`."""
    led = _led(connection, first, last)
    found = [_venue(row, led) for row in connection.execute(select(venue))]
    return sorted(found, key=lambda one: (-one.voices, -one.posts, one.title.casefold(), one.id))


def posts_of(connection: Connection, number: int, roles: Sequence[str], first: int = 0, last: int = 0) -> list[int]:
    """Ids of a place's posts in these roles, the newest first; between two ids where `last` is given."""
    asked = select(venue_post.c.post_id).where(venue_post.c.venue_id == number, venue_post.c.role.in_(roles))
    if last:
        asked = asked.where(venue_post.c.post_id.between(first, last))
    return list(connection.execute(asked.distinct().order_by(venue_post.c.post_id.desc())).scalars())


def steps_of(connection: Connection, number: int) -> list[Step]:
    """What came of one place, the latest first."""
    rows = connection.execute(
        select(venue_step)
        .where(venue_step.c.venue_id == number)
        .order_by(venue_step.c.day.desc(), venue_step.c.id.desc())
    )
    return [Step(row.state, day_to_date(row.day), row.who, row.note) for row in rows]


def _held(connection: Connection, number: int) -> Any:
    row = connection.execute(select(venue).where(venue.c.id == number)).one_or_none()
    if row is None:
        raise StaleError([Meanwhile("", "")])
    return row


@needs("member")
def add_venue(store: Store, place: Named, found: str, now: datetime, about: str = "") -> int:
    """Put a place on the list; its number. One that is there already stays as it is. Raises ValueError for a kind that
    is none, or an address that is not http(s)."""
    address = web_link(place.address)[:500].rstrip("/")
    if place.kind not in KINDS or not address:
        raise ValueError("kind" if address else "address")
    with store.write() as connection:
        known = connection.execute(select(venue.c.id).where(venue.c.address == address)).scalar()
        if known is not None:
            return int(known)
        values = {
            "kind": place.kind,
            "address": address,
            "title": (" ".join(place.title.split()) or address)[:200],
            "about": " ".join(about.split())[:500],
            "found": found,
            "made_at": to_epoch(now),
        }
        number = int(connection.execute(insert(venue).values(**values).returning(venue.c.id)).scalar_one())
        note_change(connection, "venue.added", f"venue {number}: {values['title']}", after=address)
    return number


@needs("member")
def set_state(store: Store, number: int, state: str, day: date, note: str = "", seen: str | None = None) -> None:
    """What came of a place, with the day it happened. Raises ValueError for another state, StaleError where the place
    is gone, or in another state than was `seen`."""
    if state not in STATES:
        raise ValueError(state)
    with store.write() as connection:
        row, about = _held(connection, number), f"venue {number}"
        check_seen(connection, about, "state", seen, row.state, state)
        connection.execute(update(venue).where(venue.c.id == number).values(state=state))
        connection.execute(
            insert(venue_step).values(
                venue_id=number,
                state=state,
                day=date_to_day(day),
                who=actor().name[:80],
                note=note.strip()[:NOTE_LENGTH],
            )
        )
        note_change(
            connection, "venue.state", f"{about}: {row.title}", row.state or "to look at", state or "to look at"
        )


@needs("member")
def save_rules(store: Store, number: int, text: str, url: str, now: datetime, seen: str | None = None) -> None:
    """Keep the words of a place's rules, with the day. Raises ValueError ("url") for an address that is not http(s),
    StaleError where the place is gone, or others changed the rules since they were `seen`."""
    if url and not web_link(url):
        raise ValueError("url")
    with store.write() as connection:
        row, about = _held(connection, number), f"venue {number}"
        after = text.strip()[:RULES_LENGTH]
        check_seen(connection, about, "rules", seen, row.rules, after)
        values = {"rules": after, "rules_url": url[:500], "rules_at": to_epoch(now) if after else 0}
        connection.execute(update(venue).where(venue.c.id == number).values(**values))
        note_change(
            connection,
            "venue.rules",
            f"{about}: {row.title}",
            f"{len(row.rules)} characters",
            f"{len(after)} characters",
        )


@needs("member")
def note_looked(
    store: Store,
    number: int,
    now: datetime,
    *,
    there: Behaviour | None,
    sample: Sequence[str],
    rules: tuple[str, str] | None,
    error: str,
) -> None:
    """What a look brought: how people behave by its newest posts, words of those until their tone is read, the rules
    (words, address). What could not be read stays as it was known. Raises StaleError where the place is gone."""
    values: dict[str, object] = {"looked_at": to_epoch(now), "error": error}
    if there is not None:
        values |= {"facts": behaviour_text(there), "sample": json.dumps(list(sample), ensure_ascii=False)}
    if rules is not None:
        values |= {"rules": rules[0][:RULES_LENGTH], "rules_url": rules[1][:500], "rules_at": to_epoch(now)}
    with store.write() as connection:
        row = _held(connection, number)
        connection.execute(update(venue).where(venue.c.id == number).values(**values))
        before = moment_or_none(row.looked_at)
        note_change(
            connection,
            "venue.looked",
            f"venue {number}: {row.title}",
            before.isoformat() if before else "never",
            error or "read",
        )


def waiting_samples(connection: Connection) -> list[tuple[int, Behaviour, list[str]]]:
    """(place, how it is known to behave, words of its newest posts) of looks whose posts were not read yet."""
    rows = connection.execute(select(venue.c.id, venue.c.facts, venue.c.sample).where(venue.c.sample != ""))
    return [(row.id, behaviour_from(row.facts) or Behaviour("look"), json.loads(row.sample)) for row in rows]


def keep_reading(store: Store, number: int, there: Behaviour) -> None:
    """Keep what reading found, and let go of the words that were read."""
    with store.write() as connection:
        connection.execute(update(venue).where(venue.c.id == number).values(facts=behaviour_text(there), sample=""))


@dataclass(frozen=True, slots=True)
class Gathered:
    """A place that the record leads to. `posts` are ids by role; `there` is how people behave where it is followed."""

    place: Named
    found: str
    posts: Mapping[str, Sequence[int]]
    there: Behaviour | None = None


def keep_gathered(store: Store, gathered: Iterable[Gathered], now: datetime) -> int:
    """Replace what the record says of places; gives how many there are. Nobody did anything about a place that is
    named no more: it goes."""
    with store.write() as connection:
        known = {row.address: row for row in connection.execute(select(venue))}
        connection.execute(delete(venue_post))
        stay = set()
        for one in gathered:
            row = known.get(one.place.address)
            number = row.id if row is not None else _insert(connection, one, now)
            stay.add(number)
            if one.there is not None:
                connection.execute(
                    update(venue).where(venue.c.id == number).values(facts=behaviour_text(one.there), sample="")
                )
            rows = [
                {"venue_id": number, "role": role, "post_id": post_id}
                for role, ids in one.posts.items()
                for post_id in sorted(ids, reverse=True)[:MOST_POSTS]
            ]
            if rows:
                connection.execute(insert_new(venue_post), rows)
        untouched = {
            row.id
            for row in known.values()
            if row.found in {"record", "followed"} and not (row.state or row.looked_at or row.rules)
        }
        connection.execute(delete(venue).where(venue.c.id.in_(untouched - stay)))
    return len(stay)


def _insert(connection: Connection, one: Gathered, now: datetime) -> int:
    values = {
        "kind": one.place.kind,
        "address": one.place.address[:500],
        "title": one.place.title[:200],
        "found": one.found,
        "made_at": to_epoch(now),
    }
    return int(connection.execute(insert(venue).values(**values).returning(venue.c.id)).scalar_one())


def acted_on(connection: Connection) -> list[Named]:
    """Places that people put on the list or did something about: kept, whatever the record says."""
    rows = connection.execute(
        select(venue).where(
            (venue.c.state != "")
            | (venue.c.looked_at > 0)
            | (venue.c.rules != "")
            | venue.c.found.in_(("search", "hand"))
        )
    )
    return [Named(row.kind, row.address, row.title) for row in rows]
