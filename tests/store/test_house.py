"""The house and who acts: its tables on both databases, roles in their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from data.actor import LOCAL, ROLES, Actor, RefusedError, acting, actor, needs
from data.changes import note_change
from data.house import schema
from data.house.store import House
from data.schema import change
from data.settings import Settings
from data.store import Store
from tests.conftest import Postgres


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
