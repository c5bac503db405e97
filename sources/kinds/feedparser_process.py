"""feedparser in a process that can be thrown away: bytes on stdin, JSON on stdout.

Limited in memory and processor time. feedparser is given bytes only (it opens names and addresses given
as strings) and its sanitiser is off: text is made safe where it is shown.
"""

from __future__ import annotations

import calendar
import json
import resource
import sys
from datetime import UTC, datetime
from io import BytesIO

MEMORY = 2_000_000_000
SECONDS = 20


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import feedparser

    parsed = feedparser.parse(BytesIO(sys.stdin.buffer.read()), sanitize_html=False, resolve_relative_uris=False)
    entries = []
    for entry in parsed.entries:
        stamp = entry.get("published_parsed") or entry.get("updated_parsed")
        date = ""
        if stamp:
            try:
                date = datetime.fromtimestamp(calendar.timegm(stamp), UTC).isoformat()
            except (ValueError, OverflowError, OSError):
                date = ""
        entries.append(
            {
                "id": entry.get("id", ""),
                "link": entry.get("link", ""),
                "title": entry.get("title", ""),
                "author": entry.get("author", ""),
                "published": date,
                "summary": entry.get("summary", ""),
                "content": [{"value": part.get("value", "")} for part in entry.get("content", [])],
            }
        )
    feed = {key: parsed.feed.get(key, "") for key in ("title", "link", "language")}
    json.dump({"version": parsed.get("version", ""), "feed": feed, "entries": entries}, sys.stdout)


if __name__ == "__main__":
    main()
