"""The services of `make install`: their units are right, their programs run with what the units give them, answer who
watches over them, and say nothing of anybody in their logs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import requests
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from data.jobs import lease_holder
from data.posts.analysis import count_waiting
from data.posts.reads import total_posts
from data.settings import ROOT, load_settings
from data.source_list import add_source
from data.store import Store
from tests.conftest import Loopback, lacking
from tests.running.services import Installed, install, make

LINE = re.compile(
    r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(debug|info|warning|error|critical) "
    r'subject=[\w.]+ message="(?:[^"\\]|\\.)*"'
)
UNITS = ("vigie", "vigie-worker")
# What must not be in any log: people, what they wrote, where they are, what opens something.
AUTHOR, MAIL, WORDS = "Zoe Quillfeather", "zoe.quill@example.org", "xyzzy-plugh wrote this"
SECRET, NETWORK = "s3cr3t-Token_abcdefghijklmnop0123456789", "203.0.113.77"
FORGED = "time=2026-01-01T00:00:00.000Z level=critical subject=app message=forged"
HOSTILE = f"""<rss version="2.0"><channel><title>{AUTHOR} {MAIL}</title>{
    "".join(
        f"<item><guid>g{n}</guid><author>{MAIL} ({AUTHOR})</author><title>{WORDS} {n}&#10;{FORGED}</title>"
        f"<link>https://example.org/@zoe/{n}?key={SECRET}</link>"
        f"<description>{NETWORK} {MAIL} {WORDS}</description></item>"
        for n in range(12)
    )
}</channel></rss>"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def served() -> Iterator[Loopback]:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/broken":
            return web.Response(status=500, text=f"{WORDS} {MAIL}")
        if request.path == "/odd":
            return web.Response(body=f"<html>{WORDS} {MAIL}".encode(), content_type="text/html")
        return web.Response(body=HOSTILE.encode(), content_type="application/xml")

    server = Loopback(answer)
    yield server
    server.close()


@pytest.fixture(scope="module")
def running(installed: Installed, served: Loopback) -> Iterator[dict[str, Path]]:
    """App and worker at work on a record with hostile sources, until all is read; gives the log of each."""
    store = Store(f"sqlite:///{installed.data}/vigie.sqlite")
    with store.write() as connection:
        for path in (f"feed?user=zoe&token={SECRET}", "broken", "odd"):
            add_source(connection, "feed", f"{served.url}/{path}", datetime.now(UTC))
    logs = {name: installed.root / f"{name}.log" for name in UNITS}
    # The models that are prepared once for a user are there already.
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    more = ["VIGIE_ALLOW_PRIVATE_NETWORK=true", f"XDG_CACHE_HOME={cache}"]
    held = {name: installed.start(name, logs[name], more) for name in UNITS}
    try:
        for _ in range(1_000):
            time.sleep(0.25)
            with store.read() as connection:
                if total_posts(connection) == 12 and not count_waiting(connection) and store.get_meta("looked"):
                    break
        else:
            raise AssertionError(logs["vigie-worker"].read_text())
        assert psutil.Process(held["vigie"].pid).children() == []  # the app starts no worker of its own
        assert lease_holder(store, "worker", datetime.now(UTC)).endswith(f":{held['vigie-worker'].pid}")
        yield logs
    finally:
        for process in held.values():
            process.terminate()
        for process in held.values():
            assert process.wait(30) is not None


def asked(installed: Installed, path: str, **headers: str) -> requests.Response:
    return requests.get(installed.url + path, headers=headers, timeout=20)


def test_systemd_finds_nothing_wrong_with_the_units(installed: Installed) -> None:
    if shutil.which("systemd-analyze") is None:
        lacking("no systemd-analyze on this machine")
    for name in UNITS:
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(installed.unit(name))], capture_output=True, text=True
        )
        told = [line for line in done.stderr.splitlines() if name in line]
        assert (done.returncode, told) == (0, []), done.stderr
        seen = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--threshold=25", str(installed.unit(name))],
            capture_output=True,
            text=True,
        )
        assert seen.returncode == 0, seen.stdout[-300:]  # 2.5 of 10, where 10 is a service without any limit
        assert not re.search(r"@[A-Z]+@", installed.unit(name).read_text())
        (restart,), (most,) = installed.values(name, "Restart"), installed.values(name, "MemoryMax")
        assert (restart, most[-1]) == ("on-failure", "G")


def test_what_the_units_set_are_settings(installed: Installed) -> None:
    for name in UNITS:
        given = load_settings(installed.environment(name))
        assert (given.data_dir, given.demo, given.worker) == (str(installed.data), False, name != "vigie")
    kept = (installed.root / "etc/vigie/environment").read_text()
    for line in kept.splitlines():
        if line.startswith("#VIGIE_"):
            assert load_settings(dict([shlex.split(line[1:])[0].split("=", 1)]))


