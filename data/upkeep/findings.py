"""What looks at our own places found: what is there now, since when, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from urllib.parse import urljoin

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from data.actor import needs
from data.changes import Meanwhile, StaleError, check_seen, note_change
from data.dialect import insert_over
from data.models import from_epoch, moment_or_none, to_day, to_epoch
from data.posts.links import links_in
from data.schema import place_check, place_finding, post, post_text, source
from data.store import Store

# Where a source of ours stands on a site that is ours too; a page at a network is the network's to keep up.
KEPT_UP = ("feed", "web", "discourse", "lemmy")
FORUMS = frozenset({"discourse", "lemmy"})  # their address is a part of them
STATES = ("", "handed", "ignored")
# Why a link may lead nowhere for a while: told when a second look found it too.
PASSING = frozenset({"timeout", "unreachable"})
KEEP_CHECKS = timedelta(days=60)
KEEP_MENDED = timedelta(days=30)
USUAL = 5  # looks from which it is known what is usual
LOOKED_AT = 14  # latest looks that say what is usual
MOST_POSTS, MOST_LINKS = 200, 60


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A site of ours: its home page and its feeds."""

    home: str
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `subject` is the address that it is about, `stands_on` the page that leads there."""

    code: str
    subject: str
    detail: str = ""
    stands_on: str = ""

    @property
    def kind(self) -> str:
        """Its group, as a look checks it: site, certificate, feed, link or access."""
        return self.code.partition("_")[0]


@dataclass(frozen=True, slots=True)
class PlaceLook:
    """What one look at a place came to. `checked` are the kinds that could be checked: only what they found before and
    not now is mended. `seconds` is how long the home page took, None where it did not answer."""

    place: str
    findings: tuple[Finding, ...] = ()
    checked: frozenset[str] = frozenset()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding as it is kept. `gone` is when a look no longer found it."""

    id: int
    place: str
    finding: Finding
    found: datetime
    seen: datetime
    gone: datetime | None
    state: str


def own_places(connection: Connection) -> list[OwnPlace]:
    """Sites that a source of ours belongs to, each with its feeds, in the order of their addresses."""
    rows = connection.execute(
        select(source.c.kind, source.c.address, source.c.site).where(
            source.c.is_own, source.c.kind.in_(KEPT_UP), source.c.state != "gone"
        )
    )
    held: dict[str, set[str]] = {}
    for row in rows:
        feed = row.address if row.kind == "feed" else ""
        home = row.site if row.kind == "feed" else row.address
        if row.kind in FORUMS:
            home = urljoin(row.address, "/")
        if not home.startswith(("http://", "https://")):
            home = feed
        if home.startswith(("http://", "https://")) and "{secret:" not in home + feed:
            held.setdefault(home, set()).update({feed} - {""})
    return [OwnPlace(home, tuple(sorted(feeds))) for home, feeds in sorted(held.items())]


