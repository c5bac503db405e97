"""Send what waits from the command line: python -m dashboard deliver."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from dashboard.deliver import deliver
from data.settings import SettingsError, load_settings
from data.store import Store, StoreError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_subparsers(dest="command", required=True).add_parser("deliver", help="send the alerts that are due")
    parser.parse_args(arguments)
    try:
        settings = load_settings()
        sent, failed = deliver(Store(settings.store_url), settings, datetime.now(UTC))
    except (StoreError, SettingsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"{sent} messages sent, {failed} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
