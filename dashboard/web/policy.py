"""What pages of the app may load and run, as the header Content-Security-Policy says it."""

from __future__ import annotations

import base64
import re
from hashlib import sha256

_INLINE = re.compile(r"<script(?:\s+type=\"(?:module|importmap|text/javascript)\")?>(.*?)</script>", re.DOTALL)


def inline_scripts(page: str) -> tuple[str, ...]:
    """The source expression of each script that stands in a page itself, by its digest."""
    digests = (sha256(script.encode()).digest() for script in _INLINE.findall(page))
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def app_policy(page: str) -> str:
    """The policy of the app whose first page is `page`: scripts of its own and those that stand in that page, no text
    run as code. Styles are made by the page as it is drawn."""
    scripts = " ".join(("'self'", *inline_scripts(page)))
    return (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
        f"script-src {scripts}; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'self'; "
        "base-uri 'self'; form-action 'self'; object-src 'none'"
    )
