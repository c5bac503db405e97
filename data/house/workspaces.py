"""Workspaces: one brand or client each, with a record, sources, people and credentials of its own.

Two are there without any set-up: the demo and one's own posts. The others are made by an administrator and named in
the house; closing one keeps everything it holds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, func, insert, make_url, select, update

from data.actor import RefusedError, actor, needs
from data.house.changes import note_house_change
from data.house.schema import membership, workspace
from data.house.store import House
from data.models import to_epoch
from data.settings import BUILT_IN, Settings, SettingsError, load_settings
from data.store import Store, StoreError

LONGEST_NAME, LONGEST_KEY = 80, 32
MOST = 200


class WorkspaceError(ValueError):
    """A workspace that cannot be made, named or closed. `code` is one of name, many, built_in, unknown."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Workspace:
    """One of those that there are. `name` is "" where nobody gave one."""

    key: str
    name: str = ""
    state: str = "active"

    @property
    def is_active(self) -> bool:
        return self.state == "active"


@lru_cache(maxsize=8)
def open_house(url: str) -> House:
    """A house, opened once for all who ask."""
    return House(url)


def house_of(settings: Settings) -> House | None:
    """The house, None where there is none yet."""
    parsed = make_url(settings.house_url)
    if parsed.get_backend_name() == "sqlite" and not (settings.home / "house.sqlite").exists():
        return None
    return open_house(settings.house_url)


def has_record(settings: Settings) -> bool:
    """Whether the record of a workspace is there already; one on a server is made when it is first opened."""
    url = make_url(settings.store_url)
    return url.get_backend_name() != "sqlite" or (settings.home / str(url.database)).exists()


def _built_in(settings: Settings) -> list[str]:
    """The demo where it is shown or was made, and one's own; an address of a database names one record."""
    first = "demo" if settings.demo else "own"
    if settings.database_url:
        return [first]
    wanted = {first, "own"} | ({"demo"} if has_record(settings.for_workspace("demo")) else set())
    return [key for key in BUILT_IN if key in wanted]


def workspaces(settings: Settings) -> list[Workspace]:
    """All that there are, closed ones too: those without set-up, then the others by name."""
    house = house_of(settings)
    if house is None:
        return [Workspace(key) for key in _built_in(settings)]
    known = {row.key: row for row in house.kept("workspaces", _rows)}
    built_in = [known.pop(key, Workspace(key)) for key in _built_in(settings)]
    made = [row for row in known.values() if row.key not in BUILT_IN]
    return [*built_in, *sorted(made, key=lambda row: (_plain(row.name), row.key))]


def _rows(connection: Connection) -> tuple[Workspace, ...]:
    query = select(workspace.c.key, workspace.c.name, workspace.c.state)
    return tuple(Workspace(row.key, row.name, row.state) for row in connection.execute(query))


def roles_of(settings: Settings, account: int) -> dict[str, str]:
    """Workspace -> role of every one that an account is a member of."""
    house = house_of(settings)
    if house is None:
        return {}

    def read(connection: Connection) -> tuple[tuple[str, str], ...]:
        query = select(workspace.c.key, membership.c.role).join(workspace, workspace.c.id == membership.c.workspace_id)
        return tuple(connection.execute(query.where(membership.c.account_id == account)).tuples())

    return dict(house.kept(("roles", account), read))


def role_in(settings: Settings, account: int, key: str) -> str:
    """The role of an account in a workspace, "" where it is no member. Where nobody signs in (0), all may all."""
    return "administrator" if account == 0 else roles_of(settings, account).get(key, "")


def open_to(settings: Settings, account: int) -> list[Workspace]:
    """The active ones that an account may open."""
    active = [one for one in workspaces(settings) if one.is_active]
    if account == 0:
        return active
    mine = roles_of(settings, account)
    return [one for one in active if one.key in mine]


def first_of(settings: Settings, open_ones: list[Workspace]) -> str:
    """Which is shown where none is asked for: the one that the settings name, else the first. "" for none."""
    keys = [one.key for one in open_ones]
    return settings.key if settings.key in keys else next(iter(keys), "")


def settings_of_each(settings: Settings) -> list[Settings]:
    """The settings of every active workspace that has a record, the one that is shown first before the others."""
    active = [settings.for_workspace(one.key) for one in workspaces(settings) if one.is_active]
    first = settings.key
    return sorted((one for one in active if one.key == first or has_record(one)), key=lambda one: one.key != first)


def settings_of_record(settings: Settings, url: str) -> Settings:
    """The settings of the workspace whose record is at an address; those given where none is."""
    if settings.store_url == url:
        return settings
    keys = [one.key for one in workspaces(settings)]
    return next((one for key in keys if (one := settings.for_workspace(key)).store_url == url), settings)


