"""python -m sources.upkeep [--workspace KEY]    what is to be mended at the sites and feeds that are ours"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from data.credentials import CredentialsError
from data.house.workspaces import chosen_settings
from data.jobs import run_job
from data.settings import SettingsError
from data.store import Store, StoreError
from data.upkeep.findings import PlaceLook
from sources.upkeep.run import look_at_ours


def _now() -> datetime:
    return datetime.now(UTC)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sources.upkeep", description=__doc__)
    parser.add_argument("--workspace", default="", metavar="KEY", help="one of several workspaces")
    given = parser.parse_args(arguments)
    try:
        settings = chosen_settings(given.workspace)
        store = Store(settings.store_url)
        with run_job(store, "upkeep", _now) as job:

            def told(done: int, total: int, look: PlaceLook) -> None:
                took = f"{look.seconds:.1f} s" if look.seconds is not None else "no answer"
                print(f"[{done}/{total}] {look.place}: {took}, {len(look.findings)} to mend", flush=True)
                for one in look.findings:
                    print(f"  {one.code} {one.subject} {one.detail}".rstrip(), flush=True)
                job.progress(done, total, look.place)

            asyncio.run(look_at_ours(store, settings, _now, told))
    except (StoreError, SettingsError, CredentialsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
