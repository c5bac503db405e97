"""The container's files: what they name is there, nothing secret stands in them, and each service may do little."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.settings import ROOT, SettingsError, load_settings
from server import ROUTES
from tests.conftest import lacking

CONTAINERFILE = ROOT / "deploy/Containerfile"
COMPOSE = ROOT / "deploy/compose.yaml"
HELD: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = HELD["services"]
PINNED = re.compile(r"[\w./-]+:\d+\.\d[\w.-]*")
RUNNING = ROOT / "docs/running.md"
each = pytest.mark.parametrize("name", SERVICES)


@dataclass
class Stage:
    """One FROM with what follows it."""

    name: str
    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)


def stages(text: str) -> list[Stage]:
    """The stages of a Containerfile, each with its (instruction, rest)."""
    found: list[Stage] = []
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(name.strip() or "last", base.strip()))
        else:
            found[-1].steps.append((word, rest.strip()))
    return found


@each
def test_a_service_is_pinned_bounded_watched_and_starts_again(name: str) -> None:
    one = SERVICES[name]
    assert PINNED.fullmatch(one["image"]), one["image"]
    assert one["restart"] == "unless-stopped"
    assert one["read_only"] is True
    assert "no-new-privileges:true" in one["security_opt"]
    assert {"test", "interval", "timeout", "retries"} <= set(one["healthcheck"])
    assert "privileged" not in one
    assert one["cap_drop"] == ["ALL"]
    if name in {"app", "worker"}:
        assert ("cap_add" in one, one["user"]) == (False, "10001:10001")
        assert one["mem_limit"].endswith("g")
    assert set(one.get("networks", [])) <= set(HELD["networks"])
    volumes = [volume.split(":")[0] for volume in one.get("volumes", [])]
    assert {volume for volume in volumes if not volume.startswith(".")} <= set(HELD["volumes"])
    assert all((COMPOSE.parent / volume).exists() for volume in volumes if volume.startswith("."))
    assert set(one.get("secrets", [])) <= set(HELD["secrets"])


@each
def test_no_secret_stands_in_it(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|KEY|TOKEN|DATABASE_URL", key):
            assert key.endswith("_FILE"), key
            assert str(value).startswith("/run/secrets/"), key
            assert Path(value).name in SERVICES[name]["secrets"]
    for held in HELD["secrets"].values():
        assert held["file"].startswith("./secrets/")
    ignored = (ROOT / ".gitignore").read_text().split(), (ROOT / ".dockerignore").read_text().split()
    assert "/deploy/secrets/" in ignored[0]
    assert "deploy/secrets" in ignored[1]


def test_only_the_proxy_is_reached_from_outside_and_only_it_may_say_whose_request_it_is() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["caddy"]
    (subnet,) = HELD["networks"]["front"]["ipam"]["config"]
    assert SERVICES["app"]["environment"]["VIGIE_PROXY_ADDRESSES"] == subnet["subnet"]
    assert "database" not in [name for name, one in SERVICES.items() if "front" in one["networks"]]


def test_what_is_set_are_settings_and_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    url = "postgresql://vigie:secret@database/vigie"
    (tmp_path / "url").write_text(f"{url}\n", encoding="utf-8")
    image = dict(
        pair.split("=", 1)
        for word, rest in stages(CONTAINERFILE.read_text())[-1].steps
        if word == "ENV"
        for pair in shlex.split(rest)
    )
    for name in ("app", "worker"):
        given = {key: str(value).split(":?")[0] for key, value in SERVICES[name]["environment"].items()}
        given |= {"VIGIE_DATABASE_URL_FILE": str(tmp_path / "url"), "VIGIE_PUBLIC_URL": "https://vigie.example.com"}
        settings = load_settings({**image, **given})
        assert (settings.database_url, settings.worker, settings.demo) == (url, False, False)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({"VIGIE_LLM_KEY_FILE": str(tmp_path / "none")})


def test_an_image_is_built_once() -> None:
    built = [one["image"] for one in SERVICES.values() if "build" in one]
    assert built == [SERVICES["app"]["image"]]
    assert {SERVICES[name]["image"] for name in ("app", "worker")} == set(built)


def test_a_database_that_is_being_made_does_not_count_as_well() -> None:
    # Meanwhile it listens on its socket, and nobody else can reach it.
    assert "--host=127.0.0.1" in SERVICES["database"]["healthcheck"]["test"]


@pytest.mark.parametrize("document", [RUNNING, ROOT / "docs/fr/running.md"], ids=["en", "fr"])
def test_what_is_copied_out_or_in_goes_through_no_terminal(document: Path) -> None:
    lines = [line for line in document.read_text(encoding="utf-8").splitlines() if " compose " in line]
    copies = [line for line in lines if re.search(r"[<>]vigie\.", line)]
    assert len(copies) == 4
    assert all(re.search(r" (exec|run --rm) -T ", line) for line in copies)
    services = {name for line in copies for name in SERVICES if f" {name} " in line}
    assert services == {"app", "worker", "database"}


def test_health_checks_name_routes_that_there_are() -> None:
    paths = {str(route.path) for route in ROUTES}
    named = re.findall(r"https?://[\w.:-]+(/[\w/]+z(?:/\w+)?)", COMPOSE.read_text() + CONTAINERFILE.read_text())
    named += re.findall(r"health_uri (\S+)", (COMPOSE.parent / "Caddyfile").read_text())
    assert len(named) == 4
    assert set(named) <= paths


def test_the_containerfile_is_as_it_should_be() -> None:
    built = stages(CONTAINERFILE.read_text(encoding="utf-8"))
    last = built[-1].steps
    assert all(PINNED.search(stage.base) for stage in built)
    assert ("USER", "10001") in last
    words = [word for word, _rest in last]
    assert words.index("USER") > max(n for n, word in enumerate(words) if word in {"RUN", "COPY"})
    for stage in built:
        for word, rest in stage.steps:
            if "apt-get install" in rest:
                assert "--no-install-recommends" in rest
                assert "rm -rf /var/lib/apt/lists" in rest
            if word == "COPY" and not rest.startswith("--from"):
                assert all((ROOT / name).exists() for name in rest.split()[:-1])
            assert word != "ADD"
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] not in "#*"]
    needed = ("server.py", "worker.py", "deploy/well.py", "docs/settings.md", ".streamlit/config.toml", "data/store.py")
    for path in needed:
        assert path in kept.split("\n") or (ROOT / path).exists()
        assert not any(path == one or path.startswith(f"{one}/") for one in ignored), path


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        lacking("no Caddy on this machine")
    done = subprocess.run(
        [str(caddy), "validate", "--adapter", "caddyfile", "--config", str(COMPOSE.parent / "Caddyfile")],
        env={**os.environ, "VIGIE_DOMAIN": "vigie.example.com", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-500:]