def chosen_settings(key: str = "") -> Settings:
    """What the command line works in: `key`, else what the settings say. Raises SettingsError for an unknown one."""
    settings = load_settings()
    settings = settings.for_workspace(key) if key else settings
    if not settings.is_built_in and settings.key not in {one.key for one in workspaces(settings)}:
        known = ", ".join(one.key for one in workspaces(settings))
        raise SettingsError(f"There is no workspace '{settings.key}'. Those that there are: {known}.")
    return settings


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def key_of(name: str, taken: set[str]) -> str:
    """A key made from a name: small letters and digits without accents, unlike those that are taken."""
    base = re.sub(r"[^a-z0-9]+", "-", _plain(name[: 4 * LONGEST_NAME]))[:LONGEST_KEY].strip("-") or "workspace"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base[: LONGEST_KEY - 1 - len(str(number))].rstrip('-')}-{number}"
    return key


def _named(name: str) -> str:
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in name[:1_000]).split())
    if not name or len(name) > LONGEST_NAME:
        raise WorkspaceError("name", f"A workspace needs a name of 1 to {LONGEST_NAME} characters.")
    return name


def _must_administer(settings: Settings, key: str, action: str) -> None:
    """An administrator of one workspace is nobody in another."""
    if role_in(settings, actor().account, key) != "administrator":
        raise RefusedError(action, "administrator")


def _row_of(connection: Connection, key: str, now: datetime) -> int:
    """The id of a workspace in the house; those that are there without set-up get theirs when it is asked for."""
    held = connection.execute(select(workspace.c.id).where(workspace.c.key == key)).scalar()
    if held is None and key in BUILT_IN:
        held = connection.execute(
            insert(workspace).values(key=key, name="", made_at=to_epoch(now)).returning(workspace.c.id)
        ).scalar_one()
    if held is None:
        raise WorkspaceError("unknown", f"There is no workspace '{key}'.")
    return int(held)


def put_member(connection: Connection, account: int, key: str, role: str, now: datetime) -> None:
    """Give an account a role in a workspace, "" to take it away, within a transaction of the house."""
    where = (membership.c.workspace_id == _row_of(connection, key, now)) & (membership.c.account_id == account)
    connection.execute(membership.delete().where(where))
    if role:
        row = _row_of(connection, key, now)
        connection.execute(insert(membership).values(account_id=account, workspace_id=row, role=role))


@needs("administrator")
def make_workspace(settings: Settings, name: str, now: datetime) -> str:
    """Make a workspace with an empty record; who makes it administers it. Gives its key.

    Raises WorkspaceError for a name that cannot be one, StoreError where the record cannot be made.
    """
    name = _named(name)
    house = open_house(settings.house_url)
    with house.write() as connection:
        taken = {*BUILT_IN, *connection.execute(select(workspace.c.key)).scalars()}
        if connection.execute(select(func.count()).select_from(workspace)).scalar_one() >= MOST:
            raise WorkspaceError("many", f"There are {MOST} workspaces already.")
        key = key_of(name, taken)
        connection.execute(insert(workspace).values(key=key, name=name, made_at=to_epoch(now)))
        if actor().account:
            put_member(connection, actor().account, key, "administrator", now)
        note_house_change(connection, "workspace.made", key, now, after=name)
        made = settings.for_workspace(key)
        if made.store_url.startswith("sqlite:") and has_record(made):
            raise StoreError("unreadable", f"{made.data_path} holds a record already. Move it away first.")
        Store(made.store_url).close()
    return key


@needs("administrator")
def rename_workspace(settings: Settings, key: str, name: str, now: datetime) -> None:
    """Name a workspace; its key, and so its addresses, stay."""
    _must_administer(settings, key, "workspace.renamed")
    name = _named(name)
    with open_house(settings.house_url).write() as connection:
        where = workspace.c.id == _row_of(connection, key, now)
        before = str(connection.execute(select(workspace.c.name).where(where)).scalar_one())
        if before != name:
            connection.execute(update(workspace).where(where).values(name=name))
            note_house_change(connection, "workspace.renamed", key, now, before, name)


def _set_state(settings: Settings, key: str, state: str, action: str, now: datetime) -> None:
    _must_administer(settings, key, action)
    if key in BUILT_IN:
        raise WorkspaceError("built_in", "The demo and one's own workspace stay.")
    with open_house(settings.house_url).write() as connection:
        where = workspace.c.id == _row_of(connection, key, now)
        before = str(connection.execute(select(workspace.c.state).where(where)).scalar_one())
        if before != state:
            connection.execute(update(workspace).where(where).values(state=state))
            note_house_change(connection, action, key, now, before, state)


@needs("administrator")
def close_workspace(settings: Settings, key: str, now: datetime) -> None:
    """Nobody opens it, nothing is collected or sent, its links open nothing. All that it holds is kept."""
    _set_state(settings, key, "closed", "workspace.closed", now)


@needs("administrator")
def reopen_workspace(settings: Settings, key: str, now: datetime) -> None:
    _set_state(settings, key, "active", "workspace.reopened", now)
