"""Workspaces: a record each, on both databases; who may open which; keys that are safe in addresses and folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from data.actor import Actor, RefusedError, acting
from data.house.schema import house_change
from data.house.workspaces import (
    WorkspaceError,
    close_workspace,
    key_of,
    make_workspace,
    open_house,
    open_to,
    put_member,
    rename_workspace,
    reopen_workspace,
    role_in,
    settings_of_each,
    settings_of_record,
    workspaces,
)
from data.keeping.standing import standing
from data.models import NewPost
from data.posts.ingest import add_posts
from data.posts.reads import page_of_posts
from data.scope import Scope
from data.settings import BUILT_IN, KEY, Settings, SettingsError, load_settings
from data.source_list import add_source
from data.store import HEAD, Store
from tests.conftest import NOW, Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        settings = replace(settings, database_url=postgres.make(template="template"))
    return settings


def _say(store: Store, words: str) -> None:
    said = f"{words} dégâts"
    with store.write() as connection:
        source, _ = add_source(connection, "feed", f"https://{words}.example/feed", NOW)
        add_posts(connection, source.id, [NewPost("feed", words, said, said, author=words, published_at=NOW)], NOW)


def _found(store: Store, query: str) -> list[str]:
    with store.read() as connection:
        return [post.plain for post in page_of_posts(connection, Scope(NOW.date(), NOW.date(), query=query))]


def test_each_has_a_record_of_its_own(installation: Settings) -> None:
    own = Store(installation.store_url)
    keys = [make_workspace(installation, name, NOW) for name in ("Zest", "Zest", "Été & Fils")]
    assert keys == ["zest", "zest-2", "ete-fils"]
    records = {key: Store(installation.for_workspace(key).store_url) for key in keys}
    assert len({own.url, *(record.url for record in records.values())}) == 4
    _say(own, "ownword")
    for key, record in records.items():
        _say(record, f"{key.replace('-', '')}word")
    for key, record in records.items():
        with record.read() as connection:
            assert standing(connection).current == HEAD
        # The full text works without accents in a schema of its own too.
        assert _found(record, "degats") == [f"{key.replace('-', '')}word dégâts"]
        assert _found(record, "ownword") == []
        assert record.check() == []
    assert _found(own, "degats") == ["ownword dégâts"]
    assert [one.key for one in workspaces(installation)] == ["own", "ete-fils", "zest", "zest-2"]
    assert settings_of_each(installation)[0].key == "own"
    assert settings_of_record(installation, records["zest-2"].url).key == "zest-2"
    for record in (own, *records.values()):
        record.close()


def test_the_extension_is_made_where_all_records_reach_it(postgres: Postgres) -> None:
    settings = Settings(database_url=postgres.make(), demo=False)  # nothing in it: the house and a workspace come first
    key = make_workspace(settings, "First", NOW)
    first = Store(settings.for_workspace(key).store_url)
    own = Store(settings.store_url)
    for record, words in ((first, "one"), (own, "two")):
        _say(record, words)
        assert _found(record, "degats") == [f"{words} dégâts"]
    with first.read() as connection:
        assert "post" in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT count(*) FROM post")).scalar_one() == 1
    for store in (first, own):
        store.close()


def test_two_workspaces_write_at_once_on_a_server(postgres: Postgres) -> None:
    settings = Settings(database_url=postgres.make(template="template"), demo=False)
    own = Store(settings.store_url)
    other = Store(settings.for_workspace(make_workspace(settings, "Other", NOW)).store_url)
    with own.write() as one, other.write() as two:
        one.execute(text("INSERT INTO meta (key, value) VALUES ('said', 'own')"))
        two.execute(text("INSERT INTO meta (key, value) VALUES ('said', 'other')"))
    assert (own.get_meta("said"), other.get_meta("said")) == ("own", "other")
    own.close()
    other.close()


def test_a_folder_of_before_stays_as_it_is(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path))
    assert settings.for_workspace("demo").store_url == f"sqlite:///{tmp_path / 'demo.sqlite'}"
    own = settings.for_workspace("own")
    assert own.store_url == f"sqlite:///{tmp_path / 'vigie.sqlite'}"
    assert (own.key, own.demo, own.data_path) == ("own", False, tmp_path)
    other = replace(settings, brand_name="Acme", brand_aliases=("@acme",), competitors=("Globex",)).for_workspace("b")
    assert other.store_url == f"sqlite:///{tmp_path / 'workspaces' / 'b' / 'vigie.sqlite'}"
    assert (other.brand_name, other.brand_aliases, other.competitors) == ("", (), ())
    assert other.house_url == settings.house_url
    assert [one.key for one in workspaces(settings)] == list(BUILT_IN)
    assert not (tmp_path / "house.sqlite").exists()  # who needs no set-up gets none
    file = Settings(database_url=f"sqlite:///{tmp_path / 'x.sqlite'}", data_dir=str(tmp_path), demo=False)
    assert [one.key for one in workspaces(file)] == ["own"]
    assert file.for_workspace("b").store_url == other.store_url


def test_the_environment_names_one() -> None:
    loaded = load_settings({"VIGIE_WORKSPACE": "acme", "VIGIE_DEMO": "true", "VIGIE_BRAND_NAME": "Mine"})
    assert (loaded.key, loaded.demo, loaded.brand_name) == ("acme", False, "")
    for wrong in ("../x", "A", "a_b", "-a", "a-", "a" * 33, "", "é"):
        with pytest.raises(SettingsError, match="workspace"):
            Settings().for_workspace(wrong)
    with pytest.raises(SettingsError, match="small letters"):
        load_settings({"VIGIE_WORKSPACE": "../../etc"})


@pytest.mark.parametrize(
    "name", ["", "  ", "Ünïcödé", "日本", "a" * 500, "../../etc/passwd", "demo", "'; DROP", "-", "\x00"]
)
def test_keys_are_safe_and_their_own(name: str) -> None:
    taken = set(BUILT_IN)
    for _number in range(12):
        key = key_of(name, taken)
        assert KEY.fullmatch(key)
        assert key not in taken
        taken.add(key)


def test_a_name_is_a_name(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    for wrong in ("", " \n", "a" * 81):
        with pytest.raises(WorkspaceError) as refused:
            make_workspace(settings, wrong, NOW)
        assert refused.value.code == "name"
    assert make_workspace(settings, "A\x00\nB", NOW) == "a-b"
    assert workspaces(settings)[-1].name == "A B"


def test_only_members_and_administrators(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    key = make_workspace(settings, "Acme", NOW)
    other = make_workspace(settings, "Other", NOW)
    with open_house(settings.house_url).write() as connection:
        put_member(connection, 1, key, "administrator", NOW)
        put_member(connection, 2, key, "reader", NOW)
        put_member(connection, 2, "own", "member", NOW)
    assert [one.key for one in open_to(settings, 0)] == ["own", key, other]
    assert [one.key for one in open_to(settings, 1)] == [key]
    assert [one.key for one in open_to(settings, 2)] == ["own", key]
    assert open_to(settings, 3) == []
    assert (role_in(settings, 2, "own"), role_in(settings, 2, key), role_in(settings, 2, other)) == (
        "member",
        "reader",
        "",
    )
    with acting(Actor(1, "Ana", "administrator")):
        for write in (close_workspace, reopen_workspace):
            with pytest.raises(RefusedError):
                write(settings, other, NOW)
        with pytest.raises(RefusedError):
            rename_workspace(settings, other, "Mine", NOW)
        made = make_workspace(settings, "Hers", NOW)
        assert role_in(settings, 1, made) == "administrator"
    with acting(Actor(2, "Bo", "editor")), pytest.raises(RefusedError):
        make_workspace(settings, "His", NOW)
    with open_house(settings.house_url).write() as connection:
        put_member(connection, 2, "own", "", NOW)
    assert [one.key for one in open_to(settings, 2)] == [key]


def test_a_closed_one_is_kept(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    key = make_workspace(settings, "Acme", NOW)
    record = Path(settings.for_workspace(key).store_url.removeprefix("sqlite:///"))
    _say(Store(f"sqlite:///{record}"), "kept")
    close_workspace(settings, key, NOW)
    assert key not in {one.key for one in (*open_to(settings, 0), *settings_of_each(settings))}
    assert _found(Store(f"sqlite:///{record}"), "kept") == ["kept dégâts"]
    assert make_workspace(settings, "Acme", NOW) == "acme-2"  # its key stays its own
    rename_workspace(settings, key, "Acme of before", NOW)
    reopen_workspace(settings, key, NOW)
    assert [one.name for one in open_to(settings, 0)] == ["", "Acme", "Acme of before"]
    with pytest.raises(WorkspaceError) as refused:
        close_workspace(settings, "own", NOW)
    assert refused.value.code == "built_in"
    with open_house(settings.house_url).read() as connection:
        rows = connection.execute(select(house_change.c["action", "subject", "before", "after"])).tuples().all()
    assert rows == [
        ("workspace.made", "acme", "", "Acme"),
        ("workspace.closed", "acme", "active", "closed"),
        ("workspace.made", "acme-2", "", "Acme"),
        ("workspace.renamed", "acme", "Acme", "Acme of before"),
        ("workspace.reopened", "acme", "closed", "active"),
    ]
