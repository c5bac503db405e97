"""Typed settings, read from the environment and one TOML file. The only module that knows paths.

Precedence: environment (`VIGIE_BRAND_NAME=Acme`), then the file (`vigie.toml`, or the path in
`VIGIE_CONFIG`), then the defaults below. An unknown key is an error that names the nearest right key.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "data" / "reference"
DEMO = ROOT / "data" / "demo"
LOCAL = ROOT / "data" / "local"
PREFIX = "VIGIE_"
SECRETS = "VIGIE_CREDENTIAL_"  # read by `data.credentials` alone
FROM_FILE = "_file"  # VIGIE_LLM_KEY_FILE=/run/secrets/llm_key: a setting that stands in a file of its own
WORKSPACE = "workspace"  # a file in the data folder: demo or own
BUILT_IN = ("demo", "own")  # workspaces that need no set-up; both lie in the data folder itself
KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")  # of a workspace: in addresses, folders, schemas
# Read elsewhere or meaningful to other programs; not settings of the app.
OTHER_VARIABLES = {"VIGIE_CONFIG", "VIGIE_REQUIRE_ALL_TESTS", "VIGIE_CORPORA"}


class SettingsError(ValueError):
    """A setting that cannot be used. The message names the key, where it was found and what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. Seconds, bytes and counts unless the name says otherwise."""

    database_url: str = ""
    data_dir: str = str(LOCAL)
    demo: bool = True
    workspace: str = ""
    language: str = "auto"
    timezone: str = "UTC"
    public_url: str = ""
    brand_name: str = ""
    brand_aliases: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    pseudonymise_authors: bool = False
    worker: bool = True
    contact: str = ""
    allow_private_network: bool = False
    max_feed_bytes: int = 20_000_000
    fetch_timeout: int = 30
    max_import_bytes: int = 200_000_000
    x_monthly_cap: float = 0.0
    x_price_per_1000_posts: float = 5.0
    youtube_daily_quota: int = 10_000
    base_urls: tuple[str, ...] = ()
    embedding_model: str = "auto"
    sentiment_model: str = ""
    stance_model: str = ""
    llm_base_url: str = ""
    llm_model: str = ""
    llm_key: str = field(default="", repr=False)
    llm_monthly_tokens: int = 500_000
    threads: int = 0
    log_form: str = "line"
    dask_scheduler: str = ""
    open_to_everybody: bool = False
    proxy_header: str = ""
    proxy_addresses: tuple[str, ...] = ("127.0.0.1", "::1")
    openid_metadata_url: str = ""
    openid_client_id: str = ""
    openid_client_secret: str = field(default="", repr=False)
    openid_domains: tuple[str, ...] = ()
    newcomer_role: str = ""

    @property
    def key(self) -> str:
        """Which workspace these settings are of."""
        return self.workspace or ("demo" if self.demo else "own")

    @property
    def is_built_in(self) -> bool:
        return self.key in BUILT_IN

    @property
    def home(self) -> Path:
        """The data folder, of all workspaces."""
        return Path(self.data_dir)

    @property
    def data_path(self) -> Path:
        """The folder of this workspace's record, credentials and backups."""
        return self.home if self.is_built_in else self.home / "workspaces" / self.key

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the record. Each workspace has one of its own, never mixed with another's posts."""
        if self.is_built_in and self.database_url:
            return self.database_url
        if self.database_url.startswith("postgresql"):
            return self._in_schema(f"ws_{self.key.replace('-', '_')}")
        return f"sqlite:///{self.data_path / ('demo.sqlite' if self.demo else 'vigie.sqlite')}"

    @property
    def house_url(self) -> str:
        """SQLAlchemy URL of who may come in and which workspaces there are."""
        if self.database_url.startswith("postgresql"):
            return self._in_schema("house")
        return f"sqlite:///{self.home / 'house.sqlite'}"

    def _in_schema(self, name: str) -> str:
        others = re.sub(r"(?<=[?&])schema=[^&]*&?", "", self.database_url).rstrip("?&")  # the first record's own
        return f"{others}{'&' if '?' in others else '?'}schema={name}"

    def for_workspace(self, key: str) -> Settings:
        """The settings of another workspace. Raises SettingsError where no workspace can have that key.

        What names the brand of this installation is not taken over: it is another's brand there.
        """
        if not KEY.fullmatch(key):
            raise SettingsError(f"'workspace' is {key[:80]!r}: write small letters, digits and -, at most 32.")
        made = replace(self, workspace=key, demo=key == "demo")
        return made if key in BUILT_IN else replace(made, brand_name="", brand_aliases=(), competitors=())

    @property
    def user_agent(self) -> str:
        contact = f" (+{self.contact})" if self.contact else ""
        return f"Vigie/0.1{contact} feed reader for community managers"


_ADDRESS = re.compile(r"https?://[^\s/?#@]+")
_METADATA = re.compile(r"https://[^\s@]+|http://(localhost|127\.0\.0\.1)(:\d+)?/[^\s@]*")
_SCHEDULER = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}")
_FIELDS = {f.name: f for f in fields(Settings)}


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key, _FIELDS, n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else f" Known keys: {', '.join(sorted(_FIELDS))}."


