"""Send alerts through Apprise (mail, Slack, Teams, ntfy, webhooks and about a hundred more services).

What fails is tried again, later and later, and is shown with its reason; nothing is given up silently.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from dashboard.addresses import page_link
from dashboard.reads import cache
from dashboard.sending.letters import send_letter, takes_html
from dashboard.sending.services import reason_in
from dashboard.words.alerts import how_unusual, names_of, rule_title, since_when
from dashboard.words.language import _, current, moment, n_, speaking
from data.actor import needs
from data.alerts.alerts import Alert, alerts, get_alert
from data.alerts.destinations import Destination, destinations, digest_waits, due_deliveries, note_delivery, note_digest
from data.credentials import CredentialsError, load_credentials
from data.network import noting_private, public_only
from data.posts.quotes import passage
from data.posts.reads import posts_by_id
from data.reputation.brands import get_brands
from data.settings import Settings
from data.store import Store

_LOG = logging.getLogger(__name__)
QUOTE = 280  # characters of a post that a message quotes
LONGEST_ADDRESS = 4_000  # characters
SECONDS = 10  # that a service may take to answer
# Services that show a message on the computer that Vigie runs on, or keep it there; and options that name a file of it.
OF_THIS_COMPUTER = frozenset(
    ("blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows")  # as addresses name them
)
NAMES_A_FILE = frozenset(("keyfile", "pgpprv", "pgppub", "subfile"))


def deliver(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Send what is due; gives (messages sent, messages that failed). One message to each holds all its alerts."""
    with store.read() as connection:
        due = due_deliveries(connection, now)
        known = {destination.id: destination for destination in destinations(connection)}
    sent = failed = 0
    for destination_id in dict.fromkeys(item.destination for item in due):
        mine = [item for item in due if item.destination == destination_id]
        destination = known.get(destination_id)
        if destination is None or not destination.is_on:
            continue
        with cache.one_record(store.url), store.read() as connection:
            title, body = message(connection, destination, [item.alert for item in mine], now, settings.public_url)
        error = _send_to(destination, settings, title, body) if body else ""
        note_delivery(store, [item.id for item in mine], now, error)
        sent, failed = (sent, failed + 1) if error else (sent + 1, failed)
    for destination in known.values():
        if destination.is_on:
            told = any(item.destination == destination.id for item in due)
            outcome = _quiet_digest(store, settings, destination, now, told)
            sent, failed = sent + (outcome == "sent"), failed + (outcome == "failed")
    return sent, failed


def _quiet_digest(store: Store, settings: Settings, destination: Destination, now: datetime, told: bool) -> str:
    """The daily word of a digest on a day without alerts: "nothing unusual". Gives sent, failed, or "" for neither."""
    if not digest_waits(destination, now):
        return ""
    here = now.astimezone(ZoneInfo(destination.zone))
    outcome = error = ""
    if not told and here.hour == destination.digest_hour:
        with speaking(destination.lang, destination.zone):
            with store.read() as connection:
                waiting = len(alerts(connection, now))
            words = _("Nothing unusual in the last day.")
            if waiting:
                words += " " + n_("{n} alert is still open.", "{n} alerts are still open.", waiting)
            title = _("Vigie: your day")
        error = _send_to(destination, settings, title, words)
        outcome = "failed" if error else "sent"
    if not error:
        note_digest(store, destination.id, here.date())
    return outcome


def revealed(placeholder: str, settings: Settings) -> str:
    """The Apprise address that a placeholder stands for, from the credentials file; empty where it is missing."""
    try:
        return load_credentials(settings).get("channel", "value", placeholder).reveal()
    except CredentialsError:
        return ""


def message(
    connection: Connection, destination: Destination, ids: Sequence[int], now: datetime, base: str = ""
) -> tuple[str, str]:
    """(title, text) of alerts in a destination's language and time zone; ("", "") where none of them exists any more.
    With a `base` (`https://host`), each alert has its address in Vigie."""
    held = [item for i in ids if (item := get_alert(connection, i)) is not None]
    held = [item for item in held if item.is_open and not item.snoozed > now.date().isoformat()]
    if not held:
        return "", ""
    with speaking(destination.lang, destination.zone):
        names = {brand.id: brand.name for brand in get_brands(connection)}
        first = rule_title(held[0].rule, names)
        title = f"Vigie: {first}" if len(held) == 1 else "Vigie: " + n_("{n} alert", "{n} alerts", len(held))
        return title, "\n\n".join(_words_of(connection, item, names, base) for item in held)


