"""From a question to its answer, by two people in two browsers: drafted, approved by the second, posted to an instance
on loopback, collected again, marked as answered, counted once in the report. And the views, cold."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.documents.frame import Frame
from dashboard.documents.questions import questions
from dashboard.reads import cache
from dashboard.words.language import speaking
from data.acting.kept import listed
from data.acting.policy import Policy, save_policy
from data.inbox.triage import triage_of
from data.models import Brand
from data.reputation.brands import save_brand
from data.scope import Scope
from data.settings import ROOT, Settings
from data.sharing.document import Figures
from data.source_list import add_source
from data.store import Store
from tests.browser.conftest import SHOWN, opens_cold, settle
from tests.conftest import RunningApp, measured
from tests.dashboard.web.test_gate import PASSWORD, make_team
from tests.mastodon import TOKEN, Instance

pytestmark = pytest.mark.browser
HOME = "home.example"
REPLY = "Hold the red button of your lamp for ten seconds."


@pytest.fixture
def place() -> Iterator[Instance]:
    made = Instance()
    yield made
    made.close()


@pytest.fixture
def environ(place: Instance, tmp_path: Path) -> dict[str, str]:
    return {
        "VIGIE_DATA_DIR": str(tmp_path),
        "VIGIE_DEMO": "false",
        "VIGIE_WORKER": "false",
        "VIGIE_ALLOW_PRIVATE_NETWORK": "true",
        "VIGIE_BASE_URLS": f"mastodon@{HOME}={place.url}",
    }


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return measured(Store(Settings(data_dir=str(tmp_path), demo=False).store_url))


def collected(environ: dict[str, str], store: Store) -> None:
    """Collect what is followed, and read what came."""
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE source SET next_check = 0")
    for step in (("sources", "collect"), ("insights", "refresh")):
        subprocess.run([sys.executable, "-m", *step], cwd=ROOT, env={**os.environ, **environ}, check=True)


def person(browser: Any, app: RunningApp, login: str, path: str) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{app.url}/signin?next={path}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(SHOWN, timeout=120_000)
    settle(page)
    return page


def test_from_a_question_to_its_answer(
    place: Instance, environ: dict[str, str], store: Store, tmp_path: Path, browser: Any
) -> None:
    question = place.add("zoe", "Hello Acme, how do I reset my Acme lamp? Please help me. #acme")
    now = datetime.now(UTC)
    make_team(tmp_path)
    save_brand(store, Brand(0, "Acme", True))
    save_policy(store, Policy(on=True, second=True))
    with store.write() as connection:
        for address in (f"{place.url}/tags/acme", f"{place.url}/@us"):
            add_source(connection, "mastodon", address, now)
    collected(environ, store)
    app = RunningApp(tmp_path, **environ)
    try:
        ana = person(browser, app, "ana", "/mentions%3Fview%3Danswer")
        ana.get_by_role("button", name="Draft a reply").first.click()
        box = ana.get_by_role("dialog")
        box.get_by_label("Instance, forum or page").fill(HOME)  # asked for now that it is needed
        box.get_by_label("token").fill(TOKEN)
        box.get_by_role("button", name="Keep").click()
        box.get_by_label("Your reply").wait_for()
        settle(ana)
        area = box.get_by_label("Your reply")
        assert "@zoe@" in area.input_value()
        area.fill(f"@zoe@{place.url[7:]} {REPLY}")
        area.press("Control+Enter")
        settle(ana)
        preview = box.locator("[class*=st-key-preview-]").inner_text()
        assert REPLY in preview
        box.get_by_role("button", name="Ask for approval").click()
        box.wait_for(state="detached")
        assert place.posted == 0
        ana.goto(f"{app.url}/mentions?view=acts")
        ana.get_by_text("Waits for approval").first.wait_for()
        settle(ana)
        ana.get_by_role("button", name="Approve").click()
        ana.get_by_text("Another editor than the one who asked must approve it.").wait_for()

        bob = person(browser, app, "bob", "/mentions%3Fview%3Dacts%26act%3D1")
        assert REPLY in bob.locator("[class*=st-key-act-1]").first.inner_text()
        bob.get_by_role("button", name="Approve").click()
        until = time.monotonic() + 60
        while not place.ours() and time.monotonic() < until:
            time.sleep(0.2)
        (ours,) = place.ours()
        assert (ours.parent, ours.text) == (question.number, f"@zoe@{place.url[7:]} {REPLY}")
        bob.wait_for_timeout(2_000)
        bob.goto(f"{app.url}/mentions?view=acts")
        bob.get_by_role("link", name="See it there").wait_for()
        assert bob.get_by_role("link", name="See it there").get_attribute("href") == ours.url
    finally:
        app.close()

    collected(environ, store)
    with store.read() as connection:
        (kept,) = listed(connection, ("done",))
        assert (kept.asked_by, kept.approved_by, kept.native_id) == ("Ana", "Bob", ours.uri)
        assert triage_of(connection, [kept.post])[kept.post].handled == "yes"
        row = connection.exec_driver_sql(f"SELECT by_us, parent_id FROM post WHERE id = {kept.reply}").one()
        assert (bool(row.by_us), row.parent_id) == (True, question.uri)
    week = Scope(now.date() - timedelta(days=6), now.date() + timedelta(days=1))
    with cache.one_record(store.url), speaking("en"):
        section = questions(Frame(week, None, "pseudonyms", now))
    (figures,) = [block for block in section.blocks if isinstance(block, Figures)]
    assert [(figure.label, figure.value) for figure in figures.items] == [
        ("Answers given", "1"),
        ("Still waiting", "0"),
    ]


@pytest.mark.parametrize(("lang", "scheme", "width"), [("en", "light", 1280), ("fr", "dark", 390)])
def test_the_view_opens_cold(
    demo_app: RunningApp, open_page: Callable[..., Any], lang: str, scheme: str, width: int
) -> None:
    opens_cold(open_page, f"{demo_app.url}/mentions?view=acts&lang={lang}", scheme, width)
