"""Send what waits from the command line: python -m dashboard deliver."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from dashboard.sending.alerts import deliver
from dashboard.sending.mailings import send_mailings
from data.settings import SettingsError, load_settings
from data.store import Store, StoreError


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_subparsers(dest="command", required=True).add_parser(
        "deliver", help="send the alerts, briefs and reports that are due"
    )
    parser.parse_args(arguments)
    try:
        settings = load_settings()
        store, now = Store(settings.store_url), datetime.now(UTC)
        counts = (deliver(store, settings, now), send_mailings(store, settings, now))
        sent, failed = (sum(pair) for pair in zip(*counts, strict=True))
    except (StoreError, SettingsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"{sent} messages sent, {failed} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
