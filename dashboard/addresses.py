"""Whole addresses of Vigie's own pages, for what is read elsewhere: messages, feeds, calendars, links to send."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from dashboard.reads import cache


def page_link(base: str, page: str, parameters: Mapping[str, str], lang: str) -> str:
    """The address of a page of the app that is reached at `base` (`https://host`), in the workspace that is read."""
    settings = cache.settings()
    here = {} if settings.is_built_in else {"ws": settings.key}
    return f"{base}/{'' if page == 'overview' else page}?{urlencode({'lang': lang, **here, **parameters})}"


def leads_here_only(address: str) -> bool:
    """Whether an address opens on the machine that it is read on and on no other."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
