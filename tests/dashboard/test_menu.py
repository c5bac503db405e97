"""The menu: what waits beside the names of pages is what the pages count, and no record is needed to draw it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.reads import alerts as alert_reads
from dashboard.reads import cache
from dashboard.reads import inbox as inbox_reads
from dashboard.reads import posts as post_reads
from dashboard.reads.inbox import Waiting
from dashboard.views import menu
from data.acting import acts
from data.acting.policy import Policy, save_policy
from data.actor import LOCAL, Actor, acting
from data.inbox import triage
from data.scope import Scope
from data.settings import Settings
from data.store import Store
from tests.conftest import NOW


@pytest.fixture
def demo(demo_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    shutil.copy(demo_store.path, tmp_path / "demo.sqlite")
    own = Store(f"sqlite:///{tmp_path / 'demo.sqlite'}")
    monkeypatch.setattr(cache, "store", lambda: own)
    return own


def test_numbers_are_those_of_the_pages_they_lead_to(demo: Store) -> None:
    scope = Scope(NOW.date() - timedelta(days=29), NOW.date(), state="assigned:Ana")
    ids = post_reads.ids_of(Scope(scope.since, scope.until), 4)
    triage.change(demo, ids[:3], "assigned", "Ana", NOW)
    triage.change(demo, ids[3:], "assigned", "Ben", NOW)
    triage.change(demo, ids[:1], "handled", "yes", NOW)
    found = inbox_reads.waiting_now(NOW, scope.since, Actor(1, "Ana", "editor"))
    assert (found.mine, found.mine_undone) == (post_reads.counted(scope)[0], 2) == (3, 2)
    assert found.answer == len(inbox_reads.to_answer(NOW, scope.since, "", "")[0]) > 0
    assert found.judge == inbox_reads.to_moderate(NOW, scope.since, False, 1, 1)[1] > 0
    assert found.alerts == alert_reads.open_alerts(NOW)
    nobody = inbox_reads.waiting_now(NOW, scope.since, LOCAL)
    assert (nobody.mine, nobody.mine_undone) == (0, 0)


def test_an_act_that_waits_for_my_approval_stands_beside_mentions(demo: Store) -> None:
    ana, ben, mia = (
        Actor(n, name, role) for n, name, role in ((1, "Ana", "editor"), (2, "Ben", "editor"), (3, "Mia", "member"))
    )
    save_policy(demo, Policy(on=True, second=True))
    with acting(ana):
        acts.ask(demo, acts.Wish("k" * 20, "answer", "mastodon", target="1", text="Hello"), NOW)

    def waits(who: Actor) -> int:
        return inbox_reads.waiting_now(NOW, NOW.date(), who).approve

    assert (waits(ana), waits(ben), waits(mia)) == (0, 1, 0)
    save_policy(demo, Policy(on=True))
    assert waits(ana) == 1  # nobody else is needed any more


@pytest.mark.parametrize("broken", [False, True])
def test_a_missing_or_damaged_record_has_nothing_that_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    monkeypatch.setenv("VIGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("VIGIE_DEMO", "false")
    settings = Settings(data_dir=str(tmp_path), demo=False)
    cache.open_store.cache_clear()
    if broken:
        Store(settings.store_url).path.parent.mkdir(parents=True, exist_ok=True)
        Store(settings.store_url).path.write_bytes(b"no database at all " * 500)
    assert menu.waiting(settings, Actor(1, "Ana", "editor")) == Waiting()


def drawn() -> None:
    import streamlit as st

    from dashboard.reads.inbox import Waiting
    from dashboard.state import remember
    from dashboard.views import menu
    from data.actor import Actor

    remember("lang", st.query_params["lang"])
    role = st.query_params["role"]
    for title, pages in menu.pages(Actor(1, "Ana", role), Waiting(answer=3, judge=4, alerts=0, approve=2)).items():
        st.text(f"{title}: " + ", ".join(f"{page.title}={page.url_path}" for page in pages))


def test_pages_stand_under_titles_at_the_addresses_they_had() -> None:
    app = AppTest.from_function(drawn)
    app.query_params["lang"], app.query_params["role"] = "fr", "administrator"
    app.run()
    assert not app.exception
    lines = [line.value for line in app.text]
    assert [line.partition(":")[0] for line in lines] == ["Suivre", "Comprendre", "Agir", "Partager", "Régler"]
    assert "Mentions · 9=mentions, Alertes=alerts" in lines[0]  # nothing beside a name where nothing waits
    assert "=team" in lines[4]
    app.query_params["role"] = "editor"
    app.run()
    assert "=team" not in app.text[4].value
