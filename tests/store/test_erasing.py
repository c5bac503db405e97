"""What is erased stays erased: in no byte of the data folder, in no later delivery, in no record restored."""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import LargeBinary, String, insert, select, update

from data.actor import Actor, RefusedError, acting
from data.erasing.backups import erase_within, holding
from data.erasing.columns import CANNOT, WALKED
from data.erasing.people import erase_person, replay_erasures
from data.erasing.remembered import list_beside
from data.erasing.traces import Traces
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.pseudonyms import author_salt, pseudonym
from data.posts.reads import total_posts
from data.posts.vectors import vectors_of
from data.schema import metadata, post, post_text, source, topic
from data.settings import ROOT
from data.sharing import snapshots
from data.sharing.document import Chart, Document, Figure, Figures, Section, Table, Words
from data.source_list import add_source
from data.store import Store

NAME = "Zorglub_77"
RARE = ("quixotarbre", "vermifusion", "brumalactic")
MINE = [
    NewPost("reddit", "t3_root", f"The {RARE[0]} of yesterday is much better than all", None, "Of a " + RARE[1],
            author=NAME, root_id="t3_root"),
    NewPost("reddit", "t1_two", f"I do say that {RARE[2]} will never come to be here again", None, author=NAME,
            root_id="t3_root", parent_id="t3_root"),
]  # fmt: skip
OTHERS = [
    NewPost("reddit", "t1_ben", f"Thanks @{NAME}, and {NAME.lower()} again!", None, author="Ben", root_id="t3_root",
            parent_id="t3_root"),
    NewPost("reddit", "t1_eve", "Nothing to see here at all", None, author="Eve"),
]  # fmt: skip


def plain(text: str) -> str:
    return text


def fill(store: Store, now: datetime) -> int:
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "r/things", now)
        add_posts(connection, made.id, [*MINE, *OTHERS], now)
    return made.id


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, with what is compressed in SQLite unpacked too."""
    held: dict[str, bytes] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            if raw[:2] == b"\x1f\x8b":
                raw += gzip.decompress(raw)
            for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", raw):
                try:
                    raw += zlib.decompressobj().decompress(raw[found.start() : found.start() + 200_000])
                except zlib.error:
                    continue
            if raw[:15] == b"SQLite format 3":
                raw += blobs(path)
            held[path.name] = raw
    return held


def blobs(path: Path) -> bytes:
    """Frozen copies of a record, whole: their pages in the file are not side by side."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        bodies = [row[0] for row in connection.execute("SELECT body FROM snapshot")]
    except sqlite3.Error:
        return b""
    finally:
        connection.close()
    return b"".join(zlib.decompress(body) for body in bodies)


def told(folder: Path, *words: str) -> set[str]:
    """The names of the files that hold one of these words, in any case."""
    wanted = [word.lower().encode() for word in words]
    return {name for name, raw in bytes_of(folder).items() if any(word in raw.lower() for word in wanted)}


def in_every_text(store: Store, source_id: int) -> int:
    """Write the person into every walked column of a row of each table; gives how many columns."""
    said = f"as {NAME} said: {MINE[0].text}"
    number = 0
    for name, columns in WALKED.items():
        table = metadata.tables[name]
        values: dict[str, object] = {}
        for column in table.columns:
            if column.name in columns:
                nested = json.dumps({"who": [NAME], f"of {NAME}": {"words": said}, "posts": [1]})
                values[column.name] = nested if str(getattr(column.server_default, "arg", "")) in {"{}", "[]"} else said
                number += 1
            elif column.name not in values and not column.nullable and column.server_default is None:
                text = isinstance(column.type, String)
                is_key = column.primary_key and len(table.primary_key.columns) == 1 and not text
                if column.default is not None or is_key:
                    values[column.name] = 900 if is_key else ""
                else:
                    values[column.name] = "x" if text else b"" if isinstance(column.type, LargeBinary) else 1
        with store.write() as connection:
            if name == "source":
                connection.execute(
                    update(source).where(source.c.id == source_id).values(**dict.fromkeys(columns, said))
                )
            elif name == "snapshot":
                number -= len(columns)  # frozen below, as a page does
            else:
                connection.execute(insert(table).values(**values))
    return number


