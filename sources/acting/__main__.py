"""Do what is due at networks: answers, publications and moderation that a person asked for and that are approved.

python -m sources.acting [--workspace KEY]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from data.credentials import CredentialsError
from data.house.workspaces import chosen_settings
from data.settings import SettingsError
from data.store import Store, StoreError
from sources.acting.perform import Outcome, perform


def _now() -> datetime:
    return datetime.now(UTC)


def _told(outcome: Outcome) -> None:
    print(f"act {outcome.act}: {outcome.said}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m sources.acting", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workspace", default="", metavar="KEY", help="one of several workspaces")
    given = parser.parse_args(arguments)
    try:
        settings = chosen_settings(given.workspace)
        store = Store(settings.store_url)
        with store.at_work():
            asyncio.run(perform(store, settings, _now, told=_told))
    except (StoreError, SettingsError, CredentialsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
