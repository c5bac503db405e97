"""`make upgrade` and `make go-back`: from every version of the record, on both databases, killed on the way."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.house.store import House
from data.jobs import holder_name, take_lease
from data.keeping.backups import back_up
from data.running.presence import nobody_runs, running
from data.settings import Settings
from data.store import HEAD, Store, StoreError
from data.upgrading import code, dumps
from data.upgrading.saved import KEPT, all_saved, databases, forget_old, latest, note, rows_in, save
from data.upgrading.upgrade import UpgradeError, go_back, migrate, upgrade
from tests.conftest import Postgres, record_of
from tests.store.upgrades import ROWS, VERSIONS, code_in, content, fill, git, installation

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
# What going back writes on purpose: leases and runs of that time are over, days wait for a refresh.
TOUCHED = ("lease", "job", "meta", "assignment_notice", "act", "post", "session", "invitation", "erased_post")


@pytest.fixture(params=["sqlite", "postgresql"])
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of an installation on either database, for this process and those that it starts."""
    home = tmp_path / "data"
    url = request.getfixturevalue("postgres").make() if request.param == "postgresql" else ""
    monkeypatch.setenv("VIGIE_DATA_DIR", str(home))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    monkeypatch.setenv("VIGIE_DATABASE_URL", url)
    return Settings(data_dir=str(home), demo=False, database_url=url)


def versions_of(settings: Settings) -> list[str]:
    return VERSIONS[4:] if settings.database_url else VERSIONS


def test_every_version_is_brought_up_to_date_and_goes_back_as_it_was(at: Settings, tmp_path: Path) -> None:
    assert VERSIONS[-1] == HEAD
    held = installation(at, versions_of(at))
    before = {key: content(store) for key, store in held.items()}
    assert len(before["v0005"]) > 10
    rows_of = {key: rows_in(store) for key, store in held.items()}
    said: list[str] = []
    root = code_in(tmp_path / "code")
    done = upgrade(at, NOW, told=said.append, root=root)
    assert done.state == "done"
    assert {item.key for item in done.items} == set(held)
    for item in done.items:
        assert item.rows.get("post", ROWS) == ROWS
    for key, store in held.items():
        if key:
            assert Store(store.url).version() == HEAD
            assert content(store)["post_text"] != ""
            with store.read() as connection:
                assert connection.exec_driver_sql("SELECT count(*) FROM post").scalar_one() == ROWS
    told: list[str] = []
    assert go_back(at, NOW, told.append, root).state == "back"
    for key, store in held.items():
        was = key.removeprefix("v") or "0001"
        again = type(store)(store.url, as_it_is=True)
        assert again.version() == was
        after, touched = content(again, *TOUCHED), set(TOUCHED)
        assert rows_in(again).get("post") == rows_of[key].get("post")
        assert after == {name: rows for name, rows in before[key].items() if name not in touched}, key
    assert any("put the former code in place" in line.lower() for line in told)


def test_backups_are_of_the_version_that_was_there(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    record_of("0010", tmp_path / "vigie.sqlite")
    (made,) = back_up(settings, NOW)
    assert Store(f"sqlite:///{made}", as_it_is=True).version() == "0010"
    assert Store(settings.store_url, as_it_is=True).version() == "0010"


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """(where new versions are published, a folder that was cloned from there): one version ahead."""
    origin = code_in(tmp_path / "origin")
    git(origin, "init", "--quiet", "--initial-branch=main")
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "one")
    here = tmp_path / "here"
    git(tmp_path, "clone", "--quiet", str(origin), str(here))
    return origin, here


NEXT = '''"""Next."""
from alembic import op
revision, down_revision = "0021", "0020"


def upgrade() -> None:
    op.execute("CREATE TABLE next_one (id INTEGER PRIMARY KEY)")
    {more}
'''


