"""Erase a person: their posts, what is said about them, and their name wherever it stands; and do it again in a
record that is restored from before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_, union, update

from data.actor import needs
from data.changes import note_change
from data.erasing.bytes import scrub
from data.erasing.refusal import author_digests, first_word, kinds_of, name_of, opaque, post_digests
from data.erasing.remembered import ANY, ErasureList, digest, list_of
from data.erasing.traces import HANDLE_LENGTH, Traces, lone_words, spared_names, star_others, walk_tables
from data.posts.erasure import erase_ids
from data.posts.pseudonyms import author_salt, pseudonym
from data.reputation.returning import forget_names
from data.schema import (
    event_exclusion,
    idea,
    member_week,
    own_account,
    post,
    post_source,
    post_text,
    snapshot,
    thread_heat,
)
from data.sharing.snapshots import document_of, erase_from_snapshots
from data.store import Store

_PART = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: posts, frozen copies that changed, other texts that changed (`traces`), and posts of others that
    named the person (`named`). `clean` is False where bytes of the file may still hold words: see `bytes.scrub`."""

    posts: int = 0
    copies: int = 0
    traces: int = 0
    named: int = 0
    clean: bool = True


def names_of(connection: Connection, author: str) -> frozenset[str]:
    """All that an author is called in this record: as given, and the pseudonyms of it."""
    salt = author_salt(connection)
    names = {author} - {""}
    if salt and names:
        names.add(pseudonym(author, salt))
        names.add(pseudonym(pseudonym(author, salt), salt))  # of a record that keeps pseudonyms, in a frozen copy
    return frozenset(names)


@needs("administrator")
def erase_person(store: Store, author: str) -> Erased:
    """Erase everything of one author, and refuse it from now on. Raises ValueError for no name."""
    if not author.strip():
        raise ValueError("Name the author to erase.")
    with store.write() as connection:
        names = names_of(connection, author)
        ids = _ids(connection, names)
        held = list_of(connection)
        _remember(connection, held, names, ids)  # first: a crash from here on leaves one who is refused
        done = _erase(connection, held, names, ids)
        note_change(connection, "person.erased", "", after=str(done.posts))
    return _scrubbed(store, done)


@needs("administrator")
def erase_author(store: Store, author: str) -> int:
    """Erase a person; gives how many posts went."""
    return erase_person(store, author).posts


@needs("administrator")
def replay_erasures(store: Store, held: ErasureList | None = None) -> Erased:
    """Erase again, in a record that comes from before, all who were erased since: after a restore, and in backups.

    `held` is the list to go by: by default the one that lies beside the record.
    """
    with store.write() as connection:
        held = held or list_of(connection)
        key = held.key()
        if key is None:
            return Erased()
        names, ids = _remembered(connection, held, key)
        if not names and not ids:
            return Erased()
        done = _erase(connection, held, names, sorted(ids.union(_ids(connection, names))))
        note_change(connection, "person.erased.again", "", after=str(done.posts))
    return _scrubbed(store, done)


def _scrubbed(store: Store, done: Erased) -> Erased:
    return Erased(done.posts, done.copies, done.traces, done.named, scrub(store))


def _ids(connection: Connection, names: Collection[str]) -> list[int]:
    return list(connection.execute(select(post.c.id).where(post.c.author.in_(names))).scalars())


def _kinds(connection: Connection, names: Collection[str]) -> set[str]:
    """The kinds of sources that a person wrote in; any, where the record holds nothing of them."""
    written = select(post.c.source_kind).where(post.c.author.in_(names))
    counted = select(member_week.c.source_kind).where(member_week.c.author.in_(names))
    return set(connection.execute(union(written, counted)).scalars()) or {ANY}


def _remember(connection: Connection, held: ErasureList, names: Collection[str], ids: Iterable[int]) -> None:
    key = held.key(make=True)
    assert key is not None
    for kind in _kinds(connection, names):
        held.add("author", {digest(key, "author", k, name) for k in kinds_of(kind) for name in names})
    said = {name_of(name) for name in names if len(name) >= HANDLE_LENGTH}
    held.add("name", {digest(key, "name", "", name) for name in said})
    held.add("first", {digest(key, "first", "", first_word(name)) for name in said if " " in name})
    for row in _rows(connection, ids):
        held.add("post", [digest(key, "post", row.source_kind, row.native_id)])
        marks = select(post_source.c.link, post_source.c.said).where(post_source.c.post_id == row.id)
        for link, said in connection.execute(marks.where(post_source.c.link != 0)):
            held.add("page", post_digests(key, row.source_kind, row.native_id, link, said)[1:])


