"""Send what waits from the command line: python -m dashboard deliver."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from data.alerts.destinations import any_due, digest_due
from data.house.workspaces import chosen_settings
from data.settings import Settings, SettingsError
from data.sharing.subscriptions import any_mailing_due
from data.store import Store, StoreError


def send_due(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Send the alerts, briefs and reports that are due; gives (sent, failed).

    What makes and sends them is loaded only where something is due: mostly nothing is, and this runs often.
    """
    with store.read() as connection:
        alerts_wait = any_due(connection, now) or digest_due(connection, now)
        mailings_wait = any_mailing_due(connection, now)
    counts = [(0, 0)]
    if alerts_wait:
        from dashboard.sending.alerts import deliver

        counts.append(deliver(store, settings, now))
    if mailings_wait:
        from dashboard.sending.mailings import send_mailings

        counts.append(send_mailings(store, settings, now))
    sent, failed = (sum(numbers) for numbers in zip(*counts, strict=True))
    return sent, failed


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("--workspace", default="", metavar="KEY", help="one of several workspaces")
    parser.add_subparsers(dest="command", required=True).add_parser(
        "deliver", help="send the alerts, briefs and reports that are due"
    )
    given = parser.parse_args(arguments)
    try:
        settings = chosen_settings(given.workspace)
        store = Store(settings.store_url)
        with store.at_work():
            sent, failed = send_due(store, settings, datetime.now(UTC))
    except (StoreError, SettingsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"{sent} messages sent, {failed} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