def frozen(store: Store, now: datetime) -> int:
    with store.write() as connection:
        salt = author_salt(connection, make=True)
    link = {"page": "mentions", "q": f'author:"{NAME}"', NAME: "x"}
    chart = Chart("bars", f"By {NAME}", f"{NAME} leads", (NAME, "Ben"), ((pseudonym(NAME, salt), (1.0, 2.0)),),
                  svg=f"<svg><text>{NAME}</text></svg>", note=MINE[0].text)  # fmt: skip
    blocks = (
        Figures((Figure("Posts", "3", link=link),)),
        chart,
        Words(f"What {NAME} wrote: {MINE[1].text}"),
        Table("Who", (("name", "text"),), ((pseudonym(NAME, salt),), ("Ben",)), note=f"u/{NAME}"),
    )
    document = Document(f"All of {NAME}", "", "en", "today", (Section("s", NAME, blocks, notes=NAME),), note=NAME)
    number, _ = snapshots.freeze(
        store, document, now, presenting=True, parameters={"author": NAME}, expires_at=now + timedelta(days=9)
    )
    return number


def test_every_text_column_is_walked_or_cannot_hold_a_person() -> None:
    texts = {f"{t.name}.{c.name}" for t in metadata.tables.values() for c in t.columns if isinstance(c.type, String)}
    walked = {f"{name}.{column}" for name, columns in WALKED.items() for column in columns}
    assert walked & set(CANNOT) == set()
    assert texts - walked - set(CANNOT) == set()
    assert (walked | set(CANNOT)) - texts == set()
    assert all(CANNOT.values())
    blobs = {
        f"{t.name}.{c.name}" for t in metadata.tables.values() for c in t.columns if isinstance(c.type, LargeBinary)
    }
    assert blobs == {
        "snapshot.body",  # walked whole
        "vector.v",  # goes with its post
        "fact_vector.v",  # of the team's own words; made again where those are cleaned
        "item_picture.content",  # what the team publishes
        *("local_model.weights", "topic_centroid.vector", "topic_part.vector", "watch.vector"),  # means of many
    }


