"""The house as the gate and the pages see it: opened once, and not made before somebody has an account."""

from __future__ import annotations

from pathlib import Path

from data.house.accounts import any_account
from data.house.store import House
from data.house.workspaces import open_house
from data.settings import Settings

_with_accounts: set[str] = set()  # addresses of houses that were seen to have some


def house(settings: Settings) -> House:
    return open_house(settings.house_url)


def has_accounts(settings: Settings) -> bool:
    """Whether everybody must sign in. Once it is so it stays so, as long as this process runs."""
    url = settings.house_url
    if url in _with_accounts:
        return True
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return False
    with house(settings).read() as connection:
        found = any_account(connection)
    if found:
        _with_accounts.add(url)
    return found
