"""The house and who acts: its tables on both databases, roles in their order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, select, text

from data.actor import LOCAL, ROLES, Actor, RefusedError, acting, actor, needs
from data.changes import note_change
from data.house import invitations, schema
from data.house.store import House
from data.schema import change
from data.settings import ROOT, Settings
from data.store import Store
from tests.conftest import NOW, Postgres


def _opens(house: House) -> None:
    with house.read() as connection:
        names = set(inspect(connection).get_table_names())
        assert set(schema.metadata.tables) <= names
        for table in schema.metadata.sorted_tables:
            assert {one["name"] for one in inspect(connection).get_columns(table.name)} == set(table.c.keys())
    before = house.revision()
    with house.write():
        pass
    assert house.revision() == before + 1
    assert house.check() == []


def test_the_house_opens_beside_the_record(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path))
    _opens(House(settings.house_url))
    assert (tmp_path / "house.sqlite").exists()


def test_the_house_has_a_schema_of_its_own_on_a_server(postgres: Postgres) -> None:
    settings = Settings(database_url=postgres.make(template="template"))
    house, record = House(settings.house_url), Store(settings.store_url)
    _opens(house)
    with record.read() as connection:
        assert "account" not in inspect(connection).get_table_names()
        assert "post" in inspect(connection).get_table_names()
    house.close()
    record.close()


@needs("editor")
def publish() -> str:
    return actor().name


def test_a_role_may_what_those_before_it_may() -> None:
    assert actor() == LOCAL
    for role in ROLES:
        with acting(Actor(1, "Ana", role)):
            if role in {"reader", "member"}:
                with pytest.raises(RefusedError) as refused:
                    publish()
                assert refused.value.needs == "editor"
            else:
                assert publish() == "Ana"


def test_a_change_is_noted_with_its_account(store: Store) -> None:
    with acting(Actor(7, "Ana", "editor")), store.write() as connection:
        note_change(connection, "brand.saved", "Brimelo", "one", "two")
    with store.read() as connection:
        row = connection.execute(change.select()).one()
    assert (row.account, row.who, row.action, row.subject, row.before, row.after) == (
        7,
        "Ana",
        "brand.saved",
        "Brimelo",
        "one",
        "two",
    )


def _open_accounts(house: House) -> int:
    return house.kept("accounts", lambda connection: len(connection.execute(select(schema.account)).all()))


def test_what_the_house_said_is_kept_until_somebody_writes(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path))
    house, asked = House(settings.house_url), []

    def read(connection: Connection) -> str:
        asked.append(1)
        return str(connection.execute(text("SELECT value FROM meta WHERE key = 'word'")).scalar())

    assert [house.kept("word", read) for _turn in range(3)] == ["None"] * 3
    assert len(asked) == 1
    for turn in range(5):  # each by a program of its own, and seen at the very next question
        script = (
            "import sys; from data.house.store import House; from sqlalchemy import text\n"
            "with House(sys.argv[1]).write(counts=False) as c:\n"
            "    c.execute(text(\"INSERT OR REPLACE INTO meta VALUES ('word', :word)\"), {'word': sys.argv[2]})"
        )
        subprocess.run([sys.executable, "-c", script, settings.house_url, f"w{turn}"], check=True, cwd=ROOT)
        assert house.kept("word", read) == f"w{turn}"
    with house.write() as connection:  # by this one
        connection.execute(text("UPDATE meta SET value = 'mine' WHERE key = 'word'"))
    assert house.kept("word", read) == "mine"
    assert len(asked) == 7
    house.close()


def test_another_file_in_the_place_of_the_house_is_read(tmp_path: Path) -> None:
    first, second = (Settings(data_dir=str(tmp_path / name)) for name in ("first", "second"))
    with acting(LOCAL):
        house, other = House(first.house_url), House(second.house_url)
        invitations.accept(
            other, invitations.invite(other, "Ana", "member", NOW, "own"), "Ana", "ana", "a long password", NOW
        )
    assert _open_accounts(house) == 0
    other.close()
    (tmp_path / "second" / "house.sqlite").replace(tmp_path / "first" / "house.sqlite")
    assert _open_accounts(house) == 1
    house.close()


def test_on_a_server_it_is_kept_until_another_process_writes(postgres: Postgres) -> None:
    url = f"{postgres.make()}?schema=house"
    house, other = House(url), House(url)
    asked: list[int] = []

    def ask() -> int:
        house.kept("any", lambda _connection: asked.append(1))
        return len(asked)

    assert [ask(), ask()] == [1, 1]
    for turn in range(2, 5):
        with other.write(counts=False):
            pass
        assert [ask(), ask()] == [turn, turn]
    assert house._watch is not None
    house._watch.connection.driver_connection.close()  # type: ignore[union-attr]  # the server went away
    assert ask() == 5
    assert [ask(), ask()] == [6, 6]
    house.close()
    other.close()