def test_health_says_one_word_to_whoever_asks(installed: Installed, running: dict[str, Path]) -> None:
    for path in ("/livez", "/readyz", "/readyz/worker"):
        said = asked(installed, path)
        assert (said.status_code, said.text) == (200, "ok")
        assert said.headers["cache-control"] == "private, no-store"


def test_figures_are_read_by_prometheus_own_parser(installed: Installed, running: dict[str, Path]) -> None:
    said = asked(installed, "/metrics")
    assert said.status_code == 200
    figures: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(said.text):
        assert (family.type, bool(family.documentation)) == ("gauge", True)
        for sample in family.samples:
            figures.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    own = (("workspace", "own"),)
    assert figures["vigie_posts"][own] == 12
    assert figures["vigie_posts_pending"][own] == figures["vigie_days_dirty"][own] == 0
    assert sum(figures["vigie_sources_failing"].values()) == 2
    assert figures["vigie_sources"][(("state", "active"), *own)] == 3
    assert 0 <= figures["vigie_collect_lag_seconds"][own] < 60
    took = figures["vigie_last_run_duration_seconds"]
    assert 0 <= took[(("kind", "refresh"), *own)] < 120
    assert figures["vigie_worker_seen"][()] == figures["vigie_ready"][()] == 1
    assert figures["vigie_store_bytes"][own] > 100_000
    assert 50e6 < figures["process_resident_memory_bytes"][()] < 2e9
    for secret in (AUTHOR, MAIL, WORDS, SECRET, "127.0.0.1"):
        assert secret not in said.text


def test_each_line_of_the_logs_has_its_form_and_names_nobody(installed: Installed, running: dict[str, Path]) -> None:
    share = "abcdefABCDEF0123456789abcdefABCDEF0123456789x"
    for path in (f"/share/{share}", f"/join/{share}", f"/feed/{share}.atom", "/api/v1/posts", "/metrics"):
        asked(installed, path, Authorization=f"Bearer {share}", Cookie=f"vigie_session={share}")
    asked(installed, "/livez", Host="elsewhere.example")
    time.sleep(0.5)
    for name, path in running.items():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) >= (1 if name == "vigie" else 3), lines
        assert [line for line in lines if not LINE.fullmatch(line)] == []
        text = "\n".join(lines)
        hidden = (AUTHOR, "Quillfeather", MAIL, "@zoe", WORDS, "xyzzy", SECRET, NETWORK, share, "forged", "token=")
        assert [secret for secret in hidden if secret in text] == []
    worker = running["vigie-worker"].read_text()
    assert 'subject=worker.sources.collect message="own: ended with 0 in' in worker
    assert "subject=worker.insights.refresh" in worker


def test_on_the_machine_itself_the_user_comes_first_and_everything_is_written() -> None:
    done = subprocess.run(["make", "-n", "install"], cwd=ROOT, capture_output=True, text=True, check=True)
    steps = [done.stdout.find(step) for step in ("useradd --system", "chown -R vigie:", "install -d", "daemon-reload")]
    assert -1 not in steps
    assert steps == sorted(steps)
    assert "overriding" not in done.stderr


def test_uninstalling_keeps_what_is_kept(tmp_path: Path) -> None:
    root, data = tmp_path / "root", tmp_path / "data"
    make("install", root, data)
    environment = root / "etc/vigie/environment"
    environment.write_text("VIGIE_DEMO=true\n", encoding="utf-8")
    make("install", root, data)  # once more: settings are not written over
    assert environment.read_text() == "VIGIE_DEMO=true\n"
    kept = root / str(data).lstrip("/") / "vigie.sqlite"
    kept.write_text("posts", encoding="utf-8")
    said = make("uninstall", root, data).stdout
    assert "stay" in said
    left = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    assert left == sorted(["etc/vigie/environment", str(kept.relative_to(root))])


def test_the_command_runs_with_the_settings_of_the_services(installed: Installed, tmp_path: Path) -> None:
    wrapper = (installed.root / "usr/local/bin/vigie").read_text()
    here = tmp_path / "vigie"
    here.write_text(wrapper.replace("/etc/vigie", f"{installed.root}/etc/vigie"), encoding="utf-8")
    done = subprocess.run(["sh", str(here), "data", "doctor"], capture_output=True, text=True)
    assert f"{installed.data}/vigie.sqlite" in done.stdout, done.stderr


def test_logs_are_json_where_that_is_asked_for(installed: Installed, tmp_path: Path) -> None:
    out = tmp_path / "log"
    more = ["VIGIE_LOG_FORM=json", f"VIGIE_DATA_DIR={tmp_path / 'json'}"]
    process = installed.start("vigie-worker", out, more)
    try:
        until = time.monotonic() + 30
        while not out.read_text() and time.monotonic() < until:
            time.sleep(0.1)
    finally:
        process.terminate()
        process.wait(20)
    first = json.loads(out.read_text().splitlines()[0])
    assert (list(first), first["subject"]) == (["time", "level", "subject", "message"], "worker")
