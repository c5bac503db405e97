"""Who did what, as a page reads it: the record's audit and that of the house."""

from __future__ import annotations

from contextlib import ExitStack

from dashboard.reads import cache
from data.audit import Asked, Audited, acted, audited
from data.house.workspaces import house_of, role_in

MOST = 5_000  # changes that one export holds


def _sees_the_house(account: int) -> bool:
    """The house is of all workspaces: its audit is for those who look after the first one."""
    return role_in(cache.settings(), account, "own") == "administrator"


def changes(asked: Asked, account: int, most: int) -> list[Audited]:
    """The latest changes that are asked for; those of the house for who may see them. Read anew at each call."""
    house = house_of(cache.settings()) if _sees_the_house(account) else None
    with ExitStack() as stack:
        record = stack.enter_context(cache.store().read())
        return audited(record, stack.enter_context(house.read()) if house is not None else None, asked, most)


def names(account: int) -> list[str]:
    """Names that stand under changes."""
    house = house_of(cache.settings()) if _sees_the_house(account) else None
    with ExitStack() as stack:
        record = stack.enter_context(cache.store().read())
        return acted(record, stack.enter_context(house.read()) if house is not None else None)
