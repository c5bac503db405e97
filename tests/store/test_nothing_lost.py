"""Nothing acknowledged is lost, nothing is there twice: kills, a full disk, a medium that can only be read, two apps, a
clock set back, a server that stops. All of it real: processes, file systems, PostgreSQL."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select, update

from data import schema
from data.alerts.destinations import any_due, due_deliveries
from data.jobs import JobLog, lease_holder, note_visit, recent_jobs, run_job, running_job, take_lease
from data.keeping.backups import back_up
from data.keeping.export import export
from data.keeping.restore import restore
from data.models import to_epoch
from data.posts.analysis import all_ids
from data.posts.reads import total_posts
from data.posts.vectors import VectorFile
from data.settings import ROOT, Settings
from data.sharing.document import Document, Section, Words
from data.sharing.snapshots import freeze, snapshots
from data.source_list import add_source, due_sources
from data.store import Store, StoreError
from tests.bench.kills.__main__ import killed, shares
from tests.bench.kills.acting import Acting
from tests.bench.kills.coming_in import Collect, Import
from tests.bench.kills.going_out import App, Delivery, Restore
from tests.bench.kills.scene import Scene
from tests.conftest import Postgres, lacking
from tests.store.test_restore import add, listing, texts

# --- kills


@pytest.mark.parametrize(
    ("scene", "kills"), [(Collect, 2), (Import, 2), (Delivery, 2), (Restore, 3), (App, 1), (Acting, 2)]
)
def test_killed_at_any_moment(scene: type[Scene], kills: int) -> None:
    """The short form of `python -m tests.bench.kills`."""
    tally = killed(scene, kills, seed=1)
    assert (tally.problems, tally.lost, tally.twice, tally.kills) == ([], 0, 0, kills)
    assert tally.again <= kills
    assert tally.acknowledged


def test_a_hundred_kills_are_shared_among_all() -> None:
    assert sum(shares(100).values()) == 100
    assert [sum(shares(n).values()) for n in (1, 7, 9)] == [1, 7, 9]
    assert min(shares(10).values()) == 1


# --- a full disk

Mount = Callable[[str], Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Small file systems of their own, gone after the test."""
    mounted: list[Path] = []

    def make(options: str) -> Path:
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False
        )
        if done.returncode:
            lacking("this machine lets nobody mount a file system")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=True)


def wide(number: int) -> list[str]:
    """Texts of 2 kB that do not compress in a database."""
    return [f"{n} {os.urandom(1_000).hex()}" for n in range(number)]


def fill_up(folder: Path, left: int) -> None:
    """Leave so many bytes of a disk."""
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    with (folder / "filler").open("wb") as stream:
        stream.write(b"\0" * max(0, free - left))


def test_a_full_disk_leaves_no_part_of_a_backup_or_export(
    sqlite_store: Store, settings: Settings, now: datetime, mount: Mount
) -> None:
    add(sqlite_store, now, *wide(1_500))
    disk = mount("size=2m")
    for write in (
        lambda: back_up(settings, now, disk / "copy.sqlite"),
        lambda: export(sqlite_store, disk / "posts.jsonl"),
        lambda: back_up(replace(settings, data_dir=str(disk), database_url=sqlite_store.url), now),
    ):
        with pytest.raises(StoreError) as raised:
            write()
        assert raised.value.code == "full"
        assert str(disk) in str(raised.value)
        assert listing(disk) <= {"backups"}
    assert len(texts(sqlite_store.path)) == 1_500


def test_a_full_disk_ends_an_import_and_keeps_what_was_acknowledged(settings: Settings, mount: Mount) -> None:
    disk = mount("size=28m")
    file = settings.data_path / "posts.csv"
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([["id", "text"], *enumerate(wide(5_000))])
    done = run(disk, "sources", "import", str(file))
    assert done.returncode == 1
    assert f"The disk that holds {disk / 'vigie.sqlite'} is full" in done.stderr
    assert "Traceback" not in done.stderr
    acknowledged = max(int(line.split()[3]) for line in done.stdout.splitlines() if "rows read" in line)
    subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
    store = Store(f"sqlite:///{disk / 'vigie.sqlite'}")
    with store.read() as connection:
        assert total_posts(connection) >= acknowledged > 0
    assert store.check() == []
    assert run(disk, "sources", "import", str(file)).returncode == 0
    with store.read() as connection:
        assert total_posts(connection) == 5_000


