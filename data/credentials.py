"""Keys and tokens, from the environment or a file that only its owner can read. Never in the database.

Environment: `VIGIE_CREDENTIAL_REDDIT_CLIENT_ID=...`. File: `credentials.toml` in the data folder, mode 0600:

    [reddit]
    client_id = "..."
    client_secret = "..."

    [mastodon."mastodon.social"]
    token = "..."

A workspace that was made in the app has a file of its own and does not read the environment: what that holds is of the
installation's own brand. What is entered in the app goes to the file and is never read out again.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, exists, select, union_all

from data.actor import needs
from data.changes import note_change
from data.schema import alert_channel, source, subscription
from data.settings import Settings
from data.store import Store

VARIABLE = "VIGIE_CREDENTIAL_"
FILE = "credentials.toml"
# Each service with what it needs. Services by account hold one set for each instance, page or address.
SERVICES: dict[str, tuple[str, ...]] = {
    "reddit": ("client_id", "client_secret"),
    "mastodon": ("token",),
    "bluesky": ("handle", "app_password"),
    "youtube": ("key",),
    "x": ("bearer",),
    "facebook": ("token",),
    "github": ("token",),
    "stackexchange": ("key",),
    "discord": ("token",),
    "slack": ("token",),
    "threads": ("token",),
    "mastodon_write": ("token",),
    "bluesky_write": ("handle", "app_password"),
    "reddit_write": ("client_id", "client_secret", "refresh_token", "username", "password"),
    "discourse_write": ("key", "username"),
    "lemmy_write": ("jwt", "name", "password"),
    "github_write": ("token",),
    "youtube_write": ("client_id", "client_secret", "refresh_token"),
    "facebook_write": ("token",),
    "address": ("value",),
    "channel": ("value",),
}
# Services that take one of several sets of keys; of the others nothing is kept.
EITHER: dict[str, tuple[tuple[str, ...], ...]] = {
    "reddit_write": (("client_id", "client_secret", "refresh_token"), SERVICES["reddit"] + ("username", "password")),
    "lemmy_write": (("jwt",), ("name", "password")),
}
NETWORKS = tuple(service for service in SERVICES if service not in {"address", "channel"})
WRITING = tuple(service for service in NETWORKS if service.endswith("_write"))  # what may act; the others only read
READING = tuple(service for service in NETWORKS if service not in WRITING)
BY_ACCOUNT = {
    "mastodon": "instance",
    "facebook": "page",
    "mastodon_write": "instance",
    "discourse_write": "host",
    "lemmy_write": "instance",
    "facebook_write": "page",
    "address": "name",
    "channel": "name",
}
BY_SERVER = (
    "mastodon",
    "mastodon_write",
    "discourse_write",
    "lemmy_write",
)  # whose accounts are names of servers: each names its own
# One set, and others for servers of one's own, workspaces or accounts: [github."git.example.org"], [slack."acme"]
ALSO_BY_HOST = ("github", "github_write", "slack", "threads")
LENT = ("facebook", "slack", "threads")  # whose one token without a name serves every name
LONGEST_ACCOUNT, LONGEST_VALUE = 200, 4_000
_writing = Lock()  # of the file, within this process
_PLACEHOLDER = re.compile(r"\{secret:([0-9a-f]{12})\}")


class CredentialsError(ValueError):
    """A credentials file or variable that cannot be used. The message never holds a value."""


class Secret:
    """A text that does not show itself: printing, logging or formatting it gives three stars."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __str__(self) -> str:
        return "***"

    __repr__ = __str__

    def __reduce__(self) -> tuple[type[Secret], tuple[()]]:
        return Secret, ()  # a pickled secret is empty


@dataclass(frozen=True, slots=True)
class Credentials:
    """`values` maps (service, account, key) to a secret; account is "" where a service has but one."""

    values: Mapping[tuple[str, str, str], Secret] = field(default_factory=dict)

    def get(self, service: str, key: str, account: str = "") -> Secret:
        """The secret, or an empty one. A service by account never lends one account's token to another."""
        secret = self.values.get((service, account, key))
        if secret is None and service in LENT:
            secret = self.values.get((service, "", key))  # one token may read several pages of one owner
        return secret or Secret()

    def has(self, service: str, account: str = "") -> bool:
        """Whether everything that a service needs is there."""
        return any(all(self.get(service, key, account) for key in keys) for keys in sets_of(service))

    def accounts(self, service: str) -> list[str]:
        return sorted({account for kind, account, _ in self.values if kind == service})

    def fill(self, address: str) -> str:
        """`address` with its secrets put back, for the one who connects and nobody else."""

        def reveal(match: re.Match[str]) -> str:
            return self.get("address", "value", match[1]).reveal()

        return _PLACEHOLDER.sub(reveal, address) if "{secret:" in address else address