def test_no_byte_of_the_folder_holds_who_was_erased(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    store = sqlite_store
    source_id = fill(store, now)
    assert in_every_text(store, source_id) > 50
    number = frozen(store, now)
    with store.write() as connection:
        mine = list(connection.execute(select(post.c.id).where(post.c.author == NAME)).scalars())
        terms = {"terms": json.dumps([RARE[0], "words"]), "label": f"{RARE[0]}, words"}
        connection.execute(update(topic).values(**terms))
    vectors_of(store).put("m", mine, np.ones((2, 4), dtype=np.float32))
    store.backup(tmp_path / "backups" / "vigie-20260101-000000.sqlite")
    assert "vigie.sqlite" in told(tmp_path, NAME)
    assert "vigie.sqlite" in told(tmp_path, RARE[2])

    done = erase_person(store, NAME)
    assert (done.posts, done.copies, done.named, done.clean) == (2, 1, 1, True)
    with store.read() as connection:
        salt = author_salt(connection)
        shown = snapshots.document_of(connection, number)
    assert told(tmp_path, NAME, pseudonym(NAME, salt), *RARE) == {"vigie-20260101-000000.sqlite"}
    assert [(copy.path.name, copy.posts) for copy in holding(store)] == [("vigie-20260101-000000.sqlite", 2)]
    assert isinstance(shown.sections[0].blocks[0], Figures)
    assert shown.sections[0].blocks[0].items[0].link["page"] == "mentions"
    assert vectors_of(store).get("m", mine)[0] == []

    erase_within(store, holding(store)[0].path)
    assert told(tmp_path, NAME, pseudonym(NAME, salt), *RARE) == set()
    assert holding(store) == []
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == ["vigie-20260101-000000.sqlite"]


def test_who_was_erased_is_refused_and_counted(store: Store, now: datetime) -> None:
    source_id = fill(store, now)
    erase_person(store, NAME)
    with store.read() as connection:
        roots = set(connection.execute(select(post.c.root_id).where(post.c.author == "Ben")).scalars())
        (words,) = connection.execute(select(post_text.c.plain).where(post_text.c.plain.contains("Thanks"))).scalars()
    assert words == f"Thanks @{'*' * 10}, and {'*' * 10} again!"
    again = [
        *MINE,
        replace(MINE[0], native_id="t3_other", text="new words"),  # the same person
        replace(MINE[0], author=""),  # the same post
        replace(MINE[0], source_kind="import", native_id="1"),  # the same person, in a file
    ]
    with store.write() as connection:
        added = add_posts(connection, source_id, again, now)
        assert (added.new, added.changed, added.known, added.refused) == (0, 0, 0, 4)  # the same id twice is one
        added = add_posts(connection, source_id, OTHERS, now)
        assert (added.new, added.changed, added.refused) == (0, 0, 0)  # the same stars: nothing was corrected
        fresh = replace(OTHERS[0], native_id="t1_fresh", author="Cy", text=f"{NAME}: hello", parent_id="t1_two")
        assert add_posts(connection, source_id, [fresh], now).new == 1
        row = connection.execute(select(post.c.root_id, post.c.parent_id).where(post.c.author == "Cy")).one()
        assert {row.root_id} == roots != {"t3_root"}
        assert row.parent_id.startswith("erased-")
        same_name = replace(MINE[0], source_kind="mastodon", native_id="m1")
        assert add_posts(connection, source_id, [same_name], now).new == 1  # networks are never joined


def test_a_name_of_several_words_is_taken_out_of_what_others_write_later(store: Store, now: datetime) -> None:
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "https://a.example/feed", now)
        mine = replace(MINE[0], source_kind="feed", author="Éva de Vries", native_id="e1")
        add_posts(connection, made.id, [mine], now)
    erase_person(store, "Éva de Vries")
    later = replace(
        OTHERS[0],
        source_kind="feed",
        native_id="e2",
        author="Cy",
        title="ÉVA  DE VRIES, again",
        text="As Éva de\nVries's friend said. Éva de Nantes stays, Eva too; (éva de vries).",
        root_id="",
        parent_id="",
    )
    with store.write() as connection:
        assert add_posts(connection, made.id, [later], now).new == 1
        row = connection.execute(select(post_text).where(post_text.c.title.contains("again"))).one()
    assert row.title == f"{'*' * 13}, again"
    assert row.plain.split() == f"As {'*' * 12}'s friend said. Éva de Nantes stays, Eva too; ({'*' * 12}).".split()


def test_a_pseudonym_is_refused_too(store: Store, now: datetime) -> None:
    with store.write() as connection:
        made, _ = add_source(connection, "reddit", "r/x", now)
        add_posts(connection, made.id, MINE, now, pseudonymise=True)
        shown = pseudonym(NAME, author_salt(connection))
    assert erase_person(store, shown).posts == 2
    with store.write() as connection:
        later = [replace(MINE[0], native_id="later")]
        assert add_posts(connection, made.id, later, now, pseudonymise=True).refused == 1
        assert add_posts(connection, made.id, later, now).refused == 1


def test_a_post_of_a_feed_is_refused_under_another_id(store: Store, now: datetime) -> None:
    item = NewPost("feed", "a", "Some words of mine", None, url="https://blog.example/one", author="Ann Lee")
    with store.write() as connection:
        made, _ = add_source(connection, "feed", "https://blog.example/feed", now)
        add_posts(connection, made.id, [item], now)
    erase_person(store, "Ann Lee")
    with store.write() as connection:
        assert add_posts(connection, made.id, [replace(item, native_id="b", author="")], now).refused == 1