def publish(origin: Path, more: str = "pass") -> str:
    """A version with a migration of its own."""
    (origin / "data/migrations/versions/0021_next.py").write_text(NEXT.replace("{more}", more), encoding="utf-8")
    store = origin / "data/store.py"
    store.write_text(store.read_text().replace('HEAD = "0020"', 'HEAD = "0021"'), encoding="utf-8")
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "two")
    git(origin, "tag", "v0.2")
    return git(origin, "rev-parse", "HEAD")


def test_code_and_record_move_together_and_back(at: Settings, place: tuple[Path, Path]) -> None:
    origin, here = place
    first, second = git(here, "rev-parse", "HEAD"), publish(origin)
    record = Store(at.store_url)
    fill(record)
    said: list[str] = []
    upgrade(at, NOW, told=said.append, root=here)
    assert git(here, "rev-parse", "HEAD") == second
    assert (here / "installed").read_text() == "installed\n"
    assert Store(record.url, as_it_is=True).version() == "0021"
    with record.write() as connection:  # what comes afterwards is lost, and told
        connection.exec_driver_sql("INSERT INTO change (id, at, action) VALUES (100, 1, 'source.added')")
    told: list[str] = []
    go_back(at, NOW, told.append, here)
    assert (git(here, "rev-parse", "HEAD"), git(here, "branch", "--show-current")) == (first, "main")
    assert Store(record.url).version() == "0020"
    assert any("1 changes by people came since, and is lost" in line for line in told)
    assert any("What was there is in" in line for line in told)
    assert any("posts erased again" in line for line in told)
    with pytest.raises(StoreError, match="no upgrade to go back from"):
        go_back(at, NOW, told.append, here)
    upgrade(at, NOW.replace(hour=11), "v0.2", said.append, here)  # a version by its name
    assert git(here, "rev-parse", "HEAD") == second


def test_what_an_upgrade_did_not_change_stays_when_going_back(at: Settings, place: tuple[Path, Path]) -> None:
    origin, here = place
    record = Store(at.store_url)
    (origin / "data/more.py").write_text("", encoding="utf-8")
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "no migration")
    upgrade(at, NOW, told=lambda words: None, root=here)
    fill(record)
    told: list[str] = []
    go_back(at, NOW, told.append, here)
    assert not (here / "data/more.py").exists()
    with record.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM post").scalar_one() == ROWS
    assert any("was not changed by the upgrade" in line for line in told)


@pytest.mark.parametrize("trouble", ["migration", "rows"])
def test_what_fails_goes_back_by_itself(at: Settings, place: tuple[Path, Path], trouble: str) -> None:
    origin, here = place
    first = git(here, "rev-parse", "HEAD")
    publish(origin, {"migration": 'raise ValueError("cannot")', "rows": 'op.execute("DELETE FROM post_text")'}[trouble])
    record = Store(at.store_url)
    fill(record)
    before = content(record, *TOUCHED)
    with pytest.raises(UpgradeError, match="Nothing was upgraded"):
        upgrade(at, NOW, told=lambda words: None, root=here)
    assert git(here, "rev-parse", "HEAD") == first
    assert Store(record.url, as_it_is=True).version() == "0020"
    assert content(record, *TOUCHED) == before
    assert latest(at, "back") is not None


UPGRADE = """import sys, datetime, pathlib
from data.settings import load_settings
from data.upgrading.upgrade import upgrade
upgrade(load_settings(), datetime.datetime.now(datetime.UTC), told=lambda said: print(said, flush=True),
        root=pathlib.Path(sys.argv[1]))
"""


