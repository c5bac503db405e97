"""Send what waits, and let in who is locked out, from the command line.

python -m dashboard deliver          send the alerts, briefs, reports and notices that are due
python -m dashboard link             a link that makes an administrator: the first one, or one more
python -m dashboard link LOGIN       a link for a new password of that account
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from data.alerts.destinations import any_due, digest_due
from data.house import invitations
from data.house.accounts import any_account, find, login_of
from data.house.passwords import HouseError
from data.house.store import House
from data.house.workspaces import chosen_settings
from data.inbox.notices import any_notice_due
from data.settings import Settings, SettingsError
from data.sharing.subscriptions import any_mailing_due
from data.store import Store, StoreError


def send_due(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Send the alerts, briefs, reports and notices that are due; gives (sent, failed).

    What makes and sends them is loaded only where something is due: mostly nothing is, and this runs often.
    """
    with store.read() as connection:
        alerts_wait = any_due(connection, now) or digest_due(connection, now)
        mailings_wait = any_mailing_due(connection, now)
        notices_wait = any_notice_due(connection, now)
    counts = [(0, 0)]
    if alerts_wait:
        from dashboard.sending.alerts import deliver

        counts.append(deliver(store, settings, now))
    if mailings_wait:
        from dashboard.sending.mailings import send_mailings

        counts.append(send_mailings(store, settings, now))
    if notices_wait:
        from dashboard.sending.notices import send_notices

        counts.append(send_notices(store, settings, now))
    sent, failed = (sum(numbers) for numbers in zip(*counts, strict=True))
    return sent, failed


def make_link(house: House, login: str, key: str, now: datetime) -> str:
    """The path of a link for whoever runs this: a new password of an account, else an administrator of a workspace.

    Raises HouseError where no account of that login has a password here.
    """
    with house.read() as connection:
        anybody, held = any_account(connection), find(connection, login_of(login)) if login else None
    if login:
        token = invitations.reset_link(house, held.id if held is not None else 0, now)
    elif anybody:
        token = invitations.invite(house, "Administrator", "administrator", now, key)
    else:
        token = invitations.first_link(house, now)
    return f"/join/{token}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workspace", default="", metavar="KEY", help="one of several workspaces")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("deliver", help="send the alerts, briefs, reports and notices that are due")
    commands.add_parser("link", help="a link that lets in").add_argument("login", nargs="?", default="")
    given = parser.parse_args(arguments)
    try:
        settings, now = chosen_settings(given.workspace), datetime.now(UTC)
        if given.command == "link":
            path = make_link(House(settings.house_url), given.login, settings.key, now)
            print(f"Good once: {settings.public_url or 'http://localhost:8501'}{path}")
            return 0
        store = Store(settings.store_url)
        with store.at_work():
            sent, failed = send_due(store, settings, now)
    except HouseError:
        print(f"Error: no account '{given.login}' has a password here.", file=sys.stderr)
        return 1
    except (StoreError, SettingsError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"{sent} messages sent, {failed} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