def links_of_ours(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """(address, post that leads there) of the newest posts of ours of two months, each address once."""
    rows = connection.execute(
        select(post_text.c.received, post_text.c.url)
        .join(post, post.c.id == post_text.c.post_id)
        .where(post.c.by_us, post.c.removed_at.is_(None), post.c.published_at > to_epoch(now - timedelta(days=60)))
        .order_by(post.c.published_at.desc(), post.c.id.desc())
        .limit(MOST_POSTS)
    )
    found: dict[str, str] = {}
    for row in rows:
        for link in links_in(row.received):
            found.setdefault(link, row.url)
    return list(found.items())[:MOST_LINKS]


def usual_seconds(connection: Connection, place: str, now: datetime) -> float | None:
    """How long the home page of a place takes, by its looks before today; None where there are too few."""
    rows = connection.execute(
        select(place_check.c.seconds)
        .where(place_check.c.place == place, place_check.c.day < to_day(now), place_check.c.seconds.is_not(None))
        .order_by(place_check.c.day.desc())
        .limit(LOOKED_AT)
    ).scalars()
    seconds = [float(value) for value in rows if value is not None]
    return median(seconds) if len(seconds) >= USUAL else None


def note_look(store: Store, look: PlaceLook, now: datetime) -> None:
    """Keep what a look found: what is new, what is still there, what is mended."""
    at = to_epoch(now)
    with store.write() as connection:
        connection.execute(insert_over(place_check).values(place=look.place, day=to_day(now), seconds=look.seconds))
        connection.execute(delete(place_check).where(place_check.c.day < to_day(now - KEEP_CHECKS)))
        held = {
            (row.code, row.subject): row
            for row in connection.execute(select(place_finding).where(place_finding.c.place == look.place))
        }
        found = {(one.code, one.subject): one for one in look.findings}
        for key, one in found.items():
            row = held.get(key)
            values = {"detail": one.detail[:300], "stands_on": one.stands_on[:500], "seen_at": at, "gone_at": 0}
            if row is None:
                connection.execute(
                    insert(place_finding).values(
                        place=look.place, code=one.code, subject=one.subject, found_at=at, times=1, **values
                    )
                )
            else:
                again = {"found_at": at, "times": 1, "state": ""} if row.gone_at else {"times": row.times + 1}
                connection.execute(update(place_finding).where(place_finding.c.id == row.id).values(**values, **again))
        mended = [
            row.id
            for key, row in held.items()
            if key not in found and not row.gone_at and Finding(*key).kind in look.checked
        ]
        connection.execute(update(place_finding).where(place_finding.c.id.in_(mended)).values(gone_at=at))
        connection.execute(
            delete(place_finding).where(
                place_finding.c.gone_at > 0, place_finding.c.gone_at < to_epoch(now - KEEP_MENDED)
            )
        )


def forget_others(store: Store, places: Collection[str]) -> None:
    """Let go of what was found at places that are no longer ours."""
    with store.write(counts=False) as connection:
        for table in (place_check, place_finding):
            connection.execute(delete(table).where(table.c.place.not_in(list(places))))


def findings(connection: Connection) -> list[KnownFinding]:
    """What is to be mended, what was handed on or left, and what was mended within a month: by place and kind. What
    may pass by itself is not told before a second look."""
    passing = (place_finding.c.code == "link_broken") & place_finding.c.detail.in_(PASSING)
    rows = connection.execute(
        select(place_finding)
        .where(or_(~passing, place_finding.c.times > 1))
        .order_by(place_finding.c.place, place_finding.c.code, place_finding.c.found_at, place_finding.c.id)
    )
    return [
        KnownFinding(
            row.id,
            row.place,
            Finding(row.code, row.subject, row.detail, row.stands_on),
            from_epoch(row.found_at),
            from_epoch(row.seen_at),
            moment_or_none(row.gone_at),
            row.state,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Answered:
    """How the home page of a place answered: the last look, and what is usual of it; None where it is not known."""

    place: str
    at: datetime
    seconds: float | None
    usual: float | None


def answered(connection: Connection, now: datetime) -> list[Answered]:
    """The last look at each place, by its address."""
    last = (
        select(place_check.c.place, func.max(place_check.c.day).label("day")).group_by(place_check.c.place).subquery()
    )
    rows = connection.execute(
        select(place_check)
        .join(last, (place_check.c.place == last.c.place) & (place_check.c.day == last.c.day))
        .order_by(place_check.c.place)
    ).all()
    return [
        Answered(row.place, from_epoch(row.day * 86_400), row.seconds, usual_seconds(connection, row.place, now))
        for row in rows
    ]


@needs("member")
def set_finding_state(store: Store, finding: int, state: str, seen: str | None = None) -> None:
    """Say of a finding that it was handed to the developer, or is to be left. Raises ValueError for another state,
    StaleError where it is gone, or in another state than was `seen`."""
    if state not in STATES:
        raise ValueError(state)
    with store.write() as connection:
        row = connection.execute(select(place_finding).where(place_finding.c.id == finding)).one_or_none()
        if row is None:
            raise StaleError([Meanwhile("", "")])
        about = f"finding {finding}"
        check_seen(connection, about, "state", seen, row.state, state)
        connection.execute(update(place_finding).where(place_finding.c.id == finding).values(state=state))
        note_change(
            connection, "finding.state", f"{about}: {row.code} {row.subject}", row.state or "open", state or "open"
        )