def sets_of(service: str) -> tuple[tuple[str, ...], ...]:
    """The sets of keys that a service takes, one of which is enough."""
    return EITHER.get(service, (SERVICES[service],))


def credentials_path(settings: Settings) -> Path:
    return settings.data_path / FILE


def _nearest(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else f" Known: {', '.join(known)}."


def _from_file(path: Path) -> dict[tuple[str, str, str], Secret]:
    if not path.is_file():
        return {}
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise CredentialsError(f"{path} can be read by others. Run: chmod 600 {path}")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialsError(f"{path} cannot be read.") from error
    except tomllib.TOMLDecodeError as error:  # its message can quote a value: only the place is kept
        place = re.search(r"\(at .*\)", str(error))
        raise CredentialsError(f"{path} is not valid TOML {place[0] if place else ''}.") from None
    secrets: dict[tuple[str, str, str], Secret] = {}
    for service, values in content.items():
        if service not in SERVICES or not isinstance(values, dict):
            raise CredentialsError(f"{path}: unknown service '{service}'.{_nearest(service, tuple(SERVICES))}")
        for key, value in values.items():
            if isinstance(value, dict) and service in {*BY_ACCOUNT, *ALSO_BY_HOST}:
                pairs = {(key, inner): v for inner, v in value.items()}
            else:
                pairs = {("", key): value}
            for (account, name), v in pairs.items():
                if name not in SERVICES[service] or not isinstance(v, str):
                    raise CredentialsError(
                        f"{path}: '{name}' is not a text that [{service}] has.{_nearest(name, SERVICES[service])}"
                    )
                secrets[(service, account.lower() if service in BY_SERVER else account, name)] = Secret(v.strip())
    return secrets


def load_credentials(settings: Settings, environ: Mapping[str, str] | None = None) -> Credentials:
    """Everything that is configured; the environment wins. Raises CredentialsError, never with a value in it."""
    if environ is None:
        environ = os.environ if settings.is_built_in else {}
    values = _from_file(credentials_path(settings))
    for service, keys in SERVICES.items():
        account = ""
        if service in BY_ACCOUNT:
            account = environ.get(f"{VARIABLE}{service}_{BY_ACCOUNT[service]}".upper(), "").lower()
        for key in keys:
            value = environ.get(f"{VARIABLE}{service}_{key}".upper(), "").strip()
            if value:
                values[(service, account, key)] = Secret(value)
    allowed = {f"{VARIABLE}{s}_{k}".upper() for s, keys in SERVICES.items() for k in keys}
    allowed |= {f"{VARIABLE}{s}_{name}".upper() for s, name in BY_ACCOUNT.items()}
    for variable in environ:
        if variable.startswith(VARIABLE) and variable not in allowed:
            raise CredentialsError(f"Environment variable {variable} is unknown.{_nearest(variable, tuple(allowed))}")
    return Credentials(values)


def _checked(service: str, account: str, given: Mapping[str, str]) -> dict[tuple[str, str, str], Secret]:
    """What a person entered, as it is kept. Raises CredentialsError naming what is wrong, never with a value in it."""
    account = account.strip()
    if service not in NETWORKS:
        raise CredentialsError(f"Unknown service '{service[:40]}'.{_nearest(service[:40], NETWORKS)}")
    if account and service not in {*BY_ACCOUNT, *ALSO_BY_HOST}:
        raise CredentialsError(f"{service} has one set of credentials, not one by account.")
    if len(account) > LONGEST_ACCOUNT or not account.isprintable() or any(sign in account for sign in " \"'\\"):
        raise CredentialsError(f"An account has at most {LONGEST_ACCOUNT} letters and signs, no spaces or quotes.")
    if service in BY_SERVER and not account:
        example = "mastodon.social" if service.startswith("mastodon") else "forum.example.org"
        raise CredentialsError(f"{service}: name the {BY_ACCOUNT[service]}, as {example}.")
    if service == "facebook_write" and not account:
        raise CredentialsError(f"{service}: name the page; its token writes for it and for no other.")
    values = {key: given.get(key, "").strip() for key in SERVICES[service]}
    keys = next((keys for keys in sets_of(service) if all(values[key] for key in keys)), sets_of(service)[0])
    if service in EITHER and not all(values[key] for key in keys):
        wanted = " or ".join(", ".join(keys) for keys in sets_of(service))
        raise CredentialsError(f"{service}: {wanted} are needed.")
    for key in keys:
        if not values[key] or len(values[key]) > LONGEST_VALUE or not values[key].isprintable():
            raise CredentialsError(f"{service}: '{key}' is empty, too long, or holds signs that no key has.")
    account = account.lower() if service in BY_SERVER else account
    return {(service, account, key): Secret(values[key]) for key in keys}


def _write(path: Path, values: Mapping[tuple[str, str, str], Secret]) -> None:
    """Write the whole file anew, in one step, for its owner alone. Comments go to its top."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    kept = [line.strip() for line in lines if line.lstrip().startswith("#")]
    for service, account in sorted({(service, account) for service, account, _key in values}):
        kept.append(f"\n[{service}.{json.dumps(account, ensure_ascii=False)}]" if account else f"\n[{service}]")
        for key in SERVICES[service]:
            secret = values.get((service, account, key))
            kept += [f"{key} = {json.dumps(secret.reveal(), ensure_ascii=False)}"] if secret else []
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write("\n".join(kept).lstrip("\n") + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


@needs("administrator")
def enter_credentials(store: Store, settings: Settings, service: str, account: str, given: Mapping[str, str]) -> None:
    """Keep what a service needs, in place of what was kept for that account. Noted with its name, never with a value.

    Raises CredentialsError for what cannot be kept. The record's one writer at a time guards the file too.
    """
    entered = _checked(service, account, given)
    path = credentials_path(settings)
    with store.write(counts=False) as connection, _writing:
        held = _from_file(path)
        whose = {key[:2] for key in entered}
        before = "kept" if any(key[:2] in whose for key in held) else ""
        _write(path, {**{key: secret for key, secret in held.items() if key[:2] not in whose}, **entered})
        note_change(connection, "credentials.entered", _subject(service, account), before, "kept")


@needs("administrator")
def remove_credentials(store: Store, settings: Settings, service: str, account: str) -> bool:
    """Forget the credentials of a service and account in the file; false where there are none there."""
    path = credentials_path(settings)
    with store.write(counts=False) as connection, _writing:
        held = _from_file(path)
        left = {key: secret for key, secret in held.items() if key[:2] != (service, account)}
        if len(left) == len(held):
            return False
        _write(path, left)
        note_change(connection, "credentials.removed", _subject(service, account), "kept", "")
    return True


def in_file(settings: Settings) -> Credentials:
    """What the file holds, without the environment: what can be removed in the app."""
    return Credentials(_from_file(credentials_path(settings)))


def _subject(service: str, account: str) -> str:
    return f"{service} {account}".strip()


@needs("editor")
def keep_channel_secret(settings: Settings, value: str) -> str:
    """Keep the address of an alert channel in the credentials file; returns the name under which it is found."""
    return _keep_secret(settings, "channel", value)


def addressed(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Names of the channels and recipients whose messages go to each kept address, by the name it is kept under."""
    channels = select(alert_channel.c.address, alert_channel.c.name)
    found: dict[str, tuple[str, ...]] = {}
    for address, name in connection.execute(
        union_all(channels, select(subscription.c.address, subscription.c.name))
    ).tuples():
        found[address] = (*found.get(address, ()), name)
    return found


def names_in(address: str) -> list[str]:
    """The names of the secrets that an address of a source holds."""
    return _PLACEHOLDER.findall(address)


def _is_used(connection: Connection, service: str, name: str) -> bool:
    if service == "channel":
        return name in addressed(connection)
    within = source.c.address.contains(f"{{secret:{name}}}", autoescape=True) & (source.c.state != "removed")
    return bool(connection.scalar(select(exists().where(within))))


@needs("editor")
def forget_secret(store: Store, settings: Settings, service: str, name: str) -> bool:
    """Forget a kept secret once nothing that is followed or written to has it any more: a channel or a recipient for
    `channel`, a source for `address`. False where something has, or none is kept.

    Only once what had it is gone for good: an address that is missing cannot be reached. A file that cannot be read
    stays as it is; `doctor` says what is wrong with it.
    """
    path = credentials_path(settings)
    with store.write(counts=False) as connection, _writing:
        try:
            held = _from_file(path)
        except CredentialsError:
            return False
        if (service, name, "value") not in held or _is_used(connection, service, name):
            return False
        _write(path, {key: secret for key, secret in held.items() if key[:2] != (service, name)})
        note_change(connection, "credentials.removed", _subject(service, name), "kept", "")
    return True


@needs("administrator")
def keep_address_secret(settings: Settings, value: str) -> str:
    """Keep a secret part of an address in the credentials file; returns the placeholder to store instead."""
    return f"{{secret:{_keep_secret(settings, 'address', value)}}}"


def _keep_secret(settings: Settings, service: str, value: str) -> str:
    name = hashlib.sha256(value.encode()).hexdigest()[:12]
    path = credentials_path(settings)
    with _writing:
        if (service, name, "value") not in _from_file(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
                stream.write(f'\n[{service}."{name}"]\nvalue = {json.dumps(value)}\n')
    return name
