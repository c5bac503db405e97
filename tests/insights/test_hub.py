"""A model of the hub, fetched from a hub on this machine that serves the packaged one under another name."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from data.jobs import recent_jobs
from data.settings import ROOT, load_settings
from data.store import Store
from insights.models.packaged import MINILM

NAME = "somebody/a-model"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(BaseHTTPRequestHandler):
    """The three answers of a hub that fetching needs; a repository has a pickle that nobody should take."""

    folder = MINILM.path().parent
    asked: list[str]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        self.asked.append(path)
        files = {str(one.relative_to(self.folder)): one for one in sorted(self.folder.rglob("*")) if one.is_file()}
        if path.startswith(f"/api/models/{NAME}/tree/"):
            listed = [{"type": "file", "path": n, "size": f.stat().st_size, "oid": _id(n)} for n, f in files.items()]
            self._answer(json.dumps([*listed, {"type": "file", "path": "model.bin", "size": 9, "oid": "b" * 40}]))
        elif path.startswith(f"/api/models/{NAME}"):
            self._answer(json.dumps({"id": NAME, "modelId": NAME, "sha": COMMIT, "siblings": []}))
        elif path.startswith(f"/{NAME}/resolve/{COMMIT}/") and path.split(f"{COMMIT}/")[1] in files:
            name = path.split(f"{COMMIT}/")[1]
            self._answer(files[name].read_bytes(), {"ETag": f'"{_id(name)}"', "X-Repo-Commit": COMMIT})
        else:
            self.send_error(404)

    def _answer(self, body: str | bytes, headers: dict[str, str] | None = None) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(200)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing: the test says what was asked."""


def _id(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture
def hub() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (Hub,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def run(tmp_path: Path, endpoint: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "VIGIE_DATA_DIR": str(tmp_path / "data"),
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(tmp_path / "cache"),
    }
    return subprocess.run(
        [sys.executable, "-m", "insights", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def store_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path / "data"))
    return Store(load_settings().store_url)


def test_a_model_is_fetched_used_and_left_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: tuple[str, list[str]]
) -> None:
    endpoint, asked = hub
    store = store_of(tmp_path, monkeypatch)
    done = run(tmp_path, endpoint, "model", NAME)
    assert done.returncode == 0, done.stderr
    assert NAME in done.stdout
    assert not any(path.endswith(".bin") for path in asked)
    job = recent_jobs(store)[0]
    assert (job.kind, job.state) == ("model", "done")
    assert job.done == job.total >= 80  # MB
    assert store.get_meta("refit") == "wanted"

    refreshed = run(tmp_path, "http://127.0.0.1:9", "refresh")  # the network is not asked any more
    assert refreshed.returncode == 0, refreshed.stderr
    assert any(store.get_meta(f"precision {NAME} {node}") for node in (os.uname().nodename,))

    assert run(tmp_path, endpoint, "model", "auto").returncode == 0
    assert store.get_meta("embedding_model") == "auto"


def test_a_hub_that_cannot_be_reached_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(tmp_path, monkeypatch)
    done = run(tmp_path, "http://127.0.0.1:9", "model", NAME)
    assert done.returncode == 1
    assert f"The model {NAME} cannot be fetched" in done.stderr
    job = recent_jobs(store)[0]
    assert job.state == "failed"
    assert "cannot be fetched" in job.error
    assert not store.get_meta("embedding_model")


def test_what_has_no_safe_weights_is_refused(
    tmp_path: Path, hub: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hub, "folder", tmp_path)
    (tmp_path / "config.json").write_text("{}")
    done = run(tmp_path, hub[0], "model", NAME)
    assert done.returncode == 1
    assert "no weights that Vigie can read" in done.stderr
