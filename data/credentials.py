"""Keys and tokens, from the environment or a file that only its owner can read. Never in the database.

Environment: `VIGIE_CREDENTIAL_REDDIT_CLIENT_ID=...`. File: `credentials.toml` in the data folder, mode 0600:

    [reddit]
    client_id = "..."
    client_secret = "..."

    [mastodon."mastodon.social"]
    token = "..."
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

from data.actor import needs
from data.settings import Settings

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
    "address": ("value",),
    "channel": ("value",),
}
NETWORKS = tuple(service for service in SERVICES if service not in {"address", "channel"})
BY_ACCOUNT = {"mastodon": "instance", "facebook": "page", "address": "name", "channel": "name"}
ALSO_BY_HOST = ("github",)  # one set, and others for servers of one's own: [github."git.example.org"]
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
        if secret is None and service == "facebook":
            secret = self.values.get((service, "", key))  # one token may read several pages of one owner
        return secret or Secret()

    def has(self, service: str, account: str = "") -> bool:
        """Whether everything that a service needs is there."""
        return all(self.get(service, key, account) for key in SERVICES[service])

    def accounts(self, service: str) -> list[str]:
        return sorted({account for kind, account, _ in self.values if kind == service})

    def fill(self, address: str) -> str:
        """`address` with its secrets put back, for the one who connects and nobody else."""

        def reveal(match: re.Match[str]) -> str:
            return self.get("address", "value", match[1]).reveal()

        return _PLACEHOLDER.sub(reveal, address) if "{secret:" in address else address


def credentials_path(settings: Settings) -> Path:
    return settings.data_path / FILE


def example(service: str) -> str:
    """The lines of the file that a service needs, its values left open."""
    account = "mastodon.social" if service == "mastodon" else "PAGE"
    head = f'[{service}."{account}"]' if service in {"mastodon", "facebook"} else f"[{service}]"
    return "\n".join([head, *(f'{key} = "…"' for key in SERVICES[service])])


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
                secrets[(service, account.lower() if service == "mastodon" else account, name)] = Secret(v.strip())
    return secrets


def load_credentials(settings: Settings, environ: Mapping[str, str] | None = None) -> Credentials:
    """Everything that is configured; the environment wins. Raises CredentialsError, never with a value in it."""
    environ = os.environ if environ is None else environ
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


@needs("editor")
def keep_channel_secret(settings: Settings, value: str) -> str:
    """Keep the address of an alert channel in the credentials file; returns the name under which it is found."""
    return _keep_secret(settings, "channel", value)


@needs("administrator")
def keep_address_secret(settings: Settings, value: str) -> str:
    """Keep a secret part of an address in the credentials file; returns the placeholder to store instead."""
    return f"{{secret:{_keep_secret(settings, 'address', value)}}}"


def _keep_secret(settings: Settings, service: str, value: str) -> str:
    name = hashlib.sha256(value.encode()).hexdigest()[:12]
    path = credentials_path(settings)
    if (service, name, "value") not in _from_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
            stream.write(f'\n[{service}."{name}"]\nvalue = {json.dumps(value)}\n')
    return name
