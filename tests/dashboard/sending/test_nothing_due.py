"""With nothing to send, the command loads nothing that only a message needs, and says nothing on stderr."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.settings import ROOT
from data.sharing.subscriptions import Subscription, save_subscription
from data.store import Store
from tests.conftest import NOW

HEAVY = {"streamlit", "pandas", "altair", "numpy", "scipy", "apprise", "PIL", "pptx", "docx", "typst", "babel", "lxml"}
RUN = "import sys; from dashboard.__main__ import main; code = main(['deliver']); print(*sys.modules); sys.exit(code)"


def deliver(folder: Path) -> tuple[str, set[str], str]:
    """(what the command said, the modules it loaded, its stderr)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    environment |= {"VIGIE_DATA_DIR": str(folder), "VIGIE_DEMO": "false", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", RUN], env=environment, cwd=folder, capture_output=True, text=True)
    *told, modules = done.stdout.splitlines()
    return "\n".join(told), set(modules.split()), done.stderr


def test_nothing_due_loads_nothing_heavy(store: Store, tmp_path: Path) -> None:
    told, modules, errors = deliver(tmp_path)
    assert told == "0 messages sent, 0 failed."
    assert errors == ""
    assert not HEAVY & modules
    ours = {name for name in modules if name.startswith("dashboard")}
    assert ours == {"dashboard", "dashboard.__main__"}


def test_what_is_due_is_still_tried(store: Store, tmp_path: Path) -> None:
    """A recipient whose edition fell due gets it tried: it has no address, so it fails and stays in the queue."""
    now = datetime.now(UTC)
    save_subscription(store, Subscription(0, "Ann", "", hour=(now - timedelta(hours=1)).hour), NOW - timedelta(days=99))
    told, modules, _errors = deliver(tmp_path)
    assert told == "0 messages sent, 1 failed."
    assert "dashboard.sending.mailings" in modules
    assert "streamlit" not in modules


@pytest.mark.parametrize("room", ["web", "documents", "sending", "files"])
def test_no_room_below_the_views_loads_them(room: str) -> None:
    modules = ", ".join(f"dashboard.{room}.{path.stem}" for path in (ROOT / "dashboard" / room).glob("*.py"))
    code = f"import sys; import {modules.replace('.__init__', '')}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert done.stderr == ""
    assert not {name for name in loaded if name == "streamlit" or name.startswith("dashboard.views")}
