"""Main text of web pages by trafilatura, in a process with limits that ends after each batch.

Reads a JSON list of [url, HTML] on stdin, writes a JSON list of {title, author, date, text} on stdout.
"""

from __future__ import annotations

import json
import resource
import sys

NOT_INSTALLED = 78


def extract(url: str, html: str) -> dict[str, str]:
    """What a page says, without its menus. Empty text where there is none to find."""
    import trafilatura

    page = trafilatura.bare_extraction(html, url=url, with_metadata=True, include_comments=False, favor_precision=True)
    if page is None or isinstance(page, dict):
        return {"title": "", "author": "", "date": "", "text": ""}
    return {
        "title": str(page.title or ""),
        "author": str(page.author or ""),
        "date": str(page.date or ""),
        "text": str(page.text or ""),
    }


def main() -> None:
    try:
        import trafilatura  # noqa: F401
    except ImportError:
        sys.exit(NOT_INSTALLED)
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
    results = []
    for url, html in json.load(sys.stdin):
        try:
            results.append(extract(url, html))
        except Exception as error:  # noqa: BLE001 - whatever a hostile page makes the library raise
            results.append({"title": "", "author": "", "date": "", "text": "", "error": type(error).__name__})
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