def _rows(connection: Connection, ids: Iterable[int]) -> list[Any]:
    wanted = list(ids)
    query = select(post.c.id, post.c.source_kind, post.c.native_id, post_text.c.title, post_text.c.plain)
    query = query.join(post_text, post_text.c.post_id == post.c.id)
    rows: list[Any] = []
    for start in range(0, len(wanted), _PART):
        rows += connection.execute(query.where(post.c.id.in_(wanted[start : start + _PART]))).all()
    return rows


def _erase(connection: Connection, held: ErasureList, names: frozenset[str], ids: list[int]) -> Erased:
    key = held.key()
    assert key is not None
    rows = _rows(connection, ids)
    traces = Traces(names, spared_names(connection), frozenset(ids))
    for row in rows:
        traces.learn(row.title, row.plain)
    answers = _unthread(connection, key, rows)
    connection.execute(delete(own_account).where(own_account.c.author.in_(names)))
    connection.execute(delete(event_exclusion).where(event_exclusion.c.author.in_(names)))
    forget_names(connection, sorted(names))
    connection.execute(delete(idea).where(idea.c.key.in_([f"member:{name}" for name in names])))
    posts = 0
    for start in range(0, len(ids), 20_000):
        posts += erase_ids(connection, select(post.c.id).where(post.c.id.in_(ids[start : start + 20_000])))
    named = star_others(connection, traces, answers)
    traces.lone = lone_words(connection, traces)
    copies = erase_from_snapshots(connection, ids, names, traces.cleaned)
    return Erased(posts, copies, walk_tables(connection, traces), named)


def _unthread(connection: Connection, key: bytes, rows: Iterable[Any]) -> list[int]:
    """Give others' threads an id that says nothing in place of those of erased posts; gives the posts that answered."""
    mine = {(row.source_kind, row.native_id): row.id for row in rows}
    answers: set[int] = set()
    pairs = list(mine)
    for start in range(0, len(pairs), _PART):
        part = pairs[start : start + _PART]
        for column in (post.c.root_id, post.c.parent_id):
            query = select(post.c.id, post.c.source_kind, column).where(column.in_([native for _, native in part]))
            for number, kind, native in connection.execute(query).all():
                if (kind, native) in mine:
                    answers.add(number)
                    connection.execute(
                        update(post).where(post.c.id == number).values({column.name: opaque(key, kind, native)})
                    )
        connection.execute(
            delete(thread_heat).where(tuple_(thread_heat.c.source_kind, thread_heat.c.root_id).in_(part))
        )
    return sorted(answers - set(mine.values()))


def _remembered(connection: Connection, held: ErasureList, key: bytes) -> tuple[frozenset[str], set[int]]:
    """Names and posts of this record that are on the list."""
    people = union(
        select(post.c.source_kind, post.c.author).where(post.c.author != ""),
        select(member_week.c.source_kind, member_week.c.author),
    )
    asked: dict[bytes, str] = {}
    for kind, author in connection.execute(people):
        asked.update(dict.fromkeys(author_digests(key, kind, author), author))
    for name in _named_elsewhere(connection):
        asked[digest(key, "name", "", name_of(name))] = name
    names = {asked[found] for found in held.among(asked)}
    posts: dict[bytes, int] = {}
    query = select(post.c.id, post.c.source_kind, post.c.native_id, post_source.c.link, post_source.c.said)
    for row in connection.execute(query.join(post_source, post_source.c.post_id == post.c.id)):
        posts.update(dict.fromkeys(post_digests(key, row.source_kind, row.native_id, row.link, row.said), row.id))
    every = {name for author in names for name in names_of(connection, author)}
    return frozenset(every), {posts[found] for found in held.among(posts)}


def _named_elsewhere(connection: Connection) -> set[str]:
    """Names that stand where no post of theirs need be: our own accounts, people left out of events, ideas about
    members, frozen quotes."""
    names = set(connection.execute(union(select(own_account.c.author), select(event_exclusion.c.author))).scalars())
    keys = connection.execute(select(idea.c.key).where(idea.c.key.like("member:%"))).scalars()
    names.update(key.removeprefix("member:") for key in keys)
    for number in list(connection.execute(select(snapshot.c.id)).scalars()):
        names.update(quote.author for quote in document_of(connection, number).quotes())
    return {name for name in names if len(name) >= HANDLE_LENGTH}