def _convert(name: str, value: Any, where: str) -> Any:
    kind = _FIELDS[name].type
    try:
        if kind == "bool":
            if isinstance(value, bool):
                return value
            word = str(value).strip().lower()
            if word in {"1", "true", "yes", "on"}:
                return True
            if word in {"0", "false", "no", "off", ""}:
                return False
            raise ValueError("write true or false")
        if kind == "int":
            if isinstance(value, (bool, float)):
                raise ValueError("write a whole number")
            number = int(value)
            if number < 0:
                raise ValueError("write a number that is not negative")
            return number
        if kind == "float":
            if isinstance(value, bool):
                raise ValueError("write a number")
            amount = float(value)
            if not 0 <= amount < 1e9:
                raise ValueError("write a number that is not negative")
            return amount
        if kind.startswith("tuple"):
            parts = value.split(",") if isinstance(value, str) else value
            if not isinstance(parts, list):
                raise ValueError("write a list of names")
            return tuple(str(part).strip() for part in parts if str(part).strip())
        if not isinstance(value, str):
            raise ValueError("write a text between quotes")
        return value
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{where}: '{name}' is {value!r}: {error}.") from error


def _secret_in(path: str, variable: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Environment variable {variable} names {path}, which cannot be read: {error}.") from error


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (default: the process's) and the TOML file it points to.

    Raises SettingsError for an unknown key, a value of the wrong type, or a file that is not TOML.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    named = environ.get("VIGIE_CONFIG")
    path = Path(named) if named else ROOT / "vigie.toml"
    if path.is_file():
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{path}: cannot be read as TOML: {error}.") from error
        for key, value in content.items():
            if key not in _FIELDS:
                raise SettingsError(f"{path}: unknown key '{key}'.{_nearest(key)}")
            values[key] = _convert(key, value, str(path))
    elif named:
        raise SettingsError(f"VIGIE_CONFIG names {named}, which is not a file.")
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES or variable.startswith(SECRETS):
            continue
        key = variable[len(PREFIX) :].lower()
        if key.endswith(FROM_FILE) and key.removesuffix(FROM_FILE) in _FIELDS:
            key, text = key.removesuffix(FROM_FILE), _secret_in(text, variable)
        if key not in _FIELDS:
            raise SettingsError(f"Environment variable {variable} is not a setting.{_nearest(key)}")
        values[key] = _convert(key, text, f"Environment variable {variable}")
    settings = Settings(**values)
    if "demo" not in values:
        marker = settings.home / WORKSPACE
        chosen = marker.read_text(encoding="utf-8").strip() if marker.is_file() else ""
        settings = replace(settings, demo=chosen != "own")
    _check_words(settings)
    _check_doors(settings)
    return settings.for_workspace(settings.workspace) if settings.workspace else settings


def _check_words(settings: Settings) -> None:
    """Raise SettingsError where a setting is none of what it may be."""
    if settings.language not in {"auto", "fr", "en"}:
        raise SettingsError(f"'language' is {settings.language!r}: write auto, fr or en.")
    if settings.public_url and not _ADDRESS.fullmatch(settings.public_url):
        raise SettingsError(f"'public_url' is {settings.public_url!r}: write https://HOST, without a path.")
    if settings.database_url and not settings.database_url.startswith(("sqlite:", "postgresql:", "postgresql+pg8000:")):
        raise SettingsError("'database_url': write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.")
    if settings.log_form not in {"line", "json"}:
        raise SettingsError(f"'log_form' is {settings.log_form!r}: write line or json.")
    if settings.dask_scheduler and not _SCHEDULER.fullmatch(settings.dask_scheduler):
        raise SettingsError(
            f"'dask_scheduler' is {settings.dask_scheduler[:80]!r}: write tcp://HOST:8786, or tls://HOST:8786."
        )


def _check_doors(settings: Settings) -> None:
    """Raise SettingsError where who may come in is said in a way that cannot be kept."""
    if settings.newcomer_role not in {"", "reader", "member", "editor", "administrator"}:
        raise SettingsError(f"'newcomer_role' is {settings.newcomer_role!r}: write reader, member or editor.")
    if not re.fullmatch(r"[A-Za-z0-9-]{0,80}", settings.proxy_header):
        raise SettingsError(f"'proxy_header' is {settings.proxy_header!r}: write the name of a header.")
    for address in settings.proxy_addresses:
        try:
            ipaddress.ip_network(address)
        except ValueError as error:
            raise SettingsError(f"'proxy_addresses' holds {address!r}: write addresses or networks.") from error
    given = (settings.openid_metadata_url, settings.openid_client_id, settings.openid_client_secret)
    if any(given) and not all(given):
        raise SettingsError("'openid_metadata_url', 'openid_client_id' and 'openid_client_secret' go together.")
    if any(given) and not _METADATA.fullmatch(settings.openid_metadata_url):
        raise SettingsError("'openid_metadata_url': write https://PROVIDER/.well-known/openid-configuration.")


def choose_workspace(settings: Settings, *, demo: bool) -> None:
    """Remember whether the demo or one's own posts are shown first, by the app and on the command line alike."""
    settings.home.mkdir(parents=True, exist_ok=True)
    (settings.home / WORKSPACE).write_text("demo" if demo else "own", encoding="utf-8")


def describe_defaults() -> list[tuple[str, str, str]]:
    """(key, type, default) of every setting, for the documentation and its test."""
    return [(f.name, str(f.type), "" if f.default is MISSING else repr(f.default)) for f in _FIELDS.values()]