def test_a_full_disk_keeps_no_half_of_a_shared_copy(settings: Settings, now: datetime, mount: Mount) -> None:
    disk = mount("size=3m")
    store = Store(f"sqlite:///{disk / 'vigie.sqlite'}")
    words = Document("May", "", "en", "", (Section("s", "s", (Words(os.urandom(300_000).hex()),)),))
    fill_up(disk, 100_000)
    with pytest.raises(StoreError) as raised:
        freeze(store, words, now)
    assert raised.value.code == "full"
    with store.read() as connection:
        assert snapshots(connection) == []
    (disk / "filler").unlink()
    assert freeze(store, words, now)[0] == 1
    assert store.check() == []


@pytest.mark.parametrize(("backups", "records"), [(0.3, 0), (1.1, 0.5), (1.1, 1.1), (1.4, 1.1)])
def test_a_restore_on_a_full_disk_changes_nothing_and_leaves_nothing(
    backups: float, records: float, settings: Settings, now: datetime, mount: Mount, tmp_path: Path
) -> None:
    """The room ends while the backup is copied, while the record is set aside, or while the backup takes its place."""
    disk = mount("size=20m")
    here = replace(settings, data_dir=str(disk))
    store = Store(here.store_url)
    add(store, now, *wide(200))
    kept = tmp_path / "elsewhere.sqlite"
    store.backup(kept)
    add(store, now, *wide(100))
    store.close()
    fill_up(disk, int(backups * kept.stat().st_size + records * store.path.stat().st_size))
    before, held = listing(disk) | {"vigie.lock"}, texts(store.path)
    store.close()
    with pytest.raises(StoreError) as raised:
        restore(here, now, kept)
    assert raised.value.code == "full"
    assert str(disk) in str(raised.value)
    assert listing(disk) == before
    assert texts(store.path) == held
    assert store.check() == []


# --- a medium that can only be read


def read_only(mount: Mount, fill: Callable[[Path], object], options: str = "size=8m") -> Path:
    disk = mount(options)
    fill(disk)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    return disk


def test_a_record_that_can_only_be_read_opens_for_reading(mount: Mount, settings: Settings) -> None:
    now, ids = datetime.now(UTC).replace(microsecond=0), list[int]()

    def fill(disk: Path) -> None:
        store = Store(f"sqlite:///{disk / 'vigie.sqlite'}")
        add(store, now, "kept")
        with store.read() as connection:
            ids.extend(all_ids(connection))
        VectorFile(store.vector_path).put("model", ids, np.ones((1, 4), dtype=np.float32))
        store.close()

    disk = read_only(mount, fill)
    store = Store(f"sqlite:///{disk / 'vigie.sqlite'}")
    assert store.is_read_only
    assert texts(store.path) == {"kept"}
    assert VectorFile(store.vector_path).get("model", ids)[0] == ids
    assert note_visit(store, "local", now) is None
    assert store.check() == []
    with pytest.raises(StoreError) as raised:
        add(store, now, "more")
    assert raised.value.code == "readonly"
    assert str(store.path) in str(raised.value)
    assert run(disk, "data", "doctor").returncode == 0
    asked = run(disk, "sources", "add", "http://127.0.0.1:9/feed")
    assert asked.returncode == 1
    assert "Traceback" not in asked.stderr
    elsewhere = settings.data_path / "copy.sqlite"
    store.backup(elsewhere)
    assert texts(elsewhere) == {"kept"}
    store.close()
    assert {path.name for path in disk.iterdir()} == {"vigie.sqlite", "vigie.vectors.sqlite", "vigie.lock"}


