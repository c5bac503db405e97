"""The certificate of a site: whether browsers accept it, and until when."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from data.network import PrivateAddress, guarded_socket
from data.upkeep.findings import Finding

SECONDS = 15.0
SOON = timedelta(days=21)


async def certificate_findings(home: str, now: datetime, *, private: bool) -> list[Finding] | None:
    """What is wrong with the certificate of `home`: refused by browsers, or ending within three weeks (the detail is
    its last day). None where it could not be looked at. `private`: private networks may be reached."""
    parts = urlsplit(home)
    if parts.scheme != "https" or not parts.hostname:
        return None
    try:
        async with asyncio.timeout(SECONDS):
            ends = await _ends(parts.hostname, parts.port or 443, private)
    except ssl.SSLCertVerificationError as error:
        return [Finding("certificate_refused", home, error.verify_message[:200])]
    except (OSError, ssl.SSLError, TimeoutError):
        return None
    if ends is None or ends - now > SOON:
        return []
    return [Finding("certificate_ends", home, ends.date().isoformat())]


async def _ends(host: str, port: int, private: bool) -> datetime | None:
    loop = asyncio.get_running_loop()
    last: OSError = OSError(host)
    for info in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        family, kind, proto, _, address = info
        try:
            held = socket.socket(family, kind, proto) if private else guarded_socket(info)
        except PrivateAddress as error:
            last = error
            continue
        held.setblocking(False)
        try:
            await loop.sock_connect(held, address)
            _, writer = await asyncio.open_connection(sock=held, ssl=ssl.create_default_context(), server_hostname=host)
        except ssl.SSLError:
            held.close()
            raise
        except OSError as error:
            held.close()
            last = error
            continue
        shown = writer.get_extra_info("peercert") or {}
        writer.close()
        ends = shown.get("notAfter")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None
    raise last
