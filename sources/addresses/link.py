"""An address taken apart as its network reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

# Hosts that show the same places as the main one: of any site, and of networks with a host for each language.
_SAME = re.compile(r"^(?:www\d?|m|mobile|touch|amp)\.(?=.+\..+)")
_OF_NETWORK = re.compile(
    r"^(?:old|new|np|i|sh|pay|ssl|web|[a-z]{2}(?:-[a-z]{2})?)\.(?=(?:reddit|linkedin|pinterest|facebook|instagram)\.com$)"
)
_PINTEREST = re.compile(r"^(?:[a-z]{2}\.)?pinterest\.(?:[a-z]{2,3}|co\.[a-z]{2}|com\.[a-z]{2})$")


@dataclass(frozen=True, slots=True)
class Link:
    """`host` is lower case without www. and the like; `path` is unquoted, without the slash at its end; `raw` is as it
    was written, for what distinguishes `+` from `%2B`."""

    url: str
    host: str
    path: str
    raw: str
    query: Mapping[str, list[str]] = field(default_factory=dict)

    def asked(self, *names: str) -> str:
        """The first value of the first of these parameters that has one."""
        return next((self.query[name][0].strip() for name in names if self.query.get(name)), "")

    def is_at(self, *hosts: str) -> bool:
        return self.host in hosts


def link_of(url: str) -> Link:
    """Raises ValueError for what is no address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    raw = parts.path.rstrip("/")
    # In "?q=c++" the signs are part of a name: two spaces at the end of a word mean nothing.
    query = re.sub(r"(?<=[\w#])\+\+(?=$|[&+])", "%2B%2B", parts.query)
    return Link(url, _without_prefix(host), unquote(raw), raw, parse_qs(query, max_num_fields=200))


def _without_prefix(host: str) -> str:
    host = _OF_NETWORK.sub("", _SAME.sub("", host))
    return "pinterest.com" if _PINTEREST.match(host) else host