def test_the_list_is_there_before_the_erasure(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    source_id = fill(sqlite_store, now)

    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    monkeypatch.setattr("data.erasing.people._erase", crash)
    with pytest.raises(Crash):
        erase_person(sqlite_store, NAME)
    monkeypatch.undo()
    with sqlite_store.write() as connection:
        assert total_posts(connection) == 4
        assert add_posts(connection, source_id, [replace(MINE[0], native_id="new")], now).refused == 1
    held = list_beside(sqlite_store.path).path
    assert stat.S_IMODE(held.stat().st_mode) == 0o600
    assert NAME.lower().encode() not in held.read_bytes().lower()


def test_a_record_from_before_is_erased_again(sqlite_store: Store, tmp_path: Path, now: datetime) -> None:
    fill(sqlite_store, now)
    old = tmp_path / "old.sqlite"
    sqlite_store.backup(old)
    erase_person(sqlite_store, NAME)
    sqlite_store.close()
    old.replace(sqlite_store.path)
    restored = Store(sqlite_store.url)
    assert replay_erasures(restored).posts == 2
    restored.close()
    assert told(tmp_path, NAME, *RARE) == set()
    assert replay_erasures(Store(sqlite_store.url)).posts == 0


def test_a_post_without_its_author_goes_again_by_its_id(store: Store, now: datetime) -> None:
    source_id = fill(store, now)
    erase_person(store, NAME)
    from data.erasing import remembered

    with store.write() as connection:
        held = remembered.list_of(connection)
        connection.execute(
            insert(post).values(id=20_000 * 10_000_000, source_kind="reddit", native_id="t1_two", source_id=source_id,
                                published_at=1, collected_at=1)
        )  # fmt: skip
        connection.execute(insert(post_text).values(post_id=20_000 * 10_000_000, plain="x"))
        connection.exec_driver_sql(
            f"INSERT INTO post_source (source_id, post_id) VALUES ({source_id}, {20_000 * 10_000_000})"
        )
    assert replay_erasures(store, held).posts == 1


def test_only_an_administrator_erases_and_the_audit_names_nobody(store: Store, now: datetime) -> None:
    fill(store, now)
    with acting(Actor(2, "Ed", "editor")), pytest.raises(RefusedError):
        erase_person(store, NAME)
    with acting(Actor(1, "Ada", "administrator")):
        erase_person(store, NAME)
    with store.read() as connection:
        (row,) = connection.exec_driver_sql("SELECT who, action, subject, before, after FROM change").all()
    assert tuple(row) == ("Ada", "person.erased", "", "", "2")
    with pytest.raises(ValueError, match="Name the author"):
        erase_person(store, " ")


def test_common_names_leave_sentences_whole() -> None:
    traces = Traces(frozenset({"orange", "Acme_Shop"}), frozenset({"acme_shop"}))
    assert traces.cleaned("an orange, @orange and u/orange") == "an orange, […] and […]"
    assert traces.cleaned("orange") == "[…]"
    assert traces.cleaned("Acme_Shop sells; @acme_shop too; Acme_Shopping") == "Acme_Shop sells; […] too; Acme_Shopping"


def test_who_was_erased_from_the_demo_does_not_come_back_as_it_is_made_anew(demo_today: Callable[[str], Path]) -> None:
    folder = demo_today("erased-demo")
    demo = Store(f"sqlite:///{folder / 'demo.sqlite'}")
    with demo.read() as connection:
        author = connection.execute(select(post.c.author).where(post.c.author != "").limit(1)).scalar_one()
    assert erase_person(demo, author).posts
    demo.close()
    environ = {**os.environ, "VIGIE_DATA_DIR": str(folder), "VIGIE_DEMO": "true"}
    subprocess.run([sys.executable, "-m", "insights", "demo"], cwd=ROOT, env=environ, check=True)
    with Store(f"sqlite:///{folder / 'demo.sqlite'}").read() as connection:
        assert not list(connection.execute(select(post.c.id).where(post.c.author == author)))
    assert not [path.name for path in folder.iterdir() if "new" in path.name and path.suffix != ".lock"]