def _words_of(connection: Connection, item: Alert, names: dict[int, str], base: str) -> str:
    lines = [rule_title(item.rule, names), how_unusual(item.rule.kind, item.facts), since_when(item)]
    also = names_of(item.facts.also)
    if also:
        lines.append(_("Also: {what}.").format(what=", ".join(also.values())))
    posts = posts_by_id(connection, item.posts)
    if any(post.is_demo for post in posts):
        lines.append(_("These are demo posts."))
    for post in posts:
        text = passage(post.plain, stop=QUOTE)
        where = " · ".join(filter(None, (post.community or post.source_title, moment(post.published_at), post.url)))
        first = " (" + _("the first") + ")" if post.id == item.origin else ""
        lines.append(f"— {text}\n  {where}{first}")
    if base:
        lines.append(f"→ {page_link(base, 'alerts', {'alert': str(item.id)}, current())}")
    return "\n".join(lines)


def send(
    address: str, title: str, body: str, files: Sequence[str] = (), *, html: str = "", allow_private: bool = False
) -> str:
    """Send one message with files, where the service takes any; gives "" once a service has taken it, else why not, as
    `why_not_sent` words it. What a service answered goes to the log only, without the address's secrets. Of a service
    on a private network not even the kind of answer is told: a person who may write addresses learns nothing of what
    answers there. Mail has the `html` beside the text; other services take the text alone."""
    import apprise

    if not address:
        return "no_address"
    target = apprise.Apprise()
    held = service(address)
    if held is None or not target.add(held):
        return "this_computer" if is_of_this_computer(address) else "unknown_service"
    guarded = noting_private() if allow_private else public_only()
    with apprise.LogCapture(level=logging.DEBUG, fmt="%(levelname)s - %(message)s") as said, guarded as guard:
        try:
            if html and takes_html(target[0]):
                done = send_letter(target[0], title, body, html, files)
            else:
                done = target.notify(
                    title=title, body=body, body_format=apprise.NotifyFormat.TEXT, attach=list(files) or None
                )
            words = said.getvalue()
        except (OSError, TypeError, ValueError) as error:
            done, words = False, str(error) or type(error).__name__
    if done:
        return ""
    loud = "\n".join(line for line in words.splitlines() if not line.startswith(("DEBUG - ", "INFO - ")))
    _LOG.warning("a message was not taken: %s", masked(loud, address))
    if guard.refused:
        return "not_taken" if allow_private else "private_address"
    return reason_in(words)


def service(address: str) -> Any:
    """What Apprise makes of an address, told how long a server may take to answer; None where no service has it."""
    import apprise

    mark = "&" if "?" in address else "?"
    timed = address if "cto=" in address else f"{address}{mark}cto={SECONDS}&rto={SECONDS}"
    if not address or is_of_this_computer(address):
        return None
    return apprise.Apprise.instantiate(timed, suppress_exceptions=True)


def is_of_this_computer(address: str) -> bool:
    """Whether an address leads to no service elsewhere: to the computer that Vigie runs on, or to a file there."""
    import apprise
    from apprise.utils.parse import parse_url

    read = parse_url(address, verify_host=False)  # as Apprise's services read it
    if not isinstance(read, dict):
        return False
    if str(read["schema"]).lower() in OF_THIS_COMPUTER or NAMES_A_FILE & read["qsd"].keys():
        return True
    made = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    held = vars(made).values() if made else ()
    return any(isinstance(value, apprise.AppriseAttachment) and len(value) for value in held)  # a template


def is_known(address: str) -> bool:
    """Whether a service takes such an address."""
    return len(address) <= LONGEST_ADDRESS and service(address) is not None


def masked(words: str, address: str) -> str:
    """What a service said, without log marks and without anything that the address holds."""
    body = " ".join(re.sub(r"^(\S+ \S+ - )?[A-Z]+ - ", "", line) for line in words.splitlines() if line.strip())
    for part in sorted(set(re.split(r"[/:@?&=,]+", address)), key=len, reverse=True):
        if len(part) >= 4 and part not in {"localhost", "mailto", "mailtos", "https", "http", "json", "jsons"}:
            body = body.replace(part, "***")
    return body[:300]


@needs("administrator")
def try_destination(destination: Destination, settings: Settings) -> str:
    """Send a word to a destination now, to see whether it arrives; gives why not, "" where it
    was taken."""
    with speaking(destination.lang, destination.zone):
        return try_address(revealed(destination.address, settings), settings)


def try_address(address: str, settings: Settings) -> str:
    """Send a word to an address that need not be kept yet; gives why not, "" where it was taken."""
    words = _("This address works: what is meant for it will arrive here.")
    return send(address, _("Vigie: a test"), words, allow_private=settings.allow_private_network)


def _send_to(destination: Destination, settings: Settings, title: str, body: str) -> str:
    address = revealed(destination.address, settings)
    return send(address, title, body, allow_private=settings.allow_private_network)
