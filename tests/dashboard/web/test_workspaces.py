"""What a token opens is of the workspace that it was made in, at every route that there is."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.charts.drawing import drawn
from dashboard.web import calendar_feed, doors
from dashboard.web.lists import LISTS
from dashboard.web.watching import health
from data.content.calendar import Item, save_item
from data.house.workspaces import close_workspace, reopen_workspace
from data.keeping.moving import move
from data.settings import Settings
from data.sharing import snapshots, tokens
from data.sharing.document import Document, Section, Words
from data.store import Store
from server import ROUTES
from tests.conftest import RunningApp
from tests.workspaces import WORDS, two_workspaces


@dataclass(frozen=True)
class Asked:
    """One request. `says` tells whether what it opens holds the word of its workspace in plain letters."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    says: bool = True


def requests(record: Store, word: str) -> dict[str, list[Asked]]:
    """Requests with tokens of a record, by the route that answers them."""
    now = datetime.now(UTC)
    save_item(record, Item(0, f"Item {word}", day=now.date()), now)
    document = drawn(Document(f"Title {word}", "June", "en", "Made", (Section("a", "A", (Words("More"),)),)))
    _id, share = snapshots.freeze(record, document, now, download=True)
    feed, api = (tokens.grant(record, kind, "reader", now, names="names", lang="en") for kind in ("feed", "api"))
    bearer = {"authorization": f"Bearer {api}"}
    watching = {"authorization": f"Bearer {tokens.grant(record, 'metrics', 'watcher', now)}"}
    silent = {"days", "reputation", "verbatims", "ideas", "alerts"}  # figures, names of subjects, or nothing in it
    return {
        "/calendar-feed/{token}.ics": [Asked(f"/calendar-feed/{calendar_feed.new_token(record)}.ics")],
        "/share/{token}": [Asked(f"/share/{share}")],
        "/share/{token}/answer": [Asked(f"/share/{share}/answer")],  # leads back to the page
        "/share/{token}/slides": [Asked(f"/share/{share}/slides")],
        "/share/{token}/file.{kind}": [
            Asked(f"/share/{share}/file.{kind}", says=kind in {"html", "md", "csv"}) for kind in ("html", "pdf", "docx")
        ],
        "/feed/{token}.{kind}": [Asked(f"/feed/{feed}.{kind}") for kind in ("atom", "ics")],
        "/metrics": [Asked("/metrics", watching, says=False)],  # figures under the key of its workspace
        "/api/v1/{name}": [
            *(
                Asked(
                    f"/api/v1/{name}?days=90" if "days" in LISTS[name].parameters else f"/api/v1/{name}",
                    bearer,
                    name not in silent,
                )
                for name in LISTS
            ),
        ],
    }


# Of the house, which is one for all workspaces, or of the process.
DOORS = {str(route.path) for route in (*doors.routes(None), *health.ROUTES)}
PATHS = [str(route.path) for route in ROUTES if str(route.path) not in DOORS]


@pytest.fixture(scope="module")
def folder(demo_today: Callable[[str], Path]) -> Path:
    return demo_today("routes-of-two")


@pytest.fixture(scope="module")
def asked(folder: Path) -> dict[str, dict[str, list[Asked]]]:
    return {key: requests(record, WORDS[key]) for key, record in two_workspaces(folder).items()}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, folder: Path, asked: dict[str, dict[str, list[Asked]]]) -> Iterator[RunningApp]:
    environ = {}
    if request.param == "postgresql":
        environ["VIGIE_DATABASE_URL"] = request.getfixturevalue("postgres").make("two_workspaces")
        move(Settings(data_dir=str(folder)), environ["VIGIE_DATABASE_URL"])
    running = RunningApp(folder, VIGIE_WORKER="false", **environ)
    yield running
    running.close()


def answer(app: RunningApp, one: Asked) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(app.url + one.path, headers=dict(one.headers))) as said:
            return said.status, said.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def test_every_route_is_asked(asked: dict[str, dict[str, list[Asked]]]) -> None:
    assert set(PATHS) == set(asked["ants"])


@pytest.mark.parametrize("route", PATHS)
def test_a_token_opens_its_own_workspace_alone(
    app: RunningApp, asked: dict[str, dict[str, list[Asked]]], route: str
) -> None:
    for key, word in WORDS.items():
        others = [other for other in WORDS.values() if other != word]
        for one in asked[key][route]:
            status, body = answer(app, one)
            assert status == 200, (one, body[:300])
            assert (word in body) or not one.says, one
            assert not any(other in body for other in others), one


def test_a_closed_workspace_answers_nothing_and_a_damaged_one_hides_no_other(
    app: RunningApp, folder: Path, asked: dict[str, dict[str, list[Asked]]]
) -> None:
    settings = Settings(data_dir=str(folder), demo=False, database_url=app.environ.get("VIGIE_DATABASE_URL", ""))
    every = [one for of_route in asked["bees"].values() for one in of_route]
    close_workspace(settings, "bees", datetime.now(UTC))
    shut = [answer(app, one) for one in every[:6] + every[-1:]]
    assert {status for status, _body in shut} <= {401, 404}
    assert not any(WORDS["bees"] in body for _status, body in shut)
    reopen_workspace(settings, "bees", datetime.now(UTC))
    if settings.database_url:
        return
    path = settings.for_workspace("ants").data_path / "vigie.sqlite"
    whole = path.read_bytes()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(b"no database" * 1_000)
    try:
        assert {answer(app, one)[0] for one in every[:6] + every[-1:]} == {200}
    finally:
        path.write_bytes(whole)