def test_killed_on_the_way_each_record_is_the_old_or_the_new_and_it_can_be_run_again(
    at: Settings, place: tuple[Path, Path]
) -> None:
    origin, here = place
    second = publish(origin)
    held = installation(at, ["0018", "0019", "0020"])
    before = {key: content(store, *TOUCHED)["post_text"] for key, store in held.items() if key}
    for moment in ("is in ", "The code is at", "v0018") if not at.database_url else ("v0018",):
        process = subprocess.Popen(
            [sys.executable, "-c", UPGRADE, str(here)],
            cwd=here,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if moment in line:
                break
        process.kill()
        process.communicate()
        for key, rows in before.items():
            record = Store(held[key].url, as_it_is=True)
            assert record.version() in {key.removeprefix("v"), "0021"}
            assert content(record)["post_text"] == rows
    first_saved = all_saved(at)[0]
    done = subprocess.run([sys.executable, "-c", UPGRADE, str(here)], cwd=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert git(here, "rev-parse", "HEAD") == second
    (saved,) = all_saved(at)  # that of before the first kill is what is gone back to
    assert (saved.at, saved.state) == (first_saved.at, "done")
    assert {item.key: item.version for item in saved.items if item.key} == {key: key[1:] for key in before}
    for key in before:
        assert Store(held[key].url, as_it_is=True).version() == "0021"


def test_what_was_done_after_an_upgrade_was_cut_short_is_saved_anew(tmp_path: Path, place: tuple[Path, Path]) -> None:
    origin, here = place
    settings = Settings(data_dir=str(tmp_path / "data"), demo=False)
    record = Store(settings.store_url)
    save(settings, NOW, *code.where(here))  # and the machine went off
    fill(record)  # it is started again, and people work
    publish(origin, 'raise ValueError("cannot")')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIGIE_DATA_DIR", settings.data_dir)
        patch.setenv("VIGIE_DEMO", "false")
        with pytest.raises(UpgradeError, match="Nothing was upgraded"):
            upgrade(settings, NOW.replace(hour=11), told=lambda words: None, root=here)
    assert [saved.state for saved in all_saved(settings)] == ["saved", "back"]
    with record.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM post").scalar_one() == ROWS


def test_it_is_refused_while_vigie_runs_and_vigie_does_not_start_meanwhile(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    record = Store(settings.store_url)
    with running(settings.home), pytest.raises(StoreError, match="stop its app and its worker"):
        upgrade(settings, NOW, root=tmp_path)
    with nobody_runs(settings.home), pytest.raises(StoreError, match="being upgraded"), running(settings.home):
        pass
    take_lease(record, "worker", holder_name(), datetime.now(UTC), 60)
    with pytest.raises(StoreError, match="worked on by"):
        upgrade(settings, NOW, root=tmp_path)
    assert all_saved(settings) == []


def test_files_that_were_changed_here_and_versions_that_are_not_there_are_named(place: tuple[Path, Path]) -> None:
    _origin, here = place
    with pytest.raises(code.CodeError, match=r"no version 'v9'"):
        code.bring(here, "v9")
    (here / "Makefile").write_text("mine", encoding="utf-8")
    with pytest.raises(code.CodeError, match="Makefile"):
        code.bring(here, "")


def test_a_copy_that_is_no_longer_of_its_version_is_refused_before_anything_changes(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    record_of("0010", tmp_path / "vigie.sqlite")
    saved = save(settings, NOW, "", "")
    assert migrate(settings, lambda words: None) == []
    Store(f"sqlite:///{saved.items[0].copy}")  # erasing within copies does that
    with pytest.raises(StoreError, match="version 0020 by now"):
        go_back(settings, NOW, lambda words: None, tmp_path)
    assert Store(settings.store_url, as_it_is=True).version() == HEAD


def test_the_latest_copies_are_kept(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False)
    Store(settings.store_url)
    root = code_in(tmp_path / "code")
    for number in range(KEPT + 1):
        note(save(settings, NOW.replace(minute=number), "", ""), "done")
    forget_old(settings)
    assert len(all_saved(settings)) == KEPT
    assert len(list((tmp_path / "backups").glob("vigie.before-upgrade-*.sqlite"))) == KEPT
    assert root.exists()


def test_without_the_programs_of_postgresql_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    with pytest.raises(StoreError, match="postgresql-client"):
        dumps.program("pg_dump")


def test_a_record_that_an_address_names_is_told_once(postgres: Postgres, tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), demo=False, database_url=postgres.make())
    House(settings.house_url)  # in which the demo stands too, at the same address
    Store(settings.store_url)
    assert [key for key, _ in databases(settings)] == ["", "own"]
