"""The services that have a form of their own: the address that each form makes, and what a service's answer means.

Everything is sent through Apprise; what is made here are its addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

SERVICES = ("mail", "slack", "teams", "discord", "ntfy", "webhook", "other")
SECURITIES = {"starttls": 587, "ssl": 465, "insecure": 25}  # way of speaking to a mail server -> its usual port
MOST_RECEIVERS = 20
_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SLACK = re.compile(r"https://hooks\.slack(-gov)?\.com/(services|workflows|triggers)/[A-Za-z0-9/_-]+", re.ASCII)
_DISCORD = re.compile(r"https://discord(app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]+/?(\?\S*)?", re.ASCII)
_TEAMS = re.compile(
    r"https://[A-Za-z0-9_.-]+(:[0-9]+)?/\S*workflows/[A-Za-z0-9_-]+/triggers/manual/paths/invoke/?\?\S+"
)
_OLD_TEAMS = re.compile(r"https://\S*(webhook\.office\.com|outlook\.office\.com/webhook)\S*")


class AddressError(ValueError):
    """What was written is no address of the service; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Written:
    """What the form of a service was filled with; a service reads the fields that it has."""

    link: str = ""
    server: str = ""
    port: int = 0  # 0: the usual one
    security: str = "starttls"
    user: str = ""
    password: str = ""
    sender: str = ""
    to: str = ""
    topic: str = ""

    @property
    def is_empty(self) -> bool:
        return not any((self.link, self.server, self.user, self.password, self.sender, self.to, self.topic))


def address_of(service: str, written: Written) -> str:
    """The Apprise address that a form makes. Raises AddressError naming what is wrong or missing."""
    if service == "mail":
        return _mail(written)
    if service == "ntfy":
        return _ntfy(written)
    if not written.link:
        raise AddressError("empty")
    if service == "webhook":
        return _webhook(written.link)
    if service == "other":
        return written.link
    if service == "teams" and _OLD_TEAMS.fullmatch(written.link):
        raise AddressError("old_teams")
    if not {"slack": _SLACK, "discord": _DISCORD, "teams": _TEAMS}[service].fullmatch(written.link):
        raise AddressError(service)
    return written.link


def service_of(address: str) -> str:
    """The service whose form makes such an address, "other" for what Apprise alone knows."""
    for service, pattern in (("slack", _SLACK), ("discord", _DISCORD), ("teams", _TEAMS)):
        if pattern.fullmatch(address):
            return service
    schemes = {"mailto": "mail", "mailtos": "mail", "json": "webhook", "jsons": "webhook"}
    schemes |= {"slack": "slack", "workflows": "teams", "discord": "discord", "ntfy": "ntfy", "ntfys": "ntfy"}
    return schemes.get(address.partition("://")[0].lower(), "other")


def _mail(written: Written) -> str:
    """A mail server with whom it writes as and to."""
    receivers = [name for name in re.split(r"[\s,;]+", written.to) if name]
    if not written.server or not receivers:
        raise AddressError("mail_missing")
    if not _HOST.fullmatch(written.server) or written.security not in SECURITIES:
        raise AddressError("server")
    if not 0 <= written.port < 65_536:
        raise AddressError("port")
    sender = written.sender or (written.user if "@" in written.user else "")
    if not sender:
        raise AddressError("sender")
    if len(receivers) > MOST_RECEIVERS or not all(map(_MAIL.fullmatch, (sender, *receivers))):
        raise AddressError("mail")
    if bool(written.user) != bool(written.password):
        raise AddressError("password")
    who = f"{quote(written.user, safe='')}:{quote(written.password, safe='')}@" if written.user else ""
    host = f"[{written.server}]" if ":" in written.server and "[" not in written.server else written.server
    asked = {"smtp": written.server, "from": sender, "to": ",".join(receivers), "mode": written.security}
    scheme = "mailto" if written.security == "insecure" else "mailtos"
    return f"{scheme}://{who}{host}:{written.port or SECURITIES[written.security]}/?{urlencode(asked, quote_via=quote)}"


def _ntfy(written: Written) -> str:
    """A topic on a server, with its token where it needs one."""
    if not written.topic:
        raise AddressError("topic_missing")
    if not _TOPIC.fullmatch(written.topic):
        raise AddressError("topic")
    at = _link(written.server or "https://ntfy.sh")
    if at.path.strip("/") or at.query:
        raise AddressError("ntfy_server")
    asked = {"mode": "private", **({"token": written.password, "auth": "token"} if written.password else {})}
    scheme = "ntfys" if at.scheme == "https" else "ntfy"
    return f"{scheme}://{at.netloc}/{written.topic}?{urlencode(asked, quote_via=quote)}"


def _webhook(link: str) -> str:
    """Any address that takes JSON by POST; what its query asks goes along."""
    at = _link(link)
    asked = urlencode(
        [(f"-{name}", value) for name, value in parse_qsl(at.query, keep_blank_values=True)], quote_via=quote
    )
    scheme = "jsons" if at.scheme == "https" else "json"
    return f"{scheme}://{at.netloc}{at.path or '/'}" + (f"?{asked}" if asked else "")


def _link(address: str) -> SplitResult:
    """The parts of an http(s) address. Raises AddressError for anything else."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise AddressError("link") from None
    if parts.scheme not in {"http", "https"} or not host or not address.isprintable() or " " in address:
        raise AddressError("link")
    return parts


def reason_in(said: str) -> str:
    """Why a message was not taken, from what was noted while it was sent: one of the reasons that `why_not_sent`
    words."""
    if re.search(r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|WRONG_VERSION_NUMBER|SSLError", said):
        return "certificate"
    found = re.search(r"error=(\d{3})|Socket Exception: \{?[^\n]*?\((\d{3}), ", said)
    code = int(found[1] or found[2]) if found else 0
    if found and found[2]:  # a mail server
        return "sign_in" if code in {530, 534, 535} else "mail_refused" if code >= 500 else "trouble"
    if code in {401, 403}:
        return "sign_in"
    if code in {404, 410}:
        return "gone"
    if code == 429:
        return "busy"
    if code >= 500:
        return "trouble"
    if code == 0 and re.search(r"Connection error|Socket Exception", said):
        return "unreachable"
    return "not_taken"
