"""What keeps the project in shape: imports in one direction, one safe renderer, both languages, pins."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from data.settings import ROOT, describe_defaults

PACKAGES = ("data", "sources", "insights", "dashboard")
ALLOWED = {
    "data": {"data"},
    "sources": {"sources", "data"},
    "insights": {"insights", "data"},
    "dashboard": {"dashboard", "insights", "sources", "data"},
}
PYTHON = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "local" not in path.parts)


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", PYTHON, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = imported(path) & set(PACKAGES)
    assert ours <= ALLOWED[package], f"{path} imports {ours - ALLOWED[package]}"
    if package != "dashboard":
        assert "streamlit" not in imported(path)


def test_no_unsafe_html_and_one_user_of_session_state() -> None:
    for path in [*PYTHON, ROOT / "streamlit_app.py", ROOT / "server.py"]:
        text = path.read_text(encoding="utf-8")
        assert "unsafe_allow_html" not in text, path
        assert "st.html(" not in text, path
        if "session_state" in re.sub(r'"""[\s\S]*?"""', "", text):
            assert path.name in {"state.py", "language.py"}, path


def test_heavy_packages_are_not_imported_by_the_app() -> None:
    code = (
        "import sys; import dashboard.reads.cache, dashboard.views.posts, dashboard.charts.topics, sources.discovery; "
        "print([m for m in ('torch','umap','hdbscan','bertopic','sklearn','numba','transformers') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip().splitlines()[-1] == "[]"


def test_every_string_is_in_french() -> None:
    with (ROOT / "dashboard/locale/fr/LC_MESSAGES/vigie.po").open("rb") as stream:
        catalogue = read_po(stream, locale="fr")
    wanted = set()
    for path in [*(ROOT / "dashboard").rglob("*.py"), ROOT / "streamlit_app.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            # From the syntax tree, so that strings inside f-strings are seen too.
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "n_"}:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    wanted.add(str(first.value))
    known = {m.id if isinstance(m.id, str) else m.id[0]: m for m in catalogue if m.id}
    assert len(wanted) > 150
    missing = sorted(w for w in wanted if w not in known or not known[w].string or known[w].fuzzy)
    assert not missing
    for message in known.values():
        for one in message.string if isinstance(message.string, tuple) else (message.string,):
            source = message.id if isinstance(message.id, str) else message.id[0]
            assert set(re.findall(r"\{\w+\}", one)) == set(re.findall(r"\{\w+\}", source)), source


def test_everything_is_pinned_and_allowed() -> None:
    for name in ("requirements.txt", "requirements-test.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.]+", line), line
                assert line.split("==")[0].lower() not in {"afinn", "fuzzywuzzy"}


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/settings.md").read_text()
    for name, _kind, _default in describe_defaults():
        assert f"`{name}`" in text, name


def test_no_module_is_a_drawer_or_a_monster() -> None:
    for path in PYTHON:
        assert path.stem not in {"utils", "helpers", "manager", "misc", "common"}, path
        assert len(path.read_text(encoding="utf-8").splitlines()) < 800, path
