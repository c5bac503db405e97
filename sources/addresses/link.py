"""An address taken apart as its network reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

# Hosts of a network that show the same places as its main one.
_SAME = re.compile(r"^(?:www\d?|m|mobile|touch|web|old|new|np|i|amp|sh|pay|ssl|[a-z]{2}(?:-[a-z]{2})?)\.(?=.+\..+)")


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
    shorter = _SAME.sub("", host)
    return shorter if "." in shorter else host
