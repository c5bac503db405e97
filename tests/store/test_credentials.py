"""Keys and tokens that are entered in the app: kept for their owner alone, never read out, noted without a value."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from data.actor import Actor, RefusedError, acting
from data.alerts.destinations import Destination, remove_destination, save_destination
from data.credentials import (
    READING,
    SERVICES,
    WRITING,
    Credentials,
    CredentialsError,
    Secret,
    addressed,
    credentials_path,
    enter_credentials,
    forget_secret,
    in_file,
    keep_address_secret,
    keep_channel_secret,
    load_credentials,
    remove_credentials,
)
from data.schema import change
from data.settings import Settings
from data.sharing.subscriptions import Subscription, remove_subscription, save_subscription
from data.source_list import add_source, remove_source
from data.store import Store
from tests.conftest import NOW

VALUES = ["plain", 'quo"ted \\ back', "ключ 🔑", "[reddit]", "a = b # c", "'''", "{secret:0123456789ab}"]


@pytest.mark.parametrize("value", VALUES)
def test_what_is_entered_is_found_again_and_nothing_else_changes(
    sqlite_store: Store, settings: Settings, value: str
) -> None:
    path = credentials_path(settings)
    path.write_text('# of the team\n[reddit]\nclient_id = "one"\nclient_secret = "two"\n  # a second word\n')
    path.chmod(0o600)
    channel = keep_channel_secret(settings, "slack://kept")
    for account in ("Mastodon.Social", "other.example"):
        enter_credentials(sqlite_store, settings, "mastodon", account, {"token": f"{value}{account}"})
    enter_credentials(sqlite_store, settings, "github", "git.example.org", {"token": "before"})
    enter_credentials(sqlite_store, settings, "github", "git.example.org", {"token": value})
    held = load_credentials(settings, {})
    assert held.get("mastodon", "token", "mastodon.social").reveal() == f"{value}Mastodon.Social"
    assert held.get("github", "token", "git.example.org").reveal() == value
    assert held.get("reddit", "client_secret").reveal() == "two"
    assert held.get("channel", "value", channel).reveal() == "slack://kept"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [line for line in path.read_text().splitlines() if line.startswith("#")] == [
        "# of the team",
        "# a second word",
    ]
    assert remove_credentials(sqlite_store, settings, "mastodon", "mastodon.social")
    assert not remove_credentials(sqlite_store, settings, "mastodon", "mastodon.social")
    assert load_credentials(settings, {}).accounts("mastodon") == ["other.example"]
    assert load_credentials(settings, {}).has("reddit")
    assert not list(path.parent.glob("*.part"))


def test_it_is_noted_without_its_value(sqlite_store: Store, settings: Settings, tmp_path: Path) -> None:
    with acting(Actor(3, "Ana", "administrator")):
        enter_credentials(
            sqlite_store, settings, "reddit", "", {"client_id": "SECRETONE", "client_secret": "SECRETTWO"}
        )
        enter_credentials(
            sqlite_store, settings, "reddit", "", {"client_id": "SECRETONE", "client_secret": "SECRETTWO"}
        )
        remove_credentials(sqlite_store, settings, "reddit", "")
    with sqlite_store.read() as connection:
        rows = connection.execute(
            select(change.c.who, change.c.action, change.c.subject, change.c.before, change.c.after)
        ).tuples()
        assert rows.all() == [
            ("Ana", "credentials.entered", "reddit", "", "kept"),
            ("Ana", "credentials.entered", "reddit", "kept", "kept"),
            ("Ana", "credentials.removed", "reddit", "kept", ""),
        ]
    sqlite_store.close()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"SECRET" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("service", "account", "given"),
    [
        ("reddit", "", {"client_id": "SECRET"}),
        ("reddit", "account", {"client_id": "SECRET", "client_secret": "SECRET"}),
        ("mastodon", "", {"token": "SECRET"}),
        ("mastodon", 'a"b', {"token": "SECRET"}),
        ("mastodon", "a\nb", {"token": "SECRET"}),
        ("youtube", "", {"key": "SECRET\nx = 1"}),
        ("youtube", "", {"key": "SECRET" * 1_000}),
        ("youtube", "", {"key": "SECRET\ud800"}),
        ("channel", "x", {"value": "SECRET"}),
        ("nothing", "", {"key": "SECRET"}),
    ],
)
def test_what_cannot_be_kept_is_said_without_it(
    sqlite_store: Store, settings: Settings, service: str, account: str, given: dict[str, str]
) -> None:
    with pytest.raises(CredentialsError) as refused:
        enter_credentials(sqlite_store, settings, service, account, given)
    assert "SECRET" not in str(refused.value)
    assert not credentials_path(settings).exists()


def test_administrators_alone(sqlite_store: Store, settings: Settings) -> None:
    for role in ("reader", "member", "editor"):
        with acting(Actor(1, "Ana", role)):
            with pytest.raises(RefusedError):
                enter_credentials(sqlite_store, settings, "youtube", "", {"key": "a"})
            with pytest.raises(RefusedError):
                remove_credentials(sqlite_store, settings, "youtube", "")
    assert not credentials_path(settings).exists()


def test_each_workspace_has_its_own(sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    other = settings.for_workspace("other")
    enter_credentials(sqlite_store, settings, "youtube", "", {"key": "mine"})
    enter_credentials(Store(other.store_url), other, "youtube", "", {"key": "theirs"})
    monkeypatch.setenv("VIGIE_CREDENTIAL_X_BEARER", "of the installation")
    assert load_credentials(settings).get("youtube", "key").reveal() == "mine"
    assert load_credentials(settings).has("x")
    assert load_credentials(other).get("youtube", "key").reveal() == "theirs"
    assert not load_credentials(other).has("x")
    assert in_file(settings).accounts("x") == []


def test_many_at_once_lose_nothing(sqlite_store: Store, settings: Settings) -> None:
    def enter(number: int) -> None:
        enter_credentials(sqlite_store, settings, "mastodon", f"m{number}.example", {"token": f"t{number}"})
        keep_channel_secret(settings, f"slack://{number}")

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = load_credentials(settings, {})
    assert len(held.accounts("mastodon")) == 12
    assert len(held.accounts("channel")) == 12


def test_the_address_of_a_channel_goes_with_the_last_that_has_it(sqlite_store: Store, settings: Settings) -> None:
    one, other = (keep_channel_secret(settings, f"slack://{name}") for name in ("one", "other"))
    channel = save_destination(sqlite_store, Destination(0, "Team", one), NOW)
    recipient = save_subscription(sqlite_store, Subscription(0, "Ana", one), NOW)
    save_destination(sqlite_store, Destination(0, "Ben", other), NOW)
    with sqlite_store.read() as connection:
        assert addressed(connection) == {one: ("Team", "Ana"), other: ("Ben",)}
    assert not forget_secret(sqlite_store, settings, "channel", one)
    remove_destination(sqlite_store, settings, channel)
    assert in_file(settings).accounts("channel") == sorted((one, other))
    remove_subscription(sqlite_store, settings, recipient)
    assert in_file(settings).accounts("channel") == [other]
    assert "slack://one" not in credentials_path(settings).read_text()
    with sqlite_store.read() as connection:
        told = connection.execute(select(change.c.action, change.c.subject).order_by(change.c.id)).tuples().all()
    assert told[-1] == ("credentials.removed", f"channel {one}")


def test_a_channel_is_removed_though_the_credentials_cannot_be_read(sqlite_store: Store, settings: Settings) -> None:
    kept = keep_channel_secret(settings, "slack://one")
    number = save_destination(sqlite_store, Destination(0, "Team", kept), NOW)
    credentials_path(settings).chmod(0o644)
    remove_destination(sqlite_store, settings, number)
    with sqlite_store.read() as connection:
        assert addressed(connection) == {}


@pytest.mark.parametrize("erase_posts", [False, True])
def test_a_secret_of_an_address_goes_with_the_last_source_that_has_it(
    sqlite_store: Store, settings: Settings, erase_posts: bool
) -> None:
    part = keep_address_secret(settings, "longsecret")
    with sqlite_store.write() as connection:
        one, _new = add_source(connection, "feed", f"https://a.example/feed?key={part}", NOW)
        other, _new = add_source(connection, "feed", f"https://a.example/other?key={part}", NOW)
    remove_source(sqlite_store, settings, one.id, erase_posts=erase_posts)
    assert len(in_file(settings).accounts("address")) == 1
    remove_source(sqlite_store, settings, other.id, erase_posts=erase_posts)
    assert in_file(settings).accounts("address") == []
    assert "longsecret" not in credentials_path(settings).read_text()


def test_a_service_takes_one_of_several_sets_of_keys_and_forgets_the_other(
    sqlite_store: Store, settings: Settings
) -> None:
    given = {"client_id": "a", "client_secret": "b", "username": "us", "password": "c"}
    enter_credentials(sqlite_store, settings, "reddit_write", "", given)
    assert load_credentials(settings, {}).has("reddit_write")
    enter_credentials(
        sqlite_store, settings, "reddit_write", "", {"client_id": "a", "client_secret": "b", "refresh_token": "r"}
    )
    held = load_credentials(settings, {})
    assert held.has("reddit_write")
    assert not held.get("reddit_write", "password")
    enter_credentials(sqlite_store, settings, "lemmy_write", "Lemmy.Example", {"jwt": "SECRET"})
    assert load_credentials(settings, {}).has("lemmy_write", "lemmy.example")
    with pytest.raises(CredentialsError, match="jwt or name, password are needed") as refused:
        enter_credentials(sqlite_store, settings, "lemmy_write", "lemmy.example", {"name": "SECRET"})
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize(
    ("service", "given"),
    [
        ("discourse_write", {"key": "k", "username": "us"}),
        ("lemmy_write", {"jwt": "j"}),
        ("facebook_write", {"token": "t"}),
    ],
)
def test_what_writes_names_its_place(
    sqlite_store: Store, settings: Settings, service: str, given: dict[str, str]
) -> None:
    with pytest.raises(CredentialsError, match="name the"):
        enter_credentials(sqlite_store, settings, service, "", given)
    enter_credentials(sqlite_store, settings, service, "place.example", given)
    held = load_credentials(settings, {})
    assert held.has(service, "place.example")
    assert not held.has(service, "another.example")
    assert not held.has(service)


def test_what_reads_never_writes_and_what_writes_never_reads() -> None:
    for service in WRITING:
        reading = service.removesuffix("_write")
        of_writing = Credentials({(service, "", key): Secret("w") for key in SERVICES[service]})
        assert of_writing.has(service)
        if reading in SERVICES:
            assert not of_writing.has(reading)
            assert not Credentials({(reading, "", key): Secret("r") for key in SERVICES[reading]}).has(service)
    assert set(READING).isdisjoint(WRITING)
