"""`make run` installs what runs, and little more: PyTorch without CUDA where its index answers, whatever else fails."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from data.settings import ROOT
from tests.bench.install import FOR_GPUS, MOST, installed, pinned
from tests.conftest import Handler, Loopback

PYTHON = getattr(sys, "_base_executable", sys.executable)


def wheel(name: str, version: str) -> bytes:
    """A package of one empty module."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"]))
    return made.getvalue()


def index_of(*packages: tuple[str, str]) -> Handler:
    """A package index that holds these."""
    pages: dict[str, bytes] = {}
    for name, version in packages:
        held, file = wheel(name, version), f"{name}-{version}-py3-none-any.whl"
        digest = hashlib.sha256(held).hexdigest()
        pages[f"files/{file}"] = held
        pages[name] = f'<!DOCTYPE html><a href="../files/{file}#sha256={digest}">{file}</a>'.encode()

    async def answer(request: web.Request) -> web.Response:
        path = request.path.strip("/")
        kind = "application/zip" if path.endswith(".whl") else "text/html"
        return web.Response(body=pages[path], content_type=kind) if path in pages else web.Response(status=404)

    return answer


async def broken(request: web.Request) -> web.Response:
    return web.Response(status=500)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").write_text("quiet==1.0\ntorch==2.13.0\n", encoding="utf-8")
    return tmp_path


def make(folder: Path, usual: str, *words: str) -> tuple[list[str], str, float]:
    """(what is installed, what was said, seconds) of the rule behind `make run`; `usual` is the machine's index."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environ |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": usual, "PIP_NO_CACHE_DIR": "1"}
    subprocess.run([PYTHON, "-m", "venv", ".venv"], cwd=folder, check=True)
    began = time.monotonic()
    done = subprocess.run(["make", ".venv/.run", *words], cwd=folder, env=environ, capture_output=True, text=True)
    seconds = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    listed = subprocess.run(
        [".venv/bin/python", "-m", "pip", "freeze"], cwd=folder, env=environ, capture_output=True, text=True, check=True
    )
    return listed.stdout.split(), done.stdout, seconds


def test_torch_alone_comes_from_its_own_index(folder: Path, serve: Callable[[Any], Loopback]) -> None:
    usual = serve(index_of(("quiet", "1.0"), ("torch", "2.13.0")))
    its_own = serve(index_of(("quiet", "1.0"), ("torch", "2.13.0+cpu")))
    have, said, _ = make(folder, usual.url, f"TORCH_INDEX={its_own.url}")
    assert have == ["quiet==1.0", "torch==2.13.0+cpu"]
    assert "does not answer" not in said
    assert not any("quiet" in path for path in its_own.requests)
    assert not any("torch-" in path for path in usual.requests)


@pytest.mark.parametrize("trouble", ["unreachable", "broken"])
def test_where_its_index_fails_torch_comes_from_the_usual_one(
    folder: Path, serve: Callable[[Any], Loopback], trouble: str
) -> None:
    usual = serve(index_of(("quiet", "1.0"), ("torch", "2.13.0")))
    address = serve(broken).url if trouble == "broken" else "http://127.0.0.1:9"
    have, said, seconds = make(folder, usual.url, f"TORCH_INDEX={address}/whl/cpu")
    assert have == ["quiet==1.0", "torch==2.13.0"]
    assert "comes from the usual index" in said
    assert seconds < 60


def test_who_has_a_gpu_may_say_so(folder: Path, serve: Callable[[Any], Loopback]) -> None:
    usual = serve(index_of(("quiet", "1.0"), ("torch", "2.13.0")))
    its_own = serve(index_of(("torch", "2.13.0+cpu")))
    have, _, _ = make(folder, usual.url, f"TORCH_INDEX={its_own.url}", "GPU=1")
    assert have == ["quiet==1.0", "torch==2.13.0"]
    assert its_own.requests == []


def test_what_runs_takes_less_than_its_limit() -> None:
    sizes = installed()
    wanted = pinned()
    assert set(wanted) <= set(sizes)
    assert 0.5e9 < sum(sizes[name] for name in wanted) < MOST
    assert not [name for name in wanted if FOR_GPUS.match(name)]