def test_every_page_opens_on_a_record_that_can_only_be_read(demo_today: Callable[[str], Path], mount: Mount) -> None:
    """The app's own script, page by page, in a process of its own."""

    made = demo_today("only-read")

    def fill(disk: Path) -> None:
        for name in ("demo.sqlite", "demo.vectors.sqlite"):
            shutil.copyfile(made / name, disk / name)

    disk = read_only(mount, fill, "size=40m")
    code = (
        "import sys, pathlib; from streamlit.testing.v1 import AppTest\n"
        "import dashboard.who; from dashboard.web.seat import OPEN\n"
        "dashboard.who.seat = lambda: OPEN\n"  # there is no server here, so no gate that lets in
        "root = pathlib.Path(sys.argv[1])\n"
        "app = AppTest.from_file(str(root / 'streamlit_app.py'), default_timeout=60).run()\n"
        "for page in sorted((root / 'dashboard/pages').glob('[!_]*.py')):\n"
        "    if page.stem == 'account': continue\n"
        "    app.switch_page(str(page)).run()\n"
        "    wrong = [one.value for one in (*app.exception, *app.error)]\n"
        "    print(page.stem, len(app.main.children), wrong)\n"
    )
    environ = {**os.environ, "VIGIE_DATA_DIR": str(disk), "VIGIE_DEMO": "true", "VIGIE_WORKER": "false"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    told = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert len(told) == len(list((ROOT / "dashboard/pages").glob("[!_]*.py"))) - 1 > 10
    assert [page for page, blocks, wrong in told if wrong != "[]" or int(blocks) < 2] == []


@pytest.mark.parametrize("suffixes", [("", "-wal", "-shm"), ("", "-wal")], ids=["whole", "without its index"])
def test_what_its_log_holds_is_read_or_asked_for_never_passed_over(
    suffixes: tuple[str, ...], sqlite_store: Store, now: datetime, mount: Mount
) -> None:
    add(sqlite_store, now, "folded in")
    reader = sqlite_store.engine.connect()
    reader.exec_driver_sql("BEGIN")
    reader.exec_driver_sql("SELECT count(*) FROM post").fetchone()
    add(sqlite_store, now, "in the log")

    def fill(disk: Path) -> None:
        for suffix in suffixes:
            (disk / f"vigie.sqlite{suffix}").write_bytes(Path(f"{sqlite_store.path}{suffix}").read_bytes())

    disk = read_only(mount, fill)
    reader.close()
    if "-shm" in suffixes:
        assert texts(disk / "vigie.sqlite") == {"folded in", "in the log"}
        return
    with pytest.raises(StoreError) as raised:
        Store(f"sqlite:///{disk / 'vigie.sqlite'}")
    assert raised.value.code == "readonly"
    assert "-wal" in str(raised.value)


# --- two apps on one record


def test_two_apps_write_to_one_record_and_see_each_other(sqlite_store: Store, settings: Settings) -> None:
    code = (
        "import sys\n"
        "from dashboard.reads import cache\n"
        "from data.store import put_meta\n"
        "store, me, other = cache.store(), *sys.argv[1:]\n"
        "seen = set()\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "for n in range(150):\n"
        "    with store.write() as connection:\n"
        "        put_meta(connection, f'{me} {n}', 'x')\n"
        "    before = cache.revision()\n"
        "    with store.read() as connection:\n"
        "        seen.add(connection.exec_driver_sql("
        "f\"SELECT count(*) FROM meta WHERE key LIKE '{other} %'\").scalar())\n"
        "    assert cache.revision() >= before\n"
        "print(len(seen), flush=True); sys.stdin.readline()\n"
        "print(cache.revision(), flush=True)\n"
    )
    environ = {**os.environ, "VIGIE_DATA_DIR": settings.data_dir, "VIGIE_DEMO": "false"}
    apps = [
        subprocess.Popen(
            [sys.executable, "-c", code, *names],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for names in (("a", "b"), ("b", "a"))
    ]

    def all_say(words: str = "") -> list[str]:
        said = []
        for app in apps:
            assert app.stdin is not None
            assert app.stdout is not None
            if words:
                app.stdin.write(words)
                app.stdin.flush()
        for app in apps:
            assert app.stdout is not None
            said.append(app.stdout.readline().strip())
        return said

    assert all_say() == ["ready", "ready"]
    before = sqlite_store.revision()
    seen = all_say("go\n")
    assert all(int(number) > 2 for number in seen)  # each saw the other's writes come
    assert all_say("go\n") == [str(before + 300)] * 2
    assert [app.communicate()[1] for app in apps] == ["", ""]
    with sqlite_store.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM meta WHERE key LIKE 'a %' OR key LIKE 'b %'").scalar()
    assert kept == 300


# --- a clock set back

LATER = timedelta(days=400)


def test_no_lease_of_time_to_come_holds_anybody_back(store: Store, now: datetime) -> None:
    assert take_lease(store, "worker", "elsewhere:1", now + LATER, 600)
    assert lease_holder(store, "worker", now) == ""
    assert take_lease(store, "worker", "elsewhere:2", now, 60)
    assert not take_lease(store, "worker", "elsewhere:3", now, 60)


def test_runs_of_time_to_come_are_marked_and_do_not_seem_to_run(store: Store, now: datetime) -> None:
    with store.write() as connection:
        ahead = to_epoch(now + LATER)
        connection.execute(
            insert(schema.job).values(kind="refresh", state="running", started_at=ahead, beat_at=ahead, message="count")
        )
    assert running_job(store, "refresh", now) is None
    with run_job(store, "refresh", lambda: now) as job:
        assert isinstance(job, JobLog)
    assert [one.state for one in recent_jobs(store)] == ["done", "interrupted"]


def test_visits_go_on(store: Store, now: datetime) -> None:
    note_visit(store, "local", now + LATER)
    assert note_visit(store, "local", now) == now - timedelta(days=1)
    assert note_visit(store, "local", now + timedelta(hours=2)) == now


def test_sources_and_messages_put_off_to_time_to_come_are_due(store: Store, now: datetime) -> None:
    with store.write() as connection:
        source, _ = add_source(connection, "feed", "http://a", now)
        ahead = {"next_check": to_epoch(now + LATER), "last_attempt": to_epoch(now + LATER)}
        connection.execute(update(schema.source).values(**ahead))
        connection.execute(
            insert(schema.delivery).values(channel_id=1, alert_id=1, due_at=to_epoch(now + LATER), state="waiting")
        )
        connection.execute(
            insert(schema.delivery).values(
                channel_id=1, alert_id=2, due_at=to_epoch(now + timedelta(hours=23)), state="waiting"
            )
        )
    with store.read() as connection:
        assert [item.id for item in due_sources(connection, now)] == [source.id]
        assert [item.alert for item in due_deliveries(connection, now)] == [1]  # the other waits for its digest
        assert any_due(connection, now)
    with store.write() as connection:
        backing_off = {"next_check": to_epoch(now) + 86_400, "last_attempt": to_epoch(now)}
        connection.execute(update(schema.source).values(**backing_off))
    with store.read() as connection:
        assert due_sources(connection, now) == []


# --- a server that stops


def test_postgresql_stopped_in_the_middle_of_an_import(tmp_path: Path, postgres: Postgres) -> None:
    """A server of its own is stopped as by a failing machine; the same command goes on where it was."""
    with tempfile.TemporaryDirectory(prefix="vigie-stopped-") as folder:
        server = Postgres(postgres.programs, Path(folder))
        server.start()
        url = server.make(template="template")
        file = tmp_path / "posts.csv"
        with file.open("w", newline="") as stream:
            rows = [[n, f"Row {n} of a file that somebody imports"] for n in range(12_000)]
            csv.writer(stream).writerows([["id", "text"], *rows])
        command = [sys.executable, "-m", "sources", "import", str(file)]
        environ = {**os.environ, "VIGIE_DATA_DIR": str(tmp_path), "VIGIE_DEMO": "false", "VIGIE_DATABASE_URL": url}
        run = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert run.stdout is not None
        acknowledged = 0
        for line in run.stdout:
            if "rows read" in line:
                acknowledged = int(line.split()[3])
            if acknowledged >= 3_000:
                server.close()
                break
        said, wrong = run.communicate(timeout=60)
        acknowledged = max([acknowledged, *(int(line.split()[3]) for line in said.splitlines() if "rows read" in line)])
        assert run.returncode == 1
        assert wrong.startswith("Error: postgresql://vigie@127.0.0.1")
        assert "does not answer" in wrong
        assert len(wrong.splitlines()) == 1
        assert acknowledged < 12_000
        server.start()
        try:
            store = Store(url)
            with store.read() as connection:
                assert total_posts(connection) >= acknowledged >= 3_000
            again = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
            assert "12000 rows" in again.stdout or "known" in again.stdout
            with store.read() as connection:
                plain = list(connection.execute(select(schema.post_text.c.plain)).scalars())
                states = [job.state for job in recent_jobs(store)]
            assert len(plain) == len(set(plain)) == 12_000
            assert states[0] == "done"
            assert store.check() == []
            store.close()
        finally:
            server.close()


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "VIGIE_DATA_DIR": str(folder),
        "VIGIE_DEMO": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
    }
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
